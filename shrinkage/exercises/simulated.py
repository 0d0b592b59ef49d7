"""An answer that was simulated where the exact one is asked for: how many draws that would take.

The error of a simulated value is that of one draw over the root of their number. So values that lie
off the truth by about the same multiple of one draw's error come from a simulation, and the
multiple says how large it was.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from shrinkage.exercises.comparison import Values
from shrinkage.exercises.language import words
from shrinkage.exercises.result import Hint

FEWEST = 100  # draws; with fewer any wrong answer looks like a simulation
SURE = 3.0  # standard errors that have to fit into the tolerance of each value
CERTAIN = 1e-12  # a variance of this size is the rounding of a probability of 0 or 1
EXACT = 1e-7  # of one draw's error: no simulation comes as close, a formula does
UNLIKELY = 0.01  # probability with which each of two tests mistakes a simulation for a wrong answer


def of_a_share(share: Values) -> Values:
    """The standard deviation of one draw of a share of draws: a probability."""
    variance = share * (1 - share)
    return variance.where(variance > CERTAIN, 0.0) ** 0.5


def of_a_quantile(prob: float, density: Values) -> Values:
    """The same of a quantile at the probability `prob`, where the draws have this density."""
    return (prob * (1 - prob)) ** 0.5 / density


def too_few_draws(
    off: np.ndarray, one_draw: np.ndarray, within: np.ndarray | float
) -> tuple[Hint, np.ndarray] | None:
    """A hint where values are `off` as those of a simulation are, and which values these are.

    off: the answer less the truth, NaN where that has been explained otherwise. one_draw: the
    standard deviation of one draw, in the same shape. within: the tolerance.
    """
    scattered = np.isfinite(off) & (one_draw > 0)
    if not scattered.any():
        return None
    error = off[scattered] / one_draw[scattered]
    size = np.sort(np.abs(error))
    if size[0] < EXACT or np.mean(size**2) > 1 / FEWEST:
        return None
    one_sided = (error > 0).all() or (error < 0).all()
    if (one_sided and 0.5 ** (len(error) - 1) < UNLIKELY) or _stands_out(size):
        return None
    room = np.broadcast_to(np.asarray(within, float), off.shape)[scattered]
    needed = np.max((SURE * one_draw[scattered] / room) ** 2)
    text = words(
        "The values are close to the right ones, as those from too few draws are. To be sure of "
        "the decimals asked for takes about {needed} draws; where there is a formula, it takes "
        "none.",
        needed=f"{10 ** int(np.ceil(np.log10(needed))):,}",
    )
    return Hint(text, words("simulated with too few draws")), scattered


def _stands_out(size: np.ndarray) -> bool:
    """Whether the largest error is another kind of error than the others: a t test."""
    others = size[:-1]
    if not len(others):
        return False
    limit = stats.t.isf(UNLIKELY / 2 / len(size), len(others))
    return bool(size[-1] > limit * np.sqrt(np.mean(others**2)))
