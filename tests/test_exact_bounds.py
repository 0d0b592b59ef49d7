"""The exact posterior where the successes of some doctors are known by bounds only."""

import numpy as np
import pytest
from exact_tables import TEN_SUCCESSES, TEN_TRIALS
from hypothesis import strategies as st
from properties import for_any
from scipy.special import expit, gammaln
from scipy.stats import binom

from shrinkage.exact import posterior
from shrinkage.exact.bounded import Bounded


def log_choose(n, k):
    return gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)


def bounds(successes, **known):
    """Equal bounds but for those of the doctors that are named, ``d3=(0, 4)``."""
    found = np.column_stack([successes, successes]).astype(float)
    for name, ends in known.items():
        found[int(name[1:])] = ends
    return found


@pytest.mark.parametrize(
    ("low", "high", "n"), [(0, 4, 90), (88, 90, 90), (5, 60, 90), (0, 400, 900)]
)
def test_the_likelihood_is_a_sum_of_binomial_probabilities(low, high, n):
    a = np.linspace(-9, 9, 181)
    one = Bounded(np.array([float(low)]), np.array([float(high)]), np.array([float(n)]), None, 0.0)
    value, slope = one.value_and_slope(a[:, None])
    probability = binom.pmf(np.arange(low, high + 1)[:, None], n, expit(a)).sum(axis=0)
    seen = probability > 1e-290
    np.testing.assert_allclose(value[seen, 0], np.log(probability[seen]), atol=1e-9)
    first, bend = one.slopes(a[:, None])
    np.testing.assert_allclose(slope, first, atol=1e-9)
    step = 1e-4
    above, below = (one.value(a[:, None] + h)[0] for h in (step, -step))
    np.testing.assert_allclose(first, (above - below) / (2 * step), atol=1e-4, rtol=1e-5)
    up, down = (one.slopes(a[:, None] + h)[0] for h in (step, -step))
    np.testing.assert_allclose(bend, (down - up) / (2 * step), atol=1e-3, rtol=1e-4)
    assert np.all(bend >= 0)


MIXTURES = {
    "a cell that was withheld": (TEN_SUCCESSES, TEN_TRIALS, 8, (0, 4), {}),
    "few failures": (TEN_SUCCESSES, TEN_TRIALS, 8, (110, 120), {}),
    "on both sides": (TEN_SUCCESSES, TEN_TRIALS, 8, (30, 60), {}),
    "a wide plateau": ([3, 5], [10, 400], 1, (20, 70), {"sigma_pop": 8.0}),
    "a wide population": ([3, 5], [10, 400], 1, (0, 10), {"sigma_scale": 5.0}),
    "complete pooling": ([3, 5, 2], [10, 400, 3], 1, (0, 10), {"sigma_pop": 0.0}),
    "at odds": ([3, 5, 2], [10, 400, 3], 1, (0, 10), {"sigma_pop": 0.1}),
    "alone": ([5], [400], 0, (0, 10), {}),
    "no success": ([0] * 5, [100] * 4 + [700], 4, (0, 4), {}),
    "with an expectation": ([3, 5, 8], [10, 40, 50], 1, (0, 10), {"expected": [4, 9, 9.5]}),
}


@pytest.mark.parametrize("name", MIXTURES)
def test_a_bound_is_the_mixture_of_what_it_allows(name):
    successes, trials, j, ends, options = MIXTURES[name]
    bounded = bounds(successes, **{f"d{j}": ends})
    # What stands in place of the unknown number is not looked at.
    unknown = np.array(successes, float)
    unknown[j] = np.nan
    exact = posterior(unknown, trials, bounds=bounded, **options)
    log, mean, below, sigma = [], [], [], []
    for k in range(ends[0], ends[1] + 1):
        known = list(successes)
        known[j] = k
        one = posterior(known, trials, **options)
        log.append(one.log_evidence + log_choose(trials[j], k))
        mean.append(one.mean)
        below.append([one.below(at) for at in (0.05, 0.3, 0.7)])
        sigma.append(one.sigma_pop.mean if one.sigma_pop else 0.0)
    weight = np.exp(log - np.logaddexp.reduce(log))
    assert exact.log_evidence == pytest.approx(np.logaddexp.reduce(log), abs=3e-6)
    np.testing.assert_allclose(exact.mean, weight @ np.array(mean), atol=1e-6)
    mixed = np.tensordot(weight, np.array(below), 1)
    np.testing.assert_allclose([exact.below(at) for at in (0.05, 0.3, 0.7)], mixed, atol=5e-6)
    assert (exact.sigma_pop.mean if exact.sigma_pop else 0.0) == pytest.approx(
        weight @ sigma, abs=3e-6
    )
    # The joint posterior integrates the same likelihood in its own way.
    again = exact.joint.expectation_by_doctor(lambda at: expit(exact.reference + at.alpha))
    np.testing.assert_allclose(again, exact.mean, atol=2e-5)


def test_agrees_with_draws_of_all_tables_that_are_allowed():
    """Rates from the prior, counts from the rates, kept where they fit: no likelihood at all."""
    rng = np.random.default_rng(7)
    trials, seen = np.array([6, 8, 20]), (5, 6)
    mu, sigma = rng.normal(0, 1.5, (400_000, 1)), np.abs(rng.normal(0, 1, (400_000, 1)))
    theta = expit(mu + sigma * rng.normal(size=(400_000, 3)))
    counts = rng.binomial(trials, theta)
    kept = (counts[:, 0] == seen[0]) & (counts[:, 1] == seen[1]) & (counts[:, 2] <= 12)
    exact = posterior([*seen, 0], trials, bounds=bounds([*seen, 0], d2=(0, 12)))
    error = theta[kept].std(axis=0) / np.sqrt(kept.sum())
    assert np.all(np.abs(exact.mean - theta[kept].mean(axis=0)) < 4 * error)
    probability = np.exp(exact.log_evidence + log_choose(6, 5) + log_choose(8, 6))
    assert abs(probability - kept.mean()) < 4 * np.sqrt(kept.mean() / len(kept))


def test_bounds_that_allow_any_number_say_nothing():
    successes, trials = [4, 0, 7, 10], [4, 5, 8, 12]
    exact = posterior(successes, trials, bounds=bounds(successes, d2=(0, 8)))
    without = posterior([4, 0, 0, 10], [4, 5, 0, 12])
    np.testing.assert_allclose(exact.mean, without.mean, atol=1e-12)
    assert exact.log_evidence == pytest.approx(without.log_evidence, abs=1e-12)
    assert exact.mean[2] == pytest.approx(exact.new_doctor.mean, abs=1e-12)


def test_bounds_of_one_number_are_that_number():
    exact = posterior(TEN_SUCCESSES, TEN_TRIALS, bounds=bounds(TEN_SUCCESSES))
    known = posterior(TEN_SUCCESSES, TEN_TRIALS)
    np.testing.assert_array_equal(exact.mean, known.mean)
    np.testing.assert_array_equal(exact.interval(), known.interval())


rows = st.tuples(*[st.integers(0, 500)] * 4)


@for_any(st.lists(rows, min_size=1, max_size=8), kept=12, search=30)
def test_bounds_of_failures_mirror_those_of_successes(table):
    table = np.sort(np.array(table), axis=1)  # fewest, successes, most, trials
    low, _, high, n = table.T
    s = np.where(low == high, low, 0)
    exact = posterior(s, n, bounds=np.column_stack([low, high]))
    s = np.where(low == high, n - low, 0)
    mirrored = posterior(s, n, bounds=np.column_stack([n - high, n - low]))
    np.testing.assert_allclose(exact.mean, 1 - mirrored.mean, atol=2e-6)
    np.testing.assert_allclose(exact.below(0.4), 1 - mirrored.below(0.6), atol=1e-4)
    assert exact.log_evidence == pytest.approx(mirrored.log_evidence, abs=2e-5)
    tight, wide = exact.interval(0.5).T, exact.interval(0.95).T
    assert np.all((wide[0] < tight[0]) & (tight[1] < wide[1]))


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ([[0, 4]], "one row a doctor"),
        ([[0, 4], [2, 1]], "doctor 1 has 2 to 1 of 5"),
        ([[0, 9], [2, 2]], "doctor 0 has 0 to 9 of 4"),
        ([[0, 1.5], [2, 2]], "whole numbers"),
        ([[0, 4], [3, 3]], "doctor 1 has 2 successes, and bounds that allow 3 only"),
        ([[0, 4], [np.nan, 3]], "doctor 1 has nan to 3"),
    ],
)
def test_impossible_bounds_are_refused(ends, words):
    with pytest.raises(ValueError, match=words):
        posterior([0, 2], [4, 5], bounds=ends)
