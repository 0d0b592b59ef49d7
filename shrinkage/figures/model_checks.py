"""Pictures of chapter 8: replicated quantities, doctors left out, other hyperpriors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter
from numpy.typing import ArrayLike

from shrinkage.figures.style import (
    BLUE,
    ESTIMATE,
    GREY,
    INK,
    RAW,
    RED,
    Column,
    doctor_rows,
    legend_below,
    rate_axis,
)

PALE = "#c9d9e6"


def replications(panels: Mapping[str, tuple[ArrayLike, float]]) -> Figure:
    """Draw what a model expects of a quantity, and where the data stand, one panel a quantity.

    Parameters
    ----------
    panels : dict of label to (array of shape (R,), float)
        The axis's label; the quantity in each replication; the quantity in the data. Shares of
        one.
    """
    fig, axes = plt.subplots(len(panels), 1, figsize=(5.4, 1.9 * len(panels) + 0.5))
    for ax, (label, (replicated, observed)) in zip(
        np.atleast_1d(axes), panels.items(), strict=True
    ):
        replicated = np.asarray(replicated)
        heights, _, _ = ax.hist(
            replicated, bins=28, color=PALE, edgecolor=BLUE, linewidth=0.5, label="replications"
        )
        ax.axvline(observed, color=RED, linewidth=1.2, zorder=2)
        ax.scatter([observed], [heights.max() / 2], label="the data", **RAW)
        ax.set_xlabel(label)
        ax.xaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 5, 10]))
        ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
    legend_below(ax)
    return fig


def p_values(spread: ArrayLike, quantities: Mapping[str, ArrayLike]) -> Figure:
    """Draw p-values of many clinics against how different their doctors truly are.

    Parameters
    ----------
    spread : array, shape (K,)
        The true standard deviation of the doctors' log-odds in each clinic.
    quantities : dict of label to array, shape (K,)
        The p-values, at most two kinds; the second in the doctors' own colour.
    """
    fig, ax = plt.subplots()
    looks = [("s", GREY, 14, 0.8), ("o", BLUE, 16, 0.55)]
    for (label, p), (marker, colour, size, alpha) in zip(quantities.items(), looks, strict=False):
        ax.scatter(
            spread, p, marker=marker, color=colour, s=size, alpha=alpha, linewidths=0, label=label
        )
    ax.set_xlabel("true sd of the doctors' log-odds, one mark a clinic")
    ax.set_ylabel("posterior predictive p-value")
    ax.set_ylim(-0.03, 1.03)
    legend_below(ax)
    return fig


def check_grid(
    observed: Mapping[str, Mapping[str, float]], replicated: Mapping[str, Mapping[str, ArrayLike]]
) -> Figure:
    """Draw several quantities of several clinics: what the model expects, and the data.

    Parameters
    ----------
    observed : dict of clinic to dict of quantity to float
        At most four quantities, shares of one, a panel each. The data are drawn in a circle where
        fewer than 1 in 100 replications go as far.
    replicated : dict of clinic to dict of quantity to array, shape (R,)
        The quantities in each replication. The share of them at or above the data is printed at
        the end of the row.
    """
    fig, axes = plt.subplots(2, 2, figsize=(5.4, 4.8), sharey=True)
    rows = np.arange(len(observed))[::-1]
    found: dict[str, Any] = {}
    for ax, title in zip(axes.flat, next(iter(observed.values())), strict=False):
        for row, clinic in zip(rows, observed, strict=True):
            value, made_up = observed[clinic][title], np.asarray(replicated[clinic][title])
            low, middle, high = np.quantile(made_up, [0.005, 0.5, 0.995])
            ax.hlines(
                row, low, high, color=GREY, linewidth=7, alpha=0.5, label="99 % of replications"
            )
            ax.scatter([middle], [row], marker="|", color=INK, s=50, zorder=2)
            ax.scatter([value], [row], label="the data", **RAW)
            if not low <= value <= high:
                ax.scatter(
                    [value],
                    [row],
                    marker="o",
                    s=190,
                    facecolors="none",
                    edgecolors=RED,
                    linewidths=1.4,
                    label="the data, out of reach",
                )
            place = {"xy": (1.02, row), "xycoords": ax.get_yaxis_transform(), "va": "center"}
            ax.annotate(f"{np.mean(made_up >= value):.3f}", fontsize=9, **place)
        ax.annotate("p-value", xy=(1.02, 1.02), xycoords="axes fraction", fontsize=9)
        ax.set_title(title, fontsize=10.5, loc="left")
        ax.set_yticks(rows, list(observed))
        ax.tick_params(axis="y", length=0)
        ax.set_ylim(-0.6, len(rows) - 0.4)
        ax.margins(x=0.1)
        ax.locator_params(axis="x", nbins=4)
        ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        handles, labels = ax.get_legend_handles_labels()
        found |= dict(zip(labels, handles, strict=True))
    order = ["99 % of replications", "the data", "the data, out of reach"]
    shown = [label for label in order if label in found]
    fig.legend([found[label] for label in shown], shown, loc="outside lower center", ncols=2)
    return fig


def left_out(
    doctors: ArrayLike,
    successes: ArrayLike,
    trials: ArrayLike,
    predicted: Sequence[ArrayLike],
) -> Figure:
    """Draw what the other doctors predict for each doctor's raw rate, and the raw rate.

    Parameters
    ----------
    doctors, successes, trials : array, shape (J,)
    predicted : sequence of array, shape (n_j + 1,)
        For each doctor the probabilities of 0, 1, ... n_j successes; 95 % of them are drawn.
    """
    successes, trials = np.asarray(successes), np.asarray(trials)
    ends = np.array(
        [
            np.searchsorted(np.cumsum(probabilities), [0.025, 0.975]) / n
            for probabilities, n in zip(predicted, trials, strict=True)
        ]
    )
    order = np.argsort(trials, kind="stable")
    fig, ax = plt.subplots(figsize=(5.4, 0.36 * len(trials) + 1.2))
    rows = doctor_rows(ax, np.asarray(doctors)[order], trials[order])
    ax.hlines(
        rows,
        ends[order, 0],
        ends[order, 1],
        color=GREY,
        linewidth=7,
        alpha=0.5,
        label="predicted by the others, 95 %",
    )
    ax.scatter((successes / trials)[order], rows, label="raw rate", **RAW)
    rate_axis(ax)
    legend_below(ax)
    return fig


def sensitivity(
    doctors: Sequence[str],
    panels: Mapping[str, Mapping[str, ArrayLike]],
    raw: ArrayLike,
    *,
    emphasised: str,
) -> Figure:
    """Draw estimates under several hyperpriors, one doctor a row, one panel a set of data.

    Parameters
    ----------
    doctors : sequence of str, length J
        The rows' labels.
    panels : dict of title to dict of hyperprior to array, shape (J,)
        The estimates; at most four hyperpriors.
    raw : array, shape (J,)
    emphasised : str
        The hyperprior drawn as the course's blue circles.
    """
    fig, axes = plt.subplots(
        1, len(panels), figsize=(5.4, 0.5 * len(doctors) + 1.7), sharey=True, sharex=True
    )
    rows = np.arange(len(doctors))[::-1]
    for ax, (title, priors) in zip(axes, panels.items(), strict=True):
        everything = np.array([np.asarray(e) for e in priors.values()])
        ax.hlines(rows, everything.min(axis=0), everything.max(axis=0), color=BLUE, alpha=0.3)
        ax.scatter(raw, rows, label="raw rate", **RAW)
        markers = iter("<>D")
        for label, estimates in priors.items():
            if label == emphasised:
                ax.scatter(estimates, rows, label=label, **ESTIMATE)
            else:
                look = {"marker": next(markers), "s": 42, "linewidths": 1.3}
                ax.scatter(estimates, rows, facecolors="white", edgecolors=INK, label=label, **look)
        ax.set_title(title, fontsize=10.5, loc="left")
        rate_axis(ax)
        ax.set_xticks([0, 0.5, 1])
        ax.set_ylim(-0.6, len(rows) - 0.4)
        ax.tick_params(axis="y", length=0)
    axes[0].set_yticks(rows, doctors)
    legend_below(axes[0])
    return fig


def positions(panels: Mapping[str, Mapping[str, ArrayLike]], band: float) -> Figure:
    """Draw how far the shares of truths below each level stray from what they should be.

    Parameters
    ----------
    panels : dict of title to dict of quantity to array, shape (C,)
        The position of the truth in its posterior, 0 to 1, in each simulated clinic.
    band : float
        How far a right computation may stray, either side of zero.
    """
    level = np.linspace(0.0, 1.0, 201)
    fig, axes = plt.subplots(len(panels), 1, figsize=(5.4, 3.1 * len(panels)), sharex=True)
    styles = [(BLUE, "-"), (RED, "--"), (INK, ":"), (GREY, "-.")]
    for ax, (title, lines) in zip(np.atleast_1d(axes), panels.items(), strict=True):
        ax.axhspan(-band, band, color="#e6e6e6", zorder=0)
        ax.axhline(0.0, color=GREY, linewidth=1.0, zorder=1)
        for (label, at), (colour, line) in zip(lines.items(), styles, strict=False):
            strays = np.mean(np.asarray(at)[:, None] <= level, axis=0) - level
            ax.plot(level, strays, linestyle=line, color=colour, linewidth=1.7, label=label)
        ax.set_title(title, fontsize=10.5, loc="left")
        ax.set_ylabel("truths below, minus level")
        ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2, fontsize=9.5)
        ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        ax.tick_params(labelbottom=True)
    ax.set_xlabel("level of the posterior")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.28), ncols=2, fontsize=9.5)
    return fig


def two_populations(
    doctors: Column,
    successes: ArrayLike,
    trials: Column,
    truth: ArrayLike,
    estimates: Mapping[str, ArrayLike],
) -> Figure:
    """Draw raw rates, two kinds of estimate and the truth, one doctor a row.

    Parameters
    ----------
    doctors, successes, trials, truth : array, shape (J,)
        In the order of the rows, the first on top.
    estimates : dict of label to array, shape (J,)
        The first is drawn as blue circles, the second as hollow squares.
    """
    rates = np.asarray(successes) / np.asarray(trials)
    fig, ax = plt.subplots(figsize=(5.4, 0.34 * len(rates) + 1.5))
    rows = doctor_rows(ax, doctors, trials)
    ax.scatter(
        truth, rows, marker="|", s=420, color=INK, linewidths=2.2, zorder=2, label="true rate"
    )
    ax.scatter(rates, rows, label="raw rate", **RAW)
    (one, first), (two, second) = estimates.items()
    ax.scatter(first, rows, label=one, **ESTIMATE)
    ax.scatter(
        second,
        rows,
        marker="s",
        s=60,
        facecolors="none",
        edgecolors=BLUE,
        linewidths=1.6,
        zorder=5,
        label=two,
    )
    rate_axis(ax)
    legend_below(ax)
    return fig
