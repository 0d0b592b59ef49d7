"""Exercise 9: right answers in other forms, by task, as code that follows the solution."""

from exercise_09_mutants import CLINICS, decide

FORMS = {
    "09.1": [
        "chance = chance[['below', 'best', 'place']].iloc[::-1]",
        "chance = chance.to_numpy()",
        "chance = chance.T.to_dict()",
        "chance = chance.to_dict()",
        "chance = chance.round(3).rename_axis('doctor').reset_index()",
        "chance = chance.set_axis([f'Dr. {d}' for d in chance.index])",
        "chance['best'] = (theta.idxmax(axis=1).value_counts(normalize=True)).reindex(chance.index)"
        ".fillna(0)",
        """
draws = az.extract(fit, var_names="theta").to_numpy()
place = 1 + (-draws).argsort(axis=0).argsort(axis=0)
chance = list(zip((place == 1).mean(1), place.mean(1), (draws < standard).mean(1)))
""",
        # Another sample: the first half of the chains
        """
half = theta.iloc[: len(theta) // 2]
place = half.rank(axis=1, ascending=False)
chance = {"best": (place == 1).mean(), "place": place.mean(), "below": (half < 0.72).mean()}
chance = pd.DataFrame(chance)
""",
    ],
    "09.2": [
        "one = decide\ndecide = lambda p: list(one(p))",
        "two = decide\ndecide = lambda p: np.array(two(p)).round(3)",
        decide(result="pd.Series({'leave': leave, 'review': review, 'act': int(leave > review)})"),
        decide(act="p > 1 / 3"),
        decide(act="p > c_accuse / (c_accuse + c_miss - c_work)"),
        decide(result="leave, review, (leave > review).astype(int)"),
    ],
    "09.3": [
        "funnel = funnel.round(3).to_numpy()",
        "funnel['upper'] = stats.binom.isf(0.001, n, pooled) / n",
        # By the definition, without ppf
        """
def last_inside(m):
    p = stats.binom.cdf(np.arange(m + 1), m, pooled)
    return [(p < 0.001).sum() / m, (p < 0.999).sum() / m]


funnel[["lower", "upper"]] = [last_inside(m) for m in n]
""",
        """
def sampled(s, m, low):
    possible = np.arange(m + 1)
    return stats.binom.pmf(possible, m, 0.5)[possible / m < low].sum()


funnel["caught"] = [sampled(s, m, l) for s, m, l in zip(counts["successes"], n, lower)]
""",
        """
def trapezoid(doctor):
    others = counts.drop(doctor)
    new = posterior([*others["successes"], 0], [*others["trials"], 0]).alpha[-1]
    tail = stats.binom.cdf(counts["successes"][doctor], n[doctor], expit(new.x))
    return np.trapezoid(tail * new.density, new.x)


funnel["outlier"] = {doctor: trapezoid(doctor) for doctor in counts.index}
""",
    ],
    "09.4": [
        "rule_errors = rule_errors[['missed', 'accused']].iloc[::-1]",
        "rule_errors = rule_errors.T.to_dict()",
        "rule_errors = rule_errors.to_numpy()",
        "rule_errors = rule_errors.round(2)",
        CLINICS + "rule_errors = count(*simulate())",
    ],
    "09.5": [
        "old = saving\nsaving = lambda draws: [float(old(draws))]",
        "old2 = saving\nsaving = lambda draws: np.array(old2(pd.Series(draws)))",
        # Each draw weighed by its likelihood, result by result
        """
def saving(rate):
    today = min(c_miss * np.mean(rate < standard),
                np.mean(np.where(rate < standard, c_work, c_accuse)))
    later = 0
    for k in range(batch + 1):
        weight = stats.binom.pmf(k, batch, rate)
        p = np.average(rate < standard, weights=weight)
        loss = c_miss * p if p > c_accuse / (c_accuse + c_miss - c_work) else None
        loss = min(c_miss * p, c_accuse * (1 - p) + c_work * p)
        later += weight.mean() * loss
    return today - later
""",
        # The binomial coefficient written out
        """
from math import comb


def saving(r):
    poor = 1.0 * (r < 0.72)
    loss = []
    for k in range(11):
        w = comb(10, k) * r**k * (1 - r) ** (10 - k)
        loss.append(min((5 * w * poor).mean(), (w * (2 - poor)).mean()))
    return min(5 * poor.mean(), 2 - poor.mean()) - sum(loss)
""",
    ],
}
