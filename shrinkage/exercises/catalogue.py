"""The catalogue of all words on a card, for a translator; `language` looks them up in it."""

import ast
from collections.abc import Iterator
from pathlib import Path

from shrinkage.exercises.installed import exercise_ids, folders, load_exercise
from shrinkage.exercises.language import HERE, file_of, keeps_names


def catalogue(language: str) -> tuple[Path, int, int]:
    """Write a language's catalogue anew, keeping what is translated: its file, done, all.

    Raises ValueError if `language` is not a name such as 'de' or 'pt_BR'.
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
    path = file_of(language)
    if path.is_file():
        with path.open("rb") as file:
            old = read_po(file, locale=language)
        old.update(new, no_fuzzy_matching=True, update_header_comment=True)
        new = old
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        write_po(file, new, width=100, ignore_obsolete=True)
    messages = [message for message in new if message.id]
    done = [m for m in messages if m.string and keeps_names(str(m.id), str(m.string))]
    return path, len(done), len(messages)


def texts() -> Iterator[tuple[str, str]]:
    """Every text that a card or a page of feedback may show, and where it belongs."""
    for folder in (*folders(), HERE.parent / "grading"):
        for path in sorted(folder.rglob("*.py")):
            for text in _said_in(path):
                yield text, path.stem
    for exercise in map(load_exercise, exercise_ids()):
        yield exercise.title, f"exercise {exercise.id}"
        for task in exercise.tasks:
            for noun in (task.answer.noun, task.answer.nouns):
                yield noun, "what an answer has one value for"
            yield task.answer.name, "how one of these is spelt"
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
