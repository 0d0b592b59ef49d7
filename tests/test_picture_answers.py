"""A matplotlib picture as an answer: marks are read off it, whatever calls drew them."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from shrinkage.exercises.answers import Picture, Unreadable

DOCTORS = ["A", "B", "C"]
PICTURE = Picture()
DRAWN = pd.DataFrame({"raw": [1.0, 0.4, 0.7], "estimate": [0.8, 0.5, 0.7]}, DOCTORS)


def drawn(across: bool = True, named: bool = True, dodge: float = 0.0, lines: bool = False):
    fig, ax = plt.subplots()
    rows = np.array([2, 0, 1])
    for column, shift in (("raw", 0), ("estimate", dodge)):
        x, y = DRAWN[column].to_numpy(), rows + shift
        (ax.plot if lines else ax.scatter)(*((x, y) if across else (y, x)))
    if named:
        (ax.set_yticks if across else ax.set_xticks)(rows, [f"Dr. {d} (4)" for d in DOCTORS])
    plt.close(fig)
    return fig


@pytest.mark.parametrize(
    "figure",
    [
        drawn(),
        drawn(across=False),
        drawn(dodge=0.3),
        drawn(lines=True),
        drawn().axes[0],
        drawn().axes,
    ],
)
def test_marks_are_read_off_a_picture(figure):
    reading = PICTURE.read(PICTURE.plain(figure, None), DRAWN)
    np.testing.assert_allclose(reading.values, DRAWN)


def test_categories_and_arrows_are_marks_too():
    fig, ax = plt.subplots()
    names = [f"Dr. {d}" for d in DOCTORS]
    ax.hlines(names, DRAWN["raw"], DRAWN["estimate"])
    plt.close(fig)
    np.testing.assert_allclose(PICTURE.read(PICTURE.plain(fig, None), DRAWN).values, DRAWN)


def test_a_picture_without_names_or_marks_gets_a_sentence():
    with pytest.raises(Unreadable, match="no row has a name"):
        PICTURE.read(PICTURE.plain(drawn(named=False), None), DRAWN)
    with pytest.raises(Unreadable, match="a single number"):
        PICTURE.plain(expit(0.0) * 1.0, None)
    fig, ax = plt.subplots()
    ax.set_yticks([0, 1, 2], DOCTORS)
    plt.close(fig)
    assert np.isnan(PICTURE.read(PICTURE.plain(fig, None), DRAWN).values).all()
    many = drawn()
    many.axes[0].scatter(np.linspace(0, 1, 200), np.zeros(200))
    assert np.isnan(PICTURE.read(PICTURE.plain(many, None), DRAWN).values[1]).all()
