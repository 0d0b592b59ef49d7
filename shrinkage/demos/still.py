"""Small SVG charts for the demos' still pictures.

Drawn without matplotlib, because it is made each time a demo is shown and has to be small: it is
stored in every notebook that holds the demo.
"""

from collections.abc import Iterable, Sequence
from html import escape

import numpy as np

WIDTH, HEIGHT = 576, 336
LEFT, RIGHT, TOP, BOTTOM = 52, 560, 16, 292
RED, BLUE, GREY, INK = "#c4161c", "#1f5fb4", "#767676", "#333"
CROSS = "M-4-4 4 4M-4 4 4-4"


class Still:
    """A chart of success rates upwards, with a logarithmic scale to the right.

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
            f'<path d="{CROSS}" stroke="{RED}" stroke-width="{width}" '
            f'transform="translate({self._x(value):.1f} {self._y(rate):.1f})"/>'
        )

    def svg(self) -> str:
        """The picture as SVG, on white, so that it can be read on any theme."""
        return _page(WIDTH, HEIGHT, self.parts)

    def _x(self, value: float) -> float:
        return LEFT + np.log(value / self.low) / np.log(self.high / self.low) * (RIGHT - LEFT)

    def _y(self, rate: float) -> float:
        return BOTTOM - rate * (BOTTOM - TOP)


def forest(
    names: Sequence[str],
    raw: Sequence[float],
    mean: Sequence[float],
    interval: Sequence[Sequence[float]],
    population: float | None,
) -> str:
    """The course's picture as SVG: a row a doctor, cross, circle, interval, population line.

    Parameters
    ----------
    names : length J
        What stands before each row.
    raw, mean : length J
        Raw rates (NaN without patients) and estimates, shares of one.
    interval : shape (J, 2)
        Ends of each doctor's credible interval.
    population : float or None
        Where the grey line stands.
    """
    row = 22 if len(names) <= 24 else max(4, 520 / len(names))
    left, right, top = 150, 560, 12
    bottom = top + row * len(names)

    def x(rate: float) -> float:
        return left + rate * (right - left)

    parts = [_text((left + right) / 2, bottom + 34, "success rate", "middle")]
    for rate in (0, 0.2, 0.4, 0.6, 0.8, 1):
        parts.append(_text(x(rate), bottom + 16, f"{rate:.0%}", "middle"))
    if population is not None:
        parts.append(_line(x(population), top, x(population), bottom, GREY, 2))
    for i, (name, cross, circle, (low, high)) in enumerate(
        zip(names, raw, mean, interval, strict=True)
    ):
        y = top + (i + 0.5) * row
        if row > 10:
            parts.append(_text(left - 8, y + 4, name if len(name) < 22 else name[:20] + "…", "end"))
        parts.append(_line(x(low), y, x(high), y, BLUE, 2, 0.5))
        parts.append(f'<circle cx="{x(circle):.1f}" cy="{y:.1f}" r="4.5" fill="{BLUE}"/>')
        if not np.isnan(cross):
            parts.append(
                f'<path d="{CROSS}" stroke="{RED}" stroke-width="2" '
                f'transform="translate({x(cross):.1f} {y:.1f})"/>'
            )
    return _page(WIDTH, round(bottom + 44), parts)


def _page(width: int, height: int, parts: Iterable[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12" '
        f'fill="{INK}"><rect width="{width}" height="{height}" fill="#fff"/>'
        f"{''.join(parts)}</svg>"
    )


def _line(
    x1: float, y1: float, x2: float, y2: float, colour: str, width: float, opacity: float = 1
) -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
        f'stroke="{colour}" stroke-width="{width}" opacity="{opacity}"/>'
    )


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'
