// What is wider than the page scrolls in its own frame. Its edge fades where more is to be seen, and
// while it overflows a keyboard reaches it and a screen reader says what it is.
document.addEventListener("DOMContentLoaded", () => {
  const KINDS = [
    ["div.math", "Formula"],
    [".wide-table, .pst-scrollable-table-container", "Table"],
    [".bd-article pre", "Code"],
  ];

  /** 'Table: Next year', from its caption or the heading above it. */
  function nameOf(frame, kind) {
    const heading = frame.closest("section")?.querySelector("h1, h2, h3, h4");
    const said = (frame.querySelector("caption") ?? heading)?.firstChild?.textContent.trim();
    return said ? `${kind}: ${said}` : kind;
  }

  function look(frame, kind) {
    const hidden = frame.scrollWidth - frame.clientWidth;
    const more = [
      hidden > 1 && frame.scrollLeft > 1 && "left",
      hidden > 1 && frame.scrollLeft < hidden - 1 && "right",
    ];
    frame.dataset.more = more.filter(Boolean).join(" ");
    if (hidden > 1) {
      frame.tabIndex = 0;
      frame.setAttribute("role", "group");
      if (!frame.hasAttribute("aria-label")) frame.setAttribute("aria-label", nameOf(frame, kind));
    } else {
      for (const name of ["tabindex", "role", "aria-label"]) frame.removeAttribute(name);
    }
  }

  const kinds = new Map();
  const seen = new ResizeObserver((entries) => {
    for (const { target } of entries) look(target, kinds.get(target));
  });
  for (const [selector, kind] of KINDS)
    for (const frame of document.querySelectorAll(selector)) {
      if (frame.closest(".live-demo")) continue;
      kinds.set(frame, kind);
      frame.classList.add("sn-frame");
      frame.addEventListener("scroll", () => look(frame, kind), { passive: true });
      seen.observe(frame);
    }
});
