"""A class is graded by the command: everybody accounted for, whatever befalls the run."""

from __future__ import annotations

import contextlib
import csv
import errno
import os
import shutil
import signal
from pathlib import Path

import nbformat
import pytest
from exercise_kit import ROOT
from grading_class import (
    Folder,
    a_class,
    copy_of,
    ending,
    held,
    kill,
    needs_sandbox,
    plain,
    until,
    with_answer,
)

from shrinkage import cli
from shrinkage.data.another import unsealed
from shrinkage.exercises.checking import load_exercise
from shrinkage.grading import judge
from shrinkage.grading.clinics import open_secret
from shrinkage.grading.conversation import WorkerGone
from shrinkage.grading.offer import Imports
from shrinkage.grading.outcome import GRADED, NOT_SUBMITTED
from shrinkage.grading.processes import children
from shrinkage.grading.sandbox import Limits
from shrinkage.grading.script import Step, build_script
from shrinkage.grading.store import Store
from shrinkage.grading.worker import Worker


@pytest.fixture(scope="module", autouse=True)
def _sandbox() -> None:
    needs_sandbox()


@pytest.fixture(scope="module")
def graded(tmp_path_factory) -> tuple[Folder, str]:
    """A class that has been graded, and what the command said; tests leave it as it is."""
    folder = a_class(tmp_path_factory.mktemp("class") / "graded")
    return folder, folder.grade("--workers", "2")


@pytest.fixture
def again(graded, tmp_path) -> Folder:
    """A copy of it, grades and all."""
    folder, _ = graded
    return copy_of(folder, tmp_path / "class")


def test_everybody_is_accounted_for(graded):
    folder, _ = graded
    assert folder.got() == folder.expected
    rows = list(csv.DictReader((folder.grades / "gradebook.csv").open(encoding="utf-8-sig")))
    assert [row["student"] for row in rows] == [*folder.expected]
    assert len([*(folder.grades / "feedback").glob("s*.html")]) == len(folder.expected)


def test_it_says_how_far_it_is_and_what_is_where(graded):
    folder, said = graded
    n = sum(status != NOT_SUBMITTED for status, _ in folder.expected.values())
    for sentence in (f"Grading {n} submissions.", f"{n} of {n} graded.", "overview.html:"):
        assert sentence in said


def test_nothing_is_left_when_it_has_ended(graded):
    folder, _ = graded
    assert not folder.left()


def test_a_run_that_is_killed_again_and_again_goes_on_where_it_was(tmp_path):
    survives_kills(held(a_class(tmp_path / "class")), 0, 1, 9)


@pytest.mark.weekly
def test_300_submissions_survive_a_kill_in_the_middle(tmp_path):
    survives_kills(a_class(tmp_path / "class", 300), 140)


def survives_kills(folder: Folder, *after: int) -> None:
    """Kill the command once so many outcomes are written, again and again; then let it end."""
    for number in after:
        with ending(folder.begin("--workers", "2")) as running:
            # The pool is there as soon as its folder is
            until(lambda n=number: len(folder.results()) >= n and folder.left(), running)
            running.kill()
            running.wait()
            until(lambda: not folder.processes())
        assert number <= len(folder.results()) < len(folder.expected)
    before = {path: path.read_bytes() for path in folder.results()}
    said = folder.grade("--workers", "2")
    assert folder.got() == folder.expected
    assert all(path.read_bytes() == content for path, content in before.items())
    assert not folder.history()
    assert f"{len(before)} of {len(folder.expected)} are done already" in said
    assert not folder.left()


def test_an_interrupted_run_says_how_to_go_on_and_leaves_nothing(tmp_path):
    folder = held(a_class(tmp_path / "class", 14))
    with ending(folder.begin("--workers", "2")) as running:
        until(lambda: len(folder.results()) >= 3, running)
        os.killpg(running.pid, signal.SIGINT)  # as Ctrl-C does, to all at once
        said, complaint = running.communicate(timeout=120)
    assert running.returncode == 130, complaint
    assert "the same command goes on" in complaint
    assert "Traceback" not in said + complaint
    until(lambda: not folder.processes())
    assert not folder.left()
    assert 3 <= len(folder.results()) < len(folder.expected)


def test_a_worker_that_dies_costs_nobody_a_grade(tmp_path):
    folder = held(a_class(tmp_path / "class", 14))
    with ending(folder.begin("--workers", "2")) as running:
        for done in (2, 7):
            until(lambda done=done: len(folder.results()) >= done, running)
            workers = children(running.pid)
            assert workers
            kill(workers[0])
            until(lambda dead=workers: set(children(running.pid)) - set(dead), running)
        said = running.communicate(timeout=900)
    assert running.returncode == 0, said
    assert folder.got() == folder.expected
    until(lambda: not folder.processes())
    assert not folder.left()


def test_a_warm_process_that_dies_costs_nobody_a_grade(tmp_path):
    folder = held(a_class(tmp_path / "class", 14))
    with ending(folder.begin("--workers", "2")) as running:
        until(lambda: len(folder.results()) >= 2, running)
        zygotes = [pid for worker in children(running.pid) for pid in zygotes_of(worker)]
        assert zygotes
        kill(zygotes[0])
        said = running.communicate(timeout=900)
    assert running.returncode == 0, said
    assert folder.got() == folder.expected


def test_a_warm_process_that_takes_a_run_with_it_is_not_the_students_crash():
    """It dies when the check is reached, with a given cell still to run."""
    worker = Worker(Imports(frozenset(), frozenset()))

    def asked(task: str) -> None:
        [zygote] = zygotes_of(os.getpid())
        kill(zygote)

    steps = [Step("check", "1", 1, "01.1"), Step("given", "import time; time.sleep(600)", 2)]
    try:
        with pytest.raises(WorkerGone):
            worker.run([*enumerate(steps)], asked, {}, Limits())
    finally:
        worker.close()


def zygotes_of(pid: int) -> list[int]:
    """The warm processes of a worker."""
    found = []
    for child in children(pid):
        with contextlib.suppress(OSError):  # it has ended
            if b"shrinkage.grading.inside.zygote" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(child)
    return found


# --- Grading again --------------------------------------------------------------------------------


def test_what_has_not_changed_is_not_graded_again(again):
    before = {path: path.read_bytes() for path in again.results()}
    said = again.grade()
    n = len(again.expected)
    assert f"{n} of {n} are done already" in said
    assert "Warming up" not in said
    assert {path: path.read_bytes() for path in again.results()} == before
    assert not again.history()


def test_a_changed_submission_is_graded_again(again):
    with_answer(again.submissions / "s000.ipynb", "answer-1", "raw_rate = 'forgotten'")
    before = again.outcomes()
    said = again.grade("--workers", "1")
    assert "23 of 24 are done already" in said
    assert "1 graded again, with other points: s000 (10, now 8)." in said
    now = again.outcomes()
    assert now["s000"].points == before["s000"].points - 2.0
    assert {s for s in now if now[s] != before[s]} == {"s000"}
    [earlier] = again.history()
    assert earlier.parent.name == "s000"


def test_a_student_is_graded_again_on_request(again):
    before = again.outcomes()
    roster = again.path / "roster.csv"
    text = roster.read_text().replace("student", "student,name").replace("s000", "s000,Zoë Öz")
    roster.write_text(text)
    said = again.grade("--regrade", "zoë öz", "--workers", "1")
    assert "23 of 24 are done already" in said
    changed = {s for s, o in again.outcomes().items() if o.graded_at != before[s].graded_at}
    assert changed <= {"s000"}  # within the second it may be as it was
    assert again.got() == again.expected


def test_another_round_is_graded_on_another_clinic_and_stays_there(again):
    """Students who have read their feedback may know something of the first one."""
    [first] = {o.clinic for o in again.outcomes().values() if o.clinic}
    assert "graded again: no points changed." in again.grade("--round", "2", "--workers", "2")
    [second] = {o.clinic for o in again.outcomes().values() if o.clinic}
    assert second != first
    assert again.got() == again.expected
    assert "24 of 24 are done already" in again.grade()
    for number in ("1", "101"):
        said = again.grade("--round", number, code=2)
        assert f"--round {number}: expected 2, at which these grades are" in said


def test_a_task_is_judged_again_by_the_answers_that_are_kept(again):
    """As if the check had been wrong when the class was graded."""
    path = again.grades / "results" / "s000.json"
    text = path.read_text()
    assert text.count('"points": 3.0') == 2
    path.write_text(text.replace('"points": 3.0', '"points": 1.0', 1))  # of task 01.3
    assert again.outcomes()["s000"].points == 8.0
    said = again.grade("--regrade", "1.3")
    assert "Warming up" not in said
    kept = sum(bool(outcome.tasks) for outcome in again.outcomes().values())
    assert f"01.3 judged again for {kept} of 24 students." in said
    assert "1 graded again, with other points: s000 (8, now 10)." in said
    assert again.got() == again.expected
    [earlier] = again.history()
    assert earlier.parent.name == "s000"


def test_kept_answers_to_another_submission_are_not_judged(again):
    with_answer(again.submissions / "s000.ipynb", "answer-3", "interval = 'forgotten'")
    again.grade("--regrade", "01.3", "--workers", "1")
    assert again.outcomes()["s000"].points == 7.0


def test_kept_answers_for_another_clinic_are_not_judged(again):
    again.grade("--regrade", "01.3", "--clinic", "12345")
    assert again.got() == again.expected
    assert len({outcome.clinic for outcome in again.outcomes().values()}) == 1


def test_who_or_what_cannot_be_graded_again_is_said(again):
    said = again.grade("--regrade", "nobody", code=2)
    assert "--regrade nobody: expected a student" in said
    assert "01.3" in said


def test_a_student_whose_file_is_gone_is_said(again):
    (again.submissions / "s000.ipynb").rename(again.submissions / "renamed.ipynb")
    roster = again.path / "roster.csv"
    roster.write_text(roster.read_text().replace("s000", "renamed"))
    assert "s000: graded by an earlier run" in again.grade("--workers", "1")
    assert again.got() == again.expected | {"renamed": again.expected["s000"]}


def test_a_file_that_is_gone_takes_no_grade_with_it(again):
    """The folder may be a wrong one."""
    for path in [*again.submissions.iterdir()][1:]:
        path.unlink()
    said = again.grade("--round", "2", "--workers", "1")
    assert "graded by an earlier run, and not among the submissions now" in said
    assert again.got() == again.expected


def test_the_same_secret_gives_the_same_grades_with_another_number_of_workers(graded, tmp_path):
    folder, _ = graded
    other = copy_of(folder, tmp_path / "elsewhere")
    shutil.rmtree(other.grades)
    other.grade("--workers", "1")
    assert plain(other.outcomes()) == plain(folder.outcomes())


# --- Clinics of their own -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory) -> Path:
    """A folder with the exercise handed out to three students: 'own', 'typed' and 'other'."""
    path = tmp_path_factory.mktemp("personal")
    (path / "roster.csv").write_text("student\nown\ntyped\nother\n")
    assert (
        cli.main(
            [
                *("release", "--from", str(ROOT / "solutions"), "--to", str(path / "handed-out")),
                *("--roster", str(path / "roster.csv"), "--exercise", "01"),
            ]
        )
        == 0
    )
    (path / "submissions").mkdir()
    for student, given in (("own", "own"), ("typed", "typed"), ("other", "own")):
        [notebook] = (path / "handed-out" / given).glob("01_*.ipynb")
        solved(notebook, path / "submissions" / f"{student}.ipynb")
    typed_in(path / "submissions" / "typed.ipynb")
    return path


def solved(handed: Path, target: Path) -> None:
    """Hand in a notebook with the solution's answers."""
    [path] = (ROOT / "solutions").glob("01_*.ipynb")
    answers = {c.id: c.source for c in nbformat.read(path, as_version=4).cells}
    notebook = nbformat.read(handed, as_version=4)
    for cell in notebook.cells:
        if cell.id.startswith("answer"):
            cell.source = answers[cell.id]
    nbformat.write(notebook, target)


def typed_in(notebook: Path) -> None:
    """Replace the first answer by the numbers that it has on the clinic that was handed out."""
    [source] = (ROOT / "exercises").glob("01_*.ipynb")
    script = build_script(notebook.read_bytes(), nbformat.read(source, as_version=4), "01")
    clinic = judge.data_of(load_exercise("01").load, unsealed(script.clinic))
    rates = {doctor: float(rate) for doctor, rate in clinic.raw.items()}
    with_answer(notebook, "answer-1", f"nan = float('nan')\nraw_rate = {rates!r}")


def test_personal_clinics_are_recognised(handed_out, tmp_path):
    folder = Folder(tmp_path / "class", {})
    shutil.copytree(handed_out, folder.path)
    folder.grade("--workers", "1")
    found = folder.outcomes()
    assert {s: o.status for s, o in found.items()} == dict.fromkeys(found, GRADED)
    assert (found["own"].points, found["own"].flags) == (10.0, ())
    assert "right for the clinic that your notebook is about" in str(found["typed"].tasks[0].reason)
    assert found["typed"].tasks[0].result.points == 0.0
    assert found["other"].points == 10.0
    assert [flag.why for flag in found["other"].flags] == ["the notebook that own was given"]


def test_personal_clinics_without_their_secret_are_refused(handed_out, tmp_path):
    folder = Folder(tmp_path / "class", {})
    shutil.copytree(handed_out, folder.path)
    secret = folder.path / "clinics-secret.json"
    secret.unlink()
    assert "expected the class's secret, because 3 of 3 notebooks" in folder.grade(code=2)
    assert not secret.exists()
    assert not folder.grades.exists()


def test_personal_clinics_with_another_secret_are_refused(handed_out, tmp_path):
    folder = Folder(tmp_path / "class", {})
    shutil.copytree(handed_out, folder.path)
    said = folder.grade("--secret", str(tmp_path / "another.json"), code=None)
    assert "no such file" in said
    open_secret(tmp_path / "another.json")
    said = folder.grade("--secret", str(tmp_path / "another.json"), code=2)
    assert "expected the secret that the clinics of this class follow from" in said
    assert not folder.grades.exists()


# --- What the machine lacks -----------------------------------------------------------------------


def test_without_bubblewrap_nothing_is_graded(tmp_path, monkeypatch):
    folder = a_class(tmp_path / "class", 4)
    monkeypatch.setenv("PATH", str(tmp_path))
    said = folder.grade(code=2)
    assert "bwrap is not installed" in said
    assert "apt install bubblewrap" in said
    assert not folder.grades.exists()
    assert not folder.left()


def test_where_bubblewrap_is_forbidden_nothing_is_graded(tmp_path, monkeypatch):
    complaint = "No permissions to create a new namespace"
    bwrap = tmp_path / "bin" / "bwrap"
    bwrap.parent.mkdir()
    bwrap.write_text(f"#!/bin/sh\necho 'bwrap: {complaint}' >&2\nexit 1\n")
    bwrap.chmod(0o755)
    folder = a_class(tmp_path / "class", 4)
    monkeypatch.setenv("PATH", f"{bwrap.parent}:{os.environ['PATH']}")
    said = folder.grade(code=2)
    assert complaint in said
    assert "apparmor_restrict_unprivileged_userns=0" in said
    assert not folder.grades.exists()


def test_unsandboxed_warns_and_marks(tmp_path):
    folder = a_class(tmp_path / "class", 4)
    said = folder.grade("--unsandboxed", "--workers", "1")
    assert "Without a sandbox, submissions can read, write and send whatever you can" in said
    assert folder.got() == folder.expected
    assert not any(outcome.sandboxed for outcome in folder.outcomes().values())
    rows = csv.DictReader((folder.grades / "gradebook.csv").open(encoding="utf-8-sig"))
    assert {row["sandboxed"] for row in rows if row["file"]} == {"no"}
    assert not folder.left()


def test_a_full_disk_keeps_what_was_graded_and_says_so(tmp_path, monkeypatch, capsys):
    folder = a_class(tmp_path / "class", 8)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    written, write = [], Store.write

    def until_full(self: Store, name: str, text: str) -> Path:
        written.append(name)
        if len(written) > 4:
            with monkeypatch.context() as patched:
                patched.setattr(os, "fsync", no_space)
                return write(self, name, text)
        return write(self, name, text)

    monkeypatch.setattr(Store, "write", until_full)
    assert cli.main(folder.command("--workers", "1")[3:]) == 2
    said = capsys.readouterr().err
    assert "the disk is full" in said
    assert "run the same command again; it goes on where this run stopped" in said
    kept = folder.got()
    assert 1 <= len(kept) < 8
    assert kept.items() <= folder.expected.items()
    monkeypatch.undo()
    assert f"{len(kept)} of 8 are done already" in folder.grade("--workers", "1")
    assert folder.got() == folder.expected


def no_space(handle: int) -> None:
    """What a full disk says."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_nobody_is_graded_twice_by_two_runs_at_once(graded):
    folder, _ = graded
    with Store(folder.grades, "01"):
        assert "Another run is writing" in folder.grade(code=2)


def test_those_who_handed_nothing_in_have_no_number(graded):
    folder, _ = graded
    rows = list(csv.DictReader((folder.grades / "gradebook.csv").open(encoding="utf-8-sig")))
    missing = [row for row in rows if row["status"] == NOT_SUBMITTED]
    assert len(missing) == 2
    assert {row["points"] for row in missing} == {""}
