"""A warm process that is forked once for each submission, so that none pays for the imports.

It runs outside the sandbox and never runs a student's code. For each job it gets, over its control
socket, the process that holds a sandbox open, a channel and a pipe. It forks twice: the first
child enters the sandbox's namespaces, the second is among the sandbox's own processes, gives up
its rights and runs the submission. The first waits for the second and says how it ended.
"""

from __future__ import annotations

import json
import os
import socket
import sys

from shrinkage.grading.inside import confine, runner, warm
from shrinkage.grading.inside.channel import Channel


def serve(control: socket.socket, modules: list[str]) -> None:
    """Get warm, say so, and fork for each job until the control socket is closed."""
    shell = runner.new_shell()
    warm.warm(modules)
    control.sendall(b"ready\n")
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 4096, 2)
        if not message:
            return
        _reap()
        job, here = json.loads(message), os.getpid()
        if os.fork() == 0:
            control.close()
            try:
                confine.end_with(here)
                _wait_for_one(job, *descriptors, shell)
            finally:
                os._exit(70)
        for descriptor in descriptors:
            os.close(descriptor)


def _reap() -> None:
    """Take note of the children that have ended."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def _wait_for_one(job: dict, connection: int, report: int, shell: runner.InteractiveShell) -> None:
    """Enter the sandbox, fork the submission's process, and write how it ended."""
    with os.fdopen(report, "w") as said:
        said.write(f"{os.getpid()}\n")
        said.flush()
        os.setsid()
        child = -1
        try:
            if job["holder"]:
                confine.join(job["holder"])
            here = 0 if job["holder"] else os.getpid()  # as it is seen from within
            if (child := os.fork()) == 0:
                confine.end_with(here)
                _confine(job)
        except OSError as error:
            said.write(f"refused {error}\n")
            said.flush()
            os._exit(71)
        if child == 0:
            try:
                said.close()
                _run(job, connection, shell)
            finally:
                os._exit(72)
        os.close(connection)
        _, status = os.waitpid(child, 0)
        said.write(f"ended {os.waitstatus_to_exitcode(status)}\n")
    os._exit(0)


def _confine(job: dict) -> None:
    """Take from the submission's process what it must not have; raises OSError where one cannot."""
    os.setsid()  # a signal to its own group must not reach the one that waits for it
    os.chdir(job["folder"])
    if job["holder"]:
        confine.give_up_rights()
        confine.filter_calls()
    confine.set_limits(**job["limits"])


def _run(job: dict, connection: int, shell: runner.InteractiveShell) -> None:
    """Run the submission, in its own process."""
    runner.silence()
    os.set_inheritable(connection, False)
    os.closerange(3, connection)
    os.closerange(connection + 1, 65536)
    if not job["save"]:
        _save_nothing_compiled()
    channel = Channel(socket.socket(fileno=connection))
    try:
        runner.run(channel, shell)
    except BaseException as error:  # none of a cell's: those are caught where it runs
        channel.send({"broken": f"{type(error).__name__}: {error}"[:500]})
    os._exit(0)


def _save_nothing_compiled() -> None:
    """The cache of compiled functions is read-only here, and Numba would stumble over that."""
    if "numba" in sys.modules:
        from numba.core.caching import Cache

        Cache.save_overload = lambda self, sig, data: None


if __name__ == "__main__":
    confine.end_with(int(sys.argv[1]))
    serve(socket.socket(fileno=int(sys.argv[2])), sys.argv[3:])
