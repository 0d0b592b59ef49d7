// What stands for nothing ('NA', '–') and what is withheld because it is small ('<5', '*').
import { listed } from "./problems.js";
import { RULES } from "./rules.js";

const HIDDEN = [...RULES.suppressed, ...RULES.unavailable];
const isDigits = (text) => /^\d+$/.test(text);

/** Whether a text stands for a value that is not known. */
export const isMissing = (text) => RULES.missing.includes(text.toLowerCase());

/** The bounds that a withheld count states, NaN where it states none; null if it is not one. */
export function suppressed(text) {
  const plain = text.toLowerCase().trim().split(/\s+/).join(" ");
  if (HIDDEN.includes(plain)) return [NaN, NaN];
  for (const [starts, less] of [
    [RULES.at_most, 0],
    [RULES.fewer_than, 1],
  ])
    for (const start of starts) {
      const rest = plain.slice(start.length).trim();
      if (plain.startsWith(start) && isDigits(rest)) return [0, Number(rest) - less];
    }
  for (const mark of RULES.range_marks) {
    const ends = plain.split(mark).map((part) => part.trim());
    if (ends.length === 2 && ends.every(isDigits) && Number(ends[0]) < Number(ends[1]))
      return ends.map(Number);
  }
  return null;
}

/**
 * On what the bounds of withheld counts rest, in a sentence; '' where they have none. `texts`: the different
 * texts of the column; `zeros`: whether some of them are 0.
 */
export function basis(texts, zeros) {
  const own = texts.filter((text) => suppressed(text)?.every((end) => !Number.isNaN(end)));
  if (!own.length) return "";
  const says = own.length === 1 ? "says" : "say";
  const said = `The bounds of withheld counts are what ${listed(own)} ${says}`;
  const raised = own.filter((text) => !/^\d/.test(text) && suppressed(text)[1] > 0);
  if (!zeros || !raised.length) return `${said}.`;
  const which = raised.length === own.length ? "" : ` for ${listed(raised)}`;
  const most = Math.max(...raised.map((text) => suppressed(text)[1]));
  return (
    `${said}, without 0${which}, because the column shows zeros elsewhere; if 0 is withheld too, write 0-${most} in its ` +
    "place."
  );
}
