"use strict";
// The map: select, search, filter, move and zoom.

(() => {
  const { data, severities, element, words, place, detail, severity, address } = armlint;
  const canvas = document.getElementById("canvas");
  if (!canvas) return;
  const svg = canvas.querySelector("svg");
  const form = document.getElementById("map-bar");
  const panel = document.getElementById("way");
  const whole = svg.viewBox.baseVal;
  let scale = 1;

  const nodes = new Map([...svg.querySelectorAll("[data-node]")].map((node) => [node.dataset.node, node]));
  const edges = [...svg.querySelectorAll("[data-way]")];
  const parts = [
    ...edges.map((at, number) => ({ at, way: data.ways[number], name: data.ways[number].title })),
    ...data.nodes.map((node) => ({ at: nodes.get(node.id), node, name: node.text.join(", ") })),
  ];
  const open = (numbers) => numbers.map((number) => data.findings[number]).filter((finding) => finding.g === "open");

  // Over everything; what it says stands in the label of its box.
  function badge(part) {
    const { at, node } = part;
    const found = node ? open(node.findings) : [];
    if (found.length === 0) return;
    const { x, y, width } = at.getBBox();
    const make = (name, attributes, text = "") => {
      const made = document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
      made.textContent = text;
      return made;
    };
    const worst = severities[Math.min(...found.map((finding) => finding.s))];
    const group = make("g", { class: `badge ${worst}`, "aria-hidden": "true" });
    group.append(
      make("circle", { cx: x + width - 4, cy: y + 4, r: 10 }),
      make("text", { x: x + width - 4, y: y + 8, "text-anchor": "middle" }, found.length > 99 ? "99+" : String(found.length)),
    );
    if (data.since) group.append(make("text", { class: "fresh", x: x + width + 10, y: y + 8 }, "new"));
    at.parentNode.append(group);
    part.badge = group;
  }

  for (const part of parts) {
    part.at.setAttribute("role", "button");
    part.at.setAttribute("tabindex", "-1");
    badge(part);
    // What is seen is said first; then the whole name, where that is another or cut.
    const seen = [...part.at.querySelectorAll("text")].map((text) => text.textContent).join(" ");
    const number = open((part.way ?? part.node).findings).length;
    const whole = part.way || seen.includes("…") ? part.name : "";
    const count = number > 0 ? `${number} finding${number === 1 ? "" : "s"}` : "";
    part.at.setAttribute("aria-label", [seen, whole, count].filter(Boolean).join("; "));
  }

  function finding(number) {
    const one = data.findings[number];
    const box = element("div", "finding", element("p", "", severity(one), " ", ...words(one.m)));
    const link = element("button", "", "In the table");
    link.type = "button";
    link.addEventListener("click", () => address.write({ finding: one.i }) ?? window.dispatchEvent(new Event("hashchange")));
    box.append(element("p", "more-facts", element("code", "", place(one.p))), ...detail(one));
    if (document.getElementById("table")) box.append(link);
    return box;
  }

  function describe({ way, node, name }) {
    const shown = [element("h3", "", way ? way.title : node.text[0])];
    if (way) {
      shown.push(element("p", "", element("span", `mark ${way.mark}`, way.mark), way.how ? ` · ${way.how}` : ""));
      shown.push(element("ol", "", ...way.steps.map((step) => element("li", "", step))));
      if (way.activities.length > 0) shown.push(element("p", "faint", `For ${way.activities.join(", ")}`));
    } else {
      shown.push(element("p", "faint", node.text.slice(1).join(", ")));
    }
    const found = (way ?? node).findings;
    if (found.length === 0) shown.push(element("p", "faint", "Nothing was found here."));
    shown.push(...found.map(finding));
    panel.replaceChildren(...shown);
    panel.scrollTop = 0;
    panel.setAttribute("aria-label", `Selected: ${name}`);
  }

  const visible = () => parts.filter((part) => !part.at.classList.contains("off"));

  function select(part, focus) {
    for (const other of parts) other.at.classList.toggle("selected", other === part);
    reach(part);
    if (focus) part.at.focus({ preventScroll: true });
    describe(part);
    address.write({ part: String(parts.indexOf(part)) });
  }

  // One stop for the tabulator, wherever that is.
  function reach(part) {
    for (const other of parts) other.at.setAttribute("tabindex", other === part ? "0" : "-1");
  }

  function filter() {
    const text = form.text.value.trim().toLowerCase();
    const lit = new Set();
    for (const part of parts.filter(({ way }) => way)) {
      const { way, at } = part;
      const marked = form.elements[way.mark]?.checked ?? true;
      const off = !marked || (form.found.checked && open(way.findings).length === 0);
      at.classList.toggle("off", off);
      const match = !text || [way.title, ...way.steps, ...way.activities].join(" ").toLowerCase().includes(text);
      at.classList.toggle("dim", !match);
      if (!off && match) way.ends.forEach((end) => lit.add(end));
    }
    for (const { node, at, badge } of parts.filter((part) => part.node)) {
      const match = text ? lit.has(node.id) || node.text.join(" ").toLowerCase().includes(text) : true;
      at.classList.toggle("dim", !match);
      badge?.classList.toggle("dim", !match);
    }
    for (const line of document.querySelectorAll("[data-row]")) line.hidden = edges[line.dataset.row].classList.contains("off");
    const current = parts.find((part) => part.at.getAttribute("tabindex") === "0");
    const left = visible();
    if (left.length > 0 && !left.includes(current)) reach(left[0]);
  }

  // Pixels for a unit of the picture. What is under the pointer, or in the middle, stays where it is.
  function zoom(to, x = canvas.clientWidth / 2, y = canvas.clientHeight / 2) {
    const next = Math.min(4, Math.max(fit() / 2, 0.05, to));
    const by = next / scale;
    const [left, top] = [(canvas.scrollLeft + x) * by - x, (canvas.scrollTop + y) * by - y];
    scale = next;
    svg.style.width = `${whole.width * scale}px`;
    canvas.scrollTo(left, top);
    canvas.classList.toggle("moves", canvas.scrollWidth > canvas.clientWidth + 1 || canvas.scrollHeight > canvas.clientHeight + 1);
  }

  const wide = () => canvas.clientWidth / whole.width;
  const fit = () => Math.min(wide(), (0.74 * window.innerHeight) / whole.height);

  let grip = null;
  let moved = false;
  canvas.addEventListener("pointerdown", (event) => {
    grip = event.pointerType === "mouse" ? { x: event.clientX, y: event.clientY, left: canvas.scrollLeft, top: canvas.scrollTop } : null;
    moved = false;
  });
  window.addEventListener("pointermove", (event) => {
    if (!grip || event.buttons === 0) return;
    const [x, y] = [event.clientX - grip.x, event.clientY - grip.y];
    if (!moved && Math.hypot(x, y) < 4) return;
    moved = true;
    canvas.scrollTo(grip.left - x, grip.top - y);
  });
  window.addEventListener("pointerup", () => {
    grip = null;
  });
  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const box = canvas.getBoundingClientRect();
    zoom(scale * (event.deltaY < 0 ? 1.18 : 0.85), event.clientX - box.left, event.clientY - box.top);
  }, { passive: false });
  svg.addEventListener("click", (event) => {
    const at = event.target.closest("[data-way], [data-node]");
    const part = parts.find((other) => other.at === at);
    if (part && !moved) select(part, true);
  });
  svg.addEventListener("keydown", (event) => {
    const left = visible();
    const at = left.findIndex((part) => part.at === event.target);
    if (at < 0) return;
    const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    if (event.key === "Enter" || event.key === " ") select(left[at], true);
    else if (event.key in steps) {
      const next = left[(at + steps[event.key] + left.length) % left.length];
      reach(next);
      next.at.focus();
    } else if (event.key === "+" || event.key === "=") zoom(scale * 1.25);
    else if (event.key === "-") zoom(scale * 0.8);
    else return;
    event.preventDefault();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", filter);
  form.addEventListener("click", (event) => {
    const kind = event.target.dataset?.zoom;
    if (kind === "in") zoom(scale * 1.33);
    if (kind === "out") zoom(scale * 0.75);
    if (kind === "all") zoom(fit());
  });
  window.addEventListener("beforeprint", () => {
    svg.style.width = "";
  });
  window.addEventListener("afterprint", () => zoom(scale));
  filter();
  // As wide as there is room, so that it can be read; what is too high is scrolled.
  zoom(Math.min(wide(), 1.15));
  if (parts.length > 0) reach(parts[0]);
  const kept = address.read().get("part");
  const chosen = kept === null ? undefined : parts[Number(kept)];
  if (chosen) select(chosen, false);
})();
