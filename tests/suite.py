"""The suite in its three lengths: `python tests/suite.py check`, `test` or `test-all`.

Each step is timed, and a table at the end says what took how long. A time is never a reason to
fail: the one limit against a hang is that of whoever calls this.
"""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
PYTEST = [sys.executable, "-m", "pytest", "-ra", "--durations=25", "--durations-min=5"]
# A process a core, and two at least: a test that waits for a browser leaves its core to another.
BESIDE = ["-n", str(min(max(os.cpu_count() or 2, 2), 6)), "--dist", "loadscope"]
BESIDE += ["--no-loadscope-reorder"]
LINT = {
    "lint": [sys.executable, "-m", "ruff", "check", "."],
    "format": [sys.executable, "-m", "ruff", "format", "--check", "."],
}
QUICK = "not (alone or browser or sampler or site or weekly)"
STEPS = {
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
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
        verdict = "failed" if code else ""
        rows.append(f"{name:<32}{time.monotonic() - wall:>8.0f}{spent() - cpu:>8.0f}  {verdict}")
        failed |= bool(code)
    print(f"\n{'make ' + length:<32}{'wall, s':>8}{'CPU, s':>8}")
    print("\n".join(rows), flush=True)
    return failed


def spent() -> float:
    """Seconds of processor that the steps so far have taken."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


if __name__ == "__main__":
    sys.exit(main())
