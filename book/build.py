"""Build the course's site into ``_build/html``, or one page of it.

``make book`` and ``make page P=07`` run it. Pages that need it are executed first (`execution`),
then Jupyter Book makes the site of what is kept. Warnings are errors. Everything that is printed
on the way is in ``_build/build.log``.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import hashlib
import http.server
import io
import shutil
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn, TextIO

import execution
from dependencies import ROOT
from execution import Page, Store, toc
from progress import duration

BUILD = ROOT / "_build"
HTML = BUILD / "html"
LOG = BUILD / "build.log"
RENDERING = BUILD / "rendering.sha256"


class BuildError(Exception):
    """The site, or the page, could not be built; the message says what to do."""


def solutions() -> list[str]:
    """The solutions that an instructor shows on the site."""
    return [page for page in toc() if page.startswith("solutions/")]


def take_back_solutions() -> None:
    """Delete pages of solutions that are no longer shown, which Sphinx would keep."""
    shown = {Path(page).name for page in solutions()}
    for folder in (HTML, HTML / "_sources", BUILD / "jupyter_execute"):
        for path in (folder / "solutions").glob("*"):
            if path.name.split(".")[0] not in shown:
                path.unlink()


def missing_pages() -> list[str]:
    """Pages of ``_toc.yml`` that the built site lacks."""
    return [page for page in toc() if not (HTML / f"{page}.html").is_file()]


def rendered_by() -> list[Path]:
    """What makes pages of what is executed: the extensions, what they import, scripts and style."""
    package, book = ROOT / "shrinkage", ROOT / "book"
    alone = [package / "convergence.py", package / "figures" / "style.py"]
    folders = [book.glob("_ext/*.*"), book.glob("_static/*"), (package / "exercises").rglob("*.py")]
    return sorted([*alone, *(path for folder in folders for path in folder)])


def begin_anew_if_rendering_changed() -> None:
    """Forget what Sphinx has read if the code that makes pages of it has changed.

    It notices a change of a page, of `_config.yml` and of what is executed, not of an extension.
    """
    texts = [path.read_bytes() for path in rendered_by()]
    present = hashlib.sha256(b"\0".join(texts)).hexdigest()
    if not RENDERING.is_file() or RENDERING.read_text() != present:
        forget_rendering()
        RENDERING.write_text(present)


def forget_rendering() -> None:
    """Have Sphinx read and write every page again; what was executed is kept."""
    shutil.rmtree(BUILD / ".doctrees", ignore_errors=True)
    shutil.rmtree(HTML, ignore_errors=True)


def read_again_what_was_not_written() -> None:
    """Have Sphinx read those pages again that it has read since it last wrote them.

    A page that is built alone has every changed page read and itself written. For the others Sphinx
    would later compare their sources alone, and not what else they show: outputs, or a table.
    """
    doctrees = BUILD / ".doctrees"
    for doctree in doctrees.rglob("*.doctree"):
        page = HTML / doctree.relative_to(doctrees).with_suffix(".html")
        if not page.is_file() or page.stat().st_mtime < doctree.stat().st_mtime:
            doctree.unlink()


def execute(pages: Sequence[Page], store: Store, log: TextIO) -> int:
    """Execute those pages that need it; return how many that were."""
    stale = [page for page in pages if not store.is_current(page)]
    if stale:
        print(
            f"Executing {len(stale)} of {len(pages)} pages, "
            f"{min(len(stale), execution.cores())} at a time; the log is {LOG.relative_to(ROOT)}."
        )
        failed = execution.execute(stale, store, log)
        if failed:
            raise BuildError("\n".join(f"{page} failed:\n{why}" for page, why in failed.items()))
    for page in pages:
        store.serve_present_demos(page)
    return len(stale)


def render(log: TextIO, *, only: Path | None = None, unexecuted: Sequence[Page] = ()) -> None:
    """Have Jupyter Book make the site, or one page, of what is kept.

    Raises
    ------
    BuildError
        If there is a warning in it.
    """
    from jupyter_book.sphinx import build_sphinx

    warnings = _Both(log)
    partly = only is not None and (bool(unexecuted) or not (HTML / "search.html").is_file())
    overrides: dict[str, Any] = {
        "external_toc_path": str(ROOT / "_toc.yml"),
        "latex_individualpages": False,
        "nitpicky": True,
    }
    if unexecuted:
        overrides["nb_execution_excludepatterns"] = [
            *execution.excluded(),
            *(page.path.as_posix() for page in unexecuted),
        ]
    with contextlib.redirect_stdout(log), contextlib.redirect_stderr(warnings):
        result = build_sphinx(
            ROOT,
            HTML,
            noconfig=True,
            path_config=ROOT / "_config.yml",
            confoverrides=overrides,
            filenames=[str(only)] if only else None,
            warningiserror=not partly,
            keep_going=True,
        )
    # Pages that were never executed lack their outputs, which does not concern the page asked for.
    told = [line for line in warnings.getvalue().splitlines() if "WARNING:" in line]
    if result or (partly and any(f"{only}:" in line for line in told)):
        raise BuildError(warnings.getvalue() or f"Jupyter Book ended with {result!r}.")


class _Both(io.StringIO):
    """Keeps what is written, and writes it to a log as well."""

    def __init__(self, log: TextIO) -> None:
        super().__init__()
        self.log = log

    def write(self, text: str) -> int:
        self.log.write(text)
        return super().write(text)


def build() -> None:
    """Build the site.

    Raises
    ------
    BuildError
        If a page failed, a warning was printed or a page is missing.
    """
    BUILD.mkdir(exist_ok=True)
    take_back_solutions()
    begin_anew_if_rendering_changed()
    with LOG.open("w", buffering=1) as log:
        store = Store(BUILD)
        count = execute(execution.pages(), store, log)
        if not count:
            print("No page was executed: nothing that any of them depends on has changed.")
        print("Making the site ...")
        read_again_what_was_not_written()
        try:
            held = store.size()
            render(log)
            if store.size() != held:
                raise BuildError("Jupyter Book executed a page that `execution` should have.")
            if missing := missing_pages():
                raise BuildError(
                    f"_toc.yml names {', '.join(missing)}, but the build made no such page."
                )
        except BuildError:
            forget_rendering()  # a second run must meet the same warnings
            raise


def build_page(asked: str) -> Path:
    """Execute one page if it needs it, and make it; return where it is."""
    page = named(asked)
    BUILD.mkdir(exist_ok=True)
    begin_anew_if_rendering_changed()
    with LOG.open("w", buffering=1) as log:
        store, pages = Store(BUILD), execution.pages()
        execute([p for p in pages if p.name == page], store, log)
        # The others are not executed for the sake of this one, and shown without outputs till then.
        others = [p for p in pages if store.record(p) is None]
        render(log, only=execution.source(page), unexecuted=others)
    return HTML / f"{page}.html"


def named(asked: str) -> str:
    """The page of ``_toc.yml`` that is meant by '07', 'numpyro' or 'exercises/03'."""
    candidates = toc()
    number = asked.zfill(2) if asked.isdecimal() else asked
    found = [page for page in candidates if asked in (page, Path(page).name)]
    for begins in (f"chapters/{number}_", asked):
        found = found or [page for page in candidates if page.startswith(begins)]
    found = found or [page for page in candidates if asked in page]
    if len(found) != 1:
        raise BuildError(
            f"P={asked} names {len(found) or 'no'} {'pages' if found else 'page'} where one is "
            "expected; take one of:\n" + "\n".join(f"  {page}" for page in found or candidates)
        )
    return found[0]


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
    parser.add_argument("--page", metavar="NAME", help="build this page alone: 07, or numpyro")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, _interrupt)
    start = time.monotonic()
    try:
        if options.page is not None:
            built = build_page(options.page)
        else:
            build()
            built = HTML / "index.html"
    except BuildError as error:
        print(f"\n{error}\n", file=sys.stderr)
        print("The book was not built; the first lines above say why.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. What was executed is kept, and the next build goes on from there.")
        return 130
    print(f"Built in {duration(time.monotonic() - start)}. Open {built.as_uri()}")
    if options.serve:
        serve(options.serve)
    return 0


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
