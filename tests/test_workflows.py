"""The workflows and the dev container are what GitHub reads, and call only what there is.

What runs is in `make` and `.ci/`; here is tested what these files alone say.
"""

import json
import re
import subprocess
import sys

import pytest
import yaml
from checkout import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PREPARE = ROOT / ".github" / "actions" / "prepare" / "action.yml"
SCRIPTS = [
    *sorted((ROOT / ".ci").iterdir()),
    *(ROOT / ".binder" / n for n in ("start", "postBuild")),
]
MAKEFILE = (ROOT / "Makefile").read_text()
# What each job may do besides reading the repository's content.
WRITES = {
    ("publish", "site"): {"pages", "id-token"},
    ("publish", "notebooks"): {"contents"},
    ("weekly", "report"): {"issues"},
}


def read(path):
    return yaml.safe_load(path.read_text())


def jobs():
    return [
        (path.stem, name, job) for path in WORKFLOWS for name, job in read(path)["jobs"].items()
    ]


def steps():
    found = [step for _, _, job in jobs() for step in job["steps"]]
    return found + read(PREPARE)["runs"]["steps"]


@pytest.mark.parametrize(
    ("schema", "paths"),
    [
        ("github-workflows", WORKFLOWS),
        ("github-actions", [PREPARE]),
        ("dependabot", [ROOT / ".github" / "dependabot.yml"]),
    ],
)
def test_github_can_read_it(schema, paths):
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}"]
    done = subprocess.run([*command, *paths], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_action_is_pinned_to_a_commit_and_each_to_one():
    text = "".join(path.read_text() for path in [*WORKFLOWS, PREPARE])
    used = re.findall(r"uses: (\S+)(.*)", text)
    pins = {}
    for name, comment in used:
        if name.startswith("./"):
            assert (ROOT / name / "action.yml").is_file(), name
            continue
        action, _, commit = name.partition("@")
        assert re.fullmatch(r"[0-9a-f]{40}", commit), f"{name} can be moved"
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment), f"{name} does not say its version"
        assert pins.setdefault(action, commit) == commit, f"{action} has two pins"
    assert len(pins) >= 5


def test_no_job_may_do_more_than_it_does():
    for workflow, name, job in jobs():
        granted = job.get(
            "permissions", read(ROOT / f".github/workflows/{workflow}.yml")["permissions"]
        )
        writes = {scope for scope, right in granted.items() if right == "write"}
        assert writes == WRITES.get((workflow, name), set()), f"{workflow}, {name}"
        assert set(granted) - writes <= {"contents"}
        if "contents" not in writes:
            for step in job["steps"]:
                if step.get("uses", "").startswith("actions/checkout@"):
                    assert step["with"]["persist-credentials"] is False


def test_no_code_of_a_fork_meets_a_secret():
    for path in WORKFLOWS:
        text = path.read_text()
        assert "pull_request_target" not in text
        assert "workflow_run" not in text
        assert "secrets." not in text
        triggers = read(path)[True]  # YAML reads `on` so
        if "pull_request" in triggers:
            assert read(path)["permissions"] == {"contents": "read"}
            assert not any(job.get("permissions") for job in read(path)["jobs"].values())


def test_each_run_ends_and_none_overtakes_another():
    for path in WORKFLOWS:
        assert read(path)["concurrency"]["group"], path.name
    for workflow, name, job in jobs():
        assert job["timeout-minutes"] >= 10, f"{workflow}, {name}"


def test_shell_steps_parse_and_call_what_there_is():
    called = set()
    for step in steps():
        script = step.get("run", "")
        assert "${{" not in script, "what GitHub puts into a script is not quoted: use env"
        done = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True)
        assert done.returncode == 0, f"{script}\n{done.stderr}"
        for target in re.findall(r"\bmake ([\w-]+)", script):
            assert re.search(rf"^{target}(?: [\w-]+)*:", MAKEFILE, re.M), target
            called.add(target)
        for name in re.findall(r"^(\.ci/\S+)", script, re.M):
            assert (ROOT / name).stat().st_mode & 0o100, f"{name} cannot be run"
            called.add(name)
    assert {"complete", ".ci/run", ".ci/publish-notebooks", ".ci/report-failure"} <= called


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_parses_and_stops_at_the_first_failure(path):
    assert subprocess.run(["bash", "-n", path], check=False).returncode == 0
    assert path.name == "start" or "set -euo pipefail" in path.read_text()
    assert path.stat().st_mode & 0o100


def test_what_is_kept_is_asked_for_by_what_it_is_made_from():
    """The keys name the pins; an older cache of outputs may serve, one of packages may not."""
    caches = {
        s["with"]["path"]: s["with"]
        for s in read(PREPARE)["runs"]["steps"]
        if "with" in s and "path" in s["with"]
    }
    assert set(caches) == {".venv", "_build/.jupyter_cache", "~/.npm"}
    for words in ("requirements.txt", "python-version", "runner.os", "runner.arch"):
        assert words in caches[".venv"]["key"], words
    assert "restore-keys" not in caches[".venv"]
    assert "restore-keys" in caches["_build/.jupyter_cache"]


def test_the_dev_container_is_the_pinned_python_with_what_serve_needs():
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())
    python = (ROOT / ".python-version").read_text().strip()
    assert re.search(rf"/python:{re.escape(python)}-", container["image"])
    assert container["onCreateCommand"] == ".ci/run environment"
    port = int(re.search(r"^PORT \?= (\d+)", MAKEFILE, re.M)[1])
    assert container["forwardPorts"] == [port]
    assert set(container["portsAttributes"]) == {str(port)}
    assert container["customizations"]["vscode"]["settings"][
        "python.defaultInterpreterPath"
    ].endswith("/.venv/bin/python")
