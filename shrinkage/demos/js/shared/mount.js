// What all demos do besides computing and drawing: follow the model, redraw at most once a frame and
// for no longer than a frame has room for, keep JupyterLab from taking their keys, reset, link to
// their state and clean up.
import { button } from "./controls.js";
import { h, put } from "./dom.js";
import { names, read, write } from "./permalink.js";
import { advance, PAUSE } from "./slices.js";

const SHARE = "Copy link to this state";
const WHOLE = "Full screen";
const REST = 300; // ms without a change after which a screen reader is told

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
    const start = model.get("start");
    const entries = Object.keys(start);
    const state = () => Object.fromEntries(entries.map((name) => [name, model.get(name)]));
    const set = (changes) => {
      for (const [name, value] of Object.entries(changes)) model.set(name, value);
      model.save_changes();
    };

    // One frame draws any number of changes.
    let frame = 0;
    let rest = 0;
    let drawing = null; // the drawing that is under way, where one frame was not enough
    let newer = false; // whether anything has changed since it was begun
    let interrupts = false; // whether it was begun in place of an unfinished one
    let width = 0; // of the figure; none until it is laid out
    let link = null; // the address part that is still to be followed
    const again = () => {
      newer = true;
      frame ||= requestAnimationFrame(draw);
    };
    const linked = () => {
      if (!names(id, location.hash)) return;
      link = location.hash;
      unsettle();
      again();
    };
    const changed = () => {
      say(null);
      unsettle();
      again();
    };
    // While it changes the summary is busy, so that a screen reader hears only where it ends.
    const unsettle = () => {
      put(view.summary, { "aria-busy": "true" });
      clearTimeout(rest);
      rest = setTimeout(settle, REST);
    };
    const settle = () => {
      if (frame || drawing || view.busy?.()) rest = setTimeout(settle, REST);
      else put(view.summary, { "aria-busy": "false" });
    };

    // The host of a published page names the demo, and only there is there an address to share.
    const id = el.dataset.demo;
    const view = build({ now: state, set, again, model, published: Boolean(id) });
    const notice = h("p", { class: "sn-notice", role: "status", hidden: true });
    const reset = button({
      label: "Reset",
      press() {
        say(null); // where the state is the start already, nothing else would take it away
        set(start);
      },
    });
    const share = button({ label: SHARE, press: copyLink });
    const whole = button({ label: WHOLE, press: fillScreen });
    const row = (kind, controls) => h("div", { class: kind }, ...controls.map(({ node }) => node));
    const root = h(
      "div",
      { class: "sn-demo", role: "group", "aria-label": title },
      row("sn-buttons", view.actions),
      notice,
      view.figure,
      row("sn-settings", view.settings),
      view.summary,
      view.table ?? "",
      row("sn-buttons sn-quiet", [
        reset,
        ...(id ? [share] : []),
        ...(document.fullscreenEnabled ? [whole] : []),
      ]),
    );
    view.summary.setAttribute("aria-live", "polite");
    el.replaceChildren(root);

    function say(sentence) {
      notice.textContent = sentence ?? "";
      notice.hidden = !sentence;
    }

    function draw() {
      frame = 0;
      // A newer state interrupts a drawing, but never two in a row, so that during a drag every other
      // picture of hundreds of doctors is finished.
      if (newer && !(drawing && interrupts)) {
        interrupts = drawing !== null;
        newer = false;
        drawing = everything();
      }
      try {
        if (drawing && advance(drawing)) drawing = null;
      } catch (error) {
        drawing = null;
        say(`This demo met a state it cannot show (${error.message}). Reset brings it back.`);
      }
      if (drawing) unsettle();
      if (drawing || newer) frame ||= requestAnimationFrame(draw);
    }

    /** A drawing of the present state, if it can be drawn; first, what a link asks for. */
    function* everything() {
      if (link !== null) yield* follow();
      if (!width) return;
      const present = state();
      const wrong = problem(present);
      yield;
      if (wrong) return say(wrong);
      for (const control of [...view.actions, ...view.settings]) {
        yield* control.show(present) ?? [];
        yield;
      }
      yield* view.show(present, width) ?? [];
    }

    /** Take the state that the link asks for. */
    function* follow() {
      const wanted = read(id, link, start);
      yield;
      const wrong = problem(wanted);
      yield;
      link = null;
      if (wrong) return say(`The link asks for something else than this demo can show. ${wrong}`);
      set(wanted);
      newer = false; // the drawing that is under way shows it
      yield PAUSE; // the page is laid out when a frame begins
      root.scrollIntoView({ block: "nearest" });
      yield;
    }

    // A button, not a link: themes take every href="#…" for the name of a heading.
    async function copyLink() {
      history.replaceState(history.state, "", write(id, state(), start));
      const copied = await navigator.clipboard?.writeText(location.href).then(
        () => true,
        () => false,
      );
      share.node.textContent = copied ? "Link copied" : "The link is in the address bar";
      setTimeout(() => (share.node.textContent = SHARE), 2500);
    }

    /** For a lecturer's projector; Escape or the button ends it. */
    async function fillScreen() {
      if (document.fullscreenElement) return document.exitFullscreen();
      await root
        .requestFullscreen()
        .catch(() => say("This browser does not give a demo the screen."));
    }
    const screenChanged = () => {
      whole.node.textContent = document.fullscreenElement === root ? "Leave full screen" : WHOLE;
    };
    root.addEventListener("fullscreenchange", screenChanged);

    // JupyterLab would take the arrow keys away from a slider.
    root.addEventListener("keydown", (event) => event.stopPropagation());
    for (const name of entries) model.on(`change:${name}`, changed);
    const observer = new ResizeObserver(([{ contentRect }]) => {
      width = Math.round(contentRect.width);
      again();
    });
    observer.observe(view.figure);
    changed();
    if (id) {
      addEventListener("hashchange", linked);
      linked();
    }

    return () => {
      for (const name of entries) model.off(`change:${name}`, changed);
      observer.disconnect();
      cancelAnimationFrame(frame);
      clearTimeout(rest);
      view.stop?.();
      removeEventListener("hashchange", linked);
      root.remove();
    };
  };
}
