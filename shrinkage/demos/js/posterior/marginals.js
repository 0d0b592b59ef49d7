// Densities of one number at a time: integrals, distribution functions and quantiles, each on a grid
// of x that is evenly spaced in v, where x is a smooth function of v.
import { cumulate } from "./quadrature.js";

/** x = centre + width * sinh(v), fine at the centre and wider away. */
export class Axis {
  constructor(centre, width) {
    this.centre = centre;
    this.width = width;
  }

  at(v) {
    return this.centre + this.width * Math.sinh(v);
  }

  /** dx/dv. */
  slope(v) {
    return this.width * Math.cosh(v);
  }

  /** v at x. */
  place(x) {
    const y = (x - this.centre) / this.width;
    const root = Math.sqrt(y * y + 1); // asinh, at half the time of Math.asinh
    return y < 0 ? -Math.log(root - y) : Math.log(root + y);
  }
}

/** The posterior density of one number. */
export class Marginal {
  #axis;
  #start;
  #step;
  #perV;
  #below;

  /**
   * `perV`: the density with respect to v, up to a factor, at `start`, `start + step`, … of the
   * axis; it is kept, so the caller must not change it later. `even`: whether the grid is the upper
   * half of one that is symmetric about zero.
   */
  constructor(axis, start, step, perV, { mean, sd, even = false }) {
    this.mean = mean;
    this.sd = sd;
    this.#axis = axis;
    this.#start = start;
    this.#step = step;
    this.#perV = perV;
    this.#below = new Float64Array(perV.length);
    cumulate(perV, even ? 1 : 0, this.#below);
  }

  /** The points of its grid. */
  get x() {
    return this.#perV.map((_, i) => this.#axis.at(this.#start + i * this.#step));
  }

  /** The density there. */
  get density() {
    const total = this.#below.at(-1) * this.#step;
    return this.#perV.map((p, i) => p / total / this.#axis.slope(this.#start + i * this.#step));
  }

  /** Mean and standard deviation of a function of the number. */
  moments(f) {
    let [total, first, second] = [0, 0, 0];
    const values = this.x.map(f);
    const centre = values[values.length >> 1]; // about zero, a square would lose digits
    this.#perV.forEach((mass, i) => {
      const away = values[i] - centre;
      total += mass;
      first += mass * away;
      second += mass * away * away;
    });
    const away = first / total;
    return { mean: centre + away, sd: Math.sqrt(Math.max(second / total - away * away, 0)) };
  }

  /** The value below which a share `prob` of the posterior lies. */
  quantile(prob) {
    const below = this.#below;
    const wanted = prob * below.at(-1);
    let low = 0;
    let high = below.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (below[middle] <= wanted) low = middle;
      else high = middle;
    }
    let [from, to] = [0, 1];
    for (let k = 0; k < 30; k++) {
      const f = 0.5 * (from + to);
      if (this.#within(low, f) < wanted) from = f;
      else to = f;
    }
    return this.#axis.at(this.#start + (low + from) * this.#step);
  }

  /** Equal-tailed credible interval that holds a share `prob` of the posterior: [low, high]. */
  interval(prob = 0.95) {
    return [this.quantile((1 - prob) / 2), this.quantile((1 + prob) / 2)];
  }

  /** Posterior probability of lying at or below x. */
  cdf(x) {
    const position = (this.#axis.place(x) - this.#start) / this.#step;
    if (!(position > 0)) return 0;
    if (position >= this.#perV.length - 1) return 1;
    const i = Math.floor(position);
    return Math.min(Math.max(this.#within(i, position - i) / this.#below.at(-1), 0), 1);
  }

  /** The mass below the point a share f into cell i: a cubic in f. */
  #within(i, f) {
    const below = this.#below;
    const rise = below[i + 1] - below[i];
    const a = this.#perV[i];
    const b = this.#perV[i + 1];
    return below[i] + f * (a + f * (3 * rise - 2 * a - b + f * (a + b - 2 * rise)));
  }
}
