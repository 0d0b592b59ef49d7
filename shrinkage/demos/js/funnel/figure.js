// The figure: a panel for each chain, the latest draw in words, the running averages, and a table
// that compares both chains with the exact posterior.
import { key } from "../shared/chart.js";
import { counted, grouped, h, percent, write } from "../shared/dom.js";
import { describeDraw, number } from "./describe.js";
import { AVERAGES_KEY, averages, KEY, panel } from "./draw.js";
import { KINDS } from "./model.js";

const GAP = 16; // px between the panels, as in demo.css
const SIDE_BY_SIDE = 560; // px of width from which the panels stand side by side
const STILL =
  "Your device asks for less motion: a trajectory appears whole, and Run adds 20 draws twice a second.";

/** A table with a row a sampler and one for the exact posterior: { node, show }. */
function comparison() {
  const heads = ["sampler", "average of sigma_pop", "diver\u00adgences", "accepted", ""].map(
    (words) => h("th", { scope: "col" }, words),
  );
  const cells = [...KINDS, "exact posterior"].map(() => heads.slice(1).map(() => h("td")));
  const rows = [...KINDS, "exact posterior"].map((name, i) =>
    h("tr", {}, h("th", { scope: "row" }, name), ...cells[i]),
  );
  const none = "\u2013";
  const filled = (value, say) => (value === null ? none : say(value));
  return {
    node: h("table", {}, h("thead", {}, h("tr", {}, ...heads)), h("tbody", {}, ...rows)),
    /** `below` is the exact probability of a sigma_pop below `limit`. */
    show({ estimates, sigma, limit, below }) {
      write(heads.at(-1), `below ${number(limit)}`);
      const lines = estimates.map((estimate) => [
        filled(estimate.mean, number),
        grouped(estimate.divergences),
        filled(estimate.accepted, percent),
        filled(estimate.below, percent),
      ]);
      [...lines, [number(sigma.mean), none, none, percent(below)]].forEach((line, i) =>
        line.forEach((words, k) => write(cells[i][k], words)),
      );
    },
  };
}

const shortened = (name) => (name.length > 18 ? `${name.slice(0, 17)}…` : name);

const panelLabel = (kind, { draws, divergences }) =>
  `${counted(draws, "draw")} of the ${kind} sampler over the exact posterior, ${grouped(divergences)} of them divergent.`;

function averagesLabel(estimates, sigma) {
  const so = estimates.map(({ mean }, i) => (mean === null ? "" : `, ${KINDS[i]} ${number(mean)}`));
  return `Running averages of sigma_pop: exact mean ${number(sigma.mean)}${so.join("")}.`;
}

export function makeFigure() {
  const panels = ["Centred: alpha", "Non-centred: z"].map(panel);
  const below = averages();
  const compare = comparison();
  const readout = h("p", { class: "sn-readout" });
  const still = h("p", { class: "sn-still", hidden: true }, STILL);
  return {
    node: h(
      "div",
      { class: "sn-figure sn-funnel" },
      h("div", { class: "sn-pictures" }, ...panels.map(({ node }) => node)),
      key(KEY),
      readout,
      still,
      h("div", { class: "sn-averages" }, below.node, key(AVERAGES_KEY)),
      h("div", { class: "sn-compare" }, compare.node),
    ),

    /**
     * `scene` has what the answers have and { chains, draws, made, estimates, limit, below }; `moving`
     * is whether the latest draw is still on its way, `isStill` whether motion is not wanted.
     */
    *update(width, scene, moving, isStill) {
      const { rows, sigma, regions, half, chains, draws, made, estimates, limit } = scene;
      const each = width >= SIDE_BY_SIDE ? (width - GAP) / 2 : width;
      for (const [i, { update }] of panels.entries())
        yield* update(each, {
          chain: chains[i],
          draws: draws - (moving ? 1 : 0),
          key: made,
          regions,
          half,
          below: i === 0 ? limit : 0,
          xTitle: `${shortened(rows.names[0])} minus the typical doctor, log-odds`,
          label: panelLabel(KINDS[i], estimates[i]),
        });
      if (!moving) this.trajectories(chains, draws);
      yield;
      yield* below.update(width, {
        chains,
        draws,
        mean: sigma.mean,
        sd: sigma.sd,
        ends: estimates.map(({ mean }) => mean ?? 0),
        label: averagesLabel(estimates, sigma),
      });
      yield;
      write(readout, describeDraw(draws, chains));
      still.hidden = !isStill;
      compare.show(scene);
    },

    /** The latest trajectories up to a share of their steps, where all draws are there. */
    trajectories(chains, draws, progress = 1) {
      const latest = draws > 0 && chains.every(({ count }) => count === draws);
      panels.forEach(({ trajectory }, i) => trajectory(latest ? chains[i] : null, progress));
    },
  };
}
