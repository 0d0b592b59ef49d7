"""A warm process that is forked for each script, into a sandbox of its own."""

from __future__ import annotations

import contextlib
import math
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path

from shrinkage.grading.conversation import Asked, Conversation, Forked, Run, WorkerGone
from shrinkage.grading.offer import Imports, build
from shrinkage.grading.outcome import CRASHED
from shrinkage.grading.processes import memory
from shrinkage.grading.sandbox import HOME, Limits, Sandbox
from shrinkage.grading.scratch import Scratch
from shrinkage.grading.script import Step

START = 600.0  # seconds in which a warm process has to be ready: only against a hang


class Worker:
    """One zygote for one exercise, and the folder with what its sandboxes offer."""

    def __init__(
        self, wanted: Imports, *, sandboxed: bool = True, cache: Path | None = None
    ) -> None:
        """Start the zygote, and wait until it is warm.

        `cache` is a folder for what is compiled, which several workers may share. Raises
        RuntimeError where the zygote does not start.
        """
        self.sandboxed = sandboxed
        self._scratch = Scratch()
        self._folder = self._scratch.path
        build(self._folder / "python", wanted)
        self._cache = cache or self._folder / "compiled"
        self._cache.mkdir(exist_ok=True)
        self._control, theirs = socket.socketpair()
        with theirs:
            self._zygote = subprocess.Popen(
                [
                    *(sys.executable, "-m", "shrinkage.grading.inside.zygote"),
                    *(str(os.getpid()), str(theirs.fileno())),
                    *sorted(wanted.modules),
                ],
                pass_fds=[theirs.fileno()],
                env=self._environment(),
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
        self._control.settimeout(START)
        if self._control.recv(16) != b"ready\n":
            self._zygote.kill()
            _, said = self._zygote.communicate()
            raise RuntimeError(f"no warm process: {said.decode(errors='replace')[-2000:]}")

    def close(self) -> None:
        """End the zygote and delete what was offered."""
        self._control.close()
        self._zygote.kill()
        self._zygote.communicate()
        self._scratch.close()

    @property
    def memory(self) -> int:
        """Bytes of the warm process, which its children share until they write."""
        return memory(self._zygote.pid)[1]

    def run(
        self,
        steps: Sequence[tuple[int, Step]],
        asked: Asked,
        served: Mapping[str, bytes],
        limits: Limits,
        *,
        seed: int = 0,
        environment: Mapping[str, str] | None = None,
        until: float = math.inf,
        trusted: bool = False,
    ) -> Run:
        """Run numbered steps in a fresh process.

        Parameters
        ----------
        steps
            What to run, in order, each with its number.
        asked
            What the sandbox needs to ask for a task's answer.
        served
            What the loaders return; see `offer.served`.
        limits
            What the run may use.
        seed
            Of what draws without a seed.
        environment
            Variables for the process, such as the language.
        until
            The time of the monotonic clock at which it is stopped in any case.
        trusted
            Whether what it compiles is kept for the runs that follow: for the course's own code.

        Raises `SandboxError` where there is no sandbox, `WorkerGone` where the zygote is.
        """
        job = {
            "steps": [(n, step.kind, step.source, step.cell, step.task) for n, step in steps],
            "served": dict(served),
            "environment": dict(environment or {}),
            "seed": seed,
        }
        with self._sandbox(limits, trusted) as (holder, home):
            order = {
                "holder": holder,
                "folder": home,
                "limits": limits.of_process(len(steps)),
                "save": trusted,
            }
            forked = Forked(self._control, order, holder)
            try:
                warm = memory(self._zygote.pid)
                run = Conversation(forked, job, asked, limits, warm, until).result()
            finally:
                forked.close()
            if run.ended == CRASHED and self._gone():  # and took the script with it
                raise WorkerGone("the warm process is gone")
            return run

    def _gone(self) -> bool:
        """Whether the zygote has ended; its children may be gone a moment before it."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._zygote.wait(timeout=0.2)
        return self._zygote.returncode is not None

    @contextlib.contextmanager
    def _sandbox(self, limits: Limits, trusted: bool) -> Generator[tuple[int, str]]:
        """The process that holds the sandbox open, 0 without one, and the folder to run in."""
        if self.sandboxed:
            writable = self._cache if trusted else None
            with Sandbox([self._folder, self._cache], limits, writable) as sandbox:
                yield sandbox.holder, HOME
        else:
            with tempfile.TemporaryDirectory(dir=self._folder) as home:
                yield 0, home

    def _environment(self) -> dict[str, str]:
        """The variables of the zygote, and so of every submission."""
        once = ("OPENBLAS", "OMP", "MKL", "NUMBA")
        return {
            "PATH": os.defpath,
            "HOME": HOME if self.sandboxed else str(self._folder),
            "USER": "student",
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(self._folder / "python"),
            "PYTHONHASHSEED": "0",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHON_CPU_COUNT": "8",  # half of them is how many chains PyMC draws, up to 4
            "MPLBACKEND": "agg",
            "MPLCONFIGDIR": "/tmp/matplotlib",
            "PYTENSOR_FLAGS": f"base_compiledir={self._cache}",
            "IPYTHONDIR": "/tmp/ipython",
        } | {f"{library}_NUM_THREADS": "1" for library in once}
