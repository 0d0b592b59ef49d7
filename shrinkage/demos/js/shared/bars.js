// Shares in even bins from 0 % to 100 %: bars, and the outline of others to compare with.
//
//   const picture = bars();
//   yield* picture.update(width, {           // in slices, see slices.js
//     shares, outline,                     // lists of the same length, shares of one
//     title, axisTitle, sideTitle, label,  // headings; what a screen reader is told: the finding
//     height,                              // of the plot, 130 unless given
//   });

import { chart, FOOT, polyline } from "./chart.js";
import { percent, put } from "./dom.js";
import { scaleLinear } from "./scale.js";
import { whereChanged } from "./slices.js";

const TOP = 44; // room for the title and for what the bars measure
const LEFT = 46;
const RIGHT = 16;

export function bars() {
  const { svg, title, axis, axisTitle } = chart();
  const levels = svg.insert("g", "g").attr("class", "sn-axis");
  const sideTitle = svg.append("text").attr("class", "sn-axis-title").attr("x", 0).attr("y", 31);
  const body = svg.append("g");
  const outline = svg.append("path").attr("class", "sn-curve sn-curve-prior");
  const drawAxes = whereChanged();

  function* axes(scene, width, x, y) {
    const [bottom] = y.range();
    const [, top] = y.domain();
    yield* axis(scaleLinear([0, 1], x.range()), {
      at: bottom,
      values: [0, 0.2, 0.4, 0.6, 0.8, 1],
      say: percent,
      size: 5,
      gap: 5,
    });
    yield;
    axisTitle
      .attr("x", (LEFT + width - RIGHT) / 2)
      .attr("y", bottom + 36)
      .text(scene.axisTitle);
    const marked = [0, top / 2, top];
    levels
      .selectAll("line")
      .data(marked)
      .join("line")
      .attr("x1", LEFT)
      .attr("x2", width - RIGHT)
      .attr("y1", y)
      .attr("y2", y);
    levels
      .selectAll("text")
      .data(marked)
      .join("text")
      .attr("text-anchor", "end")
      .attr("x", LEFT - 6)
      .attr("y", (share) => y(share) + 4)
      .text(percent);
  }

  return {
    node: svg.node(),
    *update(width, scene) {
      const height = scene.height ?? 130;
      const bottom = TOP + height;
      const { shares } = scene;
      const x = scaleLinear([0, shares.length], [LEFT, width - RIGHT]);
      // The next of 20 %, 40 %, ... above the highest: a scale that seldom changes.
      const top = Math.max(0.2, Math.ceil(5 * Math.max(...shares, ...scene.outline)) / 5);
      const y = scaleLinear([0, top], [bottom, TOP]);
      put(svg.node(), { width, height: bottom + FOOT, "aria-label": scene.label });
      put(title.node(), {}, scene.title);
      put(sideTitle.node(), {}, scene.sideTitle);
      yield* drawAxes([width, bottom, top], () => axes(scene, width, x, y));
      yield;
      body
        .selectAll("rect")
        .data(Array.from(shares))
        .join("rect")
        .attr("class", "sn-binned")
        .attr("x", (_, i) => x(i) + 0.5)
        .attr("width", x(1) - x(0) - 1)
        .attr("y", y)
        .attr("height", (share) => bottom - y(share));
      const steps = Array.from(scene.outline).flatMap((share, i) => [
        [x(i), y(share)],
        [x(i + 1), y(share)],
      ]);
      outline.attr("d", polyline(steps));
    },
  };
}
