"""Exercise 9: wrong answers as students write them, by task and the mistake to be named."""

from exercise_09_rules import BATCHES, CLINICS, RULES_AND_WAITING

__all__ = ["BATCHES", "CLINICS", "MUTANTS", "decide"]


def decide(
    before="pass",
    leave="c_miss * p",
    review="c_accuse * (1 - p) + c_work * p",
    act="leave > review",
    result="",
):
    """The solution's function with some of its steps changed."""
    return f"""
def decide(p):
    {before}
    leave, review = {leave}, {review}
    return {result or f"leave, review, int({act})"}
"""


def limits(tail="0.001", centre="pooled", trials="n", more="0"):
    return f"""
rate, trials, more = {centre}, {trials}, {more}
funnel["lower"] = (stats.binom.ppf({tail}, trials, rate) - more) / trials
funnel["upper"] = (stats.binom.ppf(1 - {tail}, trials, rate) + more) / trials
"""


# By task: the mistake that the check should name, and code that makes it.
MUTANTS = {
    "09.1": {
        "ranked in the wrong direction": """
place = theta.rank(axis=1)
chance = chance.assign(best=(place == 1).mean(), place=place.mean())
""",
        "gave the probability of being last in place of the first": """
chance["best"] = theta.eq(theta.min(axis=1), axis=0).mean()
""",
        "gave places that count from the other end": """
chance["place"] = theta.rank(axis=1, ascending=True).mean()
""",
        "counted the places from 0": """
chance["place"] = (-theta.to_numpy()).argsort(axis=1).argsort(axis=1).mean(axis=0)
""",
        "ranked the posterior means": """
chance["place"] = theta.mean().rank(ascending=False)
""",
        "ranked the raw rates": """
chance["place"] = (counts["successes"] / counts["trials"]).rank(ascending=False)
""",
        "sorted once, which says who has each place and not which place each one has": """
chance["place"] = 1 + (-theta.to_numpy()).argsort(axis=1).mean(axis=0)
""",
        "sorted once and from the lowest rate": """
chance["place"] = 1 + theta.to_numpy().argsort(axis=1).mean(axis=0)
""",
        "ranked each doctor's draws among themselves": """
chance["place"] = theta.rank(ascending=False).mean()
""",
        "gave the median of the places": """
chance["place"] = theta.rank(axis=1, ascending=False).median()
""",
        "made the doctor with the highest mean best for sure": """
chance["best"] = (theta.mean() == theta.mean().max()).astype(int)
""",
        "gave the probability of meeting the standard": """
chance["below"] = (theta >= standard).mean()
""",
        "compared log-odds with a rate": """
draws = az.extract(fit, var_names="alpha").to_numpy()
chance["below"] = (draws < standard).mean(axis=1)
""",
        "used the chapter's standard": """
chance["below"] = (theta < 0.7).mean()
""",
        "compared the posterior means with the standard": """
chance["below"] = (theta.mean() < standard).astype(float)
""",
        "gave the probability that a patient's treatment fails": """
chance["below"] = 1 - theta.mean()
""",
        "counted draws and did not divide by their number": """
best = theta.idxmax(axis=1).value_counts().reindex(chance.index, fill_value=0)
chance = chance.assign(best=best, below=(theta < standard).sum())
""",
        "gave percent instead of proportions": """
chance = chance.assign(best=100 * chance["best"], below=100 * chance["below"])
""",
    },
    "09.2": {
        "swapped the two losses": decide(result="review, leave, int(leave > review)"),
        "took good doctors for poor ones": decide("p = 1 - p"),
        "forgot the work that the review of a poor doctor takes": decide(
            review="c_accuse * (1 - p)"
        ),
        "charged the review of a poor doctor as that of a good one": decide(review="c_accuse"),
        "added the work of a review to all reviews, those of good doctors as well": decide(
            review="c_accuse * (1 - p) + c_work"
        ),
        "took the two costs of a review for each other's": decide(
            review="c_accuse * p + c_work * (1 - p)"
        ),
        "charged missing at the cost of a review": decide(leave="c_accuse * p"),
        "gave the act that loses more": decide(act="leave < review"),
        "used the chapter's formula for the threshold": decide(
            act="p > c_accuse / (c_accuse + c_miss)"
        ),
        "divided what an accusation costs by what a miss costs": decide(
            act="p > c_accuse / c_miss"
        ),
        "reviewed only doctors who are very probably poor": decide(
            act="p > c_miss / (c_accuse + c_miss)"
        ),
        "asked to be 95 % sure": decide(act="p > 0.95"),
        "reviewed whoever is more probably poor than good": decide(act="p > 0.5"),
        "reviewed everybody": decide(act="1"),
        "reviewed nobody": decide(act="0"),
    },
    "09.3": {
        "gave percent instead of proportions and probabilities": "funnel = 100 * funnel",
        "swapped the two limits": """
funnel = funnel.rename(columns={"lower": "upper", "upper": "lower"})
""",
        "drew the inner pair of limits": limits("0.025"),
        "left the whole remainder on one side": limits("0.002"),
        "drew an interval around each doctor's own rate": limits(
            centre="counts['successes'] / counts['trials']"
        ),
        "took a normal distribution for the binomial one": """
se = np.sqrt(pooled * (1 - pooled) / n)
funnel["lower"], funnel["upper"] = pooled - 3.09 * se, pooled + 3.09 * se
""",
        "gave the limits as numbers of successes": """
funnel["lower"], funnel["upper"] = stats.binom.ppf([[0.001], [0.999]], n, pooled)
""",
        "gave the first rates outside the limits": limits(more="1"),
        "centred the limits at the mean of the doctors' rates": limits(
            centre="(counts['successes'] / counts['trials']).mean()"
        ),
        "centred the limits at the standard": limits(centre="standard"),
        "drew the same limits for every caseload": limits(trials="round(n.mean())"),
        "gave the probability that an average doctor is accused": """
funnel["caught"] = stats.binom.cdf(low - 1, n, pooled)
""",
        "took the standard for the poor doctor's rate": """
funnel["caught"] = stats.binom.cdf(low - 1, n, standard)
""",
        "gave the probability that a poor doctor is missed": """
funnel["caught"] = stats.binom.sf(low - 1, n, poor_rate)
""",
        "replaced the binomial distribution by a normal one": """
se_poor = np.sqrt(poor_rate * (1 - poor_rate) / n)
funnel["caught"] = stats.norm.cdf(lower, poor_rate, se_poor)
""",
        "took the inner limits for `caught`": """
funnel["caught"] = stats.binom.cdf(stats.binom.ppf(0.025, n, pooled) - 1, n, poor_rate)
""",
        "counted a rate on the limit as caught too": """
funnel["caught"] = stats.binom.cdf(low, n, poor_rate)
""",
        "said for each doctor whether the raw rate lies below the limit": """
funnel["caught"] = (counts["successes"] / n < lower).astype(int)
""",
        "left no doctor out of the prediction": """
new = posterior([*counts["successes"], 0], [*n, 0]).alpha[-1]
funnel["outlier"] = [
    np.average(stats.binom.cdf(s, m, expit(new.x)), weights=new.density * np.gradient(new.x))
    for s, m in counts[["successes", "trials"]].itertuples(index=False)
]
""",
        "predicted from the doctor's own posterior": """
every = posterior(counts["successes"], n).alpha
funnel["outlier"] = [
    np.average(stats.binom.cdf(s, m, expit(a.x)), weights=a.density * np.gradient(a.x))
    for a, s, m in zip(every, counts["successes"], n)
]
""",
        "predicted with a single rate, the mean of a new doctor's": """
def plug_in(doctor):
    others = counts.drop(doctor)
    rate = posterior([*others["successes"], 0], [*others["trials"], 0]).mean[-1]
    return stats.binom.cdf(counts["successes"][doctor], n[doctor], rate)


funnel["outlier"] = [plug_in(doctor) for doctor in counts.index]
""",
        "weighed all points of the grid alike": """
def unweighted(doctor):
    others = counts.drop(doctor)
    new = posterior([*others["successes"], 0], [*others["trials"], 0]).alpha[-1]
    return stats.binom.cdf(counts["successes"][doctor], n[doctor], expit(new.x)).mean()


funnel["outlier"] = [unweighted(doctor) for doctor in counts.index]
""",
        "weighed the points of the grid by their density alone": """
def by_density(doctor):
    others = counts.drop(doctor)
    new = posterior([*others["successes"], 0], [*others["trials"], 0]).alpha[-1]
    tail = stats.binom.cdf(counts["successes"][doctor], n[doctor], expit(new.x))
    return np.average(tail, weights=new.density)


funnel["outlier"] = [by_density(doctor) for doctor in counts.index]
""",
        "left out what was seen itself": """
def fewer(doctor):
    others = counts.drop(doctor)
    new = posterior([*others["successes"], 0], [*others["trials"], 0]).alpha[-1]
    tail = stats.binom.cdf(counts["successes"][doctor] - 1, n[doctor], expit(new.x))
    return np.average(tail, weights=new.density * np.gradient(new.x))


funnel["outlier"] = [fewer(doctor) for doctor in counts.index]
""",
        "gave the upper tail": "funnel['outlier'] = 1 - funnel['outlier']",
        "gave the funnel's tail, that of an average doctor": """
funnel["outlier"] = stats.binom.cdf(counts["successes"], n, pooled)
""",
        "gave the probability of being below the standard": "funnel['outlier'] = chance['below']",
    },
} | RULES_AND_WAITING
