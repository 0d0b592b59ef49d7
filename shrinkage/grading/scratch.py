"""Temporary folders that outlive no run for long, however it ends."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

import filelock

PREFIX = "shrinkage-"
_LOCK = ".in-use"  # locked for as long as its process lives, and no longer


class Scratch:
    """A temporary folder; deleted when it is closed, or else when the next one is made there."""

    def __init__(self) -> None:
        """Make it, and delete those whose processes were killed."""
        for lock in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/{_LOCK}"):
            _delete_unused(lock)
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._lock = filelock.FileLock(self.path / _LOCK)
        while True:
            try:
                self._lock.acquire()
                if self.path.exists():
                    return
            except FileNotFoundError:
                pass
            # Another run saw it between the two lines above, and took it for a dead one's
            self.path.mkdir(mode=0o700, exist_ok=True)

    def close(self) -> None:
        """Delete it."""
        shutil.rmtree(self.path, ignore_errors=True)
        self._lock.release()


def _delete_unused(lock: Path) -> None:
    """Delete a folder if nobody holds its lock; another user's stays."""
    with suppress(filelock.Timeout, OSError):
        if lock.parent.stat().st_uid != os.getuid():
            return
        with filelock.FileLock(lock, timeout=0):
            shutil.rmtree(lock.parent, ignore_errors=True)
