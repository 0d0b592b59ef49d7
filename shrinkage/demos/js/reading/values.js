// What the values below a heading say of its meaning: percents are no counts.
import { inBrackets } from "./brackets.js";
import { used } from "./grid.js";
import { meaning, RATES } from "./headings.js";
import { looksLikeNumber, number } from "./numbers.js";
import { nearlyOutcome } from "./patients.js";
import { hasWord, RULES } from "./rules.js";
import { isMissing, suppressed } from "./withheld.js";

const DIRECTED = [...RULES.good, ...RULES.bad].filter((word) => word !== "0" && word !== "1");

/** Whether a heading names a rate, 'Mortality', and its whole numbers could be percents. */
export function mayBeRates({ heading, texts }) {
  return (
    hasWord(heading, RULES.rate_nouns) &&
    !hasWord(heading, RULES.frequencies) &&
    texts.every((text) => !(number(text) > 100))
  );
}

/** The role of a heading, corrected by what stands below it: percents are no counts. */
export function byValues(column) {
  const { role } = meaning(column.heading);
  const counts = { rate: "successes", failure_rate: "failures" }[role];
  const numbers = used(column).filter(([text]) => looksLikeNumber(text.slice(0, 1)));
  if (counts && numbers.length && numbers.every(([text]) => inBrackets(text, column.heading)[1]))
    return counts; // 'Deaths n (%)', each with its percent in brackets
  if (!["successes", "failures", "undirected", "trials"].includes(role)) return role;
  const texts = used(column)
    .slice(0, 1000)
    .map(([text]) => text)
    .filter((text) => !isMissing(text));
  if (!texts.length) return null;
  if (role === "undirected" && texts.some((text) => DIRECTED.includes(text.toLowerCase())))
    return nearlyOutcome(texts) ? "successes" : null;
  if (nearlyOutcome(texts) && role !== "trials") return role;
  if (texts.every((text) => !looksLikeNumber(text) && !suppressed(text))) return null;
  const fractions = texts.filter((text) => text.includes("%") || (number(text) ?? 0) % 1);
  const areThousands = fractions.every((text) => /^[1-9]\d{0,2}\.\d{3}$/.test(text));
  const areSlips =
    2 * fractions.length < texts.length && !fractions.some((text) => text.includes("%"));
  const isRate = hasWord(column.heading, RULES.rate_nouns);
  if (areThousands || (areSlips && !isRate)) return role; // a mean below the counts is one of few
  return RATES[role] ?? null;
}
