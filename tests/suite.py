"""The suite in its three lengths: `python tests/suite.py check`, `test` or `test-all`; and `lint`.

Each step is timed, and a table at the end says what took how long. A time is never a reason to
fail: the one limit against a hang is that of whoever calls this.
"""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest
from node import DEMOS, packages

ROOT = Path(__file__).parents[1]
PYTEST = [sys.executable, "-m", "pytest", "-ra", "--durations=25", "--durations-min=5"]
# A process a core, and two at least: a test that waits for a browser leaves its core to another.
BESIDE = ["-n", str(min(max(os.cpu_count() or 2, 2), 6)), "--dist", "loadscope"]
BESIDE += ["--no-loadscope-reorder"]
BIOME = "shrinkage/demos/js/node_modules/.bin/biome"
# Each: the command, what it takes to write, and to check alone. `make lint` and pre-commit write.
LINTERS = {
    "lint": ([".venv/bin/ruff", "check"], ["--fix"], []),
    "format": ([".venv/bin/ruff", "format"], [], ["--check"]),
    "JavaScript": (
        [BIOME, "check", "--error-on-warnings", "--no-errors-on-unmatched"],
        ["--write"],
        [],
    ),
    "types": ([".venv/bin/ty", "check"], [], []),
}
LINT = {name: [*command, *checks] for name, (command, _, checks) in LINTERS.items()}
QUICK = "not (alone or browser or sampler or site or weekly)"
STEPS = {
    "lint": {name: [*command, *writes] for name, (command, writes, _) in LINTERS.items()},
    "check": LINT | {"tests, no browser or sampler": [*PYTEST, "tests", "-m", QUICK, *BESIDE]},
    "test": LINT
    | {
        "tests, side by side": [*PYTEST, "tests", "-m", "not alone and not weekly", *BESIDE],
        "tests, one at a time": [*PYTEST, "tests", "-m", "alone and not weekly"],
    },
    "test-all": LINT
    | {
        "tests, side by side": [
            *(*PYTEST, "tests", "-m", "not alone", *BESIDE),
            "--hypothesis-profile=search",
        ],
        "tests, one at a time": [*PYTEST, "tests", "-m", "alone"],
        "solutions by nbmake": [*PYTEST, "--nbmake", "solutions", *BESIDE],
    },
}


def main() -> int:
    """Run the steps of a length, all of them even where one fails; 1 if one did."""
    [length] = sys.argv[1:]
    rows, failed = [], 0
    for name, command in STEPS[length].items():
        print(f"\n== {name}", flush=True)
        wall, cpu = time.monotonic(), spent()
        code, verdict = run(command)
        rows.append(f"{name:<32}{time.monotonic() - wall:>8.0f}{spent() - cpu:>8.0f}  {verdict}")
        failed |= bool(code)
    print(f"\n{'make ' + length:<32}{'wall, s':>8}{'CPU, s':>8}")
    print("\n".join(rows), flush=True)
    return failed


def run(command: list[str]) -> tuple[int, str]:
    """A command's exit code and a word on it; without Node what needs it is skipped, or fails."""
    if command[0] == BIOME:
        try:
            packages(DEMOS)
        except (pytest.skip.Exception, pytest.fail.Exception) as lack:
            print(lack, flush=True)
            failed = isinstance(lack, pytest.fail.Exception)
            return (1, "failed") if failed else (0, "skipped")
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    return code, "failed" if code else ""


def spent() -> float:
    """Seconds of processor that the steps so far have taken."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


if __name__ == "__main__":
    sys.exit(main())
