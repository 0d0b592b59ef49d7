"""Estimates and their credible intervals, one doctor a row: chapter 7's forest plot."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from shrinkage.figures.style import (
    BLUE,
    ESTIMATE,
    GREY,
    INK,
    RAW,
    SEEN,
    doctor_names,
    doctor_rows,
    legend_below,
    named_rows,
    rate_axis,
)


def forest_plot(
    doctors: ArrayLike,
    trials: ArrayLike,
    estimates: ArrayLike,
    intervals: ArrayLike,
    population: float,
    *,
    inner: ArrayLike | None = None,
    new_doctor: tuple[float, ArrayLike, ArrayLike] | None = None,
    standard: float | None = None,
) -> Figure:
    """Draw every doctor's estimate with its credible intervals, highest estimate on top.

    Parameters
    ----------
    doctors, trials, estimates : array, shape (J,)
    intervals : array, shape (J, 2)
        Ends of the 95 % credible intervals.
    population : float
        Success rate of the typical doctor, a share of one.
    inner : array, shape (J, 2), optional
        Ends of the 50 % credible intervals, drawn thick.
    new_doctor : (float, array of shape (2,), array of shape (2,)), optional
        Estimate, 95 % and 50 % interval of a doctor whom nobody has seen yet: a last row in grey.
    standard : float, optional
        Success rate to hold the doctors against, a share of one: a dashed line.
    """
    doctors, trials, estimates, intervals = map(np.asarray, (doctors, trials, estimates, intervals))
    order = np.argsort(-estimates, kind="stable")
    count = len(order) + (new_doctor is not None)
    fig, ax = plt.subplots(figsize=(5.4, 0.38 * count + 1.5))
    names = doctor_names(doctors[order], trials[order])
    rows = named_rows(ax, [*names, "a new doctor"][:count], SEEN)
    ax.axvline(population, color=GREY, label="typical doctor", zorder=1)
    if standard is not None:
        ax.axvline(standard, color=INK, linestyle="--", linewidth=1.2, label="standard", zorder=1)
    mine = rows[: len(order)]
    ax.hlines(mine, *intervals[order].T, colors=BLUE, label="95 % credible interval", zorder=2)
    if inner is not None:
        ends = np.asarray(inner)[order].T
        ax.hlines(mine, *ends, colors=BLUE, linewidth=5.5, label="50 % credible interval", zorder=2)
    ax.scatter(estimates[order], mine, label="estimate", **ESTIMATE)
    if new_doctor is not None:
        estimate, wide, narrow = new_doctor
        ax.hlines(rows[-1], *np.asarray(wide), colors=GREY, zorder=2)
        ax.hlines(rows[-1], *np.asarray(narrow), colors=GREY, linewidth=5.5, zorder=2)
        hollow: dict[str, Any] = ESTIMATE | {"color": "white", "edgecolors": INK}
        ax.scatter(estimate, rows[-1], **hollow)
    rate_axis(ax)
    legend_below(ax)
    return fig


def adjustment_plot(
    doctors: ArrayLike,
    trials: ArrayLike,
    rates: ArrayLike,
    before: ArrayLike,
    after: ArrayLike,
    severity: ArrayLike,
) -> Figure:
    """Draw each doctor's estimate without and with the patients' severity, sickest patients on top.

    Parameters
    ----------
    doctors, trials : array, shape (J,)
    rates : array, shape (J,)
        Raw rates.
    before, after : array, shape (J,)
        Estimates of a model without and with severity.
    severity : array, shape (J,)
        Mean severity of each doctor's patients; the order of the rows, written at the right.
    """
    before, after, severity = map(np.asarray, (before, after, severity))
    order = np.argsort(-severity, kind="stable")
    fig, ax = plt.subplots(figsize=(5.4, 0.38 * len(order) + 1.5))
    rows = doctor_rows(ax, np.asarray(doctors)[order], np.asarray(trials)[order])
    ax.hlines(rows, before[order], after[order], colors=BLUE, linewidth=1.4, zorder=2)
    ax.scatter(np.asarray(rates)[order], rows, label="raw rate", **RAW)
    look = {"color": "white", "edgecolors": BLUE, "linewidths": 1.6}
    hollow: dict[str, Any] = ESTIMATE | look
    ax.scatter(before[order], rows, label="estimate without severity", **hollow)
    ax.scatter(after[order], rows, label="estimate with severity", **ESTIMATE)
    rate_axis(ax)
    right = ax.secondary_yaxis("right")
    right.set_yticks(rows, [f"{value:+.1f}".replace("-", "−") for value in severity[order]])
    right.set_ylabel("mean severity of the patients, sd")
    right.tick_params(axis="y", length=0)
    right.spines["right"].set_visible(False)
    legend_below(ax)
    return fig
