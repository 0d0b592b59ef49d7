"""A student's feedback page: the points, the cards of the tasks, and on what it was graded.

It says what the practice check would say about an answer and nothing more of the truth, but as a
grade: there is nothing left to try. It has no other student on it, no flag and no seed.
"""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from shrinkage.exercises.language import say, words
from shrinkage.exercises.task import Exercise
from shrinkage.grading.gradebook import Roster, by_student
from shrinkage.grading.outcome import (
    CRASHED,
    GRADED,
    NOT_SUBMITTED,
    OUT_OF_MEMORY,
    TIMED_OUT,
    UNREADABLE,
    Outcome,
    TaskOutcome,
)
from shrinkage.grading.page import day_and_time, final_card, language, render
from shrinkage.grading.store import Store
from shrinkage.grading.submissions import student_slug


def write_feedback(store: Store, exercise: Exercise, roster: Roster = ()) -> None:
    """Write the page of every student of the store, `feedback/<slug>.html`."""
    people = by_student(roster)
    for outcome in store.outcomes():
        name = people.get(outcome.student, {}).get("name", "")
        store.write(feedback_file(outcome.student), feedback_page(outcome, exercise, name))


def feedback_file(student: str) -> str:
    """Where a student's page is, below the folder of grades."""
    return f"feedback/{student_slug(student)}.html"


def feedback_page(outcome: Outcome, exercise: Exercise, name: str = "") -> str:
    """One student's page, as HTML; `name` stands beside the id where the roster has one."""
    graded = outcome.status == GRADED
    # Half-done tasks of a submission that is not graded have no points to show.
    tasks = outcome.tasks if graded else ()
    return render(
        "feedback.html",
        language=language(),
        title=_heading(exercise),
        facts=[(label, fact) for label, fact in _facts(outcome, name) if fact],
        graded=graded,
        verdict=_points(outcome, exercise) if graded else say(_not_graded(outcome.status)[0]),
        details=[*(_left(outcome) if graded else _why(outcome))],
        tasks_heading=say("The tasks"),
        tasks=[_task(task) for task in tasks],
        clinic_heading=say("Graded on another clinic"),
        clinic=[*_clinic(outcome)] if tasks else [],
        notes_heading=say("About your notebook"),
        notes=[*_notes(outcome)],
    )


def reason(outcome: Outcome) -> str:
    """Why a submission is not graded and what the student can do; never empty."""
    return say(outcome.reason or _not_graded(outcome.status)[1])


def _task(task: TaskOutcome) -> tuple[Markup, str, bool]:
    """The card, which escapes what it shows, what else to say, and whether points are missing."""
    card, more = final_card(task)
    return Markup(card._repr_html_()), more, not task.result.complete


def _heading(exercise: Exercise) -> str:
    number = exercise.id.lstrip("0")
    return say(words("Exercise {number}: {title}", number=number, title=exercise.title))


def _facts(outcome: Outcome, name: str) -> Iterator[tuple[str, str]]:
    yield say("Student"), f"{name} ({outcome.student})" if name else outcome.student
    yield say("File"), outcome.file.rpartition("/")[2]
    if outcome.status != NOT_SUBMITTED:
        label = say("Graded") if outcome.status == GRADED else say("Looked at")
        yield label, day_and_time(outcome.graded_at)


def _points(outcome: Outcome, exercise: Exercise) -> str:
    out_of = f"{exercise.points:g}"
    return say(words("{points} of {out_of} points", points=f"{outcome.points:g}", out_of=out_of))


def _left(outcome: Outcome) -> Iterator[str]:
    left = [task.result.task for task in outcome.tasks if not task.result.complete]
    if left:
        yield say(words("Points are missing in {tasks}.", tasks=", ".join(left)))
    else:
        yield say("All tasks are complete.")


def _why(outcome: Outcome) -> Iterator[str]:
    yield reason(outcome)
    yield say("No points are entered for you. This is not a zero: your grade is still open.")


def _notes(outcome: Outcome) -> Iterator[str]:
    if outcome.late:
        yield say("It was handed in late, as your platform has it.")
    yield from map(say, outcome.notes)


def _not_graded(status: str) -> tuple[str, str]:
    """What to say of a status other than 'graded', and what to do unless there is a reason."""
    match status:
        case s if s == UNREADABLE:
            return (
                words("Not graded: your file could not be read"),
                words("Open it in JupyterLab, save it there and hand it in again."),
            )
        case s if s == TIMED_OUT:
            return (
                words("Not graded: your notebook ran for too long"),
                words("Look for a loop that does not end, and hand it in again."),
            )
        case s if s == OUT_OF_MEMORY:
            return (
                words("Not graded: your notebook needed too much memory"),
                words("Look for a list or a table that keeps growing, and hand it in again."),
            )
        case s if s == CRASHED:
            return (
                words("Not graded: your notebook broke off"),
                words(
                    "Restart the kernel, run all cells from the top, mend the one where it stops "
                    "and hand it in again."
                ),
            )
        case s if s == NOT_SUBMITTED:
            return (
                words("Not graded: there is no file of yours"),
                words("If you handed one in, tell your instructor its name and when it was."),
            )
        case _:
            return (
                words("Not graded yet: the grader failed, not you"),
                words("There is nothing for you to do: your instructor sees it."),
            )


def _clinic(outcome: Outcome) -> Iterator[str]:
    yield say(
        "Your notebook was run again from top to bottom, on the data of another clinic than the "
        "one that you saw. The questions are the same, the numbers are not."
    )
    yield say(
        "So an answer that your code computes from the data is right there as well, and a number "
        "that you typed in is not. That is why the points can differ from those of the checks "
        "in your own notebook."
    )
