// From a text to its records: the separator of its columns, and each line's cells.
import { dsvFormat } from "d3-dsv";
import { SIGNS } from "../shared/slices.js";
import { meaning } from "./headings.js";
import { OutcomesError } from "./problems.js";

const SEPARATORS = ",;\t|";
const NAMED = /^(.*\S)\s+(\d\S*)\s+(\d\S*)$/; // a name and two numbers
const SAMPLE = 60; // lines that decide which separator it is

/**
 * A text's records, blank ones included, in slices (see slices.js): { records, separator, first },
 * where the separator '' is blanks and `first` the line of the first record. A first line `sep=;`
 * states the separator, as spreadsheets have it, and is no row.
 */
export function* recordsOf(text) {
  let plain = text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n");
  yield;
  const stated = /^"?sep=(.)"?[,;\t|]*\n/.exec(plain);
  const first = stated ? 2 : 1;
  if (stated) plain = plain.slice(stated[0].length);
  const separator = stated?.[1] ?? (yield* findSeparator(plain));
  yield;
  if (separator) return { records: yield* split(plain, separator), separator, first };
  const records = byBlanks(plain);
  if (records) return { records, separator: "", first };
  const line = plain.trim().split("\n")[0];
  throw new OutcomesError(
    `“${line.slice(0, 60)}” is one column, and at least two are needed. Is it a table? Columns are ` +
      "separated by tabs, commas, semicolons or bars.",
    "one column",
  );
}

/**
 * The mark that makes the best table of a text's first lines; null if none makes any. The best has
 * most headings that are known; of these, most rows of equal width; then the width.
 */
function* findSeparator(text) {
  const sample = text.replace(/^\n+/, "").split("\n", SAMPLE).join("\n");
  let [best, most] = [null, [0, 0, 0]];
  for (const mark of SEPARATORS) {
    if (!sample.includes(mark)) continue;
    const found = quality(sample, mark);
    const k = found.findIndex((value, i) => value !== most[i]);
    if (k >= 0 && found[k] > most[k]) [best, most] = [mark, found];
    yield;
  }
  return most[1] ? best : null;
}

/** How many meanings the cells of a row have, taken as headings. */
const knownIn = (row) => new Set(row.map((cell) => meaning(cell).role).filter(Boolean)).size;

function quality(sample, mark) {
  const rows = dsvFormat(mark).parseRows(sample);
  const widths = new Map();
  for (const { length } of rows) if (length > 1) widths.set(length, (widths.get(length) ?? 0) + 1);
  if (!widths.size) return [0, 0, 0];
  const [width, times] = [...widths].reduce((a, b) =>
    b[1] > a[1] || (b[1] === a[1] && b[0] > a[0]) ? b : a,
  );
  const most = Math.max(...rows.map(knownIn));
  return [most > 1 ? most : 0, times, width];
}

/**
 * Rows separated by blanks, if all have as many cells and the first has known headings; or rows of a name,
 * which may have blanks itself, and two numbers.
 */
function byBlanks(text) {
  const lines = text.split("\n");
  for (const mark of [/\s{2,}/, /\s+/]) {
    const rows = lines.map((line) => (line.trim() ? line.trim().split(mark) : []));
    const filled = rows.filter(({ length }) => length);
    const even = filled.every(({ length }) => length > 1 && length === filled[0].length);
    if (filled.length && even && knownIn(filled[0]) > 1) return rows;
  }
  const rows = lines.map((line) =>
    line.trim() ? (NAMED.exec(line.trim())?.slice(1) ?? null) : [],
  );
  return rows.every(Boolean) && rows.some(({ length }) => length) ? rows : null;
}

/** The lines of a text, each as its cells. */
function* split(text, separator) {
  const { parseRows } = dsvFormat(separator);
  const lines = text.split("\n");
  const found = [];
  let piece = [];
  let open = false; // a quoted entry may go on in the next line
  for (const [i, line] of lines.entries()) {
    piece.push(line);
    if (line.split('"').length % 2 === 0) open = !open;
    const isLast = i === lines.length - 1;
    if (!isLast && (open || piece.length < SIGNS)) continue;
    for (const cells of parseRows(piece.join("\n"))) found.push(cells);
    piece = [];
    yield;
  }
  if (open)
    throw new OutcomesError(
      "A quotation mark is opened and never closed. Close it, or delete it.",
      "quotation",
    );
  return found;
}
