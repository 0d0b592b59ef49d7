"""Plain faults, which every check looks for first, on a made-up task of four doctors."""

import numpy as np
import pandas as pd
import pytest

from shrinkage.exercises.answers import Labelled, Table
from shrinkage.exercises.answers.choices import Matched
from shrinkage.exercises.task import Part, Task

TRUTH = pd.DataFrame(
    {
        "rate": [0.813, 0.744, 0.962, 0.378],
        "even": [12.37, 8.81, 30.46, 5.65],
        "lost": [3, 0, 0, 9],
    },
    index=list("ABCD"),
)
ORDERED = list("DBCA")


def told(answer, truth=TRUTH, kind=None, parts=None):
    """The result for an answer; a column a part."""
    columns = parts or tuple(Part(1, f"the column {name}", name) for name in truth.columns)
    task = Task(
        id="00.1",
        title="A task",
        points=sum(part.points for part in columns),
        variable="answer",
        asks="what the truth has",
        answer=kind or Table(),
        tolerance=1e-3,
        truth=lambda data: truth,
        parts=columns,
        mistakes=(),
        hint="Think.",
        lesson="",
    )
    return task.grade(task.answer.plain(answer, None), None)


def test_a_column_with_ties_is_in_the_order_of_the_others():
    result = told(TRUTH.loc[ORDERED].to_numpy())
    assert result.mistakes == ("gave the right values in another order",)
    assert len(result.hints) == 1


@pytest.mark.parametrize("columns", [["even", "rate", "lost"], ["lost", "rate", "even"]])
def test_columns_without_names_in_another_order_are_told_so(columns):
    result = told(TRUTH[columns].to_numpy())
    assert result.mistakes == ("gave the columns in another order",)
    assert "rate, even, lost" in result.hint


@pytest.mark.parametrize("cut", [np.floor, np.ceil, np.round])
def test_decimals_that_are_cut_off_or_rounded_up_are_rounded(cut):
    result = told(TRUTH.assign(even=cut(TRUTH["even"])))
    assert result.mistakes == ("rounded",)
    assert result.points == 2


def test_a_count_that_is_off_by_one_is_not_rounded():
    assert not told(TRUTH.assign(lost=TRUTH["lost"] + 1)).mistakes


def test_all_labels_are_called_all_and_some_by_name():
    assert "Look again at all 4 doctors." in told(TRUTH.assign(even=1.23)).hint
    some = TRUTH["even"].where(TRUTH["even"] > 6, 1.23)
    assert "Look again at Dr. D." in told(TRUTH.assign(even=some)).hint
    assert "for all 4 doctors" in told(TRUTH.assign(even=np.nan)).hint


def test_a_right_part_that_does_not_count_by_itself_says_so():
    parts = (Part(1, "the rates", "rate"), Part(1, "who lost nobody", "lost", alone=False))
    result = told(TRUTH[["rate", "lost"]].assign(rate=0.5), TRUTH[["rate", "lost"]], parts=parts)
    assert result.points == 0
    assert not result.right
    assert result.not_yet == ("the rates", "who lost nobody (counts once another part is right)")


def test_a_frame_of_one_column_is_a_series():
    rates = TRUTH["rate"]
    whole = (Part(1, "all"),)
    assert told(rates.to_frame(), rates, Labelled(), whole).complete
    words = Matched(options=("high", "low"))
    chosen = pd.Series(["high", "high", "high", "low"], TRUTH.index)
    assert told(chosen.to_frame("what"), words.codes(chosen), words, whole).complete
