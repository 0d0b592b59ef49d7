"""What the tests of the grader's results share: outcomes as a class has them."""

from dataclasses import replace

from shrinkage.exercises.checking import load_exercise
from shrinkage.exercises.result import Hint, Result
from shrinkage.grading.outcome import GRADED, STATUSES, Answer, Flag, Outcome, TaskOutcome

HOSTILE = "<script>alert(1)</script>"
EXERCISE = load_exercise("05")
MISTAKES = ("gave percent instead of proportions", "swapped the two ends", "kept your own fit")


def task(id: str = "05.1", points: float = 2.0, mistake: str = "", **more) -> Result:
    """A task's result; what is missing of the points has a hint."""
    asked = EXERCISE.task(id)
    assert asked is not None
    hints = () if points == asked.points else (Hint("Look at the *scale*. `expit`", mistake),)
    parts = {"right": ("the ends",), "not_yet": ("the median",)} if hints else {"lesson": "So."}
    return Result(id, asked.title, points, float(asked.points), **{"hints": hints} | parts | more)


def outcome(student: str, points=(1.5, 3.0, 0.0, 1.0, 1.0), **more) -> Outcome:
    """A student's outcome, graded unless it says otherwise."""
    graded = more.get("status", GRADED) == GRADED
    tasks = tuple(
        TaskOutcome(task(f"05.{n}", p, MISTAKES[n % 3]), Answer([1.0]))
        for n, p in enumerate(points, start=1)
    )
    given = {
        "exercise": "05",
        "status": GRADED,
        "tasks": tasks if graded else (),
        "reason": "" if graded else "It took longer than 10 minutes. Look for an endless loop.",
        "file": f"{student}.ipynb",
        "key": "key",
        "clinic": "heron",
        "seconds": 3.2,
        "graded_at": "2026-05-03T18:00:00+02:00",
    }
    return Outcome(student=student, **given | more)


def every_status() -> list[Outcome]:
    """One student of each status; those not graded have tasks too, whose points must not show."""
    graded = outcome("graded")
    return [
        replace(graded, student=status.replace(" ", "-"), status=status, reason=f"{status}: why")
        if status != GRADED
        else graded
        for status in STATUSES
    ]


def a_class(n: int = 300) -> list[Outcome]:
    """A class with every status, late ones, long names, umlauts and hostile texts."""
    made = [replace(one, late=i % 2 == 1) for i, one in enumerate(every_status())]
    made.append(
        outcome(
            f"{HOSTILE} & Söhne, Jürgen-Maximilian von und zu Löwenstein-Wertheim-Rosenberg",
            notes=(f"Two files were found; {HOSTILE}.ipynb was taken.",),
            flags=(
                Flag(3, 12, f"open('../{HOSTILE}')", "It reads a file of another student."),
                Flag(0, 0, 'use_clinic("0f3a")', "the notebook that bo was given"),
            ),
            file=f"{HOSTILE}.ipynb",
        )
    )
    for i in range(n - len(made)):
        cut = (i * 7 % 9) / 4
        points = (2 - min(cut, 2.0), 3.0 if i % 3 else 0.75, i % 2 * 1.0, 2.0 if i % 5 else 0.0)
        made.append(outcome(f"s{i:03}", (*points, 2.0)))
    return made
