// The exact posterior behind the chains: a worker computes it beside the page.
import { posterior } from "../posterior/posterior.js";
import { KINDS } from "../posterior/solver.js";
import { HIGHEST, LOWEST } from "./engine.js";

/** Outlines of the regions that hold these shares of the posterior, for the doctors in `rows`. */
KINDS.regions = ({ rows, shares }) => {
  const density = makeDensity(rows);
  while (density.next());
  return { found: null, plain: density.regions(shares) };
};

const ROWS = 64;
const COLUMNS = 48;
const REACH = 5.5; // sds that a row of the density reaches to either side

/**
 * The exact density of the picture, to be computed a row at a time.
 *
 * The picture's axes are d = alpha - mu_pop of the first doctor, and w = log(sigma_pop). Given
 * sigma_pop, the other doctors leave mu_pop a density p(mu), so that
 *   density(d, w) = sigma_pop * prior(sigma_pop) * evidence of the others
 *                   * integral of Normal(d | 0, sigma_pop) * likelihood(mu + d) * p(mu) over mu,
 * of which the engine of all demos gives the evidence and p(mu) exactly. `next()` computes a row and
 * says whether there is another; `regions(shares)` are then outlines of the smallest regions that
 * hold these shares of the posterior, each a list of closed polygons of [d, w].
 */
export function makeDensity({ successes, trials }) {
  const [s, n] = [successes[0], trials[0]];
  // With no other doctor, one without patients stands in: the posterior of mu_pop is then its prior.
  const counts = successes.length > 1 ? [successes.slice(1), trials.slice(1)] : [[0], [0]];
  const [from, to] = [Math.log(LOWEST), Math.log(1.5 * HIGHEST)];
  const step = (to - from) / (ROWS - 1);
  const rows = [];

  function next() {
    const w = from + step * rows.length;
    const sigma = Math.exp(w);
    const rest = posterior(...counts, { sigma_pop: sigma });
    const others = rest.mu_pop;
    const prior = rest.logEvidence - 0.5 * sigma * sigma;
    const { mode, width } = aroundMode(s, n, others.mean, others.sd, sigma);
    const log = new Float64Array(COLUMNS + 1);
    const d = Float64Array.from(log, (_, i) => mode + width * ((2 * i) / COLUMNS - 1));
    for (let i = 0; i <= COLUMNS; i++)
      log[i] = logOverMu(s, n, others, d[i]) + prior - 0.5 * (d[i] / sigma) ** 2;
    rows.push({ w, d, log, cell: ((2 * width) / COLUMNS) * (rows.length ? step : 0.5 * step + 1) });
    return rows.length < ROWS;
  }

  const regions = (shares) => levels(rows, shares).map((level) => outlines(rows, level));
  return { next, rows, regions };
}

const logLikelihood = (s, n, a) =>
  s * a - n * (Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a))));

const NODES = 12; // on either side of the mode

/** Logarithm of the integral of likelihood(mu + d) * p(mu) over mu, around the integrand's mode. */
function logOverMu(s, n, { x, density, mean, sd }, d) {
  const precision = 1 / (sd * sd);
  let mu = mean;
  let bend = precision;
  for (let i = 0; i < 60; i++) {
    const theta = 1 / (1 + Math.exp(-mu - d));
    bend = precision + n * theta * (1 - theta);
    const step = (s - n * theta - (mu - mean) * precision) / bend;
    mu += Math.min(Math.max(step, -sd), sd);
    if (step * step * bend < 1e-6) break;
  }
  const step = REACH / NODES / Math.sqrt(bend);
  const top = logLikelihood(s, n, mu + d);
  let sum = 0;
  for (let k = -NODES; k <= NODES; k++) {
    const at = mu + k * step;
    sum += heightAt(x, density, at) * Math.exp(logLikelihood(s, n, at + d) - top);
  }
  return top + Math.log(step * sum);
}

/** A density between the points of its grid, and nothing beyond them. */
function heightAt(x, density, at) {
  let [low, high] = [0, x.length - 1];
  if (!(at >= x[low] && at <= x[high])) return 0;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (x[middle] <= at) low = middle;
    else high = middle;
  }
  const share = (at - x[low]) / (x[high] - x[low]);
  const [left, right] = [density[low], density[high]];
  // Straight in the logarithm, which is nearly a parabola.
  return left > 0 && right > 0
    ? left * (right / left) ** share
    : (1 - share) * left + share * right;
}

/** Where the density of a row has its mode, about, and how far from it the row has to reach. */
function aroundMode(s, n, mu, sd, sigma) {
  let d = 0;
  let information = 0;
  for (let i = 0; i < 60; i++) {
    const theta = 1 / (1 + Math.exp(-mu - d));
    information = n * theta * (1 - theta);
    const slope = s - n * theta - d / (sigma * sigma);
    // The curvature is at least that of the population, so a step overshoots little.
    const move = slope / (information + 1 / (sigma * sigma));
    d += Math.min(Math.max(move, -sigma), sigma);
    if (Math.abs(move) < 1e-6 * sigma) break;
  }
  const precision = information + 1 / (sigma * sigma);
  const follows = information / precision; // how far d moves when mu_pop moves
  return { mode: d, width: REACH * Math.hypot(1 / Math.sqrt(precision), follows * sd) };
}

/** The densities above which the shares of the posterior lie. */
function levels(rows, shares) {
  const cells = [];
  for (const { log, cell } of rows)
    for (const value of log) if (Number.isFinite(value)) cells.push([value, cell]);
  if (!cells.length) return [];
  cells.sort((a, b) => b[0] - a[0]);
  const [top] = cells[0];
  const mass = ([value, cell]) => Math.exp(value - top) * cell;
  const total = cells.reduce((sum, cell) => sum + mass(cell), 0);
  return shares.map((share) => {
    let sum = 0;
    return cells.find((cell) => {
      sum += mass(cell);
      return sum >= share * total;
    })[0];
  });
}

/**
 * Where the density is above a level. In a row it is so on one interval, because the density of d
 * given sigma_pop is log-concave; the intervals of rows above each other make a polygon.
 */
function outlines(rows, level) {
  const polygons = [];
  let left = [];
  let right = [];
  const peaks = rows.map(({ log }) =>
    log.reduce((most, value, i) => (value > log[most] ? i : most), 0),
  );
  const height = (i) => rows[i].log[peaks[i]] - level;
  /** Where the ridge between two rows, i inside and o outside, falls to the level. */
  const tip = (i, o) => {
    const share = height(i) / (height(i) - height(o));
    const between = (a, b) => a + share * (b - a);
    return [between(rows[i].d[peaks[i]], rows[o].d[peaks[o]]), between(rows[i].w, rows[o].w)];
  };
  for (let i = 0; i < rows.length; i++) {
    const { w, d, log } = rows[i];
    if (!(height(i) > 0)) continue;
    if (i && !(height(i - 1) > 0)) left.push(tip(i, i - 1));
    const edge = (inside, out) => {
      const share = (log[inside] - level) / (log[inside] - (log[out] ?? -Infinity));
      return d[inside] + share * ((d[out] ?? d[inside]) - d[inside]);
    };
    const first = log.findIndex((value) => value > level);
    const last = log.findLastIndex((value) => value > level);
    left.push([edge(first, first - 1), w]);
    right.push([edge(last, last + 1), w]);
    const ends = i + 1 === rows.length || !(height(i + 1) > 0);
    if (!ends) continue;
    if (i + 1 < rows.length) right.push(tip(i, i + 1));
    polygons.push([...left, ...right.reverse()]);
    [left, right] = [[], []];
  }
  return polygons;
}
