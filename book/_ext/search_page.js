// The search: finds sections and words of the glossary, as typed first and by their words then. The
// index is fetched when somebody asks, by a script, so that it works from a folder of files as well.
(() => {
  const GREEK =
    "α alpha β beta γ gamma δ delta ε epsilon ζ zeta η eta θ theta κ kappa λ lambda μ mu ν nu π pi " +
    "ρ rho σ sigma τ tau φ phi ϕ phi χ chi ψ psi ω omega Σ sigma Φ phi";
  const NAMES = new Map(GREEK.match(/\S+ \w+/gu).map((pair) => pair.split(" ")));
  const FIRST = 20; // results that are shown at once
  const OF_A_PAGE = 3; // of them
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

  let search = null;
  let entries = [];

  window.startSearch = (rows) => {
    const names = ["address", "page", "title", "text", "code"];
    entries = rows.map((row, id) =>
      Object.fromEntries([["id", id], ...names.map((name, i) => [name, row[i]])]),
    );
    const built = new MiniSearch({
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
    // In parts, between which the field takes letters.
    built.addAllAsync(entries, { chunkSize: 8 }).then(() => {
      search = built;
      answer();
    });
  };

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
    const words = question
      .split(/\s+/)
      .filter((word) => !WORDS_OF_QUESTIONS.has(word.toLowerCase()));
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

  // What is shown

  const form = document.querySelector(".sn-search");
  const field = form.elements.q;
  const count = document.querySelector(".sn-found-count");
  const list = document.querySelector(".sn-found");
  const more = document.querySelector(".sn-found-more");
  const help = document.querySelector(".sn-not-found");

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

  /** A part of a text with marks on these places, as nodes. */
  function marked(text, marks, from, to) {
    const nodes = [];
    let at = from;
    for (const [begin, end] of marks.filter(([begin, end]) => begin >= from && end <= to)) {
      const mark = Object.assign(document.createElement("mark"), {
        textContent: text.slice(begin, end),
      });
      nodes.push(text.slice(at, begin), mark);
      at = end;
    }
    return [...nodes, text.slice(at, to)];
  }

  function excerpt(text, marks) {
    const first = marks[0]?.[0] ?? 0;
    const from = first <= BEFORE ? 0 : Math.min(text.indexOf(" ", first - BEFORE) + 1, first);
    const until = first + AFTER;
    const to = until >= text.length ? text.length : text.lastIndexOf(" ", until);
    const whole = marked(text, marks, from, to);
    return [from ? "… " : "", ...whole, to < text.length ? " …" : ""];
  }

  function row({ address, page, title, text, code, terms }, question) {
    const make = (name, className, ...children) => {
      const made = document.createElement(name);
      if (className) made.className = className;
      made.append(...children);
      return made;
    };
    const inText = places(text, question, terms);
    const inCode = inText.length ? [] : places(code, question, terms);
    const link = make("a", "", title || page);
    link.href = address;
    const where = title ? [make("span", "sn-found-page", page)] : [];
    const said = inCode.length
      ? make("p", "sn-found-code", ...excerpt(code, inCode))
      : make("p", "", ...excerpt(text, inText));
    return make("li", "", link, ...where, said);
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

  const sections = (number) => (number === 1 ? "1 section" : `${number} sections`);

  function answer() {
    const question = field.value.trim();
    list.replaceChildren();
    list.setAttribute("aria-busy", Boolean(question && !search));
    more.hidden = true;
    help.hidden = true;
    if (!question) {
      count.textContent = "";
      return;
    }
    if (!search) {
      count.textContent = "Searching …";
      fetchIndex();
      return;
    }
    const { found, instead, partly } = ranked(question);
    const [shown, left] = spread(found);
    const searched = instead || question;
    list.append(...shown.map((one) => row(one, searched)));
    more.hidden = !left.length;
    more.textContent = `Show all ${found.length}`;
    more.onclick = () => {
      const rest = left.map((one) => row(one, searched));
      list.append(...rest);
      more.hidden = true;
      rest[0].querySelector("a").focus();
    };
    help.hidden = found.length > 0 && !instead && !partly;
    const number = sections(found.length);
    if (!found.length) count.textContent = `Nothing in the course has “${question}”.`;
    else if (instead) count.textContent = `Nothing has “${question}”. ${number} for “${instead}”:`;
    else if (partly)
      count.textContent = `Nothing has all of “${question}”. ${number} with a part of it:`;
    else count.textContent = `${number} for “${question}”`;
  }

  function fetchIndex() {
    if (document.querySelector("script[data-search]")) return;
    const script = document.createElement("script");
    script.dataset.search = "";
    script.src = form.dataset.index;
    script.onerror = () => {
      script.remove();
      list.removeAttribute("aria-busy");
      count.textContent = "The search could not be fetched. Are you online? Search again to retry.";
    };
    document.head.append(script);
  }

  function keepAddress() {
    const address = new URL(location.href);
    address.searchParams.set("q", field.value.trim());
    history.replaceState(null, "", address);
  }

  let soon = 0;
  const ask = () => {
    clearTimeout(soon);
    keepAddress();
    answer();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  field.addEventListener("input", () => {
    clearTimeout(soon);
    soon = setTimeout(ask, 150); // ms, a pause between two letters
  });

  field.value = new URLSearchParams(location.search).get("q") ?? "";
  if (field.value) answer();
  else field.focus();
})();
