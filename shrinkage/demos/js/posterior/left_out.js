// The density of a new doctor's alpha with one doctor left out: what all others imply of that one.
//
// Times the doctor's own likelihood it is the posterior of the doctor's own alpha. In each slice of
// sigma_pop it is the density of mu_pop, the doctor's own integral divided out, spread by a normal
// density with the sd sigma_pop: an integral over mu_pop, for which there are two ways:
//
//   a kernel       where sigma_pop is at least half as wide as mu_pop: a sum of normal densities at
//                  the grid's own nodes
//   around points  where sigma_pop is narrower: Gauss-Hermite nodes, because the density of mu_pop
//                  changes little over a sigma_pop, but for a slope. They lie around the point, or
//                  where the product is largest: a doctor may be pulled many sigma_pop from the others
//
// Where the sum underflows, either is taken in logs: a doctor may lie that far from what the others
// imply. The slices are those where the posterior of all doctors is, so that the density is right
// where the doctor's own likelihood leaves something of the product, and may fall short elsewhere.
import { widthOf } from "./grid.js";
import { DROP } from "./inner.js";
import { LOG_SQRT_2PI } from "./inputs.js";
import { logLikelihood } from "./likelihood.js";
import { Axis } from "./marginals.js";
import { axisAround, Curve, liveSlices } from "./population.js";
import { hermite } from "./quadrature.js";

// A number after a comment's colon: the threshold's error, in the unit that posterior.js names.
// Steps are those of v in x = centre + width * sinh(v), the centre and the width those of the narrowest
// slice's prediction, but at most one log-odds wide. A doctor is far by the sds of a slice's prediction
// from the centre.
const STEP = 0.2; // 0.005
// The step for a doctor who is more than `MIXED` sds of the heaviest slice away. On the way there
// narrow slices give way to wide ones, within a log-odds or two.
const STEP_MIXED = 0.13; // 0.3
const MIXED = 5; // 0.1
// Most that the quintic through six points of the lattice may be off, a log, where sigma_pop is fixed
// or a doctor is more than `LARGE` sds of the widest slice away: a cell may then be wider than the
// doctor's own likelihood. d sds away the log density of a single slice is -sinh(v)**2 / 2, and the
// quintic's error there 0.16 * step**6 * d**2.
const QUINTIC = 1e-7; // 0.002
const LARGE = 10; // 0.3
const BLOCK = 4; // points that a kernel takes together: as many as `add` has sums
const KEPT_STEP = 1.5; // a lattice laid for other counts may have a step so many times as long
const MARGIN = 1.25; // a lattice is so many times as wide as needed, to fit later counts too
const NARROW = 0.5; // sigma_pop, in sds of mu_pop, from which the grid's nodes are close enough: 0.03
const HERMITE = 7; // nodes around each point for a narrower sigma_pop: 0.001
const PULLED = 0.5; // sigma_pops from the point to the largest product: nodes are moved for more: 0.001
const UNDERFLOW = 1e-290; // a density, relative to `top`, below which digits are lost

/**
 * What the others imply of each of U doctors: { lattice, log }, log densities up to a constant for
 * each doctor, of length U * points.
 *
 * `low`, `high`: the log-odds that all marginals reach. `before`: the lattice of other counts on the
 * same grid; it serves again where it reaches as far and is as fine.
 */
export function spread(found, low, high, before) {
  const { doctors, grid, logDensity, logZ, mass } = found;
  const { nodes } = grid;
  const lattice = latticeFor(found, low, high, before);
  const live = liveSlices(mass);
  // The density of mu_pop times the slice's mass, the doctor's own integral divided out; in logs.
  const without = new Float64Array(logZ.length);
  const top = new Float64Array(doctors.size).fill(-Infinity);
  for (const s of live)
    for (let i = s * nodes; i < (s + 1) * nodes; i++) {
      for (let u = 0; u < doctors.size; u++) {
        const value = logDensity[i] - logZ[i * doctors.size + u];
        without[i * doctors.size + u] = value;
        if (value > top[u]) top[u] = value;
      }
    }
  const points = lattice.x.length;
  const log = new Float64Array(doctors.size * points); // densities until all slices are added
  const values = new Float64Array(nodes);
  const add = (s, u, density, to) => {
    for (let m = 0; m < nodes; m++)
      values[m] = without[(s * nodes + m) * doctors.size + u] - top[u];
    const way = wayOf(grid, s, lattice);
    way.add(values, density, to);
    return way;
  };
  for (const s of live) for (let u = 0; u < doctors.size; u++) add(s, u, log, u * points);
  const theta = new Float64Array(1);
  for (let u = 0; u < doctors.size; u++) {
    const own = log.subarray(u * points, (u + 1) * points);
    const place = Math.round(
      (lattice.axis.place(found.alphaMean[u]) - lattice.start) / lattice.step,
    );
    // What has underflowed may be taken for level if the product is negligible there even where the
    // doctor's own likelihood is highest, at `rough`.
    const here = logLikelihood(doctors, u, found.alphaMean[u], theta);
    const more = Math.max(logLikelihood(doctors, u, doctors.rough[u], theta) - here, 0) + DROP;
    if (grid.t && Math.log(own[place]) > Math.log(UNDERFLOW) + more)
      for (let k = 0; k < points; k++) own[k] = Math.log(Math.max(own[k], UNDERFLOW));
    else toLogs(own, live, (s, density) => add(s, u, density, 0));
  }
  return { lattice, log };
}

/** Take the logs of a density at the lattice's points, however small; `add` adds one slice's. */
function toLogs(density, live, add) {
  const rest = new Float64Array(density.length).fill(-Infinity);
  for (const s of live) {
    const way = add(s, new Float64Array(density.length)); // so that `logAt` is of this slice
    for (let k = 0; k < rest.length; k++)
      if (density[k] <= UNDERFLOW) rest[k] = logOfSum([rest[k], way.logAt(k)]);
  }
  for (let k = 0; k < rest.length; k++)
    density[k] = density[k] > UNDERFLOW ? Math.log(density[k]) : rest[k];
}

/** About the sd of what slice s predicts of a new doctor's alpha. */
const predictedWidth = (grid, s) => Math.hypot(widthOf(grid, s), grid.sigma[s]);

/** { axis, start, step, x, ways }: points from low to high; `ways` is filled as slices need it. */
function latticeFor(found, low, high, before) {
  const { grid } = found;
  // What the others imply may be wider, but is multiplied by a likelihood, which bends within one.
  const { centre, width } = axisAround(found, (s) => predictedWidth(grid, s));
  const axis = new Axis(centre, Math.min(width, 1));
  const wanted = stepFor(found, axis);
  if (before && serves(before, axis, wanted, low, high)) return before;
  const middle = 0.5 * (low + high);
  const start = axis.place(middle + MARGIN * (low - middle));
  const end = axis.place(middle + MARGIN * (high - middle));
  const points = BLOCK * Math.ceil(Math.max((end - start) / wanted + 1, 9) / BLOCK);
  const step = (end - start) / (points - 1);
  const x = Float64Array.from({ length: points }, (_, k) => axis.at(start + k * step));
  return { axis, start, step, x, ways: [] };
}

/** The step of the lattice: finer where a doctor is far from what the slices predict. */
function stepFor({ grid, alphaMean, mass }, { centre }) {
  const width = (s) => predictedWidth(grid, s);
  const away = Math.max(...alphaMean.map((mean) => Math.abs(mean - centre)));
  const heaviest = width(mass.indexOf(Math.max(...mass)));
  const step = away > MIXED * heaviest ? STEP_MIXED : STEP;
  const far = away / Math.max(...liveSlices(mass).map(width));
  if (grid.t && far < LARGE) return step;
  return Math.min(step, (QUINTIC / (0.16 * Math.max(far, 1) ** 2)) ** (1 / 6));
}

function serves({ axis, step, x }, { centre, width }, wanted, low, high) {
  const isFine = step * axis.slope(axis.place(centre)) < KEPT_STEP * wanted * width;
  return isFine && x[0] <= low && high <= x.at(-1);
}

/** The object that spreads the slice's density, made once for a lattice. */
function wayOf(grid, s, lattice) {
  lattice.ways[s] ??=
    grid.sigma[s] < NARROW * widthOf(grid, s)
      ? new AroundPoints(grid, s, lattice.x)
      : new Kernel(grid, s, lattice.x);
  return lattice.ways[s];
}

/** A sum of normal densities around nodes of mu_pop. */
class Kernel {
  constructor(grid, s, x) {
    const { nodes, sigma } = grid;
    this.mu = grid.mu.slice(s * nodes, (s + 1) * nodes);
    this.weight = grid.weight.slice(s * nodes, (s + 1) * nodes);
    this.sigma = sigma[s];
    this.x = x;
    this.log = new Float64Array(nodes); // of the density at the nodes
    this.mass = new Float64Array(nodes);
    // In each block of points, first the block's values of the first node, then of the second.
    this.rows = new Float64Array(x.length * nodes);
    for (let k = 0; k < x.length; k++)
      for (let d = 0; d < nodes; d++) {
        const z = (x[k] - this.mu[d]) / this.sigma;
        const log = -0.5 * z * z - LOG_SQRT_2PI;
        const to = (k - (k % BLOCK)) * nodes + d * BLOCK + (k % BLOCK);
        this.rows[to] = (this.weight[d] * Math.exp(log)) / this.sigma;
      }
  }

  /** Add the density at the lattice's points to `density` from entry `to`. */
  add(values, density, to) {
    const { log, mass, rows, x } = this;
    const count = mass.length;
    for (let d = 0; d < count; d++) {
      log[d] = values[d];
      mass[d] = Math.exp(values[d]);
    }
    // Four sums at once: with one, every addition would wait for the one before.
    for (let k = 0; k < x.length; k += BLOCK) {
      let first = 0;
      let second = 0;
      let third = 0;
      let fourth = 0;
      for (let d = 0; d < count; d++) {
        const from = k * count + d * BLOCK;
        first += rows[from] * mass[d];
        second += rows[from + 1] * mass[d];
        third += rows[from + 2] * mass[d];
        fourth += rows[from + 3] * mass[d];
      }
      density[to + k] += first;
      density[to + k + 1] += second;
      density[to + k + 2] += third;
      density[to + k + 3] += fourth;
    }
  }

  /** The log of what was added last at the lattice's point k. */
  logAt(k) {
    const parts = this.log.map((log, d) => {
      const z = (this.x[k] - this.mu[d]) / this.sigma;
      return log + Math.log(this.weight[d] / this.sigma) - 0.5 * z * z - LOG_SQRT_2PI;
    });
    return logOfSum(parts);
  }
}

/** Gauss-Hermite nodes around each point; with sigma_pop zero, the point itself. */
class AroundPoints {
  constructor(grid, s, x) {
    const rule = hermite(grid.sigma[s] === 0 ? 1 : HERMITE);
    this.s = s;
    this.x = x;
    this.sigma = grid.sigma[s];
    this.z = rule.x;
    this.log = rule.weight.map((w, i) => Math.log(w) - 0.5 * rule.x[i] * rule.x[i] - LOG_SQRT_2PI);
    this.parts = new Float64Array(rule.x.length);
    this.curve = new Curve(grid);
    this.low = grid.low[s];
    this.high = grid.high[s];
  }

  /** Add the density at the lattice's points to `density` from entry `to`. */
  add(values, density, to) {
    this.curve.through(this.s, values);
    // Beyond the ends the log density is continued along its tangent, or level where that rises
    // outwards: the slice ends where the posterior of all doctors has fallen, which may be due to the
    // doctor who is left out, and the others' likelihood has not been computed there.
    this.slopeLow = Math.max(this.curve.slope(this.low), 0);
    this.slopeHigh = Math.min(this.curve.slope(this.high), 0);
    const { x, parts } = this;
    for (let k = 0; k < x.length; k++) {
      this.#fill(x[k]);
      let sum = 0;
      for (let i = 0; i < parts.length; i++) sum += Math.exp(parts[i]);
      density[to + k] += sum;
    }
  }

  /** The log of what was added last at the lattice's point k. */
  logAt(k) {
    this.#fill(this.x[k]);
    return logOfSum(this.parts);
  }

  /** The logs of what is summed at x. */
  #fill(x) {
    const { sigma, z, log, parts } = this;
    const pull = this.#pull(x);
    for (let i = 0; i < z.length; i++)
      parts[i] = log[i] - pull * (z[i] + 0.5 * pull) + this.#logMu(x + sigma * (pull + z[i]));
  }

  /** Where the integrand over z is largest, give or take PULLED; by the secant method. */
  #pull(x) {
    const { sigma } = this;
    // Not beyond an end from which the density is level.
    const least = this.slopeLow > 0 ? -Infinity : Math.min((this.low - x) / sigma, 0);
    const most = this.slopeHigh < 0 ? Infinity : Math.max((this.high - x) / sigma, 0);
    let last = 0;
    let lastRise = sigma * this.#slope(x);
    if (!(Math.abs(lastRise) > PULLED)) return 0;
    let z = Math.min(Math.max(lastRise, least), most);
    for (let step = 0; step < 5 && z !== last; step++) {
      const rise = sigma * this.#slope(x + sigma * z);
      if (Math.abs(rise - z) < PULLED) break;
      const second = Math.min((rise - lastRise) / (z - last), 0);
      last = z;
      lastRise = rise;
      z = Math.min(Math.max(z + (rise - z) / (1 - second), least), most);
    }
    return z;
  }

  /** The log density of mu_pop, beyond the slice's ends, too. */
  #logMu(x) {
    const { low, high, curve } = this;
    if (x < low) return curve.value(low) + (x - low) * this.slopeLow;
    if (x > high) return curve.value(high) + (x - high) * this.slopeHigh;
    return curve.value(x);
  }

  #slope(x) {
    if (x < this.low) return this.slopeLow;
    return x > this.high ? this.slopeHigh : this.curve.slope(x);
  }
}

function logOfSum(parts) {
  const top = Math.max(...parts);
  let sum = 0;
  for (const part of parts) sum += Math.exp(part - top);
  return top + Math.log(sum);
}
