"""Exercise 2: what students write, wrong (`MUTANTS`, by the mistake to be named) and right."""

P, SE2 = "successes.sum() / trials.sum()", "p * (1 - p) / trials"


def returned(what: str, arguments: str, name: str) -> str:
    """A function of one line."""
    return f"\ndef {name}({arguments}):\n    return {what}\n"


def weight(what: str) -> str:
    return returned(what, "n, spread, p", "weight")


def gains(*, w: str = "1 - (J - 3) * luck / scatter", mean: str = "mean", **more: str) -> str:
    """The solution's function with some of its lines changed."""
    luck = more.get("luck", "mean * (1 - mean) / at_bats")
    shrunk = more.get("shrunk", "mean + w * (first - mean)")
    error = more.get("error", "((guess - rest) ** 2).sum()")
    result = more.get("result", "raw / complete, raw / mixed, (raw - complete) / (raw - mixed)")
    return f"""
def gains(first, at_bats, rest):
    J, mean = len(first), np.mean(first)
    luck, scatter = {luck}, ((first - mean) ** 2).sum()
    w = {w}
    raw, complete, mixed = [{error} for guess in [first, {mean}, {shrunk}]]
    return {result}
"""


def estimate(what: str, *lines: str) -> str:
    """A function of a clinic's counts, after the solution's names for what it computes."""
    body = ["rate = successes / trials", f"p = {P}", *lines, f"return {what}"]
    return "\ndef estimate(successes, trials):\n" + "".join(f"    {line}\n" for line in body)


SPREAD = """
def find(rate, se2, degrees=1):
    low, high = 0.0, 0.5
    for _ in range(40):
        spread = (low + high) / 2
        precision = 1 / (spread**2 + se2)
        mean = (precision * rate).sum() / precision.sum()
        if (precision * (rate - mean) ** 2).sum() > len(rate) - degrees:
            low = spread
        else:
            high = spread
    return spread, mean
"""
FOUND = "spread, mean = find(rate, p * (1 - p) / trials)"
RAW_SPREAD = "w = weight(trials, rate.std(ddof=1), p)"
BETWEEN = "between = max(0, rate.var(ddof=1) - (p * (1 - p) / trials).mean())"


def shares(now: str = "luck / n_now", last: str = "luck / n_last + drift**2", **more: str) -> str:
    """The solution's function with some of its lines changed."""
    common = more.get("common", "spread**2")
    result = more.get("result", "1 / v / (1 / v).sum()")
    return f"""
def shares(n_now, n_last, drift, spread, p):
    luck = p * (1 - p)
    v = np.array([{now}, {last}, {common}])
    return {result}
"""


# By task: the mistake that the check should name, and code that makes it.
MUTANTS = {
    "02.1": {
        "averaged the doctors' rates for complete pooling": """
poolings["complete"] = (successes / trials).mean()
""",
        "took the doctor in the middle for complete pooling": """
poolings["complete"] = (successes / trials).median()
""",
        "left each doctor out of the pooled rate": """
poolings["complete"] = (successes.sum() - successes) / (trials.sum() - trials)
""",
        "gave each doctor's own rate for complete pooling": """
poolings["complete"] = poolings["none"]
""",
        "gave everybody the clinic's rate where nothing is pooled": """
poolings["none"] = patients["success"].mean()
""",
        "swapped the two columns": """
poolings = {d: (successes.sum() / trials.sum(), successes[d] / trials[d]) for d in trials.index}
""",
        "gave percent instead of proportions": "poolings = 100 * poolings",
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
        "gave the share of the others": weight("p * (1 - p) / n / (spread**2 + p * (1 - p) / n)"),
        "took standard deviations where variances belong": weight(
            "spread / (spread + np.sqrt(p * (1 - p) / n))"
        ),
        "forgot to square the spread": weight("spread / (spread + p * (1 - p) / n)"),
        "compared the spread's square with a standard error that is not squared": weight(
            "spread**2 / (spread**2 + (p * (1 - p) / n) ** 0.5)"
        ),
        "did not divide by the caseload": weight("spread**2 / (spread**2 + p * (1 - p)) + 0 * n"),
        "took the variance of a count for that of a rate": weight(
            "spread**2 / (spread**2 + n * p * (1 - p))"
        ),
        "took luck on the scale of log-odds and the spread on that of rates": weight(
            "spread**2 / (spread**2 + 1 / (n * p * (1 - p)))"
        ),
        "forgot the factor 1 − p": weight("spread**2 / (spread**2 + p / n)"),
        "divided the variance of the true rates by that of luck alone": weight(
            "spread**2 * n / (p * (1 - p))"
        ),
        "took the square root of the weight": weight(
            "spread / np.sqrt(spread**2 + p * (1 - p) / n)"
        ),
        "gave percent instead of a share": weight(
            "100 * spread**2 / (spread**2 + p * (1 - p) / n)"
        ),
    },
    "02.3": {
        "took J − 1 where James and Stein have J − 3": gains(w="1 - (J - 1) * luck / scatter"),
        "took J − 2 where the mean is known": gains(w="1 - (J - 2) * luck / scatter"),
        "took the number of batters as it is": gains(w="1 - J * luck / scatter"),
        "gave the batter's own average the share of luck": gains(w="(J - 3) * luck / scatter"),
        "shrank the averages towards zero": gains(shrunk="w * first"),
        "did not divide the variance by the at-bats": gains(luck="mean * (1 - mean)"),
        "put the mean of the squared distances where their sum belongs": gains(
            w="1 - (J - 3) * luck / np.var(first)"
        ),
        "kept the 45 at-bats of 1970": gains(luck="mean * (1 - mean) / 45"),
        "exchanged the two gains": gains(
            result="raw / mixed, raw / complete, (raw - complete) / (raw - mixed)"
        ),
        "gave percent instead of a share": gains(
            result="raw / complete, raw / mixed, 100 * (raw - complete) / (raw - mixed)"
        ),
        "gave the share of the error that is gone, not the gain": gains(
            result="1 - complete / raw, 1 - mixed / raw, (raw - complete) / (raw - mixed)"
        ),
        "gave the share that does need shrinkage": gains(
            result="raw / complete, raw / mixed, (complete - mixed) / (raw - mixed)"
        ),
        "took luck at each batter's own average": gains(
            luck="(first * (1 - first)).mean() / at_bats"
        ),
        "took the mean of the rest of the season for complete pooling": gains(mean="rest.mean()"),
        "divided the smaller error by the larger": gains(
            result="complete / raw, mixed / raw, (raw - complete) / (raw - mixed)"
        ),
        "compared absolute errors": gains(error="abs(guess - rest).sum()"),
        "compared roots of the squared errors": gains(error="np.linalg.norm(guess - rest)"),
        "divided one gain by the other for the share": gains(
            result="raw / complete, raw / mixed, (raw / complete) / (raw / mixed)"
        ),
    },
    "02.4": {
        "gave percent instead of proportions": """
first = estimate
estimate = lambda successes, trials: 100 * first(successes, trials)
""",
        "did not pool": estimate("rate"),
        "pooled completely": estimate("p + 0 * rate"),
        "gave every doctor of every clinic a weight of one half": estimate("(rate + p) / 2"),
        "turned the weight upside down": SPREAD
        + estimate("mean + (1 - weight(trials, spread, p)) * (rate - mean)", FOUND),
        "took one spread for all clinics": estimate("p + weight(trials, 0.12, p) * (rate - p)"),
        "took the spread of the raw rates for that of the true rates": estimate(
            "w * rate + (1 - w) * p", RAW_SPREAD
        ),
        "took the spread of the raw rates for that of the true rates, around their mean": estimate(
            "w * rate + (1 - w) * rate.mean()", RAW_SPREAD
        ),
        "used James–Stein's one weight for all doctors of a clinic": estimate(
            "m + max(w, 0) * (rate - m)",
            "m = rate.mean()",
            "scatter = ((rate - m) ** 2).sum()",
            "w = 1 - (len(rate) - 3) * (p * (1 - p) / trials).mean() / max(scatter, 1e-9)",
        ),
        "gave all doctors of a clinic one weight, the share of `between` of exercise 1": estimate(
            "m + w * (rate - m)",
            BETWEEN,
            "m, w = rate.mean(), between / (between + (p * (1 - p) / trials).mean())",
        ),
        "shrank the raw rates towards zero": SPREAD
        + estimate("weight(trials, spread, p) * rate", FOUND),
        "added a success and a failure to every doctor": estimate("(successes + 1) / (trials + 2)"),
        "added two successes and two failures to every doctor": estimate(
            "(successes + 2) / (trials + 4)"
        ),
        "added two successes to every doctor": estimate("(successes + 2) / (trials + 2)"),
        "took the standard errors at each doctor's own rate": SPREAD
        + estimate(
            "mean + spread**2 / (spread**2 + se2) * (rate - mean)",
            "se2 = np.clip(rate * (1 - rate) / trials, 1e-9, None)",
            "spread, mean = find(rate, se2)",
        ),
        "gave the weights and not the estimates": SPREAD
        + estimate("weight(trials, spread, p)", FOUND),
    },
    "02.5": {
        "left the drift out and pooled the two years as if they were one": shares(
            last="luck / n_last"
        ),
        "added the drift without squaring it": shares(last="luck / n_last + drift"),
        "let the drift weaken this year's rate": shares("luck / n_now + drift**2", "luck / n_last"),
        "let the drift weaken both years": shares("luck / n_now + drift**2"),
        "let the drift weaken the mean": shares(
            last="luck / n_last", common="spread**2 + drift**2"
        ),
        "forgot to square the spread": shares(common="spread"),
        "gave percent instead of shares": shares(result="100 / v / (1 / v).sum()"),
        "gave the largest share to the source that misses by most": shares(result="v / v.sum()"),
        "took standard deviations where variances belong": shares(
            result="v**-0.5 / (v**-0.5).sum()"
        ),
        "did not scale the shares": shares(result="1 / v"),
        "left the other doctors out": shares(common="np.inf"),
        "gave both years the same share": shares(
            result="np.array([1 / v[0] + 1 / v[1]] * 2 + [2 / v[2]]) / (1 / v).sum() / 2"
        ),
        "mixed twice, last year with the mean, then this year with the result": """
def shares(n_now, n_last, drift, spread, p):
    last = spread**2 / (spread**2 + p * (1 - p) / n_last + drift**2)
    now = weight(n_now, spread, p)
    return now, (1 - now) * last, (1 - now) * (1 - last)
""",
        "exchanged the two years": shares("luck / n_last + drift**2", "luck / n_now"),
    },
}

# By task: right answers in other forms.
FORMS = {
    "02.1": [
        """
poolings = patients.groupby("doctor")[["success"]].mean()
poolings["complete"] = patients["success"].mean()
""",
        'poolings = {"none": successes / trials, "complete": [patients["success"].mean()] * 10}',
        "poolings = poolings.sample(frac=1, random_state=1).round(3)",
        "poolings = poolings.to_numpy().tolist()",
        'poolings = {"none": successes / trials, "complete": patients["success"].mean()}',
        'poolings = poolings[["complete", "none"]]',
    ],
    "02.2": [
        weight("n / (n + p * (1 - p) / spread**2) if spread else 0 * n"),
        weight("n * spread**2 / (n * spread**2 + p * (1 - p))"),
        weight("1 - p * (1 - p) / (n * spread**2 + p * (1 - p))"),
        """
def weight(n, spread, p):
    sigma_pop = spread / (p * (1 - p))
    v = 1 / (n * p * (1 - p))
    return np.round(sigma_pop**2 / (sigma_pop**2 + v), 3)
""",
        "weight = lambda n, spread, p: spread**2 / (spread**2 + p * (1 - p) / n)",
    ],
    "02.3": [
        gains(
            w="max(0, 1 - (J - 3) * luck / (J * first.var()))", error="np.mean((guess - rest)**2)"
        ),
        gains(result="dict(c=raw / complete, j=raw / mixed, s=(raw - complete) / (raw - mixed))"),
        gains(
            result="np.round([raw / complete, raw / mixed, (raw - complete) / (raw - mixed)], 3)"
        ),
    ],
    "02.4": [
        """
def estimate(successes, trials):  # the chapter's, as it stands there
    rate = successes / trials
    pooled = successes.sum(-1, keepdims=True) / trials.sum()
    se2 = pooled * (1 - pooled) / trials
    low, high = np.zeros_like(pooled), np.full_like(pooled, 0.5)
    for _ in range(40):
        spread = (low + high) / 2
        precision = 1 / (spread**2 + se2)
        mean = (precision * rate).sum(-1, keepdims=True)
        mean = mean / precision.sum(-1, keepdims=True)
        distance = (precision * (rate - mean) ** 2).sum(-1, keepdims=True)
        too_small = distance > trials.size - 1
        low = np.where(too_small, spread, low)
        high = np.where(too_small, high, spread)
    weight = spread**2 / (spread**2 + se2)
    return mean + weight * (rate - mean)
""",
        SPREAD + estimate("p + weight(trials, spread, p) * (rate - p)", FOUND),
        SPREAD
        + estimate("list(rate.mean() + weight(trials, spread, p) * (rate - rate.mean()))", FOUND),
        SPREAD
        + estimate(
            "mean + weight(trials, spread, p) * (rate - mean)", FOUND.replace("s)", "s, 0)")
        ),
        estimate("p + weight(trials, np.sqrt(between), p) * (rate - p)", BETWEEN),
        # The beta-binomial by maximum likelihood
        """
from scipy.optimize import minimize
from scipy.special import betaln

def estimate(successes, trials):
    failures = trials - successes
    def minus_log_likelihood(logs):
        a, b = np.exp(logs)
        return -(betaln(successes + a, failures + b) - betaln(a, b)).sum()
    a, b = np.exp(minimize(minus_log_likelihood, [1.0, 0.0], bounds=[(-5, 8)] * 2).x)
    return (successes + a) / (trials + a + b)
""",
        # The full model
        """
from shrinkage.exact import posterior

def estimate(successes, trials):
    return posterior(successes, trials).mean
""",
    ],
    "02.5": [
        shares(result="[*(1 / v / (1 / v).sum()).round(3)]"),
        shares(
            result="dict(zip(['now', 'last', 'mean'], np.prod(v) / v / (np.prod(v) / v).sum()))"
        ),
        # The chapter's weight twice, the second time with the error of the first mixture
        """
def shares(n_now, n_last, drift, spread, p):
    v_last = p * (1 - p) / n_last + drift**2
    last = spread**2 / (spread**2 + v_last)
    left = spread**2 * v_last / (spread**2 + v_last)
    now = weight(n_now, np.sqrt(left), p)
    return now, (1 - now) * last, (1 - now) * (1 - last)
""",
    ],
}
