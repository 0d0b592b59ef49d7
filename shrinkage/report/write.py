"""From a file of outcomes to the page and what goes with it: read, questioned, computed, written.

What only reads and refuses imports nothing slow; the rest is imported once a report can be made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal

from shrinkage.data import Outcomes, OutcomesError, parse_option
from shrinkage.data.reading.options import in_python
from shrinkage.data.reading.outcomes import read_outcomes
from shrinkage.report import files, questions
from shrinkage.report.complete import complete
from shrinkage.report.findings import Analysis
from shrinkage.report.refusal import ReportError
from shrinkage.report.request import COST_RATIO, Progress, Request, number
from shrinkage.report.wording import Words

COMPUTING = 0.9  # share of the work, before the pictures


def report(
    source: str | Path,
    output: str | Path | None = None,
    *,
    columns: str | Mapping[str, str] | None = None,
    sheet: str | None = None,
    sum_rows: bool = False,
    by: str | None = None,
    suppressed: tuple[int, int] | None = None,
    strict: bool = False,
    standard: str | float | None = None,
    cost_ratio: float = COST_RATIO,
    adjust: str | Literal[False] | None = None,
    within: str | None = None,
    mu_loc: float = 0.0,
    mu_scale: float = 1.5,
    sigma_scale: float = 1.0,
    sampler: bool = False,
    seed: int = 20,
    title: str | None = None,
    unit: str | None = None,
    rate: str | None = None,
    period: str | None = None,
    definition: str | None = None,
    publish: bool = False,
    csv: str | Path | None = None,
    notebook: str | Path | None = None,
    force: bool = False,
    progress: Progress | None = None,
) -> tuple[Path, Analysis]:
    """Read a table of outcomes, compute and check the course's model, and write the report.

    Parameters
    ----------
    source, columns, sheet, sum_rows, by, suppressed, strict
        As for `shrinkage.data.load_outcomes`; ``columns`` also as the command has them,
        ``"unit=Hospital,trials=Cases,failures=Deaths"``. ``strict`` refuses what is doubtful in
        the options as well.
    output : str or Path, optional
        The page; by default beside the file, ``my.csv`` to ``my_report.html``.
    standard : float or str, optional
        A number, or a text such as ``"8%"``. Where a review begins, as the page shows it: a
        success rate, a rate of failures where the file counts these, or a ratio of observed to
        expected where it has expected numbers. By default where the odds of failure are one and
        a half times the typical unit's.
    cost_ratio : float
        How many times as bad it is to miss a unit beyond the standard as to accuse one that meets
        it.
    adjust : str or False, optional
        Covariates to adjust for, a list or a formula such as ``"age + urgency"``; by default
        ``severity`` where there is one, or the column of ``by``; nothing with False. The word
        ``caseload`` is the unit's own, whatever the table has.
    within : str, optional
        Column of what the units belong to, such as ``"hospital"``.
    mu_loc, mu_scale, sigma_scale : float
        The hyperpriors ``mu_pop ~ Normal(mu_loc, mu_scale)``, ``sigma_pop ~
        HalfNormal(sigma_scale)``; log-odds.
    sampler : bool
        Whether to sample the posterior too, as a check.
    seed : int
        Of all that is drawn.
    title, unit, rate, period, definition : str, optional
        The page's heading; what a row is, in the singular; what is measured; when; who counts as a
        success (or failure).
    publish : bool
        Mask numbers of people under five.
    csv, notebook : str or Path, optional
        Also write the table, with a data dictionary beside it (``estimates.csv``,
        ``estimates_columns.csv``), and a notebook that repeats the analysis.
    force : bool
        Overwrite whatever stands there, but never ``source``.
    progress : callable, optional
        Called with what is being done and the share that is done, from 0 to 1; while a model is
        sampled, from another thread.

    Returns
    -------
    tuple of Path and Analysis
        Where the page is, and what it says.

    Raises
    ------
    OutcomesError
        If the file cannot be read; `ColumnsError`, which proposes what the columns mean, if they
        are not the course's own.
    ReportError
        If no report can be made of it, or a file may not be written there.
    """
    given = dict(locals())  # all of them but the progress are the request's
    del given["progress"]
    source = Path(source)
    try:
        given |= {
            "source": source,
            "output": Path(output or source.with_name(f"{source.stem}_report.html")),
            "columns": parse_option(columns) if isinstance(columns, str) else columns,
            "standard": number(standard) if isinstance(standard, str) else standard,
            "csv": Path(csv) if csv else None,
            "notebook": Path(notebook) if notebook else None,
        }
        request = Request(**given)
        request, outcomes, words = prepare(request)
        return request.output, carry_out(request, outcomes, words, progress)
    except (OutcomesError, ReportError) as error:  # worded for the command
        error.args = (in_python(str(error)), *error.args[1:])
        raise


def prepare(request: Request) -> tuple[Request, Outcomes, Words]:
    """Read the file and question what was asked; nothing is computed yet.

    The request comes back with the formula that it is adjusted for, or False.

    Raises OutcomesError or ReportError, as `report` does.
    """
    outcomes = read_outcomes(
        request.source,
        columns=request.columns,
        sheet=request.sheet,
        sum_rows=request.sum_rows,
        by=request.by,
        suppressed=request.suppressed,
        strict=request.strict,
    )
    files.check(request.source, request.files, request.force)
    words = questions.words_of(outcomes, request)
    formula = questions.formula(request, outcomes)
    questions.possible(request, outcomes, formula)
    outcomes = complete(outcomes, formula)
    questions.enough(outcomes, words)
    found = questions.doubts(outcomes, request, words)
    outcomes = replace(outcomes, notes=(*found, *outcomes.notes))
    if request.strict and (doubtful := [note for note in outcomes.notes if note.doubtful]):
        raise ReportError(doubtful[0].text)
    return replace(request, adjust=formula or False), outcomes, words


def carry_out(
    request: Request, outcomes: Outcomes, words: Words, progress: Progress | None = None
) -> Analysis:
    """Compute, word, draw and write what `prepare` has let through.

    Raises ReportError, as `report` does.
    """
    from shrinkage.report import publish, spreadsheet
    from shrinkage.report.analysis import analyse
    from shrinkage.report.notebook import notebook
    from shrinkage.report.page import render

    say: Progress = progress or (lambda what, share: None)
    say("reading", 0.0)
    given = request.standard
    analysis = analyse(
        outcomes,
        standard=None if given is None else questions.standard_of(given, words.scale),
        cost_ratio=request.cost_ratio,
        hyperprior=request.hyperprior,
        adjust=request.adjust or None,
        within=request.within,
        sampler=request.sampler,
        seed=request.seed,
        progress=lambda what, share: say(what, COMPUTING * share),
    )
    say("pictures", COMPUTING)
    page = render(analysis, words, request)
    others: dict[Path, bytes] = {}
    if request.csv and request.dictionary:
        shown, w = publish.as_shown(analysis, words, request.publish)
        table = spreadsheet.frame(shown, w, brief=request.publish)
        others[request.csv] = spreadsheet.csv_text(table).encode()
        others[request.dictionary] = spreadsheet.dictionary_text(table, shown, w).encode()
    if request.notebook:
        others[request.notebook] = notebook(analysis, words, request).encode()
    files.check(request.source, request.files, request.force)  # again: minutes may have passed
    files.write({request.output: files.seal(page, tuple(others.values())), **others})
    say("done", 1.0)
    return analysis
