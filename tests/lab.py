"""A real JupyterLab on a free port of localhost, with settings of its own."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from on_screen import PATIENCE
from playwright.sync_api import Page


@contextmanager
def running_lab(
    folder: Path,
    log: Path,
    *options: str,
    python: str | Path = sys.executable,
    start: Sequence[str | Path] = (),
    **environment: str,
) -> Iterator[str]:
    """Start JupyterLab in a folder; yields its address. `environment` is added to this one's.

    `start` is a command that starts what stands behind it, as Binder's script does.
    """
    command = [*start, python, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", "--port=0"]
    command += ["--allow-root", "--IdentityProvider.token=", "--ServerApp.password=", *options]
    with log.open("w") as output:
        server = subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        # It says its address, or it ends; a new environment compiles what it imports before.
        while not (address := re.search(r"http://127\.0\.0\.1:\d+/", log.read_text())):
            assert server.poll() is None, f"JupyterLab did not start:\n{log.read_text()[-2000:]}"
            time.sleep(0.1)
        yield address[0]
    finally:
        server.terminate()
        try:
            server.wait(timeout=PATIENCE / 1000)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def open_notebook(page: Page, address: str, path: str | Path) -> None:
    """Open a notebook in a JupyterLab that exposes its app; returns when its kernel is at rest."""
    page.goto(f"{address}lab/tree/{path}?reset", wait_until="domcontentloaded")
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
    page.wait_for_function(
        "() => jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
    )


def shut_notebook(page: Page) -> None:
    """End the kernel of the notebook that is open."""
    page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.shutdown()")
