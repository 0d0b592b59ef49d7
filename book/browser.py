"""Find a Chromium for what needs a browser, the PDF and many tests, or bring one.

`python book/browser.py` prints its path, or says what was tried.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    "--no-sandbox",  # a container has no user namespaces, and the pages are our own
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find() -> str | None:
    """Path of a Chromium that is already here: $CHROMIUM, one on PATH, or Playwright's own."""
    named = os.environ.get("CHROMIUM")
    if named and shutil.which(named):
        return shutil.which(named)
    on_path = next(filter(None, map(shutil.which, NAMES)), None)
    return on_path or _playwrights_own()


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def bring() -> tuple[str | None, list[str]]:
    """Install a Chromium: Playwright's, else Debian's. Returns its path and what was tried."""
    playwright = [sys.executable, "-m", "playwright", "install", "chromium"]
    attempts = [[playwright]]
    if shutil.which("apt-get"):
        apt = ["apt-get", "--quiet", "--yes"]
        if os.geteuid() != 0:
            apt = ["sudo", "--non-interactive", *apt]
        attempts.append([[*apt, "update"], [*apt, "install", "chromium"]])
    tried = []
    for commands in attempts:
        for command in commands:
            try:
                done = subprocess.run(command, capture_output=True, text=True, check=False)
                failed = done.returncode and _reason(done.stderr)
            except OSError as error:
                failed = str(error)
            tried.append(f"{' '.join(command)}: {failed or 'done'}")
            if failed:
                break
        if found := find():
            return found, tried
    return None, tried


def _reason(stderr: str) -> str:
    """The first line of an error message that names the error."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    return next((line for line in lines if "rror" in line or "ailed" in line), "failed")


if __name__ == "__main__":
    path, tried = find(), ["looked at $CHROMIUM, on PATH and for Playwright's own"]
    if path is None:
        path, more = bring()
        tried += more
    if path:
        print(path)
    else:
        print("No Chromium found: no PDF, and every test that needs a browser is skipped. Tried:")
        print("\n".join(f"  - {attempt}" for attempt in tried))
