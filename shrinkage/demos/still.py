"""Small SVG charts for the demos' still pictures.

Drawn without matplotlib, because it is made each time a demo is shown and has to be small: it is
stored in every notebook that holds the demo.
"""

from collections.abc import Iterable, Sequence
from html import escape

import numpy as np

Numbers = Sequence[float] | np.ndarray

WIDTH, HEIGHT = 576, 336
LEFT, RIGHT, TOP, BOTTOM = 52, 560, 16, 292
RED, BLUE, GREY, INK, BROWN = "#c4161c", "#1f5fb4", "#767676", "#333", "#8a5a00"
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
    raw: Numbers,
    mean: Numbers,
    interval: Sequence[Sequence[float]] | np.ndarray,
    population: float | None,
    standard: float | None = None,
    notes: Sequence[str] | None = None,
    faint: Numbers | None = None,
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
    standard : float or None
        Where a dashed line stands that the reader has set.
    notes : length J, or None
        A word or two at the right of each row.
    faint : length J, or None
        Other estimates to compare with: a hollow circle in each row.
    """
    row = 22 if len(names) <= 24 else max(4, 520 / len(names))
    left, right, top = 150, 560 if notes is None else 460, 12
    bottom = top + row * len(names)

    def x(rate: float) -> float:
        return left + rate * (right - left)

    parts = [_text((left + right) / 2, bottom + 34, "success rate", "middle")]
    for rate in (0, 0.2, 0.4, 0.6, 0.8, 1):
        parts.append(_text(x(rate), bottom + 16, f"{rate:.0%}", "middle"))
    if population is not None:
        parts.append(_line(x(population), top, x(population), bottom, GREY, 2))
    if standard is not None:
        at = x(standard)
        parts.append(
            f'<path d="M{at:.1f} {top - 8}V{bottom:g}" stroke="{INK}" stroke-width="1.5" '
            f'stroke-dasharray="5 4"/>'
        )
    for i, (name, cross, circle, (low, high)) in enumerate(
        zip(names, raw, mean, interval, strict=True)
    ):
        y = top + (i + 0.5) * row
        if row > 10:
            parts.append(_text(left - 8, y + 4, name if len(name) < 22 else name[:20] + "…", "end"))
        parts.append(_line(x(low), y, x(high), y, BLUE, 2, 0.5))
        if faint is not None:
            parts.append(
                f'<circle cx="{x(faint[i]):.1f}" cy="{y:.1f}" r="4" fill="none" stroke="{GREY}"/>'
            )
        parts.append(f'<circle cx="{x(circle):.1f}" cy="{y:.1f}" r="4.5" fill="{BLUE}"/>')
        if not np.isnan(cross):
            parts.append(
                f'<path d="{CROSS}" stroke="{RED}" stroke-width="2" '
                f'transform="translate({x(cross):.1f} {y:.1f})"/>'
            )
        if notes and notes[i] and row > 10:
            parts.append(_text(right + 14, y + 4, notes[i], "start"))
    return _page(WIDTH, round(bottom + 44), parts)


def funnel(
    chains: dict[str, tuple[Numbers, Numbers, Numbers, Numbers]],
    title: str,
) -> str:
    """Two samplers' draws side by side as SVG: dots, and triangles where trajectories diverged.

    Parameters
    ----------
    chains : dict
        For each of two samplers, by name: away (log-odds) and `sigma_pop` of its draws, then the
        same of its divergences.
    title : str
        What the scale to the right measures, with its unit.
    """
    top, bottom, wide, low, high = 44, 292, 230, 0.005, 4.0
    every = np.concatenate([np.abs(away) for away, *_ in chains.values()] or [[0.0]])
    half = float(np.quantile(every, 0.99)) * 1.2 if every.size else 1.0
    step = 10.0 ** np.floor(np.log10(half))
    step *= 5 if half >= 5 * step else 2 if half >= 2 * step else 1

    def y(sigma: float) -> float:
        return bottom - np.log(np.clip(sigma, low, high) / low) / np.log(high / low) * (
            bottom - top
        )

    parts = [_text(WIDTH / 2, bottom + 36, title, "middle")]
    for (name, (away, sigma, at_away, at_sigma)), left in zip(
        chains.items(), (60, 326), strict=True
    ):

        def x(d: float, left: int = left) -> float:
            return left + (np.clip(d, -half, half) / half + 1) / 2 * wide

        parts.append(_text(left, 16, name, "start"))
        if left == 60:
            parts.append(_text(left, 34, "spread between doctors, sigma_pop", "start"))
        for value in (0.01, 0.03, 0.1, 0.3, 1, 3):
            parts.append(_line(left, y(value), left + wide, y(value), "#ddd", 1))
            parts.append(_text(left - 6, y(value) + 4, f"{value:g}", "end"))
        for value in (-step, 0, step):
            parts.append(
                _text(x(value), bottom + 16, f"{value:g}".replace("-", "\u2212"), "middle")
            )
        # A sampler that stands still draws one dot many times: once is enough.
        dots = dict.fromkeys(f"M{x(d):.0f} {y(s):.0f}h0" for d, s in zip(away, sigma, strict=True))
        signs = dict.fromkeys(
            f"M{x(d):.0f} {y(s) - 4:.0f}l3.5 6.5h-7z"
            for d, s in zip(at_away, at_sigma, strict=True)
        )
        parts.append(
            f'<path d="{"".join(dots)}" stroke="{INK}" stroke-opacity=".55" stroke-width="3" '
            'stroke-linecap="round"/>'
            f'<path d="{"".join(signs)}" fill="#fff" fill-opacity=".6" stroke="{BROWN}"/>'
        )
    return _page(WIDTH, bottom + 46, parts)


def bars(shares: Numbers, outline: Numbers, bottom_title: str, left_title: str) -> str:
    """Shares of doctors in bins of success rate, beside others to compare with, as SVG.

    Parameters
    ----------
    shares : length K
        A bar each, shares of one; the bins divide 0 % to 100 % evenly.
    outline : length K
        Drawn as a dashed line over the bars.
    bottom_title, left_title : str
        What the axes measure.
    """
    bottom, height = 232, 200
    # the round number at the top: the next of 20 %, 40 %, ... above the highest
    top = max(0.2, np.ceil(5 * max(*shares, *outline)) / 5)
    wide = (RIGHT - LEFT) / len(shares)

    def y(share: float) -> float:
        return bottom - share / top * height

    def x(i: float) -> float:
        return LEFT + i * wide

    parts = [
        _text((LEFT + RIGHT) / 2, bottom + 34, bottom_title, "middle"),
        f'<g transform="rotate(-90 14 {bottom - height / 2:g})">'
        f"{_text(14, bottom - height / 2, left_title, 'middle')}</g>",
    ]
    for share in (0, top / 2, top):
        parts.append(_line(LEFT, y(share), RIGHT, y(share), "#ddd", 1))
        parts.append(_text(LEFT - 6, y(share) + 4, f"{share:.0%}", "end"))
    for rate in (0, 0.2, 0.4, 0.6, 0.8, 1):
        parts.append(_text(x(rate * len(shares)), bottom + 16, f"{rate:.0%}", "middle"))
    for i, share in enumerate(shares):
        parts.append(
            f'<rect x="{x(i) + 1:.1f}" y="{y(share):.1f}" width="{wide - 2:.1f}" '
            f'height="{bottom - y(share):.1f}" fill="{BROWN}" opacity="0.6"/>'
        )
    steps = "".join(
        f"{'L' if i else 'M'}{x(i):.1f} {y(share):.1f}H{x(i + 1):.1f}"
        for i, share in enumerate(outline)
    )
    parts.append(f'<path d="{steps}" fill="none" stroke="{INK}" stroke-dasharray="6 4"/>')
    return _page(WIDTH, bottom + 44, parts)


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
