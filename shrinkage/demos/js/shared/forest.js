// The course's picture: a row a doctor on one scale of success rates, with a red cross for the raw
// rate, a blue circle for the estimate, a line for its interval and a grey line for the population.
//
//   const picture = forest();            // picture.node is the <svg>
//   yield* picture.update(width, {       // in slices, see slices.js
//     rows, row,                           // any list, of which row(entry, i) is a row of the picture,
//                                          // { name, n, raw, mean, low, high, faint }: rates; raw is
//                                          // null without patients, faint another estimate or undefined
//     population, band,                    // the grey line; [low, high] of a grey band; or null
//     title, label,                        // heading; what a screen reader is told: the finding
//     part, axisTitle,                     // [low, high] of the scale, all of it unless given; its name
//     pointed,                             // index of a row to mark, or null
//     aside,                               // width kept free at the right for a caller's columns
//   });
//   picture.x, picture.y(i), picture.left, picture.bottom   // scales, for handles and pointers
//   picture.marks                          // a <g> above everything for a caller's own marks

import { chart, circle, cross, drawRows, FOOT, layer, level, signs } from "./chart.js";
import { put } from "./dom.js";
import { scaleLinear } from "./scale.js";
import { SIGNS, WORDS, whereChanged } from "./slices.js";
import { ticksOf } from "./zoom.js";

const TOP = 24;
const RIGHT = 16;
const NAMED = 11; // rows lower than this have no room for a name

/** Height of a row when there are so many. */
const rowHeight = (count) =>
  count <= 14 ? 27 : count <= 24 ? 21 : count <= 40 ? 15 : Math.max(3, Math.min(12, 640 / count));

/** Height of the picture of so many rows, for a caller that keeps its place free. */
export const forestHeight = (count) => TOP + count * rowHeight(count) + FOOT;

/** A name with its caseload, shortened to so many characters. */
export function labelled(name, n, room) {
  const load = n === undefined ? "" : ` (${n})`;
  const space = Math.max(room - load.length, 3);
  return (name.length > space ? `${name.slice(0, space - 1)}…` : name) + load;
}

/** The characters that the names of these rows have room for, beside a picture of this width. */
function roomFor(rows, width) {
  const longest = Math.max(...rows.map(({ name, n }) => labelled(name, n, 99).length));
  return Math.min(longest, width < 480 ? 17 : 26);
}

/** The grey line of the population, and the grey band around it. */
function showPopulation(band, line, scene, x, bottom) {
  put(band, { visibility: scene.band ? null : "hidden" });
  if (scene.band) {
    const [from, to] = scene.band.map(x);
    put(band, { x: from, width: to - from, y: TOP, height: bottom - TOP });
  }
  const at = scene.population == null ? null : x(scene.population);
  put(line, { visibility: at === null ? "hidden" : null });
  if (at !== null) put(line, { x1: at, x2: at, y1: TOP - 4, y2: bottom });
}

/** The signs of a row at this height. */
function addSigns(layers, { raw, mean, low, high, faint }, x, y, size) {
  layers.intervals.add(level(x(low), x(high), y));
  if (faint !== undefined) layers.faint.add(circle(x(faint), y, 4.5 * size));
  layers.estimates.add(circle(x(mean), y, 5.5 * size));
  if (raw !== null) layers.crosses.add(cross(x(raw), y, 5 * size));
}

export function forest(role = "img") {
  const { svg, title, axis, axisTitle } = chart(role);
  const band = svg.append("rect").attr("class", "sn-band").node();
  const layers = {
    names: layer(svg, "text", "sn-name", (name) => name.attr("text-anchor", "end")),
    intervals: signs(svg, "sn-interval"),
  };
  const population = svg.append("line").attr("class", "sn-population").node();
  Object.assign(layers, {
    faint: signs(svg, "sn-faint"),
    estimates: signs(svg, "sn-estimate"),
    crosses: signs(svg, "sn-raw sn-bold"),
  });
  const drawAxis = whereChanged();
  const marks = svg.append("g");
  const x = scaleLinear([0, 1], [0, 1]).clamp(true); // what is dragged may lie beyond a part
  let height = 27;
  let count = 0;

  const picture = {
    node: svg.node(),
    marks,
    x,
    left: 0,
    bottom: 0,
    y: (i) => TOP + (i + 0.5) * height,
    get rowHeight() {
      return height;
    },

    *update(width, scene) {
      const { rows, row } = scene;
      count = rows.length;
      height = rowHeight(count);
      const named = height >= NAMED;
      const room = named ? roomFor(rows.map(row), width) : 0;
      const left = named ? Math.round(7.1 * room) + 10 : 16;
      const bottom = TOP + count * height;
      picture.left = left;
      picture.bottom = bottom;
      const right = width - RIGHT - (scene.aside ?? 0);
      const [from, to] = scene.part ?? [0, 1];
      x.domain([from, to]).range([left, right]);
      const size = height < 8 ? 0.45 : height < 16 ? 0.7 : 1;
      put(svg.node(), {
        width,
        height: bottom + FOOT,
        ...(scene.label && { "aria-label": scene.label }),
        class: size < 1 ? "sn-thin" : null,
        style: `--sn-size:${size}`,
      });
      put(title.node(), {}, scene.title ?? "");
      const said = scene.axisTitle ?? "success rate";
      put(axisTitle.node(), { x: (left + right) / 2, y: bottom + 36 }, said);
      yield* drawAxis([left, right, bottom, from, to], () =>
        axis(x, { at: bottom, ...ticksOf(x, right - left), size: TOP - bottom, gap: 6 }),
      );
      showPopulation(band, population, scene, x, bottom);
      const portion = named ? WORDS : SIGNS;
      yield* drawRows(layers, rows, portion, (item, i) => {
        const shown = row(item, i);
        const y = picture.y(i);
        if (named) {
          const look = i === scene.pointed ? "sn-name sn-here" : "sn-name";
          const words = labelled(shown.name, shown.n, room);
          layers.names.next({ x: left - 8, y: y + 4, class: look }, words);
        }
        addSigns(layers, shown, x, y, size);
      });
    },

    /** The row under a pointer, or null. */
    nearest(event) {
      const row = Math.floor((event.offsetY - TOP) / height);
      return row >= 0 && row < count ? row : null;
    },
  };
  return picture;
}
