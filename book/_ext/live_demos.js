// Brings the demos of a published page to life: no kernel, no other host.
// It reads the widgets' states in the page and, when the frame of an anywidget's view comes near the
// screen, fetches its ES module and calls the same render({ model, el }) of it that Jupyter calls.
// Until that has drawn, the frame's still picture stands there.

const STATE = 'script[type="application/vnd.jupyter.widget-state+json"]';
const VIEW = 'script[type="application/vnd.jupyter.widget-view+json"]';
const NEAR = "100% 0px"; // a screen above and below the one that is read

/** A widget's state as a page without a kernel can hold it: an ipywidgets model that saves nowhere. */
export class Model {
  #values;
  #listeners = new Map();

  constructor(values) {
    this.#values = { ...values };
  }

  get(name) {
    return this.#values[name];
  }

  set(name, value) {
    const changes = typeof name === "object" ? name : { [name]: value };
    const changed = Object.keys(changes).filter((key) => this.#values[key] !== changes[key]);
    Object.assign(this.#values, changes);
    for (const key of changed) this.#trigger(`change:${key}`, changes[key]);
    if (changed.length) this.#trigger("change");
  }

  on(events, listener) {
    for (const event of events.split(" "))
      this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
  }

  off(events, listener) {
    if (!events) return this.#listeners.clear();
    for (const event of events.split(" ")) {
      const left = this.#listeners.get(event)?.filter((other) => listener && other !== listener);
      this.#listeners.set(event, left ?? []);
    }
  }

  save_changes() {} // nowhere to save to: the state lives in the page

  send() {} // there is no kernel to send to

  get widget_manager() {
    return { get_model: async (id) => models.get(id) };
  }

  #trigger(event, value) {
    for (const listener of this.#listeners.get(event) ?? []) listener(this, value);
  }
}

const models = new Map(); // one for each widget, shared by all its views
const fetched = new Map(); // by address, shared by all widgets of a kind: modules, and styles
const once = (address, make) => {
  if (!fetched.has(address)) fetched.set(address, text(address).then(make));
  return fetched.get(address);
};
const happens = (target, ...events) =>
  new Promise((go) => {
    for (const event of events) target.addEventListener(event, go, { once: true });
  });
const rest = (ms) => new Promise((go) => setTimeout(go, ms));
const idle = () =>
  new Promise((go) =>
    window.requestIdleCallback ? requestIdleCallback(go, { timeout: 500 }) : setTimeout(go),
  );

/** The text of a file; its address is relative to this script's. */
async function text(address) {
  const answer = await fetch(new URL(address, import.meta.url));
  if (!answer.ok) throw new Error(`its code is not there: ${answer.status}`);
  return answer.text();
}

// From its text, not its address: a worker that the module starts later needs no connection.
const load = (source) =>
  import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));

function dress(css) {
  document.head.append(Object.assign(document.createElement("style"), { textContent: css }));
}

/** A name for the demo in links: league-table, and league-table-2 for the second on the page. */
function nameFor(values, taken) {
  const kind = (values._anywidget_id ?? "demo").split(".").at(-1);
  const name = kind.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
  const count = (taken.get(name) ?? 0) + 1;
  taken.set(name, count);
  return count === 1 ? name : `${name}-${count}`;
}

/** Say in the frame why its still picture stands there. */
function say(frame, sentence) {
  const words = frame.querySelector("p") ?? frame.appendChild(document.createElement("p"));
  words.textContent = sentence;
}

/** Wait until what is in `el` is busy no longer. */
function drawn(el) {
  const isBusy = () => el.querySelector("[aria-busy=true]");
  return new Promise((done) => {
    if (!isBusy()) return done();
    const observer = new MutationObserver(() => {
      if (isBusy()) return;
      observer.disconnect();
      done();
    });
    observer.observe(el, { subtree: true, childList: true, attributeFilter: ["aria-busy"] });
  });
}

/** Fetch a demo, have it draw unseen in its frame, and put it in place of the still picture. */
async function show({ frame, id, name, values }) {
  const el = document.createElement("div");
  try {
    if (document.readyState !== "complete") await happens(window, "load");
    await idle(); // the page's words and pictures first
    const [{ default: demo }] = await Promise.all([
      once(values._esm, load),
      values._css && once(values._css, dress),
    ]);
    if (!models.has(id)) {
      models.set(id, new Model(values));
      await demo.initialize?.({ model: models.get(id) });
    }
    el.dataset.demo = name;
    say(frame, "This is a still picture; the demo comes in a moment.");
    el.className = "drawing";
    frame.classList.add("waiting");
    frame.append(el);
    await demo.render({ model: models.get(id), el });
    await Promise.race([drawn(el), rest(10_000)]);
    el.removeAttribute("class");
    frame.classList.replace("waiting", "live");
    frame.replaceChildren(el);
    if (isAskedFor(name)) el.scrollIntoView({ block: "nearest" });
  } catch (error) {
    el.remove();
    frame.classList.remove("waiting");
    frame.classList.add("failed");
    say(
      frame,
      `This demo could not start here (${error.message}). The rest of the page works without it.`,
    );
  }
}

/** Whether the page's address ends in a state of this demo. */
const isAskedFor = (name) => window.location.hash.match(/[#&]demo=([^&]*)/)?.[1] === name;

/** The views of the page that can live, in order. */
function views() {
  const state = document.querySelector(STATE);
  const states = state ? JSON.parse(state.textContent).state : {};
  const taken = new Map();
  const found = [];
  for (const script of document.querySelectorAll(VIEW)) {
    const frame = script.closest(".live-demo") ?? script.parentElement;
    const id = JSON.parse(script.textContent).model_id;
    const values = states[id]?.state;
    if (values?._esm) found.push({ frame, id, values, name: nameFor(values, taken) });
    else say(frame, "This control needs a running Python: open the page as a notebook.");
  }
  return found;
}

const waiting = new Map(views().map((view) => [view.frame, view]));
const starting = [];

function start(frame) {
  const view = waiting.get(frame);
  if (!waiting.delete(frame)) return;
  observer?.unobserve(frame);
  frame.removeAttribute("tabindex");
  starting.push(show(view));
}

function startWhatIsAskedFor() {
  for (const { frame, name } of [...waiting.values()]) if (isAskedFor(name)) start(frame);
}

/** Fetch what the page still lacks; a promise for each part. */
function complete() {
  for (const frame of [...waiting.keys()]) start(frame);
  const pictures = [...document.images].map((picture) => {
    picture.loading = "eager";
    return picture.complete || happens(picture, "load", "error");
  });
  return [...starting, ...pictures];
}

const observer =
  window.IntersectionObserver &&
  new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) if (isIntersecting) start(target);
    },
    { rootMargin: NEAR },
  );
for (const frame of [...waiting.keys()]) {
  if (!observer) start(frame);
  else {
    frame.tabIndex = 0; // the keyboard must not pass by what has not started
    observer.observe(frame);
  }
}
startWhatIsAskedFor();
window.addEventListener("hashchange", startWhatIsAskedFor);
// Who is about to cut the page's connections asks for this first.
document.addEventListener("sn-complete", ({ detail }) => detail.push(...complete()));
