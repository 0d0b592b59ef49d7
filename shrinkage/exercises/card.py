"""How a result looks: a small card, in HTML and in plain text.

The words carry everything. The card takes the page's own colours (`currentColor`), so it reads
in the light and the dark theme, in grey print and where a frontend strips the style.
"""

import re
import textwrap
from dataclasses import dataclass
from html import escape

from shrinkage.exercises.task import Exercise, Result

_STYLE = (
    "border:1px solid currentColor;border-left-width:5px;border-radius:3px;"
    "padding:.5em 1em;margin:.4em 0;max-width:46em;line-height:1.5"
)


@dataclass(frozen=True)
class Card:
    """A headline and lines under it; each line is a label and a text."""

    headline: str
    lines: tuple[tuple[str, str], ...]

    def __repr__(self) -> str:
        width = max((len(label) for label, _ in self.lines), default=0)
        hang = " " * (width + 4)
        lines = [
            textwrap.fill(
                f"  {label:<{width}}  {text}", 92, subsequent_indent=hang, break_on_hyphens=False
            )
            for label, text in self.lines
        ]
        return "\n".join([self.headline, *lines])

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<div><b>{escape(label)}:</b> {_code(text)}</div>" for label, text in self.lines
        )
        return (
            f'<div role="group" aria-label="{escape(self.headline)}" style="{_STYLE}">'
            f"<div><b>{escape(self.headline)}</b></div>{rows}</div>"
        )


def result_card(result: Result) -> Card:
    """The card of one check."""
    state = "complete" if result.complete else "not complete yet"
    headline = f"{result.task} {result.title}: {_of(result.points, result.out_of)}, {state}"
    lines = []
    if result.found:
        lines += [("Expected", result.expected), ("Found", result.found), ("Next", result.hint)]
    else:
        lines += [("Right", "; ".join(result.right))] if result.right else []
        lines += [("Not yet", "; ".join(result.not_yet))] if result.not_yet else []
        mistake = f"It looks as if you {result.mistake}. " if result.mistake else ""
        lines += [("Hint", mistake + result.hint)] if result.hint else []
        lines += [("So", result.lesson)] if result.lesson else []
    return Card(headline, tuple(lines))


def total_card(exercise: Exercise, results: dict[str, Result]) -> Card:
    """The card of a whole exercise; `results` are those of the tasks checked so far."""
    earned = sum(results[task.id].points for task in exercise.tasks if task.id in results)
    lines, left = [], []
    for task in exercise.tasks:
        result = results.get(task.id)
        state = _of(result.points, result.out_of) if result else "not checked yet"
        lines.append((f"{task.id} {task.title}", state))
        if not (result and result.complete):
            left.append(task.id)
    lines.append(("Left", ", ".join(left) if left else "nothing, all tasks are complete"))
    headline = f"Exercise {exercise.id} {exercise.title}: {_of(earned, exercise.points)}"
    return Card(headline, tuple(lines))


def notice_card(headline: str, text: str) -> Card:
    """The card where there is nothing to grade."""
    return Card(headline, (("Next", text),))


def _of(points: float, out_of: float) -> str:
    return f"{points:g} of {out_of:g} points"


def _code(text: str) -> str:
    """Escaped text with `names` set as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
