"""The same command over a dask cluster: a scheduler and workers that share no disk with it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from exercise_kit import ROOT
from grading_class import a_class, copy_of, ending, kill, needs_sandbox, plain, until


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

    def add_worker(self, *options: str, **variables: str) -> Path:
        """Start a worker in an empty folder, and wait until the scheduler knows it."""
        folder = self.path / f"worker-{len(self.workers)}"
        (folder / "tmp").mkdir(parents=True)
        variables = {"TMPDIR": str(folder / "tmp")} | variables
        command = ["worker", self.address, "--no-dashboard", "--no-nanny", *options]
        self.workers.append(_dask(folder, command, variables))
        until(lambda: "Registered to" in (folder / "said").read_text(), self.workers[-1])
        return folder

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
    folder = a_class(tmp_path / "class", 17)
    places = [cluster.add_worker("--nthreads", "2"), cluster.add_worker("--nthreads", "1")]
    with ending(folder.begin("--scheduler", cluster.address)) as running:
        until(lambda: len(folder.results()) >= 4, running)
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


def test_a_scheduler_that_ends_is_said_and_what_was_graded_is_kept(cluster, tmp_path):
    folder = a_class(tmp_path / "class", 17)
    cluster.add_worker("--nthreads", "1")
    with ending(folder.begin("--scheduler", cluster.address)) as running:
        until(lambda: len(folder.results()) >= 2, running)
        cluster.scheduler.send_signal(signal.SIGKILL)
        _, complaint = running.communicate(timeout=900)
    assert running.returncode == 2, complaint
    assert "the scheduler has ended" in complaint
    assert "run the same command again" in complaint
    kept = len(folder.results())
    assert kept >= 2
    assert f"{kept} of 17 are graded already" in folder.grade("--workers", "2")
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
    said = folder.grade("--scheduler", "localhost", code=2)
    assert "expected the address of a dask scheduler" in said
    assert not folder.grades.exists()


def test_a_worker_with_another_version_of_the_package_is_said(cluster, tmp_path):
    other = tmp_path / "other-version"
    shutil.copytree(ROOT / "shrinkage", other / "shrinkage", ignore=_not_needed)
    with (other / "shrinkage" / "grading" / "judge.py").open("a") as file:
        file.write("# another version\n")
    cluster.add_worker(PYTHONPATH=str(other))
    folder = a_class(tmp_path / "class", 4)
    said = folder.grade("--scheduler", cluster.address, code=2)
    assert "1 of 1 workers cannot grade this" in said
    assert "the course's package is of another version" in said
    assert not folder.grades.exists()


def test_a_worker_without_the_sandbox_is_said(cluster, tmp_path):
    cluster.add_worker(PATH=str(tmp_path))
    folder = a_class(tmp_path / "class", 4)
    said = folder.grade("--scheduler", cluster.address, code=2)
    assert "1 of 1 workers cannot grade this" in said
    assert "bwrap is not installed" in said


def _not_needed(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name in ("__pycache__", "node_modules")]
