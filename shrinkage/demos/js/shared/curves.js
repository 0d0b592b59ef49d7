// Densities on one axis, with vertical marks on them.
//
//   const picture = curves();
//   picture.update(width, {
//     curves: [{ x, density, kind, area }],   // kind: "prior", "posterior" or "other"
//     marks: [{ at, kind, words }],           // kind: "place" (the reader's), "exact", "population"
//     domain: [low, high], ticks: [...] or a number, format, axisTitle, title, label,
//     height,                                 // of the plot, 130 unless given
//     top,                                    // density at the top; the highest curve unless given
//   });
import { axisBottom } from "d3-axis";
import { scaleLinear } from "d3-scale";
import { chart, FOOT, polyline } from "./chart.js";

const TOP = 40; // room for the title and for the words of a mark
const SIDE = 16;

export function curves(role = "img") {
  const { svg, title, axis, axisTitle } = chart(role);
  const body = svg.append("g");
  const marks = svg.append("g");
  const x = scaleLinear();
  return {
    node: svg.node(),
    x,
    update(width, scene) {
      const height = scene.height ?? 130;
      const bottom = TOP + height;
      const [low, high] = scene.domain;
      x.domain([low, high]).range([SIDE, width - SIDE]);
      const shown = scene.curves.map(({ x: at, density, kind, area }) => {
        const points = [];
        for (let i = 0; i < at.length; i++)
          if (at[i] >= low && at[i] <= high) points.push([at[i], density[i]]);
        return { points, kind, area };
      });
      let top = scene.top ?? 0;
      if (!top) for (const { points } of shown) for (const [, d] of points) top = Math.max(top, d);
      const y = scaleLinear([0, top || 1], [bottom, TOP + 4]).clamp(true);
      svg
        .attr("width", width)
        .attr("height", bottom + FOOT)
        .attr("aria-label", scene.label);
      title.text(scene.title ?? "");
      const bottomAxis = axisBottom(x).tickSize(5).tickPadding(5);
      if (Array.isArray(scene.ticks)) bottomAxis.tickValues(scene.ticks);
      else bottomAxis.ticks(scene.ticks ?? 6);
      if (scene.format) bottomAxis.tickFormat(scene.format);
      axis.attr("transform", `translate(0,${bottom})`).call(bottomAxis);
      axisTitle
        .attr("x", width / 2)
        .attr("y", bottom + 36)
        .text(scene.axisTitle);
      body
        .selectAll("path")
        .data(shown)
        .join("path")
        .attr("class", ({ kind, area }) => `sn-curve sn-curve-${kind}${area ? " sn-area" : ""}`)
        .attr("d", ({ points, area }) => {
          const drawn = points.map(([at, d]) => [x(at), y(d)]);
          if (area && drawn.length) drawn.push([drawn.at(-1)[0], bottom], [drawn[0][0], bottom]);
          return polyline(drawn);
        });
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
