"""The browser's exact posterior beside Python's: what it answers, and how far off that is.

`distances` is the one place that says what the engine promises.
"""

import numpy as np
from checkout import ROOT
from node import Node
from scipy.special import expit, logit

from shrinkage.exact import Marginal, Posterior

MODULE = ROOT / "tests" / "posterior_answer.js"
MEAN = 1e-3  # how far a mean, an sd or a place's probability may lie from Python's, a share of one
END = 3e-3  # the same for an interval's end
SD = 0.02  # the same for an sd as a share of itself, so that a small one keeps its digits
TAIL = 1e-7  # added to that, for the tails beyond the ends of the grid
# An sd may be due to a tail of a millionth of the posterior, which the browser's engine does not
# follow, or of a billionth, which neither does; only `MEAN` holds there. So it is for a doctor
# without patients, and where an sd is many times the rate of successes or of failures.
RARE = 5
EVIDENCE = 2e-3  # of a log: a sum over the whole grid, of which every doctor is a factor
SUM = 1e-5  # how far a column of the matrix of places may sum from one
PROBS = [0.5, 0.8, 0.95, 0.99]
TAILS = [tail for prob in PROBS for tail in ((1 - prob) / 2, (1 + prob) / 2)]
RATES = [0.05, 0.5, 0.9]

Table = tuple[list[int], list[int]]


def ask(node: Node, table: Table, options: dict | None = None, **what) -> dict:
    """The engine's answer; `table` is a pair of lists, `walk` and `start` lists of such pairs.

    `start`: tables from which it was reached by dragging. `walk`: those it is dragged to next.
    """
    for name in {"start", "walk"} & what.keys():
        what[name] = [dict(zip(("successes", "trials"), pair, strict=True)) for pair in what[name]]
    successes, trials = table
    return node.ask({"successes": successes, "trials": trials, "options": options or {}} | what)


def looked_at(table: Table) -> list[int]:
    """The doctors whose log-odds are compared: the first, the middle one and the last."""
    last = len(table[0]) - 1
    return sorted({0, last // 2, last})


def question(exact: Posterior, doctors: list[int]) -> dict:
    """What to ask the engine, so that `distances` can compare the answer."""
    at = [exact.alpha[j].quantile(TAILS).tolist() for j in doctors]
    return {"probs": PROBS, "rates": RATES, "doctors": doctors, "at": at}


def distances(answer: dict, exact: Posterior, table: Table, doctors: list[int]) -> dict[str, float]:
    """How far the engine is off, in shares of what it promises; NaN counts as infinite."""
    mean, sd = exact.mean, exact.sd
    ends = [exact.interval(prob) for prob in PROBS]
    at = logit(RATES) - exact.reference
    above = [[1 - alpha.cdf(point) for alpha in exact.alpha] for point in at]
    found = {
        "mean": off(answer["mean"], mean, MEAN),
        "sd": off(answer["sd"], sd, MEAN),
        "digits of sd": off(answer["sd"], sd, digits(mean, sd, table[1])),
        "interval": off(answer["intervals"], ends, END),
        "above": off(answer["above"], above, END),
        "own data": off(answer["ownWeight"], exact.own_weight, END),
        "log evidence": off(answer["logEvidence"], exact.log_evidence, EVIDENCE),
        # The log-odds of a doctor who never fails have a long upper tail that no demo draws. So
        # moments are compared to the precision of ends, and quantiles as shares.
        "share below": off(answer["alphaBelow"], [TAILS] * len(doctors), END),
    }
    for j, alpha in zip(doctors, answer["alpha"], strict=True):
        found[f"alpha {j}"] = moments_off(alpha, exact.alpha[j])
    # The population's mean is shown as the typical doctor's success rate, and compared as one; its
    # spread has no such scale.
    mu, exact_mu = answer["mu"], exact.mu_pop
    found["typical rate"] = off(expit(mu["mean"]), expit(exact_mu.mean), MEAN)
    found["mu_pop"] = off(mu["sd"], exact_mu.sd, END * max(exact_mu.sd, 1.0))
    wanted = expit([exact_mu.interval(prob) for prob in PROBS])
    found["interval of typical rate"] = off(expit(mu["intervals"]), wanted, END)
    if exact.sigma_pop is None:
        found["sigma_pop"] = 0.0 if answer["sigma"] is None else np.inf
    else:
        unit = max(exact.sigma_pop.sd, 1.0)
        found["sigma_pop"] = moments_off(answer["sigma"], exact.sigma_pop)
        wanted = [exact.sigma_pop.interval(prob) for prob in PROBS]
        found["interval of sigma_pop"] = off(answer["sigma"]["intervals"], wanted, END * unit)
    if answer["ranks"] is not None:
        ranks = np.array(answer["ranks"], float)
        found["places"] = off(ranks, exact.rank_probabilities(), MEAN)
        found["rows and columns"] = max(off(ranks.sum(axis=axis), 1.0, SUM) for axis in (0, 1))
    return found


def digits(mean: np.ndarray, sd: np.ndarray, trials: list[int]) -> np.ndarray:
    """How far an sd of a success probability may lie from Python's for the sake of its digits."""
    rare = (sd > RARE * np.minimum(mean, 1 - mean)) | (np.array(trials) == 0)
    return np.where(rare, np.maximum(MEAN, SD * sd), SD * sd) + TAIL


def moments_off(found: dict, exact: Marginal) -> float:
    """Mean and sd of log-odds, in promised errors: of the sd where that is larger than one."""
    within = END * max(exact.sd, 1.0)
    return max(off(found["mean"], exact.mean, within), off(found["sd"], exact.sd, within))


def off(found, exact, promised) -> float:
    """The largest distance in shares of what is promised; infinite where there is a NaN."""
    distance = np.abs(np.asarray(found, float) - np.asarray(exact, float)) / promised
    return float(np.max(np.where(np.isnan(distance), np.inf, distance)))
