"""What a page's main thread does, from the browser's own trace."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

CATEGORIES = "toplevel,blink.user_timing,devtools.timeline"


@dataclass(frozen=True)
class Trace:
    """What the main thread did, and the marks that the page set by `performance.mark`."""

    events: list[dict]
    marks: dict[str, dict]

    def tasks(self, begin: str, end: str) -> list[float]:
        """CPU times in ms of the tasks between two marks, the longest first.

        CPU times, because what else runs on the machine can hardly lengthen them. A browser that
        is throttled spends its delays on the CPU, so they are among it.
        """
        return self._times("ThreadControllerImpl::RunTask", begin, end)

    def calls(self, begin: str, end: str) -> list[float]:
        """CPU times in ms of the browser's calls of the page's own script, the longest first."""
        return self._times("FunctionCall", begin, end)

    def _times(self, name: str, begin: str, end: str) -> list[float]:
        first, last = self.marks[begin], self.marks[end]
        main = (first["pid"], first["tid"])
        assert main == (last["pid"], last["tid"]), "the page was loaded anew"
        return sorted(
            (
                event["tdur"] / 1000
                for event in self.events
                if event["name"] == name
                and (event["pid"], event["tid"]) == main
                and first["ts"] <= event["ts"] < last["ts"]
                and "tdur" in event
            ),
            reverse=True,
        )


def traced(page: Any, act: Callable[[], object]) -> Trace:
    """The trace of a page while `act()` is under way, which sets marks in the page."""
    session = page.context.new_cdp_session(page)
    events: list[dict] = []
    complete: list[bool] = []
    session.on("Tracing.dataCollected", lambda part: events.extend(part["value"]))
    session.on("Tracing.tracingComplete", lambda _: complete.append(True))
    session.send("Tracing.start", {"categories": CATEGORIES})
    act()
    session.send("Tracing.end")
    while not complete:
        page.evaluate("() => new Promise(requestAnimationFrame)")
    session.detach()
    marks = {e["name"]: e for e in events if e.get("cat") == "blink.user_timing"}
    return Trace(events, marks)


def throttle(page: Any, times: float) -> None:
    """Have the page's main thread run so many times slower."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": times})
