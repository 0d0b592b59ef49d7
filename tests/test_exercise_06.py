"""Exercise 6: the week of runs, and what only its checks promise."""

import inspect

import numpy as np
import pytest
from exercise_06_mutants import READINGS, even, said
from exercise_kit import IN_TURN, SEEDS, Session, result_of, served, solved

from shrinkage import data
from shrinkage.convergence import check_convergence
from shrinkage.data.runs import FAULTS, NIGHTS, faults
from shrinkage.exact import posterior

pytestmark = pytest.mark.sampler


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


def test_a_divergence_is_told_the_chapters_order_of_repairs():
    hint = result_of("06.3", "fit = fit.copy(); fit.sample_stats['diverging'][0, 0] = True").hint
    assert hint.index("non-centred") < hint.index("target_accept")


def test_chains_that_disagree_are_not_told_to_draw_longer_only():
    code = "fit = fit.posterior.dataset.copy(); fit['mu_pop'][0] += 1"
    assert "parameterisation" in result_of("06.3", code).hint


def test_the_lesson_praises_no_coordinates_that_the_check_has_not_seen():
    assert result_of("06.3", "").lesson.startswith("Same posterior, from chains that hold.")


def test_a_summary_of_several_numbers_is_told_that_one_is_asked_for():
    code = READINGS + "readings = {n: [az.rhat(d).max(), 1, 0] for n, d in datasets().items()}"
    result = result_of("06.1", code)
    assert "mu_pop, sigma_pop, alpha for Monday" in result.found
    assert "one number" in result.hint


def test_rounding_and_another_mistake_get_two_hints_and_credit_each():
    result = result_of(
        "06.1",
        "readings['rhat'] = readings['rhat'].round(2); readings['ess'] = readings['ess'] / 4000",
    )
    assert result.mistakes == (
        "rounded R-hat to two decimals",
        "gave the effective sample size as a share of the draws",
    )
    assert result.points == 1


def test_two_errors_in_one_column_get_two_hints():
    result = result_of(
        "06.4",
        even("1 / (spread * 0.5 * 0.5)"),
    )
    assert set(result.mistakes) == {"did not square the spread", "took every rate for one half"}


OWN_COUNT = """
for place, table in places.items():
    n, limit = table["trials"], centring.loc[place, "even"]
    centring.loc[place, "above"] = {count}
"""


def test_a_count_that_follows_from_a_wrong_caseload_is_no_second_mistake():
    wrong = even("1 / (spread * p * (1 - p))")
    result = result_of("06.4", wrong + OWN_COUNT.format(count="(n > limit).sum()"))
    assert result.mistakes == ("did not square the spread",)
    assert len(result.hints) == 1
    assert result.points == 1
    result = result_of("06.4", wrong + OWN_COUNT.format(count="(n < limit).sum()"))
    assert result.mistakes == ("did not square the spread", "counted those below")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("fit = fit.isel(chain=[0])", "one chain"),
        ("fit = fit.isel(draw=slice(60))", "more draws"),
        ("fit = fit.posterior.dataset.drop_sel(doctor='B')", "alpha[B]"),
        ("fit = fit.posterior.dataset.isel(doctor=[4, 5])", "alpha[F]`: leave none out"),
        ("fit = fit.posterior.dataset.drop_vars('alpha')", 'pm.Deterministic("alpha"'),
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
