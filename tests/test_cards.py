"""Cards and totals: what `check` and `total` show."""

import re

import pytest
from exercise_kit import result_of, solved

from shrinkage.exercises import check, checking, total
from shrinkage.exercises.card import result_card


@pytest.fixture
def fresh(monkeypatch):
    monkeypatch.setattr(checking, "_results", {})


@pytest.mark.usefixtures("fresh")
def test_the_total_counts_the_latest_check_and_says_what_is_left(capsys):
    session = solved("01")
    total("01")
    assert capsys.readouterr().out.count("not checked yet") == len(session.exercise.tasks)
    for task in session.exercise.tasks:
        check(task.id, session.names[task.variable])
    total("01")
    assert "10 of 10 points" in capsys.readouterr().out
    check("01.2", 3)
    capsys.readouterr()
    total("01")
    said = capsys.readouterr().out
    assert "8 of 10 points" in said
    assert re.search(r"Left +01\.2$", said, re.MULTILINE)


@pytest.mark.usefixtures("fresh")
def test_missing_points_raise_where_strictness_is_asked_for(monkeypatch, capsys):
    monkeypatch.setenv(checking.STRICT, "1")
    session = solved("01")
    check("01.1", session.names["raw_rate"])
    with pytest.raises(checking.Incomplete, match="0 of 2 points"):
        check("01.2", ...)
    with pytest.raises(checking.Incomplete, match="There is no task"):
        check("01.9", 1)
    with pytest.raises(checking.Incomplete, match="not checked yet"):
        total("01")


def test_a_card_has_no_colour_of_its_own_and_escapes_what_it_quotes():
    result = result_of("01.1", "raw_rate = {'<script>alert(1)</script>': 1.0}")
    html = result_card(result)._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert not re.search(r"#[0-9a-f]{3}|rgb|background", html)
