"""Sphinx extension: the directive `exercise`, with which a chapter leads to its exercise.

`{exercise} 02` names the exercise, its points and its minutes, and links its page, the notebook in
Binder where the site knows its repository, and the page of its solution where there is one. An
instructor switches a solution on by naming it in `_toc.yml`; without that no page of it is built.
"""

from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from repository import binder_address
from sphinx.util.docutils import SphinxDirective

from shrinkage.exercises.checking import load_exercise


class ExerciseDirective(SphinxDirective):
    """The box at the end of a chapter that leads to its exercise."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        number = self.arguments[0]
        try:
            exercise = load_exercise(number)
            [path] = Path(self.env.srcdir).glob(f"exercises/{number}_*.ipynb")
        except (KeyError, ValueError):
            raise self.error(f"there is no exercise '{number}' in exercises/") from None
        links = [f"{{doc}}`Read it </exercises/{path.stem}>`"]
        if binder := binder_address(self.config, f"exercises/{path.name}"):
            links.append(f"[open it in Binder]({binder})")
        if f"solutions/{path.stem}" in self.env.found_docs:
            links.append(f"{{doc}}`see a solution </solutions/{path.stem}>`")
        text = (
            f"**Exercise {int(number)}: {exercise.title}.** {len(exercise.tasks)} tasks, "
            f"{exercise.points:g} points, about {exercise.minutes} minutes.\n{' · '.join(links)}"
        )
        box = nodes.container(classes=["sn-exercise"])
        self.state.nested_parse(StringList(text.splitlines(), source=""), 0, box)
        return [box]


def setup(app) -> dict:
    """Register the extension with Sphinx."""
    app.add_directive("exercise", ExerciseDirective)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
