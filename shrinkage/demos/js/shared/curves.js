// Densities on one axis, with vertical marks on them.
//
//   const picture = curves();
//   yield* picture.update(width, {          // in slices, see slices.js
//     curves: [{ x, density, kind, area }],   // kind: "prior", "posterior" or "other"
//     marks: [{ at, kind, words }],           // kind: "place" (the reader's), "exact", "population"
//     domain: [low, high], ticks, axisTitle, title, label,
//     height,                                 // of the plot, 130 unless given
//   });

import { chart, FOOT, polyline } from "./chart.js";
import { put } from "./dom.js";
import { scaleLinear } from "./scale.js";
import { whereChanged } from "./slices.js";

const TOP = 40; // room for the title and for the words of a mark
const SIDE = 16;

export function curves(role = "img") {
  const { svg, title, axis, axisTitle } = chart(role);
  const body = svg.append("g");
  const marks = svg.append("g");
  const x = scaleLinear();
  const [drawAxis, drawCurves] = [whereChanged(), whereChanged()];

  function* paths(scene, bottom) {
    const [low, high] = scene.domain;
    const shown = scene.curves.map(({ x: at, density, kind, area }) => {
      const points = [];
      for (let i = 0; i < at.length; i++)
        if (at[i] >= low && at[i] <= high) points.push([at[i], density[i]]);
      return { points, kind, area };
    });
    let top = 0;
    for (const { points } of shown) for (const [, d] of points) top = Math.max(top, d);
    const y = scaleLinear([0, top || 1], [bottom, TOP + 4]).clamp(true);
    const drawn = body
      .selectAll("path")
      .data(shown)
      .join("path")
      .attr("class", ({ kind, area }) => `sn-curve sn-curve-${kind}${area ? " sn-area" : ""}`);
    for (const [i, { points, area }] of shown.entries()) {
      yield;
      const line = points.map(([at, d]) => [x(at), y(d)]);
      if (area && line.length) line.push([line.at(-1)[0], bottom], [line[0][0], bottom]);
      put(drawn.nodes()[i], { d: polyline(line) });
    }
  }

  return {
    node: svg.node(),
    x,
    *update(width, scene) {
      const height = scene.height ?? 130;
      const bottom = TOP + height;
      const [low, high] = scene.domain;
      x.domain([low, high]).range([SIDE, width - SIDE]);
      put(svg.node(), { width, height: bottom + FOOT, "aria-label": scene.label });
      put(title.node(), {}, scene.title ?? "");
      put(axisTitle.node(), { x: width / 2, y: bottom + 36 }, scene.axisTitle);
      yield* drawAxis([low, high, width, bottom, scene.ticks], () =>
        axis(x, {
          at: bottom,
          values: x.ticks(scene.ticks),
          say: x.tickFormat(scene.ticks),
          size: 5,
          gap: 5,
        }),
      );
      yield;
      const densities = scene.curves.map(({ density }) => density);
      yield* drawCurves([low, high, width, bottom, ...densities], () => paths(scene, bottom));
      yield;
      const inside = (scene.marks ?? []).map((mark) => ({
        ...mark,
        px: x(Math.min(Math.max(mark.at, low), high)),
      }));
      marks
        .selectAll("line")
        .data(inside)
        .join("line")
        .attr("class", ({ kind }) => `sn-at sn-at-${kind}`)
        .attr("x1", ({ px }) => px)
        .attr("x2", ({ px }) => px)
        .attr("y1", TOP - 4)
        .attr("y2", bottom);
      marks
        .selectAll("text")
        .data(inside)
        .join("text")
        .attr("class", ({ kind }) => `sn-at-words sn-at-${kind}`)
        .attr("text-anchor", ({ px }) => (px < width / 2 ? "start" : "end"))
        .attr("x", ({ px }) => px + (px < width / 2 ? 4 : -4))
        .attr("y", (_, i) => TOP - 10 + 14 * i)
        .text(({ words }) => words ?? "");
    },
  };
}
