// What the demo decides from the posterior: pure functions, the same numbers as
// shrinkage/demos/who_is_best.py.
import { columns, problemWithCounts } from "../shared/clinic.js";
import { outside } from "../shared/ranges.js";

/** What each number means and which values it takes, as in Python's traits. */
export const RANGES = {
  standard: ["the standard", 0.01, 0.99],
  missing: ["the cost of missing a doctor below the standard", 1, 100, "whole"],
  accusing: ["the cost of accusing a doctor who meets it", 1, 100, "whole"],
};

/** The standards that the slider can take: whole percents. */
export const STANDARDS = Array.from({ length: 99 }, (_, i) => (i + 1) / 100);

/** A sentence on what is wrong with a state, or null. */
export function problem(state) {
  if (typeof state.hand !== "string") return "Here hand is a doctor’s name.";
  return outside(state, RANGES) ?? problemWithCounts(state.counts);
}

/** The probability of being below the standard beyond which a review costs less than none. */
export const threshold = ({ missing, accusing }) => accusing / (missing + accusing);

/**
 * Whom to review at least expected cost, whom a rule that compares raw rates with the standard would
 * review, and what either decision about each doctor costs in expectation.
 *
 * `above` is the probability of each doctor of being at or above the standard, `raw` has null
 * without patients.
 */
export function decide(above, raw, { standard, missing, accusing }) {
  const below = Float64Array.from(above, (p) => 1 - p);
  const leave = below.map((p) => missing * p);
  const accuse = below.map((p) => accusing * (1 - p));
  const review = Array.from(below, (_, j) => leave[j] > accuse[j]);
  const rawReview = raw.map((rate) => rate !== null && rate < standard);
  const cost = below.map((_, j) => (review[j] ? accuse[j] : leave[j]));
  const rawCost = below.map((_, j) => (rawReview[j] ? accuse[j] : leave[j]));
  const total = (costs) => costs.reduce((sum, value) => sum + value, 0);
  return {
    below,
    leave,
    accuse,
    review,
    rawReview,
    cost,
    rawCost,
    total: total(cost),
    rawTotal: total(rawCost),
    expectedBelow: total(below),
  };
}

/** Places in the league table of raw rates: equal rates share the better one, null has none. */
export function places(raw) {
  const first = new Map(); // the place that each rate shares
  const rates = raw.filter((rate) => rate !== null).sort((a, b) => b - a);
  for (const [i, rate] of rates.entries()) if (!first.has(rate)) first.set(rate, i + 1);
  return raw.map((rate) => first.get(rate) ?? null);
}

const tables = new WeakMap(); // what follows from each league table, which is never changed in place

/** A league table's columns, with the places by raw rate. */
export function tableOf(counts) {
  if (!tables.has(counts)) {
    const table = columns(counts);
    tables.set(counts, { ...table, place: places(table.raw) });
  }
  return tables.get(counts);
}

/** Index of the doctor in hand; where none is, of the one at the top of the raw table. */
export function inHand({ counts, hand }) {
  const { names, place } = tableOf(counts);
  const at = names.indexOf(hand);
  return at < 0 ? Math.max(place.indexOf(1), 0) : at;
}

/** Indices of the doctors from the highest estimate to the lowest. */
export const byEstimate = (mean) =>
  Array.from(mean, (_, j) => j).sort((a, b) => mean[b] - mean[a] || a - b);

const LEVELS = 16; // shades of a cell

/** The highest of all probabilities, in slices (see slices.js). */
export function* highest(ranks) {
  let most = 0;
  for (const row of ranks) {
    for (let r = 0; r < row.length; r++) if (row[r] > most) most = row[r];
    yield;
  }
  return most;
}

/**
 * The probability that gets the darkest shade, from the highest of so many doctors: with many no place
 * is very probable.
 */
export const darkest = (most, doctors) => Math.min(most, Math.max(20 / doctors, 0.02));

/** The shade of a probability, from 0 (none) to 1; its square root, so that small ones still show. */
export const shade = (p, top) =>
  Math.round(LEVELS * Math.sqrt(Math.min(Math.max(p, 0) / top, 1))) / LEVELS;

/**
 * The cells of the rows in `order`, as runs of equal shade: a Map from a shade above 0 to a list
 * of [row, first place, place after the last], places counted from 0.
 */
export function runs(ranks, order, top) {
  const found = new Map();
  order.forEach((j, row) => {
    const levels = Array.from(ranks[j], (p) => shade(p, top));
    for (let from = 0, r = 1; r <= levels.length; r++) {
      if (levels[r] === levels[from]) continue;
      if (levels[from] > 0) {
        if (!found.has(levels[from])) found.set(levels[from], []);
        found.get(levels[from]).push([row, from, r]);
      }
      from = r;
    }
  });
  return found;
}
