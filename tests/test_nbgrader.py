"""The solutions are valid nbgrader assignments: the real nbgrader releases and grades them."""

import csv
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from exercise_kit import ROOT, notebook_of
from nbgrader.apps.api import NbGraderAPI
from nbgrader.plugins import CsvExportPlugin
from nbgrader.validator import Validator
from traitlets.config import Config, PyFileConfigLoader

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")

ASSIGNMENT = "exercise-01"
NAME = "01_league_tables.ipynb"

# What each student writes, by answer cell, and the points they should get, by check.
STUDENTS = {
    "stub": ({}, [0, 0, 0, 0]),
    "solution": (None, [2, 2, 3, 3]),
    "partial": (
        {
            "answer-1": 'raw_rate = patients.groupby("doctor")["success"].mean()',
            "answer-2": (
                "import warnings; warnings.warn('a warning costs nothing')\n"
                'standard_error = patients.groupby("doctor")["success"].sem().reindex(roster)'
            ),
            "answer-3": "interval = pd.DataFrame(no_such_name)",
            "answer-4": (
                "spread = {'observed': raw_rate.var(), 'chance': ..., 'between': ...}\n"
                "print('what a student prints costs nothing')"
            ),
        },
        [1.5, 0.75, 0, 1],
    ),
}


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Iterator[NbGraderAPI]:
    """A course in which nbgrader has generated the assignment and graded three submissions."""
    with pytest.MonkeyPatch.context() as patched:
        # nbgrader calls `alembic` by its name
        patched.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        yield graded(tmp_path_factory.mktemp("course"))


def graded(root: Path) -> NbGraderAPI:
    shutil.copy(ROOT / "solutions/nbgrader_config.py", root)
    source = root / "source" / ASSIGNMENT / NAME
    source.parent.mkdir(parents=True)
    shutil.copy(ROOT / "solutions" / NAME, source)

    config = Config(PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config())
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.db_url = f"sqlite:///{root}/gradebook.db"
    api = NbGraderAPI(config=config)
    done = api.generate_assignment(ASSIGNMENT)
    assert done["success"], done

    for student, (answers, _) in STUDENTS.items():
        path = root / "submitted" / student / ASSIGNMENT / NAME
        path.parent.mkdir(parents=True)
        notebook = nbformat.read(root / "release" / ASSIGNMENT / NAME, as_version=4)
        solution = {cell.id: cell.source for cell in notebook_of("01").cells}
        for cell in notebook.cells:
            if cell.metadata.get("nbgrader", {}).get("solution"):
                cell.source = (solution if answers is None else answers).get(cell.id, cell.source)
        nbformat.write(notebook, path)
        done = api.autograde(ASSIGNMENT, student)
        assert done["success"], done
    return api


def test_nbgrader_makes_the_exercise_that_the_release_makes(course):
    root = Path(course.coursedir.root)
    theirs = nbformat.read(root / "release" / ASSIGNMENT / NAME, as_version=4).cells
    ours = notebook_of("01", "exercises").cells
    assert theirs[0].source in ours[0].source
    for a, b in zip(theirs[1:], ours[1:], strict=True):
        assert (a.id, a.source, a.metadata) == (b.id, b.source, b.metadata)


@pytest.mark.parametrize("student", STUDENTS)
def test_points_arrive_as_they_were_earned(course, student):
    with course.gradebook as gradebook:
        submission = gradebook.find_submission(ASSIGNMENT, student)
        grades = {grade.name: grade for grade in submission.notebooks[0].grades}
        scores = [grades[f"check-01-{number}"].score for number in (1, 2, 3, 4)]
        assert scores == STUDENTS[student][1]
        assert submission.max_score == 10
        assert not submission.needs_manual_grade


def test_the_export_carries_the_totals(course, tmp_path):
    plugin = CsvExportPlugin(to=str(tmp_path / "grades.csv"))
    with course.gradebook as gradebook:
        plugin.export(gradebook)
    rows = list(csv.DictReader((tmp_path / "grades.csv").open()))
    exported = {row["student_id"]: (float(row["score"]), float(row["max_score"])) for row in rows}
    assert exported == {student: (sum(points), 10) for student, (_, points) in STUDENTS.items()}


def test_validation_passes_the_solution(course, monkeypatch):
    path = Path(course.coursedir.root) / "submitted" / "solution" / ASSIGNMENT / NAME
    assert not set(Validator().validate(str(path))) & {"failed", "changed", "type_changed"}
