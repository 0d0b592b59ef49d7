"""The report as one HTML page, without addresses that a browser would fetch."""

from __future__ import annotations

import base64
import datetime
import gzip
import json
import re
from dataclasses import dataclass

from markupsafe import Markup, escape

from shrinkage.report import check_lines, next_steps, pictures, publish, sentences, spreadsheet
from shrinkage.report.caveats import caveats
from shrinkage.report.findings import Analysis
from shrinkage.report.model_lines import check_tables
from shrinkage.report.period import months
from shrinkage.report.pooling import pooling
from shrinkage.report.questions import unit_known
from shrinkage.report.request import Request
from shrinkage.report.rows import is_big, rows, total
from shrinkage.report.wording import Words, capital, percent, probability, ratio
from shrinkage.style import templates

_TEMPLATES = templates("shrinkage.report")

#: One year, or years from one to another.
YEARS = re.compile(r"\b(?:19|20)\d\d(?:\s*[-–/]\s*(?:\d{4}|\d\d)\b)?")
#: What tells when a file was made, or why a cell is empty: neither when nor what was counted.
MADE = re.compile(
    r"\b(extract|print|updat|publish|creat|generat|download|retriev|as (of|at) )", re.I
)
WITHHELD = re.compile(r"suppress|withheld|masked|disclos|small (cells|numbers)|[<*]", re.I)
#: An option, and the words that it is given between quotes.
OPTION = re.compile(r"(?<![\w-])(--[a-z][\w-]*(?: &#39;.*?&#39;| caseload\b)?)")


def _coded(text: str) -> Markup:
    """A text whose options stand in the type of code, and break nowhere."""
    return Markup(OPTION.sub(r"<code>\1</code>", str(escape(text))))


_TEMPLATES.filters["coded"] = _coded


@dataclass(frozen=True)
class Fact:
    """What a reader must know to read the numbers, or the option that would say it."""

    term: str
    text: str
    missing: bool = False


def render(
    analysis: Analysis, words: Words, request: Request, today: datetime.date | None = None
) -> str:
    """Word and draw an analysis.

    Parameters
    ----------
    analysis : Analysis
    words : Words
        The reader's, and the scale on which rates are shown.
    request : Request
        What was asked for: title, period, definition of success, whether to mask small numbers.
    today : date, optional
        The day that the page bears.

    Returns
    -------
    str
        HTML.
    """
    a, w = publish.as_shown(analysis, words, request.publish)
    length = months(request.period)
    tables = check_tables(a, w)
    summary, open_ = check_lines.folded(tables)
    source = analysis.outcomes.source or request.source.name
    big = is_big(a)
    table = spreadsheet.frame(a, w)
    review, near = next_steps.review(a, w, length), next_steps.near(a, w, length)
    nearest = [] if review or near else next_steps.nearest(a, w, length)
    return _TEMPLATES.get_template("report.html").render(
        a=a,
        w=w,
        scale=w.scale,
        s=sentences,
        title=request.title or f"{capital(w.units)} compared: {source}",
        source=source,
        today=today or datetime.date.today(),
        doubtful=[note.text for note in a.outcomes.notes if note.doubtful],
        facts=facts(a, w, request),
        review=review,
        near=near,
        most_steps=next_steps.MOST,
        nearest=nearest,
        meant=next_steps.meant(review + near + nearest, w),
        checks=dict(zip(("file", "numbers", "model"), tables, strict=True)),
        summary=summary,
        open_checks=open_,
        pooling=pooling(a, w),
        caveats=caveats(a, w),
        rows=rows(a, w),
        placed=int(a.table.rank_low.notna().sum()),
        big=big,
        shown=len(pictures.shown(a)),
        # Our own SVG, whose texts matplotlib and `svg` have escaped.
        shrinkage_plot=Markup(pictures.shrinkage_plot(a, w)),
        forest_plot=Markup(pictures.forest_plot(a, w)),
        distribution=Markup(pictures.distribution(a, w)) if big else "",
        dictionary=spreadsheet.dictionary(table, a, w),
        csv="" if big else _linked(spreadsheet.csv_text(table)),
        csv_file=request.csv.name if request.csv else "",
        whole=_packed(spreadsheet.csv_text(spreadsheet.frame(a, w, brief=True))) if big else "",
        columns=_searched(w) if big else {},
        search=json.dumps(_format(w)) if big else "",
        percent=percent,
        probability=probability,
        ratio=ratio,
        capital=capital,
        total=total,
    )


def facts(a: Analysis, w: Words, request: Request) -> list[Fact]:
    """Period, definition and unit: given, or said to be missing."""
    of = w.counted if w.scale.failures else "success"
    above, below = (_quoted(a, kind) for kind in ("title", "footnote"))
    dated = [text for text in above + below if YEARS.search(text) and not MADE.search(text)]
    when = YEARS.findall(dated[0])[0] if dated else "2001-2003"
    asked = [
        Fact("Period", request.period or "")
        if request.period
        else _not_given("Period", f"--period {when} says it", dated),
        Fact(f"Definition of {of}", request.definition or "")
        if request.definition
        else _not_given(
            f"Definition of {of}",
            "--definition says who counts, and until when",
            [text for text in below or above if not (WITHHELD.search(text) or MADE.search(text))],
            str(a.outcomes.counted or ""),
        ),
    ]
    if unit_known(a.outcomes, request, w):
        asked.append(Fact("Unit", w.unit))
    else:
        asked.append(Fact("Unit", f"taken as {w.a_unit}; --unit says what a row is", True))
    shown = w.scale.noun
    if w.scale.is_ratio and w.scale.rates:
        shown += f"; beside it the {w.rate} at the average expectation"
    return [*asked, Fact("Shown", shown)]


def _quoted(a: Analysis, kind: str) -> list[str]:
    """What the notes of a kind quote from the file."""
    texts = [note.text for note in a.outcomes.notes if note.kind == kind]
    return [found[1].rstrip(".") for t in texts if (found := re.search(r"'(.*)'", t, re.S))]


def _not_given(term: str, option: str, said: list[str], heading: str = "") -> Fact:
    """What is missing, the option that gives it, and what the file says of it, if it does."""
    quoted = f" The file says: {'; '.join(f'“{text}”' for text in said)}." if said else ""
    if len(heading.split()) > 1:
        quoted = f" The column is called “{heading}”.{quoted}"
    return Fact(term, f"not given; {option}.{quoted}", True)


def _linked(text: str) -> str:
    """A table as a data address."""
    return f"data:text/csv;base64,{base64.b64encode(text.encode()).decode()}"


def _packed(text: str) -> str:
    """A table as the page holds it for its script."""
    return base64.b64encode(gzip.compress(text.encode(), 9, mtime=0)).decode()


def _searched(w: Words) -> dict[str, str]:
    """The columns of what the search finds, by their names in the CSV, and their headings."""
    scale = w.scale
    counted = "failures" if scale.failures else "successes"
    columns = {"name": w.unit}
    columns |= {"trials": w.cases} if scale.rates else {}
    columns |= {counted: w.counted} | ({"expected": "expected"} if scale.is_ratio else {})
    columns |= {"raw": f"raw {scale.kind}", "estimate": "estimate"}
    columns["interval"] = "95 % credible interval"
    columns[scale.worse] = f"probability {scale.worse} the standard"
    return columns | {"place": "place"}


def _format(w: Words) -> dict[str, object]:
    """How the script writes a number of the CSV."""
    scale = w.scale
    return {
        "shown": list(_searched(w)),
        "digits": scale.ratio_digits if scale.is_ratio else scale.digits,
        "factor": 1 if scale.is_ratio else scale.per,
        "suffix": scale.suffix,
    }
