// The posterior of every doctor's log-odds: what all others imply of the doctor, times the doctor's
// own likelihood.
import { DROP } from "./inner.js";
import { spread } from "./left_out.js";
import { logLikelihood } from "./likelihood.js";
import { Axis, Marginal } from "./marginals.js";
import { between } from "./quadrature.js";

// A marginal that is wide, or of a doctor without patients, gets its points from the lattice of what
// the others imply, a narrow one its own.
// A number after a comment's colon: the threshold's error, in the unit that posterior.js names.
const WIDE = 2; // sd in log-odds from which a marginal is wide: 0.1
const SPIKE = 8; // or its sd in widths of the lattice at its centre, where there may be a spike: 0.02
const FINER = 8; // points of a wide one to a step of the lattice: 0.0003
const POINTS = 121; // of a narrow one, around its mean: 0.02
const FAR = 40; // sds from the mean to which it is followed, because its tails may be heavy: 0.003
const FAR_WIDE = 16; // the same for a wide one, which is followed as far as a narrow one, too: 0.05

// The points of a narrow marginal are the same for all doctors, in their own sds from the mean.
const END = Math.asinh(FAR);
const STEP = (2 * END) / (POINTS - 1);
const SINH = Float64Array.from({ length: POINTS }, (_, i) => Math.sinh(i * STEP - END));
const COSH = SINH.map((value) => Math.sqrt(1 + value * value));

const reachOf = (sd) => Math.max(FAR * Math.min(sd, WIDE), FAR_WIDE * sd);

/** All doctors' marginals, made when they are asked for. */
export class Alphas {
  #found;
  #others;
  #made = [];
  #theta = new Float64Array(1);

  /** `before`: those of other counts on the same grid. */
  constructor(found, before) {
    const { alphaMean, alphaSd, doctors, grid } = found;
    let [low, high] = [Infinity, -Infinity];
    for (let u = 0; u < doctors.size; u++) {
      low = Math.min(low, alphaMean[u] - reachOf(alphaSd[u]));
      high = Math.max(high, alphaMean[u] + reachOf(alphaSd[u]));
    }
    const same = before && before.#found.grid === grid;
    this.#found = found;
    this.#others = spread(found, low, high, same ? before.#others.lattice : null);
  }

  /** The marginal of the doctors with the likelihood number u. */
  marginal(u) {
    this.#made[u] ??= this.#make(u);
    return this.#made[u];
  }

  #make(u) {
    const { doctors, alphaMean, alphaSd } = this.#found;
    const [mean, sd] = [alphaMean[u], alphaSd[u]];
    const { lattice } = this.#others;
    if (doctors.n[u] === 0 || sd >= WIDE || sd > SPIKE * lattice.axis.width)
      return this.#onLattice(u, mean, sd);
    const log = new Float64Array(POINTS);
    for (let i = 0; i < POINTS; i++) log[i] = this.#logDensity(u, mean + sd * SINH[i]);
    falling(log, (POINTS - 1) / 2);
    for (let i = 0; i < POINTS; i++) log[i] = Math.exp(log[i]) * COSH[i];
    return new Marginal(new Axis(mean, sd), -END, STEP, log, { mean, sd });
  }

  /** The marginal at points of the others' lattice. */
  #onLattice(u, mean, sd) {
    const { axis, start, x, step: wide } = this.#others.lattice;
    const step = wide / FINER;
    const log = new Float64Array(FINER * (x.length - 1) + 1);
    for (let i = 0; i < log.length; i++) log[i] = this.#logDensity(u, axis.at(start + i * step));
    falling(log, Math.round((axis.place(mean) - start) / step));
    for (let i = 0; i < log.length; i++) log[i] = Math.exp(log[i]) * axis.slope(start + i * step);
    return new Marginal(axis, start, step, log, { mean, sd });
  }

  /** The log density at x, up to a constant. */
  #logDensity(u, x) {
    const { lattice, log } = this.#others;
    const points = lattice.x.length;
    const position = (lattice.axis.place(x) - lattice.start) / lattice.step;
    const others = between(log, u * points, points, position);
    return logLikelihood(this.#found.doctors, u, x, this.#theta) + others;
  }
}

/**
 * Subtract from a log density its top, and cut it off where it has fallen far on the way out from
 * `middle`: beyond, what the others imply has underflowed and is taken for constant, so that the
 * likelihood of a doctor far from them would make a second peak.
 */
function falling(log, middle) {
  let top = log[middle];
  for (const side of [-1, 1]) {
    let low = top;
    for (let i = middle; i >= 0 && i < log.length; i += side) {
      if (log[i] > top) top = log[i];
      if (low < top - 4 * DROP) log[i] = -Infinity;
      else low = Math.min(log[i], top);
    }
  }
  for (let i = 0; i < log.length; i++) log[i] -= top;
}
