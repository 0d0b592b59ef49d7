// Every doctor's integral on the grid and the grid's weights: the posterior.
import { dropOf, lay, moved, widthOf } from "./grid.js";
import { ALPHA, Inner, LOG_Z, NUMBERS, THETA } from "./inner.js";
import { logMu, samePrior } from "./inputs.js";
import { firstGuess, ofDoctor } from "./modes.js";
import { betweenMany } from "./quadrature.js";

// A number after a comment's colon: the threshold's error, in the unit that posterior.js names.
export const LIVE = 1e-9; // share of the posterior below which a slice is left out: 1e-5
const WIDER = [1, 1.5, 2.5]; // factors on the drop, tried while the posterior is cut off: 0.1
const FINER = [1, 2, 4]; // factors on the nodes of sigma_pop, tried while they prove too few
// Share by which the mass of every other node of sigma_pop may be off from half. The error of all
// nodes together goes as its fourth power for a normal density: 2 * (0.1 / 2) ** 4, 1e-5.
const ALTERNATE = 0.1;
// Share of the posterior that may lie elsewhere than where every other node tells: more shows a second
// peak that is narrower than the nodes are apart.
const RESOLVED = 0.02;
const THROUGH = 6; // nodes that tell it
const SLACK = 3; // of the drop that the posterior of sigma_pop may miss at its ends: 0.1
const MOVES = 8; // at most, of the windows of mu_pop

/**
 * The posterior: { doctors, grid, integrals, logZ, logDensity, share, mass, logEvidence, mean, sd,
 * alphaMean, alphaSd }, for U likelihoods, the new doctor's among them.
 *
 * `integrals`: for each slice, what `Inner` gives at K values of mu_pop, K * U times five numbers.
 * `logZ`: the log integrals at the grid's nodes, S * M * U. `logDensity`: of mu_pop at the
 * nodes, times the slice's mass, S * M. `share`: the nodes' posterior mass, S * M, which may
 * underflow to zero; `mass`, the slices', S. Means and sds of theta and of alpha: U.
 *
 * `before`: the posterior of other counts, whose grid and integrals are used again where they fit.
 * When all of `WIDER` and `FINER` are tried, the last is taken as it is.
 */
export function integrate(doctors, prior, before) {
  const clash = isClash(doctors, prior);
  if (before && samePrior(prior, before.grid.prior) && !clash) {
    const found = weigh(doctors, before.grid, integralsOn(before.grid, doctors, before));
    if (fits(found)) return found;
  }
  const drop = dropOf(doctors);
  let [wider, finer] = [0, clash ? 1 : 0]; // a peak with 1 % of the mass may hold most of the variance
  for (;;) {
    const found = placed(doctors, lay(doctors, prior, drop, WIDER[wider] * drop, FINER[finer]));
    if (isCut(found, drop) && wider < WIDER.length - 1) wider++;
    else if (!isResolved(found) && finer < FINER.length - 1) finer++;
    else return found;
  }
}

const CLASH = 4; // sds of the prior of mu_pop between its mean and the log-odds of all patients

/**
 * Whether the prior of mu_pop is so far from the data that the posterior may have two peaks: mu_pop at
 * the data, and mu_pop at the prior with a wide sigma_pop. A grid around one of them misses the other.
 */
function isClash({ s, n, copies, reference }, { mu_loc, mu_scale }) {
  const all = (counts) => counts.reduce((sum, count, u) => sum + copies[u] * count, 0);
  const [successes, trials] = [all(s), all(n)];
  const data = Math.log((successes + 0.5) / (trials - successes + 0.5)) - reference;
  return Math.abs(data - mu_loc) > CLASH * mu_scale;
}

/** The posterior on a grid, or on one whose windows of mu_pop are moved to where it is. */
function placed(doctors, grid) {
  let found = weigh(doctors, grid, integralsOn(grid, doctors));
  for (let pass = 0; pass < MOVES; pass++) {
    const better = moved(found.grid, found.logDensity, found.mass);
    if (!better) break;
    found = weigh(doctors, better, integralsOn(better, doctors));
  }
  return found;
}

/** Every doctor's integrals at the samples of every slice; from `before` where it has them. */
function integralsOn(grid, doctors, before) {
  const known = new Map(before?.doctors.keys.map((key, u) => [key, u]));
  const from = Int32Array.from(doctors.keys, (key) => known.get(key) ?? -1);
  const inner = new Inner();
  return grid.samples.map(({ at }, s) => {
    const found = new Float64Array(at.length * doctors.size * NUMBERS);
    const old = before?.integrals[s];
    for (let u = 0; u < doctors.size; u++)
      if (from[u] < 0) integralsOf(doctors, u, at, grid.sigma[s], inner, found);
      else copyColumn(old, before.doctors.size, from[u], found, doctors.size, u, at.length);
    return found;
  });
}

/** One doctor's integrals at several values of mu_pop, into the doctor's column of `found`. */
function integralsOf(doctors, u, at, sigma, inner, found) {
  const { size } = doctors;
  const [s, n, known] = [doctors.s[u], doctors.n[u], doctors.allowed[u]];
  const offset = doctors.offset[u];
  const theta = new Float64Array(1);
  const one = new Float64Array(NUMBERS);
  let z = firstGuess(doctors, u, at[0], sigma);
  for (let k = 0; k < at.length; k++) {
    z = ofDoctor(s, n, known, at[k] + offset, sigma, z, theta);
    inner.integrate(doctors, u, at[k], sigma, z, one);
    const to = (k * size + u) * NUMBERS;
    for (let i = 0; i < NUMBERS; i++) found[to + i] = one[i];
  }
}

function copyColumn(old, oldSize, from, found, size, u, rows) {
  for (let k = 0; k < rows; k++)
    for (let i = 0; i < NUMBERS; i++)
      found[(k * size + u) * NUMBERS + i] = old[(k * oldSize + from) * NUMBERS + i];
}

/** The grid's posterior weights, and every doctor's moments under them. */
function weigh(doctors, grid, integrals) {
  const logZ = logZAtNodes(grid, integrals, doctors.size);
  const logJoint = logJointAt(grid, logZ, doctors);
  let most = -Infinity;
  for (const value of logJoint) if (value > most) most = value;
  let total = 0;
  const share = new Float64Array(logJoint.length);
  for (let i = 0; i < share.length; i++) {
    share[i] = Math.exp(logJoint[i] - most);
    total += share[i];
  }
  const mass = new Float64Array(grid.sigma.length);
  for (let i = 0; i < share.length; i++) {
    share[i] /= total;
    mass[(i / grid.nodes) | 0] += share[i];
  }
  const logEvidence = most + Math.log(total);
  const logDensity = logJoint.map((log, i) => log - Math.log(grid.weight[i]) - logEvidence);
  const moments = momentsOf(doctors, grid, integrals, share);
  return { doctors, grid, integrals, logZ, logDensity, share, mass, logEvidence, ...moments };
}

/** The log integrals at the nodes, S * M * U. */
function logZAtNodes({ samples, nodes }, integrals, size) {
  const logZ = new Float64Array(samples.length * nodes * size);
  samples.forEach(({ at, toNodes }, s) => {
    const values = integrals[s];
    for (let m = 0; m < nodes; m++)
      for (let k = 0; k < at.length; k++) {
        const share = toNodes ? toNodes[m * at.length + k] : k === m ? 1 : 0;
        if (share === 0) continue;
        const to = (s * nodes + m) * size;
        const from = k * size;
        for (let u = 0; u < size; u++) logZ[to + u] += share * values[(from + u) * NUMBERS + LOG_Z];
      }
  });
  return logZ;
}

/** The log posterior mass of each node, up to a constant; S * M. */
function logJointAt({ prior, logWeight, mu, weight, nodes }, logZ, { copies, known, size }) {
  const joint = new Float64Array(mu.length);
  for (let i = 0; i < joint.length; i++) {
    let sum = logWeight[(i / nodes) | 0] + Math.log(weight[i]) + logMu(prior, mu[i]);
    for (let u = 0; u < known; u++) sum += copies[u] * logZ[i * size + u];
    joint[i] = sum;
  }
  return joint;
}

/** Means and standard deviations of each theta and each alpha. */
function momentsOf({ size }, grid, integrals, share) {
  const weights = weightsOfSamples(grid, share);
  const [mean, sd] = meanAndSd(THETA, size, integrals, weights);
  const [alphaMean, alphaSd] = meanAndSd(ALPHA, size, integrals, weights);
  return { mean, sd, alphaMean, alphaSd };
}

/** What each sample of mu_pop counts in a sum over the nodes, for each slice. */
function weightsOfSamples({ samples, nodes }, share) {
  return samples.map(({ at, toNodes }, s) => {
    const own = share.subarray(s * nodes, (s + 1) * nodes);
    if (!toNodes) return own;
    const weight = new Float64Array(at.length);
    for (let m = 0; m < nodes; m++)
      for (let k = 0; k < at.length; k++) weight[k] += own[m] * toNodes[m * at.length + k];
    return weight;
  });
}

/**
 * Mean and sd of one number for each of U likelihoods. Entry `first` of an integral is its mean given
 * the sample, the next entry its variance.
 */
function meanAndSd(first, size, integrals, weights) {
  const mean = new Float64Array(size);
  const variance = new Float64Array(size);
  weights.forEach((weight, s) => {
    const values = integrals[s];
    for (let k = 0; k < weight.length; k++)
      for (let u = 0; u < size; u++)
        mean[u] += weight[k] * values[(k * size + u) * NUMBERS + first];
  });
  // A small variance would be lost in a difference of squares about anything but the mean.
  weights.forEach((weight, s) => {
    const values = integrals[s];
    for (let k = 0; k < weight.length; k++)
      for (let u = 0; u < size; u++) {
        const from = (k * size + u) * NUMBERS + first;
        const away = values[from] - mean[u];
        variance[u] += weight[k] * (away * away + values[from + 1]);
      }
  });
  return [mean, variance.map((value) => Math.sqrt(Math.max(value, 0)))];
}

/**
 * Whether the posterior of sigma_pop has not fallen far enough at an end of its grid: Laplace's
 * approximation is off a little for each doctor, by much for many.
 */
function isCut({ grid, mass }, drop) {
  if (!grid.t) return false;
  const least = Math.exp(SLACK - drop) * Math.max(...mass);
  return mass.at(-1) > least || (grid.t[0] > 0 && mass[0] > least);
}

// A grid laid for other counts is used again if its nodes of sigma_pop are close enough together and:
const EDGE_DROP = 11; // the log density of sigma_pop has fallen by 11 at its ends, and that of mu_pop
const HEAVY = 1e-3; // in each slice with at least this share of the posterior; in lighter ones by less
const INSIDE = 2; // but at least by 2: the peak lies inside, or the slice's mass would be missed
const FILLED_AGAIN = 0.75; // and in heavy ones the sd of mu_pop is this share of the one it was laid for

/** Whether the posterior ends inside a grid that was laid for other counts, and fills it. */
function fits(found) {
  const { grid, logDensity, share, mass } = found;
  if (grid.t && !isEnded(mass.map(Math.log), EDGE_DROP, grid.t[0] === 0)) return false;
  if (!isResolved(found)) return false;
  const { nodes } = grid;
  for (let s = 0; s < mass.length; s++) {
    const drop = EDGE_DROP + Math.min(Math.log(mass[s] / HEAVY), 0);
    const log = logDensity.subarray(s * nodes, (s + 1) * nodes);
    if (!isEnded(log, Math.max(drop, INSIDE))) return false;
    if (mass[s] < HEAVY) continue;
    if (spreadIn(grid, share, s) < FILLED_AGAIN * widthOf(grid, s)) return false;
  }
  return true;
}

/** Whether a log density has fallen by `drop` at both ends; where it `begins`, at the last alone. */
function isEnded(log, drop, begins = false) {
  const most = Math.max(...log) - drop;
  return log.at(-1) < most && (begins || log[0] < most);
}

/**
 * Whether nodes of sigma_pop are close enough together: every other one then holds half of the mass,
 * and the polynomial through their logs tells the masses between. Where so few nodes are left that
 * the polynomial cannot be laid, nothing is known, and they count as close enough.
 */
function isResolved({ grid, mass }) {
  if (!grid.t || mass.length < 2 * THROUGH) return true;
  const odd = mass.reduce((sum, m, i) => sum + (i % 2 ? m : 0), 0);
  if (Math.abs(odd - 0.5) > 0.5 * ALTERNATE) return false;
  const last = mass.length - 1;
  const before = grid.t[0] === 0 ? THROUGH : 0; // its mirror image says what happens at zero
  const log = mass.map((m, i) => Math.log(Math.max(m, 1e-300) * (i === 0 || i === last ? 2 : 1)));
  const every = [];
  for (let i = -before; i <= last; i += 2) every.push(log[Math.abs(i)]);
  let elsewhere = 0;
  for (let i = 1; i <= last; i += 2) {
    const told = betweenMany(every, (i + before) / 2, THROUGH);
    elsewhere += Math.abs(Math.exp(Math.min(told, 0)) - mass[i]);
  }
  return elsewhere < 0.5 * RESOLVED;
}

/** Standard deviation of mu_pop in slice s. */
function spreadIn({ mu, nodes }, share, s) {
  let [total, first, second] = [0, 0, 0];
  for (let i = s * nodes; i < (s + 1) * nodes; i++) {
    const away = mu[i] - mu[s * nodes];
    total += share[i];
    first += share[i] * away;
    second += share[i] * away * away;
  }
  return Math.sqrt(Math.max(second / total - (first / total) ** 2, 0));
}
