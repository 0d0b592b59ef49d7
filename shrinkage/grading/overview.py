"""The class at a glance, for the instructor: what to teach again, and what wants a human."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import mean, median

from shrinkage.exercises.answers import UNFINISHED
from shrinkage.exercises.language import say
from shrinkage.exercises.task import Exercise, Task
from shrinkage.grading.alike import PUBLISHED, Group, Pair, groups
from shrinkage.grading.feedback import feedback_file, reason
from shrinkage.grading.gradebook import Roster, by_student, heading
from shrinkage.grading.judge import TYPED
from shrinkage.grading.outcome import GRADED, NOT_SUBMITTED, STATUSES, Outcome, TaskOutcome
from shrinkage.grading.page import day_and_time, render
from shrinkage.grading.store import Store

SHOWN = 8
"""Hints of a task that are listed one by one; the rest are rare."""
WELL = 0.8
"""A task that earns this share of its points on average need not be taught again."""


@dataclass(frozen=True)
class TaskSummary:
    """How a class did in one task.

    Attributes:
        task: the task.
        students: graded submissions.
        full, part, none: students with all, some or no points; they add up to `students`.
        points: the mean.
        stumbles: what students did and how many of them, the most frequent first; a phrase that
            follows a number of students, such as 'swapped the two ends'.
        mistakes: those of the stumbles that the task knows by name.
    """

    task: Task
    students: int
    full: int
    part: int
    none: int
    points: float
    stumbles: tuple[tuple[str, int], ...]
    mistakes: tuple[tuple[str, int], ...]


def write_overview(
    store: Store, exercise: Exercise, roster: Roster = (), look_alikes: Iterable[Pair] = ()
) -> None:
    """Write `overview.html` into the store's folder."""
    store.write("overview.html", overview_page(store.outcomes(), exercise, roster, look_alikes))


def overview_page(
    outcomes: Sequence[Outcome],
    exercise: Exercise,
    roster: Roster = (),
    look_alikes: Iterable[Pair] = (),
) -> str:
    """The page as HTML; its links lead to the feedback pages beside it."""
    names = {student: person.get("name", "") for student, person in by_student(roster).items()}
    graded = [outcome for outcome in outcomes if outcome.status == GRADED]
    summaries = [summary(task, graded) for task in exercise.tasks]
    handed_in = [outcome for outcome in outcomes if outcome.status != NOT_SUBMITTED]
    times = sorted(filter(None, (outcome.graded_at for outcome in handed_in)))
    pairs = sorted(look_alikes, key=lambda pair: -pair.share)
    return render(
        "overview.html",
        language="en",
        title=heading(exercise),
        monday=monday(outcomes, summaries, exercise),
        outcomes=outcomes,
        handed_in=handed_in,
        graded=graded,
        exercise=exercise,
        unsandboxed=[outcome for outcome in handed_in if not outcome.sandboxed],
        clinics=Counter(outcome.clinic for outcome in graded if outcome.clinic).most_common(),
        last=day_and_time(times[-1]) if times else "",
        statuses=[(s, n) for s in STATUSES if (n := sum(o.status == s for o in outcomes))],
        distribution=distribution(graded, exercise.points),
        summaries=summaries,
        shown=SHOWN,
        flagged=[(outcome, flag) for outcome in outcomes for flag in outcome.flags],
        noted=[outcome for outcome in outcomes if outcome.notes],
        strangers=[o for o in outcomes if names and o.student not in names],
        late=any(outcome.late for outcome in outcomes),
        groups=groups(pair for pair in pairs if PUBLISHED not in pair.students),
        published=[pair for pair in pairs if PUBLISHED in pair.students],
        shared=shared,
        names=names,
        feedback_file=feedback_file,
        reason=reason,
        say=say,
        percent=percent,
        how_many=how_many,
    )


def summary(task: Task, graded: Sequence[Outcome]) -> TaskSummary:
    """How the graded submissions did in a task; a task that is not in one counts as no points."""
    done = [part for o in graded for part in o.tasks if part.result.task == task.id]
    full = sum(part.result.complete for part in done)
    some = sum(part.result.points > 0 and not part.result.complete for part in done)
    mistakes = Counter(m for part in done for m in dict.fromkeys(part.result.mistakes))
    stumbles = Counter(s for part in done for s in dict.fromkeys(_stumbles(part)))
    return TaskSummary(
        task,
        students=len(graded),
        full=full,
        part=some,
        none=len(graded) - full - some,
        points=sum(part.result.points for part in done) / len(graded) if graded else 0.0,
        stumbles=_by_number(stumbles),
        mistakes=_by_number(Counter({_of_them(m): n for m, n in mistakes.items()})),
    )


def monday(
    outcomes: Sequence[Outcome], summaries: Sequence[TaskSummary], exercise: Exercise
) -> list[str]:
    """What to teach again on Monday: two to four sentences."""
    points = [o.points for o in outcomes if o.points is not None]
    if not points:
        return [f"None of the {len(outcomes)} students has a grade, so there is nothing to say."]
    said = [f"{how_many(len(points), len(outcomes))}; {_earned(points, exercise.points)}."]
    weakest = min(summaries, key=lambda s: s.points / s.task.points)
    where = f"task {weakest.task.id} ({weakest.task.title})"
    earned = f"{weakest.points:.1f} of {_of(weakest.task.points)} on average"
    if weakest.points >= WELL * weakest.task.points:
        said.append(
            f"No task needs teaching again: even in {where}, which went worst, students earned "
            f"{earned}."
        )
    else:
        nothing = f", and {weakest.none} of them earned nothing" if weakest.none else ""
        said.append(f"Begin with {where}: students earned {earned}{nothing}.")
    frequent = sorted(
        ((n, s.task.id, what) for s in summaries for what, n in s.mistakes if n > 1),
        key=lambda line: -line[0],
    )
    if frequent:
        n, id, what = frequent[0]
        said.append(f"The most frequent mistake is in task {id}: {n} students {what}.")
        said += [f"The next is in task {id}: {n} students {what}." for n, id, what in frequent[1:2]]
    return said


def how_many(graded: int, of: int) -> str:
    """How many students have a grade, as the beginning of a sentence."""
    if graded == of:
        return f"All {of} students have a grade" if of > 1 else "The one student has a grade"
    return f"{graded} of {of} students {'has' if graded == 1 else 'have'} a grade"


def _earned(points: Sequence[float], out_of: float) -> str:
    """What those with a grade earned, as a part of a sentence."""
    if len({*points}) == 1:
        each = " each" if len(points) > 1 else ""
        what = f"all {_of(out_of)}" if points[0] == out_of else f"{points[0]:g} of {_of(out_of)}"
        return f"they{each} earned {what}"
    middle = median(points)
    half = f"all {middle:g}" if middle == out_of else f"{middle:g} or more" if middle else "none"
    return f"they earned {mean(points):.1f} of {_of(out_of)} on average, and half of them {half}"


@dataclass(frozen=True)
class Bin:
    """A range of points, and how many students are in it; `share` is relative to the fullest."""

    label: str
    students: int
    share: float


def distribution(graded: Sequence[Outcome], out_of: float) -> list[Bin]:
    """How many students have how many points: full marks, then ranges of equal width downwards."""
    points = [o.points for o in graded if o.points is not None]
    width = math.ceil(out_of / 12)
    edges = range(0, math.ceil(out_of), width)
    counted = Counter("all" if p >= out_of else int(p // width) for p in points)
    most = max(counted.values(), default=1)
    rows: list[tuple[str, int]] = [(f"all {out_of:g}", counted["all"])]
    for n, low in reversed([*enumerate(edges)]):
        rows.append((f"{low} to below {min(low + width, out_of):g}", counted[n]))
    return [Bin(label, n, n / most) for label, n in rows]


def percent(n: float, of: float) -> str:
    """A share in whole percent; a dash where there is nothing to share."""
    return f"{100 * n / of:.0f} %" if of else "–"


def shared(group: Group) -> str:
    """How much the pairs of a group share, as a range where they differ."""
    least, most = (round(100 * share) for share in group.shares)
    return f"{least} %" if least == most else f"{least}–{most} %"


def _stumbles(part: TaskOutcome) -> tuple[str, ...]:
    """What a student did in a task that is not complete, as the hints have it."""
    result, answer = part.result, part.answer
    if result.complete:
        return ()
    if result.mistakes:
        return tuple(map(_of_them, result.mistakes))
    if part.reason == TYPED:
        return ("typed in what is right for their notebook's clinic",)
    if part.reason and part.reason == result.found:
        return ("had no answer because a cell failed or was stopped",)
    if answer is None:
        return ("handed in no answer",)
    if answer.plain == UNFINISHED:
        return ("left the answer unfinished",)
    if result.found:
        return ("gave something that could not be read as an answer",)
    return ("gave a wrong answer that no hint has a name for",)


def _of_them(mistake: str) -> str:
    """A mistake as it is said of others: names are phrases that follow 'you'."""
    said = re.sub(r"\byour\b", "their", mistake)
    return re.sub(r"\byou\b", "they", said)


def _by_number(counted: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def _of(points: float) -> str:
    return f"{points:g} {'point' if points == 1 else 'points'}"
