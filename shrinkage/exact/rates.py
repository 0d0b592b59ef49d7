"""The posterior of success probabilities: of one, and of all doctors' for patients of one kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from shrinkage.exact import alphas, inputs
from shrinkage.exact.inputs import Array, Index
from shrinkage.exact.likelihood import expit
from shrinkage.exact.marginals import Curves, Marginal
from shrinkage.exact.on_grid import Mixture


@dataclass(frozen=True)
class Rate:
    """The posterior of one success probability.

    Attributes
    ----------
    mean, sd : float
        Posterior mean and standard deviation, a share of one.
    alpha : Marginal
        Of its log-odds, less `reference`.
    reference : float
        Log-odds that belong to an alpha of zero.
    """

    mean: float
    sd: float
    alpha: Marginal
    reference: float = 0.0

    def interval(self, prob: float = 0.95) -> tuple[float, float]:
        """Equal-tailed credible interval that holds a share ``prob`` of the posterior."""
        lower, upper = expit(self.reference + self.alpha.quantile(inputs.tails(prob)))
        return float(lower), float(upper)


@dataclass(frozen=True)
class Rates:
    """The posterior of J doctors' success probabilities for patients of one kind."""

    _mixture: Mixture
    _covariate: float

    @property
    def reference(self) -> float:
        """Log-odds that belong to an alpha of zero: those of the average expectation, or zero."""
        return self._mixture.main.doctors.likelihood.reference

    @property
    def mean(self) -> Array:
        """Posterior mean of each, a share of one; shape (J,)."""
        return self._moments[0][self._index]

    @property
    def sd(self) -> Array:
        """Posterior standard deviation of each, a share of one; shape (J,)."""
        return self._moments[1][self._index]

    @cached_property
    def alpha(self) -> Sequence[Marginal]:
        """The posterior of each doctor's log-odds, less `reference`; length J."""
        return [self._alphas.marginal(u) for u in self._index]

    @cached_property
    def new_doctor(self) -> Rate:
        """The prediction for a doctor of the same population who has no patients yet."""
        new = self._mixture.main.doctors.index[-1]
        mean, sd = self._density_moments
        marginal = self._alphas.marginal(new)
        return Rate(float(mean[new]), float(sd[new]), marginal, self.reference)

    def interval(self, prob: float = 0.95) -> Array:
        """Equal-tailed credible interval of each success probability.

        Parameters
        ----------
        prob : float
            Share of the posterior inside, between 0 and 1.

        Returns
        -------
        array, shape (J, 2)
            Lower and upper end.
        """
        tails = inputs.tails(prob)[None, :]
        return expit(self.reference + self._curves.quantile(tails))[self._index]

    def below(self, threshold: float) -> Array:
        """Probability that each success probability is below a threshold, a share of one; (J,)."""
        at = inputs.log_odds("threshold", threshold) - self.reference
        return self._curves.cdf(np.array([[at]]))[self._index, 0]

    @cached_property
    def _alphas(self) -> alphas.Alphas:
        return alphas.alphas(self._mixture, self._covariate)

    @cached_property
    def _curves(self) -> Curves:
        return Curves(self._alphas.x, self._alphas.density)

    @cached_property
    def _density_moments(self) -> tuple[Array, Array]:
        return self._alphas.rates()

    @property
    def _moments(self) -> tuple[Array, Array]:
        """Means and standard deviations, for each likelihood: shape (U,)."""
        return self._density_moments

    @property
    def _index(self) -> Index:
        return self._mixture.main.doctors.index[:-1]
