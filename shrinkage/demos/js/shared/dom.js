// Creating and updating elements, and numbers in words.

/** Create an element; a function among the attributes is a listener: h("button", { click: f }, "Go"). */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

const told = new WeakMap(); // what `put` has given each element

/**
 * Give an element attributes (null for none) and words, but only those that have changed: a browser
 * lays an element out again even where an attribute is set to the value that it has.
 */
export function put(element, attributes, words) {
  const known = told.get(element) ?? {};
  told.set(element, known);
  for (const [name, value] of Object.entries(attributes)) {
    if (known[name] === value) continue;
    known[name] = value;
    if (value === null) element.removeAttribute(name);
    else element.setAttribute(name, value);
  }
  if (words !== undefined && known.words !== words) element.textContent = known.words = words;
}

/** Put words into an element, unless it has them already. */
export const write = (element, words) => put(element, {}, words);

/** 0.834 → "83 %", or with one digit "83.4 %"; with a space that does not break. */
export const percent = (share, digits = 0) =>
  `${digits ? (100 * share).toFixed(digits) : Math.round(100 * share)}\u00a0%`;

/** The digits after the point that percents need beside an interval so wide, a share of one. */
export function digitsOfWidth(width) {
  const points = 100 * width;
  if (points > 5) return 0;
  return Math.min(Math.max(Math.ceil(Math.log10(4 / Math.max(points, 1e-9))), 1), 4);
}

/** 21 → "21st". */
export function ordinal(n) {
  const teens = n % 100 > 10 && n % 100 < 14;
  return `${n}${(!teens && ["th", "st", "nd", "rd"][n % 10]) || "th"}`;
}

const english = new Intl.NumberFormat("en");

/** 12345 → "12,345". */
export const grouped = (n) => english.format(n);

/** "1 patient", "3 patients". */
export const counted = (n, noun) => `${grouped(n)} ${noun}${n === 1 ? "" : "s"}`;

/** "a", "a and b", "a, b and c". */
export const listed = (words) =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;

/** An element's id; random, because every demo of a page has its own copy of this module. */
export const uid = (kind) =>
  `sn-${kind}-${crypto.getRandomValues(new Uint32Array(1))[0].toString(36)}`;
