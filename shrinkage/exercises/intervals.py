"""The shortest interval, which ArviZ's `hdi` gives, where an equal-tailed one is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from shrinkage.exercises.comparison import Tolerance
from shrinkage.exercises.mistakes import Mistake

SIZE = 4000
EVENLY = (np.arange(SIZE) + 0.5) / SIZE
"""Probabilities at which quantiles stand for a whole distribution."""

SLACK = 1.03  # an interval this much longer than the shortest may be the shortest in some draws


def shortest(values: np.ndarray, prob: float) -> np.ndarray:
    """Both ends of the shortest interval that holds this share of the values."""
    ends, length = _candidates(values, prob)
    return ends[:, length.argmin()]


def about_as_short(values: np.ndarray, prob: float) -> np.ndarray:
    """How far each end may be from that, because there are others which are about as short."""
    ends, length = _candidates(values, prob)
    near = length <= SLACK * length.min()
    return np.abs(ends[:, near] - ends[:, [length.argmin()]]).max(axis=1)


def shortest_given(
    instead: Mapping[str, Any],
    tolerance: Tolerance,
    *,
    name: str = "gave the ends of the shortest intervals",
) -> Mistake:
    """Gave shortest intervals where equal-tailed ones are asked for."""
    return Mistake(
        name=name,
        hint="The interval asked for leaves the same share out at either side. The shortest one, "
        "ArviZ's `hdi`, does so only where the distribution is symmetric: take two quantiles.",
        instead=instead,
        tolerance=tolerance,
        credit=0.5,
    )


def _candidates(values: np.ndarray, prob: float) -> tuple[np.ndarray, np.ndarray]:
    """Both ends and the length of each interval between two of the values, with this share."""
    ordered, inside = np.sort(values), int(prob * len(values))
    ends = np.array([ordered[:-inside], ordered[inside:]])
    return ends, ends[1] - ends[0]
