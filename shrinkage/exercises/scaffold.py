"""Writes a new exercise for an author to write over: one small task that passes the tests.

Its files are in `templates/`, where `$number`, `$shown` (the number without its zero), `$package`
and `$title` stand for the exercise's own.
"""

import re
from importlib import invalidate_caches
from pathlib import Path
from string import Template

import nbformat

from shrinkage.exercises.checking import exercise_ids
from shrinkage.exercises.release import make_exercise

TEMPLATES = Path(__file__).parent / "templates"
LONGEST = 60  # characters of a title, which has to fit into a menu


class ScaffoldError(ValueError):
    """A new exercise that cannot be written; the message says why and what to do."""


def new_exercise(title: str, number: int | None = None) -> list[Path]:
    """Write a new exercise's package, solution, tests and released notebook; return their paths.

    The number is the next free one unless given. Writes nothing and raises `ScaffoldError` where
    the course's source is not there to write to, the title has no letter, or the number is taken.
    """
    root = Path(__file__).parents[2]
    missing = [d for d in ("solutions", "tests", "exercises") if not (root / d).is_dir()]
    if missing:
        raise ScaffoldError(
            f"{root}: expected the course's source with its folder {missing[0]}/; this package is "
            "installed somewhere else. Clone the course and run `make book` there first."
        )
    name = "_".join(re.findall(r"[a-z0-9]+", title.lower()))
    if not name or len(title) > LONGEST or set(title) & set('"\\\n'):
        raise ScaffoldError(
            f"'{title}' cannot be a title: write a few words, at most {LONGEST} characters, "
            "without quotation marks"
        )
    taken = exercise_ids()
    id = f"{max(map(int, taken), default=0) + 1 if number is None else number:02d}"
    if id in taken or not 1 <= int(id) <= 99:
        raise ScaffoldError(
            f"{id} cannot be its number: expected 1 to 99, and {', '.join(taken)} are taken"
        )

    package = root / "shrinkage" / "exercises" / f"ex{id}_{name}"
    fields = {"number": id, "shown": str(int(id)), "title": title, "package": package.name}
    tests = root / "tests" / f"test_exercise_{id}.py"
    templates = {tests: TEMPLATES / "test_exercise.py.txt"}
    templates |= {package / path.stem: path for path in (TEMPLATES / "package").iterdir()}
    package.mkdir()
    for path, template in templates.items():
        path.write_text(_filled(template.read_text("utf-8"), fields), "utf-8")

    notebook = nbformat.read(TEMPLATES / "solution.ipynb", as_version=4)
    for cell in notebook.cells:
        cell.source = _filled(cell.source, fields)
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.grade_id = _filled(cell.metadata.nbgrader.grade_id, fields)
    solution = root / "solutions" / f"{id}_{name}.ipynb"
    solution.write_text(nbformat.writes(notebook) + "\n", "utf-8")
    invalidate_caches()  # the package is new to this process
    exercise = root / "exercises" / solution.name
    exercise.write_text(make_exercise(solution), "utf-8")
    return [package, solution, tests, exercise]


def _filled(text: str, fields: dict[str, str]) -> str:
    return Template(text).safe_substitute(fields)
