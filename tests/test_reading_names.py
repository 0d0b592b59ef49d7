"""Names that are one name written in two ways are told from names that may be, and from others."""

import numpy as np
import pytest

from shrinkage.data.reading.names import alike, same

LETTERS = list("ABCDEFGHIJ")


@pytest.mark.parametrize(
    ("names", "pairs"),
    [
        (["Dr. Smith", "dr smith"], 1),
        (["Smith, John", "John Smith"], 1),
        (["José", "Jose"], 1),
        (["Johnson", "Jonson"], 1),
        (["Johnson P", "Johnsen P"], 1),
        (["Meyer A", "Mayer A"], 1),
        (["Hospital A", "Hospital B"], 0),
        (["Doctor 1", "Doctor 11"], 0),
        (["Smith", "Smyth"], 0),
        (["Meyer A", "Mayer B"], 0),
        (["Johnson P", "Johnsen Q"], 0),
        (["+", "++"], 0),
        (LETTERS, 0),
        ([f"Doctor {k}" for k in range(3000)], 0),
    ],
    ids=lambda value: str(value)[:30],
)
def test_names_that_may_be_one(names, pairs):
    assert len(alike(names)) == pairs


@pytest.mark.parametrize(
    "names",
    [
        ["Dr. Smith", "SMITH", "dr  smith", "Smith, Dr"],
        ["001", "1", "1.0", "01"],
        ["Ward 01", "ward-1"],
        ["St. Mary's", "ST MARY S"],
    ],
    ids=str,
)
def test_names_that_are_one(names):
    assert same(names) == dict.fromkeys(names[1:], names[0])


@pytest.mark.parametrize(
    "names",
    [LETTERS, ["José", "Jose"], ["1", "10", "100", "1.5"], ["*", "**"], ["Dr", "Prof"]],
    ids=str,
)
def test_names_that_are_not(names):
    assert same(names) == {}


def test_thousands_of_names_take_no_more_time_than_they_need():
    """The work grows with the names, not with their pairs: their words are looked at once each."""
    rng = np.random.default_rng(1)
    names = ["".join(rng.choice(LETTERS, 9)) + f" {k}" for k in range(20_000)]
    assert alike(names) == []
    assert alike([*names, names[0].lower()]) == [(names[0], names[0].lower())]
