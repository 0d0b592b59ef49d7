"""Parameters of tests with many cases: `make test` runs one of them in turn, `make test-all` all.

The commit's hash decides which, so that a commit always runs the same case.
"""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest


def weekly_but(now: Sequence[Any], values: Sequence[Any]) -> list:
    """Parameters of a test: those of the `values` that are in `now` always, all of them weekly."""
    return [pytest.param(v, marks=() if v in now else pytest.mark.weekly) for v in values]


def in_turn(values: Sequence[Any], always: Sequence[Any] = (), shift: int = 0) -> list:
    """The same with `always` and one of the others now; another `shift`, another one's turn."""
    others = [value for value in values if value not in always]
    return weekly_but([*always, others[(_commit() + shift) % len(others)]], values)


def _commit() -> int:
    """The commit as a number; 0 where there is no repository."""
    command = ["git", "rev-parse", "HEAD"]
    done = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True)
    return int(done.stdout.strip() or "0", 16) if done.returncode == 0 else 0
