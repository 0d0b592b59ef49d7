"""The words on a card, in the language that `SMALLN_LANGUAGE` names.

Everything is written in English, where it belongs: a hint beside the mistake it is for. A
translation is a gettext catalogue, `languages/de.po`, which `catalogue.py` writes and a person
fills in; `say` looks a text up when a card is made. What a catalogue lacks stays English.
"""

from __future__ import annotations

import os
import string
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGE = "SMALLN_LANGUAGE"
HERE = Path(__file__).parent
LANGUAGES = HERE / "languages"


class Words(str):
    """A sentence with gaps, filled in; it remembers both, so it can be said in another language."""

    template: str
    fields: dict[str, Any]


def words(template: str, /, **fields: Any) -> Words:
    """The template with its `{fields}` filled in; fields that are texts are translated too."""
    filled = Words(template.format(**fields))
    filled.template, filled.fields = template, fields
    return filled


def say(text: str) -> str:
    """A text in the reader's language, or as it is where the catalogue does not have it."""
    if not isinstance(text, Words):
        return _known().get(text, text)
    fields = {k: say(v) if isinstance(v, str) else v for k, v in text.fields.items()}
    return _known().get(text.template, text.template).format(**fields)


def trouble() -> str:
    """What is wrong with the language asked for; empty if nothing is."""
    name = os.environ.get(LANGUAGE, "")
    if name in ("", "en") or file_of(name).is_file():
        return ""
    there = ", ".join(["en", *sorted(path.stem for path in LANGUAGES.glob("*.po"))])
    return words(
        "{variable} asks for '{name}', and there is no catalogue of it: the languages are {there}.",
        variable=LANGUAGE,
        name=name[:20],
        there=there,
    )


def file_of(language: str) -> Path:
    """The catalogue of a language."""
    return LANGUAGES / f"{language}.po"


def _known() -> dict[str, str]:
    return _translations(os.environ.get(LANGUAGE, ""), LANGUAGES)


@cache
def _translations(language: str, folder: Path) -> dict[str, str]:
    """The finished translations of a language; one that loses or invents a field is left out."""
    path = folder / f"{language}.po"
    if not language.replace("_", "").isalpha() or not path.is_file():
        return {}
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        messages = [m for m in read_po(file) if m.id and m.string and not m.fuzzy]
    return {
        m.id: m.string
        for m in messages
        if isinstance(m.id, str) and isinstance(m.string, str)  # none has a plural
        if keeps_names(m.id, m.string)
    }


def keeps_names(template: str, translation: str) -> bool:
    """Whether a translation has the names in braces that its text has; else it is not used."""
    return _fields(template) == _fields(translation)


def _fields(template: str) -> set[str] | None:
    try:
        return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}
    except ValueError:  # a brace of its own, in a text without fields
        return None
