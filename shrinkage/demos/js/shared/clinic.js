// A league table, rows [doctor, successes, trials], as Python's `Clinic` holds it: what can be in
// one, and the sentence for what cannot.
import { counted, grouped, percent } from "./dom.js";

export const MOST = { doctors: 500, patients: 1_000_000, name: 60 };

/**
 * A sentence on what is wrong with a row's entries, or null; `where` names the row, `what` the
 * column of successes where it has another name.
 */
export function problemWithRow(where, name, successes, trials, what = "successes") {
  if (typeof name !== "string" || !name.trim() || name.trim().length > MOST.name)
    return `${where} needs a name of 1 to ${MOST.name} characters.`;
  for (const [column, count] of [
    [what, successes],
    ["patients", trials],
  ])
    if (!(Number.isInteger(count) && 0 <= count && count <= MOST.patients))
      return (
        `${where} (${name}) needs a whole number of ${column} from 0 to ${grouped(MOST.patients)}` +
        `${typeof count === "string" ? `, and has “${count}”` : ""}.`
      );
  if (successes > trials)
    return (
      `${where} (${name}) has ${grouped(successes)} ${what} among ${counted(trials, "patient")}; ` +
      "there cannot be more."
    );
  return null;
}

let judged = {}; // the last table and its judgement: one of hundreds of rows takes a while to read

/** A sentence on what is wrong with a league table, or null. */
export function problemWithCounts(counts) {
  if (judged.counts !== counts) judged = { counts, problem: judge(counts) };
  return judged.problem;
}

function judge(counts) {
  if (!Array.isArray(counts))
    return "A league table is a list of rows: doctor, successes, patients.";
  if (!counts.length) return "There is no doctor here. Add one, or choose a table.";
  if (counts.length > MOST.doctors)
    return (
      `This page holds up to ${MOST.doctors} doctors, and the table has ${grouped(counts.length)}. ` +
      "For more, use shrinkage.exact.posterior in Python."
    );
  const names = new Map();
  for (const [i, row] of counts.entries()) {
    const where = `Row ${i + 1}`;
    if (!Array.isArray(row) || row.length !== 3)
      return `${where} needs three entries: doctor, successes, patients.`;
    const wrong = problemWithRow(where, ...row);
    if (wrong) return wrong;
    if (names.has(row[0]))
      return `Rows ${names.get(row[0])} and ${i + 1} are both called ${row[0]}. Give every doctor a name of their own.`;
    names.set(row[0], i + 1);
  }
  return null;
}

const known = new WeakMap(); // the columns of each league table, which is never changed in place

/** A league table's columns. */
export function columns(counts) {
  if (!known.has(counts)) known.set(counts, split(counts));
  return known.get(counts);
}

/** One pass, and no destructuring, which takes three times as long before it is compiled. */
function split(counts) {
  const table = { names: [], successes: [], trials: [], raw: [] };
  for (let j = 0; j < counts.length; j++) {
    const row = counts[j];
    table.names.push(row[0]);
    table.successes.push(row[1]);
    table.trials.push(row[2]);
    table.raw.push(row[2] ? row[1] / row[2] : null);
  }
  return table;
}

/** What a worker is asked of a league table: its counts, and `more` about the question. */
export function question(counts, more = {}) {
  const { successes, trials } = columns(counts);
  return { successes: Int32Array.from(successes), trials: Int32Array.from(trials), ...more };
}

/** Doctor j as a row of the forest, from `columns` and a solver's answer. */
export const forestRow = (j, { names, trials, raw }, { mean, low, high }) => ({
  name: names[j],
  n: trials[j],
  raw: raw[j],
  mean: mean[j],
  low: low[j],
  high: high[j],
});

/** What `doctorInNumbers` writes of a doctor. */
export const DOCTOR_HEADINGS = [
  "doctor",
  "successes",
  "patients",
  "raw rate",
  "estimate",
  "95\u00a0% interval",
];

/** Doctor j's cells in a table of numbers, from `columns` and a solver's answer. */
export const doctorInNumbers = (j, { names, successes, trials, raw }, { mean, low, high }) => [
  names[j],
  grouped(successes[j]),
  grouped(trials[j]),
  rawInWords(raw[j]),
  percent(mean[j]),
  `${percent(low[j])} to ${percent(high[j])}`,
];

/** A raw rate in words; there is none without patients. */
export const rawInWords = (rate) => (rate === null ? "none" : percent(rate));
