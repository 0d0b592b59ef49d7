"""A real JupyterLab on a free port of localhost, with settings of its own."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def running_lab(
    folder: Path, log: Path, *options: str, python: str | Path = sys.executable, **environment: str
) -> Iterator[str]:
    """Start JupyterLab in a folder; yields its address. `environment` is added to this one's."""
    command = [python, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", "--port=0"]
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
        address = None
        for _ in range(300):
            if address := re.search(r"http://127\.0\.0\.1:\d+/", log.read_text()):
                break
            if server.poll() is not None:
                break
            time.sleep(0.1)
        assert address, f"JupyterLab did not start:\n{log.read_text()[-2000:]}"
        yield address[0]
    finally:
        server.terminate()
        server.wait(timeout=20)
