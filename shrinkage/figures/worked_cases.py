"""Pictures of tables: ratios of observed to expected, and many small hospitals."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, NullLocator
from numpy.typing import ArrayLike

from shrinkage.figures.style import (
    BLUE,
    ESTIMATE,
    GREY,
    INK,
    RAW,
    SMALL,
    Column,
    legend_below,
    named_rows,
    rate_axis,
)


def odds_ratios(
    hospitals: Column,
    operations: Column,
    raw: ArrayLike,
    estimates: ArrayLike,
    intervals: ArrayLike,
    *,
    standard: float,
) -> Figure:
    """Draw each hospital's odds of death over those expected, the lowest estimate on top.

    Parameters
    ----------
    hospitals, operations : array, shape (J,)
    raw, estimates : array, shape (J,)
        Odds ratios: of the raw rate, and estimated.
    intervals : array, shape (J, 2)
        Ends of the 95 % credible intervals.
    standard : float
        The odds ratio to hold hospitals against: a dashed line.
    """
    names = [f"{name} ({n})" for name, n in zip(hospitals, operations, strict=True)]
    fig, ax = _ratios(names, "hospital (operations)", raw, estimates, intervals)
    ax.axvline(standard, color=INK, linestyle="--", linewidth=1.2, label="standard", zorder=1)
    ax.set_xlabel("odds of death, over those expected of its patients")
    legend_below(ax)
    return fig


def standardised_ratios(
    hospitals: Column, expected: Column, raw: ArrayLike, estimates: ArrayLike, intervals: ArrayLike
) -> Figure:
    """Draw each hospital's deaths over expected deaths, the lowest estimate on top.

    Parameters
    ----------
    hospitals : array, shape (J,)
    expected : array, shape (J,)
        Expected numbers of deaths.
    raw, estimates : array, shape (J,)
        Ratios: observed over expected, and estimated.
    intervals : array, shape (J, 2)
        Ends of the 95 % credible intervals.
    """
    names = [f"{name} ({e:.1f})" for name, e in zip(hospitals, expected, strict=True)]
    fig, ax = _ratios(names, "hospital (deaths expected)", raw, estimates, intervals)
    ax.set_xlabel("deaths, over those expected of its patients")
    legend_below(ax)
    return fig


def _ratios(
    names: list[str], ylabel: str, raw: ArrayLike, estimates: ArrayLike, intervals: ArrayLike
) -> tuple[Figure, Axes]:
    """Ratios on a logarithmic scale, a hospital a row, without the axis's name and the legend."""
    order = np.argsort(estimates, kind="stable")
    raw, estimates, ends = (np.asarray(a)[order] for a in (raw, estimates, intervals))
    fig, ax = plt.subplots(figsize=(5.4, 0.22 * len(order) + 1.5))
    rows = named_rows(ax, [names[j] for j in order], ylabel)
    ax.tick_params(axis="y", labelsize=8.5)
    ax.axvline(1, color=GREY, label="as expected", zorder=1)
    ax.hlines(rows, *ends.T, colors=BLUE, alpha=0.45, label="95 % credible interval", zorder=2)
    ax.scatter(raw, rows, label="raw", **(RAW | SMALL))
    ax.scatter(estimates, rows, label="estimate", **(ESTIMATE | SMALL))
    ax.set_xscale("log")
    ax.set_xticks([0.4, 0.6, 0.8, 1, 1.5, 2], ["0.4", "0.6", "0.8", "1", "1.5", "2"])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_minor_formatter(NullFormatter())
    return fig, ax


def rates_by_caseload(
    trials: ArrayLike,
    raw: ArrayLike,
    estimates: ArrayLike,
    *,
    typical: float,
    standard: float,
    ylabel: str,
) -> Figure:
    """Draw raw rates and estimates of many against how many patients each has seen.

    Parameters
    ----------
    trials, raw, estimates : array, shape (J,)
    typical, standard : float
        Rates to mark: a grey line and a dashed one.
    ylabel : str
        What the rate is of.
    """
    trials, raw, estimates = map(np.asarray, (trials, raw, estimates))
    fig, ax = plt.subplots(figsize=(5.4, 4.2))
    ax.axhline(typical, color=GREY, label="typical hospital", zorder=1)
    ax.axhline(standard, color=INK, linestyle="--", linewidth=1.2, label="standard", zorder=1)
    ax.vlines(trials, raw, estimates, colors=GREY, alpha=0.35, linewidth=0.8, zorder=1)
    ax.scatter(trials, raw, label="raw rate", clip_on=False, **(RAW | SMALL))
    ax.scatter(trials, estimates, label="estimate", **(ESTIMATE | SMALL))
    rate_axis(ax, "y")
    ax.set_ylabel(ylabel)
    ax.set_xscale("log")
    ax.set_xticks([1, 3, 10, 30, 100], ["1", "3", "10", "30", "100"])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xlabel("patients seen")
    legend_below(ax)
    return fig
