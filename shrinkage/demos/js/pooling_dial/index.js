// Demo: from no pooling to complete pooling. One slider for sigma_pop, every doctor's estimate, and
// the posterior of sigma_pop.
import { columns, DOCTOR_HEADINGS, doctorInNumbers } from "../shared/clinic.js";
import { h, percent, write } from "../shared/dom.js";
import { mount } from "../shared/mount.js";
import { numbersTable } from "../shared/numbers.js";
import { answers } from "./answers.js";
import { actions, settings } from "./controls.js";
import { describe } from "./describe.js";
import { distances, problem, sorted } from "./engine.js";
import { makeFigure } from "./figure.js";

const HEADINGS = [...DOCTOR_HEADINGS, "where the data decide"];

/** A doctor's row in the table of numbers. */
const rowInNumbers = (j, table, { found, learned }) => [
  ...doctorInNumbers(j, table, found),
  percent(learned.mean[j]),
];

function build(host) {
  const { again, model } = host;
  const known = answers(model, again);
  const figure = makeFigure();
  const summary = h("div", { class: "sn-summary sn-dial" }, h("p"), h("p"), h("p"));
  const title = "Estimates in numbers";
  const numbers = numbersTable({ title, headings: HEADINGS, opened: again });

  function* show(present, width) {
    // The newest answer: during a drag the dial may be ahead of it.
    const newest = known.ask(present);
    yield;
    if (!newest) return;
    const { state, found, learned } = newest;
    const table = columns(state.counts);
    yield;
    const order = sorted(table.trials);
    yield;
    const far = distances(found.mean, table);
    yield;
    const sentences = describe(state.sigma_pop, table, found, learned, far);
    yield;
    yield* figure.update(width, { ...newest, table, order, sentences });
    sentences.forEach((sentence, i) => write(summary.children[i], sentence));
    yield* numbers.fill(order, (j) => rowInNumbers(j, table, newest));
  }

  return {
    actions: actions(host),
    settings: settings(host, known),
    figure: figure.node,
    summary,
    table: numbers.node,
    show,
    busy: () => known.busy,
    stop: known.stop,
  };
}

export default {
  render: mount({ title: "Demo: from no pooling to complete pooling", problem, build }),
};
