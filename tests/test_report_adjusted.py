"""Patients with covariates, and offsets: PyMC, Bambi and the exact posterior agree."""

import numpy as np
import pytest
from adjusted_kit import (
    COURSE,
    bambi,
    distance,
    exact_severity,
    fit,
    of_bambi,
    outcomes,
    patients,
    severity,
)
from scipy.stats import binom

from shrinkage.data import load_arizona, load_doctors, load_new_york
from shrinkage.exact import posterior
from shrinkage.report import adjusted, model

CLOSE = 4.5  # Monte Carlo standard errors, for some hundred numbers
AGE_AND_TYPE = "age80 + C(type)"


def arizona():
    """Patients of 54 hospitals, of whom three in four are alike with another of the hospital."""
    frame = load_arizona().rename(columns={"hospital": "doctor", "survived": "success"})
    return outcomes(frame.assign(doctor=frame.doctor.astype(str)))


@pytest.fixture(scope="module")
def of_cells():
    return fit(arizona(), AGE_AND_TYPE)


@pytest.fixture(scope="module")
def of_severity():
    return severity()


# --- patients with covariates --------------------------------------------------------------------


@pytest.mark.sampler
def test_the_draws_are_bambis(of_cells):
    """Both centre the covariates; Bambi reports the intercept of a patient with zeros."""
    frame = arizona().patients
    theirs = bambi(f"success ~ {AGE_AND_TYPE} + (1|doctor)", frame, "bernoulli")
    draws = of_cells.draws
    names = [str(name) for name in draws.covariate.to_numpy()]
    assert names == ["age80", "C(type)[2.0]", "C(type)[3.0]"]
    types = of_bambi(theirs, "C(type)")
    beta = np.concatenate([of_bambi(theirs, "age80")[..., None], types], axis=-1)
    mean = [frame.age80.mean(), (frame.type == 2).mean(), (frame.type == 3).mean()]
    mu = of_bambi(theirs, "Intercept") + beta @ mean
    order = [str(name) for name in theirs.posterior["doctor__factor_dim"].to_numpy()]
    place = [order.index(str(name)) for name in draws.doctor.to_numpy()]
    alpha = mu[..., None] + of_bambi(theirs, "1|doctor")[..., place]
    for ours, other in (
        (draws.beta, beta),
        (draws.mu_pop, mu),
        (draws.sigma_pop, of_bambi(theirs, "1|doctor_sigma")),
        (draws.alpha, alpha),
    ):
        assert distance(ours.to_numpy(), other).max() < CLOSE


@pytest.mark.sampler
def test_compressed_patients_have_the_same_posterior(of_cells, monkeypatch):
    monkeypatch.setattr(adjusted, "MOST_CELLS", 1)
    few = fit(arizona(), AGE_AND_TYPE)
    (check,) = [c for c in few.found.checks if c.name == "compressed"]
    assert check.numbers["patients"] == len(load_arizona())
    for name in ("beta", "mu_pop", "sigma_pop", "alpha"):
        ours, theirs = few.draws[name].to_numpy(), of_cells.draws[name].to_numpy()
        assert distance(ours, theirs).max() < CLOSE
        sd = theirs.std(axis=(0, 1))
        assert np.abs(ours.mean(axis=(0, 1)) - theirs.mean(axis=(0, 1))).max() < 0.1 * sd.max()
        np.testing.assert_allclose(ours.std(axis=(0, 1)), sd, rtol=0.08)
    ours, theirs = few.found.estimates, of_cells.found.estimates
    widths = np.diff(theirs.interval)[:, 0]
    assert (np.abs(ours.mean - theirs.mean) / widths).max() < 0.04


@pytest.mark.sampler
def test_the_draws_are_the_exact_posterior(of_severity):
    (check,) = [c for c in of_severity.found.checks if c.name == "agreement"]
    assert check.good
    assert check.numbers["compared"] == 13
    assert of_severity.found.checks[0].good


@pytest.mark.sampler
def test_rates_are_standardised_to_all_patients(of_severity):
    """Each doctor's mean over the severities of all: exactly, and not at the mean severity."""
    exact, standardised = exact_severity()
    found = of_severity.found
    assert list(found.units.names) == sorted(set(load_doctors().doctor))
    error = 4.5 * exact.sd / np.sqrt(2000)
    assert (np.abs(found.estimates.mean - standardised) < error).all()
    # The mean patient does better than the mean of the patients.
    assert (exact.mean - standardised).max() > 0.002


@pytest.mark.sampler
def test_what_adjusting_did_is_told(of_severity):
    adjustment = of_severity.found.adjustment
    (coefficient,) = adjustment.coefficients
    assert coefficient.name == "severity"
    ratio = coefficient.odds_ratio
    assert ratio.low < ratio.mean < ratio.high < 1
    assert adjustment.sickest[0] == adjustment.who == "H"
    assert adjustment.after > adjustment.before + 0.05
    assert adjustment.sickest[1] < adjustment.mildest[1]


@pytest.mark.sampler
def test_missing_values_rare_levels_and_groups_go_together():
    """A unit whose patients all lack a value is predicted like a new one, and kept."""
    frame = patients(500, 12, seed=9)
    frame["ward"] = frame.doctor.map(lambda name: f"W{int(name[1:]) // 4}")
    frame.loc[frame.doctor == "D02", "age"] = np.nan
    frame.loc[frame.index[::60], "urgency"] = "dying"
    frame.loc[frame.index[::60], "success"] = 0
    found = fit(outcomes(frame), "age + urgency", within="ward").found
    assert [check.good for check in found.checks if check.name == "sampler"][-1]
    assert "urgency[dying]" in found.adjustment.rare
    without = list(found.units.names).index("D02")
    assert found.units.trials[without] == 0
    low, high = found.estimates.interval.T
    assert (high - low)[without] == (high - low).max()
    ratios = {c.name: c.odds_ratio for c in found.adjustment.coefficients}
    assert 0 < ratios["urgency[dying]"].low < ratios["urgency[dying]"].high < 1
    assert found.groups.name == "ward"
    assert found.group[without] == "W0"


# --- offsets and suppressed counts ---------------------------------------------------------------

#: Odds ratios against what was expected: medians and 95 % intervals by a sampler of 40,000 draws,
#: of the course's model with the state's expected rate of death as an offset.
NEW_YORK = """
1 1.065 0.791 1.416
2 0.803 0.470 1.238
5 1.293 0.997 1.664
12 0.954 0.544 1.617
23 1.087 0.905 1.296
28 0.612 0.391 0.883
33 1.434 0.956 2.218
"""


def test_the_exact_posterior_with_expectations_is_the_known_one():
    table = load_new_york()
    rate = table.expected_percent / 100
    found = posterior(table.deaths, table.operations, expected=rate * table.operations)
    for line in NEW_YORK.split("\n")[1:-1]:
        hospital, *true = (float(word) for word in line.split())
        alpha = found.alpha[int(hospital) - 1]
        ours = np.exp(alpha.quantile(np.array([0.5, 0.025, 0.975])))
        np.testing.assert_allclose(ours, true, rtol=0.012)


@pytest.mark.sampler
def test_exact_pymc_and_bambi_agree_with_expectations():
    table = load_new_york()
    rate = table.expected_percent / 100
    offset = np.log(rate / (1 - rate)).to_numpy()
    exact = posterior(table.deaths, table.operations, expected=rate * table.operations)
    true = np.array([m.mean for m in (*exact.alpha, exact.mu_pop, exact.sigma_pop)])
    cells = model.Cells(
        table.hospital.astype(str).to_numpy(object),
        np.arange(len(table)),
        table.deaths.to_numpy(),
        table.operations.to_numpy(),
        offset=offset,
    )
    draws, convergence, _ = model.sample(cells, 5, COURSE)
    assert convergence is not None
    frame = table.assign(expected=offset)
    formula = "p(deaths, operations) ~ 1 + offset(expected) + (1|hospital)"
    theirs = bambi(formula, frame, "binomial")
    alpha = of_bambi(theirs, "Intercept")[..., None] + of_bambi(theirs, "1|hospital")
    sigma = of_bambi(theirs, "1|hospital_sigma")
    for found in (
        [draws.alpha.to_numpy(), draws.mu_pop.to_numpy(), draws.sigma_pop.to_numpy()],
        [alpha, of_bambi(theirs, "Intercept"), sigma],
    ):
        every = np.concatenate([v.reshape(*v.shape[:2], -1) for v in found], axis=-1)
        assert distance_from(every, true).max() < CLOSE


def distance_from(draws, true):
    import arviz as az

    error = az.mcse(az.from_dict({"posterior": {"x": draws}}))["x"].to_numpy()
    return np.abs(draws.mean(axis=(0, 1)) - true) / error


def test_a_suppressed_count_sums_over_what_it_may_be():
    eta = np.array([-3.0, 0.0, 2.0, 9.0])
    trials, bounds = np.array([30, 12, 200, 8]), np.array([[0, 4], [12, 12], [150, 200], [0, 8]])
    theta = 1 / (1 + np.exp(-eta))
    below = np.where(bounds[:, 0] > 0, binom.cdf(bounds[:, 0] - 1, trials, theta), 0)
    true = np.log(binom.cdf(bounds[:, 1], trials, theta) - below)
    found = model.bounded_binomial(eta, trials, bounds).eval()
    np.testing.assert_allclose(found, true, atol=1e-9)
