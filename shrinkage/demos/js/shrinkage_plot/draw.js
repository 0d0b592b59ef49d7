// The columns right of the forest, caseloads and weights of own data, and the handles that drag
// crosses and caseloads.
import { bar, drawRows, layer, signs } from "../shared/chart.js";
import { grouped, percent, put } from "../shared/dom.js";
import { SIGNS, WORDS } from "../shared/slices.js";

const LOADS = 92; // px, width of the column of caseloads
const WEIGHTS = 84; // px, of that of weights
const GAP = 14; // px, between columns
const WIDE = 520; // px, from which both columns have room
const TOUCH = 15; // px, half the width and height of a handle

/**
 * The columns beside `picture`, a forest. A drag calls `on.start(kind, j)`, `on.move(kind, j, value)`
 * and `on.end()`, where kind is "successes" (value: a rate) or "caseload" (value: patients), and j the
 * doctor.
 */
export function caseloadColumns(picture, on) {
  const { marks } = picture;
  const heads = ["patients", "own data"].map((words) =>
    marks.append("text").attr("class", "sn-column").attr("y", 13).text(words).node(),
  );
  const grips = (kind, hand) =>
    layer(marks, "rect", `sn-grip sn-grip-${kind}`, (made) => {
      made
        .attr("width", 2 * TOUCH)
        .call(handle, hand)
        .append("title");
    });
  const layers = {
    loads: signs(marks, "sn-load"),
    held: signs(marks, "sn-load sn-here"),
    whole: signs(marks, "sn-whole"),
    weights: signs(marks, "sn-weight"),
    rawGrips: grips("raw", "successes"),
    loadGrips: grips("load", "caseload"),
  };
  let geometry = null;

  const scaleTo = (most) => Math.log1p(Math.max(most, 200));
  const offset = (n, room, top) => (room * Math.log1p(n)) / top;
  const caseloadAt = (px, room, top) =>
    Math.max(0, Math.round(Math.expm1((Math.min(Math.max(px, 0), room) / room) * top)));

  function handle(selection, kind) {
    selection
      .on("pointerdown", (event) => {
        event.preventDefault();
        const j = Number(event.currentTarget.dataset.doctor);
        event.currentTarget.setPointerCapture(event.pointerId);
        geometry.held = { kind, j, top: geometry.top };
        on.start(kind, j);
      })
      .on("pointermove", (event) => {
        if (!geometry.held) return;
        const { j, top } = geometry.held;
        const px = event.clientX - picture.node.getBoundingClientRect().left;
        if (kind === "successes") on.move(kind, j, picture.x.invert(px));
        else on.move(kind, j, caseloadAt(px - geometry.left, LOADS - GAP, top));
      })
      .on("pointerup pointercancel", () => {
        if (!geometry.held) return;
        geometry.held = null;
        on.end();
      });
  }

  return {
    width: (width) => (width >= WIDE ? LOADS + WEIGHTS : LOADS) - 8,

    *update(width, { order, trials, raw, weight, held }) {
      const wide = width >= WIDE;
      const left = width - (wide ? LOADS + WEIGHTS : LOADS) + GAP;
      const room = LOADS - GAP;
      const top = geometry?.held?.top ?? scaleTo(Math.max(...trials));
      geometry = { held: geometry?.held, left, top };
      put(heads[0], { x: left });
      put(heads[1], { x: left + LOADS, display: wide ? null : "none" });
      const half = Math.max(Math.min(picture.rowHeight / 2 - 4, 7), 1);
      const add = (kind, y, x, length) => layers[kind].add(bar(x, y - half, length, 2 * half));
      const reach = picture.rowHeight >= 15; // whether rows are high enough for handles
      const high = Math.min(2 * TOUCH, picture.rowHeight);
      const grip = (kind, j, y, x, words) => {
        const place = { x: x - TOUCH, y: y - high / 2, height: high, "data-doctor": j };
        put(layers[kind].next(place).firstChild, {}, words);
      };
      yield* drawRows(layers, order, reach ? WORDS : SIGNS, (j, i) => {
        const y = picture.y(i);
        const end = offset(trials[j], room, top);
        add(i === held ? "held" : "loads", y, left, Math.max(end, 1));
        if (wide) {
          add("whole", y, left + LOADS, WEIGHTS - GAP);
          add("weights", y, left + LOADS, (WEIGHTS - GAP) * weight[j]);
        }
        if (!reach) return;
        if (raw[j] !== null)
          grip(
            "rawGrips",
            j,
            y,
            picture.x(raw[j]),
            `raw rate ${percent(raw[j])}: drag to change the successes`,
          );
        grip(
          "loadGrips",
          j,
          y,
          left + end,
          `${grouped(trials[j])} patients: drag to change the caseload`,
        );
      });
    },
  };
}
