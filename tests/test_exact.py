"""The exact posterior agrees with brute force, with published numbers and with PyMC."""

import time

import numpy as np
import pandas as pd
import pymc_reference
import pytest
from exact_tables import TEN_SUCCESSES, TEN_TRIALS
from scipy.interpolate import CubicSpline
from scipy.special import expit, logit

from shrinkage.data import load_doctors, load_hospitals
from shrinkage.exact import posterior, posterior_with_covariate


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


@pytest.mark.parametrize("sigma", [0.5, 3.0, 10.0])
def test_the_mode_of_the_profile_may_lie_far_from_the_posterior(sigma):
    """Five hundred doctors of one patient each, of whom twenty are successes."""
    exact = posterior([1] * 20 + [0] * 480, [1] * 500, sigma_pop=sigma)
    mu = np.linspace(-40, 10, 5001)
    z = np.linspace(-9, 9, 4001)
    share = np.exp(-0.5 * z**2)
    success = np.array([expit(m + sigma * z) @ share for m in mu]) / share.sum()
    log_density = 20 * np.log(success) + 480 * np.log1p(-success) - 0.5 * (mu / 1.5) ** 2
    weight = np.exp(log_density - log_density.max())
    mean = weight @ mu / weight.sum()
    sd = np.sqrt(weight @ (mu - mean) ** 2 / weight.sum())
    assert exact.mu_pop.mean == pytest.approx(mean, abs=1e-4 * sd)
    assert exact.mu_pop.sd == pytest.approx(sd, rel=1e-4)


def test_a_small_sd_keeps_its_digits_beside_millions_of_patients():
    """All log-odds so close together that a success probability is a line in them."""
    trials = [10_000 + 21_333 * j for j in range(40)] + [0]
    exact = posterior([round(0.893 * n) for n in trials], trials)
    slope = exact.mean[-1] * (1 - exact.mean[-1])
    assert exact.sd[-1] == pytest.approx(exact.alpha[-1].sd * slope, rel=1e-5)


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


def test_complete_pooling_gives_contradicting_doctors_one_rate():
    """Under complete pooling a doctor's likelihood may underflow at the rate of the others."""
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
