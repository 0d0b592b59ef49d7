// From texts to numbers: what a point and a comma mean in a table, what is missing or withheld.
// `findMarks` is where thousands are told from decimals: once for all columns, from what can be only
// one of the two.
import { isDate } from "./dates.js";
import { note, OutcomesError } from "./problems.js";
import { isMissing, suppressed } from "./withheld.js";

export const [NUMBER, MISSING, SUPPRESSED, BAD] = [0, 1, 2, 3];
const PATTERN = /^([+-]?)(\d[\d.,]*|[.,]\d+)(e[+-]?\d{1,3})?( ?%)?$/i;
const GROUPED = /^[+-]?\d{1,3}([ '’]\d{3})+([.,]\d+)?( ?%)?$/;
const PLAIN = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;
const LARGEST = 1e12; // of a count
const OTHER = { ".": ",", ",": "." };
const THOUSANDS = /^[1-9]\d{0,2}[.,]\d{3}$/; // what could be thousands or three decimals

/** A number's text with a plain minus and without blanks or apostrophes between thousands. */
function tidy(text) {
  const plain = text.replace(/−/g, "-").trim().split(/\s+/).join(" ");
  return GROUPED.test(plain) ? plain.replace(/(\d)[ '’](?=\d{3})/g, "$1") : plain;
}

/** Whether a text is a number, in whatever way it is written, and no date. */
export const looksLikeNumber = (text) => PATTERN.test(tidy(text)) && !isDate(text);

/**
 * The number that a text is, with a decimal point or comma; null if it is none. The other mark may
 * group thousands, in threes only. A percent sign is passed over.
 */
export function number(text, decimal = ".") {
  const plain = tidy(text);
  if (decimal === "." && PLAIN.test(plain)) return Number(plain);
  const found = PATTERN.exec(plain);
  if (!found || isDate(plain)) return null;
  const group = OTHER[decimal];
  let [whole, ...fraction] = found[2].split(decimal);
  if (fraction.length > 1 || fraction[0]?.includes(group)) return null;
  if (whole.includes(group)) {
    if (!/^\d{1,3}([.,]\d{3})+$/.test(whole)) return null;
    whole = whole.replaceAll(group, "");
  }
  if (!whole && !fraction[0]) return null;
  return Number(`${found[1]}${whole || "0"}.${fraction[0] || "0"}${found[3] ?? ""}`);
}

/**
 * What a number's text says of a table's marks: [decimal mark, sure], or null for nothing. '1,234.5'
 * and '0.5' are sure; '1.234' is sure in a column of whole numbers, where it can be no decimal;
 * '1.000' could be 1 or 1000.
 */
function decimalMark(text, whole) {
  const found = PATTERN.exec(tidy(text));
  const marks = found?.[2].match(/[.,]/g);
  if (!marks) return null;
  const last = marks.at(-1);
  const other = OTHER[last];
  if (marks.includes(other)) return [last, true];
  if (marks.length > 1) return [other, true];
  if (THOUSANDS.test(found[2]) && !found[3] && !found[4])
    return whole && !found[2].endsWith("000") ? [other, true] : [last, false];
  return [last, true];
}

/**
 * The decimal mark of a table, and notes where thousands are separated. `columns`: { heading, cells:
 * [[text, row], …], whole } of each column of numbers.
 */
export function findMarks(columns, separator) {
  const sure = {};
  const unsure = []; // [mark, whole, where]
  let thousands = "";
  for (const { heading, cells, whole } of columns)
    for (const [text, row] of cells) {
      const said = /[.,]/.test(text) ? decimalMark(text, whole) : null;
      if (!said) continue;
      const [mark, certain] = said;
      const where = `“${text}” (line ${row}, column “${heading}”)`;
      if (!certain) unsure.push([mark, whole, where]);
      else {
        sure[mark] ??= where;
        if (text.includes(OTHER[mark])) thousands ||= where;
      }
    }
  if (sure["."] && sure[","])
    throw new OutcomesError(
      `${sure["."]} has a decimal point or a comma between thousands, but ${sure[","]} the reverse. ` +
        "Write all numbers in one way: whole numbers without any mark (1174), decimals with a point (0.5).",
      "thousands",
    );
  const decimal = Object.keys(sure)[0] ?? undecided(unsure, separator);
  const group = OTHER[decimal];
  const where = thousands || unsure.find(([mark]) => mark === group)?.[2];
  if (!where) return { decimal, notes: [] };
  const word = group === "," ? "comma" : "point";
  const isGuess = !Object.keys(sure).length && unsure.some(([, whole]) => !whole);
  const doubt = isGuess
    ? " Nothing else in the table says so: if it begins the decimals, write a point."
    : "";
  const text = `In ${where}, the ${word} was read as separating thousands.${doubt}`;
  return { decimal, notes: [note("thousands", text, [], isGuess)] };
}

/** The decimal mark where no number is sure: English in a table that no semicolon separates. */
function undecided(unsure, separator) {
  const has = (mark, whole) => unsure.some((one) => one[0] === mark && one[1] === whole);
  const comma = has(",", true) || has(",", false);
  if (comma && separator !== ";" && !has(".", true)) return ".";
  const doubtful = unsure.find(([, whole]) => whole);
  const kinds = new Set(unsure.map(([mark, whole]) => mark + whole));
  if (doubtful || kinds.size > 1) {
    const where = (doubtful ?? unsure[0])[2];
    const digits = where.slice(1).split(/[.,]/)[0];
    throw new OutcomesError(
      `${where} can be ${digits}, with decimals, or ${digits} thousand, and nothing else in the table says ` +
        `which. Write whole numbers without any mark: ${digits} or ${digits}000.`,
      "thousands",
    );
  }
  return comma ? "," : ".";
}

/**
 * A column's texts as numbers: { value, state, low, high } each, the value NaN where it is not known
 * and the bounds NaN where nothing bounds it. `whole`: whether only whole numbers of 0 or more are
 * numbers.
 */
export function read(texts, decimal, whole) {
  const made = new Map();
  for (const text of texts) if (!made.has(text)) made.set(text, readOne(text, decimal, whole));
  const cells = [...made];
  const hidden = cells.filter(([, { state }]) => state === SUPPRESSED);
  // Zeros are shown, so that a withheld count is none, unless it says so: '<3', and not '0-2'.
  if (cells.some(([, { value }]) => value === 0))
    for (const [text, cell] of hidden)
      if (cell.low === 0 && cell.high > 0 && !/^\d/.test(text)) cell.low = 1;
  // 'N/A' withholds where others do.
  if (hidden.length)
    for (const [text, cell] of cells) if (text && cell.state === MISSING) cell.state = SUPPRESSED;
  return texts.map((text) => made.get(text));
}

function readOne(text, decimal, whole) {
  const nothing = { value: NaN, state: BAD, low: NaN, high: NaN };
  if (isMissing(text)) return { ...nothing, state: MISSING };
  const value = number(text, decimal);
  if (value !== null && Number.isFinite(value)) {
    if (
      whole &&
      !(!text.includes("%") && value >= 0 && value === Math.round(value) && value < LARGEST)
    )
      return nothing;
    return { value, state: NUMBER, low: value, high: value };
  }
  const bounds = suppressed(text);
  return bounds ? { ...nothing, state: SUPPRESSED, low: bounds[0], high: bounds[1] } : nothing;
}
