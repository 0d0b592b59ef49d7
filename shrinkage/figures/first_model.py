"""Pictures of chapter 3: priors, posteriors and chains of one rate, and a logistic regression."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FixedLocator, NullLocator, PercentFormatter
from numpy.typing import ArrayLike

from shrinkage.figures.style import (
    BLUE,
    GREY,
    INK,
    RAW,
    RED,
    Column,
    legend_below,
    rate_axis,
)


def prior_shares(shares: dict[str, Column], *, columns: int = 1) -> Figure:
    """Draw, one panel a prior, which share of success rates it puts into each bin.

    Parameters
    ----------
    shares : dict of title to array, shape (K,)
        Share of the prior in each of K bins of equal width from 0 to 100 %.
    columns : int
        Panels beside one another; those have one vertical scale.
    """
    lines = -(-len(shares) // columns)
    fig, axes = plt.subplots(
        lines,
        columns,
        figsize=(5.4, 1.55 * lines + 0.5),
        sharex=True,
        sharey="row",
        squeeze=False,
    )
    for ax, (title, share) in zip(axes.flat, shares.items(), strict=False):
        ax.stairs(share, np.linspace(0, 1, len(share) + 1), fill=True, color=BLUE, alpha=0.75)
        ax.axhline(1 / len(share), color=GREY, linestyle="--", linewidth=1.2)
        ax.set_title(title, fontsize=10.5, loc="left")
        ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        rate_axis(ax)
        ax.set_xlabel("")
    for ax in axes.flat[len(shares) :]:
        ax.set_axis_off()
    layout = fig.get_layout_engine()
    assert isinstance(layout, ConstrainedLayoutEngine)  # as `set_style` has it
    layout.set(w_pad=0.1)
    fig.supxlabel("success rate", fontsize=11)
    fig.supylabel("share of the prior", fontsize=11)
    return fig


def by_prior_width(widths: Column, estimates: dict[str, ArrayLike], mark: float) -> Figure:
    """Draw estimates against the standard deviation of the prior they were made with.

    Parameters
    ----------
    widths : array, shape (K,)
        Standard deviation of the prior, log-odds; drawn on a logarithmic axis.
    estimates : dict of label to array, shape (K,)
        Success rates, shares of one; at most four.
    mark : float
        The width to mark, which the course uses.
    """
    fig, ax = plt.subplots()
    ax.axvline(mark, color="#dddddd", linewidth=6, zorder=0, label=f"width {mark:g}")
    for (label, y), (colour, line) in zip(
        estimates.items(), [(INK, "-."), (BLUE, "-"), (RED, ":"), (GREY, "--")], strict=False
    ):
        ax.plot(widths, y, linestyle=line, color=colour, label=label)
    ax.set_xscale("log")
    ticks = [tick for tick in (0.1, 0.25, 0.5, 1, 1.5, 2.5, 5, 10, 20, 50) if _inside(tick, widths)]
    ax.xaxis.set_major_locator(FixedLocator(ticks))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.set_xlabel("standard deviation of the prior, log-odds")
    rate_axis(ax, "y")
    ax.set_ylabel("estimate of the success rate")
    legend_below(ax)
    return fig


def walks(
    chains: ArrayLike,
    log_odds: ArrayLike,
    density: ArrayLike,
    *,
    first: int = 150,
    rates: Sequence[float] = (0.001, 0.1, 0.5, 0.9, 0.999),
) -> Figure:
    """Draw the first steps of some chains, and beside them all kept draws against the truth.

    Parameters
    ----------
    chains : array, shape (C, N)
        Log-odds, one row a chain; at most four.
    log_odds, density : array, shape (K,)
        The exact posterior density.
    first : int
        How many steps to show on the left; the right panel holds the steps after them.
    rates : sequence of float
        Where the axis has its labels, shares of one.
    """
    chains = np.asarray(chains)
    fig, (left, right) = plt.subplots(1, 2, figsize=(5.4, 3.4), sharey=True, width_ratios=[2.4, 1])
    for number, (chain, (colour, line)) in enumerate(
        zip(chains, [(BLUE, "-"), (RED, "--"), (INK, ":"), (GREY, "-.")], strict=False), 1
    ):
        left.plot(chain[:first], line, color=colour, linewidth=1.4, label=f"chain {number}")
    left.set_xlabel("step")
    left.set_ylabel("success rate (even in log-odds)")
    kept = chains[:, first:].ravel()
    bins = np.linspace(kept.min(), kept.max(), 40)
    right.hist(kept, bins, density=True, orientation="horizontal", color="#a9c8e4", label="draws")
    right.plot(density, log_odds, color=INK, linewidth=1.6, label="grid")
    right.set_xticks([])
    right.set_xlabel("later steps")
    reach = max(abs(chains[:, :first].min()), abs(chains[:, :first].max())) + 0.5
    left.set_ylim(-reach, reach)
    _rates_on_log_odds(left, "y", rates)
    handles = [ax.get_legend_handles_labels() for ax in (left, right)]
    fig.legend(
        handles[0][0] + handles[1][0],
        handles[0][1] + handles[1][1],
        loc="outside lower center",
        ncols=3,
    )
    return fig


def rate_by_severity(
    severity: ArrayLike,
    lines: dict[str, ArrayLike],
    *,
    band: ArrayLike | None = None,
    raw: tuple[ArrayLike, ArrayLike] | None = None,
) -> Figure:
    """Draw success rates against severity, with an interval and raw rates if there are any.

    Parameters
    ----------
    severity : array, shape (K,)
    lines : dict of label to array, shape (K,)
        At most three.
    band : array, shape (K, 2), optional
        Ends of the first line's 95 % credible interval.
    raw : pair of arrays, shape (M,), optional
        Mean severity and raw rate of groups of patients.
    """
    fig, ax = plt.subplots()
    if band is not None:
        low, high = np.asarray(band).T
        ax.fill_between(
            severity, low, high, color=BLUE, alpha=0.2, linewidth=0, label="95 % credible interval"
        )
    for (label, y), (colour, line) in zip(
        lines.items(), [(BLUE, "-"), (INK, "--"), (RED, ":")], strict=False
    ):
        ax.plot(severity, y, linestyle=line, color=colour, label=label)
    if raw is not None:
        ax.scatter(*raw, label="raw rate, a fifth of patients", **RAW)
    rate_axis(ax, "y")
    ax.set_xlabel("severity, sd from the average patient (right: sicker)")
    legend_below(ax)
    return fig


def _inside(value: float, grid: Column) -> bool:
    return bool(np.min(grid) <= value <= np.max(grid))


def _rates_on_log_odds(ax: Axes, axis: str, labelled: Sequence[float]) -> None:
    """Label an axis in log-odds with the success rates they stand for."""
    rates = np.asarray(labelled, float)
    low, high = getattr(ax, f"get_{axis}lim")()
    at = np.log(rates / (1 - rates))
    keep = (at >= low) & (at <= high)
    names = [f"{100 * rate:.10g} %" for rate in rates[keep]]
    getattr(ax, f"set_{axis}ticks")(at[keep], names)
