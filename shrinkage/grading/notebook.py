"""The code cells of a notebook that anybody may have written: nothing in it is trusted.

A library that reads notebooks repairs, validates and remembers. Here only the source of the code
cells counts, and two names by which a cell may be recognised; so this reads any version of the
format, and any damage costs a sentence.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shrinkage.exercises.language import words

MOST_CELLS = 2_000
MOST_CODE = 1_000_000  # characters of all code cells together; the longest solution has 5,000
MOST_BRACKETS = 2_000_000  # each is an object of 60 bytes or more once it is read

AGAIN = words("Open it in Jupyter, save it and hand it in again.")
EXPORT = words("In Jupyter or Colab choose File, Download, Notebook (.ipynb) and hand that in.")


Notebook = Mapping[str, Any]
"""A notebook of the course's own, which can be trusted: as JSON has it, a text for each source."""


class UnreadableNotebook(ValueError):
    """A notebook that cannot be run; `why` says what was expected, found and comes next.

    `str` of an exception would lose what `words` remembers.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Cell:
    """A code cell.

    Attributes:
        number: its place among all cells of the notebook, from 1.
        source: its code.
        id: the cell's id; empty if it has none.
        name: nbgrader's `grade_id`; empty if it has none.
    """

    number: int
    source: str
    id: str = ""
    name: str = ""


def read_cells(content: bytes) -> list[Cell]:
    """The code cells of a notebook's bytes; raises `UnreadableNotebook`.

    Outputs and metadata are not looked at, but for a cell's two names and the language.
    """
    raw = _json(_text(content))
    if not isinstance(raw, dict):
        raise _unlike(words("a JSON {kind}", kind=_kind(raw)), EXPORT)
    cells = _all_cells(raw)
    if language := _other_language(raw):
        raise UnreadableNotebook(
            words(
                "Expected a notebook in Python, found one in {language}. Start from the "
                "exercise's notebook, which chooses the Python kernel, and hand that in.",
                language=language,
            )
        )
    found = [
        Cell(number, _source(cell), _word(cell.get("id")), _grade_id(cell))
        for number, cell in enumerate(cells, start=1)
        if isinstance(cell, dict) and cell.get("cell_type") == "code"
    ]
    code = sum(len(cell.source) for cell in found)
    if len(found) > MOST_CELLS or code > MOST_CODE:
        raise UnreadableNotebook(
            words(
                "Expected at most {most_cells} code cells with {most_code} characters together, "
                "found {cells} with {code}. Keep the cells that answer the exercise.",
                most_cells=f"{MOST_CELLS:,}",
                most_code=f"{MOST_CODE:,}",
                cells=f"{len(found):,}",
                code=f"{code:,}",
            )
        )
    return found


def read_own(text: str) -> Notebook:
    """A notebook of the course's own; nbformat would take two seconds to be imported."""
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    return notebook


def parsed(source: str) -> ast.Module | None:
    """The syntax tree of a cell, with IPython's own lines left empty; None if there is none.

    Line numbers are the cell's.
    """
    for text in (source, _without_magics(source)):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # '\d' in a plain string, `x is 1`
                return ast.parse(text)
        # What is nested too deeply ends in one of the last two
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return None


def _text(content: bytes) -> str:
    start = content[:200].lstrip()
    if not content.strip():
        raise _unlike(words("an empty file"), AGAIN)
    for magic, what in (
        (b"PK\x03\x04", words("a zip")),
        (b"%PDF", words("a PDF")),
        (b"\x1f\x8b", words("a gzip archive")),
        (b"<", words("a web page")),
        (
            b"version https://git-lfs",
            words("a Git LFS pointer instead of the file it stands for"),
        ),
    ):
        if start.startswith(magic):
            raise _unlike(what, EXPORT)
    encoding = "utf-8-sig"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif start[1:2] == b"\0":
        encoding = "utf-16-le"
    elif start[:1] == b"\0":
        encoding = "utf-16-be"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _unlike(
            words("text that is not UTF-8 (byte {byte})", byte=f"{error.start + 1:,}"),
            words("Save it as UTF-8, or hand in the file that Jupyter saved."),
        ) from None


def _json(text: str) -> Any:
    if text.count("{") + text.count("[") > MOST_BRACKETS:
        raise _unlike(
            words("one of more than {most} parts", most=f"{MOST_BRACKETS:,}"),
            words("Clear the outputs, save it and hand it in again."),
        )
    try:
        return json.loads(text, parse_int=float)  # no number in it counts, however many digits
    except RecursionError:
        raise _unlike(words("brackets nested too deeply"), AGAIN) from None
    except ValueError as error:
        if re.search(r"^(<{7}|>{7}) ", text, re.M):
            raise _unlike(
                words("one with the marks of a merge conflict (<<<<<<<)"),
                words("Resolve the conflict, or hand in a version from before it."),
            ) from None
        if not isinstance(error, json.JSONDecodeError):
            raise _unlike(words("text that is not one, or not all of one"), AGAIN) from None
        found = words(
            "text that is not one, or not all of one (line {line})", line=f"{error.lineno:,}"
        )
        raise _unlike(found, AGAIN) from None


def _all_cells(raw: dict[str, Any]) -> list[Any]:
    if isinstance(cells := raw.get("cells"), list):
        return cells
    sheets = raw.get("worksheets")  # before version 4 of the format
    if not isinstance(sheets, list):
        raise _unlike(words("JSON without cells"), EXPORT)
    inside = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
    return [cell for cells in inside if isinstance(cells, list) for cell in cells]


def _other_language(raw: dict[str, Any]) -> str:
    """The notebook's language if it says one and nothing says Python."""
    metadata = _dict(raw.get("metadata"))
    kernel = _dict(metadata.get("kernelspec"))
    said = (_dict(metadata.get("language_info")).get("name"), kernel.get("language"))
    words = [word for word in map(_word, said) if word]
    name = _word(kernel.get("name"))
    if not words and (match := re.fullmatch(r"(ir|julia)\b.*", name)):
        words = ["R" if match[1] == "ir" else "Julia"]
    return "" if any("python" in word.lower() for word in [*words, name]) or not words else words[0]


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", cell.get("input"))  # `input` before version 4
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    # Half of a surrogate pair is text in JSON and in no encoding
    return source.encode("utf-8", "replace").decode() if isinstance(source, str) else ""


def _grade_id(cell: dict[str, Any]) -> str:
    return _word(_dict(_dict(cell.get("metadata")).get("nbgrader")).get("grade_id"))


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _word(value: object) -> str:
    """A short text, printable; else an empty one."""
    return value if isinstance(value, str) and len(value) <= 80 and value.isprintable() else ""


def _kind(value: object) -> str:
    return {
        list: words("list"),
        str: words("text"),
        bool: words("constant"),
        type(None): "null",
    }.get(type(value), words("number"))


def _unlike(found: str, remedy: str) -> UnreadableNotebook:
    return UnreadableNotebook(
        words("Expected a Jupyter notebook, found {found}. {remedy}", found=found, remedy=remedy)
    )


# `files = !ls`, and `%time fit()`, `!ls`, `pd.merge?`
_ASSIGNED = re.compile(r"^([\w., \t]+=[ \t]*)[!%].*", re.M)
_ALONE = re.compile(r"^([ \t]*)(?:[!%?].*|\S.*\?)$", re.M)


def _without_magics(source: str) -> str:
    # `%%…` says what the cell is; with these it is Python all the same
    whole = re.match(r"\s*%%(\w+)", source)
    if whole and whole[1] not in {"time", "timeit", "capture", "prun"}:
        return "\n" * source.count("\n")
    return _ALONE.sub(r"\1pass", _ASSIGNED.sub(r"\1None", source))
