"""The students of a class, from a CSV file as an office, Canvas or Moodle writes it."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

IDS = (
    *("student", "student id", "student number", "username", "user name", "user", "login"),
    *("login id", "sis login id", "sis user id", "id number", "id"),
    *("email", "email address", "e mail", "e mail address", "mail", "identifier"),
)
"""Columns that may hold the students' ids, the first that holds any is taken.

Capitals do not matter, and `_` and `-` are spaces.
"""

OTHERS = {
    "name": ("name", "full name", "student name", "display name"),
    "email": ("email", "email address", "e mail", "e mail address", "mail"),
    "group": ("group", "groups", "team", "section", "sections"),
    "canvas_id": ("canvas id", "canvas user id", "id"),
    "sis_id": ("sis id", "sis user id"),
    "moodle_id": ("moodle id", "identifier"),
}
FIRST, LAST = ("first name", "given name"), ("last name", "surname", "family name")
Row = dict[str, str]
"""The values of a row, by the folded names of their columns."""


class RosterError(ValueError):
    """A roster cannot be read; the message names the row, the column and the remedy."""


@dataclass(frozen=True)
class Student:
    """One student of a class; what the roster does not say is ''.

    Attributes:
        student: the id, under which everything of theirs is kept.
        name: as the roster writes it.
        email: their address.
        group: those of one group may share a clinic.
        canvas_id: the number that Canvas names their files by.
        sis_id: the university's id, as Canvas has it.
        moodle_id: 'Participant 123', as Moodle's grading worksheet has it.
    """

    student: str
    name: str = ""
    email: str = ""
    group: str = ""
    canvas_id: str = ""
    sis_id: str = ""
    moodle_id: str = ""

    @property
    def also(self) -> tuple[str, ...]:
        """Other texts that an LMS names their files by: Canvas' number, Moodle's number."""
        return tuple(filter(None, (self.canvas_id, re.sub(r"\D", "", self.moodle_id))))


def read_roster(path: Path) -> list[Student]:
    """The students of a CSV file, in its order.

    The file is text as Excel, Canvas or Moodle saves it: UTF-8, UTF-16 or Windows' letters; commas,
    semicolons or tabs; the first row names the columns. One of them has the ids, see `IDS`; others
    may have what a `Student` has. In Canvas' gradebook, where 'Student' is a name, the row of
    points and the test student are left out.

    Raises `RosterError` if there is no column of ids, an id is missing or stands there twice, or
    the file is no CSV file. Rows are counted as a spreadsheet counts, the columns' names in row 1.
    """
    columns, rows = _table(_text(path), path.name)
    canvas = _is_canvas(columns, rows)
    if canvas:
        rows = {number: row for number, row in rows.items() if _is_canvas_student(row)}
    if not rows:
        raise RosterError(
            f"{path.name}: expected a row for each student below the names of the columns, found "
            "none. Export the list of students again."
        )
    ids = [column for column in IDS if not (canvas and column == "student")]
    held = [column for column in ids if any(row.get(column) for row in rows.values())]
    if not held:
        raise RosterError(
            f"{path.name}, row 1: expected a column with the students' ids, such as 'student', "
            f"'username' or 'email', found {_listed(columns)}. "
            "Write 'student' above the column that has them."
        )
    column = held[0]
    _refuse_a_slip(columns, column, path.name)
    _distinct({number: row[column] for number, row in rows.items()}, path.name, columns[column])
    return [_student(row, column, canvas) for row in rows.values()]


def _refuse_a_slip(columns: Row, column: str, file: str) -> None:
    """Raise `RosterError` for a column that all but bears a name that has the ids rather."""
    known = {*IDS, *FIRST, *LAST, *(name for names in OTHERS.values() for name in names)}
    better = IDS[: IDS.index(column)]
    for folded, name in columns.items():
        if folded not in known and (like := get_close_matches(folded, better, n=1, cutoff=0.8)):
            raise RosterError(
                f"{file}, row 1: expected the students' ids in a column '{like[0]}', found "
                f"'{name}', which may be a slip of the pen, and '{columns[column]}', which may "
                "have ids too. Mend the first name, or delete that column."
            )


def _distinct(ids: dict[int, str], file: str, column: str) -> None:
    """Raise `RosterError` for an id that is missing, or that stands in two rows."""
    seen: dict[str, int] = {}
    for number, id in ids.items():
        where = f"{file}, row {number}, column '{column}'"
        if not id:
            raise RosterError(
                f"{where}: expected the student's id, found nothing. Write it there or delete the "
                "row; or delete the column, if another one has the ids of all."
            )
        if (before := seen.setdefault(id.casefold(), number)) != number:
            raise RosterError(
                f"{where}: expected an id of this student's own, found '{id}', which stands in row "
                f"{before} too (capitals make no difference). Delete one of the rows or change "
                "one of the ids."
            )


def _student(row: Row, column: str, canvas: bool) -> Student:
    """The student of a row whose id stands in `column`."""

    def first(columns: tuple[str, ...]) -> str:
        return next((row[name] for name in columns if row.get(name)), "")

    known = {field: first(columns) for field, columns in OTHERS.items()}
    if canvas:
        known["name"] = row["student"]
    elif column == "id":  # the class's own, not Canvas'
        known["canvas_id"] = ""
    known["name"] = known["name"] or f"{first(FIRST)} {first(LAST)}".strip()
    return Student(row[column], **known)


def _is_canvas(columns: Row, rows: dict[int, Row]) -> bool:
    """Whether it is Canvas' gradebook, in which 'Student' is a name."""
    if "student" not in columns or "id" not in columns:
        return False
    totals = any(row["student"].casefold().startswith("points possible") for row in rows.values())
    return totals or "sis login id" in columns or "sis user id" in columns


def _is_canvas_student(row: Row) -> bool:
    name = row["student"].casefold()
    return bool(row["id"]) and name != "student, test" and not name.startswith("points possible")


# -- from bytes to rows --------------------------------------------------------------------------


def _text(path: Path) -> str:
    """The file's text; raises `RosterError` where it is none."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise RosterError(
            f"{path}: expected a CSV file with a row for each student, but it cannot be read "
            f"({error.strerror}). Check the name and the folder."
        ) from None
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise RosterError(
            f"{path.name}: expected a CSV file, found a spreadsheet workbook. Open it in your "
            "spreadsheet and save it as 'CSV UTF-8'."
        )
    wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise RosterError(
        f"{path.name}: expected a CSV file, found something that is not text. Export the list of "
        "students as CSV."
    )


def _table(text: str, file: str) -> tuple[Row, dict[int, Row]]:
    """The columns' names as they stand there, by their folded names; and the rows by number.

    Of two columns of one name, the first counts.
    """
    lines = text.splitlines(keepends=True)
    skipped = 1 if lines and lines[0].lower().startswith("sep=") else 0  # Excel's own
    first = next((line for line in lines[skipped:] if line.strip()), "")
    separator = max(",;\t", key=first.count)
    table = io.StringIO("".join(lines[skipped:]), newline="")
    try:
        records = list(csv.reader(table, delimiter=separator, strict=True))
    except csv.Error as error:
        raise RosterError(
            f"{file}: cannot be read as CSV ({error}). "
            "Look for a quotation mark that is opened and never closed."
        ) from None
    cells = {
        number: [" ".join(unicodedata.normalize("NFC", cell).split()) for cell in record]
        for number, record in enumerate(records, start=1 + skipped)
    }
    cells = {number: row for number, row in cells.items() if any(row)}
    header = cells.pop(min(cells)) if cells else []
    for number, row in cells.items():
        if any(row[len(header) :]):
            raise RosterError(
                f"{file}, row {number}: expected {len(header)} columns, found {len(row)}. A name "
                "that contains the separator must stand in quotation marks."
            )
    folded = [re.sub(r"[\s_-]+", " ", name).strip().casefold() for name in header]
    rows = {
        number: dict(zip(reversed(folded), reversed(_padded(row, len(header))), strict=True))
        for number, row in cells.items()
    }
    return dict(zip(reversed(folded), reversed(header), strict=True)), rows


def _padded(row: list[str], width: int) -> list[str]:
    return (row + [""] * width)[:width]


def _listed(columns: Row) -> str:
    names = [f"'{name[:30]}'" for name in reversed(columns.values()) if name]
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    return ", ".join(names[:8]) + more or "none"
