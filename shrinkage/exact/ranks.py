"""The probability of each place in the true league table, for each doctor.

At a node of the grid the doctors are independent, and z in ``alpha_j = mu_pop + sigma_pop * z``
orders them as alpha does. At a value of z the number of doctors above it is a sum of independent
Bernoulli variables; its distribution (Poisson binomial) is given by a product of J linear
polynomials, from which a doctor's own factor is divided out again. Source: Lin, Louis, Paddock and
Ridgeway (2006), Bayesian Analysis 1, 915-946, for the places; the quadrature is this project's.
"""

from __future__ import annotations

import numpy as np

from shrinkage.exact import inner, quadrature
from shrinkage.exact.doctors import Doctors
from shrinkage.exact.inputs import Array, Index
from shrinkage.exact.on_grid import Mixture, OnGrid

LEAST = 1e-6  # share below which a slice or, of the heaviest, a node is left out
NODES_MU = 5  # nodes of mu_pop in a slice, at least: exact for polynomials of degree 9
MOST_MU = 40  # and at most
DENSE = 32  # nodes on either side of the mode of mu_pop that they are chosen from
APART = 1.3  # sds of a place, given everything, that it may move between nodes of mu_pop
# Length of a panel at a doctor's mode, and its growth from there to the integrand's end; in shares
# of the distance between the two.
PANEL, GROWS = 0.16, 0.2
MARKS = np.linspace(0.0, 1.0, 4)  # between which a panel's length is decided, in the same shares
MARKS_IN_ALL = 240  # at most
# Gauss-Legendre nodes of a panel, and how many more for the square root of the number of doctors:
# the chance that r of J are above is a peak 1 / sqrt(J) wide.
NODES, MORE = 5, 0.9
AT_ONCE = 200_000  # densities evaluated at once: their arrays fit a processor's cache


def place_probabilities(posterior: Mixture) -> Array:
    """Probability of each place for each likelihood, shape (U, J); the first is the highest."""
    doctors = posterior.main.doctors
    known = np.flatnonzero(doctors.copies)
    n_doctors = int(doctors.copies.sum())
    places = np.zeros((n_doctors, len(doctors.copies)))
    rule = quadrature.legendre(NODES + round(MORE * np.sqrt(n_doctors)))
    batch = max(1, AT_ONCE // (len(known) * len(rule.x) * 24))
    for piece, weight, _ in posterior.live:
        mu, sigma, share = nodes(piece, weight)
        for start in range(0, len(mu), batch):
            some = slice(start, start + batch)
            places[:, known] += _given(
                piece.doctors, known, mu[some], sigma[some], share[some], rule
            )
    return (places / np.maximum(places.sum(axis=0), 1e-300)).T


def nodes(
    piece: OnGrid, weight: float, fewest: int = NODES_MU, least: float = LEAST
) -> tuple[Array, Array, Array]:
    """Nodes for the places, which need fewer digits than marginals: mu, sigma and weight, (N,).

    In each slice of ``sigma_pop`` the Gauss rule for the posterior of ``mu_pop``.
    """
    slices = np.flatnonzero(weight * piece.mass > least)
    if not len(slices):
        return np.empty(0), np.empty(0), np.empty(0)
    grid = piece.grid
    sizes = np.clip(_needed(piece.doctors, grid.width, grid.sigma), fewest, MOST_MU)
    rule = quadrature.legendre(DENSE)
    at, length = quadrature.two_sided(*grid.window, rule)
    log = piece.log_joint - np.log(grid.weight_mu)
    log = log.reshape(len(log), 2, -1) @ quadrature.between_legendre(log.shape[1] // 2, DENSE).T
    found = []
    for size in np.unique(sizes[slices]).tolist():
        some = slices[sizes[slices] == size]
        dense = length[some] * np.exp(log[some].reshape(len(some), -1))
        mu, share = quadrature.gauss(at[some], dense, size)
        share *= weight * grid.one_sided[some, None]
        sigma = np.broadcast_to(grid.sigma[some, None], mu.shape)
        found.append(np.stack([mu, sigma, share]).reshape(3, -1))
    mu, sigma, share = np.concatenate(found, axis=1)
    live = share > least * share.max()
    return mu[live], sigma[live], share[live]


def _needed(doctors: Doctors, width: Array, sigma: Array) -> Index:
    """How many nodes of ``mu_pop``, of sd ``width``, each slice needs, shape (S,).

    Given everything but ``alpha_j`` the place of doctor j among J is binomial, at most
    ``sqrt(J / 4)`` wide; where ``mu_pop`` moves by an sd and ``alpha_j``, known from many patients,
    does not, the place moves by up to ``0.4 * J * width / sigma``. The n nodes of the Gauss rule
    for a normal density are ``pi / sqrt(n)`` sds apart.
    """
    n_doctors = doctors.copies.sum()
    own = 1.0 / (1.0 + sigma**2 * doctors.precision.max())  # variance of the narrowest z
    moves = 0.4 * n_doctors * width / np.maximum(sigma, 1e-3 * width)
    wide = n_doctors / 4.0 + 0.16 * n_doctors**2 * own
    needed = np.ceil((np.pi / APART) ** 2 * moves**2 / wide)
    return np.where(sigma > 0.0, np.minimum(needed, MOST_MU), 0.0).astype(int)


def _given(
    doctors: Doctors, known: Index, mu: Array, sigma: Array, share: Array, rule: quadrature.Rule
) -> Array:
    """What N nodes add to the probabilities of J places for K doctors, shape (J, K)."""
    z, weight = _panels(doctors, known, mu, sigma, rule)  # (N, P, L)
    alpha = mu[:, None, None] + sigma[:, None, None] * z
    value, _ = doctors.likelihood.value(alpha.reshape(-1, 1), known)
    value = np.ascontiguousarray(value.T).reshape(len(known), *z.shape)
    value -= 0.5 * z**2
    value -= value.max(axis=(2, 3), keepdims=True)
    density = np.exp(value, out=value)
    # Integrals from each panel's beginning to its nodes, and over whole panels before.
    length = weight.sum(axis=2)[..., None]
    below = density @ quadrature.to_nodes(len(rule.x)).T
    below *= length
    mass = density * weight
    panel = mass.sum(axis=3)
    total = panel.sum(axis=2, keepdims=True)
    below += (np.cumsum(panel, axis=2) - panel)[..., None]
    below /= total[..., None]
    mass *= (share[:, None] / total[..., 0][..., None])[..., None]
    flat = len(known), -1
    return _places(
        doctors.copies[known].astype(int),
        np.clip(below, 0.0, 1.0).reshape(flat),
        mass.reshape(flat),
    )


def _panels(
    doctors: Doctors, known: Index, mu: Array, sigma: Array, rule: quadrature.Rule
) -> tuple[Array, Array]:
    """Nodes of z and weights, (N, P, L), for all doctors; short panels where one is narrow."""
    shape = len(mu), len(known)
    pair, doctor = np.divmod(np.arange(shape[0] * shape[1]), shape[1])
    at = inner.peaks(doctors, mu[pair], sigma[pair], known[doctor])
    left, right = (np.abs(end - at.z).reshape(*shape, 1) for end in inner.ends(doctors, at))
    mode = at.z.reshape(*shape, 1)
    marks = np.concatenate([mode - left * MARKS[1:], mode + right * MARKS], axis=2)
    marks = np.sort(marks.reshape(len(mu), -1), axis=1)
    some = np.linspace(0, marks.shape[1] - 1, min(marks.shape[1], MARKS_IN_ALL))
    marks = marks[:, np.round(some).astype(int)]
    away = 0.5 * (marks[:, :-1] + marks[:, 1:])[:, None] - mode  # (N, K, marks - 1)
    way = np.where(away < 0.0, left, right)
    share = np.abs(away) / way
    panels_per_z = np.where(share < 1.0, 1.0 / (way * (PANEL + GROWS * share)), 0.0).max(axis=1)
    panels = np.cumsum(panels_per_z * np.diff(marks, axis=1), axis=1)
    panels = np.concatenate([np.zeros((len(mu), 1)), panels], axis=1)
    share = np.linspace(0.0, 1.0, int(np.ceil(panels[:, -1].max())) + 1)
    edges = np.array([np.interp(share * p[-1], p, m) for p, m in zip(panels, marks, strict=True)])
    length = np.diff(edges, axis=1)[..., None]
    return edges[:, :-1, None] + length * rule.x, length * rule.weight


def _places(copies: Index, below: Array, mass: Array) -> Array:
    """Places from distribution functions and masses at Z nodes: twice (K, Z) to (J, K)."""
    n_doctors = int(copies.sum())
    above = 1.0 - below
    above_at = np.zeros((n_doctors + 1, below.shape[1]))  # row r: the probability that r are above
    above_at[0] = 1.0
    for degree, k in enumerate(np.repeat(np.arange(len(copies)), copies), start=1):
        step = above_at[: degree + 1]
        more = step[:-1] * above[k]
        step *= below[k]
        step[1:] += more
    # Divide out a doctor's own factor, below + above * x, from the end where errors shrink.
    low = below < 0.5
    places = np.zeros((n_doctors, len(copies)))
    for here, divisor, other, start, way in (
        (~low, below, above, 0, 1),
        (low, above, below, n_doctors, -1),
    ):
        scale = np.where(here, 1.0, 0.0)
        scale /= np.where(here, divisor, 1.0)
        ratio = other * scale
        rest = np.zeros_like(below)
        for r in range(n_doctors):
            rest *= -ratio
            rest += above_at[start + way * r] * scale
            places[r if way == 1 else n_doctors - 1 - r] += np.einsum("kz,kz->k", mass, rest)
    return places
