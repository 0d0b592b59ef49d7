"""Refuse to publish a site that lacks something: `make complete` runs it on what is built.

Every page of ``_toc.yml``, every demo in the gallery, every exercise with its notebook, and every
notebook for readers, with its outputs, beside what runs it.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import execution
import nbformat
from dependencies import ROOT
from execution import WIDGETS, toc

import shrinkage.demos

GALLERY = "book/demos"
RUNS = ["postBuild", "start", "warm.py", "requirements.txt", "runtime.txt"]
RUNS = [f".binder/{name}" for name in RUNS] + ["pyproject.toml", "README.md", "LICENSE"]


def missing(root: Path = ROOT) -> Iterator[str]:
    """What the built site and the readers' notebooks of a checkout lack, a line each."""
    html, readers = root / "_build" / "html", root / "_build" / "notebooks"
    for page in ["index", *toc(root)]:
        if not _filled(html / f"{page}.html"):
            yield f"the page {page}.html"
    for path in sorted(root.glob("exercises/*.ipynb")):
        if f"exercises/{path.stem}" not in toc(root):
            yield f"the exercise {path.stem} in _toc.yml"
        if not _filled(readers / "exercises" / path.name):
            yield f"the notebook of the exercise {path.stem}"
    for page in execution.pages(root):
        if page.name.startswith("solutions/"):
            continue
        opened = readers / f"{page.name}.ipynb"
        if not _filled(opened):
            yield f"the notebook {page.name}.ipynb"
        elif not any(cell.get("outputs") for cell in nbformat.read(opened, as_version=4).cells):
            yield f"the outputs of {page.name}.ipynb"
    shown = readers / f"{GALLERY}.ipynb"
    for name in shrinkage.demos.__all__:
        if not shown.is_file() or name not in demos_of(shown):
            yield f"the demo {name} in the gallery"
    for name in [*RUNS, "shrinkage/__init__.py"]:
        if not _filled(readers / name):
            yield f"{name} beside the notebooks"


def demos_of(path: Path) -> set[str]:
    """The classes of the demos that a notebook shows."""
    notebook = json.loads(path.read_text())
    states = notebook["metadata"].get("widgets", {}).get(WIDGETS, {}).get("state", {})
    names = (widget["state"].get("_anywidget_id", "") for widget in states.values())
    return {name.rpartition(".")[2] for name in names}


def _filled(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def main() -> int:
    """Print what is missing; 1 if anything is."""
    lacks = list(missing())
    for one in lacks:
        print(f"Missing: {one}", file=sys.stderr)
    if lacks:
        print("Nothing may be published; `make book` should have made these.", file=sys.stderr)
        return 1
    print("Every page, demo, exercise and notebook is there.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
