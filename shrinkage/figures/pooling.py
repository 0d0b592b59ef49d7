"""No, complete and partial pooling side by side, and what each costs: chapter 2."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter
from numpy.typing import ArrayLike

from shrinkage.figures.style import (
    BLUE,
    ESTIMATE,
    GREY,
    INK,
    RAW,
    RED,
    Column,
    doctor_rows,
    legend_below,
    named_rows,
    rate_axis,
)

NONE = {"color": RED, "linestyle": "--", "marker": "x", "markersize": 8, "markeredgewidth": 2.2}
COMPLETE = {"color": GREY, "linestyle": "-.", "marker": "s", "markersize": 6}
PARTIAL = {"color": BLUE, "linestyle": "-", "marker": "o", "markersize": 7}
LINES: dict[str, dict[str, Any]] = {
    "no pooling": NONE,
    "complete pooling": COMPLETE,
    "partial pooling": PARTIAL,
}


def three_ways(
    doctors: ArrayLike,
    successes: ArrayLike,
    trials: ArrayLike,
    together: float,
    estimates: ArrayLike | None = None,
    mean: float | None = None,
) -> Figure:
    """Draw each doctor's raw rate, the rate of all patients together and, if given, the mixture.

    Parameters
    ----------
    doctors, successes, trials : array, shape (J,)
        Name, successes and patients of each doctor; drawn in order of caseload.
    together : float
        Rate of all patients together, a share of one.
    estimates : array, shape (J,), optional
        Partially pooled estimates.
    mean : float, optional
        Mean of the doctors, a share of one, towards which the estimates moved.
    """
    trials = np.asarray(trials)
    order = np.argsort(trials, kind="stable")
    rates = (np.asarray(successes) / trials)[order]
    fig, ax = plt.subplots(figsize=(5.4, 0.36 * len(rates) + 1.5))
    rows = doctor_rows(ax, np.asarray(doctors)[order], trials[order])
    ax.hlines(rows, rates, together, color="#c9c9c9", linewidth=1.6, zorder=1)
    if mean is not None:
        ax.axvline(mean, color=INK, linestyle=":", linewidth=1.4, label="mean of the doctors")
    ax.axvline(together, color=GREY, label="complete pooling", zorder=1)
    ax.scatter(rates, rows, label="no pooling: raw rate", **RAW)
    if estimates is not None:
        ax.scatter(np.asarray(estimates)[order], rows, label="partial pooling", **ESTIMATE)
    rate_axis(ax)
    legend_below(ax)
    return fig


def mixtures(weights: ArrayLike, errors: dict[str, ArrayLike]) -> Figure:
    """Draw the error of every mixture of own and common rate, its ends and its lowest point.

    Parameters
    ----------
    weights : array, shape (K,)
        Weight of the own rate, from 0 to 1.
    errors : dict of label to array, shape (K,)
        Error of each weight, shares of one; up to three.
    """
    fig, ax = plt.subplots(figsize=(5.4, 4.1))
    weights = np.asarray(weights)
    for (label, error), line in zip(errors.items(), ["-", "--", ":"], strict=False):
        error = 100 * np.asarray(error)
        ax.plot(weights, error, line, color=INK, linewidth=1.6, label=label)
        best = int(np.argmin(error))
        ax.scatter(weights[best], error[best], **ESTIMATE)
        ax.scatter(weights[-1], error[-1], clip_on=False, **RAW)
    ax.scatter(
        weights[0], error[0], marker="s", color=GREY, s=52, clip_on=False, label="complete pooling"
    )
    ax.scatter([], [], label="no pooling", **RAW)
    ax.scatter([], [], label="the best mixture", **ESTIMATE)
    ax.set_xlim(0, 1)
    ax.set_ylim(bottom=0)
    ax.set_xlabel("weight of the doctor's own rate")
    ax.set_ylabel("typical error, percentage points")
    legend_below(ax)
    return fig


def batting(
    players: Column,
    first: ArrayLike,
    estimates: ArrayLike,
    rest: ArrayLike,
    mean: float,
) -> Figure:
    """Draw each batter's first average, its shrunken estimate and the rest of the season.

    Parameters
    ----------
    players, first, estimates, rest : array, shape (J,)
        Names and batting averages, shares of one.
    mean : float
        Mean of the first averages.
    """
    first, estimates, rest = map(np.asarray, (first, estimates, rest))
    fig, ax = plt.subplots(figsize=(5.4, 0.3 * len(first) + 1.6))
    rows = named_rows(ax, players, "")
    ax.tick_params(axis="y", labelsize=9.5)
    ax.axvline(mean, color=GREY, label="mean of the first 45", zorder=1)
    ax.scatter(first, rows, label="first 45 at-bats", **RAW)
    ax.scatter(estimates, rows, label="James–Stein estimate", **ESTIMATE)
    ax.scatter(
        rest,
        rows,
        marker="D",
        s=40,
        facecolors="white",
        edgecolors=INK,
        linewidths=1.6,
        zorder=5,
        label="rest of the season",
    )
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:.3f}".lstrip("0")))
    ax.set_xlabel("batting average: hits per at-bat")
    legend_below(ax)
    return fig


def error_by_spread(spread: ArrayLike, errors: dict[str, ArrayLike], *, marked: float) -> Figure:
    """Draw the prediction error of the three ways against how different doctors are.

    Parameters
    ----------
    spread : array, shape (K,)
        Standard deviation of the doctors' log-odds.
    errors : dict of 'no pooling', 'complete pooling', 'partial pooling' to array, shape (K,)
        Root mean squared errors, shares of one.
    marked : float
        A spread to mark by a thin vertical line.
    """
    fig, ax = plt.subplots(figsize=(5.4, 4.1))
    ax.axvline(marked, color="#d5d5d5", linewidth=1.2, zorder=0)
    for label, error in errors.items():
        ax.plot(spread, 100 * np.asarray(error), label=label, **LINES[label])
    ax.set_ylim(bottom=0)
    ax.set_xlabel("how different doctors are: sd of their log-odds")
    ax.set_ylabel("typical error, percentage points")
    legend_below(ax)
    return fig


def error_by_caseload(trials: ArrayLike, errors: dict[str, ArrayLike]) -> Figure:
    """Draw the error of the three ways for each doctor, against caseload.

    Parameters
    ----------
    trials : array, shape (J,)
    errors : dict of 'no pooling', 'complete pooling', 'partial pooling' to array, shape (J,)
        Root mean squared errors, shares of one.
    """
    trials = np.asarray(trials)
    order = np.argsort(trials, kind="stable")
    fig, ax = plt.subplots(figsize=(5.4, 4.1))
    for label, error in errors.items():
        ax.plot(trials[order], 100 * np.asarray(error)[order], label=label, **LINES[label])
    ax.set_xscale("log")
    ax.xaxis.set_major_locator(FixedLocator([4, 6, 10, 20, 40, 60, 120]))
    ax.xaxis.set_major_formatter("{x:.0f}")
    ax.minorticks_off()
    ax.set_ylim(bottom=0)
    ax.set_xlabel("patients seen")
    ax.set_ylabel("typical error, percentage points")
    legend_below(ax)
    return fig
