"""What a reader of counts should doubt: percents taken as counts, columns that were passed over."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from shrinkage.data.reading.counts import counted_role
from shrinkage.data.reading.grid import Table
from shrinkage.data.reading.headings import meaning
from shrinkage.data.reading.problems import Note, in_rows, listed

FEW = 10  # a smaller smallest count says nothing
VARIES = 3  # how many times as many patients the largest unit has as the smallest
STEADY = 0.25  # how much less than the patients the counts vary, on the log scale


def percents(roles: Mapping[str, str], rows: pd.DataFrame) -> list[Note]:
    """Counts up to 100 that stay the same while the patients vary widely may be percents."""
    seen = rows[(rows.trials > 0) & (rows.low == rows.high)]
    role = counted_role(roles)
    if len(seen) < 2 or "trials" not in roles or role not in ("successes", "failures"):
        return []
    counts, trials = seen.low.to_numpy(float), seen.trials.to_numpy(float)
    if counts.max() > 100 or counts.min() < FEW or trials.max() < VARIES * trials.min():
        return []
    if trials.max() <= 100 or np.std(np.log(counts)) > STEADY * np.std(np.log(trials)):
        return []
    rate = "rate" if role == "successes" else "failure_rate"
    text = (
        f"Column '{roles[role]}' has {counts.min():.0f} to {counts.max():.0f} while the patients "
        f"are {trials.min():.0f} to {trials.max():.0f}: it may be percents. They were read as "
        f"counts; if they are percents, state --columns '{rate}={roles[role]}'."
    )
    return [Note("percents", text, tuple(int(r) for r in seen.row), doubtful=True)]


def no_patients(rows: pd.DataFrame) -> list[Note]:
    """Units without patients are kept, and are predicted as new ones."""
    none = rows[rows.trials == 0]
    if not len(none):
        return []
    numbers = [int(row) for row in none.row] if "row" in none else []
    where = f" ({in_rows(numbers)})" if numbers else ""
    text = (
        f"{listed(list(none.doctor))}{where}: no patients, so nothing but what is known of a new "
        "one is known."
    )
    return [Note("no patients", text, tuple(numbers))]


def unused(table: Table, roles: Mapping[str, str], by: str | None) -> tuple[list[str], list[Note]]:
    """The columns of a table of counts that were not read, and what that means."""
    taken = {*roles.values(), *([column.heading] if by and (column := table.find(by)) else [])}
    left = [column for column in table.columns if column.heading not in taken]
    headings = [column.heading for column in left]
    notes = []
    covariates = [h for h in headings if meaning(h).role == "covariate"]
    if covariates:
        text = (
            f"Not used: column {listed(covariates)}. A table of counts has no patient whose risk "
            "it could be. To adjust for it, give a row a patient, or a row for each unit and "
            "risk group with --by, or an expected number."
        )
        notes.append(Note("covariate", text, doubtful=True))
    models = [h for h in headings if meaning(h).role in ("expected", "ratio")]
    if models and "expected" not in roles and "ratio" not in roles:
        role = meaning(models[0]).role
        text = (
            f"Not used: column {listed(models)}, which seems to hold what was expected of each "
            f"unit's own patients. To adjust for it, add --columns '{role}={models[0]}'."
        )
        notes.append(Note("unadjusted", text, doubtful=True))
    rest = [h for h in headings if h not in covariates and h not in models]
    if rest:
        notes.append(Note("unused", f"Not read: column {listed(rest, 12)}."))
    return headings, notes
