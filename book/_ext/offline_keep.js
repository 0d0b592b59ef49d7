// The box in which a reader keeps the whole course on the device, brings it up to date or removes it.
// A file that is here already with the content of the list is not fetched, so what was interrupted
// goes on from where it was.

const ROOT = new URL("../", import.meta.url).href;
const CACHE = `small-n ${ROOT}`; // the service worker's
const LIST = `${ROOT}_offline/files.json`; // kept once all that it names is
const AT_ONCE = 4;
const ROUNDS = 3; // a site that is published anew meanwhile is fetched anew

const box = document.querySelector(".sn-offline");
const [keep, update, remove] = box.querySelectorAll("button");
const bar = box.querySelector("progress");
const status = box.querySelector("[role=status]");
const sizes = new Intl.NumberFormat("en-GB", {
  maximumFractionDigits: 1,
  minimumFractionDigits: 1,
});

const megabytes = (bytes) => `${sizes.format(bytes / 1e6)} MB`;
const rest = (ms) => new Promise((go) => setTimeout(go, ms));
const say = (sentence) => {
  if (status.textContent !== sentence) status.textContent = sentence;
};

function offer(...buttons) {
  for (const button of [keep, update, remove]) button.hidden = !buttons.includes(button);
}

/** Fetch from the site itself, with a patience for lost connections that only a closed page ends. */
async function fetched(address) {
  for (;;) {
    const answer = await fetch(address, { cache: "no-store" }).catch(() => null);
    if (answer && answer.status < 500) return answer;
    say("The connection is lost. This goes on by itself when it is back.");
    await rest(2000);
  }
}

/** Whether the answer has the content that the list names. */
async function isSame(answer, digest) {
  if (!answer) return false;
  const bytes = await crypto.subtle.digest("SHA-256", await answer.arrayBuffer());
  const hex = [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.startsWith(digest);
}

/** What of the list is not here: [[address, bytes], …]. */
async function lacking(kept, list) {
  const found = [];
  for (const [name, [digest, bytes]] of Object.entries(list)) {
    const address = ROOT + name;
    if (!(await isSame(await kept.match(address), digest))) found.push([address, bytes]);
  }
  return found;
}

/** Fetch what is lacking, some files at a time; the addresses that the site does not have. */
async function fill(kept, wanted) {
  const total = wanted.reduce((sum, [, bytes]) => sum + bytes, 0);
  const missing = [];
  const queue = [...wanted];
  let done = 0;
  bar.max = total;
  async function work() {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [address, bytes] = next;
      const answer = await fetched(address);
      if (answer.ok) await kept.put(address, answer);
      else missing.push(address);
      done += bytes;
      bar.value = done;
      say(`Fetching: ${Math.round((100 * done) / total)} % of ${megabytes(total)}.`);
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return missing;
}

/** Fetch all that the list of the site names; true once it is here, whole. */
async function complete() {
  const kept = await caches.open(CACHE);
  for (let round = 0; round < ROUNDS; round++) {
    const answer = await fetched(LIST);
    const list = await answer.clone().json();
    const wanted = await lacking(kept, list);
    const missing = await fill(kept, wanted);
    if (missing.length || (wanted.length && round + 1 < ROUNDS && (await isAnother(answer))))
      continue;
    await kept.put(LIST, answer);
    const named = new Set([LIST, ...Object.keys(list).map((name) => ROOT + name)]);
    for (const request of await kept.keys())
      if (!named.has(request.url)) await kept.delete(request);
    return true;
  }
  return false;
}

/** Whether the site has another list by now. */
async function isAnother(answer) {
  return (await (await fetched(LIST)).text()) !== (await answer.clone().text());
}

async function keepAll() {
  offer();
  bar.hidden = false;
  say("Looking at what is here already.");
  try {
    await navigator.storage?.persist?.(); // a browser short of room asks the reader first
    await navigator.serviceWorker.ready;
    if (await complete()) return await show();
    say("The site is being published anew at this moment. Try again in a few minutes.");
  } catch (error) {
    const isFull = error.name === "QuotaExceededError";
    say(isFull ? "There is no room for it on this device." : `It was not kept: ${error.message}`);
  }
  bar.hidden = true;
  offer(keep);
}

async function removeAll() {
  await caches.delete(CACHE);
  await show();
  say("The course is no longer on this device.");
}

/** Say what is kept, and whether the site has something newer. */
async function show() {
  bar.hidden = true;
  const list = await caches.match(LIST, { cacheName: CACHE });
  if (!list) {
    offer(keep);
    return say("");
  }
  offer(remove);
  say("The whole course is on this device: every page, demo, notebook and the search.");
  const newer = await fetch(LIST, { cache: "no-store" }).catch(() => null);
  if (!newer?.ok) return;
  const [old, now] = [await list.json(), await newer.json()];
  const changed = Object.entries(now).filter(([name, [digest]]) => old[name]?.[0] !== digest);
  if (!changed.length) return;
  const bytes = changed.reduce((sum, [, [, size]]) => sum + size, 0);
  update.textContent = `Bring it up to date (${megabytes(bytes)})`;
  offer(update, remove);
  say("The course is on this device, and the site has a newer version of it.");
}

if (navigator.serviceWorker && window.caches) {
  box.querySelector("p").remove(); // it says why there is no button
  keep.addEventListener("click", keepAll);
  update.addEventListener("click", keepAll);
  remove.addEventListener("click", removeAll);
  await show();
}
