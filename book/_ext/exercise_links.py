"""Sphinx extension: the directives `exercise` and `exercise-list`, which lead to the exercises.

`{exercise} 02`, at the end of a chapter, names the exercise, its points and its minutes, and links
its page, its notebook in Binder where the site knows its repository, and its solution where there
is a page of it. An instructor switches that page on by naming it in `_toc.yml`; otherwise none is
built. `{exercise-list}` is the table of all exercises and their tasks.
"""

from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from repository import binder_address
from sphinx.util.docutils import SphinxDirective

from shrinkage.exercises import checking
from shrinkage.exercises.task import Exercise


def notebook(srcdir: str, exercise: Exercise) -> Path:
    """The file that students open; raises ValueError if there is not exactly one."""
    [path] = Path(srcdir).glob(f"exercises/{exercise.id}_*.ipynb")
    return path


def described(exercise: Exercise) -> str:
    """One line of Markdown on an exercise."""
    end = "" if exercise.title.endswith("?") else "."
    return (
        f"**Exercise {int(exercise.id)}: {exercise.title}{end}** {len(exercise.tasks)} tasks, "
        f"{exercise.points:g} points, about {exercise.minutes} minutes."
    )


class Words(SphinxDirective):
    """What both directives do: MyST Markdown that depends on what the exercises declare."""

    def parsed(self, text: str, box: nodes.Element) -> list[nodes.Node]:
        # Read the page again when an exercise changes or a solution is switched on
        for path in (*Path(checking.__file__).parent.glob("*.py"), Path("_toc.yml")):
            self.env.note_dependency(str(Path(self.env.srcdir) / path))
        self.state.nested_parse(StringList(text.splitlines(), source=""), 0, box)
        return [box]


class ExerciseBox(Words):
    """The box at the end of a chapter that leads to its exercise."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        number = self.arguments[0]
        try:
            exercise = checking.load_exercise(number)
            path = notebook(self.env.srcdir, exercise)
        except (KeyError, ValueError):
            raise self.error(f"there is no exercise '{number}' in exercises/") from None
        links = [f"{{doc}}`Read exercise {int(number)} </exercises/{path.stem}>`"]
        if binder := binder_address(self.config, f"exercises/{path.name}"):
            links.append(f"[open it in Binder]({binder})")
        if f"solutions/{path.stem}" in self.env.found_docs:
            links.append(f"{{doc}}`see a solution </solutions/{path.stem}>`")
        text = f"{described(exercise)}\n{' · '.join(links)}"
        return self.parsed(text, nodes.container(classes=["sn-exercise"]))


class ExerciseList(Words):
    """All exercises with their tasks, points and minutes."""

    def run(self) -> list[nodes.Node]:
        lines = ["| exercise | tasks and their points | minutes |", "|---|---|---|"]
        for exercise in map(checking.load_exercise, checking.exercise_ids()):
            stem = notebook(self.env.srcdir, exercise).stem
            tasks = ", ".join(f"{task.title} ({task.points:g})" for task in exercise.tasks)
            link = f"{{doc}}`{int(exercise.id)} {exercise.title} </exercises/{stem}>`"
            lines.append(f"| {link} | {tasks} | {exercise.minutes} |")
        return self.parsed("\n".join(lines), nodes.container())


def setup(app) -> dict:
    """Register the extension with Sphinx."""
    app.add_directive("exercise", ExerciseBox)
    app.add_directive("exercise-list", ExerciseList)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
