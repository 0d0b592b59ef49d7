// Everything a demo does besides its own computing and drawing: it follows the model, redraws at
// most once a frame, keeps its keys to itself, resets, links to its state and cleans up after itself.
import { button } from "./controls.js";
import { h } from "./dom.js";
import { read, write } from "./permalink.js";

const REST = 500; // ms without a change after which a screen reader is told

/**
 * Make the `render` of a demo.
 *
 * `title` names it. `problem(state)` is a sentence about a state that cannot be shown, or null.
 * `build({ set, again })` makes one view and returns
 *   { controls, settings, figure, summary, show(state, width), destroy() },
 * where `set(changes)` changes the state and `again()` asks for another frame.
 */
export function mount({ title, problem, build }) {
  return function render({ model, el }) {
    const start = model.get("start");
    const names = Object.keys(start);
    const state = () => Object.fromEntries(names.map((name) => [name, model.get(name)]));
    const set = (changes) => {
      for (const [name, value] of Object.entries(changes)) model.set(name, value);
      model.save_changes();
    };

    // One frame answers any number of changes.
    let frame = 0;
    let rest = 0;
    const again = () => {
      frame ||= requestAnimationFrame(draw);
    };
    const changed = () => {
      // While it changes the summary is busy, so that a screen reader hears only where it ends.
      view.summary.setAttribute("aria-busy", "true");
      clearTimeout(rest);
      rest = setTimeout(() => view.summary.setAttribute("aria-busy", "false"), REST);
      again();
    };

    const view = build({ set, again });
    const reset = button({ label: "Reset", press: () => set(start) });
    const notice = h("p", { class: "sn-notice", role: "status", hidden: true });
    const buttons = h("div", { class: "sn-buttons" }, ...view.controls.map((c) => c.node), reset.node);
    const root = h(
      "section",
      { class: "sn-demo", "aria-label": title },
      buttons,
      h("div", { class: "sn-settings" }, ...view.settings.map((c) => c.node)),
      notice,
      view.figure,
      view.summary,
    );
    view.summary.setAttribute("aria-live", "polite");
    el.replaceChildren(root);

    function say(sentence) {
      notice.textContent = sentence ?? "";
      notice.hidden = !sentence;
    }

    function draw() {
      frame = 0;
      const width = view.figure.clientWidth;
      if (!width) return; // not laid out yet: the observer below calls when it is
      const present = state();
      const wrong = problem(present);
      if (wrong) return say(wrong);
      try {
        for (const control of [...view.controls, ...view.settings]) control.show(present);
        view.show(present, width);
        if (link) link.href = write(id, present, start);
      } catch (error) {
        say(`This demo met a state it cannot show (${error.message}). Reset brings it back.`);
      }
    }

    // The host of a published page names the demo, and only there is there an address to share.
    const id = el.dataset.demo;
    const link = id && h("a", { class: "sn-link", click: copy }, "Link to this state");
    function restore() {
      const linked = read(id, location.hash, start);
      if (!linked) return;
      const wrong = problem(linked);
      if (wrong) return say(`The link asks for something else than this demo can show. ${wrong}`);
      say(null);
      set(linked);
      root.scrollIntoView({ block: "nearest" });
    }
    async function copy() {
      try {
        await navigator.clipboard.writeText(link.href);
        link.textContent = "Link copied";
      } catch {
        link.textContent = "Link is in the address bar";
      }
      setTimeout(() => (link.textContent = "Link to this state"), 2500);
    }
    if (link) {
      buttons.append(link);
      addEventListener("hashchange", restore);
      restore();
    }

    // JupyterLab would take the arrow keys away from a slider.
    root.addEventListener("keydown", (event) => event.stopPropagation());
    for (const name of names) model.on(`change:${name}`, changed);
    const observer = new ResizeObserver(again);
    observer.observe(view.figure);
    changed();

    return () => {
      for (const name of names) model.off(`change:${name}`, changed);
      observer.disconnect();
      cancelAnimationFrame(frame);
      clearTimeout(rest);
      removeEventListener("hashchange", restore);
      view.destroy?.();
      root.remove();
    };
  };
}
