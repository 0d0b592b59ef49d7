// The site's service worker: what was read, or kept, can be read without a connection.
// With a connection a page comes from the site, so no page is older than there. What a page asks for
// bears its version or its content in its name, and is only ever taken for that very name: no page
// is shown with the style or the demo of another version. The worker asks for nothing of itself.

// Build {build}: each build of the site has another worker, and its `activate` tidies up.
const CACHE = `small-n ${registration.scope}`; // other sites may share the host
const FOREVER = /[?&]v=[\da-f]{8}$|[-/][\da-f]{12,}\.\w+$/; // named after its content
const PATIENCE = 8000; // ms; a connection that says nothing for so long is none

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(tidy().then(() => clients.claim())));

/** Delete what no page that is kept here asks for: the style and the demos of older versions. */
async function tidy() {
  const kept = await caches.open(CACHE);
  const named = (await kept.keys()).filter(({ url }) => FOREVER.test(url));
  const pages = await kept.matchAll();
  const isPage = (response) => response.headers.get("content-type")?.startsWith("text/html");
  const text = (await Promise.all(pages.filter(isPage).map((page) => page.text()))).join();
  const unused = named.filter(({ url }) => !text.includes(url.slice(url.lastIndexOf("/") + 1)));
  await Promise.all(unused.map((request) => kept.delete(request)));
}

addEventListener("fetch", (event) => {
  const { method, url, cache } = event.request;
  const isOurs = method === "GET" && url.startsWith(registration.scope) && !url.endsWith(".pdf");
  if (!isOurs || cache === "no-store") return;
  const answered = answer(event);
  event.respondWith(url.endsWith(".ipynb") ? answered.then(asFile) : answered);
});

/** A notebook is to be saved, and not shown as text. */
function asFile({ body, status, headers }) {
  const more = new Headers(headers);
  if (status === 200) more.set("Content-Disposition", "attachment");
  return new Response(body, { status, headers: more });
}

/** The address under which an answer is kept: a search and its words are one page. */
function key({ url, mode }) {
  const address = new URL(url);
  address.hash = "";
  if (mode === "navigate") address.search = "";
  if (address.pathname.endsWith("/")) address.pathname += "index.html";
  return address.href;
}

async function answer(event) {
  const { request } = event;
  const address = key(request);
  const kept = await caches.open(CACHE);
  const found = await kept.match(address);
  if (found && FOREVER.test(address)) return found;
  const asked = fetch(request);
  const keep = (response) =>
    response.ok && !response.redirected && kept.put(address, response.clone());
  event.waitUntil(asked.then(keep).catch(() => {})); // no connection, or no room
  if (found) {
    const enough = new Promise((go) => setTimeout(go, PATIENCE, found));
    return Promise.race([asked.catch(() => found), enough]);
  }
  return request.mode === "navigate" ? asked.catch(() => notKept(kept)) : asked;
}

/** What a reader without a connection gets for a page that is not kept: it says so, and what is. */
async function notKept(kept) {
  const rows = [];
  const addresses = (await kept.keys()).map(({ url }) => url);
  const isRead = (url) => url.endsWith(".html") && !url.endsWith("/search.html");
  for (const url of addresses.filter(isRead).sort()) {
    const page = await (await kept.match(url)).text();
    const [, title] = page.match(/<title>(.*?)(?: (?:—|&#8212;) [^<]*)?<\/title>/s) ?? [];
    if (title) rows.push(`<li><a href="${url}">${title}</a></li>`);
  }
  const list = rows.length ? `<h2>What is kept</h2><ul>${rows.join("")}</ul>` : "";
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Not on this device</title>
<style>:root { color-scheme: light dark; font: 1.1rem/1.5 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 40rem; padding: 0 1rem; } li { margin: 0.5rem 0; }</style></head>
<body><main><h1>This page is not on this device</h1>
<p>There is no connection, and this browser has not kept the page.
Open it once while you are connected; or, to have the whole course, press
<em>Keep the course on this device</em> on the page
<a href="${registration.scope}book/using.html#offline-and-on-paper">How to use this course</a>.</p>
<p><a href="">Try again</a></p>${list}</main></body></html>`;
  return new Response(html, { status: 503, headers: { "Content-Type": "text/html" } });
}
