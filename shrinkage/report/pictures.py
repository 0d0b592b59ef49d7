"""The report's pictures: the course's own, as SVG that takes the page's colours."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from html import escape

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter
from numpy.typing import NDArray

from shrinkage import figures
from shrinkage.figures.style import BLUE, GREY, INK, RED
from shrinkage.report.findings import Analysis
from shrinkage.report.wording import Words

MOST_ROWS = 60
LONGEST_NAME = 24
#: The course's colours, and the page's names for them.
COLOURS = {
    RED: "var(--raw)",
    BLUE: "var(--estimate)",
    GREY: "var(--population)",
    INK: "var(--ink)",
    "#000000": "var(--ink)",
    "#e8e8e8": "var(--rule)",
}


def shown(analysis: Analysis) -> pd.DataFrame:
    """The rows that the pictures have: all, or the highest and the lowest estimates."""
    table = analysis.table
    if len(table) <= MOST_ROWS:
        return table
    half = MOST_ROWS // 2
    return pd.concat([table.iloc[:half], table.iloc[-half:]])


def shrinkage_plot(analysis: Analysis, words: Words) -> str:
    """From each doctor's raw rate to the estimate, smallest caseload on top."""
    rows = shown(analysis)
    with _style():
        figure = figures.shrinkage_plot(
            _labels(rows.doctor, words),
            rows.successes.to_numpy(),
            rows.trials.to_numpy(),
            rows.estimate.to_numpy(),
            rows[["low", "high"]].to_numpy(),
            analysis.typical.mean,
        )
        _in_words(figure, words, rows[["raw", "low", "high"]].to_numpy())
        return _svg(figure, "shrinkage", _shrinkage_alt(analysis, words))


def forest_plot(analysis: Analysis, words: Words) -> str:
    """Each doctor's estimate and credible interval, with the standard."""
    rows = shown(analysis)
    with _style():
        figure = figures.forest_plot(
            _labels(rows.doctor, words),
            rows.trials.to_numpy(),
            rows.estimate.to_numpy(),
            rows[["low", "high"]].to_numpy(),
            analysis.typical.mean,
            standard=analysis.standard,
        )
        _in_words(figure, words, rows[["low", "high"]].to_numpy(), analysis.standard)
        return _svg(figure, "forest", _forest_alt(analysis, words))


def _shrinkage_alt(analysis: Analysis, words: Words) -> str:
    table = analysis.table
    moved = (table.raw - table.estimate).abs()
    far, near = table.loc[moved.idxmax()], table.loc[table.trials.idxmax()]
    return (
        f"{words.name(far.doctor)}, with {far.trials:,} patients, moves from a raw rate of "
        f"{words.percent(far.raw)} to {words.percent(far.estimate)}; {words.name(near.doctor)}, "
        f"with {near.trials:,}, from {words.percent(near.raw)} to {words.percent(near.estimate)}. "
        f"The typical {words.unit} stands at {words.percent(analysis.typical.mean)}."
    )


def _forest_alt(analysis: Analysis, words: Words) -> str:
    table, standard = analysis.table, analysis.standard
    under = int((table.high < standard).sum())
    over = int((table.low > standard).sum())
    across = len(table) - under - over
    return (
        f"Against a standard of {words.percent(standard)}, the credible intervals of "
        f"{words.count(under)} lie entirely below it, of {words.count(over)} entirely above, and "
        f"of {words.count(across)} across it. Estimates reach from "
        f"{words.percent(table.estimate.min())} to {words.percent(table.estimate.max())}."
    )


def _labels(names: pd.Series, words: Words) -> NDArray[np.object_]:
    """Names as the pictures write them: short, and no dollar sign that starts a formula."""
    out = []
    for name in names:
        text = words.name(name)
        if len(text) > LONGEST_NAME:
            text = text[: LONGEST_NAME - 1].rstrip() + "…"
        out.append(text.replace("$", r"\$"))
    return np.array(out, object)


def _in_words(figure: Figure, words: Words, values: NDArray, standard: float | None = None) -> None:
    """Put the reader's words on the axes, and end the rates where the data end."""
    axes = figure.axes[0]
    axes.set_xlabel(words.rate)
    axes.set_ylabel(f"{words.unit} (patients seen)")
    axes.set_yticks(
        axes.get_yticks(),
        [label.get_text().replace("Dr. ", "", 1) for label in axes.get_yticklabels()],
    )
    for legend in figure.legends:
        for text in legend.get_texts():
            text.set_text(text.get_text().replace("doctor", words.unit))
    values = values if standard is None else np.append(values, standard)
    low, high = float(np.min(values)), float(np.max(values))
    if high - low < 0.45:  # a dot needs no zero
        room = 0.04 * (high - low)
        axes.set_xlim(low - room, high + room)
        axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
        digits = 0 if high - low > 0.05 else 1 if high - low > 0.005 else 2
        axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=digits))


@contextmanager
def _style() -> Generator[None]:
    """The course's look, with text left as text; the caller's own style comes back after."""
    with plt.rc_context({"svg.fonttype": "none", "svg.hashsalt": "shrinkage"}):
        figures.set_style()
        yield


def _svg(figure: Figure, name: str, alt: str) -> str:
    """The figure as inline SVG: no ids shared with another, colours from the page's theme."""
    out = io.StringIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a glyph that the build's font lacks the browser's has
        figure.savefig(out, format="svg", transparent=True)
    plt.close(figure)
    svg = out.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.S)
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.S)
    for colour, variable in COLOURS.items():
        svg = svg.replace(colour, variable)
    svg = re.sub(r"""font: ([\d.]+)px [^;"]*""", r"font-size: \1px", svg)
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    svg = re.sub(r'href="#', f'href="#{name}-', svg)
    svg = svg.replace("url(#", f"url(#{name}-")
    viewbox = re.search(r'viewBox="[^"]*"', svg)
    assert viewbox is not None
    inside = svg[svg.index(">") + 1 :]
    return f'<svg role="img" aria-label="{escape(alt)}" {viewbox[0]}>{inside}'
