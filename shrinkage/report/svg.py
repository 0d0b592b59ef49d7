"""Figures as inline SVG that takes the page's colours."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from html import escape

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from shrinkage import figures
from shrinkage.figures.style import BLUE, GREY, INK, RED

#: The course's colours, and the page's names for them.
COLOURS = {
    RED: "var(--raw)",
    BLUE: "var(--estimate)",
    GREY: "var(--population)",
    INK: "var(--ink)",
    "#000000": "var(--ink)",
    "#e8e8e8": "var(--rule)",
}


@contextmanager
def style() -> Generator[None]:
    """The course's look, with text left as text; the caller's own style comes back after."""
    with plt.rc_context({"svg.fonttype": "none", "svg.hashsalt": "shrinkage"}):
        figures.set_style()
        yield


def svg(figure: Figure, name: str, alt: str) -> str:
    """The figure as inline SVG: no ids shared with another, colours from the page's theme."""
    out = io.StringIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a glyph that the build's font lacks the browser's has
        figure.savefig(out, format="svg", transparent=True)
    plt.close(figure)
    text = out.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.S)
    text = re.sub(r"<!--.*?-->", "", text, flags=re.S)
    for colour, variable in COLOURS.items():
        text = text.replace(colour, variable)
    text = re.sub(r"""font: ([\d.]+)px [^;"]*""", r"font-size: \1px", text)
    text = re.sub(r'\bid="', f'id="{name}-', text)
    text = re.sub(r'href="#', f'href="#{name}-', text)
    text = text.replace("url(#", f"url(#{name}-")
    viewbox = re.search(r'viewBox="[^"]*"', text)
    assert viewbox is not None
    inside = text[text.index(">") + 1 :]
    return f'<svg role="img" aria-label="{escape(alt)}" {viewbox[0]}>{inside}'
