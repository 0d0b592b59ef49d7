// The sentences about the shrinkage plot, which a screen reader hears in its place.
import { counted, percent } from "../shared/dom.js";

const rate = (share) => (share === null ? "no raw rate" : percent(share));

/** One doctor: counts, raw rate, estimate, interval, and whose data the estimate rests on. */
export function describeDoctor(j, { names, successes, trials, raw }, found) {
  const seen = trials[j]
    ? `${successes[j]} of ${counted(trials[j], "patient")}, a raw rate of ${percent(raw[j])}`
    : "no patients yet";
  return (
    `${names[j]}: ${seen}; estimate ${percent(found.mean[j])}, 95\u00a0% credible interval ` +
    `${percent(found.low[j])} to ${percent(found.high[j])}. ` +
    `The estimate rests for ${percent(found.weight[j])} on ${names[j]}’s own patients, for the rest on the population.`
  );
}

/** The sentences on the whole table. */
export function describe({ names, trials, raw }, found, typical) {
  const moved = raw.map((value, j) => (value === null ? -1 : Math.abs(found.mean[j] - value)));
  const far = moved.indexOf(Math.max(...moved));
  const sentences = [];
  if (moved[far] < 0)
    sentences.push("No doctor has a patient yet: every estimate is the population’s.");
  else if (moved[far] < 0.005)
    sentences.push("No estimate is as much as a percentage point away from its raw rate.");
  else
    sentences.push(
      `${names[far]} moves farthest: from ${rate(raw[far])}, with ${counted(trials[far], "patient")}, to ${percent(found.mean[far])}.`,
    );
  const few = trials.indexOf(Math.min(...trials));
  const many = trials.indexOf(Math.max(...trials));
  if (trials[few] < trials[many])
    sentences.push(
      `The estimate of ${names[few]}, with ${counted(trials[few], "patient")}, rests for ${percent(found.weight[few])} on its own data; ` +
        `that of ${names[many]}, with ${counted(trials[many], "patient")}, for ${percent(found.weight[many])}.`,
    );
  sentences.push(
    `The typical doctor succeeds with ${percent(typical)}. The true log-odds spread between doctors with a standard deviation of ` +
      `about ${found.sigma.mean.toFixed(2)} (95\u00a0% credible interval ${found.sigma.low.toFixed(2)} to ${found.sigma.high.toFixed(2)}). ` +
      `A new doctor without patients is expected at ${percent(found.newDoctor.mean)}.`,
  );
  return sentences;
}
