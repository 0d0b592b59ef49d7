// A formula that is wider than its frame can be scrolled by keyboard; the others are no stop.
document.addEventListener("DOMContentLoaded", () => {
  const seen = new ResizeObserver((entries) => {
    for (const { target: frame } of entries) {
      const wide = frame.scrollWidth > frame.clientWidth;
      for (const [name, value] of [
        ["tabindex", "0"],
        ["role", "group"],
        ["aria-label", "Formula"],
      ]) {
        if (wide) frame.setAttribute(name, value);
        else frame.removeAttribute(name);
      }
    }
  });
  for (const frame of document.querySelectorAll("div.math")) seen.observe(frame);
});
