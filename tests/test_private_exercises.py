"""A private set: exercises in a folder of an instructor's, beside those of the course."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from checkout import ROOT

from shrinkage.exercises import checking
from shrinkage.exercises.catalogue import texts
from shrinkage.exercises.installed import (
    FOLDERS,
    ExercisesError,
    exercise_ids,
    folders,
    include,
)

TITLE = "Two clinics, one doctor"
NAME = "two_clinics_one_doctor"


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def command(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
    return run(folder, "-m", "shrinkage.cli", *arguments, **environment)


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


@pytest.fixture(scope="module")
def private(tmp_path_factory) -> Path:
    """A folder that was empty, with one new exercise."""
    folder = tmp_path_factory.mktemp("a set of my own")
    done = command(folder, "new-exercise", TITLE)
    assert done.returncode == 0, done.stderr
    assert f"export SMALLN_EXERCISES='{folder / 'tasks'}'" in done.stdout
    return folder


@pytest.fixture
def there(private) -> Iterator[Path]:
    """The private set as this process finds it, as long as the test lasts."""
    before = [*FOLDERS]
    include(private / "tasks")
    yield private
    FOLDERS[:] = before
    for name in [name for name in sys.modules if name.startswith("shrinkage.exercises.ex11_")]:
        del sys.modules[name]


def test_a_new_exercise_goes_where_the_command_is_called_and_not_into_the_course(private):
    assert {*files(private)} == {
        f"tasks/ex11_{NAME}/__init__.py",
        f"tasks/ex11_{NAME}/clinic_rate.py",
        f"solutions/11_{NAME}.ipynb",
        f"exercises/11_{NAME}.ipynb",
        "tests/exercise_kit.py",
        "tests/test_exercise_11.py",
        "tests/test_exercises.py",
    }
    assert not any(b"$" in text for text in files(private).values())
    assert "11" not in exercise_ids()
    assert not [*(ROOT / "shrinkage" / "exercises").glob("ex11_*")]


def test_its_tests_pass(private):
    done = run(private, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests")
    assert done.returncode == 0, done.stdout[-2000:]
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) > 15


def test_it_is_released_and_its_solution_earns_full_points(private, tmp_path):
    tasks = str(private / "tasks")
    release = ["release", "--from", str(private / "solutions"), "--to", str(tmp_path)]
    done = command(private, *release, SMALLN_EXERCISES=tasks)
    assert done.returncode == 0, done.stderr
    assert files(tmp_path)[f"11_{NAME}.ipynb"] == files(private)[f"exercises/11_{NAME}.ipynb"]
    code = (
        "from shrinkage.data import load_doctors\n"
        "from shrinkage.exercises.ex11_two_clinics_one_doctor import EXERCISE\n"
        "from shrinkage.exercises import check, total\n"
        "check('11.1', load_doctors()['success'].mean())\n"
        "total(EXERCISE.id)\n"
    )
    solved = run(private, "-c", code, SMALLN_EXERCISES=tasks, SMALLN_STRICT="1")
    assert solved.returncode == 0, solved.stderr
    assert "10 of 10 points" in solved.stdout


def test_without_the_variable_the_release_says_where_it_looked(private, tmp_path):
    done = command(private, "release", "--to", str(tmp_path))
    assert done.returncode == 2
    assert "no package ex11_" in done.stderr
    assert "SMALLN_EXERCISES" in done.stderr


def test_a_second_exercise_takes_the_next_number_and_leaves_the_first_as_it_is(private, tmp_path):
    own = shutil.copytree(private, tmp_path / "set")
    before = files(own)
    done = command(tmp_path, "new-exercise", "Another", "--in", "set")
    assert done.returncode == 0, done.stderr
    assert before.items() <= files(own).items()
    assert "tasks/ex12_another/__init__.py" in files(own)


def test_a_file_that_is_there_is_not_overwritten(tmp_path):
    mine = tmp_path / "tests" / "test_exercise_11.py"
    mine.parent.mkdir()
    mine.write_text("mine")
    done = command(tmp_path, "new-exercise", TITLE, "--number", "11")
    assert done.returncode == 2
    assert f"{mine} is there already" in done.stderr
    assert [*files(tmp_path)] == ["tests/test_exercise_11.py"]


def test_a_number_that_occurs_twice_is_an_error_that_names_both(there, tmp_path, capsys):
    twin = tmp_path / "ex11_mine"
    twin.mkdir()
    (twin / "__init__.py").touch()
    include(tmp_path)
    with pytest.raises(ExercisesError, match="two exercises have the number 11") as said:
        exercise_ids()
    assert str(twin) in str(said.value)
    assert str(there / "tasks" / f"ex11_{NAME}") in str(said.value)
    assert checking.check("01.1", 0.5) == 0
    checking.total("01")
    assert capsys.readouterr().out.count("The exercises cannot be found") == 2
    both = os.pathsep.join([str(there / "tasks"), str(tmp_path)])
    done = command(tmp_path, "translate", "de", SMALLN_EXERCISES=both)
    assert done.returncode == 2
    assert "two exercises have the number 11" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_that_is_not_there_is_named(tmp_path):
    missing = tmp_path / "missing"
    done = command(tmp_path, "new-exercise", TITLE, SMALLN_EXERCISES=f"{missing}{os.pathsep}")
    assert done.returncode == 2
    assert f"names the folder {missing}, and there is none" in done.stderr
    assert not files(tmp_path)


def test_its_texts_are_in_the_catalogue_too(there):
    assert (TITLE, "exercise 11") in [*texts()]
    assert folders()[-1] == (there / "tasks").resolve()


def test_in_another_checkout_than_its_own_the_command_refuses(tmp_path):
    for part in ("solutions", "tests", "exercises", "shrinkage/exercises"):
        (tmp_path / part).mkdir(parents=True)
    done = command(tmp_path, "new-exercise", TITLE)
    assert done.returncode == 2
    assert "is a checkout of the course" in done.stderr
    assert not files(tmp_path)
