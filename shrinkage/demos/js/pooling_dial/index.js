// Demo: from no pooling to complete pooling. One slider for sigma_pop, every doctor's estimate, and
// the posterior of sigma_pop.
import { expit } from "../posterior/posterior.js";
import { makeSolver } from "../posterior/solver.js";
import { GLYPHS, key } from "../shared/chart.js";
import { columns, forestRow, question, rawInWords } from "../shared/clinic.js";
import { button, slider } from "../shared/controls.js";
import { curves } from "../shared/curves.js";
import { counted, grouped, h, percent, write } from "../shared/dom.js";
import { forest } from "../shared/forest.js";
import { mount } from "../shared/mount.js";
import { numbersTable } from "../shared/numbers.js";
import { presetChoice } from "../shared/presets.js";
import { describe, explain, spread } from "./describe.js";
import { ALONE, distances, NO_POOLING, problem, STOPS, sorted, trueRange } from "./engine.js";

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

function build({ now, set, again, model }) {
  const solver = makeSolver(model, again);

  /** The newest state with answers, { state, learned, found }: what the data say, and the dial. */
  function ask(present) {
    const { counts, sigma_pop } = present;
    const learned = [[counts], () => question(counts)];
    const dial = [[counts, sigma_pop], () => question(counts, { options: { sigma_pop } })];
    const known = solver.ask(present, sigma_pop === null ? { learned } : { learned, dial });
    return (
      known && { ...known, found: known.state.sigma_pop === null ? known.learned : known.dial }
    );
  }

  /** The dial's value: the reader's, or the posterior mean where the data decide. */
  const stand = (state) => state.sigma_pop ?? ask(state)?.learned.sigma.mean ?? 1;

  const turn = (label, sigma) =>
    button({
      label,
      press: () => set({ sigma_pop: sigma }),
      enabled: (state) => state.sigma_pop !== sigma,
    });
  const actions = [
    presetChoice(model, (counts) => set({ counts })),
    turn("Complete pooling", 0),
    turn("Let the data decide", null),
    turn("No pooling", NO_POOLING),
  ];
  const settings = [
    slider({
      label: "Spread between doctors",
      stops: STOPS,
      read: stand,
      say: (sigma) => (now().sigma_pop === null ? "the data: " : "") + spread(sigma),
      explain(state) {
        const known = ask(state);
        if (!known) return "";
        return explain(stand(state), trueRange(known.found.mu.mean, stand(state)));
      },
      change: (sigma) => set({ sigma_pop: sigma }),
    }),
  ];

  const doctors = forest();
  const density = curves();
  const aside = h("div", {}, density.node, key(KEY));
  const figure = h(
    "div",
    { class: "sn-figure" },
    h("div", { class: "sn-pictures" }, doctors.node, aside),
  );
  const summary = h("div", { class: "sn-summary sn-dial" }, h("p"), h("p"), h("p"));
  const table = numbersTable({
    title: "Estimates in numbers",
    headings: [
      "doctor",
      "successes",
      "patients",
      "raw rate",
      "estimate",
      "95\u00a0% interval",
      "where the data decide",
    ],
    opened: again,
  });

  function* show(present, width) {
    const known = ask(present);
    yield;
    if (!known) return;
    // The newest answer: during a drag the dial may be ahead of it.
    const { state, found, learned } = known;
    const free = state.sigma_pop === null;
    const sigma = state.sigma_pop ?? learned.sigma.mean;
    const league = columns(state.counts);
    yield;
    const order = sorted(league.trials);
    yield;
    const far = distances(found.mean, league);
    yield;
    const sentences = describe(state.sigma_pop, league, found, learned, far);
    yield;
    const end = Math.max(3, 1.2 * learned.sigma.high);
    const beside = width >= SIDE_BY_SIDE;
    const left = beside ? Math.round(0.6 * (width - GAP)) : width;
    const right = beside ? width - GAP - left : width;
    yield* doctors.update(left, {
      rows: order,
      row: (j) => ({
        ...forestRow(j, league, found),
        faint: free ? undefined : learned.mean[j],
      }),
      // Without pooling the population's line would only show its prior.
      population: sigma >= ALONE ? null : expit(found.mu.mean),
      band: sigma >= ALONE ? null : trueRange(found.mu.mean, sigma),
      title: free ? "Estimates where the data decide" : "Estimates at your dial’s place",
      label: `Raw rates and estimates of ${counted(order.length, "doctor")}. ${sentences[0]}`,
    });
    aside.style.width = `${right}px`;
    yield;
    yield* density.update(right, {
      curves: [
        { ...learned.sigma, kind: "posterior", area: true },
        { ...PRIOR, kind: "prior" },
      ],
      marks: [
        free
          ? { at: sigma, kind: "exact", words: `mean ${spread(sigma)}` }
          : {
              at: sigma,
              kind: "place",
              words: `your dial ${spread(sigma)}${sigma > end ? " →" : ""}`,
            },
      ],
      domain: [0, end],
      ticks: 6,
      axisTitle: "spread between doctors, sigma_pop",
      title: right > 300 ? "What the data say of the spread" : "The spread, by the data",
      label: sentences[2],
      height: beside ? 150 : 110,
    });
    sentences.forEach((sentence, i) => write(summary.children[i], sentence));
    yield* table.fill(order, (j) => [
      league.names[j],
      grouped(league.successes[j]),
      grouped(league.trials[j]),
      rawInWords(league.raw[j]),
      percent(found.mean[j]),
      `${percent(found.low[j])} to ${percent(found.high[j])}`,
      percent(learned.mean[j]),
    ]);
  }

  return {
    actions,
    settings,
    figure,
    summary,
    table: table.node,
    show,
    busy: () => solver.busy,
    stop: solver.stop,
  };
}

export default {
  render: mount({ title: "Demo: from no pooling to complete pooling", problem, build }),
};
