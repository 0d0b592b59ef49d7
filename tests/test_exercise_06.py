"""Exercise 6: what students write, right and wrong, and the week of runs it is about.

`test_exercises.py` runs `MUTANTS` and `FORMS`; what only this exercise promises is below them.
"""

import inspect

import numpy as np
import pytest
from exercise_kit import IN_TURN, SEEDS, Session, result_of, served, solved

from shrinkage import data
from shrinkage.convergence import check_convergence
from shrinkage.data.runs import FAULTS, NIGHTS, faults
from shrinkage.exact import posterior

pytestmark = pytest.mark.sampler

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
        "rounded R-hat to two decimals": """
readings["rhat"] = readings["rhat"].round(2)
""",
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


# --- The week of runs -----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", IN_TURN)
def test_a_fault_shows_in_the_instrument_that_the_chapter_names_and_in_no_other(seed):
    with served(seed):
        runs, truth = data.load_runs(), faults()
    assert list(runs) == list(NIGHTS)
    assert sorted(truth) == sorted(FAULTS)
    line = {fault: check_convergence_of(runs[night]) for night, fault in truth.items()}
    run = {fault: runs[night] for night, fault in truth.items()}
    assert not line["nothing"].problems
    assert line["nothing"].rhat < 1.005
    for fault in ("a stuck chain", "a chain elsewhere", "warm-up too short"):
        assert line[fault].rhat > 1.015
        assert line[fault].divergences == 0
    assert line["too few draws"].rhat < 1.008
    assert line["too few draws"].ess < 350
    assert line["steps too long"].rhat < 1.008
    assert line["steps too long"].ess > 1000
    for fault in FAULTS:
        assert (line[fault].divergences > 10) == (fault in ("a funnel", "steps too long"))
        repeats = (run[fault]["posterior"]["mu_pop"].diff("draw") == 0).sum()
        assert (repeats > 0) == (fault == "a stuck chain")
        below = (run[fault]["posterior"]["sigma_pop"] < lowest_fifth(seed)).mean()
        assert (below < 0.01) == (fault == "a funnel")
    late = {f: r["posterior"].isel(draw=slice(500, None)) for f, r in run.items()}
    spread = {
        f: np.ptp(p["mu_pop"].mean("draw").to_numpy()) / p["mu_pop"].std() for f, p in late.items()
    }
    assert spread["a chain elsewhere"] > 1
    assert spread["warm-up too short"] < 0.3


def check_convergence_of(run):
    try:
        return check_convergence(run)
    except RuntimeError:
        return check_convergence(run, fails=True)


def lowest_fifth(seed) -> float:
    with served(seed):
        month = data.load_first_month()
    return float(posterior(month["successes"], month["trials"]).sigma_pop.quantile(0.19))


@pytest.mark.parametrize("seed", IN_TURN)
def test_the_sound_run_and_the_short_one_draw_from_the_exact_posterior(seed):
    with served(seed):
        runs, truth, month = data.load_runs(), faults(), data.load_first_month()
    exact = posterior(month["successes"], month["trials"])
    marginals = [exact.mu_pop, exact.sigma_pop, *exact.alpha]
    for fault in ("nothing", "steps too long"):
        draws = runs[truth.index[truth == fault][0]]["posterior"].dataset
        columns = [draws["mu_pop"], draws["sigma_pop"], *draws["alpha"].transpose("doctor", ...)]
        for marginal, values in zip(marginals, columns, strict=True):
            values = values.to_numpy().ravel()
            assert abs(values.mean() - marginal.mean) < 5 * marginal.sd / np.sqrt(2500)
            assert values.std() == pytest.approx(marginal.sd, rel=0.12)
            share = np.sort(marginal.cdf(values))
            assert np.abs(share - (np.arange(share.size) + 0.5) / share.size).max() < 0.04


def test_the_runs_are_the_same_each_time_and_a_student_may_spoil_a_copy():
    runs = data.load_runs()
    before = float(runs["Monday"]["posterior"]["mu_pop"].sum())
    runs["Monday"]["posterior"]["mu_pop"][:] = 0
    assert float(data.load_runs()["Monday"]["posterior"]["mu_pop"].sum()) == before


def test_another_clinic_has_its_faults_on_other_nights():
    orders = set()
    for seed in SEEDS:
        with served(seed):
            orders.add(tuple(faults()))
            month = data.load_first_month()
        assert (month["trials"] == 4).all()
        assert list(month["doctor"]) == list("ABCDEFGHIJ")
    assert len(orders) == len(SEEDS)


def test_words_typed_in_are_wrong_for_another_week():
    typed = solved("06").names["diagnosis"]
    result = result_of("06.2", f"diagnosis = {typed!r}", 1)
    assert result.points < 1.5


# --- What the checks promise ----------------------------------------------------------------------


def test_part_of_an_answer_earns_part_of_the_points():
    def points(task, code):
        return result_of(task, code).points

    assert points("06.1", "readings['ess'] = np.nan") == 1.25
    assert points("06.1", "del readings['divergences']; readings['divergences'] = ...") == 1.5
    assert points("06.2", said("a stuck chain", "a funnel")) == 2
    assert points("06.2", said("a funnel", "a stuck chain")) == 1.75
    assert points("06.4", "centring['above'] = np.nan") == 1.25
    assert points("06.4", "centring['even'] = np.nan") == 0.75


@pytest.mark.parametrize("seed", IN_TURN)
def test_the_dashboards_model_fails_in_every_clinic(seed):
    session = solved("06", seed).fork()
    session.run("""
with dashboard():
    fit = pm.sample(chains=4, random_seed=RANDOM_SEED, progressbar=False)
""")
    result = session.grade("06.3")
    assert result.points == 0
    session.run("""
kept = ~fit.sample_stats["diverging"].any("chain").values  # the diverging draws thrown away
fit = fit.posterior.dataset.isel(draw=kept)
""")
    assert not session.grade("06.3").complete


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("fit = fit.isel(chain=[0])", "one chain"),
        ("fit = fit.isel(draw=slice(60))", "more draws"),
        ("fit = fit.posterior.dataset.drop_sel(doctor='B')", "alpha[B]"),
        ("fit = fit.posterior.dataset.drop_vars('sigma_pop')", "none of `sigma_pop`"),
        ("fit = dashboard()", "has not been sampled"),
    ],
)
def test_what_is_no_repair_is_told_why(code, words):
    result = result_of("06.3", code)
    assert result.points == 0
    assert words in f"{result.found} {result.hint}"


def test_published_numbers():
    """In the published week one run holds; in today's clinic 9 patients are many."""
    session = solved("06")
    readings, centring = session.names["readings"], session.names["centring"]
    holds = (readings["rhat"] <= 1.01) & (readings["ess"] >= 400) & (readings["divergences"] == 0)
    assert list(readings.index[holds]) == ["Wednesday"]
    today = session.names["today"]
    s, n = today["successes"].sum(), today["trials"].sum()
    assert centring.loc["today", "even"] == pytest.approx(n**2 / (0.64 * s * (n - s)))
    assert list(centring["above"]) == [0, 6, 1, 11]


def test_the_notebook_starts_without_sampling():
    session = Session("06", folder="exercises")
    for number in (1, 2, 3, 4):
        session.answer(number)
    assert session.names["fit"] is ...
    assert inspect.isfunction(session.names["dashboard"])
