"""Plain faults, which every check looks for first, on a made-up task of four doctors."""

import numpy as np
import pandas as pd
import pytest

from shrinkage.exercises.answers import Labelled, Table
from shrinkage.exercises.answers.choices import Matched
from shrinkage.exercises.mistakes import in_percent, wrong_sign
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


def told(answer, truth=TRUTH, kind=None, parts=None, mistakes=()):
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
        mistakes=mistakes,
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
    assert "Look again at all 4 doctors." in told(0 * TRUTH + 1.23).hint
    assert "Look again at Dr. D." in told(TRUTH.where(TRUTH["rate"] > 0.5, 1.23)).hint
    missing = TRUTH.where(TRUTH["even"] == 12.37)
    assert "for Dr. B, Dr. C and Dr. D" in told(missing).hint


def test_of_several_columns_the_wrong_ones_are_named():
    assert "Look again at 'even'." in told(TRUTH.assign(even=1.23)).hint
    assert "Look again at 'rate' and 'even'." in told(TRUTH.assign(rate=0.5, even=1.23)).hint
    some = TRUTH["even"].where(TRUTH["even"] > 6, 1.23)
    assert "Look again at 'even' of Dr. D." in told(TRUTH.assign(even=some)).hint
    assert "for 'even'." in told(TRUTH.assign(even=np.nan)).hint
    assert "for 'even' of Dr. C." in told(TRUTH.assign(even=TRUTH["even"].where(some < 30))).hint


SCALED = (in_percent(columns=["rate"]), wrong_sign("It went up.", columns=["rate", "even"]))
PERCENT, ORDER = SCALED[0].name, "gave the right values in another order"
PERCENT_OF = TRUTH.assign(rate=100 * TRUTH["rate"])
BOTH = {
    "percent and sign": (PERCENT_OF.assign(rate=-PERCENT_OF["rate"]), PERCENT, SCALED[1].name),
    "percent and order": (PERCENT_OF.loc[ORDERED].to_numpy(), PERCENT, ORDER),
    "percent and columns": (
        PERCENT_OF[["even", "rate", "lost"]].to_numpy(),
        PERCENT,
        "gave the columns in another order",
    ),
    "percent and rounded": (PERCENT_OF.round(0), PERCENT, "rounded"),
    "rounded and order": (TRUTH.round(1).loc[ORDERED].to_numpy(), ORDER, "rounded"),
}


@pytest.mark.parametrize("case", BOTH)
def test_two_plain_faults_are_two_hints(case):
    answer, *names = BOTH[case]
    assert set(told(answer, mistakes=SCALED).mistakes) == set(names)


def test_percent_are_seen_beside_a_label_that_is_missing():
    result = told(PERCENT_OF.drop("B"), mistakes=SCALED)
    assert result.hint == "There is nothing for Dr. B."
    assert result.mistakes == (PERCENT,)


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
