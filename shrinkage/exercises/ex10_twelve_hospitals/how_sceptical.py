"""Task 10.4: how narrow a prior on sigma_pop has to be for a conclusion to tip."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy import optimize
from scipy.special import logit

from shrinkage.exact import Posterior, posterior
from shrinkage.exercises.answers import Number
from shrinkage.exercises.ex10_twelve_hospitals.any_prior import WIDE
from shrinkage.exercises.ex10_twelve_hospitals.hospitals import Hospitals
from shrinkage.exercises.mistakes import Mistake
from shrinkage.exercises.task import Part, Task

SCALES = (1e-3, 4.0)  # between which the scale is searched
PRECISION = 2e-5  # of the scale, relative
CLOSELY = 5e-4  # for scales near the right one, which a search may meet that is not fine enough


def with_scale(h: Hospitals, scale: float) -> Posterior:
    """The posterior under a half-normal prior of this scale."""
    return posterior(h.deaths, h.operations, sigma_scale=scale)


def with_published_mu(h: Hospitals, scale: float) -> Posterior:
    """The posterior under it and the published prior on mu_pop."""
    return posterior(h.deaths, h.operations, mu_scale=WIDE, sigma_scale=scale)


def with_sigma_fixed(h: Hospitals, scale: float) -> Posterior:
    """The posterior with sigma_pop fixed there."""
    return posterior(h.deaths, h.operations, sigma_pop=scale)


def above_standard(h: Hospitals, fit: Posterior) -> float:
    """Probability that the hospital with the highest raw rate is above the standard."""
    return 1.0 - float(fit.alpha[h.highest].cdf(logit(h.standard)))


def estimate(h: Hospitals, fit: Posterior) -> float:
    """The estimated death rate of that hospital."""
    return float(fit.mean[h.highest])


def half_of_it(h: Hospitals) -> float:
    """Half of what the probability is under the course's prior."""
    return 0.5 * above_standard(h, with_scale(h, 1.0))


def half_under_published_mu(h: Hospitals) -> float:
    """Half of what it is where the prior on mu_pop is the published one."""
    return 0.5 * above_standard(h, with_published_mu(h, 1.0))


def one_half(h: Hospitals) -> float:
    """A probability of one half."""
    return 0.5


def the_standard(h: Hospitals) -> float:
    """The highest acceptable death rate."""
    return h.standard


def half_way(h: Hospitals) -> float:
    """A death rate half of the way from the estimate to the pooled rate."""
    return 0.5 * (estimate(h, with_scale(h, 1.0)) + estimate(h, with_sigma_fixed(h, 0.0)))


@lru_cache(maxsize=64)
def _scale_where(
    h: Hospitals,
    what: Callable[[Hospitals, Posterior], float],
    falls_to: Callable[[Hospitals], float],
    prior: Callable[[Hospitals, float], Posterior],
) -> float:
    target = falls_to(h)

    def too_much(log_scale: float) -> float:
        return what(h, prior(h, np.exp(log_scale))) - target

    low, high = np.log(SCALES)
    if too_much(low) * too_much(high) > 0:
        return float("nan")
    return float(np.exp(optimize.brentq(too_much, low, high, xtol=PRECISION)))


def the_scale(value: float) -> pd.Series:
    """One number under the label that the truth has."""
    return pd.Series({"the scale": value})


def scale_where(
    h: Hospitals,
    *,
    what: Callable[[Hospitals, Posterior], float] = above_standard,
    falls_to: Callable[[Hospitals], float] = half_of_it,
    prior: Callable[[Hospitals, float], Posterior] = with_scale,
) -> pd.Series:
    """The scale at which something about the hospital has fallen to a value; NaN if nowhere."""
    return the_scale(_scale_where(h, what, falls_to, prior))


def share(relative: float) -> Callable[[Hospitals], pd.Series]:
    """A tolerance: a share of the right scale."""
    return lambda h: relative * scale_where(h)


TASK = Task(
    id="10.4",
    title="How sceptical to be",
    points=2,
    variable="tipping_scale",
    asks="the scale of the half-normal prior at which the probability has halved",
    answer=Number(),
    tolerance=share(0.01),
    truth=scale_where,
    parts=(Part(2, "the scale at which the conclusion tips"),),
    mistakes=(
        Mistake(
            name="halved the scale",
            hint="A probability does not follow the scale in proportion: compute it at each scale "
            "you try.",
            gives=lambda h: the_scale(0.5),
        ),
        Mistake(
            name="gave the probability and not the scale",
            hint="That is what the scale should lead to; which scale does?",
            gives=lambda h: the_scale(half_of_it(h)),
        ),
        Mistake(
            name="gave the square of the scale",
            hint="The scale of a half-normal is in the unit of sigma_pop, log-odds, not squared.",
            turns=lambda scale: scale**2,
            credit=0.25,
        ),
        Mistake(
            name="gave a precision",
            hint="The half-normal prior is on sigma_pop, and its scale in log-odds.",
            turns=lambda scale: scale**-2,
            credit=0.25,
        ),
        Mistake(
            name="gave the logarithm of the scale",
            hint="If you searched in the logarithm, go back from it.",
            turns=np.log,
            credit=0.5,
        ),
        Mistake(
            name="looked for a probability of one half",
            hint="Halved is half of what it is under the course's prior, and that is not one.",
            instead={"falls_to": one_half},
            tolerance=share(CLOSELY),
            credit=0.5,
            costly=True,
        ),
        Mistake(
            name="fixed sigma_pop instead of giving it a narrower prior",
            hint="A prior leaves sigma_pop to the data within what it allows; `sigma_scale` is its "
            "scale, `sigma_pop` a value without doubt.",
            instead={"prior": with_sigma_fixed},
            credit=0.25,
            costly=True,
        ),
        Mistake(
            name="kept the published prior on mu_pop",
            hint="This task is about the course's priors, of which one becomes narrower: leave "
            "`mu_scale` as it is.",
            instead={"prior": with_published_mu, "falls_to": half_under_published_mu},
            tolerance=share(CLOSELY),
            credit=0.25,
            costly=True,
        ),
        Mistake(
            name="looked for where the estimate falls to the standard",
            hint="The question is about the probability of being above it, not about the posterior "
            "mean.",
            instead={"what": estimate, "falls_to": the_standard},
            tolerance=share(CLOSELY),
            credit=0.25,
            costly=True,
        ),
        Mistake(
            name="looked for where the estimate has gone half of the way to the pooled rate",
            hint="The question is about the probability of being above the standard; the estimate "
            "moves at another pace.",
            instead={"what": estimate, "falls_to": half_way},
            costly=True,
        ),
    ),
    hint="The probability grows with the scale: write it as a function of the scale, then search, "
    "by halving an interval or with `scipy.optimize.brentq`, until the scale is within 1 per cent.",
    lesson="A reader who believes that hospitals hardly differ can now say whether that belief is "
    "strong enough to change the conclusion. That is more than 'the results were robust'.",
)
