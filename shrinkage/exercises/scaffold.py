"""Writes a new exercise for an author to write over: one small task that passes the tests.

Its files are in `templates/`, where `$number`, `$shown` (the number without its zero), `$package`
and `$title` stand for the exercise's own. They go into a checkout of the course, or make a private
set in any other folder: its `tasks/` beside its solutions, its exercises and its tests.
"""

import re
from importlib import invalidate_caches
from pathlib import Path
from string import Template

import nbformat

from shrinkage.exercises.installed import exercise_ids, include
from shrinkage.exercises.release import make_exercise

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
COURSE = ("solutions", "tests", "exercises", "shrinkage/exercises")  # what a checkout has
LONGEST = 60  # characters of a title, which has to fit into a menu


class ScaffoldError(ValueError):
    """A new exercise that cannot be written; the message says why and what to do."""


def new_exercise(title: str, number: int | None, folder: Path) -> tuple[list[Path], Path | None]:
    """Write a new exercise into a folder: a checkout of the course, or a private set's.

    Returns the paths of its package, its solution, its tests and the released notebook, and of a
    private set the folder that `SMALLN_EXERCISES` has to name. The number is the next free one
    unless given. Writes nothing and raises `ScaffoldError` where the title has no letter, the
    number is taken, a file is there already, or the folder is a checkout that this package is no
    part of; raises `ExercisesError` where those that there are cannot be told apart.
    """
    root = folder.expanduser().resolve()
    tasks = root / "tasks"
    private = not all((root / part).is_dir() for part in COURSE)
    if not private:
        tasks = root / "shrinkage" / "exercises"
        if tasks != HERE.resolve():
            raise ScaffoldError(
                f"{root} is a checkout of the course, and this command belongs to {HERE}: run "
                f"that of the checkout, `make book` and then {root / '.venv/bin/shrinkage'}, or "
                "choose another folder with --in"
            )
    name = "_".join(re.findall(r"[a-z0-9]+", title.lower()))
    if not name or len(title) > LONGEST or set(title) & set('"\\\n'):
        raise ScaffoldError(
            f"'{title}' cannot be a title: write a few words, at most {LONGEST} characters, "
            "without quotation marks"
        )
    if tasks.is_dir():
        include(tasks)
    taken = exercise_ids()
    id = f"{max(map(int, taken), default=0) + 1 if number is None else number:02d}"
    if id in taken or not 1 <= int(id) <= 99:
        raise ScaffoldError(
            f"{id} cannot be its number: expected 1 to 99, and {', '.join(taken)} are taken"
        )

    package = tasks / f"ex{id}_{name}"
    solution = root / "solutions" / f"{id}_{name}.ipynb"
    tests = root / "tests" / f"test_exercise_{id}.py"
    exercise = root / "exercises" / solution.name
    for path in (package, solution, tests, exercise):
        if path.exists():
            raise ScaffoldError(f"{path} is there already: move it, or choose another --number")

    fields = {"number": id, "shown": str(int(id)), "title": title, "package": package.name}
    templates = {tests: TEMPLATES / "test_exercise.py.txt"}
    templates |= {package / path.stem: path for path in (TEMPLATES / "package").iterdir()}
    if private:  # the tests that all of its exercises share; the first one brings them
        shared = {tests.with_name(p.stem): p for p in (TEMPLATES / "tests").iterdir()}
        templates |= {path: p for path, p in shared.items() if not path.exists()}
    for path, template in templates.items():
        _write(path, _filled(template.read_text("utf-8"), fields))
    _write(solution, nbformat.writes(_notebook(fields)) + "\n")
    include(tasks)
    invalidate_caches()  # the package is new to this process
    _write(exercise, make_exercise(solution))
    return [package, solution, tests, exercise], tasks if private else None


def _notebook(fields: dict[str, str]) -> nbformat.NotebookNode:
    """The solution's notebook."""
    notebook = nbformat.read(TEMPLATES / "solution.ipynb", as_version=4)
    for cell in notebook.cells:
        cell.source = _filled(cell.source, fields)
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.grade_id = _filled(cell.metadata.nbgrader.grade_id, fields)
    return notebook


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def _filled(text: str, fields: dict[str, str]) -> str:
    return Template(text).safe_substitute(fields)
