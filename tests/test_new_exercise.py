"""`shrinkage new-exercise`: what it writes passes all that an exercise has to pass."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from checkout import ROOT

PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider")


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Path:
    """The course's source with exercise 1 as its only one."""
    folder = tmp_path_factory.mktemp("course")
    for path in (ROOT / "shrinkage").rglob("*"):
        inside = path.relative_to(ROOT)
        if re.search(r"/ex(?!01)\d\d_", inside.as_posix()):
            continue
        if (
            path.suffix in (".py", ".csv", ".json", ".txt", ".ipynb")
            and "node_modules" not in path.parts
        ):
            link(path, folder / inside)
    names = ["pyproject.toml", "_toc.yml", "solutions/conftest.py"]
    others = re.compile(r"test_|exercise_(?!01|kit)")
    helpers = [p.name for p in (ROOT / "tests").glob("*.py") if not others.match(p.name)]
    names += [f"tests/{name}" for name in helpers]
    names += ["tests/test_exercises.py", "tests/test_exercise_01.py"]
    names += [
        f"tests/{p.parent.name}/{p.name}" for p in (ROOT / "tests").glob("kept/test_exercises*")
    ]
    names += [f"{kind}/01_league_tables.ipynb" for kind in ("solutions", "exercises")]
    for name in names:
        link(ROOT / name, folder / name)
    return folder


def link(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(source.read_bytes())


def run(course: Path, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=course,
        env=os.environ | {"PYTHONPATH": str(course)},
        capture_output=True,
        text=True,
        check=False,
    )


def new_exercise(course: Path, *arguments: str) -> subprocess.CompletedProcess:
    return run(course, "-m", "shrinkage.cli", "new-exercise", *arguments)


@pytest.mark.weekly
def test_a_new_exercise_is_whole(course, monkeypatch):
    done = new_exercise(course, "Two clinics, one doctor", "--number", "11")
    assert done.returncode == 0, done.stderr
    package = "shrinkage/exercises/ex11_two_clinics_one_doctor"
    for path in ("__init__.py", "clinic_rate.py"):
        assert "$" not in (course / package / path).read_text()
    assert package in done.stdout
    for path in (
        "solutions/11_two_clinics_one_doctor.ipynb",
        "tests/test_exercise_11.py",
        "exercises/11_two_clinics_one_doctor.ipynb",
    ):
        assert path in done.stdout
        assert "$" not in (course / path).read_text()

    monkeypatch.setenv("EXERCISES", "11")
    tests = run(course, *PYTEST, "tests/test_exercises.py", "tests/test_exercise_11.py")
    assert tests.returncode == 0, tests.stdout[-3000:]
    assert int(tests.stdout.split(" passed")[0].split()[-1]) > 30
    solved = run(course, *PYTEST, "--nbmake", "solutions")
    assert solved.returncode == 0, solved.stdout[-3000:]
    assert "2 passed" in solved.stdout
    style = run(course, "-m", "ruff", "check", ".")
    assert style.returncode == 0, style.stdout
    assert run(course, "-m", "ruff", "format", "--check", ".").returncode == 0
    assert run(course, "-m", "shrinkage.cli", "release", "--check").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("A second first", "--number", "1"), "01 cannot be its number"),
        (("Too many", "--number", "100"), "expected 1 to 99"),
        (("Long " * 20,), "at most 60"),
        (("...",), "cannot be a title"),
        (('With "quotation marks"',), "cannot be a title"),
    ],
)
def test_what_cannot_be_an_exercise_is_refused_and_nothing_is_written(course, arguments, words):
    before = sorted(course.rglob("*.ipynb"))
    done = new_exercise(course, *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert sorted(course.rglob("*.ipynb")) == before


def test_what_is_there_already_is_not_overwritten(course):
    mine = course / "tests" / "test_exercise_12.py"
    mine.write_text("mine")
    done = new_exercise(course, "Two clinics", "--number", "12")
    assert done.returncode == 2
    assert f"{mine} is there already" in done.stderr
    assert mine.read_text() == "mine"
    mine.unlink()
    assert not [*course.rglob("ex12_*")]
