"""The exact posterior of the hierarchical logit, by quadrature.

The model, for doctor ``j`` and patient ``i``::

    y_ij      ~ Bernoulli(theta_ij)
    logit(theta_ij) = alpha_j + beta * x_ij          (beta only with a covariate)
    alpha_j   ~ Normal(mu_pop, sigma_pop)
    mu_pop    ~ Normal(mu_loc, mu_scale)
    sigma_pop ~ HalfNormal(sigma_scale)
    beta      ~ Normal(0, beta_scale)

Given ``(mu_pop, sigma_pop)`` the doctors are independent, so the posterior is a
two-dimensional integral with a one-dimensional integral per doctor inside.
No random number is drawn: the same input gives the same output on every machine.

How each integral is taken:

* inside, over ``z`` in ``alpha_j = mu_pop + sigma_pop * z``: the integrand is log-concave with
  curvature of at least one, so its mode and the two points where it has fallen by a factor of
  ``exp(-DROP)`` are found by Newton's method, and Gauss-Legendre nodes are laid on both sides of
  the mode. This holds for one patient and for a million, for ``sigma_pop`` zero and huge.
* over ``mu_pop`` given ``sigma_pop``: the same, on the (concave) profile of the log posterior.
  The inner integrals are smooth in ``mu_pop``, so where its window is narrow they are taken at a
  few Chebyshev nodes and interpolated.
* over ``sigma_pop = c * sinh(t)``: linear near zero and logarithmic far from it, because the
  posterior of ``sigma_pop`` can have both scales at once. The integrand is even in ``t``, so the
  trapezoid rule converges exponentially although the domain ends at zero.
* over ``beta``: the trapezoid rule, centred on the posterior, as wide and as fine as it needs.

Imports nothing of the project. Source of the quadrature rules: Davis and Rabinowitz, *Methods of
Numerical Integration*, 2nd ed. (1984), sections 2.7 and 2.9.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import overload

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import CubicSpline, PPoly, make_interp_spline
from scipy.special import expit, logsumexp

Array = NDArray[np.float64]

DROP = 20.0  # integrands are followed until they have fallen by exp(-20), 2e-9
NODES_ALPHA = 14  # Gauss-Legendre nodes on either side of a doctor's mode
WIDE = 3.0  # sigma_pop above which it takes twice as many, most of them close to the mode
NODES_MU = 12  # the same for mu_pop
NODES_SIGMA = 22  # trapezoid nodes for sigma_pop
INTERPOLATION = 1e-9  # error of the inner integrals between nodes of mu_pop, relative to the whole
STEP_BETA = 0.7  # first trapezoid step for beta, in posterior standard deviations

_LOG_SQRT_2PI = 0.5 * np.log(2.0 * np.pi)


# ---------------------------------------------------------------------------------------------
# What a caller gets
# ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Marginal:
    """The posterior density of one number.

    Attributes
    ----------
    x : array, shape (K,)
        Increasing grid, in the parameter's own unit (log-odds for ``mu_pop`` and ``alpha``).
    density : array, shape (K,)
        Density on the grid; integrates to one.
    mean, sd : float
        Posterior mean and standard deviation.
    """

    x: Array
    density: Array
    mean: float
    sd: float

    @cached_property
    def _cumulative(self) -> tuple[PPoly, Array]:
        """The antiderivative of the density, and its value at each point of the grid."""
        antiderivative = CubicSpline(self.x, self.density).antiderivative()
        return antiderivative, np.maximum.accumulate(antiderivative(self.x))

    def cdf(self, value: ArrayLike) -> Array:
        """Posterior probability of lying at or below ``value`` (any shape)."""
        antiderivative, at_grid = self._cumulative
        return np.clip(antiderivative(np.clip(value, self.x[0], self.x[-1])) / at_grid[-1], 0, 1)

    def quantile(self, prob: ArrayLike) -> Array:
        """The value below which a share ``prob`` (any shape, in 0 to 1) of the posterior lies."""
        antiderivative, at_grid = self._cumulative
        wanted = np.asarray(prob, float) * at_grid[-1]
        x = np.interp(wanted, at_grid, self.x)
        for _ in range(3):  # Newton, from a start that is right to a cell of the grid
            slope = np.maximum(antiderivative(x, 1), 1e-300)
            step = np.clip((wanted - antiderivative(x)) / slope, -self._cell, self._cell)
            x = np.clip(x + step, self.x[0], self.x[-1])
        return x

    @cached_property
    def _cell(self) -> float:
        return float(np.max(np.diff(self.x)))

    def interval(self, prob: float = 0.95) -> tuple[float, float]:
        """Equal-tailed credible interval that holds a share ``prob`` of the posterior."""
        lower, upper = self.quantile(_tails(prob))
        return float(lower), float(upper)


@dataclass(frozen=True)
class Posterior:
    """The exact posterior of J doctors.

    Attributes
    ----------
    mean, sd : array, shape (J,)
        Posterior mean and standard deviation of each doctor's success probability, a share of
        one; with a covariate, of a patient whose covariate is zero.
    beta : Marginal or None
        The covariate's coefficient, log-odds per unit; None without a covariate.
    log_evidence : float
        Natural logarithm of the probability of the data under the model (of the sequence of
        outcomes, without binomial coefficients).
    """

    mean: Array
    sd: Array
    beta: Marginal | None
    log_evidence: float
    _slices: list[_Slice]
    _weights: Array

    @cached_property
    def mu_pop(self) -> Marginal:
        """The posterior of the population mean ``mu_pop``, log-odds."""
        return _mix([piece.mu_marginal() for piece in self._slices], self._weights)

    @cached_property
    def sigma_pop(self) -> Marginal | None:
        """The posterior of the population sd ``sigma_pop``, log-odds; None where it was fixed."""
        if self._slices[0].prior.sigma_pop is not None:
            return None
        return _mix([piece.sigma_marginal() for piece in self._slices], self._weights)

    @cached_property
    def alpha(self) -> Sequence[Marginal]:
        """The posterior of each doctor's varying intercept ``alpha_j``, log-odds; length J.

        Each is computed when it is first asked for.
        """
        return _Marginals(
            lambda j: _mix([piece.alpha(j) for piece in self._slices], self._weights),
            len(self.mean),
        )

    def interval(self, prob: float = 0.95) -> Array:
        """Equal-tailed credible interval of each doctor's success probability.

        Parameters
        ----------
        prob : float
            Share of the posterior inside, between 0 and 1.

        Returns
        -------
        array, shape (J, 2)
            Lower and upper end.
        """
        tails = _tails(prob)
        return np.array([expit(alpha.quantile(tails)) for alpha in self.alpha])

    def rank_probabilities(self) -> Array:
        """Probability of each place in the true league table for each doctor.

        Takes about a second for twelve doctors, and longer with the cube of their number.

        Returns
        -------
        array, shape (J, J)
            Row j, column r: the probability that doctor j has place r + 1. The first place is
            the highest success probability. Rows and columns sum to one.
        """
        ranks = [piece.rank_probabilities()[piece.index] for piece in self._slices]
        return np.tensordot(self._weights, ranks, 1)


class _Marginals(Sequence[Marginal]):
    """Marginals that are computed one by one, when asked for."""

    def __init__(self, compute: Callable[[int], Marginal], size: int) -> None:
        self._compute, self._size = cache(compute), size

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, j: int) -> Marginal: ...
    @overload
    def __getitem__(self, j: slice) -> list[Marginal]: ...
    def __getitem__(self, j: int | slice) -> Marginal | list[Marginal]:
        places = range(self._size)[j]
        if isinstance(places, range):
            return [self._compute(place) for place in places]
        return self._compute(places)


# ---------------------------------------------------------------------------------------------
# What a caller calls
# ---------------------------------------------------------------------------------------------


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
    successes, trials = _counts(successes, trials)
    prior = _Prior(mu_loc, mu_scale, sigma_scale, sigma_pop)
    # Doctors with the same counts have the same integral: take it once.
    pairs, index, copies = np.unique(
        np.column_stack([successes, trials]), axis=0, return_inverse=True, return_counts=True
    )
    likelihood = _Binomial(pairs[:, 0], pairs[:, 1])
    return _assemble([_Slice(likelihood, copies.astype(float), index.ravel(), prior)])


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
        of a patient whose covariate is zero, so standardise it first.
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
    doctor_idx, covariate, success, n_doctors = _patients(doctor_idx, covariate, success, n_doctors)
    prior = _Prior(mu_loc, mu_scale, sigma_scale, sigma_pop)
    _positive("beta_scale", beta_scale)
    index = np.arange(n_doctors)

    def slice_at(beta: float) -> tuple[_Slice, float]:
        table = _Tabulated(doctor_idx, beta * covariate, success, n_doctors)
        piece = _Slice(table, np.ones(n_doctors), index, prior)
        return piece, piece.log_evidence - 0.5 * (beta / beta_scale) ** 2

    centre, scale = _beta_guess(doctor_idx, covariate, success, n_doctors, beta_scale)
    # Walk outwards from the centre until nothing is left; then lay nodes between the nodes for as
    # long as every other one gives another sum than all of them. The trapezoid rule converges so
    # fast that the sum of all is then right to the square of their difference.
    step = STEP_BETA * scale
    nodes = {0: slice_at(centre)}
    for sign in (1, -1):
        k = 0
        while nodes[k][1] > max(height for _, height in nodes.values()) - DROP:
            k += sign
            nodes[k] = slice_at(centre + k * step)
    while True:
        order = sorted(nodes)
        heights = np.array([nodes[k][1] for k in order])
        even = np.array(order) % 2 == 0
        if abs(logsumexp(heights[even]) + np.log(2.0) - logsumexp(heights)) < 3e-4:
            break
        step /= 2.0
        nodes = {2 * k: node for k, node in nodes.items()}
        nodes |= {k: slice_at(centre + k * step) for k in range(min(nodes) + 1, max(nodes), 2)}
    slices = [nodes[k][0] for k in order]
    betas = centre + step * np.array(order, dtype=float)
    log_evidence = logsumexp(heights) + np.log(step) - np.log(beta_scale) - _LOG_SQRT_2PI
    return _assemble(slices, heights, betas, float(log_evidence))


# ---------------------------------------------------------------------------------------------
# Input
# ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Prior:
    mu_loc: float
    mu_scale: float
    sigma_scale: float
    sigma_pop: float | None

    def __post_init__(self) -> None:
        if not np.isfinite(self.mu_loc):
            raise ValueError(f"mu_loc must be a finite number, found {self.mu_loc!r}.")
        _positive("mu_scale", self.mu_scale)
        _positive("sigma_scale", self.sigma_scale)
        if self.sigma_pop is not None and not (np.isfinite(self.sigma_pop) and self.sigma_pop >= 0):
            raise ValueError(
                f"sigma_pop must be zero or a positive number, found {self.sigma_pop!r}; "
                "leave it out to let the data decide."
            )

    def log_mu(self, mu: Array) -> Array:
        z = (mu - self.mu_loc) / self.mu_scale
        return -0.5 * z**2 - np.log(self.mu_scale) - _LOG_SQRT_2PI

    def log_sigma(self, sigma: Array) -> Array:
        z = sigma / self.sigma_scale
        return -0.5 * z**2 - np.log(self.sigma_scale) - _LOG_SQRT_2PI + np.log(2.0)


def _positive(name: str, value: float) -> None:
    if not (np.isfinite(value) and value > 0):
        raise ValueError(f"{name} must be a positive number, found {value!r}.")


def _tails(prob: float) -> Array:
    if not 0.0 < prob < 1.0:
        raise ValueError(f"prob must lie between 0 and 1, found {prob!r}; write 0.95 for 95 %.")
    return np.array([(1.0 - prob) / 2.0, (1.0 + prob) / 2.0])


def _counts(successes: ArrayLike, trials: ArrayLike) -> tuple[Array, Array]:
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


def _patients(
    doctor_idx: ArrayLike, covariate: ArrayLike, success: ArrayLike, n_doctors: int | None
) -> tuple[NDArray[np.intp], Array, Array, int]:
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


# ---------------------------------------------------------------------------------------------
# The log-likelihood of a doctor's patients as a function of alpha_j
# ---------------------------------------------------------------------------------------------


class _Binomial:
    """Counts: ``s * alpha - n * log(1 + exp(alpha))``; exact everywhere."""

    def __init__(self, successes: Array, trials: Array) -> None:
        self.s, self.n = successes, trials

    def value(self, a: Array, j: slice) -> tuple[Array, Array]:
        """Log-likelihood and success probability at ``a``, shape (..., J)."""
        positive = a >= 0.0
        e = np.exp(np.where(positive, -a, a))
        larger = 1.0 / (1.0 + e)  # the probability of the likelier outcome
        log_likelihood = self.s[j] * a - self.n[j] * (np.maximum(a, 0.0) - np.log(larger))
        e *= larger
        return log_likelihood, np.where(positive, larger, e)

    def slope(self, a: Array, j: slice) -> tuple[Array, Array, Array]:
        """Log-likelihood, its first derivative and minus its second."""
        value, theta = self.value(a, j)
        return value, self.s[j] - self.n[j] * theta, self.n[j] * theta * (1.0 - theta)


class _Tabulated:
    """Patients with a fixed offset each: the sum over patients, tabulated once.

    Between nodes the table is a quintic Hermite polynomial (value, slope and curvature match at
    both ends); with a spacing of 0.1 its error is below 1e-10 a patient. Beyond its ends the
    log-likelihood is a straight line to within exp(-20) a patient.
    """

    def __init__(self, doctor: NDArray, offset: Array, success: Array, n_doctors: int) -> None:
        self.n = np.bincount(doctor, minlength=n_doctors).astype(float)
        self.s = np.bincount(doctor, weights=success, minlength=n_doctors)
        reach = np.ceil(20.0 + np.abs(offset).max())
        size = int(20 * reach) + 1
        self.start, self.step = -reach, 2.0 * reach / (size - 1)
        grid = np.linspace(-reach, reach, size)
        at_nodes = np.zeros((3, size, n_doctors))
        for j in np.flatnonzero(self.n):
            mine = doctor == j
            eta = grid[:, None] + offset[mine]
            theta = expit(eta)
            # y * eta - log(1 + exp(eta)); the offset's own term y * offset is included
            value = (success[mine] - 1.0) * eta + np.log(theta)
            at_nodes[0, :, j] = value.sum(axis=1)
            at_nodes[1, :, j] = (success[mine] - theta).sum(axis=1)
            at_nodes[2, :, j] = -(theta * (1.0 - theta)).sum(axis=1)
        self.ends = at_nodes[:2, [0, -1], :]
        self.cells = size - 1
        self.coef = _quintic(at_nodes, self.step).reshape(6, -1)

    def _piece(self, a: Array, j: slice) -> tuple[Array, list[Array]]:
        position = (a - self.start) / self.step
        cell = np.clip(position.astype(np.intp), 0, self.cells - 1)
        doctors = np.arange(len(self.n))[j]
        u = np.clip(position - cell, 0.0, 1.0)
        entry = cell * len(self.n) + doctors
        return u, [column.take(entry) for column in self.coef]

    def _beyond(self, a: Array, j: slice) -> Array | float:
        low, high = self.start, -self.start
        if a.min() >= low and a.max() <= high:
            return 0.0
        left = np.minimum(a - low, 0.0) * self.ends[1, 0, j]
        right = np.maximum(a - high, 0.0) * self.ends[1, 1, j]
        return left + right

    def value(self, a: Array, j: slice) -> tuple[Array, Array]:
        u, c = self._piece(a, j)
        inside = ((((c[5] * u + c[4]) * u + c[3]) * u + c[2]) * u + c[1]) * u + c[0]
        return inside + self._beyond(a, j), expit(a)

    def slope(self, a: Array, j: slice) -> tuple[Array, Array, Array]:
        u, c = self._piece(a, j)
        inside = ((((c[5] * u + c[4]) * u + c[3]) * u + c[2]) * u + c[1]) * u + c[0]
        first = (((5 * c[5] * u + 4 * c[4]) * u + 3 * c[3]) * u + 2 * c[2]) * u + c[1]
        second = ((20 * c[5] * u + 12 * c[4]) * u + 6 * c[3]) * u + 2 * c[2]
        return (
            inside + self._beyond(a, j),
            first / self.step,
            np.maximum(-second / self.step**2, 0.0),
        )


def _quintic(nodes: Array, step: float) -> Array:
    """Coefficients, shape (6, cells, J), that match value, slope and curvature at both ends."""
    scaled = nodes * np.array([1.0, step, step**2])[:, None, None]
    (f0, d0, c0), (f1, d1, c1) = scaled[:, :-1], scaled[:, 1:]
    jump = f1 - f0 - d0 - 0.5 * c0
    slope = d1 - d0 - c0
    bend = c1 - c0
    return np.stack(
        [
            f0,
            d0,
            0.5 * c0,
            10.0 * jump - 4.0 * slope + 0.5 * bend,
            -15.0 * jump + 7.0 * slope - bend,
            6.0 * jump - 3.0 * slope + 0.5 * bend,
        ]
    )


# ---------------------------------------------------------------------------------------------
# Newton's method on concave functions, many at once
# ---------------------------------------------------------------------------------------------


def _climb(
    slope: Callable[[Array], tuple[Array, Array]], start: Array, least_curvature: float
) -> Array:
    """The maximum of many concave functions at once.

    ``slope(x)`` gives each first derivative and minus each second one, which is at least
    ``least_curvature``. Every derivative met shrinks a bracket, and a Newton step that would
    leave it becomes a bisection.
    """
    x = start
    low, high = np.full_like(x, -np.inf), np.full_like(x, np.inf)
    for _ in range(100):
        first, curvature = slope(x)
        low = np.where(first > 0, x, low)
        high = np.where(first < 0, x, high)
        # With curvature >= c the maximum is at most |first| / c away.
        reach = first / least_curvature
        low = np.maximum(low, x + np.minimum(reach, 0.0))
        high = np.minimum(high, x + np.maximum(reach, 0.0))
        ahead = x + first / curvature
        ahead = np.where((ahead < low) | (ahead > high), 0.5 * (low + high), ahead)
        moved = np.abs(ahead - x) * np.sqrt(curvature)
        x = ahead
        if np.max(moved) < 0.01:  # a hundredth of a standard deviation: close enough for a grid
            break
    return x


def _fall(
    height: Callable[[Array], tuple[Array, ...]],
    mode: Array,
    top: Array,
    guess: Array,
    least_curvature: float,
) -> Array:
    """Where concave functions have fallen by `DROP` below ``top``, seen from ``mode``.

    The tangent of a concave function lies above it, so every Newton step ends at a fall of at
    least `DROP`: two steps may leave a window too wide, never too narrow. How far that can be
    follows from the least curvature.
    """
    x = guess
    farthest = np.sqrt(2.0 * DROP / least_curvature)
    for _ in range(2):
        value, first = height(x)
        x = np.clip(x + (top - DROP - value) / first, mode - farthest, mode + farthest)
    return x


# ---------------------------------------------------------------------------------------------
# One slice: the posterior for one value of beta (or without a covariate)
# ---------------------------------------------------------------------------------------------

_EVERY_DOCTOR = slice(None)


def _shares(size: int) -> tuple[Array, Array]:
    """Gauss-Legendre nodes and weights on [0, 1]."""
    nodes, weights = np.polynomial.legendre.leggauss(size)
    return 0.5 * (nodes + 1.0), 0.5 * weights


_GL_ALPHA_SHARE = _shares(NODES_ALPHA)
# For a large sigma_pop the likelihood is a step in z: x = y**2 has most nodes close to zero.
_GL_ALPHA_WIDE = (lambda y, w: (y**2, 2.0 * w * y))(*_shares(2 * NODES_ALPHA))
_GL_MU = np.polynomial.legendre.leggauss(NODES_MU)
_GL_DENSE = np.polynomial.legendre.leggauss(48)
_HERMITE = np.polynomial.hermite_e.hermegauss(9)


def _interpolation_matrix(rule: tuple[Array, Array], x: Array) -> Array:
    """Values at ``x`` of the polynomials that are one at one node of the rule only."""
    nodes, weights = rule
    degree = len(nodes) - 1
    norm = (2.0 * np.arange(degree + 1) + 1.0) / 2.0
    legvander = np.polynomial.legendre.legvander
    return legvander(x, degree) * norm @ (legvander(nodes, degree) * weights[:, None]).T


@cache
def _chebyshev(size: int) -> tuple[Array, Array]:
    """Chebyshev nodes on [-1, 1], and their weights in the barycentric formula."""
    angle = np.pi * (np.arange(size) + 0.5) / size
    return -np.cos(angle), np.where(np.arange(size) % 2, -1.0, 1.0) * np.sin(angle)


def _from_chebyshev(size: int, x: Array) -> Array:
    """The matrix that takes values at the Chebyshev nodes to values at ``x``, in [-1, 1]."""
    nodes, weight = _chebyshev(size)
    away = x[:, None] - nodes
    share = weight / np.where(away == 0.0, 1e-300, away)
    return share / share.sum(axis=1, keepdims=True)


_TO_DENSE = _interpolation_matrix(_GL_MU, _GL_DENSE[0])


def _two_sided(
    low: Array, mode: Array, high: Array, rule: tuple[Array, Array], axis: int
) -> tuple[Array, Array]:
    """Gauss-Legendre nodes and weights on [low, mode] and [mode, high], along a new axis."""
    half = 0.5 * (rule[0] + 1.0)
    shape = [1] * (low.ndim + 1)
    shape[axis] = len(half)
    half, weight = half.reshape(shape), 0.5 * rule[1].reshape(shape)
    low, mode, high = (np.expand_dims(v, axis) for v in (low, mode, high))
    nodes = np.concatenate([low + (mode - low) * half, mode + (high - mode) * half], axis=axis)
    weights = np.concatenate([(mode - low) * weight, (high - mode) * weight], axis=axis)
    return nodes, weights


class _Slice:
    """The posterior for one likelihood, on a grid over ``(sigma_pop, mu_pop)``.

    ``copies[u]`` doctors share the likelihood number ``u``; ``index[j]`` is doctor j's number.
    Arrays over the grid have shape (S, M) or (S, M, U): S values of ``sigma_pop``, M of
    ``mu_pop`` for each, U distinct likelihoods.
    """

    def __init__(
        self, likelihood: _Binomial | _Tabulated, copies: Array, index: NDArray, prior: _Prior
    ) -> None:
        self.likelihood, self.copies, self.index, self.prior = likelihood, copies, index, prior
        p = (likelihood.s + 0.5) / (likelihood.n + 1.0)
        self.rough = np.log(p / (1.0 - p))  # each doctor's log-odds, kept finite
        self.rough_precision = likelihood.n * p * (1.0 - p)
        self._alphas: dict[int, Marginal] = {}
        for drop in DROP * np.array([1.0, 1.5, 2.5]):
            mode, profile, depth = self._lay_sigma(drop)
            self._lay_mu(mode, profile)
            self._integrate(self._samples(depth))
            if not self._is_cut():
                break

    # -- the grid ------------------------------------------------------------------------------

    def _z_mode(self, mu: Array, sigma: Array, doctors: slice, start: Array | None = None) -> Array:
        """Mode over z of ``-z**2 / 2 + loglik(mu + sigma * z)``; all broadcast to (..., U)."""
        if start is None:
            pull = sigma * self.rough_precision[doctors]
            start = (self.rough[doctors] - mu) * pull / (1.0 + sigma * pull)

        def slope(z: Array) -> tuple[Array, Array]:
            _, first, curvature = self.likelihood.slope(mu + sigma * z, doctors)
            return sigma * first - z, 1.0 + sigma**2 * curvature

        return _climb(slope, start, 1.0)

    def _profile(self, mu: Array, sigma: Array, z: Array | None = None) -> tuple[Array, ...]:
        """The log posterior of mu given sigma with every z at its mode, and what follows from it.

        mu, sigma: shape (S,). Returns height, slope, curvature, all (S,), z (S, U), and the
        logarithm of the Laplace factor over all z.
        """
        mu_, sigma_ = mu[:, None], sigma[:, None]
        z = self._z_mode(mu_, sigma_, _EVERY_DOCTOR, z)
        value, first, curvature = self.likelihood.slope(mu_ + sigma_ * z, _EVERY_DOCTOR)
        stiff = 1.0 + sigma_**2 * curvature
        height = self.prior.log_mu(mu) + (value - 0.5 * z**2) @ self.copies
        scaled = (mu - self.prior.mu_loc) / self.prior.mu_scale**2
        slope = first @ self.copies - scaled
        bend = (curvature / stiff) @ self.copies + 1.0 / self.prior.mu_scale**2
        return height, slope, bend, z, -0.5 * np.log(stiff) @ self.copies

    def _mu_mode(self, sigma: Array) -> tuple[Array, tuple[Array, ...]]:
        """Mode of the profile over mu for each sigma, and the profile there."""
        spread = 1.0 / (1.0 / np.maximum(self.rough_precision, 1e-12) + sigma[:, None] ** 2)
        weight = spread * self.copies
        prior_weight = 1.0 / self.prior.mu_scale**2
        start = (weight @ self.rough + prior_weight * self.prior.mu_loc) / (
            weight.sum(axis=1) + prior_weight
        )
        z = None  # each step starts where the last one found the doctors' modes

        def slope(mu: Array) -> tuple[Array, Array]:
            nonlocal z
            _, first, bend, z, _ = self._profile(mu, sigma, z)
            return first, bend

        mode = _climb(slope, start, prior_weight)
        return mode, self._profile(mode, sigma, z)

    def _lay_sigma(self, drop: float) -> tuple[Array, tuple[Array, ...], Array]:
        """Nodes and log weights of sigma_pop: trapezoid in t, sigma = scale * sinh(t).

        They reach to where Laplace's approximation of the posterior has fallen by exp(-drop).
        Returns what `_mu_mode` found at the nodes, and how far below its top the logarithm of
        that approximation is at each.
        """
        prior = self.prior
        if prior.sigma_pop is not None:
            self.sigma = np.array([float(prior.sigma_pop)])
            self.log_weight_sigma = np.zeros(1)
            return *self._mu_mode(self.sigma), np.zeros(1)
        # The scale on which the likelihood of sigma_pop bends near zero.
        information = np.sum(self.copies * self.rough_precision**2) ** 0.25
        scale = min(1.0 / max(information, 1e-6), prior.sigma_scale)
        low, high = 0.0, float(np.arcsinh(8.0 * prior.sigma_scale / scale))
        # Widen until the posterior ends inside the window (many doctors of whom each has all or no
        # successes push sigma_pop far into its prior's tail), then zoom until it fills the window.
        for _ in range(20):
            t = np.linspace(low, high, NODES_SIGMA)
            sigma = scale * np.sinh(t)
            mode, profile = self._mu_mode(sigma)
            height, _, bend, _, laplace = profile
            log_post = height + laplace - 0.5 * np.log(bend)
            log_post += prior.log_sigma(sigma) + np.log(np.cosh(t))
            if log_post[-1] > log_post.max() - drop:
                high += np.log(2.0)
                continue
            near = np.flatnonzero(log_post > log_post.max() - drop)
            first, last = max(near[0] - 1, 0), min(near[-1] + 1, len(t) - 1)
            if last - first > 0.7 * len(t):
                break
            low, high = t[first], t[last]
        self.t, self.scale, self.sigma = t, scale, sigma
        self.weight_t = np.full(len(t), t[1] - t[0])
        self.weight_t[[0, -1]] *= 0.5  # at t = 0 by symmetry; elsewhere the end is negligible
        self.log_weight_sigma = (
            prior.log_sigma(sigma) + np.log(scale * np.cosh(t)) + np.log(self.weight_t)
        )
        return mode, profile, log_post.max() - log_post

    def _lay_mu(self, mode: Array, profile: tuple[Array, ...]) -> None:
        """Nodes and weights of mu_pop for every sigma, shape (S, M), around the modes."""
        top, _, bend, z_mode, _ = profile
        sign = np.repeat([-1.0, 1.0], len(mode))  # both ends at once
        both = [np.tile(v, 2) for v in (self.sigma, mode, top, bend)]
        sigma, start, z = both[0], both[1], np.tile(z_mode, (2, 1))
        guess = start + sign * np.sqrt(2.0 * DROP / both[3])
        prior_precision = 1.0 / self.prior.mu_scale**2
        ends = _fall(
            lambda mu: self._profile(mu, sigma, z)[:2], start, both[2], guess, prior_precision
        )
        self.mu_low, self.mu_high = np.split(ends, 2)
        self.mu_mode = mode
        self.mu, self.weight_mu = _two_sided(self.mu_low, mode, self.mu_high, _GL_MU, axis=1)

    def _samples(self, depth: Array) -> list[tuple[Array, Array]]:
        """Where the inner integrals are taken for each sigma: nodes (K,), and a matrix (M, K).

        The matrix takes values at these nodes to the grid's. How many they are follows from the
        distance of the nearest singularity in the complex plane: the likelihood has one at pi i,
        and the integral over z moves it away, by about 3 sigma as measured. A value of sigma whose
        log posterior is ``depth`` below the top may be off by more. Where sigma is large, theta is
        nearly a step in z, the error of the inner rule is as rough, and many nodes average it.
        """
        centre, half = 0.5 * (self.mu_high + self.mu_low), 0.5 * (self.mu_high - self.mu_low)
        needed = np.log(self.copies.sum() / INTERPOLATION) - np.minimum(depth, 0.75 * DROP)
        away = np.pi + 2.5 * self.sigma
        sizes = np.maximum(np.ceil(needed / np.arcsinh(away / half)), 6).astype(int)
        sizes[(self.sigma > WIDE) & (depth < 0.5 * DROP)] = 2 * NODES_MU
        found: list[tuple[Array, Array]] = []
        for s, size in enumerate(sizes):
            mu: Array = self.mu[s]
            if size < len(mu) - 2:
                at = centre[s] + half[s] * _chebyshev(size)[0]
                found.append((at, _from_chebyshev(size, (mu - centre[s]) / half[s])))
            else:
                found.append((mu, np.eye(len(mu))))
        return found

    def _is_cut(self) -> bool:
        """Whether the posterior of sigma_pop has not fallen far enough at an end of its grid.

        Laplace's approximation is off a little for each doctor, by much for many.
        """
        if self.prior.sigma_pop is not None:
            return False
        mass = np.exp(self.log_joint).sum(axis=1)
        ends = mass[[0, -1]] > np.exp(-0.7 * DROP) * mass.max()
        return bool(ends[1] or (ends[0] and self.t[0] > 0))

    # -- the integrals -------------------------------------------------------------------------

    def _integrate(self, samples: list[tuple[Array, Array]]) -> None:
        """Every doctor's inner integral on the grid, and the posterior weights of the grid."""
        size = len(self.copies)
        sizes = [len(nodes) for nodes, _ in samples]
        self.integrals = sum(sizes)
        mu = np.concatenate([nodes for nodes, _ in samples])
        sigma = np.repeat(self.sigma, sizes)
        log_z, off, square = np.empty((3, len(mu), size))
        for start in range(0, size, 64):  # bounds the memory for many doctors
            part = slice(start, start + 64)
            log_z[:, part], off[:, part], square[:, part] = self._inner(mu, sigma, part)
        pieces = np.split(log_z, np.cumsum(sizes)[:-1])
        self.log_z = np.stack(
            [matrix @ piece for (_, matrix), piece in zip(samples, pieces, strict=True)]
        )
        joint = self.prior.log_mu(self.mu) + self.log_z @ self.copies
        joint += self.log_weight_sigma[:, None] + np.log(self.weight_mu)
        self.log_evidence = float(logsumexp(joint))
        self.log_joint = joint - self.log_evidence
        weight = np.exp(self.log_joint)
        weight = np.concatenate([w @ m for w, (_, m) in zip(weight, samples, strict=True)])
        off, square = weight @ off, weight @ square
        self.mean = (expit(self.rough) + off)[self.index]
        self.variance = np.maximum(square - off**2, 0.0)[self.index]

    def _window(self, mu: Array, sigma: Array, doctors: slice) -> tuple[Array, Array, list[Array]]:
        """Mode over z of every doctor's integrand, its height there, and its two ends, (..., U)."""
        z = self._z_mode(mu, sigma, doctors)
        top, _, curvature = self.likelihood.slope(mu + sigma * z, doctors)
        top = top - 0.5 * z**2

        def height(x: Array) -> tuple[Array, Array]:
            value, first, _ = self.likelihood.slope(mu + sigma * x, doctors)
            return value - 0.5 * x**2, sigma * first - x

        width = np.sqrt(2.0 * DROP / (1.0 + sigma**2 * curvature))
        return z, top, [_fall(height, z, top, z + side * width, 1.0) for side in (-1.0, 1.0)]

    def _inner(self, mu: Array, sigma: Array, doctors: slice) -> tuple[Array, ...]:
        """Log of the inner integral, and conditional mean of theta - p and its square.

        p is near each doctor's raw rate: about zero, the square would lose the digits of a small
        variance. mu and sigma (which ascends): shape (N,). Each result: (N, U).
        """
        wide = int(np.searchsorted(sigma, WIDE))
        mu, sigma = mu[:, None], sigma[:, None]
        parts = [
            self._inner_by(rule, mu[rows], sigma[rows], doctors)
            for rows, rule in (
                (slice(None, wide), _GL_ALPHA_SHARE),
                (slice(wide, None), _GL_ALPHA_WIDE),
            )
        ]
        return tuple(np.concatenate(pair) for pair in zip(*parts, strict=True))

    def _inner_by(
        self, rule: tuple[Array, Array], mu: Array, sigma: Array, doctors: slice
    ) -> tuple[Array, Array, Array]:
        """The same by one rule on either side of the mode; mu and sigma: (N, 1)."""
        total, off, square = np.zeros((3, len(mu), len(self.copies[doctors])))
        if not total.size:
            return total, off, square
        centre = expit(self.rough[doctors])
        z, top, ends = self._window(mu, sigma, doctors)
        share, weights = rule
        for end in ends:
            reach = end - z
            nodes = z + np.multiply.outer(share, reach)
            value, theta = self.likelihood.value(mu + sigma * nodes, doctors)
            mass = np.exp(value - 0.5 * nodes**2 - top)
            reach = np.abs(reach)
            total += reach * np.tensordot(weights, mass, 1)
            theta -= centre
            mass *= theta
            off += reach * np.tensordot(weights, mass, 1)
            mass *= theta
            square += reach * np.tensordot(weights, mass, 1)
        return top + np.log(total) - _LOG_SQRT_2PI, off / total, square / total

    # -- ranks ---------------------------------------------------------------------------------

    def rank_probabilities(self) -> Array:
        """Probability of each place for each distinct likelihood, shape (U, J).

        At a node of the grid the doctors are independent, so the number of doctors above a value
        of z is a sum of independent yes and no. Its distribution (Poisson binomial) is built up
        doctor by doctor, at the nodes of the doctor whose place is asked for.
        """
        places = np.zeros((len(self.copies), int(self.copies.sum())))
        weight = np.exp(self.log_joint)
        weight[weight < 1e-7 * weight.max()] = 0.0
        for s, m in zip(*np.nonzero(weight), strict=True):
            places += weight[s, m] * self._ranks_at(self.mu[s, m], self.sigma[s])
        return places / places.sum(axis=1, keepdims=True)

    def _ranks_at(self, mu: float, sigma: float) -> Array:
        """The same given ``mu_pop`` and ``sigma_pop``; z orders doctors as alpha does."""
        mode, top, (low, high) = self._window(np.array(mu), np.array(sigma), _EVERY_DOCTOR)

        def density(z: Array) -> Array:  # (K, U) to (K, U), up to a factor a doctor
            value, _ = self.likelihood.value(mu + sigma * z, _EVERY_DOCTOR)
            return np.exp(value - 0.5 * z**2 - top)

        share = np.linspace(0.0, 1.0, 129)[:, None]
        cdf = CubicSpline(share[:, 0], density(low + share * (high - low))).antiderivative()
        total = cdf(1.0)
        # Many nodes, because places change faster than a density does.
        nodes, weights = _two_sided(low, mode, high, _GL_DENSE, axis=0)
        mass = weights * density(nodes)
        mass /= mass.sum(axis=0)
        doctors, order = len(self.copies), int(self.copies.sum())
        above = np.zeros((*nodes.shape, order))  # of the others, at the nodes (K, U) of each
        above[..., 0] = 1.0
        for k in range(doctors):
            at = np.clip((nodes - low[k]) / (high[k] - low[k]), 0.0, 1.0)
            below = np.clip(_polynomials(cdf, k, at) / total[k], 0.0, 1.0)[..., None]
            own = below[:, k].copy()
            for copy in range(int(self.copies[k])):
                if copy == 0:
                    below[:, k] = 1.0  # nobody is above themselves
                elif copy == 1:
                    below[:, k] = own
                one_more = (1.0 - below) * above
                above *= below
                above[..., 1:] += one_more[..., :-1]
        return np.einsum("ku,kur->ur", mass, above)

    # -- marginals -----------------------------------------------------------------------------

    @cached_property
    def _log_sigma_mass(self) -> Array:
        """Log posterior mass of each sigma node, shape (S,)."""
        return logsumexp(self.log_joint, axis=1)

    def sigma_marginal(self) -> Marginal:
        """The posterior of sigma_pop."""
        log_density_t = self._log_sigma_mass - np.log(self.weight_t)
        # Without the nodes far from all mass, whose steep heights would make a spline ring.
        live = np.flatnonzero(log_density_t > log_density_t.max() - 2.0 * DROP)
        part = slice(live[0], live[-1] + 1)
        nodes, log_density_t = self.t[part], log_density_t[part]
        t = np.linspace(nodes[0], nodes[-1], 12 * len(nodes) + 1)
        sigma = self.scale * np.sinh(t)
        if nodes[0] == 0.0:  # even in t: the mirror image tells the spline what happens at zero
            nodes = np.concatenate([-nodes[:0:-1], nodes])
            log_density_t = np.concatenate([log_density_t[:0:-1], log_density_t])
        log_density = make_interp_spline(nodes, log_density_t, k=5)(t)
        return _marginal(sigma, _exp(log_density - np.log(self.scale * np.cosh(t))))

    @cached_property
    def _dense(self) -> tuple[Array, Array, Array, Array]:
        """Many nodes of mu per sigma: nodes, weights and log density (S, D), log_z (S, D, U).

        On each side of the mode all of them are polynomials through the few nodes of the grid.
        """
        mu, weight = _two_sided(self.mu_low, self.mu_mode, self.mu_high, _GL_DENSE, axis=1)
        log_density = (self.log_joint - np.log(self.weight_mu))[..., None]
        coarse = np.concatenate([log_density, self.log_z], axis=2)
        halves = coarse.reshape(len(self.sigma), 2, NODES_MU, -1)
        dense = (_TO_DENSE @ halves).reshape(*mu.shape, -1)
        return mu, weight, dense[..., 0], dense[..., 1:]

    def mu_marginal(self) -> Marginal:
        """The posterior of mu_pop."""
        mu, _, log_density, _ = self._dense
        mass = np.exp(self._log_sigma_mass)
        # Parts of the grid that carry no mass need no room.
        live = mass > 1e-9 * mass.max()
        width = (mu[:, -1] - mu[:, 0]) / np.sqrt(8.0 * DROP)
        ends = mu[live].min(), mu[live].max()
        fine = _lattice(self.mu_mode[live], width[live], *ends, size=601)
        density = np.zeros_like(fine)
        for s in np.flatnonzero(live):
            inside = (fine >= mu[s, 0]) & (fine <= mu[s, -1])
            density[inside] += np.exp(CubicSpline(mu[s], log_density[s])(fine[inside]))
        joint = np.exp(self.log_joint)
        moments = float((joint * self.mu).sum()), float((joint * self.mu**2).sum())
        return _marginal(fine, density, moments)

    @cached_property
    def _others(self) -> tuple[Array, Array]:
        """Grid (A,) and log prior of alpha_j that all other doctors together imply, (A, U).

        That is the density of a new doctor's alpha with doctor j left out of the data; times
        doctor j's own likelihood it is the posterior of alpha_j.
        """
        mu, weight, log_density, log_z = self._dense
        mass = np.exp(self._log_sigma_mass)
        width = np.sqrt((mu[:, -1] - mu[:, 0]) ** 2 / (8.0 * DROP) + self.sigma**2)
        grid = _alpha_grid(self.mu_mode, width, mass, self.rough, self.likelihood.n)
        total = np.full((len(grid), len(self.copies)), -np.inf)
        # A slice without mass has none to give, but followed beyond its nodes it may pretend to:
        # where all doctors are nearly alike, two that cannot be, divided out, leave a steep slope.
        for s in np.flatnonzero(mass > 1e-9 * mass.max()):
            sigma = self.sigma[s]
            others = log_density[s][:, None] - log_z[s]  # (D, U)
            top = others.max(axis=0)
            if sigma < weight[s].max():
                # Narrower than the nodes are apart: interpolate between them, and beyond the last
                # ones follow the tangent, but never upwards: there doctor j holds the rest down.
                spline = CubicSpline(mu[s], others - top)
                points = grid[:, None] + sigma * _HERMITE[0]
                near = np.clip(points, mu[s, 0], mu[s, -1])
                beyond = (points - near)[..., None]
                outward = np.sign(beyond) * spline(near, 1)
                value = spline(near) + np.minimum(outward, 0.0) * np.abs(beyond)
                log_found = logsumexp(value, axis=1, b=_HERMITE[1][:, None]) - _LOG_SQRT_2PI
            elif len(self.sigma) == 1:
                # With sigma_pop fixed a doctor may lie far outside what the others imply.
                z = (grid[:, None] - mu[s]) / sigma
                parts = (np.log(weight[s]) - 0.5 * z**2)[..., None] + (others - top)
                log_found = logsumexp(parts, axis=1) - np.log(sigma) - _LOG_SQRT_2PI
            else:
                z = (grid[:, None] - mu[s]) / sigma
                kernel = np.exp(-0.5 * z**2) / (np.sqrt(2.0 * np.pi) * sigma)
                with np.errstate(divide="ignore"):
                    log_found = np.log((kernel * weight[s]) @ np.exp(others - top))
            total = np.logaddexp(total, log_found + top)
        if len(self.sigma) > 1:  # where a normal density is zero to the machine
            total = np.maximum(total, total.max(axis=0) - 600.0)
        return grid, total

    def alpha(self, j: int) -> Marginal:
        """The posterior of doctor j's alpha, computed once for all doctors with its likelihood."""
        u = int(self.index[j])
        if u not in self._alphas:
            grid, log_others = self._others
            spline = CubicSpline(grid, log_others[:, u])
            part = slice(u, u + 1)

            def log_density(a: Array) -> Array:
                value, _ = self.likelihood.value(a[:, None], part)
                return value[:, 0] + spline(a)

            self._alphas[u] = _zoom(log_density, grid, self.rough[u], self.rough_precision[u])
        return self._alphas[u]


# ---------------------------------------------------------------------------------------------
# Helpers of the marginals
# ---------------------------------------------------------------------------------------------


def _marginal(x: Array, density: Array, moments: tuple[float, float] | None = None) -> Marginal:
    """Normalise a density; ``moments`` (mean, mean square) where they are known more precisely."""
    spline = CubicSpline(x, density[:, None] * np.column_stack([np.ones_like(x), x, x**2]))
    total, first, second = spline.integrate(x[0], x[-1])
    mean, square = moments or (first / total, second / total)
    sd = np.sqrt(max(square - mean**2, 0.0))
    return Marginal(x, density / total, float(mean), float(sd))


def _polynomials(splines: PPoly, k: int, x: Array) -> Array:
    """Spline k of several on equal steps from 0 to 1, at x within; a new `PPoly` takes longer."""
    pieces = len(splines.x) - 1
    piece = np.minimum((x * pieces).astype(int), pieces - 1)
    step = x - splines.x[piece]
    value = np.zeros_like(x)
    for coefficient in splines.c[:, :, k]:
        value = value * step + coefficient[piece]
    return value


def _exp(log_density: Array) -> Array:
    return np.exp(log_density - log_density.max())


def _lattice(
    mode: Array,
    width: Array,
    low: float,
    high: float,
    *,
    step: float = 0.1,
    size: int | None = None,
) -> Array:
    """Points from low to high, fine at the mode of the narrowest and ever wider away from it.

    Even in v, ``size`` of them or ``step`` apart, where x = centre + width * sinh(v).
    """
    narrowest = np.argmin(width)
    centre, scale = mode[narrowest], width[narrowest]
    first, last = np.arcsinh((np.array([low, high]) - centre) / scale)
    size = size or int(np.ceil((last - first) / step)) + 1
    return centre + scale * np.sinh(np.linspace(first, last, size))


def _alpha_grid(mode: Array, width: Array, mass: Array, rough: Array, trials: Array) -> Array:
    """Where log densities of alpha are laid: around every slice with mass and every doctor."""
    live = mass > 1e-7 * mass.max()
    mode, width = mode[live], width[live]
    ends = np.concatenate([mode - 7.0 * width, mode + 7.0 * width])
    if trials.any():
        ends = np.concatenate([ends, rough - 8.0, rough + 8.0])
    return _lattice(mode, width, ends.min(), ends.max())


def _zoom(
    log_density: Callable[[Array], Array], grid: Array, centre: float, precision: float
) -> Marginal:
    """Lay a fine grid where the density lives, however narrow that is."""
    points = grid
    if precision > 0:  # the likelihood's own peak may fall between the grid's points
        near = centre + np.linspace(-9.0, 9.0, 73) / np.sqrt(precision)
        points = np.union1d(grid, near[(near > grid[0]) & (near < grid[-1])])
    for _ in range(4):
        value = log_density(points)
        alive = np.flatnonzero(value > value.max() - DROP)
        low = points[max(alive[0] - 1, 0)]
        high = points[min(alive[-1] + 1, len(points) - 1)]
        done = len(alive) > 0.8 * len(points)
        points = np.linspace(low, high, 301)
        if done:
            break
    # As fine as the grid, where what the others imply is narrow, and everywhere as fine as the
    # posterior is wide; a likelihood bends within one log-odds.
    between = grid[(grid > low) & (grid < high)]
    points = np.concatenate([[low], between, [high]])
    step = max(min((high - low) / 300, 0.1), (high - low) / 4000)
    count = np.concatenate([[0.0], np.cumsum(np.maximum(np.diff(points) / step, 1.0))])
    points = np.interp(np.linspace(0, count[-1], int(np.ceil(count[-1])) + 1), count, points)
    return _marginal(points, _exp(log_density(points)))


def _mix(marginals: list[Marginal], weights: Array) -> Marginal:
    """The mixture of several marginals of one number."""
    if len(marginals) == 1:
        return marginals[0]
    low = min(m.x[0] for m, w in zip(marginals, weights, strict=True) if w > 1e-9)
    high = max(m.x[-1] for m, w in zip(marginals, weights, strict=True) if w > 1e-9)
    x = np.linspace(low, high, 801)
    density = np.zeros_like(x)
    for marginal, weight in zip(marginals, weights, strict=True):
        inside = (x >= marginal.x[0]) & (x <= marginal.x[-1])
        density[inside] += weight * CubicSpline(marginal.x, marginal.density)(x[inside])
    mean = weights @ np.array([m.mean for m in marginals])
    square = weights @ np.array([m.sd**2 + m.mean**2 for m in marginals])
    return _marginal(x, np.maximum(density, 0.0), (mean, square))


# ---------------------------------------------------------------------------------------------
# Helpers of beta, and putting it all together
# ---------------------------------------------------------------------------------------------


def _beta_guess(
    doctor: NDArray, x: Array, y: Array, n_doctors: int, beta_scale: float
) -> tuple[float, float]:
    """Mode and standard deviation of beta in a ridge logistic regression: a place to start."""
    alpha, beta = np.zeros(n_doctors), 0.0
    for _ in range(50):
        theta = expit(alpha[doctor] + beta * x)
        w = theta * (1.0 - theta)
        grad_alpha = np.bincount(doctor, y - theta, n_doctors) - alpha / 4.0
        grad_beta = np.sum((y - theta) * x) - beta / beta_scale**2
        h_alpha = np.bincount(doctor, w, n_doctors) + 0.25
        cross = np.bincount(doctor, w * x, n_doctors)
        h_beta = np.sum(w * x**2) + 1.0 / beta_scale**2 - np.sum(cross**2 / h_alpha)
        step = (grad_beta - np.sum(cross * grad_alpha / h_alpha)) / h_beta
        step = float(np.clip(step, -1.0, 1.0))
        alpha = alpha + np.clip((grad_alpha - cross * step) / h_alpha, -2.0, 2.0)
        beta += step
        if abs(step) < 1e-8:
            break
    return beta, float(1.0 / np.sqrt(h_beta))


def _assemble(
    slices: list[_Slice],
    heights: Array | None = None,
    betas: Array | None = None,
    log_evidence: float | None = None,
) -> Posterior:
    if heights is None:
        weights = np.ones(1)
        log_evidence, beta = slices[0].log_evidence, None
    else:
        assert betas is not None
        weights = np.exp(heights - logsumexp(heights))
        fine = np.linspace(betas[0], betas[-1], 12 * len(betas) + 1)
        moments = (weights @ betas, weights @ betas**2)
        beta = _marginal(fine, _exp(CubicSpline(betas, heights)(fine)), moments)
    assert log_evidence is not None
    means = np.array([piece.mean for piece in slices])
    mean = weights @ means
    variances = np.array([piece.variance for piece in slices]) + (means - mean) ** 2
    return Posterior(
        mean=mean,
        sd=np.sqrt(weights @ variances),
        beta=beta,
        log_evidence=float(log_evidence),
        _slices=slices,
        _weights=weights,
    )
