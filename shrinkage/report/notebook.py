"""A notebook that repeats the analysis in the reader's own hands: each step a cell that runs."""

from __future__ import annotations

import os

import jinja2
import jupytext
import nbformat

from shrinkage.report.findings import Analysis
from shrinkage.report.request import Request
from shrinkage.report.totals import Totals
from shrinkage.report.wording import Words, capital, percent, ratio

_TEMPLATES = jinja2.Environment(
    loader=jinja2.PackageLoader("shrinkage.report", "templates"),
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=jinja2.StrictUndefined,
)
_TEMPLATES.filters["repr"] = repr


def notebook(a: Analysis, w: Words, request: Request) -> str:
    """The notebook's text, nbformat 4: `templates/notebook.py.jinja`, filled in.

    Parameters
    ----------
    a : Analysis
    w : Words
    request : Request
        Whose options the notebook reads the file with; it finds the file from its own folder.
    """
    assert request.notebook is not None
    patients = a.adjustment is not None or a.groups is not None
    given = {
        "columns": dict(request.columns) if request.columns else None,
        "sheet": request.sheet,
        "sum_rows": request.sum_rows or None,
        "by": request.by,
        "suppressed": request.suppressed,
    }
    text = _TEMPLATES.get_template("notebook.py.jinja").render(
        a=a,
        w=w,
        title=" ".join((request.title or f"{capital(w.units)} compared").split()),
        path=os.path.relpath(request.source.resolve(), request.notebook.resolve().parent),
        options={name: value for name, value in given.items() if value is not None},
        patients=patients,
        expected=a.reference is not None,
        bounded=Totals.of(a.outcomes).suppressed > 0,
        formula=_formula(a),
        decision=_decision(a, w),
    )
    made = jupytext.reads(text, "py:percent")
    made.metadata = nbformat.from_dict(
        {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    )
    for number, cell in enumerate(made.cells):
        cell.id = f"cell-{number}"  # the same at every run
    return nbformat.writes(made)


def _formula(a: Analysis) -> str:
    terms = [a.adjustment.formula] if a.adjustment else []
    terms += [f"(1|{a.groups.name})"] if a.groups else []
    return f"success ~ {' + '.join([*terms, '(1|doctor)'])}"


def _decision(a: Analysis, w: Words) -> str:
    scale = w.scale.suited(a.table)
    return (
        f"Missing {w.a_unit} {scale.worse} the standard is taken to be {ratio(a.cost_ratio)} times "
        f"as bad as accusing one {w.who} meets it, so a review begins where the probability of "
        f"lying {scale.worse} it exceeds {percent(a.verdict.threshold)}. "
        f"The report's standard is {scale.as_given(a.standard)}; in success rates the bad side is "
        "below."
    )
