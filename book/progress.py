"""The progress display of a build: what is being executed, how much is done, the time left.

On a terminal it is redrawn in place; elsewhere a line is printed when a page is done.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from types import TracebackType

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.text import Text


def duration(seconds: float) -> str:
    """A time in words: '12 s', '4 min'."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


class Picture:
    """The progress of executing pages.

    Parameters
    ----------
    pages : sequence of str
        The pages to execute.
    last : mapping of str to float
        How long pages took when they were last executed, in seconds.
    workers : int
        How many are executed at a time.
    console : Console, optional
        Where to draw.
    """

    def __init__(
        self,
        pages: Sequence[str],
        last: Mapping[str, float],
        workers: int,
        console: Console | None = None,
    ) -> None:
        self.pages, self.last, self.workers = list(pages), last, workers
        self.console = console or Console(highlight=False, soft_wrap=True)
        self.took: dict[str, float] = {}
        self.began: dict[str, float] = {}
        self.rows: dict[str, TaskID] = {}
        columns = [TextColumn("  {task.description}"), BarColumn(24), MofNCompleteColumn()]
        self.bars = Progress(*columns, TextColumn("cells"), console=self.console)
        self.live = Live(get_renderable=self._drawn, console=self.console, refresh_per_second=2)

    def __enter__(self) -> Picture:
        if self.console.is_terminal:
            self.live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.live.stop()

    def _drawn(self) -> Group:
        return Group(Text(self.summary()), self.bars)

    def summary(self) -> str:
        """How many pages are done, and the time left where it is known."""
        left = self.left()
        ending = "" if left is None else f", about {duration(left)} left"
        return f"{len(self.took)} of {len(self.pages)} pages executed{ending}"

    def left(self) -> float | None:
        """Seconds until all pages are executed, by the last times; None where one is unknown."""
        waiting = [page for page in self.pages if page not in self.took]
        if not waiting or any(page not in self.last for page in waiting):
            return None
        done = sum(self.last[page] for page in self.took if page in self.last)
        pace = sum(self.took.values()) / done if done else 1.0  # this machine beside the last
        now = time.monotonic()
        rest = [pace * self.last[p] - (now - self.began.get(p, now)) for p in waiting]
        return max(sum(max(r, 0.0) for r in rest) / self.workers, *rest, 0.0)

    def start(self, page: str, cells: int) -> None:
        """A page begins."""
        self.began[page] = time.monotonic()
        self.rows[page] = self.bars.add_task(page, total=cells)

    def cell(self, page: str) -> None:
        """A cell of a page is done."""
        self.bars.advance(self.rows[page])

    def done(self, page: str, *, failed: bool = False) -> None:
        """A page is done."""
        self.took[page] = time.monotonic() - self.began[page]
        self.bars.remove_task(self.rows.pop(page))
        words = "failed after" if failed else "executed in"
        line = f"{page} {words} {duration(self.took[page])}"
        if self.console.is_terminal:
            self.console.print(line)
        else:
            self.console.print(f"{line} ({self.summary()})")
