// The words of shrinkage/data/reading/rules.json, the one table by which Python and the browser read a
// table.
import RULES from "../../../data/reading/rules.json" with { type: "json" };

export { RULES };

/** The words of a heading or a name, in small letters: 'ObservedDeaths (%)' has three. */
export const words = (text) =>
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
