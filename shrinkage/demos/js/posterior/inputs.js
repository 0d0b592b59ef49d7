// Checks of what a caller hands over: counts and the scales of the priors.

export const LOG_SQRT_2PI = 0.5 * Math.log(2 * Math.PI);

/** Refuse counts that cannot be, naming the doctor; a count within bounds is that, whatever it says. */
export function checkCounts(successes, trials, bounds) {
  if (!successes.length || successes.length !== trials.length)
    throw new RangeError(
      "successes and trials must be two lists of the same length, one entry a doctor; " +
        `found ${successes.length} and ${trials.length}.`,
    );
  for (let j = 0; j < successes.length; j++) {
    const n = trials[j];
    const [low, high] = bounds?.[j] ?? [0, 0];
    const s = low < high ? low : successes[j];
    if (!(Number.isInteger(s) && Number.isInteger(n) && 0 <= s && s <= n))
      throw new RangeError(
        "successes and trials must be whole numbers with 0 <= successes <= trials; " +
          `doctor ${j} has ${s} successes in ${n} trials.`,
      );
  }
}

/** Refuse expected successes that no patients can have. */
export function checkExpected(expected, trials) {
  if (expected.length !== trials.length)
    throw new RangeError(
      "expected must have one entry a doctor; " +
        `found ${expected.length} for ${trials.length} doctors.`,
    );
  for (let j = 0; j < trials.length; j++)
    if (trials[j] && !(0 < expected[j] && expected[j] < trials[j]))
      throw new RangeError(
        "expected must lie between 0 and trials, both excluded; " +
          `doctor ${j} has ${expected[j]} expected in ${trials[j]} trials.`,
      );
}

/** Refuse bounds of counts that cannot be. */
export function checkBounds(bounds, trials) {
  if (bounds.length !== trials.length)
    throw new RangeError(
      "bounds must have one pair, fewest and most, a doctor; " +
        `found ${bounds.length} for ${trials.length} doctors.`,
    );
  for (let j = 0; j < trials.length; j++) {
    const [low, high] = bounds[j];
    const whole = Number.isInteger(low) && Number.isInteger(high);
    if (!(whole && 0 <= low && low <= high && high <= trials[j]))
      throw new RangeError(
        "bounds must be whole numbers with 0 <= fewest <= most <= trials; " +
          `doctor ${j} has ${low} to ${high} in ${trials[j]} trials.`,
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
