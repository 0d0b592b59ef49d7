"""The report's checks of its own numbers: each can fail, and says what it found."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from report_numbers_kit import drawn, outcomes, ten, units
from scipy.special import expit

from shrinkage.data.reading.names import alike
from shrinkage.exact import posterior, posterior_with_covariate
from shrinkage.report import (
    Hyperprior,
    Words,
    analyse,
    checks,
    predictive,
    quick_sum,
    sensitivity,
    volume,
)
from shrinkage.report.by_quadrature import by_quadrature
from shrinkage.report.model_lines import model_lines

COURSE = Hyperprior()


def table_of(found, standard):
    """The columns that checks read, in the units' order."""
    low, high = found.interval.T
    return pd.DataFrame(
        {"estimate": found.mean, "low": low, "high": high, "below": found.below(standard)}
    )


# --- the plain sum --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "table",
    [
        ten(),
        outcomes([9, 3], [10, 10]),
        outcomes([4, 8, 20], [4, 8, 20]),
        outcomes([9999, 300], [10_000, 300]),
        outcomes([812_345, 790_000, 7], [10**6] * 3),
        drawn(60),
    ],
    ids=["ten", "two", "no failure", "rare", "huge", "sixty"],
)
def test_the_plain_sum_agrees_with_the_exact_posterior(table):
    these = units(table)
    found = by_quadrature(these, COURSE)
    check = checks.quadrature(these, found, table_of(found, 0.75), COURSE, 0.75)
    assert check.good
    assert check.numbers["share"] < 1e-3
    assert check.numbers["below"] < 2e-3


@pytest.mark.parametrize(
    ("column", "by"), [("estimate", 0.01), ("below", 0.02), ("estimate", -0.02)]
)
def test_the_plain_sum_notices_what_is_wrong(column, by):
    these = units(ten())
    found = by_quadrature(these, COURSE)
    table = table_of(found, 0.75)
    place = int(np.argmax(these.trials))
    table.loc[place, column] += by
    check = checks.quadrature(these, found, table, COURSE, 0.75)
    assert check.good is False
    assert check.numbers["who"] == these.names[place]


def test_the_plain_sum_notices_another_hyperprior():
    """The posterior of mu_pop and sigma_pop is its own: only its place is taken over."""
    these = units(ten())
    found = by_quadrature(these, Hyperprior(sigma_scale=0.2))
    check = checks.quadrature(these, found, table_of(found, 0.75), COURSE, 0.75)
    assert check.good is False


def test_a_check_that_fails_makes_the_report_unsound():
    found = analyse(ten())
    assert found.sound
    broken = [
        replace(check, good=False) if check.name == "quadrature" else check
        for check in found.checks
    ]
    assert not replace(found, checks=broken).sound
    doubtful = [
        replace(check, good=False) if check.name == "spread" else check for check in found.checks
    ]
    assert replace(found, checks=doubtful).sound


def test_the_likelihood_of_the_plain_sum_is_that_of_brute_force():
    """Sums of the binomial over a dense grid of log-odds, one unit suppressed."""
    from scipy.stats import binom, norm

    these = replace(
        units(outcomes([3, 0, 12], [10, 40, 12])),
        fewest=np.array([3, 1, 12]),
        most=np.array([3, 4, 12]),
        expected=np.array([6.0, 8.0, 10.0]),
    )
    pairs = np.array([[0.5, 0.4], [-1.0, 2.0], [0.0, 0.05]])
    z = np.linspace(-9, 9, 20_001)
    expected = []
    for mu, sigma in pairs:
        log = 0.0
        for j in range(3):
            theta = expit(these.offset[j] + mu + sigma * z)
            counts = np.arange(these.fewest[j], these.most[j] + 1)[:, None]
            chance = binom.pmf(counts, these.trials[j], theta).sum(axis=0)
            log += np.log(np.trapezoid(chance * norm.pdf(z), z))
        expected.append(log)
    found = quick_sum.log_likelihood(these, pairs[:, 0], pairs[:, 1])
    np.testing.assert_allclose(np.diff(found), np.diff(expected), atol=1e-6)


# --- other hyperpriors ----------------------------------------------------------------------------


def test_each_scale_is_halved_and_doubled():
    found = analyse(ten(), hyperprior=Hyperprior(0.3, 1.2, 0.8))
    said = [(line.which, line.scale) for line in found.sensitivity]
    assert said == [
        ("", 0.8),
        ("sigma_pop", 0.4),
        ("sigma_pop", 1.6),
        ("mu_pop", 0.6),
        ("mu_pop", 2.4),
    ]
    counts = ten().counts
    exact = posterior(counts.successes, counts.trials, mu_loc=0.3, mu_scale=1.2, sigma_scale=1.6)
    base = posterior(counts.successes, counts.trials, mu_loc=0.3, mu_scale=1.2, sigma_scale=0.8)
    line = found.sensitivity[2]
    moved = np.abs(exact.mean - base.mean)
    assert line.moved == pytest.approx(moved.max())
    assert line.who == counts.doctor[int(np.argmax(moved))]
    assert line.sigma == pytest.approx(exact.sigma_pop.mean)
    below = np.array(
        [float(a.cdf(np.log(found.standard / (1 - found.standard)))) for a in exact.alpha]
    )
    assert set(line.review) == set(counts.doctor[below > 0.8])


def test_the_first_posteriors_nodes_serve_large_tables(monkeypatch):
    """Reweighted, they say what a posterior of its own says."""
    table = drawn(50)
    anew = analyse(table).sensitivity
    monkeypatch.setattr(sensitivity, "FITTED_ANEW", 0)
    called = []
    refitted = sensitivity._refitted
    monkeypatch.setattr(sensitivity, "_refitted", lambda *a: called.append(1) or refitted(*a))
    reweighted = analyse(table).sensitivity
    assert not called
    for one, other in zip(reweighted, anew, strict=True):
        assert one.typical == pytest.approx(other.typical, abs=2e-5)
        assert one.sigma == pytest.approx(other.sigma, abs=1e-4)
        assert one.moved == pytest.approx(other.moved, abs=1e-5)
        assert one.review == other.review


def test_nodes_that_a_hyperprior_leaves_behind_are_laid_anew(monkeypatch):
    monkeypatch.setattr(sensitivity, "FITTED_ANEW", 0)
    rare = outcomes([10_000, 9_999], [10_000, 10_000])
    tight = Hyperprior(mu_scale=0.5)
    found = analyse(rare, hyperprior=tight)
    wide = found.sensitivity[-1]
    again = analyse(rare, hyperprior=Hyperprior(mu_scale=1.0))
    assert wide.typical == pytest.approx(again.typical.mean, rel=1e-9)


def test_a_hyperprior_that_speaks_louder_than_the_data_is_told():
    """One failure in 10,000: the typical rate is the hyperprior's as much as the file's."""
    rare = analyse(outcomes([1, 0, 0], [10_000, 5_000, 5_000]))
    told = next(check for check in rare.checks if check.name == "hyperprior")
    assert told.good is False
    assert told.numbers["which"] == "mu_pop"
    assert told.numbers["factor"] > 1.5
    plenty = analyse(drawn(80))
    assert next(check for check in plenty.checks if check.name == "hyperprior").good


def test_a_verdict_that_leans_on_the_hyperprior_is_told():
    found = analyse(ten())
    lines = [found.sensitivity[0], replace(found.sensitivity[1], review=("A",))]
    check = sensitivity.check(lines, found.table)
    assert check.good is False
    assert check.numbers["decides"] == 1
    same = replace(lines[0], which="mu_pop", moved=0.0)
    assert sensitivity.check([lines[0], same], found.table).good
    third = 0.3 * float(np.ptp(found.table.set_index("doctor").loc["G", ["low", "high"]]))
    moved = replace(lines[0], which="mu_pop", moved=third, who="G")
    assert sensitivity.check([lines[0], moved], found.table).good is False


def test_a_hyperprior_under_which_nothing_converged_is_told():
    rng = np.random.default_rng(1)
    found = analyse(outcomes(rng.binomial(60, 0.8, 9), [60] * 9))
    lost = [line for line in found.sensitivity if (line.which, line.scale) != ("mu_pop", 3.0)]
    check = sensitivity.check(lost, found.table, COURSE)
    assert check.good is not True
    assert check.numbers["unknown"] == "mu_pop at a scale of 3"
    made = replace(found, checks=[check])
    (line,) = model_lines(made, Words())
    assert "did not converge under mu_pop at a scale of 3" in line.advice
    none = sensitivity.check(found.sensitivity[:1], found.table, COURSE)
    assert none.good is None
    (line,) = model_lines(replace(found, checks=[none]), Words())
    assert line.found == "not known"


# --- caseload and rate ----------------------------------------------------------------------------


def slope_by_patients(counts):
    """The exact posterior with the caseload's logarithm as every patient's covariate."""
    trials, successes = counts.trials.to_numpy(), counts.successes.to_numpy()
    doublings = np.log2(trials)
    spread = doublings.std()
    doctor_idx = np.repeat(np.arange(len(trials)), trials)
    first = np.cumsum(trials) - trials
    success = (np.arange(trials.sum()) - first[doctor_idx] < successes[doctor_idx]).astype(int)
    x = (doublings - doublings.mean()) / spread
    beta = posterior_with_covariate(doctor_idx, x[doctor_idx], success).beta
    return np.exp(np.array([beta.mean, *beta.interval()]) / spread)


def slope(table):
    these = units(table)
    return volume.slope(these, by_quadrature(these, COURSE).exact, COURSE)


def test_caseload_and_rate():
    """Twice the caseload, by the exact posterior with its logarithm as a predictor."""
    found = slope(ten())
    np.testing.assert_allclose(
        [found.mean, found.low, found.high], slope_by_patients(ten().counts), rtol=1e-3
    )
    assert slope(outcomes([9, 3], [10, 10])) is None
    assert slope(outcomes([8, 9, 7, 8, 9], [10] * 5)) is None


def test_the_slope_of_many_units_is_nearly_normal(monkeypatch):
    exact = vars(slope(drawn(80)))
    monkeypatch.setattr(volume, "MOST_EXACT", 0)
    normal = vars(slope(drawn(80)))
    width = exact["high"] - exact["low"]
    np.testing.assert_allclose(list(normal.values()), list(exact.values()), atol=0.03 * width)


def test_rates_that_fall_with_small_caseloads_are_told():
    trials = np.array([4, 5, 6, 8, 10, 12, 200, 250, 300, 350])
    rising = np.round(trials * np.where(trials < 20, 0.5, 0.9)).astype(int)
    found = slope(outcomes(rising, trials))
    assert found.low > 1
    assert checks.volume(found).good is False
    assert checks.volume(None).good is None


# --- clinics that the model draws -----------------------------------------------------------------


def fitted(table):
    these = units(table)
    found = by_quadrature(these, COURSE)
    return {check.name: check for check in predictive.check(these, found, 1)}


def test_a_clinic_unlike_the_models_own_is_noticed():
    """All alike but one, and rates that rise with the caseload."""
    alike = fitted(outcomes([80] * 19 + [5], [100] * 20))
    assert set(alike) == {"spread", "farthest"}  # equal caseloads cannot correlate with rates
    assert alike["farthest"].good is False
    away = np.array([3.75] * 19 + [71.25])  # from 76.25 of 100, which is the pooled rate
    farthest = away.max() / np.sqrt((away**2).mean())
    assert alike["farthest"].numbers["observed"] == pytest.approx(farthest)
    trials = np.arange(10, 210, 10)
    rising = np.round(trials * np.linspace(0.5, 0.95, 20)).astype(int)
    caseload = fitted(outcomes(rising, trials))["caseload"]
    assert caseload.good is False
    assert caseload.numbers["observed"] > 0.9
    usual = fitted(drawn(60))
    assert all(check.good for check in usual.values())


def test_expectations_explain_a_spread():
    """Rates that differ as expected are no spread; without the expectations they are one."""
    trials = np.full(12, 400)
    expected = np.linspace(200, 390, 12)
    table = outcomes(np.round(expected).astype(int), trials, expected=expected)
    these = units(table)
    quantity = predictive._quantities(these)["spread"]
    assert quantity(these.successes[None])[0] < 0.1
    plain = replace(these, expected=np.full(12, np.nan))
    assert predictive._quantities(plain)["spread"](plain.successes[None])[0] > 5


@pytest.mark.parametrize(
    ("names", "pairs"),
    [
        (["Anna Meyer", "anna  MEYER"], 1),
        (["Dr. Meyer", "Meyer"], 1),
        (["Meyer, Anna", "Anna Meyer"], 1),
        (["José", "Jose"], 1),
        (["Johnson", "Jonson"], 1),
        (["Johnson P", "Johnsen P"], 1),
        (["Hospital A", "Hospital B"], 0),
        (["Doctor 1", "Doctor 11"], 0),
        (["Smith", "Smyth"], 0),
        (["Johnson P", "Johnsen Q"], 0),
        (list("ABCDEFGHIJ"), 0),
        ([f"Doctor {k}" for k in range(3000)], 0),
    ],
    ids=lambda value: str(value)[:30],
)
def test_names_that_may_be_one(names, pairs):
    assert len(alike(names)) == pairs
