"""Texts in a language that anybody can read: capitals, but not in the names of fields."""

import re

from shrinkage.exercises import language
from shrinkage.exercises.catalogue import texts
from shrinkage.exercises.language import say


def speak_capitals(monkeypatch) -> None:
    """Say every text of the catalogue in capitals."""
    known = {text: _in_capitals(text) for text, _ in texts()}
    monkeypatch.setattr(language, "_known", lambda: known)


def left_in_english(text: str) -> list[str]:
    """The words in small letters when a sentence is said, but for what it quotes and its code."""
    said = re.sub(r"`[^`]*`|(?<!\w)'[^']*'|\([^)]*\)", "", say(text))
    return re.findall(r"[a-z]{2,}", said)


def _in_capitals(text: str) -> str:
    return re.sub(r"\{\w+\}|[^{]+", lambda m: m[0] if m[0][0] == "{" else m[0].upper(), text)
