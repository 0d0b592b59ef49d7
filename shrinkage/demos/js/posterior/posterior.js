// The exact posterior of the hierarchical logit, by quadrature: the method of shrinkage.exact, with
// fewer nodes, so that it keeps up while the reader drags.
//
//   successes_j ~ Binomial(trials_j, theta_j),  logit(theta_j) = alpha_j, or with expected successes
//                                               alpha_j + logit(expected_j / trials_j)
//   alpha_j     ~ Normal(mu_pop, sigma_pop)
//   mu_pop      ~ Normal(mu_loc, mu_scale),     sigma_pop ~ HalfNormal(sigma_scale), or fixed
//
// Given (mu_pop, sigma_pop) the doctors are independent: a two-dimensional integral with a
// one-dimensional one per doctor inside. A file a step, under the names of shrinkage.exact, each
// built on those before it:
//
//   inputs       checks of what a caller hands over
//   quadrature   rules of integration and interpolation, nothing of the model
//   likelihood   each doctor's log-likelihood
//   bounded      the same where the count is known by bounds alone
//   doctors      doctors who share a likelihood
//   modes        the integrands' modes, by Newton's method
//   inner        the integral over z, for one doctor at one pair of mu_pop and sigma_pop
//   grid         the nodes of mu_pop and sigma_pop, laid around the posterior
//   on_grid      all integrals together, and the weight of every node; again, for counts nearby
//   marginals    densities of one number, their quantiles and distribution functions
//   population   the marginals of mu_pop and sigma_pop
//   left_out     what all others imply of a doctor
//   alphas       the marginals of alpha_j
//   ranks        the probability of each place
//   more         how much of an estimate is the doctor's own data
//   posterior    the function that a caller calls, and what it returns
//
// Buffers, everywhere: what is asked for many thousand times writes its numbers into a Float64Array
// that its caller owns and hands over among the last arguments (`out`, `theta`, `z`, `below`), and
// keeps none. It writes them all at every call; a function whose name begins with add adds to what is
// there, and `z` is also where a search begins. A class may own such buffers for its methods
// (`#theta`, `#sums`), and no method gives one away. Everything else returns a new value, which
// nothing changes later, but for the `ways` of a lattice, which fill as they are needed.
//
// The comment on a threshold ends in the error that it causes, as a share of the error that
// tests/engine.py promises: `// nodes on either side of the mode: 0.02`.
//
// Imports nothing from outside this folder, so that a worker, a test and a page load it alike.
import { Alphas } from "./alphas.js";
import { fromCounts } from "./doctors.js";
import { WIDE } from "./inner.js";
import { checkBounds, checkCounts, checkExpected, makePrior } from "./inputs.js";
import { expit, logit } from "./likelihood.js";
import { ownWeights } from "./more.js";
import { integrate } from "./on_grid.js";
import { muMarginal, sigmaMarginal } from "./population.js";
import { placeProbabilities } from "./ranks.js";

export { expit, logit };

/**
 * The exact posterior from each doctor's counts.
 *
 * `successes`, `trials`: whole numbers, one a doctor. `sigma_pop` fixes it instead of learning it:
 * 0 is complete pooling, a very large value no pooling. `expected`: the successes expected of each
 * doctor's own patients; all rates are then those at the average expectation. `bounds`: the fewest
 * and the most successes, [low, high] a doctor, which stand for `successes` where they differ.
 * `near`, an earlier answer for counts that differ in a doctor or two, saves most of the work. Throws
 * a RangeError that names the entry where the counts or a scale cannot be.
 */
export function posterior(successes, trials, { near, expected, bounds, ...scales } = {}) {
  checkCounts(successes, trials, bounds);
  if (expected) checkExpected(expected, trials);
  if (bounds) checkBounds(bounds, trials);
  const doctors = fromCounts(successes, trials, expected, bounds);
  return new Posterior(doctors, makePrior(scales), near);
}

/** The posterior of J doctors. Success probabilities are shares of one. */
class Posterior {
  #found;
  #near; // until its alphas are taken over
  #alphas;
  #mu;
  #sigma;
  #places;

  constructor(doctors, prior, near) {
    this.#found = integrate(doctors, prior, near?.#found);
    this.#near = near?.#alphas;
  }

  /** Posterior mean of each success probability. */
  get mean() {
    return this.#perDoctor((u) => this.#rate(u).mean);
  }

  /** Its posterior standard deviation. */
  get sd() {
    return this.#perDoctor((u) => this.#rate(u).sd);
  }

  /** Natural logarithm of the probability of the data under the model, as a sequence of outcomes. */
  get logEvidence() {
    return this.#found.logEvidence;
  }

  /** The log-odds of the average expectation, at which rates are given; 0 where none is expected. */
  get reference() {
    return this.#found.doctors.reference;
  }

  /** The marginal of doctor j's alpha: the log-odds, less `reference`. */
  alpha(j) {
    return this.#marginal(this.#found.doctors.index[j]);
  }

  /** Equal-tailed credible interval of each success probability, [low, high] a doctor. */
  interval(prob = 0.95) {
    return Array.from(this.#found.doctors.index, (u) => this.#interval(u, prob));
  }

  /** The probability that each success probability is above `rate`. */
  above(rate) {
    const alpha = logit(rate) - this.reference;
    return this.#perDoctor((u) => 1 - this.#marginal(u).cdf(alpha));
  }

  /** The prediction for a doctor of the same population who has no patients yet. */
  get newDoctor() {
    const u = this.#found.doctors.known;
    return {
      ...this.#rate(u),
      alpha: this.#marginal(u),
      interval: (prob = 0.95) => this.#interval(u, prob),
    };
  }

  /** The marginal of mu_pop: that of alpha's mean, log-odds. */
  get mu_pop() {
    this.#mu ??= muMarginal(this.#found);
    return this.#mu;
  }

  /** The marginal of sigma_pop, log-odds; null where it was fixed. */
  get sigma_pop() {
    this.#sigma ??= sigmaMarginal(this.#found);
    return this.#sigma;
  }

  /** The share of each estimate that is the doctor's own data, 0 to 1. */
  get ownWeight() {
    const { doctors, grid } = this.#found;
    const sigma = this.sigma_pop ?? grid.prior.sigma_pop;
    const weights = ownWeights(doctors, (u) => this.#rate(u).mean, sigma);
    return this.#perDoctor((u) => weights[u]);
  }

  /** A row a doctor and a column a place, the first for the highest success probability. */
  rankProbabilities() {
    this.#places ??= placeProbabilities(this.#found);
    return Array.from(this.#found.doctors.index, (u) => this.#places[u]);
  }

  #perDoctor(of) {
    return Float64Array.from(this.#found.doctors.index, of);
  }

  /**
   * Mean and sd of a success probability, from the grid's own moments. Where a doctor has no patients
   * and alpha may lie anywhere, it is nearly a step in mu_pop, which the grid's nodes miss. With
   * expectations, the grid's moments are those at each doctor's own.
   */
  #rate(u) {
    const { doctors, mean, sd, alphaSd } = this.#found;
    const isStep = doctors.n[u] === 0 && alphaSd[u] > WIDE;
    if (!isStep && !doctors.isAdjusted) return { mean: mean[u], sd: sd[u] };
    return this.#marginal(u).moments(this.#expit);
  }

  #marginal(u) {
    this.#alphas ??= new Alphas(this.#found, this.#near);
    this.#near = null;
    return this.#alphas.marginal(u);
  }

  #interval(u, prob) {
    return this.#marginal(u).interval(prob).map(this.#expit);
  }

  /** The success probability at alpha, of patients of the average expectation. */
  #expit = (alpha) => expit(this.reference + alpha);
}
