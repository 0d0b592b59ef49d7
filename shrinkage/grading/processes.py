"""What the system says of processes that are watched: their children, memory and threads."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")


def children(pid: int) -> list[int]:
    """The processes that a process has started; none of one that has ended."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):
                found += map(int, (task / "children").read_text().split())
    return found


def beyond(pid: int, warm: tuple[int, int]) -> int:
    """Bytes of a process beyond those that it shares with the warm one that it was forked from.

    One that runs another program, and so is smaller, shares nothing. What two children share with
    each other counts twice: to tell it apart takes the system longer than a fork.
    """
    size, resident = memory(pid)
    return max(0, resident - warm[1]) if size >= 0.9 * warm[0] else resident


def memory(pid: int) -> tuple[int, int]:
    """Bytes of address space, and in memory; none of a process that has ended."""
    try:
        size, resident = map(int, Path(f"/proc/{pid}/statm").read_text().split()[:2])
    except OSError:
        return 0, 0
    return size * _PAGE, resident * _PAGE


def threads(pid: int) -> int:
    """How many threads a process has; none if it has ended."""
    try:
        return len([*Path(f"/proc/{pid}/task").iterdir()])
    except OSError:
        return 0
