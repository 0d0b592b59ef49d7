"""The same command over a dask cluster: a scheduler and workers that share no disk with it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import pytest
from distributed import Client
from exercise_kit import ROOT
from grading_class import (
    HANG,
    Folder,
    a_class,
    copy_of,
    ending,
    kill,
    needs_sandbox,
    plain,
    until,
)

from shrinkage.grading import pool, run
from shrinkage.grading.grader import Kit
from shrinkage.grading.outcome import GRADED
from shrinkage.grading.pool import ClusterPool, PoolError, Terms


@dataclass
class Cluster:
    """A scheduler on a free port of localhost, and its workers, each in a folder of its own."""

    path: Path
    port: int
    scheduler: subprocess.Popen[str]
    workers: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def address(self) -> str:
        """What `--scheduler` takes."""
        return f"tcp://127.0.0.1:{self.port}"

    def add_worker(self, *options: str, nanny: bool = False, **variables: str) -> Path:
        """Start a worker in an empty folder, and wait until the scheduler knows it.

        With a nanny, the process that is kept is the nanny's.
        """
        folder = self.path / f"worker-{len(self.workers)}"
        (folder / "tmp").mkdir(parents=True)
        variables = {"TMPDIR": str(folder / "tmp")} | variables
        kind = "--nanny" if nanny else "--no-nanny"
        command = ["worker", self.address, "--no-dashboard", kind, *options]
        self.workers.append(_dask(folder, command, variables))
        until(lambda: "Registered to" in (folder / "said").read_text(), self.workers[-1])
        return folder

    def pids(self) -> list[int]:
        """The workers' own processes."""
        with Client(self.address, set_as_default=False) as client:
            return [*client.run(os.getpid).values()]

    def close(self) -> None:
        """End it."""
        for process in [*self.workers, self.scheduler]:
            process.kill()
            process.wait()


def _dask(folder: Path, command: list[str], variables: dict[str, str]) -> subprocess.Popen[str]:
    paths = {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    with (folder / "said").open("w") as said:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *command],
            env=os.environ | paths | variables,
            cwd=folder,
            stdout=said,
            stderr=said,
            text=True,
        )


@pytest.fixture
def cluster(tmp_path) -> Iterator[Cluster]:
    """A cluster without workers."""
    needs_sandbox()
    folder = tmp_path / "scheduler"
    folder.mkdir()
    port = _free_port()
    command = ["scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]
    running = Cluster(tmp_path, port, _dask(folder, command, {}))
    try:
        until(lambda: "Scheduler at" in (folder / "said").read_text(), running.scheduler)
        yield running
    finally:
        running.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def test_a_worker_that_is_killed_costs_nobody_a_grade(cluster, tmp_path):
    """And the grades are those of this machine's own pool."""
    folder = a_class(tmp_path / "class", 10)
    places = [cluster.add_worker("--nthreads", "2"), cluster.add_worker("--nthreads", "1")]
    with ending(folder.begin("--scheduler", cluster.address)) as running:
        until(lambda: len(folder.results()) >= 2, running)
        kill(cluster.workers[1].pid)
        said = "".join(running.communicate(timeout=900))
    assert running.returncode == 0, said
    assert folder.got() == folder.expected
    assert "3 are at work" in said
    assert not [*(places[0] / "tmp").glob("shrinkage-*")], "a warm process's folder is left"

    here = copy_of(folder, tmp_path / "here")
    shutil.rmtree(here.grades)
    here.grade("--workers", "2")
    assert plain(here.outcomes()) == plain(folder.outcomes())


def once_one_is_graded(monkeypatch, act: Callable[[], object]) -> None:
    """Have something happen when the first outcome is kept and most of the others not begun."""

    def outcomes(*arguments):
        for number, outcome in enumerate(pool.outcomes(*arguments)):
            yield outcome
            if number == 0:
                act()

    monkeypatch.setattr(run, "outcomes", outcomes)


def grade_here(folder: Folder, cluster: Cluster) -> None:
    """Grade the class in this process."""
    roster = folder.path / "roster.csv"
    options = run.Options(roster=roster, scheduler=cluster.address)
    run.grade_class(folder.submissions, "01", folder.grades, options, lambda sentence: None)


def refused(cluster: Cluster, path: Path) -> str:
    """What is said where the only worker is unfit; nothing is graded."""
    folder = a_class(path, 4)
    with pytest.raises(PoolError, match=r"^1 of 1 workers cannot grade this\. tcp://") as said:
        grade_here(folder, cluster)
    assert not folder.grades.exists()
    return str(said.value)


@pytest.mark.weekly
def test_a_worker_that_its_nanny_starts_anew_goes_on(cluster, tmp_path, monkeypatch):
    monkeypatch.setattr(pool, "FORLORN", HANG)
    folder = a_class(tmp_path / "class", 7)
    cluster.add_worker("--nthreads", "1", nanny=True)
    [pid] = cluster.pids()
    once_one_is_graded(monkeypatch, lambda: kill(pid))
    grade_here(folder, cluster)
    assert folder.got() == folder.expected
    assert pid not in cluster.pids()


def test_when_all_workers_are_gone_it_is_said_and_what_was_graded_is_kept(
    cluster, tmp_path, monkeypatch
):
    monkeypatch.setattr(pool, "FORLORN", 2.0)
    monkeypatch.setattr(pool, "LOOK", 0.5)
    folder = a_class(tmp_path / "class", 7)
    cluster.add_worker("--nthreads", "1")
    once_one_is_graded(monkeypatch, cluster.workers[0].kill)
    with pytest.raises(PoolError) as said:
        grade_here(folder, cluster)
    assert "the scheduler has had no worker for 2 seconds" in str(said.value)
    assert "run the same command again: what was graded is kept" in str(said.value)
    kept = folder.got()
    assert 0 < len(kept) < 7
    assert kept.items() <= folder.expected.items()


def test_the_time_without_a_worker_counts_from_the_last_job_that_ended(monkeypatch):
    """Which may be long after the last look: there is none while one result follows another."""
    job, there, clock = Future(), {"tcp://127.0.0.1:1": 1}, SimpleNamespace(monotonic=lambda: 0.0)
    executor = SimpleNamespace(submit=lambda *job_and_arguments: job)
    client = SimpleNamespace(
        status="running", nthreads=lambda: there, get_executor=lambda pure: executor
    )
    monkeypatch.setattr("distributed.Client", lambda *address, **options: client)
    monkeypatch.setattr(pool, "time", clock)
    cluster = ClusterPool("tcp://127.0.0.1:2")
    cluster.submit(print)
    clock.monotonic = lambda: 1000.0
    job.set_result(None)
    there.clear()
    cluster.look()
    clock.monotonic = lambda: 1000.0 + pool.FORLORN
    cluster.look()
    clock.monotonic = lambda: 1001.0 + pool.FORLORN
    with pytest.raises(PoolError, match="has had no worker for 60 seconds"):
        cluster.look()


def test_a_scheduler_that_ends_is_said_and_what_was_graded_is_kept(cluster, tmp_path, monkeypatch):
    folder = a_class(tmp_path / "class", 7)
    cluster.add_worker("--nthreads", "1")
    once_one_is_graded(monkeypatch, cluster.scheduler.kill)
    with pytest.raises(PoolError) as said:
        grade_here(folder, cluster)
    assert "the scheduler has ended" in str(said.value)
    assert "run the same command again" in str(said.value)
    kept = len(folder.results())
    assert 0 < kept < 7
    assert f"{kept} of 7 are done already" in folder.grade("--workers", "2")
    assert folder.got() == folder.expected


def test_no_workers_is_said(cluster, tmp_path):
    folder = a_class(tmp_path / "class", 4)
    said = folder.grade("--scheduler", cluster.address, code=2)
    assert "the scheduler has no workers" in said
    assert f"dask worker {cluster.address}" in said
    assert not folder.grades.exists()


def test_no_scheduler_is_said(tmp_path):
    folder = a_class(tmp_path / "class", 4)
    address = f"tcp://127.0.0.1:{_free_port()}"
    said = folder.grade("--scheduler", address, code=2)
    assert f"{address}: expected a dask scheduler, found none" in said
    assert not folder.grades.exists()
    with pytest.raises(PoolError, match="expected the address of a dask scheduler"):
        ClusterPool("localhost")


def test_a_worker_with_another_version_of_the_package_is_said(cluster, tmp_path):
    other = tmp_path / "other-version"
    shutil.copytree(ROOT / "shrinkage", other / "shrinkage", ignore=_not_needed)
    with (other / "shrinkage" / "grading" / "judge.py").open("a") as file:
        file.write("# another version\n")
    cluster.add_worker(PYTHONPATH=str(other))
    said = refused(cluster, tmp_path / "class")
    assert "the course's package is of another version" in said


@pytest.mark.filterwarnings("ignore:Mismatched versions")  # as dask says it
def test_a_worker_with_another_version_of_a_library_is_said(cluster, tmp_path):
    """As its installer left a note of it, which is all that a worker is asked for."""
    note = tmp_path / "older" / "numpy-1.26.dist-info" / "METADATA"
    note.parent.mkdir(parents=True)
    note.write_text("Metadata-Version: 2.1\nName: numpy\nVersion: 1.26\n")
    cluster.add_worker(PYTHONPATH=os.pathsep.join([str(tmp_path / "older"), str(ROOT)]))
    said = refused(cluster, tmp_path / "class")
    assert f"numpy is 1.26 there and {version('numpy')} here, and a grade may depend on it" in said
    assert "Install the same versions on every worker" in said


def test_another_python_is_no_worker_for_this_one_but_another_release_of_it_is():
    kit = Kit(exercise="01", source="", sandboxed=False)
    terms = Terms.of(kit)
    assert terms.versions["Python"] == "{}.{}".format(*sys.version_info)
    assert not pool._unfit(kit, terms)
    other = replace(terms, versions=terms.versions | {"Python": "3.99", "arviz": "99"})
    here = "Python is {}.{} there and 3.99 here, ".format(*sys.version_info)
    assert pool._unfit(kit, other).startswith(
        f"{here}arviz is {version('arviz')} there and 99 here"
    )


def test_a_worker_without_the_sandbox_is_said(cluster, tmp_path):
    cluster.add_worker(PATH=str(tmp_path))
    assert "bwrap is not installed" in refused(cluster, tmp_path / "class")


@pytest.fixture(scope="module")
def private(tmp_path_factory) -> Path:
    """A private set with one exercise, as `shrinkage new-exercise` leaves it."""
    folder = tmp_path_factory.mktemp("private")
    command = [sys.executable, "-m", "shrinkage.cli", "new-exercise", "Two clinics, one doctor"]
    paths = {"PYTHONPATH": str(ROOT), "SMALLN_EXERCISES": ""}
    subprocess.run(command, cwd=folder, env=os.environ | paths, check=True)
    return folder


def class_of_the_private_exercise(path: Path, private: Path) -> tuple[Folder, list[str]]:
    """A student with the solution and one with the exercise as it is; options for the command."""
    folder = Folder(path, {"ada": (GRADED, 10.0), "bob": (GRADED, 0.0)})
    folder.submissions.mkdir(parents=True)
    (path / "roster.csv").write_text("student\nada\nbob\n")
    for student, kind in {"ada": "solutions", "bob": "exercises"}.items():
        [notebook] = (private / kind).glob("11_*.ipynb")
        shutil.copy(notebook, folder.submissions / f"{student}.ipynb")
    return folder, ["--exercise", "11", "--source", str(private / "exercises")]


@pytest.mark.weekly
def test_an_exercise_of_ones_own_is_graded_by_a_worker_that_has_a_copy(
    cluster, tmp_path, private, monkeypatch
):
    copied = shutil.copytree(private / "tasks", tmp_path / "copied", ignore=_not_needed)
    cluster.add_worker("--nthreads", "1", SMALLN_EXERCISES=str(copied))
    folder, options = class_of_the_private_exercise(tmp_path / "class", private)
    monkeypatch.setenv("SMALLN_EXERCISES", str(private / "tasks"))
    folder.grade("--scheduler", cluster.address, *options)
    assert folder.got() == folder.expected


def test_a_worker_without_an_exercise_of_ones_own_is_said(cluster, tmp_path, private, monkeypatch):
    cluster.add_worker(SMALLN_EXERCISES="")
    folder, options = class_of_the_private_exercise(tmp_path / "class", private)
    monkeypatch.setenv("SMALLN_EXERCISES", str(private / "tasks"))
    said = folder.grade("--scheduler", cluster.address, *options, code=2)
    assert "1 of 1 workers cannot grade this" in said
    assert "there is no exercise 11" in said
    assert "copy its folder there and set SMALLN_EXERCISES where the worker is started" in said
    assert not folder.grades.exists()


def _not_needed(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name in ("__pycache__", "node_modules")]
