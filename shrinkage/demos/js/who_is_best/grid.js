// The posterior of ranks as a grid: a row a doctor, a column a place, the darker the more probable.

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
import { scaleLinear } from "../shared/scale.js";
import { SIGNS, WORDS, whereChanged } from "../shared/slices.js";
import { atEnd, probability, TOP } from "./columns.js";
import { chance } from "./describe.js";
import { darkest, runs, shade } from "./engine.js";

/** Where the grid is beside its names, with rows of the height that `picture`, a forest, has. */
function placesAt(width, count, { left, rowHeight }) {
  const { gap, bar, number } = probability(width);
  const right = width - (gap + bar + number);
  const high = rowHeight >= 11;
  const y = (i) => TOP + (i + 0.5) * rowHeight;
  return {
    width,
    gap,
    bar,
    number,
    left,
    right,
    bottom: TOP + count * rowHeight,
    height: rowHeight,
    high, // whether rows have names and numbers
    size: rowHeight < 8 ? 0.4 : rowHeight < 16 ? 0.7 : 1,
    x: scaleLinear([0.5, count + 0.5], [left, right]),
    y,
  };
}

/** The places that the axis marks: the first, the last, and round ones between them. */
function ticksOf(count, { x, left, right }) {
  const crowded = (t) => x(count) - x(t) < 26 || x(t) - x(1) < 26;
  const between = x
    .ticks(Math.min(count, (right - left) / 34))
    .filter((t) => Number.isInteger(t) && t > 1 && t < count && !crowded(t));
  return [...new Set([1, ...between, count])];
}

/** The cells, in slices: those of a portion of rows are a path a shade. */
function* drawCells(cells, ranks, order, top, { x, y, height, high }) {
  const edge = (r) => x(r + 0.5).toFixed(1);
  const tall = high ? height - 1 : height; // rows with names stand apart
  const outline = ([i, from, to]) =>
    `M${edge(from)} ${(y(i) - tall / 2).toFixed(1)}H${edge(to)}v${tall.toFixed(2)}H${edge(from)}Z`;
  cells.begin();
  for (let first = 0; first < order.length; first += WORDS) {
    yield;
    for (const [level, list] of runs(ranks, order.slice(first, first + WORDS), top)) {
      const d = list.map(([i, from, to]) => outline([first + i, from, to])).join("");
      cells.next({ "fill-opacity": level, d });
    }
  }
  cells.end();
}

/** Median places with their intervals, places by raw rate, and the probability of the first. */
function* drawSummaries(layers, ranks, order, place, places) {
  const { x, y, height, high, size, bar, number, gap, right, width } = places;
  const tick = height < 8 ? 0 : 4 * size;
  const room = bar || number - 10;
  const half = Math.max(Math.min(height / 2 - 4, 7), 0.4 * height);
  const barred = bar || !high;
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
      layers.numbers.next({ x: width - 4, y: at + 4 }, chance(ranks[j][0], order.length === 1));
  });
}

/** The grid without its rows: what there is once. */
function gridFrame() {
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
  const drawAxis = whereChanged();

  return {
    node: svg.node(),
    cells,
    names,
    layers,

    *show(count, { ranks, current, label }, places) {
      const { width, left, right, bottom, height, bar, gap, high, size } = places;
      const look = [
        "sn-ranks",
        ranks && !current && "sn-old",
        !high && "sn-low",
        height < 8 && "sn-lowest",
      ];
      put(svg.node(), {
        width,
        height: bottom + FOOT,
        "aria-label": label,
        class: look.filter(Boolean).join(" "),
        style: `--sn-size:${size}`,
      });
      yield* drawAxis([left, right, bottom, count], () => {
        const values = ticksOf(count, places);
        return axis(places.x, { at: bottom, values, say: String, size: 5, gap: 5 });
      });
      const middle = (left + right) / 2;
      const words = bar
        ? "from the highest true rate to the lowest"
        : "1 for the highest true rate";
      put(axisTitle.node(), { x: middle, y: bottom + 36 }, `place, ${words}`);
      put(frame, { x: left, width: right - left, height: bottom - TOP });
      put(
        wait,
        { x: middle, y: TOP + Math.min(bottom - TOP, 120) / 2 + 4 },
        current ? "" : `computing ${count} × ${count} probabilities …`,
      );
      put(head, { x: bar ? right + gap : width - 4, "text-anchor": bar ? "start" : "end" });
    },

    /** Mark a place in the row that is pointed at. */
    mark({ ranks, pointed, at }, { x, y, height }) {
      const spotted = pointed !== null && at !== null;
      put(spot, { visibility: ranks && spotted ? null : "hidden" });
      if (!spotted) return;
      const wide = Math.max(x(2) - x(1), 2);
      put(spot, { x: x(at + 0.5), width: wide, y: y(pointed) - height / 2, height });
    },
  };
}

/** The grid below `picture`, the forest whose rows it has. */
export function rankGrid(picture) {
  const frame = gridFrame();
  const drawRanks = whereChanged();
  let count = 0;
  let places = placesAt(0, 1, picture);

  return {
    node: frame.node,

    /** Which row and which place are under a pointer: [i, r], either null outside. */
    at(event) {
      const i = Math.floor((event.offsetY - TOP) / places.height);
      const r = Math.floor(places.x.invert(event.offsetX) - 0.5);
      const inside = (value) => (value >= 0 && value < count ? value : null);
      return [inside(i), inside(r)];
    },

    *update(width, scene) {
      const { ranks, most, order, table, pointed } = scene;
      count = order.length;
      places = placesAt(width, count, picture);
      const { left, high, y } = places;
      yield* frame.show(count, scene, places);
      const room = Math.floor((left - 10) / 7.1);
      yield* drawRows({ names: frame.names }, high ? order : [], WORDS, (j, i) => {
        const kind = i === pointed ? "sn-name sn-here" : "sn-name";
        const place = { x: left - 8, y: y(i) + 4, class: kind };
        frame.names.next(place, labelled(table.names[j], undefined, room));
      });
      // The cells take longest to draw.
      yield* drawRanks([ranks, order.join(), width, left], function* () {
        const rows = ranks ? order : [];
        yield* drawCells(frame.cells, ranks, rows, darkest(most, rows.length), places);
        yield* drawSummaries(frame.layers, ranks, rows, table.place, places);
      });
      frame.mark(scene, places);
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
