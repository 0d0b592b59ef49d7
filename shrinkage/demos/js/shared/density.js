// What can be read from a density that is known at points, `{ x, density }`, straight between them.

/** Where `value` lies in the posterior of sigma_pop: the probability above it, the density there. */
export function place({ x, density }, value) {
  const last = x.length - 1;
  let larger = 0;
  let at = value <= x[0] ? density[0] : 0;
  for (let i = 0; i < last; i++) {
    const width = x[i + 1] - x[i];
    const share = Math.min(Math.max((value - x[i]) / width, 0), 1); // of this cell below value
    const here = density[i] + share * (density[i + 1] - density[i]);
    larger += 0.5 * (1 - share) * width * (here + density[i + 1]);
    if (share > 0 && value <= x[i + 1]) at = here;
  }
  return { larger: Math.min(larger, 1), ratio: at / Math.max(...density) };
}
