"""Where bounds are all that is known: Python and the browser beside a sum that shares no code."""

import numpy as np
import pytest
from engine import END, EVIDENCE, MEAN, MODULE, ask
from exact_by_sum import PROBS, by_sum
from exact_tables import TEN_SUCCESSES, TEN_TRIALS, log_even
from node import Node

from shrinkage.exact import posterior

THIRTY, TWELVE = log_even(100, 10_000, 30), log_even(20, 2_000, 12)
# Bounds, trials, where the sum begins and ends (`by_sum`), and priors
VAGUE = {"mu_scale": 20.0}
TABLES = {
    "successes of thirty": ([[0, 3]] * 30, THIRTY, {}, {}),
    "failures of thirty": ([[n - 3, n] for n in THIRTY], THIRTY, {}, {}),
    "a vague prior": (
        [[0, 3]] * 15,
        THIRTY[::2],
        {"mu_from": -130.0, "mu_to": 8.0, "step": 0.06, "mus": 480},
        VAGUE,
    ),
    "failures, a vague prior": (
        [[n - 3, n] for n in THIRTY[::2]],
        THIRTY[::2],
        {"mu_from": -8.0, "mu_to": 130.0, "step": 0.06, "mus": 480},
        VAGUE,
    ),
    "one": ([[0, 4]], [200], {}, {}),
    "three": ([[0, 3]] * 3, [50, 200, 900], {}, {}),
    "between": ([[2, 9]] * 12, TWELVE, {}, {}),
    "few successes and few failures": (
        [*[[0, 3]] * 6, *[[n - 3, n] for n in TWELVE[6:]]],
        TWELVE,
        {"mu_from": -14.0, "mu_to": 14.0, "sigma_to": 14.0},
        {"sigma_scale": 2.0},
    ),
    "known and bounded": (
        [*([s, s] for s in TEN_SUCCESSES), [0, 3], [1, 4], [57, 60]],
        [*TEN_TRIALS, 40, 90, 60],
        {},
        {},
    ),
}


@pytest.fixture(scope="module")
def node():
    with Node(MODULE) as running:
        yield running


@pytest.mark.parametrize("name", TABLES)
def test_bounds_say_what_a_plain_sum_says(node, name):
    bounds, trials, ends, priors = TABLES[name]
    known = by_sum(bounds, trials, **ends, **priors)
    successes = [low for low, _ in bounds]
    exact = posterior(successes, trials, bounds=bounds, **priors)
    assert exact.log_evidence == pytest.approx(known.log_evidence, abs=1e-5)
    np.testing.assert_allclose(exact.mean, known.mean, atol=1e-6)
    np.testing.assert_allclose(exact.sd, known.sd, atol=1e-6)
    for found, wanted in ((exact.mu_pop, known.mu_pop), (exact.sigma_pop, known.sigma_pop)):
        np.testing.assert_allclose(found.quantile(PROBS), wanted, atol=1e-4 * found.sd)

    options = {"bounds": bounds} | priors
    browser = ask(node, (successes, trials), options, probs=[0.99, 0.95, 0.5])
    assert browser["logEvidence"] == pytest.approx(known.log_evidence, abs=EVIDENCE / 20)
    np.testing.assert_allclose(browser["mean"], known.mean, atol=MEAN / 20)
    np.testing.assert_allclose(browser["sd"], known.sd, atol=MEAN / 20)
    for found, wanted in ((browser["mu"], known.mu_pop), (browser["sigma"], known.sigma_pop)):
        ends = np.array([wanted[:3], wanted[:-4:-1]]).T
        within = END / 10 * max(found["sd"], 1.0)
        np.testing.assert_allclose(found["intervals"], ends, atol=within)
