// Registers the site's service worker once a page has loaded, and lets it keep the page that was open
// before there was a worker: from what the browser has fetched for it, so nothing is asked for again.
(() => {
  const workers = navigator.serviceWorker;
  if (!workers) return; // a file, or a host without https
  const root = new URL(document.documentElement.dataset.content_root, document.baseURI).href;
  const happens = (target, event) =>
    new Promise((go) => target.addEventListener(event, go, { once: true }));
  const QUIET = 2500; // ms
  const rest = (ms) => new Promise((go) => setTimeout(go, ms));

  async function begin() {
    if (document.readyState !== "complete") await happens(window, "load");
    const before = await workers.getRegistration(root);
    if (before?.scope === root) return; // and not that of a site around this one
    const taken = happens(workers, "controllerchange");
    if (!(await workers.register(new URL("sw.js", root)))) return;
    await taken;
    // The icon, an `other`, a browser keeps where a page has no access to it.
    const parts = () =>
      performance
        .getEntriesByType("resource")
        .filter(({ name, initiatorType: type }) => type !== "other" && name.startsWith(root))
        .map(({ name }) => name);
    const kept = new Set();
    for (let left = [location.href.split(/[?#]/)[0], ...parts()]; left.length; ) {
      for (const address of left) {
        kept.add(address);
        await fetch(address, { cache: "force-cache" }).catch(() => {});
      }
      left = parts().filter((address) => !kept.has(address)); // what was under way
    }
  }

  const begun = begin().catch(() => {}); // without it the site is read as any other

  /** Wait until the page has asked for nothing for so long that the browser has looked after it. */
  async function quiet() {
    for (;;) {
      const ends = performance.getEntries().map(({ responseEnd }) => responseEnd ?? 0);
      const left = Math.max(...ends) + QUIET - performance.now();
      if (left <= 0) return;
      await rest(left);
    }
  }

  // Who is about to cut the page's connections waits for this: a browser looks for another worker a
  // second after what a page has asked for last.
  document.addEventListener("sn-complete", ({ detail }) => {
    const own = begun.then(async () => {
      if (!workers.controller) return;
      await Promise.allSettled(detail.filter((other) => other !== own));
      await quiet();
    });
    detail.push(own);
  });
})();
