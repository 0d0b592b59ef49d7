"""Solutions and exercises as files: what is released, and what is refused by file and cell."""

import ast
import json
import re
import shutil
import subprocess
import sys

import nbformat
import pytest
from exercise_kit import ROOT, notebook_of

from shrinkage import cli
from shrinkage.exercises.checking import exercise_ids
from shrinkage.exercises.release import forbidden

EXERCISES = exercise_ids()


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
def test_a_file_that_is_not_a_notebook_is_named(text, tmp_path, capsys):
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
    assert "no package ex97_" in capsys.readouterr().err


@pytest.mark.parametrize("folder", ["solutions", "exercises"])
def test_no_metadata_lets_a_failing_notebook_pass(folder):
    notebooks = sorted((ROOT / folder).rglob("*.ipynb"))
    assert notebooks
    assert [line for path in notebooks for line in forbidden(path)] == []


def test_the_exercises_stand_on_the_data_and_the_exact_posterior_only():
    allowed = re.compile(r"shrinkage(\.(data|exact|exercises)\b.*)?$")
    paths = sorted((ROOT / "shrinkage/exercises").rglob("*.py"))
    assert {path.parent.name[:2] for path in paths} >= {"an", "ex"}  # the packages too
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
