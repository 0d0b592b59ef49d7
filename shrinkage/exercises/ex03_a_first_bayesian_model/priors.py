"""The priors that the tasks state, and those that students take in their place."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit, log_expit


@dataclass(frozen=True)
class Normal:
    """A normal prior on a log-odds or a slope."""

    mean: float
    sd: float

    def log(self, x: np.ndarray) -> np.ndarray:
        """Its log density, up to a constant."""
        return -0.5 * ((x - self.mean) / self.sd) ** 2

    def with_sd(self, sd: float) -> "Normal":
        """The same centre, another width."""
        return replace(self, sd=sd)


@dataclass(frozen=True)
class OnRates:
    """The prior of a grid that is even in the rates, as the log-odds see it.

    Each point of the grid has the weight that `normal` gives to its log-odds, or to the rate itself
    where `of_rate`; all points weigh the same where there is no `normal`.
    """

    normal: Normal | None = None
    of_rate: bool = False

    def log(self, x: np.ndarray) -> np.ndarray:
        """Its log density, up to a constant."""
        points = log_expit(x) + log_expit(-x)  # of the grid, in a step of the log-odds
        if self.normal is None:
            return points
        return points + self.normal.log(expit(x) if self.of_rate else x)


@dataclass(frozen=True)
class Beta:
    """A beta prior on the rate, as the log-odds see it."""

    a: float
    b: float

    def log(self, x: np.ndarray) -> np.ndarray:
        """Its log density, up to a constant."""
        return self.a * log_expit(x) + self.b * log_expit(-x)


Prior = Normal | OnRates | Beta

ALPHA = Normal(1.0, 0.8)
"""The prior on a doctor's log-odds, as tasks 2 and 3 state it."""
BETA = Normal(0.0, 0.5)
"""The prior on the slope."""
CHAPTER_ALPHA, CHAPTER_BETA = Normal(0.0, 1.5), Normal(0.0, 1.0)
"""The chapter's priors on both, which Bambi's own hardly differ from."""
