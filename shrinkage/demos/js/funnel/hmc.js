// Hamiltonian Monte Carlo: Neal (2011), MCMC using Hamiltonian dynamics, Handbook of Markov Chain
// Monte Carlo, chapter 5. A transition draws a momentum at random, follows the trajectory by leapfrog
// steps, and accepts its end with a probability that decreases with the energy error.
import { numbers, pcg4d, UINT32 } from "../shared/pcg4d.js";
import { log, turn, turned } from "./portable.js";

const LENGTH = Math.PI / 2; // mean time of a trajectory: a quarter period of a standard normal
const DIVERGED = 1000; // energy error from which a trajectory has diverged, as in Stan and PyMC

/** Leapfrog steps of a trajectory; u, uniform on 0 to 1, makes it half shorter to half longer. */
export const stepsFor = (stepSize, u) =>
  Math.max(1, Math.floor(((0.5 + u) * LENGTH) / stepSize + 0.5));

/**
 * A sampler of `model` ({ size, logDensity(q, slope) }) with unit masses.
 *
 * `transition(q, draw)` moves q to the chain's next point and returns, in an object that is used
 * again, { accepted, divergent, error, steps }. `stream` (a seed and the number of the chain) and
 * `draw` decide every random number. `watch(position, error)` is told of each point on the way and of
 * its energy error, from the first point to the last before a step that diverged.
 */
export function makeSampler({ size, logDensity }, stepSize, stream, watch = () => {}) {
  const position = new Float64Array(size);
  const momentum = new Float64Array(size);
  const slope = new Float64Array(size);
  const outcome = { accepted: false, divergent: false, error: 0, steps: 0 };

  const kick = (time) => {
    for (let i = 0; i < size; i++) momentum[i] += time * slope[i];
  };
  const drift = (time) => {
    for (let i = 0; i < size; i++) position[i] += time * momentum[i];
  };
  const kinetic = () => {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += momentum[i] * momentum[i];
    return 0.5 * sum;
  };

  return function transition(q, draw) {
    normals(momentum, stream, draw);
    const { forAcceptance, forLength } = uniforms(stream, draw);
    const steps = stepsFor(stepSize, forLength);
    position.set(q);
    const before = kinetic() - logDensity(position, slope);
    watch(position, 0);

    outcome.divergent = false;
    for (outcome.steps = 1; ; outcome.steps++) {
      kick(0.5 * stepSize);
      drift(stepSize);
      const height = logDensity(position, slope);
      kick(0.5 * stepSize);
      outcome.error = kinetic() - height - before;
      outcome.divergent = !(outcome.error < DIVERGED); // NaN counts as diverged
      if (outcome.divergent) break;
      watch(position, outcome.error);
      if (outcome.steps === steps) break;
    }
    outcome.accepted = !outcome.divergent && log(forAcceptance) < -outcome.error;
    if (outcome.accepted) q.set(position);
    return outcome;
  };
}

const random = { forAcceptance: 0, forLength: 0 };

/** A transition's two uniforms. */
function uniforms([seed, chain], draw) {
  pcg4d(seed, chain, draw, 0);
  random.forAcceptance = (numbers[0] + 0.5) / UINT32;
  random.forLength = (numbers[1] + 0.5) / UINT32;
  return random;
}

/** Standard normals by Box and Muller (1958), four from each call of pcg4d. */
function normals(into, [seed, chain], draw) {
  for (let i = 0; i < into.length; i += 2) {
    if (i % 4 === 0) pcg4d(seed, chain, draw, 1 + i / 4);
    const radius = Math.sqrt(-2 * log((numbers[i % 4] + 0.5) / UINT32));
    turn((numbers[(i % 4) + 1] + 0.5) / UINT32);
    into[i] = radius * turned.cos;
    if (i + 1 < into.length) into[i + 1] = radius * turned.sin;
  }
}
