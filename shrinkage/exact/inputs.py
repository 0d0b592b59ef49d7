"""Checks of what a caller hands over: counts, patients and the scales of the priors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Mask = NDArray[np.bool_]

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


def log_odds(name: str, value: float) -> float:
    """Log-odds of what must be a share of one."""
    if not 0.0 < value < 1.0:
        raise ValueError(f"{name} must lie between 0 and 1, found {value!r}; write 0.9 for 90 %.")
    return float(np.log(value / (1.0 - value)))


def tails(prob: float) -> Array:
    """Cumulative probabilities at the ends of the central interval that holds ``prob``."""
    if not 0.0 < prob < 1.0:
        raise ValueError(f"prob must lie between 0 and 1, found {prob!r}; write 0.95 for 95 %.")
    return np.array([(1.0 - prob) / 2.0, (1.0 + prob) / 2.0])


def counts(
    successes: ArrayLike, trials: ArrayLike, bounds: Array | None = None
) -> tuple[Array, Array]:
    """Successes and trials as arrays of shape (J,); see `bounds`."""
    s, n = np.atleast_1d(np.asarray(successes, float)), np.atleast_1d(np.asarray(trials, float))
    if s.ndim != 1 or s.shape != n.shape or s.size == 0:
        raise ValueError(
            "successes and trials must be two lists of the same length, one entry a doctor; "
            f"found shapes {s.shape} and {n.shape}."
        )
    if bounds is not None and bounds.shape == (len(s), 2):
        s = np.where(bounds[:, 0] != bounds[:, 1], bounds[:, 0], s)
    bad = ~(np.isfinite(s) & np.isfinite(n)) | (s != np.round(s)) | (n != np.round(n))
    bad |= (s < 0) | (s > n)
    if bad.any():
        j = int(np.flatnonzero(bad)[0])
        raise ValueError(
            "successes and trials must be whole numbers with 0 <= successes <= trials; "
            f"doctor {j} has {s[j]:g} successes in {n[j]:g} trials."
        )
    return s, n


def ends(bounds: ArrayLike, successes: Array, trials: Array) -> Array:
    """Fewest and most successes of each doctor, shape (J, 2)."""
    found = np.asarray(bounds, float)
    if found.shape != (len(trials), 2):
        raise ValueError(
            "bounds must have one row a doctor, the fewest and the most successes; "
            f"found shape {found.shape} for {len(trials)} doctors."
        )
    low, high = found.T
    bad = (found != np.round(found)).any(axis=1) | ~((low >= 0) & (low <= high) & (high <= trials))
    if bad.any():
        j = int(np.flatnonzero(bad)[0])
        raise ValueError(
            "bounds must be whole numbers with 0 <= fewest <= most <= trials; "
            f"doctor {j} has {low[j]:g} to {high[j]:g} of {trials[j]:g} trials."
        )
    bad = (low == high) & (low != successes)
    if bad.any():
        j = int(np.flatnonzero(bad)[0])
        raise ValueError(
            f"doctor {j} has {successes[j]:g} successes, and bounds that allow {low[j]:g} only; "
            "where the successes are known, both bounds must be that number."
        )
    return found


def expectations(expected: ArrayLike, trials: Array) -> tuple[Array, float]:
    """Log-odds of the rate expected of each doctor's patients, (J,), and of that of all patients.

    A doctor without patients has the log-odds of all.
    """
    e = np.atleast_1d(np.asarray(expected, float))
    if e.shape != trials.shape:
        raise ValueError(
            "expected must have one entry a doctor, the number of successes expected of the "
            f"doctor's own patients; found shape {e.shape} for {len(trials)} doctors."
        )
    seen = trials > 0
    bad = seen & ~((e > 0) & (e < trials))
    if bad.any():
        j = int(np.flatnonzero(bad)[0])
        raise ValueError(
            "expected must be a number of successes above 0 and below the trials (for a rate, "
            f"multiply by the trials); doctor {j} has {e[j]:g} expected of {trials[j]:g} trials."
        )
    e, n = e[seen], trials[seen]
    if not len(e):
        return np.zeros(len(trials)), 0.0
    reference = float(np.log(e.sum() / (n - e).sum()))
    offset = np.full(len(trials), reference)
    offset[seen] = np.log(e / (n - e))
    return offset, reference


def cells(
    doctor_idx: ArrayLike,
    covariate: ArrayLike,
    success: ArrayLike,
    trials: ArrayLike | None,
    n_doctors: int | None,
    name: str = "covariate",
) -> tuple[Index, Array, Array, Array, int]:
    """Doctor, covariate, successes and trials of each cell, (N,), and the number of doctors.

    A cell without ``trials`` is one patient. name: what the covariate is called.
    """
    doctor, x, y = np.asarray(doctor_idx), np.asarray(covariate, float), np.asarray(success, float)
    n = np.ones(y.shape) if trials is None else np.asarray(trials, float)
    if doctor.ndim != 1 or not doctor.shape == x.shape == y.shape == n.shape or doctor.size == 0:
        raise ValueError(
            f"doctor_idx, {name} and success must have the same length, one entry a patient; "
            f"found shapes {doctor.shape}, {x.shape} and {y.shape}."
            + ("" if trials is None else f" With trials, one entry a cell; theirs is {n.shape}.")
        )
    if not np.issubdtype(doctor.dtype, np.integer) or doctor.min() < 0:
        raise ValueError("doctor_idx must hold whole numbers from 0; pandas.factorize makes them.")
    if not np.isfinite(x).all():
        row = int(np.flatnonzero(~np.isfinite(x))[0])
        raise ValueError(f"{name} must be finite; patient {row} has {x[row]}.")
    bad = ~np.isfinite(n) | (n != np.round(n)) | (y != np.round(y)) | ~((y >= 0) & (y <= n))
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        if trials is None:
            raise ValueError(f"success must be 0 or 1; patient {row} has {y[row]:g}.")
        raise ValueError(
            "successes and trials must be whole numbers with 0 <= successes <= trials; "
            f"cell {row} has {y[row]:g} successes in {n[row]:g} trials."
        )
    size = int(doctor.max()) + 1
    if n_doctors is not None and n_doctors < size:
        raise ValueError(f"n_doctors is {n_doctors}, but doctor_idx goes up to {size - 1}.")
    return doctor.astype(np.intp), x, y, n, n_doctors or size
