"""Death rates of hospitals, where low is good: chapter 10."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator, PercentFormatter
from numpy.typing import ArrayLike

from shrinkage.figures.style import (
    BLUE,
    ESTIMATE,
    GREY,
    INK,
    RAW,
    RED,
    Column,
    legend_below,
    named_rows,
)


def death_rates(
    hospitals: Column,
    deaths: ArrayLike,
    operations: ArrayLike,
    *,
    average: float,
    ends: ArrayLike | None = None,
    ends_label: str = "",
) -> Figure:
    """Draw raw death rates, the lowest on top, with an interval for each if there is one.

    Parameters
    ----------
    hospitals, deaths, operations : array, shape (J,)
    average : float
        A rate to mark with a grey line, a share of one.
    ends : array, shape (J, 2), optional
        Ends of each hospital's interval.
    ends_label : str
        What the interval is.
    """
    fig, ax = plt.subplots(figsize=(5.4, 0.36 * len(hospitals) + 1.5))
    rows, rates, order = _raw_rates(ax, hospitals, deaths, operations)
    ax.axvline(average, color=GREY, label="all hospitals together", zorder=1)
    if ends is not None:
        ax.hlines(rows, *np.asarray(ends)[order].T, color=RED, linewidth=1.2, label=ends_label)
    ax.scatter(rates[order], rows, label="raw death rate", **RAW)
    _death_axis(ax)
    legend_below(ax)
    return fig


def death_estimates(
    hospitals: Column,
    deaths: ArrayLike,
    operations: ArrayLike,
    first: ArrayLike,
    second: ArrayLike,
    ends: ArrayLike,
    *,
    typical: float,
    labels: tuple[str, str],
) -> Figure:
    """Draw raw death rates and the estimates under two priors, the highest rate at the bottom.

    Parameters
    ----------
    hospitals, deaths, operations : array, shape (J,)
    first, second : array, shape (J,)
        Estimates under the one prior (hollow squares) and the other (blue circles).
    ends : array, shape (J, 2)
        Ends of the 95 % credible intervals that belong to ``second``.
    typical : float
        Death rate of the typical hospital, a share of one.
    labels : (str, str)
        Names of the two priors.
    """
    fig, ax = plt.subplots(figsize=(5.4, 0.4 * len(hospitals) + 1.7))
    rows, rates, order = _raw_rates(ax, hospitals, deaths, operations)
    ax.axvline(typical, color=GREY, label="typical hospital", zorder=1)
    ax.hlines(rows, *np.asarray(ends)[order].T, color=BLUE, alpha=0.45, zorder=2)
    ax.scatter(rates[order], rows, label="raw death rate", **RAW)
    ax.scatter(np.asarray(second)[order], rows, label=labels[1], **ESTIMATE)
    square: dict[str, Any] = {
        "marker": "s",
        "facecolors": "white",
        "edgecolors": INK,
        "s": 26,
        "zorder": 3,
    }
    ax.scatter(np.asarray(first)[order], rows + 0.3, label=labels[0], **square)
    _death_axis(ax)
    legend_below(ax)
    return fig


def place_probabilities(hospitals: Column, chance: ArrayLike) -> Figure:
    """Draw how probable each place is for each hospital: the darker, the more probable.

    Parameters
    ----------
    hospitals : array, shape (J,)
        From top to bottom.
    chance : array, shape (J, J)
        Row j, column r: the probability that hospital j has place r + 1. The most probable place
        of each is ringed.
    """
    chance = np.asarray(chance)
    count = len(chance)
    fig, ax = plt.subplots(figsize=(5.4, 5.0))
    image = ax.imshow(
        chance, cmap="Blues", vmin=0, aspect="auto", extent=(0.5, count + 0.5, count, 0)
    )
    best = chance.argmax(axis=1)
    ax.scatter(best + 1, np.arange(count) + 0.5, facecolors="none", edgecolors=RED, s=70)
    ax.set_yticks(np.arange(count) + 0.5, [f"Hospital {name}" for name in hospitals])
    ax.set_xticks(np.arange(1, count + 1))
    ax.tick_params(length=0)
    ax.set_xlabel("place, 1 = lowest death rate")
    bar = fig.colorbar(image, ax=ax, location="bottom", aspect=40, label="probability of the place")
    bar.ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    bar.outline.set_visible(False)
    return fig


def predicted_deaths(
    hospitals: Column,
    deaths: ArrayLike,
    operations: ArrayLike,
    predicted: ArrayLike,
    ends: ArrayLike,
) -> Figure:
    """Draw each hospital's death rate over what the other hospitals alone would lead one to expect.

    Parameters
    ----------
    hospitals, deaths, operations : array, shape (J,)
    predicted : array, shape (J,)
        Expected death rate, from the other hospitals.
    ends : array, shape (J, 2)
        Ends of the range that holds 95 % of what was to be expected, as death rates.
    """
    fig, ax = plt.subplots(figsize=(5.4, 0.36 * len(hospitals) + 1.5))
    rows, rates, order = _raw_rates(ax, hospitals, deaths, operations)
    wide: dict[str, Any] = {"color": GREY, "alpha": 0.55, "linewidth": 7}
    ax.hlines(rows, *np.asarray(ends)[order].T, label="95 % of what the others predict", **wide)
    mark: dict[str, Any] = {"marker": "|", "color": INK, "s": 80, "zorder": 3}
    ax.scatter(np.asarray(predicted)[order], rows, label="predicted mean", **mark)
    ax.scatter(rates[order], rows, label="raw death rate", **RAW)
    _death_axis(ax)
    legend_below(ax)
    return fig


def data_and_priors(
    sigma: ArrayLike, panels: dict[str, ArrayLike], priors: dict[str, ArrayLike]
) -> Figure:
    """Draw what data say of a standard deviation beside priors on it, each curve with a top of one.

    Parameters
    ----------
    sigma : array, shape (K,)
        The standard deviation.
    panels : dict of title to array, shape (K,)
        One panel each: how well every standard deviation explains the data.
    priors : dict of label to array, shape (K,)
        The same in every panel: dashed red, dotted ink.
    """
    fig, axes = plt.subplots(len(panels), 1, figsize=(5.4, 2.3 * len(panels) + 0.9), sharex=True)
    axes = np.atleast_1d(axes)
    for ax, (title, data) in zip(axes, panels.items(), strict=True):
        ax.fill_between(sigma, 0, data, color=BLUE, alpha=0.18)
        ax.plot(sigma, data, color=BLUE, label="what the data say")
        for (label, density), (colour, line) in zip(
            priors.items(), [(RED, "--"), (INK, ":")], strict=False
        ):
            ax.plot(sigma, density, line, color=colour, label=label)
        ax.set_title(title, loc="left", fontsize=11)
        ax.set_ylim(0, 1.08)
        ax.set_yticks([0, 1])
    axes[-1].set_xlim(0, 1.5)
    axes[-1].set_xlabel("how much hospitals differ: sd of the log-odds")
    fig.supylabel("top of each = 1", fontsize=11)
    legend_below(axes[0], columns=1)
    return fig


def _raw_rates(
    ax: Axes, hospitals: ArrayLike, deaths: ArrayLike, operations: ArrayLike
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Label one row a hospital, the lowest death rate on top.

    Returns the rows' heights from the top, the hospitals' rates as they came, and their order.
    """
    hospitals, operations = np.asarray(hospitals), np.asarray(operations)
    rates = np.asarray(deaths) / operations
    order = np.argsort(rates, kind="stable")
    names = [f"{h} ({n})" for h, n in zip(hospitals[order], operations[order], strict=True)]
    return named_rows(ax, names, "hospital (operations)"), rates, order


def _death_axis(ax: Axes) -> None:
    """Make the horizontal axis a death rate."""
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    ax.xaxis.set_major_locator(MultipleLocator(0.05))
    ax.set_xlim(-0.008, max(0.2, ax.get_xlim()[1]))
    ax.set_xlabel("death rate")
