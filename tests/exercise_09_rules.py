"""Exercise 9: wrong answers about rules and about waiting, which have much code in common."""

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

# By task: the mistake that the check should name, and code that makes it.
RULES_AND_WAITING = {
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
low = stats.binom.ppf(0.001, same, pooled) / same
rule_errors = count(*simulate(trials=same), low=low)
""",
        "used the inner limits for the funnel": CLINICS
        + "rule_errors = count(*simulate(), low=stats.binom.ppf(0.025, trials, pooled) / trials)",
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
        "waited for one patient less": BATCHES
        + """
def saving(rate):
    return now(rate) - better(*parts(rate, batch - 1)[1:]).sum()
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
