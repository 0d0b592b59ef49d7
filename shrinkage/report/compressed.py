"""Many patients with covariates as a few cells, for a posterior that is nearly the same.

About a value ``b`` of the coefficients, with ``d = beta - b`` and ``eta_i = x_i'b``, a unit's
log-likelihood is

    log p(y_j | alpha_j, beta) = l_j(alpha_j + c_j'd) + r_j'd - d'Q_j d / 2,

where l_j is that at b, c_j the mean of the unit's covariates weighted by their information
theta (1 - theta), r_j the score of the distances x_i - c_j, and Q_j their information. So patients
tell their unit's own log-odds, ``alpha_j + c_j'd``, and, within units, a normal d. l_j is a sum of
smooth functions of ``alpha_j + eta_i``, for which a Gauss rule puts a dozen cells in the place of
the patients.

What is of third order is kept in the mean: r_j and Q_j are averaged over the posterior of
``alpha_j`` and of d, without which small units and rare outcomes would bias them, and l_j over that
of d, by spreading each patient to two, ``eta_i`` one standard deviation lower and higher. b is
where the averaged score meets the prior's pull: the mean of the normal that is nearest to the
coefficients' posterior (Opper and Archambeau 2009, Neural Computation 21, 786-792).
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from os import cpu_count

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from shrinkage.report.findings import Hyperprior
from shrinkage.report.gauss_rule import NODES, gauss_rule
from shrinkage.report.model import Cells, Covariates
from shrinkage.report.patients import Rows

Array = NDArray[np.float64]

ROUNDS = 40  # of Newton's method, at most
CLOSE = 1e-3  # posterior sds: a shorter step is the last
LONGEST = 1.0  # step of a coefficient
AT_ONCE = 50_000  # rows of patients
HERMITE_NODES, HERMITE_WEIGHTS = np.polynomial.hermite_e.hermegauss(5)
HERMITE_WEIGHTS /= HERMITE_WEIGHTS.sum()
EM_ROUNDS = 300  # at most
FIRST_LOOK = 50_000  # rows from which the search begins where there are many more
SPREAD = 1e-3  # variance of log-odds through d below which l_j is taken at d = 0
ENOUGH_CELLS, LEAST_NODES = 4000, 6  # with six, log-likelihoods of 100 patients are right to 1e-5
LEAST = 1e-9  # share of a unit's patients below which a cell is left out


@dataclass(frozen=True)
class Normal:
    """The coefficients: mean, (P,); ``root @ root.T`` their covariance within units, (P, P).

    centre: each unit's covariates, weighted by information, (J, P).
    """

    mean: Array
    root: Array
    centre: Array

    @classmethod
    def before_any(cls, rows: Rows) -> Normal:
        """Where the search begins: at zero, as if it were certain."""
        size = rows.x.shape[1]
        return cls(np.zeros(size), np.zeros((size, size)), np.zeros((rows.units, size)))

    def spread(self, rows: Rows) -> Array:
        """Standard deviation of each row's log-odds about those of its unit's centre, (N,)."""
        return np.sqrt((((rows.x - self.centre[rows.unit]) @ self.root) ** 2).sum(axis=1))


@dataclass(frozen=True)
class Population:
    """Means and sds of every alpha_j, given about the right mu_pop and sigma_pop.

    Those of the normal that is nearest to the posterior, where its own mean score is zero: nearer
    to the mean than the mode is.
    """

    mu: float
    sigma: float
    alpha: Array
    sd: Array


@dataclass(frozen=True)
class Sums:
    """Over all rows, averaged over their log-odds: what Newton's method and the normal need.

    score: residuals of each unit, (J,); weight: its information, (J,); cross: information times
    covariates, (J, P). total: residuals times covariates, (P,). square: information times the
    covariates' products, (P, P).
    """

    score: Array
    weight: Array
    cross: Array
    total: Array
    square: Array

    def plus(self, other: Sums) -> Sums:
        """Of these rows and others."""
        return Sums(
            *(a + b for a, b in zip(vars(self).values(), vars(other).values(), strict=True))
        )


def compress(
    rows: Rows, names: tuple[str, ...], doctors: NDArray[np.object_], hyperprior: Hyperprior
) -> Cells:
    """The cells that stand for all rows, with what they say of the coefficients.

    Parameters
    ----------
    rows : Rows
        None of them suppressed.
    names : tuple of str, length P
    doctors : array of str, shape (J,)
    hyperprior : Hyperprior

    Returns
    -------
    Cells
        A dozen cells a unit, with real numbers of patients.
    """
    start = Normal.before_any(rows)
    every = len(rows.unit) // FIRST_LOOK
    if every > 3:
        start, _ = approximate(rows.some(slice(every // 2, None, every)), start, hyperprior)
        start = replace(start, root=start.root / np.sqrt(every))
    found, (nodes, weights) = approximate(rows, start, hyperprior)
    trials = rows.by_unit(rows.trials)
    share = rows.by_unit(rows.successes) / np.maximum(trials, 1.0)
    unit = np.repeat(np.arange(rows.units), nodes.shape[1])
    used = weights.ravel() > LEAST * np.maximum(trials, 1.0)[unit]
    unit, weight = unit[used], weights.ravel()[used]
    return Cells(
        doctors,
        unit,
        share[unit] * weight,
        weight,
        offset=nodes.ravel()[used],
        covariates=Covariates(names, None, found.centre, found.mean, found.root),
    )


def approximate(
    rows: Rows, start: Normal, hyperprior: Hyperprior
) -> tuple[Normal, tuple[Array, Array]]:
    """What rows say of the coefficients within units, and each unit's Gauss rule, (J, K) twice.

    The rule's nodes are beside the unit's centre ``c_j'b``, which `Covariates` adds.
    """
    seen, starts = np.unique(rows.unit, return_index=True)
    at, population = start, None
    for _ in range(ROUNDS):
        eta = rows.offset + rows.x @ at.mean
        spread = np.concatenate([at.spread(rows.some(here)) for here in _batches(len(eta))])
        nodes = _rules(rows, eta, spread, seen, starts)
        population = _population(rows.by_unit(rows.successes), *nodes, hyperprior, population)
        sums = _sums(rows, eta, spread, population)
        step, size = _newton(sums, at.mean, population, hyperprior)
        before, at = at, _normal(sums, at.mean)
        settled = np.allclose(before.root @ before.root.T, at.root @ at.root.T, rtol=0.02)
        if size < CLOSE and settled:
            break
        at = replace(at, mean=before.mean + np.clip(step, -LONGEST, LONGEST))
    return at, (nodes[0] - (at.centre @ before.mean)[:, None], nodes[1])


def _normal(sums: Sums, beta: Array) -> Normal:
    """What the rows say of the coefficients within units, and their prior."""
    informed = sums.weight > 0
    centre = np.zeros_like(sums.cross)
    centre[informed] = sums.cross[informed] / sums.weight[informed, None]
    information = sums.square - (centre.T * sums.weight) @ centre + np.eye(len(beta))
    root = np.linalg.inv(np.linalg.cholesky(information)).T
    score = sums.total - centre.T @ sums.score - beta  # the pull of the prior N(0, 1)
    return Normal(beta + root @ (root.T @ score), root, centre)


def _rules(
    rows: Rows, eta: Array, spread: Array, seen: NDArray, starts: NDArray
) -> tuple[Array, Array]:
    """Each unit's Gauss rule, of weight 0 where it has no rows."""
    weights = rows.trials
    if np.average(spread**2, weights=weights) > SPREAD:
        eta = np.column_stack([eta - spread, eta + spread]).ravel()
        weights, starts = np.repeat(weights / 2, 2), 2 * starts
    size = int(np.clip(ENOUGH_CELLS / len(seen), LEAST_NODES, NODES))
    found = gauss_rule(eta, weights, starts, size)
    nodes, shares = (np.zeros((rows.units, found[0].shape[1])) for _ in found)
    nodes[seen], shares[seen] = found
    return nodes, shares


def _population(
    successes: Array,
    nodes: Array,
    weights: Array,
    hyperprior: Hyperprior,
    start: Population | None,
) -> Population:
    """Every alpha_j, mu_pop and sigma_pop where the coefficients are known: EM and Newton."""
    count = len(successes)
    if start is None:
        rate = (successes.sum() + 0.5) / (weights.sum() + 1.0)
        mu = float(np.log(rate / (1 - rate)) - (nodes * weights).sum() / weights.sum())
        start = Population(mu, 0.5, np.full(count, mu), np.full(count, 0.5))
    mu, sigma, alpha, sd = start.mu, start.sigma, start.alpha, start.sd
    scale = hyperprior.sigma_scale
    for _ in range(EM_ROUNDS):
        expected, weight = _averages(alpha[:, None], sd[:, None], nodes)
        stiff = (weights * weight).sum(axis=1) + 1 / sigma**2
        score = successes - (weights * expected).sum(axis=1) - (alpha - mu) / sigma**2
        step = score / stiff
        alpha, sd = alpha + np.clip(step, -2, 2), 1 / np.sqrt(stiff)
        precision = count / sigma**2 + 1 / hyperprior.mu_scale**2
        mu = float(
            (alpha.sum() / sigma**2 + hyperprior.mu_loc / hyperprior.mu_scale**2) / precision
        )
        square = ((alpha - mu) ** 2 + sd**2).sum()
        before = sigma
        sigma = float(scale * np.sqrt((np.sqrt(count**2 + 4 * square / scale**2) - count) / 2))
        sigma = max(sigma, 1e-3)
        if np.abs(step / sd).max() < 1e-4 and abs(sigma / before - 1) < 1e-3:
            break
    return Population(mu, sigma, alpha, sd)


def _averages(alpha: Array, sd: Array, offset: Array) -> tuple[Array, Array]:
    """theta and theta (1 - theta) at ``alpha + offset``, averaged over five nodes of alpha."""
    expected = np.zeros(np.broadcast_shapes(alpha.shape, offset.shape))
    weight = np.zeros_like(expected)
    for node, share in zip(HERMITE_NODES, HERMITE_WEIGHTS, strict=True):
        theta = expit(alpha + node * sd + offset)
        expected += share * theta
        weight += share * theta * (1 - theta)
    return expected, weight


def _sums(rows: Rows, eta: Array, spread: Array, population: Population) -> Sums:
    """Averages over every row's log-odds, in batches, by all processors."""

    def of(here: slice) -> Sums:
        part, at = rows.some(here), eta[here]
        sd = np.hypot(population.sd[part.unit], spread[here])
        expected, weight = _averages(population.alpha[part.unit], sd, at)
        weight *= part.trials
        residual = part.successes - part.trials * expected
        heavy = part.x * weight[:, None]
        cross = np.column_stack([part.by_unit(column) for column in heavy.T])
        return Sums(
            part.by_unit(residual), part.by_unit(weight), cross, part.x.T @ residual,
            part.x.T @ heavy,
        )  # fmt: skip

    with ThreadPoolExecutor(cpu_count()) as pool:
        every = pool.map(of, _batches(len(eta)))
        total = next(every)
        for one in every:
            total = total.plus(one)
    return total


def _batches(size: int) -> Iterator[slice]:
    for start in range(0, size, AT_ONCE):
        yield slice(start, min(start + AT_ONCE, size))


def _newton(
    sums: Sums, beta: Array, population: Population, hyperprior: Hyperprior
) -> tuple[Array, float]:
    """The step of the coefficients, mu_pop and every alpha_j following; and its length in sds.

    The intercepts are eliminated: each is tied to mu_pop and the coefficients alone.
    """
    size = len(beta)
    tie = 1 / population.sigma**2
    sideways = np.column_stack([sums.cross, np.full(len(sums.weight), -tie)])
    matrix = np.zeros((size + 1, size + 1))
    matrix[:size, :size] = sums.square + np.eye(size)
    matrix[size, size] = len(sums.weight) * tie + 1 / hyperprior.mu_scale**2
    matrix -= sideways.T @ (sideways / (sums.weight + tie)[:, None])
    right = np.append(sums.total - beta, 0.0)
    step = np.linalg.solve(matrix, right)
    return step[:size], float(np.sqrt(max(step @ right, 0.0)))
