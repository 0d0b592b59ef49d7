// What is wider than the page scrolls in its own frame. Its edge fades where more is to be seen, and
// while it overflows a keyboard reaches it and a screen reader says what it is.
document.addEventListener("DOMContentLoaded", () => {
  const KINDS = [
    ["div.math", "Formula"],
    [".wide-table, .pst-scrollable-table-container", "Table"],
    [".bd-article pre", "Code"],
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

  function look(frame, name) {
    const hidden = frame.scrollWidth - frame.clientWidth;
    const more = [
      hidden > 1 && frame.scrollLeft > 1 && "left",
      hidden > 1 && frame.scrollLeft < hidden - 1 && "right",
    ];
    frame.dataset.more = more.filter(Boolean).join(" ");
    if (hidden > 1) {
      frame.tabIndex = 0;
      frame.setAttribute("role", "group");
      frame.setAttribute("aria-label", name);
    } else {
      for (const given of ["tabindex", "role", "aria-label"]) frame.removeAttribute(given);
    }
  }

  const names = new Map();
  const seen = new ResizeObserver((entries) => {
    for (const { target } of entries) look(target, names.get(target));
  });
  for (const [selector, kind] of KINDS)
    for (const frame of document.querySelectorAll(selector)) {
      if (frame.closest(".live-demo")) continue;
      const name = nameOf(frame, kind);
      names.set(frame, name);
      frame.classList.add("sn-frame");
      frame.addEventListener("scroll", () => look(frame, name), { passive: true });
      seen.observe(frame);
    }
});
