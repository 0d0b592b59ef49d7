// The two pictures of a year, side by side on one scale of success rates: the doctors in the order
// of the league table with their caseloads below, and the funnel plot.
import { axisBottom, axisLeft } from "d3-axis";
import { scaleLinear, scaleLog } from "d3-scale";
import { create } from "d3-selection";
import { percent } from "../shared/dom.js";
import { funnelLimits } from "./engine.js";

const TOP = 26;
const PLOT = 220; // height of the scale of success rates, which both pictures share
const STRIP = 44; // height of the caseloads below the league table
const FOOT = 42; // height of an axis with its title
const LEFT = 48;
const RIGHT = 10;
const CROSS = "M-4-4 4 4M-4 4 4-4";
const DIAMOND = "M0-9 9 0 0 9-9 0Z";
const COVERAGES = [0.95, 0.998];

const rateScale = scaleLinear([0, 1], [TOP + PLOT, TOP]);
const caseloadTicks = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
const translate = (x, y) => `translate(${x}px,${y}px)`;
const polyline = (points) =>
  `M${points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join("L")}`;

/** What both pictures have: the frame, the scale of success rates, the population line, the doctors. */
function panel(title) {
  const svg = create("svg").attr("role", "img");
  svg.append("text").attr("class", "sn-title").attr("x", 0).attr("y", 13).text(title);
  const back = svg.append("g");
  const rates = svg.append("g").attr("class", "sn-axis").attr("transform", `translate(${LEFT},0)`);
  const bottom = svg.append("g").attr("class", "sn-axis");
  const population = svg.append("line").attr("class", "sn-population");
  const marks = svg.append("g");
  const words = svg.append("text").attr("class", "sn-axis-title").attr("text-anchor", "middle");
  let at = []; // where each doctor's cross is, for the pointer

  function update(
    { width, x, axis, axisAt, axisTitle, label },
    { league, before, doctors, state, pointed, moves },
  ) {
    svg
      .attr("width", width)
      .attr("height", axisAt + FOOT)
      .attr("aria-label", label)
      .classed("sn-moves", moves);
    rates.call(
      axisLeft(rateScale)
        .tickValues([0, 0.25, 0.5, 0.75, 1])
        .tickFormat(percent)
        .tickSize(-(width - LEFT - RIGHT))
        .tickPadding(6),
    );
    bottom.attr("transform", `translate(0,${axisAt})`).call(axis);
    words
      .attr("x", (LEFT + width - RIGHT) / 2)
      .attr("y", axisAt + 36)
      .text(axisTitle);
    const y = rateScale(state.rate);
    population
      .attr("x1", LEFT)
      .attr("x2", width - RIGHT)
      .attr("y1", y)
      .attr("y2", y);

    at = league.rawRate.map((rate, doctor) => [x(doctor), rateScale(rate)]);
    const everyone = league.rawRate.map((_, doctor) => doctor);
    const layer = (kind, who, d, place) =>
      marks
        .selectAll(`.${kind}`)
        .data(who, (doctor) => doctor)
        .join("path")
        .attr("class", (doctor) => `${kind}${doctors.isLowN[doctor] ? " sn-low-n" : ""}`)
        .attr("d", d)
        .style("transform", (doctor) => translate(...place(doctor)));
    layer("sn-true", state.truth ? everyone : [], "M-5 0H5", (doctor) => [
      x(doctor),
      rateScale(doctors.trueRate[doctor]),
    ]);
    layer("sn-before", before?.first ?? [], DIAMOND, (doctor) => at[doctor]);
    layer("sn-raw", everyone, CROSS, (doctor) => at[doctor]);
    layer("sn-pointed", pointed === null ? [] : [pointed], "M-8-8H8V8H-8Z", (doctor) => at[doctor]);
  }

  /** The doctor nearest to a pointer, or null where none is near. */
  function nearest(event) {
    const [left, top] = [event.offsetX, event.offsetY];
    let best = null;
    let least = 28;
    at.forEach(([x, y], doctor) => {
      const distance = Math.hypot(x - left, y - top);
      if (distance < least) [best, least] = [doctor, distance];
    });
    return best;
  }

  return { node: svg.node(), back, update, nearest };
}

/** The league table: doctors from first to last, and how many patients each saw. */
export function leaguePicture() {
  const base = panel("League table");
  const bars = base.back.append("g").attr("class", "sn-bars");
  const barTitle = base.back
    .append("text")
    .attr("class", "sn-axis-title")
    .attr("x", LEFT)
    .attr("y", TOP + PLOT + 17);
  return {
    ...base,
    update(width, scene) {
      const { doctors, league, state } = scene;
      const count = state.doctors;
      const step = (width - LEFT - RIGHT) / count;
      const x = (i) => LEFT + (i + 0.5) * step;
      const seat = [];
      league.order.forEach((doctor, i) => (seat[doctor] = i));
      const ground = TOP + PLOT + 16 + STRIP;
      const tall = scaleLinear([0, state.largest], [0, STRIP - 8]);
      barTitle.text("patients seen");
      bars
        .selectAll("rect")
        .data(doctors.caseload)
        .join("rect")
        .attr("class", (_, doctor) => (doctors.isLowN[doctor] ? "sn-low-n" : null))
        .attr("x", (_, doctor) => x(seat[doctor]) - 0.38 * step)
        .attr("width", 0.76 * step)
        .attr("y", (n) => ground - Math.max(1.5, tall(n)))
        .attr("height", (n) => Math.max(1.5, tall(n)));
      const ticks = [
        1,
        ...scaleLinear([1, count], [0, 1])
          .ticks(5)
          .filter((t) => t > 1 && t < count * 0.92 && Number.isInteger(t)),
        count,
      ];
      const scale = scaleLinear([1, count], [x(0), x(count - 1)]);
      base.update(
        {
          width,
          x: (doctor) => x(seat[doctor]),
          axis: axisBottom(scale).tickValues(ticks).tickFormat(String).tickSizeOuter(0).tickSize(4),
          axisAt: ground,
          axisTitle: "place in the league table",
          label: `League table of year ${state.year}: ${count} doctors from the highest success rate to the lowest.`,
        },
        scene,
      );
    },
  };
}

/** The funnel plot: success rate against caseload, with the limits that chance keeps. */
export function funnelPicture() {
  const base = panel("Funnel plot");
  const band = base.back
    .append("rect")
    .attr("class", "sn-band")
    .attr("y", TOP)
    .attr("height", PLOT);
  const limits = base.back.append("g");
  const limitsOf = remembered();
  return {
    ...base,
    update(width, scene) {
      const { doctors, state } = scene;
      const ends = [state.smallest / 1.25, state.largest * 1.25];
      const scale = scaleLog(ends, [LEFT, width - RIGHT]);
      const edge = Math.min(ends[1], Math.max(ends[0], state.low_n - 0.5));
      band.attr("x", LEFT).attr("width", scale(edge) - LEFT);
      limits
        .selectAll("path")
        .data(limitsOf(ends, state.rate))
        .join("path")
        .attr("class", ({ coverage }) => `sn-limit sn-limit-${1000 * coverage}`)
        .attr("d", ({ points }) =>
          polyline(points.map(([n, limit]) => [scale(n), rateScale(limit)])),
        );
      base.update(
        {
          width,
          x: (doctor) => scale(doctors.caseload[doctor]),
          axis: axisBottom(scale)
            .tickValues(caseloadTicks.filter((n) => n >= ends[0] && n <= ends[1]))
            .tickFormat(String)
            .tickSizeOuter(0)
            .tickSize(4),
          axisAt: TOP + PLOT,
          axisTitle: "patients seen in the year",
          label: `Funnel plot of year ${state.year}: success rate against patients seen, with the limits that chance keeps.`,
        },
        scene,
      );
    },
  };
}

/** The funnel's four curves, computed again only where the caseloads or the rate change. */
function remembered() {
  let key;
  let curves;
  return (ends, rate) => {
    if (key === `${ends} ${rate}`) return curves;
    key = `${ends} ${rate}`;
    const [low, high] = [Math.max(1, Math.ceil(ends[0])), Math.floor(ends[1])];
    const steps = Math.min(60, high - low);
    const caseloads = [
      ...new Set(
        Array.from({ length: steps + 1 }, (_, i) =>
          Math.round(low * (high / low) ** (i / (steps || 1))),
        ),
      ),
    ];
    curves = COVERAGES.flatMap((coverage) => {
      const limits = caseloads.map((n) => [n, ...funnelLimits(n, rate, coverage)]);
      return [1, 2].map((side) => ({
        coverage,
        points: limits.map((limit) => [limit[0], limit[side]]),
      }));
    });
    return curves;
  };
}

const glyph = (kind, d) =>
  `<svg viewBox="-10 -10 20 20" width="18" height="18" aria-hidden="true"><path class="${kind}" d="${d}"/></svg>`;

/** What the marks mean; every mark has its own shape, so that none needs its colour. */
export const KEY = [
  [glyph("sn-raw", CROSS), "raw rate"],
  [glyph("sn-raw sn-low-n", CROSS), "raw rate, low-N doctor"],
  [glyph("sn-before", DIAMOND), "first last year"],
  [glyph("sn-population", "M-9 0H9"), "typical doctor"],
  [glyph("sn-true", "M-6 0H6"), "true rate"],
  [glyph("sn-limit sn-limit-950", "M-9 0H9"), "95\u00a0% limits"],
  [glyph("sn-limit sn-limit-998", "M-9 0H9"), "99.8\u00a0% limits"],
  [glyph("sn-band", "M-9-9H9V9H-9Z"), "low-N"], // completed with the caseload below which one is
];
