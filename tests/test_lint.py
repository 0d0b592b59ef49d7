"""What `make lint` does: the same before a commit, and for every file of the course's own."""

import re
import shlex
import subprocess

import pytest
import suite
import yaml
from checkout import ROOT
from node import DEMOS, packages

HOOKS = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
NOT_OURS = re.compile(r"shrinkage/demos/bundle/|book/vendor/")


def test_a_commit_is_held_to_what_make_lint_does():
    assert {hook["id"]: shlex.split(hook["entry"]) for hook in HOOKS} == suite.STEPS["lint"]


def test_make_lint_runs_that_list():
    recipe = re.search(r"^lint:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.M)[1]
    assert recipe.split() == ["@$(PY)", "tests/suite.py", "lint"]


@pytest.mark.parametrize("length", [length for length in suite.STEPS if length != "lint"])
def test_every_length_of_the_suite_lints_and_writes_nothing(length):
    steps = suite.STEPS[length]
    assert {name: steps[name] for name in suite.LINT} == suite.LINT
    assert not {"--fix", "--write"} & {word for command in suite.LINT.values() for word in command}


def test_a_linter_that_node_lacks_is_skipped_and_fails_where_a_change_lands(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda _: None)
    monkeypatch.delenv("COMPLETE", raising=False)
    assert suite.run(suite.LINT["JavaScript"]) == (0, "skipped")
    monkeypatch.setenv("COMPLETE", "1")
    assert suite.run(suite.LINT["JavaScript"]) == (1, "failed")


def test_biome_reads_every_javascript_of_the_course():
    packages(DEMOS)
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.js", "*.mjs", "*.cjs"],
        **{"cwd": ROOT, "capture_output": True, "text": True, "check": True},
    ).stdout.splitlines()
    own = {path for path in listed if not NOT_OURS.match(path) and (ROOT / path).exists()}
    assert len(own) > 40
    told = subprocess.run(
        [suite.BIOME, "lint", "--verbose", "--colors=off"],
        **{"cwd": ROOT, "capture_output": True, "text": True, "check": False},
    )
    read = set(re.findall(r"^ *- (\S+\.[cm]?js)$", told.stdout + told.stderr, re.M))
    assert read == own
