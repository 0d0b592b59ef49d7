"""The gradebook and the files for import: only a graded submission is a number, anywhere."""

import csv
import io
import json
from dataclasses import replace

import pandas as pd
import pytest
from grading_kit import EXERCISE, a_class, every_status, outcome, task

from shrinkage.grading import gradebook
from shrinkage.grading.outcome import GRADED, NOT_SUBMITTED, STATUSES, Answer, TaskOutcome
from shrinkage.grading.store import Store
from shrinkage.grading.submissions import student_slug

ROSTER = [
    {"student": "anna", "name": "Anna Söhne", "canvas_id": "7", "moodle_id": "123456"},
    {"student": "bo", "name": "Bo", "email": "bo@x.org", "sis_id": "S-2", "group": "red"},
    {"student": "cy", "moodle_id": "Participant 9"},
    {"student": "away", "name": "Not there"},
]


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def numbers(value) -> list:
    """All numbers in a JSON value but the seconds that it took."""
    if isinstance(value, dict):
        return [n for k, v in value.items() if k != "execution_time" for n in numbers(v)]
    if isinstance(value, list):
        return [n for v in value for n in numbers(v)]
    return [value] if isinstance(value, int | float) and not isinstance(value, bool) else []


# --- only 'graded' is a number --------------------------------------------------------------------


@pytest.mark.parametrize("status", STATUSES)
def test_no_export_has_a_number_for_what_is_not_graded(status):
    [one] = [o for o in every_status() if o.status == status]
    assert one.tasks  # whose points are not to be seen
    graded = status == GRADED
    [row] = table(gradebook.gradebook_csv([one], EXERCISE))
    assert row["status"] == status
    assert row["out_of"] == "10"
    points = [row["points"], *(row[task.id] for task in EXERCISE.tasks)]
    assert points == (["6.5", "1.5", "3", "0", "1", "1"] if graded else [""] * 6)
    assert len(table(gradebook.canvas_csv([one], EXERCISE))) == 1 + graded
    assert len(table(gradebook.moodle_csv([one], EXERCISE))) == graded
    scope = json.loads(gradebook.gradescope_json(one, EXERCISE))
    assert bool(numbers(scope)) == graded
    assert scope.get("score") == (6.5 if graded else None)
    assert one.reason in scope["output"]


def test_an_earned_zero_is_a_number():
    zero = outcome("anna", (0.0,) * 5)
    assert table(gradebook.gradebook_csv([zero], EXERCISE))[0]["points"] == "0"
    assert table(gradebook.canvas_csv([zero], EXERCISE))[1][gradebook.heading(EXERCISE)] == "0"
    assert table(gradebook.moodle_csv([zero], EXERCISE))[0]["Grade"] == "0"
    assert json.loads(gradebook.gradescope_json(zero, EXERCISE))["score"] == 0


# --- each file ------------------------------------------------------------------------------------


def test_pandas_and_excel_read_the_gradebook(tmp_path):
    made = [outcome("Söhne, Jürgen"), outcome("bo", sandboxed=False)]
    path = tmp_path / "gradebook.csv"
    path.write_bytes(gradebook.gradebook_csv(made, EXERCISE).encode())
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    read = pd.read_csv(path)
    assert [*read["student"]] == ["Söhne, Jürgen", "bo"]
    assert [*read["sandboxed"]] == ["yes", "no"]
    assert read["points"].sum() == 13


def test_the_gradebook_says_who_was_late_and_nothing_of_a_run_that_was_none():
    made = [outcome("a", late=True), outcome("b"), outcome("c", status=NOT_SUBMITTED, file="")]
    text = gradebook.gradebook_csv(made, EXERCISE)
    late, _, none = table(text)
    assert [*late][-4:] == ["file", "late", "graded_at", "sandboxed"]
    assert [row["late"] for row in table(text)] == ["yes", "", ""]
    assert late["graded_at"]
    assert [none["graded_at"], none["sandboxed"]] == ["", ""]


def test_names_and_ids_of_the_roster_go_where_they_belong():
    made = [outcome("anna"), outcome("bo"), outcome("cy"), outcome("4711")]
    book = table(gradebook.gradebook_csv(made, EXERCISE, ROSTER))
    assert [(r["name"], r["group"]) for r in book] == [
        ("Anna Söhne", ""),
        ("Bo", "red"),
        ("", ""),
        ("", ""),
    ]
    canvas = table(gradebook.canvas_csv(made, EXERCISE, ROSTER))
    ids = [[r["Student"], r["ID"], r["SIS User ID"], r["SIS Login ID"]] for r in canvas]
    assert ids == [
        ["    Points Possible", "", "", ""],
        ["Anna Söhne", "7", "", ""],
        ["Bo", "", "S-2", ""],
        ["cy", "", "", "cy"],
    ]
    moodle = table(gradebook.moodle_csv(made, EXERCISE, ROSTER))
    assert [[r["Identifier"], r["Full name"], r["Email address"]] for r in moodle] == [
        ["Participant 123456", "Anna Söhne", ""],
        ["", "Bo", "bo@x.org"],
        ["Participant 9", "cy", ""],
    ]
    alone = table(gradebook.canvas_csv(made[-1:], EXERCISE))
    assert alone[1]["ID"] == "4711", "without a roster everybody is imported"


def test_a_number_in_a_roster_is_no_number_of_a_platform():
    made = [outcome("4711")]
    roster = [{"student": "4711", "name": "Anna"}]
    assert table(gradebook.canvas_csv(made, EXERCISE, roster))[1]["ID"] == ""
    assert table(gradebook.moodle_csv(made, EXERCISE, roster))[0]["Identifier"] == ""


def test_canvas_finds_its_columns_and_the_points_possible():
    text = gradebook.canvas_csv([outcome("anna")], EXERCISE)
    header, possible, _ = csv.reader(io.StringIO(text, newline=""))
    assert header[:5] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    assert header[5:] == ["Exercise 5: The hierarchical logit"]
    assert "Points Possible" in possible[0]
    assert possible[5] == "10"


def test_moodle_finds_its_columns_and_a_comment_without_markup_of_a_student():
    odd = outcome("anna")
    result = replace(odd.tasks[0].result, title="<b>& co</b>")
    odd = replace(odd, tasks=(replace(odd.tasks[0], result=result),))
    [row] = table(gradebook.moodle_csv([odd], EXERCISE))
    assert {"Identifier", "Grade", "Last modified (grade)", "Feedback comments"} < {*row}
    comment = "05.1 &lt;b&gt;&amp; co&lt;/b&gt;: 1.5 of 2 points"
    assert row["Feedback comments"] == comment


def test_gradescope_has_a_test_a_task_and_hides_what_was_printed():
    made = json.loads(gradebook.gradescope_json(outcome("anna"), EXERCISE))
    assert made["score"] == sum(test["score"] for test in made["tests"])
    assert made["stdout_visibility"] == "hidden"
    assert made["execution_time"] == 3
    first = made["tests"][0]
    assert (first["number"], first["score"], first["max_score"]) == ("05.1", 1.5, 2)
    assert first["status"] == "failed"
    assert made["tests"][1]["status"] == "passed"
    assert "It looks as if you swapped the two ends." in first["output"]
    assert "yet" not in first["output"]


def test_gradescope_has_the_reason_of_a_failed_cell_once():
    failed = "Cell 7 ended the process."
    part = TaskOutcome(EXERCISE.tasks[0].refuse(failed, ""), None, failed)
    typed = TaskOutcome(task("05.2", 0.0), Answer(1.0), "These are typed in.")
    made = json.loads(gradebook.gradescope_json(outcome("anna", tasks=(part, typed)), EXERCISE))
    first, second = (test["output"] for test in made["tests"])
    assert first.count(failed) == 1
    assert second.endswith("These are typed in.")


@pytest.mark.parametrize(
    "name",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", ' "=1', "a;=1+1", 'a\n"=1', "=1\0"],
)
def test_no_text_is_a_formula(name):
    odd = outcome(name, reason=name, file=name)
    roster = [{"student": name, "name": name, "email": name, "sis_id": name, "moodle_id": name}]
    for write in (gradebook.gradebook_csv, gradebook.canvas_csv, gradebook.moodle_csv):
        for people in ([], roster):
            text = write([odd], EXERCISE, people)
            rows = table(text)
            assert any("'" in cell for row in rows for cell in row.values())
            cells = [cell for row in rows for cell in row.values()]
            # and in a spreadsheet that splits at semicolons and knows nothing of our quotes
            cells += [cell for line in text.splitlines() for cell in line.split(";")[1:]]
            assert not [c for c in cells if c.strip(' \t\r\n"').startswith(tuple("=+-@"))]


def test_ordinary_texts_stay_as_they_are():
    one = outcome("anna-b", reason="It took 3 - 4 minutes; 1 + 1 = 2, me@home.", file="a=b.ipynb")
    [row] = table(gradebook.gradebook_csv([one], EXERCISE))
    assert [row["student"], row["reason"], row["file"]] == [one.student, one.reason, one.file]


def test_a_class_is_written_to_the_folder(tmp_path):
    made = a_class(40)
    with Store(tmp_path, "05") as store:
        for one in made:
            store.add(one)
        gradebook.write_gradebooks(store, EXERCISE)
    assert len(table((tmp_path / "gradebook.csv").read_text("utf-8"))) == 40
    graded = sum(one.status == GRADED for one in made)
    assert len(table((tmp_path / "canvas.csv").read_text("utf-8"))) == graded + 1
    assert len(table((tmp_path / "moodle.csv").read_text("utf-8"))) == graded
    for one in made:
        path = tmp_path / "gradescope" / student_slug(one.student) / "results.json"
        assert ("score" in json.loads(path.read_text())) == (one.status == GRADED)
