"""The draws that task 03.4 hands to a student's function: those of two made-up fits."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import ndtri

from shrinkage.exercises.clinic import Clinic

SIZE = 4_000  # draws
SEED = 32  # of their order; with it no definition of a quantile is 0.001 off another
SHIFT = 0.1  # of a fit's means, at most, from one clinic to another


@dataclass(frozen=True)
class Fit:
    """Normal draws of intercept and slope, by mean and sd, and the patients to read them for."""

    alpha: tuple[float, float]
    beta: tuple[float, float]
    correlation: float
    patients: tuple[float, ...]


FITS = {
    "": Fit((0.9, 0.35), (-0.7, 0.3), -0.3, patients=(-1.0, 0.0, 2.0)),
    " of another fit": Fit((-0.5, 0.5), (0.4, 0.25), 0.4, patients=(1.0, -2.0)),
}


@cache
def calls(c: Clinic) -> dict[str, tuple]:
    """The arguments of each call: draws that are spread as evenly as those of many fits together.

    Their order and spread are the same in every clinic, and so no quantile is harder to find.
    """
    rng, own = np.random.default_rng(SEED), c.rng(SEED)
    normal = ndtri((np.arange(SIZE) + 0.5) / SIZE)
    found = {}
    for which, fit in FITS.items():
        one, other = rng.permutation(normal), rng.permutation(normal)
        both = fit.correlation * one + np.sqrt(1 - fit.correlation**2) * other
        centre = fit.alpha[0], fit.beta[0]
        alpha, beta = centre + own.uniform(-SHIFT, SHIFT, size=2)
        alpha, beta = alpha + fit.alpha[1] * one, beta + fit.beta[1] * both
        for at in fit.patients:
            found[f"`relative = {at:g}`{which}"] = alpha, beta, at
    return found
