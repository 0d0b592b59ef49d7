"""The look that every picture of the course shares: colours, marks, axes, the legend's place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter
from numpy.typing import ArrayLike

RED, BLUE, GREY, INK = "#c1272d", "#0b62a4", "#8c8c8c", "#222222"
RAW: dict[str, Any] = {"marker": "x", "color": RED, "s": 64, "linewidths": 2.4, "zorder": 4}
ESTIMATE: dict[str, Any] = {"marker": "o", "color": BLUE, "s": 52, "zorder": 3}
SMALL: dict[str, Any] = {"s": 26}  # where there are many: `ESTIMATE | SMALL`
SEEN = "doctor (patients seen)"

Column = Sequence[Any] | np.ndarray | pd.Series
"""Names or numbers in order, and how many there are."""


def set_style() -> None:
    """Set the course's look: sized for a phone's width, legible in grey print."""
    plt.rcParams.update(
        {
            "figure.figsize": (5.4, 3.6),
            "figure.dpi": 110,
            "figure.facecolor": "white",
            "figure.constrained_layout.use": True,
            "savefig.dpi": 180,
            "font.size": 11,
            "axes.edgecolor": INK,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": False,
            "legend.frameon": False,
            "lines.linewidth": 2.0,
        }
    )


def rate_axis(ax: Axes, axis: str = "x") -> None:
    """Make one axis ('x' or 'y') a success rate from 0 to 100 %."""
    getattr(ax, f"{axis}axis").set_major_formatter(PercentFormatter(1.0, decimals=0))
    getattr(ax, f"set_{axis}lim")(-0.03, 1.03)
    getattr(ax, f"set_{axis}label")("success rate")


def doctor_names(doctors: Iterable, trials: Iterable) -> list[str]:
    """What doctors are called beside a row: 'Dr. B (4)'."""
    return [f"Dr. {d} ({n})" for d, n in zip(doctors, trials, strict=True)]


def doctor_rows(ax: Axes, doctors: Iterable, trials: Iterable) -> np.ndarray:
    """Label one row a doctor, the first on top; return the rows' heights."""
    return named_rows(ax, doctor_names(doctors, trials), SEEN)


def named_rows(ax: Axes, names: Column, label: str) -> np.ndarray:
    """Give every name a row, the first on top; return the rows' heights."""
    rows = np.arange(len(names))[::-1]
    ax.set_yticks(rows, names)
    ax.set_ylabel(label)
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(-0.7, len(rows) - 0.3)
    for row in rows:
        ax.axhline(row, color="#e8e8e8", linewidth=0.8, zorder=0)
    return rows


def levels_holding(density: ArrayLike, shares: Sequence[float]) -> list[float]:
    """The heights of a density above which these shares of its probability lie."""
    heights = np.sort(density, axis=None)[::-1]
    inside = np.cumsum(heights) / heights.sum()
    return [heights[np.searchsorted(inside, share)] for share in shares]


def legend_below(ax: Axes, columns: int = 2) -> None:
    """Put the legend below the axes, where it covers no data on a phone."""
    ax.figure.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=columns)
