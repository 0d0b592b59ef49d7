"""What of a submission runs, in which order: its code cells between the exercise's locked ones."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from shrinkage.exercises.language import words
from shrinkage.grading.notebook import Cell, Notebook, UnreadableNotebook, parsed, read_cells

__all__ = [
    "AnotherExercise",
    "Script",
    "Step",
    "UnreadableNotebook",
    "build_script",
    "written_code",
]

LONGEST_TOKEN = 80  # characters of a sealed clinic
LONGEST_CHECK = 10_000  # characters of a cell that only checks, with its comments
FIRST, LAST = 0, 10**9  # before and after all cells, whose numbers count from 1


class AnotherExercise(UnreadableNotebook):
    """A notebook of another exercise, '01', '02', …"""

    def __init__(self, why: str, exercise: str) -> None:
        super().__init__(why)
        self.exercise = exercise


@dataclass(frozen=True)
class Step:
    """One cell to run, or one value to ask for.

    Attributes:
        kind: 'given' is a locked cell of the exercise, 'written' a cell of the student's, 'check'
            asks for the value of `source`, an expression, on behalf of a task; 'right' is the
            solution's answer to a task, which `follow_through` lets stand in for the student's.
        source: code.
        cell: the cell's number in the submission, from 1; 0 where it is not in it.
        task: the id of the task that it is the check of, or the answer to; else empty.
    """

    kind: Literal["given", "written", "check", "right"]
    source: str
    cell: int
    task: str = ""


@dataclass(frozen=True)
class Script:
    """A submission, ready to run.

    Attributes:
        steps: in the order in which they run; each task has one check or more, the last of them at
            the end.
        notes: sentences for the student: a locked cell was changed, a check deleted.
        clinic: the sealed clinic that the notebook was handed out with; empty if it has none.
    """

    steps: tuple[Step, ...]
    notes: tuple[str, ...] = ()
    clinic: str = ""


def build_script(content: bytes, source: Notebook, exercise: str) -> Script:
    """The script of a submission.

    Args:
        content: the bytes of the notebook that was handed in.
        source: the exercise as everybody gets it.
        exercise: '01', '02', …

    Raises `UnreadableNotebook` if it cannot be run, or is that of another exercise.
    """
    cells = read_cells(content)
    own = _own_cells(source)
    _refuse_another(cells, own, exercise)
    claims = _claims(cells, own)
    checks = {cell.task: cell for cell in own if cell.kind == "check"}
    tasks = _tasks(cells, claims, checks)
    theirs = {mine: cell for cell in cells if (mine := claims.get(cell.number))}

    steps: list[Step] = []
    notes: list[str] = []
    due = _when_due(own, theirs)

    def run_given(when: int) -> None:
        for mine in due.get(when, []):
            cell = theirs.get(mine)
            number = cell.number if cell else 0
            steps.append(Step("given", mine.source, number))
            added, note = _edited(mine, cell)
            if added:
                steps.append(Step("written", added, number, tasks[number]))
            if note:
                notes.append(note)

    run_given(FIRST)
    for cell in cells:
        run_given(cell.number)
        mine, task = claims.get(cell.number), tasks[cell.number]
        if mine and mine.kind == "check":
            added, note = _edited(mine, cell)
            if added:
                steps.append(Step("written", added, cell.number, mine.task))
            if note:
                notes.append(note)
            steps.append(Step("check", mine.value, cell.number, mine.task))
        elif (mine is None or mine.kind != "answer") and (again := _checked(cell, checks)):
            steps.append(Step("check", checks[again].value, cell.number, again))
        elif (mine and mine.kind == "given") or _needs_no_run(cell, own):
            continue
        else:
            steps.append(Step("written", cell.source, cell.number, task))
    run_given(LAST)
    if missing := [task for task, mine in checks.items() if mine not in theirs]:
        notes.append(
            words(
                "The checks of {tasks} are not in your notebook. The answers were looked for at "
                "its end, so this alone costs no points.",
                tasks=", ".join(missing),
            )
        )
    steps += [Step("check", mine.value, 0, task) for task, mine in checks.items()]
    return Script(tuple(steps), tuple(notes), _clinic(cells))


def written_code(script: Script) -> list[tuple[int, str]]:
    """The student's own cells: the number of each in the submission, and its code."""
    return [(step.cell, step.source) for step in script.steps if step.kind == "written"]


@dataclass(frozen=True)
class _Own:
    """A code cell of the exercise. `task` is what a check checks and what an answer is for."""

    place: int
    kind: Literal["given", "check", "answer", "total"]
    source: str
    id: str
    name: str
    task: str = ""
    value: str = ""  # of a check: the expression whose value it asks for


def _own_cells(source: Notebook) -> list[_Own]:
    found: list[_Own] = []
    task = ""
    for place, cell in reversed(list(enumerate(source["cells"]))):
        if cell["cell_type"] != "code":
            continue
        nbgrader = cell["metadata"].get("nbgrader", {})
        code = cell["source"]
        names = (code, str(cell.get("id", "")), str(nbgrader.get("grade_id", "")))
        if call := _only_call(code, "check"):
            task = call[0]
            value = ", ".join(ast.unparse(argument) for argument in call[1])
            found.append(_Own(place, "check", *names, task, value))
        elif nbgrader.get("locked"):
            found.append(_Own(place, "given", *names))
        elif _only_call(code, "total"):
            found.append(_Own(place, "total", *names))
        else:
            found.append(_Own(place, "answer", *names, task))
    return found[::-1]


def _refuse_another(cells: list[Cell], own: list[_Own], exercise: str) -> None:
    """Exercises share the ids of their cells, so those of another one would match."""
    names = {cell.name for cell in own if cell.name}
    calls = [call[0][:2] for cell in cells if (call := _only_call(cell.source, "check"))]
    others = [id for id in calls if id.isdecimal() and id != exercise]
    if others and exercise not in calls and not any(cell.name in names for cell in cells):
        other = Counter(others).most_common(1)[0][0]
        raise AnotherExercise(
            words(
                "Expected exercise {exercise}, found exercise {other}, whose tasks this notebook "
                "checks. Hand in your notebook of exercise {exercise}.",
                exercise=exercise,
                other=other,
            ),
            other,
        )


def _claims(cells: list[Cell], own: list[_Own]) -> dict[int, _Own]:
    """Which of the exercise's cells each cell of the submission is, by its number.

    By id, then by nbgrader's name, by the task that it checks, by its text. Whatever is claimed
    is claimed once, so a second cell with the same id is the student's own.
    """
    claims: dict[int, _Own] = {}
    free = list(own)
    ways: tuple[Callable[[Cell], object], ...] = (
        lambda cell: cell.id,
        lambda cell: cell.name,
        lambda cell: (call := _only_call(cell.source, "check")) and call[0],
        lambda cell: cell.source.strip(),
    )
    keys: tuple[Callable[[_Own], object], ...] = (
        lambda mine: mine.id,
        lambda mine: mine.name,
        lambda mine: mine.kind == "check" and mine.task,
        lambda mine: mine.source.strip(),
    )
    for way, key in zip(ways, keys, strict=True):
        wanted = {key(mine): mine for mine in free if key(mine)}
        for cell in cells:
            if cell.number not in claims and (mine := wanted.pop(way(cell), None)):
                claims[cell.number] = mine
                free.remove(mine)

    # What is left of the locked cells was edited in a notebook without ids: the likeliest of those
    # that stand between its neighbours
    for mine in [mine for mine in free if mine.kind == "given"]:
        after = max((n for n, x in claims.items() if x.place < mine.place), default=FIRST)
        before = min((n for n, x in claims.items() if x.place > mine.place), default=LAST)
        like = {
            cell.number: _likeness(cell.source, mine.source)
            for cell in cells
            if after < cell.number < before and cell.number not in claims
        }
        best = max(like, key=lambda number: like[number], default=None)
        if best is not None and like[best] >= 0.5:
            claims[best] = mine
    return claims


def _tasks(cells: list[Cell], claims: dict[int, _Own], checks: dict[str, _Own]) -> dict[int, str]:
    """The task that each cell works on: that of the answer it is, else of the check after it."""
    found, task = {}, ""
    for cell in reversed(cells):
        mine = claims.get(cell.number)
        checked = mine.task if mine and mine.kind == "check" else _checked(cell, checks)
        task = checked or task
        found[cell.number] = mine.task if mine and mine.kind == "answer" else task
    return found


def _when_due(own: list[_Own], theirs: dict[_Own, Cell]) -> dict[int, list[_Own]]:
    """Before which cell of the submission each locked cell runs.

    Those at the exercise's head run first. A later one runs where the student has it, or before
    what follows it in the exercise, if that comes first or the student moved it ahead of what it
    follows.
    """
    due: dict[int, list[_Own]] = {}
    head = min((mine.place for mine in own if mine.kind != "given"), default=LAST)
    for mine in own:
        if mine.kind != "given":
            continue
        when = FIRST
        if mine.place > head:
            places = {cell.number: other.place for other, cell in theirs.items()}
            when = min((n for n, place in places.items() if place > mine.place), default=LAST)
            here = theirs[mine].number if mine in theirs else LAST
            if not any(n > here and head <= place < mine.place for n, place in places.items()):
                when = min(when, here)
        due.setdefault(when, []).append(mine)
    return due


def _edited(mine: _Own, cell: Cell | None) -> tuple[str, str]:
    """Lines of the student's in a locked cell, to run as well, and what to say about it."""
    name = mine.name or mine.id
    if cell is None:
        return "", words("The locked cell `{cell}` is not in your notebook: it was run.", cell=name)
    if cell.source.strip() == mine.source.strip():
        return "", ""
    lines = [line.rstrip() for line in cell.source.splitlines()]
    original = [line.rstrip() for line in mine.source.splitlines() if line.strip()]
    left = _without(lines, original)
    if left is None and not _only_call(cell.source, "check"):
        # Hardly a line of it is the original's: other code that bears its name
        left = lines if _likeness(cell.source, mine.source) < 0.5 else None
    added = "\n".join(left or ())
    tree = parsed(added)
    if left is not None and tree is not None and not tree.body:
        return "", ""  # comments
    if left is not None and (tree is not None or left is lines):
        return added, words(
            "You added to the locked cell `{cell}`: the original was run, and so were your own "
            "lines.",
            cell=name,
        )
    return "", words("You changed the locked cell `{cell}`: the original was run.", cell=name)


def _without(lines: list[str], original: list[str]) -> list[str] | None:
    """The lines with the original's left empty; None if they are not all there, in order."""
    left, wanted = [], iter([*original, None])
    line = next(wanted)
    for mine in lines:
        found = mine == line
        left.append("" if found else mine)
        line = next(wanted) if found else line
    return left if line is None else None


def _likeness(one: str, other: str) -> float:
    """The share of the longer text's lines that are in the other one too."""
    a, b = ({line.strip() for line in text.splitlines()} - {""} for text in (one, other))
    return len(a & b) / max(len(a), len(b), 1)


def _checked(cell: Cell, checks: dict[str, _Own]) -> str:
    """The task that a cell checks and does nothing else; empty if there is none."""
    call = _only_call(cell.source, "check")
    return call[0] if call and call[0] in checks else ""


def _needs_no_run(cell: Cell, own: list[_Own]) -> bool:
    """Whether it is empty, the total, the choice of a clinic, or a copy of a locked cell."""
    text = cell.source.strip()
    if not text or _only_call(text, "total"):
        return True
    if text in {mine.source.strip() for mine in own if mine.kind == "given"}:
        return True
    tree = parsed(text) if "use_clinic" in text else None
    return tree is not None and all(map(_chooses_clinic, tree.body))


def _only_call(source: str, function: str) -> tuple[str, list[ast.expr]] | None:
    """The text that is the first argument, and the others, if the code is one such call."""
    if function not in source or len(source) > LONGEST_CHECK:
        return None
    tree = parsed(source)
    match tree and tree.body:
        case [ast.Expr(ast.Call(ast.Name(name), [ast.Constant(str(id)), *rest]))]:
            return (id, rest) if name == function else None
    return None


def _clinic(cells: list[Cell]) -> str:
    """The sealed clinic that the notebook chooses last; empty if it chooses none."""
    trees = (parsed(cell.source) for cell in cells if "use_clinic" in cell.source)
    return next(reversed([token for tree in trees if tree for token in _tokens(tree)]), "")


def _tokens(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                ast.Name("use_clinic") | ast.Attribute(attr="use_clinic"),
                [ast.Constant(str(token)), *_],
            ) if len(token) <= LONGEST_TOKEN:
                yield token


def _chooses_clinic(statement: ast.stmt) -> bool:
    match statement:
        case ast.ImportFrom(names=[ast.alias(name="use_clinic")]):
            return True
        case ast.Expr(ast.Call(ast.Name("use_clinic") | ast.Attribute(attr="use_clinic"))):
            return True
    return False
