"""The words of `rules.json`, the one table by which Python and the browser read a file."""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import Any

RULES: dict[str, Any] = json.loads((Path(__file__).parent / "rules.json").read_text("utf-8"))


def words(text: str) -> list[str]:
    """The words of a heading or a name, casefolded: 'ObservedDeaths (%)' has three."""
    return list(_words(text))


@functools.lru_cache(maxsize=65536)
def _words(text: str) -> tuple[str, ...]:
    text = re.sub(r"(?<=[a-zß-ÿ])(?=[A-Z])", " ", text).casefold()
    text = text.replace("%", " percent ").replace("‰", " permille ").replace("#", " number ")
    text = re.sub(r"(?<=\d)[.,](?=\d{3}(?!\d))", "", text)
    return tuple(word for word in re.split(r"[\W_]+", text) if word)


def starts_with_any(text: str, starts: list[str]) -> bool:
    """Whether a casefolded text begins with one of some words, or marks, as a whole."""
    for start in starts:
        rest = text[len(start) :]
        if text.startswith(start) and not (start[-1].isalnum() and rest[:1].isalnum()):
            return True
    return False
