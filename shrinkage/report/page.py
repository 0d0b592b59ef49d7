"""The report as one HTML page, without scripts and without addresses that a browser would fetch."""

from __future__ import annotations

import base64
import datetime
import io
import re

import jinja2
from markupsafe import Markup

from shrinkage.report import check_lines, pictures, sentences
from shrinkage.report.caveats import caveats
from shrinkage.report.findings import Analysis
from shrinkage.report.wording import Words, decimals, percent, probability, ratio

_TEMPLATES = jinja2.Environment(
    loader=jinja2.PackageLoader("shrinkage.report", "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=jinja2.StrictUndefined,
    # no line break before a per cent sign
    finalize=lambda value: value.replace(" %", "\u00a0%") if isinstance(value, str) else value,
)


def render(
    analysis: Analysis,
    *,
    source: str,
    title: str | None = None,
    unit: str = "doctor",
    rate: str = "success rate",
    today: datetime.date | None = None,
) -> str:
    """Word and draw an analysis.

    Parameters
    ----------
    analysis : Analysis
    source : str
        Name of the file that was read.
    title : str, optional
        The page's heading.
    unit : str
        What a row of the table is, in the singular.
    rate : str
        What is measured.
    today : date, optional
        The day that the page bears.

    Returns
    -------
    str
        HTML.
    """
    table = analysis.table
    words = Words(unit, rate, decimals(float((table.high - table.low).median())))
    return _TEMPLATES.get_template("report.html").render(
        a=analysis,
        w=words,
        s=sentences,
        checks=check_lines,
        caveats=caveats,
        title=title or f"{words.units.capitalize()} compared: {source}",
        source=source,
        today=today or datetime.date.today(),
        rows=sorted(table.to_dict("records"), key=lambda row: _by_name(row["doctor"])),
        shown=len(pictures.shown(analysis)),
        # Our own SVG, whose texts matplotlib and `pictures` have escaped.
        shrinkage_plot=Markup(pictures.shrinkage_plot(analysis, words)),
        forest_plot=Markup(pictures.forest_plot(analysis, words)),
        csv=_csv(analysis),
        percent=percent,
        probability=probability,
        ratio=ratio,
    )


def _by_name(name: str) -> list[tuple[bool, int, str]]:
    """A key that sorts names as people do: 'Ward 2' before 'Ward 10'.

    A table that is sorted by its estimates is read as a ranking, whatever stands beside it.
    """
    parts = re.findall(r"\d+|\D+", name.casefold())
    return [(not part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts]


def _csv(analysis: Analysis) -> str:
    """The table as a data address, for whoever wants to go on in a spreadsheet."""
    out = io.StringIO()
    analysis.table.to_csv(out, index=False, float_format="%.4f")
    encoded = base64.b64encode(("\ufeff" + out.getvalue()).encode()).decode()
    return f"data:text/csv;base64,{encoded}"
