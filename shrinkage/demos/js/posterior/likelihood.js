// Each doctor's log-likelihood as a function of alpha_j, s * a - n * log(1 + exp(a)), where a is alpha_j
// and, with expected counts, an offset; and doctors who share one.

const NOTHING = 1e-17; // share of the largest term from which a sum over counts is complete: 1e-9

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

/**
 * A count of n patients of which only the fewest and the most are known: the sum over those it allows,
 * C(n, k) * exp(k * a), which stands where exp(s * a) does for a known count s.
 */
export class Allowed {
  #binomials; // log C(n, k) of each count

  constructor(n, fewest, most) {
    this.n = n;
    this.fewest = fewest;
    this.most = most;
    this.mean = 0; // of the counts at the a of the last `log`
    this.variance = 0;
    let log = 0;
    this.#binomials = new Float64Array(most - fewest + 1);
    for (let k = 0; k <= most; k++) {
      if (k) log += Math.log((n - k + 1) / k);
      if (k >= fewest) this.#binomials[k - fewest] = log;
    }
  }

  /** log C(n, k). */
  logBinomial(k) {
    return this.#binomials[k - this.fewest];
  }

  /** The log of the sum at log-odds a, from its largest term outwards; sets `mean` and `variance`. */
  log(a) {
    const { n, fewest, most } = this;
    const odds = Math.exp(a);
    const peak = Math.min(Math.max(Math.floor((n + 1) * expit(a)), fewest), most);
    let [sum, first, second] = [1, 0, 0];
    for (let k = peak, term = 1; k < most && term > NOTHING; k++) {
      term *= ((n - k) / (k + 1)) * odds;
      const away = k + 1 - peak;
      sum += term;
      first += term * away;
      second += term * away * away;
    }
    for (let k = peak, term = 1; k > fewest && term > NOTHING; k--) {
      term *= k / ((n - k + 1) * odds);
      const away = k - 1 - peak;
      sum += term;
      first += term * away;
      second += term * away * away;
    }
    const away = first / sum;
    this.mean = peak + away;
    this.variance = Math.max(second / sum - away * away, 0);
    return this.logBinomial(peak) + peak * a + Math.log(sum);
  }
}

/** The log of exp(s * a), or of the sum that stands in its place where the count is not known. */
export const logOfCount = (known, s, a) => (known ? known.log(a) : s * a);

/** The log-likelihood with number u at alpha; the success probability there in `theta`. */
export function logLikelihood({ s, n, offset, allowed }, u, alpha, theta) {
  const a = alpha + offset[u];
  return logOfCount(allowed[u], s[u], a) - n[u] * softplus(a, theta);
}

/**
 * The likelihoods of J doctors and a new one: `size` distinct ones.
 *
 * `expected`: the successes expected of each doctor's own patients, whose log-odds are then
 * alpha_j + logit(expected_j / trials_j); `bounds`: the fewest and the most successes, [low, high] a
 * doctor, which differ where the count is not known; null or undefined where there are none.
 *
 * `index`: the number u of each doctor's likelihood. Arrays over u: `copies`, how many doctors share
 * it; `keys`, which identify it; `s`, `n`, successes and trials; `offset`, what is added to alpha;
 * `allowed`, null where the count is known, and s is then the middle of what is allowed; `rough`, the
 * alpha of the raw success rate, kept away from 0 and 1; `precision`, the curvature of minus the
 * log-likelihood there. The last u is the new doctor's alone, who has no patients and does not count
 * (copies 0); `known` is the number of the others. `reference`: the log-odds of the average
 * expectation, 0 without any; `isAdjusted`: whether there are expectations.
 */
export function fromCounts(successes, trials, expected, bounds) {
  const seen = new Map();
  const rows = [];
  const index = new Int32Array(trials.length);
  for (let j = 0; j < index.length; j++) {
    const row = rowOf(j, successes, trials, expected, bounds);
    let u = seen.get(row.key);
    if (u === undefined) {
      u = rows.length;
      seen.set(row.key, u);
      rows.push(row);
    }
    rows[u].copies++;
    index[j] = u;
  }
  const known = rows.length;
  rows.push({ key: "new", s: 0, n: 0, offset: 0, allowed: null, copies: 0 });
  const column = (name) => Float64Array.from(rows, (row) => row[name]);
  const [s, n, offset, copies] = ["s", "n", "offset", "copies"].map(column);
  const allowed = rows.map((row) => row.allowed);
  const rate = s.map((value, u) => (value + 0.5) / (n[u] + 1));
  const rough = s.map((value, u) => Math.log((value + 0.5) / (n[u] - value + 0.5)) - offset[u]);
  const precision = n.map((value, u) => {
    const curvature = value * rate[u] * (1 - rate[u]);
    if (!allowed[u]) return curvature;
    allowed[u].log(rough[u] + offset[u]);
    return Math.max(curvature - allowed[u].variance, 0);
  });
  const keys = rows.map(({ key }) => key);
  const isAdjusted = Boolean(expected);
  const reference = isAdjusted ? referenceOf(trials, expected) : 0;
  return {
    ...{ index, known, size: known + 1, keys, s, n, offset, allowed, copies, rough, precision },
    ...{ isAdjusted, reference },
  };
}

function rowOf(j, successes, trials, expected, bounds) {
  const n = trials[j];
  const [fewest, most] = bounds?.[j] ?? [successes[j], successes[j]];
  const offset = expected && n ? logit(expected[j] / n) : 0;
  const count = fewest < most ? `${fewest}-${most}` : fewest;
  return {
    key: expected ? `${count}/${n}/${offset}` : `${count}/${n}`,
    s: 0.5 * (fewest + most),
    n,
    offset,
    allowed: fewest < most ? new Allowed(n, fewest, most) : null,
    copies: 0,
  };
}

/** The log-odds of the average expectation of all patients. */
function referenceOf(trials, expected) {
  let [sum, all] = [0, 0];
  for (let j = 0; j < trials.length; j++) {
    if (!trials[j]) continue;
    sum += expected[j];
    all += trials[j];
  }
  return all ? logit(sum / all) : 0;
}
