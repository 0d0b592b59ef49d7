// The two pictures' own marks: beside the forest the standard, the probability of being below it
// and the two decisions; below it the grid of ranks.
import { axisBottom } from "d3-axis";
import { scaleLinear } from "d3-scale";
import { CROSS, chart, drawRows, FOOT, layer } from "../shared/chart.js";
import { labelled } from "../shared/forest.js";
import { rankSummary } from "../shared/ranks.js";
import { PORTION } from "../shared/slices.js";
import { chance, exact } from "./describe.js";
import { darkest, runs, shade } from "./engine.js";

export const FLAG = "M-4.5 7V-6.5L6-2.5-4.5 1.5"; // review
export const DASH = "M-4 0H4"; // no review
const TOP = 24; // as the forest's, so that rows are equally high
const RIGHT = 16; // what the forest keeps free at the right by itself
const GRAB = 12; // half the width of what a hand must meet to drag the standard

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

/** `on` is told where the hand drags the standard: move(rate). */
export function decisionColumns(picture, on) {
  const { marks } = picture;
  const layers = {
    differ: layer(marks, "rect", "sn-differ"),
    whole: layer(marks, "rect", "sn-whole"),
    shares: layer(marks, "rect", "sn-share"),
    numbers: layer(marks, "text", "sn-number", atEnd),
    model: layer(marks, "path", "sn-by-model"),
    modelWords: layer(marks, "text", "sn-words-model", (words) => words.text("review")),
    raw: layer(marks, "path", "sn-by-raw"),
    rawWords: layer(marks, "text", "sn-words-raw", (words) => words.text("review")),
  };
  const line = marks.append("path").attr("class", "sn-standard");
  const words = marks.append("text").attr("class", "sn-standard-words").attr("y", 13);
  const heads = ["below", "model", "raw rates"].map(() =>
    marks.append("text").attr("class", "sn-column").attr("y", 13),
  );
  const cut = marks.append("path").attr("class", "sn-cut");
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
      const signs = left + bar + number + space; // the middle of the first flag's pole
      const { below, review, rawReview } = decision;
      const { rowHeight, bottom } = picture;
      const high = rowHeight >= 11; // room for a number
      const half = Math.max(Math.min(rowHeight / 2 - 4, 7), 0.4 * rowHeight);

      const at = picture.x(standard);
      const middle = (picture.left + left - gap) / 2;
      line.attr("d", `M${at.toFixed(1)} ${TOP - 6}V${bottom}`);
      words
        .attr("x", at)
        .attr("text-anchor", at < middle ? "start" : "end")
        .text(`standard ${exact(standard)}`);
      grip.attr("x", at - GRAB).attr("height", bottom);

      // On a phone the numbers have no bars, and rows too low for numbers have bars alone.
      const room = bar || number - 10;
      const barred = bar || !high;
      const numbers = left + bar + number - 4; // where numbers end
      heads[0]
        .attr("x", bar ? left : numbers)
        .attr("text-anchor", bar ? "start" : "end")
        .text(`${bar ? "below " : "<"}${exact(standard)}`);
      heads[1].attr("x", spoken ? signs - 5 : signs).text("model");
      heads[2].attr("x", (spoken ? signs - 5 : signs) + sign).text(spoken ? "raw rates" : "raw");
      for (const head of heads.slice(1)) head.attr("text-anchor", spoken ? "start" : "middle");
      cut
        .attr("visibility", barred ? null : "hidden")
        .attr("d", `M${(left + room * share).toFixed(1)} ${TOP - 3}V${bottom}`);

      // In rows too low for a flag a block stands for it, and nothing for no review.
      const block = `M-5-${0.45 * rowHeight}H5V${0.45 * rowHeight}H-5Z`;
      const flag = (sign, x, y, flagged) => {
        if (!high && !flagged) return;
        layers[sign]
          .next()
          .classed("sn-review", flagged)
          .classed("sn-low", !high)
          .attr("d", !high ? block : flagged ? FLAG : DASH)
          .attr("transform", `translate(${x},${y.toFixed(1)})`);
        if (spoken && high && flagged)
          layers[`${sign}Words`]
            .next()
            .attr("x", x + 11)
            .attr("y", y + 4);
      };
      const track = (kind, y, length) =>
        layers[kind]
          .next()
          .attr("x", left)
          .attr("width", length)
          .attr("y", y - half)
          .attr("height", 2 * half);
      const frame = high ? Math.min(rowHeight / 2 - 1, 11) : rowHeight / 2;
      yield* drawRows(layers, order, (j, i) => {
        const y = picture.y(i);
        if (barred) {
          track("whole", y, room);
          track("shares", y, room * below[j]);
        }
        if (high)
          layers.numbers
            .next()
            .attr("x", numbers)
            .attr("y", y + 4)
            .text(chance(below[j]));
        flag("model", signs, y, review[j]);
        flag("raw", signs + sign, y, rawReview[j]);
        if (review[j] !== rawReview[j])
          layers.differ
            .next()
            .classed("sn-low", !high)
            .attr("x", signs - 11)
            .attr("width", sign + last + 10)
            .attr("y", y - frame)
            .attr("height", 2 * frame)
            .attr("rx", high ? 4 : 0);
      });
    },
  };
}

/** The posterior of ranks: a row a doctor, a column a place, the darker the more probable. */
export function rankGrid() {
  const { svg, axis, axisTitle } = chart("group");
  const frame = svg.append("rect").attr("class", "sn-whole").attr("y", TOP);
  const cells = layer(svg.append("g").attr("class", "sn-cells"), "path", "sn-cell");
  const names = layer(svg, "text", "sn-name", atEnd);
  const layers = {
    spans: layer(svg, "path", "sn-span"),
    medians: layer(svg, "circle", "sn-estimate"),
    crosses: layer(svg, "path", "sn-raw sn-bold", (cross) => cross.attr("d", CROSS)),
    whole: layer(svg, "rect", "sn-whole"),
    shares: layer(svg, "rect", "sn-share"),
    numbers: layer(svg, "text", "sn-number", atEnd),
  };
  const head = svg.append("text").attr("class", "sn-column").attr("y", 13).text("is best");
  const wait = svg.append("text").attr("class", "sn-wait").attr("text-anchor", "middle");
  const spot = svg.append("rect").attr("class", "sn-spot");
  const x = scaleLinear();
  let drawn = null; // what the cells show: [ranks, order, width, left], which take longest to draw
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

    *update(width, { ranks, current, order, table, picture, pointed, at, label }) {
      const { gap, bar, number } = probability(width);
      const { left } = picture;
      count = order.length;
      height = picture.rowHeight;
      const high = height >= 11;
      const right = width - (gap + bar + number);
      const bottom = TOP + count * height;
      ends = [left, right];
      x.domain([0.5, count + 0.5]).range(ends);
      svg
        .attr("width", width)
        .attr("height", bottom + FOOT)
        .attr("aria-label", label)
        .classed("sn-old", Boolean(ranks) && !current);
      const ticks = x
        .ticks(Math.min(count, (right - left) / 34))
        .filter((t) => Number.isInteger(t) && t > 1 && t < count);
      const crowded = (t) => x(count) - x(t) < 26 || x(t) - x(1) < 26;
      axis.attr("transform", `translate(0,${bottom})`).call(
        axisBottom(x)
          .tickValues([...new Set([1, ...ticks.filter((t) => !crowded(t)), count])])
          .tickFormat(String)
          .tickSize(5)
          .tickPadding(5),
      );
      axisTitle
        .attr("x", (left + right) / 2)
        .attr("y", bottom + 36)
        .text(
          bar
            ? "place, from the highest true rate to the lowest"
            : "place, 1 for the highest true rate",
        );
      frame
        .attr("x", left)
        .attr("width", right - left)
        .attr("height", bottom - TOP);
      wait
        .attr("x", (left + right) / 2)
        .attr("y", TOP + Math.min(bottom - TOP, 120) / 2 + 4)
        .text(current ? "" : `computing ${count} × ${count} probabilities …`);

      const y = (i) => TOP + (i + 0.5) * height;
      yield* drawRows({ names }, high ? order : [], (j, i) =>
        names
          .next()
          .attr("x", left - 8)
          .attr("y", y(i) + 4)
          .classed("sn-here", i === pointed)
          .text(labelled(table.names[j], undefined, Math.floor((left - 10) / 7.1))),
      );
      head.attr("x", bar ? right + gap : width - 4).attr("text-anchor", bar ? "start" : "end");

      const now = [ranks, order.join(), width, left];
      if (!drawn || now.some((value, i) => value !== drawn[i])) {
        drawn = null; // until all of it is
        yield* this.draw(ranks, ranks ? order : [], table.place, y, {
          gap,
          bar,
          number,
          width,
          right,
        });
        drawn = now;
      }
      spot.attr("visibility", ranks && pointed !== null && at !== null ? null : "hidden");
      if (pointed !== null && at !== null)
        spot
          .attr("x", x(at + 0.5))
          .attr("width", Math.max(x(2) - x(1), 2))
          .attr("y", y(pointed) - height / 2)
          .attr("height", height);
    },

    *draw(ranks, order, place, y, { gap, bar, number, width, right }) {
      const edge = (r) => x(r + 0.5).toFixed(1);
      const high = height >= 11;
      const tall = high ? height - 1 : height; // rows with names stand apart
      const size = height < 8 ? 0.4 : height < 16 ? 0.7 : 1;
      const tick = height < 8 ? 0 : 4 * size;
      const room = bar || number - 10;
      const half = Math.max(Math.min(height / 2 - 4, 7), 0.4 * height);
      const barred = bar || !high;
      const top = ranks && darkest(ranks);

      // The cells of a portion of rows are a path a shade.
      cells.begin();
      for (let first = 0; first < order.length; first += PORTION) {
        if (first) yield;
        for (const [level, list] of runs(ranks, order.slice(first, first + PORTION), top))
          cells
            .next()
            .attr("fill-opacity", level)
            .attr(
              "d",
              list
                .map(
                  ([i, from, to]) =>
                    `M${edge(from)} ${(y(first + i) - tall / 2).toFixed(1)}H${edge(to)}v${tall.toFixed(2)}H${edge(from)}Z`,
                )
                .join(""),
            );
      }
      cells.end();

      const share = (kind, at, length) =>
        layers[kind]
          .next()
          .attr("x", right + gap)
          .attr("width", length)
          .attr("y", at - half)
          .attr("height", 2 * half);
      yield* drawRows(layers, order, (j, i) => {
        const at = y(i);
        const { median, low, high: to } = rankSummary(ranks[j]);
        const [a, b] = [x(low), x(to)].map((px) => px.toFixed(1));
        layers.spans
          .next()
          .classed("sn-thin", !high)
          .attr(
            "d",
            `M${a} ${(at - tick).toFixed(1)}v${2 * tick}M${b} ${(at - tick).toFixed(1)}v${2 * tick}M${a} ${at.toFixed(1)}H${b}`,
          );
        layers.medians
          .next()
          .classed("sn-thin", height < 8)
          .attr("r", 5.5 * size)
          .attr("cx", x(median))
          .attr("cy", at);
        if (place[j] !== null)
          layers.crosses
            .next()
            .attr(
              "transform",
              `translate(${x(place[j]).toFixed(1)},${at.toFixed(1)}) scale(${size})`,
            );
        if (barred) {
          share("whole", at, room);
          share("shares", at, room * ranks[j][0]);
        }
        if (high)
          layers.numbers
            .next()
            .attr("x", width - 4)
            .attr("y", at + 4)
            .text(chance(ranks[j][0], count === 1));
      });
    },
  };
}

/** The shades of the key: [words, opacity] of a few probabilities, as they look under `ranks`. */
export function shades(ranks) {
  const top = darkest(ranks);
  let most = 0;
  for (const row of ranks) for (const p of row) most = Math.max(most, p);
  return [top / 16, top / 4, top].map((p, i) => [
    `${i ? "" : "probability "}${i === 2 && most > top ? "at least " : ""}${Number((100 * p).toPrecision(2))}\u00a0%`,
    shade(p, top),
  ]);
}
