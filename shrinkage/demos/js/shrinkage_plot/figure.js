// The figure: the forest with its columns, what is dragged in it or under the pointer, and the
// sentence on one doctor below it.
import { GLYPHS, key } from "../shared/chart.js";
import { columns, digitsFor, forestRow, successesAt } from "../shared/clinic.js";
import { counted, h, percent, write } from "../shared/dom.js";
import { forest } from "../shared/forest.js";
import { partFor } from "../shared/zoom.js";
import { describeDoctor } from "./describe.js";
import { caseloadColumns } from "./draw.js";
import { inHand, sorted } from "./engine.js";

const KEY = [
  [GLYPHS.raw, "raw rate"],
  [GLYPHS.estimate, "estimate"],
  [GLYPHS.interval, "95\u00a0% credible interval"],
  [GLYPHS.population, "typical doctor"],
];

/** What the axis measures; a part of the scale is said to be one where there is room for the words. */
function axisTitle({ reference }, isPart) {
  const rate = reference === null ? "success rate" : "success rate at the average expectation";
  return isPart ? `${rate}, a part of the scale from ${percent(0)} to ${percent(1)}` : rate;
}

/** The part of the scale that the rates of a table need. */
function partOf({ raw }, { low, high }, typical) {
  const known = raw.filter((rate) => rate !== null);
  return partFor(Math.min(typical, ...low, ...known), Math.max(typical, ...high, ...known));
}

/** `now()` is the state, `edit` changes its table and `again()` asks for another frame. */
export function makeFigure({ now, again }, edit) {
  let order = []; // indices of the doctors from the top row to the bottom row
  let part = [0, 1]; // of the scale
  let dragged = false; // then the rows keep their order and the scale its part
  let pointed = null; // row under the pointer

  const picture = forest("group");
  const aside = caseloadColumns(picture, {
    start(j) {
      dragged = true;
      edit.take(j);
    },
    move(kind, j, value) {
      const { counts } = now();
      const [, s, n, expected] = counts[j];
      const successes = successesAt(value, n, expected, columns(counts).reference);
      if (kind === "caseload" && value !== n) edit.setCaseload(j, value);
      if (kind === "successes" && successes !== s) edit.setSuccesses(j, successes);
    },
    end() {
      dragged = false;
      again();
    },
  });
  function point(row) {
    if (dragged || row === pointed) return;
    pointed = row;
    again();
  }
  picture.node.addEventListener("pointermove", (event) => point(picture.nearest(event)));
  picture.node.addEventListener("pointerleave", () => point(null));

  const pictures = h("div", { class: "sn-pictures" }, picture.node);
  const readout = h("p", { class: "sn-readout sn-told" });
  return {
    node: h("div", { class: "sn-figure" }, pictures, key(KEY), readout),
    picture: picture.node,
    say: (words) => write(readout, words),

    /** The rows of a state, from the top to the bottom. */
    orderOf(state, { trials }, { mean }) {
      if (!dragged || order.length !== trials.length) order = sorted(state.order, trials, mean);
      return order;
    },

    *update(width, { state, table, found, typical, finding }) {
      const held = inHand(state);
      const told = order[pointed] ?? held;
      const digits = digitsFor(found);
      if (!dragged) part = partOf(table, found, typical);
      const [from, to] = part;
      yield;
      yield* picture.update(width, {
        rows: order,
        row: (j) => forestRow(j, table, found),
        population: typical,
        title: width > 520 ? "From raw rates to estimates" : "",
        label: `Raw rates and estimates of ${counted(order.length, "doctor")}. ${finding}`,
        part,
        axisTitle: axisTitle(table, to - from < 1 && width > 520),
        pointed: order.indexOf(told),
        aside: aside.width(width),
      });
      yield;
      const here = order.indexOf(held);
      yield* aside.update(width, { order, ...table, weight: found.weight, here, digits });
      yield;
      write(readout, describeDoctor(told, table, found));
    },
  };
}
