"""What an instructor hears while a class is graded and after it was graded again."""

from dataclasses import replace

import pytest
from grading_kit import outcome

from shrinkage.grading import progress
from shrinkage.grading.outcome import NOT_SUBMITTED, TIMED_OUT
from shrinkage.grading.progress import LISTED, Progress, changes


@pytest.fixture
def clock(monkeypatch) -> list[float]:
    """The time, which the test sets."""
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def said_of(clock: list[float], times: list[float], *, total: int, width: int = 2) -> list[str]:
    """What is said when submissions are done at these times."""
    said: list[str] = []
    bar = Progress(total, width, said.append)
    for time in times:
        clock[0] = time
        bar.one(outcome("ada"))
    return said


def test_it_says_what_is_left_now_and_then_and_the_end(clock):
    said = said_of(clock, [3.0, 6.0, 7.0, 8.0, 12.0, 13.0, 14.0, 15.0], total=8)
    assert said == [
        "Grading 8 submissions.",
        "2 of 8 graded, about 18 s left.",
        "5 of 8 graded, about 7 s left.",
        "8 of 8 graded.",
    ]


def test_it_does_not_say_how_long_the_last_ones_take(clock):
    """One of them may be a loop that does not end."""
    assert said_of(clock, [10.0, 20.0], total=4) == [
        "Grading 4 submissions.",
        "1 of 4 graded, about 30 s left.",
        "2 of 4 graded, the last 2 are running.",
    ]
    assert said_of(clock, [40.0], total=2)[-1] == "1 of 2 graded, the last runs."


def test_many_minutes_are_said_in_minutes(clock):
    assert said_of(clock, [60.0], total=31)[-1] == "1 of 31 graded, about 30 min left."


def test_students_without_a_submission_do_not_count(clock):
    said: list[str] = []
    bar = Progress(1, 2, said.append)
    bar.one(outcome("ada", status=NOT_SUBMITTED))
    bar.one(outcome("bo"))
    assert said == ["Grading 1 submission.", "1 of 1 graded."]
    assert said_of(clock, [], total=0) == []


def test_what_changed_is_said():
    then = {s: outcome(s) for s in ("ada", "bo", "cy", "dee")}
    now = [
        replace(then["ada"], status=TIMED_OUT, graded_at="later"),
        replace(then["bo"], tasks=then["bo"].tasks[:1], graded_at="later"),
        replace(then["cy"], graded_at="later"),
        then["dee"],
        outcome("new"),
    ]
    assert changes(then, now) == (
        "3 graded again, with other points: ada (6.5, now timed out), bo (6.5, now 1.5)."
    )
    assert changes(then, now[2:]) == "1 graded again: no points changed."
    assert changes(then, now[3:]) == ""


def test_a_long_list_of_changes_is_cut():
    then = {f"s{i:02}": outcome(f"s{i:02}") for i in range(LISTED + 3)}
    now = [replace(o, tasks=(), graded_at="later") for o in then.values()]
    assert changes(then, now).endswith(f"s{LISTED - 1:02} (6.5, now 0) and 3 more.")
