// The parts of every chart: its frame, axes, layers of signs and words, and keys.
import { create } from "d3-selection";
import { put } from "./dom.js";
import { inPortions } from "./slices.js";

const CROSS = "M-5-5 5 5M-5 5 5-5";
export const FOOT = 42; // height of an axis with its title

/** An empty chart with a title line; `role` "img" where it is a picture and nothing to touch. */
export function chart(role = "img") {
  const svg = create("svg").attr("role", role);
  const title = svg.append("text").attr("class", "sn-title").attr("x", 0).attr("y", 13);
  const axis = axisOf(svg);
  const axisTitle = svg.append("text").attr("class", "sn-axis-title").attr("text-anchor", "middle");
  return { svg, title, axis, axisTitle };
}

/**
 * An axis below a plot, or at its left: a generator that draws it, a tick a step. `at` is where the
 * axis is, `values` are those of its ticks, `say(value)` their words, `gap` px from their lines;
 * `size` is the length of a line, out of the plot, or into it where negative.
 */
export function axisOf(parent, side = "bottom") {
  const group = parent.append("g").attr("class", "sn-axis").attr("font-family", "sans-serif");
  const isLeft = side === "left";
  const sharp = devicePixelRatio > 1 ? 0 : 0.5; // a line between two coarse pixels is blurred
  const lines = layer(group, "line", null);
  const words = layer(group, "text", null, (text) =>
    text.attr("text-anchor", isLeft ? "end" : "middle").attr("dy", isLeft ? "0.32em" : "0.71em"),
  );
  return function* (scale, { at, values, say, size, gap }) {
    group.attr("transform", isLeft ? `translate(${at},0)` : `translate(0,${at})`);
    const away = Math.max(size, 0) + gap;
    lines.begin();
    words.begin();
    for (const value of values) {
      yield;
      const place = scale(value) + sharp;
      lines.next(isLeft ? { x2: -size, y1: place, y2: place } : { x1: place, x2: place, y2: size });
      words.next(isLeft ? { x: -away, y: place } : { x: place, y: away }, say(value));
    }
    lines.end();
    words.end();
  };
}

// Rows are drawn in layers, a layer a kind of sign: `begin()` before the first row, `portion()` after
// every portion of rows and `end()` after the last.

/**
 * A layer of elements, for words and handles: `next(attributes, words)` is the element of the next
 * row, created where there is none yet and then set up by `made`.
 */
export function layer(parent, tag, kind, made = () => {}) {
  const group = parent.append("g");
  const elements = [];
  let used = 0;
  return {
    begin() {
      used = 0;
    },
    next(attributes, words) {
      elements[used] ??= group.append(tag).attr("class", kind).call(made).node();
      put(elements[used], attributes, words);
      return elements[used++];
    },
    portion() {},
    end() {
      for (const element of elements.splice(used)) element.remove();
    },
  };
}

/**
 * A layer of signs that no pointer acts on: those of a portion of rows are one path, because hundreds
 * of elements take a browser many times as long as one path of their outlines. `add(d)` adds a sign,
 * whose outline has one absolute M, at its beginning.
 */
export function signs(parent, kind) {
  const paths = layer(parent, "path", kind, (path) => path.attr("pointer-events", "none"));
  let outlines = [];
  return {
    begin() {
      paths.begin();
      outlines = [];
    },
    add: (d) => outlines.push(d),
    portion() {
      if (outlines.length) paths.next({ d: outlines.join("") });
      outlines = [];
    },
    end: paths.end,
  };
}

const tenth = (value) => Math.round(10 * value) / 10;

/** The outlines of a cross, a circle, a level line and a bar, for `signs`. */
export const cross = (x, y, half) =>
  `M${tenth(x - half)} ${tenth(y - half)}l${2 * half} ${2 * half}m0-${2 * half}l-${2 * half} ${2 * half}`;
export const circle = (x, y, radius) =>
  `M${tenth(x - radius)} ${tenth(y)}a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0-${2 * radius} 0z`;
export const level = (from, to, y) => `M${tenth(from)} ${tenth(y)}H${tenth(to)}`;
export const bar = (x, y, width, height) =>
  `M${tenth(x)} ${tenth(y)}h${tenth(width)}v${tenth(height)}h${-tenth(width)}z`;

/** Draw rows in portions: `each(row, i)` asks the layers for its words and signs. */
export function* drawRows(layers, rows, portion, each) {
  const all = Object.values(layers);
  for (const { begin } of all) begin();
  yield;
  const after = () => {
    for (const layer of all) layer.portion();
  };
  yield* inPortions(rows, each, { portion, after });
  yield;
  for (const { end } of all) end();
}

/** A path through points; a line over all of them. */
export const polyline = (points) =>
  points.length ? `M${points.map(([x, y]) => `${tenth(x)},${tenth(y)}`).join("L")}` : "";

/** A key below a chart: [[svg of a glyph, words], …] as a list. */
export function key(entries) {
  const list = document.createElement("ul");
  list.className = "sn-key";
  for (const [glyph, words] of entries) {
    const item = document.createElement("li");
    item.innerHTML = `<svg width="22" height="14" viewBox="-11 -7 22 14" aria-hidden="true">${glyph}</svg>`;
    const text = document.createElement("span");
    text.textContent = words;
    item.append(text);
    list.append(item);
  }
  return list;
}

/** The glyphs of the course's signs, for a key. */
export const GLYPHS = {
  raw: `<path class="sn-raw sn-bold" d="${CROSS}"/>`,
  estimate: '<circle class="sn-estimate" r="5"/>',
  interval: '<line class="sn-interval" x1="-11" x2="11"/>',
  population: '<line class="sn-population" x1="-11" x2="11"/>',
  before: '<circle class="sn-faint" r="4"/>',
};
