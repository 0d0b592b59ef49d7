// The integrands' modes by Newton's method, for one doctor and for a whole population.
//
// The log posterior of mu_pop and all z_j together, in alpha_j = mu_pop + sigma_pop * z_j, is
// concave for any sigma_pop. Its curvature changes by at most a factor of exp(d) where no alpha_j
// moves by more than d, so a Newton step that would move one far is shortened to log(1 + d), and the
// method ends at the mode from anywhere.
//
// Source: Sun and Tran-Dinh (2019), Mathematical Programming 178, 145-213, theorem 2.
import { logMu } from "./inputs.js";
import { curvature, logOfCount, softplus } from "./likelihood.js";

// A number after a comment's colon: the threshold's error, in the unit that posterior.js names.
const CLOSE = 0.01; // standard deviations from the mode, enough to lay a grid around it: 0.005
const STEPS = 100; // at most; ten are many
const FULL = 0.7; // log-odds: a Newton step up to this length converges without being shortened

/** The share of a Newton step to take, from how far it would move a log-odds. */
const damped = (moved) => (moved > FULL ? Math.log1p(moved) / moved : 1);

/** The mode of z if the doctor's likelihood were a normal density around the raw log-odds. */
export function firstGuess({ rough, precision }, u, mu, sigma) {
  const pull = sigma * precision[u];
  return ((rough[u] - mu) * pull) / (1 + sigma * pull);
}

/**
 * The mode over z of s * a - n * softplus(a) - z * z / 2 at a = mu + sigma * z, searched from z.
 * `mu` includes the doctor's offset; `known` is the entry of `allowed`, whose sum over counts stands
 * where s * a does.
 */
export function ofDoctor(s, n, known, mu, sigma, z, theta) {
  for (let step = 0; step < STEPS; step++) {
    const a = mu + sigma * z;
    softplus(a, theta);
    known?.log(a);
    const slope = sigma * ((known ? known.mean : s) - n * theta[0]) - z;
    const stiff = 1 + sigma * sigma * curvature(known, n, theta[0]);
    if (slope * slope < CLOSE * CLOSE * stiff) break;
    const move = slope / stiff;
    z += damped(Math.abs(sigma * move)) * move;
  }
  return z;
}

// Entries of `out` in `profile` and `ofEverything`: the log posterior of mu_pop given sigma_pop by
// Laplace's approximation over all z; its slope; minus its curvature, but for that of the
// approximation's factor; and, from `ofEverything` alone, the mode of mu_pop.
export const HEIGHT = 0;
export const SLOPE = 1;
export const BEND = 2;
export const MODE = 3;

/**
 * A population's modes.
 *
 * Height and slope include Laplace's factor over all z: without it the mode of mu_pop, around which
 * the grid is laid, would be biased where many doctors have few patients.
 */
export class Modes {
  #doctors;
  #prior;
  #slope; // of each doctor's log posterior along z; in ofEverything then the step of z
  #stiff; // minus its curvature
  #cross; // how far the mode of z falls when mu_pop rises by one
  #theta = new Float64Array(1);

  constructor(doctors, prior) {
    this.#doctors = doctors;
    this.#prior = prior;
    this.#slope = new Float64Array(doctors.known);
    this.#stiff = new Float64Array(doctors.known);
    this.#cross = new Float64Array(doctors.known);
  }

  /** The mode over mu_pop and all z at sigma; fills `z`, and all four numbers of `out`. */
  ofEverything(sigma, z, out) {
    const { known } = this.#doctors;
    let mu = this.#firstMu(sigma);
    for (let u = 0; u < known; u++) z[u] = firstGuess(this.#doctors, u, mu, sigma);
    for (let step = 0; step < STEPS; step++) {
      this.#look(mu, sigma, z, out);
      const move = out[SLOPE] / out[BEND];
      let far = move * move * out[BEND];
      let moved = 0;
      for (let u = 0; u < known; u++) {
        const stepZ = this.#slope[u] / this.#stiff[u] - this.#cross[u] * move;
        this.#slope[u] = stepZ;
        far = Math.max(far, stepZ * stepZ * this.#stiff[u]);
        moved = Math.max(moved, Math.abs(move + sigma * stepZ));
      }
      if (far < CLOSE * CLOSE) break;
      const share = damped(moved);
      mu += share * move;
      for (let u = 0; u < known; u++) z[u] += share * this.#slope[u];
    }
    this.profile(mu, sigma, z, out);
    out[MODE] = mu;
  }

  /** Height, slope and bend at mu, every z at its mode given mu: searched from `z`, left there. */
  profile(mu, sigma, z, out) {
    const { s, n, offset, allowed, copies, known } = this.#doctors;
    const theta = this.#theta;
    let height = logMu(this.#prior, mu);
    let laplace = 1; // the product of all; its logarithm is taken when it grows large
    for (let u = 0; u < known; u++) {
      const own = allowed[u];
      z[u] = ofDoctor(s[u], n[u], own, mu + offset[u], sigma, z[u], theta);
      const a = mu + offset[u] + sigma * z[u];
      const log = logOfCount(own, s[u], a) - n[u] * softplus(a, theta);
      height += copies[u] * (log - 0.5 * z[u] * z[u]);
      const stiff = 1 + sigma * sigma * curvature(own, n[u], theta[0]);
      if (copies[u] === 1) laplace *= stiff;
      else height -= 0.5 * copies[u] * Math.log(stiff);
      if (laplace > 1e200) {
        height -= 0.5 * Math.log(laplace);
        laplace = 1;
      }
    }
    this.#look(mu, sigma, z, out);
    out[HEIGHT] = height - 0.5 * Math.log(laplace);
  }

  /** Slope and bend at mu into `out`, and each doctor's slope, stiffness and cross term at z. */
  #look(mu, sigma, z, out) {
    const { s, n, offset, allowed, copies, known } = this.#doctors;
    const { mu_loc, mu_scale } = this.#prior;
    const theta = this.#theta;
    const variance = sigma * sigma;
    let bend = 1 / (mu_scale * mu_scale);
    let slope = -(mu - mu_loc) * bend;
    let tilt = 0;
    for (let u = 0; u < known; u++) {
      const a = mu + offset[u] + sigma * z[u];
      softplus(a, theta);
      const own = allowed[u];
      own?.log(a);
      const bends = curvature(own, n[u], theta[0]);
      const stiff = 1 + variance * bends;
      const share = bends / stiff;
      const first = (own ? own.mean : s[u]) - n[u] * theta[0];
      const slopeZ = sigma * first - z[u];
      this.#slope[u] = slopeZ;
      this.#stiff[u] = stiff;
      this.#cross[u] = sigma * share;
      bend += copies[u] * share;
      slope += copies[u] * (first - sigma * share * slopeZ);
      tilt -= (copies[u] * share * (0.5 - theta[0])) / stiff;
    }
    out[SLOPE] = slope + variance * tilt;
    out[BEND] = bend;
  }

  #firstMu(sigma) {
    const { rough, precision, copies, known } = this.#doctors;
    let total = 1 / (this.#prior.mu_scale * this.#prior.mu_scale);
    let sum = total * this.#prior.mu_loc;
    for (let u = 0; u < known; u++) {
      const weight = copies[u] / (1 / Math.max(precision[u], 1e-12) + sigma * sigma);
      total += weight;
      sum += weight * rough[u];
    }
    return sum / total;
  }
}
