"""A sandbox of bubblewrap's: what a submission can reach, for as long as one is graded.

bubblewrap makes the namespaces and mounts, and holds them open with a process that sleeps. A zygote
forks the submission's process into them (`inside/confine.py`). With the holder every process in
there ends, so nothing is left running; with the mounts everything written is gone.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shrinkage.grading.offer import PACKAGE

HOME = "/tmp/home"
"""Where a submission runs: empty, and all that it can write to but /tmp and /dev/shm."""

ENABLE = """\
Grading runs students' code, and only in a sandbox: {why}
- Debian, Ubuntu: `sudo apt install bubblewrap`; Fedora: `sudo dnf install bubblewrap`.
- Ubuntu 23.10 and later also keep unprivileged user namespaces off, GitHub's runners among them:
  `sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0` turns them on.
- Debian 10 and older: `sudo sysctl kernel.unprivileged_userns_clone=1`.
- In a Docker container: start it with `--security-opt seccomp=unconfined
  --security-opt apparmor=unconfined --security-opt systempaths=unconfined`.
- macOS, Windows: only Linux has such a sandbox; grade in a Linux container or in WSL 2.
With `--unsandboxed` the code runs as you, with your files and your network: only for code that you
trust as your own. The gradebook is marked."""


class SandboxError(RuntimeError):
    """There is no sandbox to be had; the message says why and how to enable it."""


@dataclass(frozen=True)
class Limits:
    """What one run of a submission may use.

    Attributes:
        memory: bytes, of all its processes together, beyond what a warm worker has.
        cell_seconds: wall-clock time of one cell.
        files: bytes that it may write, in all; a quarter of that a file.
        processes: processes and threads, in all.
    """

    memory: int = 2 * 2**30
    cell_seconds: float = 300.0
    files: int = 256 * 2**20
    processes: int = 96

    def of_process(self, cells: int) -> dict[str, int]:
        """The limits that the system holds a process to, for so many cells."""
        return {
            "memory": self.memory,
            "seconds": int(2 * self.cell_seconds * (cells + 1)),
            "file_size": self.files // 4,
            "processes": self.processes,
        }


class Sandbox:
    """One sandbox, open until it is closed; `holder` is the process whose namespaces it is."""

    def __init__(self, shown: Sequence[Path], limits: Limits, writable: Path | None = None) -> None:
        """Open it with these folders visible, read-only, and perhaps one that can be written to.

        Raises `SandboxError` where bubblewrap cannot make it.
        """
        read, write = os.pipe()
        try:
            self._process = subprocess.Popen(
                _command(shown, limits, writable, write),
                pass_fds=[write],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={},
            )
        except BaseException as error:
            os.close(read)
            if not isinstance(error, OSError):
                raise
            why = f"bubblewrap cannot be started ({error})."
            raise SandboxError(ENABLE.format(why=why)) from None
        finally:
            os.close(write)
        # Only when the holder runs are all mounts in place, and the machine's own out of reach
        ready = self._process.stdout is not None and self._process.stdout.readline()
        with os.fdopen(read) as info:
            told = info.read()
        if not ready or not told:
            _, complaint = self._process.communicate()
            why = complaint.decode(errors="replace").strip() or "no reason given"
            raise SandboxError(ENABLE.format(why=f"bubblewrap says '{why}'."))
        self.holder: int = json.loads(told)["child-pid"]

    def close(self) -> None:
        """End every process in it.

        The holder is the first of its processes, so the system ends the others with it. To end
        bubblewrap alone would do too, but for the instant in which it has only just started.
        """
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.holder, signal.SIGKILL)
        self._process.kill()
        self._process.communicate()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _command(shown: Sequence[Path], limits: Limits, writable: Path | None, info: int) -> list[str]:
    bwrap = shutil.which("bwrap")
    if bwrap is None or not sys.platform.startswith("linux"):
        raise SandboxError(ENABLE.format(why="the program bwrap is not installed."))
    size = str(limits.files)
    command = [
        bwrap,
        *("--unshare-all", "--unshare-user", "--disable-userns", "--as-pid-1"),
        *("--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv"),
        *("--proc", "/proc", "--dev", "/dev", "--size", size, "--tmpfs", "/dev/shm"),
        *("--size", size, "--tmpfs", "/tmp", "--dir", HOME),
    ]
    for root in sorted({sys.prefix, sys.base_prefix}):
        # Python looks for its modules under this name, whatever link there is in it
        if (real := os.path.realpath(root)) != root:
            command += ["--symlink", real, root]
    for path in [*_system(), *shown]:
        if path.is_symlink():
            command += ["--symlink", str(path.readlink()), str(path)]
        else:
            command += ["--ro-bind", str(path), str(path)]
    for path in _hidden(shown):
        command += ["--tmpfs", path, "--remount-ro", path]
    if writable is not None:
        command += ["--bind", str(writable), str(writable)]
    command += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", HOME]
    return [*command, "--info-fd", str(info), "/bin/sh", "-c", "echo; exec sleep infinity"]


@functools.cache
def _system() -> tuple[Path, ...]:
    """What Python and its libraries need of the system, and the links that lead to it."""
    there = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/etc/fonts"]
    roots = [sys.prefix, sys.base_prefix]
    roots = [path for path in dict.fromkeys(map(os.path.realpath, roots)) if path != "/usr"]
    return tuple(Path(path) for path in [*there, *roots] if os.path.lexists(path))


def _hidden(shown: Sequence[Path]) -> list[str]:
    """The course's package where it is installed, if what is shown would show it."""
    package = PACKAGE.resolve()
    roots = [*_system(), *(path.resolve() for path in shown)]
    return [str(package)] if any(package.is_relative_to(root) for root in roots) else []
