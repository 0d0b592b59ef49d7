"""What is wrong with a table, or doubtful: the errors, the notes, and a list of bad values."""

from __future__ import annotations

from dataclasses import dataclass, field

SHOWN = 5  # how many bad rows one message names


class OutcomesError(ValueError):
    """A table of outcomes cannot be read; the message names the row, the column and the remedy.

    `kind` is one word for what was wrong, the same in Python and in the browser.
    """

    def __init__(self, message: str, kind: str = "value") -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True)
class Proposal:
    """What the headings of a file seem to mean.

    Attributes
    ----------
    columns : dict of str to str
        The heading that seems to have each role.
    option : str
        What states it on the command line: ``--columns 'unit=Hospital,trials=Cases,…'``.
    preview : str
        The first rows as a text table, each role above its heading.
    said : tuple of str
        Sentences on what is uncertain about it, and on what it means.
    """

    columns: dict[str, str]
    option: str
    preview: str
    said: tuple[str, ...] = ()


class ColumnsError(OutcomesError):
    """The columns are not the course's own; `proposal` is what they seem to be, or None.

    The message begins with it, and ends with the option that states it.
    """

    def __init__(self, message: str, proposal: Proposal | None) -> None:
        super().__init__(message, "columns")
        self.proposal = proposal


@dataclass(frozen=True)
class Note:
    """Something that was decided about a table, or that a reader should doubt.

    Attributes
    ----------
    kind : str
        One word, the same in Python and in the browser: 'total', 'alike', 'suppressed', …
    text : str
        Whole sentences: row, column, what was assumed and what to do if it is wrong.
    rows : tuple of int
        The rows concerned, as a spreadsheet counts them.
    doubtful : bool
        Whether it may have changed who or how many is counted; ``strict`` refuses it, and totals
        that are certain.
    """

    kind: str
    text: str
    rows: tuple[int, ...] = ()
    doubtful: bool = False


@dataclass
class Problems:
    """The values of a file that cannot be used, collected so that one message names them all."""

    name: str
    found: list[tuple[int, str, str]] = field(default_factory=list)

    def add(self, row: int, column: str, what: str, kind: str = "value") -> None:
        """Note what is wrong in a row and a column."""
        self.found.append((row, f"row {row}, column '{column}': {what}", kind))

    def refuse(self) -> None:
        """Raise an `OutcomesError` if anything was found."""
        if not self.found:
            return
        self.found.sort(key=lambda problem: problem[0])
        kind = self.found[0][2]
        if len(self.found) == 1:
            raise OutcomesError(f"{self.name}, {self.found[0][1]}", kind)
        lines = [what for _, what, _ in self.found[:SHOWN]]
        if len(self.found) > SHOWN:
            lines.append(f"… and {len(self.found) - SHOWN} more of the kind.")
        raise OutcomesError(
            f"{self.name} has {len(self.found)} values that cannot be used:\n  "
            + "\n  ".join(lines),
            kind,
        )


def listed(things: list, most: int = SHOWN) -> str:
    """The first of some things in words: 'A', 'B' and 3 more."""
    said = [f"'{thing}'" if isinstance(thing, str) else str(thing) for thing in things[:most]]
    if len(things) > most:
        said.append(f"{len(things) - most} more")
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"


def in_rows(rows: list[int]) -> str:
    """'row 3', or 'rows 3, 5 and 8'."""
    return f"row {rows[0]}" if len(rows) == 1 else f"rows {listed(rows)}"
