// The league table's simulation: pure functions, the same numbers as shrinkage/demos/league_table.py
// (which documents each of them).
import { numbers, pcg4d, UINT32 } from "../shared/pcg4d.js";
import { outside } from "../shared/ranges.js";

/** Patients each doctor sees: equal ratios from the smallest to the largest caseload. */
export function caseloads({ doctors, smallest, largest }) {
  return Array.from({ length: doctors }, (_, doctor) =>
    Math.floor(smallest * (largest / smallest) ** (doctor / (doctors - 1)) + 0.5),
  );
}

/** True success rate of each doctor: log-odds normal around those of `rate`, sd `spread`. */
function trueRates({ doctors, rate, spread, seed }) {
  return Array.from({ length: doctors }, (_, doctor) => {
    pcg4d(seed, 0, doctor, 0); // year 0 is when the doctors are made
    const [u, v] = [(numbers[0] + 0.5) / UINT32, (numbers[1] + 0.5) / UINT32];
    const normal = Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v); // Box and Muller, 1958
    const oddsRatio = Math.exp(spread * normal);
    return (rate * oddsRatio) / (1 - rate + rate * oddsRatio);
  });
}

/** Successes of one doctor in one year: patients whose own uniform number lies below the rate. */
export function successes(caseload, rate, seed, year, doctor) {
  const below = rate * UINT32;
  let count = 0;
  for (let patient = 0; patient < caseload; patient += 4) {
    pcg4d(seed, year, doctor, patient >>> 2);
    const end = Math.min(4, caseload - patient);
    for (let lane = 0; lane < end; lane++) if (numbers[lane] < below) count++;
  }
  return count;
}

/** The doctors of a state: what stays the same from year to year. */
export function makeDoctors(state) {
  const caseload = caseloads(state);
  return {
    seed: state.seed,
    caseload,
    trueRate: trueRates(state),
    isLowN: caseload.map((n) => n < state.low_n),
  };
}

/** One year of these doctors; equal raw rates share a place. */
export function drawYear({ seed, caseload, trueRate }, year) {
  const count = caseload.map((n, doctor) => successes(n, trueRate[doctor], seed, year, doctor));
  const rawRate = count.map((successes, doctor) => successes / caseload[doctor]);
  const order = rawRate.map((_, doctor) => doctor).sort((a, b) => rawRate[b] - rawRate[a] || a - b);
  const place = [];
  order.forEach((doctor, i) => {
    const above = order[i - 1];
    place[doctor] = i && rawRate[above] === rawRate[doctor] ? place[above] : i + 1;
  });
  const all = (rate) => order.filter((doctor) => rawRate[doctor] === rate);
  return {
    year,
    successes: count,
    rawRate,
    order,
    place,
    first: all(rawRate[order[0]]),
    last: all(rawRate[order.at(-1)]),
  };
}

/** An empty count of the places that low-N doctors take. */
export const emptyTally = () => ({ years: 0, first: 0, last: 0 });

/** Count the next year: k doctors who share a place hold 1/k of it each. */
export function countYear(tally, doctors) {
  const { first, last } = drawYear(doctors, ++tally.years);
  const lowN = (place) => place.filter((doctor) => doctors.isLowN[doctor]).length / place.length;
  tally.first += lowN(first);
  tally.last += lowN(last);
}

/**
 * Limits that a raw rate of `n` patients keeps by chance with probability `coverage`:
 * binomial quantiles, interpolated between whole successes (Spiegelhalter 2005, appendix A.1.1).
 */
export function funnelLimits(n, rate, coverage) {
  const tail = (1 - coverage) / 2;
  const limit = (probability) => {
    // Probabilities of 0, 1, … successes by their ratio, in logs because (1 - rate)**n may underflow.
    let log = n * Math.log1p(-rate);
    let below = 0;
    for (let r = 0; ; r++) {
      const step = Math.exp(log);
      if (below + step >= probability || r === n)
        return Math.min(1, Math.max(0, (r - (below + step - probability) / step) / n));
      below += step;
      log += Math.log(((n - r) / (r + 1)) * (rate / (1 - rate)));
    }
  };
  return [limit(tail), limit(1 - tail)];
}

/** What each part of the state means, its lowest and highest value, and whether it is whole. */
export const RANGES = {
  doctors: ["the number of doctors", 2, 200, "whole"],
  rate: ["the typical true success rate", 0.01, 0.99],
  spread: ["the true spread between doctors", 0, 2],
  smallest: ["the smallest caseload", 1, 1000, "whole"],
  largest: ["the largest caseload", 1, 1000, "whole"],
  low_n: ["the caseload below which a doctor is low-N", 2, 1001, "whole"],
  seed: ["the seed", 0, UINT32 - 1, "whole"],
  year: ["the year", 1, 10000, "whole"],
};

/** A sentence on what is wrong with a state, or null. */
export function problem(state) {
  const wrong = outside(state, RANGES);
  if (wrong) return wrong;
  if (state.smallest > state.largest)
    return "Here the smallest caseload cannot exceed the largest.";
  return null;
}
