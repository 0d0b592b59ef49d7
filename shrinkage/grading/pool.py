"""Where submissions are graded: in processes of this machine, or on a dask cluster.

Both are executors of `concurrent.futures`; each process keeps one warm grader.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from typing import Protocol

from shrinkage.exercises.language import words
from shrinkage.grading.grader import Grader, Kit, Reference, ungraded
from shrinkage.grading.outcome import GRADER_ERROR, Outcome
from shrinkage.grading.sandbox import SandboxError
from shrinkage.grading.submissions import Submission

_PR_SET_PDEATHSIG = 1
_here = threading.local()


class PoolError(RuntimeError):
    """There is nowhere to grade; the message says what to do."""


class Pool(Protocol):
    """Where submissions are graded."""

    width: int
    """How many are graded at a time."""

    def executor(self) -> Executor:
        """What takes jobs; another one after `renew`."""
        ...

    def renew(self) -> None:
        """Replace what has died."""
        ...

    def close(self) -> None:
        """Let go of every process."""
        ...


class LocalPool:
    """Processes on this machine, one for each core unless said otherwise."""

    def __init__(self, workers: int | None = None) -> None:
        self.width = workers or len(os.sched_getaffinity(0))
        self._executor = self._new()

    def executor(self) -> Executor:
        """The processes."""
        return self._executor

    def renew(self) -> None:
        """New processes in the place of those that have died."""
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._executor = self._new()

    def close(self) -> None:
        """End the processes, and with them all they have started."""
        processes = [*(self._executor._processes or {}).values()]
        self._executor.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.kill()

    def _new(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self.width, multiprocessing.get_context("spawn"), initializer=_end_with_parent
        )


class ClusterPool:
    """The workers of a dask scheduler; each needs this package, and no disk in common."""

    def __init__(self, address: str) -> None:
        """Connect; raises `PoolError` where there is no scheduler or no worker."""
        try:
            from distributed import Client
        except ImportError:
            raise PoolError(
                "--scheduler needs dask: `pip install 'dask[distributed]'`, here and on every "
                "worker."
            ) from None
        try:
            self._client = Client(address, timeout="10s", set_as_default=False)
        except (OSError, ValueError) as error:
            raise PoolError(
                f"{address}: expected a dask scheduler, found none ({error}). Start one with "
                "`dask scheduler`, or leave --scheduler out to grade on this machine."
            ) from None
        threads = self._client.nthreads()
        if not threads:
            self._client.close()
            raise PoolError(
                f"{address}: the scheduler has no workers. Start some with "
                f"`dask worker {address} --nthreads 1`, on each machine that has bubblewrap."
            )
        self.width = sum(threads.values())

    def executor(self) -> Executor:
        """The cluster, as an executor; a job is never taken for another one."""
        return self._client.get_executor(pure=False)

    def renew(self) -> None:
        """Nothing: the scheduler sees to its workers."""

    def close(self) -> None:
        """Leave the cluster as it was."""
        self._client.close()


def references(pool: Pool, kits: Iterable[Kit]) -> Iterator[Reference]:
    """How the solution does with one kit after another; the other workers get warm meanwhile."""
    for number, kit in enumerate(kits):
        found = pool.executor().submit(_reference, kit)
        for _ in range(pool.width - 1 if number == 0 else 0):
            pool.executor().submit(_warm, kit)
        yield found.result()


def outcomes(pool: Pool, kit: Kit, submissions: Iterable[Submission]) -> Iterator[Outcome]:
    """The outcome of each submission, as it is made; in no order.

    Where a process dies, what it had in hand is graded again, one at a time; the submission that
    was alone when it happened again is a `grader error`. Raises `SandboxError` where there is none.
    """
    left, suspects = deque(submissions), deque[Submission]()
    running: dict[Future, Submission] = {}
    while left or suspects or running:
        queue, width = (suspects, 1) if suspects else (left, 2 * pool.width)
        while queue and len(running) < width:
            submission = queue.popleft()
            running[pool.executor().submit(_grade, kit, submission)] = submission
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        again = width == len(running) == 1
        died = False
        for future in done:
            submission = running.pop(future)
            try:
                yield future.result()
            except SandboxError:
                raise
            except Exception as error:  # the process has died, and each library says so in its way
                died = True
                if again:
                    yield _given_up(kit, submission, error)
                else:
                    suspects.append(submission)
        if died:
            pool.renew()


def _given_up(kit: Kit, submission: Submission, error: Exception) -> Outcome:
    reason = words(
        "The grader's own process ended twice with this submission ({error}). Your instructor has "
        "been told, and you have lost nothing.",
        error=type(error).__name__,
    )
    return ungraded(kit, submission, GRADER_ERROR, reason)


def _grade(kit: Kit, submission: Submission) -> Outcome:
    return _grader(kit).grade(submission)


def _reference(kit: Kit) -> Reference:
    return _grader(kit).reference()


def _warm(kit: Kit) -> None:
    _grader(kit)


def _grader(kit: Kit) -> Grader:
    """This thread's warm grader, made at its first job of a run."""
    grader: Grader | None = getattr(_here, "grader", None)
    if grader is None or not grader.adopt(kit):
        if grader is not None:
            grader.close()
        _here.grader = grader = Grader(kit)
    return grader


def _end_with_parent() -> None:
    """End this process when the one that started it does, however that ends."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
