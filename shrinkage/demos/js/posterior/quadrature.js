// Rules of quadrature and interpolation: nodes, weights and matrices, nothing of the model.
//
// Source: Davis and Rabinowitz, Methods of Numerical Integration, 2nd ed. (1984), section 2.7;
// Golub and Welsch (1969), Mathematics of Computation 23, 221-230; Fornberg (2021), SIAM Review 63,
// 167-180, of the ends of the trapezoid rule.

/** A function of a whole number that keeps its results. */
function kept(make) {
  const made = new Map();
  return (size) => {
    if (!made.has(size)) made.set(size, make(size));
    return made.get(size);
  };
}

/** Gauss-Legendre: nodes and weights on [0, 1]. */
export const legendre = kept((size) => {
  const beside = Float64Array.from({ length: size }, (_, k) => k / Math.sqrt(4 * k * k - 1));
  const { x, weight } = ofJacobi(new Float64Array(size), beside);
  return { x: x.map((y) => 0.5 * (1 + y)), weight };
});

/** Gauss-Hermite, for an integrand close to exp(-x * x / 2); nodes on the whole line. */
export const hermite = kept((size) => {
  const { x, weight } = ofJacobi(
    new Float64Array(size),
    Float64Array.from({ length: size }, (_, k) => Math.sqrt(k)),
  );
  const root = Math.sqrt(2 * Math.PI);
  return { x, weight: weight.map((w, i) => root * w * Math.exp(0.5 * x[i] * x[i])) };
});

/**
 * The Gauss rule with `size` nodes for a discrete measure, `weight` at `nodes`: exact for
 * polynomials of degree 2 * size - 1. By Stieltjes's procedure.
 */
export function gauss(nodes, weight, size) {
  let [total, centre, square] = [0, 0, 0];
  nodes.forEach((x, i) => {
    total += weight[i];
    centre += weight[i] * x;
  });
  centre /= total;
  nodes.forEach((x, i) => (square += weight[i] * (x - centre) ** 2));
  const spread = Math.sqrt(square / total);
  const x = nodes.map((node) => (node - centre) / spread);
  const diagonal = new Float64Array(size);
  const beside = new Float64Array(size);
  let before = new Float64Array(x.length);
  let now = new Float64Array(x.length).fill(1);
  let normBefore = total;
  for (let k = 0; k < size; k++) {
    let [norm, first] = [0, 0];
    for (let i = 0; i < x.length; i++) {
      norm += weight[i] * now[i] * now[i];
      first += weight[i] * x[i] * now[i] * now[i];
    }
    const ratio = k ? norm / normBefore : 0;
    diagonal[k] = first / norm;
    beside[k] = Math.sqrt(ratio);
    const after = x.map((node, i) => (node - diagonal[k]) * now[i] - ratio * before[i]);
    [before, now, normBefore] = [now, after, norm];
  }
  const rule = ofJacobi(diagonal, beside);
  return {
    x: rule.x.map((node) => centre + spread * node),
    weight: rule.weight.map((w) => total * w),
  };
}

/**
 * The rule of total weight one whose orthogonal polynomials have this Jacobi matrix: its
 * eigenvalues, and the squares of its eigenvectors' first entries. `beside[k]`, k > 0, stands left
 * of and above `diagonal[k]`. By the QL method with implicit shifts.
 */
function ofJacobi(diagonal, beside) {
  const size = diagonal.length;
  const d = Float64Array.from(diagonal);
  const e = new Float64Array(size);
  e.set(beside.subarray(1));
  const first = new Float64Array(size);
  first[0] = 1;
  for (let l = 0; l < size; l++)
    for (let pass = 0; pass < 60; pass++) {
      let m = l;
      while (m < size - 1 && Math.abs(e[m]) > 1e-16 * (Math.abs(d[m]) + Math.abs(d[m + 1]) + 1))
        m++;
      if (m === l) break;
      rotate(d, e, first, l, m);
    }
  const order = Array.from(d.keys()).sort((a, b) => d[a] - d[b]);
  return {
    x: Float64Array.from(order, (i) => d[i]),
    weight: Float64Array.from(order, (i) => first[i] * first[i]),
  };
}

/** One sweep of the QL method from row m up to row l. */
function rotate(d, e, first, l, m) {
  let g = (d[l + 1] - d[l]) / (2 * e[l]);
  g = d[m] - d[l] + e[l] / (g + Math.sign(g || 1) * Math.hypot(g, 1));
  let [s, c, p] = [1, 1, 0];
  for (let i = m - 1; i >= l; i--) {
    const f = s * e[i];
    const b = c * e[i];
    const r = Math.hypot(f, g);
    e[i + 1] = r;
    s = r ? f / r : 0;
    c = r ? g / r : 1;
    g = d[i + 1] - p;
    const turn = (d[i] - g) * s + 2 * c * b;
    p = s * turn;
    d[i + 1] = g + p;
    g = c * turn - b;
    const upper = first[i + 1];
    first[i + 1] = s * first[i] + c * upper;
    first[i] = c * first[i] - s * upper;
  }
  d[l] -= p;
  e[l] = g;
  e[m] = 0;
}

/**
 * The matrix, size x size, from values at the Gauss-Legendre nodes to the coefficients of the
 * powers of y = 2 * x - 1 in the polynomial through them. Column m: that of the polynomial that is
 * one at node m only.
 */
export const toPowers = kept((size) => {
  const { x } = legendre(size);
  const matrix = new Float64Array(size * size);
  for (let m = 0; m < size; m++) {
    const power = new Float64Array(size);
    power[0] = 1;
    x.forEach((other, i) => {
      if (i === m) return;
      const gap = 2 * (x[m] - other);
      for (let k = size - 1; k >= 0; k--)
        power[k] = ((k ? power[k - 1] : 0) - (2 * other - 1) * power[k]) / gap;
    });
    for (let k = 0; k < size; k++) matrix[k * size + m] = power[k];
  }
  return matrix;
});

/** The matrix, size x size, from values at the Gauss-Legendre nodes to integrals from 0 to each. */
export const toNodes = kept((size) => {
  const { x } = legendre(size);
  const power = toPowers(size);
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let k = 0; k < size; k++) {
      const y = 2 * x[i] - 1;
      const integral = (y ** (k + 1) - (-1) ** (k + 1)) / (2 * (k + 1));
      for (let m = 0; m < size; m++) matrix[i * size + m] += integral * power[k * size + m];
    }
  return matrix;
});

/** Chebyshev nodes on [-1, 1], and their weights in the barycentric formula. */
export const chebyshev = kept((size) => {
  const angle = Float64Array.from({ length: size }, (_, k) => (Math.PI * (k + 0.5)) / size);
  return {
    x: angle.map((a) => -Math.cos(a)),
    weight: angle.map((a, k) => (k % 2 ? -1 : 1) * Math.sin(a)),
  };
});

/** The matrix, P x size, that takes values at the Chebyshev nodes to values at P points `x`. */
export function fromChebyshev(size, x) {
  const { x: nodes, weight } = chebyshev(size);
  const matrix = new Float64Array(x.length * size);
  for (let p = 0; p < x.length; p++) {
    let total = 0;
    for (let k = 0; k < size; k++) {
      const share = weight[k] / (x[p] - nodes[k] || 1e-300);
      matrix[p * size + k] = share;
      total += share;
    }
    for (let k = 0; k < size; k++) matrix[p * size + k] /= total;
  }
  return matrix;
}

/**
 * Weights, in steps, of the first four nodes of the trapezoid rule for an integrand that is not even
 * about its first node: Gregory's correction, exact for cubics there.
 */
export const END_CORRECTED = Float64Array.of(251 / 720, 299 / 240, 211 / 240, 739 / 720);

// What follows is about values on an even grid of unit step.

/**
 * The integrals from the first point to each point, of the quintic through six values, into `below`.
 * `mirror`: 1 for values that are even about the first point, -1 for odd ones, 0 to repeat the first
 * and the last value beyond the ends. The negative integral of a cell counts as zero.
 */
export function cumulate(values, mirror, below) {
  const last = values.length - 1;
  const before = (k) => (mirror ? mirror * values[k] : values[0]);
  let [a, b, c, d, e] = [before(2), before(1), values[0], values[1], values[Math.min(2, last)]];
  below[0] = 0;
  for (let i = 1; i <= last; i++) {
    const f = values[Math.min(i + 2, last)];
    const cell = (802 * (c + d) - 93 * (b + e) + 11 * (a + f)) / 1440;
    below[i] = below[i - 1] + Math.max(cell, 0);
    a = b;
    b = c;
    c = d;
    d = e;
    e = f;
  }
}

/** The value at `position` of the quintic through the six of `size` values from `from` around it. */
export function between(values, from, size, position) {
  const base = Math.min(Math.max(Math.floor(position) - 2, 0), size - 6);
  const a = position - base;
  const b = a - 1;
  const c = a - 2;
  const d = a - 3;
  const e = a - 4;
  const f = a - 5;
  const i = from + base;
  const ab = a * b;
  const abc = ab * c;
  const ef = e * f;
  const def = d * ef;
  return (
    (-b * c * def * values[i]) / 120 +
    (a * c * def * values[i + 1]) / 24 -
    (ab * def * values[i + 2]) / 12 +
    (abc * ef * values[i + 3]) / 12 -
    (abc * d * f * values[i + 4]) / 24 +
    (abc * d * e * values[i + 5]) / 120
  );
}

/** The same of the polynomial through any even number of `points` around the position. */
export function betweenMany(values, position, points) {
  const first = Math.floor(position) - points / 2 + 1;
  const base = Math.min(Math.max(first, 0), values.length - points);
  let sum = 0;
  for (let k = 0; k < points; k++) {
    let share = values[base + k];
    for (let i = 0; i < points; i++) if (i !== k) share *= (position - base - i) / (k - i);
    sum += share;
  }
  return sum;
}
