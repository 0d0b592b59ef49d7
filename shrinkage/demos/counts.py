"""A league table as a demo's state: rows that Python and the browser check alike.

`js/shared/clinic.js` holds the same rules.
"""

import numbers
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import traitlets

MOST_DOCTORS, MOST_PATIENTS, LONGEST_NAME = 500, 1_000_000, 60

Rows = list[list]


class Counts(traitlets.TraitType):
    """Rows `[doctor, successes, trials]`: a list of lists, or a DataFrame with these columns.

    Names are different, numbers whole with 0 <= successes <= trials; a doctor may have no
    patients. Anything else is refused with a sentence that names the row.

    Where `more` is allowed, a row may have a fourth entry, the successes expected of the doctor's
    own patients (None without), and a fifth, `[fewest, most]` successes, whose second entry is then
    None: the count is only known to lie within. A DataFrame has them in the columns `expected`,
    `fewest` and `most`, as `shrinkage.data.load_outcomes` gives them.
    """

    def __init__(self, default: Rows, *, more: bool = False) -> None:
        entries = "doctor, successes, trials" + (", expected, [fewest, most]" if more else "")
        super().__init__(default, help=f"The league table: rows [{entries}].")
        self.more = more
        self.tag(sync=True)

    def validate(self, obj: traitlets.HasTraits, value: Any) -> Rows:
        """Return the rows as plain lists, or refuse them."""
        try:
            return checked(value, more=self.more)
        except ValueError as error:
            raise traitlets.TraitError(f"{type(obj).__name__}.{self.name}: {error}") from None


def checked(value: Any, *, more: bool = False) -> Rows:
    """A league table as the browser is sent it.

    Parameters
    ----------
    value : DataFrame or iterable of rows
        Columns, or entries of each row: doctor, successes, trials; see `Counts`.
    more : bool
        Whether rows may have expected successes and bounds.

    Returns
    -------
    list of [str, int, int], [str, int, int, float] or [str, None, int, float or None, [int, int]]
        No row has an expectation without patients, and all others have one or none has.

    Raises
    ------
    ValueError
        If it is not such a table; the message names the row and says what to write instead.
    """
    if isinstance(value, pd.DataFrame):
        value = _rows_of(value)
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise ValueError(f"expected rows [doctor, successes, trials], found {value!r}.")
    rows = [_row(number, row, more) for number, row in enumerate(value, start=1)]
    if not 1 <= len(rows) <= MOST_DOCTORS:
        raise ValueError(
            f"expected 1 to {MOST_DOCTORS} doctors, found {len(rows):,}. "
            + ("Add one." if not rows else "shrinkage.exact.posterior takes any number of them.")
        )
    names: dict[str, int] = {}
    for number, (name, *_) in enumerate(rows, start=1):
        if name in names:
            raise ValueError(
                f"rows {names[name]} and {number} are both called {name!r}; "
                "give every doctor a name of their own."
            )
        names[name] = number
    _refuse_a_part_expected(rows)
    return rows


def _rows_of(table: pd.DataFrame) -> list[list]:
    """A table's rows, with an entry more for `expected` and for bounds that differ."""
    missing = [name for name in ("doctor", "successes", "trials") if name not in table]
    if missing:
        raise ValueError(
            f"the table needs the columns doctor, successes and trials; {missing[0]} is "
            f"missing, found {', '.join(map(str, table.columns))}. Rename the columns."
        )
    rows = []
    for row in table.to_dict("records"):
        entries = [row["doctor"], row["successes"], row["trials"]]
        expected = row.get("expected")
        bounds = [row["fewest"], row["most"]] if {"fewest", "most"} <= row.keys() else [0, 0]
        if bounds[0] != bounds[1]:
            entries = [row["doctor"], None, row["trials"], expected, bounds]
        elif expected is not None:
            entries.append(expected)
        rows.append(entries)
    return rows


def _row(number: int, row: Any, more: bool) -> list:
    most = 5 if more else 3
    if (
        isinstance(row, str)
        or not isinstance(row, Sequence | np.ndarray)
        or not 3 <= len(row) <= most
    ):
        further = ", perhaps expected and [fewest, most]" if more else ""
        raise ValueError(
            f"row {number} is {row!r}; expected three entries: doctor, successes, trials{further}."
        )
    name, successes, trials, *others = row
    if not isinstance(name, str) or not 0 < len(name.strip()) <= LONGEST_NAME:
        raise ValueError(
            f"row {number} has the name {name!r}; "
            f"expected a text of 1 to {LONGEST_NAME} characters."
        )
    where = f"row {number} ({name})"
    expected, bounds = [*others, None, None][:2]
    counts = [("successes", successes)] if bounds is None else []
    for what, count in [*counts, ("trials", trials)]:
        if not _is_whole(count, MOST_PATIENTS):
            raise ValueError(
                f"{where} has {count!r} {what}; "
                f"expected a whole number from 0 to {MOST_PATIENTS:,}."
            )
    if bounds is None and successes > trials:
        raise ValueError(
            f"{where} has {successes} successes in {trials} trials; "
            "successes cannot exceed trials. "
            "Are the columns in the order doctor, successes, trials?"
        )
    plain = [name.strip(), None if bounds is not None else int(successes), int(trials)]
    if bounds is not None:
        return [*plain, _expected(where, expected, trials), _bounds(where, bounds, trials)]
    if (share := _expected(where, expected, trials)) is not None:
        plain.append(share)
    return plain


def _is_whole(count: Any, most: int) -> bool:
    number = isinstance(count, numbers.Real) and not isinstance(count, bool)
    return number and count % 1 == 0 and 0 <= count <= most


def _expected(where: str, expected: Any, trials: int) -> float | None:
    """The successes expected of a doctor's patients; None without patients."""
    if expected is None or trials == 0:
        return None
    number = isinstance(expected, numbers.Real) and not isinstance(expected, bool)
    if not number or not 0 < expected < trials:
        raise ValueError(
            f"{where} has {expected!r} expected successes in {trials} trials; expected a number "
            "between 0 and the trials, neither of them."
        )
    return float(expected)


def _bounds(where: str, bounds: Any, trials: int) -> list[int]:
    """The fewest and the most successes."""
    pair = list(bounds) if isinstance(bounds, Sequence | np.ndarray) else []
    if len(pair) == 2 and all(_is_whole(end, trials) for end in pair) and pair[0] < pair[1]:
        return [int(end) for end in pair]
    raise ValueError(
        f"{where} has the bounds {bounds!r} in {trials} trials; expected [fewest, most] successes, "
        "two whole numbers of which the second is larger."
    )


def _refuse_a_part_expected(rows: Rows) -> None:
    """Refuse a table in which some of the doctors with patients have an expectation."""
    has = [len(row) > 3 and row[3] is not None for row in rows]
    lacking = [k for k, row in enumerate(rows) if row[2] and not has[k]]
    if any(has) and lacking:
        raise ValueError(
            f"row {lacking[0] + 1} ({rows[lacking[0]][0]}) has no expected successes, which others "
            "have; give all doctors with patients a fourth entry, or none."
        )
