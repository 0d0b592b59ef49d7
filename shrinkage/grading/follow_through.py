"""Which answers build on another task's, and how to judge them without that one's mistake.

A mistake costs the points of its own task. So where an answer builds on one that earned less than
its points, the notebook runs once more, and after the student's cells for that one the solution's
stand in. Only answers of tasks whose solution was not opened count there, and no text leaves it.
Examiners call it follow-through, or error carried forward.
"""

from __future__ import annotations

import ast
import symtable
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from shrinkage.grading.notebook import parsed
from shrinkage.grading.script import Step

NOTHING = frozenset[str](), frozenset[str]()


def builds_on(steps: Sequence[Step], task: str, others: Collection[str]) -> list[str]:
    """Those of the other tasks whose answer the code for a task uses, itself or by way of others.

    Args:
        steps: the submission's.
        task: the task's id.
        others: the ids of tasks that may have to be stood in for.
    """
    places = [i for i, step in enumerate(steps) if step.task == task and step.kind != "given"]
    used = {name for i in places for name in _names(steps[i].source)[1]}
    needed = _needed(steps[: max(places, default=-1) + 1], used)
    return [other for other in others if other != task and needed & _answer(steps, other)]


def opened(solution: Sequence[Step], tasks: Collection[str]) -> list[Step]:
    """The cells of the solution that answers to these tasks take, those they build on included."""
    last = max((i for i, s in enumerate(solution) if _writes(s) and s.task in tasks), default=-1)
    before = solution[: last + 1]
    needed = _needed(before, {name for task in tasks for name in _answer(solution, task)})
    return [s for s in before if _writes(s) and needed & _names(s.source)[0]]


def with_right_answers(
    steps: Sequence[Step], solution: Sequence[Step], tasks: Collection[str]
) -> list[Step]:
    """The submission's steps with the solution's answers to these tasks behind the student's own.

    Where a student has no cell for a task, they stand before the first that uses its answer.
    """
    found, done = list(steps), set[str]()
    for task in tasks:
        cells = [step.source for step in opened(solution, [task]) if step.source not in done]
        done |= {*cells}
        writing = [(i, step) for i, step in enumerate(found) if _writes(step)]
        behind = [i + 1 for i, step in writing if step.task == task]
        before = [i for i, step in writing if _names(step.source)[1] & _answer(steps, task)]
        place = max(behind) if behind else min(before, default=len(found))
        found.insert(place, Step("right", "\n".join(cells), 0, task))
    return found


def _writes(step: Step) -> bool:
    return step.kind in ("written", "right")


def _answer(steps: Sequence[Step], task: str) -> set[str]:
    """The names under which an exercise keeps the answer to a task."""
    checks = (step for step in steps if step.kind == "check" and step.task == task)
    return {name for step in checks for name in _names(step.source)[1]}


def _needed(steps: Sequence[Step], names: Collection[str]) -> set[str]:
    """These names and all that the cells which bind one of them use, and so on."""
    needed = {*names}
    cells = [_names(step.source) for step in steps if _writes(step)]
    while more := {name for made, used in cells if made & needed for name in used} - needed:
        needed |= more
    return needed


@lru_cache(maxsize=256)  # each question about a submission asks for all of its cells
def _names(source: str) -> tuple[frozenset[str], frozenset[str]]:
    """The names that a cell binds for other cells, and those that it uses of them or changes."""
    tree = parsed(source)
    if tree is None:
        return NOTHING
    try:
        table = symtable.symtable(ast.unparse(tree), "cell", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # `nonlocal x`, or too deep
        return NOTHING
    made = {name.get_name() for name in table.get_symbols() if _is_bound(name)}
    # `table["rate"] = 1` and `table.rate = 1` change what `table` is for the cells to come
    made |= {
        node.value.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript | ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
    }
    return frozenset(made), frozenset(_used(table))


def _is_bound(name: symtable.Symbol) -> bool:
    return name.is_assigned() or name.is_imported() or name.is_namespace()


def _used(table: symtable.SymbolTable) -> Iterator[str]:
    """The notebook's own names that a scope uses, and the scopes in it."""
    outermost = table.get_type() == "module"
    for name in table.get_symbols():
        if name.is_referenced() and (outermost or name.is_global()):
            yield name.get_name()
    for inner in table.get_children():
        yield from _used(inner)
