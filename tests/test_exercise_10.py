"""Exercise 10: its truths against other methods, and what only its checks promise."""

import numpy as np
import pytest
import test_agreement
from exercise_10_mutants import GRID
from exercise_kit import solved

from shrinkage.exact import posterior
from shrinkage.exercises.ex10_twelve_hospitals import any_prior
from shrinkage.exercises.ex10_twelve_hospitals.any_prior import (
    COURSE,
    COURSES,
    PUBLISHED,
    WIDE,
    fit_under,
    gamma_on_precision,
    half_normal,
)
from shrinkage.exercises.ex10_twelve_hospitals.hospitals import load
from shrinkage.exercises.ex10_twelve_hospitals.published_analysis import log_odds
from shrinkage.exercises.result import Result

pytestmark = pytest.mark.sampler


def told(task: str, code: str) -> Result:
    session = solved("10").fork()
    session.run(code)
    return session.grade(task)


# --- The truths -----------------------------------------------------------------------------------


def test_the_truth_is_the_published_table():
    """Within the Monte Carlo error that the published run prints."""
    h = load()
    fit, table = fit_under(h, PUBLISHED, WIDE), test_agreement.published()
    ours = dict(zip(["mu_pop", "sigma_pop", *h.names], fit.mean, strict=True))
    for name, mean in ours.items():
        assert abs(mean - table["mean"][name]) < 3 * table.error[name], name


def test_the_grid_and_the_exact_posterior_agree_under_the_courses_priors():
    h = load()
    fit, exact = fit_under(h, COURSES, COURSE), posterior(h.deaths, h.operations)
    assert fit.mean[2:] == pytest.approx(exact.mean, abs=2e-5)
    assert fit.sd[2:] == pytest.approx(exact.sd, abs=2e-5)
    assert fit.mean[0] == pytest.approx(exact.mu_pop.mean, abs=2e-4)
    assert fit.mean[1] == pytest.approx(exact.sigma_pop.mean, abs=2e-4)
    assert fit.sd[1] == pytest.approx(exact.sigma_pop.sd, abs=3e-4)


@pytest.fixture
def finer_grid(monkeypatch):
    """A function that lays a finer and wider grid, for the rest of a test."""
    forget = [any_prior.at_each_sigma.cache_clear, any_prior._moments.cache_clear]

    def lay():
        monkeypatch.setattr(any_prior, "LOG_SIGMA", np.linspace(np.log(3e-4), np.log(12.0), 400))
        [clear() for clear in forget]

    yield lay
    [clear() for clear in forget]


@pytest.mark.parametrize("prior", [gamma_on_precision(0.001), half_normal(1.0)])
def test_a_finer_and_wider_grid_changes_nothing_that_a_check_looks_at(prior, finer_grid):
    before = fit_under(load(), prior, WIDE)
    finer_grid()
    after = fit_under(load(), prior, WIDE)
    assert (abs(after.mean - before.mean) < 5e-4 * before.sd).all()
    assert after.sd == pytest.approx(before.sd, rel=5e-4)


def test_log_odds_from_some_nodes_are_those_from_all():
    h = load()
    weight = any_prior.weights(h, PUBLISHED, WIDE)
    fits = any_prior.at_each_sigma(h, WIDE)
    mean = weight @ [[m.mean for m in fit.alpha] for fit in fits]
    second = weight @ [[m.sd**2 + m.mean**2 for m in fit.alpha] for fit in fits]
    found_mean, found_sd = log_odds(h)
    assert found_mean == pytest.approx(mean, abs=2e-3)
    assert found_sd == pytest.approx(np.sqrt(second - mean**2), rel=0.01)


# --- What only these checks promise ---------------------------------------------------------------


def test_half_the_columns_earn_their_points():
    session = solved("10").fork()
    session.run("moved['moved'] = np.nan")
    assert session.grade("10.3").points == 2
    session.run("moved = moved * np.nan")
    assert session.grade("10.3").points == 0
    session = solved("10").fork()
    session.run("said = said.loc[['published']]")
    assert session.grade("10.1").points == 1


def test_divergences_cost_the_point_for_the_chains_and_no_other():
    session = solved("10").fork()
    session.run("published_fit['sample_stats']['diverging'][0, :7] = True")
    result = session.grade("10.2")
    assert result.points == 2.5
    assert "divergences: 7" in result.hint


def test_an_error_about_the_courses_prior_is_not_answered_about_the_gammas():
    result = told("10.1", "said.loc['course'] = [0.1, 0.8, 0.1]")
    assert result.points == 1.5
    assert "Look again at the prior 'course'." in result.hint
    assert "Gamma" not in result.hint


def test_shares_from_draws_are_told_how_many_it_takes():
    code = """
rng = np.random.default_rng(4)
draws = {"published": 1 / np.sqrt(rng.gamma(0.001, 1000, 20_000)),
         "Gamma(1, 1)": 1 / np.sqrt(rng.gamma(1, 1, 20_000)),
         "course": abs(rng.normal(size=20_000))}
below, above = {k: np.mean(v < small) for k, v in draws.items()}, {
    k: np.mean(v > large) for k, v in draws.items()}
said = pd.DataFrame({"below": below, "above": above})
said.insert(1, "around", 1 - said.below - said.above)
"""
    result = told("10.1", code)
    assert result.mistakes == ("simulated with too few draws",)
    assert "10,000,000 draws" in result.hint


PLAIN = [
    ("said.round(2)", ["rounded"]),
    ("(100 * said).round()", ["gave percent instead of shares", "rounded"]),
    ("said[['above', 'around', 'below']].to_numpy()", ["gave the columns in another order"]),
    ("said.iloc[::-1].to_numpy()", ["gave the right values in another order"]),
]


@pytest.mark.parametrize(("answer", "mistakes"), PLAIN)
def test_what_is_plain_is_named_and_nothing_else(answer, mistakes):
    result = told("10.1", f"said = {answer}")
    assert [*result.mistakes] == mistakes
    assert len(result.hints) == len(mistakes)


TWO = {
    "10.1": (
        """
tau = stats.gamma(0.001, scale=0.001)
said.loc["published"] = -np.diff([1, tau.cdf(1 / small**2), tau.cdf(1 / large**2), 0])
said.loc["course"] = np.diff([0, *stats.norm.cdf([small, large]), 1])
""",
        "handed the Gamma's rate to SciPy as its scale",
        "took a normal for the half-normal, with half of it below zero",
    ),
    "10.2": (
        """
fit = published_fit["posterior"].to_dataset()
published_fit = fit.assign(sigma_pop=fit["sigma_pop"] ** 2, theta=100 * fit["theta"])
""",
        "handed in per cent under the name `theta`",
        "handed in the variance under the name `sigma_pop`",
    ),
    "10.3": (
        GRID
        + """
before, sd, mean_sd = under(gamma, 1000)
after, _, _ = under(half, 1.5)
moved = table(before, after, -mean_sd)
""",
        "subtracted the wrong way round",
        "averaged the standard deviations at each sigma_pop",
    ),
}


def test_two_mistakes_about_the_gammas_are_both_named():
    code = """
for name, c in {"published": 0.001, "Gamma(1, 1)": 1.0}.items():
    tau = stats.gamma(c, scale=c)
    said.loc[name] = -np.diff([1, tau.cdf(1 / small), tau.cdf(1 / large), 0])
"""
    assert set(told("10.1", code).mistakes) == {
        "handed the Gamma's rate to SciPy as its scale",
        "took the precision for one over sigma_pop",
    }


@pytest.mark.parametrize("task", TWO)
def test_two_mistakes_are_both_named(task):
    code, *names = TWO[task]
    assert sorted(told(task, code).mistakes) == sorted(names)


def test_a_mistake_in_one_of_the_two_analyses_is_named_too():
    code = GRID + "moved['published'], _, _ = under(gamma, 1000, widths=0)"
    assert told("10.3", code).mistakes == ("left out the width of the grid's cells",)


@pytest.mark.parametrize("factor", [0.96, 0.98, 1.02, 1.04, 1.08])
def test_standard_deviations_that_are_off_by_two_per_cent_are_not_right(factor):
    assert told("10.3", f"moved['moved'] /= {factor}").points == 2


@pytest.mark.parametrize("off", [-0.03, 0.03])
def test_a_search_that_is_not_fine_enough_is_not_taken_for_another_question(off):
    result = told("10.4", f"tipping_scale *= 1 + {off}")
    assert result.points == 0
    assert not result.mistakes
    assert "within 1 per cent" in result.hint
