"""A small SVG chart for a demo's still picture: success rate upwards, anything to the right.

Drawn without matplotlib, because it is made each time a demo is shown and has to be small: it is
stored in every notebook that holds the demo.
"""

from collections.abc import Iterable

import numpy as np

WIDTH, HEIGHT = 576, 336
LEFT, RIGHT, TOP, BOTTOM = 52, 560, 16, 292
RED, GREY, INK = "#c4161c", "#767676", "#333"


class Still:
    """A chart of success rates with a logarithmic scale to the right.

    Parameters
    ----------
    low, high : float
        Ends of the scale to the right, above 0.
    title : str
        What that scale measures, with its unit.
    """

    def __init__(self, low: float, high: float, title: str) -> None:
        self.low, self.high = low, high
        middle = (TOP + BOTTOM) / 2
        self.parts = [
            _text((LEFT + RIGHT) / 2, BOTTOM + 34, title, "middle"),
            f'<g transform="rotate(-90 14 {middle:g})">'
            f"{_text(14, middle, 'success rate', 'middle')}</g>",
        ]
        for rate in (0, 0.25, 0.5, 0.75, 1):
            self.parts.append(_text(LEFT - 6, self._y(rate) + 4, f"{rate:.0%}", "end"))
        for value in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000):
            if low <= value <= high:
                self.parts.append(_text(self._x(value), BOTTOM + 16, str(value), "middle"))

    def line(self, values: Iterable, rates: Iterable, width: float = 1, dash: str = "none") -> None:
        """Add a grey line through the points (value, rate)."""
        points = " ".join(
            f"{self._x(value):.1f},{self._y(rate):.1f}"
            for value, rate in zip(values, rates, strict=True)
        )
        self.parts.append(
            f'<polyline points="{points}" fill="none" stroke="{GREY}" '
            f'stroke-width="{width}" stroke-dasharray="{dash}"/>'
        )

    def cross(self, value: float, rate: float, width: float) -> None:
        """Add a red cross, the sign of a raw rate."""
        self.parts.append(
            f'<path d="M-4-4 4 4M-4 4 4-4" stroke="{RED}" stroke-width="{width}" '
            f'transform="translate({self._x(value):.1f} {self._y(rate):.1f})"/>'
        )

    def svg(self) -> str:
        """The picture as SVG, on white, so that it can be read on any theme."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
            f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12" '
            f'fill="{INK}"><rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
            f"{''.join(self.parts)}</svg>"
        )

    def _x(self, value: float) -> float:
        return LEFT + np.log(value / self.low) / np.log(self.high / self.low) * (RIGHT - LEFT)

    def _y(self, rate: float) -> float:
        return BOTTOM - rate * (BOTTOM - TOP)


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{words}</text>'
