// Whether a row is a unit or a patient, where the headings alone cannot say it.
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
  const many = table.columns.filter(
    (column) => ![roles.unit, heading].includes(column.heading) && isFrequency(column),
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
