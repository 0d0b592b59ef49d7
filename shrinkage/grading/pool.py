"""Where submissions are graded: in processes of this machine, or on a dask cluster.

Both take jobs as executors of `concurrent.futures` do; each process keeps its warm graders.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.util
import os
import re
import signal
import socket
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from typing import Any, Protocol, Self

from shrinkage.exercises.checking import exercise_ids
from shrinkage.exercises.language import words
from shrinkage.grading.conversation import WorkerGone
from shrinkage.grading.grader import Grader, Kit, Reference, ungraded
from shrinkage.grading.inside import confine
from shrinkage.grading.outcome import GRADER_ERROR, Outcome
from shrinkage.grading.sandbox import Limits, Sandbox, SandboxError
from shrinkage.grading.scratch import Scratch
from shrinkage.grading.submissions import Submission

LOOK = 5.0  # seconds between two looks at whether anything is still at work
FORLORN = 60.0  # seconds that a cluster may be without a worker
TRIES = 3  # of the exercise's own solution, if the process that runs it dies
LIBRARIES = (  # what computes an answer and the truth, and what draws
    *("arviz", "arviz-stats", "bambi", "numba", "numpy", "nutpie", "pandas", "pymc", "pytensor"),
    *("scipy", "xarray"),
)


class PoolError(RuntimeError):
    """There is nowhere to grade; the message says what to do."""


class Pool(Protocol):
    """Where submissions are graded."""

    width: int
    """How many are graded at a time."""
    cache: str
    """A folder for what all its processes compile; empty where they share none."""

    def check(self, kit: Kit) -> None:
        """Raise `SandboxError` or `PoolError` where the kit cannot be graded here."""
        ...

    def submit(self, job: Callable[..., Any], *arguments: Any) -> Future:
        """Have a process do a job; the future fails if that process dies."""
        ...

    def look(self) -> None:
        """Raise `PoolError` if nothing will ever come of the jobs."""
        ...

    def close(self) -> None:
        """Let go of every process."""
        ...


class LocalPool:
    """Processes on this machine, one for each core unless said otherwise.

    They are forked, so that what this process has imported need not be imported again. All that
    they write is in one folder, which goes with the pool.
    """

    def __init__(self, workers: int | None = None) -> None:
        self.width = workers or len(os.sched_getaffinity(0))
        self._scratch = Scratch()
        self.cache = str(self._scratch.path / "compiled")
        self._executor = self._new()

    def check(self, kit: Kit) -> None:
        """Raise `SandboxError` where there is no sandbox."""
        if kit.sandboxed:
            Sandbox([], kit.limits).close()

    def submit(self, job: Callable[..., Any], *arguments: Any) -> Future:
        """Have a process do a job, a new one if they have died."""
        try:
            return self._executor.submit(job, *arguments)
        except BrokenProcessPool:
            self._executor.shutdown()
            self._executor = self._new()
            return self._executor.submit(job, *arguments)

    def look(self) -> None:
        """Nothing: the executor sees to its processes."""

    def close(self) -> None:
        """End the processes, and with them all they have started."""
        for process in [*(self._executor._processes or {}).values()]:
            process.kill()
        self._executor.shutdown(cancel_futures=True)
        self._scratch.close()

    def _new(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self.width,
            multiprocessing.get_context("fork"),
            initializer=_begin,
            initargs=(os.getpid(), str(self._scratch.path)),
        )


class ClusterPool:
    """The workers of a dask scheduler; each needs this package, and no disk in common."""

    cache = ""

    def __init__(self, address: str) -> None:
        """Connect; raises `PoolError` where there is no scheduler or no worker."""
        try:
            from distributed import Client
        except ImportError:
            raise PoolError(
                "--scheduler needs dask: `pip install 'dask[distributed]'`, here and on every "
                "worker."
            ) from None
        self._address = address
        if not re.fullmatch(r"(tcp|tls)://.+:\d+", address):
            raise PoolError(
                f"--scheduler {address}: expected the address of a dask scheduler as it says it "
                "when it starts, such as tcp://192.168.0.7:8786; found another form."
            )
        try:
            self._client = Client(address, timeout="10s", set_as_default=False)
        except (OSError, ValueError) as error:
            raise PoolError(
                f"{address}: expected a dask scheduler, found none ({error}). Start one with "
                "`dask scheduler`, or leave --scheduler out to grade on this machine."
            ) from None
        self.width = sum(self._client.nthreads().values())
        self._seen = time.monotonic()  # when a worker was there last
        if not self.width:
            self._client.close()
            raise PoolError(
                f"{address}: the scheduler has no workers. Start some with "
                f"`dask worker {address} --nthreads 1`, on each machine that has bubblewrap."
            )
        self._executor = self._client.get_executor(pure=False)  # no job is taken for another

    def check(self, kit: Kit) -> None:
        """Raise `PoolError` where a worker cannot grade, or would grade by other checks."""
        found = self._client.run(_unfit, kit, Terms.of(kit), on_error="return")
        if unfit := {worker: why for worker, why in found.items() if why}:
            worker, why = next(iter(unfit.items()))
            if isinstance(why, Exception):
                why = f"the course's package cannot be used there ({type(why).__name__}: {why})."
            raise PoolError(
                f"{len(unfit)} of {len(found)} workers cannot grade this. {worker}: {why}"
            )

    def submit(self, job: Callable[..., Any], *arguments: Any) -> Future:
        """Have a worker do a job; the scheduler gives it to others if that one dies."""
        future = self._executor.submit(job, *arguments)
        future.add_done_callback(self._has_seen)
        return future

    def look(self) -> None:
        """Raise `PoolError` if the scheduler is gone, or has had no worker for a while."""
        try:
            there = self._client.status == "running" and self._client.nthreads()
        except Exception as error:  # each way of losing a connection has its own
            there, why = False, f" ({type(error).__name__})"
        else:
            why = ""
        if there:
            self._has_seen()
        elif there is False:
            raise PoolError(
                f"{self._address}: the scheduler has ended{why}. Start it and its workers, then "
                "run the same command again: what was graded is kept."
            )
        elif time.monotonic() - self._seen > FORLORN:
            raise PoolError(
                f"{self._address}: the scheduler has had no worker for {FORLORN:.0f} seconds. "
                "Start some, then run the same command again: what was graded is kept."
            )

    def close(self) -> None:
        """Leave the cluster as it was."""
        if self._client.status == "running":
            with suppress(Exception):  # it may go at any moment
                self._client.run(_let_go, on_error="ignore")
        self._client.close()

    def _has_seen(self, _: Future | None = None) -> None:
        """There is a worker: it was found, or a job of its has ended."""
        self._seen = time.monotonic()


@dataclass(frozen=True)
class Terms:
    """What has to be the same wherever a kit is graded, as grades may depend on it.

    Attributes:
        digest: of the kit, the exercise's checks and the course's package.
        versions: of Python and of the libraries, by name.
    """

    digest: str
    versions: Mapping[str, str]

    @classmethod
    def of(cls, kit: Kit) -> Self:
        """The terms that hold in this process."""
        return cls(kit.digest, _versions())

    def broken_by(self, versions: Mapping[str, str]) -> str:
        """Which of a worker's versions are others than these; empty if none is."""
        return ", ".join(
            f"{name} is {versions.get(name)} there and {version} here"
            for name, version in self.versions.items()
            if versions.get(name) != version
        )


@cache
def _versions() -> Mapping[str, str]:
    """By name the minor version of Python and the version of each library, as they are here."""
    found = {"Python": "{}.{}".format(*sys.version_info)}
    for library in LIBRARIES:
        try:
            found[library] = metadata.version(library)
        except metadata.PackageNotFoundError:
            found[library] = "not installed"
    return found


def warm(pool: Pool, kit: Kit) -> list[Future]:
    """Have every process get warm, side by side."""
    terms = Terms.of(kit)
    return [pool.submit(_warm, kit, terms) for _ in range(pool.width)]


def reference(pool: Pool, kit: Kit) -> Reference:
    """How the exercise's own solution does; raises as `outcomes` does."""
    for _ in range(TRIES):
        try:
            return _patiently(pool, pool.submit(_reference, kit, Terms.of(kit)))
        except (SandboxError, PoolError):
            raise
        except Exception as error:  # the process has died
            died = error
            pool.look()
    raise PoolError(
        f"The process that graded the exercise's own solution ended {TRIES} times "
        f"({type(died).__name__}). If memory is short, take fewer --workers."
    )


def outcomes(pool: Pool, kit: Kit, submissions: Iterable[Submission]) -> Iterator[Outcome]:
    """The outcome of each submission, as it is made; in no order.

    Where a process dies, what was in hand then is graded again, one at a time; the submission that
    was alone when it happened again is a `grader error`. Raises `SandboxError` where there is none
    and `PoolError` where nobody is left to grade.
    """
    left, suspects = deque(submissions), deque[Submission]()
    running: dict[Future, Submission] = {}
    terms, alone = Terms.of(kit), False

    def start(queue: deque[Submission]) -> None:
        submission = queue.popleft()
        running[pool.submit(_grade, kit, terms, submission)] = submission

    while left or suspects or running:
        if not running:
            alone = bool(suspects)
        if suspects and not running:
            start(suspects)
        while left and not suspects and not alone and len(running) < 2 * pool.width:
            start(left)
        done, _ = wait(running, timeout=LOOK, return_when=FIRST_COMPLETED)
        if not done:
            pool.look()
        for future in done:
            submission = running.pop(future)
            try:
                yield future.result()
            except (SandboxError, PoolError):
                raise
            except Exception as error:  # the process has died, and each library says so in its way
                pool.look()
                if alone:
                    yield _given_up(kit, submission, error)
                else:
                    suspects.append(submission)


def _patiently(pool: Pool, future: Future) -> Any:
    """A future's result, while there is somebody to bring it."""
    while not wait([future], timeout=LOOK).done:
        pool.look()
    return future.result()


def _given_up(kit: Kit, submission: Submission, error: Exception) -> Outcome:
    reason = words(
        "The grader's own process ended twice with this submission ({error}). Your instructor has "
        "been told, and you have lost nothing.",
        error=type(error).__name__,
    )
    return ungraded(kit, submission, GRADER_ERROR, reason)


# --- In the processes that grade ------------------------------------------------------------------

_idle: list[Grader] = []
_idle_lock = threading.Lock()  # a dask worker may have several threads


def _begin(parent: int, folder: str) -> None:
    """End when the process that forked this one does, however it ends; write into its folder."""
    confine.end_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tempfile.tempdir = folder


def _warm(kit: Kit, terms: Terms) -> None:
    with _grader(kit, terms):
        time.sleep(0.2)  # so that the next such job goes to another process


def _reference(kit: Kit, terms: Terms) -> Reference:
    with _grader(kit, terms) as grader:
        return grader.reference()


def _grade(kit: Kit, terms: Terms, submission: Submission) -> Outcome:
    with _grader(kit, terms) as grader:
        return grader.grade(submission)


@contextmanager
def _grader(kit: Kit, terms: Terms) -> Generator[Grader]:
    """A warm grader of this process that nobody else uses; after any failure it is not kept."""
    with _idle_lock:
        fitting = [grader for grader in _idle if grader.adopt(kit)]
        others = [grader for grader in _idle if grader not in fitting]
        grader = fitting.pop() if fitting else None
        _idle[:] = fitting
    for other in others:  # of another run
        other.close()
    if grader is None:
        grader = _new_grader(kit, terms)
    try:
        yield grader
    except BaseException:
        grader.close()
        raise
    with _idle_lock:
        _idle.append(grader)


def _new_grader(kit: Kit, terms: Terms) -> Grader:
    if why := _unfit(kit, terms):
        raise PoolError(f"{socket.gethostname()}: {why}")
    try:
        return Grader(kit)
    except (SandboxError, WorkerGone):
        raise
    except (OSError, RuntimeError) as error:
        raise PoolError(
            f"{socket.gethostname()}: no warm process could be started ({error}). Once that is "
            "mended, run the same command again: what was graded is kept."
        ) from None


def _unfit(kit: Kit, terms: Terms) -> str:
    """Why this process cannot grade a kit on the terms of another one; empty if it can."""
    if kit.exercise not in exercise_ids():
        return (
            f"there is no exercise {kit.exercise}. An exercise of your own has to be on every "
            "worker: copy its folder there and set SMALLN_EXERCISES where the worker is started."
        )
    if others := terms.broken_by(_versions()):
        return (
            f"{others}, and a grade may depend on it. Install the same versions on every worker "
            "and start it again."
        )
    if kit.digest != terms.digest:
        return (
            "the course's package is of another version, or the exercise's checks differ. Install "
            "the same one on every worker and start it again."
        )
    if kit.sandboxed:
        try:
            Sandbox([], Limits()).close()
        except SandboxError as error:
            return str(error)
    return ""


def _let_go() -> None:
    """End the warm processes that nobody uses."""
    with _idle_lock:
        graders = [*_idle]
        _idle.clear()
    for grader in graders:
        grader.close()


multiprocessing.util.Finalize(None, _let_go, exitpriority=0)
