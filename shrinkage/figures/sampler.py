"""Pictures of samplers: runs against the exact answer, the funnel, traces, ranks and energies."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from numpy.typing import ArrayLike

from shrinkage.figures.style import BLUE, GREY, INK, RED, legend_below

LINES = ["-", "--", ":", "-."]
DIVERGENT = {"marker": "^", "color": RED, "s": 34, "zorder": 4, "linewidths": 0}


def runs_against_exact(
    panels: dict[str, list[ArrayLike]], x: ArrayLike, density: ArrayLike, *, xlabel: str
) -> Figure:
    """Draw histograms of several runs over the exact density, one panel a way of sampling.

    Parameters
    ----------
    panels : dict of title to list of arrays of any shape
        The draws of each run.
    x, density : array, shape (K,)
        The exact density.
    xlabel : str
    """
    x, density = np.asarray(x), np.asarray(density)
    end = x[np.searchsorted(np.cumsum(density * np.gradient(x)), 0.995).clip(max=len(x) - 1)]
    edges = np.linspace(0, end, 26)
    fig, axes = plt.subplots(
        1, len(panels), figsize=(5.4, 3.4), sharey=True, squeeze=False, layout="constrained"
    )
    for ax, (title, runs) in zip(axes[0], panels.items(), strict=True):
        ax.fill_between(x, density, color=GREY, alpha=0.35, linewidth=0, label="exact")
        for number, (run, line) in enumerate(zip(runs, LINES, strict=False), start=1):
            heights, _ = np.histogram(np.ravel(run), edges)
            heights = heights / np.size(run) / np.diff(edges)
            ax.stairs(
                heights,
                edges,
                color=RED if number == 1 else INK if number == 2 else BLUE,
                linestyle=line,
                linewidth=1.6,
                label=f"run {number}",
            )
        ax.set_title(title, fontsize=11)
        ax.set_xlabel(xlabel)
        ax.set_xlim(0, end)
        ax.set_yticks([])
    axes[0][0].set_ylabel("density")
    fig.legend(
        *axes[0][0].get_legend_handles_labels(),
        loc="outside lower center",
        ncols=1 + max(map(len, panels.values())),
        columnspacing=1.2,
        handlelength=1.6,
    )
    return fig


def funnels(
    panels: dict[str, tuple[ArrayLike, ArrayLike, ArrayLike]], *, xlabels: list[str]
) -> Figure:
    """Draw the spread of the population against one doctor, divergent draws marked.

    Parameters
    ----------
    panels : dict of title to (horizontal, sigma_pop, diverging), each an array of one shape
        `diverging` is True where the transition diverged.
    xlabels : list of str
        One a panel.
    """
    fig, axes = plt.subplots(1, len(panels), figsize=(5.4, 3.7), sharey=True, squeeze=False)
    for ax, (title, (across, sigma, diverging)), xlabel in zip(
        axes[0], panels.items(), xlabels, strict=True
    ):
        across, sigma, diverging = map(np.ravel, (across, sigma, diverging))
        ax.scatter(across, sigma, s=4, color=BLUE, alpha=0.25, linewidths=0, rasterized=True)
        if diverging.any():
            ax.scatter(across[diverging], sigma[diverging], label="divergent", **DIVERGENT)
            ax.legend(loc="lower right", handletextpad=0.1, borderaxespad=0.1, fontsize=10)
        ax.set_title(title, fontsize=11)
        ax.set_xlabel(xlabel)
        _log_axis(ax)
        ax.set_ylim(0.004, 3)
    axes[0][0].set_ylabel("spread between doctors, sigma_pop")
    return fig


def chain_strips(
    panels: dict[str, ArrayLike], *, diverging: dict[str, ArrayLike] | None = None
) -> Figure:
    """Draw a trace of each chain, a strip a chain, one column a run.

    Parameters
    ----------
    panels : dict of title to array, shape (chain, draw)
        Draws of `sigma_pop`.
    diverging : dict of title to array of bool, shape (chain, draw), optional
        Marked at the foot of a strip.
    """
    columns = [np.asarray(draws) for draws in panels.values()]
    fig, axes = plt.subplots(
        len(columns[0]), len(columns), figsize=(5.4, 4.6), sharex=True, sharey=True, squeeze=False
    )
    for column, (title, draws) in enumerate(panels.items()):
        for chain, (ax, values) in enumerate(zip(axes[:, column], np.asarray(draws), strict=True)):
            ax.plot(values, color=BLUE, linewidth=0.6)
            if diverging is not None:
                at = np.flatnonzero(np.asarray(diverging[title])[chain])
                ax.scatter(at, np.full(len(at), 0.006), **DIVERGENT | {"s": 20})
            _log_axis(ax, [0.01, 0.1, 1])
            ax.set_ylim(0.004, 3)
            if column == 0:
                ax.set_ylabel(f"chain {chain + 1}", fontsize=9)
        axes[0, column].set_title(title, fontsize=11)
        axes[-1, column].set_xlabel("draw")
    fig.supylabel("sigma_pop", fontsize=11)
    return fig


def rank_strips(panels: dict[str, ArrayLike]) -> Figure:
    """Draw the ranks of each chain's draws among all, a strip a chain, one column a run.

    Parameters
    ----------
    panels : dict of title to array, shape (chain, draw)
        Ranks as shares of all draws, from 0 to 1.
    """
    columns = [np.asarray(ranks) for ranks in panels.values()]
    fig, axes = plt.subplots(
        len(columns[0]), len(columns), figsize=(5.4, 4.2), sharex=True, sharey=True, squeeze=False
    )
    bins = 20
    for column, (title, ranks) in enumerate(panels.items()):
        for chain, (ax, values) in enumerate(zip(axes[:, column], np.asarray(ranks), strict=True)):
            heights, edges = np.histogram(values, bins, range=(0, 1))
            ax.stairs(heights * bins / len(values), edges, fill=True, color=BLUE, alpha=0.75)
            ax.axhline(1, color=GREY, linestyle="--", linewidth=1.2)
            ax.set_yticks([])
            ax.set_ylim(0, 3)
            ax.set_xticks([0, 0.5, 1], ["lowest", "", "highest"], fontsize=9)
            if column == 0:
                ax.set_ylabel(f"chain {chain + 1}", fontsize=9)
        axes[0, column].set_title(title, fontsize=11)
        axes[-1, column].set_xlabel("rank among all draws")
    return fig


def energies(panels: dict[str, tuple[ArrayLike, ArrayLike]]) -> Figure:
    """Draw how widely energies spread, and how far they move from one draw to the next.

    Parameters
    ----------
    panels : dict of title to (marginal, transition), arrays of any shape
        Energies minus their chain's mean, and differences of neighbouring energies.
    """
    fig, axes = plt.subplots(1, len(panels), figsize=(5.4, 3.1), squeeze=False)
    for ax, (title, (marginal, transition)) in zip(axes[0], panels.items(), strict=True):
        marginal, transition = np.ravel(marginal), np.ravel(transition)
        reach = 1.1 * np.quantile(np.abs(np.concatenate([marginal, transition])), 0.998)
        edges = np.linspace(-reach, reach, 41)
        ax.stairs(
            *np.histogram(marginal, edges, density=True),
            fill=True,
            color=GREY,
            alpha=0.5,
            label="all energies",
        )
        ax.stairs(
            *np.histogram(transition, edges, density=True),
            color=BLUE,
            linewidth=1.8,
            label="change in one step of the chain",
        )
        ax.set_yticks([])
        ax.set_title(title, fontsize=11)
        ax.set_xlabel("energy, from its mean")
    axes[0][0].set_ylabel("density")
    legend_below(axes[0][0])
    return fig


def _log_axis(ax: Axes, ticks: Sequence[float] = (0.01, 0.03, 0.1, 0.3, 1)) -> None:
    """A logarithmic vertical axis with plain numbers."""
    ax.set_yscale("log")
    ax.yaxis.set_major_locator(FixedLocator(ticks))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.yaxis.set_minor_locator(NullLocator())
