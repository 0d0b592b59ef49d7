"""What an instructor hears while a class is graded, and what changed when it was graded again."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from shrinkage.grading.outcome import NOT_SUBMITTED, Outcome

OFTEN = 5.0  # seconds between two sentences
LISTED = 10  # students whose points changed

Say = Callable[[str], None]
"""Tells the instructor a sentence."""


class Progress:
    """Says how many are done and how long the rest will take."""

    def __init__(self, total: int, width: int, say: Say) -> None:
        """Begin with `total` submissions, `width` of them at a time."""
        self._total, self._width, self._say, self._done = total, width, say, 0
        self._start = self._said = time.monotonic()
        if total:
            say(f"Grading {total} {'submission' if total == 1 else 'submissions'}.")

    def one(self, outcome: Outcome) -> None:
        """One more is done; a student without a submission is none."""
        if outcome.status == NOT_SUBMITTED:
            return
        self._done += 1
        now = time.monotonic()
        if now - self._said < OFTEN and self._done < self._total:
            return
        self._said = now
        self._say(f"{self._done} of {self._total} graded{self._rest(now)}.")

    def _rest(self, now: float) -> str:
        left = self._total - self._done
        if left > self._width:
            return f", about {_duration((now - self._start) / self._done * left)} left"
        # One of those may be the loop that does not end, so nobody knows for how long
        return f", the last {left} are running" if left > 1 else ", the last runs" if left else ""


def changes(before: Mapping[str, Outcome], after: Sequence[Outcome]) -> str:
    """What grading again came to, as a sentence; empty where nothing was graded again."""
    again = [(before[now.student], now) for now in after if now.student in before]
    again = [(then, now) for then, now in again if then.file or now.file]
    again = [(then, now) for then, now in again if then.graded_at != now.graded_at or then != now]
    if not again:
        return ""
    other = [
        f"{now.student} ({_points(then)}, now {_points(now)})"
        for then, now in again
        if _points(then) != _points(now)
    ]
    if not other:
        return f"{len(again)} graded again: no points changed."
    more = f" and {len(other) - LISTED} more" if len(other) > LISTED else ""
    return f"{len(again)} graded again, with other points: {', '.join(other[:LISTED])}{more}."


def _points(outcome: Outcome) -> str:
    return outcome.status if outcome.points is None else f"{outcome.points:g}"


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
