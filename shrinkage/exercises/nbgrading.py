"""How nbgrader hands out, runs, pages and exports these exercises: its settings, `NBGRADER`.

nbgrader lets a course name classes of its own for its steps. Those here mend what a class would
notice: Python that ends before the notebook does, cells that were deleted, a page of feedback that
asks another host for a script, and a submission without a grade that is exported as a zero.
"""

from __future__ import annotations

import csv
import os
import re
import textwrap
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from logging import Logger
from pathlib import Path
from typing import Any

from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from jinja2 import DictLoader, pass_context
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from nbgrader import plugins
from nbgrader import preprocessors as nbg
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import AutogradeApp
from nbgrader.converters import Autograde
from traitlets import default
from traitlets.config import Application, Config

from shrinkage.data import another
from shrinkage.exercises.card import another_clinic
from shrinkage.exercises.language import say, words


class PutBackCells(nbg.NbGraderPreprocessor):
    """Puts locked cells that a submission lacks, checks and the setup, back where they were.

    nbgrader's own `add_missing_cells` fails where the cell before it is missing as well.
    """

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """The notebook with its locked cells."""
        asked = resources["nbgrader"]
        with Gradebook(asked["db_url"]) as gradebook:
            source = gradebook.find_notebook(asked["notebook"], asked["assignment"])
            points = {cell.name: cell.max_score for cell in source.grade_cells}
            place = 0  # after the last cell before it that is there
            for cell in source.source_cells:
                there = [i for i, own in enumerate(nb.cells) if _grade_id(own) == cell.name]
                if there:
                    place = there[0] + 1
                elif cell.locked:
                    nb.cells.insert(place, _cell(cell, points.get(cell.name)))
                    place += 1
        return nb, resources


def _grade_id(cell: NotebookNode) -> str | None:
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def _cell(source: Any, points: float | None) -> NotebookNode:
    """A locked cell as nbgrader's database has it; `points` if it is graded."""
    metadata = {
        "cell_type": source.cell_type,
        "checksum": source.checksum,
        "grade": points is not None,
        "grade_id": source.name,
        "locked": True,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
    if points is not None:
        metadata["points"] = points
    make = new_code_cell if source.cell_type == "code" else new_markdown_cell
    return make(source.source, metadata={"nbgrader": metadata})


class ExecuteToTheEnd(nbg.Execute):
    """Runs a submission; where a cell ends Python or hangs it, the points before it stay.

    nbgrader's own gives up on the submission, and it is left without points and without feedback.
    """

    def preprocess(
        self, nb: NotebookNode, resources: Any = None, km: Any = None
    ) -> tuple[NotebookNode, Any]:
        """The notebook with its outputs; it begins with the clinic that they are about."""
        note = another_clinic()  # raises where SMALLN_CLINIC is no seed: then nothing is graded
        self._ended = False
        nb, resources = super().preprocess(nb, resources, km)
        if note:
            text = words("Graded on a clinic that is {clinic}.", clinic=note)
            nb.cells.insert(0, new_markdown_cell(f"**{say(text)}**"))
        return nb, resources

    def preprocess_cell(
        self, cell: NotebookNode, resources: Any, index: int
    ) -> tuple[NotebookNode, Any]:
        """A cell with its outputs, or with the reason why it was not run."""
        said = say("Not run, because Python ended in a cell before it.")
        if not self._ended:
            try:
                return super().preprocess_cell(cell, resources, index)
            except DeadKernelError:
                said = say(
                    "Python ended in this cell or just before it, so this cell and those after it "
                    "earn no points; those before it keep theirs. Take out what ends Python, such "
                    "as quit() or os._exit(), or what needs more memory than there is."
                )
            except CellTimeoutError:
                text = words(
                    "This cell ran for {seconds} seconds and could not be interrupted, so this "
                    "cell and those after it earn no points; those before it keep theirs. Look for "
                    "a loop that does not end.",
                    seconds=self._get_timeout(cell),
                )
                said = say(text)
            self._ended = True
        if cell.cell_type == "code":
            # Without an output nbgrader would give a check its full points
            error = new_output(
                "error", ename="NotRun", evalue=said, traceback=textwrap.wrap(said, 80)
            )
            cell.outputs.append(error)
        return cell, resources


class FeedbackPage(HTMLExporter):
    """nbgrader's page of feedback, one file that loads nothing: formulas are MathML."""

    @default("extra_loaders")
    def _without_mathjax(self) -> list[DictLoader]:
        return [DictLoader({"mathjax.html.j2": "{% macro mathjax() %}{% endmacro %}"})]

    @pass_context
    def markdown2html(self, context: Any, source: str) -> str:
        """The template's filter for text."""
        return MarkdownWithMath(renderer=_WithFormulas(escape=False)).render(source)


class _WithFormulas(IPythonRenderer):
    """Renders formulas in place of leaving them to a script."""

    def block_math(self, body: str) -> str:
        return _formula(body, display=True)

    def inline_math(self, body: str) -> str:
        return _formula(body, display=False)


def _formula(latex: str, *, display: bool) -> str:
    """A formula in MathML; as it was written where it has a command that docutils does not know."""
    try:
        return tex2mathml(re.sub(r"\\dots\b", r"\\ldots", latex).strip(), as_block=display)
    except (MathError, ValueError):
        return f"<code>{latex}</code>"


class Grades(plugins.ExportPlugin):
    """nbgrader's `grades.csv`, with a status, and points only where the status is 'graded'."""

    def export(self, gradebook: Gradebook) -> None:
        """Write a row for each student and assignment, or those asked for, to `to`."""
        with Path(self.to or "grades.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            for assignment in gradebook.assignments:
                if self.assignment and assignment.name not in self.assignment:
                    continue
                for student in gradebook.students:
                    if not self.student or student.id in map(str, self.student):
                        writer.writerow(_row(gradebook, assignment, student))


COLUMNS = [
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *("raw_score", "late_submission_penalty", "score", "max_score", "status"),
]


def _row(gradebook: Gradebook, assignment: Any, student: Any) -> Iterator[Any]:
    timestamp, scores, status = "", ("", "", ""), "not submitted"
    with suppress(MissingEntry):
        submission: Any = gradebook.find_submission(assignment.name, student.id)
        timestamp, status = submission.timestamp, "not graded"
        if _is_graded(submission):
            raw, penalty = submission.score, submission.late_submission_penalty
            scores, status = (raw, penalty, max(0.0, raw - penalty)), "graded"
    yield from (assignment.name, assignment.duedate, timestamp)
    yield from (student.id, student.last_name, student.first_name, student.email)
    yield from (*scores, assignment.max_score, status)


def _is_graded(submission: Any) -> bool:
    """Whether every check of it has points, by a run or by hand."""
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    return all(g.auto_score is not None or g.manual_score is not None for g in grades)


def configure(config: Config) -> None:
    """Give nbgrader the course's settings; say what grading on a clinic leaves as it is."""
    config.merge(NBGRADER)
    app = Application.instance() if Application.initialized() else None
    if isinstance(app, AutogradeApp) and os.environ.get(another.VARIABLE):
        _warn(app.log)


@cache  # nbgrader loads its settings several times a command
def _warn(log: Logger) -> None:
    log.warning(
        "%s is set: submissions that were graded before keep the points of the clinic that they "
        "were graded on, unless you add --force, which grades them again.",
        another.VARIABLE,
    )


def _with(steps: list, instead: dict) -> list:
    """The steps, some of them replaced by others."""
    return [new for step in steps for new in instead.get(step, [step])]


NBGRADER = Config(
    ClearSolutions={
        # Runs, unlike nbgrader's own stub: an untouched exercise shows cards, not tracebacks
        "code_stub": {"python": "# Your code here"},
        "text_stub": "Your answer here.",
    },
    # Seconds that a cell may take. nbgrader's own 30 are too short for a model that is compiled
    # and sampled on a slow machine; a student's endless loop has to end all the same.
    Execute={"timeout": 600},
    Autograde={
        "sanitize_preprocessors": _with(
            Autograde().sanitize_preprocessors,
            {nbg.OverwriteCells: [PutBackCells, nbg.OverwriteCells]},
        ),
        "autograde_preprocessors": _with(
            Autograde().autograde_preprocessors, {nbg.Execute: [ExecuteToTheEnd]}
        ),
    },
    # Grading again leaves the pages of before, which would tell other points than the gradebook
    GenerateFeedback={"exporter_class": FeedbackPage, "force": True},
    ExportApp={"plugin_class": Grades},
)
"""nbgrader's settings for this course; `solutions/nbgrader_config.py` hands them to nbgrader."""
