// The course's picture: a row a doctor on one scale of success rates, with a red cross for the raw
// rate, a blue circle for the estimate, a line for its interval and a grey line for the population.
//
//   const picture = forest();            // picture.node is the <svg>
//   yield* picture.update(width, {       // in slices, see slices.js
//     rows: [{ name, n, raw, mean, low, high, faint }],  // rates; raw null without patients;
//                                          // faint: another estimate to compare with, or undefined
//     population, band,                    // the grey line; [low, high] of a grey band; or null
//     title, label,                        // heading; what a screen reader is told: the finding
//     pointed,                             // index of a row to mark, or null
//     aside,                               // width kept free at the right for a caller's columns
//   });
//   picture.x, picture.y(i), picture.left, picture.bottom   // scales, for handles and pointers
//   picture.marks                          // a <g> above everything for a caller's own marks
import { axisBottom } from "d3-axis";
import { scaleLinear } from "d3-scale";
import { CROSS, chart, drawRows, FOOT, layer } from "./chart.js";
import { percent } from "./dom.js";

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

export function forest(role = "img") {
  const { svg, title, axis, axisTitle } = chart(role);
  const band = svg.append("rect").attr("class", "sn-band");
  const layers = {
    names: layer(svg, "text", "sn-name", (name) => name.attr("text-anchor", "end")),
    intervals: layer(svg, "line", "sn-interval"),
  };
  const population = svg.append("line").attr("class", "sn-population");
  Object.assign(layers, {
    faint: layer(svg, "circle", "sn-faint"),
    estimates: layer(svg, "circle", "sn-estimate"),
    crosses: layer(svg, "path", "sn-raw sn-bold", (cross) => cross.attr("d", CROSS)),
  });
  const marks = svg.append("g");
  const x = scaleLinear([0, 1], [0, 1]);
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
      const { rows } = scene;
      count = rows.length;
      height = rowHeight(count);
      const named = height >= NAMED;
      const longest = Math.max(...rows.map(({ name, n }) => labelled(name, n, 99).length));
      const room = Math.min(longest, width < 480 ? 17 : 26);
      const left = named ? Math.round(7.1 * room) + 10 : 16;
      const bottom = TOP + count * height;
      picture.left = left;
      picture.bottom = bottom;
      const right = width - RIGHT - (scene.aside ?? 0);
      x.range([left, right]);
      svg
        .attr("width", width)
        .attr("height", bottom + FOOT)
        .attr("aria-label", scene.label);
      title.text(scene.title ?? "");
      axis.attr("transform", `translate(0,${bottom})`).call(
        axisBottom(x)
          .tickValues(right - left < 260 ? [0, 0.5, 1] : [0, 0.2, 0.4, 0.6, 0.8, 1])
          .tickFormat(percent)
          .tickSize(-(bottom - TOP))
          .tickPadding(6),
      );
      axisTitle
        .attr("x", (left + right) / 2)
        .attr("y", bottom + 36)
        .text("success rate");

      band.attr("visibility", scene.band ? null : "hidden");
      if (scene.band)
        band
          .attr("x", x(scene.band[0]))
          .attr("width", x(scene.band[1]) - x(scene.band[0]))
          .attr("y", TOP)
          .attr("height", bottom - TOP);
      population.attr("visibility", scene.population == null ? "hidden" : null);
      if (scene.population != null)
        population
          .attr("x1", x(scene.population))
          .attr("x2", x(scene.population))
          .attr("y1", TOP - 4)
          .attr("y2", bottom);

      const size = height < 8 ? 0.45 : height < 16 ? 0.7 : 1;
      yield* drawRows(layers, rows, ({ name, n, raw, mean, low, high, faint }, i) => {
        const y = picture.y(i);
        const place = (value) => `translate(${x(value).toFixed(1)},${y.toFixed(1)})`;
        if (named)
          layers.names
            .next()
            .attr("x", left - 8)
            .attr("y", y + 4)
            .classed("sn-here", i === scene.pointed)
            .text(labelled(name, n, room));
        layers.intervals
          .next()
          .attr("x1", x(low))
          .attr("x2", x(high))
          .attr("y1", y)
          .attr("y2", y)
          .classed("sn-thin", size < 1);
        if (faint !== undefined)
          layers.faint
            .next()
            .attr("r", 4.5 * size)
            .attr("transform", place(faint));
        layers.estimates
          .next()
          .attr("r", 5.5 * size)
          .attr("transform", place(mean));
        if (raw !== null) layers.crosses.next().attr("transform", `${place(raw)} scale(${size})`);
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
