"""The graph of a PyMC model: which variable depends on which, in plates."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from shrinkage.figures.style import BLUE, INK, RED

#: Where the course's names stand: column, and line counted from below.
PLACES = {
    "mu_pop": (-0.68, 3.15),
    "sigma_pop": (0.68, 3.15),
    "alpha": (0.0, 2.05),
    "beta": (-1.45, 2.05),
    "severity": (-0.85, 1.0),
    "doctor_idx": (0.85, 1.0),
    "theta": (0.0, 1.0),
    "success": (0.0, 0.0),
}
MEANINGS = {
    "mu_pop": "mean of the population",
    "sigma_pop": "spread of the population",
    "beta": "effect of severity",
    "success": "outcome, seen",
}
HALF = (0.34, 0.22)  # of a node


def model_graph(
    parents: Mapping[str, Collection[str]],
    plates: Mapping[str, Collection[str]],
    *,
    fixed: Collection[str] = (),
    seen: Collection[str] = (),
) -> Figure:
    """Draw the graph of the course's model: an arrow from each node to those that need it.

    Parameters
    ----------
    parents : dict of node to the nodes it depends on
        As ``ModelGraph.make_compute_graph`` gives it. The names are the course's.
    plates : dict of title to nodes
        What is repeated, once a doctor or once a patient: drawn as a frame around its nodes.
    fixed : collection of str
        Nodes that are given and need no distribution: drawn square.
    seen : collection of str
        Nodes that are data with a distribution: filled.
    """
    fig, ax = plt.subplots(figsize=(5.4, 4.3))
    nodes = [name for name in PLACES if name in parents]
    for title, inside in plates.items():
        _plate(ax, title, [PLACES[name] for name in inside])
    for child in nodes:
        for parent in parents[child]:
            _arrow(ax, PLACES[parent], PLACES[child])
    for name in nodes:
        x, y = PLACES[name]
        width, height = HALF
        style = "square" if name in fixed else "round,rounding_size=0.2"
        ax.add_patch(
            FancyBboxPatch(
                (x - width, y - height),
                2 * width,
                2 * height,
                boxstyle=f"{style},pad=0",
                facecolor="#f6d9da" if name in seen else "white",
                edgecolor=RED if name in seen else INK if name in fixed else BLUE,
                linewidth=1.6,
                zorder=3,
            )
        )
        ax.text(x, y, name, ha="center", va="center", fontsize=10, color=INK, zorder=4)
        if name in MEANINGS:
            above = y > 3
            ax.text(
                x,
                y + (height + 0.1 if above else -height - 0.1),
                MEANINGS[name],
                ha="center",
                va="bottom" if above else "top",
                fontsize=9,
                color=INK,
                zorder=4,
            )
    ax.set_xlim(-1.95, 1.75)
    ax.set_ylim(-0.75, 3.75)
    ax.set_axis_off()
    return fig


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    """An arrow that stops at the edges of both nodes."""
    (x0, y0), (x1, y1) = start, end
    dx, dy = x1 - x0, y1 - y0
    reach = min(
        HALF[0] / abs(dx) if dx else float("inf"), HALF[1] / abs(dy) if dy else float("inf")
    )
    ax.annotate(
        "",
        xy=(x1 - reach * dx, y1 - reach * dy),
        xytext=(x0 + reach * dx, y0 + reach * dy),
        arrowprops={"arrowstyle": "-|>", "color": INK, "lw": 1.2, "shrinkA": 0, "shrinkB": 1},
        zorder=2,
    )


def _plate(ax: Axes, title: str, places: list[tuple[float, float]]) -> None:
    """A frame around some nodes, its title in the lower right corner."""
    x, y = zip(*places, strict=True)
    left, right = min(x) - HALF[0] - 0.12, max(x) + HALF[0] + 0.12
    if len(set(x)) == 1:  # room for the title beside a single column
        right += 0.55
    low, high = min(y) - HALF[1] - 0.3, max(y) + HALF[1] + 0.1
    ax.add_patch(
        FancyBboxPatch(
            (left, low),
            right - left,
            high - low,
            boxstyle="round,pad=0,rounding_size=0.06",
            facecolor="#f5f7fa",
            edgecolor="#aab4bf",
            linewidth=1.2,
            zorder=0,
        )
    )
    ax.text(right - 0.06, low + 0.05, title, ha="right", va="bottom", fontsize=9, color=INK)
