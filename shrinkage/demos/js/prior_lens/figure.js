// The figure: the rates and the spread that the priors expect, and the doctors' estimates.
import { expit } from "../posterior/posterior.js";
import { bars } from "../shared/bars.js";
import { GLYPHS, key } from "../shared/chart.js";
import { forestRow } from "../shared/clinic.js";
import { curves } from "../shared/curves.js";
import { counted, h } from "../shared/dom.js";
import { forest, forestHeight } from "../shared/forest.js";
import { PAUSE, whereChanged } from "../shared/slices.js";
import { USUAL_SHARES } from "./engine.js";

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

/** The density of a half-normal, for a curve up to `end`. */
function halfNormal(scale, end) {
  const x = Float64Array.from({ length: 301 }, (_, i) => (i * end) / 300);
  const density = x.map(
    (at) => (Math.sqrt(2 / Math.PI) / scale) * Math.exp(-0.5 * (at / scale) ** 2),
  );
  return { x, density };
}

/** The success rates expected before any data, for bars of this width. */
const expected = ({ shares, sentences }, width) => ({
  shares,
  outline: USUAL_SHARES,
  title: width > 300 ? "Before any data: success rates" : "Before any data",
  sideTitle: "share of doctors",
  axisTitle: "success rate",
  label: sentences[0],
});

/** The spread before and after the data, for curves. */
function spread({ state, found, usual, sentences }) {
  const reach = 1.05 * Math.max(found.sigma.high, usual.sigma.high);
  const end = ENDS.find((value) => value >= reach) ?? ENDS.at(-1);
  return {
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
  };
}

/** The doctors' estimates, for a forest. */
const estimates = ({ table, found, usual, sentences }) => ({
  rows: table.names,
  row: (_, j) => ({ ...forestRow(j, table, found), faint: usual.mean[j] }),
  population: expit(found.mu.mean),
  title: "After the data: estimates",
  label: `Raw rates and estimates of ${counted(table.names.length, "doctor")}. ${sentences[1]}`,
});

/** The height of the highest forest of up to so many doctors. */
function highest(count) {
  let most = 0;
  for (let doctors = 1; doctors <= count; doctors++) most = Math.max(most, forestHeight(doctors));
  return most;
}

export function makeFigure() {
  const rates = bars();
  const density = curves();
  const doctors = forest();
  const doctorsKey = key(KEY_DOCTORS);
  const left = h("div", {}, rates.node, key(KEY), density.node, key(KEY_SPREAD));
  const right = h("div", {}, doctors.node, doctorsKey);
  const measureKey = whereChanged();
  let keyHeight = 0;

  return {
    node: h(
      "div",
      { class: "sn-figure sn-through" },
      h("div", { class: "sn-pictures" }, left, right),
    ),

    /** `known` has the answers with { table, shares, sentences }. */
    *update(width, known) {
      const beside = width >= SIDE_BY_SIDE;
      const leftWidth = beside ? Math.round(0.46 * (width - GAP)) : width;
      const rightWidth = beside ? width - GAP - leftWidth : width;
      left.style.width = `${leftWidth}px`;
      right.style.width = `${rightWidth}px`;
      const height = beside ? 100 : 110;
      yield* rates.update(leftWidth, { ...expected(known, leftWidth), height });
      yield;
      yield* density.update(leftWidth, { ...spread(known), height: beside ? 80 : 100 });
      // Measured once for a width, where a frame begins and nothing has been written yet: elsewhere
      // the browser would have to lay out the page within the slice.
      yield* measureKey([rightWidth], function* () {
        yield PAUSE;
        keyHeight = doctorsKey.offsetHeight;
      });
      // Room for all doctors, whose number the slider below changes.
      right.style.minHeight = `${highest(known.state.counts.length) + keyHeight + 10}px`;
      yield;
      yield* doctors.update(rightWidth, estimates(known));
    },
  };
}
