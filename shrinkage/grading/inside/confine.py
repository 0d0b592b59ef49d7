"""Takes a process into a sandbox that bubblewrap has made, and its rights from it.

The namespaces (mounts, network, processes, users) are bubblewrap's; `join` enters them. What
bubblewrap does to the process that it starts itself, `give_up_rights` does here: no capabilities,
no way to new ones, limits, and a filter of system calls.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import signal
import struct
from pathlib import Path

_PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 24, 38, 47, 4
_PR_SET_PDEATHSIG = 1
_CAPABILITY_VERSION_3 = 0x20080522
_LIBC = ctypes.CDLL(None, use_errno=True)

_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2
_KILL, _REFUSE, _ALLOW = 0x80000000, 0x00050000 | errno.EPERM, 0x7FFF0000
_MACHINES = {"x86_64": (0xC000003E, 9), "aarch64": (0xC00000B7, 222)}
"""By machine its name for the system, and the number of `mmap`."""
_REFUSED = {  # by machine, their numbers
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "io_uring_setup": (425, 425),
    "userfaultfd": (323, 282),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
}
"""Calls that no notebook needs: keyrings are the machine's own, memory from some of the others is
no process's and so counted nowhere, and the rest is where a system is attacked."""


def end_with(parent: int) -> None:
    """End this process when its parent, or the thread of it that started this one, does."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it has ended already
        os._exit(0)


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


def filter_calls() -> None:
    """Refuse some system calls for good, to this process and its children.

    Memory that processes share without a file is refused as well, for it is not counted while no
    process looks at it. Raises OSError where the system cannot filter.
    """
    if platform.machine() not in _MACHINES:
        raise OSError(errno.ENOSYS, f"no filter of system calls for {platform.machine()}")
    machine, mmap = _MACHINES[platform.machine()]
    column = [*_MACHINES].index(platform.machine())
    load, jump_if, jump_from, both, give = 0x20, 0x15, 0x35, 0x54, 0x06
    refused = [numbers[column] for numbers in _REFUSED.values()]
    program = [
        (load, 0, 0, 4),  # another machine's calls have other numbers
        (jump_if, 1, 0, machine),
        (give, 0, 0, _KILL),
        (load, 0, 0, 0),
        (jump_from, 0, 1, 0x40000000),  # as have those of x86's third way
        (give, 0, 0, _KILL),
    ]
    for number in refused:
        program += [(jump_if, 0, 1, number), (give, 0, 0, _REFUSE)]
    program += [
        (jump_if, 0, 4, mmap),
        (load, 0, 0, 16 + 8 * 3),
        (both, 0, 0, 0x21),  # shared, and of no file
        (jump_if, 0, 1, 0x21),
        (give, 0, 0, _REFUSE),
        (give, 0, 0, _ALLOW),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in program))
    header = struct.pack("HxxxxxxQ", len(program), ctypes.addressof(code))
    pointer = ctypes.create_string_buffer(header)
    _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(pointer))


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
