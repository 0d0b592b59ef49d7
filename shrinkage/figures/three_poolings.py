"""The same doctors under several models, side by side."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from shrinkage.figures.style import BLUE, GREY, INK, RAW, doctor_rows, legend_below, rate_axis

MARKS: list[dict[str, Any]] = [
    {"marker": "s", "color": INK, "facecolors": "white", "s": 34, "zorder": 3},
    {"marker": "o", "color": BLUE, "s": 44, "zorder": 3},
    {"marker": "D", "color": GREY, "s": 32, "zorder": 3},
]


def several_models(
    doctors: ArrayLike,
    successes: ArrayLike,
    trials: ArrayLike,
    models: dict[str, tuple[ArrayLike, ArrayLike]],
    *,
    line: tuple[str, float] | None = None,
) -> Figure:
    """Draw each doctor's raw rate and the estimates of up to three models below one another.

    Parameters
    ----------
    doctors, successes, trials : array, shape (J,)
        Name, successes and patients of each doctor; drawn in order of caseload.
    models : dict of label to (array of shape (J,), array of shape (J, 2))
        Estimates and ends of their 95 % credible intervals. The first has hollow squares, the
        second blue circles, the third grey diamonds.
    line : (str, float), optional
        Label and success rate of a vertical grey line.
    """
    trials = np.asarray(trials)
    order = np.argsort(trials, kind="stable")
    fig, ax = plt.subplots(figsize=(5.4, 0.5 * len(trials) + 1.6))
    rows = doctor_rows(ax, np.asarray(doctors)[order], trials[order])
    if line is not None:
        ax.axvline(line[1], color=GREY, label=line[0], zorder=1)
    shifts = [0.0] if len(models) == 1 else np.linspace(0.2, -0.24, len(models))
    for (label, (estimates, ends)), mark, shift in zip(models.items(), MARKS, shifts, strict=False):
        estimates, ends = np.asarray(estimates)[order], np.asarray(ends)[order]
        ax.hlines(
            rows + shift, ends[:, 0], ends[:, 1], color=mark["color"], linewidth=1.2, zorder=2
        )
        ax.scatter(estimates, rows + shift, label=label, **mark)
    ax.scatter((np.asarray(successes) / trials)[order], rows, label="raw rate", **RAW)
    rate_axis(ax)
    legend_below(ax)
    return fig


def three_answers(
    grid: ArrayLike, densities: dict[str, ArrayLike], raw: ArrayLike | None = None
) -> Figure:
    """Draw what several models say of one success rate, each curve scaled to a top of one.

    Parameters
    ----------
    grid : array, shape (K,)
        Success rates, shares of one.
    densities : dict of label to array, shape (K,)
        At most three: dashed ink, dash-dotted grey, solid blue.
    raw : array, shape (J,), optional
        Raw rates, drawn as crosses below the curves.
    """
    fig, ax = plt.subplots()
    styles = [(INK, "--"), (GREY, "-."), (BLUE, "-")]
    for (label, y), (colour, style) in zip(densities.items(), styles, strict=False):
        y = np.asarray(y)
        ax.plot(grid, y / y.max(), linestyle=style, color=colour, label=label)
    if raw is not None:
        ax.scatter(raw, np.full(np.shape(raw), -0.09), label="raw rate of a doctor", **RAW)
    ax.axhline(0, color="#e8e8e8", linewidth=0.8, zorder=0)
    rate_axis(ax)
    ax.set_yticks([0, 1])
    ax.set_ylabel("density, top = 1")
    legend_below(ax, columns=1)
    return fig
