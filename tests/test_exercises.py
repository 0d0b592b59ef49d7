"""Every exercise keeps its promises: what earns points, what does not, and what a student reads.

`python tests/test_exercises.py` prints the table of tasks by solution, stub and mutants caught.
An exercise NN brings its wrong answers and its right ones in `test_exercise_NN.py`. With
`EXERCISES="02 03"` in the environment only these are looked at.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import cloudpickle
import numpy as np
import pandas as pd
import pytest
from checkout import ROOT
from exercise_kit import IN_TURN, SEEDS, Session, notebook_of, result_of, solved
from turns import weekly_but

from shrinkage.exercises.answers import Plain, Reading, as_plain
from shrinkage.exercises.card import result_card
from shrinkage.exercises.checking import exercise_ids, load_exercise
from shrinkage.exercises.task import Part


def cases_of(exercise: str) -> SimpleNamespace:
    """What students write in an exercise: MUTANTS, FORMS, and CLINIC_OF where it has one."""
    names = [
        f"exercise_{exercise}_mutants",
        f"exercise_{exercise}_forms",
        f"test_exercise_{exercise}",
    ]
    found = SimpleNamespace()
    for module in [import_module(name) for name in names if find_spec(name)]:
        for name in {"MUTANTS", "FORMS", "CLINIC_OF"} & vars(module).keys():
            setattr(found, name, getattr(module, name))
    return found


EXERCISES = os.environ.get("EXERCISES", "").split() or exercise_ids()
TASKS = [task.id for id in EXERCISES for task in load_exercise(id).tasks]
CASES = {id: cases_of(id) for id in EXERCISES}
SAMPLED = [id for id in EXERCISES if re.search("pymc|bambi", notebook_of(id).cells[2].source)]


def running(*values):
    """Parameters of a test that runs a solution, of which the first names the exercise."""
    return pytest.param(*values, marks=pytest.mark.sampler if values[0][:2] in SAMPLED else ())


SOLVED = [running(task) for task in TASKS]


def mutants(task: str) -> dict[str, str]:
    return CASES[task[:2]].MUTANTS[task]


@cache
def mutant_result(task: str, name: str):
    special = getattr(CASES[task[:2]], "CLINIC_OF", {})
    return result_of(task, mutants(task)[name], special.get(name))


@cache
def untouched(exercise: str) -> Session:
    session = Session(exercise, folder="exercises")
    for number in range(1, len(session.exercise.tasks) + 1):
        session.answer(number)
    return session


@pytest.mark.parametrize("seed", IN_TURN)
@pytest.mark.parametrize("task", SOLVED)
def test_the_solution_earns_full_points_in_any_clinic(task, seed):
    result = solved(task[:2], seed).grade(task)
    assert result.complete, result_card(result)
    assert result.lesson
    assert not result.hint


@pytest.mark.parametrize("task", SOLVED)
def test_the_untouched_exercise_earns_nothing_and_says_what_to_do(task):
    session = untouched(task[:2])
    result = session.grade(task)
    assert result.points == 0
    assert result.found
    assert f"`{session.exercise.task(task).variable}`" in result.hint


@pytest.mark.parametrize("task", TASKS)
def test_at_least_eight_typical_mistakes_are_known_and_each_is_made_here(task):
    declared = [mistake.name for mistake in load_exercise(task[:2]).task(task).mistakes]
    assert set(mutants(task)) == set(declared)
    assert len(declared) >= 8


@pytest.mark.parametrize("task", TASKS)
def test_a_hint_is_whole_sentences_and_a_mistake_a_phrase(task):
    declared = load_exercise(task[:2]).task(task)
    sentences = [declared.hint, declared.lesson, *(m.hint for m in declared.mistakes)]
    phrases = [declared.asks, *(p.what for p in declared.parts)]
    phrases += [mistake.name for mistake in declared.mistakes]
    for text in sentences:
        assert re.search(r"[.?)]$", text), text
    for text in phrases:
        assert not text.endswith((".", "?")), text
    for text in [declared.title, *sentences, *phrases]:
        assert text == " ".join(text.split()), text
        assert "!" not in text or "`" in text, text


@pytest.mark.parametrize(
    ("task", "name"), [running(task, name) for task in TASKS for name in mutants(task)]
)
def test_a_typical_mistake_is_refused_by_name(task, name):
    result = mutant_result(task, name)
    assert name in result.mistakes
    assert result.hint
    assert result.points < result.out_of


@pytest.mark.parametrize(
    ("task", "name"), [running(task, name) for task in TASKS for name in mutants(task)]
)
def test_no_card_gives_a_number_of_the_truth_away(task, name):
    result = mutant_result(task, name)
    session = solved(task[:2])
    truth = session.exercise.task(task).truth(session.data)
    truth = truth.to_numpy(float).ravel()
    truth = truth[np.isfinite(truth) & ~np.isclose(truth, np.round(truth), rtol=0.0015, atol=1e-3)]
    parts = [*result.right, *result.in_part, *result.not_yet]
    said = " ".join([result.mistake, result.hint, *parts])
    for number in map(float, re.findall(r"\d+\.?\d*", said)):
        assert not np.isclose(truth, number, rtol=0.0015).any(), said
        assert not np.isclose(100 * truth, number, rtol=0.0015).any(), said


@pytest.mark.parametrize(
    ("task", "form"),
    [running(task, form) for task in TASKS for form in CASES[task[:2]].FORMS[task]],
)
def test_a_right_answer_is_right_in_every_form(task, form):
    session = solved(task[:2]).fork()
    session.run(form)
    result = session.grade(task)
    assert result.complete, result_card(result)


# Tolerances apply to no part with `holds`: it accepts any answer that achieves what is asked.
MEASURED = [
    running(task.id)
    for id in EXERCISES
    for task in load_exercise(id).tasks
    if not all(part.holds for part in task.parts)
]


@pytest.mark.parametrize("seed", weekly_but([None], SEEDS[:3]))
@pytest.mark.parametrize("task", MEASURED)
def test_a_value_may_be_off_by_its_tolerance_and_no_more(task, seed):
    session = solved(task[:2], seed)
    declared, seen = session.exercise.task(task), session.data
    truth = declared.truth(seen)
    values = truth.to_numpy(float)
    reading = declared.answer.read(solution_in_plain_data(task, session.clinic), truth)
    within = declared.tolerance
    within = within(seen).to_numpy(float) if callable(within) else within
    room = np.broadcast_to(within + reading.margin, values.shape)
    graded = np.zeros(values.shape, bool)
    for part in declared.parts:
        if part.holds is None:
            graded |= part.covers(truth, seen)
    spots = np.argwhere(np.isfinite(values) & graded)
    assert len(spots)
    for spot in map(tuple, spots[:: max(len(spots) // 4, 1)]):
        for share in (0.999, -0.999, 1.001, -1.001, 1e6):
            off = values.copy()
            off[spot] += share * room[spot]
            given = np.full(values.shape, True)
            result = declared.judge(Reading(off, given, reading.margin), declared.expected(seen))
            assert result.complete == (abs(share) < 1), (spot, share, result_card(result))


@cache
def solution_in_plain_data(task: str, seed: int | None):
    session = solved(task[:2], seed)
    declared = session.exercise.task(task)
    request = declared.answer.request(session.data)
    return declared.answer.plain(session.names[declared.variable], request)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory) -> Path:
    """A folder with a package `shrinkage` that has the kinds of answer and no exercise."""
    folder = tmp_path_factory.mktemp("sandbox")
    own, source = folder / "shrinkage" / "exercises", ROOT / "shrinkage" / "exercises"
    shutil.copytree(source / "answers", own / "answers", ignore=shutil.ignore_patterns("__py*"))
    shutil.copy(source / "language.py", own)
    for path in (own, own.parent):
        (path / "__init__.py").touch()
    return folder


IN_SANDBOX = """
import json, pickle, sys
import shrinkage.exercises.answers
assert not {"arviz", "bambi", "pymc", "shrinkage.exercises.task"} & sys.modules.keys()
asked = pickle.load(sys.stdin.buffer)
print(json.dumps([answer.plain(value, request) for answer, request, value in asked]))
"""


@pytest.mark.parametrize("exercise", [running(id) for id in EXERCISES])
def test_an_answer_becomes_plain_data_where_the_exercises_are_not(exercise, sandbox):
    session = solved(exercise)
    tasks, data = session.exercise.tasks, session.data
    values = [session.names[task.variable] for task in tasks]
    asked = [(t.answer.without_secrets(), t.answer.request(data)) for t in tasks]
    for task, (answer, _) in zip(tasks, asked, strict=True):
        assert type(answer) is type(task.answer)
        assert answer.form == task.answer.form
    done = subprocess.run(
        [sys.executable, "-c", IN_SANDBOX],
        input=cloudpickle.dumps([(*a, value) for a, value in zip(asked, values, strict=True)]),
        cwd=sandbox,
        env=os.environ | {"PYTHONPATH": str(sandbox)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    here = [t.answer.plain(v, t.answer.request(data)) for t, v in zip(tasks, values, strict=True)]
    there = json.loads(done.stdout.splitlines()[-1])
    for task, one, other in zip(tasks, here, there, strict=True):
        assert as_plain(other) == other, task.id
        assert other == approximately(one), task.id


def approximately(plain: Plain):
    """Plain data whose numbers may be off by rounding: another process may add up otherwise."""
    match plain:
        case dict():
            return {label: approximately(item) for label, item in plain.items()}
        case list():
            return [approximately(item) for item in plain]
        case float():
            return pytest.approx(plain, rel=1e-9, abs=1e-9)
    return plain


def test_a_part_is_about_rows_or_columns_by_their_labels():
    draws = pd.DataFrame({"mean": 1.0, "sd": 1.0}, ["mu_pop", "alpha[A]", "alpha[B]"])
    covered = {
        ("alpha",): [[0, 0], [1, 1], [1, 1]],
        ("alpha[A]", "sd"): [[0, 1], [1, 1], [0, 1]],
        "mean": [[1, 0], [1, 0], [1, 0]],
        None: [[1, 1], [1, 1], [1, 1]],
    }
    for where, expected in covered.items():
        np.testing.assert_array_equal(Part(1, "a part", where).covers(draws, None), expected)
    numbers = pd.Series({"lower": 0.1, "upper": 0.2})
    assert Part(1, "a part", "upper").covers(numbers, None).tolist() == [False, True]
    with pytest.raises(ValueError, match="'a part' is about \\['beta'\\], which no label is"):
        Part(1, "a part", "beta").covers(draws, None)
    with pytest.raises(ValueError, match="both `where` and `holds`"):
        Part(1, "a part", "mean", holds=lambda answer, data: True)


# --- A table of all -------------------------------------------------------------------------------


def disturbed(plain: Plain) -> Plain:
    """An answer that is wrong everywhere and like no typical mistake."""
    if isinstance(plain, dict) and all(isinstance(value, str) for value in plain.values()):
        words = [*plain.values()]
        return dict(zip(plain, words[1:] + words[:1], strict=True))
    if isinstance(plain, dict):
        return {label: disturbed(value) for label, value in plain.items()}
    if isinstance(plain, list) and plain and all(isinstance(value, str) for value in plain):
        return plain[1:]
    if isinstance(plain, list):
        return [disturbed(value) for value in plain]
    return 1.037 * plain + 0.013 if isinstance(plain, float) else plain


def forget() -> None:
    """Empty every cache of the exercises, as in a kernel that has just started."""
    for name, module in [*sys.modules.items()]:
        if name.startswith("shrinkage.exercises."):
            for value in vars(module).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


def waits(task: str) -> tuple[float, float]:
    """Seconds until an answer that nothing recognises is judged: at first, and once more."""
    exercise, wrong = load_exercise(task[:2]), disturbed(solution_in_plain_data(task, None))
    forget()
    taken = []
    for _ in range(2):
        start = time.perf_counter()
        exercise.task(task).grade(wrong, exercise.load())
        taken.append(time.perf_counter() - start)
    return taken[0], taken[1]


def main() -> None:
    """Print the table of tasks."""
    print(
        f"{'':<40}{'':>10}{'':>6}{'mutants':>10}{'right':>7}{'seconds to judge':>20}\n"
        f"{'task':<40}{'solution':>10}{'stub':>6}{'caught':>10}{'forms':>7}"
        f"{'at first':>12}{'again':>8}"
    )
    totals = []
    for id in EXERCISES:
        for task in load_exercise(id).tasks:
            results = {name: mutant_result(task.id, name) for name in mutants(task.id)}
            caught = sum(name in result.mistakes for name, result in results.items())
            earned = solved(id).grade(task.id).points
            first, again = waits(task.id)
            print(
                f"{task.id + ' ' + task.title:<40}{f'{earned:g} of {task.points:g}':>10}"
                f"{untouched(id).grade(task.id).points:>6g}{f'{caught} of {len(results)}':>10}"
                f"{len(CASES[id].FORMS[task.id]):>7}{first:>12.2f}{again:>8.2f}",
                flush=True,
            )
            totals.append((earned == task.points, caught, len(results)))
    full, caught, made = map(sum, zip(*totals, strict=True))
    print(f"{len(totals)} tasks: {full} solutions in full, {caught} of {made} mutants caught")


if __name__ == "__main__":
    main()
