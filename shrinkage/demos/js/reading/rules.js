// The words of shrinkage/data/reading/rules.json, the one table by which Python and the browser read a
// table.
import RULES from "../../../data/reading/rules.json" with { type: "json" };

export { RULES };

const known = new Map(); // the words of each text that was asked for

/** The words of a heading or a name, in small letters: 'ObservedDeaths (%)' has three. */
export function words(text) {
  if (known.size > 65536) known.clear();
  if (!known.has(text)) known.set(text, split(text));
  return known.get(text);
}

/** Whether a heading or a name has any of some words. */
export const hasWord = (text, list) => words(text).some((word) => list.includes(word));

const split = (text) =>
  text
    .replace(/([a-zß-ÿ])(?=[A-Z])/g, "$1 ")
    .toLowerCase()
    .replaceAll("%", " percent ")
    .replaceAll("‰", " permille ")
    .replaceAll("#", " number ")
    .replace(/(?<=\d)[.,](?=\d{3}(?!\d))/g, "")
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);

/** Whether a text in small letters begins with one of some words, or marks, as a whole. */
export const startsWithAny = (text, starts) =>
  starts.some(
    (start) =>
      text.startsWith(start) &&
      !(/[\p{L}\p{N}]$/u.test(start) && /^[\p{L}\p{N}]/u.test(text.slice(start.length))),
  );
