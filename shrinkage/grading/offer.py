"""The packages that a sandbox offers: what an exercise teaches with, and no answer to it.

The folder that is made here stands in for the course's package: a `shrinkage` whose loaders serve
the clinic that is graded, whose `check` hands values in, and which has the exact posterior only
where the exercise's own cells import it. The truths, the checks and their hints are not in it.
"""

from __future__ import annotations

import ast
import pickle
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import shrinkage

PACKAGE = Path(shrinkage.__file__).parent
ALWAYS = (  # modules and packages of the course that any exercise may import
    "convergence.py",
    "figures",
    "exercises/answers",
    "exercises/language.py",
    "exercises/languages",
    "grading/inside",
    "data/reading",
)
ON_REQUEST = ("exact",)  # offered where the exercise's own cells import it
HELPERS = (  # of `shrinkage.data`
    "ColumnsError",
    "Note",
    "Outcomes",
    "OutcomesError",
    "Proposal",
    "count_by_doctor",
    "load_outcomes",
    "parse_option",
)


@dataclass(frozen=True)
class Imports:
    """What an exercise's own cells import.

    Attributes:
        modules: modules by their full names, those of the course among them.
        loaders: loaders of the course that take no arguments, as (module, name).
    """

    modules: frozenset[str]
    loaders: frozenset[tuple[str, str]]

    def offers(self, package: str) -> bool:
        """Whether the exercise imports a package of the course."""
        name = f"shrinkage.{package}"
        return any(module == name or module.startswith(f"{name}.") for module in self.modules)


def imports(sources: Iterable[str]) -> Imports:
    """What the given cells of an exercise import."""
    modules, loaders = set(), set()
    for source in sources:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                modules |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.add(node.module)
                if node.module.startswith("shrinkage."):
                    names = {alias.name for alias in node.names} - {*HELPERS}
                    loaders |= {(node.module, n) for n in names if n.startswith("load_")}
    return Imports(frozenset(modules), frozenset(loaders))


def served(wanted: Imports) -> dict[str, bytes]:
    """What the loaders return for the clinic of this environment, pickled, by full name."""
    return {
        f"{module}.{name}": pickle.dumps(getattr(import_module(module), name)())
        for module, name in sorted(wanted.loaders)
    }


def build(folder: Path, wanted: Imports) -> None:
    """Make the package that the sandbox offers, as `folder`/shrinkage."""
    root = folder / "shrinkage"
    parts = [*ALWAYS, *(part for part in ON_REQUEST if wanted.offers(part))]
    for part in parts:
        _copy(PACKAGE / part, root / part)
    for package in ("", "exercises", "data", "grading"):
        _write(root / package / "__init__.py", "")
    _write(
        root / "exercises/__init__.py", "from shrinkage.grading.inside.checks import check, total\n"
    )
    by_module: dict[str, list[str]] = {"shrinkage.data": []}
    for module, name in sorted(wanted.loaders):
        by_module.setdefault(module, []).append(name)
    for module, names in by_module.items():
        lines = ["from shrinkage.grading.inside.served import loader, use_clinic"]
        if module == "shrinkage.data":
            lines.append(f"from shrinkage.data.reading import {', '.join(HELPERS)}")
        lines += [f"{name} = loader({f'{module}.{name}'!r})" for name in names]
        stem = root.parent / module.replace(".", "/")
        path = stem / "__init__.py" if stem.is_dir() else stem.with_suffix(".py")
        _write(path, "\n".join(lines) + "\n")


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        ignored = shutil.ignore_patterns("__pycache__", "node_modules")
        shutil.copytree(source, target, ignore=ignored)
    elif source.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
