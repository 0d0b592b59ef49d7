// Names that are one name written in two ways, and names that may be. 'Dr. Smith', 'dr smith' and
// 'SMITH ' are one, so are '001' and '1': refused, unless the reader says that they are one. 'Meyer A'
// and 'Mayer A' are two until somebody says so, and named, as is 'Other', which is nobody's name.
import { inRows, listed, note, OutcomesError } from "./problems.js";
import { RULES, words } from "./rules.js";

const FUZZY_LETTERS = 6; // shorter words are too often really two names
const BESIDE_ANOTHER = 5; // letters that suffice where another word of the name agrees

const YEAR = /\b(19|20)\d\d([/–-]\d\d(\d\d)?)?\b/g;

const parts = (text) => text.split(/[^\p{L}\p{N}]+/u).filter(Boolean);

function withoutTitles(words) {
  const kept = words.filter((word) => !RULES.titles_of_people.includes(word));
  return kept.length ? kept : words;
}

/** A name without capitals, marks, titles and leading zeros. */
function folded(name) {
  const text = name.toLowerCase().trim();
  const whole = (word) => word.replace(/^0+(?=.)/, "");
  if (/^\d+(\.0*)?$/.test(text)) return whole(text.split(".")[0]);
  const words = withoutTitles(parts(text));
  return words.map((word) => (/^\d+$/.test(word) ? whole(word) : word)).join(" ");
}

/**
 * What each second spelling is to be replaced by, { merged, notes }. `rows` maps each name to its first
 * line; `merge`: whether spellings of one name are to be added up.
 */
export function settleNames(rows, merge) {
  const first = new Map();
  const merged = new Map();
  for (const name of rows.keys()) {
    const key = folded(name);
    if (!key) continue;
    if (!first.has(key)) first.set(key, name);
    else if (first.get(key) !== name) merged.set(name, first.get(key));
  }
  const notes = pooled(rows);
  const at = (name) => `“${name}” (line ${rows.get(name)})`;
  const paired = (pairs) =>
    pairs
      .slice(0, 5)
      .map(([one, other]) => `${at(one)} and ${at(other)}`)
      .join("; ") + (pairs.length > 5 ? ` and ${pairs.length - 5} more` : "");
  if (merged.size) {
    const said = paired(Array.from(merged, ([again, before]) => [before, again]));
    if (!merge)
      throw new OutcomesError(
        `${said} seem to be one name, written in two ways. If they are one, write one spelling or add ` +
          "their rows up; if they are two, tell them apart by more than capitals, marks, titles or zeros.",
        "alike",
      );
    const lines = Array.from(merged.keys(), (name) => rows.get(name));
    const told = [...merged].some(([again, before]) => titleIn(again) !== titleIn(before));
    const doubt = told ? " Their titles differ: are they one person?" : "";
    notes.push(note("alike", `${said} were taken as one and added up.${doubt}`, lines, told));
  }
  const maybe = alike([...rows.keys()].filter((name) => !merged.has(name)));
  if (maybe.length) {
    const lines = [...new Set(maybe.flat().map((name) => rows.get(name)))].sort((a, b) => a - b);
    const text = `${paired(maybe)} were taken as different. If they are one, write one spelling: as two they are both pulled in too far.`;
    notes.push(note("similar", text, lines, true));
  }
  return { merged, notes };
}

/** The titles in a name that may tell two people, or a person and a place, apart. */
const titleIn = (name) =>
  parts(name.toLowerCase())
    .filter((word) => RULES.titles_that_tell.includes(word))
    .sort()
    .join();

/**
 * Pairs of names that may be two spellings of one: the same words but for accents, blanks and order; or one
 * letter more, less or different in a long word; or the same but for a year.
 */
function alike(names) {
  const pairs = new Map();
  const sameWords = new Map();
  const near = new Map();
  const byYear = new Map();
  const wordsOf = (text) =>
    withoutTitles(parts(text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "")));
  const meet = (table, key, place) => {
    const others = table.get(key) ?? [];
    for (const other of others) if (other !== place) pairs.set(`${other}/${place}`, [other, place]);
    table.set(key, [...others, place]);
  };
  names.forEach((name, place) => {
    const rest = name.replace(YEAR, " ");
    const yearless = rest === name ? "" : wordsOf(rest).join(" ");
    const first = byYear.get(yearless);
    if (yearless && first !== undefined) pairs.set(`${first}/${place}`, [first, place]);
    else if (yearless) byYear.set(yearless, place);
    const words = wordsOf(name);
    const keys = new Set([[...words].sort().join(" ")]);
    if (!/\d/.test(name)) keys.add(words.join("")); // 'J.S.' and 'JS'
    for (const key of keys) if (key) meet(sameWords, key, place);
    const fewest = words.length > 1 ? BESIDE_ANOTHER : FUZZY_LETTERS;
    words.forEach((word, k) => {
      if (word.length < fewest || !/^\p{L}+$/u.test(word)) return;
      const rest = words
        .filter((_, i) => i !== k)
        .sort()
        .join(" ");
      const variants = new Set([word]);
      for (let i = 0; i < word.length; i++) variants.add(word.slice(0, i) + word.slice(i + 1));
      for (const variant of variants) meet(near, `${rest}|${variant}`, place);
    });
  });
  return [...pairs.values()]
    .sort((a, b) => a[0] - b[0] || a[1] - b[1])
    .map((pair) => pair.map((k) => names[k]));
}

/** A note on names that are nobody's, or several people's: 'Other', 'Not assigned'. */
function pooled(rows) {
  const said = [...rows].filter(([name]) => isPooled(name));
  if (!said.length) return [];
  const lines = said.map(([, line]) => line);
  const text =
    `${listed(said.map(([name]) => name))} (${inRows(lines)}) may be several, or nobody at all, and was counted as ` +
    "one unit. If it is none, delete the line.";
  return [note("pooled", text, lines, true)];
}

function isPooled(name) {
  const found = [...words(name)];
  if (found.length > 1 && Object.hasOwn(RULES.unit, found.at(-1))) found.pop(); // 'Other surgeons'
  return RULES.pooled.includes(found.join(" "));
}
