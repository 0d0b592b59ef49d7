"""What other hyperpriors and the caseload say, where the posterior is a sampler's."""

from dataclasses import replace

import numpy as np
import pytest
from adjusted_kit import COURSE, exact_severity, fit, outcomes, patients, severity
from scipy.special import expit

from shrinkage.report import Words, analyse, reweighting, sensitivity
from shrinkage.report.model_lines import model_lines

pytestmark = pytest.mark.sampler
EFFECTIVE = 0.2  # of the draws, or fewer: these models' smallest share of effective ones
OTHERS = {f"{which} {scale:g}": other for which, scale, other in sensitivity.others(COURSE)}


@pytest.fixture(scope="module")
def of_severity():
    return severity()


@pytest.mark.parametrize("name", OTHERS)
def test_weighted_draws_are_the_exact_posterior_under_the_other_hyperprior(of_severity, name):
    """Of each doctor, standardised to all severities, and of sigma_pop."""
    other = OTHERS[name]
    exact, true = exact_severity(**vars(other))
    weight = reweighting.weights(of_severity.draws, (), COURSE, other)
    under = of_severity.found.under(other, 0.75)
    error = 4.5 / np.sqrt(EFFECTIVE / (weight**2).sum())  # standard errors of a mean, in its sds
    assert (np.abs(under.mean - true) < error * exact.sd).all()
    assert abs(under.sigma - exact.sigma_pop.mean) < error * exact.sigma_pop.sd
    unweighted = of_severity.found.estimates.sigma.mean
    if other.sigma_scale != COURSE.sigma_scale:
        assert abs(under.sigma - exact.sigma_pop.mean) < 0.2 * abs(under.sigma - unweighted)


def test_where_weights_are_not_reliable_the_model_is_sampled_again(of_severity, monkeypatch):
    other = replace(COURSE, sigma_scale=0.5)
    weighted = of_severity.found.under(other, 0.75)
    monkeypatch.setattr(reweighting, "RELIABLE", -10.0)
    anew = of_severity.found.under(other, 0.75)
    assert reweighting.weights(of_severity.draws, (), COURSE, other) is None
    sd = np.ptp(of_severity.found.estimates.interval, axis=1) / 4
    assert np.abs(anew.mean - weighted.mean).max() > 0
    assert (np.abs(anew.mean - weighted.mean) < 0.15 * sd).all()
    assert np.abs(anew.below - weighted.below).max() < 0.06
    assert abs(anew.sigma - weighted.sigma) < 0.05


def test_weights_of_a_hyperprior_far_away_are_not_trusted(of_severity):
    far = replace(COURSE, mu_loc=-6.0, mu_scale=0.3)
    assert reweighting.weights(of_severity.draws, (), COURSE, far) is None
    near = reweighting.weights(of_severity.draws, (), COURSE, replace(COURSE, mu_loc=0.1))
    assert near.sum() == pytest.approx(1)


def test_a_caseload_that_tells_is_found_beside_covariates():
    """It agrees with the coefficient of the model that has the caseload in it."""
    rng = np.random.default_rng(8)
    frame = patients(2500, 24, seed=11, sigma=0.3)
    size = frame.doctor.map(frame.doctor.value_counts())
    more = rng.random(len(frame)) < expit(1.2 * (np.log2(size) - np.log2(size).mean()))
    frame["success"] = np.where(more, np.maximum(frame.success, rng.random(len(frame)) < 0.6), 0)
    table = outcomes(frame)
    without = fit(table, "age + urgency").found
    (check,) = [c for c in without.checks if c.name == "volume"]
    assert check.good is False
    inside = fit(table, "age + urgency + caseload").found
    assert not [c for c in inside.checks if c.name == "volume"]
    *_, true = inside.adjustment.coefficients
    ours = np.log([check.numbers[end] for end in ("mean", "low", "high")])
    theirs = np.log([true.odds_ratio.mean, true.odds_ratio.low, true.odds_ratio.high])
    width = theirs[2] - theirs[1]
    assert np.abs(ours - theirs).max() < 0.12 * width


def test_units_inside_groups_say_why_the_caseload_is_not_checked():
    frame = patients(500, 12, seed=9)
    frame["ward"] = frame.doctor.map(lambda name: f"W{int(name[1:]) // 4}")
    found = analyse(outcomes(frame), adjust="age", within="ward")
    lines = {line.what: line for line in model_lines(found, Words())}
    line = lines["Odds of success with twice the caseload"]
    assert line.good is None
    assert "belong to different wards" in line.advice
    assert "--adjust 'age + caseload' puts" in line.advice
    assert "Hyperpriors half and twice as wide" in lines
    assert [s.which for s in found.sensitivity] == ["", *["sigma_pop"] * 2, *["mu_pop"] * 2]
