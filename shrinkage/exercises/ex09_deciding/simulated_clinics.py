"""What each rule does in clinics whose doctors are drawn from a population, without simulating.

The expected numbers are sums over true rates, by Gauss's rule on either side of the standard, and
over the numbers of successes. They are those of infinitely many simulated clinics.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import expit, logit

from shrinkage.exercises.ex09_deciding.board import STANDARD
from shrinkage.exercises.ex09_deciding.limits_and_tails import TAIL

RULES = ("raw", "funnel", "last")
NODES = 60  # on either side of the standard: numbers of doctors right to 1e-6
REACH = 8.0  # standard deviations of the population to either side
GOOD, POOR = 0, 1


@dataclass(frozen=True)
class World:
    """Clinics with these caseloads whose doctors are drawn from a normal population.

    Attributes:
        n: caseloads.
        pooled: the rate around which the funnel's limits stand.
        centre: mean of the true log-odds.
        spread: their standard deviation.
        standard: of the rule 'raw', and of being poor.
        tail: what the funnel leaves out on either side.
        last: whom the rule 'last' reviews: the 'lowest' raw rate, one of the lowest (the 'first'
            who has it), or the 'highest'.
    """

    n: tuple[int, ...]
    pooled: float
    centre: float
    spread: float
    standard: float = STANDARD
    tail: float = TAIL
    last: str = "lowest"


@dataclass(frozen=True)
class Verdicts:
    """What a rule does with each doctor (rows): how probable it is, together with good or poor.

    Attributes:
        reviewed: columns (reviewed and good), (reviewed and poor), by the true rate.
        spared: the same for not reviewed.
        seen: columns (reviewed and good), (not reviewed and poor), by the raw rate.
    """

    reviewed: np.ndarray
    spared: np.ndarray
    seen: np.ndarray


@lru_cache(maxsize=128)
def verdicts(world: World) -> dict[str, Verdicts]:
    """What each rule does in a world."""
    rate, states = _true_rates(world)
    joint, raw = [], []  # of each doctor: (successes, good or poor), and the raw rates
    for n in world.n:
        s = np.arange(n + 1)
        joint.append(stats.binom.pmf(s[:, None], n, rate) @ states.T)
        raw.append(s / n)
    trials = np.array(world.n, float)
    limit = stats.binom.ppf(world.tail, trials, world.pooled) / trials
    reviews = {
        "raw": [(r < world.standard).astype(float) for r in raw],
        "funnel": [(r < low).astype(float) for r, low in zip(raw, limit, strict=True)],
        "last": [_is_last(world.last, j, raw, joint) for j in range(len(raw))],
    }
    return {rule: _verdict(review, raw, joint, world.standard) for rule, review in reviews.items()}


def _true_rates(world: World) -> tuple[np.ndarray, np.ndarray]:
    """Rates, (rate,), and how probable each is as that of a good or a poor doctor, (2, rate)."""
    if not world.spread:
        rate = expit(np.array([world.centre]))
        return rate, np.array([rate >= world.standard, rate < world.standard], float)
    node, weight = np.polynomial.legendre.leggauss(NODES)
    cut = float(logit(world.standard))
    at, probability = [], []
    for end in (world.centre - REACH * world.spread, world.centre + REACH * world.spread):
        at.append(cut + (end - cut) * (1 + node) / 2)
        density = stats.norm.pdf(at[-1], world.centre, world.spread)
        probability.append(np.abs(end - cut) / 2 * weight * density)
    poor, good = probability
    nobody = np.zeros(NODES)
    return expit(np.concatenate(at)), np.array([[*nobody, *good], [*poor, *nobody]])


def _is_last(whom: str, j: int, raw: list[np.ndarray], joint: list[np.ndarray]) -> np.ndarray:
    """Probability that the rule 'last' reviews doctor j, for each of j's raw rates."""
    sign = -1.0 if whom == "highest" else 1.0
    probability = np.ones(len(raw[j]))
    for k, (others, both) in enumerate(zip(raw, joint, strict=True)):
        if k != j:
            away = sign * (others - raw[j][:, None])
            # Of several who have the lowest rate, the first has none before them.
            passes = away > 0 if whom == "first" and k < j else away >= 0
            probability *= passes @ both.sum(axis=1)
    return probability


def _verdict(
    review: list[np.ndarray], raw: list[np.ndarray], joint: list[np.ndarray], standard: float
) -> Verdicts:
    """A rule's verdicts from its reviews, for each doctor's raw rates."""
    reviewed = np.array([v @ p for v, p in zip(review, joint, strict=True)])
    seen = []
    for v, p, r in zip(review, joint, raw, strict=True):
        poor, chance = r < standard, p.sum(axis=1)
        seen.append([(v * ~poor) @ chance, ((1 - v) * poor) @ chance])
    return Verdicts(reviewed, np.array([p.sum(axis=0) for p in joint]) - reviewed, np.array(seen))


def by_rule(numbers: dict[str, list[float]]) -> pd.DataFrame:
    """Numbers of each rule under the rules' names."""
    return pd.DataFrame(numbers, list(RULES), dtype=float)
