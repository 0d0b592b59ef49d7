"""Kernels forked from one process that has done what every page does first (see `warm`).

Importing PyMC and Bambi and having Numba compile its own helpers costs a page about ten seconds
of CPU before its first draw. A forked kernel has it done, and is as fresh otherwise: its
namespace is empty, and what it changes it alone sees. The server is the standard library's.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

from ipykernel.kernelapp import IPKernelApp
from jupyter_client import AsyncKernelManager
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner

# nbformat's validator would import it, for a format that no notebook has: seconds of grammars.
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]

HERE = Path(__file__).parent
# Elsewhere a fork is not safe (macOS) or there is none (Windows).
CAN_FORK = sys.platform == "linux"


class ForkingManager(AsyncKernelManager):
    """A manager that has its kernel forked."""

    async def _async_pre_start_kernel(self, **options: Any) -> tuple[list[str], dict[str, Any]]:
        if self.provisioner is None:
            self.provisioner = _Forked(kernel_spec=self.kernel_spec, parent=self)
        return await super()._async_pre_start_kernel(**options)


class _Forked(LocalProvisioner):
    async def launch_kernel(self, cmd: list[str], **options: Any) -> KernelConnectionInfo:
        file = self.parent.connection_file
        process = multiprocessing.get_context("forkserver").Process(
            target=_kernel, args=(file, options["cwd"], options["env"], options["stderr"].name)
        )
        process.start()
        self.process = _Process(process)
        self.pid = process.pid
        return self.connection_info


class _Process:
    """A `multiprocessing.Process` with the methods of a `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, process: Any) -> None:
        self.process = process
        self.pid = process.pid
        self.kill, self.terminate = process.kill, process.terminate

    def poll(self) -> int | None:
        return self.process.exitcode

    def wait(self) -> int | None:
        self.process.join()
        return self.process.exitcode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


def start_server(environment: dict[str, str]) -> None:
    """Start the process that kernels are forked from, with these environment variables."""
    multiprocessing.get_context("forkserver").set_forkserver_preload(["warm"])
    before = os.environ.copy()
    os.environ.update(environment | {"PYTHONPATH": str(HERE)})  # where `warm` is
    try:
        forkserver.ensure_running()
    finally:
        os.environ.clear()
        os.environ.update(before)


def stop_server() -> None:
    """End the process that kernels were forked from, so that its work counts as this one's."""
    forkserver._forkserver._stop()  # the only way there is to wait for it


def _kernel(connection_file: str, folder: str, environment: dict[str, str], log: str) -> None:
    """Be a kernel: runs in the forked process."""
    from matplotlib import pyplot  # which stands there; the build itself needs none

    os.setsid()  # Ctrl-C is for the build, which ends its kernels itself
    for stream in (1, 2):
        os.dup2(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT), stream)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.path[:] = [place for place in sys.path if place not in ("", str(HERE))]
    # The book's cells are not the author's history.
    app = IPKernelApp.instance()
    app.initialize(["-f", connection_file, "--HistoryManager.enabled=False"])
    # Each figure is drawn as it is shown; pyplot would draw it once more before.
    pyplot.switch_backend(environment["MPLBACKEND"])
    pyplot.uninstall_repl_displayhook()
    app.start()
