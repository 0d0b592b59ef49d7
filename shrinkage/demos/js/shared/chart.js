// Pieces that every chart is made of.
import { create } from "d3-selection";
import { inPortions } from "./slices.js";

export const CROSS = "M-5-5 5 5M-5 5 5-5";
export const FOOT = 42; // height of an axis with its title

/** An empty chart with a title line; `role` "img" where it is a picture and nothing to touch. */
export function chart(role = "img") {
  const svg = create("svg").attr("role", role);
  const title = svg.append("text").attr("class", "sn-title").attr("x", 0).attr("y", 13);
  const axis = svg.append("g").attr("class", "sn-axis");
  const axisTitle = svg.append("text").attr("class", "sn-axis-title").attr("text-anchor", "middle");
  return { svg, title, axis, axisTitle };
}

/**
 * The signs of one kind, a sign a row, in a group of their own: `next()` is the one of the next row,
 * made where there is none yet (and told to `made`), after `begin()` the one of the first; `end()`
 * takes away those that no row has asked for.
 */
export function layer(parent, tag, kind, made = () => {}) {
  const group = parent.append("g");
  const signs = [];
  let used = 0;
  return {
    begin: () => (used = 0),
    next() {
      signs[used] ??= group.append(tag).attr("class", kind).call(made);
      return signs[used++];
    },
    end() {
      for (const sign of signs.splice(used)) sign.remove();
    },
  };
}

/** Draw rows in portions: `each(row, i)` asks the layers for its signs. */
export function* drawRows(layers, rows, each) {
  for (const { begin } of Object.values(layers)) begin();
  yield* inPortions(rows, each);
  for (const { end } of Object.values(layers)) end();
}

/** A path through points; a line over all of them. */
export const polyline = (points) =>
  points.length ? `M${points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join("L")}` : "";

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
