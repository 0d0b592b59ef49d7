// The course's model as a sampler sees it: a log density of real numbers and its gradient.
//
//   successes_j ~ Binomial(trials_j, expit(alpha_j))
//   alpha_j     ~ Normal(mu_pop, sigma_pop)
//   mu_pop      ~ Normal(0, 1.5)
//   sigma_pop   ~ HalfNormal(1)
//
// A point q holds mu_pop, then log(sigma_pop), then one number a doctor: alpha_j itself where the
// model is centred, or z_j with alpha_j = mu_pop + sigma_pop * z_j where it is not. Both describe
// one posterior; only its shape in q differs.
// Same operations in the same order as shrinkage/demos/funnel.py, so the same numbers bit for bit.
import { exp, log } from "./portable.js";

export const KINDS = ["centred", "non-centred"];

const MU_VARIANCE = 1.5 * 1.5;

/**
 * `logDensity(q, slope)` returns the log posterior at q up to a constant, and leaves its gradient
 * in `slope`; `start()` is where a chain begins; `away(q)` how far the first doctor's log-odds are
 * from the population's.
 */
export function makeModel(kind, successes, trials) {
  const doctors = successes.length;
  const size = doctors + 2;
  const isCentred = kind === "centred";
  let theta = 0; // success probability at the last call of logLikelihood

  /** s * a - n * log(1 + exp(a)), where no exponential overflows. */
  function logLikelihood(j, a) {
    const e = exp(-Math.abs(a));
    theta = (a < 0 ? e : 1) / (1 + e);
    // biome-ignore lint/complexity/useMathMinMax: chosen as in funnel.py, whatever a is
    return successes[j] * a - trials[j] * ((a > 0 ? a : 0) + log(1 + e));
  }

  function centred(q, slope) {
    const mu = q[0];
    const sigma = exp(q[1]);
    const precision = 1 / (sigma * sigma);
    let height = 0;
    let pull = 0; // of all doctors on mu_pop
    let spread = 0; // sum of squares around mu_pop, in units of sigma_pop
    for (let j = 0; j < doctors; j++) {
      const alpha = q[2 + j];
      const away = alpha - mu;
      const force = away * precision;
      height += logLikelihood(j, alpha) - 0.5 * away * force;
      pull += force;
      spread += away * force;
      slope[2 + j] = successes[j] - trials[j] * theta - force;
    }
    slope[0] = pull - mu / MU_VARIANCE;
    slope[1] = spread - doctors + (1 - sigma * sigma);
    return height - doctors * q[1] + hyperprior(mu, q[1], sigma); // 1 / sigma_pop a doctor
  }

  function nonCentred(q, slope) {
    const mu = q[0];
    const sigma = exp(q[1]);
    let height = 0;
    let pull = 0;
    let stretch = 0;
    for (let j = 0; j < doctors; j++) {
      const z = q[2 + j];
      height += logLikelihood(j, mu + sigma * z) - 0.5 * z * z;
      const rest = successes[j] - trials[j] * theta;
      pull += rest;
      stretch += z * rest;
      slope[2 + j] = sigma * rest - z;
    }
    slope[0] = pull - mu / MU_VARIANCE;
    slope[1] = sigma * stretch + (1 - sigma * sigma);
    return height + hyperprior(mu, q[1], sigma);
  }

  return {
    size,
    logDensity: isCentred ? centred : nonCentred,
    away: (q) => (isCentred ? q[2] - q[0] : exp(q[1]) * q[2]),

    /** sigma_pop of one, and each doctor at half a success and half a failure more than they had. */
    start() {
      const q = new Float64Array(size);
      let sum = 0;
      for (let j = 0; j < doctors; j++) {
        q[2 + j] = log((successes[j] + 0.5) / (trials[j] - successes[j] + 0.5));
        sum += q[2 + j];
      }
      q[0] = sum / doctors;
      if (!isCentred) for (let j = 0; j < doctors; j++) q[2 + j] -= q[0];
      return q;
    },
  };
}

/** Log density of mu_pop and of log(sigma_pop); the last term is the Jacobian of the logarithm. */
const hyperprior = (mu, logSigma, sigma) =>
  (-0.5 * mu * mu) / MU_VARIANCE - 0.5 * sigma * sigma + logSigma;
