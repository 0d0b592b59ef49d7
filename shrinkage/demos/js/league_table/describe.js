// The sentences about the league table, which a screen reader hears in place of the pictures.
import { counted, grouped, listed, ordinal, percent } from "../shared/dom.js";

const name = (doctor) => `doctor ${doctor + 1}`;
const spell = (n) => (n > 3 ? `${n} doctors` : null);

/** Who holds a place: one doctor by name, several by number. */
function holders(place, league, { caseload }) {
  const rate = percent(league.rawRate[place[0]]);
  if (place.length === 1) {
    const [doctor] = place;
    const all = `${grouped(league.successes[doctor])} of ${counted(caseload[doctor], "patient")}`;
    return `${name(doctor)}, ${all} (${rate})`;
  }
  const loads = place.map((doctor) => caseload[doctor]);
  const [few, many] = [Math.min(...loads), Math.max(...loads)];
  const seen = few === many ? `${few}` : `${few} to ${many}`;
  return `${spell(place.length) ?? `doctors ${listed(place.map((d) => d + 1))}`} together, ${rate}, with ${seen} patients each`;
}

/** Where last year's first are now: regression to the mean. */
function lastYearsFirst(before, league, { caseload }) {
  const total = (counts) => before.first.reduce((sum, doctor) => sum + counts[doctor], 0);
  const now = percent(total(league.successes) / total(caseload));
  const then = percent(before.rawRate[before.first[0]]);
  if (before.first.length > 3)
    return `The ${before.first.length} doctors who shared first place last year with ${then} have ${now} of their patients succeed this year.`;
  const places = listed(before.first.map((doctor) => ordinal(league.place[doctor])));
  const who =
    before.first.length === 1
      ? name(before.first[0])
      : `doctors ${listed(before.first.map((d) => d + 1))}`;
  const are = before.first.length === 1 ? "is" : "are";
  return `Last year’s first, ${who} with ${then}, ${are} now ${places}, with ${now}.`;
}

/** The sentences of one year: the place at the top, the place at the bottom, and last year's first. */
export function describeYear(league, before, doctors) {
  return [
    `First: ${holders(league.first, league, doctors)}.`,
    `Last: ${holders(league.last, league, doctors)}.`,
    before
      ? lastYearsFirst(before, league, doctors)
      : "Draw another year to see what becomes of this year’s first.",
  ];
}

/** The sentence on all years drawn so far. */
export function describeTally(tally, state, doctors) {
  const few = doctors.isLowN.filter(Boolean).length;
  const limit = `fewer than ${state.low_n} patients`;
  if (few === 0) return `No doctor sees ${limit} here, so no first or last place goes to one.`;
  if (few === state.doctors) return `Every doctor sees ${limit} here, so every place goes to one.`;
  const years = tally.years === 1 ? "this one year" : `${grouped(tally.years)} years`;
  return (
    `Doctors with ${limit} are ${few} of ${state.doctors} (${percent(few / state.doctors)}). In ${years} they took ` +
    `${percent(tally.first / tally.years)} of the first places and ${percent(tally.last / tally.years)} of the last.`
  );
}
