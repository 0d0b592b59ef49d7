// What the shrinkage plot shows besides the posterior: the order of rows, names.
// Pure functions, the same numbers as shrinkage/demos/shrinkage_plot.py.
import { problemWithCounts } from "../shared/clinic.js";

const ORDERS = ["caseload", "estimate", "table"];

/** A sentence on what is wrong with a state, or null. */
export function problem({ counts, order, hand }) {
  if (!ORDERS.includes(order)) return `Here the order is one of ${ORDERS.join(", ")}.`;
  if (typeof hand !== "string") return "Here hand is a doctor’s name.";
  return problemWithCounts(counts, true);
}

/** Indices of the doctors from the top row to the bottom row. */
export function sorted(order, trials, mean) {
  const rows = trials.map((_, j) => j);
  if (order === "caseload") rows.sort((a, b) => trials[a] - trials[b] || a - b);
  if (order === "estimate") rows.sort((a, b) => mean[b] - mean[a] || a - b);
  return rows;
}

/** Index of the doctor in hand, whose counts the sliders change: the first where none is. */
export const inHand = ({ counts, hand }) =>
  Math.max(
    counts.findIndex(([name]) => name === hand),
    0,
  );

/** A row's successes, or the middle of what they lie within. */
export const middle = ([, successes, , , bounds]) =>
  successes ?? Math.round((bounds[0] + bounds[1]) / 2);

/** The first free name for another doctor: Dr. K after Dr. J. */
export function freeName(names) {
  for (let i = 0; ; i++) {
    const letter = String.fromCharCode(65 + (i % 26));
    const name = `Dr. ${letter}${i < 26 ? "" : Math.floor(i / 26) + 1}`;
    if (!names.includes(name)) return name;
  }
}

/** Another caseload for a doctor whose raw rate stays as near as whole patients allow. */
export const withCaseload = (rate, trials) => [Math.round((rate ?? 1) * trials), trials];
