"""Whatever is handed in as an answer, a student reads a sentence and never a traceback."""

import json
from contextlib import suppress
from copy import deepcopy
from decimal import Decimal
from fractions import Fraction
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import strategies as st
from properties import for_any

from shrinkage.data import load_doctors
from shrinkage.exercises import check, checking, total
from shrinkage.exercises.answers import (
    Density,
    Draws,
    Matched,
    Plain,
    Unreadable,
    as_plain,
    to_plain,
)
from shrinkage.exercises.answers.plain import ANY_VALUES
from shrinkage.exercises.card import result_card
from shrinkage.exercises.checking import exercise_ids, load_exercise
from shrinkage.exercises.task import Task

TASKS = [task.id for id in exercise_ids() for task in load_exercise(id).tasks]


class Hostile:
    """An object that raises wherever it is touched."""

    def __getattr__(self, name):
        raise RuntimeError(name)

    def __len__(self):
        raise RuntimeError

    def __float__(self):
        raise RuntimeError

    __iter__ = __str__ = __repr__ = __eq__ = __len__
    __hash__ = object.__hash__


def loop() -> list:
    endless = []
    endless.append(endless)
    return endless


def frame() -> pd.DataFrame:
    return load_doctors().groupby("doctor")["success"].agg(["sum", "count"])


ODD = {
    "unfinished": ...,
    "None": None,
    "NaN": float("nan"),
    "NA": pd.NA,
    "NaT": pd.NaT,
    "infinity": float("inf"),
    "True": True,
    "a number": 0.8,
    "a huge int": 10**400,
    "complex": 1 + 2j,
    "a fraction": Fraction(1, 3),
    "a decimal": Decimal("0.5"),
    "text": "0.8, 0.9",
    "bytes": b"0.8",
    "an exception": KeyError("doctor"),
    "an exception class": ValueError,
    "a function": lambda: 0.8,
    "a builtin": print,
    "a method": frame().mean,
    "a module": np,
    "a hostile object": Hostile(),
    "a list of hostile objects": [Hostile()] * 11,
    "a generator": (x for x in [1.0]),
    "a zip": zip([1], [2], strict=True),
    "a set": {0.5, 0.6},
    "an empty list": [],
    "an empty dict": {},
    "an empty Series": pd.Series(dtype=float),
    "an empty table": pd.DataFrame(),
    "two values": [0.5, 0.6],
    "texts": ["0.5"] * 11,
    "texts by doctor": dict.fromkeys("ABCDEFGHIJK", "0.5"),
    "huge ints": [10**400] * 11,
    "Nones": [None] * 11,
    "unfinished values": [...] * 11,
    "truths": [True] * 11,
    "a table": frame(),
    "a table with a column of doctors": frame().reset_index(),
    "the patients": load_doctors(),
    "a groupby": load_doctors().groupby("doctor"),
    "the patients' outcomes": load_doctors()["success"],
    "numbered rows": pd.Series(0.5, index=range(5, 16)),
    "strangers": pd.Series(0.5, index=list("ABCDEFGHIJZ")),
    "a doctor twice": pd.Series(0.5, index=list("ABCDEFGHIJJ")),
    "labels of two levels": pd.Series(0.5, index=pd.MultiIndex.from_product([["A", "B"], [1]])),
    "a list of lists": [[[[[1.0]]]]],
    "a list that holds itself": loop(),
    "a dict of tables": {"A": frame()},
    "a row of an array": np.ones((1, 11)),
    "a cube": np.ones((2, 3, 4)),
    "a billion values": np.broadcast_to(0.5, (10**9,)),
    "a million values": [0.5] * 1_000_000,
    "an array of objects": np.array([object()] * 11),
    "dates": pd.date_range("2026-01-01", periods=11),
}


# Tasks with one kind of answer read alike: every odd value for each kind, and a few for each task.
KINDS = {type(load_exercise(task[:2]).task(task).answer).__name__: task for task in TASKS[::-1]}
FEW = [
    "unfinished",
    "a hostile object",
    "a table",
    "a list of lists",
    "a million values",
    "a method",
]


@pytest.mark.parametrize("task", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("odd", ODD)
def test_every_odd_value_is_refused_by_a_sentence(task, odd, capsys):
    is_refused_in_a_sentence(task, ODD[odd], capsys)


@pytest.mark.parametrize("task", TASKS)
def test_no_task_fails_over_an_odd_answer(task, capsys):
    for odd in FEW:
        is_refused_in_a_sentence(task, ODD[odd], capsys)


def is_refused_in_a_sentence(task, value, capsys):
    points = check(task, value)
    card = capsys.readouterr().out
    assert points == 0
    assert repr(points) == "0.0"
    assert task in card
    assert "Traceback" not in card
    assert len(card) < 2000
    said = checking._results[task]
    assert said.hint.rstrip().endswith((".", "?"))
    if said.found:
        assert said.expected
        assert said.found not in ("", "something else")


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=12)
        | st.dictionaries(st.sampled_from("ABCDEFGHIJK") | st.text(max_size=8), inner)
        | st.lists(inner, min_size=11, max_size=11)
    ),
)


@for_any(PLAIN, kept=40, search=200)
def test_no_plain_data_makes_a_task_raise(plain):
    for task in KINDS.values():
        result = load_exercise(task[:2]).task(task).grade(plain, data_of(task[:2]))
        assert result.points < result.out_of, task
        result_card(result)._repr_html_()


# --- What comes from a process in which a student's code ran --------------------------------------

FORGED = [*"xA", "...", "", None, True, False, -0.0, 1e308, -1e308, 5e-324, float("inf")]
FORGED += [float("nan"), 10**400, [], {}, [[]], [1e308] * 3, {"x": {"x": [None]}}, ["A", 1.0]]
FORGERIES = st.lists(
    st.tuples(st.integers(0, 10_000), st.integers(0, len(FORGED) - 1)), min_size=1, max_size=4
)
FORGEABLE = [task for task in TASKS if task[:2] in ("01", "02", "05")]


def right_answer(task: Task) -> Plain:
    """Plain data of the kind that the task asks for, made of its truth."""
    truth = task.truth(data_of(task.id[:2]))
    if isinstance(task.answer, Draws):
        one = [1.0, 0.01, 1.0, 0.01, 4000.0, 4000.0, 1.0]
        fit = dict.fromkeys(task.answer.quantities, one)
        fit |= {"alpha": {label[6:-1]: one for label in truth.index if label.startswith("alpha[")}}
        return {"chains": 4.0, "draws": 1000.0, "divergences": 0.0, "quantities": fit}
    if isinstance(task.answer, Density):
        rows = {label: [0.0, *row] for label, row in truth.T.to_dict("list").items()}
        return rows | {"whole": [0.0, *truth.sum()]}
    if isinstance(task.answer, Matched):
        return {label: task.answer.options[int(code)] for label, code in truth.items()}
    if isinstance(truth, pd.Series):
        return to_plain(truth.to_dict())
    return {label: [x for x in row if x == x] for label, row in truth.T.to_dict("list").items()}


def places(plain: Plain, found: list | None = None) -> list:
    """Every list or dict in plain data, with every index or label in it."""
    found = [] if found is None else found
    inner = plain if isinstance(plain, dict) else dict(enumerate(plain))
    for key, item in inner.items():
        found.append((plain, key))
        if isinstance(item, list | dict):
            places(item, found)
    return found


@pytest.mark.parametrize("task", FORGEABLE)
@for_any(FORGERIES, kept=12, search=60)
def test_no_forged_part_of_an_answer_makes_a_task_raise(task, forgeries):
    declared = load_exercise(task[:2]).task(task)
    plain = json.loads(json.dumps(right_answer(declared)))
    for place, forged in forgeries:
        spots = places(plain)
        inside, key = spots[place % len(spots)] if spots else ([None], 0)
        inside[key] = deepcopy(FORGED[forged])
    result = declared.grade(plain, data_of(task[:2]))
    assert 0 <= result.points <= result.out_of
    result_card(result)._repr_html_()
    with suppress(Unreadable):  # an integer that is too large
        received = as_plain(plain)
        assert declared.grade(received, data_of(task[:2])).points == result.points


@pytest.mark.parametrize("task", FORGEABLE)
def test_an_answer_that_is_forged_throughout_earns_nothing(task):
    declared = load_exercise(task[:2]).task(task)
    for forged in FORGED:
        plain = json.loads(json.dumps(right_answer(declared)))
        for inside, key in places(plain):
            if not isinstance(inside[key], list | dict):
                inside[key] = deepcopy(forged)
        assert declared.grade(plain, data_of(task[:2])).points == 0, forged


class Text(str):
    """A text that is more than one."""


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ([0.5] * ANY_VALUES, "more than 100,000 values"),
        ([[[[[[0.5]]]]]], "lists inside lists"),
        (10**400, "too large"),
        (Text("A"), "a Text"),
        ({1: 0.5}, "labels"),
        ({"x" * 80: 1, "x" * 81: 2}, "labels"),
        ((0.5,), "a tuple"),
        (np.float64(0.5), "a float64"),
        ({"A": Hostile()}, "a Hostile"),
    ],
)
def test_what_no_answer_can_be_is_not_received(raw, found):
    with pytest.raises(Unreadable, match=found):
        as_plain(raw)


def test_what_is_received_is_bounded_and_can_be_written_to_a_file():
    assert as_plain([1, -0.0, True, None, float("nan"), float("inf")]) == [
        1.0,
        0.0,
        True,
        None,
        None,
        float("inf"),
    ]
    assert type(as_plain(1)) is float
    odd = as_plain({"\ud800": "x" * 100_000, "A": "\udfff"})
    assert odd == {"?": "x" * 80, "A": "?"}
    json.dumps(odd, ensure_ascii=False).encode()


@cache
def data_of(exercise: str):
    return load_exercise(exercise).load()


@pytest.mark.parametrize("value", ["01.9", "9.1", "", "0", 1.1, None, "<b>01.1</b>", ["01.1"]])
def test_an_unknown_task_is_answered_by_a_sentence(value, capsys):
    assert check(value, 1.0) == 0
    card = capsys.readouterr().out
    assert "There is no task" in card
    assert "01" in card


def test_two_values_or_no_value_are_answered_by_a_sentence(capsys):
    assert check("01.1", 0.5, 0.6) == 0
    assert "2 values" in capsys.readouterr().out
    assert check("01.1") == 0
    assert "unfinished" in capsys.readouterr().out


def test_an_invalid_clinic_seed_is_answered_by_a_sentence(monkeypatch, capsys):
    monkeypatch.setenv("SMALLN_CLINIC", "seven")
    assert check("01.1", 0.5) == 0
    card = capsys.readouterr().out
    assert "01.1: the data cannot be loaded" in card
    assert "found 'seven'" in " ".join(card.split())


def test_an_unknown_exercise_has_no_total(capsys):
    assert total("7") is None
    assert total("01.1") is None
    assert capsys.readouterr().out.count("There is no exercise") == 2


def test_an_exercise_that_is_not_installed_is_for_the_instructor_to_check(capsys):
    assert check("77.1", 0.5) == 0
    assert total("77") is None
    said = " ".join(capsys.readouterr().out.split())
    assert said.count("Exercise 77 is not part of this installation") == 2
    assert said.count("Your answer is fine to hand in") == 2
    assert "0 points" not in said


def test_plain_data_are_json_and_keep_the_labels():
    answer = pd.Series([0.5, np.nan], index=["Dr. A", "K"], dtype="Float64")
    assert json.loads(json.dumps(to_plain(answer))) == {"A": 0.5, "K": None}
    assert to_plain({"a": ..., "b": np.float32(0.5)}) == {"a": "...", "b": 0.5}
    with pytest.raises(Unreadable, match="label 'A' more than once"):
        to_plain({"A": 1, "Dr. A": 2})
