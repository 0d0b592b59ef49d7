"""Numbers, tables and choices as answers: every right form is read alike."""

import numpy as np
import pandas as pd
import pytest

from shrinkage.exercises.answers import Chosen, Matched, Number, Table, Unreadable


def test_choices_in_every_form():
    kind, truth = Chosen(), pd.Series({"A": 1.0, "B": 0.0, "C": 1.0})
    for value in (
        ["A", "C"],
        ("C", "Dr. A"),
        {"A", "C"},
        {"A": True, "B": False, "C": True},
        pd.Index(["A", "C"]),
        np.array(["C", "A"]),
        pd.Series(["A", "C"]),
    ):
        np.testing.assert_array_equal(kind.read(kind.plain(value, None), truth).values, truth)
    with pytest.raises(Unreadable, match="'Z' among"):
        kind.read(kind.plain(["Z"], None), truth)
    with pytest.raises(Unreadable, match="a single number"):
        kind.read(kind.plain(3, None), truth)


def test_words_are_matched_without_regard_to_case():
    kind = Matched(options=("review", "leave"))
    truth = kind.codes({"A": "review", "B": "leave"})
    np.testing.assert_array_equal(kind.read({"B": "Leave ", "A": "REVIEW"}, truth).values, truth)
    np.testing.assert_array_equal(kind.read(["review", "leave"], truth).values, truth)
    with pytest.raises(Unreadable, match=r"'sack' for Dr. A.*'review', 'leave'"):
        kind.read(["sack", "leave"], truth)


def test_a_table_by_column_with_as_many_rows_as_columns():
    truth = pd.DataFrame({"lower": [0.1, 0.2], "upper": [0.5, 0.6]}, ["A", "B"])
    for value in (truth.to_dict("list"), truth.to_dict(), truth, truth.to_numpy()):
        read = Table().read(Table().plain(value, None), truth)
        np.testing.assert_array_equal(read.values, truth)


@pytest.mark.parametrize("value", [0.5, [0.5], np.array(0.5), np.array([[0.5]]), pd.Series([0.5])])
def test_one_number_in_every_form(value):
    kind, truth = Number(), pd.Series({"rate": 0.5})
    assert kind.read(kind.plain(value, None), truth).values == [0.5]
