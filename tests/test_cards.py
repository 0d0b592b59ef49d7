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


def test_a_part_stands_in_one_place():
    percent = "raw_rate = (100 * patients.groupby('doctor')['success'].mean()).reindex(roster)"
    result = result_of("01.1", percent)
    assert 0 < result.points < result.out_of
    named = [
        what.removesuffix(" (counts once another part is right)")
        for what in (*result.right, *result.in_part, *result.not_yet)
    ]
    assert sorted(named) == sorted(part.what for part in solved("01").exercise.task("01.1").parts)
    for final, missing in ((False, "Not yet"), (True, "Missing")):
        labels = [label for label, _ in result_card(result, final=final).lines]
        assert labels[0] == "In part"
        assert "Right" not in labels
        assert (missing in labels) == bool(result.not_yet)


def test_a_grade_does_not_speak_as_if_it_were_open():
    unfinished = result_of("01.1", "raw_rate = ...")
    assert "then run this one again" in " ".join(repr(result_card(unfinished)).split())
    final = result_card(unfinished, final=True)
    assert [label for label, _ in final.lines] == ["Expected", "Found"]
    assert final.lines[1] == ("Found", "no answer")
    odd = result_card(result_of("01.1", "raw_rate = 'eleven'"), final=True)
    assert [label for label, _ in odd.lines] == ["Expected", "Found", "Hint"]
    wrong = result_card(result_of("01.1", "raw_rate = raw_rate + 0.5"), final=True)
    right = result_card(result_of("01.1", "raw_rate = raw_rate"), final=True)
    assert right.headline.endswith("2 of 2 points, complete")
    for card in (final, odd, wrong):
        assert card.headline.endswith("0 of 2 points")
        assert not re.search(r"yet|again\.|Next", repr(card))


def test_a_card_has_no_colour_of_its_own_and_escapes_what_it_quotes():
    result = result_of("01.1", "raw_rate = {'<script>alert(1)</script>': 1.0}")
    html = result_card(result)._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert not re.search(r"#[0-9a-f]{3}|rgb|background", html)
