// A league table as text: what a spreadsheet puts on the clipboard, a CSV file, and the way back.
import { csvFormatRows, dsvFormat } from "d3-dsv";
import { MOST, problemWithRow } from "../shared/clinic.js";
import { rankSummary } from "./engine.js";

const HEADINGS = {
  doctor: /^(doctor|name|hospital|surgeon|unit|team|provider|physician)s?$/,
  successes: /^(success(es)?|survivors|survived|cured|good|events?)$/,
  trials: /^(trials?|patients?|n|total|operations?|cases?|caseload|number)$/,
};

/** The character between the columns: the one of tab, semicolon and comma that the text has most of. */
function separator(text) {
  const count = (mark) => text.split(mark).length - 1;
  const marks = ["\t", ";", ","].map((mark) => [count(mark), mark]);
  const [most, mark] = marks.reduce((a, b) => (b[0] > a[0] ? b : a));
  return most ? mark : null;
}

/** Where the three columns are, from the first row if that is a heading; null if it is none. */
function headings(cells) {
  const words = cells.map((cell) => cell.trim().toLowerCase());
  const at = Object.values(HEADINGS).map((known) => words.findIndex((word) => known.test(word)));
  return at.every((i) => i >= 0) && new Set(at).size === 3 ? at : null;
}

/**
 * Read a pasted table: { counts, bad }.
 *
 * `counts` are the rows that can be used; `bad` are sentences about those that cannot, each with
 * its line. Columns are doctor, successes, patients, or in the order that a first row names.
 */
export function readTable(text) {
  const mark = separator(text);
  const rows = mark
    ? dsvFormat(mark).parseRows(text.replace(/^\ufeff/, ""))
    : text.split(/\r?\n/).map((line) => line.trim().match(/^(.*\S)\s+(\S+)\s+(\S+)$/)?.slice(1) ?? [line]);
  const counts = [];
  const bad = [];
  const names = new Map();
  let at = [0, 1, 2];
  let first = true;
  rows.forEach((cells, i) => {
    const line = i + 1;
    if (cells.every((cell) => !cell.trim())) return;
    if (first) {
      first = false;
      const found = headings(cells);
      if (found) {
        at = found;
        return;
      }
      const numbers = cells.slice(1).some((cell) => /\d/.test(cell));
      if (!numbers && cells.length > 2) {
        bad.push(
          `Line ${line} looks like headings but does not name the columns doctor, successes and patients; ` +
            "the columns were read in that order.",
        );
        return;
      }
    }
    if (cells.length <= Math.max(...at))
      return bad.push(
        `Line ${line}, “${cells.join(" ").trim()}”, needs three entries, doctor, successes and patients, ` +
          `and has ${cells.length}.`,
      );
    const name = cells[at[0]].trim();
    const [successes, trials] = at.slice(1).map((k) => whole(cells[k]));
    const wrong = problemWithRow(`Line ${line}`, name, successes, trials);
    if (wrong) return bad.push(wrong);
    if (names.has(name))
      return bad.push(`Line ${line} is called ${name} like line ${names.get(name)}; give it another name.`);
    names.set(name, line);
    counts.push([name, successes, trials]);
  });
  if (counts.length > MOST.doctors) {
    bad.unshift(
      `This page holds up to ${MOST.doctors} doctors, and the text has ${counts.length.toLocaleString("en")}. ` +
        "For more, use shrinkage.exact.posterior in Python.",
    );
    counts.length = 0;
  }
  return { counts, bad };
}

/** A cell as a whole number, or as it stands where it is none. */
function whole(cell) {
  const text = cell.trim();
  return /^\d+(\.0+)?$/.test(text) ? Number(text) : text || "nothing";
}

/** The table as text to edit: a row a line, tabs between the columns. */
export const writeTable = (counts) => counts.map((row) => row.join("\t")).join("\n");

/** Estimates, intervals, ranks and weights as a CSV file. */
export function writeResults(counts, found, weight, ranks) {
  const digits = (value) => value.toFixed(4);
  const heading =
    "doctor,successes,trials,raw_rate,estimate,low_95,high_95,weight_of_own_data,rank_median,rank_low_95,rank_high_95";
  const rows = counts.map(([name, successes, trials], j) => {
    const rank = ranks ? rankSummary(ranks[j]) : { median: "", low: "", high: "" };
    return [
      name,
      successes,
      trials,
      trials ? digits(successes / trials) : "",
      ...[found.mean[j], found.low[j], found.high[j], weight[j]].map(digits),
      rank.median,
      rank.low,
      rank.high,
    ];
  });
  return csvFormatRows([heading.split(","), ...rows]);
}
