"""What the grader's sandbox holds is enough for every exercise, and gives no answer away.

Each exercise meets a warm grader on a clinic that nobody has seen. Exercises 1 and 5 do so on every
change, all ten every week.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from exercise_kit import ROOT, notebook_of
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from needs import lacking

from shrinkage.exercises.checking import exercise_ids
from shrinkage.grading.follow_through import builds_on
from shrinkage.grading.grader import Grader, Kit
from shrinkage.grading.outcome import GRADED, Outcome
from shrinkage.grading.sandbox import Limits, Sandbox, SandboxError
from shrinkage.grading.script import build_script
from shrinkage.grading.submissions import Submission

SEED = 77
NOW = ("01", "05")
PACKAGE = ROOT / "shrinkage"

# What no sandbox may have, by its full name: each exercise with its tasks, what they share (but for
# the kinds of answer and the language of hints), what grades, and what makes the clinics.
TRUTHS = sorted(
    str(path.relative_to(ROOT).with_suffix("")).replace("/", ".").removesuffix(".__init__")
    for folder, pattern in (
        ("exercises", "ex*/*.py"),
        ("exercises", "[!_l]*.py"),
        ("grading", "[!_]*.py"),
        ("data", "[!_o]*.py"),
    )
    for path in (PACKAGE / folder).glob(pattern)
)
SEARCH = """
import importlib, os, sys
found = []
for name in {names}:
    try:
        module = importlib.import_module(name)
    except ImportError:
        continue
    public = [thing for thing in vars(module) if not thing.startswith("_")]
    found += [f"{{thing}} of {{name.split('.')[-1]}}" for thing in public]
found += [path for path in {paths} if os.path.exists(path)]
raise LookupError(f"{{sorted(found)}}")
"""


class Graded:
    """A warm grader of an exercise."""

    def __init__(self, exercise: str) -> None:
        self.exercise = exercise
        source, solution = (
            nbformat.writes(notebook_of(exercise, folder)) for folder in ("exercises", "solutions")
        )
        self.grader = Grader(Kit(exercise=exercise, source=source, solution=solution, seed=SEED))

    def grade(self, notebook: NotebookNode) -> Outcome:
        """The outcome of a submission."""
        content = nbformat.writes(notebook).encode()
        return self.grader.grade(Submission("ada", "ada.ipynb", content))

    def found(self, names: list[str], paths: list[Path]) -> str:
        """What a student's code finds of these modules and files, as a list in a text."""
        notebook = notebook_of(self.exercise, "exercises")
        search = SEARCH.format(names=names, paths=[str(path) for path in paths])
        first = next(i for i, cell in enumerate(notebook.cells) if cell.id == "check-1")
        notebook.cells.insert(first, new_code_cell(search))
        said = self.grade(notebook).tasks[0].result.found
        return said.partition("LookupError: ")[2].removesuffix("`.")

    @property
    def setup(self) -> str:
        """The cell with the exercise's imports."""
        cells = notebook_of(self.exercise, "exercises").cells
        return next(cell.source for cell in cells if cell.id == "setup")


def _exercises() -> Iterator:
    for id in exercise_ids():
        marks = [] if id in NOW else [pytest.mark.weekly]
        sources = [cell.source for cell in notebook_of(id).cells if cell.cell_type == "code"]
        if any("import pymc" in source or "import bambi" in source for source in sources):
            marks.append(pytest.mark.sampler)
        yield pytest.param(id, marks=marks)


@pytest.fixture(scope="module", params=_exercises())
def graded(request) -> Iterator[Graded]:
    try:
        Sandbox([], Limits()).close()
    except SandboxError as error:
        lacking(str(error))
    one = Graded(request.param)
    try:
        yield one
    finally:
        one.grader.close()


def test_the_solution_earns_full_points(graded):
    outcome = graded.grade(notebook_of(graded.exercise))
    assert outcome.status == GRADED, outcome.reason
    missed = [t.result for t in outcome.tasks if t.result.points != t.result.out_of]
    assert not missed
    assert not [task.reason for task in outcome.tasks if task.reason]


def test_a_lost_task_costs_those_that_build_on_it_nothing(graded):
    """Of the first task whose answer others use; its helpers are still there."""
    tasks = [task.id for task in graded.grader.exercise.tasks]
    steps = build_script(
        nbformat.writes(notebook_of(graded.exercise)).encode(),
        notebook_of(graded.exercise, "exercises"),
        graded.exercise,
    ).steps
    uses = {id: [task for task in tasks if builds_on(steps, task, [id])] for id in tasks}
    id = next((id for id in tasks if uses[id]), None)
    if id is None:
        pytest.skip("no task of this exercise builds on another one")
    notebook = notebook_of(graded.exercise)
    check = next(i for i, c in enumerate(notebook.cells) if c.source.startswith(f'check("{id}"'))
    lost = f"{graded.grader.exercise.task(id).variable} = ..."
    notebook.cells.insert(check, new_code_cell(lost))
    outcome = graded.grade(notebook)
    complete = {task.result.task: task.result.complete for task in outcome.tasks}
    assert complete == {task: task != id for task in tasks}
    followed = {task.result.task for task in outcome.tasks if task.follows == (id,)}
    assert followed <= {*uses[id]}


def test_the_untouched_exercise_is_graded_and_earns_nothing(graded):
    outcome = graded.grade(notebook_of(graded.exercise, "exercises"))
    assert outcome.status == GRADED, outcome.reason
    assert [task.result.points for task in outcome.tasks] == [0.0] * len(outcome.tasks)


def test_the_sandbox_has_no_truth_and_no_check(graded):
    """But for the loaders of an exercise of its own, which come without anything else."""
    offered = [
        f"{loader} of {name.split('.')[-1]}"
        for name in TRUTHS
        for line in graded.setup.splitlines()
        if line.startswith(f"from {name} import ")
        for loader in [*line.partition(" import ")[2].split(", "), "loader", "use_clinic"]
    ]
    files = [PACKAGE, ROOT / "solutions", ROOT / "tests"]
    assert graded.found(TRUTHS, files) == f"{sorted(offered)}"


def test_the_exact_posterior_is_there_only_for_exercises_that_teach_with_it(graded):
    found = graded.found(["shrinkage.exact"], [PACKAGE / "exact"])
    assert (found != "[]") == ("from shrinkage.exact import" in graded.setup), found
