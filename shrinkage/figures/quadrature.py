"""What the exact posterior integrates, and where its nodes lie: the appendix on the mathematics."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from shrinkage.figures.style import BLUE, GREY, INK, RED, Column, legend_below, levels_holding


def joint_posterior(
    mu: ArrayLike, sigma: ArrayLike, density: ArrayLike, prior: ArrayLike, shares: Sequence[float]
) -> Figure:
    """Draw contours of the posterior of ``(mu_pop, sigma_pop)`` over those of the prior.

    Parameters
    ----------
    mu : array, shape (M,)
    sigma : array, shape (S,)
    density, prior : array, shape (M, S)
        Up to a factor.
    shares : array
        Each contour encloses this share of the probability; increasing.
    """
    fig, ax = plt.subplots(figsize=(5.4, 4.2))
    for values, colour, style, label in [
        (np.asarray(prior), GREY, "--", "prior"),
        (np.asarray(density), BLUE, "-", "posterior"),
    ]:
        levels = levels_holding(values, shares[::-1])
        ax.contour(mu, sigma, values.T, levels=levels, colors=colour, linestyles=style)
        ax.plot([], [], linestyle=style, color=colour, label=label)
    ax.set_xlim(-4, 4)
    ax.set_ylim(0, 3)
    ax.set_xlabel("population mean, log-odds")
    ax.set_ylabel("population sd, log-odds")
    legend_below(ax)
    return fig


def integrands(curves: dict[str, tuple[ArrayLike, Column, ArrayLike, ArrayLike]]) -> Figure:
    """Draw integrands over z, one panel a doctor, with the nodes at which they are evaluated.

    Parameters
    ----------
    curves : dict of title to (z, value, nodes, value at the nodes)
        Arrays of shape (K,), (K,), (N,), (N,); each curve is scaled to a top of one.
    """
    fig, axes = plt.subplots(
        len(curves), 1, figsize=(5.4, 1.9 * len(curves) + 1.0), sharex=True, squeeze=False
    )
    for ax, (title, (z, value, nodes, at_nodes)) in zip(axes[:, 0], curves.items(), strict=True):
        top = np.max(value)
        prior = np.exp(-0.5 * np.asarray(z) ** 2)
        ax.plot(z, prior, "--", color=GREY, linewidth=1.4, label="population alone")
        ax.plot(z, np.asarray(value) / top, color=BLUE, label="with the doctor's data")
        ax.plot(
            nodes,
            np.asarray(at_nodes) / top,
            linestyle="",
            marker="|",
            color=RED,
            markersize=9,
            markeredgewidth=1.6,
            label="nodes",
        )
        ax.set_title(title, loc="left", fontsize=11, color=INK)
        ax.set_yticks([0, 1])
    axes[-1, 0].set_xlabel("z: distance from the population's mean, in its sd")
    fig.supylabel("top = 1", fontsize=11)
    legend_below(axes[-1, 0])
    return fig
