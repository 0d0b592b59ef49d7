// What the pooling dial shows besides the posterior: the range of true rates, distances, the order of
// rows. Pure functions, the same numbers as shrinkage/demos/pooling_dial.py.
import { expit } from "../posterior/posterior.js";
import { problemWithCounts } from "../shared/clinic.js";
import { outside } from "../shared/ranges.js";

export const RANGES = {
  sigma_pop: ["the spread between doctors, sigma_pop", 0, 100, "or none"],
};
export const NO_POOLING = 100; // where the button for it puts the dial
export const ALONE = 20; // sigma_pop from which estimates are the raw rates: called no pooling

/** Where the dial can rest: fine where data usually put sigma_pop, ever coarser towards no pooling. */
export const STOPS = [
  0,
  0.02,
  ...Array.from({ length: 20 }, (_, i) => (i + 1) / 20), // 0.05 to 1
  ...Array.from({ length: 10 }, (_, i) => (i + 11) / 10), // 1.1 to 2
  ...[2.25, 2.5, 2.75, 3, 3.5, 4, 5, 7, 10, 15, 20, 30, 50, NO_POOLING],
];

/** A sentence on what is wrong with a state, or null. */
export const problem = (state) => outside(state, RANGES) ?? problemWithCounts(state.counts);

/** Between which success rates 19 in 20 doctors truly lie. */
export const trueRange = (typical, sigma) =>
  [-1.96, 1.96].map((deviations) => expit(typical + deviations * sigma));

/** Mean distance of the estimates from the raw rates and from the rate of all patients together. */
export function distances(mean, { successes, trials, raw }) {
  const sum = (values) => values.reduce((a, b) => a + b, 0);
  const seen = raw.flatMap((value, j) => (value === null ? [] : [j]));
  if (!seen.length) return null;
  const together = sum(successes) / sum(trials);
  return {
    fromRaw: sum(seen.map((j) => Math.abs(mean[j] - raw[j]))) / seen.length,
    fromTogether: sum(seen.map((j) => Math.abs(mean[j] - together))) / seen.length,
  };
}

/** Indices of the doctors from the top row to the bottom row: by caseload. */
export const sorted = (trials) =>
  trials.map((_, j) => j).sort((a, b) => trials[a] - trials[b] || a - b);

/**
 * The two doctors that the sentences name, both with patients: the lowest and the highest raw rate,
 * of equals the one with the fewest patients. Where all are equal, the fewest patients and the most.
 */
export function extremes({ trials, raw }) {
  const seen = sorted(trials).filter((j) => raw[j] !== null);
  if (!seen.length) return [];
  const low = seen.reduce((a, b) => (raw[b] < raw[a] ? b : a));
  const high = seen.reduce((a, b) => (raw[b] > raw[a] ? b : a));
  if (low !== high) return [low, high];
  return seen.length > 1 ? [seen[0], seen.at(-1)] : [low];
}
