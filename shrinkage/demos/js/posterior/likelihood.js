// Each doctor's log-likelihood as a function of alpha_j: s * a - n * log(1 + exp(a)), where a is alpha_j
// and, with expected counts, an offset.

/** Success probability of log-odds. */
export const expit = (a) => 1 / (1 + Math.exp(-a));

/** Log-odds of a success probability. */
export const logit = (p) => Math.log(p / (1 - p));

// log(1 + exp(a)) is tabulated: between nodes a cubic that matches value and slope at either end, at
// a fifth of the time of an exponential and a logarithm.
const PER_UNIT = 64; // cells to one log-odds: an error of 2e-11 a patient
const REACH = 36; // log-odds beyond which it is a line, to within exp(-36)
const TABLE = table();

/** Four coefficients a cell, of the powers of a point's distance from its left end, in cells. */
function table() {
  const coefficients = new Float64Array(4 * 2 * REACH * PER_UNIT);
  const value = (a) => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)));
  for (let i = 0; i < coefficients.length / 4; i++) {
    const [low, high] = [i / PER_UNIT - REACH, (i + 1) / PER_UNIT - REACH];
    const [left, right] = [expit(low) / PER_UNIT, expit(high) / PER_UNIT];
    const rise = value(high) - value(low);
    coefficients.set(
      [value(low), left, 3 * rise - 2 * left - right, left + right - 2 * rise],
      4 * i,
    );
  }
  return coefficients;
}

/** log(1 + exp(a)); its slope, the success probability, in `theta[0]`. */
export function softplus(a, theta) {
  if (!(a < REACH)) {
    theta[0] = 1 - Math.exp(-a);
    return a;
  }
  if (!(a > -REACH)) {
    theta[0] = Math.exp(a);
    return theta[0];
  }
  const position = (a + REACH) * PER_UNIT;
  const cell = position | 0;
  const u = position - cell;
  const i = 4 * cell;
  const slope = TABLE[i + 1];
  const b = TABLE[i + 2];
  const c = TABLE[i + 3];
  theta[0] = PER_UNIT * (slope + u * (2 * b + 3 * c * u));
  return TABLE[i] + u * (slope + u * (b + c * u));
}

/** The log of exp(s * a), or of the sum that stands in its place where the count is not known. */
export const logOfCount = (known, s, a) => (known ? known.log(a) : s * a);

/**
 * Minus the second derivative of the log-likelihood where the success probability is `rate`; of a count
 * that is not known, at the log-odds of the last `known.log`.
 */
export function curvature(known, n, rate) {
  const ofKnown = n * rate * (1 - rate);
  return known ? Math.max(ofKnown - known.variance, 0) : ofKnown;
}

/** The log-likelihood with number u at alpha; the success probability there in `theta`. */
export function logLikelihood({ s, n, offset, allowed }, u, alpha, theta) {
  const a = alpha + offset[u];
  return logOfCount(allowed[u], s[u], a) - n[u] * softplus(a, theta);
}
