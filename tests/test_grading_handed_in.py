"""A folder is held against the roster and the exercise before anything in it runs."""

import nbformat
import pytest
from exercise_kit import notebook_of

from shrinkage.grading.handed_in import GradingError, read_class
from shrinkage.grading.roster import Student

CLASS = [Student("anna", name="Anna Berg"), Student("ben"), Student("cleo", canvas_id="77")]


@pytest.fixture
def read(tmp_path):
    """Reads what files of these names hold, by default exercise 1; gives it and what was said."""

    def read(*names, students=CLASS, exercise="01", **others):
        for name in names:
            nbformat.write(notebook_of(others.get(name, "01")), tmp_path / f"{name}.ipynb")
        said = []
        source = nbformat.writes(notebook_of(exercise, "exercises"))
        return read_class(tmp_path, exercise, source, students, said.append), said

    return read


def test_a_class_is_read_by_ids_names_and_numbers(read):
    found, said = read("Anna Berg", "x_77_1_hand-in")
    assert [(s.student, bool(s.file)) for s in found.submissions] == [
        ("anna", True),
        ("ben", False),
        ("cleo", True),
    ]
    assert sorted(found.scripts) == ["anna", "cleo"]
    assert said == []


def test_a_stranger_is_said_and_who_it_may_be(read):
    _, said = read("anna", "bne", "zoe")
    assert said == [
        "'bne' is not on the roster: compare the file's name with the list. Perhaps it is 'ben', "
        "who has no file. The points are in no file for import.",
        "'zoe' is not on the roster: compare the file's name with the list. "
        "The points are in no file for import.",
    ]
    assert read("zoe", students=[])[1] == []


def test_a_folder_of_strangers_is_another_folder(read):
    with pytest.raises(GradingError, match=r"bear ids of the roster, such as 'anna', found 'x1'"):
        read("x1", "x2")


def test_a_folder_without_anything_leaves_everybody_without_a_file(read):
    found, said = read()
    assert [bool(s.file) for s in found.submissions] == [False] * 3
    assert said == []


def test_notebooks_of_another_exercise_are_another_folder(read):
    with pytest.raises(GradingError, match=r"exercise 01, but 2 of 3 are of exercise 02\. Name"):
        read("anna", "ben", "cleo", anna="02", ben="02")


def test_one_notebook_of_another_exercise_is_its_students_affair(read):
    found, _ = read("anna", "ben", ben="02")
    assert [*found.scripts] == ["anna"]
