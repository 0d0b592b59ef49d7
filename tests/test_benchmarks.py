"""The benchmark prints its table and ends in an error where a ratio or an accuracy is missed."""

import re
import subprocess
import sys

import numpy as np
import pytest
from checkout import ROOT

sys.path.append(str(ROOT / "benchmarks"))
import demos

WORK = demos.Work("10 doctors, from scratch", {"successes": [1], "trials": [2]}, faster=4)


@pytest.mark.alone
def test_demos_benchmark(chromium):
    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "demos.py", "--repetitions", "24"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stderr
    assert done.returncode == 0, done.stdout
    kept = re.findall(r"^(\d+ \w+, [a-z ]+?)  .* kept ", done.stdout, re.M)
    assert kept == [work.name for work in demos.works()], done.stdout


def measured(*, engine=1.0, naive=9.0, errors=(1e-5, 1e-5)):
    times = [np.full(3, value) for value in (engine, naive)]
    return demos.Measured(WORK, *times, errors, (0.1, 0.1))


@pytest.mark.parametrize(
    ("runs", "code"),
    [
        ([measured()], 0),
        ([measured(engine=100, naive=900)], 0),  # a slow machine
        ([measured(engine=3), measured()], 0),  # something else took the machine for a while
        ([measured(engine=3), measured(engine=3)], 1),
        ([measured(errors=(2e-3, 1e-5))] * 2, 1),
        ([measured(errors=(1e-5, 4e-3))] * 2, 1),
    ],
)
def test_a_ratio_or_an_accuracy_that_is_missed_ends_it_in_an_error(runs, code, capsys):
    left = list(runs)
    assert demos.table([WORK], lambda work: left.pop(0)) == code
    assert not left
    assert ("Missed: 10 doctors, from scratch" in capsys.readouterr().out) == bool(code)


def test_accuracy_benchmark():
    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "accuracy.py", "--tables", "12"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stderr
    assert done.returncode == 0, done.stdout
    assert "12 tables, 0 of them beyond a promise" in done.stdout
    assert re.search(r"^interval of sigma_pop +0\.\d+  {\"successes\"", done.stdout, re.M)


@pytest.mark.alone
def test_smoothness_benchmark(chromium):
    done = subprocess.run(
        [
            *(sys.executable, ROOT / "benchmarks" / "smoothness.py"),
            *("--demo", "LeagueTable", "--rates", "1", "4"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stderr
    cell = r" +\d+ / +\d+ / +\d+ / +[\d,]+"
    lines = re.findall(
        rf"^LeagueTable +(\d+) doctors, another year(?:{cell}){{2}}$", done.stdout, re.M
    )
    assert lines == ["10", "50", "200"], done.stdout
    assert "a frame with another word" in done.stdout
    last = done.stdout.splitlines()[-1]  # how fast the machine is decides what it says
    if done.returncode:
        assert re.match(r"Slices longer than a frame: LeagueTable, \d+ doctors", last), last
    else:
        assert last == "Every slice ends within a frame."
