"""What the report would say under other hyperpriors.

The exact posterior of a table with some hundreds of units or fewer is computed again. With more of
them the hyperprior moves ``mu_pop`` and ``sigma_pop`` so little that the nodes of the first
posterior serve, each with its weight times the ratio of the hyperpriors, and the units that can
move most or change sides are recomputed: not four fits but a part of one. A sampler's draws serve
in the same way, see `reweighting`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.special import expit

from shrinkage.exact import Posterior
from shrinkage.report.by_quadrature import exact_posterior, typical
from shrinkage.report.decision import threshold
from shrinkage.report.estimates import Estimates, Under
from shrinkage.report.findings import Check, Hyperprior, Sensitivity
from shrinkage.report.quick_sum import Lattice, mean_and_below
from shrinkage.report.units import Array, Index, Units

FACTORS = (0.5, 2.0)
FITTED_ANEW = 300  # units up to which each hyperprior has a posterior of its own
WATCHED = 60  # units recomputed where it has none: of the widest, and of the nearest to the line
MOVES = 1.0  # sds of mu_pop or sigma_pop from which the first posterior's nodes do not serve
A_QUARTER = 0.25  # of an interval's width: an estimate that moves so far leans on the hyperprior
BY_HALF = 1.5  # the same for the rarer outcome's rate of the typical unit, as a factor


def sensitivity(
    units: Units,
    found: Estimates,
    table: pd.DataFrame,
    hyperprior: Hyperprior,
    standard: float,
    ratio: float,
    under: Callable[[Hyperprior, float], Under | None] | None = None,
) -> list[Sensitivity]:
    """The report's hyperprior, then others with the scale of either half and twice as large.

    One under which the posterior could not be had is missing.

    Parameters
    ----------
    units : Units
        All with patients.
    found : Estimates
        Their posterior under `hyperprior`.
    table : DataFrame
        Its ``below`` and ``low``, ``high``, in the order of `units`.
    under : callable, optional
        That of `Fitted`, where the posterior is a sampler's.
    """
    every = np.arange(len(units))
    first = Under(found.typical.mean, found.sigma.mean, every, found.mean, table.below.to_numpy())
    watched = _watched(first, found.interval, threshold(ratio))

    def exactly(other: Hyperprior, standard: float) -> Under:
        assert found.exact is not None
        anew = None
        if len(units) > FITTED_ANEW:

            def gain(mu: Array, sigma: Array) -> Array:
                return log_prior(other, mu, sigma) - log_prior(hyperprior, mu, sigma)

            anew = _reweighted(units, found.exact, first, watched, gain, standard)
        return anew or _refitted(units, other, standard)

    lines = [_line(units, first, first, "", hyperprior.sigma_scale, ratio)]
    for which, scale, other in others(hyperprior):
        if (anew := (under or exactly)(other, standard)) is not None:
            lines.append(_line(units, first, anew, which, scale, ratio))
    return lines


def others(hyperprior: Hyperprior) -> Iterator[tuple[str, float, Hyperprior]]:
    """Whose scale is another one, which, and the hyperprior with it."""
    for which in ("sigma_pop", "mu_pop"):
        name = which.replace("_pop", "_scale")
        for factor in FACTORS:
            scale = factor * getattr(hyperprior, name)
            yield which, scale, replace(hyperprior, **{name: scale})


def check(
    lines: list[Sensitivity], table: pd.DataFrame, hyperprior: Hyperprior | None = None
) -> Check:
    """Whether the hyperprior speaks louder than the data; False where it does.

    Parameters
    ----------
    lines : list of Sensitivity
        The first is that of the report.
    table : DataFrame
        ``doctor``, ``low``, ``high``.
    hyperprior : Hyperprior, optional
        Of the report: its others that are not among the lines are ``unknown``.

    `numbers` are about the hyperprior that changes most: ``which``, ``scale``, ``typical`` beside
    ``usual``, ``who`` and by how much that one's estimate ``moved``, as a ``share`` of its
    interval's width, and ``decides`` 1 where the verdict is another.
    """
    first, *rest = lines
    there = {(line.which, line.scale) for line in rest}
    every = [] if hyperprior is None else others(hyperprior)
    lost = [f"{which} at a scale of {s:g}" for which, s, _ in every if (which, s) not in there]
    unknown: dict[str, float | str] = {"unknown": " and ".join(lost)} if lost else {}
    if not rest:
        return Check("hyperprior", None, unknown)
    widths = (table.high - table.low).set_axis(table.doctor)
    usual = _rarer(first.typical)

    def amounts(line: Sensitivity) -> tuple[float, float, bool]:
        factor = np.exp(abs(np.log(_rarer(line.typical, first.typical) / usual)))
        share = line.moved / widths[line.who]
        return float(share), float(factor), set(line.review) != set(first.review)

    def strength(line: Sensitivity) -> float:
        share, factor, decides = amounts(line)
        return max(share / A_QUARTER, np.log(factor) / np.log(BY_HALF), 1.5 * decides)

    worst = max(rest, key=strength)
    share, factor, decides = amounts(worst)
    weak = bool(strength(worst) <= 1)
    return Check(
        "hyperprior",
        None if weak and lost else weak,
        {
            "which": worst.which,
            "scale": worst.scale,
            "typical": worst.typical,
            "usual": first.typical,
            "factor": factor,
            "who": worst.who,
            "moved": worst.moved,
            "share": share,
            "decides": float(decides),
        }
        | unknown,
    )


def _rarer(rate: float, like: float | None = None) -> float:
    """The rate of the outcome that is the rarer one, at ``like``."""
    return rate if (rate if like is None else like) < 0.5 else 1 - rate


def _line(
    units: Units, first: Under, under: Under, which: str, scale: float, ratio: float
) -> Sensitivity:
    moved = np.abs(under.mean - first.mean[under.which])
    who = int(np.argmax(moved))
    below = first.below.copy()
    below[under.which] = under.below
    review = units.names[below > threshold(ratio)]
    return Sensitivity(
        which,
        float(scale),
        under.typical,
        under.sigma,
        float(moved[who]),
        str(units.names[under.which[who]]),
        tuple(map(str, review)),
    )


def _refitted(units: Units, other: Hyperprior, standard: float) -> Under:
    anew = exact_posterior(units, other)
    assert anew.sigma_pop is not None
    every = np.arange(len(units))
    return Under(typical(anew).mean, anew.sigma_pop.mean, every, anew.mean, anew.below(standard))


def _reweighted(
    units: Units,
    exact: Posterior,
    first: Under,
    watched: Index,
    gain: Callable[[Array, Array], Array],
    standard: float,
) -> Under | None:
    """From the nodes of the first posterior, or None where they do not serve.

    gain: the log of the ratio of the hyperpriors, of ``mu_pop`` and ``sigma_pop``.
    """
    joint = exact.joint
    mu, sigma = joint.mu_pop, joint.sigma_pop
    log = gain(mu, sigma)
    weight = joint.weight * np.exp(log - log.max())
    both = np.stack([joint.weight, weight / weight.sum()])
    for values in (mu, sigma):
        before, after = both @ values
        if abs(after - before) > MOVES * np.sqrt(joint.weight @ (values - before) ** 2):
            return None
    at = Lattice(mu, sigma, joint.weight)
    mean, below = mean_and_below(units.pick(watched), exact.reference, standard, at, both)
    # What the two sums differ by is added to the exact values.
    return Under(
        first.typical + float(np.diff(both @ expit(exact.reference + mu))[0]),
        first.sigma + float(np.diff(both @ sigma)[0]),
        watched,
        first.mean[watched] + mean[1] - mean[0],
        np.clip(first.below[watched] + below[1] - below[0], 0, 1),
    )


def log_prior(hyperprior: Hyperprior, mu: Array, *sigmas: Array) -> Array:
    """Log density of the hyperprior, without its constants; each sd is half-normal."""
    away = (mu - hyperprior.mu_loc) / hyperprior.mu_scale
    return -0.5 * (away**2 + sum((sigma / hyperprior.sigma_scale) ** 2 for sigma in sigmas))


def _watched(first: Under, interval: Array, bound: float) -> Index:
    """The units with the widest intervals, and those whose verdict is nearest to change."""
    widest = np.argsort(interval[:, 0] - interval[:, 1])[:WATCHED]
    nearest = np.argsort(np.abs(first.below - bound))[:WATCHED]
    return np.union1d(widest, nearest)
