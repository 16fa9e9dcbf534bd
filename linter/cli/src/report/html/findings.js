"use strict";
// The table of findings: filtered, sorted, and drawn a part at a time.

(() => {
  const { data, severities, element, words, place, detail, severity, address } = armlint;
  const table = document.getElementById("table");
  if (!table) return;
  const form = document.getElementById("filter");
  const body = table.tBodies[0];
  const more = document.getElementById("more");
  const status = document.getElementById("count");
  const FIRST = 100;
  const PRINTED = 500;
  const KEYS = ["text", "severity", "category", "rule", "folder", "state"];

  const texts = data.findings.map((finding) => {
    const rule = data.rules[finding.r];
    return `${finding.m} ${data.paths[finding.p[0]]} ${rule.id} ${finding.resource ?? ""}`.toLowerCase();
  });
  let found = [];
  let drawn = 0;
  let sort = { key: "severity", down: false };

  function counted(values) {
    const counts = new Map();
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
    return counts;
  }

  function options(select, all, entries) {
    select.append(new Option(all, ""));
    for (const [value, name] of entries) select.append(new Option(name, value));
  }

  function folders() {
    const counts = new Map();
    for (const finding of data.findings) {
      const parts = data.paths[finding.p[0]].split("/").slice(0, -1);
      for (let depth = 1; depth <= parts.length; depth += 1) {
        const folder = parts.slice(0, depth).join("/");
        counts.set(folder, (counts.get(folder) ?? 0) + 1);
      }
    }
    return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, 1000);
  }

  function fill() {
    const named = (counts) => [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => [name, `${name} (${count})`]);
    options(form.severity, "all", severities.map((name) => [name, name]));
    options(form.category, "all", named(counted(data.findings.map((finding) => data.rules[finding.r].category))));
    options(form.rule, "all", named(counted(data.findings.map((finding) => data.rules[finding.r].id))));
    options(form.folder, "all", folders().map(([name, count]) => [name, `${name} (${count})`]));
    const open = data.since ? `new since ${data.since}` : "open";
    const known = data.since ? `known at ${data.since}` : "known";
    for (const [value, name] of [["", open], ["known", known], ["suppressed", "suppressed"], ["all", "all"]]) {
      form.state.append(new Option(name, value));
    }
  }

  function wanted() {
    const value = (key) => form.elements[key].value;
    const text = value("text").trim().toLowerCase().split(/\s+/).filter(Boolean);
    const [category, rule, folder, state] = [value("category"), value("rule"), value("folder"), value("state") || "open"];
    const level = severities.indexOf(value("severity"));
    return (finding, at) =>
      (state === "all" || finding.g === state) &&
      (level < 0 || finding.s === level) &&
      (!rule || data.rules[finding.r].id === rule) &&
      (!category || data.rules[finding.r].category === category) &&
      (!folder || data.paths[finding.p[0]].startsWith(`${folder}/`)) &&
      text.every((word) => texts[at].includes(word));
  }

  function order(a, b) {
    const [one, two] = [data.findings[a], data.findings[b]];
    const orders = {
      severity: () => one.s - two.s,
      message: () => one.r - two.r || (one.m < two.m ? -1 : one.m > two.m ? 1 : 0),
      place: () => one.p[0] - two.p[0] || one.p[1] - two.p[1] || one.p[2] - two.p[2],
    };
    return (sort.down ? -1 : 1) * orders[sort.key]() || a - b;
  }

  function row(at) {
    const finding = data.findings[at];
    const rule = data.rules[finding.r];
    const what = element("button", "what", ...words(finding.m));
    what.type = "button";
    what.setAttribute("aria-expanded", "false");
    what.dataset.at = at;
    const tags = [];
    if (finding.g === "suppressed") tags.push(element("span", "tag", "suppressed"));
    if (finding.g === "known") tags.push(element("span", "tag", "known"));
    if (finding.g === "open" && data.since) tags.push(element("span", "tag new", "new"));
    return element(
      "tr",
      "",
      element("td", "", severity(finding)),
      element("td", "", what, element("div", "rule", rule.id, ...tags)),
      element("td", "place", element("code", "", place(finding.p))),
    );
  }

  function toggle(button, open) {
    const line = button.closest("tr");
    const next = line.nextElementSibling;
    const shown = next?.classList.contains("detail") ?? false;
    if (open === shown) return;
    button.setAttribute("aria-expanded", String(open));
    if (!open) return next.remove();
    const cell = element("td", "", ...detail(data.findings[button.dataset.at]));
    cell.colSpan = 3;
    line.after(element("tr", "detail", cell));
  }

  function draw(number) {
    const part = document.createDocumentFragment();
    for (const at of found.slice(drawn, number)) part.append(row(at));
    body.append(part);
    drawn = Math.min(number, found.length);
    more.parentElement.hidden = drawn >= found.length;
    more.textContent = `Show ${Math.min(200, found.length - drawn)} more of ${found.length - drawn}`;
  }

  function show() {
    const test = wanted();
    found = data.findings.map((_, at) => at).filter((at) => test(data.findings[at], at)).sort(order);
    body.replaceChildren();
    drawn = 0;
    draw(FIRST);
    const all = data.findings.length;
    status.textContent = `${found.length} of ${all} finding${all === 1 ? "" : "s"}`;
    for (const button of document.querySelectorAll("[data-severity]")) {
      button.setAttribute("aria-pressed", String(form.severity.value === button.dataset.severity));
    }
    for (const button of document.querySelectorAll("[data-category]")) {
      button.setAttribute("aria-pressed", String(form.category.value === button.dataset.category));
    }
    for (const head of table.tHead.rows[0].cells) {
      if (head.dataset.key === sort.key) head.setAttribute("aria-sort", sort.down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
  }

  function keep() {
    const values = Object.fromEntries(KEYS.map((key) => [key, form.elements[key].value]));
    const usual = sort.key === "severity" && !sort.down;
    address.write({ ...values, sort: usual ? "" : `${sort.key}${sort.down ? "-" : ""}`, finding: "" });
  }

  function restore() {
    const kept = address.read();
    for (const key of KEYS) {
      const value = kept.get(key) ?? "";
      const field = form.elements[key];
      // A value that this report does not have filters nothing.
      field.value = value;
      if (field.tagName === "SELECT" && field.selectedIndex < 0) field.selectedIndex = 0;
    }
    const key = (kept.get("sort") ?? "").replace("-", "");
    if (["severity", "message", "place"].includes(key)) sort = { key, down: kept.get("sort").endsWith("-") };
    show();
    const wantedOne = kept.get("finding");
    const position = wantedOne ? found.findIndex((at) => data.findings[at].i === wantedOne) : -1;
    if (position < 0) return;
    draw(Math.max(drawn, position + 1));
    const button = body.querySelector(`[data-at="${found[position]}"]`);
    toggle(button, true);
    button.scrollIntoView({ block: "center" });
    button.focus();
  }

  let waiting = 0;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      keep();
      show();
    }, 60);
  });
  form.addEventListener("reset", () => setTimeout(() => {
    keep();
    show();
  }));
  more.addEventListener("click", () => draw(drawn + 200));
  body.addEventListener("click", (event) => {
    const button = event.target.closest(".what");
    if (!button) return;
    const open = button.getAttribute("aria-expanded") !== "true";
    toggle(button, open);
    address.write({ finding: open ? data.findings[button.dataset.at].i : "" });
  });
  body.addEventListener("keydown", (event) => {
    if (!["ArrowDown", "ArrowUp"].includes(event.key) || !event.target.matches(".what")) return;
    const buttons = [...body.querySelectorAll(".what")];
    const next = buttons[buttons.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
  table.tHead.addEventListener("click", (event) => {
    const key = event.target.closest("th")?.dataset.key;
    if (!key) return;
    sort = { key, down: sort.key === key && !sort.down };
    keep();
    show();
  });
  document.querySelector(".counts").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    for (const key of ["severity", "category"]) {
      const value = button.dataset[key];
      if (value) form.elements[key].value = form.elements[key].value === value ? "" : value;
    }
    keep();
    show();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.target.matches("input, select, textarea")) return;
    event.preventDefault();
    form.text.focus();
  });
  window.addEventListener("hashchange", restore);
  window.addEventListener("beforeprint", () => {
    draw(Math.max(drawn, PRINTED));
    for (const button of [...body.querySelectorAll(".what")].slice(0, PRINTED)) toggle(button, true);
  });
  window.addEventListener("afterprint", show);
  fill();
  restore();
})();
