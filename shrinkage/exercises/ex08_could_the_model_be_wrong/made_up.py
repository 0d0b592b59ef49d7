"""What a model makes up in place of a clinic: doctors, their patients, and the four quantities.

Log-odds have the shape (2, draw, doctor, quarter or 1): two data sets from each draw, which have in
common what the draw of the posterior fixes, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import expit

from shrinkage.exercises.ex08_could_the_model_be_wrong.clinics import Counts, exact
from shrinkage.exercises.ex08_could_the_model_be_wrong.four_questions import quantities

DRAWS = 5_000  # of the exact posterior for the truth, and two data sets made up with each
FEWER = 500  # the same for a mistake's values
WANTED = 4_000  # data sets that a student makes up
ESS = 400  # the course's least effective sample size


def population(
    counts: Counts, rng: np.random.Generator, size: int
) -> tuple[np.ndarray, np.ndarray]:
    """Draws of `mu_pop` and `sigma_pop`, each (draw, 1, 1)."""
    draws = exact(counts).joint.draw(rng, size, doctors=False)
    return draws.mu_pop[:, None, None], draws.sigma_pop[:, None, None]


def new_doctors(counts: Counts, rng: np.random.Generator, size: int) -> np.ndarray:
    """New doctors from the population."""
    mu, sigma = population(counts, rng, size)
    return mu + sigma * rng.normal(size=(2, size, len(counts[0]), 1))


def same_doctors(counts: Counts, rng: np.random.Generator, size: int) -> np.ndarray:
    """The doctors who were fitted."""
    alpha = exact(counts).joint.draw(rng, size).alpha
    return np.stack(2 * [alpha])[..., None]


def mean_doctors(counts: Counts, rng: np.random.Generator, size: int) -> np.ndarray:
    """The doctors who were fitted, their posterior means in place of draws."""
    means = np.array([alpha.mean for alpha in exact(counts).alpha])
    return np.broadcast_to(means[:, None], (2, size, len(means), 1))


def new_every_quarter(counts: Counts, rng: np.random.Generator, size: int) -> np.ndarray:
    """New doctors, others in each quarter."""
    mu, sigma = population(counts, rng, size)
    return mu + sigma * rng.normal(size=(2, size, len(counts[0]), 4))


def one_doctor(counts: Counts, rng: np.random.Generator, size: int) -> np.ndarray:
    """One new doctor, who stands for all."""
    mu, sigma = population(counts, rng, size)
    return mu + sigma * rng.normal(size=(2, size, 1, 1))


def no_difference(counts: Counts, rng: np.random.Generator, size: int) -> np.ndarray:
    """Doctors who all stand at the population's mean."""
    mu, _ = population(counts, rng, size)
    return np.stack(2 * [mu])


def from_the_prior(counts: Counts, rng: np.random.Generator, size: int) -> np.ndarray:
    """New doctors from populations drawn from the priors."""
    mu, sigma = 1.5 * rng.normal(size=(size, 1, 1)), np.abs(rng.normal(size=(size, 1, 1)))
    return mu + sigma * rng.normal(size=(2, size, len(counts[0]), 1))


def variance_as_sd(counts: Counts, rng: np.random.Generator, size: int) -> np.ndarray:
    """New doctors with `sigma_pop` squared for their standard deviation."""
    mu, sigma = population(counts, rng, size)
    return mu + sigma**2 * rng.normal(size=(2, size, len(counts[0]), 1))


Doctors = Callable[[Counts, np.random.Generator, int], np.ndarray]


@dataclass(frozen=True)
class MadeUp:
    """Of each quantity: p-value, the error of a student's p-value, mean and sd of what was made."""

    p: dict[str, float]
    error: dict[str, float]
    mean: dict[str, float]
    sd: dict[str, float]


@cache
def made_up(counts: Counts, doctors: Doctors = new_doctors, size: int = FEWER) -> MadeUp:
    """What a model makes up in place of a clinic: two data sets for each of `size` draws."""
    rng = np.random.default_rng(8)
    successes, trials = map(np.array, counts)
    chance = expit(doctors(counts, rng, size))
    observed = quantities(successes, trials)
    made = quantities(
        rng.binomial(trials, np.broadcast_to(chance, (2, size, *trials.shape))), trials
    )
    found = MadeUp({}, {}, {}, {})
    for name, value in observed.items():
        first, second = made[name] >= value
        p = (first.mean() + second.mean()) / 2
        between = max(0.0, np.mean(first & second) - first.mean() * second.mean())
        within = max(0.0, p * (1 - p) - between)
        student = between / ESS + within / WANTED
        found.p[name] = p
        found.error[name] = np.sqrt(student + between / size + within / (2 * size))
        found.mean[name], found.sd[name] = made[name].mean(), made[name].std()
    return found
