// The columns beside the forest: the probability of being below the standard and the two decisions,
// and the standard itself, which can be dragged.
import { bar as barAt, drawRows, layer, signs } from "../shared/chart.js";
import { put } from "../shared/dom.js";
import { SIGNS, WORDS } from "../shared/slices.js";
import { chance, exact } from "./describe.js";

/** Outlines of the signs for a review and for none. */
export const flag = (x, y) => `M${x - 4.5} ${y + 7}v-13.5l10.5 4-10.5 4`;
export const dash = (x, y) => `M${x - 4} ${y}h8`;
const rounded = (x, y, width, height, r) =>
  `M${x + r} ${y}h${width - 2 * r}a${r} ${r} 0 0 1 ${r} ${r}v${height - 2 * r}a${r} ${r} 0 0 1-${r} ${r}` +
  `h${2 * r - width}a${r} ${r} 0 0 1-${r}-${r}v${2 * r - height}a${r} ${r} 0 0 1 ${r}-${r}z`;

export const TOP = 24; // as the forest's, so that rows are equally high
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
export function probability(width) {
  const { gap, bar, number } = layout(width);
  return { gap, bar, number };
}

export const atEnd = (words) => words.attr("text-anchor", "end");

/** A handle as high as the picture; dragging it calls `move` with a rate. */
function handle(picture, move) {
  const grip = picture.marks
    .append("rect")
    .attr("class", "sn-grip")
    .attr("y", 0)
    .attr("width", 2 * GRAB);
  grip.append("title").text("the standard: drag it");
  const drag = { node: grip.node(), held: false };
  grip
    .on("pointerdown", (event) => {
      event.preventDefault();
      drag.node.setPointerCapture(event.pointerId);
      drag.held = true;
    })
    .on("pointermove", (event) => {
      if (drag.held)
        move(picture.x.invert(event.clientX - picture.node.getBoundingClientRect().left));
    })
    .on("pointerup pointercancel", () => (drag.held = false))
    .on("click", (event) => event.stopPropagation()); // the end of a drag takes no row in hand
  return drag;
}

const makeLayers = (marks) => ({
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
});

/** Where the columns are at this width, beside rows of this height. */
function placesAt(width, rowHeight) {
  const { gap, bar, number, sign, last, space, words } = layout(width);
  const left = width - (bar + number + space + sign + last);
  const high = rowHeight >= 11; // room for a number
  return {
    gap,
    bar,
    sign,
    last,
    left,
    high,
    spoken: words,
    numbers: left + bar + number - 4, // where numbers end
    poles: left + bar + number + space, // the middle of the first flag's pole
    // On a phone the numbers have no bars, and rows too low for numbers have bars alone.
    room: bar || number - 10,
    barred: bar || !high,
    half: Math.max(Math.min(rowHeight / 2 - 4, 7), 0.4 * rowHeight), // of a bar's height
  };
}

/** What is there once: the standard with its handle, the headings, the cut through the bars. */
function frame(picture, move) {
  const { marks } = picture;
  const one = (tag, kind) => marks.append(tag).attr("class", kind).node();
  const line = one("path", "sn-standard");
  const words = one("text", "sn-standard-words");
  const heads = ["below", "model", "raw rates"].map(() => one("text", "sn-column"));
  for (const heading of [words, ...heads]) put(heading, { y: 13 });
  const cut = one("path", "sn-cut");
  const grip = handle(picture, move);
  return {
    grip,
    show({ standard, cut: share }, { left, gap, bar, numbers, poles, sign, spoken, barred, room }) {
      const { bottom } = picture;
      const at = picture.x(standard);
      const side = at < (picture.left + left - gap) / 2 ? "start" : "end";
      put(line, { d: `M${at.toFixed(1)} ${TOP - 6}V${bottom}` });
      put(words, { x: at, "text-anchor": side }, `standard ${exact(standard)}`);
      put(grip.node, { x: at - GRAB, height: bottom });
      put(
        heads[0],
        { x: bar ? left : numbers, "text-anchor": bar ? "start" : "end" },
        `${bar ? "below " : "<"}${exact(standard)}`,
      );
      const pole = spoken ? poles - 5 : poles;
      const anchor = spoken ? "start" : "middle";
      put(heads[1], { x: pole, "text-anchor": anchor }, "model");
      put(heads[2], { x: pole + sign, "text-anchor": anchor }, spoken ? "raw rates" : "raw");
      put(cut, {
        visibility: barred ? null : "hidden",
        d: `M${(left + room * share).toFixed(1)} ${TOP - 3}V${bottom}`,
      });
    },
  };
}

/** The columns beside `picture`, a forest. Dragging the standard calls `on.move(rate)`. */
export function decisionColumns(picture, on) {
  const { marks } = picture;
  const layers = makeLayers(marks);
  const { grip, show } = frame(picture, on.move);

  // In rows too low for a flag a block stands for it, and nothing for no review.
  function decided(who, x, y, flagged, { high, spoken }) {
    if (high && !flagged) layers[who].add(dash(x, y));
    if (!flagged) return;
    const { rowHeight } = picture;
    const block = () => barAt(x - 5, y - 0.45 * rowHeight, 10, 0.9 * rowHeight);
    layers[`${who}Review`].add(high ? flag(x, y) : block());
    if (spoken && high) layers[`${who}Words`].next({ x: x + 11, y: y + 4 }, "review");
  }

  return {
    width(width) {
      const { gap, bar, number, sign, last, space } = layout(width);
      return gap + bar + number + space + sign + last - RIGHT;
    },

    /** Whether the probabilities have bars at this width. */
    barred: (width) => layout(width).bar > 0,

    get held() {
      return grip.held;
    },

    *update(width, scene) {
      const { order, decision } = scene;
      const { below, review, rawReview } = decision;
      const { rowHeight } = picture;
      const places = placesAt(width, rowHeight);
      const { left, poles, sign, last, high, half } = places;
      show(scene, places);
      put(marks.node(), { class: high ? null : "sn-low" });
      const track = (kind, y, length) => layers[kind].add(barAt(left, y - half, length, 2 * half));
      const tall = high ? Math.min(rowHeight / 2 - 1, 11) : rowHeight / 2;
      yield* drawRows(layers, order, high ? WORDS : SIGNS, (j, i) => {
        const y = picture.y(i);
        if (places.barred) {
          track("whole", y, places.room);
          track("shares", y, places.room * below[j]);
        }
        if (high) layers.numbers.next({ x: places.numbers, y: y + 4 }, chance(below[j]));
        decided("model", poles, y, review[j], places);
        decided("raw", poles + sign, y, rawReview[j], places);
        if (review[j] !== rawReview[j]) {
          const across = sign + last + 10;
          layers.differ.add(rounded(poles - 11, y - tall, across, 2 * tall, high ? 4 : 0));
        }
      });
    },
  };
}
