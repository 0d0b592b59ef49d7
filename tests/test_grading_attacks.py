"""No submission gets a wrong grade or does damage, whatever it tries.

`make test-grading` prints the table: each class of submission, whether its grade is right and
whether anything was harmed.
"""

from __future__ import annotations

import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from exercise_kit import ROOT
from grading_attacks import ATTACKS, SLEEP, Attack, Surroundings, after, made
from needs import lacking

from shrinkage.grading import sandbox
from shrinkage.grading.grader import Grader, Kit
from shrinkage.grading.outcome import GRADED, TIMED_OUT, Outcome
from shrinkage.grading.sandbox import Limits, Sandbox, SandboxError
from shrinkage.grading.submissions import Submission

LIMITS = Limits(memory=2**30, cell_seconds=8.0)
"""Seconds enough for the slowest machine to load what a cell needs."""


@dataclass
class Class:
    """A warm grader, and what submissions might harm."""

    grader: Grader
    there: Surroundings
    folder: Path
    server: socket.socket

    def grade(self, attack: Attack) -> Outcome:
        """The outcome of a submission."""
        content = made(attack.change, self.there)
        return self.grader.grade(Submission("ada", "ada.ipynb", content))

    def harm(self) -> list[str]:
        """What was harmed, a phrase each; and it is as before again."""
        found = []
        for name, text in FILES.items():
            path = self.folder / name
            if not path.exists() or path.read_text() != text:
                found.append(f"{name} was changed")
                path.write_text(text)
        if extra := sorted({p.name for p in self.folder.iterdir()} - {*FILES}):
            found.append(f"{', '.join(extra)} was written")
        if left := _running(SLEEP):
            found.append(f"{left} processes are left")
        try:
            connection, _ = self.server.accept()
        except BlockingIOError:
            pass
        else:
            connection.close()
            found.append("the network was reached")
        return found


FILES = {"gradebook.csv": "student,points\nbob,7\n", "bob.ipynb": "raw_rate = 'bob'\n"}


def _running(argument: str) -> int:
    """How many processes have this argument."""
    count = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            count += argument.encode() in (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:  # it has ended
            continue
    return count


@contextmanager
def a_class(folder: Path) -> Iterator[Class]:
    """A grader of exercise 1, and files and a server beside it."""
    for name, text in FILES.items():
        (folder / name).write_text(text)
    texts = [next((ROOT / f).glob("01_*")).read_text() for f in ("exercises", "solutions")]
    kit = Kit(exercise="01", source=texts[0], solution=texts[1], seed=77, limits=LIMITS)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        port = server.getsockname()[1]
        there = Surroundings(str(folder / "gradebook.csv"), str(folder / "bob.ipynb"), port)
        grader = Grader(kit)
        try:
            yield Class(grader, there, folder, server)
        finally:
            grader.close()


@pytest.fixture(scope="module")
def klass(tmp_path_factory) -> Iterator[Class]:
    try:
        Sandbox([], LIMITS).close()
    except SandboxError as error:
        lacking(str(error))
    with a_class(tmp_path_factory.mktemp("class")) as one:
        yield one


def points(outcome: Outcome) -> tuple[float, ...] | None:
    """The points by task; None where there is no number."""
    if outcome.status != GRADED:
        return None
    return tuple(task.result.points for task in outcome.tasks)


def said(outcome: Outcome) -> str:
    """Everything that the outcome says in words, to the student and to the instructor."""
    results = [task.result for task in outcome.tasks]
    hints = [hint.text for result in results for hint in result.hints]
    flags = [f"{flag.why} {flag.code}" for flag in outcome.flags]
    reasons = [task.reason for task in outcome.tasks]
    found = [result.found for result in results]
    return " ".join([outcome.reason, *outcome.notes, *reasons, *found, *hints, *flags])


@pytest.mark.parametrize("attack", ATTACKS, ids=[attack.name for attack in ATTACKS])
def test_the_grade_is_right_and_nothing_is_harmed(klass, attack):
    outcome = klass.grade(attack)
    assert not klass.harm()
    assert (outcome.status, points(outcome)) == (attack.status, attack.points), said(outcome)
    assert attack.says.casefold() in said(outcome).casefold()


def test_the_sandbox_holds_nothing_of_the_machine(klass):
    """Neither files of the instructor's, nor the checks, nor other processes, nor the network."""
    assert not klass.harm()


def test_many_cells_that_each_take_their_time_do_not_hold_a_worker(klass, monkeypatch):
    short = replace(klass.grader.kit, limits=replace(LIMITS, cells=1))
    monkeypatch.setattr(klass.grader, "kit", short)

    def slow(notebook, there):
        for _ in range(3):
            after(notebook, "check-1", "import time\ntime.sleep(6)")

    outcome = klass.grade(Attack("slow", slow))
    assert (outcome.status, points(outcome)) == (TIMED_OUT, None)
    assert "in all" in outcome.reason


def test_python_is_found_where_a_link_leads_to_it(tmp_path, monkeypatch):
    """As in a home folder that is a link: what is imported late is found in the sandbox."""
    link = tmp_path / "environment"
    link.symlink_to(sys.prefix)
    monkeypatch.setattr(sys, "prefix", str(link))
    sandbox._system.cache_clear()
    try:
        assert {link, Path(os.path.realpath(link))} <= {*sandbox._system()}
    finally:
        sandbox._system.cache_clear()


def test_a_checkout_within_what_is_mounted_is_hidden(tmp_path, monkeypatch):
    package = tmp_path / "src" / "shrinkage"
    package.mkdir(parents=True)
    monkeypatch.setattr(sandbox, "PACKAGE", package)
    assert tmp_path / "src" in sandbox._hidden([tmp_path])


def main() -> None:
    """Print the table of attacks."""
    with tempfile.TemporaryDirectory() as folder, a_class(Path(folder)) as one:
        print(f"{'submission of exercise 1':<52}{'grade':>12}{'right':>8}{'harmless':>10}{'s':>7}")
        right = harmless = 0
        for attack in ATTACKS:
            outcome = one.grade(attack)
            found, harm = points(outcome), one.harm()
            fair = (outcome.status, found) == (attack.status, attack.points)
            grade = f"{sum(found):g} of 10" if found is not None else outcome.status
            print(
                f"{attack.name:<52}{grade:>12}{'yes' if fair else 'NO':>8}"
                f"{'yes' if not harm else 'NO':>10}{outcome.seconds:>7.1f}",
                flush=True,
            )
            if not fair:
                print(
                    f"    expected {attack.status}, {attack.points}; {found}; {said(outcome)[:160]}"
                )
            right, harmless = right + fair, harmless + (not harm)
        print(f"{len(ATTACKS)} submissions: {right} graded right, {harmless} without harm")


if __name__ == "__main__":
    main()
