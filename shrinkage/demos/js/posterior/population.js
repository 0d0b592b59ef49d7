// The marginals of mu_pop and sigma_pop, from the weights of the grid.
import { widthOf } from "./grid.js";
import { Axis, Marginal } from "./marginals.js";
import { LIVE } from "./on_grid.js";
import { betweenMany, cumulate, toPowers } from "./quadrature.js";

// A number after a comment's colon: the threshold's error, in the unit that posterior.js names.
const FINE = 10; // points of the marginal of sigma_pop to a step of the grid: 0.001
const STEP_MU = 0.05; // of the marginal of mu_pop, in sds of the narrowest slice at its centre: 0.001
const THROUGH = 10; // nodes that the log density of sigma_pop is interpolated through: 0.002
// Mass of a slice below which the density of sigma_pop is not followed, if there are nodes enough: with
// far less, the window of mu_pop may be misplaced, and a polynomial through such masses rings.
const TAIL = 1e-8; // 0.001

/** The posterior of sigma_pop; null where it was fixed. */
export function sigmaMarginal({ grid, mass }) {
  const { t, scale } = grid;
  if (!t) return null;
  const live = liveSlices(mass, TAIL);
  const last = Math.min(Math.max(live.at(-1), live[0] + THROUGH), t.length - 1);
  const first = Math.max(Math.min(live[0], last - THROUGH), 0);
  const even = t[first] === 0;
  const isEnd = (i) => i === 0 || i === t.length - 1; // the trapezoid rule counts half of it
  const log = mass
    .map((m, i) => Math.log(Math.max(m, 1e-300) * (isEnd(i) ? 2 : 1)))
    .slice(first, last + 1);
  // Even in t: the mirror image says what happens at zero.
  const before = even ? THROUGH / 2 : 0;
  const nodes = new Float64Array(before + log.length);
  nodes.set(log, before);
  for (let i = 0; i < before; i++) nodes[i] = log[before - i];
  const axis = new Axis(0, scale);
  const step = (t[1] - t[0]) / FINE;
  const density = new Float64Array(FINE * (last - first) + 1);
  for (let i = 0; i < density.length; i++)
    density[i] = Math.exp(betweenMany(nodes, before + i / FINE, THROUGH));
  return new Marginal(axis, t[first], step, density, sigmaMoments(axis, t[first], step, density));
}

/** Mean and sd of sigma_pop; it is odd in t, so that its powers are odd and even by turns. */
function sigmaMoments(axis, start, step, density) {
  const even = start === 0;
  const below = new Float64Array(density.length);
  const integral = (power) => {
    const values = density.map((p, i) => p * axis.at(start + i * step) ** power);
    cumulate(values, even ? (-1) ** power : 0, below);
    return below.at(-1);
  };
  const total = integral(0);
  const mean = integral(1) / total;
  return { mean, sd: Math.sqrt(Math.max(integral(2) / total - mean * mean, 0)), even };
}

/** Slices with mass. */
export const liveSlices = (mass, least = LIVE) => [...mass.keys()].filter((s) => mass[s] > least);

/** An axis that is fine where the narrowest slice with mass is, whose width at s is `width(s)`. */
export function axisAround({ grid, mass }, width) {
  const narrowest = liveSlices(mass, 1e-5).reduce((a, b) => (width(b) < width(a) ? b : a));
  return new Axis(grid.mode[narrowest], width(narrowest));
}

/** The posterior of mu_pop. */
export function muMarginal(found) {
  const { grid, logDensity, share, mass } = found;
  const { mu, low, high, nodes } = grid;
  const axis = axisAround(found, (s) => widthOf(grid, s));
  const live = liveSlices(mass, 1e-7);
  const start = axis.place(Math.min(...live.map((s) => low[s])));
  const end = axis.place(Math.max(...live.map((s) => high[s])));
  const size = Math.ceil((end - start) / STEP_MU) + 1;
  const step = (end - start) / (size - 1);
  const density = new Float64Array(size);
  const curve = new Curve(grid);
  for (const s of live) {
    curve.through(s, logDensity.slice(s * nodes, (s + 1) * nodes));
    for (let i = 0; i < size; i++) {
      const x = axis.at(start + i * step);
      if (x >= low[s] && x <= high[s]) density[i] += Math.exp(curve.value(x));
    }
  }
  for (let i = 0; i < size; i++) density[i] *= axis.slope(start + i * step);
  let [mean, square] = [0, 0];
  for (let i = 0; i < mu.length; i++) {
    mean += share[i] * (mu[i] - axis.centre);
    square += share[i] * (mu[i] - axis.centre) ** 2;
  }
  const sd = Math.sqrt(Math.max(square - mean * mean, 0));
  return new Marginal(axis, start, step, density, { mean: axis.centre + mean, sd });
}

/** The polynomials through values at a slice's nodes, one on either side of the mode. */
export class Curve {
  #grid;
  #s;
  #powers; // coefficients of the powers of y, from -1 to 1, of both sides
  #matrix;

  constructor(grid) {
    this.#grid = grid;
    this.#matrix = toPowers(grid.side);
    this.#powers = new Float64Array(grid.nodes);
  }

  /** Take the values at the nodes of slice s. */
  through(s, values) {
    this.#s = s;
    const side = this.#grid.side;
    for (let half = 0; half < 2 * side; half += side)
      for (let k = 0; k < side; k++) {
        let sum = 0;
        for (let m = 0; m < side; m++) sum += this.#matrix[k * side + m] * values[half + m];
        this.#powers[half + k] = sum;
      }
  }

  /** The value at x. */
  value(x) {
    const grid = this.#grid;
    const mode = grid.mode[this.#s];
    return x < mode
      ? this.#at(0, (2 * (x - grid.low[this.#s])) / (mode - grid.low[this.#s]) - 1)
      : this.#at(grid.side, (2 * (x - mode)) / (grid.high[this.#s] - mode) - 1);
  }

  /** The slope along x at x. */
  slope(x) {
    const grid = this.#grid;
    const mode = grid.mode[this.#s];
    const isBelow = x < mode;
    const from = isBelow ? 0 : grid.side;
    const start = isBelow ? grid.low[this.#s] : mode;
    const end = isBelow ? mode : grid.high[this.#s];
    const y = (2 * (x - start)) / (end - start) - 1;
    let slope = 0;
    for (let k = grid.side - 1; k > 0; k--) slope = slope * y + k * this.#powers[from + k];
    return (2 * slope) / (end - start);
  }

  #at(from, y) {
    let value = 0;
    for (let k = from + this.#grid.side - 1; k >= from; k--) value = value * y + this.#powers[k];
    return value;
  }
}
