// What is read from a posterior besides estimates: how much of each is the doctor's own data.
import { curvature, logit, softplus } from "./likelihood.js";

/**
 * The share of each likelihood's own data in its estimate, in the normal approximation: sigma² / (sigma² +
 * v), averaged over the posterior of sigma_pop, where 1 / v is the curvature of minus the log-likelihood
 * at the estimate. `mean(u)` is the estimate, `sigma` the marginal, or a number where it was fixed.
 */
export function ownWeights({ n, offset, allowed, reference, known }, mean, sigma) {
  const theta = new Float64Array(1);
  const { x, density } = typeof sigma === "number" ? { x: [sigma], density: null } : sigma;
  return Float64Array.from({ length: known }, (_, u) => {
    const a = logit(Math.min(Math.max(mean(u), 1e-300), 1 - 1e-16)) - reference + offset[u];
    softplus(a, theta);
    allowed[u]?.log(a);
    const precision = curvature(allowed[u], n[u], theta[0]);
    const share = (i) => {
      const information = x[i] * x[i] * precision;
      return information / (1 + information);
    };
    if (!density) return share(0);
    let sum = 0;
    for (let i = 1; i < x.length; i++)
      sum += 0.5 * (x[i] - x[i - 1]) * (density[i] * share(i) + density[i - 1] * share(i - 1));
    return sum;
  });
}
