// Whether a row is a unit or a patient, or a unit in several groups that stand side by side.
import { columnOf } from "./grid.js";
import { meaning } from "./headings.js";
import { number } from "./numbers.js";
import { isOutcome } from "./patients.js";
import { OutcomesError } from "./problems.js";
import { RULES, words } from "./rules.js";

/** Whether no unit has a second row: then a row is hardly a patient. */
export const oneRowEach = ({ texts }) => texts.length > 1 && new Set(texts).size === texts.length;

/** Whether a column has whole numbers above 1. */
export const countsMore = ({ texts }) =>
  texts.slice(0, 1000).some((text) => {
    const value = number(text);
    return value > 1 && value === Math.round(value);
  });

/** Whether a column may say how many patients a row stands for: 'n', 'count', 'cases'. */
export function isFrequency(column) {
  const { role, strength } = meaning(column.heading);
  const found = words(column.heading);
  const isNamed = found.length > 0 && found.every((word) => RULES.frequencies.includes(word));
  return ((role === "trials" && strength === 2) || isNamed) && countsMore(column);
}

/** Refuse 0 and 1 beside larger numbers, with several rows a unit: three things it can be. */
export function refuseFrequencies(table, roles) {
  const role = ["successes", "failures", "success", "failure"].find((one) => one in roles);
  if (!role || !("unit" in roles) || ("successes" in roles && "failures" in roles)) return;
  const heading = roles[role];
  const mayCount = (column) =>
    isFrequency(column) || (meaning(column.heading).role === "trials" && countsMore(column));
  const many = table.columns.filter(
    (column) => ![roles.unit, heading].includes(column.heading) && mayCount(column),
  );
  if (!many.length || oneRowEach(columnOf(table, roles.unit))) return;
  if (!isOutcome(columnOf(table, heading).texts)) return;
  const counting = roles.trials ?? many[0].heading;
  throw new OutcomesError(
    `“${heading}” has one of two values in every line, units have several lines, and “${counting}” has larger ` +
      `numbers. If every line is a patient, choose so for “${heading}”. If every line stands for “${counting}” ` +
      "patients with one outcome, add them up: a line for each unit, with its successes and trials. If " +
      `“${heading}” is a count among “${counting}”, choose so for both.`,
    "frequencies",
  );
}

/**
 * Headings of one of the wanted roles that differ in a number or a group alone: 'trials 2001' and 'trials 2002', or
 * 'Male deaths' and 'Female deaths' where no 'Deaths' are.
 */
export function sideBySide({ columns }, wanted) {
  const alike = new Map();
  for (const { heading } of columns) {
    const found = words(heading);
    const base = found
      .filter((word) => !RULES.groups.includes(word))
      .map((word) => word.replace(/\d+/g, ""))
      .filter(Boolean)
      .join(" ");
    const isNumbered = /\d/.test(heading);
    if (!isNumbered && !found.some((word) => RULES.groups.includes(word))) continue;
    const key = `${isNumbered} ${base}`;
    if (!alike.has(key)) alike.set(key, { base, isNumbered, headings: [] });
    alike.get(key).headings.push(heading);
  }
  const whole = columns.map(({ heading }) => words(heading).join(" "));
  const isWide = ({ base, isNumbered, headings }) =>
    headings.length > 1 &&
    wanted.includes(meaning(isNumbered ? headings[0] : base).role) &&
    (isNumbered || !whole.includes(base));
  return [...alike.values()].find(isWide)?.headings ?? [];
}
