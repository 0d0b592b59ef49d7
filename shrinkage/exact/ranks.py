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
from shrinkage.exact.inputs import Array, Index
from shrinkage.exact.likelihood import Doctors
from shrinkage.exact.on_grid import Mixture, OnGrid

LEAST = 1e-6  # share of the posterior below which a node is left out
NODES_POPULATION = 80  # nodes of (mu_pop, sigma_pop), about
NODES_MU = 5  # at least so many of them in a slice: exact for polynomials of degree 9
# Length of a panel at a doctor's mode, and its growth from there to the integrand's end; in shares
# of the distance between the two.
PANEL, GROWS = 0.16, 0.2
MARKS = np.linspace(0.0, 1.0, 4)  # where a panel's length is decided, in the same shares
MARKS_IN_ALL = 240  # at most
NODES = 5  # Gauss-Legendre nodes of a panel, and one more each time the doctors are twice as many
AT_ONCE = 200_000  # densities evaluated at once: their arrays fit a processor's cache


def place_probabilities(posterior: Mixture) -> Array:
    """Probability of each place for each likelihood, shape (U, J); the first is the highest."""
    doctors = posterior.main.doctors
    known = np.flatnonzero(doctors.copies)
    order = int(doctors.copies.sum())
    places = np.zeros((order, len(doctors.copies)))
    rule = quadrature.legendre(NODES + int(np.log2(order)))
    batch = max(1, AT_ONCE // (len(known) * len(rule.x) * 24))
    for piece, weight, _ in posterior.live:
        mu, sigma, share = _nodes(piece, weight)
        for start in range(0, len(mu), batch):
            some = slice(start, start + batch)
            places[:, known] += _given(
                piece.doctors, known, mu[some], sigma[some], share[some], rule
            )
    return (places / np.maximum(places.sum(axis=0), 1e-300)).T


def _nodes(piece: OnGrid, weight: float) -> tuple[Array, Array, Array]:
    """Fewer nodes than the grid has, for what needs fewer digits: mu, sigma and weight, (N,).

    In each slice of ``sigma_pop`` the Gauss rule for the posterior of ``mu_pop``.
    """
    slices = np.flatnonzero(weight * piece.mass > LEAST)
    if not len(slices):
        return np.empty(0), np.empty(0), np.empty(0)
    size = min(max(NODES_MU, NODES_POPULATION // len(slices)), piece.grid.mu.shape[1])
    mu, share = quadrature.gauss(piece.grid.mu[slices], piece.weight[slices], size)
    share *= weight * piece.grid.one_sided[slices, None]
    sigma = np.broadcast_to(piece.grid.sigma[slices, None], mu.shape)
    live = share > LEAST * share.max()
    return mu[live], sigma[live], share[live]


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
    order = int(copies.sum())
    above = 1.0 - below
    above_at = np.zeros((order + 1, below.shape[1]))  # row r: the probability that r are above
    above_at[0] = 1.0
    for degree, k in enumerate(np.repeat(np.arange(len(copies)), copies), start=1):
        step = above_at[: degree + 1]
        more = step[:-1] * above[k]
        step *= below[k]
        step[1:] += more
    # Divide out a doctor's own factor, below + above * x, from the end where errors shrink.
    low = below < 0.5
    places = np.zeros((order, len(copies)))
    for here, divisor, other, start, way in (
        (~low, below, above, 0, 1),
        (low, above, below, order, -1),
    ):
        scale = np.where(here, 1.0, 0.0)
        scale /= np.where(here, divisor, 1.0)
        ratio = other * scale
        rest = np.zeros_like(below)
        for r in range(order):
            rest *= -ratio
            rest += above_at[start + way * r] * scale
            places[r if way == 1 else order - 1 - r] += np.einsum("kz,kz->k", mass, rest)
    return places
