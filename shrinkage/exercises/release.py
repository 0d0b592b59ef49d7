"""Makes the exercise that a student opens from its solution.

A solution is a valid nbgrader assignment and the only source. nbgrader's own preprocessors, in
the order of its `generate_assignment` and without its database, take the solutions out and lock
what must stay. `problems` says first what is wrong with a solution, by cell.
"""

import ast
import json
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

import nbformat
from nbformat import NotebookNode

from shrinkage.exercises.installed import VARIABLE, exercise_ids, folders, load_exercise
from shrinkage.exercises.task import Exercise

if TYPE_CHECKING:
    from nbconvert.exporters.exporter import ResourcesDict

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"

# Each of these makes nbmake or nbgrader pass a notebook that fails.
FORBIDDEN_TAGS = {"raises-exception", "skip-execution"}
FORBIDDEN_METADATA = {"execution", "nbmake"}


class ReleaseError(ValueError):
    """Solutions that cannot be released; the message has one line a problem."""


def make_exercise(solution: Path) -> str:
    """The text of the exercise's notebook; raises `ReleaseError` if the solution is not sound."""
    # slow to import, and not needed to check answers
    from nbgrader import preprocessors as nbg

    from shrinkage.exercises.nbgrading import NBGRADER

    found = problems(solution)
    if found:
        raise ReleaseError("\n".join(found))
    notebook = read(solution)
    for step in (
        nbg.LockCells,
        nbg.ClearSolutions,
        nbg.ClearOutput,
        nbg.ClearHiddenTests,
        nbg.ClearMarkScheme,
        nbg.ComputeChecksums,
        nbg.CheckCellMetadata,
    ):
        notebook, _ = step(config=NBGRADER).preprocess(notebook, cast("ResourcesDict", {}))
    made_by = f"Made from solutions/{solution.name} by `shrinkage release`; change that file."
    notebook.metadata["generated"] = made_by
    notebook.cells[0].source += f"\n\n<!-- {made_by} -->"
    return nbformat.writes(notebook) + "\n"


def release(source: Path, target: Path, *, check: bool = False) -> list[Path]:
    """Write the exercises of all solutions in `source` to `target`; return those that differed.

    With `check`, nothing is written. A notebook in `target` that no solution accounts for counts
    as different, and is left alone. Raises `ReleaseError` before anything is written.
    """
    made, errors = {}, []
    for solution in solutions_in(source):
        try:
            made[target / solution.name] = make_exercise(solution)
        except ReleaseError as error:
            errors.append(str(error))
    if errors:
        raise ReleaseError("\n".join(errors))

    different = [p for p, text in made.items() if not p.exists() or p.read_text("utf-8") != text]
    if not check:
        target.mkdir(parents=True, exist_ok=True)
        for path in different:
            path.write_text(made[path], "utf-8")
    orphans = [p for p in sorted(target.glob("*.ipynb")) if p not in made]
    return different + orphans


def solutions_in(source: Path) -> list[Path]:
    """The solutions in a folder, '01' first; raises `ReleaseError` if there are none."""
    solutions = sorted(source.glob("[0-9][0-9]_*.ipynb"))
    if not solutions:
        found = "no solutions in it" if source.is_dir() else "no such folder"
        raise ReleaseError(
            f"{source}: expected a folder of solutions (NN_name.ipynb), found {found}. "
            "Run this in a checkout of the course, or name the folder with --from DIR."
        )
    return solutions


def read(path: Path) -> NotebookNode:
    """A notebook; raises `ReleaseError` if the file cannot be read as one."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # nbformat mends a cell id that occurs twice, silently
            text = path.read_text("utf-8")
            ids = Counter(cell.get("id") for cell in json.loads(text)["cells"])
            notebook = nbformat.reads(text, as_version=4)
            nbformat.validate(notebook)
    except Exception as error:  # nbformat raises whatever it stumbles on
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise ReleaseError(f"{path}: not a notebook that can be read ({reason})") from None
    twice = [str(id) for id, n in ids.items() if n > 1]
    if twice:
        raise ReleaseError(f"{path}: cells need ids of their own, not twice {', '.join(twice)}")
    return notebook


def problems(path: Path) -> list[str]:
    """What keeps a solution from being released, one line each; empty if nothing does."""
    notebook = read(path)
    found = [f"{path}: {text}" for text in _in_notebook(notebook)]
    for number, cell in enumerate(notebook.cells, start=1):
        name = cell.metadata.get("nbgrader", {}).get("grade_id", f"id {cell.get('id')!r}")
        found += [f"{path}, cell {number} ({name}): {text}" for text in _in_cell(cell)]
    id = path.name[:2]
    if id not in exercise_ids():
        looked = " or ".join(map(str, folders()))
        lack = f"{path}: no package ex{id}_… in {looked}; {VARIABLE} names other folders"
        return [*found, lack]
    return found + [f"{path}, {text}" for text in _against_tasks(notebook, load_exercise(id))]


def forbidden(path: Path) -> list[str]:
    """Metadata that makes nbmake or nbgrader pass a failing notebook, one line each."""
    notebook = read(path)
    found = [f"{path}: {text}" for text in _forbidden(notebook.metadata)]
    for number, cell in enumerate(notebook.cells, start=1):
        found += [f"{path}, cell {number}: {text}" for text in _forbidden(cell.metadata)]
    return found


def _forbidden(metadata: NotebookNode) -> Iterator[str]:
    for key in sorted(FORBIDDEN_METADATA & set(metadata)):
        yield f"metadata '{key}' can hide a failure"
    for tag in sorted(FORBIDDEN_TAGS & set(metadata.get("tags", []))):
        yield f"the tag '{tag}' hides a failure"


def _in_notebook(notebook: NotebookNode) -> Iterator[str]:
    yield from _forbidden(notebook.metadata)
    if notebook.metadata.get("kernelspec", {}).get("name") != "python3":
        yield "the kernel is not 'python3'"
    names = Counter(
        cell.metadata["nbgrader"].get("grade_id")
        for cell in notebook.cells
        if "nbgrader" in cell.metadata
    )
    yield from (f"the grade_id {name!r} occurs {n} times" for name, n in names.items() if n > 1)
    if not notebook.cells or notebook.cells[0].cell_type != "markdown":
        yield "the first cell is not text"


def _in_cell(cell: NotebookNode) -> Iterator[str]:
    yield from _forbidden(cell.metadata)
    nbgrader = cell.metadata.get("nbgrader")
    if nbgrader is not None:
        missing = {"schema_version", "grade", "solution", "locked", "grade_id"} - set(nbgrader)
        if missing:
            yield f"nbgrader's metadata lack {', '.join(sorted(missing))}"
        elif nbgrader["schema_version"] != 3:
            yield "nbgrader's metadata are not of schema_version 3"
    is_solution = bool(nbgrader and nbgrader.get("solution"))
    markers = [
        marker
        for line in cell.source.splitlines()
        for marker in (BEGIN, END)
        if marker.lstrip("# ") in line
    ]
    if markers != [BEGIN, END] * (len(markers) // 2):
        yield f"'{BEGIN}' and '{END}' do not come in pairs"
    if markers and not is_solution:
        yield "a solution stands in a cell that nbgrader's metadata do not mark as a solution"
    if is_solution and not markers:
        yield f"a solution cell has no '{BEGIN}'"
    if cell.cell_type == "code" and (cell.outputs or cell.execution_count is not None):
        yield "outputs are kept; clear them"


def _against_tasks(notebook: NotebookNode, exercise: Exercise) -> Iterator[str]:
    """Each task has one grade cell, with its points and its variable; `total` comes last."""
    checked = Counter()
    for number, cell in enumerate(notebook.cells, start=1):
        nbgrader = cell.metadata.get("nbgrader", {})
        where = f"cell {number} ({nbgrader.get('grade_id')})"
        calls = list(_calls(cell, "check"))
        if nbgrader.get("grade") and len(calls) != 1:
            yield f"{where}: a graded cell is one `check(id, value)` and nothing else"
        for id, value in calls:
            task = exercise.task(id)
            if task is None:
                yield f"{where}: exercise {exercise.id} has no task {id!r}"
                continue
            checked[id] += 1
            if not nbgrader.get("grade"):
                yield f"{where}: checks task {id} but nbgrader's metadata do not mark it as graded"
            elif nbgrader.get("points") != task.points:
                given = nbgrader.get("points")
                yield f"{where}: {given} points, but task {id} declares {task.points}"
            if value != task.variable:
                yield f"{where}: checks `{value}`, but task {id} declares `{task.variable}`"
    for task in exercise.tasks:
        if checked[task.id] != 1:
            yield f"no cell: task {task.id} is checked {checked[task.id]} times, not once"
    last = notebook.cells[-1] if notebook.cells else None
    if last is None or [id for id, _ in _calls(last, "total")] != [exercise.id]:
        yield f'last cell: should be `total("{exercise.id}")`'


def _calls(cell: NotebookNode, function: str) -> Iterator[tuple[str, str]]:
    """The first argument and the source of the second, of each statement that is such a call."""
    if cell.cell_type != "code":
        return
    try:
        tree = ast.parse(cell.source)
    except SyntaxError:  # a magic, or code that nbmake will refuse
        return
    for node in tree.body:
        match node:
            case ast.Expr(ast.Call(ast.Name(name), [ast.Constant(id), *rest])) if name == function:
                yield str(id), ", ".join(ast.unparse(argument) for argument in rest)
