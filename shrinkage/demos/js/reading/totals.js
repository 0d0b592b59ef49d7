// Rows that are the sum of others: 'Total', 'Statewide', a region above its hospitals. A row is left out
// where its counts are the sums of other rows, and is named. One that is called a total and is no sum is
// refused: nobody can know what it is.

import { inRows, listed, note, OutcomesError } from "./problems.js";
import { RULES, words } from "./rules.js";
import { isMissing } from "./withheld.js";

const MANY = 100; // patients from which equal sums are hardly chance
const CERTAIN = 1000; // patients from which three rows suffice
const PLURALS = [
  ...Object.entries(RULES.unit)
    .filter(([word, one]) => word !== one && word.endsWith("s"))
    .map(([word]) => word),
  ...["patients", "cases", "regions", "states", "operations", "procedures"],
];

/** Whether a name is that of a total: 'Total', 'All hospitals', 'North total'. */
export function isTotal(name) {
  const found = words(name);
  if (!found.length) return false;
  const last = found.at(-1);
  if (RULES.totals.includes(found.join(" ")) || ["total", "totals", "subtotal"].includes(last))
    return true;
  if (found[0] === "total" || found[0] === "subtotal")
    return !Object.hasOwn(RULES.unit, last) || PLURALS.includes(last);
  return RULES.total_words.includes(found[0]) && PLURALS.includes(last);
}

const sum = (rows, name) => rows.reduce((total, row) => total + (row[name] || 0), 0);

/** The rows without totals and subtotals, and notes that name these: { rows, notes }. */
export function leaveOutTotals(table, roles, rows) {
  const named = rows.map(({ doctor }) => isTotal(doctor));
  const plain = rows.map(
    ({ doctor, low }, k) => !named[k] && !(isMissing(doctor) && !Number.isNaN(low)),
  );
  if (plain.every(Boolean)) {
    const sums = unnamed(rows);
    const notes = notesOn(roles, sums, "are the sums of other rows");
    return { rows: rows.filter((row) => !sums.includes(row)), notes };
  }
  const confirmed = rows.filter((row, k) => {
    if (plain[k]) return false;
    const unknown = Number.isNaN(row.low) && named[k];
    if (unknown) return true;
    for (const group of groupsOf(table, roles, rows, plain, k)) if (isSum(row, group)) return true;
    if (named[k])
      throw notTheSum(
        row,
        rows.filter((_, i) => plain[i]),
      );
    return false;
  });
  const why = "are called totals, and are the sums of other rows";
  return {
    rows: rows.filter((row) => !confirmed.includes(row)),
    notes: notesOn(roles, confirmed, why),
  };
}

/** The rows whose sum row k could be: all, the block before or after it, those of its region. */
function* groupsOf(table, roles, rows, plain, k) {
  yield rows.filter((_, i) => plain[i]);
  const before = plain.lastIndexOf(false, k - 1);
  yield rows.filter((_, i) => plain[i] && i > (k ? before : -1) && i < k);
  const next = plain.indexOf(false, k + 1);
  yield rows.filter((_, i) => plain[i] && i > k && i < (next < 0 ? rows.length : next));
  const taken = Object.values(roles);
  for (const { heading, texts } of table.columns)
    if (!taken.includes(heading))
      yield rows.filter((row, i) => plain[i] && texts[row.place] === texts[rows[k].place]);
}

/** Whether a row's patients and counts are the sums of others', as far as they are known. */
function isSum(row, others) {
  if (!others.length) return false;
  const counts = !Number.isNaN(row.trials);
  const trials = sum(others, "trials");
  const hidden = others.some(
    (one) => Number.isNaN(one.low) || (counts && Number.isNaN(one.trials)),
  );
  if (hidden) return (!counts || row.trials >= trials) && row.high >= sum(others, "low");
  const enough = sum(others, "low") <= row.high && row.low <= sum(others, "high");
  return enough && (!counts || row.trials === trials);
}

function notTheSum({ row, doctor, low, trials }, others) {
  const have = Number.isNaN(trials) ? `${low}` : `${low} of ${trials}`;
  const text =
    `Line ${row}: “${doctor}” is called a total and has ${have}, but the other rows add up to ` +
    `${sum(others, "low")} of ${sum(others, "trials")}. If it is a total, delete the line and find out whose ` +
    "patients are missing; if it is a unit, give it another name.";
  return new OutcomesError(text, "total", [{ row, text, kind: "total" }]);
}

/** Rows without such a name that are the sum of all others, or head blocks that make up all. */
function unnamed(rows) {
  const known = rows.filter(({ low }) => !Number.isNaN(low));
  if (known.length < 3) return [];
  const exact = ({ low, high, trials }) => low === high && trials >= MANY;
  const [s, n] = [sum(rows, "low"), sum(rows, "trials")];
  const whole = known.filter((row) => exact(row) && 2 * row.low === s && 2 * row.trials === n);
  if (whole.length) {
    const enough = known.length > 3 || Math.max(...whole.map(({ trials }) => trials)) >= CERTAIN;
    return enough && whole.length === 1 ? whole : [];
  }
  return headsOfBlocks(known, exact) ?? headsOfBlocks([...known].reverse(), exact) ?? [];
}

/** Rows that each are the sum of the rows next below, up to the next such row; null if there are none. */
function headsOfBlocks(rows, exact) {
  const heads = [];
  let at = 0;
  while (at < rows.length) {
    let size = 2;
    const block = () => rows.slice(at + 1, at + 1 + size);
    while (at + size < rows.length && sum(block(), "trials") < (rows[at].trials || 0)) size++;
    const fits =
      at + size < rows.length &&
      sum(block(), "trials") === (rows[at].trials || 0) &&
      sum(block(), "low") === rows[at].low;
    if (!fits || !exact(rows[at])) return null;
    heads.push(rows[at]);
    at += size + 1;
  }
  return heads.length > 1 || heads[0]?.trials >= CERTAIN ? heads : null;
}

function notesOn(roles, totals, why) {
  if (!totals.length) return [];
  const lines = totals.map(({ row }) => row);
  const names = totals.map(({ doctor }) => doctor || "a row without a name");
  const one = lines.length === 1;
  const is = one
    ? why
        .replaceAll("are ", "is ")
        .replace("called totals", "called a total")
        .replace("sums", "sum")
    : why;
  const text =
    `${listed(names)} (${inRows(lines)}) ${is}: left out, so that no patient is counted twice. If ` +
    `${one ? "it" : "one"} is a ${unitOf(roles)} of its own, change its name or check its counts.`;
  return [note("total", text, lines, true)];
}

const unitOf = (roles) =>
  RULES.unit[words(roles.unit).findLast((word) => Object.hasOwn(RULES.unit, word))] ?? "unit";

/** The rows without those that are a unit's own total: 'Overall' beside its categories. */
export function leaveOutOwnTotals(table, roles, rows) {
  const byUnit = new Map();
  for (const row of rows) byUnit.set(row.doctor, [...(byUnit.get(row.doctor) ?? []), row]);
  if (byUnit.size === rows.length) return { rows, notes: [] };
  const taken = Object.values(roles);
  for (const { heading, texts } of table.columns) {
    if (taken.includes(heading)) continue;
    const isNamed = (row) => isTotal(texts[row.place]);
    const named = rows.filter(isNamed).length;
    if (!named || named === rows.length) continue;
    const gone = [];
    for (const own of byUnit.values()) {
      const totals = own.filter(isNamed);
      const parts = own.filter((row) => !isNamed(row));
      if (totals.length !== 1 || !parts.length) continue;
      const [row] = totals;
      if (!Number.isNaN(row.low) && !isSum(row, parts))
        throw new OutcomesError(
          `Line ${row.row}: “${texts[row.place]}” in column “${heading}” is called a total, but is not the ` +
            `sum of the other rows of “${row.doctor}”. Keep either the totals or the parts.`,
          "total",
        );
      gone.push(row);
    }
    if (!gone.length) continue;
    const lines = gone.map(({ row }) => row);
    const where = inRows(lines);
    const text =
      `${where[0].toUpperCase()}${where.slice(1)}: “${texts[gone[0].place]}” in column “${heading}” is the ` +
      `total of a ${unitOf(roles)}’s other rows, as their sums confirm: left out, so that no patient is counted twice.`;
    return {
      rows: rows.filter((row) => !gone.includes(row)),
      notes: [note("total", text, lines, true)],
    };
  }
  return { rows, notes: [] };
}
