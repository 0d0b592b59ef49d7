"""A few curves over a common axis: likelihoods, coverages, densities."""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from numpy.typing import ArrayLike

from shrinkage.figures.style import BLUE, GREY, INK, RED, legend_below


def curves(
    x: ArrayLike,
    lines: dict[str, ArrayLike],
    *,
    xlabel: str,
    ylabel: str,
    percent: str = "x",
    level: float | None = None,
) -> Figure:
    """Draw a few curves over a common axis, told apart by line style as well as colour.

    Parameters
    ----------
    x : array, shape (K,)
    lines : dict of label to array, shape (K,)
    xlabel, ylabel : str
    percent : str
        Which axes show shares as per cent: 'x', 'y' or 'xy'.
    level : float, optional
        A horizontal grey line, such as the coverage that was promised.
    """
    fig, ax = plt.subplots()
    styles = [(BLUE, "-"), (RED, "--"), (INK, ":"), (GREY, "-.")]
    if level is not None:
        ax.axhline(level, color=GREY, linewidth=1.2, zorder=0)
    for (label, y), (colour, line) in zip(lines.items(), styles, strict=False):
        ax.plot(x, y, linestyle=line, color=colour, label=label)
    for axis in percent:
        getattr(ax, f"{axis}axis").set_major_formatter(PercentFormatter(1.0, decimals=0))
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    if len(lines) > 1:
        legend_below(ax)
    return fig
