// A league table as text: what a spreadsheet puts on the clipboard, a CSV file, and the way back.
import { csvFormatRows, dsvFormat } from "d3-dsv";
import { MOST, problemWithRow } from "../shared/clinic.js";
import { grouped } from "../shared/dom.js";
import { rankSummary } from "../shared/ranks.js";
import { inPortions, SIGNS } from "../shared/slices.js";

const HEADINGS = {
  doctor: /^(doctor|name|hospital|surgeon|unit|team|provider|physician)s?$/,
  successes: /^(success(es)?|survivors?|survived|alive|cured|good)$/,
  trials: /^(trials?|patients?|n|total|operations?|cases?|caseload|number)$/,
};

const FAILURES = /^(failures?|failed|deaths?|died|bad)$/;

/** The character between the columns: the one of tab, semicolon and comma that the text has most of. */
function separator(text) {
  const count = (mark) => text.split(mark).length - 1;
  const marks = ["\t", ";", ","].map((mark) => [count(mark), mark]);
  const [most, mark] = marks.reduce((a, b) => (b[0] > a[0] ? b : a));
  return most ? mark : null;
}

/**
 * Where the three columns are, and whether the second counts failures, from a first row that names
 * them; null if it does not.
 */
function headings(cells) {
  const words = cells.map((cell) => cell.trim().toLowerCase());
  const find = (known) => words.findIndex((word) => known.test(word));
  const failures = find(HEADINGS.successes) < 0 ? find(FAILURES) : -1;
  const at = [
    find(HEADINGS.doctor),
    failures < 0 ? find(HEADINGS.successes) : failures,
    find(HEADINGS.trials),
  ];
  if (at.some((i) => i < 0) || new Set(at).size < 3) return null;
  return { at, failures: failures < 0 ? null : cells[failures].trim() };
}

/**
 * Read a pasted table, in slices (see slices.js): returns { counts, bad, note }.
 *
 * `counts` are the rows that can be used; `bad` are sentences about those that cannot, each with
 * its line; `note` says how headings were understood, or is null. Columns are doctor, successes,
 * patients, or in the order that a first row names.
 */
export function* readTable(text) {
  const lines = yield* split(text.replace(/^\ufeff/, ""));
  const start = lines.findIndex((cells) => cells.some((cell) => cell.trim()));
  const named = start < 0 ? null : headings(lines[start]);
  const { at, failures } = named ?? { at: [0, 1, 2], failures: null };
  const unknown = !named && start >= 0 && isHeading(lines[start]);
  const note = failures
    ? `“${failures}” was read as the number of failures: successes are the other patients.`
    : unknown
      ? "The first line looks like headings that are not known here; the columns were read as " +
        "doctor, successes, patients."
      : null;
  const counts = [];
  const bad = [];
  const names = new Map();
  const read = (cells, i) => {
    const line = i + 1;
    if (i < start || cells.every((cell) => !cell.trim())) return;
    if (i === start && (named || unknown)) return;
    const row = readRow(cells, at, failures, line, names);
    if (typeof row === "string") bad.push(row);
    else {
      names.set(row[0], line);
      counts.push(row);
    }
  };
  yield* inPortions(lines, read, { portion: SIGNS });
  if (counts.length > MOST.doctors) {
    bad.unshift(
      `This page holds up to ${MOST.doctors} doctors, and the text has ${grouped(counts.length)}. ` +
        "For more, use shrinkage.exact.posterior in Python.",
    );
    counts.length = 0;
  }
  return { counts, bad, note };
}

/** The lines of a text, each as its cells. */
function* split(text) {
  const mark = separator(text);
  yield;
  const lines = text.split(/\r?\n/);
  yield;
  const found = [];
  if (!mark) {
    const byBlanks = (line) => line.trim().match(/^(.*\S)\s+(\S+)\s+(\S+)$/);
    const add = (line) => found.push(byBlanks(line)?.slice(1) ?? [line]);
    yield* inPortions(lines, add, { portion: SIGNS });
    return found;
  }
  const { parseRows } = dsvFormat(mark);
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
  return found;
}

/** Whether a line of words alone stands above the numbers. */
const isHeading = (cells) => cells.length > 2 && !cells.slice(1).some((cell) => /\d/.test(cell));

/** One row of the table, or a sentence on what is wrong with it. */
function readRow(cells, at, failures, line, names) {
  if (cells.length <= Math.max(...at))
    return (
      `Line ${line}, “${cells.join(" ").trim()}”, needs three entries, doctor, successes and ` +
      `patients, and has ${cells.length}.`
    );
  const name = cells[at[0]].trim();
  const [counted, trials] = at.slice(1).map((k) => whole(cells[k]));
  const wrong = problemWithRow(`Line ${line}`, name, counted, trials, failures ?? "successes");
  if (wrong) return wrong;
  if (names.has(name))
    return `Line ${line} is called ${name} like line ${names.get(name)}; give it another name.`;
  return [name, failures ? trials - counted : counted, trials];
}

/** A cell as a whole number, or else as its text. */
function whole(cell) {
  const text = cell.trim();
  return /^\d+(\.0+)?$/.test(text) ? Number(text) : text || "nothing";
}

/** The table as text to edit: a row a line, tabs between the columns. */
export const writeTable = (counts) => counts.map((row) => row.join("\t")).join("\n");

/** Estimates, intervals, ranks and weights as a CSV file. */
export function writeResults(counts, found, ranks) {
  const digits = (value) => value.toFixed(4);
  const heading =
    "doctor,successes,trials,raw_rate,estimate,low_95,high_95,weight_of_own_data,rank_median,rank_low_95,rank_high_95";
  const rows = counts.map(([name, successes, trials], j) => {
    const rank = rankSummary(ranks[j]);
    return [
      name,
      successes,
      trials,
      trials ? digits(successes / trials) : "",
      ...[found.mean[j], found.low[j], found.high[j], found.weight[j]].map(digits),
      rank.median,
      rank.low,
      rank.high,
    ];
  });
  return csvFormatRows([heading.split(","), ...rows]);
}
