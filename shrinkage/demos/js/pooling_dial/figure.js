// The figure: the doctors' estimates at the dial's place, and the posterior of sigma_pop.
import { expit } from "../posterior/posterior.js";
import { GLYPHS, key } from "../shared/chart.js";
import { forestRow } from "../shared/clinic.js";
import { curves } from "../shared/curves.js";
import { counted, h } from "../shared/dom.js";
import { forest } from "../shared/forest.js";
import { spread } from "./describe.js";
import { ALONE, trueRange } from "./engine.js";

const SIDE_BY_SIDE = 700; // px of width from which the two pictures stand side by side
const GAP = 16; // px between them, as in demo.css
const KEY = [
  [GLYPHS.raw, "raw rate"],
  [GLYPHS.estimate, "estimate"],
  [GLYPHS.interval, "95\u00a0% credible interval"],
  [GLYPHS.before, "estimate where the data decide"],
  [GLYPHS.population, "typical doctor"],
  ['<rect class="sn-band" x="-11" y="-6" width="22" height="12"/>', "19 in 20 true rates"],
  ['<line class="sn-curve sn-curve-posterior" x1="-11" x2="11"/>', "posterior of sigma_pop"],
  ['<line class="sn-curve sn-curve-prior" x1="-11" x2="11"/>', "its prior"],
];

// The prior of sigma_pop, HalfNormal(1), for the dashed curve.
const PRIOR = (() => {
  const x = Float64Array.from({ length: 81 }, (_, i) => i / 20);
  return { x, density: x.map((sigma) => Math.sqrt(2 / Math.PI) * Math.exp(-0.5 * sigma * sigma)) };
})();

/** The doctors, for a forest; `sigma` is the dial's value, `free` whether the data decide. */
function doctorsAt(sigma, free, { table, order, found, learned, sentences }) {
  const alone = sigma >= ALONE; // then the population's line would only show its prior
  return {
    rows: order,
    row: (j) => ({ ...forestRow(j, table, found), faint: free ? undefined : learned.mean[j] }),
    population: alone ? null : expit(found.mu.mean),
    band: alone ? null : trueRange(found.mu.mean, sigma),
    title: free ? "Estimates where the data decide" : "Estimates at your dial’s place",
    label: `Raw rates and estimates of ${counted(order.length, "doctor")}. ${sentences[0]}`,
  };
}

/** What the data say of sigma_pop and where the dial is, for curves of this width. */
function spreadAt(sigma, free, { learned, sentences }, width) {
  const end = Math.max(3, 1.2 * learned.sigma.high);
  const words = free
    ? `mean ${spread(sigma)}`
    : `your dial ${spread(sigma)}${sigma > end ? " →" : ""}`;
  return {
    curves: [
      { ...learned.sigma, kind: "posterior", area: true },
      { ...PRIOR, kind: "prior" },
    ],
    marks: [{ at: sigma, kind: free ? "exact" : "place", words }],
    domain: [0, end],
    ticks: 6,
    axisTitle: "spread between doctors, sigma_pop",
    title: width > 300 ? "What the data say of the spread" : "The spread, by the data",
    label: sentences[2],
  };
}

export function makeFigure() {
  const doctors = forest();
  const density = curves();
  const aside = h("div", {}, density.node, key(KEY));
  const pictures = h("div", { class: "sn-pictures" }, doctors.node, aside);
  return {
    node: h("div", { class: "sn-figure" }, pictures),

    /** `known` has the answers with { table, order, sentences }. */
    *update(width, known) {
      const free = known.state.sigma_pop === null;
      const sigma = known.state.sigma_pop ?? known.learned.sigma.mean;
      const beside = width >= SIDE_BY_SIDE;
      const left = beside ? Math.round(0.6 * (width - GAP)) : width;
      const right = beside ? width - GAP - left : width;
      yield* doctors.update(left, doctorsAt(sigma, free, known));
      aside.style.width = `${right}px`;
      yield;
      const height = beside ? 150 : 110;
      yield* density.update(right, { ...spreadAt(sigma, free, known, right), height });
    },
  };
}
