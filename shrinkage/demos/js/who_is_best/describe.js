// The sentences about the decision and the ranks, which a screen reader hears in place of the pictures.
import { counted, grouped, listed, ordinal, percent } from "../shared/dom.js";
import { rankSummary } from "../shared/ranks.js";
import { threshold } from "./engine.js";

const NAMED = 6; // doctors that a sentence names before it counts the rest

/** A share with as many decimals as it needs, two at most: 0.725 → "72.5 %". */
export const exact = (share) => `${Number((100 * share).toFixed(2))}\u00a0%`;

/** A threshold: 0.0909 → "9.1 %". */
const beyond = (share) => `${Number((100 * share).toFixed(1))}\u00a0%`;

/** A probability; "<1 %" and ">99 %" where rounding would give 0 % and 100 %, unless `certain`. */
export function chance(p, certain = false) {
  if (certain) return percent(p);
  return p < 0.005 ? "<1\u00a0%" : p >= 0.995 ? ">99\u00a0%" : percent(p);
}

/** A probability with a decimal more, for the arithmetic that the reader may check. */
const tenths = (p) => `${(100 * p).toFixed(1)}\u00a0%`;

/** A cost: two decimals while they tell something. */
export const cost = (value) => (value < 1000 ? value.toFixed(2) : grouped(Math.round(value)));

/** "Dr. A, Dr. B and 17 more". */
function who(names, indices) {
  if (!indices.length) return "nobody";
  const some = indices.map((j) => names[j]);
  if (some.length > NAMED)
    some.splice(NAMED - 1, Infinity, `${grouped(indices.length - NAMED + 1)} more`);
  return listed(some);
}

const indices = (flags) => flags.flatMap((flag, j) => (flag ? [j] : []));

/** The sentence on the top of the raw table; `ranks` null while they are computed. */
export function describeBest({ names, successes, trials, raw }, ranks) {
  if (names.length === 1) return `${names[0]} is the only doctor, first and last at once.`;
  const rates = raw.filter((rate) => rate !== null);
  const best = ranks?.map((row) => row[0]);
  if (!rates.length)
    return `No doctor has a patient yet, so each of the ${grouped(names.length)} is best with the same probability${best ? `, ${chance(best[0])}` : ""}.`;
  const highest = Math.max(...rates);
  const top = indices(raw.map((rate) => rate === highest));
  if (top.length === 1) {
    const [j] = top;
    const opening = `${names[j]} tops the raw table with ${percent(highest)} (${grouped(successes[j])} of ${counted(trials[j], "patient")}); the probability that ${names[j]} is best is`;
    if (!best) return `${opening} being computed.`;
    const favourite = best.indexOf(Math.max(...best));
    const other =
      best[favourite] > best[j] + 0.005
        ? `; that of ${names[favourite]} is higher, ${chance(best[favourite])}`
        : "";
    return `${opening} ${chance(best[j])}${other}.`;
  }
  const opening = `${top.length > 3 ? `${grouped(top.length)} doctors` : listed(top.map((j) => names[j]))} share the top of the raw table with ${percent(highest)}; the probability that one of them is best is`;
  if (!best) return `${opening} being computed.`;
  const any = top.reduce((sum, j) => sum + best[j], 0);
  const each =
    top.length > 3
      ? `, and for none of them above ${chance(Math.max(...top.map((j) => best[j])))}`
      : `: ${listed(top.map((j) => `${chance(best[j])} for ${names[j]}`))}`;
  return `${opening} ${chance(any, top.length === names.length)}${each}.`;
}

/** How the two costs compare: "a missed doctor as costly as 3 false accusations". */
function comparison({ missing, accusing }) {
  if (missing === accusing) return "a missed doctor as costly as a false accusation";
  if (missing % accusing === 0)
    return `a missed doctor as costly as ${grouped(missing / accusing)} false accusations`;
  if (accusing % missing === 0)
    return `a false accusation as costly as ${grouped(accusing / missing)} missed doctors`;
  return `a missed doctor at ${missing} and a false accusation at ${accusing} units of cost`;
}

/** The sentences on the two decisions. */
export function describeDecision({ names }, decision, state) {
  const { review, rawReview, total, rawTotal, expectedBelow } = decision;
  const differ = indices(review.map((flag, j) => flag !== rawReview[j]));
  const below =
    names.length === 1
      ? `${names[0]} is below with a probability of ${chance(expectedBelow)}`
      : `the model expects ${expectedBelow.toFixed(1)} of ${counted(names.length, "doctor")} to be below`;
  const raw = differ.length
    ? `Raw rates would review ${who(names, indices(rawReview))}; the two disagree on ${who(names, differ)}. ` +
      `The expected cost, as the model sees it, is ${cost(total)} with the model’s decisions and ${cost(rawTotal)} with those of raw rates.`
    : `Raw rates would decide the same, at an expected cost, as the model sees it, of ${cost(total)}.`;
  return [
    `At a standard of ${exact(state.standard)}, ${below}. With ${comparison(state)}, it pays to review whoever is below with a probability of more than ${beyond(threshold(state))}: ${who(names, indices(review))}.`,
    raw,
  ];
}

/** One doctor: counts, estimate, and the arithmetic of the decision. */
export function describeDoctor(j, { names, successes, trials, raw }, found, decision, state) {
  const seen = trials[j]
    ? `${grouped(successes[j])} of ${counted(trials[j], "patient")}, a raw rate of ${percent(raw[j])}`
    : "no patients yet";
  const { below, leave, accuse, review } = decision;
  return (
    `${names[j]}: ${seen}; estimate ${percent(found.mean[j])}, 95\u00a0% credible interval ${percent(found.low[j])} to ${percent(found.high[j])}; ` +
    `below ${exact(state.standard)} with a probability of ${chance(below[j])}. ` +
    `No review costs ${state.missing}\u00a0×\u00a0${tenths(below[j])} = ${cost(leave[j])} in expectation, ` +
    `a review ${state.accusing}\u00a0×\u00a0${tenths(1 - below[j])} = ${cost(accuse[j])}: ${review[j] ? "review" : "no review"}.`
  );
}

/** The place of one doctor, and how probable the place pointed at is (from 0, or null). */
export function describeRank(j, { names, place }, ranks, at) {
  const many = names.length;
  if (many === 1) return `${names[j]} is the only doctor.`;
  const { median, low, high } = rankSummary(ranks[j]);
  const shared = place.filter((other) => other === place[j]).length > 1 ? "shared " : "";
  const raw =
    place[j] === null
      ? "no place among the raw rates"
      : `${shared}${ordinal(place[j])} by raw rate`;
  const pointed =
    at === null || at === 0 || at === many - 1
      ? ""
      : `${ordinal(at + 1)} with ${chance(ranks[j][at])}, `;
  return (
    `${names[j]}: ${raw}; median place ${median} of ${grouped(many)}, 95\u00a0% credible interval ${low} to ${high}. ` +
    `Best with a probability of ${chance(ranks[j][0])}, ${pointed}last with ${chance(ranks[j][many - 1])}.`
  );
}
