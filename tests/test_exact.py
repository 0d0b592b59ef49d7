"""The exact posterior agrees with brute force, with published numbers and with PyMC."""

import time

import numpy as np
import pandas as pd
import pymc_reference
import pytest
from exact_tables import TEN_SUCCESSES, TEN_TRIALS
from hypothesis import strategies as st
from properties import for_any
from scipy.interpolate import CubicSpline
from scipy.special import expit, logit
from scipy.stats import beta as beta_distribution

from shrinkage.data import load_doctors, load_hospitals
from shrinkage.exact import Marginal, posterior, posterior_with_covariate
from shrinkage.exact.likelihood import Patients

# -- brute force ----------------------------------------------------------------------------------


def normal_nodes(count):
    """Nodes and weights for expectations under a standard normal."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(count)
    return nodes, weights / weights.sum()


def brute_force(successes, trials, count=150):
    """Posterior mean and sd of theta and log evidence by one tensor of fixed Hermite nodes.

    A half-normal sigma is the absolute value of a normal, and the integrand is even in it.
    """
    x, w = normal_nodes(count)
    mu, sigma = 1.5 * x[:, None, None], x[None, :, None]
    alpha = mu + sigma * x
    theta = expit(alpha)
    evidence, first, second = [], [], []
    for s, n in zip(successes, trials, strict=True):
        like = theta**s * (1 - theta) ** (n - s) @ w
        evidence.append(like)
        first.append((theta ** (s + 1) * (1 - theta) ** (n - s) @ w) / like)
        second.append((theta ** (s + 2) * (1 - theta) ** (n - s) @ w) / like)
    weight = np.prod(evidence, axis=0) * np.outer(w, w)
    total = weight.sum()
    mean = np.array([(weight * f).sum() / total for f in first])
    square = np.array([(weight * f).sum() / total for f in second])
    return mean, np.sqrt(square - mean**2), np.log(total)


@pytest.mark.parametrize(
    ("successes", "trials"),
    [([1], [1]), ([0], [3]), ([4, 0], [4, 5]), ([1, 1, 0], [1, 3, 2]), ([0, 0, 0], [4, 4, 4])],
)
def test_agrees_with_brute_force(successes, trials):
    mean, sd, evidence = brute_force(successes, trials)
    exact = posterior(successes, trials)
    np.testing.assert_allclose(exact.mean, mean, atol=1e-6)
    np.testing.assert_allclose(exact.sd, sd, atol=1e-6)
    assert exact.log_evidence == pytest.approx(evidence, abs=1e-5)


@pytest.mark.parametrize(
    ("successes", "trials", "sigma_scale"),
    [([4, 0], [4, 5], 1), ([91, 0], [91, 66], 1), ([8, 4], [12, 4], 2)],
)
def test_interval_agrees_with_brute_force(successes, trials, sigma_scale):
    """The joint density of two doctors' alphas on a fine grid, sigma by the trapezoid rule.

    In the second case the two cannot be alike, which small values of sigma_pop would have them be;
    in the third alpha has a far tail and a near edge.
    """
    a, step = np.linspace(-28, 28, 1401, retstep=True)
    like = [expit(a) ** s * expit(-a) ** (n - s) for s, n in zip(successes, trials, strict=True)]
    # Where sigma_pop is zero the two are one, and half a trapezoid stands there.
    joint = np.diag(0.5 * np.exp(-0.5 * (a / 1.5) ** 2) / 1.5 * np.sqrt(2 * np.pi) / step)
    for sigma in np.arange(0.1, 6.5 * sigma_scale, 0.1):
        total, shared = 1.5**2 + sigma**2, 1.5**2
        det = total**2 - shared**2
        quadratic = total * (a[:, None] ** 2 + a**2) - 2 * shared * a[:, None] * a
        prior = np.exp(-0.5 * (sigma / sigma_scale) ** 2)
        joint += prior * np.exp(-0.5 * quadratic / det) / np.sqrt(det)
    joint *= np.outer(*like)
    exact = posterior(successes, trials, sigma_scale=sigma_scale)
    for j, axis in enumerate([1, 0]):
        density = joint.sum(axis=axis)
        cdf = CubicSpline(a, density).antiderivative()
        for end, prob in zip(logit(exact.interval(0.9)[j]), (0.05, 0.95), strict=True):
            assert cdf(end) / cdf(a[-1]) == pytest.approx(prob, abs=1e-5)


def test_covariate_agrees_with_brute_force():
    rng = np.random.default_rng(5)
    doctor = np.array([0, 0, 0, 1, 1, 1, 1])
    x_patient, y = rng.normal(size=7).round(2), np.array([1, 1, 1, 0, 1, 0, 0])
    nodes, w = normal_nodes(64)
    upper = nodes > 0  # even in sigma
    beta, mu = nodes[:, None, None, None], 1.5 * nodes[:, None, None]
    sigma, sigma_weight = nodes[upper][:, None], 2 * w[upper]
    alpha = mu + sigma * nodes
    inner, first = [], []
    for j in range(2):
        like = np.ones(())
        for x_i, y_i in zip(x_patient[doctor == j], y[doctor == j], strict=True):
            like = like * expit((2 * y_i - 1) * (alpha + beta * x_i))
        inner.append(like @ w)
        first.append(like * expit(alpha) @ w)
    weight = np.einsum("b,m,s->bms", w, w, sigma_weight)
    total = (weight * inner[0] * inner[1]).sum()
    mean = [
        (weight * first[0] * inner[1]).sum() / total,
        (weight * inner[0] * first[1]).sum() / total,
    ]
    beta_mean = (weight * inner[0] * inner[1] * nodes[:, None, None]).sum() / total
    exact = posterior_with_covariate(doctor, x_patient, y)
    np.testing.assert_allclose(exact.mean, mean, atol=1e-6)
    assert exact.beta.mean == pytest.approx(beta_mean, abs=1e-5)
    assert exact.log_evidence == pytest.approx(np.log(total), abs=1e-5)


# -- published numbers ----------------------------------------------------------------------------


def test_twelve_hospitals_under_the_courses_priors():
    """Four digits that a quadrature of another make gave for the same model."""
    hospitals = load_hospitals()
    exact = posterior(hospitals.deaths, hospitals.operations)
    published = [
        *(0.0515, 0.1058, 0.0710, 0.0590, 0.0506, 0.0693),
        *(0.0666, 0.1264, 0.0701, 0.0796, 0.1040, 0.0685),
    ]
    np.testing.assert_array_equal(exact.mean.round(4), published)
    assert round(exact.mu_pop.mean, 4) == -2.5316
    assert exact.sigma_pop.mean == pytest.approx(0.4435976, abs=1e-6)


def test_four_of_four_among_ten_doctors():
    """The course's headline, in counts that another quadrature has given for this model."""
    exact = posterior(TEN_SUCCESSES, TEN_TRIALS)
    assert round(exact.mean[0], 3) == 0.831
    assert round(exact.mean[1], 3) == 0.560


def test_sigma_pop_may_lie_far_out_in_its_prior():
    """Two hundred doctors of whom each has all or none of 60 successes; sums over an even grid."""
    exact = posterior([60] * 100 + [0] * 100, [60] * 200)
    sigma = np.arange(4, 16, 0.02)[:, None]
    mu = np.linspace(-4, 4, 41)
    z = np.linspace(-8, 8, 8001)[:, None]
    log_joint = []
    for value in sigma[:, 0]:
        alpha = mu + value * z
        like = np.exp(60 * -np.logaddexp(0, -alpha)), np.exp(60 * -np.logaddexp(0, alpha))
        parts = [np.log((one * np.exp(-0.5 * z**2)).sum(axis=0)) for one in like]
        log_joint.append(100 * sum(parts) - 0.5 * (mu / 1.5) ** 2 - 0.5 * value**2)
    joint = np.exp(log_joint - np.max(log_joint))
    weight = joint.sum(axis=1) / joint.sum()
    mean = weight @ sigma[:, 0]
    assert mean > 8
    assert exact.sigma_pop.mean == pytest.approx(mean, abs=1e-4)
    assert exact.sigma_pop.sd == pytest.approx(
        np.sqrt(weight @ (sigma[:, 0] - mean) ** 2), abs=1e-3
    )


def test_sigma_pop_far_from_where_its_grid_starts():
    """A million of a million and none of five: the height at zero is thousands below the top."""
    exact = posterior([1_000_000, 0], [1_000_000, 5], mu_scale=0.1, sigma_scale=20)
    sigma = np.linspace(1, 140, 4000)[:, None]
    z = np.linspace(-9, 9, 6001)
    edge = [-np.logaddexp(0, -sigma * z), -np.logaddexp(0, sigma * z)]  # mu_pop is nearly zero
    log_joint = (
        sum(
            np.log(np.exp(n * one - 0.5 * z**2).sum(axis=1))
            for n, one in zip((1_000_000, 5), edge, strict=True)
        )
        - 0.5 * (sigma[:, 0] / 20) ** 2
    )
    weight = np.exp(log_joint - log_joint.max())
    assert exact.sigma_pop.mean == pytest.approx(weight @ sigma[:, 0] / weight.sum(), rel=2e-3)
    cdf = np.cumsum(weight) / weight.sum()
    ends = np.interp([0.025, 0.975], cdf, sigma[:, 0])
    np.testing.assert_allclose(exact.sigma_pop.interval(0.95), ends, rtol=5e-3)


def test_a_fixed_sigma_pop_of_zero_makes_all_intervals_one():
    successes, trials = [19, 0, 0, 32, 0, 134, 3], [19, 0, 519, 136, 0, 138, 3]
    ends = posterior(successes, trials, sigma_pop=0.0).interval(0.95)
    np.testing.assert_allclose(ends, np.broadcast_to(ends[0], ends.shape), atol=1e-6)


def test_all_failures_under_a_wide_population_end_where_their_likelihood_does():
    """None of five with sigma_pop at 20: a far tail below and a near edge above."""
    ends = posterior([0], [5], sigma_pop=20.0).interval(0.95)[0]
    a = np.linspace(-300, 60, 400_001)
    log_density = -0.5 * a**2 / (20**2 + 1.5**2) - 5 * np.logaddexp(0, a)
    density = np.exp(log_density - log_density.max())
    cdf = CubicSpline(a, density).antiderivative()(a)
    known = expit(np.interp([0.025, 0.975], cdf / cdf[-1], a))
    np.testing.assert_allclose(ends, known, rtol=1e-4)


def test_doctors_who_contradict_one_rate_have_it_all_the_same():
    """Under complete pooling one doctor's data may be impossible to the machine for the others."""
    s, n = [3, 1142, 391, 155, 155, 4962, 1, 0, 864], [6, 4517, 2350, 1747, 1747, 4963, 2, 1, 1670]
    ends = posterior(s, n, sigma_pop=0.0).interval(0.95)
    np.testing.assert_allclose(ends, np.broadcast_to(ends[0], ends.shape), atol=1e-6)


# -- ranks ----------------------------------------------------------------------------------------


def test_ranks_agree_with_draws():
    """Places counted in draws of all hospitals' log-odds from the joint posterior."""
    hospitals = load_hospitals()
    s, n = (hospitals.operations - hospitals.deaths).to_numpy(), hospitals.operations.to_numpy()
    exact = posterior(s, n)
    draws = 60_000
    alpha = exact.joint.draw(np.random.default_rng(1), draws).alpha
    place = (-alpha).argsort(axis=1).argsort(axis=1)
    places = np.array([np.bincount(column, minlength=len(s)) for column in place.T])
    ranks = exact.rank_probabilities()
    error = np.sqrt(np.maximum(ranks * (1 - ranks), 1 / draws) / draws)
    assert np.max(np.abs(places / draws - ranks) / error) < 4.5
    np.testing.assert_allclose(ranks.sum(axis=0), 1, atol=1e-6)
    np.testing.assert_allclose(ranks.sum(axis=1), 1, atol=1e-12)
    assert ranks[7, -1] == pytest.approx(0.635, abs=1e-3)  # hospital H is the worst


def test_equal_doctors_share_every_place():
    ranks = posterior([8, 8, 8, 2], [10, 10, 10, 10]).rank_probabilities()
    np.testing.assert_allclose(ranks[:3] - ranks[0], 0, atol=1e-12)
    np.testing.assert_allclose(ranks.sum(axis=0), 1, atol=1e-6)
    assert ranks[3, 3] > 0.9
    np.testing.assert_allclose(posterior([0], [0]).rank_probabilities(), [[1.0]])
    np.testing.assert_allclose(
        posterior([3, 3], [4, 4], sigma_pop=0.0).rank_probabilities(), 0.5, atol=1e-9
    )


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
    assert exact.mean[0] > 0.9999  # four of four: nothing holds the estimate back
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


def test_a_table_of_patients_is_their_sum():
    """To 1e-9 a patient, within the table's ends and far beyond."""
    rng = np.random.default_rng(2)
    doctor, offset, success = (
        np.repeat([0, 1], [200, 3]),
        rng.normal(0, 4, 203),
        rng.random(203) < 0.7,
    )
    table = Patients(doctor, offset, success.astype(float), 3)
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
def test_holds_at_the_edges(successes, trials):
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
def test_covariate_holds_at_the_edges(doctor, covariate, success, beta_scale, monkeypatch):
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


# -- time -----------------------------------------------------------------------------------------


def fastest(work, times):
    """Seconds of the fastest run: whatever else the machine does can only make one slower."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found)


@pytest.mark.alone
def test_ten_doctors_take_a_small_part_of_brute_forces_time():
    exact = fastest(lambda: posterior(TEN_SUCCESSES, TEN_TRIALS), 30)
    with np.errstate(all="ignore"):  # the farthest nodes know nothing of 120 patients
        tensor = fastest(lambda: brute_force(TEN_SUCCESSES, TEN_TRIALS, 100), 3)
    print(f"exact {1e3 * exact:.1f} ms, a tensor of 100 nodes an axis {1e3 * tensor:.0f} ms")
    assert tensor > 10 * exact


# -- another method altogether --------------------------------------------------------------------


@pytest.mark.sampler
@pytest.mark.parametrize("name", pymc_reference.TABLES)
def test_agrees_with_pymc(name):
    """Means, sds, interval ends and places within four Monte Carlo standard errors of PyMC's."""
    exact = posterior(*pymc_reference.TABLES[name])
    close_to_pymc(exact, pymc_reference.draws(name), exact.rank_probabilities())


@pytest.mark.sampler
def test_agrees_with_pymc_on_severity():
    patients = load_doctors()
    doctor_idx, _ = pd.factorize(patients.doctor, sort=True)
    exact = posterior_with_covariate(doctor_idx, patients.severity, patients.success)
    close_to_pymc(exact, pymc_reference.draws_with_severity())


def close_to_pymc(exact, drawn, ranks=None):
    prob = pymc_reference.PROB
    population = [m for m in (exact.mu_pop, exact.sigma_pop, exact.beta) if m]
    distance = drawn.distance(
        mean=[*exact.mean, *(m.mean for m in population)],
        sd=[*exact.sd, *(m.sd for m in population)],
        ends=[*exact.interval(prob), *(m.interval(prob) for m in population)],
    )
    if ranks is not None:
        distance["rank"] = drawn.distance_of_ranks(ranks)
    print(", ".join(f"{what} {value:.1f}" for what, value in distance.items()), "MCSE at most")
    assert max(distance.values()) < 4, distance
