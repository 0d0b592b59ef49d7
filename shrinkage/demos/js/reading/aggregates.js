// Names that are of no unit, or of what the units are in: totals, averages, parts, nations.
import { RULES, words } from "./rules.js";

const STEM = 3; // letters by which a word is known in its plural
const PLURALS = [
  ...Object.keys(RULES.unit)
    .filter((word) => !word.endsWith("s"))
    .map((word) => `${word.replace(/(?<![aeiou])y$/, "ie")}s`),
  ...Object.entries(RULES.unit)
    .filter(([word, one]) => word !== one && word.endsWith("s"))
    .map(([word]) => word),
  ...["patients", "cases", "regions", "states", "operations", "procedures"],
];
const WHOLES = [...Object.keys(RULES.unit), ...RULES.wider_units, "the", "our", "whole", "entire"];

/**
 * Whether a name is that of a total: 'Total', 'All hospitals', 'North total'. Of words that are not known,
 * the plural of the units' heading counts: 'Alle Operateure'.
 */
export function isTotal(name, heading = "") {
  const found = [...words(name)];
  while (found.length > 1 && /^(n|\d+)$/.test(found.at(-1))) found.pop(); // 'Overall (n = 300)'
  if (!found.length) return false;
  const last = found.at(-1);
  if (RULES.totals.includes(found.join(" ")) || RULES.total_ends.includes(last)) return true;
  if (found[0] === "total" || found[0] === "subtotal")
    return !Object.hasOwn(RULES.unit, last) || PLURALS.includes(last);
  if (!RULES.total_words.includes(found[0])) return false;
  const isPlural = (w) => w.length > STEM && last.startsWith(w.slice(0, -1));
  return PLURALS.includes(last) || words(heading).some(isPlural);
}

const NAMES = RULES.averages.join("|");
const ALONE = RULES.averages_alone.join("|");
const AVERAGE = new RegExp(`^(?:(.* )?(${NAMES})|(${NAMES}) (of|for) .*|${ALONE})$`);
const PART = new RegExp(`^(${RULES.parts.join("|")})( |$)`);

/** Whether a name is that of no unit but of their average: 'Median', 'National average'. */
export const isAverage = (name) => AVERAGE.test(words(name).join(" "));

/** Whether a name is that of a part of another row: 'of which emergency'. */
export const isPart = (name) => PART.test(words(name).join(" "));

/** Whether a name is that of what the units are in, and so perhaps their total: 'England'. */
export const isNation = (name) => RULES.nations.includes(words(name).join(" "));

/** Whether a name may be that of what the units are in: 'Department', 'The whole trust'. */
export function isWhole(name) {
  const found = words(name);
  return found.length > 0 && found.every((word) => WHOLES.includes(word));
}
