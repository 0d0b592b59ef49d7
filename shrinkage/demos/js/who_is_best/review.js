// The first figure: who deserves a review, and what the decisions cost.
import { expit } from "../posterior/posterior.js";
import { GLYPHS, key } from "../shared/chart.js";
import { forestRow } from "../shared/clinic.js";
import { counted, h, put, write } from "../shared/dom.js";
import { forest } from "../shared/forest.js";
import { whereChanged } from "../shared/slices.js";
import { dash, decisionColumns, flag } from "./columns.js";
import { cost, describeDoctor } from "./describe.js";
import { threshold } from "./engine.js";

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

/** What the decisions about all doctors cost in expectation: two bars on one scale. */
function costBars() {
  const lines = ["by the model", "by raw rates"].map((words, i) => {
    const bar = h("span", { class: i ? "sn-cost sn-cost-raw" : "sn-cost" });
    const value = h("strong");
    const track = h("span", { class: "sn-track" }, bar);
    return { bar, value, node: h("li", {}, h("span", {}, words), track, value) };
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

/** `pointer` is what both figures have under it. */
export function makeReview({ now, set }, pointer) {
  const picture = forest("group");
  const aside = decisionColumns(picture, {
    move(rate) {
      const standard = Math.min(Math.max(Math.round(100 * rate), 1), 99) / 100;
      if (standard !== now().standard) set({ standard });
    },
  });
  pointer.listen(
    picture.node,
    (event) => [picture.nearest(event), null],
    () => aside.held,
  );
  const drawForest = whereChanged();
  const readout = h("p", { class: "sn-readout" });
  const costs = costBars();
  const legend = key(KEY);
  const cutInKey = legend.children[KEY.findIndex(([, words]) => words === CUT)];

  return {
    node: h(
      "div",
      { class: "sn-figure sn-decide" },
      h("p", { class: "sn-heading" }, "Who deserves a review?"),
      h("div", { class: "sn-pictures" }, picture.node),
      costs.node,
      legend,
      readout,
    ),
    picture,
    say: (words) => write(readout, words),

    *update(width, { state, table, found, order, told, row, decision, sentences }) {
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
      cutInKey.hidden = !aside.barred(width);
      costs.show(decision);
      yield;
      const { standard } = state;
      yield* aside.update(width, { order, standard, cut: threshold(state), decision });
      yield;
      write(readout, describeDoctor(told, table, found, decision, state));
    },
  };
}
