// What the priors say before any data: pure functions, the same numbers as
// shrinkage/demos/prior_lens.py.
import { expit, logit } from "../posterior/posterior.js";
import { MOST, problemWithCounts } from "../shared/clinic.js";
import { outside } from "../shared/ranges.js";
import { atOnce, SIGNS } from "../shared/slices.js";

export const USUAL = { mu_scale: 1.5, sigma_scale: 1 }; // the course's priors
export const WIDE = { mu_scale: 10 }; // often chosen as a prior that says nothing
export const BINS = 20;

export const RANGES = {
  mu_scale: ["the scale of the prior on mu_pop", 0.1, 20],
  sigma_scale: ["the scale of the prior on sigma_pop", 0.05, 20],
  doctors: ["how many doctors have been seen", 1, MOST.doctors, "whole or none"],
};
const COARSE = [1.5, 2, 2.5, 3, 4, 5, 7, 10, 15, 20];
export const MU_STOPS = [0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.25, ...COARSE];
export const SIGMA_STOPS = [0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 1.25, ...COARSE];

const NODES = 400;
const REACH = 9; // standard deviations beyond which a normal density is negligible: 3e-18 of its top

/** A sentence on what is wrong with a state, or null. */
export const problem = (state) => outside(state, RANGES) ?? problemWithCounts(state.counts);

/** Whether these are the course's priors. */
export const isUsual = ({ mu_scale, sigma_scale }) =>
  mu_scale === USUAL.mu_scale && sigma_scale === USUAL.sigma_scale;

/** How many doctors of the table have been seen. */
export const seen = ({ counts, doctors }) => Math.min(doctors ?? counts.length, counts.length);

/** Probability below `z` under a standard normal: Abramowitz and Stegun 7.1.26, right to 1e-7. */
export function normalCdf(z) {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const series =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = 0.5 * series * Math.exp(-x * x);
  return z > 0 ? 1 - tail : tail;
}

/**
 * Prior probability of each of a list of log-odds or less: normal around 0 given sigma_pop, with
 * variance mu_scale² + sigma_pop². With sigma_pop = mu_scale * sinh(v) that standard deviation is
 * mu_scale * cosh(v), and the trapezoid rule in v serves any two scales. In slices (see slices.js).
 */
function* priorCdf(logOdds, { mu_scale, sigma_scale }) {
  const ratio = sigma_scale / mu_scale;
  const end = Math.asinh(REACH * ratio);
  const below = new Float64Array(logOdds.length);
  let total = 0;
  for (let k = 0; k < NODES; k++) {
    const v = (end * k) / (NODES - 1);
    const [t, stretch] = [Math.sinh(v) / ratio, Math.cosh(v)];
    const half = k === 0 || k === NODES - 1 ? 0.5 : 1;
    const weight = half * Math.exp(-0.5 * t * t) * stretch;
    total += weight;
    for (let i = 0; i < below.length; i++)
      below[i] += weight * normalCdf(logOdds[i] / (mu_scale * stretch));
    if (k % SIGNS === 0) yield;
  }
  return below.map((sum) => sum / total);
}

/** Share of doctors in each 5 % of success rate before any data, in slices. */
export function* priorShares(scales) {
  const edges = Float64Array.from({ length: BINS - 1 }, (_, i) => logit((i + 1) / BINS));
  const cumulative = [0, ...(yield* priorCdf(edges, scales)), 1];
  return Float64Array.from({ length: BINS }, (_, i) => cumulative[i + 1] - cumulative[i]);
}

/** The same under the course's priors. */
export const USUAL_SHARES = atOnce(priorShares(USUAL));

/** Share of doctors below 5 % or above 95 %. */
export const extreme = (shares) => shares[0] + shares.at(-1);

/** Between which rates the typical doctor lies before any data, with 95 % probability. */
export const typicalRange = ({ mu_scale }) => [-1.96, 1.96].map((z) => expit(z * mu_scale));

/** The doctor whose estimate is farthest from the other, and by how much: { j, by }. */
export function farthest(mean, other) {
  let j = 0;
  const away = (i) => Math.abs(mean[i] - other[i]);
  for (let i = 1; i < mean.length; i++) if (away(i) > away(j)) j = i;
  return { j, by: away(j) };
}
