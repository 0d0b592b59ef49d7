// The columns right of the forest, caseloads and weights of own data, and the handles that drag
// crosses and caseloads.
import { bar, drawRows, layer, signs } from "../shared/chart.js";
import { grouped, percent, put } from "../shared/dom.js";
import { SIGNS, WORDS } from "../shared/slices.js";

const LOADS = 92; // px, width of the column of caseloads
const WEIGHTS = 84; // px, of that of weights
const GAP = 14; // px, between columns
const ROOM = LOADS - GAP; // px, of the longest bar of a caseload
const WIDE = 520; // px, from which both columns have room
const TOUCH = 15; // px, half the width and height of a handle
const CHANGES = { rates: "successes", ends: "caseload" }; // what the handles change

// Caseloads are drawn on a scale of log(1 + n), with `top` at the end of its room.
const topOf = (trials) => Math.log1p(Math.max(...trials, 200));
const offset = (n, top) => (ROOM * Math.log1p(n)) / top;
const caseloadAt = (px, top) =>
  Math.round(Math.expm1((Math.min(Math.max(px, 0), ROOM) / ROOM) * top));

/**
 * A layer of handles. `drag` has `start(j)` for the one of doctor j, `move(px)` for a pointer so far
 * from the left edge of the picture, `end()`, and `held` while one of them is dragged.
 */
function handles(picture, kind, drag) {
  const px = (event) => event.clientX - picture.node.getBoundingClientRect().left;
  return layer(picture.marks, "rect", `sn-grip sn-grip-${kind}`, (made) => {
    made
      .attr("width", 2 * TOUCH)
      .on("pointerdown", (event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.start(Number(event.currentTarget.dataset.doctor));
      })
      .on("pointermove", (event) => drag.held && drag.move(px(event)))
      .on("pointerup pointercancel", () => drag.held && drag.end())
      .append("title");
  });
}

/**
 * The columns beside `picture`, a forest. A drag calls `on.start(j)`, `on.move(kind, j, value)` and
 * `on.end()`, where kind is "successes" (value: a rate) or "caseload" (value: patients), and j the
 * doctor.
 */
export function caseloadColumns(picture, on) {
  const { marks } = picture;
  const heads = ["patients", "own data"].map((words) =>
    marks.append("text").attr("class", "sn-column").attr("y", 13).text(words).node(),
  );
  let left = 0; // where the column of caseloads begins
  let top = topOf([]);
  let held = null; // the doctor whose handle is dragged; the scale stays as it is
  const drag = (kind, valueAt) => ({
    get held() {
      return held !== null;
    },
    start(j) {
      held = j;
      on.start(j);
    },
    move: (px) => on.move(kind, held, valueAt(px)),
    end() {
      held = null;
      on.end();
    },
  });
  const layers = {
    loads: signs(marks, "sn-load"),
    held: signs(marks, "sn-load sn-here"),
    whole: signs(marks, "sn-whole"),
    weights: signs(marks, "sn-weight"),
    rates: handles(
      picture,
      "raw",
      drag("successes", (px) => picture.x.invert(px)),
    ),
    ends: handles(
      picture,
      "load",
      drag("caseload", (px) => caseloadAt(px - left, top)),
    ),
  };

  /** Put a handle at (x, y). */
  function grip(kind, j, x, y, words) {
    const high = Math.min(2 * TOUCH, picture.rowHeight);
    const place = { x: x - TOUCH, y: y - high / 2, height: high, "data-doctor": j };
    put(layers[kind].next(place).firstChild, {}, `${words}: drag to change the ${CHANGES[kind]}`);
  }

  return {
    width: (width) => (width >= WIDE ? LOADS + WEIGHTS : LOADS) - 8,

    *update(width, { order, trials, raw, weight, here, digits }) {
      const wide = width >= WIDE;
      left = width - (wide ? LOADS + WEIGHTS : LOADS) + GAP;
      if (held === null) top = topOf(trials);
      put(heads[0], { x: left });
      put(heads[1], { x: left + LOADS, display: wide ? null : "none" });
      const half = Math.max(Math.min(picture.rowHeight / 2 - 4, 7), 1);
      const add = (kind, y, x, length) => layers[kind].add(bar(x, y - half, length, 2 * half));
      const reach = picture.rowHeight >= 15; // whether rows are high enough for handles
      yield* drawRows(layers, order, reach ? WORDS : SIGNS, (j, i) => {
        const y = picture.y(i);
        const end = offset(trials[j], top);
        add(i === here ? "held" : "loads", y, left, Math.max(end, 1));
        if (wide) {
          add("whole", y, left + LOADS, WEIGHTS - GAP);
          add("weights", y, left + LOADS, (WEIGHTS - GAP) * weight[j]);
        }
        if (!reach) return;
        if (raw[j] !== null)
          grip("rates", j, picture.x(raw[j]), y, `raw rate ${percent(raw[j], digits)}`);
        grip("ends", j, left + end, y, `${grouped(trials[j])} patients`);
      });
    },
  };
}
