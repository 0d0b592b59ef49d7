"""Build the course's site into ``_build/html``, and check that no page is missing.

``make book`` runs it. A chapter is executed once and its outputs are kept until one of its cells
changes; code that the chapters import is not a cell, so when that changes everything is built
again. Warnings are errors.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "_build"
HTML = BUILD / "html"
INPUTS = BUILD / "inputs.sha256"
TIMES = BUILD / "times.json"


def inputs_digest() -> str:
    """A digest of what decides a chapter's outputs besides its own cells."""
    digest = hashlib.sha256(sys.version.encode())
    # No page runs an exercise's code, unless an instructor has put a solution into the site.
    unread = {"node_modules"} if solutions() else {"node_modules", "exercises"}
    package = (p for p in (ROOT / "shrinkage").rglob("*") if not unread & set(p.parts))
    shared = [ROOT / "requirements.txt", ROOT / "_config.yml", *(ROOT / "book/_ext").rglob("*")]
    for path in sorted([*package, *shared]):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(str(path.relative_to(ROOT)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def pages(toc: dict | list) -> Iterator[str]:
    """Every page that a table of contents names, without its suffix."""
    if isinstance(toc, list):
        for entry in toc:
            yield from pages(entry)
    elif isinstance(toc, dict):
        yield from (str(toc[key]) for key in ("root", "file") if key in toc)
        for key in ("parts", "chapters", "sections"):
            yield from pages(toc.get(key, []))


def toc() -> list[str]:
    """Every page of ``_toc.yml``."""
    return list(pages(yaml.safe_load((ROOT / "_toc.yml").read_text())))


def solutions() -> list[str]:
    """The solutions that an instructor shows on the site."""
    return [page for page in toc() if page.startswith("solutions/")]


def take_back_solutions() -> None:
    """Delete the pages of solutions that were shown once and are no longer: Sphinx keeps them."""
    shown = {Path(page).name for page in solutions()}
    for folder in (HTML, HTML / "_sources", BUILD / "jupyter_execute"):
        for path in (folder / "solutions").glob("*"):
            if path.name.split(".")[0] not in shown:
                path.unlink()


def missing_pages() -> list[str]:
    """Pages of ``_toc.yml`` that the built site lacks."""
    return [page for page in toc() if not (HTML / f"{page}.html").is_file()]


def executed() -> int:
    """How many pages were executed in the present build folder so far."""
    return len(list((BUILD / ".jupyter_cache" / "executed").glob("*")))


def write_times(kind: str, seconds: float) -> None:
    """Keep how long a build took, and put the times into the status page's places."""
    times = json.loads(TIMES.read_text()) if TIMES.is_file() else {}
    times[kind] = f"{seconds:.0f} s on {os.cpu_count()} cores, {time.strftime('%Y-%m-%d %H:%M')}"
    TIMES.write_text(json.dumps(times))
    page = HTML / "book" / "status.html"
    text = page.read_text()
    for name, words in times.items():
        text = re.sub(rf'(<span data-build="{name}">)[^<]*', rf"\g<1>{words}", text)
    page.write_text(text)


def build() -> int:
    """Build the site; 0 if it is whole."""
    start = time.monotonic()
    digest = inputs_digest()
    if not INPUTS.is_file() or INPUTS.read_text() != digest:
        shutil.rmtree(BUILD, ignore_errors=True)
        BUILD.mkdir()
        INPUTS.write_text(digest)
    take_back_solutions()
    before = executed()
    jupyter_book = Path(sys.executable).with_name("jupyter-book")
    command = [jupyter_book, "build", ROOT, "-W", "-n", "--keep-going"]
    # A pip environment has no BLAS for PyTensor to link against, and needs none: do not warn of it.
    environment = os.environ | {
        "PYTENSOR_FLAGS": ",".join(
            filter(None, [os.environ.get("PYTENSOR_FLAGS"), "blas__ldflags="])
        )
    }
    failed = subprocess.run(command, check=False, env=environment).returncode
    missing = [] if failed else missing_pages()
    if failed or missing:
        # A second run must meet the same warnings: forget what was read, keep what was executed.
        shutil.rmtree(BUILD / ".doctrees", ignore_errors=True)
        shutil.rmtree(HTML, ignore_errors=True)
        for page in missing:
            print(f"_toc.yml names {page}, but the build made no such page.", file=sys.stderr)
        print("The book was not built; the first warning above says why.", file=sys.stderr)
        return 1
    kept = executed() == before
    if kept:
        print("\nNo page was executed: nothing that any of them depends on has changed.")
    if before == 0 or kept:  # else some pages were executed and some were kept
        write_times("cold" if before == 0 else "warm", time.monotonic() - start)
    print(f"\nBuilt in {time.monotonic() - start:.0f} s. Open {(HTML / 'index.html').as_uri()}")
    return 0


def serve(port: int) -> None:
    """Show the built site on localhost until interrupted."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=HTML)
    with http.server.ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        print(f"Serving on http://localhost:{port} (Ctrl-C ends it)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()


def main() -> int:
    """Parse the arguments, build, and serve if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--serve", type=int, metavar="PORT", help="then show it on this port")
    options = parser.parse_args()
    code = build()
    if code == 0 and options.serve:
        serve(options.serve)
    return code


if __name__ == "__main__":
    sys.exit(main())
