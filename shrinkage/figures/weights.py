"""How much of each estimate is the doctor's own data: chapter 7."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, PercentFormatter

from shrinkage.figures.style import BLUE, INK, Column, legend_below

TICKS = [2, 5, 10, 20, 50, 100, 200, 500, 1000]


def weight_plot(
    doctors: Column,
    trials: Column,
    weights: Column,
    caseload: Column,
    approximation: Column,
) -> Figure:
    """Draw the weight of each doctor's own data against caseload, beside an approximation's curve.

    Parameters
    ----------
    doctors, trials : array, shape (J,)
    weights : array, shape (J,)
        Shares of one, from the fitted model.
    caseload, approximation : array, shape (K,)
        The curve.
    """
    fig, ax = plt.subplots(figsize=(5.4, 4.0))
    label = "normal approximation"
    ax.plot(caseload, approximation, "--", color=INK, linewidth=1.5, label=label)
    curve = np.interp(trials, caseload, approximation)
    ax.scatter(trials, weights, color=BLUE, s=52, zorder=3, label="fitted model")
    for doctor, n, weight, level in zip(doctors, trials, weights, curve, strict=True):
        side = 1 if weight > level else -1
        ax.annotate(
            str(doctor),
            (n, weight),
            xytext=(0, 11 * side),
            textcoords="offset points",
            ha="center",
            va="center",
        )
    ax.set_xscale("log")
    ax.xaxis.set_major_locator(FixedLocator(TICKS))
    ax.xaxis.set_major_formatter("{x:.0f}")
    ax.minorticks_off()
    ax.set_xlim(np.min(caseload), np.max(caseload))
    ax.set_ylim(0, 1.05)
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    ax.set_xlabel("patients seen")
    ax.set_ylabel("weight of the doctor's own data")
    legend_below(ax)
    return fig
