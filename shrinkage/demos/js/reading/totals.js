// Rows that are the sum of others: 'Total', 'Statewide', a region above its hospitals. A row is left out
// where its counts are the sums of other rows, and is named. That is certain where it is called a total and
// no count is unknown, and doubtful where only the numbers say so, or only the name. One that is called a
// total and is no sum is refused: nobody can know what it is.

import { isAverage, isNation, isPart, isTotal, isWhole } from "./aggregates.js";
import { countedRole } from "./counts.js";
import { groupsOf } from "./grid.js";
import { NUMBER } from "./numbers.js";
import { inRows, listed, note, OutcomesError } from "./problems.js";
import { RULES, words } from "./rules.js";
import { differing, tighten } from "./subtraction.js";
import { added, areSums, heads, matching, ofPatients, sum, unnamed } from "./sums.js";
import { isMissing } from "./withheld.js";

/** The rows without averages, totals and subtotals, and notes that name these: { rows, notes }. */
export function leaveOutTotals(table, roles, all) {
  const [averages, parts] = [isAverage, isPart].map((is) => all.filter((row) => is(row.doctor)));
  const rows = all.filter((row) => !averages.includes(row) && !parts.includes(row));
  const named = rows.filter(({ doctor }) => isTotal(doctor, roles.unit));
  // The name of what the units are in, unless such are the units.
  const unlessMost = (some) => (2 * some.length > rows.length ? [] : some);
  const nations = unlessMost(rows.filter(({ doctor }) => isNation(doctor)));
  const isCalled = (row) => named.includes(row) || nations.includes(row);
  const wholes = unlessMost(rows.filter((row) => isWhole(row.doctor) && !isCalled(row)));
  const nameless = rows.filter(({ doctor, low }) => isMissing(doctor) && !Number.isNaN(low));
  const isNamed = (row) => named.includes(row) || nameless.includes(row);
  const said = (row) => isNamed(row) || nations.includes(row) || wholes.includes(row);
  const sums = unnamed(rows.filter((row) => !isNamed(row)));
  const plain = rows.map((row) => (!said(row) || wholes.includes(row)) && !sums.includes(row));
  const confirmed = new Set(sums);
  const certain = new Set(sums.filter(said));
  const proved = ofAll(
    sums,
    rows.filter((row) => !isNamed(row) && !sums.includes(row)),
  );
  const doubted = rows
    .filter((row) => said(row) && !sums.includes(row))
    .sort((one, other) => wholes.includes(other) - wholes.includes(one));
  for (const row of doubted) {
    const k = rows.indexOf(row);
    const other = plain.map((is, i) => is && i !== k);
    const groups = [...partsOf(table, roles, rows, other, k)];
    const known = groups
      .map((group) => group.filter(isFilled))
      .filter((group) => isKnown(row, group));
    const of =
      known.find((group) => isSum(row, group)) ?? known.find((group) => isByTwo(row, group));
    if (of) {
      certain.add(row);
      proved.push([[row], of]);
    }
    const isUnknown = Number.isNaN(row.low) && named.includes(row);
    if (of || isUnknown || groups.some((group) => isSum(row, group))) {
      confirmed.add(row);
      plain[k] = false;
    } else if (named.includes(row))
      throw notTheSum(
        row,
        rows.filter((_, i) => plain[i]),
      );
  }
  const heading = roles[countedRole(roles)];
  const headings = { trials: roles.trials, counted: heading, expected: roles.expected };
  const differ = proved.map(([total, others]) => differing(total, others, headings));
  const odd = proved.filter((_, k) => differ[k].length).flatMap(([total]) => total);
  const sure = [...certain].filter((row) => !odd.includes(row));
  const left = rows.filter((row) => confirmed.has(row) && !odd.includes(row));
  const others = left.filter((row) => !sure.includes(row));
  const subtracted = tighten(
    proved.filter(([total]) => total.every((row) => sure.includes(row))),
    heading,
  );
  const kept = rows.filter((row) => !confirmed.has(row));
  const alone = ofPatients(kept).filter((row) => !nations.includes(row));
  const notes = [
    ...leftOut(averages, "average", "no unit, by its name", "no units, by their names"),
    ...leftOut(parts, "part", "a part of another row", "parts of other rows"),
    ...differ.flat(),
    ...leftOut(
      left.filter((row) => sure.includes(row) && !nameless.includes(row)),
      "total",
      "called a total, and the sum of others",
      "called totals, and sums of others",
      false,
    ),
    ...leftOut(
      left.filter((row) => sure.includes(row) && nameless.includes(row)),
      "total",
      "the sum of other rows",
      "sums of other rows",
      false,
    ),
    ...leftOut(
      others.filter(said),
      "total",
      "called a total, and counts that are not known leave open whether it is one",
      "called totals, and counts that are not known leave open whether they are",
    ),
    ...leftOut(
      others.filter((row) => !said(row)),
      "total",
      "the sum of other rows",
      "sums of other rows",
    ),
    ...subtracted,
    ...suspected(
      kept.filter((row) => nations.includes(row)),
      "may be a total by its name, but has not the sum of the other rows",
    ),
    ...suspected(
      alone,
      "has exactly the sum of the other rows’ patients, but not of what is counted",
    ),
    ...suspected(
      heads(kept).filter((row) => !alone.includes(row)),
      "has exactly the sum of the rows next to it",
    ),
  ];
  return { rows: kept, notes };
}

/** The rows of a unit that is the sum of all others, and those, unless something is unknown. */
function ofAll(sums, others) {
  const isOfOne = new Set(sums.map(({ doctor }) => doctor)).size === 1;
  const isUnknown = others.some(({ low, trials }) => Number.isNaN(low) || Number.isNaN(trials));
  return isOfOne && !isUnknown ? [[sums, others]] : [];
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
  const enough = sum(others, "low") <= row.high && row.low <= added(others).high;
  return enough && (!counts || row.trials === trials);
}

/** Whether two numbers of a row are the sums of others', whatever the third is. */
function isByTwo(row, others) {
  if (!others.length || Number.isNaN(row.trials)) return false;
  const own = added([row]);
  return areSums(matching(own, added(others), others.length), own, 1);
}

/** Whether a row has any number, as a region's name above its hospitals has none. */
const isFilled = ({ low, trials }) => !Number.isNaN(low) || !Number.isNaN(trials);

/** Whether all that is added up is known, the counts at least between bounds. */
function isKnown(row, others) {
  if (Number.isNaN(row.trials)) return [row, ...others].every(({ low, high }) => low === high);
  if (row.state !== NUMBER) return false;
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
    const proved = [];
    let isCertain = true;
    for (const own of byUnit.values()) {
      const totals = own.filter(isNamed);
      const parts = own.filter((row) => !isNamed(row));
      if (totals.length !== 1 || !parts.length) continue;
      const [row] = totals;
      const known = isKnown(row, parts);
      isCertain &&= known;
      if (known) proved.push([totals, parts]);
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
      notes: [
        note("total", text, lines, !isCertain),
        ...tighten(proved, roles[countedRole(roles)]),
      ],
    };
  }
  return { rows, notes: [] };
}
