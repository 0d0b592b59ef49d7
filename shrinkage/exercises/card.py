"""The card that shows a result, in HTML and in plain text.

The words carry everything, in the reader's language where there is a catalogue of it. The card
takes the page's own colours (`currentColor`), so it reads in the light and the dark theme, in grey
print and where a frontend strips the style.
"""

import re
import textwrap
from dataclasses import dataclass
from html import escape

from shrinkage.data import another
from shrinkage.exercises.language import say, trouble, words
from shrinkage.exercises.result import Hint, Result
from shrinkage.exercises.task import Exercise

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


def result_card(result: Result, *, final: bool = False) -> Card:
    """The card of one check; `final` where the points are a grade and nobody can try again."""
    earned = f"{result.task} {say(result.title)}: {_of(result.points, result.out_of)}"
    state = say("complete") if result.complete else "" if final else say("not complete yet")
    headline = ", ".join(filter(None, [earned, state]))
    hints = result.hints
    if final and result.unfinished:
        lines = [(say("Expected"), say(result.expected)), (say("Found"), say("no answer"))]
    elif result.found:
        lines = [
            (say("Expected"), say(result.expected)),
            (say("Found"), say(result.found)),
            (say("Hint") if final else say("Next"), say(result.hint)),
        ]
    else:
        lines = [
            (say("Right"), "; ".join(map(say, result.right))),
            (say("In part"), "; ".join(map(say, result.in_part))),
            (say("Missing") if final else say("Not yet"), "; ".join(map(say, result.not_yet))),
            *((say("Hint"), say(_sentence(hint, also=i > 0))) for i, hint in enumerate(hints)),
            (say("So"), say(result.lesson)),
        ]
    return Card(headline, tuple((label, text) for label, text in lines if text))


def _sentence(hint: Hint, *, also: bool) -> str:
    """A hint with the mistake it is about; `also` if another stands before it."""
    if not hint.mistake:
        return hint.text
    return words(
        "It also looks as if you {mistake}. {hint}"
        if also
        else "It looks as if you {mistake}. {hint}",
        mistake=hint.mistake,
        hint=hint.text,
    )


def total_card(exercise: Exercise, results: dict[str, Result]) -> Card:
    """The card of a whole exercise; `results` are those of the tasks checked so far."""
    earned = sum(results[task.id].points for task in exercise.tasks if task.id in results)
    lines, left = [], []
    for task in exercise.tasks:
        result = results.get(task.id)
        state = _of(result.points, result.out_of) if result else say("not checked yet")
        lines.append((f"{task.id} {say(task.title)}", state))
        if not (result and result.complete):
            left.append(task.id)
    lines.append((say("Left"), ", ".join(left) or say("nothing, all tasks are complete")))
    try:
        clinic = another_clinic()
    except ValueError as odd:
        clinic = str(odd)
    if clinic:
        lines.append((say("Clinic"), clinic))
    if odd := trouble():
        lines.append(("Language", odd))
    heading = words("Exercise {number} {title}", number=exercise.id, title=exercise.title)
    return Card(f"{say(heading)}: {_of(earned, exercise.points)}", tuple(lines))


def another_clinic() -> str:
    """Which clinic an exercise is about; empty for the published one. Its seed is not told.

    Raises ValueError where the environment names no seed.
    """
    if another.seed() is None:
        return ""
    return say("not the published one, but another of its kind, with numbers of its own")


def notice_card(headline: str, text: str) -> Card:
    """The card where there is nothing to grade."""
    return Card(say(headline), ((say("Next"), say(text)),))


def _of(points: float, out_of: float) -> str:
    if out_of == 1:
        return say(words("{points} of 1 point", points=f"{points:g}"))
    return say(words("{points} of {out_of} points", points=f"{points:g}", out_of=f"{out_of:g}"))


def _code(text: str) -> str:
    """Escaped text with `names` set as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
