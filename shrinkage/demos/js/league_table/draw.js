// The two pictures of a year, side by side on one scale of success rates: the doctors in the order
// of the league table with their caseloads below, and the funnel plot.
import { scaleLog } from "d3-scale";
import { create } from "d3-selection";
import { axisOf, bar, cross, polyline, signs } from "../shared/chart.js";
import { percent, put } from "../shared/dom.js";
import { scaleLinear } from "../shared/scale.js";
import { whereChanged } from "../shared/slices.js";
import { funnelLimits } from "./engine.js";

const TOP = 26;
const PLOT = 220; // height of the scale of success rates, which both pictures share
const STRIP = 44; // height of the caseloads below the league table
const FOOT = 42; // height of an axis with its title
const LEFT = 48;
const RIGHT = 10;
const ARM = 4; // half the width of a cross
const MOVING = 450; // ms that the crosses take to their places in another year
const COVERAGES = [0.95, 0.998];

const rateScale = scaleLinear([0, 1], [TOP + PLOT, TOP]);
const caseloadTicks = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
const diamond = (x, y) => `M${x.toFixed(1)} ${(y - 9).toFixed(1)}l9 9-9 9-9-9z`;
const dash = (x, y) => `M${(x - 5).toFixed(1)} ${y.toFixed(1)}h10`;
const square = (x, y) => `M${(x - 8).toFixed(1)} ${(y - 8).toFixed(1)}h16v16h-16z`;

/** Layers of signs that are drawn all at once: `draw({ kind: [d, …], … })`. */
function layersOf(parent, kinds) {
  const layers = Object.entries(kinds).map(([name, kind]) => [name, signs(parent, kind)]);
  return (outlines) => {
    for (const [name, layer] of layers) {
      if (!outlines[name]) continue;
      layer.begin();
      for (const d of outlines[name]) layer.add(d);
      layer.portion();
      layer.end();
    }
  };
}

/** The crosses of a picture, which go to their places in another year; `draw` draws its layers. */
function makeCrosses(draw) {
  const quiet = matchMedia("(prefers-reduced-motion: reduce)");
  let at = []; // where each doctor's cross is, for the pointer
  let shown = []; // where it is drawn, on its way there
  let leagueOf = null; // that it was last sent to
  let moving = 0;

  function drawAll({ before, doctors }) {
    const outlines = { crosses: [], low: [] };
    for (let doctor = 0; doctor < shown.length; doctor++) {
      const place = shown[doctor];
      outlines[doctors.isLowN[doctor] ? "low" : "crosses"].push(cross(place[0], place[1], ARM));
    }
    draw({ ...outlines, before: (before?.first ?? []).map((doctor) => diamond(...shown[doctor])) });
  }

  /** Let the crosses go from where they are drawn to where they belong. */
  function move(scene) {
    const [from, to, begin] = [shown, at, performance.now()];
    const step = (time) => {
      const left = Math.max(1 - Math.max(time - begin, 0) / MOVING, 0) ** 2;
      shown = to.map(([x, y], i) => [x + left * (from[i][0] - x), y + left * (from[i][1] - y)]);
      drawAll(scene);
      moving = left ? requestAnimationFrame(step) : 0;
    };
    moving = requestAnimationFrame(step);
  }

  return {
    /** They belong to `places` now. */
    update(places, scene) {
      const { league } = scene;
      at = places;
      const isAnother = league !== leagueOf;
      if (!isAnother && moving) return;
      cancelAnimationFrame(moving);
      leagueOf = league;
      moving = 0;
      if (isAnother && scene.moves && !quiet.matches && shown.length === at.length) move(scene);
      else {
        shown = at;
        drawAll(scene);
      }
    },

    /** The doctor nearest to a pointer, or null where none is near. */
    nearest(event) {
      const [left, top] = [event.offsetX, event.offsetY];
      let best = null;
      let least = 28;
      at.forEach(([x, y], doctor) => {
        const distance = Math.hypot(x - left, y - top);
        if (distance < least) [best, least] = [doctor, distance];
      });
      return best;
    },
  };
}

/** What both pictures have: the frame, the scale of success rates, the population line, the doctors. */
function panel(title) {
  const svg = create("svg").attr("role", "img");
  svg.append("text").attr("class", "sn-title").attr("x", 0).attr("y", 13).text(title);
  const back = svg.append("g");
  const rates = axisOf(svg, "left");
  const bottom = axisOf(svg);
  const population = svg.append("line").attr("class", "sn-population").node();
  const words = svg.append("text").attr("class", "sn-axis-title").attr("text-anchor", "middle");
  const draw = layersOf(svg, {
    truths: "sn-true",
    before: "sn-before",
    crosses: "sn-raw",
    low: "sn-raw sn-low-n",
    pointed: "sn-pointed",
  });
  const crosses = makeCrosses(draw);
  const drawAxes = whereChanged();

  function* update({ width, x, scale, ticks, axisAt, axisTitle, label }, scene) {
    const { league, doctors, state, pointed } = scene;
    put(svg.node(), { width, height: axisAt + FOOT, "aria-label": label });
    yield* drawAxes([width, scale.domain().join()], function* () {
      yield* rates(rateScale, {
        at: LEFT,
        values: [0, 0.25, 0.5, 0.75, 1],
        say: percent,
        size: LEFT + RIGHT - width,
        gap: 6,
      });
      yield* bottom(scale, { at: axisAt, values: ticks, say: String, size: 4, gap: 3 });
    });
    put(words.node(), { x: (LEFT + width - RIGHT) / 2, y: axisAt + 36 }, axisTitle);
    const y = rateScale(state.rate);
    put(population, { x1: LEFT, x2: width - RIGHT, y1: y, y2: y });

    yield;
    const at = league.rawRate.map((rate, doctor) => [x(doctor), rateScale(rate)]);
    yield;
    crosses.update(at, scene);
    yield;
    const truth = (rate, doctor) => dash(x(doctor), rateScale(rate));
    draw({
      truths: state.truth ? doctors.trueRate.map(truth) : [],
      pointed: pointed === null ? [] : [square(...at[pointed])],
    });
  }

  return { node: svg.node(), back, update, nearest: crosses.nearest };
}

/** The league table: doctors from first to last, and how many patients each saw. */
export function leaguePicture() {
  const base = panel("League table");
  const draw = layersOf(base.back.append("g").attr("class", "sn-bars"), {
    bars: null,
    low: "sn-low-n",
  });
  const barTitle = base.back.append("text").attr("class", "sn-axis-title").node();
  put(barTitle, { x: LEFT, y: TOP + PLOT + 17 }, "patients seen");
  return {
    ...base,
    *update(width, scene) {
      const { doctors, league, state } = scene;
      const count = state.doctors;
      const step = (width - LEFT - RIGHT) / count;
      const x = (i) => LEFT + (i + 0.5) * step;
      const seat = [];
      league.order.forEach((doctor, i) => (seat[doctor] = i));
      const ground = TOP + PLOT + 16 + STRIP;
      const tall = scaleLinear([0, state.largest], [0, STRIP - 8]);
      const bars = (low) =>
        doctors.caseload.flatMap((n, doctor) => {
          if (doctors.isLowN[doctor] !== low) return [];
          const height = Math.max(1.5, tall(n));
          return bar(x(seat[doctor]) - 0.38 * step, ground - height, 0.76 * step, height);
        });
      draw({ bars: bars(false) });
      yield;
      draw({ low: bars(true) });
      yield;
      const ticks = [
        1,
        ...scaleLinear([1, count], [0, 1])
          .ticks(5)
          .filter((t) => t > 1 && t < count * 0.92 && Number.isInteger(t)),
        count,
      ];
      const scale = scaleLinear([1, count], [x(0), x(count - 1)]);
      yield* base.update(
        {
          width,
          x: (doctor) => x(seat[doctor]),
          scale,
          ticks,
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
  const band = base.back.append("rect").attr("class", "sn-band").node();
  const group = base.back.append("g");
  const limits = Array.from({ length: 2 * COVERAGES.length }, () => group.append("path").node());
  const drawLimits = whereChanged();
  const limitsOf = remembered();
  return {
    ...base,
    *update(width, scene) {
      const { doctors, state } = scene;
      const ends = [state.smallest / 1.25, state.largest * 1.25];
      const scale = scaleLog(ends, [LEFT, width - RIGHT]);
      const edge = Math.min(ends[1], Math.max(ends[0], state.low_n - 0.5));
      put(band, { x: LEFT, width: scale(edge) - LEFT, y: TOP, height: PLOT });
      const curves = limitsOf(ends, state.rate);
      yield* drawLimits([curves, width], () =>
        curves.forEach(({ coverage, points }, i) =>
          put(limits[i], {
            class: `sn-limit sn-limit-${1000 * coverage}`,
            d: polyline(points.map(([n, limit]) => [scale(n), rateScale(limit)])),
          }),
        ),
      );
      yield* base.update(
        {
          width,
          x: (doctor) => scale(doctors.caseload[doctor]),
          scale,
          ticks: caseloadTicks.filter((n) => n >= ends[0] && n <= ends[1]),
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
  [glyph("sn-raw", cross(0, 0, ARM)), "raw rate"],
  [glyph("sn-raw sn-low-n", cross(0, 0, ARM)), "raw rate, low-N doctor"],
  [glyph("sn-before", diamond(0, 0)), "first last year"],
  [glyph("sn-population", "M-9 0H9"), "typical doctor"],
  [glyph("sn-true", "M-6 0H6"), "true rate"],
  [glyph("sn-limit sn-limit-950", "M-9 0H9"), "95\u00a0% limits"],
  [glyph("sn-limit sn-limit-998", "M-9 0H9"), "99.8\u00a0% limits"],
  [glyph("sn-band", "M-9-9H9V9H-9Z"), "low-N"], // completed with the caseload below which one is
];
