// Demo: what the priors say. The success rates that the hyperpriors expect before any data, and how
// much they move the estimates of a table.
import { expit } from "../posterior/posterior.js";
import { makeSolver } from "../posterior/solver.js";
import { bars } from "../shared/bars.js";
import { GLYPHS, key } from "../shared/chart.js";
import { columns, forestRow, question } from "../shared/clinic.js";
import { button, slider } from "../shared/controls.js";
import { curves } from "../shared/curves.js";
import { counted, grouped, h, percent, write } from "../shared/dom.js";
import { forest, forestHeight } from "../shared/forest.js";
import { mount } from "../shared/mount.js";
import { numbersTable } from "../shared/numbers.js";
import { presetChoice } from "../shared/presets.js";
import { atOnce, PAUSE, whereChanged } from "../shared/slices.js";
import { describe, explainMu, explainSigma, muPrior, points, sigmaPrior } from "./describe.js";
import {
  BINS,
  isUsual,
  MU_STOPS,
  priorShares,
  problem,
  SIGMA_STOPS,
  seen,
  USUAL,
  WIDE,
} from "./engine.js";

const SIDE_BY_SIDE = 700; // px of width from which the pictures stand in two columns
const GAP = 16; // px between them, as in demo.css
const ENDS = [3, 5, 10, 20, 50]; // of the axis of sigma_pop
const KEY = [
  ['<rect class="sn-binned" x="-8" y="-6" width="16" height="12"/>', "doctors, under these priors"],
  ['<line class="sn-curve sn-curve-prior" x1="-11" x2="11"/>', "under the course’s priors"],
];
const KEY_SPREAD = [
  ['<line class="sn-curve sn-curve-own" x1="-11" x2="11"/>', "this prior"],
  ['<line class="sn-curve sn-curve-posterior" x1="-11" x2="11"/>', "posterior"],
  ['<line class="sn-curve sn-curve-prior" x1="-11" x2="11"/>', "posterior, course’s priors"],
];
const KEY_DOCTORS = [
  [GLYPHS.raw, "raw rate"],
  [GLYPHS.estimate, "estimate"],
  [GLYPHS.interval, "95\u00a0% credible interval"],
  [GLYPHS.before, "estimate under the course’s priors"],
  [GLYPHS.population, "typical doctor"],
];
const USUAL_SHARES = atOnce(priorShares(USUAL));

/** The density of a half-normal, for a curve up to `end`. */
function halfNormal(scale, end) {
  const x = Float64Array.from({ length: 301 }, (_, i) => (i * end) / 300);
  const density = x.map(
    (at) => (Math.sqrt(2 / Math.PI) / scale) * Math.exp(-0.5 * (at / scale) ** 2),
  );
  return { x, density };
}

/** A function from a state to the rows of the doctors seen: one list until their number changes. */
function firstRows() {
  let last = {};
  return (state) => {
    const { counts } = state;
    const count = seen(state);
    if (last.counts !== counts || last.count !== count)
      last = { counts, count, rows: counts.slice(0, count) };
    return last.rows;
  };
}

function build({ now, set, again, model }) {
  const solver = makeSolver(model, again);
  const firstOf = firstRows();

  /** The newest state with answers: { state, found } under its priors, and `usual` the course's. */
  function ask(present) {
    const rows = firstOf(present);
    const under = ({ mu_scale, sigma_scale }) => [
      [rows, mu_scale, sigma_scale],
      () => question(rows, { options: { mu_scale, sigma_scale } }),
    ];
    const usual = under(USUAL);
    const known = solver.ask(
      present,
      isUsual(present) ? { usual } : { usual, own: under(present) },
    );
    return known && { ...known, found: isUsual(known.state) ? known.usual : known.own };
  }

  const turn = (label, scales) =>
    button({
      label,
      press: () => set(scales),
      enabled: (state) => Object.keys(scales).some((name) => scales[name] !== state[name]),
    });
  const scales = [
    slider({
      label: "Prior of mu_pop",
      stops: MU_STOPS,
      read: ({ mu_scale }) => mu_scale,
      say: muPrior,
      explain: explainMu,
      change: (mu_scale) => set({ mu_scale }),
    }),
    slider({
      label: "Prior of sigma_pop",
      stops: SIGMA_STOPS,
      read: ({ sigma_scale }) => sigma_scale,
      say: sigmaPrior,
      explain: explainSigma,
      change: (sigma_scale) => set({ sigma_scale }),
    }),
  ];
  const actions = [
    presetChoice(model, (counts) => set({ counts, doctors: null })),
    turn("The course’s priors", USUAL),
    turn(`mu_pop ~ ${muPrior(WIDE.mu_scale)}`, WIDE),
    // Above the pictures, so that on a phone both are on the screen at once.
    {
      node: h("div", { class: "sn-scales" }, ...scales.map(({ node }) => node)),
      *show(state) {
        for (const scale of scales) {
          scale.show(state);
          yield;
        }
      },
    },
  ];
  const settings = [
    slider({
      label: "Doctors seen",
      range: ({ counts }) => [Math.min(2, counts.length), counts.length],
      read: seen,
      say: (count) => `${count} of ${now().counts.length}`,
      explain(state) {
        const { trials } = columns(firstOf(state));
        const patients = trials.reduce((a, b) => a + b, 0);
        return `with ${counted(patients, "patient")}`;
      },
      change: (count) => set({ doctors: count === now().counts.length ? null : count }),
    }),
  ];

  const rates = bars();
  const density = curves();
  const doctors = forest();
  const doctorsKey = key(KEY_DOCTORS);
  const left = h("div", {}, rates.node, key(KEY), density.node, key(KEY_SPREAD));
  const right = h("div", {}, doctors.node, doctorsKey);
  const figure = h(
    "div",
    { class: "sn-figure sn-through" },
    h("div", { class: "sn-pictures" }, left, right),
  );
  const summary = h("div", { class: "sn-summary sn-lens" }, h("p"), h("p"), h("p"));
  const estimates = numbersTable({
    title: "Estimates in numbers",
    headings: [
      "doctor",
      "successes",
      "patients",
      "estimate",
      "95\u00a0% interval",
      "course’s priors",
      "moved, points",
    ],
    opened: again,
  });
  const shareTable = numbersTable({
    title: "Shares of doctors before any data",
    headings: ["success rate", "these priors", "course’s priors"],
    opened: again,
  });

  const measureKey = whereChanged();
  let keyHeight = 0;

  function* show(present, width) {
    const known = ask(present);
    yield;
    if (!known) return;
    // The newest answer: during a drag the sliders may be ahead of it.
    const { state, found, usual } = known;
    const table = columns(firstOf(state));
    yield;
    const shares = yield* priorShares(state);
    const sentences = describe(state, table, shares, USUAL_SHARES, found, usual);
    yield;
    const beside = width >= SIDE_BY_SIDE;
    const leftWidth = beside ? Math.round(0.46 * (width - GAP)) : width;
    const rightWidth = beside ? width - GAP - leftWidth : width;
    left.style.width = `${leftWidth}px`;
    right.style.width = `${rightWidth}px`;
    yield* rates.update(leftWidth, {
      shares,
      outline: USUAL_SHARES,
      title: leftWidth > 300 ? "Before any data: success rates" : "Before any data",
      sideTitle: "share of doctors",
      axisTitle: "success rate",
      label: sentences[0],
      height: beside ? 100 : 110,
    });
    yield;
    const reach = 1.05 * Math.max(found.sigma.high, usual.sigma.high);
    const end = ENDS.find((value) => value >= reach) ?? ENDS.at(-1);
    yield* density.update(leftWidth, {
      curves: [
        { ...halfNormal(state.sigma_scale, end), kind: "own" },
        { ...found.sigma, kind: "posterior", area: true },
        { ...usual.sigma, kind: "prior" },
      ],
      domain: [0, end],
      ticks: 5,
      axisTitle: "spread between doctors, sigma_pop",
      title: "The spread: before and after the data",
      label: sentences[2],
      height: beside ? 80 : 100,
    });
    // Measured once for a width, where a frame begins and nothing has been written yet: elsewhere the
    // browser would have to lay out the page within the slice.
    yield* measureKey([rightWidth], function* () {
      yield PAUSE;
      keyHeight = doctorsKey.offsetHeight;
    });
    // Room for all doctors, whose number the slider below changes.
    const heights = state.counts.map((_, j) => forestHeight(j + 1));
    right.style.minHeight = `${Math.max(...heights) + keyHeight + 10}px`;
    yield;
    yield* doctors.update(rightWidth, {
      rows: table.names,
      row: (_, j) => ({ ...forestRow(j, table, found), faint: usual.mean[j] }),
      population: expit(found.mu.mean),
      title: "After the data: estimates",
      label: `Raw rates and estimates of ${counted(table.names.length, "doctor")}. ${sentences[1]}`,
    });
    sentences.forEach((sentence, i) => write(summary.children[i], sentence));
    yield* estimates.fill(table.names, (name, j) => [
      name,
      grouped(table.successes[j]),
      grouped(table.trials[j]),
      percent(found.mean[j]),
      `${percent(found.low[j])} to ${percent(found.high[j])}`,
      percent(usual.mean[j]),
      signed(found.mean[j] - usual.mean[j]),
    ]);
    yield* shareTable.fill(shares, (share, i) => [
      `${(100 * i) / BINS} to ${percent((i + 1) / BINS)}`,
      `${(100 * share).toFixed(1)}\u00a0%`,
      `${(100 * USUAL_SHARES[i]).toFixed(1)}\u00a0%`,
    ]);
  }

  return {
    actions,
    settings,
    figure,
    summary,
    table: h("div", {}, estimates.node, shareTable.node),
    show,
    busy: () => solver.busy,
    stop: solver.stop,
  };
}

/** Percentage points with their sign; none where it rounds to zero. */
function signed(difference) {
  const size = points(difference);
  if (size === "0.0") return size;
  return (difference < 0 ? "\u2212" : "+") + size;
}

export default {
  render: mount({ title: "Demo: what the priors say", problem, build }),
};
