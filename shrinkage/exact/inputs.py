"""Checks of what a caller hands over: counts, patients and the scales of the priors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Index = NDArray[np.intp]

LOG_SQRT_2PI = 0.5 * np.log(2.0 * np.pi)


@dataclass(frozen=True)
class Prior:
    """The hyperpriors: ``mu_pop ~ Normal``, ``sigma_pop ~ HalfNormal`` or fixed; log-odds."""

    mu_loc: float
    mu_scale: float
    sigma_scale: float
    sigma_pop: float | None

    def __post_init__(self) -> None:
        if not np.isfinite(self.mu_loc):
            raise ValueError(f"mu_loc must be a finite number, found {self.mu_loc!r}.")
        positive("mu_scale", self.mu_scale)
        positive("sigma_scale", self.sigma_scale)
        if self.sigma_pop is not None and not (np.isfinite(self.sigma_pop) and self.sigma_pop >= 0):
            raise ValueError(
                f"sigma_pop must be zero or a positive number, found {self.sigma_pop!r}; "
                "leave it out to let the data decide."
            )

    def log_mu(self, mu: Array) -> Array:
        """Log density of ``mu_pop``."""
        z = (mu - self.mu_loc) / self.mu_scale
        return -0.5 * z**2 - np.log(self.mu_scale) - LOG_SQRT_2PI

    def log_sigma(self, sigma: Array) -> Array:
        """Log density of ``sigma_pop``."""
        z = sigma / self.sigma_scale
        return -0.5 * z**2 - np.log(self.sigma_scale) - LOG_SQRT_2PI + np.log(2.0)


def positive(name: str, value: float) -> None:
    """Refuse a scale that is not a positive number."""
    if not (np.isfinite(value) and value > 0):
        raise ValueError(f"{name} must be a positive number, found {value!r}.")


def tails(prob: float) -> Array:
    """Cumulative probabilities at the ends of the central interval that holds ``prob``."""
    if not 0.0 < prob < 1.0:
        raise ValueError(f"prob must lie between 0 and 1, found {prob!r}; write 0.95 for 95 %.")
    return np.array([(1.0 - prob) / 2.0, (1.0 + prob) / 2.0])


def counts(successes: ArrayLike, trials: ArrayLike) -> tuple[Array, Array]:
    """Successes and trials as arrays of shape (J,)."""
    s, n = np.atleast_1d(np.asarray(successes, float)), np.atleast_1d(np.asarray(trials, float))
    if s.ndim != 1 or s.shape != n.shape or s.size == 0:
        raise ValueError(
            "successes and trials must be two lists of the same length, one entry a doctor; "
            f"found shapes {s.shape} and {n.shape}."
        )
    bad = ~(np.isfinite(s) & np.isfinite(n)) | (s != np.round(s)) | (n != np.round(n))
    bad |= (s < 0) | (s > n)
    if bad.any():
        j = int(np.flatnonzero(bad)[0])
        raise ValueError(
            "successes and trials must be whole numbers with 0 <= successes <= trials; "
            f"doctor {j} has {s[j]:g} successes in {n[j]:g} trials."
        )
    return s, n


def patients(
    doctor_idx: ArrayLike, covariate: ArrayLike, success: ArrayLike, n_doctors: int | None
) -> tuple[NDArray[np.intp], Array, Array, int]:
    """Doctor, covariate and outcome of each patient, shape (N,), and the number of doctors."""
    doctor, x, y = np.asarray(doctor_idx), np.asarray(covariate, float), np.asarray(success, float)
    if doctor.ndim != 1 or not doctor.shape == x.shape == y.shape or doctor.size == 0:
        raise ValueError(
            "doctor_idx, covariate and success must have the same length, one entry a patient; "
            f"found shapes {doctor.shape}, {x.shape} and {y.shape}."
        )
    if not np.issubdtype(doctor.dtype, np.integer) or doctor.min() < 0:
        raise ValueError("doctor_idx must hold whole numbers from 0; pandas.factorize makes them.")
    if not np.isfinite(x).all():
        row = int(np.flatnonzero(~np.isfinite(x))[0])
        raise ValueError(f"covariate must be finite; patient {row} has {x[row]}.")
    if not np.isin(y, (0.0, 1.0)).all():
        row = int(np.flatnonzero(~np.isin(y, (0.0, 1.0)))[0])
        raise ValueError(f"success must be 0 or 1; patient {row} has {y[row]:g}.")
    size = int(doctor.max()) + 1
    if n_doctors is not None and n_doctors < size:
        raise ValueError(f"n_doctors is {n_doctors}, but doctor_idx goes up to {size - 1}.")
    return doctor.astype(np.intp), x, y, n_doctors or size
