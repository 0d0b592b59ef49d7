// The inner integral: over z in alpha_j = mu_pop + sigma_pop * z, for one doctor at one pair of mu_pop
// and sigma_pop.
//
// The integrand is log-concave with a curvature of at least one. Where it is so narrow that the
// likelihood hardly bends, Gauss-Hermite nodes are laid around its mode; elsewhere it is followed to
// where it has fallen by exp(-DROP) on either side, and summed at evenly spaced nodes: the trapezoid
// rule converges exponentially, as the integrand is analytic and nothing at both ends. With a large
// sigma_pop the likelihood is nearly a step in z, unless it is narrow, and the step may lie far from
// the mode: the nodes are crowded around the step. Together these hold for one patient and for a
// million, for sigma_pop zero and huge.
//
// Where a count is known within bounds alone, the integral is the sum of those of all counts that it
// allows: each of them is of that kind, and their sum, a window with two ends, is not.
import { LOG_SQRT_2PI } from "./inputs.js";
import { logOfCount, softplus } from "./likelihood.js";
import { ofDoctor } from "./modes.js";
import { hermite } from "./quadrature.js";

// A number after a comment's colon: the threshold's error, in the unit that posterior.js names.
export const DROP = 14; // integrands are followed until they have fallen by exp(-14), 8e-7: 0.4
export const REACH = Math.sqrt(2 * DROP); // where a normal density has fallen so far, in sds
const NEAR = 2; // how far the log at an end may be from top - DROP to be left there: 0.01
const NODES = 15; // of the trapezoid rule from end to end: 0.02
export const WIDE = 1.5; // sigma_pop above which a likelihood is nearly a step in z: 0.03
const STEP_WIDE = 0.16; // of v, in the same rule there: 0.05
const NARROW = 0.4; // sd of alpha in log-odds below which the integrand is nearly normal: 0.01
const NODES_NARROW = 7; // Gauss-Hermite nodes there: 0.003

// Entries of `out` in `Inner.integrate`: the log of the integral; the mean of theta, and after it the
// variance; the same of alpha.
export const LOG_Z = 0;
export const THETA = 1;
export const ALPHA = 3;
export const NUMBERS = 5; // of one integral

/**
 * How far from the mode z, with its sign, an integrand of height exp(top) has fallen by DROP, give or
 * take NEAR, or by more where two steps do not get there; searched from `way`. `mu` includes the
 * doctor's offset; `known` is the entry of `allowed`.
 */
export function fallen(s, n, known, mu, sigma, z, top, way, theta) {
  for (let step = 0; step < 2; step++) {
    const at = z + way;
    const a = mu + sigma * at;
    const log = logOfCount(known, s, a) - n * softplus(a, theta);
    const missing = top - DROP - (log - 0.5 * at * at);
    if (Math.abs(missing) < NEAR) break;
    way += missing / (sigma * ((known ? known.mean : s) - n * theta[0]) - at);
    way = Math.min(Math.max(way, -REACH), REACH);
  }
  return way;
}

/** The trapezoid rule on [0, 1], for an integrand that is nothing at both ends. */
const EVEN = {
  x: Float64Array.from({ length: NODES }, (_, k) => k / (NODES - 1)),
  weight: new Float64Array(NODES).fill(1 / (NODES - 1)),
};

const room = (size) => ({ x: new Float64Array(size), weight: new Float64Array(size) });

/** One doctor's integrals, at any pair of mu_pop and sigma_pop. */
export class Inner {
  #theta = new Float64Array(1); // where `softplus` writes expit(a)
  // Sums over the nodes: of the mass; of the mass times theta's distance from its value at the mode,
  // and times the square of that; the same of alpha.
  #sums = new Float64Array(5);
  #across = room(64); // for the rule across a step; grows
  #one = new Float64Array(NUMBERS); // the integrals of one count of several

  /** The integrals of likelihood u at (mean, sigma), given the mode z; five numbers in `out`. */
  integrate({ s, n, offset, allowed, rough }, u, mean, sigma, z, out) {
    if (allowed[u]) return this.#ofMany(allowed[u], offset[u], mean, sigma, z, out);
    const theta = this.#theta;
    const sums = this.#sums;
    const mu = mean + offset[u];
    const alpha = mu + sigma * z;
    const top = s[u] * alpha - n[u] * softplus(alpha, theta) - 0.5 * z * z;
    const rate = theta[0];
    const sd = 1 / Math.sqrt(1 + sigma * sigma * n[u] * rate * (1 - rate));
    if (sigma * sd < NARROW) {
      this.#sum(s[u], n[u], rate, mu, sigma, z, top, 0, sd, hermite(NODES_NARROW), NODES_NARROW);
    } else {
      const low = fallen(s[u], n[u], null, mu, sigma, z, top, -REACH * sd, theta);
      const high = fallen(s[u], n[u], null, mu, sigma, z, top, REACH * sd, theta);
      if (sigma > WIDE) {
        const size = this.#layAcross((rough[u] - mean) / sigma - z, low, high, sigma);
        this.#sum(s[u], n[u], rate, mu, sigma, z, top, 0, 1, this.#across, size);
      } else this.#sum(s[u], n[u], rate, mu, sigma, z, top, low, high - low, EVEN, NODES);
    }
    out[LOG_Z] = top + Math.log(sums[0]) - LOG_SQRT_2PI;
    this.#moments(THETA, rate, out);
    this.#moments(ALPHA, mean + sigma * z, out);
  }

  /** Those of all counts that are allowed, each as likely as its own integral says. */
  #ofMany(known, offset, mean, sigma, z, out) {
    const { n, fewest, most } = known;
    const one = this.#one;
    const count = { s: [0], n: [n], offset: [offset], allowed: [null], rough: [0] };
    let [top, total] = [-Infinity, 0];
    out.fill(0);
    for (let k = fewest; k <= most; k++) {
      z = ofDoctor(k, n, null, mean + offset, sigma, z, this.#theta);
      count.s[0] = k;
      count.rough[0] = Math.log((k + 0.5) / (n - k + 0.5)) - offset;
      this.integrate(count, 0, mean, sigma, z, one);
      const log = one[LOG_Z] + known.logBinomial(k);
      const kept = log > top ? Math.exp(top - log) : 1; // of the sums so far, on the new scale
      top = Math.max(top, log);
      const weight = Math.exp(log - top);
      const before = total * kept;
      total = before + weight;
      for (const i of [THETA, ALPHA]) {
        const away = one[i] - out[i];
        out[i] += (away * weight) / total;
        out[i + 1] += ((one[i + 1] - out[i + 1]) * weight) / total;
        out[i + 1] += (away * away * weight * before) / (total * total);
      }
    }
    out[LOG_Z] = top + Math.log(total);
  }

  /** Mean and variance into entries `first` and the next of `out`; `peak` is the value at the mode. */
  #moments(first, peak, out) {
    const sums = this.#sums;
    const away = sums[first] / sums[0];
    out[first] = peak + away;
    out[first + 1] = Math.max(sums[first + 1] / sums[0] - away * away, 0);
  }

  /**
   * The trapezoid rule in v, where z = step + sinh(v) / sigma: the step that the likelihood nearly is
   * is about 1 / sigma wide, and nodes lie further apart with the distance from it. Distances are from
   * the mode.
   */
  #layAcross(step, low, high, sigma) {
    const at = Math.min(Math.max(step, low), high);
    const first = Math.asinh(sigma * (low - at));
    const whole = Math.asinh(sigma * (high - at)) - first;
    const size = Math.ceil(whole / STEP_WIDE) + 1;
    if (size > this.#across.x.length) this.#across = room(2 * size);
    const { x, weight } = this.#across;
    const length = whole / (size - 1);
    let growth = Math.exp(first);
    const factor = Math.exp(length);
    for (let i = 0; i < size; i++) {
      x[i] = at + (0.5 * (growth - 1 / growth)) / sigma;
      weight[i] = (0.5 * length * (growth + 1 / growth)) / sigma;
      growth *= factor;
    }
    return size;
  }

  /** The sums over the `size` nodes z + from + way * x of a rule. */
  #sum(s, n, rate, mu, sigma, z, top, from, way, { x, weight }, size) {
    const theta = this.#theta;
    let mass = 0;
    let first = 0;
    let second = 0;
    let alpha = 0;
    let square = 0;
    for (let i = 0; i < size; i++) {
      const at = z + from + way * x[i];
      const away = sigma * (from + way * x[i]);
      const a = mu + sigma * at;
      let here = weight[i] * Math.exp(s * a - n * softplus(a, theta) - 0.5 * at * at - top);
      const off = theta[0] - rate;
      mass += here;
      alpha += here * away;
      square += here * away * away;
      here *= off;
      first += here;
      second += here * off;
    }
    const sums = this.#sums;
    sums[0] = way * mass;
    sums[THETA] = way * first;
    sums[THETA + 1] = way * second;
    sums[ALPHA] = way * alpha;
    sums[ALPHA + 1] = way * square;
  }
}
