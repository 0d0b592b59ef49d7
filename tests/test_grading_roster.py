"""A roster is read as offices, Canvas and Moodle write it, or refused by row, column and remedy."""

import re

import pytest

from shrinkage.grading.roster import RosterError, Student, read_roster

PLAIN = "student,name,group\nada,Ada Lovelace,blue\nöz,Özge Şen,red\n"


def roster_of(tmp_path, content: str | bytes) -> list[Student]:
    path = tmp_path / "students.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_roster(path)


def test_each_row_is_a_student_in_the_files_order(tmp_path):
    assert roster_of(tmp_path, PLAIN) == [
        Student("ada", name="Ada Lovelace", group="blue"),
        Student("öz", name="Özge Şen", group="red"),
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_however_a_spreadsheet_saves_it_it_is_the_same_class(tmp_path, encoding, ends, separator):
    text = "student,name,group\nada,Ada Lovelace,blue\nmü,Jürgen Müller,red\n"
    saved = text.replace(",", separator).replace("\n", ends).encode(encoding)
    assert roster_of(tmp_path, saved) == roster_of(tmp_path, text)


def test_excels_note_of_the_separator_and_empty_rows_are_no_students(tmp_path):
    text = "sep=;\r\nstudent;name\r\n;\r\nada;Ada\r\n;\r\n\r\n"
    assert roster_of(tmp_path, text) == [Student("ada", name="Ada")]


@pytest.mark.parametrize(
    "column", ["Student", "ID", "student_id", "Username", "login", "SIS Login ID", "E-Mail"]
)
def test_the_ids_are_found_under_the_names_that_people_give_them(tmp_path, column):
    students = roster_of(tmp_path, f"Name,{column}\nAda,a1\nBo,b2\n")
    assert [(student.student, student.name) for student in students] == [
        ("a1", "Ada"),
        ("b2", "Bo"),
    ]


def test_of_several_columns_of_ids_the_first_with_any_is_taken(tmp_path):
    text = "email,id,student,username\na@x.org,17,,ada\nb@x.org,18,,bo\n"
    ada, bo = roster_of(tmp_path, text)
    assert (ada.student, ada.email, ada.canvas_id) == ("ada", "a@x.org", "17")
    assert bo.student == "bo"


def test_a_column_of_ids_alone_is_a_roster(tmp_path):
    assert roster_of(tmp_path, "student\nada\nbo\n") == [Student("ada"), Student("bo")]


def test_spaces_and_ways_to_write_an_umlaut_make_no_other_student(tmp_path):
    [student] = roster_of(tmp_path, "student,name\n  mu\u0308  ,Jo\u0308rg   Ott\n")
    assert student == Student("mü", name="Jörg Ott")


CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Exercise 5 (4711),Final Score
,,,,,Manual Posting,(read only)
    Points Possible,,,,,10,(read only)
"Lovelace, Ada",101,S-1,ada,Tutorial A,,
"Sen, Ozge",102,S-2,ozge,Tutorial B,7,
"Student, Test",103,,b7f3,Tutorial A,,
"""


def test_canvas_gradebook_is_a_roster_as_it_is(tmp_path):
    ada, ozge = roster_of(tmp_path, CANVAS)
    assert ada == Student(
        "ada", name="Lovelace, Ada", group="Tutorial A", canvas_id="101", sis_id="S-1"
    )
    assert ozge.also == ("102",)


def test_canvas_gradebook_without_logins_goes_by_its_own_ids(tmp_path):
    text = 'Student,ID,Section\n    Points Possible,,\n"Lovelace, Ada",101,A\n'
    assert roster_of(tmp_path, text) == [
        Student("101", name="Lovelace, Ada", group="A", canvas_id="101")
    ]


MOODLE = """\
Identifier,"Full name","ID number","Email address",Status,Grade,"Maximum Grade"
"Participant 9001","Ada Lovelace",,ada@x.org,"Submitted for grading",,10.00
"Participant 9002","Özge Şen",,oz@x.org,"No submission",,10.00
"""


def test_moodles_grading_worksheet_is_a_roster_as_it_is(tmp_path):
    ada, oz = roster_of(tmp_path, "\ufeff" + MOODLE)
    assert ada == Student(
        "ada@x.org", name="Ada Lovelace", email="ada@x.org", moodle_id="Participant 9001"
    )
    assert oz.also == ("9002",)


def test_moodles_list_of_participants_is_a_roster_as_it_is(tmp_path):
    text = (
        '"First name","Last name","ID number","Email address",Groups\nAda,Lovelace,17,a@x.org,A\n'
    )
    assert roster_of(tmp_path, text) == [
        Student("17", name="Ada Lovelace", email="a@x.org", group="A")
    ]


REFUSED = {
    "no column of ids": (
        "matriculation,surname\n17,Ott\n",
        "row 1: expected a column with the students' ids, .* found 'matriculation', 'surname'. "
        "Write 'student'",
    ),
    "no header": ("ada\nbo\n", "row 1: expected a column .* found 'ada'"),
    "an id twice": (
        "name,student\nA,ada\nB,bo\nC,ada\n",
        "row 4, column 'student': .* found 'ada', which stands in row 2 too .* Delete",
    ),
    "an id twice but for capitals": ("student\nada\nAda\n", "row 3, .* 'Ada', .* row 2"),
    "a missing id": (
        "Student,Name\nada,Ada\n,Bo\n",
        "row 3, column 'Student': expected the student's id, found nothing. Write it there",
    ),
    "a name that falls apart": (
        "student,name\nada,Lovelace, Ada\n",
        "row 2: expected 2 columns, found 3. .* quotation marks",
    ),
    "an open quotation mark": ('student,name\nada,"Ada\n', "quotation mark"),
    "a workbook": (b"PK\x03\x04rest", "found a spreadsheet workbook. .* save it as 'CSV UTF-8'"),
    "an old workbook": (b"\xd0\xcf\x11\xe0rest", "save it as 'CSV UTF-8'"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not text"),
    "bytes that are no letters": (b"student\n\x81\x8d\n", "not text"),
    "nothing": ("", "expected a row for each student .* found none"),
    "names of columns alone": ("student,name\n", "expected a row for each student"),
    "a gradebook of nobody": (
        "Student,ID\n    Points Possible,\n",
        "expected a row for each student",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_by_file_row_and_remedy(tmp_path, name):
    content, said = REFUSED[name]
    with pytest.raises(RosterError) as refused:
        roster_of(tmp_path, content)
    assert str(refused.value).startswith("students.csv")
    assert re.search(said, str(refused.value)), refused.value


@pytest.mark.parametrize("name", ["gone.csv", "."])
def test_a_file_that_is_not_there_and_a_folder_are_named(tmp_path, name):
    with pytest.raises(RosterError, match=r"expected a CSV file .* Check the name"):
        read_roster(tmp_path / name)
