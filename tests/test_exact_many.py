"""What the exact posterior says of many doctors: places, own weight, more patients, and blocks."""

import numpy as np
import pytest
from exact_tables import TEN_SUCCESSES, TEN_TRIALS, made_up
from scipy.special import expit, logit
from scipy.stats import norm

from shrinkage.exact import blocks, patients, places, posterior, posterior_given_offsets


# -- places ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(("doctors", "most", "spread"), [(60, 399, 0.5), (80, 59, 0.3)])
def test_places_of_many_are_those_of_every_places_probability(doctors, most, spread):
    """Ends within a place, and the chances of the first and the last one within 0.002."""
    mixture = posterior(*made_up(doctors, 5, most, spread, doctors))._mixture
    exactly, found = places.exactly(mixture, 0.95), places.of_many(mixture, 0.95)
    assert np.abs(exactly.low - found.low).max() <= 1
    assert np.abs(exactly.high - found.high).max() <= 1
    assert np.mean(exactly.low != found.low) < 0.15
    np.testing.assert_allclose(found.best, exactly.best, atol=2e-3)
    np.testing.assert_allclose(found.worst, exactly.worst, atol=2e-3)


def test_places_of_many_are_right_where_doctors_are_alike_or_a_few_are_known():
    """Errors of equal doctors are equal, and add up; those of mu_pop move a known doctor alone."""
    rng = np.random.default_rng(0)
    alike = rng.binomial(20, expit(rng.normal(1.5, 0.5, 100))), np.full(100, 20)
    few = [*rng.binomial(3, 0.8, 80), 500_000, 300_000, 800_000], [3] * 80 + [1_000_000] * 3
    for table in (alike, few):
        mixture = posterior(*table)._mixture
        exactly, found = places.exactly(mixture, 0.95), places.of_many(mixture, 0.95)
        for one, other in zip(exactly[:2], found[:2], strict=True):
            assert np.abs(one - other).max() <= 1
        for one, other in zip(exactly[2:], found[2:], strict=True):
            np.testing.assert_allclose(one, other, atol=5e-3)


def test_places_of_many_agree_with_draws():
    """Places counted in independent draws of all doctors' log-odds, within their errors."""
    exact = posterior(*made_up(300, 5, 299, 0.5, 4))
    draws = 8000
    alpha = exact.joint.draw(np.random.default_rng(2), draws).alpha
    place = (-alpha).argsort(axis=1).argsort(axis=1) + 1
    found = exact.places(0.9)
    for ends, tail in ((found.low, 0.05), (found.high, 0.95)):
        # A place on either side, and four Monte Carlo standard errors of a share of draws.
        error = 4 * np.sqrt(tail * (1 - tail) / draws)
        assert np.all((place <= ends + 1).mean(axis=0) >= tail - error)
        assert np.all((place <= ends - 2).mean(axis=0) <= tail + error)
    for chance, at in ((found.best, 1), (found.worst, 300)):
        share = (place == at).mean(axis=0)
        error = np.sqrt(np.maximum(chance * (1 - chance), 1 / draws) / draws)
        assert np.all(np.abs(share - chance) < 4.5 * error + 2e-3)
        assert chance.sum() == pytest.approx(1)


def test_places_of_few_are_quantiles_of_their_probabilities():
    exact = posterior(TEN_SUCCESSES, TEN_TRIALS)
    probability, found = exact.rank_probabilities(), exact.places(0.8)
    for j in range(10):
        below = np.cumsum(probability[j])
        assert found.low[j] == np.flatnonzero(below >= 0.1)[0] + 1
        assert found.high[j] == np.flatnonzero(below >= 0.9)[0] + 1
    np.testing.assert_array_equal(found.best, probability[:, 0])
    np.testing.assert_array_equal(found.worst, probability[:, -1])


def test_equal_doctors_and_those_without_patients_have_equal_places():
    exact = posterior([8] * 70 + [0] * 2 + [90], [10] * 70 + [0] * 2 + [100])
    found = exact.places()
    assert (
        len({(low, high) for low, high in zip(found.low[:70], found.high[:70], strict=True)}) == 1
    )
    assert found.best[70] == found.best[71]
    assert found.low[70] <= found.low[0] <= found.high[0] <= found.high[70]  # known less well
    assert np.all((found.low >= 1) & (found.low <= found.high) & (found.high <= 73))
    alike = posterior([3] * 70, [4] * 70, sigma_pop=0.0).places(0.9)
    np.testing.assert_array_equal(np.stack([alike.low, alike.high]).T, [[4, 67]] * 70)


def test_the_normal_distribution_function():
    z = np.linspace(-9, 9, 1001)
    np.testing.assert_allclose(places.normal_cdf(z), norm.cdf(z), atol=1e-7)


# -- one number a doctor --------------------------------------------------------------------------
def test_below_is_the_distribution_function_of_the_rate():
    exact = posterior(TEN_SUCCESSES, TEN_TRIALS)
    at_ends = [exact.below(float(end))[j] for j, end in enumerate(exact.interval(0.9)[:, 0])]
    np.testing.assert_allclose(at_ends, 0.05, atol=1e-6)
    draws = expit(exact.joint.draw(np.random.default_rng(3), 20_000).alpha) < 0.75
    below = exact.below(0.75)
    error = np.sqrt(below * (1 - below) / len(draws))
    assert np.all(np.abs(draws.mean(axis=0) - below) < 4 * error)
    for threshold in (0.0, 1.0, 90):
        with pytest.raises(ValueError, match="threshold must lie between 0 and 1"):
            exact.below(threshold)


def test_own_weight_is_the_normal_approximations():
    sigma, n = 0.6, np.array(TEN_TRIALS)
    exact = posterior(TEN_SUCCESSES, TEN_TRIALS, sigma_pop=sigma)
    precision = n * exact.mean * (1 - exact.mean)
    np.testing.assert_allclose(exact.own_weight, 1 / (1 + 1 / (sigma**2 * precision)), rtol=1e-9)
    learnt = posterior(TEN_SUCCESSES, TEN_TRIALS)
    at = learnt.joint
    square = learnt.mean * (1 - learnt.mean) * n * at.sigma_pop[:, None] ** 2
    np.testing.assert_allclose(learnt.own_weight, at.weight @ (square / (1 + square)), atol=2e-3)


def test_a_bound_weighs_less_than_the_number():
    ends = np.array([[40, 40], [0, 4], [30, 30]])
    bounded = posterior([40, 0, 30], [50, 90, 60], bounds=ends, sigma_pop=0.5)
    known = posterior([40, 4, 30], [50, 90, 60], sigma_pop=0.5)
    assert 0 < bounded.own_weight[1] < known.own_weight[1]


def test_that_many_more_patients_settle_the_question():
    """With the population known, more patients of the same share are more counts."""
    successes, trials = np.array([7, 33, 150, 2]), np.array([10, 50, 200, 30])
    options = {"sigma_pop": 0.8, "mu_loc": 1.0, "mu_scale": 1e-3}
    exact = posterior(successes, trials, **options)
    needed = exact.more_patients(0.72)
    assert needed[3] == 0  # settled already
    assert np.all(np.isfinite(needed[:3]) & (needed[:3] > 0))
    for j in range(3):
        a = np.linspace(-6, 6, 200_001)
        log = -0.5 * ((a - 1.0) / np.hypot(0.8, 1e-3)) ** 2
        log += successes[j] * a - trials[j] * np.logaddexp(0, a)
        gain = exact.mean[j] * a - np.logaddexp(0, a)

        def below(more, log=log, gain=gain, a=a):
            density = np.exp(log + more * gain - (log + more * gain).max())
            return density[a < logit(0.72)].sum() / density.sum()

        assert not 0.05 < below(1.02 * needed[j] + 1) < 0.95
        assert 0.05 < below(0.98 * needed[j] - 1) < 0.95


def test_no_number_of_patients_settles_what_lies_on_the_line():
    exact = posterior([7, 33], [10, 50], sigma_pop=0.8)
    assert np.isinf(exact.more_patients(float(exact.mean[0]))[0])
    with pytest.raises(ValueError, match="the lower one first"):
        exact.more_patients(0.7, 0.9, 0.1)


# -- many -----------------------------------------------------------------------------------------
def test_results_do_not_depend_on_the_number_of_threads(monkeypatch):
    s, n = made_up(1200, 5, 29_999, 0.4, 5)

    def all_of_it():
        exact = posterior(s, n)
        found = exact.places()
        return [
            exact.mean,
            exact.sd,
            exact.interval(),
            exact.below(0.8),
            exact.log_left_out,
            *found,
            exact.more_patients(0.8),
        ]

    several = all_of_it()
    monkeypatch.setattr(blocks.os, "process_cpu_count", lambda: 1, raising=False)
    for one, other in zip(all_of_it(), several, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_block_tells_nothing_that_the_whole_does_not(monkeypatch):
    s, n = made_up(300, 5, 1999, 0.5, 6)
    whole = posterior(s, n)
    found = whole.mean, whole.interval(), whole.log_left_out
    monkeypatch.setattr(blocks.blocks, "__defaults__", (64,))
    small = posterior(s, n)
    for one, other in zip((small.mean, small.interval(), small.log_left_out), found, strict=True):
        np.testing.assert_allclose(one, other, atol=2e-6)


def test_patients_on_a_lattice_are_the_same_patients():
    rng = np.random.default_rng(8)
    doctor, offset = rng.integers(0, 4, 25_000), rng.normal(0, 2, 25_000)
    cells = doctor, offset, (rng.random(25_000) < expit(offset)).astype(float), np.ones(25_000)
    assert len(offset) > patients.LARGE
    table = patients.Patients(*cells, 5)
    alpha = rng.uniform(-45, 45, (200, 1))
    value, _ = table.value(alpha)
    slope, curvature = table.slopes(alpha)
    for j in range(4):
        eta, y = alpha + offset[doctor == j], cells[2][doctor == j]
        each = len(y)
        known = (y * eta - np.logaddexp(0, eta)).sum(axis=1)
        np.testing.assert_allclose(value[:, j], known, atol=1e-9 * each, rtol=1e-9)
        np.testing.assert_allclose(slope[:, j], (y - expit(eta)).sum(axis=1), atol=1e-7 * each)
        bend = (expit(eta) * expit(-eta)).sum(axis=1)
        np.testing.assert_allclose(curvature[:, j], bend, atol=1e-5 * each)


def test_one_offset_for_thousands_of_patients_is_a_count():
    s, n = np.array([9_000, 14_000]), np.array([12_000, 15_000])
    doctor = np.repeat([0, 1], n)
    success = np.concatenate([np.arange(total) < got for got, total in zip(s, n, strict=True)])
    found = posterior_given_offsets(doctor, np.full(len(doctor), 0.3), success, reference=0.3)
    counts = posterior(s, n, mu_loc=0.3)
    np.testing.assert_allclose(found.mean, counts.mean, atol=1e-8)
    assert found.log_evidence == pytest.approx(counts.log_evidence, abs=1e-3)
