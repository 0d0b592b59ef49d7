"""Which exercises there are: the course's own, and an instructor's private ones.

An exercise is a package `exNN_name` in one of the folders of this package's path. The first is the
course's own; `SMALLN_EXERCISES` names others, separated as in `PATH`, whose packages are then
imported as if they were the course's: `from shrinkage.exercises.ex11_mine import EXERCISE`.
"""

from __future__ import annotations

import os
import pkgutil
import re
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from shrinkage.exercises import __path__ as FOLDERS

if TYPE_CHECKING:
    from shrinkage.exercises.task import Exercise

VARIABLE = "SMALLN_EXERCISES"


class ExercisesError(ValueError):
    """Exercises that cannot be found or told apart; the message says which and what to do."""


def include(folder: str | Path) -> None:
    """Look for exercises in this folder too."""
    path = str(Path(folder).expanduser().resolve())
    if path not in FOLDERS:
        FOLDERS.append(path)


def include_private() -> None:
    """Look in the folders that the environment names too."""
    for folder in os.environ.get(VARIABLE, "").split(os.pathsep):
        if folder.strip():
            include(folder.strip())


def folders() -> list[Path]:
    """The folders with exercises, the course's own first; raises `ExercisesError`."""
    found = [Path(folder) for folder in FOLDERS]
    for folder in found:
        if not folder.is_dir():
            raise ExercisesError(
                f"{VARIABLE} names the folder {folder}, and there is none: make it, correct the "
                "path or unset the variable"
            )
    return found


def exercise_ids() -> list[str]:
    """The ids of all exercises, '01' first; raises `ExercisesError`."""
    return sorted(_packages())


def load_exercise(id: str) -> Exercise:
    """The exercise '01', '02', …; raises KeyError if there is none, or `ExercisesError`."""
    return import_module(f"shrinkage.exercises.{_packages()[id].name}").EXERCISE


def _packages() -> dict[str, Path]:
    """The package of each exercise, by its id."""
    found: dict[str, Path] = {}
    for folder in folders():
        for module in pkgutil.iter_modules([str(folder)]):
            name = re.fullmatch(r"ex(\d\d)_\w+", module.name)
            if name and module.ispkg:
                path = folder / module.name
                if name[1] in found:
                    raise ExercisesError(
                        f"two exercises have the number {name[1]}, {found[name[1]]} and {path}: "
                        "give one of them another number, in its name and in its tasks' ids"
                    )
                found[name[1]] = path
    return found
