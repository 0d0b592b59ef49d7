// The exact posterior of the hierarchical logit as one would write it first: a fixed grid over mu_pop
// and sigma_pop, a fixed grid over every doctor's log-odds, and a loop over each. The demos' engine
// is measured against it. The grids cover the prior and are not moved to the posterior; they are
// as coarse as they can be to give the course's ten doctors means as exact as the engine's, and
// interval ends to 1e-4, which is a few times less exact than the engine's.

const expit = (a) => 1 / (1 + Math.exp(-a));
const grid = (low, high, size) =>
  Float64Array.from({ length: size }, (_, i) => low + ((high - low) * i) / (size - 1));

const MU = grid(-6, 6, 37); // four prior standard deviations
const SIGMA = grid(0, 4.5, 19).subarray(1);
const ALPHA = grid(-12, 12, 961);
const MU_SCALE = 1.5;
const SIGMA_SCALE = 1;

/** Each doctor's likelihood on ALPHA, its highest value one. */
function likelihoods(successes, trials) {
  return Array.from(successes, (s, j) => {
    const log = ALPHA.map((a) => s * a - trials[j] * Math.log1p(Math.exp(a)));
    const top = Math.max(...log);
    return log.map((value) => Math.exp(value - top));
  });
}

/** The density of a doctor's log-odds given the population, on ALPHA, into `out`. */
function population(mu, sigma, out) {
  for (let k = 0; k < ALPHA.length; k++) {
    const z = (ALPHA[k] - mu) / sigma;
    out[k] = Math.exp(-0.5 * z * z) / sigma;
  }
}

/** The posterior weight of every (mu_pop, sigma_pop), and each doctor's integral there. */
function weights(likelihood) {
  const J = likelihood.length;
  const normal = new Float64Array(ALPHA.length);
  const integral = new Float64Array(MU.length * SIGMA.length * J);
  const log = new Float64Array(MU.length * SIGMA.length);
  for (let m = 0; m < MU.length; m++)
    for (let i = 0; i < SIGMA.length; i++) {
      const at = m * SIGMA.length + i;
      population(MU[m], SIGMA[i], normal);
      log[at] = -0.5 * (MU[m] / MU_SCALE) ** 2 - 0.5 * (SIGMA[i] / SIGMA_SCALE) ** 2;
      for (let j = 0; j < J; j++) {
        let total = 0;
        for (let k = 0; k < ALPHA.length; k++) total += normal[k] * likelihood[j][k];
        integral[at * J + j] = total;
        log[at] += Math.log(total);
      }
    }
  const top = Math.max(...log);
  const weight = log.map((value) => Math.exp(value - top));
  const sum = weight.reduce((a, b) => a + b);
  return { weight: weight.map((w) => w / sum), integral };
}

/** The log-odds below which a share `prob` of a doctor's density lies: linear between nodes. */
function quantile(density, prob) {
  let below = 0;
  for (let k = 0; k < ALPHA.length - 1; k++) {
    const [left, right] = [density[k], density[k + 1]];
    const cell = 0.5 * (left + right);
    if (below + cell >= prob) {
      const wanted = prob - below;
      const share =
        (2 * wanted) / (left + Math.sqrt(left * left + 2 * (right - left) * wanted) || 1);
      return ALPHA[k] + share * (ALPHA[k + 1] - ALPHA[k]);
    }
    below += cell;
  }
  return ALPHA.at(-1);
}

/** Means and 95 % intervals of the success probabilities, and the marginal of sigma_pop. */
export function naive(successes, trials) {
  const likelihood = likelihoods(successes, trials);
  const J = likelihood.length;
  const { weight, integral } = weights(likelihood);
  const normal = new Float64Array(ALPHA.length);
  const sigma = new Float64Array(SIGMA.length);
  const density = likelihood.map(() => new Float64Array(ALPHA.length));
  for (let m = 0; m < MU.length; m++)
    for (let i = 0; i < SIGMA.length; i++) {
      const at = m * SIGMA.length + i;
      population(MU[m], SIGMA[i], normal);
      sigma[i] += weight[at];
      for (let j = 0; j < J; j++) {
        const share = weight[at] / integral[at * J + j];
        for (let k = 0; k < ALPHA.length; k++)
          density[j][k] += share * normal[k] * likelihood[j][k];
      }
    }
  return {
    mean: density.map((values) =>
      values.reduce((sum, value, k) => sum + value * expit(ALPHA[k]), 0),
    ),
    interval: density.map((values) => [0.025, 0.975].map((p) => expit(quantile(values, p)))),
    sigma: { x: SIGMA, density: sigma.map((mass) => mass / (SIGMA[1] - SIGMA[0])) },
  };
}

/** Row j, column r: the probability that doctor j has place r + 1. */
export function naiveRanks(successes, trials) {
  const likelihood = likelihoods(successes, trials);
  const J = likelihood.length;
  const { weight, integral } = weights(likelihood);
  const normal = new Float64Array(ALPHA.length);
  const below = likelihood.map(() => new Float64Array(ALPHA.length));
  const ranks = likelihood.map(() => new Float64Array(J));
  const above = new Float64Array(J);
  for (let m = 0; m < MU.length; m++)
    for (let i = 0; i < SIGMA.length; i++) {
      const at = m * SIGMA.length + i;
      if (weight[at] < 1e-5) continue; // as the engine does
      population(MU[m], SIGMA[i], normal);
      for (let j = 0; j < J; j++) {
        let sum = 0;
        for (let k = 0; k < ALPHA.length; k++) {
          const mass = (normal[k] * likelihood[j][k]) / integral[at * J + j];
          below[j][k] = sum + 0.5 * mass;
          sum += mass;
        }
      }
      for (let j = 0; j < J; j++)
        for (let k = 0; k < ALPHA.length; k++) {
          const mass = (normal[k] * likelihood[j][k]) / integral[at * J + j];
          if (mass < 1e-9) continue;
          // How many of the others lie above: one doctor after the other.
          above.fill(0);
          above[0] = 1;
          for (let other = 0; other < J; other++) {
            if (other === j) continue;
            const p = 1 - below[other][k];
            for (let r = J - 1; r > 0; r--) above[r] += p * (above[r - 1] - above[r]);
            above[0] *= 1 - p;
          }
          for (let r = 0; r < J; r++) ranks[j][r] += weight[at] * mass * above[r];
        }
    }
  return ranks;
}
