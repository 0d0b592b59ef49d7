// What a reader of counts should doubt: percents taken as counts, columns that were passed over.
import { inBrackets } from "./brackets.js";
import { countedRole } from "./counts.js";
import { columnOf } from "./grid.js";
import { meaning } from "./headings.js";
import { number } from "./numbers.js";
import { inRows, listed, note } from "./problems.js";
import { compatible } from "./qualifiers.js";
import { countsOf } from "./rates.js";
import { RULES } from "./rules.js";
import { mayBeRates } from "./values.js";

const FEW = 10; // a smaller smallest count says nothing
const VARIES = 1.5; // how many times as many patients the largest unit has as the smallest
const STEADY = 0.25; // how much less than the patients the counts vary, on the log scale

function spreadOfLogs(values) {
  const logs = values.map(Math.log);
  const mean = logs.reduce((a, b) => a + b, 0) / logs.length;
  return Math.sqrt(logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / logs.length);
}

const steadier = (counts, trials) => spreadOfLogs(counts) <= STEADY * spreadOfLogs(trials);

/** Counts up to 100 that stay the same while the patients vary widely may be percents. */
export function percents(table, roles, rows) {
  const seen = rows.filter(({ trials, low, high }) => trials > 0 && low === high);
  const role = countedRole(roles);
  if (seen.length < 2 || !("trials" in roles) || !["successes", "failures"].includes(role))
    return [];
  const counts = seen.map(({ low }) => low);
  const trials = seen.map((row) => row.trials);
  const [fewest, most] = [Math.min(...trials), Math.max(...trials)];
  const [least, largest] = [Math.min(...counts), Math.max(...counts)];
  const isSteady = largest <= 100 && least >= FEW && most >= VARIES * fewest && most > 100;
  const isDoubtful = isSteady && steadier(counts, trials);
  if (!isDoubtful && !mayBeRates(columnOf(table, roles[role]))) return [];
  const sort = largest > 1 ? "percents" : "shares of 1";
  const text =
    `Column “${roles[role]}” has ${least} to ${largest} while the patients are ` +
    `${fewest} to ${most}: it may be ${sort}. They were read as counts; if they are ${sort}, choose ` +
    `“${role === "successes" ? "success rate" : "failure rate"}” for the column.`;
  return [
    note(
      "percents",
      text,
      seen.map(({ row }) => row),
      true,
    ),
  ];
}

/**
 * Columns beside those that were read that seem to hold the same, and do not: 'trials 2002' beside
 * 'trials', or a mortality that is not the deaths among the patients.
 */
export function contradicted(table, roles, rows) {
  if (!("trials" in roles)) return [];
  const counted = roles[countedRole(roles)];
  const { noun } = meaning(counted);
  const known = rows.filter(({ low, high }) => low === high);
  const notes = [];
  for (const { heading, texts } of table.columns) {
    const means = meaning(heading);
    const same = means.role === "trials" || (means.noun && means.noun === noun);
    const others = noun && means.noun === RULES.complements[noun]; // the dead, of survivors
    if (!(same || others) || Object.values(roles).includes(heading)) continue;
    const counts = ({ low, trials }) => ({ trials, low: others ? trials - low : low });
    const lines = known
      .filter((row) => !agrees(texts[row.place], means.role, counts(row)))
      .map(({ row }) => row);
    if (!lines.length) continue;
    const other = means.role === "trials" ? roles.trials : counted;
    const text =
      `Column “${heading}” was not read, and does not agree with “${other}” in ${inRows(lines)}. Are other ` +
      "patients meant, or is it the right column?";
    notes.push(note("contradicts", text, lines, true));
  }
  return notes;
}

/** Columns of failures that have the numbers of the successes, or the reverse. */
export function turned(table, roles, rows) {
  if (("successes" in roles && "failures" in roles) || !("trials" in roles)) return [];
  const role = countedRole(roles);
  const isBad = role === "failures" || role === "failure_rate";
  const opposite = isBad ? ["successes", "rate"] : ["failures", "failure_rate"];
  const known = rows.filter(({ low, high, trials }) => low === high && !Number.isNaN(trials));
  for (const { heading, texts } of table.columns) {
    const means = meaning(heading);
    if (Object.values(roles).includes(heading) || !opposite.includes(means.role)) continue;
    const filled = known.filter(({ place }) => number(texts[place]) !== null);
    const agreesWith = ({ place, trials, low }, count) =>
      agrees(texts[place], means.role, { trials, low: count(trials, low) });
    const same = known.every((row) => agreesWith(row, (_, low) => low));
    const apart = known.some((row) => !agreesWith(row, (trials, low) => trials - low));
    if (filled.length < 2 || !same || !apart) continue;
    const text =
      `Column “${heading}” has the same numbers as “${roles[role]}”, which was read as ` +
      `${isBad ? "failures" : "successes"}. Are they the same patients? If so, choose ` +
      `“${isBad ? "successes" : "failures"}” for “${roles[role]}”.`;
    return [note("contradicts", text, [], true)];
  }
  return [];
}

/** Counts whose percent in brackets, '8 (36 %)', is not theirs among the patients. */
export function brackets(table, roles, rows) {
  const { heading, texts } = columnOf(table, roles[countedRole(roles)]);
  const isWrong = ({ place, low, high, trials }) => {
    if (low !== high || Number.isNaN(trials)) return false;
    const [, percent] = inBrackets(texts[place], heading);
    const [fewest, most] = countsOf(
      percent.includes(".") ? percent : percent.replaceAll(",", "."),
      trials,
      100,
    );
    return percent && !(fewest <= low && low <= most);
  };
  const lines = rows.filter(isWrong).map(({ row }) => row);
  if (!lines.length) return [];
  const text =
    `Column “${heading}”, ${inRows(lines)}: the percent in brackets is not that of the count among ` +
    `“${roles.trials ?? "the patients"}”. Are other patients meant?`;
  return [note("contradicts", text, lines, true)];
}

/** Three digits beside a short number: '1,719' without quotation marks is two cells. */
export function spilled({ columns }, roles, rows) {
  const taken = Object.values(roles);
  for (const [k, { heading, texts }] of columns.entries()) {
    const before = columns[k - 1];
    if (!k || !taken.includes(before.heading) || taken.includes(heading)) continue;
    const filled = rows.filter(({ place }) => texts[place]);
    const isSplit = ({ place }) =>
      /^\d{3}$/.test(texts[place]) && /^[1-9]\d{0,2}$/.test(before.texts[place]);
    if (!filled.length || filled.length === rows.length || !filled.every(isSplit)) continue;
    const lines = filled.map(({ row }) => row);
    const [{ place }] = filled;
    const text =
      `In ${inRows(lines)}, “${before.texts[place]}” and “${texts[place]}” stand in “${before.heading}” and “${heading}”. ` +
      "Are they one number with a comma between thousands? Then write it without.";
    return [note("thousands", text, lines, true)];
  }
  return [];
}

/** Years in the heading of the patients that are not those of what is counted. */
export function periods(roles) {
  const role = countedRole(roles);
  const years = ["trials", role].map((one) =>
    [...new Set(roles[one]?.match(/(?:19|20)\d\d/g))].sort().join(),
  );
  if (!years[0] || !years[1] || years[0] === years[1]) return [];
  const text =
    `“${roles.trials}” and “${roles[role]}” name different years. Are they the same patients? If not, the ` +
    "rates mean nothing.";
  return [note("period", text, [], true)];
}

/** Whether a cell can be what was read from its row: the patients, the count, or its rate. */
function agrees(text, role, { low, trials }) {
  const value = number(text);
  if (value === null) return true;
  if (role === "rate" || role === "failure_rate")
    return [1, 100].some((scale) => {
      const [fewest, most] = countsOf(text, trials, scale);
      return fewest <= low && low <= most;
    });
  if (!["trials", "successes", "failures"].includes(role) || value % 1) return true;
  return value === (role === "trials" ? trials : low);
}

/** Units without patients are kept, and are predicted as new ones. */
export function noPatients(rows) {
  const none = rows.filter(({ trials }) => trials === 0);
  if (!none.length) return [];
  const lines = none.map(({ row }) => row);
  const who = listed(none.map(({ doctor }) => doctor));
  const text = `${who} (${inRows(lines)}): no patients, so nothing but what is known of a new one is known.`;
  return [note("no patients", text, lines)];
}

/** The columns that were not read, and what that means. */
export function unused(table, roles) {
  const taken = Object.values(roles);
  const left = table.columns
    .map(({ heading }) => heading)
    .filter((heading) => !taken.includes(heading));
  const notes = [];
  const of = (...kinds) => left.filter((heading) => kinds.includes(meaning(heading).role));
  const covariates = of("covariate");
  if (covariates.length)
    notes.push(
      note(
        "covariate",
        `Column ${listed(covariates)} was not used: a table of counts has no patient whose risk it could be. ` +
          "To adjust for it, give an expected number; the command shrinkage report takes patients, too.",
        [],
        true,
      ),
    );
  const { noun } = meaning(roles[countedRole(roles)]);
  const models = of("expected", "ratio").filter((one) => compatible(meaning(one).noun, noun));
  if (models.length && !("expected" in roles) && !("ratio" in roles))
    notes.push(
      note(
        "unadjusted",
        `Column ${listed(models)} seems to hold what was expected of each unit’s own patients, and was not ` +
          "used. To adjust for it, choose so for the column.",
        [],
        true,
      ),
    );
  const rest = left.filter((heading) => !covariates.includes(heading) && !models.includes(heading));
  if (rest.length) notes.push(note("unused", `Not read: column ${listed(rest, 12)}.`));
  return notes;
}
