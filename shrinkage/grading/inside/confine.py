"""Takes a process into a sandbox that bubblewrap has made, and its rights from it.

The namespaces (mounts, network, processes, users) are bubblewrap's; `join` enters them. What
bubblewrap does to the process that it starts itself, `give_up_rights` does here: no capabilities,
no way to new ones, and limits.
"""

from __future__ import annotations

import ctypes
import os
import resource
from pathlib import Path

_PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 24, 38, 47, 4
_CAPABILITY_VERSION_3 = 0x20080522
_LIBC = ctypes.CDLL(None, use_errno=True)


def join(holder: int) -> None:
    """Enter all namespaces of a process; processes forked from now on are among its own.

    Raises OSError where the system does not let it.
    """
    descriptor = os.pidfd_open(holder)
    try:
        os.setns(
            descriptor,
            os.CLONE_NEWUSER
            | os.CLONE_NEWNS
            | os.CLONE_NEWPID
            | os.CLONE_NEWNET
            | os.CLONE_NEWIPC
            | os.CLONE_NEWUTS
            | os.CLONE_NEWCGROUP,
        )
    finally:
        os.close(descriptor)


def give_up_rights() -> None:
    """Give up every capability for good; raises OSError if one remains."""
    last = int(Path("/proc/sys/kernel/cap_last_cap").read_text())
    for capability in range(last + 1):
        _prctl(_PR_CAPBSET_DROP, capability)
    _prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    none = (ctypes.c_uint32 * 6)()
    if _LIBC.capset(header, none) != 0:
        raise OSError(ctypes.get_errno(), "the capabilities cannot be given up")


def set_limits(memory: int, seconds: int, file_size: int, processes: int) -> None:
    """Limit this process and its children.

    `memory` is in bytes beyond what the process has now, `seconds` CPU time, `file_size` bytes.
    Address space that is only reserved does not count: PyArrow alone reserves a gigabyte.
    """
    status = Path("/proc/self/status").read_text().splitlines()
    [now] = [int(line.split()[1]) * 1024 for line in status if line.startswith("VmData:")]
    limits = {
        resource.RLIMIT_DATA: now + memory,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: file_size,
        resource.RLIMIT_NPROC: processes,  # does not hold for root: the grader counts as well
        resource.RLIMIT_NOFILE: 256,
        resource.RLIMIT_CORE: 0,
    }
    for limit, value in limits.items():
        _, hard = resource.getrlimit(limit)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (value, value))


def _prctl(option: int, *arguments: int) -> None:
    padded = [*arguments, 0, 0, 0, 0][:4]
    if _LIBC.prctl(option, *map(ctypes.c_ulong, padded)) != 0:
        raise OSError(ctypes.get_errno(), f"prctl({option}) is refused")
