// First of the site's scripts. What those after it want done once the page has been read is done when
// the page has been painted, each in a task of its own: all at once it would hold up a phone's first
// frame, and then its reader's finger. `inTurns()` ends the scripts.
window.inTurns = (() => {
  const waiting = [];
  const hand = document.addEventListener;
  // Some do it at once if they find a page that is read, as it is when a deferred script runs.
  Object.defineProperty(document, "readyState", { configurable: true, get: () => "loading" });
  document.addEventListener = (type, listener, ...more) => {
    if (type === "DOMContentLoaded") waiting.push(listener);
    else hand.call(document, type, listener, ...more);
  };

  let end;
  const done = new Promise((resolve) => {
    end = resolve;
  });
  const begin = () => {
    for (const task of waiting.splice(0)) setTimeout(task);
    setTimeout(end);
  };
  // Who asks for the whole page waits for this too.
  document.addEventListener("sn-complete", ({ detail }) => detail.push(done));

  return () => {
    delete document.readyState;
    delete document.addEventListener;
    requestAnimationFrame(() => setTimeout(begin));
    setTimeout(begin, 1000); // ms; a page that is not on screen has no frames
  };
})();
