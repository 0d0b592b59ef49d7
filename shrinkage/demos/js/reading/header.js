// Which line of a text has the names of its columns, and what they are.

import { isDate } from "./dates.js";
import { meaning } from "./headings.js";
import { looksLikeNumber } from "./numbers.js";
import { OutcomesError } from "./problems.js";
import { RULES, words } from "./rules.js";

const YEAR = /^(19|20)\d\d([/–-]\d\d(\d\d)?)?$/;

/** Whether a cell is no heading. */
const isValue = (cell) => looksLikeNumber(cell) || isDate(cell.trim());

export const filled = (cells) => cells.filter((cell) => cell.trim());

/** The line with the headings: that with most of a known meaning, else the first wide one. */
export function headerOf(top) {
  const widths = top.map((cells) => filled(cells).length);
  const wide = top.map((_, k) => k).filter((k) => widths[k] > 1);
  if (!wide.length)
    throw new OutcomesError(
      "No line has two columns or more, and a table needs at least two: the units and what is counted of each.",
      "one column",
    );
  const known = (k) => {
    const cells = filled(top[k]);
    if (3 * cells.filter(isValue).length >= cells.length) return 0; // a row of the table
    return new Set(cells.map((cell) => meaning(cell).role).filter(Boolean)).size;
  };
  const knowing = top.map((_, k) => (widths[k] > 1 ? known(k) : 0));
  let best = wide.reduce((a, b) => (knowing[b] > knowing[a] ? b : a));
  if (knowing[best] < 2) {
    const times = (width) => widths.filter((other) => other === width).length;
    const usual = wide
      .map((k) => widths[k])
      .reduce((a, b) => (times(b) > times(a) || (times(b) === times(a) && b > a) ? b : a));
    best = wide.find((k) => widths[k] >= usual);
  }
  const cells = filled(top[best]);
  if (2 * cells.filter(isValue).length >= cells.length)
    throw new OutcomesError(
      `Line ${best + 1}: expected the names of the columns, found “${cells.join(", ").slice(0, 60)}”. ` +
        "Add a first line that names them: doctor, successes, trials.",
      "no headings",
    );
  refuseRowsAbove(top, best);
  return best;
}

/** Refuse headings below rows of numbers: titles have none, so these would be lost. */
function refuseRowsAbove(top, at) {
  const width = filled(top[at]).length;
  const k = top.slice(0, at).findIndex((cells) => {
    const own = filled(cells);
    const numbers = own.filter((cell) => looksLikeNumber(cell) && !YEAR.test(cell.trim()));
    return own.length > 2 && numbers.length > 1 && 2 * own.length > width;
  });
  if (k >= 0)
    throw new OutcomesError(
      `Line ${at + 1}: expected titles alone above the names of the columns, found numbers in line ${k + 1}. ` +
        "Is it a second table? Keep one table here, with the names of its columns in its first line.",
      "two tables",
    );
}

/**
 * The headings, and the last line that they stand in, where some stand above or below others: { cells, at }.
 * A blank one is that of the line above; two of one name have the group above them, 'Male' over 'Cases',
 * before it; and 'n' and '%' below one stand behind it.
 */
export function overTwoLines(records, at) {
  const cells = trimmed(records[at]);
  const below = trimmed(records[at + 1] ?? []);
  const said = below.filter(Boolean).map(words);
  const areUnits = said.length && !below[0] && said.every((found) => found.every(isUnit));
  if (areUnits && said.some((found) => found.some((word) => !isAnswer(word)))) {
    const groups = toTheRight(cells);
    const width = Math.max(cells.length, below.length);
    const joined = Array.from({ length: width }, (_, k) =>
      below[k] ? `${groups[k] ?? ""} ${below[k]}`.trim() : (cells[k] ?? ""),
    );
    return { cells: joined, at: at + 1 };
  }
  if (!at || filled(records[at - 1]).length < 2) return { cells, at };
  const above = trimmed(records[at - 1]);
  const groups = toTheRight(above);
  const plain = cells.map((cell) => cell.toLowerCase());
  const isTwin = (k) => cells[k] && plain.filter((cell) => cell === plain[k]).length > 1;
  const width = Math.max(cells.length, above.length);
  const joined = Array.from({ length: width }, (_, k) =>
    isTwin(k) ? `${groups[k] ?? ""} ${cells[k]}`.trim() : cells[k] || (above[k] ?? ""),
  );
  return { cells: joined, at };
}

/** Cells without blanks around them, and with single ones within. */
export const trimmed = (cells) => cells.map((cell) => cell.trim().split(/\s+/).join(" "));
const isUnit = (word) => RULES.column_units.includes(word);
const isAnswer = (word) => RULES.yes.includes(word) || RULES.no.includes(word);

/** Cells of which a blank one is that to its left, as one over several columns is written. */
function toTheRight(cells) {
  let last = "";
  return cells.map((cell) => {
    last = cell || last;
    return last;
  });
}

/** The headings; one that is blank over a filled column is named as a spreadsheet would. */
export function namedBy(header, below) {
  let width = header.length;
  while (width && !header[width - 1] && !below.some((cells) => cells[width - 1]?.trim())) width--;
  return header.slice(0, width).map((text, k) => text || `column ${letters(k)}`);
}

const letters = (k) =>
  (k >= 26 ? letters(Math.floor(k / 26) - 1) : "") + String.fromCharCode(65 + (k % 26));
