"""The shrinkage plot, the course's main picture: from raw rates to estimates."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from shrinkage.figures.style import (
    BLUE,
    ESTIMATE,
    GREY,
    RAW,
    RED,
    doctor_rows,
    legend_below,
    rate_axis,
)


def shrinkage_plot(
    doctors: ArrayLike,
    successes: ArrayLike,
    trials: ArrayLike,
    estimates: ArrayLike,
    intervals: ArrayLike,
    population: float,
    *,
    interval_label: str = "95 % credible interval",
) -> Figure:
    """Draw the course's picture: from each doctor's raw rate to the partially pooled estimate.

    Parameters
    ----------
    doctors, successes, trials, estimates : array, shape (J,)
    intervals : array, shape (J, 2)
    population : float
        Success rate of the typical doctor, a share of one.
    """
    trials = np.asarray(trials)
    rates, estimates = np.asarray(successes) / trials, np.asarray(estimates)
    order = np.argsort(trials, kind="stable")
    rates, estimates = rates[order], estimates[order]
    ends = np.asarray(intervals)[order]
    fig, ax = plt.subplots(figsize=(5.4, 0.38 * len(rates) + 1.5))
    rows = doctor_rows(ax, np.asarray(doctors)[order], trials[order])
    ax.axvline(population, color=GREY, label="typical doctor", zorder=1)
    ax.hlines(rows, ends[:, 0], ends[:, 1], color=BLUE, alpha=0.45, label=interval_label, zorder=2)
    for row, raw, estimate in zip(rows, rates, estimates, strict=True):
        ax.annotate(
            "",
            xy=(estimate, row + 0.2),
            xytext=(raw, row + 0.2),
            arrowprops={"arrowstyle": "->", "color": RED, "lw": 0.9, "shrinkA": 0, "shrinkB": 0},
        )
    ax.scatter(rates, rows, label="raw rate", **RAW)
    ax.scatter(estimates, rows, label="estimate", **ESTIMATE)
    rate_axis(ax)
    legend_below(ax)
    return fig
