// The second figure: where each doctor may stand among all.
import { GLYPHS, key } from "../shared/chart.js";
import { counted, h, write } from "../shared/dom.js";
import { whereChanged } from "../shared/slices.js";
import { describeRank } from "./describe.js";
import { rankGrid, shades } from "./grid.js";

/** The key of a grid whose highest probability is `most`. */
const keyOf = (most, doctors) =>
  key([
    [GLYPHS.raw, "place by raw rate"],
    [GLYPHS.estimate, "median place"],
    ['<path class="sn-span" d="M-9-4V4M9-4V4M-9 0H9"/>', "95\u00a0% credible interval"],
    ...shades(most, doctors).map(([words, opacity]) => [
      `<rect class="sn-cell" x="-9" y="-6" width="18" height="12" fill-opacity="${opacity}"/>`,
      words,
    ]),
  ]);

/** `picture` is the forest whose rows the grid continues, `pointer` what is under it in both. */
export function makeStanding(picture, pointer) {
  const grid = rankGrid(picture);
  pointer.listen(grid.node, grid.at);
  const drawGrid = whereChanged();
  const shadeKey = h("div");
  const readout = h("p", { class: "sn-readout sn-rank-readout" });
  let keyed = null; // the ranks that the key is for

  return {
    nodes: [
      h("p", { class: "sn-heading" }, "Who is best? Where each doctor may stand"),
      h("div", { class: "sn-pictures" }, grid.node),
      shadeKey,
      readout,
    ],

    /** `last` are the ranks there are and their highest; `current` those of this state, or null. */
    *update(width, { table, found, order, told, row, sentences, current }, last) {
      const { ranks, most } = last;
      const at = pointer.row === null ? null : pointer.place;
      const doctors = counted(order.length, "doctor");
      const label = `The probability of each place for ${doctors}. ${sentences[0]}`;
      yield* drawGrid([found, ranks, current, width, row, at], () =>
        grid.update(width, {
          ranks,
          most,
          current: Boolean(current),
          order,
          table,
          pointed: row,
          at,
          label,
        }),
      );
      yield;
      const rank = current && describeRank(told, table, current, at);
      write(readout, rank ?? `Computing the ranks of ${doctors} …`);
      yield;
      if (!current || keyed === current) return;
      keyed = current;
      shadeKey.replaceChildren(keyOf(most, current.length));
    },
  };
}
