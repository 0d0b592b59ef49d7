// Rows that are the sum of others: 'Total', 'Statewide', a region above its hospitals. A row is left out
// where its counts are the sums of other rows, and is named. That is certain where it is called a total and
// no count is unknown, and doubtful where only the numbers say so, or only the name. One that is called a
// total and is no sum is refused: nobody can know what it is.

import { groupsOf } from "./grid.js";
import { inRows, listed, note, OutcomesError } from "./problems.js";
import { RULES, words } from "./rules.js";
import { heads, sum, unnamed } from "./sums.js";
import { isMissing } from "./withheld.js";

const PLURALS = [
  ...Object.entries(RULES.unit)
    .filter(([word, one]) => word !== one && word.endsWith("s"))
    .map(([word]) => word),
  ...["patients", "cases", "regions", "states", "operations", "procedures"],
];

/** Whether a name is that of a total: 'Total', 'All hospitals', 'North total'. */
export function isTotal(name) {
  const found = [...words(name)];
  while (found.length > 1 && /^(n|\d+)$/.test(found.at(-1))) found.pop(); // 'Overall (n = 300)'
  if (!found.length) return false;
  const last = found.at(-1);
  if (RULES.totals.includes(found.join(" ")) || RULES.total_ends.includes(last)) return true;
  if (found[0] === "total" || found[0] === "subtotal")
    return !Object.hasOwn(RULES.unit, last) || PLURALS.includes(last);
  return RULES.total_words.includes(found[0]) && PLURALS.includes(last);
}

const NAMES = RULES.averages.join("|");
const ALONE = RULES.averages_alone.join("|");
const AVERAGE = new RegExp(`^(?:(.* )?(${NAMES})|(${NAMES}) (of|for) .*|${ALONE})$`);
const PART = new RegExp(`^(${RULES.parts.join("|")})( |$)`);

/** Whether a name is that of no unit but of their average: 'Median', 'National average'. */
const isAverage = ({ doctor }) => AVERAGE.test(words(doctor).join(" "));

/** Whether a name is that of a part of another row: 'of which emergency'. */
const isPart = ({ doctor }) => PART.test(words(doctor).join(" "));

/** The rows without averages, totals and subtotals, and notes that name these: { rows, notes }. */
export function leaveOutTotals(table, roles, all) {
  const rows = all.filter((row) => !isAverage(row) && !isPart(row));
  const named = rows.map(({ doctor }) => isTotal(doctor));
  // The name of what the units are in, unless such are the units.
  const nations = rows.filter(({ doctor }) => RULES.nations.includes(words(doctor).join(" ")));
  if (2 * nations.length > rows.length) nations.length = 0;
  const nameless = ({ doctor, low }) => isMissing(doctor) && !Number.isNaN(low);
  const isNamed = (row, k) => named[k] || nameless(row);
  const said = rows.map((row, k) => isNamed(row, k) || nations.includes(row));
  const sums = unnamed(rows.filter((row, k) => !isNamed(row, k)));
  const plain = rows.map((row, k) => !said[k] && !sums.includes(row));
  const certain = new Set(sums.filter((row) => said[rows.indexOf(row)]));
  const confirmed = rows.filter((row, k) => {
    if (plain[k] || sums.includes(row)) return !plain[k];
    const groups = [...partsOf(table, roles, rows, plain, k)];
    const parts = groups.filter((group) => isSum(row, group));
    const given = groups.map((group) => group.filter(isFilled));
    if (given.some((group) => isSum(row, group) && isKnown(row, group))) certain.add(row);
    if (certain.has(row) || parts.length || (Number.isNaN(row.low) && named[k])) return true;
    if (named[k])
      throw notTheSum(
        row,
        rows.filter((_, i) => plain[i]),
      );
    return false;
  });
  const called = confirmed.filter((row) => said[rows.indexOf(row)]);
  const unproved = called.filter((row) => !certain.has(row));
  const others = confirmed.filter((row) => !called.includes(row));
  const kept = rows.filter((row) => !confirmed.includes(row));
  const notes = [
    ...leftOut(
      all.filter(isAverage),
      "average",
      "no unit, by its name",
      "no units, by their names",
    ),
    ...leftOut(all.filter(isPart), "part", "a part of another row", "parts of other rows"),
    ...leftOut(
      called.filter((row) => certain.has(row) && !nameless(row)),
      "total",
      "called a total, and the sum of others",
      "called totals, and sums of others",
      false,
    ),
    ...leftOut(
      called.filter((row) => certain.has(row) && nameless(row)),
      "total",
      "the sum of other rows",
      "sums of other rows",
      false,
    ),
    ...leftOut(
      unproved,
      "total",
      "called a total, and counts that are not known leave open whether it is one",
      "called totals, and counts that are not known leave open whether they are",
    ),
    ...leftOut(others, "total", "the sum of other rows", "sums of other rows"),
    ...suspected(
      kept.filter((row) => nations.includes(row)),
      "may be a total by its name, but has not the sum of the other rows",
    ),
    ...suspected(heads(kept), "has exactly the sum of the rows next to it"),
  ];
  return { rows: kept, notes };
}

const linesOf = (rows) => rows.map(({ row }) => row);
const who = (rows) => {
  const named = [...new Set(rows.map(({ doctor }) => doctor))].filter((name) => !isMissing(name));
  return `${named.length ? listed(named) : "A row without a name"} (${inRows(linesOf(rows))})`;
};

/** A note on rows that were left out. */
function leftOut(rows, kind, one, several, isDoubtful = true) {
  if (!rows.length) return [];
  const is = rows.length === 1 ? `is ${one}` : `are ${several}`;
  const remedy = isDoubtful ? " If that is wrong, correct the counts." : "";
  const text = `${who(rows)} ${is}: left out, so that no patient is counted twice.${remedy}`;
  return [note(kind, text, linesOf(rows), isDoubtful)];
}

/** A note on rows that were kept and may be totals. */
function suspected(rows, why) {
  if (!rows.length) return [];
  const text = `${who(rows)} ${why}. It was counted as a unit; if it is a total, delete the line.`;
  return [note("suspected total", text, linesOf(rows), true)];
}

/** The rows whose sum row k could be: all, the block before or after it, those of its region. */
function* partsOf(table, roles, rows, plain, k) {
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

/** Whether a row has any number, as a region's name above its hospitals has none. */
const isFilled = ({ low, trials }) => !Number.isNaN(low) || !Number.isNaN(trials);

/** Whether all that is added up is known, the counts at least between bounds. */
function isKnown(row, others) {
  if (row.low !== row.high) return false;
  if (Number.isNaN(row.trials)) return others.every(({ low, high }) => low === high);
  return !others.some(({ low, trials }) => Number.isNaN(low) || Number.isNaN(trials));
}

function notTheSum({ row, doctor, low, trials }, others) {
  const have = Number.isNaN(trials) ? `${low}` : `${low} of ${trials}`;
  const text =
    `Line ${row}: “${doctor}” is called a total and has ${have}, but the other rows add up to ` +
    `${sum(others, "low")} of ${sum(others, "trials")}. If it is a total, delete the line and find out whose ` +
    "patients are missing; if it is a unit, give it another name.";
  return new OutcomesError(text, "total", [{ row, text, kind: "total" }]);
}

const unitOf = (roles) =>
  RULES.unit[words(roles.unit).findLast((word) => Object.hasOwn(RULES.unit, word))] ?? "unit";

/** The rows without those that are a unit's own total: 'Overall' beside its categories. */
export function leaveOutOwnTotals(table, roles, rows) {
  const byUnit = groupsOf(rows, ({ doctor }) => doctor);
  if (byUnit.size === rows.length) return { rows, notes: [] };
  const taken = Object.values(roles);
  for (const { heading, texts } of table.columns) {
    if (taken.includes(heading)) continue;
    const isNamed = (row) => isTotal(texts[row.place]);
    const named = rows.filter(isNamed).length;
    if (!named || named === rows.length) continue;
    const gone = [];
    let isCertain = true;
    for (const own of byUnit.values()) {
      const totals = own.filter(isNamed);
      const parts = own.filter((row) => !isNamed(row));
      if (totals.length !== 1 || !parts.length) continue;
      const [row] = totals;
      isCertain &&= isKnown(row, parts);
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
    const confirm = isCertain ? "confirm" : "allow, as far as they are known";
    const text =
      `${where[0].toUpperCase()}${where.slice(1)}: “${texts[gone[0].place]}” in column “${heading}” is the ` +
      `total of a ${unitOf(roles)}’s other rows, as their sums ${confirm}: left out, so that no patient is counted twice.`;
    return {
      rows: rows.filter((row) => !gone.includes(row)),
      notes: [note("total", text, lines, !isCertain)],
    };
  }
  return { rows, notes: [] };
}
