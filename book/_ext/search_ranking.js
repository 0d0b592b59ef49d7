// The search's work, beside the page: what is found for a question, the best first. The page sends it
// the index, a table of entries, and then questions; it answers each with results that are ready to be shown.
const GREEK =
  "α alpha β beta γ gamma δ delta ε epsilon ζ zeta η eta θ theta κ kappa λ lambda μ mu ν nu π pi " +
  "ρ rho σ sigma τ tau φ phi ϕ phi χ chi ψ psi ω omega Σ sigma Φ phi";
const NAMES = new Map(GREEK.match(/\S+ \w+/gu).map((pair) => pair.split(" ")));
const OF_A_PAGE = 3; // results, of those that are shown at once
const FIRST = 20; // of these
const BEFORE = 60; // characters of an excerpt before what was found
const AFTER = 170;
const WORD = /[\p{L}\p{N}\p{M}]+(?:[-‐‑–_.’'][\p{L}\p{N}\p{M}]+)*/gu;
const WORDS_OF_QUESTIONS = new Set(
  (
    "a am an and are as at be by can could did do does find for from had has have how i in is it " +
    "me my of on or our own should than that the their there this to use was we were what when " +
    "where which who why will with would you your"
  ).split(" "),
);

// Words

/** Letters without their accents, Greek ones by name, small; a hat is '-hat'. */
function plain(text) {
  return text
    .replace(/(\p{L})\u0302/gu, "$1-hat")
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/\p{Script=Greek}/gu, (letter) => NAMES.get(letter) ?? letter)
    .replace(/[’‘]/g, "'")
    .replace(/[‐‑–]/g, "-")
    .toLowerCase();
}

/** Words of American spelling as the course has them. */
const british = (word) =>
  word
    .replace(/(?<=..)iz(?=e|ing|ation)/, "is")
    .replace(/center(?=ed|ing)/, "centr")
    .replace(/center(?=s?$)/, "centre")
    .replace(/(?<=^col|behavi|^fav|neighb)or/, "our")
    .replace(/model(?=ed|ing)/, "modell");

/** One of a thing and many of it are the same word, in either spelling. */
function stem(spelt) {
  const word = british(spelt);
  if (word.length < 4) return word;
  if (word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  if (/(?:ss|us|is)$/.test(word)) return word;
  return word.replace(/(x|ch|sh|ss)es$/, "$1").replace(/s$/, "");
}

const parts = (word) => word.split(/[-_.']/).filter(Boolean);

/** What a question asks for: 'R-hat' is one word, and the same as 'Rhat' and 'r_hat'. */
const asked = (text) => (plain(text).match(WORD) ?? []).map((word) => stem(parts(word).join("")));

/** What a text answers to: such a word as one, and each part of it. */
const answers = (text) =>
  (plain(text).match(WORD) ?? []).flatMap((word) => {
    const within = parts(word);
    const whole = stem(within.join(""));
    return within.length > 1 ? [whole, ...within.map(stem)] : [whole];
  });

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\s+/g, "\\s+");

/** The question as it stands, as a pattern that begins and ends with a word's end. */
function literal(question, flags) {
  const edge = (character) => (/[\p{L}\p{N}]/u.test(character) ? "(?![\\p{L}\\p{N}_])" : "");
  return new RegExp(`(?<![\\p{L}\\p{N}_])${escaped(question)}${edge(question.at(-1))}`, flags);
}

// Ranking

let entries = [];
let search = null;

function build(index) {
  entries = index.split("\n").map((row, id) => {
    const [address, page, title, text, code] = row.split("\t");
    return { id, address, page, title, text, code };
  });
  search = new MiniSearch({
    fields: ["title", "page", "text", "code"],
    tokenize: answers,
    processTerm: (term) => term,
    searchOptions: {
      tokenize: asked,
      boost: { title: 4, page: 0.8, code: 0.3 },
      boostDocument: (id) => (entries[id].address.startsWith("exercises/") ? 0.6 : 1),
      combineWith: "AND",
      prefix: (term, i, terms) => i === terms.length - 1 && term.length > 2,
      weights: { prefix: 0.4, fuzzy: 0.4 },
    },
  });
  search.addAll(entries);
}

/**
 * How literally an entry has a question, as a function of the entry: it is its name, it is there
 * as typed, or in other letters.
 */
function closenessTo(question) {
  const name = plain(question);
  // Of a small word nothing but its words can be asked.
  const [asTyped, otherwise] = /^\p{Ll}*$/u.test(question)
    ? []
    : [literal(question, "u"), literal(name, "u")];
  return ({ title, page, text, code }) => {
    if (plain(title || page).replace(/^[\d.]+ /, "") === name) return 3;
    if (!asTyped) return 0;
    const places = [title, text, code];
    if (places.some((place) => asTyped.test(place))) return 2;
    return places.some((place) => otherwise.test(plain(place))) ? 1 : 0;
  };
}

/** Entries that have all words; where none has, 'R-hat' is two of them. */
function withAll(text) {
  const found = search.search(text);
  return found.length ? found : search.search(text, { tokenize: answers });
}

/** A word that the course has, for one that it has not; the word itself if none is near. */
function spelt(word) {
  if (withAll(word).length) return word;
  const [near] = search.search(word, { fuzzy: (term) => (term.length > 3 ? 0.25 : false) });
  return near?.terms[0] ?? word;
}

/**
 * Entries that answer, the best first. `instead` is what was searched where nothing has a word of
 * the question; with `partly`, no entry has all of its words.
 */
function ranked(question) {
  const words = question.split(/\s+/).filter((word) => !WORDS_OF_QUESTIONS.has(word.toLowerCase()));
  let text = words.join(" ") || question;
  let found = withAll(text);
  let instead = "";
  let partly = false;
  if (!found.length) {
    const other = words.map(spelt).join(" ");
    if (other !== text) {
      found = withAll(other);
      if (found.length) text = instead = other;
    }
  }
  if (!found.length && words.length > 1) {
    found = search.search(text, { combineWith: "OR" });
    partly = found.length > 0;
  }
  const scales = [...new Set([question, text])].map(closenessTo);
  const closeness = (id) => Math.max(...scales.map((scale) => scale(entries[id])));
  const close = new Map(found.map(({ id }) => [id, closeness(id)]));
  found.sort((a, b) => close.get(b.id) - close.get(a.id) || b.score - a.score);
  return { instead, partly, found: found.map(({ id, terms }) => ({ ...entries[id], terms })) };
}

// Results

const known = new Map(); // what each word that was looked at answers to

function answersTo(word, terms) {
  if (!known.has(word)) known.set(word, answers(word));
  return known.get(word).some((one) => terms.includes(one));
}

/** Where in a text something stands that was found: [from, to], the question itself first. */
function places(text, question, terms) {
  let marks = [...text.matchAll(literal(question, "giu"))];
  if (!marks.length) marks = [...text.matchAll(WORD)].filter(([word]) => answersTo(word, terms));
  return marks.map(({ 0: one, index }) => [index, index + one.length]);
}

/** A part of a text as pieces: every second one, from the second on, is what was found. */
function pieces(text, marks, from, to) {
  const cut = [];
  let at = from;
  for (const [begin, end] of marks.filter(([begin, end]) => begin >= from && end <= to)) {
    cut.push(text.slice(at, begin), text.slice(begin, end));
    at = end;
  }
  return [...cut, text.slice(at, to)];
}

function excerpt(text, marks) {
  const first = marks[0]?.[0] ?? 0;
  const from = first <= BEFORE ? 0 : Math.min(text.indexOf(" ", first - BEFORE) + 1, first);
  const until = first + AFTER;
  const to = until >= text.length ? text.length : text.lastIndexOf(" ", until);
  const said = pieces(text, marks, from, to);
  if (from) said[0] = `… ${said[0]}`;
  if (to < text.length) said[said.length - 1] += " …";
  return said;
}

/** An entry as it is shown: where it leads, its page's and its own title, and what it says. */
function result({ address, page, title, text, code, terms }, question) {
  const inText = places(text, question, terms);
  const inCode = inText.length ? [] : places(code, question, terms);
  const isCode = inCode.length > 0;
  const said = isCode ? excerpt(code, inCode) : excerpt(text, inText);
  return { address, page, title, isCode, said };
}

/** The best of each page first, so that no page takes all the room. */
function spread(found) {
  const taken = new Map();
  const first = found.filter(({ page }) => {
    taken.set(page, (taken.get(page) ?? 0) + 1);
    return taken.get(page) <= OF_A_PAGE;
  });
  const shown = new Set(first.slice(0, FIRST));
  return [[...shown], found.filter((one) => !shown.has(one))];
}

self.onmessage = ({ data: { index, question } }) => {
  if (index) return build(index);
  const { found, instead, partly } = ranked(question);
  const [first, rest] = spread(found).map((some) =>
    some.map((one) => result(one, instead || question)),
  );
  postMessage({ question, first, rest, instead, partly });
};
