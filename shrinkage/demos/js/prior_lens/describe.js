// The sentences about what the priors say and what they change, which a screen reader hears in place
// of the pictures.
import { counted, grouped, percent } from "../shared/dom.js";
import { extreme, farthest, isUsual, typicalRange, USUAL } from "./engine.js";

/** The priors as the course writes them. */
export const muPrior = (scale) => `Normal(0, ${+scale.toFixed(2)})`;
export const sigmaPrior = (scale) => `HalfNormal(${+scale.toFixed(2)})`;

/** What the scale of mu_pop claims: the line below its slider. */
export function explainMu(state) {
  const [low, high] = typicalRange(state);
  return `typical doctor: 95\u00a0% interval ${percent(low)} to ${percent(high)}`;
}

/** What the scale of sigma_pop claims: 1.96 scales hold 95 % of a half-normal. */
export const explainSigma = ({ sigma_scale }) =>
  `spread: below ${(1.96 * sigma_scale).toFixed(2)} with 95\u00a0% probability`;

/** A difference of shares in percentage points. */
export const points = (difference) => (100 * Math.abs(difference)).toFixed(1);

function before(state, shares, usualShares) {
  const there = "of doctors below 5\u00a0% or above 95\u00a0%";
  const share = percent(extreme(shares));
  return isUsual(state)
    ? `Before any data, the course’s priors put ${share} ${there}; if every rate were equally likely, that would be 10\u00a0%.`
    : `Before any data, these priors put ${share} ${there}; the course’s priors put ${percent(extreme(usualShares))} there.`;
}

function moved(state, table, found, usual) {
  const { names, successes, trials } = table;
  const patients = trials.reduce((a, b) => a + b, 0);
  const these = names.length === 1 ? "this" : "these";
  const all = `${these} ${counted(names.length, "doctor")} with ${counted(patients, "patient")}`;
  if (isUsual(state))
    return `These are the course’s priors. Move a scale: hollow circles keep the estimates of ${all} under the course’s.`;
  const { j, by } = farthest(found.mean, usual.mean);
  const than = by < 0.0005 ? "as much as 0.1" : `more than ${points(by)}`;
  const first = `For ${all} they move no estimate by ${than} percentage points from the course’s priors`;
  if (by < 0.0005) return `${first}.`;
  return (
    `${first}: ${names[j]} (${grouped(successes[j])} of ${grouped(trials[j])}) moves farthest, ` +
    `from ${percent(usual.mean[j])} to ${percent(found.mean[j])}.`
  );
}

function spread(state, found, usual) {
  const words = ({ mean, low, high }) => [
    mean.toFixed(2),
    `${low.toFixed(2)} to ${high.toFixed(2)}`,
  ];
  const [mean, interval] = words(found.sigma);
  const after = `After these data sigma_pop is ${mean} on average, 95\u00a0% credible interval ${interval}`;
  if (isUsual(state)) return `${after}.`;
  const [usualMean, usualInterval] = words(usual.sigma);
  return `${after}; under the course’s ${sigmaPrior(USUAL.sigma_scale)} and ${muPrior(USUAL.mu_scale)} it is ${usualMean}, ${usualInterval}.`;
}

/** The sentences below the picture: `found` is the answer under these priors, `usual` the course's. */
export const describe = (state, table, shares, usualShares, found, usual) => [
  before(state, shares, usualShares),
  moved(state, table, found, usual),
  spread(state, found, usual),
];
