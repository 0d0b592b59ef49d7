"""The benchmark prints its table, and the demos' engine is many times faster than the naive one."""

import re
import subprocess
import sys

import pytest
from conftest import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.alone]

# A line: its name, fastest, median, 95 %, perhaps a budget, then the naive one's median and so on.
LINE = re.compile(
    r"^(?P<name>\d+ \w+, [a-z ]+?) +(?P<fastest>[\d.]+) +(?P<median>[\d.]+) +[\d.]+"
    r"(?: +(?P<budget>\d+) ms (?P<verdict>kept|MISSED))? +(?:(?P<naive>[\d,]+) +(?P<ratio>[\d,]+)"
    r" times +(?P<mean>\S+) (?P<end>\S+) .*|- .*)$"
)
# Times faster than the naive one in the same run, about a third of what a quiet machine gives.
FASTER = {
    "10 doctors, from scratch": 4,
    "10 doctors, one dragged": 10,
    "12 hospitals, from scratch": 5,
    "200 hospitals, from scratch": 7,
    "200 hospitals, one dragged": 12,
    "200 doctors, from scratch": 6,
    "200 doctors, one dragged": 6,
    "10 doctors, ranks": 2,
}


def measured():
    """The lines of one run by their names, and all that it printed."""
    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "demos.py", "--repetitions", "24"],
        capture_output=True,
        text=True,
    )
    assert not done.stderr
    lines = {m["name"]: m for m in map(LINE.match, done.stdout.splitlines()) if m}
    assert set(lines) == {*FASTER, "50 doctors, ranks"}, done.stdout
    assert done.returncode == ("MISSED" in done.stdout)
    return lines, done.stdout


def ratio(line):
    return int(line["ratio"].replace(",", ""))


def test_demos_benchmark(chromium):
    """Ratios only: how long a thing takes is for `make bench-demos` on a machine at rest."""
    lines, printed = measured()
    if any(ratio(lines[name]) < times for name, times in FASTER.items()):
        # Whatever else the machine was doing can only have hidden a ratio: look once more.
        lines, printed = measured()
    for line in lines.values():
        assert float(line["fastest"]) <= float(line["median"])
        if line["budget"]:
            over = float(line["median"]) - float(line["budget"])
            assert line["verdict"] == ("MISSED" if over > 0 else "kept") or abs(over) < 0.01
    for name, times in FASTER.items():
        assert ratio(lines[name]) >= times, printed
        assert float(lines[name]["mean"]) <= 1e-3
        assert float(lines[name]["end"]) <= 3e-3
