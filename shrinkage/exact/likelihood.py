"""Each doctor's log-likelihood as a function of ``alpha_j``, from counts."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from shrinkage.exact.inputs import Array, Index, Mask

Part = slice | Index
"""Numbers u of likelihoods, which broadcast with the log-odds; ``EVERY`` for all U in order."""
EVERY = slice(None)


def expit(a: Array) -> Array:
    """Success probability of log-odds; to all its digits, however small.

    `scipy.special` has it too, but importing that takes longer than ten posteriors.
    """
    e = np.exp(np.minimum(-a, 700.0))
    return 1.0 / (1.0 + e)


class Likelihood:
    """U log-likelihoods; what the steps of the method ask of each kind of them.

    Attributes
    ----------
    s, n : array, shape (U,)
        Successes, or about so many, and patients.
    offset : array, shape (U,)
        Log-odds of a patient less ``alpha_j``, on average.
    reference : float
        Log-odds less alpha of the patient whose success probability theta is spoken of.
    pace : array, shape (U,), or None
        Log-odds over which the curvature changes by a factor, where that is less than one.
    """

    s: Array
    n: Array
    offset: Array
    reference: float = 0.0
    pace: Array | None = None

    def value(self, a: Array, part: Part = EVERY) -> tuple[Array, Array]:
        """Log-likelihood, and theta, at ``a``, which broadcasts with ``part``."""
        raise NotImplementedError

    def slopes(self, a: Array, part: Part = EVERY) -> tuple[Array, Array]:
        """First derivative of the log-likelihood, and minus its second."""
        raise NotImplementedError

    def value_and_slope(self, a: Array, part: Part = EVERY) -> tuple[Array, Array]:
        """Log-likelihood and its first derivative."""
        raise NotImplementedError

    @cached_property
    def rough(self) -> Array:
        """About where each is highest, log-odds, or its step if it has no mode; shape (U,)."""
        rate = self._rate
        return np.log(rate / (1.0 - rate)) - self.offset

    @cached_property
    def precision(self) -> Array:
        """The curvature of minus the log-likelihood at `rough`, shape (U,)."""
        rate = self._rate
        return self.n * rate * (1.0 - rate)

    @property
    def _rate(self) -> Array:
        """Each raw success rate, kept away from 0 and 1; shape (U,)."""
        return (self.s + 0.5) / (self.n + 1.0)

    @property
    def is_step(self) -> Mask:
        """Whether each rises or falls only, or nearly so; shape (U,)."""
        return self.precision < 1.0

    @property
    def is_bounded(self) -> Mask:
        """Whether the successes are known to lie between bounds only; shape (U,)."""
        return np.zeros(len(self.n), bool)

    @property
    def plateau(self) -> tuple[Array, Array]:
        """From and to where those that are bounded are about level; log-odds, twice (U,)."""
        return self.rough, self.rough

    @property
    def edges(self) -> tuple[Array, Array]:
        """Where each may be narrow, and how narrow; log-odds, shape (C, U) each."""
        return self.rough[None], 1.0 / np.sqrt(1.0 + self.precision[None])


class Counts(Likelihood):
    """Successes ``s`` of trials ``n``: ``s * a - n * log(1 + exp(a))`` with ``a = alpha + offset``.

    offset: log-odds of the rate that is expected of each doctor's patients, (U,); None for zero.
    reference: that of all patients.
    """

    def __init__(
        self, successes: Array, trials: Array, offset: Array | None = None, reference: float = 0.0
    ) -> None:
        self.s, self.n = successes, trials
        self.is_shifted = offset is not None
        self.offset = np.zeros_like(trials) if offset is None else offset
        self.reference = reference

    def value(self, a: Array, part: Part = EVERY) -> tuple[Array, Array]:
        """Log-likelihood and theta at ``a``, which broadcasts with ``part``."""
        at = self._shifted(a, part)
        above, theta = np.maximum(at, 0.0), np.minimum(at, 0.0)
        both = theta - above
        np.exp(both, out=both)  # of -abs(a)
        both += 1.0
        if not self.is_shifted:
            np.exp(theta, out=theta)
            theta /= both
        np.log(both, out=both)
        both += above
        value = self.s[part] * at
        value -= self.n[part] * both
        return value, expit(a + self.reference) if self.is_shifted else theta

    def slopes(self, a: Array, part: Part = EVERY) -> tuple[Array, Array]:
        """First derivative of the log-likelihood, and minus its second."""
        theta = expit(self._shifted(a, part))
        expected = self.n[part] * theta
        return self.s[part] - expected, expected * (1.0 - theta)

    def value_and_slope(self, a: Array, part: Part = EVERY) -> tuple[Array, Array]:
        """Log-likelihood and its first derivative."""
        value, theta = Counts.value(self, a, part)
        if self.is_shifted:
            theta = expit(self._shifted(a, part))
        return value, self.s[part] - self.n[part] * theta

    def _shifted(self, a: Array, part: Part) -> Array:
        return a + self.offset[part] if self.is_shifted else a
