// The figure: the forest with its columns, what is dragged in it or under the pointer, and the
// sentence on one doctor below it.
import { GLYPHS, key } from "../shared/chart.js";
import { forestRow } from "../shared/clinic.js";
import { counted, h, write } from "../shared/dom.js";
import { forest } from "../shared/forest.js";
import { describeDoctor } from "./describe.js";
import { caseloadColumns } from "./draw.js";
import { inHand, sorted } from "./engine.js";

const KEY = [
  [GLYPHS.raw, "raw rate"],
  [GLYPHS.estimate, "estimate"],
  [GLYPHS.interval, "95\u00a0% credible interval"],
  [GLYPHS.population, "typical doctor"],
];

/** `now()` is the state, `edit` changes its table and `again()` asks for another frame. */
export function makeFigure({ now, again }, edit) {
  let order = []; // indices of the doctors from the top row to the bottom row
  let dragged = false; // then the rows keep their order
  let pointed = null; // row under the pointer

  const picture = forest("group");
  const aside = caseloadColumns(picture, {
    start(j) {
      dragged = true;
      edit.take(j);
    },
    move(kind, j, value) {
      const [, s, n] = now().counts[j];
      const successes = Math.round(Math.min(Math.max(value, 0), 1) * n);
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
      yield;
      yield* picture.update(width, {
        rows: order,
        row: (j) => forestRow(j, table, found),
        population: typical,
        title: width > 520 ? "From raw rates to estimates" : "",
        label: `Raw rates and estimates of ${counted(order.length, "doctor")}. ${finding}`,
        pointed: order.indexOf(told),
        aside: aside.width(width),
      });
      yield;
      const { weight } = found;
      yield* aside.update(width, { order, ...table, weight, here: order.indexOf(held) });
      yield;
      write(readout, describeDoctor(told, table, found));
    },
  };
}
