"""Exercise 2: what students write, right and wrong.

`test_exercises.py` runs `MUTANTS` and `FORMS`; what only this exercise promises is below them.
"""

import numpy as np
import pandas as pd
import pytest
from exercise_kit import SEEDS, served, solved

from shrinkage.exact import posterior
from shrinkage.exercises import ex02_three_ways_to_pool as ex02

# Another weight in the solution's own estimate
SPREAD = """
def spread_and_mean(s, n, p):
    rate, low, high = s / n, 0.0, 0.5
    for _ in range(40):
        spread = (low + high) / 2
        precision = 1 / (spread**2 + p * (1 - p) / n)
        mean = (precision * rate).sum() / precision.sum()
        too_small = (precision * (rate - mean) ** 2).sum() > len(n) - 1
        low, high = (spread, high) if too_small else (low, spread)
    return spread, mean
"""

# By task: the mistake that the check should name, and code that makes it.
MUTANTS = {
    "02.1": {
        "averaged the doctors' rates for complete pooling": """
poolings["complete"] = poolings["none"].mean()
""",
        "took the doctor in the middle for complete pooling": """
poolings["complete"] = poolings["none"].median()
""",
        "left each doctor out of the pooled rate": """
poolings["complete"] = (successes.sum() - successes) / (trials.sum() - trials)
""",
        "swapped the two columns": """
poolings = pd.DataFrame({"none": successes.sum() / trials.sum(), "complete": successes / trials})
""",
        "gave percent instead of proportions": """
poolings = 100 * poolings
""",
        "counted failures instead of successes": """
failures = trials - successes
poolings = pd.DataFrame({"none": failures / trials, "complete": failures.sum() / trials.sum()})
""",
        "gave the doctors' successes and did not divide": """
poolings["none"] = patients.groupby("doctor")["success"].sum()
""",
        "divided each doctor's successes by all patients of the clinic": """
poolings["none"] = successes / len(patients)
""",
        "added a success and a failure to every doctor first": """
poolings["none"] = (successes + 1) / (trials + 2)
""",
    },
    "02.2": {
        "gave the share of the others": """
def weight(n, spread, p):
    se2 = p * (1 - p) / n
    return se2 / (spread**2 + se2)
""",
        "took standard deviations where variances belong": """
def weight(n, spread, p):
    return spread / (spread + np.sqrt(p * (1 - p) / n))
""",
        "forgot to square the spread": """
def weight(n, spread, p):
    return spread / (spread + p * (1 - p) / n)
""",
        "took the standard error, not its square": """
def weight(n, spread, p):
    return spread**2 / (spread**2 + np.sqrt(p * (1 - p) / n))
""",
        "did not divide by the caseload": """
def weight(n, spread, p):
    return spread**2 / (spread**2 + p * (1 - p)) * np.ones_like(n)
""",
        "took the variance of a count for that of a rate": """
def weight(n, spread, p):
    return spread**2 / (spread**2 + n * p * (1 - p))
""",
        "mixed the log-odds' variance with a spread of rates": """
def weight(n, spread, p):
    v = 1 / (n * p * (1 - p))
    return spread**2 / (spread**2 + v)
""",
        "forgot the factor 1 − p": """
def weight(n, spread, p):
    return spread**2 / (spread**2 + p / n)
""",
        "took the square root of the weight": """
def weight(n, spread, p):
    return np.sqrt(spread**2 / (spread**2 + p * (1 - p) / n))
""",
    },
    "02.3": {
        "did not pool": """
def estimate(successes, trials):
    return successes / trials
""",
        "pooled completely": """
def estimate(successes, trials):
    return np.repeat(successes.sum() / trials.sum(), len(trials))
""",
        "gave every doctor and every clinic the same weight, one half": """
def estimate(successes, trials):
    return 0.5 * successes / trials + 0.5 * successes.sum() / trials.sum()
""",
        "turned the weight upside down": SPREAD
        + """
def estimate(s, n):
    p = s.sum() / n.sum()
    spread, mean = spread_and_mean(s, n, p)
    w = weight(n, spread, p)
    return w * mean + (1 - w) * s / n
""",
        "took the spread of the raw rates for that of the true rates": """
def estimate(s, n):
    rate, p = s / n, s.sum() / n.sum()
    w = weight(n, np.std(rate, ddof=1), p)
    return w * rate + (1 - w) * p
""",
        "gave all doctors of a clinic one weight, whatever their caseloads": """
def estimate(s, n):
    rate, p = s / n, s.sum() / n.sum()
    observed, chance = rate.var(ddof=1), np.mean(p * (1 - p) / n)
    w = max(0, observed - chance) / max(observed, chance)
    return w * rate + (1 - w) * rate.mean()
""",
        "shrank the raw rates towards nothing": SPREAD
        + """
def estimate(s, n):
    p = s.sum() / n.sum()
    return weight(n, spread_and_mean(s, n, p)[0], p) * s / n
""",
        "added a success and a failure to every doctor": """
def estimate(successes, trials):
    return (successes + 1) / (trials + 2)
""",
        "took the standard errors at each doctor's own rate": SPREAD
        + """
def estimate(s, n):
    rate = s / n
    se2 = np.maximum(rate * (1 - rate) / n, 1e-9)  # or it would divide by zero
    low, high = 0.0, 0.5
    for _ in range(40):
        spread = (low + high) / 2
        precision = 1 / (spread**2 + se2)
        mean = (precision * rate).sum() / precision.sum()
        too_small = (precision * (rate - mean) ** 2).sum() > len(n) - 1
        low, high = (spread, high) if too_small else (low, spread)
    return mean + spread**2 / (spread**2 + se2) * (rate - mean)
""",
        "took for the squared spread what the plain variance has beyond chance": """
def estimate(s, n):
    rate, p = s / n, s.sum() / n.sum()
    between = max(0, rate.var(ddof=1) - np.mean(p * (1 - p) / n))
    w = weight(n, between**0.5, p)
    return p + w * (rate - p)
""",
        "gave the weights and not the estimates": SPREAD
        + """
def estimate(s, n):
    p = s.sum() / n.sum()
    return weight(n, spread_and_mean(s, n, p)[0], p)
""",
    },
    "02.4": {
        "forgot that doctors change": """
def shares(n_now, n_last, drift, spread, p):
    precision = np.array([n_now / (p * (1 - p)), n_last / (p * (1 - p)), 1 / spread**2])
    return precision / precision.sum()
""",
        "added the drift without squaring it": """
def shares(n_now, n_last, drift, spread, p):
    v = np.array([p * (1 - p) / n_now, p * (1 - p) / n_last + drift, spread**2])
    return (1 / v) / (1 / v).sum()
""",
        "let the drift weaken this year's rate": """
def shares(n_now, n_last, drift, spread, p):
    v = np.array([p * (1 - p) / n_now + drift**2, p * (1 - p) / n_last, spread**2])
    return (1 / v) / (1 / v).sum()
""",
        "let the drift weaken the common rate": """
def shares(n_now, n_last, drift, spread, p):
    v = np.array([p * (1 - p) / n_now, p * (1 - p) / n_last, spread**2 + drift**2])
    return (1 / v) / (1 / v).sum()
""",
        "gave the most weight to the least certain": """
def shares(n_now, n_last, drift, spread, p):
    v = np.array([p * (1 - p) / n_now, p * (1 - p) / n_last + drift**2, spread**2])
    return v / v.sum()
""",
        "weighted by one over the standard deviation": """
def shares(n_now, n_last, drift, spread, p):
    v = np.array([p * (1 - p) / n_now, p * (1 - p) / n_last + drift**2, spread**2])
    return v**-0.5 / (v**-0.5).sum()
""",
        "did not scale the shares to sum to one": """
def shares(n_now, n_last, drift, spread, p):
    return [n_now / (p * (1 - p)), 1 / (p * (1 - p) / n_last + drift**2), 1 / spread**2]
""",
        "left the other doctors out": """
def shares(n_now, n_last, drift, spread, p):
    now, last = n_now / (p * (1 - p)), 1 / (p * (1 - p) / n_last + drift**2)
    return now / (now + last), last / (now + last), 0
""",
        "gave both years the same share": """
def shares(n_now, n_last, drift, spread, p):
    now, last, common = right(n_now, n_last, drift, spread, p)
    return (now + last) / 2, (now + last) / 2, common
""",
        "exchanged the two years": """
def shares(n_now, n_last, drift, spread, p):
    now, last, common = right(n_now, n_last, drift, spread, p)
    return last, now, common
""",
    },
}
MUTANTS["02.4"] = {name: "right = shares" + code for name, code in MUTANTS["02.4"].items()}

# By task: right answers in other forms, as code that follows the solution.
FORMS = {
    "02.1": [
        "poolings = poolings.round(3)",
        "poolings = poolings.iloc[::-1]",
        "poolings = poolings[['complete', 'none']]",
        "poolings = poolings.to_numpy()",
        "poolings = poolings.T.to_dict('list')",
        "poolings = poolings.to_dict()",
        "poolings = poolings.reset_index()",
        "poolings = list(poolings.itertuples(index=False))",
    ],
    "02.2": [
        """
def weight(n, spread, p):
    se2 = p * (1 - p) / n
    return np.round(1 - se2 / (se2 + spread**2), 3)
""",
        """
weight = lambda n, spread, p: (spread**2 / (spread**2 + p * (1 - p) / pd.Series(n))).to_numpy()
""",
        """
def weight(n, spread, p):  # as the chapter has it on the log-odds, with sigma_pop = spread / p(1-p)
    sigma_pop, v = spread / (p * (1 - p)), 1 / (n * p * (1 - p))
    return sigma_pop**2 / (sigma_pop**2 + v)
""",
    ],
    "02.3": [
        # the exact posterior of the full model
        """
from shrinkage.exact import posterior
estimate = lambda successes, trials: posterior(successes, trials).mean
""",
        # a plain mean of the doctors instead of the precision-weighted one
        SPREAD
        + """
def estimate(s, n):
    p = s.sum() / n.sum()
    spread, _ = spread_and_mean(s, n, p)
    w = weight(n, spread, p)
    return list(w * s / n + (1 - w) * np.mean(s / n))
""",
        """
right = estimate
def estimate(successes, trials):
    return pd.Series(right(successes, trials))
""",
    ],
    "02.4": [
        """
def shares(n_now, n_last, drift, spread, p):
    a, b, c = n_now / (p * (1 - p)), 1 / (p * (1 - p) / n_last + drift**2), spread**-2
    return {"now": a / (a + b + c), "last": b / (a + b + c), "mean": c / (a + b + c)}
""",
        """
def shares(n_now, n_last, drift, spread, p):  # first the two years, then the years and the mean
    now, last = p * (1 - p) / n_now, p * (1 - p) / n_last + drift**2
    of_last, both = now / (now + last), now * last / (now + last)
    w = spread**2 / (spread**2 + both)
    return w * (1 - of_last), w * of_last, 1 - w
""",
    ],
}


def published() -> ex02.Clinic:
    return solved("02").data


def test_the_smallest_possible_error_is_the_weights_and_no_other():
    """By simulation, of the weight and of the three shares: any other mixture is worse."""
    rng = np.random.default_rng(5)
    spread, drift, p, n, last = 0.1, 0.06, 0.7, 9, 25
    years, luck = 400_000, p * (1 - p)
    truth = rng.normal(0, spread, years)
    now = truth + rng.normal(0, np.sqrt(luck / n), years)
    before = truth + rng.normal(0, drift, years) + rng.normal(0, np.sqrt(luck / last), years)

    def error(a, b):
        return np.mean((a * now + b * before - truth) ** 2)

    a, b, _ = ex02.shares(n, last, drift, spread, p)
    best = error(a, b)
    for step in (-0.05, 0.05):
        assert error(a + step, b) > best
        assert error(a, b + step) > best
    w = float(ex02.weight(n, spread, p))
    assert error(w, 0) < min(error(w - 0.05, 0), error(w + 0.05, 0))


def test_without_change_two_years_are_one_and_after_great_change_one_year_is_left():
    now, last, _ = ex02.shares(5, 20, 0.0, 0.12, 0.75)
    assert now + last == pytest.approx(float(ex02.weight(25, 0.12, 0.75)))
    assert last / now == pytest.approx(4)
    now, last, _ = ex02.shares(5, 20, 1e6, 0.12, 0.75)
    assert (now, last) == pytest.approx((float(ex02.weight(5, 0.12, 0.75)), 0), abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_sums_beat_both_poolings_by_far_and_a_half_hearted_mixture_by_enough(seed):
    """What the points hang on is not on an edge, in any clinic."""
    with served(seed):
        clinic = ex02.load()
    error = {w: ex02._reference(clinic.tally, w) for w in ("none", "complete", "sums")}
    assert error["sums"] < 0.65 * min(error["none"], error["complete"])

    def relative(estimator):
        return ex02.prediction_error(ex02._estimates(clinic, estimator), clinic) / error["sums"]

    assert relative(lambda s, n: posterior(s, n).mean) < 1
    wrong = (ex02._observed_spread, ex02._plain_variance, ex02._moments, ex02._own_errors)
    assert min(map(relative, wrong)) > ex02.CLOSE + 0.01


def test_the_follow_up_can_be_held_against_the_estimates():
    session = solved("02").fork()
    session.run("""
rate = follow_up["successes"] / follow_up["trials"]
both = poolings.assign(partial=estimate(successes.to_numpy(), trials.to_numpy()))
errors = ((both.sub(rate, axis=0)) ** 2).mean()
""")
    errors = session.names["errors"]
    assert isinstance(errors, pd.Series)
    assert errors["partial"] < errors["none"]


def test_a_part_of_the_way_earns_a_part_of_the_points():
    session = solved("02").fork()
    session.run("estimate = lambda s, n: (s / n + s.sum() / n.sum()) / 2")
    assert session.grade("02.3").points == 2
    session.run("estimate = lambda s, n: np.full(len(n), np.nan)")
    assert session.grade("02.3").points == 0
    session.run("weight = lambda n, spread, p: spread**2 / (spread**2 + p * (1 - p) / n)")
    assert session.grade("02.2").points == 2
