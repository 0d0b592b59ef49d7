"""Every exercise keeps its promises: what earns points, what does not, and what a student reads.

`python tests/test_exercises.py` prints the table of tasks by solution, stub and mutants caught.
An exercise NN brings its wrong answers and its right ones in `test_exercise_NN.py`. With
`EXERCISES="02 03"` in the environment only these are looked at.
"""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib import import_module

import nbformat
import numpy as np
import pandas as pd
import pytest
from exercise_kit import IN_TURN, ROOT, SEEDS, Session, notebook_of, result_of, solved
from hypothesis import strategies as st
from properties import for_any
from turns import weekly_but

from shrinkage import cli
from shrinkage.data import load_doctors
from shrinkage.exercises import check, checking, total
from shrinkage.exercises.answers import Reading, Unreadable, to_plain
from shrinkage.exercises.card import result_card
from shrinkage.exercises.checking import exercise_ids, load_exercise
from shrinkage.exercises.release import forbidden
from shrinkage.exercises.task import Part

EXERCISES = os.environ.get("EXERCISES", "").split() or exercise_ids()
TASKS = [task.id for id in EXERCISES for task in load_exercise(id).tasks]
CASES = {id: import_module(f"test_exercise_{id}") for id in EXERCISES}
SAMPLED = [id for id in EXERCISES if re.search("pymc|bambi", notebook_of(id).cells[2].source)]


def running(*values):
    """Parameters of a test that runs a solution, of which the first names the exercise."""
    return pytest.param(*values, marks=pytest.mark.sampler if values[0][:2] in SAMPLED else ())


SOLVED = [running(task) for task in TASKS]


def mutants(task: str) -> dict[str, str]:
    return CASES[task[:2]].MUTANTS[task]


@cache
def mutant_result(task: str, name: str):
    special = getattr(CASES[task[:2]], "CLINIC_OF", {})
    return result_of(task, mutants(task)[name], special.get(name))


@cache
def untouched(exercise: str) -> Session:
    session = Session(exercise, folder="exercises")
    for number in range(1, len(session.exercise.tasks) + 1):
        session.answer(number)
    return session


# --- What earns points ----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", IN_TURN)
@pytest.mark.parametrize("task", SOLVED)
def test_the_solution_earns_full_points_in_any_clinic(task, seed):
    result = solved(task[:2], seed).grade(task)
    assert result.complete, result_card(result)
    assert result.lesson
    assert not result.hint


@pytest.mark.parametrize("task", SOLVED)
def test_the_untouched_exercise_earns_nothing_and_says_what_to_do(task):
    session = untouched(task[:2])
    result = session.grade(task)
    assert result.points == 0
    assert result.found
    assert f"`{session.exercise.task(task).variable}`" in result.hint


@pytest.mark.parametrize("task", TASKS)
def test_at_least_eight_typical_mistakes_are_known_and_each_is_made_here(task):
    declared = [mistake.name for mistake in load_exercise(task[:2]).task(task).mistakes]
    assert set(mutants(task)) == set(declared)
    assert len(declared) >= 8


@pytest.mark.parametrize("task", TASKS)
def test_a_hint_is_whole_sentences_and_a_mistake_a_phrase(task):
    declared = load_exercise(task[:2]).task(task)
    sentences = [declared.hint, declared.lesson, *(m.hint for m in declared.mistakes)]
    phrases = [declared.asks, *(p.what for p in declared.parts)]
    phrases += [mistake.name for mistake in declared.mistakes]
    for text in sentences:
        assert re.search(r"[.?)]$", text), text
    for text in phrases:
        assert not text.endswith((".", "?")), text
    for text in [declared.title, *sentences, *phrases]:
        assert text == " ".join(text.split()), text
        assert "!" not in text or "`" in text, text


@pytest.mark.parametrize(
    ("task", "name"), [running(task, name) for task in TASKS for name in mutants(task)]
)
def test_a_typical_mistake_is_refused_by_name(task, name):
    result = mutant_result(task, name)
    assert name in result.mistakes
    assert result.hint
    assert result.points < result.out_of


@pytest.mark.parametrize(
    ("task", "name"), [running(task, name) for task in TASKS for name in mutants(task)]
)
def test_no_card_gives_a_number_of_the_truth_away(task, name):
    result = mutant_result(task, name)
    session = solved(task[:2])
    truth = session.exercise.task(task).truth(session.data)
    truth = truth.to_numpy(float).ravel()
    truth = truth[np.isfinite(truth) & (truth != 0) & (truth != 1)]
    said = " ".join([result.mistake, result.hint, *result.right, *result.not_yet])
    for number in map(float, re.findall(r"\d+\.?\d*", said)):
        assert not np.isclose(truth, number, rtol=0.0015).any(), said
        assert not np.isclose(100 * truth, number, rtol=0.0015).any(), said


@pytest.mark.parametrize(
    ("task", "form"),
    [running(task, form) for task in TASKS for form in CASES[task[:2]].FORMS[task]],
)
def test_a_right_answer_is_right_in_every_form(task, form):
    session = solved(task[:2]).fork()
    session.run(form)
    result = session.grade(task)
    assert result.complete, result_card(result)


# A part that holds for whatever achieves something has no tolerance.
MEASURED = [
    running(task.id)
    for id in EXERCISES
    for task in load_exercise(id).tasks
    if not all(part.holds for part in task.parts)
]


@pytest.mark.parametrize("seed", weekly_but([None], SEEDS[:3]))
@pytest.mark.parametrize("task", MEASURED)
def test_a_value_may_be_off_by_its_tolerance_and_no_more(task, seed):
    session = solved(task[:2], seed)
    declared, seen = session.exercise.task(task), session.data
    truth = declared.truth(seen)
    values = truth.to_numpy(float)
    reading = declared.answer.read(solution_in_plain_data(task, session.clinic), truth)
    within = declared.tolerance
    within = within(seen).to_numpy(float) if callable(within) else within
    room = np.broadcast_to(within + reading.margin, values.shape)
    graded = np.zeros(values.shape, bool)
    for part in declared.parts:
        if part.holds is None:
            graded |= part.covers(truth, seen)
    spots = np.argwhere(np.isfinite(values) & graded)
    assert len(spots)
    for spot in map(tuple, spots[:: max(len(spots) // 4, 1)]):
        for share in (0.999, -0.999, 1.001, -1.001, 1e6):
            off = values.copy()
            off[spot] += share * room[spot]
            given = np.full(values.shape, True)
            result = declared.judge(Reading(off, given, reading.margin), truth, seen)
            assert result.complete == (abs(share) < 1), (spot, share, result_card(result))


@cache
def solution_in_plain_data(task: str, seed: int | None):
    session = solved(task[:2], seed)
    declared = session.exercise.task(task)
    return declared.answer.plain(session.names[declared.variable], session.data)


def test_a_part_is_about_rows_or_columns_by_their_labels():
    draws = pd.DataFrame({"mean": 1.0, "sd": 1.0}, ["mu_pop", "alpha[A]", "alpha[B]"])
    covered = {
        ("alpha",): [[0, 0], [1, 1], [1, 1]],
        ("alpha[A]", "sd"): [[0, 1], [1, 1], [0, 1]],
        "mean": [[1, 0], [1, 0], [1, 0]],
        None: [[1, 1], [1, 1], [1, 1]],
    }
    for where, expected in covered.items():
        np.testing.assert_array_equal(Part(1, "a part", where).covers(draws, None), expected)
    numbers = pd.Series({"lower": 0.1, "upper": 0.2})
    assert Part(1, "a part", "upper").covers(numbers, None).tolist() == [False, True]
    with pytest.raises(ValueError, match="'a part' is about \\['beta'\\], which no label is"):
        Part(1, "a part", "beta").covers(draws, None)
    with pytest.raises(ValueError, match="both `where` and `holds`"):
        Part(1, "a part", "mean", holds=lambda answer, data: True)


# --- What a student reads when the answer is no answer --------------------------------------------


class Hostile:
    """An object that raises wherever it is touched."""

    def __getattr__(self, name):
        raise RuntimeError(name)

    def __len__(self):
        raise RuntimeError

    def __float__(self):
        raise RuntimeError

    __iter__ = __str__ = __repr__ = __eq__ = __len__
    __hash__ = object.__hash__


def loop() -> list:
    endless = []
    endless.append(endless)
    return endless


def frame() -> pd.DataFrame:
    return load_doctors().groupby("doctor")["success"].agg(["sum", "count"])


ODD = {
    "unfinished": ...,
    "None": None,
    "NaN": float("nan"),
    "NA": pd.NA,
    "NaT": pd.NaT,
    "infinity": float("inf"),
    "True": True,
    "a number": 0.8,
    "a huge int": 10**400,
    "complex": 1 + 2j,
    "a fraction": Fraction(1, 3),
    "a decimal": Decimal("0.5"),
    "text": "0.8, 0.9",
    "bytes": b"0.8",
    "an exception": KeyError("doctor"),
    "an exception class": ValueError,
    "a function": lambda: 0.8,
    "a builtin": print,
    "a method": frame().mean,
    "a module": np,
    "a hostile object": Hostile(),
    "a list of hostile objects": [Hostile()] * 11,
    "a generator": (x for x in [1.0]),
    "a zip": zip([1], [2], strict=True),
    "a set": {0.5, 0.6},
    "an empty list": [],
    "an empty dict": {},
    "an empty Series": pd.Series(dtype=float),
    "an empty table": pd.DataFrame(),
    "two values": [0.5, 0.6],
    "texts": ["0.5"] * 11,
    "texts by doctor": dict.fromkeys("ABCDEFGHIJK", "0.5"),
    "huge ints": [10**400] * 11,
    "Nones": [None] * 11,
    "unfinished values": [...] * 11,
    "truths": [True] * 11,
    "a table": frame(),
    "a table with a column of doctors": frame().reset_index(),
    "the patients": load_doctors(),
    "a groupby": load_doctors().groupby("doctor"),
    "the patients' outcomes": load_doctors()["success"],
    "numbered rows": pd.Series(0.5, index=range(5, 16)),
    "strangers": pd.Series(0.5, index=list("ABCDEFGHIJZ")),
    "a doctor twice": pd.Series(0.5, index=list("ABCDEFGHIJJ")),
    "labels of two levels": pd.Series(0.5, index=pd.MultiIndex.from_product([["A", "B"], [1]])),
    "a list of lists": [[[[[1.0]]]]],
    "a list that holds itself": loop(),
    "a dict of tables": {"A": frame()},
    "a row of an array": np.ones((1, 11)),
    "a cube": np.ones((2, 3, 4)),
    "a billion values": np.broadcast_to(0.5, (10**9,)),
    "a million values": [0.5] * 1_000_000,
    "an array of objects": np.array([object()] * 11),
    "dates": pd.date_range("2026-01-01", periods=11),
}


# What is read alike is refused alike: every odd value meets every kind of answer, a few each task.
KINDS = {type(load_exercise(task[:2]).task(task).answer).__name__: task for task in TASKS[::-1]}
FEW = [
    "unfinished",
    "a hostile object",
    "a table",
    "a list of lists",
    "a million values",
    "a method",
]


@pytest.mark.parametrize("task", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("odd", ODD)
def test_no_answer_is_too_odd_for_a_sentence(task, odd, capsys):
    is_refused_in_a_sentence(task, ODD[odd], capsys)


@pytest.mark.parametrize("task", TASKS)
def test_no_task_fails_over_an_odd_answer(task, capsys):
    for odd in FEW:
        is_refused_in_a_sentence(task, ODD[odd], capsys)


def is_refused_in_a_sentence(task, value, capsys):
    points = check(task, value)
    card = capsys.readouterr().out
    assert points == 0
    assert repr(points) == "0.0"
    assert task in card
    assert "Traceback" not in card
    assert len(card) < 2000
    said = checking._results[task]
    assert said.hint.rstrip().endswith((".", "?"))
    if said.found:
        assert said.expected
        assert said.found not in ("", "something else")


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=12)
        | st.dictionaries(st.sampled_from("ABCDEFGHIJK") | st.text(max_size=8), inner)
        | st.lists(inner, min_size=11, max_size=11)
    ),
)


@for_any(PLAIN, kept=40, search=200)
def test_no_plain_data_makes_a_task_raise(plain):
    for task in KINDS.values():
        result = load_exercise(task[:2]).task(task).grade(plain, data_of(task[:2]))
        assert result.points < result.out_of, task
        result_card(result)._repr_html_()


@cache
def data_of(exercise: str):
    return load_exercise(exercise).load()


@pytest.mark.parametrize("value", ["01.9", "99.1", "", "0", 1.1, None, "<b>01.1</b>", ["01.1"]])
def test_an_unknown_task_is_a_sentence(value, capsys):
    assert check(value, 1.0) == 0
    card = capsys.readouterr().out
    assert "There is no task" in card
    assert "01" in card


def test_two_values_or_none_instead_of_one_are_sentences(capsys):
    assert check("01.1", 0.5, 0.6) == 0
    assert "2 values" in capsys.readouterr().out
    assert check("01.1") == 0
    assert "unfinished" in capsys.readouterr().out


def test_a_clinic_that_is_none_is_a_sentence(monkeypatch, capsys):
    monkeypatch.setenv("SMALLN_CLINIC", "seven")
    assert check("01.1", 0.5) == 0
    card = capsys.readouterr().out
    assert "01.1: the data cannot be loaded" in card
    assert "found 'seven'" in " ".join(card.split())


def test_an_unknown_exercise_has_no_total(capsys):
    assert total("77") is None
    assert total("01.1") is None
    assert capsys.readouterr().out.count("There is no exercise") == 2


def test_plain_data_are_json_and_keep_the_labels():
    answer = pd.Series([0.5, np.nan], index=["Dr. A", "K"], dtype="Float64")
    assert json.loads(json.dumps(to_plain(answer))) == {"A": 0.5, "K": None}
    assert to_plain({"a": ..., "b": np.float32(0.5)}) == {"a": "...", "b": 0.5}
    with pytest.raises(Unreadable, match="label 'A' more than once"):
        to_plain({"A": 1, "Dr. A": 2})


# --- Cards and totals -----------------------------------------------------------------------------


@pytest.fixture
def fresh(monkeypatch):
    monkeypatch.setattr(checking, "_results", {})


@pytest.mark.usefixtures("fresh")
def test_the_total_counts_the_latest_check_and_says_what_is_left(capsys):
    session = solved("01")
    total("01")
    assert capsys.readouterr().out.count("not checked yet") == len(session.exercise.tasks)
    for task in session.exercise.tasks:
        check(task.id, session.names[task.variable])
    total("01")
    assert "10 of 10 points" in capsys.readouterr().out
    check("01.2", 3)
    capsys.readouterr()
    total("01")
    said = capsys.readouterr().out
    assert "8 of 10 points" in said
    assert re.search(r"Left +01\.2$", said, re.MULTILINE)


@pytest.mark.usefixtures("fresh")
def test_strictly_missing_points_raise(monkeypatch, capsys):
    monkeypatch.setenv(checking.STRICT, "1")
    session = solved("01")
    check("01.1", session.names["raw_rate"])
    with pytest.raises(checking.Incomplete, match="0 of 2 points"):
        check("01.2", ...)
    with pytest.raises(checking.Incomplete, match="There is no task"):
        check("01.9", 1)
    with pytest.raises(checking.Incomplete, match="not checked yet"):
        total("01")


def test_a_card_has_no_colour_of_its_own_and_escapes_what_it_quotes():
    result = result_of("01.1", "raw_rate = {'<script>alert(1)</script>': 1.0}")
    html = result_card(result)._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert not re.search(r"#[0-9a-f]{3}|rgb|background", html)


# --- Solutions and exercises as files -------------------------------------------------------------


def released(*arguments) -> int:
    return cli.main(["release", *map(str, arguments)])


def test_the_exercises_are_what_the_solutions_make(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    assert released("--check") == 0, capsys.readouterr().out


def test_a_release_writes_the_same_again_and_check_names_what_differs(tmp_path, capsys):
    target = tmp_path / "out"
    assert released("--from", ROOT / "solutions", "--to", target, "--check") == 1
    assert not target.exists()
    assert released("--from", ROOT / "solutions", "--to", target) == 0
    before = {path.name: path.read_bytes() for path in target.iterdir()}
    assert sorted(before) == [path.name for path in sorted((ROOT / "exercises").glob("*.ipynb"))]
    assert released("--from", ROOT / "solutions", "--to", target) == 0
    assert {path.name: path.read_bytes() for path in target.iterdir()} == before

    changed = target / "01_league_tables.ipynb"
    changed.write_text(changed.read_text().replace("coin", "die"))
    (target / "98_left_over.ipynb").write_text("{}")
    capsys.readouterr()
    assert released("--from", ROOT / "solutions", "--to", target, "--check") == 1
    said = capsys.readouterr().out
    assert "01_league_tables.ipynb: differs" in said
    assert "98_left_over.ipynb: no solution" in said
    assert (target / "98_left_over.ipynb").exists()


@pytest.mark.parametrize("id", EXERCISES)
def test_an_exercise_says_what_made_it_and_holds_no_solution(id):
    text = nbformat.writes(notebook_of(id, "exercises"))
    assert "shrinkage release" in notebook_of(id, "exercises").cells[0].source
    assert "SOLUTION" not in text
    for cell in notebook_of(id).cells:
        if "BEGIN SOLUTION" in cell.source:
            solution = cell.source.split("### BEGIN SOLUTION\n")[1].split("### END")[0]
            assert json.dumps(max(solution.splitlines(), key=len))[1:-1] not in text


def broken(change) -> nbformat.NotebookNode:
    notebook = notebook_of("01")
    cells = {cell.id: cell for cell in notebook.cells}
    change(notebook, cells)
    return notebook


def drop(name):
    return lambda nb, cells: nb.cells.remove(cells[name])


def nbgrader(cell, **values):
    return lambda nb, cells: cells[cell].metadata["nbgrader"].update(values)


def source(cell, old, new):
    return lambda nb, cells: cells[cell].update(source=cells[cell].source.replace(old, new))


BROKEN = {
    "an unclosed marker": (
        source("answer-2", "### END SOLUTION", ""),
        r"cell 8 \(answer-01-2\): .*do not come in pairs",
    ),
    "a marker without metadata": (
        lambda nb, cells: cells["answer-2"].metadata.pop("nbgrader"),
        r"cell 8 \(id 'answer-2'\): .*do not mark as a solution",
    ),
    "metadata without a field": (
        lambda nb, cells: cells["check-2"].metadata["nbgrader"].pop("locked"),
        r"cell 9 \(check-01-2\): nbgrader's metadata lack locked",
    ),
    "old metadata": (nbgrader("check-2", schema_version=2), r"\(check-01-2\): .*schema_version 3"),
    "a solution without markers": (
        source("answer-2", "SOLUTION", ""),
        r"\(answer-01-2\): a solution cell has no",
    ),
    "a grade_id twice": (
        nbgrader("check-2", grade_id="check-01-1"),
        "grade_id 'check-01-1' occurs 2 times",
    ),
    "other points": (
        nbgrader("check-2", points=5),
        r"cell 9 \(check-01-2\): 5 points, but task 01.2 declares 2",
    ),
    "an ungraded check": (nbgrader("check-2", grade=False), r"\(check-01-2\): .*mark it as graded"),
    "an unknown task": (source("check-2", "01.2", "01.7"), r"\(check-01-2\): .*no task '01.7'"),
    "another variable": (
        source("check-2", "standard_error", "raw_rate"),
        r"\(check-01-2\): checks `raw_rate`, but task 01.2 declares `standard_error`",
    ),
    "a task without a check": (drop("check-2"), "task 01.2 is checked 0 times"),
    "no total": (drop("total"), r"last cell: should be `total\(\"01\"\)`"),
    "outputs": (
        lambda nb, cells: cells["setup"].update(execution_count=3),
        r"cell 3 \(setup-01\): outputs are kept",
    ),
    "a tag that hides failures": (
        lambda nb, cells: cells["check-2"].metadata.update(tags=["raises-exception"]),
        r"\(check-01-2\): the tag 'raises-exception'",
    ),
    "a skipped cell": (
        lambda nb, cells: cells["check-2"].metadata.update(tags=["skip-execution"]),
        r"\(check-01-2\): the tag 'skip-execution'",
    ),
    "allowed errors": (
        lambda nb, cells: nb.metadata.update(execution={"allow_errors": True}),
        "metadata 'execution'",
    ),
    "another kernel": (lambda nb, cells: nb.metadata.pop("kernelspec"), "kernel is not 'python3'"),
    "a cell id twice": (
        lambda nb, cells: cells["check-2"].update(id="check-1"),
        "check-1",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_solution_is_named_by_file_and_cell_and_nothing_is_written(name, tmp_path, capsys):
    change, expected = BROKEN[name]
    path = tmp_path / "solutions" / "01_league_tables.ipynb"
    path.parent.mkdir()
    path.write_text(json.dumps(broken(change)))
    assert released("--from", path.parent, "--to", tmp_path / "exercises") == 2
    said = capsys.readouterr().err
    assert str(path) in said
    assert re.search(expected, said), said
    assert not (tmp_path / "exercises").exists()


@pytest.mark.parametrize("text", ["", "{}", "no json", '{"cells": 3}', "\x00\xff"])
def test_a_file_that_is_no_notebook_is_named(text, tmp_path, capsys):
    path = tmp_path / "01_league_tables.ipynb"
    path.write_text(text)
    assert released("--from", tmp_path, "--to", tmp_path / "exercises") == 2
    assert re.search(rf"{path.name}.*(not a notebook|cell)", capsys.readouterr().err)


def test_without_solutions_there_is_nothing_to_release(tmp_path, capsys):
    assert released("--from", tmp_path, "--to", tmp_path) == 2
    assert "no solutions" in capsys.readouterr().err


def test_a_solution_without_tasks_is_named(tmp_path, capsys):
    shutil.copy(ROOT / "solutions/01_league_tables.ipynb", tmp_path / "97_league_tables.ipynb")
    assert released("--from", tmp_path, "--to", tmp_path / "out") == 2
    assert "no module ex97_" in capsys.readouterr().err


@pytest.mark.parametrize("folder", ["solutions", "exercises"])
def test_no_metadata_lets_a_failing_notebook_pass(folder):
    notebooks = sorted((ROOT / folder).rglob("*.ipynb"))
    assert notebooks
    assert [line for path in notebooks for line in forbidden(path)] == []


def test_the_exercises_stand_on_the_data_and_the_exact_posterior_only():
    allowed = re.compile(r"shrinkage(\.(data|exact|exercises)\b.*)?$")
    paths = sorted((ROOT / "shrinkage/exercises").rglob("*.py"))
    assert len(paths) > 20
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module == "shrinkage":
                assert {alias.name for alias in node.names} <= {"data", "exact"}, path
            names = [node.module] if isinstance(node, ast.ImportFrom) else []
            names += [a.name for a in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                assert not name.startswith("shrinkage") or allowed.match(name), path


def test_pytest_fails_a_solution_that_misses_points_or_skips_a_check(tmp_path):
    shutil.copy(ROOT / "solutions/conftest.py", tmp_path)
    for name, change in {
        "right": lambda nb, cells: None,
        "wrong": source("answer-1", ".reindex(roster)", ""),
        "unchecked": drop("check-4"),
    }.items():
        (tmp_path / f"01_{name}.ipynb").write_text(nbformat.writes(broken(change)))
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "--nbmake", "-p", "no:cacheprovider", str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=None,
    )
    assert run.returncode == 1, run.stdout
    assert "2 failed, 1 passed" in run.stdout
    assert "1.5 of 2 points" in run.stdout
    assert "not checked yet" in run.stdout


def main() -> None:
    """Print the table of tasks."""
    print(f"{'task':<40}{'solution':>10}{'stub':>6}{'mutants caught':>16}{'right forms':>13}")
    totals = []
    for id in EXERCISES:
        for task in load_exercise(id).tasks:
            results = {name: mutant_result(task.id, name) for name in mutants(task.id)}
            caught = sum(name in result.mistakes for name, result in results.items())
            earned = solved(id).grade(task.id).points
            print(
                f"{task.id + ' ' + task.title:<40}{f'{earned:g} of {task.points:g}':>10}"
                f"{untouched(id).grade(task.id).points:>6g}{f'{caught} of {len(results)}':>16}"
                f"{len(CASES[id].FORMS[task.id]):>13}",
                flush=True,
            )
            totals.append((earned == task.points, caught, len(results)))
    full, caught, made = map(sum, zip(*totals, strict=True))
    print(f"{len(totals)} tasks: {full} solutions in full, {caught} of {made} mutants caught")


if __name__ == "__main__":
    main()
