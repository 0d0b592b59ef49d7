// Demo: from raw rates to estimates. The shrinkage plot of a league table whose counts the reader
// drags, edits or pastes.

import { expit } from "../posterior/posterior.js";
import { answer, KINDS, makeSolver } from "../posterior/solver.js";
import { GLYPHS, key } from "../shared/chart.js";
import { columns, forestRow, question, rawInWords } from "../shared/clinic.js";
import { button, choice, slider } from "../shared/controls.js";
import { counted, grouped, h, percent, write } from "../shared/dom.js";
import { forest } from "../shared/forest.js";
import { mount } from "../shared/mount.js";
import { numbersTable } from "../shared/numbers.js";
import { presetChoice } from "../shared/presets.js";
import { rankSummary } from "../shared/ranks.js";
import { png, save } from "../shared/save.js";
import { describe, describeDoctor } from "./describe.js";
import { caseloadColumns } from "./draw.js";
import { freeName, problem, sorted, weights, withCaseload } from "./engine.js";
import { pasteBox } from "./paste.js";
import { writeResults } from "./table.js";

const REST = 250; // ms without a change after which ranks are computed
const CASELOADS = [
  ...Array.from({ length: 31 }, (_, i) => i),
  ...[35, 40, 45, 50, 60, 70, 80, 90, 100, 125, 150, 200, 250, 300, 400, 500, 700, 1000],
];
const ORDERS = [
  ["caseload", "patients seen"],
  ["estimate", "estimate"],
  ["table", "as in the table"],
];
const KEY = [
  [GLYPHS.raw, "raw rate"],
  [GLYPHS.estimate, "estimate"],
  [GLYPHS.interval, "95\u00a0% credible interval"],
  [GLYPHS.population, "typical doctor"],
];

// The weights follow from the posterior, and are computed with it in the worker.
KINDS.weighed = (question, near) => {
  const { found, plain } = answer(question, near);
  return { found, plain: { ...plain, weight: weights(plain.mean, question.trials, plain.sigma) } };
};

function build({ now, set, again, model, published }) {
  let state; // the one asked last
  let known = null; // the newest state that is answered: { state, found }
  let ranks = null; // of its doctors
  let rested = null; // the counts that have not changed for a while: ranks are worth computing
  let resting = 0;
  let fileWanted = false; // a CSV file that waits for its ranks
  let drag = null; // { kind, order }: what is dragged, and the order of rows meanwhile
  const rates = new Map(); // each doctor's raw rate before its caseload was changed

  const solver = makeSolver(model, again);
  const ranker = makeSolver(model, again);

  /** The ranks for a state, or null until they are computed. */
  function ranksOf(present) {
    if (present.counts !== rested) return null;
    const asked = () => question(rested, { ranks: true });
    const ranked = ranker.ask(present, { found: [[rested], asked] });
    return ranked?.state.counts === rested ? ranked.found.ranks : null;
  }

  /** Have the ranks computed: the counts have not changed for a while. */
  function rest() {
    rested = state.counts;
    if (ranker.busy) ranker.stop(); // ranks of hundreds of doctors take seconds
    again();
  }

  /** Index of the doctor in hand, whose counts the sliders change. */
  const inHand = ({ counts, hand }) => {
    const at = counts.findIndex(([name]) => name === hand);
    return Math.max(at, 0);
  };

  /** Change one doctor's counts; [successes, trials]. */
  function change(j, [successes, trials]) {
    const { counts } = now();
    const [name] = counts[j];
    set({
      counts: counts.map((row, i) => (i === j ? [name, successes, trials] : row)),
      hand: name,
    });
  }
  const setSuccesses = (j, successes) => {
    rates.delete(now().counts[j][0]);
    change(j, [successes, now().counts[j][2]]);
  };
  /** A new caseload at the raw rate the doctor had before the caseload was first changed. */
  const setCaseload = (j, trials) => {
    const [name, s, n] = now().counts[j];
    if (!rates.has(name) && n) rates.set(name, s / n);
    change(j, withCaseload(rates.get(name), trials));
  };

  const actions = [
    presetChoice(model, (counts) => {
      rates.clear();
      set({ counts, hand: "" });
    }),
    button({
      label: "Add a doctor",
      press() {
        const { counts } = now();
        const name = freeName(counts.map(([other]) => other));
        set({ counts: [...counts, [name, 2, 2]], hand: name });
      },
      enabled: ({ counts }) => counts.length < 500,
    }),
    button({
      label: "Remove the doctor in hand",
      press() {
        const { counts } = now();
        const j = inHand(now());
        set({ counts: counts.filter((_, i) => i !== j), hand: "" });
      },
      enabled: ({ counts }) => counts.length > 1,
    }),
  ];
  const settings = [
    choice({
      label: "Doctor in hand",
      options: ({ counts }) => counts.map(([name], j) => [String(j), name]),
      read: (state) => String(inHand(state)),
      change: (j) => set({ hand: now().counts[Number(j)][0] }),
    }),
    choice({
      label: "Rows sorted by",
      options: ORDERS,
      read: ({ order }) => order,
      change: (order) => set({ order }),
    }),
    slider({
      label: "Successes",
      range: (state) => [0, state.counts[inHand(state)][2]],
      read: (state) => state.counts[inHand(state)][1],
      say: (successes) => grouped(successes),
      explain(state) {
        const [, s, n] = state.counts[inHand(state)];
        return n ? `raw rate ${percent(s / n)}` : "no patients, so no raw rate";
      },
      change: (successes) => setSuccesses(inHand(now()), successes),
    }),
    slider({
      label: "Patients",
      stops: CASELOADS,
      read: (state) => state.counts[inHand(state)][2],
      say: grouped,
      explain: () => "the raw rate stays where it is, as nearly as whole patients allow",
      change: (trials) => setCaseload(inHand(now()), trials),
    }),
  ];

  const picture = forest("group");
  const aside = caseloadColumns(picture, {
    start(kind, j) {
      drag = { kind, order: scene.order };
      set({ hand: now().counts[j][0] });
    },
    move(kind, j, value) {
      const [, s, n] = now().counts[j];
      if (kind === "successes") {
        const successes = Math.round(Math.min(Math.max(value, 0), 1) * n);
        if (successes !== s) setSuccesses(j, successes);
      } else if (value !== n) setCaseload(j, value);
    },
    end() {
      drag = null;
      again();
    },
  });
  let scene = null;
  picture.node.addEventListener("pointermove", (event) => !drag && point(picture.nearest(event)));
  picture.node.addEventListener("pointerleave", () => !drag && point(null));
  let pointed = null;
  function point(row) {
    if (row === pointed) return;
    pointed = row;
    again();
  }

  const readout = h("p", { class: "sn-readout sn-told" });
  const figure = h(
    "div",
    { class: "sn-figure" },
    h("div", { class: "sn-pictures" }, picture.node),
    key(KEY),
    readout,
  );
  const summary = h("div", { class: "sn-summary" }, h("p"), h("p"), h("p"));

  const numbers = numbersTable({
    title: "Estimates, intervals and ranks in numbers",
    headings: [
      "doctor",
      "successes",
      "patients",
      "raw rate",
      "estimate",
      "95\u00a0% interval",
      "own data",
      "rank, 95\u00a0% interval",
    ],
    opened: again,
  });
  const paste = pasteBox({
    published,
    use(counts) {
      rates.clear();
      set({ counts, hand: "" });
    },
    now,
  });
  const downloads = [
    button({
      label: "Download CSV",
      press() {
        fileWanted = true; // ranks that are still being computed are worth waiting for
        again();
      },
      enabled: () => !fileWanted,
    }),
    button({
      label: "Download PNG",
      press: async () => save("league-table.png", await png(picture.node)),
    }),
  ];
  function saveCsv() {
    fileWanted = false;
    const text = writeResults(known.state.counts, known.found, ranks);
    save("league-table.csv", new Blob([text], { type: "text/csv" }));
  }
  const table = h(
    "div",
    {},
    paste.node,
    numbers.node,
    h("div", { class: "sn-buttons sn-quiet" }, ...downloads.map(({ node }) => node)),
  );

  /** A doctor's row in the table of numbers. */
  function rowInNumbers(j, { names, successes, trials, raw }, { mean, low, high, weight }) {
    const rank = ranks && rankSummary(ranks[j]);
    return [
      names[j],
      grouped(successes[j]),
      grouped(trials[j]),
      rawInWords(raw[j]),
      percent(mean[j]),
      `${percent(low[j])} to ${percent(high[j])}`,
      percent(weight[j]),
      rank ? `${rank.median}, ${rank.low} to ${rank.high}` : "computing",
    ];
  }

  function* show(present, width) {
    if (present.counts !== state?.counts) {
      clearTimeout(resting);
      resting = setTimeout(rest, REST);
    }
    state = present;
    const { counts } = present;
    const asked = () => question(counts, { kind: "weighed" });
    known = solver.ask(present, { found: [[counts], asked] });
    yield;
    for (const control of downloads) control.show(present);
    // During a drag the picture shows the newest answer. It stays until a table with another number
    // of doctors is answered.
    if (known?.state.counts.length !== counts.length)
      return write(readout, `Computing the posterior of ${counted(counts.length, "doctor")} …`);
    yield* draw(known, width);
  }

  function* draw({ state, found }, width) {
    ranks = ranksOf(state);
    if (fileWanted && ranks) saveCsv();
    yield;
    const table = columns(state.counts);
    const typical = expit(found.mu.mean);
    yield;
    const order = drag?.order ?? sorted(state.order, table.trials, found.mean);
    scene = { order };
    yield;
    const held = inHand(state);
    const told = pointed === null ? held : (order[pointed] ?? held);
    const sentences = describe(table, found, typical);
    yield;
    yield* picture.update(width, {
      rows: order,
      row: (j) => forestRow(j, table, found),
      population: typical,
      title: width > 520 ? "From raw rates to estimates" : "",
      label: `Raw rates and estimates of ${counted(order.length, "doctor")}. ${sentences[0]}`,
      pointed: order.indexOf(told),
      aside: aside.width(width),
    });
    yield;
    const weight = found.weight;
    yield* aside.update(width, { order, ...table, weight, held: order.indexOf(held) });
    yield;
    write(readout, describeDoctor(told, table, found));
    yield;
    [...summary.children].forEach((line, i) => write(line, sentences[i] ?? ""));
    yield* numbers.fill(order, (j) => rowInNumbers(j, table, found));
  }

  return {
    actions,
    settings,
    figure,
    summary,
    table,
    show,
    // Ranks are not waited for: they take longer, and stand in the table alone.
    busy: () => solver.busy,
    stop() {
      clearTimeout(resting);
      paste.stop();
      solver.stop();
      ranker.stop();
    },
  };
}

export default {
  render: mount({ title: "Demo: from raw rates to estimates", problem, build }),
};
