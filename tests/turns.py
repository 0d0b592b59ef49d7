"""What every change need not meet, and a week does: one of several is met in turn.

The commit decides which, so that the same commit always meets the same.
"""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest


def in_turn(values: Sequence[Any], always: Sequence[Any] = (), shift: int = 0) -> list:
    """Parameters of a test: `always` and one of the other `values` now, all of them weekly.

    With another `shift` another one's turn it is.
    """
    others = [value for value in values if value not in always]
    now = [*always, others[(_commit() + shift) % len(others)]]
    return [pytest.param(v, marks=() if v in now else pytest.mark.weekly) for v in values]


def _commit() -> int:
    """The commit as a number; 0 where there is no repository."""
    command = ["git", "rev-parse", "HEAD"]
    done = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True)
    return int(done.stdout.strip() or "0", 16) if done.returncode == 0 else 0
