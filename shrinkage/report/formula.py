"""What `--adjust` names: columns as people list them, and as the formula library reads them.

The library reads 'age, urgency and sex' as 'age' alone. So a list becomes a sum before it does, and
what stays ambiguous is refused. Imports nothing heavy.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from shrinkage.report.refusal import ReportError

#: The word for the number of a unit's own patients, where no column is called so.
CASELOAD = "caseload"
#: Columns that say how it went, and not what a patient is like.
RESERVED = ("doctor", "success", "successes", "trials", "expected", "fewest", "most")
NAME = r"(?:`[^`]*`|[^\W\d]\w*)"
LIST = re.compile(rf"{NAME}(?:\s+{NAME})+")
#: Two factors of a term without an operator between them.
BESIDE = re.compile(r"[\w`)]\s+[\w`]")
#: What a formula names: no function, module or argument.
NAMED = re.compile(r"`([^`]+)`|(?<![\w.])([^\W\d]\w*)(?![\w]*\s*(?:\(|\.\w|=))")


def joined(formula: str, columns: Iterable[str]) -> str:
    """A list of columns as a formula: 'age, urgency and sex' as 'age + urgency + sex'.

    Parameters
    ----------
    formula : str
        Columns between commas, 'and', '&', '+' or blanks; or terms as the library knows them.
    columns : iterable of str
        The file's, casefolded. One whose name has blanks may be written as it is.

    Raises
    ------
    ReportError
        If factors stand side by side, so that nobody can know what is meant.
    """
    said: list[str] = []
    for part in _parts(_quoted(formula, columns)):
        if LIST.fullmatch(part):
            said += re.findall(NAME, part)
            continue
        if found := BESIDE.search(_outside(part)):
            raise ReportError(
                f"--adjust expects columns joined by '+', as in 'age + urgency + sex', and found "
                f"no sign between '{found[0][0]}' and '{found[0][-1]}' in '{part}'. Write '+' "
                "between two columns, ':' for their interaction, and a column whose name has "
                "blanks between backticks."
            )
        said.append(part)
    return " + ".join(dict.fromkeys(said)) or formula


def caseload_apart(formula: str, columns: Iterable[str]) -> tuple[str | None, bool]:
    """The terms of a formula of `joined` besides `caseload`, and whether it has that.

    The unit's own number of patients is no column of a patient, unless the file has one so named.

    Raises
    ------
    ReportError
        If it stands in an interaction or a function.
    """
    known, parts = set(columns), _parts(formula)
    if CASELOAD in known:
        return formula, False
    others = [part for part in parts if part.casefold() != CASELOAD]
    for part in others:
        if CASELOAD in re.findall(r"\w+", _outside(part).casefold()) or CASELOAD in variables(
            part, [CASELOAD]
        ):
            raise ReportError(
                f"--adjust expects 'caseload' alone, as in 'age + caseload', and found '{part}'. "
                "It is the logarithm of the unit's patients already."
            )
    return " + ".join(others) or None, len(others) < len(parts)


def variables(formula: str, columns: Iterable[str]) -> list[str]:
    """The columns, casefolded, that a formula of `joined` names, in the order of the file."""
    named = {(quoted or word).casefold() for quoted, word in NAMED.findall(formula)}
    return [column for column in columns if column in named]


def term(column: str) -> str:
    """A column's name as a formula has it: between backticks where it is no word."""
    return column if column.isidentifier() else f"`{column}`"


def _quoted(formula: str, columns: Iterable[str]) -> str:
    """With backticks around the names that are no single words."""
    for column in sorted((c for c in columns if not c.isidentifier()), key=len, reverse=True):
        name = re.compile(rf"(?<![\w.]){re.escape(column)}(?![\w.])", re.I)
        pieces = re.split(r"(`[^`]*`)", formula)
        pieces[::2] = [name.sub(lambda found: f"`{found[0]}`", piece) for piece in pieces[::2]]
        formula = "".join(pieces)
    return formula


def _parts(formula: str) -> list[str]:
    """What stands between commas, semicolons, '+', '&' and 'and', outside of brackets."""
    parts, depth = [""], 0
    for token in re.findall(r"`[^`]*`|\w+|\s+|.", formula):
        depth += (token in "([{") - (token in ")]}")
        if depth == 0 and (token in ",;+&" or token.casefold() == "and"):
            parts.append("")
        else:
            parts[-1] += token
    return [part.strip() for part in parts if part.strip()]


def _outside(part: str) -> str:
    """A term without what stands in its brackets or between its backticks."""
    part = re.sub(r"`[^`]*`", "``", part)
    while part != (shorter := re.sub(r"[\[({][^\[\](){}]*[\])}]", ")", part)):
        part = shorter
    return part
