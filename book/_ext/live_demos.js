// Brings the demos of a published page to life: no kernel, no other host.
// It reads the widget state that MyST-NB embedded in the page and calls, for every view of an
// anywidget, the same render({ model, el }) of its ES module that Jupyter calls.

const STATE = 'script[type="application/vnd.jupyter.widget-state+json"]';
const VIEW = 'script[type="application/vnd.jupyter.widget-view+json"]';

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
const modules = new Map(); // one for each source, shared by all widgets of a kind
const styles = new Set();
const idle = () =>
  new Promise((go) =>
    window.requestIdleCallback ? requestIdleCallback(go, { timeout: 500 }) : setTimeout(go),
  );

/** The module of a widget's source text. */
function load(source) {
  if (!modules.has(source)) {
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    modules.set(source, import(url));
  }
  return modules.get(source);
}

/** A name for the demo in links: league-table, and league-table-2 for the second on the page. */
function nameFor(values, taken) {
  const kind = (values._anywidget_id ?? "demo").split(".").at(-1);
  const name = kind.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
  const count = (taken.get(name) ?? 0) + 1;
  taken.set(name, count);
  return count === 1 ? name : `${name}-${count}`;
}

/** Say in the frame why a demo does not run; its still picture stays. */
function excuse(frame, sentence) {
  const words = frame.querySelector("p") ?? frame.appendChild(document.createElement("p"));
  words.textContent = sentence;
}

async function show(script, states, taken) {
  const frame = script.closest(".live-demo") ?? script.parentElement;
  const id = JSON.parse(script.textContent).model_id;
  const values = states[id]?.state;
  if (!values?._esm)
    return excuse(frame, "This control needs a running Python: open the page as a notebook.");
  const name = nameFor(values, taken);
  try {
    await idle(); // the page's words first
    const { default: demo } = await load(values._esm);
    if (values._css && !styles.has(values._css)) {
      styles.add(values._css);
      document.head.append(
        Object.assign(document.createElement("style"), { textContent: values._css }),
      );
    }
    if (!models.has(id)) {
      models.set(id, new Model(values));
      await demo.initialize?.({ model: models.get(id) });
    }
    const el = document.createElement("div");
    el.dataset.demo = name;
    frame.replaceChildren(el);
    frame.removeAttribute("style");
    await demo.render({ model: models.get(id), el });
  } catch (error) {
    excuse(
      frame,
      `This demo could not start here (${error.message}). The rest of the page works without it.`,
    );
  }
}

const state = document.querySelector(STATE);
if (state) {
  const states = JSON.parse(state.textContent).state;
  const taken = new Map();
  for (const script of document.querySelectorAll(VIEW)) show(script, states, taken);
}
