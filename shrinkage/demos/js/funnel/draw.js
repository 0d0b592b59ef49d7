// The funnel demo's pictures: a panel for each chain, both on the same axes, and the running averages
// below.
import { scaleLog } from "d3-scale";
import { create } from "d3-selection";
import { axisOf, chart, FOOT, polyline } from "../shared/chart.js";
import { h, put } from "../shared/dom.js";
import { scaleLinear } from "../shared/scale.js";
import { whereChanged } from "../shared/slices.js";
import { HIGHEST, LOWEST, runningMean } from "./engine.js";

const TOP = 42; // the panel's title and its axis' title
const LEFT = 40;
const RIGHT = 6;
const PLOT = 270; // height of a panel's scale of sigma_pop
const PIECE = 250; // draws a path: only the last one is written again when a draw comes
const WIDTHS = [0.25, 0.4, 0.6, 0.8, 1, 1.5, 2, 3, 4, 6, 9]; // half widths of the scale of log-odds

const triangle = (x, y) => `M${x} ${y - 4}l3.5 6.5h-7z`;
const dot = (x, y) => `M${x} ${y}h0`; // its round cap makes it a dot
const ring = (x, y) => `M${x - 4.5} ${y}a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0`;
const sigmaTicks = [0.01, 0.03, 0.1, 0.3, 1, 3];

/** The narrowest scale of log-odds that holds the outlines of the exact posterior, the widest first. */
export function halfWidth(regions) {
  let most = 0;
  for (const polygon of regions[0] ?? [])
    for (const [d] of polygon) most = Math.max(most, Math.abs(d));
  return WIDTHS.find((width) => width >= most) ?? WIDTHS.at(-1);
}

/** Many small marks in few paths, in slices; those that are full are not touched again. */
function marks(parent, kind, draw) {
  const pieces = [];
  let drawn = "";
  return function* (count, at, key) {
    if (key !== drawn) {
      for (const { node } of pieces.splice(0)) node.remove();
      drawn = key;
    }
    const wanted = Math.ceil(count / PIECE);
    for (const { node } of pieces.splice(wanted)) node.remove();
    for (let i = 0; i < wanted; i++) {
      const from = i * PIECE;
      const to = Math.min(count, from + PIECE);
      pieces[i] ??= { node: parent.append("path").attr("class", kind), to: from };
      const piece = pieces[i];
      if (piece.to === to) continue;
      let d = "";
      for (let k = from; k < to; k++) d += draw(...at(k));
      piece.node.attr("d", d);
      piece.to = to;
      yield;
    }
  };
}

/**
 * The latest trajectory of a chain, in a layer of its own: only this layer is painted again while the
 * trajectory moves, however many draws lie below. `place(away, logSigma)` is where a point is drawn.
 */
function trajectoryLayer(place) {
  const svg = create("svg").attr("class", "sn-over").attr("aria-hidden", "true");
  const path = svg.append("path").attr("class", "sn-trajectory");
  const steps = svg.append("path").attr("class", "sn-steps");
  const end = svg.append("path");

  /** Its end: where it diverged, or where it is, or was accepted or rejected. */
  function showEnd({ last, atAway, atLogSigma }, at, isWhole) {
    if (isWhole && last.divergent) {
      const where = place(atAway.at(-1), atLogSigma.at(-1));
      end.attr("class", "sn-divergence sn-new").attr("d", triangle(...where));
    } else {
      const isRejected = isWhole && !last.accepted;
      end.attr("class", isRejected ? "sn-head sn-rejected" : "sn-head").attr("d", ring(...at));
    }
  }

  return {
    svg,
    /** The trajectory up to a share of its steps, or none. */
    show(chain, progress = 1) {
      svg.attr("display", chain ? null : "none");
      if (!chain) return;
      const { trace } = chain;
      const at = (trace.length / 2 - 1) * progress;
      const whole = Math.floor(at);
      const points = [];
      for (let k = 0; k <= whole; k++) points.push(place(trace[2 * k], trace[2 * k + 1]));
      steps.attr("d", points.map((point) => dot(...point)).join(""));
      if (whole < at) {
        const [from, to] = [2 * whole, 2 * whole + 2];
        const between = (i) => trace[from + i] + (at - whole) * (trace[to + i] - trace[from + i]);
        points.push(place(between(0), between(1)));
      }
      path.attr("d", `M${points.map((point) => point.join(",")).join("L")}`);
      showEnd(chain, points.at(-1), progress === 1);
    },
  };
}

/** One chain over the exact posterior, with its latest trajectory in a layer of its own. */
export function panel(name) {
  const { svg, title, axis, axisTitle } = chart();
  title.text(name);
  const rise = svg.append("text").attr("class", "sn-axis-title").attr("x", 0).attr("y", 32);
  rise.text("spread between doctors, sigma_pop");
  const back = svg.insert("g", "g");
  const left = axisOf(svg, "left");
  const limit = svg.append("line").attr("class", "sn-neck");
  const showDots = marks(svg.append("g"), "sn-draws", dot);
  const showDivergences = marks(svg.append("g"), "sn-divergence", triangle);
  const y = scaleLog([LOWEST, HIGHEST], [TOP + PLOT, TOP]);
  const x = scaleLinear();
  const held = (value, [a, b]) => Math.min(Math.max(value, Math.min(a, b)), Math.max(a, b));
  const place = (away, logSigma) => [
    held(x(away), x.range()).toFixed(1),
    held(y(Math.exp(logSigma)), y.range()).toFixed(1),
  ];

  const over = trajectoryLayer(place);
  const [drawAxes, drawRegions] = [whereChanged(), whereChanged()];

  function* axes(width) {
    for (const picture of [svg, over.svg])
      picture.attr("width", width).attr("height", TOP + PLOT + FOOT);
    const say = x.tickFormat(5);
    yield* axis(x, { at: TOP + PLOT, values: x.ticks(5), say, size: 5, gap: 5 });
    const across = width - LEFT - RIGHT;
    yield* left(y, { at: LEFT, values: sigmaTicks, say: String, size: -across, gap: 6 });
  }

  function* outlines(regions) {
    const paths = back
      .selectAll("path")
      .data(regions)
      .join("path")
      .attr("class", (_, i) => `sn-region sn-region-${i}`)
      .nodes();
    for (const [i, polygons] of regions.entries()) {
      const parts = [];
      for (const points of polygons) {
        yield;
        parts.push(`M${points.map((point) => place(...point).join(",")).join("L")}Z`);
      }
      paths[i].setAttribute("d", parts.join(""));
    }
  }

  return {
    node: h("div", { class: "sn-panel" }, svg.node(), over.svg.node()),

    /** `draws` dots of the chain, which is the one named by `key`. */
    *update(width, { chain, draws, key, regions, half, below, xTitle, label }) {
      x.domain([-half, half]).range([LEFT, width - RIGHT]);
      put(svg.node(), { "aria-label": label });
      put(axisTitle.node(), { x: (LEFT + width - RIGHT) / 2, y: TOP + PLOT + 36 }, xTitle);
      yield* drawAxes([width, half], () => axes(width));
      yield;
      yield* drawRegions([regions, width, half], () => outlines(regions));
      yield;
      const shown = below > LOWEST && below < HIGHEST;
      limit
        .attr("display", shown ? null : "none")
        .attr("x1", LEFT)
        .attr("x2", width - RIGHT)
        .attr("y1", y(shown ? below : 1))
        .attr("y2", y(shown ? below : 1));
      const all = `${key} ${width} ${half}`;
      yield;
      yield* showDots(draws, (k) => place(chain.away[k], chain.logSigma[k]), all);
      const count = chain.divergences[draws];
      yield* showDivergences(count, (d) => place(chain.atAway[d], chain.atLogSigma[d]), all);
    },

    trajectory: over.show,
  };
}

const AVERAGES = 130; // height of the running averages' scale
const MOST = [50, 100, 200, 500, 1000, 2000, 5000];
const CEILINGS = [0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 10];

/** The running averages of sigma_pop against draws, with the exact mean. */
export function averages() {
  const { svg, title, axis, axisTitle } = chart();
  const band = svg.insert("path", "g").attr("class", "sn-chance");
  const left = axisOf(svg, "left");
  const exact = svg.append("line").attr("class", "sn-population");
  const lines = svg.append("g");
  const [drawAxes, drawBand] = [whereChanged(), whereChanged()];
  title.text("Average of sigma_pop so far");
  axisTitle.text("draws");

  function* axes(width, foot, x, y) {
    svg.attr("width", width).attr("height", foot + FOOT);
    axisTitle.attr("x", (LEFT + width - RIGHT) / 2).attr("y", foot + 36);
    const count = width > 500 ? 8 : 5;
    yield* axis(x, {
      at: foot,
      values: x.ticks(count),
      say: x.tickFormat(count),
      size: 5,
      gap: 5,
    });
    const across = width - LEFT - RIGHT - 8;
    yield* left(y, {
      at: LEFT,
      values: y.ticks(4),
      say: y.tickFormat(4),
      size: -across,
      gap: 6,
    });
  }

  return {
    node: svg.node(),
    *update(width, { chains, draws, mean, sd, ends, label }) {
      const top = TOP - 16;
      const foot = top + AVERAGES;
      const most = MOST.find((n) => n >= draws);
      const highest = 1.25 * Math.max(mean, ...ends);
      const x = scaleLinear([0, most], [LEFT, width - RIGHT - 8]);
      const ceiling = CEILINGS.find((c) => c >= highest) ?? highest;
      const y = scaleLinear([0, ceiling], [foot, top]).clamp(true);
      put(svg.node(), { "aria-label": label });
      yield* drawAxes([width, most, ceiling], () => axes(width, foot, x, y));
      yield;
      exact
        .attr("x1", LEFT)
        .attr("x2", width - RIGHT - 8)
        .attr("y1", y(mean))
        .attr("y2", y(mean));
      yield* drawBand([width, most, ceiling, mean, sd], () => {
        const ns = Array.from({ length: 81 }, (_, i) => most ** (i / 80));
        const side = (sign) =>
          ns.map((n) => [x(n), y(Math.max(mean + (sign * 1.96 * sd) / Math.sqrt(n), 0))]);
        band.attr("d", `${polyline([...side(1), ...side(-1).reverse()])}Z`);
      });
      const paths = lines
        .selectAll("path")
        .data(chains)
        .join("path")
        .attr("class", ({ kind }) => `sn-average sn-average-${kind}`)
        .nodes();
      for (const [i, chain] of chains.entries()) {
        yield;
        const means = runningMean(chain, draws);
        paths[i].setAttribute("d", polyline(means.map(([n, value]) => [x(n), y(value)])));
      }
    },
  };
}

const patch = (kind) => `<rect class="${kind}" x="-11" y="-7" width="22" height="14"/>`;
const wide = patch("sn-region sn-region-0");

export const KEY = [
  [wide, "95\u00a0% of the exact posterior"],
  [wide + patch("sn-region sn-region-1"), "50\u00a0% of it"],
  [`<path class="sn-draws" d="${dot(-4, 2)}${dot(3, -3)}${dot(5, 3)}"/>`, "draws"],
  [`<path class="sn-divergence" d="${triangle(0, 0)}"/>`, "where a trajectory diverged"],
  ['<path class="sn-trajectory" d="M-10 4L-3-3L9 0"/>', "latest trajectory"],
  [
    '<line class="sn-neck" x1="-11" x2="11"/>',
    "below this, the step is too long for the centred sampler",
  ],
];

export const AVERAGES_KEY = [
  ['<path class="sn-average sn-average-centred" d="M-11 0H11"/>', "centred"],
  ['<path class="sn-average sn-average-non-centred" d="M-11 0H11"/>', "non-centred"],
  ['<line class="sn-population" x1="-11" x2="11"/>', "exact mean"],
  [patch("sn-chance"), "95\u00a0% of averages of as many independent draws"],
];
