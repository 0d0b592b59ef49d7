"""The browser's probabilities of places are Python's, and rows and columns sum to one."""

import numpy as np
import pymc_reference
import pytest
from engine import MEAN, MODULE, SUM, ask
from exact_tables import column
from node import Node
from properties import for_any
from scipy.special import expit
from tables import many_doctors, priors

from shrinkage.exact import posterior

TEN = pymc_reference.TABLES["ten doctors"]
HOSPITALS = pymc_reference.TABLES["twelve hospitals"]


@pytest.fixture(scope="module")
def node():
    with Node(MODULE) as running:
        yield running


def doubly_stochastic(ranks):
    ranks = np.array(ranks, float)
    assert np.all(ranks >= -1e-9)
    np.testing.assert_allclose(ranks.sum(axis=1), 1, atol=SUM)
    np.testing.assert_allclose(ranks.sum(axis=0), 1, atol=SUM)
    return ranks


FAR_OUT = column(
    "143611 673043 428200 710794 252400 61258 50397 20251 13864 10007 108616 155998 "
    "14697 991432 50003 44194 574776 77199 828835"
)
RANKED = {
    "ten doctors": (*TEN, {}),
    "twelve hospitals": (*HOSPITALS, {}),
    "fifteen alike": ([8] * 15, [10] * 15, {}),
    "one doctor": ([3], [4], {}),
    "two": ([3, 4], [4, 4], {}),
    "complete pooling": ([1, 2, 3], [4, 4, 4], {"sigma_pop": 0}),
    "nearly complete pooling": ([1, 2, 3, 3], [4, 4, 4, 4], {"sigma_pop": 0.01}),
    "nearly no pooling": ([1, 2, 3, 3], [4, 4, 4, 4], {"sigma_pop": 5}),
    "far apart": ([10, 5_000, 9_990], [10_000, 10_000, 10_000], {}),
    "all or nothing": ([0, 4, 0, 5, 0], [4, 4, 5, 5, 0], {}),
    "very unequal caseloads": ([4, 8_000, 1, 790, 0], [4, 10_000, 1, 1_000, 0], {}),
    "all of up to a million, a population far out": (
        FAR_OUT,
        FAR_OUT,
        {"mu_scale": 15.619, "sigma_pop": 51.014},
    ),
}


@pytest.mark.parametrize("name", RANKED)
def test_ranks_are_pythons(node, name):
    successes, trials, options = RANKED[name]
    found = doubly_stochastic(ask(node, (successes, trials), options, ranks=True)["ranks"])
    exact = posterior(successes, trials, **options).rank_probabilities()
    np.testing.assert_allclose(found, exact, atol=MEAN)


@for_any(many_doctors(most=60), priors, kept=10, search=20)
def test_ranks_of_any_doctors_are_probabilities(node, table, options):
    answer = ask(node, table, options, ranks=True)
    ranks = doubly_stochastic(answer["ranks"])
    # The expected place orders doctors as the probability of beating another does; of two with
    # equal counts neither can be ahead.
    successes, trials = table
    first = {}
    for j, counts in enumerate(zip(successes, trials, strict=True)):
        np.testing.assert_array_equal(ranks[j], ranks[first.setdefault(counts, j)])


def draws_of_ranks(successes, trials, size, rng):
    """Ranks in draws from the posterior on a grid of another kind: (size, J), 0 for the first.

    sigma_pop and mu_pop on an even grid, alpha of each doctor on an even grid given both.
    """
    mu, sigma = np.linspace(-1, 3, 81), np.linspace(0.025, 3.025, 61)
    a = np.linspace(-6, 9, 601)
    like = np.exp(
        [
            s * a - n * np.logaddexp(0, a) - np.max(s * a - n * np.logaddexp(0, a))
            for s, n in zip(successes, trials, strict=True)
        ]
    )
    kernel = np.exp(-0.5 * ((a - mu[:, None, None]) / sigma[:, None]) ** 2) / sigma[:, None]
    log_joint = np.log(kernel @ like.T).sum(axis=2)
    log_joint += -0.5 * (mu[:, None] / 1.5) ** 2 - 0.5 * sigma**2
    joint = np.exp(log_joint - log_joint.max())
    nodes = rng.choice(joint.size, size, p=(joint / joint.sum()).ravel())
    alpha = np.empty((size, len(trials)))
    for node in np.unique(nodes):
        here = np.flatnonzero(nodes == node)
        cdf = np.cumsum(like * kernel.reshape(-1, a.size)[node], axis=1)
        uniform = rng.uniform(size=(len(trials), here.size))
        for j, row in enumerate(cdf):
            alpha[here, j] = np.interp(uniform[j], row / row[-1], a)
    return (-alpha).argsort(axis=1).argsort(axis=1)


def test_ranks_of_forty_doctors_are_those_of_draws(node):
    rng = np.random.default_rng(3)
    trials = (10 ** rng.uniform(0.5, 2.2, 40)).round().astype(int)
    successes = rng.binomial(trials, expit(rng.normal(1.0, 0.8, 40)))
    ranks = doubly_stochastic(ask(node, (successes.tolist(), trials.tolist()), ranks=True)["ranks"])
    size = 20_000
    drawn = draws_of_ranks(successes, trials, size, rng)
    share = np.array([np.bincount(row, minlength=40) for row in drawn.T]) / size
    # A rare place is known to a draw or two.
    error = np.sqrt(np.abs(ranks * (1 - ranks)) / size) + 2 / size
    assert np.abs((share - ranks) / error).max() < 4
