// Demo: from raw rates to estimates. The shrinkage plot of a league table whose counts the reader
// drags, edits or pastes.
import { expit } from "../posterior/posterior.js";
import { columns } from "../shared/clinic.js";
import { counted, h, write } from "../shared/dom.js";
import { mount } from "../shared/mount.js";
import { answers } from "./answers.js";
import { actions, settings } from "./controls.js";
import { describe } from "./describe.js";
import { editing } from "./edits.js";
import { problem } from "./engine.js";
import { makeFigure } from "./figure.js";
import { pasteBox } from "./paste.js";
import { makeResults } from "./results.js";

function build(host) {
  const { now, again, model, published } = host;
  const edit = editing(host);
  const known = answers(model, again);
  const figure = makeFigure(host, edit);
  const results = makeResults(figure.picture, again);
  const paste = pasteBox({ published, use: edit.use, now });
  const summary = h("div", { class: "sn-summary" }, h("p"), h("p"), h("p"));

  function* show(present, width) {
    const newest = known.ask(present);
    yield;
    // During a drag the picture shows the newest answer. It stays until a table with another number
    // of doctors is answered.
    const { length } = present.counts;
    if (newest?.state.counts.length !== length)
      return figure.say(`Computing the posterior of ${counted(length, "doctor")} …`);
    yield* draw(newest, width);
  }

  function* draw({ state, found }, width) {
    const ranks = yield* known.ranksOf(state);
    results.saveWanted(state, found, ranks);
    yield;
    const table = columns(state.counts);
    const typical = expit(found.reference + found.mu.mean);
    yield;
    const order = figure.orderOf(state, table, found);
    yield;
    const sentences = describe(table, found, typical);
    const [finding] = sentences;
    yield;
    yield* figure.update(width, { state, table, found, typical, finding });
    yield;
    [...summary.children].forEach((line, i) => write(line, sentences[i] ?? ""));
    yield* results.fill(order, table, found, ranks);
  }

  return {
    actions: actions(model, edit),
    settings: settings(host, edit),
    figure: figure.node,
    summary,
    table: h("div", {}, paste.node, ...results.nodes),
    show,
    // Ranks are not waited for: they take longer, and stand in the table alone.
    busy: () => known.busy,
    stop() {
      paste.stop();
      known.stop();
    },
  };
}

export default {
  render: mount({ title: "Demo: from raw rates to estimates", problem, build }),
};
