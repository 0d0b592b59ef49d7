// What is wider than the page scrolls in its own frame. Its edge fades where more is to be seen, and
// while it overflows a keyboard reaches it and a screen reader says what it is.
document.addEventListener("DOMContentLoaded", () => {
  const KINDS = [
    ["div.math", "Formula"],
    [".wide-table, .pst-scrollable-table-container", "Table"],
    [".bd-article pre", "Code"],
    [".cell_output > .output, .jp-RenderedHTMLCommon", "Output"],
  ];

  const taken = new Map();

  /** 'Table: Next year', from its caption or the heading above it; a second one is 'Table 2: …'. */
  function nameOf(frame, kind) {
    const heading = frame.closest("section")?.querySelector("h1, h2, h3, h4");
    const said = (frame.querySelector("caption") ?? heading)?.cloneNode(true);
    said?.querySelector(".headerlink")?.remove();
    const name = said ? `: ${said.textContent.trim()}` : "";
    const count = (taken.get(kind + name) ?? 0) + 1;
    taken.set(kind + name, count);
    return count > 1 ? `${kind} ${count}${name}` : kind + name;
  }

  /** On which sides of a frame there is more than it shows. */
  function measured({ scrollWidth, clientWidth, scrollLeft }) {
    const hidden = scrollWidth - clientWidth;
    if (hidden <= 1) return [];
    return [scrollLeft > 1 && "left", scrollLeft < hidden - 1 && "right"].filter(Boolean);
  }

  function tell(frame, name, more) {
    frame.dataset.more = more.join(" ");
    if (more.length) {
      frame.tabIndex = 0;
      frame.setAttribute("role", "group");
      frame.setAttribute("aria-label", name);
    } else {
      for (const given of ["tabindex", "role", "aria-label"]) frame.removeAttribute(given);
    }
  }

  const names = new Map();
  const seen = new ResizeObserver((entries) => {
    // All are measured before one is told, or the browser would lay the page out again for each.
    const frames = entries.map(({ target }) => [target, measured(target)]);
    for (const [frame, more] of frames) tell(frame, names.get(frame), more);
  });
  for (const [selector, kind] of KINDS)
    for (const frame of document.querySelectorAll(selector)) {
      if (frame.closest(".live-demo")) continue;
      const name = nameOf(frame, kind);
      names.set(frame, name);
      frame.classList.add("sn-frame");
      frame.addEventListener("scroll", () => tell(frame, name, measured(frame)), { passive: true });
      seen.observe(frame);
    }
});
