// The probability of each place in the true league table, for each doctor.
//
// At a node of the grid the doctors are independent, and z in alpha_j = mu_pop + sigma_pop * z
// orders them as alpha does. At a value of z the number of doctors above it is a sum of independent
// Bernoulli variables; its distribution (Poisson binomial) is given by a product of J linear
// polynomials, from which a doctor's own factor is divided out again. Source: Lin, Louis, Paddock
// and Ridgeway (2006), Bayesian Analysis 1, 915-946, for the places; the quadrature is this
// project's.
import { bothSides, oneSided, widthOf } from "./grid.js";
import { fallen, REACH } from "./inner.js";
import { curvature, logOfCount, softplus } from "./likelihood.js";
import { firstGuess, ofDoctor } from "./modes.js";
import { Curve, liveSlices } from "./population.js";
import { gauss, legendre, toNodes } from "./quadrature.js";

// A number after a comment's colon: the threshold's error, in the unit that posterior.js names.
const LEAST = 1e-5; // share below which a slice or, of the heaviest, a node is left out: 0.005
const NODES_MU = 3; // nodes of mu_pop in a slice of sigma_pop, at least: 0.01
const NODES_MU_FIXED = 7; // the same where sigma_pop is fixed, and no other slice averages it: 0.001
const MOST_MU = 40; // and at most: 0.001
const DENSE = 32; // nodes on either side of the mode of mu_pop that they are chosen from: 1e-5
const APART = 1.3; // sds of a place, given everything, that it may move between nodes of mu_pop: 0.01
// Length of a panel at a doctor's mode, and its growth from there to the integrand's end; in shares
// of the distance between the two: 1e-4.
const PANEL = 0.12;
const GROWS = 0.12;
const STEEP = 5; // sigma_pop from which it does not: a likelihood's step may lie anywhere there: 1e-4
const MARKS = [1 / 3, 2 / 3, 1]; // between which a panel's length is decided, in the same shares
const MARKS_IN_ALL = 240; // at most
// Gauss-Legendre nodes of a panel: the chance that r of J are above is a peak 1 / sqrt(J) wide.
const nodesOfPanel = (J) => 5 + Math.round(0.9 * Math.sqrt(J));
const NOTHING = 1e-13; // a doctor's mass at a node of z below which it is left out: 1e-9

/** Probabilities of J places for each likelihood; the first is the highest. */
export function placeProbabilities(found) {
  const { known, index } = found.doctors;
  const places = Array.from({ length: known }, () => new Float64Array(index.length));
  const league = new League(found.doctors);
  for (const { mu, sigma, share } of nodesOf(found)) league.add(mu, sigma, share, places);
  for (const row of places) {
    const total = row.reduce((a, b) => a + b, 0);
    // Rounding in the division may leave a small negative number for zero.
    for (let r = 0; r < row.length; r++) row[r] = Math.max(row[r] / total, 0);
  }
  return places;
}

/**
 * Nodes for the places, which need fewer digits than the marginals: { mu, sigma, share }. In each
 * slice of sigma_pop the Gauss rule for the posterior of mu_pop.
 */
function nodesOf({ doctors, grid, logDensity, mass }) {
  const { nodes, sigma } = grid;
  const slices = liveSlices(mass, LEAST);
  const curve = new Curve(grid);
  const [mu, weight] = [new Float64Array(2 * DENSE), new Float64Array(2 * DENSE)];
  const found = [];
  for (const s of slices) {
    curve.through(s, logDensity.slice(s * nodes, (s + 1) * nodes));
    bothSides(legendre(DENSE), grid.low[s], grid.mode[s], grid.high[s], mu, weight, 0);
    for (let d = 0; d < mu.length; d++) weight[d] *= Math.exp(curve.value(mu[d]));
    const size = Math.min(
      Math.max(grid.t ? NODES_MU : NODES_MU_FIXED, nodesFor(doctors, widthOf(grid, s), sigma[s])),
      MOST_MU,
    );
    const rule = gauss(mu, weight, size);
    const factor = oneSided(grid, s);
    rule.x.forEach((at, i) =>
      found.push({ mu: at, sigma: sigma[s], share: factor * rule.weight[i] }),
    );
  }
  const most = Math.max(...found.map((node) => node.share));
  return found.filter((node) => node.share > LEAST * most);
}

/**
 * How many nodes of mu_pop, of sd `width`, a slice needs. Given everything but alpha_j the place of
 * doctor j among J is binomial, at most sqrt(J / 4) wide; where mu_pop moves by an sd and alpha_j,
 * known from many patients, does not, the place moves by up to 0.4 * J * width / sigma. The n nodes
 * of the Gauss rule for a normal density are pi / sqrt(n) sds apart.
 */
function nodesFor({ precision, index }, width, sigma) {
  if (sigma === 0) return 0;
  const J = index.length;
  const own = 1 / (1 + sigma * sigma * Math.max(...precision)); // variance of the narrowest z
  const moves = (0.4 * J * width) / sigma;
  const wide = J / 4 + 0.16 * J * J * own;
  return Math.ceil(((Math.PI / APART) ** 2 * moves * moves) / wide);
}

/** The probabilities of all doctors' places, given one node of (mu_pop, sigma_pop) after another. */
class League {
  #doctors;
  #size; // how many doctors there are
  #rule;
  #z; // of each doctor: the mode
  #left; // how far the integrand reaches below it
  #right; // and above it
  #theta = new Float64Array(1);
  #above; // entry r: the probability that r doctors are above

  constructor(doctors) {
    const { known, index } = doctors;
    this.#doctors = doctors;
    this.#size = index.length;
    this.#rule = legendre(nodesOfPanel(index.length));
    this.#z = new Float64Array(known);
    this.#left = new Float64Array(known);
    this.#right = new Float64Array(known);
    this.#above = new Float64Array(index.length + 1);
  }

  /** Add `share` times the probabilities of J places to each doctor's row of `places`. */
  add(mu, sigma, share, places) {
    const { known } = this.#doctors;
    this.#findPeaks(mu, sigma);
    const edges = this.#edges(sigma);
    const count = (edges.length - 1) * this.#rule.x.length;
    const below = new Float64Array(known * count); // distribution functions at the nodes of z
    const mass = new Float64Array(known * count);
    for (let u = 0; u < known; u++) this.#distribution(u, mu, sigma, edges, below, mass);
    for (let at = 0; at < count; at++) {
      this.#countAbove(below, at, count);
      for (let u = 0; u < known; u++) {
        const weight = mass[u * count + at];
        if (weight > NOTHING) this.#addPlaces(below[u * count + at], share * weight, places[u]);
      }
    }
  }

  #findPeaks(mu, sigma) {
    const { s, n, offset, allowed, known } = this.#doctors;
    const theta = this.#theta;
    for (let u = 0; u < known; u++) {
      const own = allowed[u];
      const m = mu + offset[u];
      const guess = firstGuess(this.#doctors, u, mu, sigma);
      const z = ofDoctor(s[u], n[u], own, m, sigma, guess, theta);
      const a = m + sigma * z;
      const top = logOfCount(own, s[u], a) - n[u] * softplus(a, theta) - 0.5 * z * z;
      const sd = 1 / Math.sqrt(1 + sigma * sigma * curvature(own, n[u], theta[0]));
      this.#z[u] = z;
      this.#left[u] = -fallen(s[u], n[u], own, m, sigma, z, top, -REACH * sd, theta);
      this.#right[u] = fallen(s[u], n[u], own, m, sigma, z, top, REACH * sd, theta);
    }
  }

  /** The edges of panels of z, which all doctors share: short where one of them is. */
  #edges(sigma) {
    const marks = this.#marks();
    const panels = new Float64Array(marks.length); // how many there are below each mark
    for (let i = 1; i < marks.length; i++) {
      const middle = 0.5 * (marks[i - 1] + marks[i]);
      panels[i] = panels[i - 1] + this.#panelsAt(middle, sigma) * (marks[i] - marks[i - 1]);
    }
    const count = Math.ceil(panels.at(-1));
    const edges = new Float64Array(count + 1);
    let i = 1;
    for (let p = 0; p <= count; p++) {
      const wanted = (panels.at(-1) * p) / count;
      while (i < marks.length - 1 && panels[i] < wanted) i++;
      const share = (wanted - panels[i - 1]) / Math.max(panels[i] - panels[i - 1], 1e-300);
      edges[p] = marks[i - 1] + Math.min(share, 1) * (marks[i] - marks[i - 1]);
    }
    return edges;
  }

  #marks() {
    const { known } = this.#doctors;
    const each = 2 * MARKS.length + 1;
    const all = new Float64Array(known * each);
    for (let u = 0; u < known; u++) {
      all[u * each] = this.#z[u];
      MARKS.forEach((share, i) => {
        all[u * each + 1 + i] = this.#z[u] - share * this.#left[u];
        all[u * each + 1 + MARKS.length + i] = this.#z[u] + share * this.#right[u];
      });
    }
    all.sort();
    if (all.length <= MARKS_IN_ALL) return all;
    const step = (all.length - 1) / (MARKS_IN_ALL - 1);
    return Float64Array.from({ length: MARKS_IN_ALL }, (_, i) => all[Math.round(i * step)]);
  }

  /** Panels to a unit of z: as many as the doctor needs who is narrowest there. */
  #panelsAt(z, sigma) {
    const grows = sigma < STEEP ? GROWS : 0;
    let most = 0;
    for (let u = 0; u < this.#z.length; u++) {
      const away = z - this.#z[u];
      const way = away < 0 ? this.#left[u] : this.#right[u];
      const share = Math.abs(away) / way;
      if (share < 1) most = Math.max(most, 1 / (way * (PANEL + grows * share)));
    }
    return most;
  }

  /** A doctor's distribution function and mass at all nodes of z, into the row of each. */
  #distribution(u, mu, sigma, edges, below, mass) {
    const { s, n, offset, allowed } = this.#doctors;
    const own = allowed[u];
    const m = mu + offset[u];
    const { x, weight } = this.#rule;
    const theta = this.#theta;
    const size = x.length;
    const integral = toNodes(size);
    const from = u * (edges.length - 1) * size;
    const peak = m + sigma * this.#z[u];
    const highest = logOfCount(own, s[u], peak) - n[u] * softplus(peak, theta);
    const top = highest - 0.5 * this.#z[u] * this.#z[u];
    let total = 0;
    for (let p = 0; p < edges.length - 1; p++) {
      const length = edges[p + 1] - edges[p];
      const to = from + p * size;
      for (let k = 0; k < size; k++) {
        const z = edges[p] + length * x[k];
        const a = m + sigma * z;
        const log = logOfCount(own, s[u], a) - n[u] * softplus(a, theta);
        mass[to + k] = Math.exp(log - 0.5 * z * z - top);
      }
      for (let k = 0; k < size; k++) {
        let sum = 0;
        for (let i = 0; i < size; i++) sum += integral[k * size + i] * mass[to + i];
        below[to + k] = total + length * sum;
      }
      for (let k = 0; k < size; k++) total += mass[to + k] *= length * weight[k];
    }
    for (let i = from; i < from + (edges.length - 1) * size; i++) {
      below[i] = Math.min(Math.max(below[i] / total, 0), 1);
      mass[i] /= total;
    }
  }

  /** The distribution of the number of doctors above node `at` of z, of `count`. */
  #countAbove(below, at, count) {
    const { copies, known } = this.#doctors;
    const above = this.#above;
    above.fill(0);
    above[0] = 1;
    let degree = 0;
    for (let u = 0; u < known; u++) {
      const low = below[u * count + at];
      const high = 1 - low;
      for (let copy = 0; copy < copies[u]; copy++) {
        degree++;
        for (let r = degree; r > 0; r--) above[r] = low * above[r] + high * above[r - 1];
        above[0] *= low;
      }
    }
  }

  /** Divide out a doctor's own factor, below + (1 - below) * x, from the end where errors shrink. */
  #addPlaces(below, weight, row) {
    const above = this.#above;
    const size = this.#size;
    let last = 0;
    if (below >= 0.5) {
      const scale = 1 / below;
      const ratio = (1 - below) * scale;
      for (let r = 0; r < size; r++) {
        last = above[r] * scale - ratio * last;
        row[r] += weight * last;
      }
    } else {
      const scale = 1 / (1 - below);
      const ratio = below * scale;
      for (let r = size - 1; r >= 0; r--) {
        last = above[r + 1] * scale - ratio * last;
        row[r] += weight * last;
      }
    }
  }
}
