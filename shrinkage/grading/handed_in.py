"""What a class handed in, held against the roster and the exercise before anything runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from shrinkage.grading.notebook import read_own
from shrinkage.grading.places import plain
from shrinkage.grading.progress import Say
from shrinkage.grading.roster import Student
from shrinkage.grading.script import AnotherExercise, Script, UnreadableNotebook, build_script
from shrinkage.grading.submissions import Submission, find_submissions

NAMED = 5  # students, or files, that a sentence names


class GradingError(ValueError):
    """A class that cannot be graded; the message says what was expected, found and to do."""


@dataclass(frozen=True)
class HandedIn:
    """What a class handed in for one exercise.

    Attributes:
        submissions: one a student, in the order of their ids; without a file for those of the
            roster who handed in nothing.
        scripts: by student the script of a submission that can be read.
        also: by what else a file may call a student, the id; in lower case.
    """

    submissions: tuple[Submission, ...]
    scripts: Mapping[str, Script]
    also: Mapping[str, str]


def read_class(
    folder: Path, exercise: str, source: str, students: Sequence[Student], say: Say
) -> HandedIn:
    """Read what a class handed in; `source` is the exercise's notebook, as text.

    Says who is not on the roster. Raises `SubmissionsError`, and `GradingError` where the folder is
    another one than was meant: nobody in it is on the roster, or most notebooks are of another
    exercise.
    """
    ids, also = [plain(student.student) for student in students], _also(students)
    submissions = find_submissions(folder, exercise, ids or None, also)
    if ids:
        _hold_against_roster(folder, submissions, ids, say)
    own, scripts, others = read_own(source), dict[str, Script](), Counter[str]()
    for submission in submissions:
        if submission.content is None:
            continue
        try:
            scripts[submission.student] = build_script(submission.content, own, exercise)
        except AnotherExercise as odd:
            others[odd.exercise] += 1
        except UnreadableNotebook:
            continue
    if others.total() > len(scripts):
        other, n = others.most_common(1)[0]
        raise GradingError(
            f"{folder}: expected notebooks of exercise {exercise}, but {n} of "
            f"{len(scripts) + others.total()} are of exercise {other}. Name that one with "
            "--exercise, or give another folder."
        )
    return HandedIn(tuple(submissions), scripts, also)


def _also(students: Sequence[Student]) -> dict[str, str]:
    """Ids by what else an LMS or a student may call a file by: numbers, and names but for twins."""
    numbers = {number.casefold(): s.student for s in students for number in s.also}
    names = Counter(plain(s.name).casefold() for s in students)
    called = {plain(s.name).casefold(): s.student for s in students if s.name}
    return {name: id for name, id in called.items() if names[name] == 1} | numbers


def _hold_against_roster(
    folder: Path, submissions: Sequence[Submission], ids: Sequence[str], say: Say
) -> None:
    """Say who is not on the roster; raise `GradingError` if that is everybody."""
    found = [one.student for one in submissions if one.file]
    strangers = [student for student in found if student not in ids]
    if found and len(strangers) == len(found):
        more = " and others" if len(found) > NAMED else ""
        raise GradingError(
            f"{folder}: expected files that bear ids of the roster, such as '{ids[0]}', found "
            f"{', '.join(map(repr, found[:NAMED]))}{more}. Give the folder that the submissions "
            "lie in, or the roster that belongs to it; files of Canvas or Moodle bear numbers, "
            "which its columns 'canvas_id' and 'moodle_id' hold."
        )
    without = [id for id in ids if id not in found]
    for stranger in strangers:
        like = get_close_matches(stranger, without, n=1)
        perhaps = f" Perhaps it is '{like[0]}', who has no file." if like else ""
        say(
            f"'{stranger}' is not on the roster: compare the file's name with the list.{perhaps} "
            "The points are in no file for import."
        )
