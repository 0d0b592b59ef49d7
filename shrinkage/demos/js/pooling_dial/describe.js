// The sentences about the dial and what follows from it, which a screen reader hears in place of the
// pictures.
import { place } from "../shared/density.js";
import { grouped, listed, percent } from "../shared/dom.js";
import { ALONE, extremes } from "./engine.js";

/** sigma_pop as people write it: 0, 0.35, 20. */
export const spread = (sigma) =>
  sigma === 0 || sigma >= 10 ? `${Math.round(sigma)}` : sigma.toFixed(2);

/** A share in per cent; in words where rounding would give 0 % or 100 %. */
function share(value) {
  if (value < 0.005) return "less than 1\u00a0%";
  return value > 0.995 ? "more than 99\u00a0%" : percent(value);
}

/** What the dial's place says of the doctors' true rates: the line below the slider. */
export function explain(sigma, [low, high]) {
  if (sigma === 0) return "complete pooling: all doctors are one";
  if (sigma >= ALONE) return "no pooling: each doctor alone";
  return `19 in 20 doctors truly between ${percent(low)} and ${percent(high)}`;
}

/** What became of the two doctors farthest apart. */
function pooled(sigma, table, found, learned) {
  const pair = extremes(table);
  if (!pair.length) return "No doctor has a patient yet: every estimate is the population’s.";
  const counts = (j) => `${grouped(table.successes[j])} of ${grouped(table.trials[j])}`;
  const named = (j) => `${table.names[j]} (${counts(j)})`;
  const names = listed(pair.map(named));
  const rates = ({ mean }) => {
    const [first, second] = pair.map((j) => percent(mean[j]));
    return first === second ? `${first} each` : listed(pair.map((j) => percent(mean[j])));
  };
  const are = pair.length > 1 ? "are" : "is";
  if (sigma === null)
    return `The data decide how much to pool: ${names} ${are} estimated at ${rates(found)}.`;
  if (sigma === 0)
    return `Complete pooling: every doctor is estimated at ${percent(found.mean[pair[0]])}, ${names} included.`;
  if (sigma < ALONE)
    return (
      `Partial pooling by your dial: ${names} ${are} estimated at ${rates(found)}. ` +
      `Where the data decide: ${rates(learned)}.`
    );
  const interval = (j) => `${percent(found.low[j])} to ${percent(found.high[j])}`;
  const alone = pair.map((j) => `${named(j)} at ${percent(found.mean[j])}, ${interval(j)}`);
  return (
    `No pooling: each estimate, with its 95\u00a0% credible interval, stands on the doctor’s own ` +
    `patients, ${alone.join("; ")}.`
  );
}

/** Mean distances in percentage points. */
function distance(far) {
  const points = (value) => (100 * value).toFixed(1);
  return (
    `On average the estimates are ${points(far.fromRaw)} percentage points from the raw rates and ` +
    `${points(far.fromTogether)} from the rate of all patients together.`
  );
}

/** What the data say of the dial's place. */
function verdict(sigma, learned) {
  const { low, high, mean } = learned.sigma;
  const between = `sigma_pop between ${low.toFixed(2)} and ${high.toFixed(2)} (95\u00a0% credible interval)`;
  if (sigma === null)
    return `The data put ${between}, ${mean.toFixed(2)} on average; before any patient, the prior alone put it between 0.03 and 2.24.`;
  const at = place(learned.sigma, sigma);
  const where = sigma < low ? "below it" : sigma > high ? "above it" : "inside";
  // Outside the interval the probability of a larger one rounds to 0 or 1.
  const larger =
    where === "inside" && sigma > 0
      ? ` sigma_pop is larger with a probability of ${share(at.larger)}, and`
      : "";
  const density =
    at.ratio > 0.995
      ? "its density there is at its highest"
      : `its density there is ${share(at.ratio)} of its highest`;
  return `The data put ${between}; your dial, at ${spread(sigma)}, is ${where}:${larger} ${density}.`;
}

/** The sentences below the picture: `found` is the answer at the dial's place, `learned` the data's. */
export function describe(sigma, table, found, learned, far) {
  return [
    pooled(sigma, table, found, learned),
    far ? distance(far) : "Without patients there is no raw rate to compare with.",
    verdict(sigma, learned),
  ];
}
