"""Task 10.2: a fit of the published model, held against the exact posterior."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy.interpolate import CubicSpline

from shrinkage.exact import posterior
from shrinkage.exercises.answers import Draws, exact_table
from shrinkage.exercises.ex10_twelve_hospitals.any_prior import (
    COURSE,
    COURSES,
    LOG_SIGMA,
    PUBLISHED,
    WIDE,
    Fit,
    Prior,
    at_each_sigma,
    fit_under,
    gamma_on_precision,
    weights,
)
from shrinkage.exercises.ex10_twelve_hospitals.hospitals import Hospitals
from shrinkage.exercises.mistakes import Mistake
from shrinkage.exercises.task import Part, Task

Moments = tuple[np.ndarray, np.ndarray]
"""Posterior means and standard deviations."""

EVERY = 4  # nodes of the grid from one at which log-odds are computed to the next


def rates_of(h: Hospitals, fit: Fit) -> Moments:
    """The hospitals' death rates."""
    return fit.mean[2:], fit.sd[2:]


def percent(h: Hospitals, fit: Fit) -> Moments:
    """The same in per cent."""
    return 100 * fit.mean[2:], 100 * fit.sd[2:]


def one_rate(h: Hospitals, fit: Fit) -> Moments:
    """The same rate for every hospital."""
    pooled = posterior(h.deaths, h.operations, mu_scale=WIDE, sigma_pop=0.0)
    return pooled.mean, pooled.sd


@lru_cache(maxsize=8)
def log_odds(h: Hospitals) -> Moments:
    """The hospitals' log-odds; between some nodes of the grid they follow a spline."""
    nodes = np.arange(len(LOG_SIGMA))[::EVERY]
    fits = [at_each_sigma(h, WIDE)[i].alpha for i in nodes]
    mean = [[m.mean for m in alpha] for alpha in fits]
    second = [[m.sd**2 + m.mean**2 for m in alpha] for alpha in fits]
    weight = weights(h, PUBLISHED, WIDE)
    first, square = (
        weight @ CubicSpline(LOG_SIGMA[nodes], moment)(LOG_SIGMA) for moment in (mean, second)
    )
    return first, np.sqrt(square - first**2)


def standard_deviation(fit: Fit) -> tuple[float, float]:
    """Mean and standard deviation of sigma_pop."""
    return fit.mean[1], fit.sd[1]


def variance(fit: Fit) -> tuple[float, float]:
    """Mean and standard deviation of its square."""
    square = fit.sd[1] ** 2 + fit.mean[1] ** 2
    return square, np.sqrt(fit.fourth - square**2)


def published_fit(
    h: Hospitals,
    *,
    prior: Prior = PUBLISHED,
    mu_scale: float = WIDE,
    counted: Callable[[Fit], Fit] = lambda fit: fit,
    theta: Callable[[Hospitals, Fit], Moments] = rates_of,
    sigma: Callable[[Fit], tuple[float, float]] = standard_deviation,
) -> pd.DataFrame:
    """Means and standard deviations of the published model's quantities."""
    fit = counted(fit_under(h, prior, mu_scale))
    labels = ["mu_pop", "sigma_pop", *(f"theta[{name}]" for name in h.names)]
    columns = [
        [fit_of, sigma_of, *rates]
        for fit_of, sigma_of, rates in zip(
            (fit.mean[0], fit.sd[0]), sigma(fit), theta(h, fit), strict=True
        )
    ]
    means, sds = (dict(zip(labels, column, strict=True)) for column in columns)
    return exact_table(means, sds)


TASK = Task(
    id="10.2",
    title="The published analysis",
    points=3,
    variable="published_fit",
    asks="a fit of the published model, with its priors, to these hospitals",
    answer=Draws(
        quantities={"mu_pop": ("mu_pop",), "sigma_pop": ("sigma_pop",), "theta": ("theta",)}
    ),
    tolerance=1e-6,  # beyond the Monte Carlo error of the draws
    truth=published_fit,
    parts=(
        Part(1.25, "the hospitals' death rates", "theta"),
        Part(1.25, "the population", ("mu_pop", "sigma_pop")),
        Part(0.5, "chains that agree", "converged", alone=False),
    ),
    mistakes=(
        Mistake(
            name="handed in per cent under the name `theta`",
            hint="`theta` is a death rate between 0 and 1; leave out the factor.",
            instead={"theta": percent},
            plain=True,
            credit=0.5,
        ),
        Mistake(
            name="gave every hospital the same rate",
            hint="Each hospital has a rate of its own; the population is where they come from. Did "
            "`theta` get the dimension of the hospitals?",
            instead={"theta": one_rate},
        ),
        Mistake(
            name="handed in the variance under the name `sigma_pop`",
            hint="`sigma_pop` is the standard deviation, one over the square root of the "
            "precision.",
            instead={"sigma": variance},
            credit=0.25,
        ),
        Mistake(
            name="counted the infants who lived",
            hint="Here a rate is that of dying; the observed counts are deaths.",
            instead={"counted": lambda fit: fit.mirrored},
            credit=0.25,
        ),
        Mistake(
            name="gave the precision a Gamma with another shape and rate, of one each",
            hint="Look at the two constants of the published Gamma.",
            instead={"prior": gamma_on_precision(1.0)},
        ),
        Mistake(
            name="kept the course's prior on sigma_pop",
            hint="In the published model the precision has the prior, and sigma_pop follows from "
            "it.",
            instead={"prior": COURSES},
            credit=0.25,
        ),
        Mistake(
            name="handed in log-odds under the name `theta`",
            hint="`theta` is a death rate, between 0 and 1: what takes log-odds there?",
            instead={"theta": lambda h, fit: log_odds(h)},
            tolerance=0.01,
            costly=True,
        ),
        Mistake(
            name="kept the course's prior on mu_pop",
            hint="The published prior on the population's mean is much wider.",
            instead={"mu_scale": COURSE},
            credit=0.25,
        ),
        Mistake(
            name="kept the course's priors",
            hint="This is somebody else's analysis: both of its priors stand above the cell.",
            instead={"prior": COURSES, "mu_scale": COURSE},
            credit=0.25,
        ),
    ),
    hint="Write the model's lines beside the published formulas: which quantity has which prior, "
    "and on which scale?",
    lesson="Another program, another parameterisation, the same posterior: what differs is Monte "
    "Carlo error, and it can be computed.",
)
