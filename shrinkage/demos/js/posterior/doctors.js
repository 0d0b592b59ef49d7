// Doctors who share a likelihood, and what is known of each before any integral.
import { Allowed } from "./bounded.js";
import { curvature, logit } from "./likelihood.js";

/**
 * The likelihoods of J doctors and a new one: `size` distinct ones.
 *
 * `expected`: the successes expected of each doctor's own patients, whose log-odds are then
 * alpha_j + logit(expected_j / trials_j); `bounds`: the fewest and the most successes, [low, high] a
 * doctor, which differ where the count is not known; null or undefined where there are none.
 *
 * `index`: the number u of each doctor's likelihood. Arrays over u: `copies`, how many doctors share
 * it; `keys`, which identify it; `s`, `n`, successes and trials; `offset`, what is added to alpha;
 * `allowed`, null where the count is known, and s is then the middle of what is allowed; `rough`, the
 * alpha of the raw success rate, kept away from 0 and 1; `precision`, the curvature of minus the
 * log-likelihood there; `isStep`, whether it rises or falls only, or nearly so. The last u is the new
 * doctor's alone, who has no patients and does not count (copies 0); `known` is the number of the
 * others. `reference`: the log-odds of the average expectation, 0 without any; `isAdjusted`: whether
 * there are expectations.
 */
export function fromCounts(successes, trials, expected, bounds) {
  const seen = new Map();
  const rows = [];
  const index = new Int32Array(trials.length);
  for (let j = 0; j < index.length; j++) {
    const row = rowOf(j, successes, trials, expected, bounds);
    let u = seen.get(row.key);
    if (u === undefined) {
      u = rows.length;
      seen.set(row.key, u);
      rows.push(row);
    }
    rows[u].copies++;
    index[j] = u;
  }
  const known = rows.length;
  rows.push({ key: "new", s: 0, n: 0, offset: 0, allowed: null, copies: 0 });
  const column = (name) => Float64Array.from(rows, (row) => row[name]);
  const [s, n, offset, copies] = ["s", "n", "offset", "copies"].map(column);
  const allowed = rows.map((row) => row.allowed);
  const rate = s.map((value, u) => (value + 0.5) / (n[u] + 1));
  const rough = s.map((value, u) => Math.log((value + 0.5) / (n[u] - value + 0.5)) - offset[u]);
  const precision = n.map((value, u) => {
    allowed[u]?.log(rough[u] + offset[u]);
    return curvature(allowed[u], value, rate[u]);
  });
  // With all or no successes the precision is below one.
  const isStep = rows.map((row, u) =>
    row.allowed ? row.allowed.fewest === 0 || row.allowed.most === row.n : precision[u] < 1,
  );
  const keys = rows.map(({ key }) => key);
  const isAdjusted = Boolean(expected);
  const reference = isAdjusted ? referenceOf(trials, expected) : 0;
  const size = known + 1;
  return {
    index,
    known,
    size,
    keys,
    s,
    n,
    copies,
    rough,
    precision,
    offset,
    allowed,
    isStep,
    isAdjusted,
    reference,
  };
}

function rowOf(j, successes, trials, expected, bounds) {
  const n = trials[j];
  const [fewest, most] = bounds?.[j] ?? [successes[j], successes[j]];
  const offset = expected && n ? logit(expected[j] / n) : 0;
  const count = fewest < most ? `${fewest}-${most}` : fewest;
  return {
    key: expected ? `${count}/${n}/${offset}` : `${count}/${n}`,
    s: 0.5 * (fewest + most),
    n,
    offset,
    allowed: fewest < most ? new Allowed(n, fewest, most) : null,
    copies: 0,
  };
}

/** The log-odds of the average expectation of all patients. */
function referenceOf(trials, expected) {
  let [sum, all] = [0, 0];
  for (let j = 0; j < trials.length; j++) {
    if (!trials[j]) continue;
    sum += expected[j];
    all += trials[j];
  }
  return all ? logit(sum / all) : 0;
}
