"""The functions `posterior` and `posterior_with_covariate`, and the `Posterior` they return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from shrinkage.exact import alphas, inputs, likelihood, on_grid, population, ranks
from shrinkage.exact.covariate import mixture_over_beta
from shrinkage.exact.inner import WIDE
from shrinkage.exact.inputs import Array, Index, Prior
from shrinkage.exact.joint import Joint
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
        Of its log-odds.
    """

    mean: float
    sd: float
    alpha: Marginal

    def interval(self, prob: float = 0.95) -> tuple[float, float]:
        """Equal-tailed credible interval that holds a share ``prob`` of the posterior."""
        lower, upper = expit(self.alpha.quantile(inputs.tails(prob)))
        return float(lower), float(upper)


@dataclass(frozen=True)
class Rates:
    """The posterior of J doctors' success probabilities for patients of one kind."""

    _mixture: Mixture
    _covariate: float

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
        """The posterior of each doctor's log-odds; length J."""
        return [self._alphas.marginal(u) for u in self._index]

    @cached_property
    def new_doctor(self) -> Rate:
        """The prediction for a doctor of the same population who has no patients yet."""
        new = self._mixture.main.doctors.index[-1]
        mean, sd = self._density_moments
        return Rate(float(mean[new]), float(sd[new]), self._alphas.marginal(new))

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
        return expit(self._curves.quantile(tails))[self._index]

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


@dataclass(frozen=True)
class Posterior(Rates):
    """The exact posterior of J doctors.

    What it says of success probabilities (`mean`, `sd`, `interval`, `new_doctor`) is about patients
    whose covariate is zero, where there is one; `alpha` is then the varying intercept.

    Attributes
    ----------
    log_evidence : float
        Natural logarithm of the probability of the data under the model (of the sequence of
        outcomes, without binomial coefficients).
    """

    log_evidence: float

    @cached_property
    def mu_pop(self) -> Marginal:
        """The posterior of the population mean ``mu_pop``, log-odds."""
        return population.mu_marginal(self._mixture)

    @cached_property
    def sigma_pop(self) -> Marginal | None:
        """The posterior of the population sd ``sigma_pop``, log-odds; None where it was fixed."""
        return population.sigma_marginal(self._mixture)

    @cached_property
    def beta(self) -> Marginal | None:
        """The covariate's coefficient, log-odds per unit; None without a covariate."""
        if len(self._mixture.pieces) == 1:
            return None
        return population.beta_marginal(self._mixture)

    @cached_property
    def log_left_out(self) -> Array:
        """Log probability of each doctor's outcomes given all other doctors'; shape (J,).

        The terms of exact leave-one-out cross-validation (Vehtari, Gelman and Gabry 2017,
        Statistics and Computing 27, 1413-1432).
        """
        mixture = self._mixture
        log_weight = np.log(mixture.weight)[:, None]
        # A harmonic mean over beta: 1 / p(y_j | others) is the posterior mean of 1 / p(y_j | beta).
        left_out = [on_grid.log_left_out(piece) for piece in mixture.pieces]
        return -np.logaddexp.reduce(log_weight - left_out, axis=0)[self._index]

    @cached_property
    def joint(self) -> Joint:
        """The joint posterior of ``mu_pop``, ``sigma_pop``, ``beta`` and every ``alpha_j``."""
        return Joint.of(self._mixture)

    def at(self, covariate: float) -> Rates:
        """The success probabilities of patients with this value of the covariate."""
        if not np.isfinite(covariate):
            raise ValueError(f"covariate must be finite, found {covariate!r}.")
        return Rates(self._mixture, float(covariate))

    def rank_probabilities(self) -> Array:
        """Probability of each place in the true league table for each doctor.

        Returns
        -------
        array, shape (J, J)
            Row j, column r: the probability that doctor j has place r + 1. The first place is
            the highest success probability. Rows and columns sum to one.
        """
        return ranks.place_probabilities(self._mixture)[self._index]

    @cached_property
    def _moments(self) -> tuple[Array, Array]:
        """From the grid's own moments, mostly without computing any density.

        Where a doctor has no patients and alpha may lie anywhere, theta is nearly a step in
        ``mu_pop``, which the grid's nodes miss.
        """
        mean, sd = self._mixture.mean_and_sd(
            np.array([piece.mean for piece in self._mixture.pieces]),
            np.array([piece.variance for piece in self._mixture.pieces]),
        )
        main = self._mixture.main
        is_step = (main.doctors.likelihood.n == 0) & (main.alpha_variance > WIDE**2)
        if is_step[self._index].any():
            mean, sd = np.where(is_step, self._density_moments, (mean, sd))
        return mean, sd


def posterior(
    successes: ArrayLike,
    trials: ArrayLike,
    *,
    mu_loc: float = 0.0,
    mu_scale: float = 1.5,
    sigma_scale: float = 1.0,
    sigma_pop: float | None = None,
) -> Posterior:
    """The exact posterior of the hierarchical logit from each doctor's counts.

    Parameters
    ----------
    successes, trials : array of whole numbers, shape (J,)
        Successes and patients of each doctor. A doctor with no patients is allowed and gets
        the prediction for a new doctor.
    mu_loc, mu_scale : float
        Mean and standard deviation of the normal hyperprior on ``mu_pop``, log-odds.
    sigma_scale : float
        Scale of the half-normal hyperprior on ``sigma_pop``, log-odds.
    sigma_pop : float, optional
        Fix ``sigma_pop`` at this value instead of learning it: 0 is complete pooling, a very
        large value no pooling.

    Returns
    -------
    Posterior

    Raises
    ------
    ValueError
        If the counts are not whole, do not match in length, or have more successes than
        patients; or if a scale is not positive. The message names the entry.

    Notes
    -----
    As ``sigma_scale`` falls to zero the result becomes complete pooling. As it grows, the
    hyperprior becomes flat and the *data* decide how much to pool, which is not no pooling:
    for that, fix ``sigma_pop`` at a large value.
    """
    doctors = likelihood.from_counts(*inputs.counts(successes, trials))
    found = on_grid.integrate(doctors, Prior(mu_loc, mu_scale, sigma_scale, sigma_pop))
    return Posterior(Mixture.alone(found), 0.0, found.log_evidence)


def posterior_with_covariate(
    doctor_idx: ArrayLike,
    covariate: ArrayLike,
    success: ArrayLike,
    *,
    n_doctors: int | None = None,
    beta_scale: float = 1.0,
    mu_loc: float = 0.0,
    mu_scale: float = 1.5,
    sigma_scale: float = 1.0,
    sigma_pop: float | None = None,
) -> Posterior:
    """The exact posterior of the hierarchical logit with one covariate a patient.

    Parameters
    ----------
    doctor_idx : array of int, shape (N,)
        The doctor of each patient, 0 to J - 1.
    covariate : array, shape (N,)
        The patient's covariate (severity, say). ``mean`` and ``interval`` of the result speak
        of a patient whose covariate is zero; `Posterior.at` speaks of others.
    success : array of 0 and 1, shape (N,)
        The patient's outcome.
    n_doctors : int, optional
        J, if doctors with no patients come last; otherwise the largest index plus one.
    beta_scale : float
        Standard deviation of the normal prior on ``beta``, log-odds per unit of the covariate.
    mu_loc, mu_scale, sigma_scale, sigma_pop
        As for `posterior`.

    Returns
    -------
    Posterior

    Raises
    ------
    ValueError
        If the arrays do not match, an outcome is not 0 or 1, the covariate is not finite, or a
        scale is not positive.
    """
    patients = inputs.patients(doctor_idx, covariate, success, n_doctors)
    prior = Prior(mu_loc, mu_scale, sigma_scale, sigma_pop)
    inputs.positive("beta_scale", beta_scale)
    mixture, log_evidence = mixture_over_beta(*patients, beta_scale, prior)
    return Posterior(mixture, 0.0, log_evidence)
