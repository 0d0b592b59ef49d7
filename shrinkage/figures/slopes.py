"""One curve a doctor: slopes within doctors and between them, chapter 7."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from shrinkage.figures.style import BLUE, ESTIMATE, SMALL, rate_axis


def slopes_within(severity: NDArray, rates: NDArray) -> Figure:
    """Draw each doctor's rate against severity, with a circle at the doctor's average patient.

    Parameters
    ----------
    severity, rates : array, shape (K, J)
        One column per doctor, K odd: the middle row is the doctor's average patient.
    """
    fig, ax = plt.subplots(figsize=(5.4, 3.8))
    ax.plot(severity, rates, color=BLUE, linewidth=0.9, alpha=0.55, zorder=2)
    middle = len(severity) // 2
    ax.scatter(severity[middle], rates[middle], **(ESTIMATE | SMALL))
    ax.set_xlabel("severity, standard deviations")
    rate_axis(ax, "y")
    ax.set_ylim(np.floor(10 * np.min(rates)) / 10, 1.0)
    return fig
