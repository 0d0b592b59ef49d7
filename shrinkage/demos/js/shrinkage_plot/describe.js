// The sentences about the shrinkage plot, which a screen reader hears in its place.
import { digitsFor, successesInWords } from "../shared/clinic.js";
import { counted, grouped, percent } from "../shared/dom.js";

/** What a doctor's patients tell by themselves. */
function seenOf(j, table, digits) {
  const { successes, trials, raw, expected } = table;
  if (!trials[j]) return "no patients yet";
  const seen = `${successesInWords(j, table)} of ${counted(trials[j], "patient")}`;
  const wanted = expected
    ? `, where ${grouped(Number(expected[j].toPrecision(4)))} were expected`
    : "";
  if (successes[j] === null) return `${seen}${wanted}, the count itself being withheld`;
  const where = expected ? " at the average expectation" : "";
  return `${seen}${wanted}, a raw rate of ${percent(raw[j], digits)}${where}`;
}

/** One doctor: counts, raw rate, estimate, interval, and whose data the estimate rests on. */
export function describeDoctor(j, table, found) {
  const name = table.names[j];
  const digits = digitsFor(found);
  return (
    `${name}: ${seenOf(j, table, digits)}; estimate ${percent(found.mean[j], digits)}, 95\u00a0% credible interval ` +
    `${percent(found.low[j], digits)} to ${percent(found.high[j], digits)}. ` +
    `The estimate rests for ${percent(found.weight[j])} on ${name}’s own patients, for the rest on the population.`
  );
}

/** The sentence on the doctor whose estimate is farthest from the raw rate. */
function farthest({ names, trials, raw }, { mean }, digits) {
  const moved = raw.map((value, j) => (value === null ? -1 : Math.abs(mean[j] - value)));
  const far = moved.indexOf(Math.max(...moved));
  if (moved[far] < 0)
    return Math.max(...trials)
      ? "All counts are withheld: every estimate rests on what they may be."
      : "No doctor has a patient yet: every estimate is the population’s.";
  if (moved[far] < 0.005 / 10 ** digits)
    return digits
      ? "No estimate is visibly away from its raw rate."
      : "No estimate is as much as a percentage point away from its raw rate.";
  return (
    `${names[far]} moves farthest: from ${percent(raw[far], digits)}, ` +
    `with ${counted(trials[far], "patient")}, to ${percent(mean[far], digits)}.`
  );
}

/** The sentences on the whole table. */
export function describe(table, found, typical) {
  const { names, trials, reference } = table;
  const digits = digitsFor(found);
  const sentences = [farthest(table, found, digits)];
  if (reference !== null)
    sentences[0] +=
      " Rates are those at the average expectation, a success rate of " +
      `${percent(reference, Math.max(digits, 1))}: what each doctor’s own patients made likely is taken into account.`;
  const few = trials.indexOf(Math.min(...trials));
  const many = trials.indexOf(Math.max(...trials));
  if (trials[few] < trials[many])
    sentences.push(
      `The estimate of ${names[few]}, with ${counted(trials[few], "patient")}, rests for ${percent(found.weight[few])} on its own data; ` +
        `that of ${names[many]}, with ${counted(trials[many], "patient")}, for ${percent(found.weight[many])}.`,
    );
  sentences.push(
    `The typical doctor succeeds with ${percent(typical, digits)}. The true log-odds spread between doctors with a standard deviation of ` +
      `about ${found.sigma.mean.toFixed(2)} (95\u00a0% credible interval ${found.sigma.low.toFixed(2)} to ${found.sigma.high.toFixed(2)}). ` +
      `A new doctor without patients is expected at ${percent(found.newDoctor.mean, digits)}.`,
  );
  return sentences;
}
