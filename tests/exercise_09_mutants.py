"""Exercise 9: what students write, wrong (`MUTANTS`, by the mistake to be named) and right."""

# Pieces that several mutants of a task share
CLINICS = """
def simulate(centre=logit(pooled), sd=spread, trials=trials, N=20_000):
    truth = expit(rng.normal(centre, sd, size=(N, len(trials))))
    return truth, rng.binomial(trials, truth) / trials


def apply_rules(raw, low=lower.to_numpy(), standard=standard):
    ends = {"last": raw == raw.min(axis=1, keepdims=True)}
    return {"raw": raw < standard, "funnel": raw < low} | ends


def count(truth, raw, standard=standard, low=lower.to_numpy()):
    poor = truth < standard
    return pd.DataFrame({
        rule: {"accused": (act & ~poor).sum(1).mean(), "missed": (~act & poor).sum(1).mean()}
        for rule, act in apply_rules(raw, low, standard).items()
    }).T
"""
BATCHES = """
def parts(rate, batch=batch):
    poor = rate < standard
    result = stats.binom.pmf(np.arange(batch + 1)[:, None], batch, rate)
    return poor.mean(), (result * ~poor).mean(axis=1), (result * poor).mean(axis=1)


def now(rate):
    return better((rate >= standard).mean(), (rate < standard).mean())
"""


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


def limits(half, centre="pooled"):
    return f"""
centre, raw_rate = {centre}, counts["successes"] / counts["trials"]
funnel["lower"], funnel["upper"] = centre - {half}, centre + {half}
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
        "reviewed only doctors who are very probably poor": decide(
            act="p > c_miss / (c_accuse + c_miss)"
        ),
        "asked to be 95 % sure": decide(act="p > 0.95"),
        "reviewed whoever is more probably poor than good": decide(act="p > 0.5"),
        "reviewed everybody": decide(act="1"),
        "reviewed nobody": decide(act="0"),
    },
    "09.3": {
        "swapped the two limits": """
funnel = funnel.rename(columns={"lower": "upper", "upper": "lower"})
""",
        "drew the inner pair of limits": limits("1.96 * se"),
        "left the whole remainder on one side": limits("stats.norm.ppf(0.998) * se"),
        "drew an interval around each doctor's own rate": limits(
            "3.09 * np.sqrt(raw_rate * (1 - raw_rate) / n)",
            "counts['successes'] / counts['trials']",
        ),
        "took the width from each doctor's own rate": limits(
            "3.09 * np.sqrt(raw_rate * (1 - raw_rate) / n)"
        ),
        "centred the limits at the mean of the doctors' rates": limits(
            "3.09 * np.sqrt(centre * (1 - centre) / n)",
            "(counts['successes'] / counts['trials']).mean()",
        ),
        "centred the limits at the standard": limits(
            "3.09 * np.sqrt(standard * (1 - standard) / n)", "standard"
        ),
        "forgot the square root": limits("3.09 * pooled * (1 - pooled) / n"),
        "drew the same limits for every caseload": limits(
            "3.09 * np.sqrt(pooled * (1 - pooled) / n.mean())"
        ),
        "gave the probability that an average doctor is accused": """
funnel["caught"] = stats.binom.cdf(np.ceil(n * lower) - 1, n, pooled)
""",
        "gave the probability that a poor doctor is missed": """
funnel["caught"] = stats.binom.sf(np.ceil(n * lower) - 1, n, poor_rate)
""",
        "replaced the binomial distribution by a normal one": """
se_poor = np.sqrt(poor_rate * (1 - poor_rate) / n)
funnel["caught"] = stats.norm.cdf(lower, poor_rate, se_poor)
""",
        "took the inner limits for `caught`": """
funnel["caught"] = stats.binom.cdf(np.ceil(n * (pooled - 1.96 * se)) - 1, n, poor_rate)
""",
        "counted the first rate above the limit as caught too": """
funnel["caught"] = stats.binom.cdf(np.ceil(n * lower), n, poor_rate)
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
    "09.4": {
        "swapped the two columns": """
rule_errors = rule_errors.rename(columns={"accused": "missed", "missed": "accused"})
""",
        "gave the share of the good doctors, and of the poor ones": """
rule_errors["accused"] /= (~poor).sum(axis=1).mean()
rule_errors["missed"] /= poor.sum(axis=1).mean()
""",
        "averaged over the doctors as well": """
rule_errors = pd.DataFrame({
    rule: {"accused": (review & ~poor).mean(), "missed": (~review & poor).mean()}
    for rule, review in reviewed.items()
}).T
""",
        "added up all simulated clinics": CLINICS
        + """
truth, raw = simulate(N=20_000)
rule_errors = 20_000 * count(truth, raw)
""",
        "counted all reviews, those of poor doctors too": """
rule_errors["accused"] = [review.sum(axis=1).mean() for review in reviewed.values()]
""",
        "gave the share of the reviews that go to good doctors": """
rule_errors["accused"] = [(review & ~poor).sum() / review.sum() for review in reviewed.values()]
""",
        "gave the poor doctors who are found": """
rule_errors["missed"] = [(review & poor).sum(axis=1).mean() for review in reviewed.values()]
""",
        "took good doctors for poor ones": """
rule_errors = pd.DataFrame({
    rule: {"accused": (review & poor).sum(axis=1).mean(),
           "missed": (~review & ~poor).sum(axis=1).mean()}
    for rule, review in reviewed.items()
}).T
""",
        "judged the doctors by their raw rates": """
poor = raw < standard
rule_errors = pd.DataFrame({
    rule: {"accused": (review & ~poor).sum(axis=1).mean(),
           "missed": (~review & poor).sum(axis=1).mean()}
    for rule, review in reviewed.items()
}).T
""",
        "gave every doctor the same true rate": CLINICS + "rule_errors = count(*simulate(sd=0))",
        "took the population's variance for its standard deviation": CLINICS
        + "rule_errors = count(*simulate(sd=spread**2))",
        "centred the log-odds at a rate": CLINICS + "rule_errors = count(*simulate(centre=pooled))",
        "gave every doctor the mean caseload": CLINICS
        + """
same = np.full(len(trials), round(trials.mean()))
low = pooled - 3.09 * np.sqrt(pooled * (1 - pooled) / same)
rule_errors = count(*simulate(trials=same), low=low)
""",
        "used the inner limits for the funnel": CLINICS
        + "rule_errors = count(*simulate(), low=(pooled - 1.96 * se).to_numpy())",
        "reviewed the first of the table in place of the last": """
review = raw == raw.max(axis=1, keepdims=True)
rule_errors.loc["last"] = [(review & ~poor).sum(axis=1).mean(),
                           (~review & poor).sum(axis=1).mean()]
""",
        "reviewed one doctor where several share the lowest rate": """
review = raw.argmin(axis=1)[:, None] == np.arange(len(trials))
rule_errors.loc["last"] = [(review & ~poor).sum(axis=1).mean(),
                           (~review & poor).sum(axis=1).mean()]
""",
        "used the chapter's standard": CLINICS + "rule_errors = count(*simulate(), standard=0.7)",
    },
    "09.5": {
        "kept the act of today whatever the patients bring": """
def saving(rate):
    poor = rate < standard
    result = stats.binom.pmf(np.arange(batch + 1)[:, None], batch, rate)
    leave = (result * poor).mean(axis=1) * c_miss
    review = (result * np.where(poor, c_work, c_accuse)).mean(axis=1)
    return min(leave.sum(), review.sum()) - min((leave).sum(), review.sum())
""",
        "let the patients reveal the true rate": BATCHES
        + """
def saving(rate):
    poor = rate < standard
    result = stats.binom.pmf(np.arange(batch + 1)[:, None], batch, rate)
    return now(rate) - (result * better(~poor, poor)).mean(axis=1).sum()
""",
        "supposed that nothing is lost after waiting": BATCHES + "saving = now",
        "gave the expected loss after waiting": BATCHES
        + """
def saving(rate):
    return better(*parts(rate)[1:]).sum()
""",
        "subtracted the wrong way round": BATCHES
        + """
def saving(rate):
    return better(*parts(rate)[1:]).sum() - now(rate)
""",
        "counted every result as equally probable": BATCHES
        + """
def saving(rate):
    _, good, poor = parts(rate)
    return now(rate) - better(good / (good + poor), poor / (good + poor)).mean()
""",
        "predicted the patients with the mean rate": BATCHES
        + """
def saving(rate):
    _, good, poor = parts(rate)
    result = stats.binom.pmf(np.arange(batch + 1), batch, rate.mean())
    return now(rate) - result @ better(good / (good + poor), poor / (good + poor))
""",
        "decided by the new patients alone": BATCHES
        + """
def saving(rate):
    _, good, poor = parts(rate)
    review = np.arange(batch + 1) / batch < standard
    loss = np.where(review, c_accuse * good + c_work * poor, c_miss * poor)
    return now(rate) - loss.sum()
""",
        "took the most probable result for certain": BATCHES
        + """
def saving(rate):
    _, good, poor = parts(rate)
    k = np.argmax(good + poor)
    p = poor[k] / (good + poor)[k]
    return now(rate) - better(1 - p, p)
""",
        "weighed each result by its probability twice": BATCHES
        + """
def saving(rate):
    _, good, poor = parts(rate)
    return now(rate) - (good + poor) @ better(good, poor)
""",
        "waited for one patient": BATCHES
        + """
def saving(rate):
    return now(rate) - better(*parts(rate, 1)[1:]).sum()
""",
        "left a result out, that of no success": BATCHES
        + """
def saving(rate):
    return now(rate) - better(*parts(rate)[1:])[1:].sum()
""",
        "left a result out, that of a success in every patient": BATCHES
        + """
def saving(rate):
    return now(rate) - better(*parts(rate)[1:])[:-1].sum()
""",
        "forgot the work that the review of a poor doctor takes": BATCHES
        + """
def saving(rate):
    p, good, poor = parts(rate)
    now_ = min(c_miss * p, c_accuse * (1 - p))
    return now_ - np.minimum(c_miss * poor, c_accuse * good).sum()
""",
        "supposed that today the doctor is left alone": BATCHES
        + """
def saving(rate):
    p, good, poor = parts(rate)
    return c_miss * p - better(good, poor).sum()
""",
        "reviewed after a result where poor is more probable than good": BATCHES
        + """
def saving(rate):
    _, good, poor = parts(rate)
    loss = np.where(poor > good, c_accuse * good + c_work * poor, c_miss * poor)
    return now(rate) - loss.sum()
""",
    },
}

# By task: right answers in other forms, as code that follows the solution.
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
        "funnel = funnel.clip(0, 1)",
        "funnel = funnel.round(3).to_numpy()",
        "funnel['upper'] = pooled + stats.norm.ppf(0.999) * se",
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
