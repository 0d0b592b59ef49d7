"""Progress of what takes more than three seconds: a bar on a terminal, and nothing elsewhere."""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType
from typing import Self, TextIO

QUIET = 3.0  # seconds before there is anything to see
TICK = 0.5
WIDTH = 24
SEEN = 0.05  # share that must be done before it tells how long the rest will take


class Bar:
    """Called with what is being done and the share that is done; tells how long it will take.

    Whoever computes may be silent for long, so the line is rewritten by a thread of its own.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stderr
        self.began = time.monotonic()
        self.what, self.share = "", 0.0
        self._stage = 0.0, 0.0  # when what is being done began, and the share then
        self._ended = threading.Event()
        self._drawn = 0
        self._thread = threading.Thread(target=self._rewrite, daemon=True)

    def __enter__(self) -> Self:
        if self.stream.isatty():
            self._thread.start()
        return self

    def __call__(self, what: str, share: float) -> None:
        """Tell what is being done and which share of all is done, from 0 to 1."""
        if what != self.what:
            self._stage = time.monotonic() - self.began, share
        self.what, self.share = what, share

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()
        if self._drawn:
            self.stream.write("\r" + " " * self._drawn + "\r")
            self.stream.flush()

    def line(self, seconds: float) -> str:
        """The line after so many seconds.

        The time left is told by how fast what is being done goes on, if it says so, and else by
        all that was done before.
        """
        full = round(WIDTH * self.share)
        said = f"[{'#' * full}{'.' * (WIDTH - full)}] {100 * self.share:3.0f} % {self.what}"
        since, done = self._stage
        if self.share - done < SEEN:
            since = done = 0.0
        if self.share - done > SEEN:
            left = (seconds - since) * (1 - self.share) / (self.share - done)
            said += f", about {_duration(left)} left"
        return said

    def _rewrite(self) -> None:
        while not self._ended.wait(TICK):
            seconds = time.monotonic() - self.began
            if seconds < QUIET:
                continue
            line = self.line(seconds)[:100]
            self.stream.write("\r" + line.ljust(self._drawn))
            self.stream.flush()
            self._drawn = max(self._drawn, len(line))


def _duration(seconds: float) -> str:
    return f"{max(1, round(seconds))} s" if seconds < 90 else f"{round(seconds / 60)} min"
