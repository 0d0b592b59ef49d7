"""The grades as files that people and their learning platforms read.

`gradebook.csv` has everybody. A file for import has the graded students of the roster alone: an
empty grade would erase the one that the platform has, in Canvas and in Moodle's gradebook alike. So
a submission that could not be graded is nowhere a number, and nobody's earlier grade is touched.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from shrinkage.exercises.language import say
from shrinkage.exercises.task import Exercise
from shrinkage.grading.outcome import GRADED, NOT_SUBMITTED, Outcome
from shrinkage.grading.page import final_card
from shrinkage.grading.store import Store
from shrinkage.grading.submissions import student_slug

Roster = Iterable[Mapping[str, str]]
"""Students with what is known of them: student, name, email, canvas_id, sis_id, moodle_id, group.

All but `student` may be missing or empty.
"""


def write_gradebooks(store: Store, exercise: Exercise, roster: Roster = ()) -> None:
    """Write the gradebook and every file for import into the store's folder."""
    outcomes, roster = store.outcomes(), list(roster)
    store.write("gradebook.csv", gradebook_csv(outcomes, exercise, roster))
    store.write("canvas.csv", canvas_csv(outcomes, exercise, roster))
    store.write("moodle.csv", moodle_csv(outcomes, exercise, roster))
    for outcome in outcomes:
        name = f"gradescope/{student_slug(outcome.student)}/results.json"
        store.write(name, gradescope_json(outcome, exercise))


def gradebook_csv(outcomes: Sequence[Outcome], exercise: Exercise, roster: Roster = ()) -> str:
    """A row a student: status, points, a column a task, and what a human should know.

    It begins with a byte-order mark, by which Excel knows that it is UTF-8; pandas skips it.
    """
    people = by_student(roster)
    rows = [
        {
            "student": outcome.student,
            "name": people.get(outcome.student, {}).get("name", ""),
            "group": people.get(outcome.student, {}).get("group", ""),
            "status": outcome.status,
            "points": _number(outcome.points),
            "out_of": _number(exercise.points),
            **{task.id: _number(points_of(outcome).get(task.id)) for task in exercise.tasks},
            "reason": outcome.reason,
            "flags": len(outcome.flags),
            "file": outcome.file,
            "late": "yes" if outcome.late else "",
            **_how(outcome),
        }
        for outcome in outcomes
    ]
    before = ["student", "name", "group", "status", "points", "out_of"]
    after = ["reason", "flags", "file", "late", "graded_at", "sandboxed"]
    columns = [*before, *(task.id for task in exercise.tasks), *after]
    return "\ufeff" + _csv(columns, rows)


def canvas_csv(outcomes: Sequence[Outcome], exercise: Exercise, roster: Roster = ()) -> str:
    """The graded students, for Canvas: Grades, Import.

    Canvas finds a student by ID (its own), SIS User ID, SIS Login ID or name, in this order. Where
    the roster does not say, a student whose id is a number is looked for by ID, because Canvas
    puts its own into the names of the files that it hands out, and any other by SIS Login ID. If
    no assignment bears the column's name, Canvas asks which one is meant. See 'How do I import
    grades in the Gradebook?' in Canvas' Instructor Guide, and `lib/gradebook_importer.rb` in
    https://github.com/instructure/canvas-lms for what an empty grade does (`no_change_to_value?`).
    """
    people, assignment = by_student(roster), heading(exercise)
    columns = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", assignment]
    rows: list[dict[str, Any]] = [
        {"Student": "    Points Possible", assignment: _number(exercise.points)}
    ]
    for outcome in _for_import(outcomes, people):
        person = people.get(outcome.student, {})
        number, sis_id = _number_of(outcome, person, "canvas_id"), person.get("sis_id", "")
        row = {
            "Student": person.get("name") or outcome.student,
            "ID": number,
            "SIS User ID": sis_id,
            "SIS Login ID": "" if number or sis_id else outcome.student,
            assignment: _number(outcome.points),
        }
        rows.append(row)
    return _csv(columns, rows)


def moodle_csv(outcomes: Sequence[Outcome], exercise: Exercise, roster: Roster = ()) -> str:
    """The graded students, as an offline grading worksheet of Moodle's assignments.

    The worksheet, and not the gradebook's import, because it finds a student by the number that
    stands in the names of the files that Moodle hands out, and because it leaves a grade alone
    that Moodle has already, unless 'Allow updating records …' is ticked. It is uploaded with Moodle
    set to English, whose column names it has, to an assignment with the feedback types 'Offline
    grading worksheet' and 'Feedback comments'. The gradebook's import (Grades, Import, CSV file)
    reads the same file, by 'Email address'. See
    https://docs.moodle.org/en/Assignment_settings#Feedback_types and
    https://docs.moodle.org/en/Grade_import
    """
    people = by_student(roster)
    rows = []
    for outcome in _for_import(outcomes, people):
        person = people.get(outcome.student, {})
        number = _number_of(outcome, person, "moodle_id")
        comments = [final_card(task)[0].headline for task in outcome.tasks]
        row = {
            "Identifier": f"Participant {number}" if number.isdecimal() else number,
            "Full name": person.get("name") or outcome.student,
            "Email address": person.get("email", ""),
            "Status": "",
            "Grade": _number(outcome.points),
            "Maximum grade": _number(exercise.points),
            "Grade can be changed": "Yes",
            "Last modified (grade)": "",
            "Feedback comments": "<br>".join(escape(line, quote=False) for line in comments),
        }
        rows.append(row)
    columns = ["Identifier", "Full name", "Email address", "Status", "Grade", "Maximum grade"]
    columns += ["Grade can be changed", "Last modified (grade)", "Feedback comments"]
    return _csv(columns, rows)


def gradescope_json(outcome: Outcome, exercise: Exercise) -> str:
    """One student's `results.json`, for an autograder on Gradescope.

    Without a score, neither above nor in a test, Gradescope calls the results badly formatted and
    leaves the submission ungraded: so it does with one that is not graded. See
    https://gradescope-autograders.readthedocs.io/en/latest/specs/#output-format
    """
    common = {
        "output": "\n\n".join(map(say, filter(None, [outcome.reason, *outcome.notes]))),
        "output_format": "text",
        "execution_time": round(outcome.seconds),
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {"status": outcome.status, "sandboxed": outcome.sandboxed},
    }
    if outcome.status != GRADED:
        return json.dumps(common, indent=1, ensure_ascii=False)
    tests = [
        {
            "name": say(task.result.title),
            "number": task.result.task,
            "score": task.result.points,
            "max_score": task.result.out_of,
            "status": "passed" if task.result.complete else "failed",
            "output": "\n\n".join(filter(None, map(str, final_card(task)))),
            "output_format": "text",
            "visibility": "visible",
        }
        for task in outcome.tasks
    ]
    graded = {"score": outcome.points, **common, "tests": tests}
    return json.dumps(graded, indent=1, ensure_ascii=False)


def heading(exercise: Exercise) -> str:
    """The exercise's name, as an assignment has it: 'Exercise 5: The hierarchical logit'."""
    return f"Exercise {exercise.id.lstrip('0')}: {exercise.title}"


def by_student(roster: Roster) -> dict[str, Mapping[str, str]]:
    """The roster's lines by the student's id."""
    return {person["student"]: person for person in roster}


def points_of(outcome: Outcome) -> dict[str, float]:
    """The points of each task; none unless the submission is graded."""
    tasks = outcome.tasks if outcome.status == GRADED else ()
    return {task.result.task: task.result.points for task in tasks}


def _how(outcome: Outcome) -> dict[str, str]:
    """When and how a submission was looked at; nothing where there is none."""
    if outcome.status == NOT_SUBMITTED:
        return {}
    return {
        "graded_at": outcome.graded_at,
        "sandboxed": "yes" if outcome.sandboxed else "no",
    }


def _for_import(outcomes: Sequence[Outcome], people: Mapping[str, Any]) -> list[Outcome]:
    """The graded students, of whom a platform knows those of the roster, if there is one."""
    graded = [outcome for outcome in outcomes if outcome.status == GRADED]
    return [o for o in graded if o.student in people] if people else graded


def _number_of(outcome: Outcome, person: Mapping[str, str], which: str) -> str:
    """A student's number on a platform: the roster's, or the id itself of one not in a roster."""
    given = outcome.student if outcome.student.isdecimal() and not person else ""
    return person.get(which, "") or given


def _number(points: float | None) -> str:
    return "" if points is None else f"{points:g}"


def _csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """The rows as CSV; what is missing is empty."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns)
    writer.writeheader()
    for row in rows:
        writer.writerow({k: _text(v) if isinstance(v, str) else v for k, v in row.items()})
    return out.getvalue()


def _text(value: str) -> str:
    """A text that no spreadsheet takes for a formula, also where it splits lines at semicolons.

    The apostrophe is what https://owasp.org/www-community/attacks/CSV_Injection advises. Points
    are never negative, so no number begins with a sign.
    """
    value = value.replace("\0", "")
    return re.sub(r"(^|[;\t\r\n])([\s\"]*)(?=[=+\-@])", r"\1\2'", value)
