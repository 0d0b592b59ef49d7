"""A function as an answer: its values, with names or without, and the words that a rule chooses."""

import numpy as np
import pandas as pd
import pytest

from shrinkage.exercises.answers import Function, Rule, Unreadable, calls_table

CALLS = {"n = 4": (4,), "n = 0": (0,), "an array": (np.array([1.0, 2.0, 3.0]),)}
HALF = Function(takes="n", calls=lambda _: CALLS)

ROWS = {
    "a low row": (pd.Series([0.1, 0.2], ["spread", "trend"]),),
    "a high row": (pd.Series([0.9, 0.8], ["spread", "trend"]),),
}
ENDS = Function(takes="p", calls=lambda _: ROWS)
RULE = Rule(takes="p", calls=lambda _: ROWS, options=("keep", "change"))

TRUTH = calls_table(lambda p: (p.min(), p.max()), ROWS).set_axis(["low", "high"], axis=1)
WORDS = RULE.codes({"a low row": "keep", "a high row": "change"})


def test_a_function_is_called():
    truth = calls_table(lambda n: np.asarray(n) / 2, CALLS)
    for function in (
        lambda n: n / 2,
        lambda n: list(np.atleast_1d(n / 2)),
        np.vectorize(lambda n: n / 2),
    ):
        np.testing.assert_array_equal(HALF.read(HALF.plain(function, CALLS), truth).values, truth)


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda n: 1 / 0, "raised `ZeroDivisionError: division by zero` for n = 4"),
        (lambda: 1, "raised `TypeError"),
        (lambda n: exit(), "raised `SystemExit"),
        (lambda n: None, "returns None for n = 4"),
        (lambda n: 1.0 if np.all(n > 2) else 2.0, "for an array"),
        (0.5, "no function"),
    ],
)
def test_a_function_that_fails_is_named_with_the_call(function, words):
    truth = calls_table(lambda n: np.asarray(n) / 2, CALLS)
    with pytest.raises(Unreadable, match=words):
        HALF.read(HALF.plain(function, CALLS), truth)


def test_a_function_cannot_change_what_the_next_call_gets():
    def spoil(n):
        n *= 0
        return n

    first = HALF.plain(spoil, CALLS)
    assert HALF.plain(lambda n: n, CALLS)["an array"] == [1.0, 2.0, 3.0]
    assert first["an array"] == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    "function",
    [
        lambda p: (p.min(), p.max()),
        lambda p: {"high": p.max(), "low": p.min()},
        lambda p: pd.Series({"high": p.max(), "low": p.min()}),
    ],
)
def test_values_with_names_come_in_any_order(function):
    np.testing.assert_array_equal(ENDS.read(ENDS.plain(function, ROWS), TRUTH).values, TRUTH)


def test_too_few_values_are_asked_for_by_name():
    with pytest.raises(Unreadable, match="There are 2 values to return: low, high"):
        ENDS.read(ENDS.plain(lambda p: p.min(), ROWS), TRUTH)


def test_an_argument_with_labels_is_shown_with_them():
    shown = r"`p = pd.Series\({'spread': 0.1, 'trend': 0.2}\)`"
    with pytest.raises(Unreadable, match=f"KeyError: 'size'.*{shown}"):
        ENDS.plain(lambda p: p["size"], ROWS)


@pytest.mark.parametrize(
    "function",
    [
        lambda p: "change" if p["trend"] > 0.5 else "keep",
        lambda p: ["KEEP ", "Change"][int(p.mean() > 0.5)],
        lambda p: np.where(p["spread"] > 0.5, "change", "keep"),
    ],
)
def test_a_rule_returns_a_word_in_any_form(function):
    np.testing.assert_array_equal(RULE.read(RULE.plain(function, ROWS), WORDS).values, WORDS)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda p: "sack", "'sack' for the call with a low row.*'keep', 'change'"),
        (lambda p: 1, "a single number for the call with a low row"),
        (lambda p: ("keep", "change"), "one value to return"),
        (lambda p: None, "returns None for a low row"),
        ({"a low row": "keep"}, "which is no function"),
    ],
)
def test_what_is_not_a_rule_is_refused_by_a_sentence(answer, words):
    with pytest.raises(Unreadable, match=words):
        RULE.read(RULE.plain(answer, ROWS), WORDS)
