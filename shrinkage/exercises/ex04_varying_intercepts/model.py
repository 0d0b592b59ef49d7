"""The exact posterior of the model with varying intercepts, and the scales of its priors."""

from collections.abc import Iterable
from functools import lru_cache

from scipy.special import logit

from shrinkage import exact
from shrinkage.exercises.clinic import Clinic

MU_SCALE, SIGMA_SCALE = 1.5, 1.0  # the course's priors
DEFAULT_SIGMA_SCALE = 2.5  # Bambi's on sigma_pop; its prior on the intercept is the course's
OLD_MU_SCALE = 2.5  # Bambi's on the intercept before 2024


def posterior(
    successes: Iterable[float], trials: Iterable[float], **priors: float
) -> exact.Posterior:
    """The exact posterior of counts; the course's priors unless others are given."""
    return _posterior(tuple(successes), tuple(trials), **priors)


@lru_cache(maxsize=256)  # one task's mistakes ask for some hundred
def _posterior(successes: tuple, trials: tuple, **priors: float) -> exact.Posterior:
    return exact.posterior(successes, trials, **priors)


def log_odds_of_all(c: Clinic) -> float:
    """The log-odds of the success rate of all patients together."""
    return float(logit(c.pooled))
