"""The functions that a caller calls, and the `Posterior` they return."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from shrinkage.exact import inputs, more, on_grid, places, population, ranks
from shrinkage.exact.covariate import mixture_over_beta
from shrinkage.exact.doctors import Doctors, from_counts, from_patients
from shrinkage.exact.inner import WIDE
from shrinkage.exact.inputs import Array, Prior
from shrinkage.exact.joint import Joint
from shrinkage.exact.marginals import Marginal
from shrinkage.exact.on_grid import Mixture
from shrinkage.exact.patients import Patients
from shrinkage.exact.places import Places
from shrinkage.exact.rates import Rates


@dataclass(frozen=True)
class Posterior(Rates):
    """The exact posterior of J doctors.

    What it says of success probabilities (`mean`, `sd`, `interval`, `below`, `new_doctor`) is about
    patients whose covariate is zero, where there is one, and `alpha` is the varying intercept; with
    expected successes about patients of average risk, and ``exp(alpha)`` is the odds ratio to what
    was expected.

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

    def places(self, prob: float = 0.95) -> Places:
        """Between which places each doctor stands in the true league table.

        Parameters
        ----------
        prob : float
            Probability of lying between them, at least, with as little on either side; 0 to 1.

        Returns
        -------
        Places
            Ends, and the probabilities of the first and the last place, each of shape (J,). Of up
            to 60 doctors they are those of `rank_probabilities`; of more, right to a place and to
            0.005.
        """
        few = self._mixture.main.doctors.copies.sum() <= places.FEW
        found = (places.exactly if few else places.of_many)(self._mixture, prob)
        u = self._index
        return Places(found.low[u], found.high[u], found.best[u], found.worst[u])

    @cached_property
    def own_weight(self) -> Array:
        """The share of each estimate that is the doctor's own data, 0 to 1; shape (J,).

        In the normal approximation, averaged over ``sigma_pop``: see `more.own_weight`.
        """
        mean = np.clip(self._moments[0], 1e-300, 1.0 - 1e-16)
        at = np.log(mean) - np.log1p(-mean) - self.reference
        _, precision = self._mixture.main.doctors.likelihood.slopes(at)
        fixed = self._mixture.main.grid.prior.sigma_pop
        return more.own_weight(precision, self.sigma_pop or float(fixed or 0.0))[self._index]

    def more_patients(
        self, threshold: float, prob_low: float = 0.05, prob_high: float = 0.95
    ) -> Array:
        """How many more patients would settle on which side of a threshold each doctor is.

        Parameters
        ----------
        threshold : float
            A success probability, a share of one.
        prob_low, prob_high : float
            The question is settled where the probability of lying below is outside of these.

        Returns
        -------
        array, shape (J,)
            The smallest number, if these patients are of average risk and do as the estimate says;
            0 where it is settled, infinite where a million patients would not settle it.
        """
        at = inputs.log_odds("threshold", threshold)
        if not 0.0 < prob_low < prob_high < 1.0:
            raise ValueError(
                "prob_low and prob_high must lie between 0 and 1, the lower one first; "
                f"found {prob_low!r} and {prob_high!r}."
            )
        below = self._curves.cdf(np.array([[at - self.reference]]))[:, 0]
        found = np.zeros(len(below))
        which = np.flatnonzero((below > prob_low) & (below < prob_high))
        found[which] = more.patients_to_settle(
            self._alphas, self._moments[0], which, at, prob_low, prob_high
        )
        return found[self._index]

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
        of = main.doctors.likelihood
        is_step = ((of.n == 0) | of.is_bounded) & (main.alpha_variance > WIDE**2)
        if is_step[self._index].any():
            mean, sd = np.where(is_step, self._density_moments, (mean, sd))
        return mean, sd


def posterior(
    successes: ArrayLike,
    trials: ArrayLike,
    *,
    expected: ArrayLike | None = None,
    bounds: ArrayLike | None = None,
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
    expected : array, shape (J,), optional
        Successes that a risk model expects of each doctor's own patients, above 0 and below the
        trials. Then ``logit(theta_j) = logit(expected_j / trials_j) + alpha_j``, and theta of the
        result is at the average expectation, ``sum(expected) / sum(trials)``.
    bounds : array of whole numbers, shape (J, 2), optional
        Fewest and most successes of each doctor. Where they differ, the successes are known to lie
        between them only (a small number that was withheld, say), and the entry in ``successes``
        is not looked at.
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
        patients; if an expectation is not between, or bounds are in no order; or if a scale is not
        positive. The message names the entry.

    Notes
    -----
    As ``sigma_scale`` falls to zero the result becomes complete pooling. As it grows, the
    hyperprior becomes flat and the *data* decide how much to pool, which is not no pooling:
    for that, fix ``sigma_pop`` at a large value.
    """
    ends = None if bounds is None else np.asarray(bounds, float)
    s, n = inputs.counts(successes, trials, ends)
    ends = None if bounds is None else inputs.ends(bounds, s, n)
    offset = (None, 0.0) if expected is None else inputs.expectations(expected, n)
    doctors = from_counts(s, n, *offset, ends)
    return _without_covariate(doctors, Prior(mu_loc, mu_scale, sigma_scale, sigma_pop))


def posterior_given_offsets(
    doctor_idx: ArrayLike,
    offset: ArrayLike,
    successes: ArrayLike,
    trials: ArrayLike | None = None,
    *,
    n_doctors: int | None = None,
    reference: float = 0.0,
    mu_loc: float = 0.0,
    mu_scale: float = 1.5,
    sigma_scale: float = 1.0,
    sigma_pop: float | None = None,
) -> Posterior:
    """The exact posterior where each patient's log-odds differ from alpha by a known offset.

    That of a regression whose coefficients are known, say.

    Parameters
    ----------
    doctor_idx : array of int, shape (N,)
        The doctor of each cell of equal patients, 0 to J - 1.
    offset : array, shape (N,)
        Log-odds of a success less ``alpha`` of the doctor.
    successes, trials : array of whole numbers, shape (N,)
        Successes and patients of each cell; without ``trials`` a cell is one patient.
    n_doctors : int, optional
        J, if doctors with no patients come last; otherwise the largest index plus one.
    reference : float
        Offset of the patient of whose success probability the result speaks, log-odds.
    mu_loc, mu_scale, sigma_scale, sigma_pop
        As for `posterior`.

    Returns
    -------
    Posterior

    Raises
    ------
    ValueError
        If the arrays do not match, counts are not whole or have more successes than patients, an
        offset is not finite, or a scale is not positive.
    """
    cells = inputs.cells(doctor_idx, offset, successes, trials, n_doctors, "offset")
    doctor, at, s, n, size = cells
    if not np.isfinite(reference):
        raise ValueError(f"reference must be a finite number, found {reference!r}.")
    doctors = from_patients(Patients(doctor, at, s, n, size + 1, float(reference)))
    return _without_covariate(doctors, Prior(mu_loc, mu_scale, sigma_scale, sigma_pop))


def _without_covariate(doctors: Doctors, prior: Prior) -> Posterior:
    found = on_grid.integrate(doctors, prior)
    return Posterior(Mixture.alone(found), 0.0, found.log_evidence)


def posterior_with_covariate(
    doctor_idx: ArrayLike,
    covariate: ArrayLike,
    success: ArrayLike,
    *,
    trials: ArrayLike | None = None,
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
        The patient's outcome; with ``trials``, the successes of a cell of equal patients.
    trials : array of whole numbers, shape (N,), optional
        The patients of each cell; one each if left out.
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
    cells = inputs.cells(doctor_idx, covariate, success, trials, n_doctors)
    prior = Prior(mu_loc, mu_scale, sigma_scale, sigma_pop)
    inputs.positive("beta_scale", beta_scale)
    mixture, log_evidence = mixture_over_beta(*cells, beta_scale, prior)
    return Posterior(mixture, 0.0, log_evidence)
