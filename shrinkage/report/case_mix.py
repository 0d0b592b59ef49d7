"""Rates standardised to one case mix: the mean, over all patients, of what a unit would achieve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from shrinkage.report.gauss_rule import gauss_rule

Array = NDArray[np.float64]

MOST = 2000  # kinds of patients; of more, every so manieth in the order of their expected success
NODES = 10  # of the rule that stands for them at one draw: rates right to 1e-4
AT_ONCE = 50_000  # numbers at once: they fit a processor's cache


@dataclass(frozen=True)
class CaseMix:
    """M kinds of patients: their covariates, (M, P), an offset of their log-odds, share, (M,)."""

    x: Array
    offset: Array
    share: Array

    @classmethod
    def of(cls, x: Array, offset: Array, trials: NDArray, beta: Array) -> CaseMix:
        """Of all rows, or of every so manieth patient in the order of ``offset + x @ beta``.

        Taken like that their expected success at ``beta`` has the distribution of all, and their
        covariates nearly.
        """
        if len(x) <= MOST:
            return cls(x, offset, trials / trials.sum())
        order = np.argsort(offset + x @ beta, kind="stable")
        patients = np.cumsum(trials[order])
        middle = (np.arange(MOST) + 0.5) / MOST * patients[-1]
        chosen = order[np.searchsorted(patients, middle)]
        return cls(x[chosen], offset[chosen], np.full(MOST, 1 / MOST))

    def average(self, alpha: Array, beta: Array) -> Array:
        """Mean success rate of this case mix at draws of ``alpha`` (D, J) and ``beta`` (D, P)."""
        theta = np.empty_like(alpha)
        batch = max(1, AT_ONCE // len(self.x))
        for start in range(0, len(alpha), batch):
            here = slice(start, start + batch)
            eta = self.offset + beta[here] @ self.x.T
            starts = np.arange(len(eta)) * eta.shape[1]
            weights = np.tile(self.share, len(eta))
            nodes, weights = gauss_rule(eta.ravel(), weights, starts, NODES)
            theta[here] = sum(
                weights[:, k, None] * expit(alpha[here] + nodes[:, k, None])
                for k in range(nodes.shape[1])
            )
        return theta
