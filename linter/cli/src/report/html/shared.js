"use strict";
// What the findings and the map have in common. Everything that a file says becomes text of an element.

const armlint = (() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const severities = ["critical", "high", "medium", "low"];

  // An element with a class and children, which are elements or texts.
  function element(name, className, ...children) {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...children);
    return made;
  }

  // What stands in backticks becomes code.
  function words(text) {
    const parts = text.split("`");
    return parts.map((part, at) => {
      if (at % 2 === 0) return part;
      return at === parts.length - 1 ? `\`${part}` : element("code", "", part);
    });
  }

  function place([path, line, column]) {
    return `${data.paths[path]}:${line}:${column}`;
  }

  function marked(text, labels) {
    const cuts = new Set([0, text.length]);
    for (const [start, end] of labels) cuts.add(start).add(end);
    const ordered = [...cuts].sort((a, b) => a - b);
    return ordered.slice(1).map((end, at) => {
      const start = ordered[at];
      const over = labels.filter(([from, to]) => from <= start && end <= to);
      const part = text.slice(start, end);
      if (over.length === 0) return part;
      return element("mark", over.some((label) => label[2]) ? "primary" : "", part);
    });
  }

  function source(finding) {
    const box = element("div", "source");
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", `Lines of ${data.paths[finding.p[0]]}`);
    const code = element("code", "");
    // What all lines begin with is left out.
    const indent = Math.min(...finding.lines.map(([, text]) => (text.trim() ? text.search(/\S/) : Infinity)));
    const cut = Number.isFinite(indent) ? indent : 0;
    let before = null;
    for (const [number, whole, places] of finding.lines) {
      const text = whole.slice(cut);
      const labels = places.map(([start, end, ...rest]) => [Math.max(0, start - cut), Math.max(0, end - cut), ...rest]);
      if (before !== null && number !== before + 1) code.append(element("span", "row gap", "⋮"));
      before = number;
      code.append(element("span", "row", element("span", "number", String(number)), ...marked(text, labels)));
      for (const [, , primary, note] of labels) {
        if (note) code.append(element("span", primary ? "note primary" : "note", `└ ${note}`));
      }
    }
    box.append(code);
    return box;
  }

  function mend(finding) {
    const boxes = [];
    if (finding.help) boxes.push(element("div", "mend", element("b", "", "How to mend it: "), ...words(finding.help)));
    if (finding.fix) {
      const { title, safe, edits } = finding.fix;
      const box = element("div", "mend", element("b", "", safe ? "Safe fix: " : "Fix, to be looked at: "), ...words(title));
      for (const [path, range, text] of edits) {
        box.append("\n", `${data.paths[path]}:${range} `, text ? element("code", "", text) : "is taken out");
      }
      boxes.push(box);
    }
    return boxes;
  }

  function why(finding) {
    const rule = data.rules[finding.r];
    const page = document.getElementById(`rule-${finding.r}`);
    const link = element("a", "", "The page of the rule");
    if (rule.url) link.href = rule.url;
    link.rel = "noreferrer";
    return element("details", "why", element("summary", "", `Why: ${rule.title}`), page.content.cloneNode(true), element("p", "", link));
  }

  // All that is known of a finding but its message.
  function detail(finding) {
    const parts = [];
    if (finding.lines) parts.push(source(finding));
    for (const [path, line, column, note] of finding.see ?? []) {
      parts.push(element("p", "more-facts", "See ", element("code", "", place([path, line, column])), ` ${note}`));
    }
    parts.push(...mend(finding), why(finding));
    const facts = [
      finding.resource && `In ${finding.resource}`,
      finding.with && `With ${finding.with.join(", ")}`,
      finding.confidence && `Confidence: ${finding.confidence}`,
      finding.suppressed && `Suppressed by ${finding.suppressed}`,
      `Fingerprint ${finding.i}`,
    ];
    parts.push(element("p", "more-facts", facts.filter(Boolean).join(" · ")));
    return parts;
  }

  function severity(finding) {
    const name = severities[finding.s];
    return element("span", `sev ${name}`, name);
  }

  // What is kept in the address, so that a link leads to the same view.
  const address = {
    read: () => new URLSearchParams(location.hash.slice(1)),
    write(values) {
      const kept = address.read();
      for (const [key, value] of Object.entries(values)) {
        if (value) kept.set(key, value);
        else kept.delete(key);
      }
      // `#findings` alone is a place in the page, and no state.
      for (const [key, value] of [...kept]) if (!value) kept.delete(key);
      try {
        history.replaceState(null, "", kept.size > 0 ? `#${kept}` : location.pathname + location.search);
      } catch {
        // A page in a frame without an address of its own keeps no state.
      }
    },
  };

  for (const part of document.querySelectorAll(".scripted")) part.hidden = false;
  return { data, severities, element, words, place, detail, severity, address };
})();
