"""Pictures of chapter 9: places, probabilities, funnels and the errors of a rule."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from numpy.typing import ArrayLike

from shrinkage.figures.style import (
    BLUE,
    ESTIMATE,
    GREY,
    INK,
    RAW,
    SMALL,
    Column,
    doctor_rows,
    legend_below,
    rate_axis,
)


def place_grid(doctors: ArrayLike, trials: ArrayLike, chance: ArrayLike, raw: ArrayLike) -> Figure:
    """Draw the probability of each place for each doctor, and the place in the raw table.

    Parameters
    ----------
    doctors, trials : array, shape (J,)
    chance : array, shape (J, J)
        Probability that the doctor (row) has the place (column, the first being the best).
    raw : array, shape (J,)
        Place in the table of raw rates, from 1.
    """
    doctors, trials, chance, raw = map(np.asarray, (doctors, trials, chance, raw))
    places = np.arange(1, len(raw) + 1)
    order = np.argsort(chance @ places, kind="stable")
    fig, ax = plt.subplots(figsize=(5.4, 0.36 * len(raw) + 1.5))
    rows = doctor_rows(ax, doctors[order], trials[order])
    edges = np.arange(len(raw) + 1)
    picture = ax.pcolormesh(
        edges + 0.5, edges - 0.5, chance[order][::-1], cmap="Blues", vmin=0, zorder=1
    )
    ax.scatter(raw[order], rows, label="place by raw rate", **RAW)
    ax.set_xticks(places)
    ax.set_xlabel("place")
    ax.set_xlim(0.5, len(raw) + 0.5)
    bar = fig.colorbar(picture, ax=ax, format=PercentFormatter(1.0, decimals=0), pad=0.02)
    bar.set_label("probability of the place")
    bar.outline.set_visible(False)
    legend_below(ax)
    return fig


def chances(
    doctors: ArrayLike,
    trials: ArrayLike,
    chance: ArrayLike,
    *,
    xlabel: str,
    lines: dict[str, float],
) -> Figure:
    """Draw one probability a doctor, the highest on top, and the thresholds to hold it against.

    Parameters
    ----------
    doctors, trials, chance : array, shape (J,)
    xlabel : str
        What the probability is of.
    lines : dict of label to float
        Up to two thresholds: dashed, then dotted.
    """
    doctors, trials, chance = map(np.asarray, (doctors, trials, chance))
    order = np.argsort(-chance, kind="stable")
    fig, ax = plt.subplots(figsize=(5.4, 0.34 * len(chance) + 1.5))
    rows = doctor_rows(ax, doctors[order], trials[order])
    ax.hlines(rows, 0, chance[order], colors=BLUE, linewidth=1.4, zorder=2)
    ax.scatter(chance[order], rows, clip_on=False, **ESTIMATE)
    for (label, value), style in zip(lines.items(), ["--", ":"], strict=False):
        ax.axvline(value, color=INK, linestyle=style, linewidth=1.5, label=label, zorder=1)
    rate_axis(ax)
    ax.set_xlabel(xlabel)
    legend_below(ax, columns=1)
    return fig


def funnel_plot(
    doctors: Column,
    successes: ArrayLike,
    trials: Column,
    target: float,
    caseload: Column,
    limits: dict[str, tuple[ArrayLike, ArrayLike]],
) -> Figure:
    """Draw raw rates against caseload, with control limits around a target.

    Parameters
    ----------
    doctors, successes, trials : array, shape (J,)
        The names stand beside the marks; '' for none.
    target : float
        The rate in the middle, a share of one.
    caseload : array, shape (K,)
    limits : dict of label to (array of shape (K,), array of shape (K,))
        Lower and upper limits at each caseload: dashed, then dotted.
    """
    rates = np.asarray(successes) / np.asarray(trials)
    fig, ax = plt.subplots(figsize=(5.4, 4.2))
    ax.axhline(target, color=GREY, label="all patients together", zorder=1)
    for (label, ends), style in zip(limits.items(), ["--", ":"], strict=False):
        for end, name in zip(ends, (label, None), strict=True):
            ax.plot(caseload, end, style, color=INK, linewidth=1.4, label=name)
    mark = RAW if len(rates) <= 20 else RAW | SMALL
    ax.scatter(trials, rates, label="raw rate", clip_on=False, **mark)
    for doctor, n, rate in zip(doctors, trials, rates, strict=True):
        ax.annotate(str(doctor), (n, rate), xytext=(8, 0), textcoords="offset points", va="center")
    rate_axis(ax, "y")
    ax.set_xlim(0, np.max(caseload))
    ax.set_xlabel("patients seen")
    legend_below(ax)
    return fig


def error_rates(
    rules: dict[str, tuple[float, float]],
    curve: tuple[ArrayLike, ArrayLike],
    marked: dict[str, tuple[float, float]],
) -> Figure:
    """Draw, for each rule, how many good doctors it accuses against how many poor ones it misses.

    Parameters
    ----------
    rules : dict of label to (float, float)
        Share of good doctors accused and share of poor doctors missed.
    curve : (array of shape (K,), array of shape (K,))
        The same for a rule with a threshold that moves.
    marked : dict of label to (float, float)
        Thresholds to mark on the curve.
    """
    fig, ax = plt.subplots(figsize=(5.4, 4.4))
    ax.plot(*curve, color=BLUE, label="posterior probability, every threshold", zorder=2)
    for label, (accused, missed) in marked.items():
        ax.scatter(accused, missed, **ESTIMATE)
        ax.annotate(
            label,
            (accused, missed),
            xytext=(7, 4),
            textcoords="offset points",
            ha="left",
            va="bottom",
        )
    for (label, (accused, missed)), mark in zip(rules.items(), "sD^v<>", strict=False):
        ax.scatter(accused, missed, marker=mark, color=INK, s=52, zorder=3, label=label)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    points = [*rules.values(), *marked.values()]
    ax.set_xlim(-0.12 * max(p[0] for p in points), 1.15 * max(p[0] for p in points))
    ax.set_ylim(0, 1.1 * max(p[1] for p in points))
    ax.set_xlabel("good doctors accused")
    ax.set_ylabel("poor doctors missed")
    legend_below(ax, columns=1)
    return fig
