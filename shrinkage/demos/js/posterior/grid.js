// The grid over (mu_pop, sigma_pop), laid around the posterior before anything is integrated.
//
// sigma_pop = scale * sinh(t): linear near zero and logarithmic far from it. The integrand is even
// in t, so the trapezoid rule converges exponentially although the domain ends at zero. mu_pop given
// sigma_pop: Gauss-Legendre on both sides of the mode of its profile. The doctors' integrals are
// smooth in mu_pop, so where its window is narrow they are taken at a few Chebyshev nodes.
import { DROP, Inner, LOG_Z, NUMBERS } from "./inner.js";
import { logMu, logSigma } from "./inputs.js";
import { BEND, HEIGHT, MODE, Modes, SLOPE } from "./modes.js";
import { chebyshev, END_CORRECTED, fromChebyshev, legendre } from "./quadrature.js";

// A number after a comment's colon: the threshold's error, in the unit that posterior.js names.
const NODES_MU = 7; // Gauss-Legendre nodes on either side of the mode of mu_pop: 0.02
// Where no doctor has both successes and failures the posterior is far from normal: how many nodes
// there, and how far the grid is followed. So many nodes also where the prior of mu_pop is vague: its
// window then holds all of sigma_pop's tail.
const NODES_MU_STEPS = 16; // 0.001
// Where both is so: the cliff, narrow where bounds allow a few successes of thousands, and the prior's
// tail then lie a hundred times its width apart.
const NODES_MU_CLIFF = 24; // 0.1
const DROP_STEPS = 20; // 0.005
const VAGUE = 5; // mu_scale from which the prior is vague: 0.1
const STEEP = 5; // sigma_pop, where it is fixed, from which there are so many nodes, too: 0.1
// Trapezoid nodes of sigma_pop: 0.04. Where they prove too few, `integrate` takes more.
const NODES_SIGMA = { few: 24, many: 17 };
const MISPLACED = 0.6; // of the drop: where the posterior of mu_pop has fallen less it is cut off: 0.1
const FILLED = 0.4; // of the nodes of mu_pop: where fewer count the window is too wide
const NOTICED = 1e-6; // mass of a slice from which that matters: 0.1
const INTERPOLATION = 3e-6; // error of the inner integrals between nodes, of the whole: 0.04
// How near the likelihood of a count within bounds may have a zero in the complex plane: 0.001
const NEAR_BOUNDED = 0.5;

// Share of doctors with all or no successes from which Laplace's approximation fails.
const STEPS = 0.8;

/** The share of doctors whose likelihood is a step. */
function shareOfSteps({ isStep, copies }) {
  const all = copies.reduce((sum, count) => sum + count, 0);
  return copies.reduce((sum, count, u) => sum + (isStep[u] ? count : 0), 0) / all;
}

const isAllOrNothing = (doctors) => shareOfSteps(doctors) === 1;

/** How far the posterior is followed: until it has fallen by exp(-drop). */
export const dropOf = (doctors) => (isAllOrNothing(doctors) ? DROP_STEPS : DROP);

function nodesMu(doctors, { sigma_pop, mu_scale }) {
  const isCliff = isAllOrNothing(doctors);
  if (isCliff && mu_scale > VAGUE) return NODES_MU_CLIFF;
  return isCliff || mu_scale > VAGUE || sigma_pop > STEEP ? NODES_MU_STEPS : NODES_MU;
}

function nodesSigma(doctors) {
  return doctors.known < 10 || isAllOrNothing(doctors) ? NODES_SIGMA.few : NODES_SIGMA.many;
}

/**
 * S slices of sigma_pop with M nodes of mu_pop each, out to where the posterior has fallen by
 * exp(-drop) along mu_pop and exp(-dropSigma) along sigma_pop, with `finer` times the usual nodes of
 * sigma_pop.
 *
 * `t`, the trapezoid's nodes, null where sigma_pop is fixed; `sigma`, `logWeight` (log of weight
 * times prior density); `mode`, `low`, `high`, of mu_pop in each slice: all of length S. `mu`,
 * `weight`: of length S * M, slice by slice; `side`, nodes on either side of the mode. `samples`:
 * where the doctors' integrals are taken in each slice, see `samplesOf`.
 */
export function lay(doctors, prior, drop, dropSigma, finer) {
  const modes = new Modes(doctors, prior);
  const found =
    prior.sigma_pop === null
      ? laySigma(modes, doctors, prior, dropSigma, finer)
      : { ...slicesAt(modes, doctors, [prior.sigma_pop]), logWeight: [0], t: null, scale: 1 };
  const { t, scale, sigma, logWeight, mode } = found;
  const low = sigma.map((_, s) => endOfMu(modes, found, s, -1, drop, prior));
  const high = sigma.map((_, s) => endOfMu(modes, found, s, 1, drop, prior));
  const side = nodesMu(doctors, prior);
  const near = doctors.allowed.some(Boolean) ? NEAR_BOUNDED : Math.PI;
  return withNodes({ prior, drop, t, scale, sigma, logWeight, side, near }, low, mode, high);
}

/** The grid with these windows of mu_pop. */
function withNodes(axes, low, mode, high) {
  const { sigma, side } = axes;
  const nodes = 2 * side;
  const mu = new Float64Array(sigma.length * nodes);
  const weight = new Float64Array(sigma.length * nodes);
  const samples = [];
  for (let s = 0; s < sigma.length; s++) {
    bothSides(legendre(side), low[s], mode[s], high[s], mu, weight, s * nodes);
    samples.push(
      samplesOf(low[s], high[s], sigma[s], axes.near, mu.slice(s * nodes, (s + 1) * nodes)),
    );
  }
  return { ...axes, mode, low, high, mu, weight, nodes, samples };
}

/**
 * The grid with its windows of mu_pop moved to where the integrals show the posterior to be, or null
 * where they lie there already. `logDensity`, `mass`: of the posterior, see `integrate`. Laplace's
 * approximation, by which they were laid, is far off where many doctors have no success in thousands
 * of patients and sigma_pop is large: each one's likelihood is a step.
 */
export function moved(grid, logDensity, mass) {
  const { nodes, drop } = grid;
  const [low, mode, high] = [grid.low.slice(), grid.mode.slice(), grid.high.slice()];
  let isMoved = false;
  for (let s = 0; s < mass.length; s++) {
    const log = logDensity.slice(s * nodes, (s + 1) * nodes);
    const top = Math.max(...log);
    const least = top - drop;
    const ended = Math.max(log[0], log[nodes - 1]) < top - MISPLACED * drop;
    const first = log.findIndex((value) => value > least);
    const last = log.findLastIndex((value) => value > least);
    if (ended && last - first >= FILLED * nodes) continue;
    isMoved ||= mass[s] > NOTICED;
    // A half that is cut is doubled; one that is too wide ends at its first node below `least`.
    const at = (m) => grid.mu[s * nodes + m];
    low[s] = first > 0 ? at(first - 1) : 2 * grid.low[s] - grid.mode[s];
    high[s] = last < nodes - 1 ? at(last + 1) : 2 * grid.high[s] - grid.mode[s];
    mode[s] = at(log.indexOf(top));
  }
  return isMoved ? withNodes(grid, low, mode, high) : null;
}

/** Nodes and weights of a rule on [low, mode] and [mode, high], into `x` and `weight` from `to`. */
export function bothSides(rule, low, mode, high, x, weight, to) {
  const size = rule.x.length;
  for (let i = 0; i < size; i++) {
    x[to + i] = low + (mode - low) * rule.x[i];
    weight[to + i] = (mode - low) * rule.weight[i];
    x[to + size + i] = mode + (high - mode) * rule.x[i];
    weight[to + size + i] = (high - mode) * rule.weight[i];
  }
}

/** About the standard deviation of mu_pop in slice s. */
export const widthOf = ({ low, high, drop }, s) => (high[s] - low[s]) / Math.sqrt(8 * drop);

/**
 * The factor on the weights of slice s for a function that is not even in t. The trapezoid rule
 * converges so fast at zero because the integrand is even in t; places change their order with the
 * sign of sigma_pop.
 */
export const oneSided = ({ t }, s) =>
  t === null || t[0] > 0 || s >= END_CORRECTED.length ? 1 : END_CORRECTED[s] * (s ? 1 : 2);

/** The profile's mode, height and bend, and the doctors' z there, at each of S values of sigma_pop. */
function slicesAt(modes, { known }, values) {
  const sigma = Float64Array.from(values);
  const [mode, height, bend] = [sigma.slice(), sigma.slice(), sigma.slice()];
  const z = Array.from(sigma, () => new Float64Array(known));
  const out = new Float64Array(4);
  for (let s = 0; s < sigma.length; s++) {
    modes.ofEverything(sigma[s], z[s], out);
    mode[s] = out[MODE];
    height[s] = out[HEIGHT];
    bend[s] = out[BEND];
  }
  return { sigma, mode, height, bend, z };
}

/**
 * The log posterior at the modes of mu_pop in `slicesAt`, with all z integrated over: by Laplace's
 * approximation, unless nearly all doctors have either successes or failures alone. There its errors
 * add up to tens of log units, and a peak may be missed.
 */
function givenMode(doctors, prior, { sigma, mode, height, z }) {
  if (shareOfSteps(doctors) < STEPS) return height;
  const inner = new Inner();
  const out = new Float64Array(NUMBERS);
  return sigma.map((value, s) => {
    let sum = logMu(prior, mode[s]);
    for (let u = 0; u < doctors.known; u++) {
      inner.integrate(doctors, u, mode[s], value, z[s][u], out);
      sum += doctors.copies[u] * out[LOG_Z];
    }
    return sum;
  });
}

/**
 * Nodes of sigma_pop that reach to where an approximation of the posterior, Laplace's over mu_pop, has
 * fallen by exp(-drop). The window is widened until the posterior ends inside, then narrowed until it
 * is filled.
 */
function laySigma(modes, doctors, prior, drop, finer) {
  // The scale on which the likelihood of sigma_pop bends near zero, and so does a new doctor's density.
  let information = 0;
  doctors.precision.forEach((p, u) => (information += doctors.copies[u] * p * p));
  const { sigma_scale, mu_scale } = prior;
  const scale = Math.min(1 / Math.max(information ** 0.25, 1e-6), sigma_scale, mu_scale);
  const size = finer * nodesSigma(doctors);
  let low = 0;
  let high = Math.asinh((6 * sigma_scale) / scale);
  for (let pass = 0; ; pass++) {
    const step = (high - low) / (size - 1);
    const t = Float64Array.from({ length: size }, (_, i) => low + step * i);
    const found = slicesAt(
      modes,
      doctors,
      t.map((value) => scale * Math.sinh(value)),
    );
    const logPrior = found.sigma.map(
      (value, i) => logSigma(prior, value) + Math.log(Math.cosh(t[i])),
    );
    const height = givenMode(doctors, prior, found);
    const log = logPrior.map((value, i) => value + height[i] - 0.5 * Math.log(found.bend[i]));
    const least = Math.max(...log) - drop;
    if (log[size - 1] > least && pass < 20) {
      high += Math.LN2;
      continue;
    }
    const first = Math.max(log.findIndex((value) => value > least) - 1, 0);
    const last = Math.min(log.findLastIndex((value) => value > least) + 1, size - 1);
    if (last - first > 0.7 * size || pass > 20) {
      const ends = (i) => (i === 0 || i === size - 1 ? 0.5 : 1); // at zero by symmetry
      const logWeight = logPrior.map((value, i) => value + Math.log(scale * step * ends(i)));
      return { ...found, logWeight, t, scale };
    }
    [low, high] = [t[first], t[last]];
  }
}

/** Where the profile has fallen by `drop`, give or take 2, on one side of the mode. */
function endOfMu(modes, { sigma, mode, height, bend, z }, s, side, drop, { mu_scale }) {
  const wide = Math.sqrt(2 * drop);
  const farthest = wide * mu_scale;
  const start = z[s].slice();
  const out = new Float64Array(4);
  let reach = Math.min(wide / Math.sqrt(bend[s]), farthest);
  let inside = 0; // not fallen far enough yet
  let outside = Infinity;
  for (let step = 0; step < 8; step++) {
    modes.profile(mode[s] + side * reach, sigma[s], start, out);
    const missing = height[s] - drop - out[HEIGHT];
    if (Math.abs(missing) < 2) break;
    if (missing > 0) outside = reach;
    else inside = reach;
    // Newton's step, where the profile is as concave as it nearly always is.
    let next = reach + (side * missing) / out[SLOPE];
    if (!(next > inside && next < outside))
      next = outside < Infinity ? 0.5 * (inside + outside) : 2 * reach;
    if (reach === farthest && next > reach) break;
    reach = Math.min(next, farthest);
  }
  return mode[s] + side * reach;
}

/**
 * Where a slice's integrals are taken: `at`, K values of mu_pop, and `toNodes`, the matrix M x K
 * from values there to values at the nodes `mu`; null where they are taken at the nodes.
 *
 * How many Chebyshev nodes a slice needs follows from the nearest singularity: the likelihood has
 * one at pi * i in the complex plane, or `near`, and the integral over z moves it away, by 2.5 to 4
 * sigma as measured.
 */
function samplesOf(low, high, sigma, near, mu) {
  const half = 0.5 * (high - low);
  const away = near + 2.5 * sigma;
  const size = Math.max(Math.ceil(-Math.log(INTERPOLATION) / Math.asinh(away / half)), 5);
  if (size >= mu.length - 2) return { at: mu, toNodes: null };
  const at = chebyshev(size).x.map((x) => low + half * (1 + x));
  const place = mu.map((value) => (value - low) / half - 1);
  return { at, toNodes: fromChebyshev(size, place) };
}
