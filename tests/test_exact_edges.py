"""The exact posterior at its limits: symmetries, hard tables, bad input."""

import numpy as np
import pytest
from exact_tables import TABLES, TEN_SUCCESSES, TEN_TRIALS
from hypothesis import strategies as st
from properties import for_any
from scipy.integrate import quad
from scipy.interpolate import CubicSpline
from scipy.special import expit
from scipy.stats import beta as beta_distribution
from scipy.stats import halfnorm, norm

from shrinkage.exact import Marginal, posterior, posterior_with_covariate
from shrinkage.exact.patients import Patients


# -- limits and symmetries ------------------------------------------------------------------------
def complete_pooling(successes, trials):
    """Posterior mean of one common rate with log-odds ~ Normal(0, 1.5)."""
    a = np.linspace(-8, 8, 40_001)
    s, n = np.sum(successes), np.sum(trials)
    log_density = -0.5 * (a / 1.5) ** 2 + s * a - n * np.logaddexp(0, a)
    density = np.exp(log_density - log_density.max())
    return (density * expit(a)).sum() / density.sum()


@pytest.mark.parametrize("fixed", [{"sigma_scale": 1e-6}, {"sigma_pop": 0.0}])
def test_no_spread_is_complete_pooling(fixed):
    exact = posterior(TEN_SUCCESSES, TEN_TRIALS, **fixed)
    np.testing.assert_allclose(exact.mean, complete_pooling(TEN_SUCCESSES, TEN_TRIALS), atol=1e-6)
    ends = exact.interval(0.95)
    np.testing.assert_allclose(ends, np.broadcast_to(ends[0], ends.shape), atol=1e-5)


def test_huge_spread_is_no_pooling():
    """A flat prior on each doctor's log-odds has the posterior Beta(s, n - s)."""
    exact = posterior(TEN_SUCCESSES, TEN_TRIALS, sigma_pop=1e5)
    s, n = np.array(TEN_SUCCESSES), np.array(TEN_TRIALS)
    inner = (s > 0) & (s < n)
    np.testing.assert_allclose(exact.mean[inner], (s / n)[inner], atol=1e-6)
    own = beta_distribution(s[inner, None], (n - s)[inner, None]).ppf([0.025, 0.975])
    np.testing.assert_allclose(exact.interval(0.95)[inner], own, atol=1e-5)
    assert exact.mean[0] > 0.9999  # four of four: the flat prior does not shrink the estimate
    assert exact.mean[1] < 0.0001


def test_wide_hyperprior_still_pools():
    """A wide prior on sigma_pop leaves the amount of pooling to the data, it does not end it."""
    wide = posterior(TEN_SUCCESSES, TEN_TRIALS, sigma_scale=1e3)
    wider = posterior(TEN_SUCCESSES, TEN_TRIALS, sigma_scale=1e6)
    np.testing.assert_allclose(wide.mean, wider.mean, atol=1e-4)
    assert 0.7 < wider.mean[0] < 0.95


def test_doctor_without_patients_is_a_new_doctor():
    exact = posterior([*TEN_SUCCESSES, 0], [*TEN_TRIALS, 0])
    without = posterior(TEN_SUCCESSES, TEN_TRIALS)
    np.testing.assert_allclose(exact.mean[:-1], without.mean, atol=1e-6)
    low, high = exact.interval(0.95)[-1]
    assert low < without.interval(0.95)[8, 0]
    assert high > without.interval(0.95)[8, 1]


@pytest.mark.parametrize(("mu_scale", "sigma_scale"), [(1.5, 1.0), (0.4, 14.0), (0.1, 20.0)])
def test_without_patients_the_posterior_is_the_prior(mu_scale, sigma_scale):
    """Of a doctor's alpha: normal given sigma_pop, so that one integral is left."""
    found = posterior([0], [0], mu_loc=-2.3, mu_scale=mu_scale, sigma_scale=sigma_scale)
    for at in (-3.0, -2.3, -2.0, 0.0, 2.0):

        def below(sigma, at=at):
            return halfnorm.pdf(sigma, scale=sigma_scale) * norm.cdf(
                at, -2.3, np.hypot(mu_scale, sigma)
            )

        exact, _ = quad(below, 0, 9 * sigma_scale, points=[0.03, 0.1, 0.4, 1, 3], limit=500)
        assert found.alpha[0].cdf(at) == pytest.approx(exact, abs=2e-6)


def test_a_table_of_patients_is_their_sum():
    """To 1e-9 a patient, within the table's ends and far beyond."""
    rng = np.random.default_rng(2)
    doctor, offset, success = (
        np.repeat([0, 1], [200, 3]),
        rng.normal(0, 4, 203),
        rng.random(203) < 0.7,
    )
    table = Patients(doctor, offset, success.astype(float), np.ones(203), 3)
    alpha = np.concatenate([rng.uniform(-30, 30, 500), [-200.0, -60.0, 60.0, 200.0]])[:, None]
    value, _ = table.value(alpha)
    slope, curvature = table.slopes(alpha)
    for j in range(3):
        eta = alpha + offset[doctor == j]
        y = success[doctor == j]
        n = max(1, len(y))
        known = (y * eta - np.logaddexp(0, eta)).sum(axis=1)
        np.testing.assert_allclose(value[:, j], known, atol=1e-9 * n, rtol=1e-9)
        np.testing.assert_allclose(slope[:, j], (y - expit(eta)).sum(axis=1), atol=1e-7 * n)
        bend = (expit(eta) * expit(-eta)).sum(axis=1)
        np.testing.assert_allclose(curvature[:, j], bend, atol=1e-5 * n)


def test_zero_covariate_changes_nothing():
    doctor = np.repeat(np.arange(10), TEN_TRIALS)
    success = np.concatenate(
        [np.arange(n) < s for s, n in zip(TEN_SUCCESSES, TEN_TRIALS, strict=True)]
    )
    with_zero = posterior_with_covariate(doctor, np.zeros(len(doctor)), success)
    without = posterior(TEN_SUCCESSES, TEN_TRIALS)
    np.testing.assert_allclose(with_zero.mean, without.mean, atol=1e-8)
    np.testing.assert_allclose(with_zero.interval(), without.interval(), atol=1e-5)
    assert with_zero.log_evidence == pytest.approx(without.log_evidence, abs=1e-6)
    assert (with_zero.beta.mean, with_zero.beta.sd) == pytest.approx((0.0, 1.0), abs=1e-4)


tables = st.lists(
    st.integers(1, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    min_size=1,
    max_size=20,
)


@for_any(tables, kept=20, search=40)
def test_failures_mirror_successes_and_order_does_not_matter(table):
    s, n = np.array(table).T
    exact = posterior(s, n)
    mirrored = posterior(n - s, n)
    np.testing.assert_allclose(exact.mean, 1 - mirrored.mean, atol=1e-6)
    np.testing.assert_allclose(exact.sd, mirrored.sd, rtol=1e-5)
    np.testing.assert_allclose(exact.interval(), 1 - mirrored.interval()[:, ::-1], atol=1e-4)
    backwards = posterior(s[::-1], n[::-1])
    np.testing.assert_allclose(exact.mean, backwards.mean[::-1], atol=1e-9)
    low, high = exact.interval().T
    assert np.all((low > 0) & (low < high) & (high < 1))
    assert exact.sigma_pop.mean > 0


def hard_tables(count):
    """Caseloads of one scale or many; binomial, all or nothing, or at odds with one another."""
    rng = np.random.default_rng(11)
    for k in range(count):
        doctors = int(np.exp(rng.uniform(0, np.log(60))) + 0.5)
        n = np.round(10 ** rng.uniform(0, rng.uniform(0.5, 4), doctors)).astype(int)
        rate = rng.beta(*(10 ** rng.uniform(-1.5, 1, 2)), doctors)
        yield (n * rng.integers(0, 2, doctors) if k % 4 == 0 else rng.binomial(n, rate)), n
    yield np.array([167, 1623, 0]), np.array([176, 2098, 0])


def test_two_ways_to_each_doctors_mean_agree():
    """The mean summed over the grid, and that of the density of alpha, which has other sums."""
    for s, n in hard_tables(150):
        exact = posterior(s, n)
        for j, alpha in enumerate(exact.alpha):
            theta = CubicSpline(alpha.x, alpha.density * expit(alpha.x))
            mean = theta.integrate(alpha.x[0], alpha.x[-1])
            assert mean == pytest.approx(exact.mean[j], abs=2e-6), (s, n, j)


@pytest.mark.parametrize(
    ("table", "options"),
    [
        *(("hundreds of sds", {"sigma_pop": sigma}) for sigma in (0.01, 0.021, 0.2, 0.6)),
        *(("pulled", {"sigma_pop": sigma}) for sigma in (0.002, 0.004, 0.006, 0.011)),
        *(("far beyond a narrow prior", {"sigma_scale": s}) for s in (0.01, 0.001, 0.0003)),
    ],
)
def test_a_doctor_many_sds_from_the_others_has_the_grids_moments(table, options):
    """Where every doctor's alpha is known from thousands of patients."""
    successes, trials, _ = TABLES[table]
    for alpha in posterior(successes, trials, **options).alpha:
        x, density = alpha.x, CubicSpline(alpha.x, alpha.density)
        fine = np.linspace(x[0], x[-1], 200_001)
        weight = density(fine) / density(fine).sum()
        mean = weight @ fine
        assert mean == pytest.approx(alpha.mean, abs=1e-3 * alpha.sd)
        sd = np.sqrt(weight @ (fine - mean) ** 2)
        assert sd == pytest.approx(alpha.sd, rel=1e-3)


@pytest.mark.parametrize(
    ("successes", "trials"),
    [
        ([1], [1]),
        ([0], [100_000]),
        ([100_000], [100_000]),
        ([0] * 10, [5] * 10),
        ([100_000] * 10, [100_000] * 10),
        ([0, 100_000], [100_000, 100_000]),
        ([3, 50_000, 90_000], [4, 100_000, 100_000]),
        ([50_000, 50_010], [100_000, 100_000]),
        (np.random.default_rng(1).binomial(100_000, 0.8, 200), np.full(200, 100_000)),
        (np.random.default_rng(2).binomial(4, 0.8, 200), np.full(200, 4)),
    ],
    ids=lambda value: f"{np.size(value)} doctors",
)
@pytest.mark.filterwarnings("error")
def test_finer_nodes_change_nothing_on_hard_tables(successes, trials):
    """Finer nodes change nothing, and every number is finite and in its place."""
    s, n = np.asarray(successes), np.asarray(trials)
    exact = posterior(s, n)
    ends = exact.interval(0.95)
    assert np.all(np.isfinite(ends))
    assert np.all((ends[:, 0] < exact.mean) & (exact.mean < ends[:, 1]))
    # Doctors with very many patients keep their data.
    many = (n >= 100_000) & (s > 0) & (s < n)
    np.testing.assert_allclose(exact.mean[many], (s / n)[many], atol=4 * 0.5 / np.sqrt(100_000))


LINE = np.linspace(-2, 2, 20)


@pytest.mark.parametrize(
    ("doctor", "covariate", "success", "beta_scale"),
    [
        ([0], [0.5], [1], 1.0),
        ([0] * 20, LINE, LINE > 0, 1.0),
        ([0] * 20, LINE, LINE > 0, 10.0),
        ([0] * 5 + [1] * 5, LINE[::2], [1] * 10, 1.0),
        ([0] * 5 + [1] * 5, 100 * LINE[::2], [0, 1] * 5, 1.0),
    ],
    ids=["one patient", "separable", "separable, wide prior", "all successes", "large covariate"],
)
@pytest.mark.filterwarnings("error")
def test_a_finer_grid_over_beta_changes_nothing(
    doctor, covariate, success, beta_scale, monkeypatch
):
    """Every number is in its place, and a finer grid over beta changes nothing."""
    exact = posterior_with_covariate(doctor, covariate, success, beta_scale=beta_scale)
    low, high = exact.interval().T
    assert np.all((low > 0) & (low < exact.mean) & (exact.mean < high) & (high < 1))
    monkeypatch.setattr("shrinkage.exact.covariate.STEP", 0.35)
    finer = posterior_with_covariate(doctor, covariate, success, beta_scale=beta_scale)
    np.testing.assert_allclose(exact.mean, finer.mean, atol=1e-6)
    assert exact.log_evidence == pytest.approx(finer.log_evidence, abs=1e-6)
    assert exact.beta.mean == pytest.approx(finer.beta.mean, abs=1e-4 * beta_scale)


# -- input and marginals --------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("successes", "trials", "said"),
    [
        ([5], [4], "doctor 0 has 5 successes in 4 trials"),
        ([1, -1], [4, 4], "doctor 1 has -1 successes"),
        ([1.5], [4], "whole numbers"),
        ([float("nan")], [4], "whole numbers"),
        ([1, 2], [4], "same length"),
        ([], [], "same length"),
    ],
)
def test_refuses_bad_counts(successes, trials, said):
    with pytest.raises(ValueError, match=said):
        posterior(successes, trials)


@pytest.mark.parametrize("bad", [{"mu_scale": 0}, {"sigma_scale": -1}, {"sigma_pop": -0.1}])
def test_refuses_bad_scales(bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        posterior([1], [2], **bad)


def test_refuses_bad_patients():
    with pytest.raises(ValueError, match="patient 1 has 2"):
        posterior_with_covariate([0, 0], [0.0, 1.0], [1, 2])
    with pytest.raises(ValueError, match="patient 0 has nan"):
        posterior_with_covariate([0, 0], [np.nan, 1.0], [1, 0])
    with pytest.raises(ValueError, match="factorize"):
        posterior_with_covariate([0.5, 0], [0.0, 1.0], [1, 0])


def test_marginal_of_a_normal():
    x = np.linspace(-9, 9, 400)
    normal = Marginal(x, np.exp(-0.5 * x**2) / np.sqrt(2 * np.pi), mean=0.0, sd=1.0)
    assert normal.interval(0.95) == pytest.approx((-1.959964, 1.959964), abs=1e-4)
    assert normal.cdf([-100, 0, 100]) == pytest.approx([0, 0.5, 1], abs=1e-6)
