"""How fast the demos' exact posterior is in Chromium, beside a naive one in the same run.

`make bench-demos` prints the table; the exit code is 1 where a ratio or an accuracy does not hold.
A time alone decides nothing: it is the machine's. Every repetition has other counts. Accuracy is
the largest distance from `shrinkage.exact`, of the means and of the ends of the 95 % intervals (of
the probabilities, where ranks are asked for).
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import expit

from shrinkage.data import load_doctors, load_hospitals
from shrinkage.exact import posterior

HERE = Path(__file__).parent
sys.path += [str(HERE.parent / name) for name in ("tests", "book")]
from browser import FLAGS, find  # noqa: E402
from on_screen import PATIENCE  # noqa: E402

ENGINE = HERE.parent / "shrinkage" / "demos" / "js" / "posterior"
FILES = {f"/{name}.js": HERE / f"{name}.js" for name in ("demos", "naive")}
FILES |= {f"/posterior/{path.name}": path for path in ENGINE.glob("*.js")}
# The two headers let the browser's clock tell 5 microseconds instead of 100.
ISOLATED = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}
SEED = 20_240_501
WARM = 60  # repetitions before the first that counts
MEAN, END = 1e-3, 3e-3  # how far the engine may be off in a mean, and in an interval's end


@dataclass(frozen=True)
class Work:
    """One line of the table.

    Attributes
    ----------
    name : str
        What is done.
    table : dict
        `successes` and `trials`, a list each.
    faster : float or None
        How many times faster than the naive engine it has to be in the same run: about a third of
        what a quiet machine gives. None where the naive one is not run.
    drag : int or None
        The doctor whose counts move, each answer computed near the one before; None from scratch.
    kind : str
        "posterior" or "ranks".
    share : float
        Repetitions, as a share of those asked for.
    naive : int or None
        At most so many of the naive engine; None where it would take minutes.
    """

    name: str
    table: dict[str, list[int]]
    faster: float | None = None
    drag: int | None = None
    kind: str = "posterior"
    share: float = 1.0
    naive: int | None = 20


@dataclass(frozen=True)
class Measured:
    """Times in milliseconds and errors of both engines.

    An error is a pair: of a mean and of an interval's end; for ranks of a probability, twice. NaN
    where the naive engine is not run.
    """

    work: Work
    engine: np.ndarray
    naive: np.ndarray
    engine_error: tuple[float, float]
    naive_error: tuple[float, float]

    @property
    def median(self) -> float:
        """The engine's median time, ms."""
        return float(np.median(self.engine))

    @property
    def kept(self) -> bool:
        """Whether it is as fast beside the naive engine, and as exact, as it has to be."""
        mean, end = self.engine_error
        exact = not (mean > MEAN or end > END)
        return exact and (self.work.faster is None or self.ratio >= self.work.faster)

    @property
    def ratio(self) -> float:
        """How many times faster the engine's median is than the naive one's."""
        return float(np.median(self.naive) / self.median) if self.naive.size else np.nan


def works() -> list[Work]:
    """What is measured."""
    counts = load_doctors().groupby("doctor").success.agg(["sum", "size"])
    ten = _table(counts["sum"], counts["size"])
    most = int(np.argmax(ten["trials"]))
    hospitals = load_hospitals()
    rng = np.random.default_rng(SEED)
    # Two hundred like the twelve hospitals: 47 to 810 operations, death rates around 7 %.
    trials = np.exp(rng.uniform(*np.log([47, 810]), 200)).round().astype(int)
    many = _table(rng.binomial(trials, expit(rng.normal(-2.5, 0.4, 200))), trials)
    # Two hundred like the ten doctors: from 4 patients to 124, most of them cured.
    trials = np.exp(rng.uniform(*np.log([4, 124]), 200)).round().astype(int)
    small = _table(rng.binomial(trials, expit(rng.normal(1.0, 1.0, 200))), trials)
    fifty = {name: values[:50] for name, values in small.items()}
    return [
        Work("10 doctors, from scratch", ten, faster=4),
        Work("10 doctors, one dragged", ten, faster=10, drag=most),
        Work(
            "12 hospitals, from scratch", _table(hospitals.deaths, hospitals.operations), faster=5
        ),
        Work("200 hospitals, from scratch", many, faster=7, share=0.25, naive=2),
        Work("200 hospitals, one dragged", many, faster=12, drag=7, share=0.5, naive=2),
        Work("200 doctors, from scratch", small, faster=6, share=0.25, naive=2),
        Work("200 doctors, one dragged", small, faster=6, drag=7, share=0.5, naive=2),
        Work("10 doctors, ranks", ten, faster=2, kind="ranks", share=0.1, naive=3),
        Work("50 doctors, ranks", fifty, kind="ranks", share=0.02, naive=None),
    ]


def _table(successes: Any, trials: Any) -> dict[str, list[int]]:
    return {
        "successes": [int(s) for s in np.asarray(successes)],
        "trials": [int(n) for n in np.asarray(trials)],
    }


@contextmanager
def open_page() -> Iterator[Any]:
    """An empty page of a headless Chromium that gets this benchmark's files and nothing else."""
    from playwright.sync_api import Route, sync_playwright

    def serve(route: Route) -> None:
        path = "/" + route.request.url.split("/", 3)[3]
        if path in FILES:
            body, kind = FILES[path].read_text(), "text/javascript"
        else:
            body, kind = "<!doctype html><title>Benchmark</title>", "text/html"
        route.fulfill(body=body, content_type=kind, headers=ISOLATED)

    chromium = find()
    if chromium is None:
        sys.exit("No Chromium found: python book/browser.py brings one.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        page = browser.new_page()
        page.set_default_timeout(PATIENCE)
        page.route("**/*", serve)
        page.goto("http://localhost/")
        yield page
        browser.close()


def call(page: Any, name: str, argument: Any = None) -> Any:
    """Call a function that `demos.js` exports."""
    code = "async ([name, argument]) => (await import('/demos.js'))[name](argument)"
    return page.evaluate(code, [name, argument])


def measure(page: Any, work: Work, repetitions: int) -> Measured:
    """Run one line of the table in the page."""
    times = max(round(work.share * repetitions), 3)
    naive = 0 if work.naive is None else min(work.naive, times)
    question = {
        "table": work.table,
        "kind": work.kind,
        "repetitions": times,
        "naiveRepetitions": naive,
        "warm": min(WARM, times),
    } | ({} if work.drag is None else {"drag": work.drag})
    found, answers = call(page, "measure", question), call(page, "answers", question)
    return Measured(
        work,
        np.array(found["engine"]),
        np.array(found["naive"]),
        error(work, answers["engine"]),
        error(work, answers["naive"]),
    )


def error(work: Work, answer: Any) -> tuple[float, float]:
    """The largest distance from `shrinkage.exact`: of a mean, of an interval's end."""
    if answer is None:
        return np.nan, np.nan
    exact = posterior(**work.table)
    if work.kind == "ranks":
        off = float(np.abs(answer - exact.rank_probabilities()).max())
        return off, off
    off = np.abs(answer["mean"] - exact.mean).max(), np.abs(answer["interval"] - exact.interval())
    return float(off[0]), float(off[1].max())


HEADER = (
    f"{'':<28}{'engine, ms':>25}{'naive, ms':>12}{'the engine is faster':>28}"
    f"{'error of a mean, of an end':>32}\n"
    f"{'':<28}{'fastest':>9}{'median':>8}{'95 %':>8}{'median':>12}{'':>10}{'at least':>18}"
    f"{'engine':>16}{'naive':>16}"
)


def line(measured: Measured) -> str:
    """One line of the table."""
    work = measured.work
    fastest, p95 = measured.engine.min(), np.quantile(measured.engine, 0.95)
    verdict = "kept" if measured.kept else "MISSED"
    asked = verdict if work.faster is None else f"{work.faster:.0f} times {verdict}"
    naive, ratio = "-", "-"
    if measured.naive.size:
        naive, ratio = f"{np.median(measured.naive):,.0f}", f"{measured.ratio:,.0f} times"
    return (
        f"{work.name:<28}{fastest:>9.2f}{measured.median:>8.2f}{p95:>8.2f}{naive:>12}{ratio:>10}"
        f"{asked:>18}{_pair(measured.engine_error):>16}{_pair(measured.naive_error):>16}"
    )


def _pair(errors: tuple[float, float]) -> str:
    return "-" if np.isnan(errors[0]) else " ".join(f"{value:.0e}" for value in errors)


def main() -> int:
    """Print the table; 1 where a ratio or an accuracy does not hold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--repetitions", type=int, default=400, help="of the shortest work (default: 400)"
    )
    repetitions = parser.parse_args().repetitions
    lines = works()
    with open_page() as page:
        first = call(page, "first", lines[0].table)
        print(
            f"Chromium {page.context.browser.version} on {os.cpu_count()} cores, load "
            f"{os.getloadavg()[0]:.1f}, a clock that tells {call(page, 'resolution'):.3f} ms.\n"
            f"The very first posterior in the page took {first:.0f} ms; the table is of a warm "
            f"engine, {repetitions} repetitions.\n\n{HEADER}",
            flush=True,
        )
        return table(lines, lambda work: measure(page, work, repetitions))


def table(lines: list[Work], measure: Callable[[Work], Measured]) -> int:
    """Print the lines as they are measured; 1 where one is missed twice."""
    missed = []
    for work in lines:
        measured = measure(work)
        if not measured.kept:
            # Whatever else the machine did can only have hidden a ratio: look once more.
            print(f"{line(measured)}\n{'':<28}  once more:", flush=True)
            measured = measure(work)
        print(line(measured), flush=True)
        if not measured.kept:
            missed.append(work.name)
    print(
        f"\nThe engine's errors are below {MEAN} and {END}, and its ratios kept."
        if not missed
        else f"\nMissed: {'; '.join(missed)}."
    )
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
