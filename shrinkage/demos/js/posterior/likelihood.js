// Each doctor's log-likelihood as a function of alpha_j, s * a - n * log(1 + exp(a)), and doctors
// who share one.

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

/** The log-likelihood with number u at log-odds a; expit(a) in `theta`. */
export const logLikelihood = ({ s, n }, u, a, theta) => s[u] * a - n[u] * softplus(a, theta);

/**
 * The likelihoods of J doctors and a new one: `size` distinct ones.
 *
 * `index`: the number u of each doctor's likelihood. Arrays over u: `copies`, how many doctors share
 * it; `keys`, which identify it; `s`, `n`, successes and trials; `rough`, the log-odds of the raw
 * success rate, kept away from 0 and 1; `precision`, the curvature of minus the log-likelihood there.
 * The last u is the new doctor's alone, who has no patients and does not count (copies 0); `known` is
 * the number of the others.
 */
export function fromCounts(successes, trials) {
  const seen = new Map();
  const rows = [];
  const index = new Int32Array(successes.length);
  for (let j = 0; j < index.length; j++) {
    const key = `${successes[j]}/${trials[j]}`;
    let u = seen.get(key);
    if (u === undefined) {
      u = rows.length;
      seen.set(key, u);
      rows.push({ s: successes[j], n: trials[j], copies: 0 });
    }
    rows[u].copies++;
    index[j] = u;
  }
  const known = rows.length;
  rows.push({ s: 0, n: 0, copies: 0 });
  const s = Float64Array.from(rows, (row) => row.s);
  const n = Float64Array.from(rows, (row) => row.n);
  const copies = Float64Array.from(rows, (row) => row.copies);
  const rate = s.map((value, u) => (value + 0.5) / (n[u] + 1));
  const rough = s.map((value, u) => Math.log((value + 0.5) / (n[u] - value + 0.5)));
  const precision = n.map((value, u) => value * rate[u] * (1 - rate[u]));
  const keys = [...seen.keys(), "new"];
  return { index, known, size: known + 1, keys, s, n, copies, rough, precision };
}
