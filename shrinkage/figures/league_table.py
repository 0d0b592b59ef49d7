"""Raw rates, one doctor a row or one a line: chapter 1."""

from __future__ import annotations

from typing import Literal

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from shrinkage.figures.style import BLUE, GREY, INK, RAW, RED, doctor_rows, legend_below, rate_axis


def league_table(
    doctors: ArrayLike,
    successes: ArrayLike,
    trials: ArrayLike,
    *,
    intervals: dict[str, ArrayLike] | None = None,
) -> Figure:
    """Draw raw rates, one doctor a row, best on top, with intervals if there are any.

    Parameters
    ----------
    doctors, successes, trials : array, shape (J,)
        Name, successes and patients of each doctor.
    intervals : dict of name to array, shape (J, 2), optional
        Lower and upper ends to draw below one another, at most two kinds.
    """
    successes, trials = np.asarray(successes), np.asarray(trials)
    rates = successes / trials
    order = np.lexsort((trials, -rates))
    fig, ax = plt.subplots(figsize=(5.4, 0.36 * len(rates) + 1.2))
    rows = doctor_rows(ax, np.asarray(doctors)[order], trials[order])
    styles: list[tuple[str, Literal["-", ":"], float]] = [(BLUE, "-", 0.0), (INK, ":", -0.27)]
    for (label, ends), (colour, line, shift) in zip(
        (intervals or {}).items(), styles, strict=False
    ):
        ends = np.asarray(ends)[order]
        ax.hlines(rows + shift, ends[:, 0], ends[:, 1], colors=colour, linestyles=line, label=label)
        ax.scatter(ends, np.repeat(rows + shift, 2).reshape(-1, 2), marker="|", color=colour)
    ax.scatter(rates[order], rows, label="raw rate", **RAW)
    ax.axvline(successes.sum() / trials.sum(), color=GREY, label="all patients together", zorder=1)
    rate_axis(ax)
    if intervals:
        low, high = ax.get_xlim()
        ends = np.concatenate([np.asarray(e) for e in intervals.values()])
        ax.set_xlim(min(low, np.nanmin(ends) - 0.03), max(high, np.nanmax(ends) + 0.03))
    legend_below(ax)
    return fig


def next_year(this_year: ArrayLike, following: ArrayLike, group: ArrayLike) -> Figure:
    """Join each doctor's raw rate of one year to the next one's, and mark both ends of the table.

    Parameters
    ----------
    this_year, following : array, shape (J,)
        Raw rates.
    group : array, shape (J,)
        'top', 'bottom' or anything else; only the two are drawn in ink.
    """
    this_year, following, group = map(np.asarray, (this_year, following, group))
    fig, ax = plt.subplots(figsize=(5.4, 4.0))
    for j in range(len(this_year)):
        ax.plot([0, 1], [this_year[j], following[j]], color="#dddddd", linewidth=0.8, zorder=0)
    for name, marker, colour, line in [("top", "^", BLUE, "-"), ("bottom", "v", RED, "--")]:
        mine = group == name
        ends = [this_year[mine].mean(), following[mine].mean()]
        label = f"{name} {mine.sum()} of the first year, mean"
        ax.plot([0, 1], ends, line, marker=marker, markersize=9, color=colour, label=label)
    ax.axhline(following.mean(), color=GREY, label="all doctors, second year", zorder=1)
    ax.set_xticks([0, 1], ["first year", "second year"])
    ax.set_xlim(-0.15, 1.15)
    rate_axis(ax, "y")
    legend_below(ax, columns=1)
    return fig
