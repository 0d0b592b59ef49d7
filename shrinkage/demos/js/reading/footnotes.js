// Whether what stands below a table is a remark on it and not a row of it.
import { looksLikeNumber } from "./numbers.js";
import { RULES, startsWithAny, words } from "./rules.js";
import { isMissing, suppressed } from "./withheld.js";

const LONG_SENTENCE = 5; // words from which a lone cell below a table is a footnote

/** Whether the filled cells of a row, in a table of some width, are a footnote. */
export function isFootnote(cells, width, afterBlank) {
  const first = cells[0].toLowerCase();
  if (RULES.footnote_starts.some((start) => first.startsWith(`${start}:`))) return true;
  if (cells.some(looksLikeNumber)) return false;
  // A unit of which nothing is shown.
  if (cells.slice(1).some((cell) => isMissing(cell) || suppressed(cell))) return false;
  if (startsWithAny(first, RULES.footnote_starts)) return true;
  const alone = cells.length === 1 && width > 1;
  return alone && ((afterBlank && width > 2) || words(first).length >= LONG_SENTENCE);
}
