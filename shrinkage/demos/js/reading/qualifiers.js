// The words around a known word that change what a heading is. 'Complication-free' counts the others,
// 'per 1,000' makes a rate, and of 'excess', 'median' or 'annual' nobody knows what becomes.
import { RULES, words } from "./rules.js";

export const OUTCOMES = { ...RULES.failures, ...RULES.successes };

/**
 * A heading's words with what a rate is of taken out, and the size of that: [words, 1000]. 'Deaths per
 * 100 cases' are percents; a rate of another thing ('per 1,000 line days') keeps its 'per'.
 */
export function unitOfRate(heading) {
  const found = words(heading);
  for (const [k, word] of found.entries()) {
    const isPer = RULES.per_words.includes(word) && k + 1 < found.length;
    const size = isPer ? RULES.per[found[k + 1]] : /^p(er|ro)mille$/.test(word) && 1000;
    const rest = found.slice(k + (isPer ? 2 : 1));
    if (size && rest.every((one) => RULES.wholes.includes(one) || RULES.rates.includes(one)))
      return [[...found.slice(0, k), "percent"], size === 100 ? null : size];
  }
  return [found, null];
}

/** Whether words make something else of what a heading counts, or of how many patients. */
export function changed(found) {
  let text = ` ${found.join(" ")} `;
  for (const phrase of RULES.unchanging) text = text.replaceAll(` ${phrase} `, " ");
  // 'Excess readmission ratio': predicted over expected.
  if (found.includes("ratio")) text = text.replace(" excess ", " ");
  if (RULES.changing.some((word) => text.includes(` ${word} `))) return true;
  const isNumber = (word) => RULES.duration_numbers.includes(word) || /^\d+$/.test(word);
  return found.some(
    (word, k) => RULES.durations.includes(word) && !(k > 0 && isNumber(found[k - 1])),
  );
}

/** Whether words count failures, and successes, and whether any was turned; null if unknown. */
export function directions(heading, found) {
  const told = [false, false, false];
  const turning = new Set();
  for (const [k, word] of found.entries()) {
    if (!Object.hasOwn(OUTCOMES, word)) continue;
    let before = turnedBefore(found, k);
    const after = turnedAfter(found, k);
    if (before >= 0) {
      turning.add(before);
      if (RULES.turning_no.includes(found[before])) {
        if (!abbreviated(heading)) return null; // 'No complications': their number, or the others
        before = -1;
      }
    }
    const isFailure = Object.hasOwn(RULES.failures, word) !== (before >= 0 !== after);
    told[isFailure ? 0 : 1] = true;
    told[2] ||= before >= 0 || after;
  }
  const isLeft = (word, k) => RULES.turning.includes(word) && word !== "non" && !turning.has(k);
  return found.some(isLeft) || (told[0] && told[1]) ? null : told;
}

/** Whether a heading's 'no' is a number: 'No. of deaths'. */
export const abbreviated = (heading) => /\bno(\.|:|s\b|\s*of\b)|n[º°]/.test(heading.toLowerCase());

/** The place of the word that turns the one at k, 'without', 'not', 'free of'; -1 for none. */
function turnedBefore(found, k) {
  let at = k - 1;
  while (at >= 0 && RULES.between.includes(found[at])) at--;
  if (RULES.turned_of.includes(found[at]) && RULES.turned_after.includes(found[at - 1]))
    return at - 1;
  return at >= 0 && [...RULES.turning, ...RULES.turning_no].includes(found[at]) ? at : -1;
}

const turnedAfter = (found, k) =>
  RULES.turned_after.includes(found[k + 1]) && !RULES.turned_of.includes(found[k + 2]);

/** Whether two nouns of rates can be of one outcome: 'survival rate' and 'mortality'. */
export const compatible = (one, other) =>
  one === other ||
  [one, other].some((noun) => noun === null || RULES.general_nouns.includes(noun)) ||
  RULES.complements[one] === other;
