// A table with a row a unit: the patients of each, and how many of them are counted. A row is
// { row (its line), place, doctor, trials, low, high (bounds of what is counted, equal where it is known,
// NaN where nothing is), expected, ratio, and the states of the cells }.
import { inBrackets } from "./brackets.js";
import { columnOf, used } from "./grid.js";
import { meaning } from "./headings.js";
import { BAD, findMarks, MISSING, NUMBER, number, read, SUPPRESSED } from "./numbers.js";
import { found, inRows, listed, note, Problems } from "./problems.js";
import { COUNTED } from "./proposal.js";
import { recover } from "./rates.js";
import { isMissing } from "./withheld.js";

const WHOLE = ["trials", "successes", "failures"];
const REAL = ["rate", "failure_rate", "expected", "ratio"];
const MADE_A_DATE =
  /^\d{1,2}[-. ]?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mai|okt|dez)|^\d{4}-\d\d-\d\d/i;
const DATE = " It may be a range, 1-4, of which a spreadsheet made a date: write it as text.";
const FILL_IN = "Fill it in, or leave the line out.";

/** The role of what the table counts: successes before failures, counts before rates. */
export const countedRole = (roles) => COUNTED.find((role) => role in roles);

/** Every row as it stands, with what is unknown as NaN; nothing is judged yet: { rows, notes }. */
export function readRows(table, roles) {
  const given = [...WHOLE, ...REAL].filter((role) => role in roles);
  const columnFor = (role) => columnOf(table, roles[role]);
  const columns = given.map((role) => {
    const whole = WHOLE.includes(role);
    const { texts, heading } = columnFor(role);
    const counts = () => texts.map((text) => inBrackets(text, heading)[0]);
    return { heading, texts: whole ? counts() : texts, whole };
  });
  for (const column of columns)
    column.cells = used(column).map(([text, place]) => [text, table.numbers[place]]);
  const { decimal, notes } = findMarks(columns, table.separator);
  const cells = Object.fromEntries(
    given.map((role, k) => [role, read(columns[k].texts, decimal, columns[k].whole)]),
  );
  const role = countedRole(roles);
  const units = columnFor("unit").texts;
  const trialsOf = (place) => {
    const counted = cells[role][place];
    if ("trials" in cells) return cells.trials[place];
    if (!("failures" in cells) || role !== "successes") return { value: NaN, state: NUMBER };
    const other = cells.failures[place];
    const state = Math.max(counted.state, other.state);
    return { value: counted.value + other.value, state, otherState: other.state };
  };
  const rows = table.numbers.map((row, place) => {
    const { low, high, state } = cells[role][place];
    const { value: trials, state: trialsState, otherState } = trialsOf(place);
    const [expected, ratio] = ["expected", "ratio"].map((name) => cells[name]?.[place].value);
    const doctor = units[place];
    const states = { state, trialsState, otherState };
    return { row, place, doctor, low, high, trials, ...states, expected, ratio };
  });
  if (role === "rate" || role === "failure_rate")
    notes.push(...recover(columnFor(role), rows, decimal));
  return { rows, notes };
}

/** The rows of which something can be said, those that say nothing, and a note a reason. */
export function leaveOut(rows, roles) {
  const counted = `“${roles[countedRole(roles)]}”`;
  const trials = `“${roles.trials ?? "trials"}”`;
  const bySum = !("trials" in roles) && "failures" in roles && "successes" in roles;
  const rare = rows.every((row) => Number.isNaN(row.trials));
  const why = ({ state, low, trialsState, expected }) => {
    const hidden = state === SUPPRESSED;
    if (rare && state === MISSING && Number.isNaN(expected))
      return `neither ${counted} nor what was expected is given`;
    if (trialsState === MISSING && state === MISSING)
      return `neither ${counted} nor ${trials} is given`;
    if (trialsState === SUPPRESSED || (trialsState === MISSING && hidden))
      return bySum
        ? "a count is withheld, so the number of patients is unknown"
        : `${trials} is withheld`;
    return hidden && Number.isNaN(low)
      ? `${counted} is withheld, and no bounds of it are stated`
      : "";
  };
  const kept = [];
  const reasons = new Map();
  for (const row of rows) {
    const reason = isMissing(row.doctor) ? "" : why(row);
    if (!reason) kept.push(row);
    else reasons.set(reason, [...(reasons.get(reason) ?? []), row]);
  }
  const notes = Array.from(reasons, ([reason, left]) => {
    const lines = left.map(({ row }) => row);
    const who = listed(left.map(({ doctor }) => doctor));
    const hint = reason.includes("no bounds")
      ? " If you know its bounds, write them in its place: 1-4, or <5."
      : "";
    const text = `${who} (${inRows(lines)}): ${reason}. Left out of the picture and of every estimate.${hint}`;
    return note("left out", text, lines, true);
  });
  return { kept, notes, left: [...reasons.values()].flat() };
}

/** Refuse values that are missing, no numbers, or more than the patients, all of them together. */
export function refuseBad(table, roles, rows) {
  const problems = new Problems();
  const role = countedRole(roles);
  const unit = meaning(roles.unit).noun ?? "doctor";
  const whole = {
    trials: "Write how many patients were seen, a whole number and no sign.",
    successes: "Write how many patients did well, a whole number and no sign.",
    failures: "Write how many it happened to, a whole number and no sign.",
  };
  const judge = (row, name, state) => {
    if (!(name in roles) || (state !== BAD && state !== MISSING)) return;
    const text = columnOf(table, roles[name]).texts[row.place];
    const missing = state === MISSING;
    const wanted = name in whole ? "a whole number, 0 or more" : "a rate";
    let remedy = whole[name] ?? "Write it as a percent or a share of 1.";
    if (name in whole) remedy += percents(text, name);
    if (name in whole && MADE_A_DATE.test(text)) remedy += DATE;
    if (missing) remedy = FILL_IN;
    if (missing && name !== "trials")
      remedy += " If it was withheld because it is small, write <5.";
    const what = `expected ${wanted}, found ${found(text, missing)}. ${remedy}`;
    problems.add(row.row, roles[name], what, missing ? "missing" : "value");
  };
  for (const row of rows) {
    if (isMissing(row.doctor)) {
      const what =
        `expected the ${unit}’s name, found ${found(row.doctor, true)}. If it is the one above, as in ` +
        `merged cells, repeat it. ${FILL_IN}`;
      problems.add(row.row, roles.unit, what, "missing");
    }
    judge(row, "trials", row.trialsState);
    judge(row, role, row.state);
    judge(row, "failures", row.otherState);
    if (row.low > row.trials)
      problems.add(
        row.row,
        roles[role],
        `expected at most ${row.trials} (column “${roles.trials}” of that line), found ${row.low}. Are ` +
          `the columns “${roles[role]}” and “${roles.trials}” exchanged? Are they percents?`,
        "swapped",
      );
    if ("trials" in roles && "successes" in roles && "failures" in roles)
      judgeSum(row, columnOf(table, roles.failures), problems);
    if (row.rateProblem) problems.add(row.row, roles[role], row.rateProblem, "rate");
  }
  problems.refuse();
}

/** Successes and failures beside the patients must be all of them. */
function judgeSum({ row, place, low, high, trials }, { heading, texts }, problems) {
  const failures = number(texts[place]);
  if (failures === null || low !== high || low + failures === trials) return;
  const what =
    `expected ${trials - low} (the patients less the successes), found “${texts[place]}”. Correct it, ` +
    "or choose one of the two columns.";
  problems.add(row, heading, what);
}

function percents(text, name) {
  const value = number(text);
  if (name === "trials" || value === null || !(value >= 0 && value <= 100)) return "";
  const rate = name === "successes" ? "success rate" : "failure rate";
  return ` If it is a percent or a rate, choose “${rate}” for the column.`;
}
