"""An answer that was simulated where the exact one is asked for is told how many draws it takes."""

import numpy as np
import pandas as pd
import pytest

from shrinkage.exercises.answers import Labelled
from shrinkage.exercises.mistakes import Mistake
from shrinkage.exercises.simulated import of_a_quantile, of_a_share
from shrinkage.exercises.task import Part, Task

SHARES = pd.Series(np.linspace(0.05, 0.9, 10) ** 1.1, list("ABCDEFGHIJ"))
RNG = np.random.default_rng(20)


def true_shares(_, *, side=lambda share: share):
    return side(SHARES)


TASK = Task(
    id="99.1",
    title="Shares",
    points=1,
    variable="shares",
    asks="a share for each doctor",
    answer=Labelled(),
    tolerance=1e-3,
    truth=true_shares,
    one_draw=of_a_share,
    parts=(Part(1, "the shares"),),
    mistakes=(
        Mistake(
            name="gave the other side",
            hint="Which side?",
            instead={"side": lambda share: 1 - share},
        ),
    ),
    hint="Count.",
    lesson="Shares are exact.",
)


def judged(values):
    return TASK.grade([float(v) for v in values], SHARES)


@pytest.mark.parametrize("draws", [500, 4000, 10_000, 100_000])
def test_shares_from_too_few_draws_are_told_how_many_it_takes(draws):
    results = [judged(RNG.binomial(draws, SHARES) / draws) for _ in range(200)]
    told = [result for result in results if "simulated with too few draws" in result.mistakes]
    assert all("about 10,000,000 draws" in result.hint for result in told)
    assert len(told) >= 0.97 * sum(not result.complete for result in results)


def test_the_draws_that_the_hint_names_are_enough():
    for _ in range(100):
        assert judged(RNG.binomial(10_000_000, SHARES) / 10_000_000).complete


@pytest.mark.parametrize(
    "wrong",
    [
        1.037 * SHARES + 0.013,
        SHARES + 0.002,
        SHARES.where(SHARES.index != "C", SHARES + 0.01),
        SHARES + np.where(SHARES.index == "C", 0.1, 0.002 * (-1) ** np.arange(10)),
        SHARES + 0.1 * (-1) ** np.arange(10),
    ],
    ids=["line", "shift", "one value", "one far off", "no simulation is so small"],
)
def test_a_wrong_formula_is_not_taken_for_a_simulation(wrong):
    assert judged(wrong).mistakes == ()


def test_a_mistake_is_named_before_chance_is():
    assert judged(1 - SHARES).mistakes == ("gave the other side",)


def test_the_error_of_a_simulated_quantile_is_that_of_the_formula():
    samples = np.random.default_rng(1).exponential(size=(2000, 4000))
    end = np.quantile(samples, 0.9, axis=1)
    # The density of an exponential variable at its quantile is the share above it.
    expected = of_a_quantile(0.9, pd.Series([0.1])) / np.sqrt(4000)
    np.testing.assert_allclose(end.std(), expected, rtol=0.05)
