// From records to a table: which line has the headings, what stands above it and below the table.
import { inPortions, SIGNS } from "../shared/slices.js";
import { isFootnote } from "./footnotes.js";
import { filled, headerOf, namedBy, overTwoLines, trimmed } from "./header.js";
import { ownName, plain } from "./headings.js";
import { looksLikeNumber } from "./numbers.js";
import { inRows, note, OutcomesError } from "./problems.js";

const RULED = /^[-–—=+|:_]{3,}$/; // a line that is drawn below the headings
const SEARCHED = 40; // lines among which the headings are looked for

/**
 * The table in some records, blank ones included, in slices: { columns, numbers, headerRow, separator,
 * notes }. A column is { heading, texts }; `numbers` are the lines of its rows. `headings`: those of a
 * table that has none of its own, or null; `without`: lines to leave out.
 */
export function* tableOf({ records, separator, first }, headings, without) {
  const begins = headings ? -1 : headerOf(records.slice(0, SEARCHED));
  const { cells: named, at } = headings ? { at: -1 } : overTwoLines(records, begins);
  const header = headings ?? namedBy(named, records.slice(at + 1));
  yield;
  const rows = []; // { cells, row }, those that are not blank
  const take = (cells, k) => {
    if (k > at && !isDrawn(cells)) rows.push({ cells: trimmed(cells), row: k + first });
  };
  yield* inPortions(records, take, { portion: SIGNS });
  const table = { numbers: [], columns: [], headerRow: at + first, separator, notes: [] };
  const above = records
    .slice(0, Math.max(begins, 0))
    .filter((cells) => !isDrawn(cells))
    .map(filled);
  if (above.length) {
    const said = above.map((cells) => cells.map((cell) => cell.trim()).join(" ")).join(" ");
    const text = `Above the headings in line ${begins + first} stands: “${said.slice(0, 200)}”.`;
    table.notes.push(note("title", text));
  }
  dropFootnotes(table, rows, header.length);
  refuseLong(rows, header.length);
  const kept = rows.filter(({ row }) => !without.has(row));
  yield;
  table.numbers = kept.map(({ row }) => row);
  table.columns = header.map((heading, k) => ({
    heading,
    texts: kept.map(({ cells }) => cells[k] ?? ""),
  }));
  table.columns = table.columns.filter(
    ({ heading, texts }) => !/^column [A-Z]+$/.test(heading) || texts.some(Boolean),
  );
  dropIndex(table);
  if (!kept.length)
    throw new OutcomesError(
      "Here are the names of the columns, but no row below them. Add a row a doctor.",
      "no rows",
    );
  return table;
}

/** Whether a line is blank, or drawn: '---', '|:--|', '+---+---+'. */
const isDrawn = (cells) => filled(cells).every((cell) => RULED.test(cell.trim()));

/** Take the remarks below a table out of its rows; a note repeats them. */
function dropFootnotes(table, rows, width) {
  let end = rows.length;
  let said = [];
  const lines = [];
  for (let place = rows.length - 1; place >= 0; place--) {
    const cells = filled(rows[place].cells.slice(0, width));
    lines.unshift(cells.join(" "));
    const afterBlank = place > 0 && rows[place].row - rows[place - 1].row > 1;
    if (cells.length && isFootnote(cells, width, afterBlank)) {
      end = place; // and whatever stands below it
      said = [...lines];
    } else if (cells.length > 1 || looksLikeNumber(cells[0] ?? "")) break;
  }
  if (!said.length) return;
  const gone = rows.splice(end).map(({ row }) => row);
  const text = `Below the table, in ${inRows(gone)}, stands: “${said.join(" ").slice(0, 200)}”.`;
  table.notes.push(note("footnote", `${text} It was not read as a row.`, gone));
}

function refuseLong(rows, width) {
  const long = rows.find(({ cells }) => cells.slice(width).some(Boolean));
  if (long)
    throw new OutcomesError(
      `Line ${long.row}: expected ${width} columns, found ${long.cells.length}. A value that contains ` +
        "the separator must stand in quotation marks, “1,174” as a number too.",
      "width",
    );
}

/** Take out a first column that has no heading and counts the rows. */
function dropIndex(table) {
  const [{ heading, texts }] = table.columns;
  if (heading !== "column A" || table.columns.length < 3) return;
  if (![0, 1].some((start) => texts.every((text, k) => text === String(k + start)))) return;
  table.notes.push(note("index", "The first column has no heading and counts the rows: not read."));
  table.columns.shift();
}

/** The column of a heading, whatever its capitals and blanks. */
export const columnOf = ({ columns }, heading) =>
  columns.find((column) => plain(column.heading) === plain(heading));

/** Each different text of a column, with the place of its first row. */
export function used({ texts }) {
  const first = new Map();
  texts.forEach((text, place) => first.has(text) || first.set(text, place));
  return [...first];
}

/** Rows by a key of theirs: a Map of the rows of each. */
export function groupsOf(rows, key) {
  const groups = new Map();
  for (const row of rows) {
    if (!groups.has(key(row))) groups.set(key(row), []);
    groups.get(key(row)).push(row);
  }
  return groups;
}

/** Refuse two columns of one name where that name is needed. */
export function refuseTwins({ columns, headerRow }, needed) {
  for (const heading of needed)
    if (columns.filter((column) => plain(column.heading) === plain(heading)).length > 1)
      throw new OutcomesError(
        `Line ${headerRow}: two columns are called “${ownName(heading)}”. Rename one of them; if each ` +
          "is for another year or group, write a row for each unit and year instead, with a column “year”.",
        "twins",
      );
}
