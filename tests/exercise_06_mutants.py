"""Exercise 6: what students write, wrong (`MUTANTS`, by the mistake to be named) and right."""

IMPORTS = """
from exercise_kit import draws_of
from shrinkage.exact import posterior
prior_spread = np.abs(np.random.default_rng(1).normal(size=(4, 1000)))
"""

READINGS = """
def datasets(**names):
    return {night: run.posterior.dataset for night, run in runs.items()}
"""

SAID = """
first = dict(diagnosis)
night_of = {word: night for night, word in first.items()}
def say(word, *faults):
    return first | {night_of[fault]: word for fault in faults}
"""


def read(code: str) -> str:
    """Code for task 1, with each night's draws at hand."""
    return READINGS + code


def said(word: str, *faults: str) -> str:
    """The right diagnoses, but for these faults' nights."""
    return SAID + f"diagnosis = say({word!r}, *{faults!r})"


def fitted(code: str) -> str:
    """Code for task 3, with a sampler that costs nothing."""
    return IMPORTS + code


def even(formula: str) -> str:
    """The right table, but for an even caseload by another formula."""
    return f"""
for place, table in places.items():
    spread, p = guess[place], table["successes"].sum() / table["trials"].sum()
    centring.loc[place, "even"] = {formula}
"""


def above(count: str) -> str:
    """The right table, but for another count."""
    return f"""
for place, table in places.items():
    n, limit = table["trials"], centring.loc[place, "even"]
    centring.loc[place, "above"] = {count}
"""


# By task: the mistake that the check should name, and code that makes it.
MUTANTS = {
    "06.1": {
        "read `mu_pop` alone": read("""
for night, draws in datasets().items():
    one = draws[["mu_pop"]]
    readings.loc[night, ["rhat", "ess"]] = worst_rhat(one), smallest_ess(one)
"""),
        "read `sigma_pop` alone": read("""
for night, draws in datasets().items():
    one = draws[["sigma_pop"]]
    readings.loc[night, ["rhat", "ess"]] = worst_rhat(one), smallest_ess(one)
"""),
        "read the population's two parameters and left the doctors out": read("""
for night, draws in datasets().items():
    two = draws[["mu_pop", "sigma_pop"]]
    readings.loc[night, ["rhat", "ess"]] = worst_rhat(two), smallest_ess(two)
"""),
        "read the doctors' `alpha` and left the population out": read("""
for night, draws in datasets().items():
    doctors = draws[["alpha"]]
    readings.loc[night, ["rhat", "ess"]] = worst_rhat(doctors), smallest_ess(doctors)
"""),
        "averaged R-hat over the variables": """
for night, run in runs.items():
    readings.loc[night, "rhat"] = az.summary(run, round_to="none")["r_hat"].mean()
""",
        "took the smallest R-hat": read("""
for night, draws in datasets().items():
    readings.loc[night, "rhat"] = float(az.rhat(draws).to_array().min())
"""),
        "computed R-hat without ranks": read("""
for night, draws in datasets().items():
    readings.loc[night, "rhat"] = float(az.rhat(draws, method="split").to_array().max())
"""),
        "rounded R-hat to two decimals": "readings['rhat'] = readings['rhat'].round(2)",
        "looked at the bulk's effective sample size alone": """
for night, run in runs.items():
    readings.loc[night, "ess"] = az.summary(run, round_to="none")["ess_bulk"].min()
""",
        "looked at the tails' effective sample size alone": """
for night, run in runs.items():
    readings.loc[night, "ess"] = az.summary(run, round_to="none")["ess_tail"].min()
""",
        "took the largest effective sample size": """
for night, run in runs.items():
    two = az.summary(run, round_to="none")[["ess_bulk", "ess_tail"]]
    readings.loc[night, "ess"] = two.min(axis=1).max()
""",
        "averaged the effective sample size over the variables": """
for night, run in runs.items():
    two = az.summary(run, round_to="none")[["ess_bulk", "ess_tail"]]
    readings.loc[night, "ess"] = two.min(axis=1).mean()
""",
        "counted the draws": read("""
for night, draws in datasets().items():
    readings.loc[night, "ess"] = draws["mu_pop"].size
"""),
        "gave the effective sample size as a share of the draws": """
readings["ess"] = readings["ess"] / 4000
""",
        "gave the share of draws that diverged": """
shares = {night: float(run.sample_stats["diverging"].mean()) for night, run in runs.items()}
readings["divergences"] = pd.Series(shares)
""",
        "counted the draws that did not diverge": """
for night, run in runs.items():
    readings.loc[night, "divergences"] = int((~run.sample_stats["diverging"]).sum())
""",
        "counted the divergences of one chain": """
for night, run in runs.items():
    readings.loc[night, "divergences"] = int(run.sample_stats["diverging"].sum("draw")[0])
""",
        "averaged the divergences over the chains": """
for night, run in runs.items():
    readings.loc[night, "divergences"] = float(run.sample_stats["diverging"].sum("draw").mean())
""",
        "counted the chains that diverged": """
for night, run in runs.items():
    readings.loc[night, "divergences"] = int(run.sample_stats["diverging"].any("draw").sum())
""",
    },
    "06.2": {
        "found nothing wrong with any run": 'diagnosis = dict.fromkeys(runs, "nothing")',
        "went by the divergences alone": said(
            "nothing", "a stuck chain", "a chain elsewhere", "warm-up too short", "too few draws"
        ),
        "looked at `sigma_pop` alone": """
def diagnose_spread(run):
    if run.sample_stats["diverging"].any() or smallest_ess(run.posterior.dataset) < 400:
        spread = run.posterior.dataset[["sigma_pop"]]
        return "nothing" if smallest_ess(spread) >= 400 else diagnose(run)
    return "nothing"

spread_only = {night: diagnose_spread(run) for night, run in runs.items()}
diagnosis = {
    night: spread_only[night] if word == "a chain elsewhere" else word
    for night, word in diagnosis.items()
}
""",
        "let a handful of divergences pass": said("nothing", "steps too long"),
        "let a low effective sample size pass because the chains agree": said(
            "nothing", "too few draws"
        ),
        "let the divergences of a funnel pass": said("nothing", "a funnel"),
        "exchanged 'a funnel' and 'steps too long'": SAID
        + """
diagnosis = say("a funnel", "steps too long") | {night_of["a funnel"]: "steps too long"}
""",
        "called every divergence 'a funnel'": """
diagnosis = {
    night: "a funnel" if run.sample_stats["diverging"].any() else diagnosis[night]
    for night, run in runs.items()
}
""",
        "called every divergence 'steps too long'": """
diagnosis = {
    night: "steps too long" if run.sample_stats["diverging"].any() else diagnosis[night]
    for night, run in runs.items()
}
""",
        "said 'too few draws' wherever R-hat is too high": """
for night, run in runs.items():
    if not run.sample_stats["diverging"].any() and worst_rhat(run.posterior.dataset) > 1.01:
        diagnosis[night] = "too few draws"
""",
        "said 'too few draws' of a run that has divergences": said("too few draws", "a funnel"),
        "said 'a chain elsewhere' wherever R-hat is too high": """
for night, run in runs.items():
    if not run.sample_stats["diverging"].any() and worst_rhat(run.posterior.dataset) > 1.01:
        diagnosis[night] = "a chain elsewhere"
""",
        "said 'warm-up too short' wherever R-hat is too high": said(
            "warm-up too short", "a stuck chain", "a chain elsewhere"
        ),
        "said 'a stuck chain' wherever R-hat is too high": said(
            "a stuck chain", "a chain elsewhere", "warm-up too short"
        ),
        "said 'a chain elsewhere' of chains that end up in one place": said(
            "a chain elsewhere", "warm-up too short"
        ),
        "said 'warm-up too short' of chains that never meet": said(
            "warm-up too short", "a chain elsewhere"
        ),
        "said 'a chain elsewhere' of a chain that does not move": said(
            "a chain elsewhere", "a stuck chain"
        ),
        "said 'a stuck chain' of a chain that moves all the time": said(
            "a stuck chain", "a chain elsewhere"
        ),
        "said 'warm-up too short' of a chain that stops in the middle": said(
            "warm-up too short", "a stuck chain"
        ),
        "said 'a stuck chain' of chains that creep": said("a stuck chain", "too few draws"),
        "said 'warm-up too short' of chains that creep from beginning to end": said(
            "warm-up too short", "too few draws"
        ),
        "said 'a chain elsewhere' of chains that agree": said("a chain elsewhere", "too few draws"),
        "said 'too few draws' of a run that has enough": said("too few draws", "nothing"),
    },
    "06.3": {
        "pooled the doctors completely": fitted("""
fit = draws_of(posterior(s, n, sigma_pop=0), month.index).posterior.to_dataset()
fit["sigma_pop"] = fit["mu_pop"].copy(data=prior_spread)  # nothing depends on it
"""),
        "halved the scale of `sigma_pop`'s prior": fitted("""
fit = draws_of(posterior(s, n, sigma_scale=0.5), month.index)
"""),
        "gave `sigma_pop` a prior a tenth as wide": fitted("""
fit = draws_of(posterior(s, n, sigma_scale=0.1), month.index)
"""),
        "doubled the scale of `sigma_pop`'s prior": fitted("""
fit = draws_of(posterior(s, n, sigma_scale=2), month.index)
"""),
        "gave `sigma_pop` a prior ten times as wide": fitted("""
fit = draws_of(posterior(s, n, sigma_scale=10), month.index)
"""),
        "narrowed the prior of `mu_pop` to a standard normal": fitted("""
fit = draws_of(posterior(s, n, mu_scale=1), month.index)
"""),
        "widened the prior of `mu_pop`": fitted("""
fit = draws_of(posterior(s, n, mu_scale=10), month.index)
"""),
        "fixed the spread at one and sampled `sigma_pop` beside it": fitted("""
fit = draws_of(posterior(s, n, sigma_pop=1), month.index).posterior.to_dataset()
fit["sigma_pop"] = fit["mu_pop"].copy(data=prior_spread)  # alpha = mu_pop + z
"""),
        "fed in all patients of the clinic": fitted("""
fit = draws_of(posterior(today["successes"], today["trials"]), today.index)
"""),
        "took failures for successes": fitted("""
fit = draws_of(posterior(n - s, n), month.index)
"""),
        "handed in success rates as `alpha`": """
fit = fit.posterior.to_dataset()
fit["alpha"] = 1 / (1 + np.exp(-fit["alpha"]))
""",
        "handed in each doctor's distance from the population's mean as `alpha`": """
fit = fit.posterior.to_dataset()
fit["alpha"] = fit["alpha"] - fit["mu_pop"]
""",
    },
    "06.4": {
        "did not square the spread": even("1 / (spread * p * (1 - p))"),
        "multiplied by the spread's square": even("spread**2 / (p * (1 - p))"),
        "turned the fraction upside down": even("spread**2 * p * (1 - p)"),
        "left the spread out": even("1 / (p * (1 - p))"),
        "used one spread for all places": even("1 / (0.8**2 * p * (1 - p))"),
        "left θ(1 − θ) out": even("1 / spread**2"),
        "took every rate for one half": even("1 / (spread**2 * 0.5 * 0.5)"),
        "put the success rate where θ(1 − θ) belongs": even("1 / (spread**2 * p)"),
        "put the failure rate where θ(1 − θ) belongs": even("1 / (spread**2 * (1 - p))"),
        "took the root of θ(1 − θ)": even("1 / (spread**2 * np.sqrt(p * (1 - p)))"),
        "averaged the raw rates, each doctor counting alike": """
for place, table in places.items():
    p = (table["successes"] / table["trials"]).mean()
    centring.loc[place, "even"] = 1 / (guess[place] ** 2 * p * (1 - p))
""",
        "gave the weight at the mean caseload": """
for place, table in places.items():
    p, m = table["successes"].sum() / table["trials"].sum(), table["trials"].mean()
    own = m * p * (1 - p)
    centring.loc[place, "even"] = own / (own + 1 / guess[place] ** 2)
""",
        "counted those below": above("(n < limit).sum()"),
        "gave a share as `above`": above("(n > limit).mean()"),
        "counted patients": above("n[n > limit].sum()"),
    },
}

# In the published week the first of four chains has four divergences on both nights.
CLINIC_OF = {"counted the chains that diverged": 1}

# By task: right answers in other forms, as code that follows the solution.
FORMS = {
    "06.1": [
        "readings = readings.iloc[::-1, ::-1]",
        "readings = readings.round({'rhat': 3, 'ess': 0})",
        "readings = readings.to_dict('index')",
        "readings = readings.to_dict()",
        "readings = readings.to_numpy()",
        "readings = readings.rename_axis('night').reset_index()",
        READINGS
        + """
readings = {night: [
    az.rhat(draws).to_array().max(),  # DataArrays without dimensions
    min(az.ess(draws, method=part).to_array().min() for part in ("bulk", "tail")),
    runs[night].sample_stats["diverging"].sum(),
] for night, draws in datasets().items()}
""",
        "readings = readings.map(np.asarray)",
        """
readings = {
    night: {k: np.array([v]) for k, v in row.items()}
    for night, row in readings.to_dict("index").items()
}
""",
        "readings = readings.rename_axis('night').to_xarray()",
        "readings = readings.rename_axis(index='night', columns='what').stack().to_xarray()",
        """
from shrinkage.convergence import NotConvergedError, check_convergence
def line(run):
    try:
        return check_convergence(run)
    except NotConvergedError:
        return check_convergence(run, fails=True)
lines = {night: line(run) for night, run in runs.items()}
readings = {night: (l.rhat, l.ess, l.divergences) for night, l in lines.items()}
""",
        """
rows = {}
for night, run in runs.items():
    table = az.summary(run, round_to="none")
    ess = int(table[["ess_bulk", "ess_tail"]].min(axis=None))
    rows[night] = [table["r_hat"].max(), ess, run.sample_stats["diverging"].values.sum()]
readings = pd.DataFrame(rows, index=["rhat", "ess", "divergences"]).T
""",
    ],
    "06.2": [
        "diagnosis = pd.Series(diagnosis)",
        "diagnosis = pd.Series(diagnosis).sort_index()",
        "diagnosis = list(diagnosis.values())",
        "diagnosis = {night: word.capitalize() for night, word in diagnosis.items()}",
        """
def by_eye(run):  # the same rules in another order, with other limits
    draws, bad = run.posterior, run.sample_stats["diverging"]
    mu_pop = draws["mu_pop"]
    longest = (mu_pop.diff("draw") == 0).sum("draw").max()
    if longest > 50:
        return "a stuck chain"
    first, last = (mu_pop.isel(draw=part).mean("draw") for part in (slice(20), slice(-300, None)))
    if np.ptp(last.to_numpy()) > mu_pop.isel(draw=slice(-300, None)).std():
        return "a chain elsewhere"
    if np.ptp(first.to_numpy()) > 2:
        return "warm-up too short"
    if bad.any():
        below = draws["sigma_pop"].where(bad).median() < draws["sigma_pop"].quantile(0.2)
        return "a funnel" if below else "steps too long"
    slow = float(az.ess(draws["sigma_pop"], method="bulk")) < 400
    return "too few draws" if slow else "nothing"
diagnosis = {night: by_eye(run) for night, run in runs.items()}
""",
    ],
    "06.3": [
        "fit = fit.posterior.dataset",
        "fit = {name: fit.posterior[name].to_numpy() for name in ('mu_pop', 'sigma_pop', 'alpha')}",
        IMPORTS + "fit = draws_of(posterior(s, n), month.index)",
        """
draws = fit.posterior.dataset  # under Bambi's names
offset = draws["alpha"] - draws["mu_pop"]
fit = draws.rename(mu_pop="Intercept", sigma_pop="1|doctor_sigma").drop_vars("alpha")
fit["1|doctor"] = offset.rename(doctor="doctor__factor_dim")
""",
    ],
    "06.4": [
        "centring = centring.round(1)",
        "centring = centring[['above', 'even']]",
        "centring = centring.to_dict('index')",
        "centring = centring.to_dict()",
        "centring = list(centring.itertuples(index=False))",
        "centring = centring.iloc[::-1]",
    ],
}
