"""Prior predictive clinics, and fits compared with the exact answer: chapter 5."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from numpy.typing import ArrayLike

from shrinkage.figures.style import BLUE, GREY, INK, RAW, RED, Column, legend_below, named_rows


def imagined_clinics(rates: dict[str, ArrayLike], *, xlabel: str = "raw rate") -> Figure:
    """Draw the raw rates of imagined clinics, a row each, one panel a prior.

    Parameters
    ----------
    rates : dict of title to array, shape (clinics, J)
        Raw rates of the J doctors of each imagined clinic.
    xlabel : str
    """
    fig, axes = plt.subplots(1, len(rates), figsize=(5.4, 3.4), sharey=True)
    for ax, (title, clinics) in zip(np.atleast_1d(axes), rates.items(), strict=True):
        clinics = np.asarray(clinics)
        rows = np.arange(len(clinics))[::-1]
        for row, clinic in zip(rows, clinics, strict=True):
            ax.axhline(row, color="#e8e8e8", linewidth=0.8, zorder=0)
            ax.scatter(clinic, np.full(len(clinic), row), **RAW | {"s": 36, "linewidths": 1.6})
        ax.set_yticks(rows, np.arange(1, len(clinics) + 1))
        ax.tick_params(axis="y", length=0)
        ax.set_xlim(-0.07, 1.07)
        ax.set_xticks([0, 0.5, 1])
        ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        ax.tick_params(axis="x", labelsize=9.5)
        ax.set_xlabel(xlabel)
        ax.set_title(title, fontsize=10)
    np.atleast_1d(axes)[0].set_ylabel("imagined clinic")
    return fig


def distances(rows: Column, fits: dict[str, ArrayLike]) -> Figure:
    """Draw how far fits are from the exact answer, in Monte Carlo standard errors.

    Parameters
    ----------
    rows : array of str, shape (K,)
        Names of the numbers compared.
    fits : dict of label to array, shape (K,)
        Differences from the exact posterior mean, divided by their Monte Carlo standard errors;
        at most three.
    """
    fig, ax = plt.subplots(figsize=(5.4, 0.3 * len(rows) + 1.6))
    heights = named_rows(ax, rows, "")
    ax.axvspan(-3, 3, color="#e4e9ef", zorder=0, label="within 3 standard errors")
    ax.axvline(0, color=GREY, zorder=1)
    styles: list[dict[str, Any]] = [
        {"marker": "o", "color": BLUE, "s": 40},
        {"marker": "s", "facecolors": "none", "edgecolors": INK, "s": 44, "linewidths": 1.5},
        {"marker": "^", "color": RED, "s": 44},
    ]
    for (label, values), style in zip(fits.items(), styles, strict=False):
        ax.scatter(values, heights, label=label, zorder=3, **style)
    ax.set_xlabel("distance from the exact mean,\nin Monte Carlo standard errors")
    legend_below(ax)
    return fig
