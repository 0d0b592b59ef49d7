// What the browser's exact posterior says, as plain data: for the tests in Node and in Chromium.
import { posterior } from "../shrinkage/demos/js/posterior/posterior.js";

const described = (marginal, probs) =>
  marginal && {
    mean: marginal.mean,
    sd: marginal.sd,
    intervals: probs.map((prob) => marginal.interval(prob)),
    // The share below each end of each interval: what the interval leaves out, if all is well.
    below: probs.map((prob) => marginal.interval(prob).map((end) => marginal.cdf(end))),
    x: marginal.x,
    density: marginal.density,
  };

function plain(found, { probs = [0.95], rates = [], doctors = [], at = [], ranks = false }) {
  return {
    mean: found.mean,
    sd: found.sd,
    ownWeight: found.ownWeight,
    logEvidence: found.logEvidence,
    intervals: probs.map((prob) => found.interval(prob)),
    above: rates.map((rate) => found.above(rate)),
    alpha: doctors.map((j) => described(found.alpha(j), probs)),
    alphaBelow: at.map((points, i) => points.map((a) => found.alpha(doctors[i]).cdf(a))),
    mu: described(found.mu_pop, probs),
    sigma: described(found.sigma_pop, probs),
    newDoctor: {
      mean: found.newDoctor.mean,
      sd: found.newDoctor.sd,
      intervals: probs.map((prob) => found.newDoctor.interval(prob)),
      alpha: described(found.newDoctor.alpha, probs),
    },
    ranks: ranks ? found.rankProbabilities() : null,
  };
}

/**
 * The posterior of { successes, trials, options }, and of each table of `walk` computed near the
 * one before it. `start`: tables on the way to it in a drag, each computed near the one before it.
 *
 * `probs`: of the intervals; `rates`: for above(); `doctors`: whose alpha is told, and `at`
 * where its distribution function is asked for, a list a doctor; `ranks`: whether they are told.
 * In the answer's `walk`, { near, scratch } a table.
 */
export function answer({ successes, trials, options = {}, start = [], walk = [], ...what }) {
  let near;
  for (const table of start) {
    near = posterior(table.successes, table.trials, { ...options, near });
    near.interval(); // what a demo draws
  }
  near = posterior(successes, trials, { ...options, near });
  const first = plain(near, what);
  const steps = walk.map((table) => {
    near = posterior(table.successes, table.trials, { ...options, near });
    const scratch = posterior(table.successes, table.trials, options);
    return { near: plain(near, what), scratch: plain(scratch, what) };
  });
  return { ...first, walk: steps };
}
