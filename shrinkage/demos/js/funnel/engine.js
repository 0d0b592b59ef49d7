// What the demo shows: both chains up to any draw, the exact posterior behind them, and where the
// centred chain's step is too long. Pure functions, same numbers as shrinkage/demos/funnel.py.
import { problemWithCounts } from "../shared/clinic.js";
import { outside } from "../shared/ranges.js";
import { makeSampler } from "./hmc.js";
import { KINDS, makeModel } from "./model.js";
import { exp } from "./portable.js";

export const MOST_DRAWS = 5000;
const WARM_UP = 100; // draws from the start into the posterior, neither shown nor counted
export const LOWEST = 0.005; // sigma_pop at the foot of the picture
export const HIGHEST = 4;

/** What each number of the state means, its lowest and highest value, and whether it is whole. */
export const RANGES = {
  doctors: ["the number of doctors", 2, 50, "whole"],
  step_size: ["the step size", 0.01, 1],
  draws: ["the number of draws", 0, MOST_DRAWS, "whole"],
  seed: ["the seed", 0, 2 ** 32 - 1, "whole"],
};

/** A sentence on what is wrong with a state, or null. */
export const problem = (state) => outside(state, RANGES) ?? problemWithCounts(state.counts);

/** The doctors taken, fewest patients first: { names, successes, trials }. */
export function taken({ counts, doctors }) {
  const rows = counts.map((row, j) => [...row, j]);
  rows.sort((a, b) => a[2] - b[2] || a[3] - b[3]);
  const few = rows.slice(0, doctors);
  return {
    names: few.map(([name]) => name),
    successes: few.map(([, successes]) => successes),
    trials: few.map(([, , trials]) => trials),
  };
}

/** The sigma_pop below which a leapfrog step is too long for the centred model. */
export const stableAbove = (stepSize, doctors) => (stepSize * Math.sqrt(doctors + 1)) / 2;

/** The step that is too long for the non-centred model, whatever sigma_pop: patients fix mu_pop. */
export function longestStep({ successes, trials }) {
  let curvature = 1 / (1.5 * 1.5);
  trials.forEach((n, j) => {
    const rate = (successes[j] + 0.5) / (n + 1);
    curvature += n * rate * (1 - rate);
  });
  return 2 / Math.sqrt(curvature);
}

// ------------------------------------------------------------------------------------------------
// Chains
// ------------------------------------------------------------------------------------------------

/**
 * A chain that `advance` makes longer by one draw.
 *
 * Of draw i (from 0) it keeps where it stands in the picture (`away[i]`, `logSigma[i]`), whether its
 * trajectory diverged (`divergent[i]`); and of all draws before draw i the sum of sigma_pop and the
 * numbers of accepted proposals, of divergences and of draws below the stable sigma_pop. Divergence
 * d left the posterior at `atAway[d]`, `atLogSigma[d]`: the last point of its trajectory whose energy
 * was still right to within 1. `trace` is the latest trajectory, away and log sigma_pop in turn, and
 * `last` its outcome.
 */
export function makeChain(kind, { successes, trials }, { step_size, seed }) {
  const model = makeModel(kind, successes, trials);
  const q = model.start();
  const trace = [];
  let right = 0; // where in the trace the energy was right to within 1 last
  const watch = (position, error) => {
    if (Math.abs(error) < 1) right = trace.length;
    trace.push(model.away(position), position[1]);
  };
  const sample = makeSampler(model, step_size, [seed, KINDS.indexOf(kind)], watch);
  const limit = stableAbove(step_size, successes.length);
  const column = (Kind, extra = 0) => new Kind(MOST_DRAWS + extra);
  const chain = {
    kind,
    trace,
    last: null,
    count: 0, // draws kept
    away: column(Float64Array),
    logSigma: column(Float64Array),
    divergent: column(Uint8Array),
    sum: column(Float64Array, 1),
    accepted: column(Uint16Array, 1),
    divergences: column(Uint16Array, 1),
    below: column(Uint16Array, 1),
    atAway: [],
    atLogSigma: [],
  };
  let made = 0; // draws with those of the warm-up

  chain.advance = () => {
    trace.length = 0;
    chain.last = sample(q, made++);
    if (made <= WARM_UP) return;
    const i = chain.count++;
    const sigma = exp(q[1]);
    const { accepted, divergent } = chain.last;
    chain.away[i] = model.away(q);
    chain.logSigma[i] = q[1];
    chain.divergent[i] = divergent;
    chain.sum[i + 1] = chain.sum[i] + sigma;
    chain.accepted[i + 1] = chain.accepted[i] + accepted;
    chain.divergences[i + 1] = chain.divergences[i] + divergent;
    chain.below[i + 1] = chain.below[i] + (sigma < limit);
    if (divergent) {
      chain.atAway.push(trace[right]);
      chain.atLogSigma.push(trace[right + 1]);
    }
  };
  return chain;
}

/** What a chain says of sigma_pop after `draws` draws; shares and mean are null without a draw. */
export function estimate(chain, draws) {
  const share = (values) => (draws ? values[draws] / draws : null);
  return {
    draws,
    divergences: chain.divergences[draws],
    mean: share(chain.sum),
    accepted: share(chain.accepted),
    below: share(chain.below),
  };
}

/** Averages of sigma_pop so far, [draws, average], at up to `points` numbers of draws. */
export function runningMean({ sum }, draws, points = 240) {
  const step = Math.max(1, Math.ceil(draws / points));
  const means = [];
  for (let n = 1; n < draws; n += step) means.push([n, sum[n] / n]);
  if (draws) means.push([draws, sum[draws] / draws]);
  return means;
}
