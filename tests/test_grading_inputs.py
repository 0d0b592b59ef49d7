"""Whatever lies in the folder, and whatever is typed: a clear sentence, and the rest graded."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import nbformat
import pytest
from capitals import speak_capitals
from exercise_kit import notebook_of
from grading_class import Folder, needs_sandbox
from report_kit import Page

from shrinkage.exercises.checking import load_exercise
from shrinkage.grading.feedback import feedback_page
from shrinkage.grading.outcome import GRADED, UNREADABLE

SOLVED = nbformat.writes(notebook_of("01")).encode()
BIG = 10**9  # bytes


@pytest.fixture(scope="module", autouse=True)
def _sandbox() -> None:
    needs_sandbox()


def class_of(path: Path, *names: str) -> Folder:
    """A class in which each of these files has the solution."""
    folder = Folder(path, {})
    folder.submissions.mkdir(parents=True)
    (path / "roster.csv").write_text("student\nada\n")
    for name in names:
        (folder.submissions / name).parent.mkdir(exist_ok=True)
        (folder.submissions / name).write_bytes(SOLVED)
    return folder


@pytest.fixture(scope="module")
def graded(tmp_path_factory) -> tuple[Folder, str]:
    """A folder with one of everything, graded by one command; and what that said."""
    path = tmp_path_factory.mktemp("inputs") / "class"
    names = ("ada.ipynb", "Müller, Jürgen.ipynb", "a b'c\"d; =1+1.ipynb", "..hidden....ipynb")
    folder = class_of(path, *names, "two/first.ipynb", "two/01_second.ipynb")
    there = folder.submissions
    (path / "secret.ipynb").write_bytes(SOLVED)
    (there / "link.ipynb").symlink_to(path / "secret.ipynb")
    with zipfile.ZipFile(there / "zipped.zip", "w") as archive:
        archive.writestr("../../../escaped/01_league.ipynb", SOLVED)
    with (there / "big.ipynb").open("wb") as file:
        file.truncate(BIG)
    old = json.loads(SOLVED)
    sheet = [c | {"input": c["source"]} for c in old["cells"] if c["cell_type"] == "code"]
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": sheet}]}
    (there / "old.ipynb").write_text(json.dumps(old))
    r = json.loads(SOLVED)
    r["metadata"] = {"kernelspec": {"name": "ir", "language": "R"}}
    (there / "r.ipynb").write_text(json.dumps(r))
    (there / "broken.ipynb").write_text("{")
    (there / "empty.ipynb").write_text("")
    (there / "paper.pdf").write_bytes(b"%PDF-1.7")
    (there / "notes.txt").write_text("a list of marks")
    said = folder.grade("--workers", "2")
    return folder, said


def test_what_can_be_graded_is_graded(graded):
    folder, _ = graded
    full = {student for student, got in folder.got().items() if got == (GRADED, 10.0)}
    assert full >= {"ada", "Müller, Jürgen", "a b'c\"d; =1+1", "two", "zipped", "old"}


def test_what_cannot_be_read_says_why_and_has_no_number(graded):
    folder, _ = graded
    found = {s: o.reason for s, o in folder.outcomes().items() if o.status == UNREADABLE}
    expected = {
        "link": "links are not followed",
        "big": "1,000 MB",
        "r": "found one in R",
        "broken": "Expected a Jupyter notebook",
        "empty": "found an empty file",
    }
    assert expected.keys() <= found.keys()
    for student, phrase in expected.items():
        assert phrase in str(found[student])


def test_which_of_two_files_was_taken_is_said(graded):
    folder, _ = graded
    [note] = folder.outcomes()["two"].notes
    assert "'two/01_second.ipynb' was taken as the one named like the exercise" in str(note)


@pytest.mark.parametrize(
    ("student", "sentence"),
    [
        ("link", "'link.ipynb' IS A LINK, AND LINKS ARE NOT FOLLOWED."),
        ("big", "'big.ipynb' HAS 1,000 MB; AT MOST 20 MB ARE READ."),
        ("two", "'two/01_second.ipynb' WAS TAKEN AS THE ONE NAMED LIKE THE EXERCISE"),
        ("broken", "EXPECTED A JUPYTER NOTEBOOK"),
    ],
)
def test_the_page_says_it_in_the_language_of_the_cards(graded, student, sentence, monkeypatch):
    folder, _ = graded
    speak_capitals(monkeypatch)
    page = feedback_page(folder.outcomes()[student], load_exercise("01"))
    assert sentence in Page(page).text


def test_nothing_is_written_elsewhere(graded):
    folder, _ = graded
    names = {path.name for path in folder.path.iterdir()}
    here = {"submissions", "grades", "roster.csv", "secret.ipynb", "clinics-secret.json", "tmp"}
    assert names == here
    assert not any(path.name == "escaped" for path in folder.path.parents[1].iterdir())


WRONG = {
    "a folder that is not there": (
        ["{class}/nowhere", "--exercise", "01"],
        "nowhere: expected a folder of submissions or a zip of it, found nothing of that name",
    ),
    "a file for a folder": (
        ["{class}/roster.csv", "--exercise", "01"],
        "expected a folder of submissions or a zip of it, found something else",
    ),
    "an exercise that does not exist": (
        ["{class}/submissions", "--exercise", "77"],
        "There is no exercise '77'; the exercises are 01, 02",
    ),
    "a roster that is not there": (
        ["{class}/submissions", "--exercise", "01", "--roster", "{class}/nobody.csv"],
        "nobody.csv: expected a CSV file with a row for each student",
    ),
    "a source without the exercise": (
        ["{class}/submissions", "--exercise", "01", "--source", "{class}"],
        "expected the notebook of exercise 01 as it was handed out",
    ),
    "a secret that is no secret": (
        ["{class}/submissions", "--exercise", "01", "--secret", "{class}/roster.csv"],
        "expected the class's secret",
    ),
    "no submissions": (
        ["{class}/empty", "--exercise", "01"],
        "expected notebooks that bear students' ids",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_graded_is_refused(case, tmp_path):
    arguments, sentence = WRONG[case]
    folder = class_of(tmp_path / "class", "ada.ipynb")
    (folder.path / "empty").mkdir()
    said = Typed(folder.path, {}, [a.format(**{"class": folder.path}) for a in arguments]).grade(
        code=2
    )
    assert sentence in said
    assert not folder.grades.exists()


class Typed(Folder):
    """A folder with the arguments that somebody typed."""

    def __init__(self, path: Path, expected: dict, typed: list[str]) -> None:
        super().__init__(path, expected)
        object.__setattr__(self, "typed", typed)

    def command(self, *options: str) -> list[str]:
        """The command with these arguments."""
        start = super().command()[:4]
        return [*start, *vars(self)["typed"], "--out", str(self.grades), *options]


def test_grades_do_not_go_into_a_folder_of_something_else(tmp_path):
    folder = class_of(tmp_path / "class", "ada.ipynb")
    folder.grades.mkdir()
    (folder.grades / "thesis.tex").write_text("mine")
    said = folder.grade(code=2)
    assert "holds other things, such as 'thesis.tex'" in said
    assert [path.name for path in folder.grades.iterdir()] == ["thesis.tex"]


def test_grades_do_not_go_among_the_submissions(tmp_path):
    folder = class_of(tmp_path / "class", "ada.ipynb")
    said = folder.grade("--out", str(folder.submissions / "grades"), code=2)
    assert "or they would be taken for a student's work" in said
    assert [path.name for path in folder.submissions.iterdir()] == ["ada.ipynb"]


def test_a_zip_of_the_class_is_as_good_as_its_folder(tmp_path):
    folder = class_of(tmp_path / "class", "ada.ipynb", "bob.ipynb")
    shutil.make_archive(str(tmp_path / "all"), "zip", folder.submissions)
    zipped = [str(tmp_path / "all.zip"), "--exercise", "01"]
    Typed(folder.path, {}, zipped).grade("--workers", "1")
    assert folder.got() == dict.fromkeys(("ada", "bob"), (GRADED, 10.0))
