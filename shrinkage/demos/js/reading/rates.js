// Counts from rates: 96.4 % of 220 patients is 212 and nothing else, 96 % could be 211 or 212.
import { isTotal } from "./aggregates.js";
import { used } from "./grid.js";
import { NUMBER, number, SUPPRESSED } from "./numbers.js";
import { inRows, note } from "./problems.js";
import { unitOfRate } from "./qualifiers.js";
import { hasWord, RULES } from "./rules.js";
import { sum } from "./sums.js";

const COUNTS = "If the column has counts, choose “failures” or “successes” for it, and no rate.";
const EXAMPLES = 2; // counts that a note on the recovered ones quotes
const DIGITS = 12; // significant digits that a spreadsheet's number is trusted with
const SHARE_AMONG_PERCENTS = 20; // how far below all percents a value is that may be a share of 1

/**
 * Put the counts that a column of rates means into `low` and `high` of the rows; notes. A row for which
 * no whole number has the rate, or several have, gets a `rateProblem`; one whose rate is
 * withheld between bounds ('<1 %') gets the bounds of the count.
 */
export function recover(column, rows, decimal) {
  const known = rows.filter((row) => row.trialsState === NUMBER);
  const usable = known.filter((row) => row.state === NUMBER);
  const scales = scalesOf(column);
  const texts = usable.map(({ place }) => column.texts[place]);
  const values = texts.map((text) => number(text, decimal) ?? 0);
  const most = Math.max(0, ...texts.map((text, k) => decimals(text, values[k], decimal)));
  const tried = scales.map((scale) => {
    const digits = scale === 1 && most > 2 ? most : 0; // a spreadsheet writes 0.030 as 0.03
    const counts = usable.map((row, k) => countsOf(texts[k], row.trials, scale, decimal, digits));
    return { scale, counts };
  });
  const judged = judgedOf(usable);
  const isOne = ([low, high], k) => low === high || !judged.includes(usable[k]);
  const good = tried.filter(({ counts }) => counts.every(isOne));
  const { scale, counts } = good[0] ?? tried[0];
  usable.forEach((row, k) => {
    [row.low, row.high] = counts[k];
    if (row.low !== row.high || good.length > 1)
      row.rateProblem = problem(texts[k], row, good.length > 1);
  });
  const areWhole = values.every((value, k) => Number.isInteger(value) && value <= usable[k].trials);
  if (areWhole) for (const row of usable) if (row.rateProblem) row.rateProblem += ` ${COUNTS}`;
  for (const row of known)
    if (row.state === SUPPRESSED) {
      const ends = boundsOf(column.texts[row.place], decimal);
      [row.low, row.high] = ends ? countsBetween(ends, row.trials, scale) : [NaN, NaN];
    }
  const notes = scale === 100 ? mixed(column, rows, usable, decimal) : [];
  if (good.length !== 1 || !usable.length) return notes;
  const examples = judged
    .slice(0, EXAMPLES)
    .map(({ place, trials, low }) => `${column.texts[place]} of ${trials} is ${low}`);
  const kind = { 100: "percents", 1: "shares of 1" }[scale] ?? `each of ${scale}`;
  const text =
    `Column “${column.heading}” has rates, ${kind}: the counts are the only whole numbers that round ` +
    `to them (${examples.join("; ")}).`;
  return [note("recovered", text), ...notes];
}

/** The rows that have to have a whole number of their own: not a total, of too many patients. */
function judgedOf(rows) {
  const units = rows.filter(({ doctor }) => !isTotal(doctor));
  const all = sum(units, "trials");
  const judged = units.filter(({ trials }) => units.length < 3 || 2 * trials !== all);
  return judged.length ? judged : rows;
}

/** The bounds of a rate that is withheld, '<1' or '2-4 %': [low, high, whether high is excluded]. */
function boundsOf(text, decimal) {
  const plain = text.toLowerCase().replaceAll("%", "").trim().split(/\s+/).join(" ");
  for (const [starts, strict] of [
    [RULES.at_most, false],
    [RULES.fewer_than, true],
  ])
    for (const start of starts) {
      const most = plain.startsWith(start) && number(plain.slice(start.length), decimal);
      if (most) return [0, most, strict];
    }
  for (const mark of RULES.range_marks) {
    const ends = plain.split(mark).map((part) => number(part, decimal));
    if (ends.length === 2 && !ends.includes(null) && ends[0] < ends[1]) return [...ends, false];
  }
  return null;
}

function countsBetween([least, most, strict], trials, scale) {
  const end = (trials * most) / scale;
  const low = Math.ceil((trials * least) / scale - 1e-9);
  const high = Math.floor(end + 1e-9);
  return [
    low,
    Math.max(Math.min(strict && Math.abs(high - end) < 1e-9 ? high - 1 : high, trials), low),
  ];
}

/** Shares of 1 among percents: 0.96 beside 96 and 98 is refused, 0.1 beside 4 is doubtful. */
function mixed({ heading, texts }, rows, usable, decimal) {
  const value = ({ place }) => number(texts[place], decimal) ?? 0;
  const large = usable.map(value).filter((one) => one > 1);
  if (!large.length || rows.some(({ rateProblem }) => rateProblem)) return [];
  const [least, most] = [Math.min(...large), Math.max(...large)];
  const odd = usable.filter((row) => {
    const one = value(row);
    const isSmall = one > 0 && one <= 1 && one < least / SHARE_AMONG_PERCENTS;
    return isSmall && least / 2 <= 100 * one && 100 * one <= Math.min(2 * most, 100);
  });
  if (least >= SHARE_AMONG_PERCENTS) {
    for (const row of odd)
      row.rateProblem = `“${texts[row.place]}” seems a share of 1, and the others are percents. Write all in one way.`;
    return [];
  }
  if (!odd.length) return [];
  const lines = odd.map(({ row }) => row);
  const text =
    `Column “${heading}”, ${inRows(lines)}: ${texts[odd[0].place]} was read as a percent like the others. Is ` +
    "it a share of 1?";
  return [note("percents", text, lines, true)];
}

/**
 * The fewest and the most among `trials` whose rate is written as `text`, with at least so many `digits`
 * behind the point, zeros that are not written included; fewest > most for none.
 */
export function countsOf(text, trials, scale, decimal = ".", digits = 0) {
  const value = number(text, decimal) ?? 0;
  const half = 0.5 * 10 ** -Math.max(decimals(text, value, decimal), digits);
  const low = Math.ceil((trials * (value - half)) / scale - 1e-9);
  const high = Math.floor((trials * (value + half)) / scale + 1e-9);
  return [Math.max(low, 0), Math.min(high, trials)];
}

/** The decimals that a rate is given with; a computer's 0.026000000000000002 has three. */
function decimals(text, value, decimal) {
  const written = text.replace(/[% ]+$/, "").split(decimal)[1] ?? "";
  if (written.length < DIGITS && /^\d+$/.test(written)) return written.length;
  const plain = String(Number(value.toPrecision(DIGITS)));
  return plain.includes("e") ? 15 : (plain.split(".")[1] ?? "").length;
}

/** 100 for percents, 1 for shares, the likelier first; both where the values allow it. */
function scalesOf(column) {
  const [, size] = unitOfRate(column.heading);
  if (size) return [size];
  const texts = used(column).map(([text]) => text);
  const values = texts.map((text) => number(text)).filter((value) => value !== null);
  if (texts.some((text) => text.includes("%")) || values.some((value) => value > 1)) return [100];
  return hasWord(column.heading, ["percent", "percentage", "pct"]) ? [100, 1] : [1, 100];
}

function problem(text, { trials, low, high }, both) {
  if (both) return `“${text}” could be a percent or a share of 1. Write “%” behind the percents.`;
  if (low > high)
    return (
      `no whole number of ${trials} patients has the rate “${text}”. Is it a rate of other patients, ` +
      "or an adjusted rate? Give the counts."
    );
  return (
    `“${text}” of ${trials} patients could be ${low} to ${high} of them. Give the counts, or the rate ` +
    "with more decimals."
  );
}
