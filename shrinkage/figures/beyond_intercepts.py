"""Pictures of chapter 11: varying slopes, experience and hospitals."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse
from matplotlib.ticker import PercentFormatter
from numpy.typing import ArrayLike
from scipy.special import logit

from shrinkage.figures.style import (
    BLUE,
    ESTIMATE,
    GREY,
    INK,
    RAW,
    SMALL,
    Column,
    legend_below,
    rate_axis,
)

LINES = [(BLUE, "-"), (INK, "--"), (GREY, ":")]


def rates_by_grade(
    grades: ArrayLike,
    counts: Mapping[str, tuple[ArrayLike, ArrayLike]],
    lines: Mapping[str, Mapping[str, ArrayLike]],
) -> Figure:
    """Draw raw rates against severity beside what models say, one panel a doctor.

    Parameters
    ----------
    grades : array, shape (K,)
    counts : dict of title to (array of shape (K,), array of shape (K,))
        Successes and patients of each grade; a grade without patients has no cross.
    lines : dict of title to dict of label to array, shape (K,)
        Success rates that models estimate, up to three.
    """
    fig, axes = plt.subplots(1, len(counts), figsize=(5.4, 3.8), sharex=True, sharey=True)
    for ax, (title, (successes, n)) in zip(axes, counts.items(), strict=True):
        successes, n = np.asarray(successes), np.asarray(n)
        seen = n > 0
        for (label, rate), (colour, line) in zip(lines[title].items(), LINES, strict=False):
            ax.plot(grades, rate, linestyle=line, color=colour, label=label, zorder=2)
        x = np.asarray(grades)[seen]
        ax.scatter(x, successes[seen] / n[seen], label="raw rate", **RAW)
        for grade, size in zip(x, n[seen], strict=True):
            ax.annotate(
                str(size), (grade, -0.085), ha="center", va="center", fontsize=9, color="#5a5a5a"
            )
        ax.set_title(title, loc="left", fontsize=11)
        rate_axis(ax, "y")
        ax.set_ylim(-0.15, 1.05)
        ax.set_yticks(np.linspace(0, 1, 6))
        ax.set_xticks(grades)
        ax.set_xlabel("severity")
    axes[1].set_ylabel("")
    legend_below(axes[0], columns=3)
    return fig


def intercepts_and_slopes(
    before: ArrayLike,
    after: ArrayLike,
    trials: ArrayLike,
    *,
    mu_pop: float,
    beta: float,
    sigma_pop: float,
    sigma_beta: float,
    rho: float,
) -> Figure:
    """Draw each doctor's line as a point, without and with the correlation.

    Parameters
    ----------
    before, after : array, shape (2, J)
        Estimates of intercepts and slopes, log-odds.
    trials : array, shape (J,)
        Doctors with fewer than 13 patients get a triangle.
    mu_pop, beta, sigma_pop, sigma_beta, rho : float
        The population of lines; its 90 % ellipse is drawn.
    """
    before, after = np.asarray(before).T, np.asarray(after).T
    shared = rho * sigma_pop * sigma_beta
    covariance = np.array([[sigma_pop**2, shared], [shared, sigma_beta**2]])
    few = np.asarray(trials) < 13
    fig, ax = plt.subplots(figsize=(5.4, 4.4))
    size, axes_of = np.linalg.eigh(covariance)
    scale = 2 * np.sqrt(-2 * np.log(1 - 0.9) * size)
    angle = np.degrees(np.arctan2(axes_of[1, 1], axes_of[0, 1]))
    ax.add_patch(
        Ellipse(
            (mu_pop, beta), scale[1], scale[0], angle=angle, facecolor="#ececec",
            edgecolor=GREY, linewidth=1.2, zorder=0, label="90 % of the population",
        )
    )  # fmt: skip
    ax.plot(*np.stack([before, after]).transpose(2, 0, 1), color=GREY, linewidth=0.9, zorder=1)
    looks = [(few, "^", 44, "fewer than 13 patients"), (~few, "o", 34, "20 patients or more")]
    for who, marker, area, label in looks:
        ax.scatter(
            *before[who].T, marker=marker, s=area, facecolor="white", edgecolor=BLUE, zorder=2
        )
        ax.scatter(*after[who].T, marker=marker, s=area, color=BLUE, zorder=3, label=label)
    ax.scatter([], [], marker="o", facecolor="white", edgecolor=BLUE, label="without correlation")
    rates = np.array([0.3, 0.5, 0.7, 0.8, 0.9, 0.95])
    ax.set_xticks(logit(rates), [f"{100 * rate:.0f} %" for rate in rates])
    factors = np.array([0.25, 0.35, 0.5, 0.7, 1.0])
    ax.set_yticks(np.log(factors), [f"{factor:g}" for factor in factors])
    ax.set_xlabel("success rate with an average patient")
    ax.set_ylabel("odds multiplied by, per grade sicker")
    ax.autoscale_view()
    legend_below(ax)
    return fig


def population_fan(grades: ArrayLike, truth: ArrayLike, bands: Mapping[str, ArrayLike]) -> Figure:
    """Draw between which rates nine in ten new doctors lie, by severity.

    Parameters
    ----------
    grades : array, shape (K,)
    truth : array, shape (K, 2)
        Ends of the true middle 90 %.
    bands : dict of label to array, shape (K, 2)
        What models say, up to two.
    """
    fig, ax = plt.subplots(figsize=(5.4, 3.8))
    ax.fill_between(grades, *np.asarray(truth).T, color="#dedede", label="truth", zorder=0)
    for (label, ends), (colour, line) in zip(bands.items(), LINES, strict=False):
        low, high = np.asarray(ends).T
        ax.plot(grades, low, linestyle=line, color=colour, label=label)
        ax.plot(grades, high, linestyle=line, color=colour)
    rate_axis(ax, "y")
    ax.set_xticks(grades)
    ax.set_xlabel("severity of the patient")
    ax.set_ylabel("nine in ten new doctors")
    legend_below(ax, columns=3)
    return fig


def by_years(
    years: ArrayLike,
    trials: ArrayLike,
    rates: ArrayLike,
    panels: Mapping[str, tuple[ArrayLike, ArrayLike, ArrayLike]],
) -> Figure:
    """Draw doctors' estimates against years in practice, one panel a model.

    Parameters
    ----------
    years, trials, rates : array, shape (J,)
    panels : dict of title to (array of shape (J,), array of shape (K,), array of shape (K,))
        Estimates; years and success rates of the population's line.
    """
    few = np.asarray(trials) < 13
    years, rates = np.asarray(years), np.asarray(rates)
    fig, axes = plt.subplots(1, len(panels), figsize=(5.4, 4.0), sharex=True, sharey=True)
    for ax, (title, (estimates, x, line)) in zip(axes, panels.items(), strict=True):
        ax.plot(x, line, color=GREY, label="typical doctor", zorder=1)
        ax.vlines(years, rates, estimates, color="#d8d8d8", linewidth=0.8, zorder=0)
        ax.scatter(years, rates, label="raw rate", **(RAW | {"s": 22, "linewidths": 1.3}))
        for who, marker, label in [
            (few, "^", "estimate, under 13 patients"),
            (~few, "o", "estimate, 20 or more"),
        ]:
            ax.scatter(
                years[who],
                np.asarray(estimates)[who],
                label=label,
                **(ESTIMATE | SMALL | {"marker": marker}),
            )
        ax.set_title(title, loc="left", fontsize=11)
        rate_axis(ax, "y")
        ax.set_ylim(min(0.5, np.min(rates)) - 0.05, 1.03)
        ax.set_xticks([0, 10, 20, 30])
        ax.set_xlabel("years in practice")
    axes[1].set_ylabel("")
    legend_below(axes[0])
    return fig


def hospital_rows(
    hospitals: ArrayLike,
    truth: ArrayLike,
    known: tuple[ArrayLike, ArrayLike],
    unknown: tuple[float, Column],
) -> Figure:
    """Draw what is expected of a new doctor in each hospital, best on top.

    Parameters
    ----------
    hospitals, truth : array, shape (H,)
        Names, and the true rate of the typical new doctor there.
    known : (array of shape (H,), array of shape (H, 2))
        Estimate and interval of that rate where the hospital is in the model.
    unknown : (float, array of shape (2,))
        The same where it is not: one answer for all.
    """
    truth, (mean, ends) = np.asarray(truth), map(np.asarray, known)
    order = np.argsort(-truth)
    fig, ax = plt.subplots(figsize=(5.4, 0.34 * len(order) + 1.6))
    rows = np.arange(len(order))[::-1]
    estimate, (low, high) = unknown
    ax.axvspan(low, high, color="#e6e6e6", zorder=0, label="hospital left out")
    ax.axvline(estimate, color=GREY, zorder=1)
    ax.hlines(rows, *ends[order].T, colors=BLUE, zorder=2)
    ax.scatter(mean[order], rows, label="hospital in the model", **ESTIMATE)
    ax.scatter(truth[order], rows, marker="|", s=150, color=INK, linewidths=2.4, label="truth",
               zorder=4)  # fmt: skip
    ax.set_yticks(rows, [f"hospital {name}" for name in np.asarray(hospitals)[order]])
    ax.tick_params(axis="y", length=0)
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    ax.set_xlabel("success rate of the typical new doctor")
    legend_below(ax, columns=3)
    return fig


def prior_and_posteriors(
    x: Column, prior: ArrayLike, posteriors: Mapping[str, Column], *, xlabel: str
) -> Figure:
    """Draw what was known of a number before and after.

    Parameters
    ----------
    x, prior : array, shape (K,)
        A grid, and the prior's density there.
    posteriors : dict of label to array, shape (N,)
        Draws, up to two.
    xlabel : str
    """
    fig, ax = plt.subplots(figsize=(5.4, 2.8))
    ax.fill_between(x, prior, color="#dedede", label="prior", zorder=0)
    bins = np.linspace(np.min(x), np.max(x), 41)
    for (name, draws), (colour, line) in zip(posteriors.items(), LINES, strict=False):
        ax.stairs(
            np.histogram(draws, bins, density=True)[0], bins, color=colour, linestyle=line,
            linewidth=1.8, label=name,
        )  # fmt: skip
    ax.set_xlabel(xlabel)
    ax.set_xlim(bins[0], bins[-1])
    ax.set_ylim(0)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    legend_below(ax, columns=3)
    return fig
