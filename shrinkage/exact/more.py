"""What is a doctor's own in an estimate, and how many more patients would settle a question."""

from __future__ import annotations

import numpy as np

from shrinkage.exact.alphas import Alphas
from shrinkage.exact.blocks import blocks
from shrinkage.exact.inputs import Array, Index, Mask
from shrinkage.exact.marginals import Marginal

FARTHEST = 1_000_000  # patients, beyond whom a number is infinite
SIDE = 40  # nodes on either side of the threshold: numbers right to 3e-4
# The first of them are closer together, in log-odds, than an alpha known from all these patients is
# uncertain; from there on they lie further apart with the distance from the threshold.
WIDTH = 0.5 / np.sqrt(FARTHEST)
SDS = 9.0  # to which a marginal is followed: 6 do where a settled question is one of 95 %


def own_weight(precision: Array, sigma_pop: Marginal | float) -> Array:
    """The weight of each doctor's own data against the population's, in the normal approximation.

    For a known ``sigma_pop`` the estimate of a doctor's log-odds is about the average of the
    doctor's own and the population's, with weights in the ratio of ``sigma_pop**2`` to the variance
    of the doctor's own. Here the weight is averaged over the posterior of ``sigma_pop``.

    Parameters
    ----------
    precision : array, shape (J,)
        One over the variance of each doctor's own log-odds: ``n * theta * (1 - theta)``.
    sigma_pop : Marginal or float
        The posterior of the population's standard deviation, log-odds, or its fixed value.

    Returns
    -------
    array, shape (J,)
        From 0 (the population alone) to 1 (the doctor's own data alone).

    Notes
    -----
    Gelman et al., *Bayesian Data Analysis*, 3rd ed. (2013), equation 5.17, with the variance of
    log-odds by the delta method.
    """
    if not isinstance(sigma_pop, Marginal):
        return _share(sigma_pop**2, precision)
    square = sigma_pop.x[:, None] ** 2
    found = np.empty_like(precision)
    for some in blocks(len(precision)):
        share = _share(square, precision[some])
        found[some] = np.trapezoid(share * sigma_pop.density[:, None], sigma_pop.x, axis=0)
    return found


def _share(square: Array | float, precision: Array) -> Array:
    return square * precision / (1.0 + square * precision)


def patients_to_settle(
    alphas: Alphas, estimate: Array, which: Index, threshold: float, low: float, high: float
) -> Array:
    """How many more patients settle on which side of a threshold each doctor is; shape (W,).

    The smallest number m with which the probability of lying below it is no longer between low and
    high, if m patients of average risk do as the estimate says: each marginal is multiplied by
    ``exp(m * (estimate * a - log(1 + exp(a))))``. Infinite beyond `FARTHEST`.

    estimate: of the success probability, (U,). which: the likelihoods to answer for, (W,).
    threshold: of a, log-odds.
    """
    found = np.empty(len(which))
    for block in blocks(len(which)):
        some = which[block]
        nodes = _around(alphas, some, threshold - alphas.reference)
        a, log = nodes[0] + alphas.reference, nodes[1]
        gain = estimate[some, None] * a - np.logaddexp(0.0, a)

        def open_(m: Array, log: Array = log, gain: Array = gain) -> Mask:
            """Whether m more patients, (W,), leave the question open."""
            after = log + m[:, None] * gain
            after = np.exp(after - after.max(axis=1, keepdims=True))
            below = after[:, :SIDE].sum(axis=1) / after.sum(axis=1)
            return (below > low) & (below < high)

        fewest, most = np.zeros(len(some)), np.ones(len(some))
        while (more := open_(most) & (most < FARTHEST)).any():
            fewest, most = np.where(more, most, fewest), np.where(more, 2.0 * most, most)
        most = np.minimum(most, FARTHEST)
        never = open_(most)
        while (most - fewest).max() > 1.0:
            middle = np.floor(0.5 * (fewest + most))
            is_open = open_(middle)
            fewest, most = np.where(is_open, middle, fewest), np.where(is_open, most, middle)
        found[block] = np.where(never, np.inf, most)
    return found


def _around(alphas: Alphas, which: Index, at: float) -> tuple[Array, Array]:
    """Nodes of alpha below and above a value, and the logs of mass there; (W, 2 * SIDE) each."""
    share = (np.arange(SIDE) + 0.5) / SIDE
    x, density = alphas.x[which], alphas.density[which]
    mean, sd = alphas.mean[which], alphas.sd[which]
    found = []
    for sign, reach in ((-1.0, at - mean + SDS * sd), (1.0, mean + SDS * sd - at)):
        length = np.arcsinh(np.maximum(reach, WIDTH) / WIDTH)[:, None]
        v = length * share
        found.append((at + sign * WIDTH * np.sinh(v), np.log(length * np.cosh(v))))
    nodes, log = (np.concatenate(sides, axis=1) for sides in zip(*found, strict=True))
    with np.errstate(divide="ignore"):
        heights = np.log(density)
    for row, (here, of, height) in enumerate(zip(nodes, x, heights, strict=True)):
        log[row] += np.interp(here, of, np.maximum(height, -700.0), -700.0, -700.0)
    return nodes, log
