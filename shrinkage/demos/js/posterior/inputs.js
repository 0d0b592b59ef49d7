// Checks of what a caller hands over: counts and the scales of the priors.

export const LOG_SQRT_2PI = 0.5 * Math.log(2 * Math.PI);

/** Refuse counts that cannot be, naming the doctor. */
export function checkCounts(successes, trials) {
  if (!successes.length || successes.length !== trials.length)
    throw new RangeError(
      "successes and trials must be two lists of the same length, one entry a doctor; " +
        `found ${successes.length} and ${trials.length}.`,
    );
  for (let j = 0; j < successes.length; j++) {
    const [s, n] = [successes[j], trials[j]];
    if (!(Number.isInteger(s) && Number.isInteger(n) && 0 <= s && s <= n))
      throw new RangeError(
        "successes and trials must be whole numbers with 0 <= successes <= trials; " +
          `doctor ${j} has ${s} successes in ${n} trials.`,
      );
  }
}

/** The hyperpriors in log-odds: mu_pop ~ Normal, sigma_pop ~ HalfNormal, or fixed if not null. */
export function makePrior({ mu_loc = 0, mu_scale = 1.5, sigma_scale = 1, sigma_pop = null }) {
  if (!Number.isFinite(mu_loc))
    throw new RangeError(`mu_loc must be a finite number, found ${mu_loc}.`);
  for (const [name, scale] of Object.entries({ mu_scale, sigma_scale }))
    if (!(scale > 0 && scale < Infinity))
      throw new RangeError(`${name} must be a positive number, found ${scale}.`);
  if (sigma_pop !== null && !(sigma_pop >= 0 && sigma_pop < Infinity))
    throw new RangeError(
      `sigma_pop must be zero or a positive number, found ${sigma_pop}; ` +
        "leave it out to let the data decide.",
    );
  return { mu_loc, mu_scale, sigma_scale, sigma_pop };
}

/** Whether two priors are the same. */
export const samePrior = (a, b) => Object.keys(a).every((name) => a[name] === b[name]);

/** Log density of mu_pop. */
export function logMu({ mu_loc, mu_scale }, mu) {
  const z = (mu - mu_loc) / mu_scale;
  return -0.5 * z * z - Math.log(mu_scale) - LOG_SQRT_2PI;
}

/** Log density of sigma_pop. */
export function logSigma({ sigma_scale }, sigma) {
  const z = sigma / sigma_scale;
  return -0.5 * z * z - Math.log(sigma_scale) - LOG_SQRT_2PI + Math.LN2;
}
