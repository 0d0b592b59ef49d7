// The sentences about both chains, which a screen reader hears in place of the pictures.
import { counted, grouped, percent } from "../shared/dom.js";

/** 0.138 → "0.14": sigma_pop and its averages; three digits below 0.095. */
export const number = (value) => value.toFixed(value < 0.095 ? 3 : 2);

/** A share in per cent; in words where rounding would give 0 % or 100 % for one that is neither. */
function share(value) {
  if (value > 0 && value < 0.005) return "less than 1\u00a0%";
  if (value < 1 && value > 0.995) return "more than 99\u00a0%";
  return percent(value);
}

const FEW = 0.5; // share of accepted proposals below which a sentence says why
const FAR = 0.05; // from the exact mean, as a share of it, from which a sentence says so

/** How far an average is from the exact mean. */
function distance(mean, exact) {
  const off = mean / exact - 1;
  if (Math.abs(off) < FAR) return "";
  return `, ${percent(Math.abs(off))} too ${off > 0 ? "high" : "low"}`;
}

function diverged(count, draws) {
  if (!count) return "no trajectory diverged";
  if (draws === 1) return "its trajectory diverged";
  return `${grouped(count)} of ${grouped(draws)} trajectories diverged`;
}

/** What a chain says, in a sentence. */
function says(kind, { draws, mean, accepted, divergences }, exact) {
  const stuck = accepted === 0 ? ", and no proposal was accepted: it has not moved" : "";
  return (
    `${kind} puts sigma_pop at ${number(mean)}${distance(mean, exact)}; ` +
    `${diverged(divergences, draws)}${stuck}.`
  );
}

/**
 * The sentences on the whole; `estimates` of the centred and the non-centred chain, `exact` the mean
 * of sigma_pop, `below` the exact probability of a sigma_pop below `limit`, and `longest` the step
 * that is too long for the non-centred sampler.
 */
export function describe({ estimates, exact, limit, below, doctors, patients, stepSize, longest }) {
  const [centred, nonCentred] = estimates;
  const where =
    `With ${counted(doctors, "doctor")} a step of ${stepSize} is too long for the centred sampler ` +
    `where sigma_pop is below about ${number(limit)}`;
  if (!centred.draws)
    return [
      "No draw is shown yet: press Run, Draw one or Draw 100.",
      `The exact mean of sigma_pop, the spread between doctors, is ${number(exact)}.`,
      `${where}; ${share(below)} of the posterior is there.`,
    ];
  const sentences = [
    `After ${counted(centred.draws, "draw")} ${says("the centred sampler", centred, exact)}`,
    `The exact mean is ${number(exact)}. ${says("The non-centred sampler", nonCentred, exact)}`,
    `${where}. ${capital(share(below))} of the posterior is there, with ${share(centred.below)} of the ` +
      `centred draws and ${share(nonCentred.below)} of the non-centred ones.`,
  ];
  if (nonCentred.accepted < FEW)
    sentences.push(
      `The non-centred sampler accepts ${share(nonCentred.accepted)} of its proposals: ` +
        `${counted(patients, "patient")} fix mu_pop so firmly that its step has to be well below ` +
        `${number(longest)}.`,
    );
  return sentences;
}

const capital = (words) => words[0].toUpperCase() + words.slice(1);

/** The latest trajectory of a chain. */
function describeTrajectory({ kind, last: { steps, error, accepted, divergent } }) {
  const after = `after ${counted(steps, "leapfrog step")}`;
  if (divergent) return `${kind}: diverged ${after}`;
  const size =
    Math.abs(error) < 10 ? Math.abs(error).toFixed(2) : grouped(Math.round(Math.abs(error)));
  const off = `energy off by ${error < -0.005 ? "\u2212" : ""}${size}`;
  return `${kind}: ${accepted ? "accepted" : "rejected"} ${after}, ${off}`;
}

/** The latest draw, or what to do where there is none. */
export function describeDraw(draws, chains) {
  if (!draws) return "Both samplers stand where 100 transitions of warm-up took them.";
  return `Draw ${grouped(draws)}. ${chains.map(describeTrajectory).map(capital).join(". ")}.`;
}
