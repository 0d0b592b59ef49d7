// What stands to the right of the forest, and the handles: caseloads to drag, weights, crosses to drag.
import { grouped, percent } from "../shared/dom.js";

const LOADS = 92; // width of the column of caseloads
const WEIGHTS = 84;
const GAP = 14;
const WIDE = 520; // from this width on both columns have room
const TOUCH = 15; // half the height of what a finger must meet

/**
 * `on` is told of the hand: start(kind, j), move(kind, j, value) and end(), where kind is
 * "successes" (value: a rate) or "caseload" (value: patients), and j the doctor.
 */
export function caseloadColumns(picture, on) {
  const { marks } = picture;
  const heads = ["patients", "own data"].map((words) =>
    marks.append("text").attr("class", "sn-column").attr("y", 13).text(words),
  );
  let geometry = null;

  const scaleTo = (most) => Math.log1p(Math.max(most, 200));
  const offset = (n, room, top) => (room * Math.log1p(n)) / top;
  const caseloadAt = (px, room, top) =>
    Math.max(0, Math.round(Math.expm1((Math.min(Math.max(px, 0), room) / room) * top)));

  function handle(selection, kind) {
    selection
      .on("pointerdown", (event, row) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        geometry.held = { kind, j: row.j, top: geometry.top };
        on.start(kind, row.j);
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

    update(width, { order, trials, raw, weight, held }) {
      const wide = width >= WIDE;
      const left = width - (wide ? LOADS + WEIGHTS : LOADS) + GAP;
      const room = LOADS - GAP;
      const top = geometry?.held?.top ?? scaleTo(Math.max(...trials));
      geometry = { held: geometry?.held, left, top };
      heads[0].attr("x", left);
      heads[1].attr("x", left + LOADS).attr("display", wide ? null : "none");
      const half = Math.max(Math.min(picture.rowHeight / 2 - 4, 7), 1);
      const rows = order.map((j, i) => ({ j, i, y: picture.y(i) }));
      const bars = (kind, data) =>
        marks
          .selectAll(`.${kind}`)
          .data(data, ({ j }) => j)
          .join("rect")
          .attr("class", kind)
          .attr("y", ({ y }) => y - half)
          .attr("height", 2 * half);
      bars("sn-load", rows)
        .attr("x", left)
        .attr("width", ({ j }) => Math.max(offset(trials[j], room, top), 1))
        .classed("sn-here", ({ i }) => i === held);
      bars("sn-whole", wide ? rows : [])
        .attr("x", left + LOADS)
        .attr("width", WEIGHTS - GAP);
      bars("sn-weight", wide ? rows : [])
        .attr("x", left + LOADS)
        .attr("width", ({ j }) => (WEIGHTS - GAP) * weight[j]);

      const reach = picture.rowHeight >= 15;
      marks
        .selectAll(".sn-grip-raw")
        .data(reach ? rows.filter(({ j }) => raw[j] !== null) : [], ({ j }) => j)
        .join((enter) => enter.append("rect").attr("class", "sn-grip sn-grip-raw").call(handle, "successes"))
        .attr("x", ({ j }) => picture.x(raw[j]) - TOUCH)
        .attr("y", ({ y }) => y - Math.min(TOUCH, picture.rowHeight / 2))
        .attr("width", 2 * TOUCH)
        .attr("height", Math.min(2 * TOUCH, picture.rowHeight))
        .selectAll("title")
        .data(({ j }) => [j])
        .join("title")
        .text((j) => `raw rate ${percent(raw[j])}: drag to change the successes`);
      marks
        .selectAll(".sn-grip-load")
        .data(reach ? rows : [], ({ j }) => j)
        .join((enter) => enter.append("rect").attr("class", "sn-grip sn-grip-load").call(handle, "caseload"))
        .attr("x", ({ j }) => left + offset(trials[j], room, top) - TOUCH)
        .attr("y", ({ y }) => y - Math.min(TOUCH, picture.rowHeight / 2))
        .attr("width", 2 * TOUCH)
        .attr("height", Math.min(2 * TOUCH, picture.rowHeight))
        .selectAll("title")
        .data(({ j }) => [j])
        .join("title")
        .text((j) => `${grouped(trials[j])} patients: drag to change the caseload`);
    },
  };
}
