// What the demo draws itself: beside the forest the standard, the probabilities of being below it and
// the two decisions; and the grid of ranks.
import { scaleLinear } from "d3-scale";
import {
  bar as barAt,
  chart,
  circle,
  cross,
  drawRows,
  FOOT,
  layer,
  signs,
} from "../shared/chart.js";
import { put } from "../shared/dom.js";
import { labelled } from "../shared/forest.js";
import { rankSummary } from "../shared/ranks.js";
import { SIGNS, WORDS, whereChanged } from "../shared/slices.js";
import { chance, exact } from "./describe.js";
import { darkest, runs, shade } from "./engine.js";

/** Outlines of the signs for a review and for none. */
export const flag = (x, y) => `M${x - 4.5} ${y + 7}v-13.5l10.5 4-10.5 4`;
export const dash = (x, y) => `M${x - 4} ${y}h8`;
const rounded = (x, y, width, height, r) =>
  `M${x + r} ${y}h${width - 2 * r}a${r} ${r} 0 0 1 ${r} ${r}v${height - 2 * r}a${r} ${r} 0 0 1-${r} ${r}` +
  `h${2 * r - width}a${r} ${r} 0 0 1-${r}-${r}v${2 * r - height}a${r} ${r} 0 0 1 ${r}-${r}z`;

const TOP = 24; // as the forest's, so that rows are equally high
const RIGHT = 16; // what the forest keeps free at the right by itself
const GRAB = 12; // px, half the width of the handle that drags the standard

/** Widths of the columns beside the forest: bar and number of a probability, each decision, the last one's. */
const layout = (width) =>
  width >= 640
    ? { gap: 16, bar: 64, number: 52, sign: 74, last: 60, space: 14, words: true }
    : width >= 440
      ? { gap: 14, bar: 36, number: 50, sign: 40, last: 14, space: 18, words: false }
      : { gap: 8, bar: 0, number: 44, sign: 36, last: 14, space: 18, words: false };

/** The number's column and, before it, the bar's, which a phone has no room for. */
const probability = (width) => {
  const { gap, bar, number } = layout(width);
  return { gap, bar, number };
};

const atEnd = (words) => words.attr("text-anchor", "end");

/** The columns beside `picture`, a forest. Dragging the standard calls `on.move(rate)`. */
export function decisionColumns(picture, on) {
  const { marks } = picture;
  const layers = {
    differ: signs(marks, "sn-differ"),
    whole: signs(marks, "sn-whole"),
    shares: signs(marks, "sn-share"),
    numbers: layer(marks, "text", "sn-number", atEnd),
    model: signs(marks, "sn-by-model"),
    modelReview: signs(marks, "sn-by-model sn-review"),
    modelWords: layer(marks, "text", "sn-words-model"),
    raw: signs(marks, "sn-by-raw"),
    rawReview: signs(marks, "sn-by-raw sn-review"),
    rawWords: layer(marks, "text", "sn-words-raw"),
  };
  const one = (tag, kind) => marks.append(tag).attr("class", kind).node();
  const line = one("path", "sn-standard");
  const words = one("text", "sn-standard-words");
  const heads = ["below", "model", "raw rates"].map(() => one("text", "sn-column"));
  for (const heading of [words, ...heads]) put(heading, { y: 13 });
  const cut = one("path", "sn-cut");
  const grip = marks
    .append("rect")
    .attr("class", "sn-grip")
    .attr("y", 0)
    .attr("width", 2 * GRAB);
  grip.append("title").text("the standard: drag it");
  let held = false;
  grip
    .on("pointerdown", (event) => {
      event.preventDefault();
      grip.node().setPointerCapture(event.pointerId);
      held = true;
    })
    .on("pointermove", (event) => {
      if (held)
        on.move(picture.x.invert(event.clientX - picture.node.getBoundingClientRect().left));
    })
    .on("pointerup pointercancel", () => (held = false))
    .on("click", (event) => event.stopPropagation()); // the end of a drag takes no row in hand

  return {
    width(width) {
      const { gap, bar, number, sign, last, space } = layout(width);
      return gap + bar + number + space + sign + last - RIGHT;
    },

    /** Whether the probabilities have bars at this width. */
    barred: (width) => layout(width).bar > 0,

    get held() {
      return held;
    },

    *update(width, { order, standard, cut: share, decision }) {
      const { gap, bar, number, sign, last, space, words: spoken } = layout(width);
      const left = width - (bar + number + space + sign + last);
      const poles = left + bar + number + space; // the middle of the first flag's pole
      const { below, review, rawReview } = decision;
      const { rowHeight, bottom } = picture;
      const high = rowHeight >= 11; // room for a number
      const half = Math.max(Math.min(rowHeight / 2 - 4, 7), 0.4 * rowHeight);

      const at = picture.x(standard);
      const middle = (picture.left + left - gap) / 2;
      put(line, { d: `M${at.toFixed(1)} ${TOP - 6}V${bottom}` });
      put(
        words,
        { x: at, "text-anchor": at < middle ? "start" : "end" },
        `standard ${exact(standard)}`,
      );
      put(grip.node(), { x: at - GRAB, height: bottom });

      // On a phone the numbers have no bars, and rows too low for numbers have bars alone.
      const room = bar || number - 10;
      const barred = bar || !high;
      const numbers = left + bar + number - 4; // where numbers end
      const pole = spoken ? poles - 5 : poles;
      const anchor = spoken ? "start" : "middle";
      put(
        heads[0],
        { x: bar ? left : numbers, "text-anchor": bar ? "start" : "end" },
        `${bar ? "below " : "<"}${exact(standard)}`,
      );
      put(heads[1], { x: pole, "text-anchor": anchor }, "model");
      put(heads[2], { x: pole + sign, "text-anchor": anchor }, spoken ? "raw rates" : "raw");
      put(cut, {
        visibility: barred ? null : "hidden",
        d: `M${(left + room * share).toFixed(1)} ${TOP - 3}V${bottom}`,
      });
      put(marks.node(), { class: high ? null : "sn-low" });

      // In rows too low for a flag a block stands for it, and nothing for no review.
      const decided = (who, x, y, flagged) => {
        if (high && !flagged) layers[who].add(dash(x, y));
        if (!flagged) return;
        const reviews = layers[`${who}Review`];
        reviews.add(high ? flag(x, y) : barAt(x - 5, y - 0.45 * rowHeight, 10, 0.9 * rowHeight));
        if (spoken && high) layers[`${who}Words`].next({ x: x + 11, y: y + 4 }, "review");
      };
      const track = (kind, y, length) => layers[kind].add(barAt(left, y - half, length, 2 * half));
      const frame = high ? Math.min(rowHeight / 2 - 1, 11) : rowHeight / 2;
      yield* drawRows(layers, order, high ? WORDS : SIGNS, (j, i) => {
        const y = picture.y(i);
        if (barred) {
          track("whole", y, room);
          track("shares", y, room * below[j]);
        }
        if (high) layers.numbers.next({ x: numbers, y: y + 4 }, chance(below[j]));
        decided("model", poles, y, review[j]);
        decided("raw", poles + sign, y, rawReview[j]);
        if (review[j] !== rawReview[j]) {
          const [x, width] = [poles - 11, sign + last + 10];
          layers.differ.add(rounded(x, y - frame, width, 2 * frame, high ? 4 : 0));
        }
      });
    },
  };
}

/** The posterior of ranks: a row a doctor, a column a place, the darker the more probable. */
export function rankGrid() {
  const { svg, axis, axisTitle } = chart("group");
  const frame = svg.append("rect").attr("class", "sn-whole").attr("y", TOP).node();
  const cells = layer(svg.append("g").attr("class", "sn-cells"), "path", "sn-cell");
  const names = layer(svg, "text", "sn-name", atEnd);
  const layers = {
    spans: signs(svg, "sn-span"),
    medians: signs(svg, "sn-estimate"),
    crosses: signs(svg, "sn-raw sn-bold"),
    whole: signs(svg, "sn-whole"),
    shares: signs(svg, "sn-share"),
    numbers: layer(svg, "text", "sn-number", atEnd),
  };
  const head = svg.append("text").attr("class", "sn-column").attr("y", 13).text("is best").node();
  const wait = svg.append("text").attr("class", "sn-wait").attr("text-anchor", "middle").node();
  const spot = svg.append("rect").attr("class", "sn-spot").node();
  const x = scaleLinear();
  const [drawAxis, drawRanks] = [whereChanged(), whereChanged()];
  let height = 27;
  let count = 0;
  let ends = [0, 0];

  return {
    node: svg.node(),

    /** Which row and which place are under a pointer: [i, r], either null outside. */
    at(event) {
      const i = Math.floor((event.offsetY - TOP) / height);
      const r = Math.floor(((event.offsetX - ends[0]) / (ends[1] - ends[0])) * count);
      const inside = (value) => (value >= 0 && value < count ? value : null);
      return [inside(i), inside(r)];
    },

    *update(width, { ranks, most, current, order, table, picture, pointed, at, label }) {
      const { gap, bar, number } = probability(width);
      const { left } = picture;
      count = order.length;
      height = picture.rowHeight;
      const high = height >= 11;
      const right = width - (gap + bar + number);
      const bottom = TOP + count * height;
      ends = [left, right];
      x.domain([0.5, count + 0.5]).range(ends);
      const size = height < 8 ? 0.4 : height < 16 ? 0.7 : 1;
      const look = {
        "sn-ranks": true,
        "sn-old": ranks && !current,
        "sn-low": !high,
        "sn-lowest": height < 8,
      };
      put(svg.node(), {
        width,
        height: bottom + FOOT,
        "aria-label": label,
        class: Object.keys(look)
          .filter((name) => look[name])
          .join(" "),
        style: `--sn-size:${size}`,
      });
      yield* drawAxis([left, right, bottom, count], () => {
        const ticks = x
          .ticks(Math.min(count, (right - left) / 34))
          .filter((t) => Number.isInteger(t) && t > 1 && t < count);
        const crowded = (t) => x(count) - x(t) < 26 || x(t) - x(1) < 26;
        const values = [...new Set([1, ...ticks.filter((t) => !crowded(t)), count])];
        return axis(x, { at: bottom, values, say: String, size: 5, gap: 5 });
      });
      put(
        axisTitle.node(),
        { x: (left + right) / 2, y: bottom + 36 },
        bar
          ? "place, from the highest true rate to the lowest"
          : "place, 1 for the highest true rate",
      );
      put(frame, { x: left, width: right - left, height: bottom - TOP });
      put(
        wait,
        { x: (left + right) / 2, y: TOP + Math.min(bottom - TOP, 120) / 2 + 4 },
        current ? "" : `computing ${count} × ${count} probabilities …`,
      );

      const y = (i) => TOP + (i + 0.5) * height;
      const room = Math.floor((left - 10) / 7.1);
      yield* drawRows({ names }, high ? order : [], WORDS, (j, i) => {
        const kind = i === pointed ? "sn-name sn-here" : "sn-name";
        names.next(
          { x: left - 8, y: y(i) + 4, class: kind },
          labelled(table.names[j], undefined, room),
        );
      });
      put(head, { x: bar ? right + gap : width - 4, "text-anchor": bar ? "start" : "end" });

      // The cells take longest to draw.
      yield* drawRanks([ranks, order.join(), width, left], () =>
        this.draw(ranks, ranks ? order : [], table.place, y, {
          gap,
          bar,
          number,
          width,
          right,
          size,
          most,
        }),
      );
      const spotted = pointed !== null && at !== null;
      put(spot, { visibility: ranks && spotted ? null : "hidden" });
      if (spotted)
        put(spot, {
          x: x(at + 0.5),
          width: Math.max(x(2) - x(1), 2),
          y: y(pointed) - height / 2,
          height,
        });
    },

    *draw(ranks, order, place, y, { gap, bar, number, width, right, size, most }) {
      const edge = (r) => x(r + 0.5).toFixed(1);
      const high = height >= 11;
      const tall = high ? height - 1 : height; // rows with names stand apart
      const tick = height < 8 ? 0 : 4 * size;
      const room = bar || number - 10;
      const half = Math.max(Math.min(height / 2 - 4, 7), 0.4 * height);
      const barred = bar || !high;
      const top = darkest(most, order.length);

      // The cells of a portion of rows are a path a shade.
      cells.begin();
      for (let first = 0; first < order.length; first += WORDS) {
        yield;
        for (const [level, list] of runs(ranks, order.slice(first, first + WORDS), top))
          cells.next({
            "fill-opacity": level,
            d: list
              .map(
                ([i, from, to]) =>
                  `M${edge(from)} ${(y(first + i) - tall / 2).toFixed(1)}H${edge(to)}v${tall.toFixed(2)}H${edge(from)}Z`,
              )
              .join(""),
          });
      }
      cells.end();

      const share = (kind, at, length) =>
        layers[kind].add(barAt(right + gap, at - half, length, 2 * half));
      yield* drawRows(layers, order, high ? WORDS : SIGNS, (j, i) => {
        const at = y(i);
        const { median, low, high: to } = rankSummary(ranks[j]);
        const [a, b] = [x(low), x(to)].map((px) => px.toFixed(1));
        const [top, whole] = [(at - tick).toFixed(1), 2 * tick];
        layers.spans.add(`M${a} ${top}v${whole}m${(b - a).toFixed(1)} 0v-${whole}m0 ${tick}H${a}`);
        layers.medians.add(circle(x(median), at, 5.5 * size));
        if (place[j] !== null) layers.crosses.add(cross(x(place[j]), at, 5 * size));
        if (barred) {
          share("whole", at, room);
          share("shares", at, room * ranks[j][0]);
        }
        if (high)
          layers.numbers.next({ x: width - 4, y: at + 4 }, chance(ranks[j][0], count === 1));
      });
    },
  };
}

/**
 * The shades of the key: [words, opacity] of a few probabilities, as they look where `most` is the
 * highest of so many doctors.
 */
export function shades(most, doctors) {
  const top = darkest(most, doctors);
  return [top / 16, top / 4, top].map((p, i) => [
    `${i ? "" : "probability "}${i === 2 && most > top ? "at least " : ""}${Number((100 * p).toPrecision(2))}\u00a0%`,
    shade(p, top),
  ]);
}
