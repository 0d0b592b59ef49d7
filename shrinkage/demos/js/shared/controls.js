// Native controls with a label and, for a slider, the value in words beside it.
// Each is { node, show(state) }: `show` updates it to the state.
import { h, put, uid } from "./dom.js";
import { inPortions, PAUSE, SIGNS } from "./slices.js";

const MANY = 16; // options from which a choice has a width of its own

/**
 * A labelled slider.
 *
 * `stops` are the values it can take, in order, or `range(state)` the lowest and highest of all
 * whole numbers; `read(state)` gives the present one, `say(value)` puts it into words,
 * `explain(state)` may add a line below and `change(value)` is told of a new one.
 * A state between two stops keeps its own words and rests on the nearer stop.
 */
export function slider({ label, stops, range, read, say, explain, change }) {
  const id = uid("slider");
  const input = h("input", {
    type: "range",
    id,
    min: 0,
    max: stops ? stops.length - 1 : 1,
    step: 1,
    input: () => change(stops ? stops[input.valueAsNumber] : input.valueAsNumber),
  });
  const output = h("output", { for: id });
  const below = h("span", { class: "sn-explain" });
  return {
    node: h("div", { class: "sn-slider" }, h("label", { for: id }, label), output, input, below),
    show(state) {
      const value = read(state);
      if (range) {
        const [min, max] = range(state);
        put(input, { min, max });
        input.value = value;
      } else {
        const distance = (stop) => Math.abs(stop - value);
        const nearest = stops.reduce((a, b) => (distance(b) < distance(a) ? b : a));
        input.value = stops.indexOf(nearest);
      }
      const words = [say(value), explain?.(state) ?? ""];
      put(output, {}, words[0]);
      put(below, {}, words[1]);
      put(input, { "aria-valuetext": words.filter(Boolean).join(": ") });
    },
  };
}

/** A labelled checkbox. */
export function checkbox({ label, read, change }) {
  const input = h("input", { type: "checkbox", change: () => change(input.checked) });
  return {
    node: h("label", { class: "sn-checkbox" }, input, label),
    show(state) {
      input.checked = read(state);
    },
  };
}

/** A button; `enabled(state)` says when it can be pressed. */
export function button({ label, press, enabled = () => true, primary = false }) {
  const click = () => node.getAttribute("aria-disabled") !== "true" && press();
  const node = h("button", { type: "button", class: primary && "sn-primary", click }, label);
  return {
    node,
    show(state) {
      // aria-disabled instead of disabled, so that the button keeps the keyboard's focus.
      put(node, { "aria-disabled": String(!enabled(state)) });
    },
  };
}

/** A labelled choice of one of a few; `options` is a list of [value, words], or a function of the state. */
export function choice({ label, options, read, change }) {
  const id = uid("choice");
  const list = typeof options === "function" ? options : () => options;
  const select = h("select", { id, change: () => change(select.value) });
  let shown = []; // the options that are in the select
  return {
    node: h("div", { class: "sn-choice" }, h("label", { for: id }, label), select),
    *show(state) {
      const present = list(state);
      yield;
      const isThere = ([value, words], i) => shown[i]?.[0] === value && shown[i][1] === words;
      if (present.length !== shown.length || !present.every(isThere)) {
        shown = []; // until all are written: that may be interrupted
        select.replaceChildren();
        // Without a width the browser would measure all options again after each portion of them.
        const longest = Math.max(...present.map(([, words]) => words.length));
        select.style.width = present.length > MANY ? `${Math.min(longest, 24) + 6}ch` : "";
        const add = ([value, words]) => select.append(h("option", { value }, words));
        yield* inPortions(present, add, { portion: SIGNS, pause: PAUSE });
        shown = present;
      }
      yield;
      select.value = read(state);
    },
  };
}
