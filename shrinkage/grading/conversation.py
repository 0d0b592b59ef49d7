"""What the grader and a process that runs a submission say to each other, until it ends or has to.

All that comes out of a sandbox is read here, bounded: which step it is at, errors of cells, and
the answers that checks ask for. Time, memory and the number of processes are watched meanwhile.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from shrinkage.exercises.answers import UNFINISHED, Unreadable
from shrinkage.exercises.answers.plain import as_plain
from shrinkage.grading.inside.channel import Messages, packed
from shrinkage.grading.outcome import CRASHED, OUT_OF_MEMORY, TIMED_OUT, Answer
from shrinkage.grading.processes import beyond, children, threads
from shrinkage.grading.sandbox import Limits, SandboxError

WATCH = 0.05  # seconds between two looks at memory and processes
MOST_MESSAGES = 5_000  # of one run
MOST_BYTES = 64 * 2**20  # of one run
FLOOD = "flood"

Asked = Callable[[str], Any]
"""From a task's id to what the sandbox needs to ask for its answer; None for no task's id."""


class WorkerGone(RuntimeError):
    """The warm process has died, or cannot fork; another one may do better."""


@dataclass
class Run:
    """What came out of one run of a script, as far as it went.

    Attributes:
        answers: the last finished answer to each task, of the exercise's own checks.
        own: the same of calls in a student's cells; they count where the others got nothing.
        errors: by the number of the step, what its error said: type, text and line.
        ended: '' if it came to its end, else why it stopped: a status, or `FLOOD`.
        at: the number of the step at which it stopped, None if it stopped before the first.
        seconds: by the number of the step, the wall-clock time that it took.
        broken: what the grader's own code in the sandbox stumbled over; empty if nothing.
    """

    answers: dict[str, Answer] = field(default_factory=dict)
    own: dict[str, Answer] = field(default_factory=dict)
    errors: dict[int, dict[str, Any]] = field(default_factory=dict)
    ended: str = CRASHED
    at: int | None = None
    seconds: dict[int, float] = field(default_factory=dict)
    broken: str = ""


class Forked:
    """The processes that a zygote has forked for a job: one that waits, one that runs it."""

    def __init__(self, control: socket.socket, order: dict, holder: int) -> None:
        self.connection, theirs = socket.socketpair()
        read, write = os.pipe()
        self.report = os.fdopen(read, "rb", buffering=0)
        self._holder = holder
        try:
            socket.send_fds(control, [json.dumps(order).encode()], [theirs.fileno(), write])
        except OSError:
            raise WorkerGone("the warm process is gone") from None
        finally:
            theirs.close()
            os.close(write)
        said = b""
        while not said.endswith(b"\n"):
            if not (piece := self.report.read(1)):
                raise WorkerGone("the warm process could not fork")
            said += piece
        self._waiter = int(said)

    def close(self) -> None:
        """Let go of it; without a sandbox, which ends all there is in it, end what can be found."""
        while not self._holder and (left := self.processes(1_000)):
            for pid in left:
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
        self.connection.close()
        self.report.close()

    def processes(self, most: int) -> list[int]:
        """The processes of the job, those that have lost their parent too; not many more than most.

        They may be born faster than they can be counted.
        """
        found: list[int] = []
        left = [self._waiter] + ([self._holder] if self._holder else [])
        while left and len(found) <= most:
            born = children(left.pop())
            found += born
            left += born
        return found


class Conversation:
    """What the grader and one forked process say to each other, until it ends or has to."""

    def __init__(
        self,
        forked: Forked,
        job: dict,
        asked: Asked,
        limits: Limits,
        warm: tuple[int, int],
        until: float,
    ) -> None:
        self._forked, self._asked, self._limits, self._warm = forked, asked, limits, warm
        self._until = until
        self._last = max((number for number, *_ in job["steps"]), default=-1)
        self._checks = {n: task for n, kind, _, _, task in job["steps"] if kind == "check"}
        self._outgoing = bytearray(packed(job))
        self._messages = Messages()
        self._count = self._bytes = 0
        self._closed = False
        self._deadline = min(time.monotonic() + limits.cell_seconds, until)
        self._since = time.monotonic()
        self.run = Run()

    def result(self) -> Run:
        """Talk until the end, and return what came of it."""
        connection, report = self._forked.connection, self._forked.report
        connection.setblocking(False)
        said = b""
        with selectors.DefaultSelector() as selector:
            selector.register(report, selectors.EVENT_READ)
            selector.register(connection, selectors.EVENT_READ | selectors.EVENT_WRITE)
            look = time.monotonic() + WATCH
            while True:
                wait = min(self._deadline, look) - time.monotonic()
                events = {key.fileobj: mask for key, mask in selector.select(max(0.0, wait))}
                if mask := events.get(connection, 0):
                    if not self._talk(mask):
                        return self.run
                    if self._closed:  # how it ends will be reported, unless time is up before
                        selector.unregister(connection)
                        continue
                    wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE * bool(self._outgoing))
                    selector.modify(connection, wanted)
                elif report in events:  # only once everything that was sent has been read
                    piece = report.read(4096)
                    said += piece
                    if not piece:
                        self._ended(said.decode(errors="replace").split())
                        return self.run
                now = time.monotonic()
                if now >= self._deadline:
                    return self._stop(TIMED_OUT)
                if now >= look:
                    if why := self._too_much():
                        return self._stop(why)
                    look = time.monotonic() + WATCH

    def _talk(self, mask: int) -> bool:
        """Send and receive what there is; False when the end is reached or too much was sent."""
        connection = self._forked.connection
        try:
            if mask & selectors.EVENT_WRITE and self._outgoing:
                del self._outgoing[: connection.send(self._outgoing)]
            if not mask & selectors.EVENT_READ:
                return True
            data = connection.recv(2**20)
        except BlockingIOError:
            return True
        except OSError:
            data = b""
        if not data:
            self._closed = True
            return True
        self._bytes += len(data)
        try:
            for message in self._messages.feed(data):
                self._count += 1
                if self._count > MOST_MESSAGES or self._bytes > MOST_BYTES:
                    raise ValueError("too much")
                if not self._take(message):
                    return False
        except ValueError:
            self._stop(FLOOD)
            return False
        return True

    def _take(self, message: dict[str, Any]) -> bool:
        """Take one message; False if it is the last."""
        match message:
            case {"at": int(number)} if self._at < number <= self._last:
                if why := self._too_much():  # of the step before
                    self._stop(why)
                    return False
                now = time.monotonic()
                if self.run.at is not None:
                    self.run.seconds[self.run.at] = now - self._since
                self.run.at, self._since = number, now
                self._deadline = min(now + self._limits.cell_seconds, self._until)
            case {"failed": int(number), "type": str(name), "text": str(text)}:
                line = message.get("line")
                self.run.errors[number] = {
                    "type": _readable(name, 60),
                    "text": _readable(text, 200),
                    "line": line if type(line) is int and 0 < line < 10**6 else None,
                }
            case {"ask": str(task)}:
                if len(self._outgoing) > MOST_BYTES:  # it asks, and does not listen
                    self._stop(FLOOD)
                    return False
                self._outgoing += packed(self._asked(task))
            case {"answer": str(task), "step": step}:
                self._answered(task, step, message)
            case {"broken": str(text)}:
                self.run.ended, self.run.broken = CRASHED, _readable(text, 500)
                return False
            case {"end": True}:
                self.run.ended = ""
                return False
        return True

    @property
    def _at(self) -> int:
        return -1 if self.run.at is None else self.run.at

    def _answered(self, task: str, step: object, message: dict[str, Any]) -> None:
        try:
            if "found" in message:
                found, remedy = (
                    _readable(str(message.get(key, "")), 500) for key in ("found", "remedy")
                )
                answer = Answer(found=found, remedy=remedy)
            else:
                answer = Answer(as_plain(message.get("plain")))
        except Unreadable as odd:
            answer = Answer(found=odd.found, remedy=odd.remedy)
        if self._asked(task) is None or answer.plain == UNFINISHED:
            return
        by_check = isinstance(step, int) and self._checks.get(step) == task
        (self.run.answers if by_check else self.run.own)[task] = answer

    def _too_much(self) -> str:
        """Why the processes have to end, by what they use together; empty if they need not."""
        processes = self._forked.processes(self._limits.processes)
        if len(processes) > self._limits.processes:
            return FLOOD
        if sum(beyond(pid, self._warm) for pid in processes) > self._limits.memory:
            return OUT_OF_MEMORY
        return FLOOD if sum(map(threads, processes)) > self._limits.processes else ""

    def _stop(self, why: str) -> Run:
        self.run.ended = why
        return self.run

    def _ended(self, report: list[str]) -> None:
        """Note how the process ended, in the words of the one that waited for it."""
        if report[:1] == ["refused"]:
            raise SandboxError(f"the sandbox cannot be entered: {' '.join(report[1:])}")
        code = int(report[1]) if report[:1] == ["ended"] else 0
        killed_by = signal.Signals(-code).name if code < 0 else ""
        self._stop({"SIGXCPU": TIMED_OUT, "SIGKILL": OUT_OF_MEMORY}.get(killed_by, CRASHED))


def _readable(text: str, most: int) -> str:
    """So much of a text, without what a terminal obeys or a file cannot hold."""
    return "".join(
        c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text[:most]
    )
