// Demo: what the priors say. The success rates that the hyperpriors expect before any data, and how
// much they move the estimates of a table.
import { columns } from "../shared/clinic.js";
import { grouped, h, percent, write } from "../shared/dom.js";
import { mount } from "../shared/mount.js";
import { numbersTable } from "../shared/numbers.js";
import { answers } from "./answers.js";
import { actions, settings } from "./controls.js";
import { describe, points } from "./describe.js";
import { BINS, priorShares, problem, USUAL_SHARES } from "./engine.js";
import { makeFigure } from "./figure.js";

const ESTIMATES = [
  "doctor",
  "successes",
  "patients",
  "estimate",
  "95\u00a0% interval",
  "course’s priors",
  "moved, points",
];
const SHARES = ["success rate", "these priors", "course’s priors"];

/** Percentage points with their sign; none where it rounds to zero. */
function signed(difference) {
  const size = points(difference);
  if (size === "0.0") return size;
  return (difference < 0 ? "\u2212" : "+") + size;
}

/** A doctor's row in the table of estimates. */
const estimateInNumbers = (j, { names, successes, trials }, { found, usual }) => [
  names[j],
  grouped(successes[j]),
  grouped(trials[j]),
  percent(found.mean[j]),
  `${percent(found.low[j])} to ${percent(found.high[j])}`,
  percent(usual.mean[j]),
  signed(found.mean[j] - usual.mean[j]),
];

/** A row in the table of shares. */
const shareInNumbers = (share, i) => [
  `${(100 * i) / BINS} to ${percent((i + 1) / BINS)}`,
  `${(100 * share).toFixed(1)}\u00a0%`,
  `${(100 * USUAL_SHARES[i]).toFixed(1)}\u00a0%`,
];

function build(host) {
  const { again, model } = host;
  const known = answers(model, again);
  const figure = makeFigure();
  const summary = h("div", { class: "sn-summary sn-lens" }, h("p"), h("p"), h("p"));
  const table = (title, headings) => numbersTable({ title, headings, opened: again });
  const estimates = table("Estimates in numbers", ESTIMATES);
  const shareTable = table("Shares of doctors before any data", SHARES);

  function* show(present, width) {
    // The newest answer: during a drag the sliders may be ahead of it.
    const newest = known.ask(present);
    yield;
    if (!newest) return;
    const { state, found, usual } = newest;
    const seen = columns(known.rowsOf(state));
    yield;
    const shares = yield* priorShares(state);
    const sentences = describe(state, seen, shares, USUAL_SHARES, found, usual);
    yield;
    yield* figure.update(width, { ...newest, table: seen, shares, sentences });
    sentences.forEach((sentence, i) => write(summary.children[i], sentence));
    yield* estimates.fill(seen.names, (_, j) => estimateInNumbers(j, seen, newest));
    yield* shareTable.fill(shares, shareInNumbers);
  }

  return {
    actions: actions(host),
    settings: settings(host, known.rowsOf),
    figure: figure.node,
    summary,
    table: h("div", {}, estimates.node, shareTable.node),
    show,
    busy: () => known.busy,
    stop: known.stop,
  };
}

export default {
  render: mount({ title: "Demo: what the priors say", problem, build }),
};
