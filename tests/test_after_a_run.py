"""What the workflows do besides `make`: have Binder build, and tell a failed week once."""

import http.server
import os
import shutil
import subprocess
import threading
from contextlib import contextmanager

import pytest
from checkout import ROOT

RUN = "https://github.com/someone/a-course/actions/runs/7"
# The command gh, as far as it is asked: it keeps what it was told and knows an open issue or none.
GH = """#!/usr/bin/env bash
set -eu
printf '%s\\n' "$*" >> "$TOLD"
case "$1 $2" in 'issue list') echo "$OPEN" ;; esac
"""


def run(*command, **env):
    env = os.environ | env
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def report(tmp_path, number):
    told = tmp_path / "told"
    gh = tmp_path / "bin" / "gh"
    gh.parent.mkdir()
    gh.write_text(GH)
    gh.chmod(0o755)
    path = f"{gh.parent}{os.pathsep}{os.environ['PATH']}"
    done = run(ROOT / ".ci" / "report-failure", RUN, PATH=path, TOLD=str(told), OPEN=number)
    assert done.returncode == 0, done.stderr
    return told.read_text()


def test_a_first_failure_opens_an_issue(tmp_path):
    told = report(tmp_path, "")
    assert "issue create --label weekly" in told
    assert RUN in told
    assert "issue comment" not in told


def test_the_next_failure_is_told_in_the_open_issue(tmp_path):
    told = report(tmp_path, "12")
    assert "issue comment 12" in told
    assert RUN in told
    assert "issue create" not in told


@contextmanager
def binder(*events, status=200):
    """A hub that says these phases of a build, and the addresses that it was asked for."""
    asked = []

    class Hub(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(status)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            for event in events:
                self.wfile.write(f'data: {{"phase": "{event}", "message": "…"}}\n\n'.encode())
                self.wfile.flush()

        def log_message(self, *words):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def warm(tmp_path, hub):
    """The script, in a checkout whose hub is this one."""
    (tmp_path / ".ci").mkdir()
    config = (ROOT / "_config.yml").read_text().replace("https://mybinder.org", hub)
    (tmp_path / "_config.yml").write_text(config)
    script = shutil.copy2(ROOT / ".ci" / "warm-binder", tmp_path / ".ci")
    return run(script, GITHUB_REPOSITORY="someone/a-course")


def test_binder_is_asked_for_the_branch_and_waited_for(tmp_path):
    with binder("waiting", "building", "pushing", "ready") as (hub, asked):
        done = warm(tmp_path, hub)
    assert done.returncode == 0, done.stderr
    assert asked == ["/build/gh/someone/a-course/notebooks"]
    assert done.stdout.count("ready") == 1


@pytest.mark.parametrize(
    ("events", "status"), [(["building", "failed"], 200), (["building"], 200), ([], 503)]
)
def test_an_image_that_is_not_ready_is_a_failure(tmp_path, events, status):
    with binder(*events, status=status) as (hub, _):
        assert warm(tmp_path, hub).returncode != 0
