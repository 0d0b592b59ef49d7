"""The words on a card, in the language that `SMALLN_LANGUAGE` names.

Everything is written in English, where it belongs: a hint beside the mistake it is for. A
translation is a gettext catalogue, `languages/de.po`, which `catalogue` writes and a person fills
in; `say` looks a text up when a card is made. What a catalogue lacks stays English.
"""

from __future__ import annotations

import ast
import os
import string
from collections.abc import Iterator
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
    if name in ("", "en") or _file(name).is_file():
        return ""
    there = ", ".join(["en", *sorted(path.stem for path in LANGUAGES.glob("*.po"))])
    return words(
        "{variable} asks for '{name}', and there is no catalogue of it: the languages are {there}.",
        variable=LANGUAGE,
        name=name[:20],
        there=there,
    )


def catalogue(language: str) -> tuple[Path, int, int]:
    """Write a language's catalogue anew, keeping what is translated: its file, done, all.

    Raises ValueError if `language` is no name such as 'de' or 'pt_BR'.
    """
    from babel import Locale, UnknownLocaleError
    from babel.messages import Catalog
    from babel.messages.pofile import read_po, write_po

    try:
        name = Locale.parse(language).english_name
    except (UnknownLocaleError, ValueError):
        raise ValueError(
            f"'{language}' is no language: expected a name such as de or pt_BR"
        ) from None
    header = f"# The exercises' cards in {name}. Keep the names in braces as they are."
    new = Catalog(locale=language, project="Small N", header_comment=header, fuzzy=False)
    for text, whose in texts():
        new.add(text, auto_comments=[whose])
    path = _file(language)
    if path.is_file():
        with path.open("rb") as file:
            old = read_po(file, locale=language)
        old.update(new, no_fuzzy_matching=True, update_header_comment=True)
        new = old
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        write_po(file, new, width=100, ignore_obsolete=True)
    messages = [message for message in new if message.id]
    return path, sum(bool(message.string) for message in messages), len(messages)


def texts() -> Iterator[tuple[str, str]]:
    """Every text that a card may show, and where it belongs."""
    from shrinkage.exercises.checking import exercise_ids, load_exercise

    for path in sorted([*HERE.glob("*.py"), *HERE.glob("answers/*.py")]):
        for text in _said_in(path):
            yield text, path.stem
    for exercise in map(load_exercise, exercise_ids()):
        yield exercise.title, f"exercise {exercise.id}"
        for task in exercise.tasks:
            for noun in (task.answer.noun, task.answer.nouns):
                yield noun, "what an answer has one value for"
            for text in getattr(task.answer, "absent", {}).values():
                yield text, f"{task.id}, where it is missing"
            for text in (task.title, task.asks, task.hint, task.lesson):
                yield text, task.id
            for part in task.parts:
                yield part.what, f"{task.id}, a part"
            for mistake in task.mistakes:
                yield mistake.name, f"{task.id}, a mistake, after 'It looks as if you '"
                yield mistake.hint, f"{task.id}, its hint"


def _said_in(path: Path) -> Iterator[str]:
    """The texts that a module hands to `words` and `say`, or finds an answer unreadable with."""
    for call in ast.walk(ast.parse(path.read_text("utf-8"))):
        match call:
            case ast.Call(ast.Name("words" | "say"), [first, *_]):
                said = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
            case ast.Call(ast.Name("Unreadable"), said):
                pass
            case _:
                continue
        for text in said:
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                yield text.value


def _file(language: str) -> Path:
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
        if _fields(m.id) == _fields(m.string)
    }


def _fields(template: str) -> set[str] | None:
    try:
        return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}
    except ValueError:  # a brace of its own, in a text without fields
        return None
