"""Each student is handed the released exercise about a clinic of their own, and keeps the work."""

import json
import os
import re
import shutil
import sys
from pathlib import Path

import nbformat
import pytest
from exercise_kit import ROOT, notebook_of
from nbgrader.apps.api import NbGraderAPI
from nbgrader.preprocessors import ComputeChecksums
from nbgrader.validator import Validator
from traitlets.config import Config, PyFileConfigLoader

from shrinkage import cli
from shrinkage.data import another, load_doctors
from shrinkage.exercises import check
from shrinkage.grading.clinics import handed_out, read_secret

ODD = ["ada", "../../etc/passwd", "Müller, Jürgen", "-rf .", "Ada Ω \"q\" 'x'"]
NAME = "01_league_tables.ipynb"


@pytest.fixture(autouse=True)
def no_clinic(monkeypatch):
    monkeypatch.delenv(another.VARIABLE, raising=False)
    monkeypatch.setattr(another, "_chosen", None)


class Class:
    """A class in a folder of its own, and what the command says to its instructor."""

    def __init__(self, root, capsys):
        self.root, self.capsys = root, capsys
        self.out, self.secret = root / "class" / "out", root / "class" / "clinics-secret.json"

    def hand_out(self, rows, *options, source=ROOT / "solutions", exercise="01") -> int:
        """Hand out an exercise to (student, group) rows; return the command's code."""
        lines = [",".join(f'"{x.replace(chr(34), chr(34) * 2)}"' for x in row) for row in rows]
        roster = self.root / "students.csv"
        roster.write_text("\n".join(["student,group", *lines]), "utf-8")
        where = ["--from", source, "--to", self.out, "--roster", roster]
        where += ["--exercise", exercise] if exercise else []
        return cli.main(["release", *map(str, [*where, *options])])

    def said(self) -> str:
        return " ".join(" ".join(self.capsys.readouterr()).split())

    def path(self, student: str, name: str = NAME):
        """A student's notebook, found by the clinic that it names."""
        code = another.sealed(handed_out(read_secret(self.secret), name[:2], student))
        [path] = [p for p in self.out.glob(f"*/{name}") if code in p.read_text("utf-8")]
        return path

    def notebook(self, student: str, name: str = NAME):
        return nbformat.read(self.path(student, name), as_version=4)


@pytest.fixture
def our(tmp_path, capsys):
    return Class(tmp_path, capsys)


def each(*students):
    return [(student, "") for student in students]


def clinic_cell(notebook):
    [cell] = [cell for cell in notebook.cells if cell.id == "clinic"]
    return cell


def run(notebook, *ids):
    """The names that the clinic's cell, the setup and other cells by their ids leave behind."""
    cells, names = {cell.id: cell.source for cell in notebook.cells}, {}
    for id in ("clinic", "setup", *ids):
        exec(cells[id], names)
    return names


def test_everybody_gets_the_released_exercise_with_one_locked_cell_more(our):
    assert our.hand_out(each(*ODD)) == 0
    released = notebook_of("01", "exercises")
    for student in ODD:
        notebook = our.notebook(student)
        place = [cell.id for cell in notebook.cells].index("clinic")
        assert notebook.cells[place + 1].id == "setup"
        cell = notebook.cells.pop(place)
        assert cell.metadata == {"editable": False, "deletable": False}
        assert notebook.metadata.pop("handed_out")
        assert notebook == released


def test_two_students_see_two_clinics_and_the_published_one_is_neither(our):
    our.hand_out(each("ada", "bo"))
    published = load_doctors()
    ada, bo = (run(our.notebook(student))["patients"] for student in ("ada", "bo"))
    assert not ada.equals(bo)
    assert not ada.equals(published)
    assert not bo.equals(published)
    assert ada.equals(another.doctors(handed_out(read_secret(our.secret), "01", "ada"))[0])


def test_the_solution_earns_full_points_in_a_students_own_notebook(our):
    our.hand_out(each("ada"))
    notebook = solved_with(our.notebook("ada"))
    names = run(notebook, *(f"answer-{n}" for n in range(1, 5)))
    checks = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade")]
    assert sum(eval(cell.source, names) for cell in checks) == 10
    assert check("01.1", notebook_of) == 0  # a check can say no


def test_the_seed_stands_nowhere_in_the_notebook(our):
    our.hand_out(each("ada"))
    seed = handed_out(read_secret(our.secret), "01", "ada")
    text = our.path("ada").read_text("utf-8").lower()
    for shown in (f"{seed}", f"{seed:x}", f"{seed:o}", f"{seed:b}", seed.to_bytes(5).hex()):
        assert shown not in text
    assert read_secret(our.secret).key.hex() not in text


def test_the_environment_goes_before_the_students_own_clinic(our, monkeypatch):
    our.hand_out(each("ada"))
    monkeypatch.setenv(another.VARIABLE, "3")
    assert run(our.notebook("ada"))["patients"].equals(another.doctors(3)[0])


def solved_with(notebook, **instead):
    """The notebook with the solution's answers, or others by their cells' ids."""
    answers = {cell.id: cell.source for cell in notebook_of("01").cells} | instead
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = answers[cell.id]
    return notebook


def test_nbgrader_finds_its_checksums_right_and_no_cell_changed(our):
    our.hand_out(each("ada"))
    again, _ = ComputeChecksums().preprocess(our.notebook("ada"), {})
    assert again == our.notebook("ada")
    told = Validator().validate(str(our.path("ada")))
    assert not set(told) & {"changed", "type_changed"}
    assert len(told["failed"]) == 4  # its tasks, which nobody has answered


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_nbgrader_grades_what_was_handed_out_on_the_clinic_of_its_environment(
    our, tmp_path, monkeypatch
):
    our.hand_out(each("ada"))
    rates = run(solved_with(our.notebook("ada")), "answer-1")["raw_rate"].to_dict()
    typed = f"nan = None\nraw_rate = pd.Series({rates})"
    course = tmp_path / "course"
    source = course / "source" / "one" / NAME
    source.parent.mkdir(parents=True)
    shutil.copy(ROOT / "solutions" / NAME, source)
    api = nbgrader_in(course)
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    assert api.generate_assignment("one")["success"]

    points = {}
    for student, seed in (("own", ""), ("another", "7")):
        monkeypatch.setenv(another.VARIABLE, seed)
        path = course / "submitted" / student / "one" / NAME
        path.parent.mkdir(parents=True)
        nbformat.write(solved_with(our.notebook("ada"), **{"answer-1": typed}), path)
        done = api.autograde("one", student)
        assert done["success"], done
        with api.gradebook as gradebook:
            grades = gradebook.find_submission("one", student).notebooks[0].grades
            points[student] = {grade.name: grade.score for grade in grades}
    assert sum(points["own"].values()) == 10
    assert points["another"]["check-01-1"] < points["own"]["check-01-1"], "typed in"
    assert points["another"]["check-01-3"] == points["own"]["check-01-3"], "computed"


def nbgrader_in(course):
    shutil.copy(ROOT / "solutions/nbgrader_config.py", course)
    config = Config(PyFileConfigLoader("nbgrader_config.py", path=str(course)).load_config())
    config.CourseDirectory.root = str(course)
    config.CourseDirectory.db_url = f"sqlite:///{course}/gradebook.db"
    return NbGraderAPI(config=config)


def test_ids_cannot_write_outside_the_folder_nor_into_one_anothers(our):
    tricks = ["..", ".", "/tmp/x", "a/b", "a\\b", "a_b", "~", "-x", "ａ", "x" * 300, "\x07"]
    assert our.hand_out(each(*tricks)) == 0
    paths = {our.path(" ".join(student.split())) for student in tricks}
    assert len(paths) == len({str(p).casefold() for p in paths}) == len(tricks)
    written = {path for path in our.root.rglob("*") if path.is_file()}
    assert written == paths | {our.secret, our.root / "students.csv"}
    assert all(path.parent.parent == our.out for path in paths)
    assert not [path for path in paths if path.parent.name.startswith((".", "-"))]


def test_a_students_folder_that_is_a_link_is_refused(our, tmp_path):
    our.hand_out(each("ada"))
    (our.out / "bo").symlink_to(tmp_path)
    assert our.hand_out(each("ada", "bo")) == 2
    assert "found a link to another place" in our.said()
    assert not (tmp_path / NAME).exists()


def test_a_class_that_has_grown_gets_what_is_new(our):
    our.hand_out(each("ada"))
    before = our.path("ada").stat().st_mtime_ns, our.secret.read_bytes()
    our.said()
    assert our.hand_out(each("ada", "bo")) == 0
    assert "students: 2; notebooks written: 1, up to date: 1, left as they are: 0" in our.said()
    assert (our.path("ada").stat().st_mtime_ns, our.secret.read_bytes()) == before


@pytest.fixture
def mended(tmp_path):
    """The solutions, a word of the first one mended."""
    folder = tmp_path / "mended"
    folder.mkdir()
    text = (ROOT / "solutions" / NAME).read_text("utf-8")
    (folder / NAME).write_text(text.replace("# Exercise 1: ", "# Exercise 1, mended: "), "utf-8")
    return folder


def work(path, how):
    """Write into a student's notebook as Jupyter does."""
    notebook = nbformat.read(path, as_version=4)
    how({cell.id: cell for cell in notebook.cells}, notebook)
    nbformat.write(notebook, path)
    return path.read_bytes()


WORK = {
    "an answer": lambda cells, nb: cells["answer-1"].update(source="raw_rate = 0.5"),
    "a cell of their own": lambda cells, nb: nb.cells.append(nbformat.v4.new_code_cell("1 + 1")),
    "a note": lambda cells, nb: cells["task-1"].update(source="ask about this"),
    "a lost stamp": lambda cells, nb: nb.metadata.pop("handed_out"),
}


@pytest.mark.parametrize("name", WORK)
def test_a_notebook_with_work_in_it_is_named_and_left(our, mended, name):
    our.hand_out(each("ada", "bo"))
    ada, bo = our.path("ada"), our.path("bo")
    worked = work(ada, WORK[name])
    our.said()
    assert our.hand_out(each("ada", "bo"), source=mended) == 0
    said = our.said()
    assert f"{ada}: out of date, but somebody has worked in it; left as it is" in said
    assert "notebooks written: 1, up to date: 0, left as they are: 1" in said
    assert ada.read_bytes() == worked
    assert "mended" in bo.read_text("utf-8")

    assert our.hand_out(each("ada", "bo"), "--force", source=mended) == 0
    assert "notebooks written: 1, up to date: 1, left as they are: 0" in our.said()
    assert "mended" in ada.read_text("utf-8")


def test_work_in_an_exercise_that_has_not_changed_is_left_without_a_word(our):
    our.hand_out(each("ada"))
    worked = work(our.path("ada"), WORK["an answer"])
    our.said()
    for options in ((), ("--force",)):
        assert our.hand_out(each("ada"), *options) == 0
        assert our.said().startswith(f"{our.out}: students: 1; notebooks written: 0, up to date: 1")
    assert our.path("ada").read_bytes() == worked


def test_a_notebook_that_was_run_but_not_written_in_is_mended(our, mended):
    def ran(cells, notebook):
        cells["setup"].update(
            execution_count=1, outputs=[nbformat.v4.new_output("stream", text="5")]
        )

    our.hand_out(each("ada"))
    work(our.path("ada"), ran)
    our.hand_out(each("ada"), source=mended)
    assert "mended" in our.path("ada").read_text("utf-8")


@pytest.mark.parametrize("text", ["", "no json", "[]", '{"cells": 3}', "[" * 100_000])
def test_a_file_that_is_no_notebook_any_more_is_left(our, text):
    our.hand_out(each("ada"))
    path = our.path("ada")
    path.write_text(text)
    assert our.hand_out(each("ada")) == 0
    assert "left as it is" in our.said()
    assert path.read_text() == text


def test_a_disk_that_is_full_leaves_whole_notebooks_and_the_next_run_goes_on(our, monkeypatch):
    from shrinkage.grading import handout

    writes = iter([False, True])
    real = handout.Path.replace

    def replace(path, target):
        if next(writes):
            raise OSError(28, "No space left on device")
        return real(path, target)

    with monkeypatch.context() as patched:
        patched.setattr(handout.Path, "replace", replace)
        assert our.hand_out(each("ada", "bo")) == 2
    assert re.search(r"cannot be written \(No space left on device\)\..* again", our.said())
    assert len([*our.out.glob("*/*.ipynb")]) == 1
    assert our.hand_out(each("ada", "bo")) == 0
    assert "notebooks written: 1, up to date: 1" in our.said()
    assert not [path for path in our.out.rglob("*") if path.suffix == ".new"]


def test_students_of_a_group_share_a_clinic_where_it_is_asked_for(our):
    rows = [("ada", "blue"), ("bo", "blue"), ("cy", "red"), ("di", "")]
    our.hand_out(rows, "--by", "group")
    secret = read_secret(our.secret)
    texts = [path.read_text("utf-8") for path in our.out.glob("*/*.ipynb")]
    codes = [re.search(r"use_clinic\(\\\"(.*?)\\\"\)", text)[1] for text in texts]
    whose = ("blue", "blue", "red", "di")
    expected = [another.sealed(handed_out(secret, "01", whom, by="group")) for whom in whose]
    assert sorted(codes) == sorted(expected)


def test_without_groups_in_the_roster_there_is_nothing_to_share_by(our):
    assert our.hand_out(each("ada"), "--by", "group") == 2
    assert "expected a roster with a column 'group'" in our.said()
    assert not our.out.exists()
    assert not our.secret.exists()


def test_all_exercises_are_handed_out_unless_some_are_chosen(our):
    assert our.hand_out(each("ada"), exercise=None) == 0
    names = sorted(path.name for path in our.out.glob("*/*"))
    assert names == sorted(path.name for path in (ROOT / "exercises").glob("*.ipynb"))
    codes = [clinic_cell(our.notebook("ada", name)).source for name in names]
    assert len({*codes}) == len(codes), "the clinic of one exercise says nothing of the next"
    for name in names:
        cells = our.notebook("ada", name).cells
        assert [c.id for c in cells if c.cell_type == "code"][:2] == ["clinic", "setup"]


REFUSED = {
    "no such exercise": (["--exercise", "77"], "--exercise 77: expected one of 01, 02"),
    "a secret among the notebooks": (["--secret", "OUT/secret.json"], "outside"),
    "a check of what is personal": (["--check"], "leave it or --roster away"),
    "no solutions": (["--from", "nowhere"], "no such folder. Run this in a checkout"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_handed_out_is_refused_and_nothing_is_written(our, name):
    options, said = REFUSED[name]
    options = [option.replace("OUT", str(our.out)) for option in options]
    assert our.hand_out(each("ada"), *options) == 2
    assert said in our.said()
    assert not our.out.exists()
    assert not our.secret.exists()


def test_a_roster_that_cannot_be_read_is_refused_by_the_command(our, tmp_path):
    gone = str(tmp_path / "gone.csv")
    assert cli.main(["release", "--roster", gone, "--to", str(our.out)]) == 2
    assert "expected a CSV file" in our.said()
    assert not our.secret.exists()


@pytest.mark.parametrize("option", ["--exercise=01", "--secret=x.json", "--by=group", "--force"])
def test_what_is_about_students_needs_a_roster(our, option):
    assert cli.main(["release", "--from", str(ROOT / "solutions"), option]) == 2
    assert f"{option.split('=')[0]} is about the students of a roster" in our.said()


def test_a_roster_needs_a_folder_to_write_to(our, tmp_path):
    (tmp_path / "students.csv").write_text("student\nada\n")
    assert cli.main(["release", "--roster", str(tmp_path / "students.csv")]) == 2
    assert "--roster needs --to DIR" in our.said()


def test_a_secret_can_be_kept_elsewhere(our, tmp_path):
    elsewhere = tmp_path / "keys" / "mine.json"
    assert our.hand_out(each("ada"), "--secret", str(elsewhere)) == 0
    assert not our.secret.exists()
    assert json.loads(elsewhere.read_text())["version"] == 1
