"""The joint posterior: expectations, draws, new doctors, and rates at a covariate's value."""

import numpy as np
import pandas as pd
import pytest
from exact_tables import TABLES, TEN_SUCCESSES, TEN_TRIALS
from scipy.special import expit

from shrinkage.data import load_doctors
from shrinkage.exact import posterior, posterior_with_covariate

SIZE = 20_000
JOINTS = ("ten", "one", "at odds", "fixed at zero", "fixed", "seventy")
LEFT_OUT = ("ten", "fixed, one huge", "big", "equal")
RANKS = ("ten", "mixed", "eleven at odds", "seventy", "fixed", "fixed, one huge", "one large")


@pytest.fixture(scope="module")
def patients():
    table = load_doctors()
    doctor_idx, _ = pd.factorize(table.doctor, sort=True)
    return doctor_idx, table.severity.to_numpy(), table.success.to_numpy()


@pytest.fixture(scope="module")
def severe(patients):
    return posterior_with_covariate(*patients)


@pytest.fixture(params=[*JOINTS, "with severity"])
def exact(request, severe):
    if request.param == "with severity":
        return severe
    successes, trials, options = TABLES[request.param]
    return posterior(successes, trials, **options)


def test_expectations_are_the_marginals(exact):
    """The sums over nodes, and those over densities that are laid in another way."""
    joint = exact.joint
    assert joint.weight.min() > 0
    mean = joint.expectation_by_doctor(lambda at: expit(at.alpha))
    square = joint.expectation_by_doctor(lambda at: (expit(at.alpha) - 0.5) ** 2)
    np.testing.assert_allclose(mean, exact.mean, atol=1e-6)
    np.testing.assert_allclose(square - (mean - 0.5) ** 2, exact.sd**2, rtol=1e-3, atol=1e-9)
    new = joint.expectation_new_doctor(lambda at: expit(at.alpha))
    assert new == pytest.approx(exact.new_doctor.mean, abs=1e-6)
    by_parts = joint.expectation_by_doctor(lambda at: at.mu_pop + at.sigma_pop * at.z - at.alpha)
    np.testing.assert_allclose(by_parts, 0, atol=1e-9)
    mean = joint.expectation(lambda at: at.mu_pop)
    assert mean == pytest.approx(exact.mu_pop.mean, abs=1e-5 * exact.mu_pop.sd)
    if exact.sigma_pop:  # an odd function, for which the trapezoid rule needs its correction
        mean = joint.expectation(lambda at: at.sigma_pop)
        assert mean == pytest.approx(exact.sigma_pop.mean, abs=5e-5 * exact.sigma_pop.sd)
    if exact.beta:
        mean = joint.expectation(lambda at: at.beta)
        assert mean == pytest.approx(exact.beta.mean, abs=1e-6 * exact.beta.sd)


def test_draws_have_the_moments_of_the_posterior(exact):
    joint = exact.joint
    drawn = joint.draw(np.random.default_rng(3), SIZE)
    columns = [(drawn.mu_pop, exact.mu_pop), *zip(drawn.alpha.T, exact.alpha, strict=True)]
    columns += [(drawn.sigma_pop, exact.sigma_pop)] if exact.sigma_pop else []
    columns += [(drawn.beta, exact.beta)] if exact.beta else []
    for values, known in columns:
        assert values.mean() == pytest.approx(known.mean, abs=4.5 * known.sd / np.sqrt(SIZE))
        kurtosis = np.mean((values - values.mean()) ** 4) / values.var() ** 2
        error = known.sd * np.sqrt((kurtosis - 1) / SIZE) / 2
        assert values.std() == pytest.approx(known.sd, abs=4.5 * error)
    # Their correlations
    both = joint.expectation_by_doctor(lambda at: (at.alpha - at.mu_pop) ** 2)
    away = (drawn.alpha - drawn.mu_pop[:, None]) ** 2
    error = away.std(axis=0) / np.sqrt(SIZE)
    assert np.all(np.abs(away.mean(axis=0) - both) < 4.5 * error + 1e-12)


def test_draws_follow_severity(severe):
    drawn = severe.joint.draw(np.random.default_rng(4), SIZE)
    both = severe.joint.expectation_by_doctor(lambda at: at.alpha * at.beta)
    product = drawn.alpha * drawn.beta[:, None]
    error = product.std(axis=0) / np.sqrt(SIZE)
    assert np.max(np.abs(product.mean(axis=0) - both) / error) < 4.5


def test_quantiles_of_even_probabilities_are_the_marginals():
    """A probability moves one variable alone, and every draw keeps its place in the order."""
    exact = posterior(TEN_SUCCESSES, TEN_TRIALS)
    prob, half = np.array([0.05, 0.5, 0.95]), np.full(3, 0.5)
    drawn = exact.joint.quantiles(prob, half, np.full((3, 10), 0.5))
    np.testing.assert_allclose(drawn.sigma_pop, exact.sigma_pop.quantile(prob), rtol=1e-9)
    shaped = exact.joint.quantiles(half[:, None], prob[:, None], np.full((3, 1, 10), 0.5))
    assert shaped.mu_pop.shape == (3, 1)
    assert shaped.alpha.shape == (3, 1, 10)
    assert np.all(np.diff(shaped.mu_pop, axis=0) > 0)
    alone = exact.joint.draw(np.random.default_rng(1), 4, doctors=False)
    assert alone.alpha.shape == (4, 0)


def test_given_the_population_doctors_are_independent():
    """The mean of the product of two rates, against one tensor of Hermite nodes."""
    (s, n), nodes = ([3, 1], [4, 5]), np.polynomial.hermite_e.hermegauss(120)
    x, w = nodes[0], nodes[1] / nodes[1].sum()
    alpha = 1.5 * x[:, None, None] + x[None, :, None] * x  # even in sigma_pop
    theta = expit(alpha)
    like = [theta**a * (1 - theta) ** (b - a) @ w for a, b in zip(s, n, strict=True)]
    rate = [theta ** (a + 1) * (1 - theta) ** (b - a) @ w for a, b in zip(s, n, strict=True)]
    weight = np.outer(w, w)
    known = (weight * rate[0] * rate[1]).sum() / (weight * like[0] * like[1]).sum()
    joint = posterior(s, n).joint
    first, second = joint.given_nodes(lambda at: expit(at.alpha)).T
    assert joint.weight @ (first * second) == pytest.approx(known, abs=1e-6)


# -- a covariate's value --------------------------------------------------------------------------


def test_rates_at_a_severity_are_those_of_a_covariate_moved_there(patients, severe):
    doctor_idx, severity, success = patients
    moved = posterior_with_covariate(doctor_idx, severity - 1.0, success)
    there = severe.at(1.0)
    # Moving the covariate moves what mu_pop means, and with it its prior: hardly anything here.
    np.testing.assert_allclose(there.mean, moved.mean, atol=2e-2)
    by_nodes = severe.joint.expectation_by_doctor(lambda at: expit(at.alpha + at.beta))
    np.testing.assert_allclose(there.mean, by_nodes, atol=1e-6)
    square = severe.joint.expectation_by_doctor(lambda at: expit(at.alpha + at.beta) ** 2)
    np.testing.assert_allclose(there.sd, np.sqrt(square - by_nodes**2), rtol=1e-4)
    drawn = severe.joint.draw(np.random.default_rng(5), SIZE)
    rates = expit(drawn.alpha + drawn.beta[:, None])
    low, high = there.interval(0.9).T
    inside = ((rates > low) & (rates < high)).mean(axis=0)
    assert np.all(np.abs(inside - 0.9) < 4.5 * np.sqrt(0.09 / SIZE))
    with pytest.raises(ValueError, match="covariate must be finite"):
        severe.at(np.nan)


def test_severity_zero_is_the_posterior_itself(severe):
    there = severe.at(0.0)
    np.testing.assert_allclose(there.mean, severe.mean, atol=1e-6)
    np.testing.assert_allclose(there.sd, severe.sd, rtol=1e-5)
    np.testing.assert_array_equal(there.interval(), severe.interval())


def test_a_new_doctor_is_one_without_patients():
    among = posterior([*TEN_SUCCESSES, 0], [*TEN_TRIALS, 0])
    new = posterior(TEN_SUCCESSES, TEN_TRIALS).new_doctor
    assert new.mean == pytest.approx(among.mean[-1], abs=1e-7)
    assert new.sd == pytest.approx(among.sd[-1], abs=1e-6)
    assert new.interval(0.8) == pytest.approx(tuple(among.interval(0.8)[-1]), abs=1e-6)
    assert new.alpha.mean == pytest.approx(among.alpha[-1].mean, abs=1e-7)


# -- leaving out, and places ----------------------------------------------------------------------


@pytest.mark.parametrize("name", LEFT_OUT)
def test_leaving_a_doctor_out_equals_a_posterior_without_the_doctor(name):
    successes, trials, options = TABLES[name]
    exact = posterior(successes, trials, **options)
    for j in range(len(trials)):
        rest = posterior(np.delete(successes, j), np.delete(trials, j), **options)
        difference = exact.log_evidence - rest.log_evidence
        assert exact.log_left_out[j] == pytest.approx(difference, abs=1e-6)


@pytest.mark.parametrize("name", RANKS)
def test_places_agree_with_draws_and_add_up(name):
    successes, trials, options = TABLES[name]
    exact = posterior(successes, trials, **options)
    ranks = exact.rank_probabilities()
    np.testing.assert_allclose(ranks.sum(axis=0), 1, atol=1e-7)
    np.testing.assert_allclose(ranks.sum(axis=1), 1, atol=1e-12)
    agree_with_draws(exact, ranks)


def test_places_with_severity_agree_with_draws_and_add_up(severe):
    ranks = severe.rank_probabilities()
    np.testing.assert_allclose(ranks.sum(axis=0), 1, atol=1e-7)
    agree_with_draws(severe, ranks)


def agree_with_draws(exact, ranks):
    alpha = exact.joint.draw(np.random.default_rng(7), SIZE).alpha
    place = (-alpha).argsort(axis=1).argsort(axis=1)
    places = np.array([np.bincount(column, minlength=len(ranks)) for column in place.T]) / SIZE
    error = np.sqrt(np.maximum(ranks * (1 - ranks), 1 / SIZE) / SIZE)
    assert np.max(np.abs(places - ranks) / error) < 5
