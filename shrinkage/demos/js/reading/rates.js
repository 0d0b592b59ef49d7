// Counts from rates: 96.4 % of 220 patients is 212 and nothing else, 96 % could be 211 or 212.
import { used } from "./grid.js";
import { NUMBER, number } from "./numbers.js";
import { note } from "./problems.js";
import { RULES, words } from "./rules.js";

const DIGITS = 12; // significant digits that a spreadsheet's number is trusted with

/**
 * Put the counts that a column of rates means into `low` and `high` of the rows; notes. A row for which
 * no whole number has the rate, or several have, gets a `rateProblem`.
 */
export function recover(column, rows, decimal) {
  const usable = rows.filter((row) => row.state === NUMBER && row.trialsState === NUMBER);
  const scales = scalesOf(column);
  const of = (scale) =>
    usable.map((row) => countsOf(column.texts[row.place], row.trials, scale, decimal));
  const good = scales.filter((scale) => of(scale).every(([low, high]) => low === high));
  const counts = of(good[0] ?? scales[0]);
  usable.forEach((row, k) => {
    [row.low, row.high] = counts[k];
    if (row.low !== row.high || good.length > 1)
      row.rateProblem = problem(column.texts[row.place], row, good.length > 1);
  });
  if (good.length !== 1 || !usable.length) return [];
  const [{ place, trials, low }] = usable;
  const kind = good[0] === 100 ? "percents" : "shares of 1";
  const text =
    `Column “${column.heading}” has rates, ${kind}: the counts are the only whole numbers that round ` +
    `to them (${column.texts[place]} of ${trials} is ${low}).`;
  return [note("recovered", text)];
}

/** The fewest and the most among `trials` whose rate is written as `text`; fewest > most for none. */
export function countsOf(text, trials, scale, decimal = ".") {
  const value = number(text, decimal) ?? 0;
  const half = 0.5 * 10 ** -decimals(text, value, decimal);
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
  const texts = used(column).map(([text]) => text);
  const values = texts.map((text) => number(text)).filter((value) => value !== null);
  if (texts.some((text) => text.includes("%")) || values.some((value) => value > 1)) return [100];
  const percent = words(column.heading).some(
    (word) => ["percent", "percentage", "pct"].includes(word) && RULES.rates.includes(word),
  );
  return percent ? [100, 1] : [1, 100];
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
