"""The checks that a report makes of its own numbers: which there are, and the engine's.

====================  ==========================================================================
``quadrature``        the exact posterior beside a plain sum over a lattice
``sampler``           whether the sampler converged
``agreement``         a sampler's draws beside the exact posterior
``spread``            the units' raw rates vary as in clinics that the model draws
``farthest``          and so does the most distant unit
``caseload``          and rates go with caseloads as there
``volume``            the odds of success do not change with twice the caseload
``hyperprior``        another hyperprior would say the same
``compressed``        so many ``cells`` were sampled in the place of so many ``patients``
====================  ==========================================================================
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from shrinkage.report import quick_sum
from shrinkage.report.estimates import Estimates
from shrinkage.report.findings import Check, Hyperprior, Summary
from shrinkage.report.units import Array, Index, Units, Whole

SAME_WIDTH = 0.01  # of an interval's width: how far an estimate may be from the plain sum's
SAME_BELOW = 0.005  # and a probability of lying below the standard


def quadrature(
    units: Units,
    found: Estimates,
    table: pd.DataFrame,
    hyperprior: Hyperprior,
    standard: float,
) -> Check:
    """The exact posterior beside a plain sum, for the units that are hardest to integrate.

    The posterior of ``mu_pop`` and ``sigma_pop`` is summed over all units; then that of the
    smallest, the largest, the lowest, the highest and the one nearest to a review. Numbers:
    ``units``, how many; ``nodes`` of the lattice; the largest differences, ``points`` of an
    estimate, ``share`` of its interval's width, ``below`` of a probability; ``who`` of these.
    """
    assert found.exact is not None
    joint = found.exact.joint
    around = quick_sum.Lattice(joint.mu_pop, joint.sigma_pop, joint.weight)
    at = quick_sum.lattice(units, hyperprior, around)
    some = hardest(units.trials, table.estimate.to_numpy(), table.below.to_numpy())
    mean, below = quick_sum.mean_and_below(
        units.pick(some), found.exact.reference, standard, at, at.weight[None]
    )
    rows = table.iloc[some]
    points = np.abs(mean[0] - rows.estimate.to_numpy())
    share = points / np.maximum(rows.high - rows.low, 1e-12).to_numpy()
    moved = np.abs(below[0] - rows.below.to_numpy())
    worst = int(np.argmax(np.maximum(share / SAME_WIDTH, moved / SAME_BELOW)))
    return Check(
        "quadrature",
        bool(share.max() <= SAME_WIDTH and moved.max() <= SAME_BELOW),
        {
            "units": len(some),
            "nodes": len(at.weight),
            "points": float(points.max()),
            "share": float(share.max()),
            "below": float(moved.max()),
            "who": str(units.names[some[worst]]),
        },
    )


def hardest(trials: Whole, estimate: Array, below: Array) -> Index:
    """The smallest, largest, lowest, highest unit, and the one nearest to a review."""
    return np.unique(
        [
            np.argmin(trials),
            np.argmax(trials),
            np.argmin(estimate),
            np.argmax(estimate),
            np.argmin(np.abs(below - 0.5)),
        ]
    )


def volume(slope: Summary | None, within: str = "") -> Check:
    """Whether the odds of success change with the caseload; None where it was not computed.

    within: the groups because of which it was not.
    """
    if slope is None:
        return Check("volume", None, {"within": within} if within else {})
    return Check("volume", slope.low < 1 < slope.high, dict(vars(slope)))
