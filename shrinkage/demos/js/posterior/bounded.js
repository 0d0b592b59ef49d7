// A count that is known by its bounds alone, as that of a cell that was withheld because it is small.
import { expit } from "./likelihood.js";

// A number after a comment's colon: the threshold's error, in the unit that posterior.js names.
const NOTHING = 1e-17; // share of the largest term from which a sum over counts is complete: 1e-9

/**
 * A count of n patients of which only the fewest and the most are known: the sum over those it allows,
 * C(n, k) * exp(k * a), which stands where exp(s * a) does for a known count s.
 */
export class Allowed {
  #binomials; // log C(n, k) of each count

  constructor(n, fewest, most) {
    this.n = n;
    this.fewest = fewest;
    this.most = most;
    this.mean = 0; // of the counts at the a of the last `log`
    this.variance = 0;
    let log = 0;
    this.#binomials = new Float64Array(most - fewest + 1);
    for (let k = 0; k <= most; k++) {
      if (k) log += Math.log((n - k + 1) / k);
      if (k >= fewest) this.#binomials[k - fewest] = log;
    }
  }

  /** log C(n, k). */
  logBinomial(k) {
    return this.#binomials[k - this.fewest];
  }

  /** The log of the sum at log-odds a, from its largest term outwards; sets `mean` and `variance`. */
  log(a) {
    const { n, fewest, most } = this;
    const odds = Math.exp(a);
    const peak = Math.min(Math.max(Math.floor((n + 1) * expit(a)), fewest), most);
    let [sum, first, second] = [1, 0, 0];
    for (let k = peak, term = 1; k < most && term > NOTHING; k++) {
      term *= ((n - k) / (k + 1)) * odds;
      const away = k + 1 - peak;
      sum += term;
      first += term * away;
      second += term * away * away;
    }
    for (let k = peak, term = 1; k > fewest && term > NOTHING; k--) {
      term *= k / ((n - k + 1) * odds);
      const away = k - 1 - peak;
      sum += term;
      first += term * away;
      second += term * away * away;
    }
    const away = first / sum;
    this.mean = peak + away;
    this.variance = Math.max(second / sum - away * away, 0);
    return this.logBinomial(peak) + peak * a + Math.log(sum);
  }
}
