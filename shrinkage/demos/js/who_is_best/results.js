// The results as a table of numbers.
import { rawInWords } from "../shared/clinic.js";
import { grouped, percent } from "../shared/dom.js";
import { rankSummary } from "../shared/ranks.js";
import { chance, cost } from "./describe.js";

export const HEADINGS = [
  "doctor",
  "patients",
  "raw rate",
  "estimate",
  "is best",
  "below the standard",
  "median place, 95\u00a0% interval",
  "model",
  "raw rates",
  "expected cost, model",
  "expected cost, raw rates",
];

/** What the table says of a doctor; `current` are the ranks, null while they are computed. */
export function rowInNumbers(j, { names, trials, raw }, { found, decision, current }) {
  const rank = current && rankSummary(current[j]);
  return [
    names[j],
    grouped(trials[j]),
    rawInWords(raw[j]),
    percent(found.mean[j]),
    current ? chance(current[j][0], names.length === 1) : "computing",
    chance(decision.below[j]),
    rank ? `${rank.median}, ${rank.low} to ${rank.high}` : "computing",
    decision.review[j] ? "review" : "no review",
    decision.rawReview[j] ? "review" : "no review",
    cost(decision.cost[j]),
    cost(decision.rawCost[j]),
  ];
}

/** The last line of the table. */
export function totalInNumbers({ trials }, decision) {
  const reviewed = (flags) => grouped(flags.filter(Boolean).length);
  return [
    "all",
    grouped(trials.reduce((sum, n) => sum + n, 0)),
    "",
    "",
    "",
    `${decision.expectedBelow.toFixed(1)} expected`,
    "",
    reviewed(decision.review),
    reviewed(decision.rawReview),
    cost(decision.total),
    cost(decision.rawTotal),
  ];
}
