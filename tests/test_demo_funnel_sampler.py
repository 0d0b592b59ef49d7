"""The funnel demo's sampler: its model, and its draws against the exact posterior."""

import arviz as az
import numpy as np
import pytest
from funnel_in_node import node
from scipy import stats

from shrinkage.demos import Funnel
from shrinkage.demos.clinic import presets
from shrinkage.demos.funnel_model import KINDS, log_density, longest_step, stable_above, start
from shrinkage.demos.hmc import LENGTH, hamiltonian_monte_carlo

FEW, MANY = ([3, 0, 9, 12], [4, 0, 12, 30]), ([40, 101, 700, 0], [45, 124, 1000, 20])


# The model


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("counts", [FEW, MANY])
def test_gradient_is_the_slope(kind, counts):
    rng = np.random.default_rng(1)
    for _ in range(20):
        q = rng.normal(size=6)
        _, gradient = log_density(kind, q, *counts)
        for i, step in enumerate(1e-5 * np.eye(6)):
            up, down = (log_density(kind, q + sign * step, *counts)[0] for sign in (1, -1))
            assert (up - down) / 2e-5 == pytest.approx(gradient[i], rel=1e-6, abs=1e-5)


def test_both_kinds_are_one_posterior():
    """The densities differ by the Jacobian of z to alpha, sigma_pop for each doctor."""
    rng = np.random.default_rng(2)
    for _ in range(20):
        q = rng.normal(size=6)
        alpha = np.concatenate([q[:2], q[0] + np.exp(q[1]) * q[2:]])
        apart = log_density("centred", alpha, *FEW)[0] - log_density("non-centred", q, *FEW)[0]
        assert apart == pytest.approx(-4 * q[1], abs=1e-11)
    assert start("centred", *FEW)[2:] == pytest.approx(
        start("non-centred", *FEW)[2:] + start("centred", *FEW)[0]
    )


def test_density_is_that_of_the_model():
    (s, n), q = FEW, np.array([0.3, -0.4, 1.0, 0.2, 0.9, -0.5])
    sigma = np.exp(q[1])
    expected = (
        stats.binom.logpmf(s, n, 1 / (1 + np.exp(-q[2:]))).sum()
        + stats.norm.logpdf(q[2:], q[0], sigma).sum()
        + stats.norm.logpdf(q[0], 0, 1.5)
        + stats.halfnorm.logpdf(sigma)
        + q[1]
    )
    other = np.array([-0.1, 0.2, 0.0, 0.0, 2.0, 1.0])
    sigma = np.exp(other[1])
    expected -= (
        stats.binom.logpmf(s, n, 1 / (1 + np.exp(-other[2:]))).sum()
        + stats.norm.logpdf(other[2:], other[0], sigma).sum()
        + stats.norm.logpdf(other[0], 0, 1.5)
        + stats.halfnorm.logpdf(sigma)
        + other[1]
    )
    found = log_density("centred", q, *FEW)[0] - log_density("centred", other, *FEW)[0]
    assert found == pytest.approx(expected, abs=1e-11)


@pytest.mark.parametrize("doctors", [1, 5, 40])
def test_step_is_too_long_where_the_curvature_says_so(doctors):
    """Without patients the largest curvature of the centred density is known: measure it."""
    sigma, none = 0.05, np.zeros(doctors)
    at = np.zeros(doctors + 2)
    at[1] = np.log(sigma)
    rows = [
        (
            log_density("centred", at + h, none, none)[1]
            - log_density("centred", at - h, none, none)[1]
        )
        / 2e-6
        for h in 1e-6 * np.eye(doctors + 2)
    ]
    curvature = np.linalg.eigvalsh(-np.array(rows)).max()
    assert stable_above(2 / np.sqrt(curvature), doctors) == pytest.approx(sigma, rel=1e-3)


@pytest.mark.parametrize("counts", [FEW, MANY])
def test_patients_fix_mu_pop(counts):
    """The curvature in mu_pop of the non-centred density, measured where a chain begins."""
    at, h = start("non-centred", *counts), 1e-5 * np.eye(6)[0]
    up, down = (log_density("non-centred", at + sign * h, *counts)[1][0] for sign in (1, -1))
    assert longest_step(*counts) == pytest.approx(2 / np.sqrt((down - up) / 2e-5), rel=1e-6)


# The sampler


@pytest.mark.parametrize("kind", KINDS)
def test_energy_error_falls_with_the_square_of_the_step(kind):
    begin = start(kind, *FEW)
    errors = []
    for step in (0.02, 0.01, 0.005):
        walk = hamiltonian_monte_carlo(lambda q: log_density(kind, q, *FEW), begin, 1, step, (4, 0))
        errors.append(walk.error[0])
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.15)
    assert errors[1] / errors[2] == pytest.approx(4, rel=0.15)


def test_momenta_are_normal_and_lengths_are_as_said():
    from shrinkage.demos.hmc import _normals

    momenta = _normals((7, 1), 4000, 7)
    assert momenta.shape == (4000, 7)
    assert stats.kstest(momenta.ravel(), "norm").pvalue > 1e-3
    correlation = np.corrcoef(momenta.T) - np.eye(7)
    assert np.abs(correlation).max() < 4.5 / np.sqrt(4000)
    # A standard normal of one dimension turns by an angle of pi / 4 to 3 pi / 4, and no step errs.
    walk = hamiltonian_monte_carlo(lambda q: (-0.5 * q @ q, -q), [0.0], 3000, 0.01, (3, 0))
    assert walk.accepted.mean() > 0.999
    assert stats.kstest(walk.points[::2, 0], "norm").pvalue > 1e-3
    before = np.concatenate([[0.0], walk.points[:-1, 0]])
    turned = np.mean(walk.points[:, 0] * before)  # the average cosine of these angles is zero
    assert abs(turned) < 4.5 * np.sqrt(0.5 / 3000)
    assert pytest.approx(np.pi / 2) == LENGTH


@pytest.mark.parametrize("kind", KINDS)
def test_transitions_leave_the_prior_invariant(kind):
    """Data drawn from the prior, then transitions given the data: sigma_pop stays half-normal.

    J. Geweke (2004), Getting it right: joint distribution tests of posterior simulators, JASA 99.
    """
    rng = np.random.default_rng(3)
    trials = np.array([2, 5, 9])
    after = []
    for seed in range(1200):
        mu, sigma, z = rng.normal(0, 1.5), abs(rng.normal()), rng.normal(size=3)
        alpha = mu + sigma * z
        successes = rng.binomial(trials, 1 / (1 + np.exp(-alpha)))
        begin = np.concatenate([[mu, np.log(sigma)], alpha if kind == "centred" else z])
        walk = hamiltonian_monte_carlo(
            lambda q, s=successes: log_density(kind, q, s, trials), begin, 2, 0.25, (seed, 5)
        )
        after.append(walk.points[-1, :2])
    mu, sigma = np.array(after).T
    assert stats.kstest(np.exp(sigma), "halfnorm").pvalue > 1e-3
    assert stats.kstest(mu / 1.5, "norm").pvalue > 1e-3


def test_divergence_is_rejected_and_marked_where_the_energy_was_last_right():
    chain = Funnel(draws=300).chain("centred")
    assert chain.divergent.sum() > 30
    assert not (chain.divergent & chain.accepted).any()
    stays = np.flatnonzero(~chain.accepted[1:]) + 1
    assert (chain.sigma_pop[stays] == chain.sigma_pop[stays - 1]).all()
    assert (np.isfinite(chain.source_sigma) == chain.divergent).all()
    below = stable_above(0.1, 10)
    at = chain.source_sigma[chain.divergent]
    assert np.quantile(at, 0.95) < 1.5 * below  # in the neck, not where the trajectory was thrown


# The finding


def test_the_non_centred_chain_is_right_and_the_centred_one_is_not():
    demo = Funnel()
    exact = demo.posterior().sigma_pop
    centred, non_centred = (demo.estimate(kind) for kind in KINDS)
    assert centred.mean > 1.4 * exact.mean
    assert centred.divergences > 50
    assert non_centred.mean == pytest.approx(exact.mean, rel=0.1)
    assert non_centred.divergences == 0
    assert centred.below < 0.5 * exact.cdf(demo.stable_above())
    assert non_centred.below == pytest.approx(exact.cdf(demo.stable_above()), abs=0.08)


CHAINS = """
    const { makeChain, taken } = await load("funnel/engine");
    console.log(JSON.stringify(given.map(({ state, kind, draws }) => {
      const chain = makeChain(kind, taken(state), state);
      while (chain.count < draws) chain.advance();
      return {
        logSigma: [...chain.logSigma.slice(0, draws)],
        mean: chain.sum[draws] / draws,
        divergences: chain.divergences[draws],
      };
    })));
"""


def test_default_seed_is_typical():
    """The demo opens on what most seeds show, not on a seed that was looked for."""
    demo = Funnel()
    exact = demo.posterior().sigma_pop.mean
    seeds = range(1, 101)
    wanted = [
        {"state": demo.state() | {"seed": seed}, "kind": kind, "draws": demo.draws}
        for kind in KINDS
        for seed in seeds
    ]
    chains = node(CHAINS, wanted)
    centred, non_centred = (
        np.array([[chain["mean"], chain["divergences"]] for chain in part])
        for part in (chains[:100], chains[100:])
    )
    own = centred[demo.seed - 1]
    low, high = np.quantile(centred, (0.25, 0.75), axis=0)
    assert (low <= own).all()
    assert (own <= high).all()
    assert np.mean(centred[:, 0] > 1.1 * exact) > 0.9
    assert np.all(np.abs(non_centred[:, 0] / exact - 1) < 0.2)
    assert np.all(non_centred[:, 1] == 0)


@pytest.mark.parametrize(
    ("name", "doctors", "kind", "step"),
    [
        ("Everyone equal", 10, "non-centred", 0.05),
        ("Ten doctors", 3, "non-centred", 0.05),
        ("Ten doctors", 10, "centred", 0.05),
        ("Twelve hospitals", 12, "centred", 0.05),
        ("Twelve hospitals", 12, "non-centred", 0.05),
    ],
)
def test_a_short_enough_step_finds_the_exact_mean(name, doctors, kind, step):
    demo = Funnel(counts=presets()[name], doctors=doctors, step_size=step)
    wanted = [
        {"state": demo.state() | {"seed": seed}, "kind": kind, "draws": 5000} for seed in range(4)
    ]
    sigma = np.exp([chain["logSigma"] for chain in node(CHAINS, wanted)])
    exact = demo.posterior().sigma_pop
    assert az.ess(sigma) > 1000
    assert abs(sigma.mean() - exact.mean) < 4 * az.mcse(sigma)
    thin = sigma[:, ::10].ravel()
    assert stats.kstest(thin, exact.cdf).pvalue > 1e-3
