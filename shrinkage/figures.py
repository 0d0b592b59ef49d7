"""The course's pictures: red crosses are raw rates, blue circles estimates, grey the population.

Every function draws numbers it is given and computes none that teaches; models stand in the
chapters. ``python -m shrinkage.figures DIR`` draws the picture that the README shows.
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from numpy.typing import ArrayLike

from shrinkage.data import count_by_doctor, load_doctors
from shrinkage.exact import posterior

RED, BLUE, GREY, INK = "#c1272d", "#0b62a4", "#8c8c8c", "#222222"
RAW = {"marker": "x", "color": RED, "s": 64, "linewidths": 2.4, "zorder": 4}
ESTIMATE = {"marker": "o", "color": BLUE, "s": 52, "zorder": 3}


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


def _rate_axis(ax: Axes, axis: str = "x") -> None:
    getattr(ax, f"{axis}axis").set_major_formatter(PercentFormatter(1.0, decimals=0))
    getattr(ax, f"set_{axis}lim")(-0.03, 1.03)
    getattr(ax, f"set_{axis}label")("success rate")


def _doctor_rows(ax: Axes, doctors: ArrayLike, trials: ArrayLike) -> np.ndarray:
    """Label one row a doctor, the first on top; return the rows' heights."""
    rows = np.arange(len(doctors))[::-1]
    names = [f"Dr. {d} ({n})" for d, n in zip(doctors, trials, strict=True)]
    ax.set_yticks(rows, names)
    ax.set_ylabel("doctor (patients seen)")
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(-0.7, len(rows) - 0.3)
    for row in rows:
        ax.axhline(row, color="#e8e8e8", linewidth=0.8, zorder=0)
    return rows


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
    rows = _doctor_rows(ax, np.asarray(doctors)[order], trials[order])
    styles = [(BLUE, "-", 0.0), (INK, ":", -0.27)]
    for (label, ends), (colour, line, shift) in zip(
        (intervals or {}).items(), styles, strict=False
    ):
        ends = np.asarray(ends)[order]
        ax.hlines(rows + shift, ends[:, 0], ends[:, 1], colors=colour, linestyles=line, label=label)
        ax.scatter(ends, np.repeat(rows + shift, 2).reshape(-1, 2), marker="|", color=colour)
    ax.scatter(rates[order], rows, label="raw rate", **RAW)
    ax.axvline(successes.sum() / trials.sum(), color=GREY, label="all patients together", zorder=1)
    _rate_axis(ax)
    if intervals:
        low, high = ax.get_xlim()
        ends = np.concatenate([np.asarray(e) for e in intervals.values()])
        ax.set_xlim(min(low, np.nanmin(ends) - 0.03), max(high, np.nanmax(ends) + 0.03))
    _legend_below(ax)
    return fig


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
        _legend_below(ax)
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
    _rate_axis(ax, "y")
    _legend_below(ax, columns=1)
    return fig


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
    rows = _doctor_rows(ax, np.asarray(doctors)[order], trials[order])
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
    _rate_axis(ax)
    _legend_below(ax)
    return fig


def _legend_below(ax: Axes, columns: int = 2) -> None:
    ax.figure.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=columns)


def main(folder: str) -> None:
    """Draw ``shrinkage_plot.png``: the ten doctors, with the exact posterior as the estimate."""
    set_style()
    counts = count_by_doctor(load_doctors())
    exact = posterior(counts.successes, counts.trials)
    fig = shrinkage_plot(
        counts.doctor,
        counts.successes,
        counts.trials,
        exact.mean,
        exact.interval(0.95),
        1.0 / (1.0 + np.exp(-exact.mu_pop.mean)),
    )
    path = Path(folder) / "shrinkage_plot.png"
    # No date and no version in the file: the same data draw the same bytes.
    fig.savefig(path, metadata={"Software": None})
    print(path)


if __name__ == "__main__":
    main(sys.argv[1])
