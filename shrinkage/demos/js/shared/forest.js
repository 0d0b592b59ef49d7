// The course's picture: a row a doctor on one scale of success rates, with a red cross for the raw
// rate, a blue circle for the estimate, a line for its interval and a grey line for the population.
//
//   const picture = forest();            // picture.node is the <svg>
//   picture.update(width, {
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
import { percent } from "./dom.js";
import { CROSS, FOOT, chart } from "./chart.js";

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
  const lines = svg.append("g");
  const population = svg.append("line").attr("class", "sn-population");
  const body = svg.append("g");
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

    update(width, scene) {
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

      const place = (value, i) => `translate(${x(value).toFixed(1)},${picture.y(i).toFixed(1)})`;
      const all = rows.map((row, i) => ({ ...row, i }));
      const size = height < 8 ? 0.45 : height < 16 ? 0.7 : 1;
      const layer = (group, tag, kind, data) =>
        group
          .selectAll(`.${kind}`)
          .data(data, ({ i }) => i)
          .join(tag)
          .attr("class", kind);
      layer(lines, "text", "sn-name", named ? all : [])
        .attr("x", left - 8)
        .attr("y", ({ i }) => picture.y(i) + 4)
        .attr("text-anchor", "end")
        .classed("sn-here", ({ i }) => i === scene.pointed)
        .text(({ name, n }) => labelled(name, n, room));
      layer(lines, "line", "sn-interval", all)
        .attr("x1", ({ low }) => x(low))
        .attr("x2", ({ high }) => x(high))
        .attr("y1", ({ i }) => picture.y(i))
        .attr("y2", ({ i }) => picture.y(i))
        .classed("sn-thin", size < 1);
      layer(
        body,
        "circle",
        "sn-faint",
        all.filter(({ faint }) => faint !== undefined),
      )
        .attr("r", 4.5 * size)
        .attr("transform", ({ faint, i }) => place(faint, i));
      layer(body, "circle", "sn-estimate", all)
        .attr("r", 5.5 * size)
        .attr("transform", ({ mean, i }) => place(mean, i));
      layer(
        body,
        "path",
        "sn-raw",
        all.filter(({ raw }) => raw !== null),
      )
        .classed("sn-bold", true)
        .attr("d", CROSS)
        .attr("transform", ({ raw, i }) => `${place(raw, i)} scale(${size})`);
    },

    /** The row under a pointer, or null. */
    nearest(event) {
      const row = Math.floor((event.offsetY - TOP) / height);
      return row >= 0 && row < count ? row : null;
    },
  };
  return picture;
}
