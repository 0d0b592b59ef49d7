// Demo: who is best, and who deserves a review. A standard, two costs, and the decision that follows.
import { expit } from "../posterior/posterior.js";
import { makeSolver } from "../posterior/solver.js";
import { GLYPHS, key } from "../shared/chart.js";
import { columns, forestRow, question, rawInWords } from "../shared/clinic.js";
import { choice, slider } from "../shared/controls.js";
import { counted, grouped, h, percent, put, write } from "../shared/dom.js";
import { forest } from "../shared/forest.js";
import { mount } from "../shared/mount.js";
import { numbersTable } from "../shared/numbers.js";
import { same } from "../shared/permalink.js";
import { presetChoice } from "../shared/presets.js";
import { rankSummary } from "../shared/ranks.js";
import { whereChanged } from "../shared/slices.js";
import {
  chance,
  cost,
  describeBest,
  describeDecision,
  describeDoctor,
  describeRank,
  exact,
} from "./describe.js";
import { dash, decisionColumns, flag, rankGrid, shades } from "./draw.js";
import { byEstimate, decide, highest, places, problem, STANDARDS, threshold } from "./engine.js";

const COSTS = [1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 50, 100];
const CUT = "probability beyond which a review pays";
const KEY = [
  [GLYPHS.raw, "raw rate"],
  [GLYPHS.estimate, "estimate"],
  [GLYPHS.interval, "95\u00a0% credible interval"],
  [GLYPHS.population, "typical doctor"],
  ['<path class="sn-standard" d="M-11 0H11"/>', "standard"],
  ['<path class="sn-cut" d="M0-7V7"/>', CUT],
  [`<path class="sn-by-model sn-review" d="${flag(0, 0)}"/>`, "review, by the model"],
  [`<path class="sn-by-raw sn-review" d="${flag(0, 0)}"/>`, "by raw rates"],
  [`<path class="sn-by-model" d="${dash(0, 0)}"/>`, "no review"],
  ['<rect class="sn-differ" x="-10" y="-6" width="20" height="12" rx="3"/>', "the two disagree"],
];
const HEADINGS = [
  "doctor",
  "patients",
  "raw rate",
  "estimate",
  "is best",
  "below the standard",
  "median place, 95\u00a0% interval",
  "model",
  "raw rates",
  "expected cost, model",
  "expected cost, raw rates",
];

function build({ now, set, again, model }) {
  let asked = null; // the counts asked last
  let ranks = null; // of the doctors called `ranked`
  let ranked = null; // the counts they were computed from
  let most = {}; // the highest of `ranks`: { of: the ranks, found }
  let shown = null; // the table of the last frame
  let order = []; // its doctors from the highest estimate of `orderOf` to the lowest
  let orderOf = null;
  let pointed = null; // row under the pointer, in either picture
  let pointedPlace = null;

  const solver = makeSolver(model, again);
  const ranker = makeSolver(model, again);

  // What follows from the counts alone, computed once for each table: with hundreds of doctors
  // it would take longer than the frame that a drag leaves.
  let known = null;
  const about = ({ counts }) => {
    if (known?.counts === counts) return known;
    const table = columns(counts);
    known = { counts, ...table, place: places(table.raw) };
    return known;
  };
  /** Index of the doctor in hand; where none is, of the one at the top of the raw table. */
  const inHand = (present) => {
    const at = about(present).names.indexOf(present.hand);
    return at < 0 ? Math.max(about(present).place.indexOf(1), 0) : at;
  };
  const [drawForest, drawGrid] = [whereChanged(), whereChanged()];

  const actions = [
    presetChoice(model, (counts) => set({ counts, hand: "" })),
    choice({
      label: "Doctor in hand",
      options: ({ counts }) => counts.map(([name], j) => [String(j), name]),
      read: (present) => String(inHand(present)),
      change: (j) => set({ hand: now().counts[Number(j)][0] }),
    }),
  ];
  const standardSlider = slider({
    label: "Standard",
    range: () => [1, 99],
    read: ({ standard }) => 100 * standard,
    say: (value) => exact(value / 100),
    explain: () => "a doctor whose true rate is below it deserves a review",
    change: (value) => set({ standard: value / 100 }),
  });
  standardSlider.node.classList.add("sn-standard-slider");
  const settings = [
    standardSlider,
    slider({
      label: "Cost of missing a doctor",
      stops: COSTS,
      read: ({ missing }) => missing,
      say: grouped,
      explain: () => "no review of a doctor below the standard, in any unit of cost",
      change: (missing) => set({ missing }),
    }),
    slider({
      label: "Cost of a false accusation",
      stops: COSTS,
      read: ({ accusing }) => accusing,
      say: grouped,
      explain: () => "a review of a doctor who meets it, in the same unit",
      change: (accusing) => set({ accusing }),
    }),
  ];

  const picture = forest("group");
  const aside = decisionColumns(picture, {
    move(rate) {
      const standard = Math.min(Math.max(Math.round(100 * rate), 1), 99) / 100;
      if (standard !== now().standard) set({ standard });
    },
  });
  const grid = rankGrid();
  function point(row, place = null) {
    if (row === pointed && place === pointedPlace) return;
    [pointed, pointedPlace] = [row, place];
    again();
  }
  const take = (row) => row !== null && shown && set({ hand: shown.names[order[row]] });
  picture.node.addEventListener(
    "pointermove",
    (event) => !aside.held && point(picture.nearest(event)),
  );
  grid.node.addEventListener("pointermove", (event) => point(...grid.at(event)));
  for (const { node } of [picture, grid])
    node.addEventListener("pointerleave", () => !aside.held && point(null));
  picture.node.addEventListener("click", (event) => take(picture.nearest(event)));
  grid.node.addEventListener("click", (event) => take(grid.at(event)[0]));

  const readout = h("p", { class: "sn-readout" });
  const costs = costBars();
  const legend = key(KEY);
  const figure = h(
    "div",
    { class: "sn-figure sn-decide" },
    h("p", { class: "sn-heading" }, "Who deserves a review?"),
    h("div", { class: "sn-pictures" }, picture.node),
    costs.node,
    legend,
    readout,
  );
  const summary = h("div", { class: "sn-summary" }, h("p"), h("p"), h("p"));

  const shadeKey = h("div");
  const rankReadout = h("p", { class: "sn-readout sn-rank-readout" });
  const numbers = numbersTable({
    title: "Probabilities, ranks and decisions in numbers",
    headings: HEADINGS,
    opened: again,
  });
  const below = h(
    "div",
    { class: "sn-decide" },
    h("p", { class: "sn-heading" }, "Who is best? Where each doctor may stand"),
    h("div", { class: "sn-pictures" }, grid.node),
    shadeKey,
    rankReadout,
    numbers.node,
  );

  /**
   * The newest state with its posterior, { state, found }, where `above` is at each of `rates`; and
   * the ranks, if they are there, or those before, of the same doctors.
   */
  function ask(present) {
    const { counts, standard } = present;
    if (asked !== counts) {
      pointed = pointedPlace = null;
      // Ranks of hundreds of doctors take seconds: stop those of the table before.
      if (ranker.busy) ranker.stop();
      if (ranked && !same(names(ranked), names(counts))) ranks = ranked = null;
      asked = counts;
    }
    const places = ranker.ask(present, {
      found: [[counts], () => question(counts, { ranks: true })],
    });
    if (places?.state.counts === counts) [ranks, ranked] = [places.found.ranks, counts];
    // The answer holds every whole percent, so that the standard can be dragged without another.
    const rates = STANDARDS.includes(standard) ? STANDARDS : [...STANDARDS, standard];
    const key = [counts, rates.at(-1)];
    return solver.ask(present, { found: [key, () => question(counts, { above: rates })] });
  }

  function* show(present, width) {
    const known = ask(present);
    // The last picture stays on the screen until the worker has answered.
    if (known?.state.counts !== present.counts)
      return write(
        readout,
        `Computing the posterior of ${counted(present.counts.length, "doctor")} …`,
      );
    const { state, found } = known;
    const table = about(state);
    if (orderOf !== found) [orderOf, order] = [found, byEstimate(found.mean)];
    yield;
    const rate = STANDARDS.indexOf(state.standard);
    // A standard that is no whole percent is the last of `rates`, which is where `at` finds -1.
    const decision = decide(found.above.at(rate), table.raw, state);
    const current = ranked === state.counts ? ranks : null;
    shown = table;
    const told = pointed === null ? inHand(state) : order[pointed];
    const row = order.indexOf(told);
    const best = describeBest(table, current);
    const sentences = [best, ...describeDecision(table, decision, state)];
    yield;

    yield* drawForest([found, width, row], () =>
      picture.update(width, {
        rows: order,
        row: (j) => forestRow(j, table, found),
        population: expit(found.mu.mean),
        pointed: row,
        aside: aside.width(width),
      }),
    );
    const drawn = `Raw rates and estimates of ${counted(order.length, "doctor")}`;
    put(picture.node, { "aria-label": `${drawn}, and whom to review. ${sentences[1]}` });
    legend.children[KEY.findIndex(([, words]) => words === CUT)].hidden = !aside.barred(width);
    costs.show(decision);
    yield;
    yield* aside.update(width, {
      order,
      standard: state.standard,
      cut: threshold(state),
      decision,
    });
    yield;
    write(readout, describeDoctor(told, table, found, decision, state));

    if (ranks && most.of !== ranks) most = { of: ranks, found: yield* highest(ranks) };
    const at = pointed === null ? null : pointedPlace;
    yield* drawGrid([found, ranks, current, width, row, at], () =>
      grid.update(width, {
        ranks,
        most: most.found,
        current: Boolean(current),
        order,
        table,
        picture,
        pointed: row,
        at,
        label: `The probability of each place for ${counted(order.length, "doctor")}. ${best}`,
      }),
    );
    yield;
    write(
      rankReadout,
      current
        ? describeRank(told, table, current, at)
        : `Computing the ranks of ${counted(order.length, "doctor")} …`,
    );
    yield;
    if (current && shadeKey.of !== current) {
      shadeKey.of = current;
      shadeKey.replaceChildren(
        key([
          [GLYPHS.raw, "place by raw rate"],
          [GLYPHS.estimate, "median place"],
          ['<path class="sn-span" d="M-9-4V4M9-4V4M-9 0H9"/>', "95\u00a0% credible interval"],
          ...shades(most.found, current.length).map(([words, opacity]) => [
            `<rect class="sn-cell" x="-9" y="-6" width="18" height="12" fill-opacity="${opacity}"/>`,
            words,
          ]),
        ]),
      );
    }

    yield;
    sentences.forEach((sentence, i) => write(summary.children[i], sentence));
    yield* numbers.fill(
      order,
      rowInNumbers(table, found, decision, current),
      total(table, decision),
    );
  }

  /** What the table of numbers says of a doctor. */
  const rowInNumbers =
    ({ names: who, trials, raw }, found, decision, current) =>
    (j) => {
      const rank = current && rankSummary(current[j]);
      return [
        who[j],
        grouped(trials[j]),
        rawInWords(raw[j]),
        percent(found.mean[j]),
        current ? chance(current[j][0], who.length === 1) : "computing",
        chance(decision.below[j]),
        rank ? `${rank.median}, ${rank.low} to ${rank.high}` : "computing",
        decision.review[j] ? "review" : "no review",
        decision.rawReview[j] ? "review" : "no review",
        cost(decision.cost[j]),
        cost(decision.rawCost[j]),
      ];
    };

  return {
    actions,
    settings,
    figure,
    summary,
    table: below,
    show,
    // The summary names the probability of being best, which is ranks.
    busy: () => solver.busy || ranker.busy,
    stop() {
      solver.stop();
      ranker.stop();
    },
  };
}

/** What the decisions about all doctors cost in expectation: two bars on one scale. */
function costBars() {
  const lines = ["by the model", "by raw rates"].map((words, i) => {
    const bar = h("span", { class: i ? "sn-cost sn-cost-raw" : "sn-cost" });
    const value = h("strong");
    return {
      bar,
      value,
      node: h("li", {}, h("span", {}, words), h("span", { class: "sn-track" }, bar), value),
    };
  });
  return {
    node: h(
      "div",
      { class: "sn-costs" },
      h("p", {}, "Expected cost of all decisions"),
      h("ul", {}, ...lines.map(({ node }) => node)),
    ),
    show({ total, rawTotal }) {
      [total, rawTotal].forEach((value, i) => {
        lines[i].bar.style.width = `${(100 * value) / Math.max(total, rawTotal, 1e-9)}%`;
        write(lines[i].value, cost(value));
      });
    },
  };
}

const names = (counts) => counts.map(([name]) => name);

/** The last line of the table of numbers. */
function total({ trials }, decision) {
  const reviewed = (flags) => grouped(flags.filter(Boolean).length);
  return [
    "all",
    grouped(trials.reduce((sum, n) => sum + n, 0)),
    "",
    "",
    "",
    `${decision.expectedBelow.toFixed(1)} expected`,
    "",
    reviewed(decision.review),
    reviewed(decision.rawReview),
    cost(decision.total),
    cost(decision.rawTotal),
  ];
}

export default {
  render: mount({ title: "Demo: who is best, and who deserves a review", problem, build }),
};
