// What all demos do besides computing and drawing: follow the model, redraw at most once a frame and
// for no longer than a frame has room for, keep JupyterLab from taking their keys, reset, link to
// their state and clean up.
import { button } from "./controls.js";
import { h, put } from "./dom.js";
import { names, read, write } from "./permalink.js";
import { inFrames, PAUSE } from "./slices.js";

const SHARE = "Copy link to this state";
const WHOLE = "Full screen";
const REST = 300; // ms without a change after which a screen reader is told

/** A line for what cannot be shown: { node, say(sentence) }, hidden where there is no sentence. */
function makeNotice() {
  const node = h("p", { class: "sn-notice", role: "status", hidden: true });
  const say = (sentence) => {
    node.textContent = sentence ?? "";
    node.hidden = !sentence;
  };
  return { node, say };
}

/** While it changes a summary is busy, so that a screen reader hears only where it ends. */
function restful(summary, isBusy) {
  let rest = 0;
  const settle = () => {
    if (isBusy()) rest = setTimeout(settle, REST);
    else put(summary, { "aria-busy": "false" });
  };
  return {
    unsettle() {
      put(summary, { "aria-busy": "true" });
      clearTimeout(rest);
      rest = setTimeout(settle, REST);
    },
    stop: () => clearTimeout(rest),
  };
}

/** A button that puts the state into the address and onto the clipboard; `address()` is its link. */
function shareButton(address) {
  // A button, not a link: themes take every href="#…" for the name of a heading.
  const share = button({
    label: SHARE,
    async press() {
      history.replaceState(history.state, "", address());
      const copied = await navigator.clipboard?.writeText(location.href).then(
        () => true,
        () => false,
      );
      share.node.textContent = copied ? "Link copied" : "The link is in the address bar";
      setTimeout(() => (share.node.textContent = SHARE), 2500);
    },
  });
  return share;
}

/** A button that gives `root` the whole screen, for a lecturer's projector; Escape ends it, too. */
function screenButton(root, say) {
  const whole = button({
    label: WHOLE,
    async press() {
      if (document.fullscreenElement) return document.exitFullscreen();
      await root
        .requestFullscreen()
        .catch(() => say("This browser does not give a demo the screen."));
    },
  });
  root.addEventListener("fullscreenchange", () => {
    const isWhole = document.fullscreenElement === root;
    whole.node.textContent = isWhole ? "Leave full screen" : WHOLE;
  });
  return whole;
}

/** The state of a model: `now()`, `set(changes)`, what it started with, and `follow(listener)`. */
function stateOf(model) {
  const start = model.get("start");
  const entries = Object.keys(start);
  return {
    start,
    now: () => Object.fromEntries(entries.map((name) => [name, model.get(name)])),
    set(changes) {
      for (const [name, value] of Object.entries(changes)) model.set(name, value);
      model.save_changes();
    },
    /** Call `changed()` at every change; returns what ends that. */
    follow(changed) {
      for (const name of entries) model.on(`change:${name}`, changed);
      return () => {
        for (const name of entries) model.off(`change:${name}`, changed);
      };
    },
  };
}

/** What stands in a demo, from the top; `quiet` are buttons that every demo has. */
function parts(view, notice, quiet) {
  const row = (kind, controls) => h("div", { class: kind }, ...controls.map(({ node }) => node));
  view.summary.setAttribute("aria-live", "polite");
  return [
    row("sn-buttons", view.actions),
    notice,
    view.figure,
    row("sn-settings", view.settings),
    view.summary,
    view.table ?? "",
    row("sn-buttons sn-quiet", quiet),
  ];
}

/** Draw the controls of a view and what it shows, in slices. */
function* drawAll(view, present, width) {
  for (const control of [...view.actions, ...view.settings]) {
    yield* control.show(present) ?? [];
    yield;
  }
  yield* view.show(present, width) ?? [];
}

/**
 * Make the `render` of a demo.
 *
 * `title` names it. `problem(state)` is a sentence about a state that cannot be shown, or null.
 * `build({ now, set, again, model, published })` makes one view and returns
 *   { actions, figure, settings, summary, table, show(state, width), busy, stop }:
 * controls above the figure, the figure, controls below it, the summary in words and, where there
 * is one, a table, whether more of what the summary says is still to come (`busy()`, for a demo that
 * runs by itself or waits for an answer) and what has to be stopped with the view; `now()` is the
 * state (what was shown last may be a frame behind), `set(changes)` changes it and `again()` asks
 * for another frame. `show`, like a control's own, may be a generator: see slices.js.
 * `model` has what is not part of the state; `published` is true on a page without a kernel.
 */
export function mount({ title, problem, build }) {
  return function render({ model, el }) {
    const { start, now, set, follow } = stateOf(model);
    const id = el.dataset.demo; // only a published page names the demo, and has an address to share
    let width = 0; // of the figure; none until it is laid out
    let link = null; // the address part that is still to be followed

    const root = h("div", { class: "sn-demo", role: "group", "aria-label": title });
    const { node: notice, say } = makeNotice();
    const frames = inFrames(everything, {
      unfinished: () => rest.unsettle(),
      failed: ({ message }) =>
        say(`This demo met a state it cannot show (${message}). Reset brings it back.`),
    });
    const view = build({ now, set, again: frames.again, model, published: Boolean(id) });
    const rest = restful(view.summary, () => frames.busy || view.busy?.());
    const reset = button({
      label: "Reset",
      press: () => {
        say(null); // where the state is the start already, nothing else would take it away
        set(start);
      },
    });
    const share = id ? [shareButton(() => write(id, now(), start))] : [];
    const whole = document.fullscreenEnabled ? [screenButton(root, say)] : [];
    root.append(...parts(view, notice, [reset, ...share, ...whole]));
    el.replaceChildren(root);

    /** A drawing of the present state, if it can be drawn; first, what a link asks for. */
    function* everything() {
      if (link !== null) yield* followLink();
      if (!width) return;
      const present = now();
      const wrong = problem(present);
      yield;
      if (wrong) return say(wrong);
      yield* drawAll(view, present, width);
    }

    /** Take the state that the link asks for. */
    function* followLink() {
      const wanted = read(id, link, start);
      yield;
      const wrong = problem(wanted);
      yield;
      link = null;
      if (wrong) return say(`The link asks for something else than this demo can show. ${wrong}`);
      set(wanted);
      frames.upToDate(); // the drawing that is under way shows it
      yield PAUSE; // the page is laid out when a frame begins
      root.scrollIntoView({ block: "nearest" });
      yield;
    }

    function changed() {
      say(null);
      rest.unsettle();
      frames.again();
    }

    function linked() {
      if (!names(id, location.hash)) return;
      link = location.hash;
      rest.unsettle();
      frames.again();
    }

    // JupyterLab would take the arrow keys away from a slider.
    root.addEventListener("keydown", (event) => event.stopPropagation());
    const unfollow = follow(changed);
    const observer = new ResizeObserver(([{ contentRect }]) => {
      width = Math.round(contentRect.width);
      frames.again();
    });
    observer.observe(view.figure);
    changed();
    if (id) {
      addEventListener("hashchange", linked);
      linked();
    }

    return () => {
      unfollow();
      observer.disconnect();
      frames.stop();
      rest.stop();
      view.stop?.();
      removeEventListener("hashchange", linked);
      root.remove();
    };
  };
}
