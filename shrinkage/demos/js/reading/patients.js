// A table with a row a patient: who treated them, and whether it went well.
import { columnOf } from "./grid.js";
import { meaning, plain } from "./headings.js";
import { oneRowEach } from "./layouts.js";
import { looksLikeNumber } from "./numbers.js";
import { found, inRows, listed, note, Problems } from "./problems.js";
import { compatible } from "./qualifiers.js";
import { RULES } from "./rules.js";
import { isMissing } from "./withheld.js";

const KNOWN = [...RULES.good, ...RULES.bad, ...RULES.yes, ...RULES.no];
const FILL_IN = "Fill it in, or leave the line out.";

const tidy = (text) => text.toLowerCase().replace(/^([01])\.0{0,2}$/, "$1");

/** Whether texts say of single patients how it went: 1 and 0, yes and no, alive and dead. */
export function isOutcome(texts) {
  const given = texts.filter((text) => !isMissing(text));
  return given.length > 0 && given.every((text) => KNOWN.includes(tidy(text)));
}

/** Whether texts are outcomes, and perhaps a few others in words: 'Y', 'N' and 'unsure'. */
export function nearlyOutcome(texts) {
  const given = [...new Set(texts.filter((text) => !isMissing(text)).map(tidy))];
  const others = given.filter((text) => !KNOWN.includes(text));
  return 2 * others.length < given.length && !others.some(looksLikeNumber);
}

/** 1 for a success, 0 for a failure, null for anything else; 1 and 'yes' mean what the heading counts. */
function outcome(text, failure) {
  const plain = tidy(text);
  if (RULES.yes.includes(plain)) return failure ? 0 : 1;
  if (RULES.no.includes(plain)) return failure ? 1 : 0;
  return RULES.good.includes(plain) ? 1 : RULES.bad.includes(plain) ? 0 : null;
}

/** A row a patient: { rows, notes }, rows { row, doctor, low, high, trials } of one patient each. */
export function readPatients(table, roles) {
  const failure = "failure" in roles;
  const unit = columnOf(table, roles.unit);
  const counted = columnOf(table, roles[failure ? "failure" : "success"]);
  const problems = new Problems();
  const rows = table.numbers.map((row, place) => {
    const doctor = unit.texts[place];
    if (isMissing(doctor)) {
      const noun = meaning(unit.heading).noun ?? "doctor";
      const what = `expected the ${noun}’s name, found ${found(doctor, true)}. ${FILL_IN}`;
      problems.add(row, unit.heading, what, "missing");
    }
    const text = counted.texts[place];
    const success = outcome(text, failure);
    if (success === null) {
      const missing = isMissing(text);
      const remedy = missing
        ? FILL_IN
        : `Write 1 for a ${failure ? "failure" : "success"} and 0 for the others, or yes and no.`;
      const what = `expected 0 or 1, found ${found(text, missing)}. ${remedy}`;
      problems.add(row, counted.heading, what, missing ? "missing" : "value");
    }
    return { row, place, doctor, low: success, high: success, trials: 1 };
  });
  problems.refuse();
  const text = `Column “${counted.heading}” marks failures: the successes are the other patients.`;
  const further = table.columns.filter((column) => column !== unit && column !== counted);
  const notes = [...(failure ? [note("turned", text)] : []), ...repeated(table, further)];
  notes.push(...contradicted(rows, counted, further));
  if (oneRowEach(unit)) {
    const noun = meaning(unit.heading).noun ?? "doctor";
    const single =
      `Every ${noun} has one line, and a line was read as a patient. If a line has counts, add a column ` +
      "“trials” with all patients of it.";
    notes.push(note("single", single, [], true));
  }
  const headings = further.map(({ heading }) => heading);
  if (headings.length) notes.push(note("unused", `Not read: column ${listed(headings, 12)}.`));
  return { rows, notes };
}

/** Patients who did well by one column and died by another. */
function contradicted(rows, counted, further) {
  for (const { heading, texts } of further) {
    const { role, noun } = meaning(heading);
    const isBad = role === "failures";
    if ((!isBad && role !== "successes") || !isOutcome(texts)) continue;
    if (!compatible(noun, meaning(counted.heading).noun)) continue;
    // Who did badly may be alive.
    const isApart = ({ place, low }) =>
      low === (isBad ? 1 : 0) && outcome(texts[place], isBad) === 1 - low;
    const lines = rows
      .filter(isApart)
      .map(({ row }) => row)
      .slice(0, 100);
    if (!lines.length) continue;
    const text =
      `Column “${heading}” says the reverse of “${counted.heading}” in ${inRows(lines)}. Is 1 a success in ` +
      `“${counted.heading}”?`;
    return [note("contradicts", text, lines, true)];
  }
  return [];
}

/** A patient's number that stands in two lines: one patient may be counted twice. */
function repeated({ numbers }, further) {
  for (const { heading, texts } of further) {
    const isOfPatients = plain(heading) === "id" && 2 * new Set(texts).size > texts.length;
    if (meaning(heading).role !== "patient" && !isOfPatients) continue;
    const times = new Map();
    for (const text of texts) times.set(text, (times.get(text) ?? 0) + 1);
    const twice = [...times.keys()].filter((text) => times.get(text) > 1 && !isMissing(text));
    if (!twice.length) continue;
    const lines = numbers.filter((_, place) => twice.includes(texts[place])).slice(0, 100);
    const text =
      `${listed(twice, 3)} in column “${heading}” stand in more than one line (${inRows(lines)}). If that is ` +
      "one patient, entered twice, delete one of the lines; all were counted.";
    return [note("repeated", text, lines, true)];
  }
  return [];
}
