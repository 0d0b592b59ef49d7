// From a pasted text to checked outcomes, by the rules of shrinkage/data/reading/: a file a step, under
// the same names. What Python's command is told by options, the reader is asked for beside the box.
import { MOST } from "../shared/clinic.js";
import { grouped } from "../shared/dom.js";
import { isTotal } from "./aggregates.js";
import { inBrackets } from "./brackets.js";
import { countedRole, leaveOut, readRows, refuseBad } from "./counts.js";
import * as doubts from "./doubts.js";
import { readExpected } from "./expected.js";
import { columnOf, tableOf, used } from "./grid.js";
import { settleNames } from "./names.js";
import { looksLikeNumber, number } from "./numbers.js";
import { twoPlaces } from "./overlaps.js";
import { readPatients } from "./patients.js";
import { note, OutcomesError } from "./problems.js";
import { findRoles } from "./proposal.js";
import { addedUp, settleStrata } from "./strata.js";
import { sameAgain } from "./sums.js";
import { recordsOf } from "./text.js";
import { leaveOutOwnTotals, leaveOutTotals } from "./totals.js";
import { basis } from "./withheld.js";

const MOST_LINES = 20_000; // more would hold up the page
const OWN = ["doctor", "successes", "trials"]; // the columns of a table without headings

/**
 * Read a text, in slices (see shared/slices.js).
 *
 * `columns`: the reader's choice, a heading for each role, or null; `sumRows`: whether the rows of a unit
 * are to be added up; `without`: lines to leave out.
 *
 * Returns { counts, notes, refusal, headings, roles, isOwn, asks, lines, leftOut, failures }: `counts`, rows
 * of a league table (see shared/clinic.js), empty where there is a `refusal`, { text, kind, rows }; the
 * table's `headings` and `roles` as far as they were found, `isOwn` where they are the course's own, `asks`,
 * sentences on what the reader has to decide first, if anything; `lines`, how many rows there are;
 * `leftOut`, the units of which nothing can be said; `failures`, whether it counts them.
 */
export function* readOutcomes(text, { columns = null, sumRows = false, without = new Set() } = {}) {
  const result = {
    counts: [],
    notes: [],
    refusal: null,
    headings: [],
    roles: {},
    isOwn: true,
    asks: [],
  };
  try {
    const parsed = yield* recordsOf(text);
    refuseLong(parsed.records.length);
    const headings = headless(parsed.records);
    const table = yield* tableOf(parsed, headings, without);
    result.headings = table.columns.map(({ heading }) => heading);
    result.lines = table.numbers.length;
    yield;
    result.isOwn = false;
    const found = findRoles(table, columns);
    Object.assign(result, { roles: found.roles, isOwn: found.isOwn && !headings });
    if (!found.complete) result.asks = [lacking(found.roles)];
    else if (found.unsure) result.asks = found.said;
    if (result.asks.length) return result;
    yield;
    const notes = [...table.notes, ...found.said.map((said) => note("proposal", said, [], true))];
    if (headings)
      notes.unshift(
        note(
          "headings",
          "There are no headings: the columns were read as doctor, successes, patients.",
        ),
      );
    const { counts, more, leftOut } = yield* unitsOf(table, found.roles, sumRows);
    result.notes = [...notes, ...more];
    result.failures = ["failures", "failure_rate", "failure"].includes(countedIn(found.roles));
    result.leftOut = leftOut;
    result.counts = counts;
    refuseTooMany(result.counts);
  } catch (error) {
    if (!(error instanceof OutcomesError)) throw error;
    const { message, kind, rows } = error;
    Object.assign(result, { counts: [], refusal: { text: message, kind, rows } });
  }
  return result;
}

/** The names of the columns of a text that has none: a name, and then numbers, in its first line. */
function headless(records) {
  const first = records.find((cells) => cells.some((cell) => cell.trim())) ?? [];
  const isRow =
    first.length >= 3 && !looksLikeNumber(first[0]) && first.slice(1, 3).every(looksLikeNumber);
  if (!isRow) return null;
  const width = Math.max(...records.map((cells) => cells.findLastIndex((cell) => cell.trim()) + 1));
  return Array.from({ length: width }, (_, k) => OWN[k] ?? `column ${k + 1}`);
}

/** The role of what is counted, of units or of patients. */
const countedIn = (roles) =>
  countedRole(roles) ?? ["success", "failure"].find((role) => role in roles);

function lacking(roles) {
  const said = [];
  if (!("unit" in roles)) said.push("the doctor, hospital or other unit");
  if (!countedIn(roles)) said.push("the successes or failures");
  else if (!("trials" in roles) && !("success" in roles || "failure" in roles))
    said.push("the number of patients");
  return said.length
    ? `No heading seems to name ${said.join(" and ")}.`
    : "These columns do not go together: a row a doctor has patients, a row a patient has none.";
}

/** The rows of a league table, with what is said of them: { counts, more, leftOut }. */
function* unitsOf(table, roles, sumRows) {
  const isPatients = "success" in roles || "failure" in roles;
  let read = isPatients ? readPatients(table, roles) : readRows(table, roles);
  yield;
  let leftOut = [];
  const more = [...read.notes];
  if (!isPatients) {
    for (const step of [leaveOutOwnTotals, leaveOutTotals]) {
      read = step(table, roles, read.rows);
      more.push(...read.notes);
      yield;
    }
    const { kept, notes, left } = leaveOut(read.rows, roles);
    leftOut = left.map(({ doctor }) => doctor);
    more.push(...notes);
    refuseBad(table, roles, kept);
    if (!kept.length)
      throw new OutcomesError(
        `There is no row of which anything can be said. ${notes.at(-1)?.text ?? ""}`,
        "no rows",
      );
    const label = sameAgain(kept, left);
    if (label)
      throw new OutcomesError(
        `Line ${label}: the lines below it add up to exactly what those above it do. Is it a second table of ` +
          "the same patients? Keep one here.",
        "two tables",
      );
    for (const row of kept)
      if (!Number.isNaN(row.trials)) row.high = Math.min(row.high, row.trials);
    more.push(
      ...doubts.percents(table, roles, kept),
      ...doubts.noPatients(kept),
      ...doubts.contradicted(table, roles, kept),
      ...doubts.turned(table, roles, kept),
      ...doubts.brackets(table, roles, kept),
      ...doubts.periods(roles),
      ...doubts.spilled(table, roles, kept),
      ...readExpected(roles, kept),
    );
    read = { rows: kept };
    yield;
  }
  const first = new Map();
  for (const { row, doctor } of read.rows) if (!first.has(doctor)) first.set(doctor, row);
  if (isPatients)
    for (const [doctor, row] of first)
      if (isTotal(doctor, roles.unit)) throw totalPatient(row, doctor);
  const { merged, notes } = settleNames(first, sumRows);
  more.push(...notes);
  for (const row of read.rows) row.doctor = merged.get(row.doctor) ?? row.doctor;
  yield;
  if (sumRows || isPatients) more.push(...twoPlaces(table, roles));
  if (isPatients)
    return { counts: addedUp(read.rows).map((unit) => league(unit, false)), more, leftOut };
  const { units, notes: summed } = settleStrata(table, roles, read.rows, sumRows);
  const failures = ["failures", "failure_rate"].includes(countedRole(roles));
  more.push(
    ...summed,
    ...doubts.unused(table, roles),
    ...turned(roles, failures),
    ...withheld(read.rows, roles),
  );
  sayBasis(more, columnOf(table, roles[countedRole(roles)]));
  return { counts: units.map((unit) => league(unit, failures)), more, leftOut };
}

const totalPatient = (row, doctor) =>
  new OutcomesError(
    `Line ${row}: “${doctor}” is called a total, and every line is read as a patient. Delete the line, or give ` +
      "the unit another name.",
    "total",
  );

function turned(roles, failures) {
  if (!failures) return [];
  const text = `Column “${roles[countedRole(roles)]}” counts failures: the successes are the other patients.`;
  return [note("turned", text)];
}

function withheld(rows, roles) {
  const hidden = rows.filter(({ low, high }) => low !== high);
  if (!hidden.length) return [];
  const said = hidden.slice(0, 5).map(({ doctor, low, high }) => `${doctor} ${low} to ${high}`);
  const heading = `Column “${roles[countedRole(roles)]}” withholds`;
  const text =
    hidden.length === 1
      ? `${heading} a small count, which was taken as bounded: ${said[0]}. Its raw rate is not drawn.`
      : `${heading} ${hidden.length} small counts; they were taken as bounded: ${said.join("; ")}` +
        `${hidden.length > 5 ? " and so on" : ""}. Their raw rates are not drawn.`;
  return [
    note(
      "suppressed",
      text,
      hidden.map(({ row }) => row),
    ),
  ];
}

/** Let the last note on withheld counts say on what their bounds rest. */
function sayBasis(notes, column) {
  const last = notes.findLast(({ kind }) => ["subtracted", "suppressed"].includes(kind));
  if (!last) return;
  const texts = used(column).map(([text]) => inBrackets(text, column.heading)[0]);
  const zeros = texts.some((text) => number(text) === 0);
  last.text = `${last.text} ${basis(texts, zeros)}`.trim();
}

/** A unit as a row of a league table, as successes, whatever is counted. */
function league({ doctor, low, high, trials, expected }, failures) {
  const [fewest, most] = failures ? [trials - high, trials - low] : [low, high];
  const row = [doctor, fewest === most ? fewest : null, trials];
  const wanted = expected === undefined || !trials ? null : failures ? trials - expected : expected;
  if (fewest !== most) return [...row, wanted, [fewest, most]];
  return wanted === null ? row : [...row, wanted];
}

function refuseLong(lines) {
  if (lines > MOST_LINES)
    throw new OutcomesError(
      `This page reads up to ${grouped(MOST_LINES)} lines, and the text has ${grouped(lines)}. For more, use the ` +
        "command shrinkage report.",
      "too many",
    );
}

function refuseTooMany(rows) {
  if (rows.length > MOST.doctors)
    throw new OutcomesError(
      `This page holds up to ${MOST.doctors} doctors, and the text has ${grouped(rows.length)}. For more, use ` +
        "shrinkage.exact.posterior in Python.",
      "too many",
    );
  for (const [name, , trials] of rows) {
    if (name.length > MOST.name)
      throw new OutcomesError(
        `“${name.slice(0, 30)}…” needs a name of at most ${MOST.name} characters.`,
        "too long",
      );
    if (trials > MOST.patients)
      throw new OutcomesError(
        `“${name}” has ${grouped(trials)} patients, and this page takes up to ${grouped(MOST.patients)}. For more, ` +
          "use shrinkage.exact.posterior in Python.",
        "too many",
      );
  }
}
