"""What the book's build costs, beside a plain `jupyter-book build` of the same sources.

`make bench-build` prints the table and writes it to `benchmarks/build.json`, which the page
*Status* shows. Each builder has a copy of the sources and, to begin with, empty compile caches of
its own; *warm* is a second clone that finds them full. A time by itself depends on the machine,
which is named; compare it with the plain build of the same run. All takes as long as two cold
builds and two warm ones.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "tests"))
from checkout import checkout  # noqa: E402

RESULT = ROOT / "benchmarks" / "build.json"
Builder = Callable[[Path], list[str | Path]]
HEADS = ["what", "pages executed", "clock, s", "work, s", "plain: executed", "clock, s", "work, s"]


@dataclass(frozen=True)
class Run:
    """One build.

    Attributes
    ----------
    executed : int
        Pages that were executed.
    wall, cpu : float
        Seconds of the clock, and of all processes' work together.
    """

    executed: int
    wall: float
    cpu: float

    def cells(self) -> list[str]:
        """The cells of a row."""
        return [f"{self.executed}", f"{self.wall:.0f}", f"{self.cpu:.0f}"]


def ours(root: Path) -> list[str | Path]:
    """The command of `make book`."""
    return [sys.executable, root / "book" / "build.py"]


def plain(root: Path) -> list[str | Path]:
    """Jupyter Book's own."""
    return [Path(sys.executable).with_name("jupyter-book"), "build", root, "-W", "-n", "-q"]


def timed(builder: Builder, root: Path, caches: Path) -> Run:
    """Run one build to its end."""
    environment = os.environ | {
        "PYTENSOR_FLAGS": f"base_compiledir={caches / 'pytensor'},blas__ldflags=",
        "NUMBA_CACHE_DIR": str(caches / "numba"),
        "JAX_COMPILATION_CACHE_DIR": str(caches / "jax"),
        "PYTHONPATH": str(root),  # the copy's package, not the installed one
    }
    before, work, start = kept(root), spent(), time.monotonic()
    done = subprocess.run(
        builder(root), env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{done.stdout[-2000:]}{done.stderr[-4000:]}")
    after = kept(root)
    changed = sum(before.get(name) != when for name, when in after.items())
    return Run(changed, time.monotonic() - start, spent() - work)


def kept(root: Path) -> dict[str, float]:
    """When each page that Jupyter Book's cache holds was executed."""
    found = (root / "_build" / ".jupyter_cache" / "executed").glob("*/base.ipynb")
    return {path.parent.name: path.stat().st_mtime for path in found}


def spent() -> float:
    """Seconds of work of all processes that this one has waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def a_word_of_prose(root: Path) -> None:
    """Change a sentence of chapter 7."""
    path = next(root.glob("chapters/07_*.md"))
    path.write_text(path.read_text() + "\nA sentence more.\n")


def one_module(root: Path) -> None:
    """Change what a function of one picture's module does, which chapter 7 alone draws."""
    path = root / "shrinkage" / "figures" / "weights.py"
    path.write_text(path.read_text() + "\n\nCHANGED = True\n")


def nothing(root: Path) -> None:
    """Change nothing."""


CHANGES = {
    "a word of prose": a_word_of_prose,
    "one module": one_module,
    "nothing changed": nothing,
}


def measure(folder: Path) -> Iterator[tuple[str, Run, Run]]:
    """Each row of the table: what was measured, our run and the plain one's."""
    builders = (ours, plain)
    caches = {builder: folder / builder.__name__ / "caches" for builder in builders}
    first = {builder: checkout(folder / builder.__name__ / "first") for builder in builders}
    for path in caches.values():
        path.mkdir(parents=True)

    def row(name: str, roots: dict[Builder, Path]) -> tuple[str, Run, Run]:
        us, them = (timed(builder, roots[builder], caches[builder]) for builder in builders)
        return name, us, them

    yield row("cold", first)
    for name, change in CHANGES.items():
        for root in first.values():
            change(root)
        yield row(name, first)
    second = {builder: checkout(folder / builder.__name__ / "second") for builder in builders}
    yield row("warm: a second clone", second)


def speed() -> str:
    """How long a loop of ten million takes here, which tells machines apart."""
    start = time.monotonic()
    for _ in range(10_000_000):
        pass
    return f"{time.monotonic() - start:.2f} s"


def line(cells: Sequence[str]) -> str:
    """A row as it is printed."""
    return f"{cells[0]:<22}" + "".join(f"{cell:>17}" for cell in cells[1:])


def main() -> int:
    """Measure, print, and write what the status page shows, a row at a time."""
    head = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(head, cwd=ROOT, capture_output=True, text=True, check=False)
    when = (
        f"Measured on {time.strftime('%Y-%m-%d')} at {commit.stdout.strip() or 'no commit'}, on "
        f"{os.cpu_count()} cores ({platform.machine()}, Python {platform.python_version()}) where "
        f"a loop of ten million takes {speed()}. Cold: no page executed, nothing compiled before."
    )
    print(line(HEADS), flush=True)
    table: list[list[str]] = []
    with tempfile.TemporaryDirectory() as folder:
        for name, us, them in measure(Path(folder).resolve()):
            table.append([name, *us.cells(), *them.cells()])
            print(line(table[-1]), flush=True)
            result = {"heads": HEADS, "rows": table, "when": when}
            RESULT.write_text(json.dumps(result, indent=1) + "\n")
    print(when)
    return 0


if __name__ == "__main__":
    sys.exit(main())
