"""What the tests of the report's numbers share: tables as `load_outcomes` hands them over."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from shrinkage.data import Outcomes, count_by_doctor, load_doctors
from shrinkage.report.units import Units


def outcomes(successes: Sequence, trials: Sequence, names=None, patients=None, **more) -> Outcomes:
    """A table of counts; more: further columns of `Outcomes.counts`."""
    names = [f"U{j}" for j in range(len(trials))] if names is None else list(names)
    counts = pd.DataFrame({"doctor": names, "successes": successes, "trials": trials} | more)
    return Outcomes(counts=counts, patients=patients)


def ten() -> Outcomes:
    """The course's ten doctors."""
    counts = count_by_doctor(load_doctors())
    return outcomes(counts.successes, counts.trials, counts.doctor)


def drawn(n_units: int, seed: int = 1, mu: float = 1.5, sigma: float = 0.6) -> Outcomes:
    """A table that the model has drawn."""
    rng = np.random.default_rng(seed)
    trials = rng.integers(3, 300, n_units)
    theta = 1 / (1 + np.exp(-rng.normal(mu, sigma, n_units)))
    return outcomes(rng.binomial(trials, theta), trials)


def units(table: Outcomes) -> Units:
    return Units.of(table)
