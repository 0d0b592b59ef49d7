"""From one secret file follow all clinics: each student's, and the one nobody was handed."""

import json
import stat
from functools import cache

import numpy as np
import pytest
from exercise_kit import served
from turns import weekly_but

from shrinkage.data.another import LARGEST
from shrinkage.exercises.checking import exercise_ids, load_exercise
from shrinkage.grading import clinics
from shrinkage.grading.clinics import Secret, SecretError, handed_out, open_secret, read_secret

SECRET, OTHER = Secret(bytes(range(32))), Secret(bytes(range(1, 33)))
CLASS = [f"student {n}" for n in range(300)]
EXERCISES = [f"{n:02d}" for n in range(1, 11)]


def test_a_seed_is_the_same_on_every_machine():
    assert handed_out(SECRET, "05", "ada") == 984762543000
    assert handed_out(SECRET, "05", "blue", by="group") == 216086733934
    assert clinics.unseen(SECRET, "05") == 847629830869
    assert SECRET.fingerprint == "c453a2a3ef5e62a6"


def test_every_student_exercise_group_and_secret_has_another_clinic():
    asked = [(secret, id, whom) for secret in (SECRET, OTHER) for id in EXERCISES for whom in CLASS]
    seeds = [handed_out(*one) for one in asked]
    seeds += [handed_out(*one, by="group") for one in asked]
    seeds += [clinics.unseen(SECRET, id, attempt) for id in EXERCISES for attempt in range(20)]
    assert len({*seeds}) == len(seeds)
    assert 0 <= min(seeds) < max(seeds) <= LARGEST


def test_the_clinic_of_the_grade_is_nobodys():
    """Not by chance: whatever a roster says, the two kinds of seeds have none in common."""
    assert {handed_out(SECRET, "01", whom) % 2 for whom in CLASS} == {0}
    assert {clinics.unseen(SECRET, "01", attempt) % 2 for attempt in range(300)} == {1}


def test_the_secret_is_made_once_and_for_its_owner_alone(tmp_path):
    path = clinics.beside(tmp_path / "class" / "handed out")
    assert path == tmp_path / "class" / "clinics-secret.json"
    made = open_secret(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(made.key) == 32
    before = path.read_bytes()
    assert open_secret(path) == read_secret(path) == made
    assert path.read_bytes() == before
    assert open_secret(tmp_path / "another.json") != made


def test_a_secret_is_not_shown():
    assert SECRET.key.hex() not in repr(SECRET) + SECRET.fingerprint
    assert repr(SECRET.key)[2:-1] not in repr(SECRET)
    assert SECRET.fingerprint != OTHER.fingerprint


DAMAGED = {
    "empty": "",
    "cut": '{"version": 1, "secret": "00ff',
    "no secret": '{"version": 1}',
    "a list": "[1]",
    "short": json.dumps({"version": 1, "secret": "00ff"}),
    "no digits": json.dumps({"version": 1, "secret": "z" * 64}),
    "a number": json.dumps({"version": 1, "secret": 7}),
    "of another version": json.dumps({"version": 2, "secret": "0" * 64}),
    "no text": b"\xff\xfe\x00",
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_secret_is_refused_and_left_as_it_is(tmp_path, name):
    path, content = tmp_path / "secret.json", DAMAGED[name]
    content = content if isinstance(content, bytes) else content.encode()
    path.write_bytes(content)
    with pytest.raises(SecretError, match=r"secret\.json: .*secret.* backup") as refused:
        open_secret(path)
    assert "--secret" in str(refused.value)
    assert path.read_bytes() == content


def test_a_secret_that_is_not_there_is_named_and_not_made_by_reading(tmp_path):
    with pytest.raises(SecretError, match="found no such file"):
        read_secret(tmp_path / "gone.json")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("inside", ["secret.json", "ada/secret.json"])
def test_a_secret_is_not_put_where_students_look(tmp_path, inside):
    with pytest.raises(SecretError, match="outside"):
        open_secret(tmp_path / "out" / inside, outside=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_full_disk_leaves_no_half_secret(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(clinics.json, "dump", full)
    with pytest.raises(SecretError, match="No space left on device"):
        open_secret(tmp_path / "secret.json")
    assert not list(tmp_path.iterdir())


@cache
@np.errstate(all="ignore")
def missing(exercise: str, seed: int | None) -> dict[str, int]:
    """By task, how many values the truth about a clinic leaves open."""
    with served(seed):
        data = load_exercise(exercise).load()
    truths = {task.id: task.truth(data) for task in load_exercise(exercise).tasks}
    return {id: int(truth.isna().to_numpy().sum()) for id, truth in truths.items()}


SEEDS = [LARGEST, *(clinics.unseen(SECRET, "01", attempt) for attempt in range(30))]


@pytest.mark.parametrize("seed", weekly_but([LARGEST], SEEDS))
@pytest.mark.parametrize("exercise", exercise_ids())
def test_every_task_has_a_truth_about_any_clinic(exercise, seed):
    """A value is open where it is in the published clinic: the raw rate of nobody's patients."""
    assert missing(exercise, seed) == missing(exercise, None)
