"""A mistake costs the points of its own task, and not of those that build on its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import nbformat
import pytest
from exercise_kit import notebook_of
from nbformat import NotebookNode
from needs import lacking

from shrinkage.grading.follow_through import builds_on, opened, with_right_answers
from shrinkage.grading.grader import Grader, Kit
from shrinkage.grading.outcome import GRADED, Outcome
from shrinkage.grading.sandbox import Limits, Sandbox, SandboxError
from shrinkage.grading.script import Step
from shrinkage.grading.submissions import Submission

FULL = [2.0, 2.0, 3.0, 3.0]  # points of exercise 1, of which tasks 2 and 4 build on task 1


def steps(*cells: tuple[str, str]) -> list[Step]:
    """Cells of tasks, each followed by its check; without a task, a cell alone."""
    made = []
    for number, (task, source) in enumerate(cells, start=1):
        made.append(Step("written", source, number, task))
        if task:
            made.append(Step("check", f"answer_{task}", number, task))
    return made


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ([("1", "answer_1 = 1"), ("2", "answer_2 = answer_1 + 1")], ["1"]),
        ([("1", "answer_1 = 1"), ("2", "answer_2 = 3")], []),
        ([("1", "answer_1 = 1"), ("", "b = answer_1"), ("2", "answer_2 = b")], ["1"]),
        (
            [("1", "answer_1 = 1"), ("", "def f():\n    return answer_1"), ("2", "answer_2 = f()")],
            ["1"],
        ),
        ([("1", "answer_1 = 1"), ("2", "%time x = answer_1\nanswer_2 = 1")], []),
        ([("1", "answer_1 = {}"), ("", "b = {}\nb['x'] = answer_1"), ("2", "answer_2 = b")], ["1"]),
        ([("1", "answer_1 = ("), ("2", "answer_2 = (")], []),
        ([("1", "answer_1 = 1"), ("2", "nonlocal x\nanswer_2 = answer_1")], []),
        ([("1", "answer_1 = 1"), ("2", f"answer_2 = {'-' * 50_000}answer_1")], []),
        ([("1", "answer_1 = 1"), ("2", f"answer_2 = answer_1{'.T' * 50_000}")], []),
        ([("1", "answer_1 = 1"), ("2", "answer_2 = '\\0\\udc80'; answer_1")], ["1"]),
        ([("1", "answer_1 = 1"), ("2", "answer_2 = [answer_1 for _ in 'ab']")], ["1"]),
        # names of a function's own, and what comes later
        (
            [("1", "answer_1 = 1"), ("", "n = answer_1"), ("2", "def answer_2(n):\n    return n")],
            [],
        ),
        ([("1", "answer_1 = 1"), ("2", "answer_2 = n"), ("", "n = answer_1")], []),
        ([("1", "answer_1 = {}"), ("2", "answer_1.clear()\nanswer_2 = 1")], ["1"]),
    ],
)
def test_what_an_answer_builds_on_is_read_from_the_code(cells, found):
    assert builds_on(steps(*cells), "2", ["1", "2"]) == found


def test_only_the_cells_that_an_answer_takes_are_opened():
    solution = steps(
        ("1", "n = 3\nanswer_1 = n"), ("2", "answer_2 = 2"), ("3", "answer_3 = n"), ("4", "n = 5")
    )
    assert [step.task for step in opened(solution, ["3"])] == ["1", "3"]
    assert [step.task for step in opened(solution, ["2"])] == ["2"]


def test_a_right_answer_stands_behind_the_students_cells_for_its_task():
    solution = steps(("1", "answer_1 = 'right'"), ("2", "answer_2 = answer_1"))
    theirs = steps(("1", "answer_1 = 'wrong'"), ("2", "answer_2 = answer_1"))
    kinds = [step.kind for step in with_right_answers(theirs, solution, ["1"])]
    assert kinds == ["written", "right", "check", "written", "check"]


def test_a_right_answer_stands_before_its_first_use_where_the_student_has_no_cell_for_it():
    solution = steps(("1", "answer_1 = 'right'"), ("2", "answer_2 = answer_1"))
    theirs = [Step("written", "a = 1", 1), *steps(("2", "answer_2 = answer_1"))]
    theirs.append(Step("check", "answer_1", 0, "1"))
    kinds = [step.kind for step in with_right_answers(theirs, solution, ["1"])]
    assert kinds == ["written", "right", "written", "check", "check"]


# --- In the sandbox -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    try:
        Sandbox([], Limits()).close()
    except SandboxError as error:
        lacking(str(error))
    texts = [nbformat.writes(notebook_of("01", folder)) for folder in ("exercises", "solutions")]
    limits = Limits(cell_seconds=8.0)
    made = Grader(Kit(exercise="01", source=texts[0], solution=texts[1], seed=77, limits=limits))
    yield made
    made.close()


def grade(grader: Grader, **answers: str | Callable[[str], str]) -> Outcome:
    """The outcome of the solution with other answers, `answer_1="raw_rate = 1"`."""
    notebook: NotebookNode = notebook_of("01")
    for cell in notebook.cells:
        if change := answers.get(cell.id.replace("-", "_")):
            cell.source = change if isinstance(change, str) else change(cell.source)
    return grader.grade(Submission("ada", "ada.ipynb", nbformat.writes(notebook).encode()))


def points(outcome: Outcome) -> list[float]:
    assert outcome.status == GRADED, outcome.reason
    return [task.result.points for task in outcome.tasks]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param("raw_rate = patients.groupby('doctor')['success'].sum()", id="wrong"),
        pytest.param("raw_rate = dict.fromkeys(roster, 0.5)", id="typed in"),
        pytest.param("raw_rate = ...", id="unfinished"),
        pytest.param("1 / 0", id="failed"),
        pytest.param("while True:\n    pass", id="hangs"),
        pytest.param("import os\nos._exit(0)", id="ends Python"),
    ],
)
def test_what_builds_on_a_lost_task_keeps_its_points(grader, answer):
    outcome = grade(grader, answer_1=answer)
    [lost, *others] = points(outcome)
    assert lost < FULL[0]
    assert others == FULL[1:]
    assert [task.follows for task in outcome.tasks] == [(), ("01.1",), (), ("01.1",)]
    assert "builds on task 01.1" in outcome.tasks[1].reason


def test_a_mistake_of_its_own_is_found_behind_that_of_another_task(grader):
    outcome = grade(
        grader,
        answer_1="raw_rate = dict.fromkeys(roster, 0.5)",
        answer_2=lambda text: text.replace("np.sqrt(raw_rate", "(pd.Series(raw_rate)"),
    )
    [first, second, *_] = outcome.tasks
    assert (first.result.points, second.follows) == (0.0, ("01.1",))
    assert second.result.points < FULL[1]
    assert second.result.mistakes, "the variance for the standard error"


def test_an_answer_that_is_the_same_either_way_says_nothing_of_another_task(grader):
    """It uses the lost answer, and loses its points for another reason."""
    outcome = grade(
        grader,
        answer_1="raw_rate = 0.5",
        answer_2=lambda text: f"{text}\nstandard_error = [raw_rate is None]",
    )
    assert [task.follows for task in outcome.tasks] == [(), (), (), ("01.1",)]


def test_a_task_builds_on_those_before_it_alone(grader):
    """Or the answer to a later one, asked for by name, would help with an earlier one."""
    outcome = grade(grader, answer_2="standard_error = spread", answer_4="spread = 1")
    assert [task.follows for task in outcome.tasks] == [(), (), (), ()]


def test_nothing_runs_twice_where_nothing_builds_on_what_was_lost(grader, monkeypatch):
    runs, run = [], grader._run

    def counted(*steps, **options):
        runs.append(steps)
        return run(*steps, **options)

    monkeypatch.setattr(grader, "_run", counted)
    assert points(grade(grader)) == FULL
    assert points(grade(grader, answer_3="interval = 1")) == [2.0, 2.0, 0.0, 3.0]
    assert len(runs) == 2


DIG = """
import gc
for space in gc.get_objects():
    if type(space) is dict and "patients" in space and "{name}" in space:
        found = space["{name}"]
        if found is not ... and not isinstance(found, int):
            {name} = found
"""


def test_a_right_answer_that_stands_in_earns_nothing_itself(grader):
    """Nor does one that a later cell takes from it, checked at the notebook's end."""
    take = "check('01.1', raw_rate)"
    outcome = grade(
        grader, answer_1="raw_rate = 1", answer_4=lambda text: f"{take}\n{text}\n{take}"
    )
    assert points(outcome) == [0.0, *FULL[1:]]


def test_a_solution_that_was_opened_earns_nothing_for_its_task(grader):
    """Task 2 is lost too; its answer lies nowhere in the run that opens task 1."""
    dig = DIG.format(name="standard_error") + "\nspread = raw_rate"
    outcome = grade(
        grader, answer_1="raw_rate = 1", answer_2="standard_error = raw_rate", answer_4=dig
    )
    assert points(outcome) == [0.0] * 2 + [3.0, 0.0]


def test_a_judgement_with_right_answers_survives_a_file(grader):
    outcome = grade(grader, answer_1="raw_rate = ...")
    assert Outcome.from_json(outcome.to_json()) == outcome
