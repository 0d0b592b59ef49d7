"""`check` and `total`, as a notebook calls them while it is graded: they hand values in."""

from __future__ import annotations

import warnings
from typing import Any

from shrinkage.grading.inside.channel import Channel

_channel: list[Channel] = []


def connect(channel: Channel) -> None:
    """Hand values in over this channel from now on."""
    _channel[:] = [channel]


def check(task_id: str, value: object = ..., *more: object) -> float:
    """Hand in an answer. Points are not known here; the value is 0.0 for every answer."""
    hand_in(str(task_id)[:20], (value, *more) if more else value)
    return 0.0


def total(exercise_id: str) -> None:
    """Nothing: the points are added up where they are given."""


def hand_in(task: str, value: Any, step: int | None = None) -> bool:
    """Send a value as bounded plain data; returns whether it is finished.

    `step` is the number of the exercise's own check, None for a call in a student's cell.
    """
    from shrinkage.exercises.answers import UNFINISHED, Unreadable  # that package imports `check`
    from shrinkage.exercises.language import say, words

    [channel] = _channel
    channel.send({"ask": task})
    asked = channel.receive()
    if asked is None:  # the exercise has no such task
        return False
    answer, request = asked
    message: dict[str, Any] = {"answer": task, "step": step}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            message["plain"] = plain = answer.plain(value, request)
            finished = plain != UNFINISHED
        except Unreadable as odd:
            message |= {"found": say(odd.found), "remedy": say(odd.remedy)}
            finished = True
        except BaseException:  # the object is the student's: it may raise anything, an exit too
            name = type(value).__name__[:60]
            message |= {
                "found": say(words("a {type} that cannot be read", type=name)),
                "remedy": say("Hand in numbers: a Series, a dict, a list or an array."),
            }
            finished = True
    channel.send(message)
    return finished
