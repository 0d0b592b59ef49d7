"""Sphinx extension: the site's address opens the landing page itself.

Jupyter Book writes an `index.html` that sends the reader on to the first page of `_toc.yml`, which
costs a second of waiting on a phone and leaves search engines with an empty page. Here it is the
landing page, whose addresses are changed for where it lies.
"""

import posixpath
import re
from pathlib import Path

from addresses import changed

FRONT = "index.html"


def moved(html: str, page: str) -> str:
    """A page as it has to be at the site's root.

    Parameters
    ----------
    html : str
        The page.
    page : str
        Where it lies, from the site's root: ``book/index.html``.
    """
    folder, name = posixpath.split(page)

    def from_root(address: str) -> str:
        path, mark, rest = re.fullmatch(r"([^?#]*)([?#]?)(.*)", address, re.S).groups()
        path = posixpath.normpath(posixpath.join(folder, path or name))
        return ("./" if path in (page, ".") else path) + mark + rest

    return changed(html, from_root)


def write_front_page(app, exception) -> None:
    """Write the landing page a second time, at the site's root."""
    if exception or app.builder.format != "html":
        return
    page = f"{app.config.root_doc}.html"
    landing = Path(app.outdir) / page
    if page != FRONT and landing.is_file():
        (Path(app.outdir) / FRONT).write_text(moved(landing.read_text(), page))


def setup(app) -> dict:
    """Register the extension with Sphinx."""
    # After Jupyter Book has written its own, and the pages ask for the present style sheet
    app.connect("build-finished", write_front_page, priority=950)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
