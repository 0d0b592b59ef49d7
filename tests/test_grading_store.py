"""The folder of grades: killed at any moment, nothing is lost, and nothing of others is touched."""

import errno
import json
import os
import signal
import subprocess
import sys
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from checkout import ROOT
from grading_kit import outcome, task

from shrinkage.grading.outcome import GRADER_ERROR, Answer, TaskOutcome
from shrinkage.grading.store import Store, StoreError
from shrinkage.grading.submissions import student_slug


def files(folder: Path) -> dict[str, bytes]:
    """What is in a folder, by name, except for the lock."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".lock"
    }


def test_what_was_kept_is_there_for_the_next_run(tmp_path):
    made = [outcome("anna"), outcome("Bo, Söhne"), outcome("../../etc"), outcome("s10")]
    with Store(tmp_path / "new" / "grades", "05") as store:
        for one in made:
            store.add(one)
    with Store(tmp_path / "new" / "grades", "05") as store:
        assert store.problems == []
        assert {o.student: o for o in store.outcomes()} == {o.student: o for o in made}
        assert store.outcome("anna") == made[0]
    assert {path.name for path in tmp_path.iterdir()} == {"new"}


def test_an_outcome_is_done_with_its_own_key_and_unless_the_grader_failed(tmp_path):
    with Store(tmp_path, "05") as store:
        store.add(outcome("anna", key="a"))
        store.add(outcome("bo", key="b", status=GRADER_ERROR))
        assert store.done("anna", "a")
        assert not store.done("anna", "other")
        assert not store.done("bo", "b")
        assert not store.done("nobody", "a")


def test_outcomes_come_in_the_order_in_which_people_count(tmp_path):
    with Store(tmp_path, "05") as store:
        for student in ("s10", "S2", "s1", "anna", "s²"):
            store.add(outcome(student))
        assert [o.student for o in store.outcomes()] == ["anna", "s1", "S2", "s10", "s²"]


def test_ids_that_differ_by_capitals_or_accents_have_files_of_their_own(tmp_path):
    students = [
        "anna",
        "Anna",
        "ANNA",
        "änna",
        "a/nna",
        "a-nna",
        "",
        "-",
        "...",
        "a" * 300,
        "a\udc80",
    ]
    assert len({student_slug(s).casefold() for s in students}) == len(students)
    with Store(tmp_path, "05") as store:
        for student in students:
            store.add(outcome(student))
    assert len([*(tmp_path / "results").iterdir()]) == len(students)
    with Store(tmp_path, "05") as store:
        assert {one.student for one in store.outcomes()} == {*students}


def test_an_id_in_another_spelling_of_its_accents_is_the_same_student(tmp_path):
    composed, apart = (unicodedata.normalize(form, "änna") for form in ("NFC", "NFD"))
    with Store(tmp_path, "05") as store:
        store.add(outcome(composed))
        assert store.done(apart, "key")
        store.add(outcome(apart))
        assert len(store.outcomes()) == 1


# --- one run at a time, in a folder of its own ----------------------------------------------------


def test_two_runs_do_not_share_a_folder(tmp_path):
    with Store(tmp_path, "05"):
        code = "import sys; from shrinkage.grading.store import Store; Store(sys.argv[1], '05')"
        second = subprocess.run(
            [sys.executable, "-c", code, tmp_path], cwd=ROOT, capture_output=True, text=True
        )
        assert "Another run is writing to" in second.stderr
    with Store(tmp_path, "05") as store:
        assert store.outcomes() == []


def test_a_folder_of_another_exercise_is_refused(tmp_path):
    with Store(tmp_path, "04") as store:
        store.add(outcome("anna", exercise="04"))
    before = files(tmp_path)
    with pytest.raises(StoreError, match=r"holds the grades of exercise 04, not of 05.*--out"):
        Store(tmp_path, "05")
    assert files(tmp_path) == before


@pytest.mark.parametrize("name", ["thesis.docx", "results/anna.json", ".git/config"])
def test_a_folder_with_other_things_is_refused_and_left_alone(tmp_path, name):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("{}")
    with pytest.raises(StoreError, match="holds other things, such as"):
        Store(tmp_path, "05")
    assert files(tmp_path) == {name: b"{}"}
    assert not (tmp_path / ".lock").exists()


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    path = tmp_path / "grades"
    path.write_text("mine")
    with pytest.raises(StoreError, match="is a file; expected a folder"):
        Store(path, "05")
    assert path.read_text() == "mine"


def test_a_damaged_mark_says_how_to_mend_it(tmp_path):
    with Store(tmp_path, "05") as store:
        store.add(outcome("anna"))
    (tmp_path / "grades.json").write_text("{")
    with pytest.raises(StoreError) as refused:
        Store(tmp_path, "05")
    remedy = '{"exercise": "05"}'
    assert remedy in str(refused.value)
    (tmp_path / "grades.json").write_text(remedy)
    with Store(tmp_path, "05") as store:
        assert len(store.outcomes()) == 1


# --- killed, damaged, full ------------------------------------------------------------------------

WRITES = """
import sys
sys.path[:0] = ["tests"]
from grading_kit import outcome
from shrinkage.grading.store import Store
with Store(sys.argv[1], "05") as store:
    for n in range(10**6):
        store.add(outcome(f"s{n % 7}", notes=(str(n),) * 1000))
        print(n, flush=True)
"""


def test_killed_while_it_writes_it_leaves_whole_outcomes(tmp_path):
    said = 0
    for kill in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", WRITES, tmp_path], cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as run:
            assert run.stdout is not None
            for line in run.stdout:
                said = int(line)
                if said >= 9 + kill:
                    run.send_signal(signal.SIGKILL)
                    break
        with Store(tmp_path, "05") as store:
            assert store.problems == []
            assert len(store.outcomes()) == 7
            last = store.outcome(f"s{said % 7}")
            assert int(last.notes[0]) >= said  # what was said to be kept is
        assert not [*tmp_path.rglob(".*.shrinkage-part")]


DAMAGES = {
    "cut off": lambda text: text[: len(text) // 2],
    "empty": lambda text: "",
    "not JSON": lambda text: "graded!",
    "a list": lambda text: "[]",
    "a number": lambda text: "5",
    "another's": lambda text: text.replace('"anna"', '"bo"'),
    "of another exercise": lambda text: text.replace('"exercise": "05"', '"exercise": "04"'),
    "no such status": lambda text: text.replace('"graded"', '"excellent"'),
    "points that are no number": lambda text: text.replace('"points": 1.5', '"points": "all"'),
    "points without an end": lambda text: text.replace('"points": 1.5', '"points": Infinity'),
    "tasks that are none": lambda text: text.replace('"tasks": [', '"tasks": [5,'),
    "a sentence without its gaps": lambda text: text.replace(
        '"reason": ""', '"reason": {"words": "{0}", "fields": {}}', 1
    ),
    "more fields": lambda text: text.replace('"student"', '"more": 1, "student"'),
    "nested without an end": lambda text: '{"tasks": ' + "[" * 100_000,
    "in another encoding": lambda text: text.encode("utf-16"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_outcome_is_put_aside_and_graded_again(tmp_path, damage):
    with Store(tmp_path, "05") as store:
        store.add(outcome("anna"))
        store.add(outcome("cora"))
    path = tmp_path / "results" / "anna.json"
    damaged = DAMAGES[damage](path.read_text())
    assert damaged != path.read_text()
    path.write_bytes(damaged if isinstance(damaged, bytes) else damaged.encode())
    bad = path.read_bytes()
    for again in ("anna.json.damaged", "anna.json.damaged-2"):
        with Store(tmp_path, "05") as store:
            [said] = store.problems
            assert "graded again" in said
            assert again in said
            assert [o.student for o in store.outcomes()] == ["cora"]
            assert not store.done("anna", "key")
            store.add(outcome("anna"))
        assert (path.parent / again).read_bytes() == bad
        path.write_bytes(bad)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_on_a_full_disk_the_earlier_outcome_stays_and_a_sentence_says_what_to_do(
    tmp_path, monkeypatch, code
):
    def full(handle):
        raise OSError(code, os.strerror(code))

    with Store(tmp_path, "05") as store:
        store.add(outcome("anna"))
        before = files(tmp_path)
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            for again in (replace(outcome("anna"), key="other"), outcome("bo")):
                with pytest.raises(StoreError, match=r"could not be written.*1 of them.*again"):
                    store.add(again)
        assert files(tmp_path) == before
        assert [o.key for o in store.outcomes()] == ["key"]
        store.add(outcome("bo"))


def test_other_troubles_are_named_as_what_they_are(tmp_path):
    with Store(tmp_path, "05") as store:
        (tmp_path / "feedback").write_text("a file where a folder belongs")
        with pytest.raises(StoreError, match="could not be written") as refused:
            store.write("feedback/anna.html", "page")
        assert "Mend that" in str(refused.value)


# --- graded again ---------------------------------------------------------------------------------


def test_an_outcome_that_is_replaced_is_kept_with_its_time_and_without_its_answers(tmp_path):
    answered = TaskOutcome(task("05.1", 1.5), Answer(list(range(1000))))
    first = outcome("anna", tasks=(answered,), graded_at="2026-05-03T18:00:00+02:00")
    second = outcome("anna", key="other", graded_at="2026-05-04T09:00:00+02:00")
    with Store(tmp_path, "05") as store:
        store.add(first)
        store.add(first)  # the same again is no change
        assert not (tmp_path / "history").exists()
        store.add(second)
        store.add(first)
        store.add(second)
    kept = sorted((tmp_path / "history" / "anna").iterdir())
    assert [path.name[:10] for path in kept] == ["2026-05-03", "2026-05-04"]
    then = json.loads(kept[0].read_text())
    assert (then["key"], then["tasks"][0]["answer"]) == ("key", None)
    assert kept[0].stat().st_size < 3000
    with Store(tmp_path, "05") as store:
        assert store.outcome("anna") == second
