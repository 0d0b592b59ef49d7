// A league table, rows [doctor, successes, trials], as Python's `Clinic` holds it: what can be in
// one, and the sentence for what cannot.
//
// Where a demo takes `more`, a row may have a fourth entry, the successes expected of the doctor's own
// patients (null without), and a fifth, [fewest, most] successes, whose second entry is then null: the
// count is only known to lie within.
import { counted, digitsOfWidth, grouped, percent } from "./dom.js";

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

/** A sentence on what is wrong with the further entries of a row, or null. */
function problemWithMore(where, [name, successes, trials, expected = null, bounds = null]) {
  if (expected !== null && !(trials && 0 < expected && expected < trials))
    return (
      `${where} (${name}) needs an expected number of successes between 0 and its ` +
      `${counted(trials, "patient")}, neither of them.`
    );
  const whole = bounds?.length === 2 && bounds.every(Number.isInteger);
  const [fewest, most] = bounds ?? [0, 1];
  const fits = whole && 0 <= fewest && fewest < most && most <= trials && successes === null;
  if (bounds !== null && !fits)
    return (
      `${where} (${name}) needs either its successes or the fewest and the most of them among its ` +
      `${counted(trials, "patient")}, the second larger than the first.`
    );
  return null;
}

let judged = {}; // the last table and its judgement: one of hundreds of rows takes a while to read

/** A sentence on what is wrong with a league table, or null; `more`: whether rows may be longer. */
export function problemWithCounts(counts, more = false) {
  if (judged.counts !== counts || judged.more !== more)
    judged = { counts, more, problem: judge(counts, more ? 5 : 3) };
  return judged.problem;
}

function judge(counts, longest) {
  if (!Array.isArray(counts))
    return "A league table is a list of rows: doctor, successes, patients.";
  if (!counts.length) return "There is no doctor here. Add one, or choose a table.";
  if (counts.length > MOST.doctors)
    return (
      `This page holds up to ${MOST.doctors} doctors, and the table has ${grouped(counts.length)}. ` +
      "For more, use shrinkage.exact.posterior in Python."
    );
  const names = new Map();
  const [given, lacking] = [[], []]; // rows with an expectation, and without
  for (const [i, row] of counts.entries()) {
    const where = `Row ${i + 1}`;
    if (!Array.isArray(row) || row.length < 3 || row.length > longest)
      return `${where} needs three entries: doctor, successes, patients.`;
    const [name, successes, trials, expected = null, bounds = null] = row;
    const wrong =
      problemWithRow(where, name, bounds && successes === null ? 0 : successes, trials) ??
      problemWithMore(where, row);
    if (wrong) return wrong;
    if (trials) (expected === null ? lacking : given).push(i);
    if (names.has(row[0]))
      return `Rows ${names.get(row[0])} and ${i + 1} are both called ${row[0]}. Give every doctor a name of their own.`;
    names.set(row[0], i + 1);
  }
  if (given.length && lacking.length)
    return (
      `Row ${lacking[0] + 1} (${counts[lacking[0]][0]}) has no expected number of successes, ` +
      "which others have. Give all doctors with patients one, or none."
    );
  return null;
}

const known = new WeakMap(); // the columns of each league table, which is never changed in place

/**
 * A league table's columns: `names`, `successes` (null where bounds alone are known), `trials`, `raw`,
 * `expected` and `bounds` (null where no row has them) and `reference`, the average expectation or
 * null. A raw rate is null without a known count; with expectations it is standardised, as the
 * estimates are: observed over expected, of successes or failures, whichever are expected less often,
 * times their average expectation.
 */
export function columns(counts) {
  if (!known.has(counts)) known.set(counts, split(counts));
  return known.get(counts);
}

/** One pass, and no destructuring, which takes three times as long before it is compiled. */
function split(counts) {
  const table = { names: [], successes: [], trials: [], raw: [] };
  let expected = null;
  let bounds = null;
  for (let j = 0; j < counts.length; j++) {
    const row = counts[j];
    table.names.push(row[0]);
    table.successes.push(row[1]);
    table.trials.push(row[2]);
    table.raw.push(row[2] && row[1] !== null ? row[1] / row[2] : null);
    if (row.length === 3) continue;
    expected ??= row[3] == null ? null : [];
    bounds ??= row[4] ? [] : null;
  }
  expected &&= counts.map((row) => row[3] ?? 0);
  bounds &&= counts.map((row) => row[4] ?? [row[1], row[1]]);
  const sum = (values) => values.reduce((a, b) => a + b, 0);
  const reference = expected && sum(expected) / sum(table.trials);
  if (expected)
    table.raw = table.raw.map((raw, j) => {
      const [, s, n] = counts[j];
      return raw === null ? null : standardised(s, n, expected[j], reference);
    });
  return { ...table, expected, bounds, reference };
}

function standardised(s, n, expected, reference) {
  const rate =
    reference < 0.5 ? (reference * s) / expected : 1 - ((1 - reference) * (n - s)) / (n - expected);
  return Math.min(Math.max(rate, 0), 1);
}

/** The successes of n patients that make a raw rate, which is standardised where some are expected. */
export function successesAt(rate, n, expected, reference) {
  const s = !expected
    ? rate * n
    : reference < 0.5
      ? (rate / reference) * expected
      : n - ((1 - rate) / (1 - reference)) * (n - expected);
  return Math.round(Math.min(Math.max(s, 0), n));
}

/** What a worker is asked of a league table: its counts, and `more` about the question. */
export function question(counts, more = {}) {
  const { successes, trials, expected, bounds } = columns(counts);
  const plain = { successes: Int32Array.from(successes), trials: Int32Array.from(trials) };
  return { ...plain, expected, bounds, ...more };
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

const digitsOf = new WeakMap(); // those of each answer

/** The digits after the point that a table's percents need, for half of its intervals. */
export function digitsFor(found) {
  if (!digitsOf.has(found)) {
    const widths = Float64Array.from(found.high, (high, j) => high - found.low[j]).sort();
    digitsOf.set(found, digitsOfWidth(widths[widths.length >> 1]));
  }
  return digitsOf.get(found);
}

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
export function doctorInNumbers(j, table, found) {
  const digits = digitsFor(found);
  return [
    table.names[j],
    successesInWords(j, table),
    grouped(table.trials[j]),
    rawInWords(table.raw[j], digits),
    percent(found.mean[j], digits),
    `${percent(found.low[j], digits)} to ${percent(found.high[j], digits)}`,
  ];
}

/** A doctor's successes in words: a number, or what it lies within. */
export function successesInWords(j, { successes, bounds }) {
  return successes[j] === null
    ? bounds[j].map((end) => grouped(end)).join(" to ")
    : grouped(successes[j]);
}

/** A raw rate in words; there is none without patients. */
export const rawInWords = (rate, digits) => (rate === null ? "none" : percent(rate, digits));
