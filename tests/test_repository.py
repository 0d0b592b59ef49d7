"""The pins satisfy pyproject.toml and are what it compiles to; no notebook has outputs."""

import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import version

import pytest
from checkout import ROOT
from packaging.requirements import Requirement

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
DIRECT = [*PROJECT["dependencies"], *(one for extra in EXTRAS.values() for one in extra)]
ALL, READERS = "requirements.txt", ".binder/requirements.txt"


def pins(name=ALL):
    """Name to pinned version in a list of pins, for this machine's markers."""
    found = {}
    for line in (ROOT / name).read_text().splitlines():
        if line and not line.startswith("#"):
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate():
                (specifier,) = requirement.specifier
                assert specifier.operator == "==", f"{line} is not pinned"
                found[requirement.name] = specifier.version
    return found


@pytest.mark.parametrize("direct", DIRECT)
def test_requirements_satisfy_pyproject(direct):
    requirement = Requirement(direct)
    pinned = pins().get(requirement.name)
    assert pinned, f"{requirement.name} is missing from requirements.txt; run make requirements"
    assert requirement.specifier.contains(pinned), f"{direct}, but {pinned} is pinned"
    assert version(requirement.name) == pinned, "the environment is not the pinned one"


@pytest.mark.parametrize(
    ("name", "options"),
    [(ALL, ["--all-extras"]), (READERS, ["--extra", "lab", "--constraint", ROOT / ALL])],
)
def test_requirements_are_what_pyproject_compiles_to(tmp_path, name, options):
    """Compiling again with the pins as preferences changes no line."""
    copy = tmp_path / "requirements.txt"
    shutil.copy(ROOT / name, copy)
    command = [
        *(sys.executable, "-m", "uv", "pip", "compile", ROOT / "pyproject.toml", "--universal"),
        *("--python-version", "3.12", "--no-annotate", "--quiet", *options),
        *("--custom-compile-command", "make requirements", "--output-file", copy),
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    if done.returncode and re.search(r"connect|dns|network|timed out|fetch", done.stderr, re.I):
        pytest.skip("no package index can be reached, so requirements.txt cannot be compiled")
    assert done.returncode == 0, done.stderr
    assert copy.read_text() == (ROOT / name).read_text(), "run make requirements"


def test_readers_install_the_same_pins_and_no_tool_of_the_site():
    everything, readers = pins(), pins(READERS)
    assert readers.items() < everything.items()
    assert not {"jupyter-book", "sphinx", "playwright", "pytest", "ruff", "uv"} & readers.keys()
    direct = [*PROJECT["dependencies"], *EXTRAS["lab"]]
    assert {Requirement(one).name for one in direct} <= readers.keys()


def test_no_outputs_are_committed():
    for path in [*ROOT.glob("solutions/*.ipynb"), *ROOT.glob("exercises/*.ipynb")]:
        assert '"output_type"' not in path.read_text(), path.name


def test_no_table_was_left_at_the_top():
    """A chapter or a command that was tried there leaves its files there."""
    listed = subprocess.run(["git", "ls-files", "*"], capture_output=True, text=True, cwd=ROOT)
    if listed.returncode:
        pytest.skip("not a git checkout")
    left = (".csv", ".html", ".ipynb", ".xlsx")
    assert [f for f in listed.stdout.splitlines() if "/" not in f and f.endswith(left)] == []
