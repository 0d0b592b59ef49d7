"""How many of the next patients will be a success: chapter 7."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from shrinkage.figures.style import BLUE, GREY, INK, Column


def next_patients(predictions: dict[str, Column], *, xlabel: str) -> Figure:
    """Draw the probability of each number of successes, one panel a prediction.

    Parameters
    ----------
    predictions : dict of title to array, shape (N + 1,)
        Probability of 0, 1, ... N successes; up to three.
    xlabel : str
    """
    fig, axes = plt.subplots(
        len(predictions), 1, figsize=(5.4, 1.5 * len(predictions) + 0.7), sharex=True, sharey=True
    )
    styles = [(GREY, ""), (BLUE, ""), (INK, "")]
    for ax, (title, chance), (colour, hatch) in zip(
        np.atleast_1d(axes), predictions.items(), styles, strict=False
    ):
        ax.bar(np.arange(len(chance)), chance, color=colour, hatch=hatch, width=0.8)
        ax.set_title(title, loc="left", fontsize=11)
        ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        ax.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10], integer=True))
    ax.set_xlabel(xlabel)
    fig.supylabel("probability", fontsize=11)
    return fig
