"""What the pages of the grader share: one look, the cards, and texts of others that stay texts.

A page is one file without scripts and without an address that a browser would fetch.
"""

from __future__ import annotations

import datetime
import os
import re

from markupsafe import Markup, escape

from shrinkage.exercises.card import Card, result_card
from shrinkage.exercises.language import LANGUAGE, file_of, say
from shrinkage.grading.outcome import TaskOutcome
from shrinkage.style import templates


def render(template: str, **values: object) -> str:
    """A page from one of the templates; every value is escaped unless it is `Markup`."""
    return _TEMPLATES.get_template(template).render(**values)


def final_card(task: TaskOutcome) -> tuple[Card, str]:
    """A task's card as a grade, and what else its student should know; both may be read anywhere.

    What the card says itself, that a cell failed for instance, is not said again.
    """
    on_it = (task.result.found, *(hint.text for hint in task.result.hints))
    more = "" if task.reason in on_it else say(task.reason)
    return result_card(task.result, final=True), more


def language() -> str:
    """The language of the cards, as HTML's `lang` has it: 'en' where there is no catalogue."""
    name = os.environ.get(LANGUAGE, "")
    return name.replace("_", "-") if name and file_of(name).is_file() else "en"


def day_and_time(text: str) -> str:
    """An ISO 8601 time as people read it, with its zone; the text itself if it is none."""
    try:
        return f"{datetime.datetime.fromisoformat(text):%Y-%m-%d, %H:%M %Z}".rstrip()
    except ValueError:
        return text


def _coded(text: str) -> Markup:
    """Escaped text with `names` set as code, as on a card."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


_TEMPLATES = templates("shrinkage.grading")
_TEMPLATES.filters["coded"] = _coded
