"""The exact posterior with expected successes: an offset of each doctor's log-odds."""

import numpy as np
import pytest
from exact_tables import NEW_YORK, TEN_SUCCESSES, TEN_TRIALS
from hypothesis import strategies as st
from properties import for_any
from scipy.special import expit, logit

from shrinkage.exact import posterior, posterior_given_offsets, posterior_with_covariate

# Deaths, operations and expected deaths
DEATHS, CASES, EXPECTED = (
    [34, 3, 2, 23, 0, 9],
    [1719, 402, 220, 1197, 60, 310],
    [30.4, 6.9, 2.2, 19.8, 1.1, 5.0],
)


def brute_force(successes, trials, expected):
    """Means of alpha, exp(alpha) and the rate at the average expectation: sums on even grids.

    A half-normal sigma is the absolute value of a normal, and the integrand is even in it.
    """
    mu, sigma = np.linspace(-6, 6, 121)[:, None, None], np.arange(0.02, 4, 0.04)[:, None]
    z = np.linspace(-8, 8, 641)
    alpha = mu + sigma * z
    reference = logit(np.sum(expected) / np.sum(trials))
    inner, of_each = [], []
    for s, n, e in zip(successes, trials, expected, strict=True):
        eta = alpha + logit(e / n)
        log = s * eta - n * np.logaddexp(0, eta)
        density = np.exp(log - log.max() - 0.5 * z**2)
        inner.append(density.sum(axis=-1))
        of_each.append(
            [(density * f).sum(axis=-1) for f in (alpha, np.exp(alpha), expit(reference + alpha))]
        )
    weight = np.exp(-0.5 * (mu[..., 0] / 1.5) ** 2 - 0.5 * sigma[:, 0] ** 2)
    weight = weight * np.prod(inner, axis=0)
    found = [
        [(weight * f / np.maximum(one, 1e-300)).sum() for f in fs]
        for one, fs in zip(inner, of_each, strict=True)
    ]
    return np.array(found).T / weight.sum(), (weight * mu[..., 0]).sum() / weight.sum()


def test_agrees_with_a_sum_on_a_grid():
    (alpha, ratio, theta), mu = brute_force(DEATHS, CASES, EXPECTED)
    exact = posterior(DEATHS, CASES, expected=EXPECTED)
    assert exact.mu_pop.mean == pytest.approx(mu, abs=1e-5)
    np.testing.assert_allclose([one.mean for one in exact.alpha], alpha, atol=1e-5)
    np.testing.assert_allclose(exact.mean, theta, rtol=1e-5)
    found = exact.joint.expectation_by_doctor(lambda at: np.exp(at.alpha))
    np.testing.assert_allclose(found, ratio, rtol=1e-5)
    given_theta = exact.joint.expectation_by_doctor(lambda at: expit(exact.reference + at.alpha))
    np.testing.assert_allclose(given_theta, theta, rtol=1e-4)


def test_thirty_seven_hospitals_to_the_digits_of_another_sum():
    """Deaths in New York against the state's expectation; alpha is that of survival."""
    deaths, cases, rate, odds_ratio = (np.array(column) for column in zip(*NEW_YORK, strict=True))
    expected = cases * rate / 100
    exact = posterior(cases - deaths, cases, expected=cases - expected)
    assert round(-exact.mu_pop.mean, 3) == -0.034
    assert round(exact.sigma_pop.mean, 3) == 0.275
    found = np.exp([-alpha.quantile([0.5, 0.975, 0.025]) for alpha in exact.alpha])
    np.testing.assert_allclose(found, odds_ratio, atol=5.1e-4)


def test_what_is_expected_of_all_alike_moves_alpha_alone():
    """The same rate for every doctor is a shift of mu_pop's prior."""
    expected = 0.7 * np.array(TEN_TRIALS)
    exact = posterior(TEN_SUCCESSES, TEN_TRIALS, expected=expected)
    shifted = posterior(TEN_SUCCESSES, TEN_TRIALS, mu_loc=logit(0.7))
    np.testing.assert_allclose(exact.mean, shifted.mean, atol=1e-9)
    np.testing.assert_allclose(exact.sd, shifted.sd, atol=1e-9)
    np.testing.assert_allclose(exact.interval(), shifted.interval(), atol=1e-9)
    np.testing.assert_allclose(exact.below(0.8), shifted.below(0.8), atol=1e-9)
    np.testing.assert_allclose(exact.own_weight, shifted.own_weight, atol=1e-9)
    np.testing.assert_allclose(exact.rank_probabilities(), shifted.rank_probabilities(), atol=1e-9)
    np.testing.assert_allclose(exact.log_left_out, shifted.log_left_out, atol=1e-8)
    assert exact.log_evidence == pytest.approx(shifted.log_evidence, abs=1e-9)
    assert exact.mu_pop.mean == pytest.approx(shifted.mu_pop.mean - logit(0.7), abs=1e-9)
    assert exact.new_doctor.mean == pytest.approx(shifted.new_doctor.mean, abs=1e-9)
    assert exact.new_doctor.interval() == pytest.approx(shifted.new_doctor.interval(), abs=1e-9)
    draws = [one.joint.draw(np.random.default_rng(1), 50).alpha for one in (exact, shifted)]
    np.testing.assert_allclose(draws[0] + logit(0.7), draws[1], atol=1e-6)


rows = st.tuples(st.integers(0, 3000), st.integers(0, 3000), st.floats(1e-4, 1 - 1e-4))
tables = st.lists(rows, min_size=1, max_size=12)


@for_any(tables, kept=15, search=40)
def test_failures_mirror_successes_whatever_is_expected(table):
    a, b, share = np.array(table).T
    s, n = np.minimum(a, b), np.maximum(a, b)
    e = np.where(n > 0, share * n, 0.0)
    exact = posterior(s, n, expected=e)
    mirrored = posterior(n - s, n, expected=n - e)
    np.testing.assert_allclose(exact.mean, 1 - mirrored.mean, atol=1e-6)
    np.testing.assert_allclose(exact.sd, mirrored.sd, rtol=1e-4, atol=1e-7)
    np.testing.assert_allclose(exact.below(0.3), 1 - mirrored.below(0.7), atol=1e-4)
    assert exact.log_evidence == pytest.approx(mirrored.log_evidence, abs=1e-5)
    low, high = exact.interval().T
    assert np.all((low > 0) & (low < high) & (high < 1))


def test_patients_with_the_offset_of_their_doctor_are_the_same():
    s, n, e = np.array(DEATHS), np.array(CASES), np.array(EXPECTED)
    exact = posterior(s, n, expected=e)
    offset = logit(e / n)
    # Two cells a doctor, and a doctor who has none.
    half = s // 2, n // 2
    cells = posterior_given_offsets(
        np.tile(np.arange(6), 2),
        np.tile(offset, 2),
        np.concatenate([half[0], s - half[0]]),
        np.concatenate([half[1], n - half[1]]),
        n_doctors=7,
        reference=exact.reference,
    )
    np.testing.assert_allclose(cells.mean[:6], exact.mean, rtol=1e-6)
    np.testing.assert_allclose(cells.interval()[:6], exact.interval(), rtol=1e-5)
    assert cells.mean[6] == pytest.approx(exact.new_doctor.mean, rel=1e-5)
    assert cells.log_evidence == pytest.approx(exact.log_evidence, abs=1e-5)


def test_equal_patients_are_one_cell():
    rng = np.random.default_rng(3)
    doctor, x = rng.integers(0, 6, 300), rng.integers(-1, 2, 300)
    y = (rng.random(300) < expit(0.5 * x)).astype(int)
    one_by_one = posterior_with_covariate(doctor, x, y)
    keys, cell = np.unique(np.stack([doctor, x]), axis=1, return_inverse=True)
    trials, successes = np.bincount(cell.ravel()), np.bincount(cell.ravel(), y).astype(int)
    cells = posterior_with_covariate(keys[0], keys[1], successes, trials=trials)
    np.testing.assert_allclose(cells.mean, one_by_one.mean, atol=1e-9)
    assert cells.beta.mean == pytest.approx(one_by_one.beta.mean, abs=1e-9)
    assert cells.log_evidence == pytest.approx(one_by_one.log_evidence, abs=1e-8)


def test_rare_events_are_poisson():
    """Deaths of a million against a handful expected; sums with Poisson's probabilities."""
    deaths, expected = np.array([12, 0, 3, 7]), np.array([6.0, 1.5, 4.0, 7.5])
    exact = posterior(deaths, np.full(4, 1_000_000), expected=expected, sigma_pop=0.4)
    mu, a = np.linspace(-4, 4, 1601), np.linspace(-7, 7, 2801)
    near = np.exp(-0.5 * ((a - mu[:, None]) / 0.4) ** 2)
    like = np.exp(deaths[:, None] * a - expected[:, None] * (np.exp(a) - 1))
    inner = like @ near.T
    weight = np.exp(-0.5 * (mu / 1.5) ** 2) * np.prod(inner, axis=0)
    for j in range(4):
        density = like[j] * ((weight / inner[j]) @ near)
        mean = (density * a).sum() / density.sum()
        assert exact.alpha[j].mean == pytest.approx(mean, abs=2e-4)
    assert exact.mu_pop.mean == pytest.approx((weight * mu).sum() / weight.sum(), abs=2e-4)


@pytest.mark.parametrize(
    ("successes", "trials", "expected"),
    [
        ([0, 0], [40, 7], [0.001, 1e-6]),  # hardly any expected
        ([40, 7], [40, 7], [39.999, 6.99999]),  # hardly any failures expected
        ([3], [5], [2.0]),
        ([0, 0], [0, 0], [0.0, 3.0]),  # no patients, whatever is said of them
        ([0, 4], [0, 9], [5.0, 5.0]),
        ([9, 0], [9, 9], [0.01, 8.99]),  # at odds with all expectation
    ],
)
def test_every_table_has_a_proper_posterior(successes, trials, expected):
    exact = posterior(successes, trials, expected=expected)
    low, high = exact.interval().T
    assert np.all((low >= 0) & (low < exact.mean) & (exact.mean < high) & (high <= 1))
    assert np.all((exact.own_weight >= 0) & (exact.own_weight <= 1))
    assert np.all(exact.own_weight[np.array(trials) == 0] == 0)
    assert np.isfinite(exact.log_evidence)


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        ([1.0], "one entry a doctor"),
        ([0.0, 2.0], "doctor 0 has 0 expected of 4"),
        ([2.0, 5.0], "doctor 1 has 5 expected of 5"),
        ([np.nan, 2.0], "doctor 0 has nan"),
    ],
)
def test_an_impossible_expectation_is_refused(expected, words):
    with pytest.raises(ValueError, match=words):
        posterior([4, 0], [4, 5], expected=expected)


def test_impossible_offsets_are_refused():
    with pytest.raises(ValueError, match="offset must be finite; patient 1 has nan"):
        posterior_given_offsets([0, 1], [0.0, np.nan], [1, 0])
    with pytest.raises(ValueError, match="cell 0 has 3 successes in 2 trials"):
        posterior_given_offsets([0, 1], [0.0, 0.1], [3, 0], [2, 5])
    with pytest.raises(ValueError, match="reference must be a finite number"):
        posterior_given_offsets([0], [0.0], [1], reference=np.inf)
