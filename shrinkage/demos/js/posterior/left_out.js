// The density of a new doctor's alpha with one doctor left out: what all others imply of that one.
//
// Times the doctor's own likelihood it is the posterior of the doctor's own alpha. In each slice of
// sigma_pop it is the density of mu_pop, the doctor's own integral divided out, spread by a normal
// density with the sd sigma_pop. There are three ways to take that sum:
//
//   a kernel       where sigma_pop is at least as wide as nodes of mu_pop are apart: a sum of normal
//                  densities at the grid's own nodes
//   around points  where sigma_pop is narrower: Gauss-Hermite nodes around each point, because there
//                  the log density of mu_pop is close to a parabola over several sds
//   in logs        where the sum underflows and sigma_pop is fixed: a doctor may lie that far from
//                  what the others imply
import { widthOf } from "./grid.js";
import { LOG_SQRT_2PI } from "./inputs.js";
import { Axis } from "./marginals.js";
import { axisAround, Curve, liveSlices } from "./population.js";
import { hermite } from "./quadrature.js";

// A number after a comment's colon: the threshold's error, in the unit that posterior.js names.
const STEP = 0.2; // of the lattice, in sds of the narrowest slice's prediction at its centre: 0.01
// Most that the quintic may be off where a doctor lies far from the others: d sds away the log
// density is -sinh(v)**2 / 2, and the quintic's error there 0.16 * step**6 * d**2.
const QUINTIC = 1e-4; // 0.0002
const QUINTIC_FIXED = 1e-7; // where sigma_pop is fixed, and d may be hundreds: 0.002
const KEPT_STEP = 1.5; // a lattice laid for other counts may have a step so many times as long
const MARGIN = 1.25; // a lattice is so many times as wide as needed, to fit later counts too
const NARROW = 0.5; // sds of mu_pop from which sigma_pop is as wide as its nodes are apart: 0.03
const HERMITE = 7; // nodes around each point for a narrower one: 0.001
const UNDERFLOW = 1e-290; // a density, relative to its top, below which digits are lost

/**
 * What the others imply of each of U doctors, in logs: { lattice, log }, of length U * points.
 *
 * `low`, `high`: the log-odds that all marginals reach. `before`: the lattice of other counts on the
 * same grid; it serves again where it reaches as far and is as fine.
 */
export function spread(found, low, high, before) {
  const { doctors, grid, logDensity, logZ, mass } = found;
  const { nodes } = grid;
  const lattice = latticeFor(found, low, high, before);
  const live = liveSlices(mass);
  const logMu = new Float64Array(logZ.length); // the density of mu_pop, the doctor's own part out
  const top = new Float64Array(doctors.size).fill(-Infinity);
  for (const s of live)
    for (let i = s * nodes; i < (s + 1) * nodes; i++) {
      for (let u = 0; u < doctors.size; u++) {
        const value = logDensity[i] - logZ[i * doctors.size + u];
        logMu[i * doctors.size + u] = value;
        if (value > top[u]) top[u] = value;
      }
    }
  const log = new Float64Array(doctors.size * lattice.x.length);
  const values = new Float64Array(nodes);
  const points = lattice.x.length;
  for (const s of live) {
    const way = wayOf(grid, s, lattice);
    for (let u = 0; u < doctors.size; u++) {
      for (let m = 0; m < nodes; m++)
        values[m] = logMu[(s * nodes + m) * doctors.size + u] - top[u];
      way.add(values, log, u * points);
      if (grid.t === null) toLogs(way, log, u * points, points);
    }
  }
  if (grid.t) for (let i = 0; i < log.length; i++) log[i] = Math.log(Math.max(log[i], UNDERFLOW));
  return { lattice, log };
}

/** Take the logs of the only slice's density at the lattice's points, however small. */
function toLogs(way, density, from, points) {
  for (let k = 0; k < points; k++) {
    const value = density[from + k];
    density[from + k] = value > UNDERFLOW ? Math.log(value) : way.logAt(k);
  }
}

/** { axis, start, step, x, ways }: points from low to high; `ways` is filled as slices need it. */
function latticeFor(found, low, high, before) {
  const { grid } = found;
  let axis = axisAround(found, (s) => Math.hypot(widthOf(grid, s), grid.sigma[s]));
  // A likelihood bends within one log-odds, and so does what the others imply.
  if (axis.width > 1) axis = new Axis(axis.centre, 1, true);
  const wanted = stepFor(found, axis);
  if (before && serves(before, axis, wanted, low, high)) return before;
  const middle = 0.5 * (low + high);
  const start = axis.place(middle + MARGIN * (low - middle));
  const end = axis.place(middle + MARGIN * (high - middle));
  const points = Math.max(Math.ceil((end - start) / wanted), 8) + 1;
  const step = (end - start) / (points - 1);
  const x = Float64Array.from({ length: points }, (_, k) => axis.at(start + k * step));
  return { axis, start, step, x, ways: [] };
}

/** The step of the lattice: finer where a doctor is far from what even the widest slice predicts. */
function stepFor({ grid, alphaMean, mass }, { centre }) {
  const widths = liveSlices(mass).map((s) => Math.hypot(widthOf(grid, s), grid.sigma[s]));
  const wide = Math.max(...widths);
  let far = 1;
  for (const mean of alphaMean) far = Math.max(far, Math.abs(mean - centre) / wide);
  const most = grid.t ? QUINTIC : QUINTIC_FIXED;
  return Math.min(STEP, (most / (0.16 * far * far)) ** (1 / 6));
}

function serves({ axis, step, x }, { centre, width, isLinear }, wanted, low, high) {
  const isFine = step * axis.slope(axis.place(centre)) < KEPT_STEP * wanted * width;
  return isFine && axis.isLinear === isLinear && x[0] <= low && high <= x.at(-1);
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
    this.rows = new Float64Array(x.length * nodes);
    for (let k = 0; k < x.length; k++)
      for (let d = 0; d < nodes; d++) {
        const z = (x[k] - this.mu[d]) / this.sigma;
        const log = -0.5 * z * z - LOG_SQRT_2PI;
        this.rows[k * nodes + d] = (this.weight[d] * Math.exp(log)) / this.sigma;
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
    for (let k = 0; k < x.length; k++) {
      let sum = 0;
      const from = k * count;
      for (let d = 0; d < count; d++) sum += rows[from + d] * mass[d];
      density[to + k] += sum;
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
    this.away = rule.x.map((node) => grid.sigma[s] * node);
    this.share = rule.weight.map(
      (w, i) => w * Math.exp(-0.5 * rule.x[i] * rule.x[i] - LOG_SQRT_2PI),
    );
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
    this.slopeLow = Math.min(this.curve.slopeAtEnd(true), 0);
    this.slopeHigh = Math.min(this.curve.slopeAtEnd(false), 0);
    const { x, away, share } = this;
    for (let k = 0; k < x.length; k++) {
      let sum = 0;
      for (let i = 0; i < away.length; i++) sum += share[i] * Math.exp(this.#logMu(x[k] + away[i]));
      density[to + k] += sum;
    }
  }

  /** The log of what was added last at the lattice's point k. */
  logAt(k) {
    const { x, away, share } = this;
    return logOfSum(away.map((by, i) => Math.log(share[i]) + this.#logMu(x[k] + by)));
  }

  /** The log density of mu_pop, beyond the slice's ends, too. */
  #logMu(x) {
    const { low, high, curve } = this;
    if (x < low) return curve.value(low) + (low - x) * this.slopeLow;
    if (x > high) return curve.value(high) + (x - high) * this.slopeHigh;
    return curve.value(x);
  }
}

function logOfSum(parts) {
  const top = Math.max(...parts);
  let sum = 0;
  for (const part of parts) sum += Math.exp(part - top);
  return top + Math.log(sum);
}
