// The exact posterior of the hierarchical logit, by quadrature: the method of shrinkage.exact, with
// fewer nodes, so that it follows the reader's hand.
//
//   successes_j ~ Binomial(trials_j, theta_j),  logit(theta_j) = alpha_j
//   alpha_j     ~ Normal(mu_pop, sigma_pop)
//   mu_pop      ~ Normal(mu_loc, mu_scale),     sigma_pop ~ HalfNormal(sigma_scale), or fixed
//
// Given (mu_pop, sigma_pop) the doctors are independent: a two-dimensional integral with a
// one-dimensional one per doctor inside. All three are centred on the posterior first.
//   alpha_j = mu_pop + sigma_pop * z: Gauss-Legendre on both sides of each doctor's mode in z
//   mu_pop given sigma_pop:           the same around the mode of the profile
//   sigma_pop = scale * sinh(t):      the trapezoid rule, which converges fast because the
//                                     integrand is even in t
// Imports nothing, so that a worker, a test and a page load it alike.

const DROP = 14; // integrands are followed until they have fallen by exp(-14), 8e-7
const DROP_FEW = 20; // the same for mu_pop and sigma_pop where few doctors differ
const EDGE_DROP = 12; // an old grid serves new counts whose posterior has fallen so far at its ends
const NODES_ALPHA = 8; // on either side of a doctor's mode
const NODES_ALPHA_WIDE = 20; // the same for a large sigma_pop, where the likelihood is a step in z
const STEEP = 2; // sigma_pop from which it is
const FEW = 5; // fewer doctors than this (who differ) leave a posterior that is far from normal
// Nodes on either side of the mode of mu_pop: few doctors leave it far from normal.
const nodesMu = (doctors) => (doctors < FEW ? 14 : 7);
// Trapezoid nodes of sigma_pop: its posterior is far from normal with few doctors, and where none of
// them has both successes and failures (every precision is below one).
const nodesSigma = ({ size, precision }) =>
  size < 10 || precision.every((p) => p < 1) ? 24 : size < 40 ? 14 : 12;
const NODES_DENSE = 12; // nodes of mu_pop on either side where sigma_pop is small
const NARROW = 0.4; // sd in log-odds below which a doctor's integrand is nearly normal
const WIDE = 1.5; // sd in log-odds from which a doctor's marginal is laid evenly
const SMALL = 0.2; // sd in log-odds below which any likelihood hardly bends
const FINER = 8; // nodes of a doctor's marginal to a step of the others' lattice
const FAR = 40; // sds from the mean to which a narrower one is followed
const REACH = Math.sqrt(2 * DROP); // where a normal density has fallen so far, in sds
const LOG_SQRT_2PI = 0.5 * Math.log(2 * Math.PI);

// ------------------------------------------------------------------------------------------------
// What a caller calls
// ------------------------------------------------------------------------------------------------

/**
 * The exact posterior from each doctor's counts.
 *
 * `successes`, `trials`: whole numbers, one a doctor. `sigma_pop` fixes it instead of learning it:
 * 0 is complete pooling, a very large value no pooling. `near`, an earlier answer for counts that
 * differ in a doctor or two, saves most of the work. Throws a RangeError that names the entry
 * where the counts or a scale cannot be.
 *
 * The answer's `mean`, `sd`, `interval(prob)` and `above(rate)` speak of success probabilities,
 * one a doctor; `alpha(j)`, `mu_pop` and `sigma_pop` (null where it was fixed) are marginals in
 * log-odds; `newDoctor` is the prediction for a doctor without patients; `rankProbabilities()` has
 * a row a doctor and a column a place, the first for the highest success probability.
 */
export function posterior(successes, trials, options = {}) {
  const { mu_loc = 0, mu_scale = 1.5, sigma_scale = 1, sigma_pop = null, near } = options;
  refuse(successes, trials, { mu_loc, mu_scale, sigma_scale, sigma_pop });
  const doctors = distinct(successes, trials);
  const prior = { mu_loc, mu_scale, sigma_scale, sigma_pop };
  const before = INSIDE.get(near);
  const same = before && Object.keys(prior).every((key) => prior[key] === before.grid.prior[key]);
  let grid = same ? reuse(doctors, before) : null;
  if (!grid) {
    const drop = doctors.size < FEW ? DROP_FEW : DROP;
    for (const more of [1, 1.5, 2.5]) {
      grid = layGrid(doctors, prior, drop, more * drop);
      integrate(doctors, grid);
      weigh(doctors, grid);
      if (!isCut(grid, drop)) break;
    }
    grid.spread = spreadOfNodes(grid.slices.map((slice) => slice.mass));
  }

  const { index, size } = doctors;
  const J = index.length;
  const perDoctor = (values) => Float64Array.from(index, (u) => values[u]);
  const alphas = new Array(size + 1);
  let others = null;
  const alphaOf = (u) => {
    others ??= spreadOthers(doctors, grid);
    alphas[u] ??= alphaMarginal(doctors, grid, others, u);
    return alphas[u];
  };
  const once = (make) => {
    let made;
    return () => (made ??= make());
  };
  const muPop = once(() => muMarginal(grid));
  const sigmaPop = once(() => (grid.t ? sigmaMarginal(grid) : null));
  const ranks = once(() => rankProbabilities(doctors, grid));

  const answer = {
    mean: perDoctor(grid.mean),
    sd: perDoctor(grid.sd),
    logEvidence: grid.logEvidence,
    alpha: (j) => alphaOf(index[j]),
    interval: (prob = 0.95) => Array.from(index, (u) => alphaOf(u).interval(prob).map(expit)),
    above: (rate) =>
      Float64Array.from({ length: J }, (_, j) => 1 - alphaOf(index[j]).cdf(logit(rate))),
    rankProbabilities: ranks,
    newDoctor: {
      mean: grid.mean[size],
      sd: grid.sd[size],
      get alpha() {
        return alphaOf(size);
      },
      interval: (prob = 0.95) => alphaOf(size).interval(prob).map(expit),
    },
    get mu_pop() {
      return muPop();
    },
    get sigma_pop() {
      return sigmaPop();
    },
  };
  INSIDE.set(answer, { doctors, grid });
  return answer;
}

const INSIDE = new WeakMap(); // what an answer was computed from, for the next one that is near

/** Success probability of log-odds. */
export const expit = (a) => 1 / (1 + Math.exp(-a));

/** Log-odds of a success probability. */
export const logit = (p) => Math.log(p / (1 - p));

function refuse(successes, trials, { mu_loc, mu_scale, sigma_scale, sigma_pop }) {
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
}

/**
 * Doctors with the same counts have the same integral: take it once.
 *
 * The arrays have one entry more, a doctor without patients that stands for nobody (copies 0): the
 * new doctor, who comes with the same sums.
 */
function distinct(successes, trials) {
  const seen = new Map();
  const index = Int32Array.from(successes, (s, j) => {
    const key = `${s}/${trials[j]}`;
    let found = seen.get(key);
    if (!found) {
      found = { u: seen.size, s, n: trials[j], copies: 0 };
      seen.set(key, found);
    }
    found.copies++;
    return found.u;
  });
  const all = [...seen.values(), { s: 0, n: 0, copies: 0 }];
  const s = Float64Array.from(all, (d) => d.s);
  const n = Float64Array.from(all, (d) => d.n);
  const copies = Float64Array.from(all, (d) => d.copies);
  const rough = s.map((value, u) => Math.log((value + 0.5) / (n[u] - value + 0.5)));
  const precision = n.map((value, u) => value * expit(rough[u]) * expit(-rough[u]));
  const keys = [...seen.keys(), "new"];
  return { index, size: seen.size, keys, s, n, copies, rough, precision };
}

// ------------------------------------------------------------------------------------------------
// The log-likelihood of a doctor: s * a - n * softplus(a)
// ------------------------------------------------------------------------------------------------

// log(1 + exp(a)) and its slope, tabulated: between nodes a cubic that matches both at either end
// is right to 2e-11, at a fifth of the time of an exponential and a logarithm.
const EDGE = 36;
const CELLS = 64; // a unit
const TABLE = new Float64Array(2 * (2 * EDGE * CELLS + 2));
for (let i = 0; i <= 2 * EDGE * CELLS + 1; i++) {
  const a = i / CELLS - EDGE;
  TABLE[2 * i] = Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)));
  TABLE[2 * i + 1] = expit(a) / CELLS;
}

let theta = 0; // the success probability at the last call of softplus

/** log(1 + exp(a)); leaves its slope, the success probability, in `theta`. */
function softplus(a) {
  if (!(a < EDGE)) {
    theta = 1 - Math.exp(-a);
    return a;
  }
  if (!(a > -EDGE)) {
    theta = Math.exp(a);
    return theta;
  }
  const position = (a + EDGE) * CELLS;
  const cell = position | 0;
  const u = position - cell;
  const i = 2 * cell;
  const low = TABLE[i];
  const slope = TABLE[i + 1];
  const rise = TABLE[i + 2] - low;
  const b = 3 * rise - 2 * slope - TABLE[i + 3];
  const c = slope + TABLE[i + 3] - 2 * rise;
  theta = CELLS * (slope + u * (2 * b + 3 * c * u));
  return low + u * (slope + u * (b + c * u));
}

/** The mode over z of the doctor's log-likelihood at mu + sigma * z, minus z * z / 2. */
function modeOfZ(s, n, mu, sigma, z) {
  let low = -Infinity;
  let high = Infinity;
  for (let step = 0; step < 100; step++) {
    softplus(mu + sigma * z);
    const slope = sigma * (s - n * theta) - z;
    const bend = 1 + sigma * sigma * n * theta * (1 - theta);
    if (slope * slope < 1e-4 * bend) break; // a hundredth of a standard deviation away
    // The curvature is at least one, so the mode is at most |slope| away.
    if (slope > 0) {
      low = z;
      high = Math.min(high, z + slope);
    } else {
      high = z;
      low = Math.max(low, z + slope);
    }
    const next = z + slope / bend;
    z = next > low && next < high ? next : 0.5 * (low + high);
  }
  return z;
}

// ------------------------------------------------------------------------------------------------
// The grid over (sigma_pop, mu_pop), centred on the posterior
// ------------------------------------------------------------------------------------------------

const profile = { height: 0, slope: 0, bend: 0 }; // of the last call of profileAt

/**
 * The log posterior of mu given sigma by Laplace's approximation around every doctor's mode in z,
 * which starts at `z` and ends there. `bend` leaves the approximation's own curvature out. Without
 * the approximation's factor many doctors of few patients would all pull the centre one way.
 */
function profileAt({ s, n, copies, size }, prior, mu, sigma, z) {
  const precision = 1 / (prior.mu_scale * prior.mu_scale);
  const away = mu - prior.mu_loc;
  let height = -0.5 * away * away * precision;
  let slope = -away * precision;
  let bend = precision;
  let stiffness = 1; // the product of all; its logarithm is taken when it grows large
  let laplace = 0;
  let tilt = 0;
  const variance = sigma * sigma;
  for (let u = 0; u < size; u++) {
    const at = modeOfZ(s[u], n[u], mu, sigma, z[u]);
    z[u] = at;
    const a = mu + sigma * at;
    const value = s[u] * a - n[u] * softplus(a) - 0.5 * at * at;
    const curvature = n[u] * theta * (1 - theta);
    const stiff = 1 + variance * curvature;
    tilt -= (copies[u] * curvature * (0.5 - theta)) / (stiff * stiff);
    height += copies[u] * value;
    slope += copies[u] * (s[u] - n[u] * theta);
    bend += (copies[u] * curvature) / stiff;
    if (copies[u] === 1) stiffness *= stiff;
    else laplace -= 0.5 * copies[u] * Math.log(stiff);
    if (stiffness > 1e200) {
      laplace -= 0.5 * Math.log(stiffness);
      stiffness = 1;
    }
  }
  profile.height = height + laplace - 0.5 * Math.log(stiffness);
  profile.slope = slope + variance * tilt;
  profile.bend = bend;
}

/** The mode of the profile over mu, left in `profile` with what it is there; `z` is filled in. */
function modeOfMu(doctors, prior, sigma, z) {
  const { rough, precision, copies, size } = doctors;
  const least = 1 / (prior.mu_scale * prior.mu_scale);
  let total = least;
  let mu = least * prior.mu_loc;
  for (let u = 0; u < size; u++) {
    const weight = copies[u] / (1 / Math.max(precision[u], 1e-12) + sigma * sigma);
    total += weight;
    mu += weight * rough[u];
  }
  mu /= total;
  for (let u = 0; u < size; u++) {
    const pull = sigma * precision[u];
    z[u] = ((rough[u] - mu) * pull) / (1 + sigma * pull);
  }
  let low = -Infinity;
  let high = Infinity;
  for (let step = 0; step < 100; step++) {
    profileAt(doctors, prior, mu, sigma, z);
    const { slope, bend } = profile;
    if (slope * slope < 1e-4 * bend) break;
    if (slope > 0) low = mu;
    else high = mu;
    const next = mu + slope / bend;
    mu = next > low && next < high ? next : 0.5 * (low + high);
  }
  return mu;
}

/**
 * Nodes of sigma_pop with the mode of mu_pop at each: { sigma, logWeight, slices, t, scale }.
 *
 * They reach to where Laplace's approximation of the posterior has fallen by exp(-drop).
 */
function laySigma(doctors, prior, drop) {
  const slices = (sigmas) =>
    Array.from(sigmas, (sigma) => {
      const z = new Float64Array(doctors.size);
      const mode = modeOfMu(doctors, prior, sigma, z);
      return { sigma, mode, z, ...profile };
    });
  if (prior.sigma_pop !== null)
    return { slices: slices([prior.sigma_pop]), logWeight: new Float64Array(1), t: null, scale: 1 };

  // The scale on which the likelihood of sigma_pop bends near zero.
  let information = 0;
  doctors.precision.forEach((p, u) => (information += doctors.copies[u] * p * p));
  const scale = Math.min(1 / Math.max(information ** 0.25, 1e-6), prior.sigma_scale);
  const logPrior = (sigma) =>
    Math.log(2 / prior.sigma_scale) - LOG_SQRT_2PI - 0.5 * (sigma / prior.sigma_scale) ** 2;
  let low = 0;
  let high = Math.asinh((6 * prior.sigma_scale) / scale);
  // Widen until the posterior ends inside the window, then zoom until it fills the window.
  for (let pass = 0; ; pass++) {
    const t = linspace(low, high, nodesSigma(doctors));
    const found = slices(t.map((value) => scale * Math.sinh(value)));
    const log = found.map(
      ({ sigma, height, bend }, i) =>
        height - 0.5 * Math.log(bend) + logPrior(sigma) + Math.log(Math.cosh(t[i])),
    );
    const least = Math.max(...log) - drop;
    if (log.at(-1) > least && pass < 20) {
      high += Math.log(2);
      continue;
    }
    const first = Math.max(log.findIndex((value) => value > least) - 1, 0);
    const last = Math.min(log.findLastIndex((value) => value > least) + 1, t.length - 1);
    if (last - first > 0.7 * t.length || pass > 20) {
      const step = t[1] - t[0];
      const logWeight = t.map(
        (value, i) =>
          logPrior(found[i].sigma) +
          Math.log(scale * Math.cosh(value) * step * (i === 0 || i === t.length - 1 ? 0.5 : 1)),
      );
      return { slices: found, logWeight, t, scale };
    }
    [low, high] = [t[first], t[last]];
  }
}

/** Where the profile has fallen by `drop`, give or take 2, on one side of the mode. */
function endOfMu(doctors, prior, { sigma, mode, height, bend, z }, side, drop) {
  const wide = Math.sqrt(2 * drop);
  const farthest = wide * prior.mu_scale;
  const start = z.slice();
  let reach = Math.min(wide / Math.sqrt(bend), farthest);
  let inside = 0; // not fallen far enough yet
  let outside = Infinity;
  for (let step = 0; step < 8; step++) {
    profileAt(doctors, prior, mode + side * reach, sigma, start);
    const missing = height - drop - profile.height;
    if (Math.abs(missing) < 2) break;
    if (missing > 0) outside = reach;
    else inside = reach;
    // Newton's step, where the profile is as concave as it nearly always is.
    let next = reach + (side * missing) / profile.slope;
    if (!(next > inside && next < outside))
      next = outside < Infinity ? 0.5 * (inside + outside) : 2 * reach;
    if (reach === farthest && next > reach) break;
    reach = Math.min(next, farthest);
  }
  return mode + side * reach;
}

/**
 * The grid: slices of sigma_pop, each with nodes and weights of mu_pop, out to where the posterior
 * has fallen by exp(-drop) along mu_pop and exp(-dropSigma) along sigma_pop.
 */
function layGrid(doctors, prior, drop, dropSigma) {
  const grid = laySigma(doctors, prior, dropSigma);
  const rule = ruleOfMu(nodesMu(doctors.size));
  const { x, weight } = rule;
  const count = x.length;
  for (const slice of grid.slices) {
    slice.low = endOfMu(doctors, prior, slice, -1, drop);
    slice.high = endOfMu(doctors, prior, slice, 1, drop);
    slice.rule = rule;
    slice.mu = new Float64Array(2 * count);
    slice.weight = new Float64Array(2 * count);
    [
      [slice.low, slice.mode],
      [slice.mode, slice.high],
    ].forEach(([from, to], half) => {
      for (let i = 0; i < count; i++) {
        slice.mu[half * count + i] = from + (to - from) * x[i];
        slice.weight[half * count + i] = (to - from) * weight[i];
      }
    });
  }
  return { ...grid, prior };
}

// ------------------------------------------------------------------------------------------------
// The integrals
// ------------------------------------------------------------------------------------------------

const inner = { log: 0, theta: 0, thetaSquared: 0, alpha: 0, alphaSquared: 0 };

/** One doctor's integral over z around its mode: its logarithm and conditional moments, in `inner`. */
function innerIntegral(s, n, mu, sigma, z) {
  const centre = mu + sigma * z;
  const top = s * centre - n * softplus(centre) - 0.5 * z * z;
  const sd = 1 / Math.sqrt(1 + sigma * sigma * n * theta * (1 - theta));
  if (sigma * sd < NARROW) return narrowIntegral(s, n, sigma, z, centre, top, sd);
  const width = REACH * sd;
  const { x, weight } = sigma > STEEP ? LEGENDRE_WIDE : LEGENDRE_ALPHA;
  const size = x.length;
  let total = 0;
  let first = 0;
  let second = 0;
  let alpha = 0;
  let alphaSquared = 0;
  for (let side = -1; side <= 1; side += 2) {
    let reach = side * width;
    for (let step = 0; step < 2; step++) {
      const at = z + reach;
      const a = mu + sigma * at;
      const missing = top - DROP - (s * a - n * softplus(a) - 0.5 * at * at);
      if (missing < 2 && missing > -2) break;
      reach += missing / (sigma * (s - n * theta) - at);
      if (reach > REACH) reach = REACH;
      else if (reach < -REACH) reach = -REACH;
    }
    let part = 0;
    let partFirst = 0;
    let partSecond = 0;
    let partAlpha = 0;
    let partSquared = 0;
    for (let i = 0; i < size; i++) {
      const at = z + reach * x[i];
      const away = sigma * reach * x[i];
      const a = centre + away;
      let mass = weight[i] * Math.exp(s * a - n * softplus(a) - 0.5 * at * at - top);
      part += mass;
      partAlpha += mass * away;
      partSquared += mass * away * away;
      mass *= theta;
      partFirst += mass;
      partSecond += mass * theta;
    }
    reach = Math.abs(reach);
    total += reach * part;
    first += reach * partFirst;
    second += reach * partSecond;
    alpha += reach * partAlpha;
    alphaSquared += reach * partSquared;
  }
  inner.log = top + Math.log(total) - LOG_SQRT_2PI;
  inner.theta = first / total;
  inner.thetaSquared = second / total;
  alpha /= total;
  inner.alpha = centre + alpha;
  inner.alphaSquared =
    inner.alpha * inner.alpha + Math.max(alphaSquared / total - alpha * alpha, 0);
}

/**
 * Where a slice's inner integrals are taken. They are smooth in mu, so in a narrow window a few
 * Chebyshev nodes tell all: row m of `toNodes` takes values there to the slice's node m of mu.
 * How few follows from the likelihood's nearest singularity, i * pi away from the real axis.
 */
function samples({ low, high, mu }) {
  const half = 0.5 * (high - low);
  const ratio = Math.PI / half;
  const size = Math.max(Math.ceil(Math.log(1e5) / Math.asinh(ratio)), 5);
  if (size >= mu.length - 2) return { at: mu, toNodes: null };
  const angle = (k) => (Math.PI * (k + 0.5)) / size;
  const at = Float64Array.from({ length: size }, (_, k) => low + half * (1 - Math.cos(angle(k))));
  const toNodes = new Float64Array(mu.length * size);
  for (let m = 0; m < mu.length; m++) {
    let total = 0;
    for (let k = 0; k < size; k++) {
      const share = ((k % 2 ? -1 : 1) * Math.sin(angle(k))) / (mu[m] - at[k] || 1e-300);
      toNodes[m * size + k] = share;
      total += share;
    }
    for (let k = 0; k < size; k++) toNodes[m * size + k] /= total;
  }
  return { at, toNodes };
}

/** The same where it is so narrow that the likelihood hardly bends: Gauss-Hermite at the mode. */
function narrowIntegral(s, n, sigma, z, centre, top, sd) {
  let total = 0;
  let first = 0;
  let second = 0;
  let alpha = 0;
  let alphaSquared = 0;
  for (let i = 0; i < 7; i++) {
    const at = z + sd * HERMITE[i];
    const away = sigma * sd * HERMITE[i];
    const a = centre + away;
    let mass = HERMITE_WEIGHT[i] * Math.exp(s * a - n * softplus(a) - 0.5 * at * at - top);
    total += mass;
    alpha += mass * away;
    alphaSquared += mass * away * away;
    mass *= theta;
    first += mass;
    second += mass * theta;
  }
  inner.log = top + Math.log(sd * total) - LOG_SQRT_2PI;
  inner.theta = first / total;
  inner.thetaSquared = second / total;
  alpha /= total;
  inner.alpha = centre + alpha;
  inner.alphaSquared =
    inner.alpha * inner.alpha + Math.max(alphaSquared / total - alpha * alpha, 0);
}

/** Every doctor's inner integral at the samples of every slice; taken from `before` where it is there. */
function integrate(doctors, grid, before) {
  const { s, n, rough, precision, size } = doctors;
  const all = size + 1;
  const known = new Map(before?.doctors.keys.map((key, u) => [key, u]));
  const from = doctors.keys.map((key) => known.get(key) ?? -1);
  const z = new Float64Array(all);
  grid.slices.forEach((slice, i) => {
    const { sigma, mu } = slice;
    slice.samples ??= samples(slice);
    const { at, toNodes } = slice.samples;
    const count = at.length;
    const old = before?.grid.slices[i];
    const width = before ? before.doctors.size + 1 : 0;
    const logZ = new Float64Array(count * all);
    const moments = new Float64Array(4 * count * all);
    for (let u = 0; u < all; u++) {
      const pull = sigma * precision[u];
      z[u] = ((rough[u] - at[0]) * pull) / (1 + sigma * pull);
    }
    for (let k = 0; k < count; k++)
      for (let u = 0; u < all; u++) {
        const to = k * all + u;
        if (from[u] >= 0) {
          const there = k * width + from[u];
          logZ[to] = old.sampled[there];
          for (let part = 0; part < 4; part++)
            moments[4 * to + part] = old.moments[4 * there + part];
          continue;
        }
        z[u] = modeOfZ(s[u], n[u], at[k], sigma, z[u]);
        innerIntegral(s[u], n[u], at[k], sigma, z[u]);
        logZ[to] = inner.log;
        moments[4 * to] = inner.theta;
        moments[4 * to + 1] = inner.thetaSquared;
        moments[4 * to + 2] = inner.alpha;
        moments[4 * to + 3] = inner.alphaSquared;
      }
    slice.moments = moments;
    slice.sampled = slice.logZ = logZ;
    if (!toNodes) return;
    slice.logZ = new Float64Array(mu.length * all);
    for (let m = 0; m < mu.length; m++)
      for (let k = 0; k < count; k++) {
        const share = toNodes[m * count + k];
        for (let u = 0; u < all; u++) slice.logZ[m * all + u] += share * logZ[k * all + u];
      }
  });
}

/** The grid's posterior weights, and every doctor's moments under them. */
function weigh({ copies, size }, grid) {
  const { prior, slices } = grid;
  const all = size + 1;
  let most = -Infinity;
  slices.forEach((slice, i) => {
    const { mu, weight, logZ } = slice;
    slice.logJoint = new Float64Array(mu.length);
    for (let m = 0; m < mu.length; m++) {
      const away = (mu[m] - prior.mu_loc) / prior.mu_scale;
      let joint = grid.logWeight[i] + Math.log(weight[m] / prior.mu_scale) - LOG_SQRT_2PI;
      joint -= 0.5 * away * away;
      for (let u = 0; u < size; u++) joint += copies[u] * logZ[m * all + u];
      slice.logJoint[m] = joint;
      if (joint > most) most = joint;
    }
  });
  let total = 0;
  for (const { logJoint } of slices) for (const joint of logJoint) total += Math.exp(joint - most);
  grid.logEvidence = most + Math.log(total);

  const sums = new Float64Array(4 * all);
  for (const slice of slices) {
    const { toNodes, at } = slice.samples;
    slice.share = slice.logJoint.map((joint) => Math.exp(joint - grid.logEvidence));
    slice.mass = slice.share.reduce((a, b) => a + b, 0);
    for (let k = 0; k < at.length; k++) {
      let share = toNodes ? 0 : slice.share[k];
      if (toNodes)
        for (let m = 0; m < slice.share.length; m++)
          share += slice.share[m] * toNodes[m * at.length + k];
      const from = 4 * k * all;
      for (let u = 0; u < 4 * all; u++) sums[u] += share * slice.moments[from + u];
    }
  }
  const part = (k) => Float64Array.from({ length: all }, (_, u) => sums[4 * u + k]);
  const sd = (mean, square) => mean.map((m, u) => Math.sqrt(Math.max(square[u] - m * m, 0)));
  grid.mean = part(0);
  grid.sd = sd(grid.mean, part(1));
  grid.alphaMean = part(2);
  grid.alphaSd = sd(grid.alphaMean, part(3));
}

/** The same nodes for counts that have changed a little, or null where they no longer fit. */
function reuse(doctors, { doctors: before, grid: old }) {
  const grid = { ...old, slices: old.slices.map((slice) => ({ ...slice })) };
  integrate(doctors, grid, { doctors: before, grid: old });
  weigh(doctors, grid);
  return fits(grid) ? grid : null;
}

/**
 * Whether the posterior of sigma_pop has not fallen far enough at an end of its grid: Laplace's
 * approximation is off a little for each doctor, by much for many.
 */
function isCut({ slices, t }, drop) {
  if (!t) return false;
  const mass = slices.map((slice) => slice.mass);
  const least = Math.exp(-0.7 * drop) * Math.max(...mass);
  return mass.at(-1) > least || (t[0] > 0 && mass[0] > least);
}

/** Standard deviation of the place of mass, in nodes. */
function spreadOfNodes(weight) {
  let [total, first, second] = [0, 0, 0];
  weight.forEach((w, i) => {
    total += w;
    first += w * i;
    second += w * i * i;
  });
  return Math.sqrt(second / total - (first / total) ** 2);
}

/** Whether the posterior still ends inside the grid, and still fills it. */
function fits({ slices, t, spread }) {
  const least = Math.min(0.9, 0.9 * spread);
  const ends = (log, low, high) => {
    const most = Math.max(...log) - EDGE_DROP;
    return (low || log[0] < most) && (high || log.at(-1) < most);
  };
  if (t) {
    const mass = slices.map((slice) => slice.mass);
    if (!ends(mass.map(Math.log), t[0] === 0, false) || spreadOfNodes(mass) < least) return false;
  }
  return slices
    .filter(({ mass }) => mass > 1e-3)
    .every(({ logJoint, share, weight }) => {
      const density = logJoint.map((joint, m) => joint - Math.log(weight[m]));
      return ends(density, false, false) && spreadOfNodes(share) > 1.5;
    });
}

// ------------------------------------------------------------------------------------------------
// Marginals
// ------------------------------------------------------------------------------------------------

/**
 * The marginal of one number, from its density on an even grid of `v`, where x = at(v).
 *
 * `perV` is the density with respect to v, `slope(v)` is dx/dv, `place(x)` the inverse of `at`.
 */
function marginal({ start, step, perV, at, slope, place, mean, sd, even = false }) {
  const size = perV.length;
  const cumulative = new Float64Array(size);
  for (let i = 1; i < size; i++) {
    // The integral of the cubic through four points over the cell in their middle.
    const before = i > 1 ? perV[i - 2] : even ? perV[1] : perV[0];
    const after = i + 1 < size ? perV[i + 1] : perV[i];
    const cell = (step / 24) * (13 * (perV[i - 1] + perV[i]) - before - after);
    cumulative[i] = cumulative[i - 1] + Math.max(cell, 0);
  }
  const total = cumulative[size - 1];

  /** The part of the mass below the point a share `f` into cell `i`: a cubic in f. */
  const within = (i, f) => {
    const rise = cumulative[i + 1] - cumulative[i];
    const [a, b] = [step * perV[i], step * perV[i + 1]];
    return cumulative[i] + f * (a + f * (3 * rise - 2 * a - b + f * (a + b - 2 * rise)));
  };

  const quantile = (prob) => {
    const wanted = prob * total;
    let low = 0;
    let high = size - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (cumulative[middle] <= wanted) low = middle;
      else high = middle;
    }
    let [from, to] = [0, 1];
    for (let k = 0; k < 30; k++) {
      const f = 0.5 * (from + to);
      if (within(low, f) < wanted) from = f;
      else to = f;
    }
    return at(start + (low + from) * step);
  };

  return {
    get x() {
      return perV.map((_, i) => at(start + i * step));
    },
    get density() {
      return perV.map((p, i) => p / total / slope(start + i * step));
    },
    mean,
    sd,
    quantile,
    interval: (prob = 0.95) => [quantile((1 - prob) / 2), quantile((1 + prob) / 2)],
    cdf: (x) => {
      const position = (place(x) - start) / step;
      if (!(position > 0)) return 0;
      if (position >= size - 1) return 1;
      const i = Math.floor(position);
      return Math.min(Math.max(within(i, position - i) / total, 0), 1);
    },
  };
}

/** The posterior of sigma_pop. */
function sigmaMarginal({ slices, t, scale }) {
  const step = t[1] - t[0];
  const log = slices.map(({ mass }, i) => {
    const end = i === 0 || i === t.length - 1;
    return Math.log(Math.max(mass, 1e-300) / (end ? 0.5 : 1));
  });
  // Even in t: the mirror image says what happens at zero.
  const mirrored = t[0] === 0 ? log.slice(1, 6).reverse() : [];
  const nodes = [...mirrored, ...log];
  const fine = 10;
  const perV = Float64Array.from({ length: fine * (t.length - 1) + 1 }, (_, i) =>
    Math.exp(between(nodes, 0, nodes.length, mirrored.length + i / fine)),
  );
  const start = t[0];
  const at = (v) => scale * Math.sinh(v);
  const h = step / fine;
  // Simpson's rule, because sigma itself is odd in t and the trapezoid rule would see the corner.
  let [total, first, second] = [0, 0, 0];
  perV.forEach((p, i) => {
    const mass = p * (i === 0 || i === perV.length - 1 ? 1 : i % 2 ? 4 : 2);
    const sigma = at(start + i * h);
    total += mass;
    first += mass * sigma;
    second += mass * sigma * sigma;
  });
  const mean = first / total;
  return marginal({
    start,
    step: h,
    perV,
    at,
    slope: (v) => scale * Math.cosh(v),
    place: (x) => Math.asinh(x / scale),
    mean,
    sd: Math.sqrt(Math.max(second / total - mean * mean, 0)),
    even: start === 0,
  });
}

/** The part of the slices that carries mass. */
const live = ({ slices }, least) => slices.filter(({ mass }) => mass > least);

/** About the standard deviation of mu_pop in a slice. */
const spreadOf = ({ low, high }) => (high - low) / (2 * REACH);

/** x = centre + width * sinh(v): fine around the centre and ever wider away from it. */
function sinhScale(c, w) {
  return {
    centre: c,
    width: w,
    at: (v) => c + w * Math.sinh(v),
    slope: (v) => w * Math.cosh(v),
    place(x) {
      const y = (x - c) / w; // asinh, at half the time of Math.asinh
      return y < 0 ? -Math.log(Math.sqrt(y * y + 1) - y) : Math.log(Math.sqrt(y * y + 1) + y);
    },
  };
}

/** x = centre + width * v. */
const linearScale = (c, w) => ({
  centre: c,
  width: w,
  at: (v) => c + w * v,
  slope: () => w,
  place: (x) => (x - c) / w,
});

/** A scale that is fine where the narrowest slice is. */
function scaleOf(grid, width) {
  const narrowest = live(grid, 1e-5).reduce((a, b) => (width(b) < width(a) ? b : a));
  return sinhScale(narrowest.mode, width(narrowest));
}

/** The posterior of mu_pop. */
function muMarginal(grid) {
  const scale = scaleOf(grid, spreadOf);
  const slices = live(grid, 1e-7);
  const start = scale.place(Math.min(...slices.map(({ low }) => low)));
  const end = scale.place(Math.max(...slices.map(({ high }) => high)));
  const size = Math.ceil((end - start) / 0.05) + 1;
  const step = (end - start) / (size - 1);
  const x = Float64Array.from({ length: size }, (_, i) => scale.at(start + i * step));
  const perV = new Float64Array(size);
  const line = new Polynomials();
  let [mean, square] = [0, 0];
  for (const slice of grid.slices)
    slice.share.forEach((share, m) => {
      mean += share * slice.mu[m];
      square += share * slice.mu[m] * slice.mu[m];
    });
  for (const slice of slices) {
    line.through(
      slice,
      slice.share.map((share, m) => Math.log(share / slice.weight[m])),
    );
    for (let i = 0; i < size; i++)
      if (x[i] >= slice.low && x[i] <= slice.high) perV[i] += Math.exp(line.value(x[i]));
  }
  for (let i = 0; i < size; i++) perV[i] *= scale.slope(start + i * step);
  const sd = Math.sqrt(Math.max(square - mean * mean, 0));
  return marginal({ start, step, perV, ...scale, mean, sd });
}

/** Where the log priors of `spreadOthers` are laid; kept while the grid is. */
function lattice({ size }, grid, before) {
  const all = size + 1;
  /** The log-odds that a doctor's marginal reaches, and `more` of it, around every doctor. */
  const window = (more) => {
    let [low, high] = [Infinity, -Infinity];
    for (let u = 0; u < all; u++) {
      const reach = more * farthest(grid.alphaSd[u]);
      low = Math.min(low, grid.alphaMean[u] - reach);
      high = Math.max(high, grid.alphaMean[u] + reach);
    }
    return [low, high];
  };
  const [least, most] = window(1);
  if (before && before.x[0] <= least && most <= before.x.at(-1)) return before;
  let scale = scaleOf(grid, (slice) => Math.hypot(spreadOf(slice), slice.sigma));
  // A likelihood bends within one log-odds, and so does what the others imply.
  if (scale.width > 1) scale = linearScale(scale.centre, 1);
  const [low, high] = window(1.25);
  const start = scale.place(low);
  const points = Math.max(Math.ceil((scale.place(high) - start) / 0.2), 8) + 1;
  const step = (scale.place(high) - start) / (points - 1);
  const x = Float64Array.from({ length: points }, (_, k) => scale.at(start + k * step));
  return { scale, start, step, points, x, kernels: [] };
}

/** How mass at the nodes of mu in a slice spreads over the lattice: normal densities around them. */
function kernelOf(slice, { x }) {
  // Where sigma_pop is small the densities are narrow, and need more nodes.
  const few = slice.sigma > 2 * spreadOf(slice);
  const { mu, weight } = few ? slice : denser(slice);
  const rows = new Float64Array(x.length * mu.length);
  const scale = 1 / (slice.sigma * Math.sqrt(2 * Math.PI));
  for (let k = 0; k < x.length; k++)
    for (let d = 0; d < mu.length; d++) {
      const z = (x[k] - mu[d]) / slice.sigma;
      rows[k * mu.length + d] = weight[d] * Math.exp(-0.5 * z * z) * scale;
    }
  return { few, mu, weight, rows };
}

/**
 * For every doctor the log prior of alpha_j that all other doctors together imply, on one lattice
 * of log-odds: the density of a new doctor's alpha with doctor j left out of the data. Times doctor
 * j's own likelihood it is the posterior of alpha_j.
 */
function spreadOthers(doctors, grid) {
  const all = doctors.size + 1;
  const lay = lattice(doctors, grid, grid.lattice);
  grid.lattice = lay;
  const { points, x } = lay;
  const nodes = grid.slices[0].mu.length;
  const log = new Float64Array(all * points);
  const tops = new Float64Array(all).fill(-Infinity);
  for (const slice of grid.slices) {
    slice.isLive = slice.mass > 1e-9;
    if (!slice.isLive) continue;
    const { share, weight, logZ } = slice;
    slice.others = new Float64Array(nodes * all);
    for (let m = 0; m < nodes; m++) {
      const density = Math.log(share[m] / weight[m]);
      for (let u = 0; u < all; u++) {
        const value = density - logZ[m * all + u];
        slice.others[m * all + u] = value;
        if (value > tops[u]) tops[u] = value;
      }
    }
  }

  // With sigma_pop fixed a doctor may lie far outside what the others imply: logarithms throughout.
  const alone = grid.t === null;
  const line = new Polynomials();
  const value = new Float64Array(nodes);
  grid.slices.forEach((slice, i) => {
    if (!slice.isLive) return;
    // A likelihood bends within one log-odds, and so does what the others imply.
    const narrow = slice.sigma < Math.min(0.5 * spreadOf(slice), SMALL);
    if (!narrow) lay.kernels[i] ??= kernelOf(slice, lay);
    const kernel = narrow ? null : lay.kernels[i];
    const mass = new Float64Array(kernel?.mu.length ?? 0);
    for (let u = 0; u < all; u++) {
      for (let m = 0; m < nodes; m++) value[m] = slice.others[m * all + u] - tops[u];
      if (!kernel?.few) line.through(slice, value);
      if (narrow) {
        for (let k = 0; k < points; k++) {
          const blurred = line.blurred(x[k], slice.sigma);
          if (alone) log[u * points + k] = blurred;
          else log[u * points + k] += Math.exp(blurred);
        }
        continue;
      }
      for (let d = 0; d < mass.length; d++)
        mass[d] = Math.exp(kernel.few ? value[d] : line.value(kernel.mu[d]));
      for (let k = 0; k < points; k++) {
        let sum = 0;
        const from = k * mass.length;
        for (let d = 0; d < mass.length; d++) sum += kernel.rows[from + d] * mass[d];
        if (!alone) log[u * points + k] += sum;
        else if (sum > 1e-250) log[u * points + k] = Math.log(sum);
        else log[u * points + k] = logSum(slice, kernel, value, line, x[k]);
      }
    }
  });
  if (!alone) for (let i = 0; i < log.length; i++) log[i] = Math.log(Math.max(log[i], 1e-300));
  return { ...lay, log };
}

/** The logarithm of a sum over a kernel's row that is zero to the machine. */
function logSum({ sigma }, { few, mu, weight }, value, line, x) {
  const parts = Array.from(mu, (m, d) => {
    const z = (x - m) / sigma;
    return Math.log(weight[d]) + (few ? value[d] : line.value(m)) - 0.5 * z * z;
  });
  const top = Math.max(...parts);
  const sum = parts.reduce((total, part) => total + Math.exp(part - top), 0);
  return top + Math.log(sum) - Math.log(sigma) - LOG_SQRT_2PI;
}

/** More nodes of mu_pop for a slice. */
function denser(slice) {
  const { low, mode, high, sigma } = slice;
  const { x, weight } = sigma < 0.5 * spreadOf(slice) ? LEGENDRE_DENSER : LEGENDRE_DENSE;
  const half = (from, to) => ({
    mu: x.map((share) => from + (to - from) * share),
    weight: weight.map((w) => (to - from) * w),
  });
  const [left, right] = [half(low, mode), half(mode, high)];
  return {
    mu: Float64Array.of(...left.mu, ...right.mu),
    weight: Float64Array.of(...left.weight, ...right.weight),
  };
}

/** The posterior of the log-odds of the doctors with the counts number `u`. */
function alphaMarginal({ s, n }, grid, others, u) {
  const [mean, sd] = [grid.alphaMean[u], grid.alphaSd[u]];
  const { scale, start, step, size } = layAlpha(mean, sd, n[u], others);
  const x = Float64Array.from({ length: size }, (_, i) => scale.at(start + i * step));
  const perV = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const position = (others.scale.place(x[i]) - others.start) / others.step;
    perV[i] =
      s[u] * x[i] -
      n[u] * softplus(x[i]) +
      between(others.log, u * others.points, others.points, position);
  }
  // Outwards from the mean: far away, where the others say nothing any more, a doctor at odds with
  // them would have a second peak.
  const middle = Math.round((scale.place(mean) - start) / step);
  let top = perV[middle];
  for (const side of [-1, 1]) {
    let low = top;
    for (let i = middle; i >= 0 && i < size; i += side) {
      if (perV[i] > top) top = perV[i];
      if (low < top - 4 * DROP) perV[i] = -Infinity;
      else low = Math.min(perV[i], top);
    }
  }
  for (let i = 0; i < size; i++) perV[i] = Math.exp(perV[i] - top) * scale.slope(start + i * step);
  return marginal({ start, step, perV, ...scale, mean, sd });
}

/** How far from the mean a marginal is followed: far, for tails may be heavy, where it is narrow. */
const farthest = (sd) => (sd < WIDE ? FAR : 8) * sd;

/** Where a doctor's log-odds are laid: { scale, start, step, size }. */
function layAlpha(mean, sd, n, others) {
  if (n === 0 || sd > 8 * others.scale.width) {
    // What the others imply is a spike on a wide posterior: their own lattice, finer.
    const size = FINER * (others.points - 1) + 1;
    return { scale: others.scale, start: others.start, step: others.step / FINER, size };
  }
  const narrow = sd < WIDE;
  const scale = narrow ? sinhScale(mean, sd) : linearScale(mean, sd);
  const end = scale.place(mean + farthest(sd));
  // A likelihood bends within one log-odds.
  const size = (narrow ? 120 : Math.min(Math.ceil(48 * sd), 4000)) + 1;
  return { scale, start: -end, step: (2 * end) / (size - 1), size };
}

// ------------------------------------------------------------------------------------------------
// Interpolation and rules
// ------------------------------------------------------------------------------------------------

/** The quintic through the six values around `position` of an even grid of `size` from `offset`. */
function between(values, offset, size, position) {
  const base = Math.min(Math.max(Math.floor(position) - 2, 0), size - 6);
  const f = position - base;
  const i = offset + base;
  const [a, b, c, d, e, g] = [f, f - 1, f - 2, f - 3, f - 4, f - 5];
  const [ab, abc, dg, eg] = [a * b, a * b * c, d * e * g, e * g];
  return (
    (-b * c * dg * values[i]) / 120 +
    (a * c * dg * values[i + 1]) / 24 -
    (ab * dg * values[i + 2]) / 12 +
    (abc * eg * values[i + 3]) / 12 -
    (abc * d * g * values[i + 4]) / 24 +
    (abc * d * e * values[i + 5]) / 120
  );
}

/** The two polynomials through the nodes of a slice, one on either side of its mode. */
class Polynomials {
  #coefficients;
  #slice;

  /** Take the values at the slice's nodes. */
  through(slice, values) {
    this.#slice = slice;
    const { fromNodes } = slice.rule;
    const count = fromNodes.length;
    if (this.#coefficients?.length !== 2 * count) this.#coefficients = new Float64Array(2 * count);
    const c = this.#coefficients.fill(0);
    for (let half = 0; half < 2; half++)
      for (let m = 0; m < count; m++) {
        const v = values[half * count + m];
        const row = fromNodes[m];
        for (let k = 0; k < count; k++) c[half * count + k] += row[k] * v;
      }
  }

  value(x) {
    const { low, mode, high } = this.#slice;
    const y = x < mode ? (2 * (x - low)) / (mode - low) - 1 : (2 * (x - mode)) / (high - mode) - 1;
    const c = this.#coefficients;
    const count = c.length / 2;
    const from = x < mode ? 0 : count;
    let value = 0;
    for (let k = count - 1; k >= 0; k--) value = value * y + c[from + k];
    return value;
  }

  /**
   * The logarithm of exp of the polynomial, blurred by a normal density of sd `sigma` that is
   * narrow against it: exact where the polynomial is quadratic, and to first order in its third
   * derivative. Beyond its ends the polynomial goes on as a parabola.
   */
  blurred(x, sigma) {
    const { low, mode, high } = this.#slice;
    const near = Math.min(Math.max(x, low), high);
    const count = this.#coefficients.length / 2;
    const [from, left, right] = near < mode ? [0, low, mode] : [count, mode, high];
    const unit = 2 / (right - left);
    const y = unit * (near - left) - 1;
    const c = this.#coefficients;
    let [value, first, second, third] = [0, 0, 0, 0];
    for (let k = count - 1; k >= 0; k--) {
      third = third * y + second;
      second = second * y + first;
      first = first * y + value;
      value = value * y + c[from + k];
    }
    first *= unit;
    second = Math.min(2 * second * unit * unit, 0);
    third *= 6 * unit ** 3;
    const beyond = x - near;
    value += beyond * (first + 0.5 * beyond * second);
    first += beyond * second;
    const stiff = 1 - sigma * sigma * second;
    const variance = (sigma * sigma) / stiff;
    const shift = variance * first;
    const skew = beyond ? 0 : (third / 6) * shift * (shift * shift + 3 * variance);
    return (
      value + 0.5 * shift * first - 0.5 * Math.log(stiff) + Math.log(Math.max(1 + skew, 1e-30))
    );
  }
}

function linspace(low, high, size) {
  return Float64Array.from({ length: size }, (_, i) => low + ((high - low) * i) / (size - 1));
}

/** Gauss-Legendre nodes and weights on [0, 1]. */
function legendre(size) {
  const x = new Float64Array(size);
  const weight = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    let y = -Math.cos((Math.PI * (i + 0.75)) / (size + 0.5));
    let slope = 1;
    for (let step = 0; step < 20; step++) {
      let [now, before] = [1, 0];
      for (let k = 0; k < size; k++)
        [now, before] = [((2 * k + 1) * y * now - k * before) / (k + 1), now];
      slope = (size * (y * now - before)) / (y * y - 1);
      y -= now / slope;
    }
    x[i] = 0.5 * (1 + y);
    weight[i] = 1 / ((1 - y * y) * slope * slope);
  }
  return { x, weight };
}

/** The same rule for x = y * y: most nodes lie close to zero, where a step may be. */
function crowded({ x, weight }) {
  return { x: x.map((y) => y * y), weight: weight.map((w, i) => 2 * w * x[i]) };
}

const LEGENDRE_ALPHA = legendre(NODES_ALPHA);
const LEGENDRE_WIDE = crowded(legendre(NODES_ALPHA_WIDE));
const LEGENDRE_DENSE = legendre(NODES_DENSE);
const LEGENDRE_DENSER = legendre(4 * NODES_DENSE);

// Gauss-Hermite nodes for the weight exp(-x * x / 2), and their weights without that factor.
const HERMITE = Float64Array.of(
  -3.7504397177257425,
  -2.3667594107345415,
  -1.1544053947399682,
  0,
  1.1544053947399682,
  2.3667594107345415,
  3.7504397177257425,
);
const HERMITE_WEIGHT = Float64Array.of(
  0.0005482688559722179,
  0.030757123967586498,
  0.2401231786050127,
  0.4571428571428571,
  0.2401231786050127,
  0.030757123967586498,
  0.0005482688559722179,
).map((w, i) => w * Math.sqrt(2 * Math.PI) * Math.exp(0.5 * HERMITE[i] * HERMITE[i]));

const RULES = new Map();

/**
 * The rule for mu_pop with `size` nodes on a side. Row m of `fromNodes`: the coefficients in y, from
 * -1 to 1, of the polynomial that is one at node m only.
 */
function ruleOfMu(size) {
  if (RULES.has(size)) return RULES.get(size);
  const { x, weight } = legendre(size);
  const fromNodes = Array.from(x, (share, m) => {
    let coefficients = [1];
    x.forEach((other, i) => {
      if (i === m) return;
      const gap = 2 * (share - other);
      const next = new Array(coefficients.length + 1).fill(0);
      coefficients.forEach((c, k) => {
        next[k] -= (c * (2 * other - 1)) / gap;
        next[k + 1] += c / gap;
      });
      coefficients = next;
    });
    return coefficients;
  });
  const rule = { x, weight, fromNodes };
  RULES.set(size, rule);
  return rule;
}

// ------------------------------------------------------------------------------------------------
// Ranks
// ------------------------------------------------------------------------------------------------

const OFFSETS = [-5.3, -3.2, -2.1, -1.3, -0.6, 0, 0.6, 1.3, 2.1, 3.2, 5.3]; // sds from a doctor's mean
const CDF_CELLS = 40;
const CDF_REACH = 6;
const LEGENDRE_RANK = legendre(5);

/**
 * Row j, column r: the probability that doctor j has place r + 1, the first for the highest rate.
 *
 * At each node of the grid the doctors are independent, so at a value of alpha the number of
 * doctors above it is a sum of independent yes and no; its distribution is a product of J
 * two-term polynomials, of which doctor j's own is divided out again.
 */
function rankProbabilities({ s, n, copies, size, index, rough }, grid) {
  const J = index.length;
  const total = Array.from({ length: size }, () => new Float64Array(J));
  let mass = 0;
  const step = (2 * CDF_REACH) / CDF_CELLS;
  const density = new Float64Array(size * (CDF_CELLS + 1));
  const below = new Float64Array(size * (CDF_CELLS + 1));
  const mean = new Float64Array(size);
  const sd = new Float64Array(size);
  const z = new Float64Array(size);
  const f = new Float64Array(size);
  const F = new Float64Array(size);
  const product = new Float64Array(J + 1);
  const without = new Float64Array(J);

  for (const { sigma, mu, share } of grid.slices) {
    for (let u = 0; u < size; u++) z[u] = Math.min(Math.max(rough[u], -3), 3);
    for (let m = 0; m < mu.length; m++) {
      if (!(share[m] > 1e-5)) continue;
      mass += share[m];
      if (sigma === 0) {
        // All doctors are equal: every order is as probable as any other.
        for (const row of total) for (let r = 0; r < J; r++) row[r] += share[m] / J;
        continue;
      }
      const points = [];
      for (let u = 0; u < size; u++) {
        z[u] = modeOfZ(s[u], n[u], mu[m], sigma, z[u]);
        innerIntegral(s[u], n[u], mu[m], sigma, z[u]);
        mean[u] = inner.alpha;
        sd[u] = Math.sqrt(Math.max(inner.alphaSquared - mean[u] * mean[u], 1e-30));
        const from = u * (CDF_CELLS + 1);
        const { log } = inner;
        for (let i = 0; i <= CDF_CELLS; i++) {
          const a = mean[u] + (i * step - CDF_REACH) * sd[u];
          const away = (a - mu[m]) / sigma;
          const height = s[u] * a - n[u] * softplus(a) - 0.5 * away * away - log - LOG_SQRT_2PI;
          density[from + i] = (Math.exp(height) * sd[u]) / sigma;
        }
        below[from] = 0;
        for (let i = 1; i <= CDF_CELLS; i++) {
          const [left, right] = [density[from + i - 1], density[from + i]];
          const before = i > 1 ? density[from + i - 2] : left;
          const after = i < CDF_CELLS ? density[from + i + 1] : right;
          const cell = (step / 24) * (13 * (left + right) - before - after);
          below[from + i] = below[from + i - 1] + Math.max(cell, 0);
        }
        for (let i = 0; i <= CDF_CELLS; i++) density[from + i] /= below[from + CDF_CELLS];
        for (let i = 0; i <= CDF_CELLS; i++) below[from + i] /= below[from + CDF_CELLS];
        for (const offset of OFFSETS) points.push(mean[u] + offset * sd[u]);
      }
      // Panels that hold about as many of the doctors' points each: fine where doctors are.
      const sorted = Float64Array.from(points).sort();
      const panels = Math.min(sorted.length - 1, Math.max(16, Math.min(1.5 * size, 40) | 0));
      const edges = linspace(0, sorted.length - 1, panels + 1).map((i) => sorted[Math.round(i)]);
      const normal = new Float64Array(size);
      const rows = Array.from({ length: size }, () => new Float64Array(J));
      for (let panel = 0; panel < panels; panel++) {
        const width = edges[panel + 1] - edges[panel];
        for (let k = 0; k < LEGENDRE_RANK.x.length; k++) {
          const a = edges[panel] + width * LEGENDRE_RANK.x[k];
          product.fill(0);
          product[0] = 1;
          let degree = 0;
          for (let u = 0; u < size; u++) {
            const position = ((a - mean[u]) / sd[u] + CDF_REACH) / step;
            if (position <= 0 || position >= CDF_CELLS) {
              F[u] = position <= 0 ? 0 : 1;
              f[u] = 0;
            } else {
              const i = position | 0;
              const x = position - i;
              const at = u * (CDF_CELLS + 1) + i;
              const [left, right] = [step * density[at], step * density[at + 1]];
              const rise = below[at + 1] - below[at];
              const b = 3 * rise - 2 * left - right;
              const c = left + right - 2 * rise;
              F[u] = Math.min(Math.max(below[at] + x * (left + x * (b + x * c)), 0), 1);
              f[u] = Math.max((left + x * (2 * b + 3 * c * x)) / step / sd[u], 0);
            }
            for (let copy = 0; copy < copies[u]; copy++) {
              degree++;
              for (let r = degree; r > 0; r--)
                product[r] = F[u] * product[r] + (1 - F[u]) * product[r - 1];
              product[0] *= F[u];
            }
          }
          for (let u = 0; u < size; u++) {
            const weight = width * LEGENDRE_RANK.weight[k] * f[u];
            if (!(weight > 1e-9)) continue;
            divide(product, F[u], without);
            normal[u] += weight;
            const row = rows[u];
            for (let r = 0; r < J; r++) row[r] += weight * without[r];
          }
        }
      }
      rows.forEach((row, u) =>
        row.forEach((value, r) => (total[u][r] += (share[m] * value) / normal[u])),
      );
    }
  }
  // A polynomial divided may leave a zero on the other side of nothing.
  return Array.from(index, (u) => total[u].map((value) => Math.max(value / mass, 0)));
}

/** The product of polynomials without one factor below + (1 - below) * x, from the stable end. */
function divide(product, below, without) {
  const J = without.length;
  const above = 1 - below;
  if (below >= 0.5) {
    let last = 0;
    for (let r = 0; r < J; r++) without[r] = last = (product[r] - above * last) / below;
  } else {
    let last = 0;
    for (let r = J - 1; r >= 0; r--) without[r] = last = (product[r + 1] - below * last) / above;
  }
}
