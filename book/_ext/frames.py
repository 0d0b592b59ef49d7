"""Sphinx extension: a page that a cell shows in a frame is a file, fetched when it comes near.

In the page itself it would be read and laid out before the first words are seen.
"""

import hashlib
import re
from html import unescape
from pathlib import Path

FOLDER = "_static/frames"
WHOLE = re.compile(r'(<iframe [^>]*?) srcdoc="([^"]*)"')
ASKED = re.compile(rf'<iframe [^>]*src="(?:\.\./)*({FOLDER}/\w+\.html)"')


def with_files(html: str, root: str) -> tuple[str, dict[str, str]]:
    """A page whose frames ask for files, and these files' texts by their path.

    Parameters
    ----------
    html : str
        The page, with what its frames show in their attribute ``srcdoc``.
    root : str
        Address of the site's root from this page, with a slash at its end, or ''.
    """
    files = {}

    def asked(frame: re.Match) -> str:
        text = unescape(frame[2])
        path = f"{FOLDER}/{hashlib.sha256(text.encode()).hexdigest()[:12]}.html"
        files[path] = text
        return f'{frame[1]} loading="lazy" src="{root}{path}"'

    return WHOLE.sub(asked, html), files


def write(app, exception) -> None:
    """Write the files, and delete those of an earlier build."""
    if exception or app.builder.format != "html":
        return
    site, wanted = Path(app.outdir), set()
    (site / FOLDER).mkdir(parents=True, exist_ok=True)
    for path in site.rglob("*.html"):
        html = path.read_text()
        if "<iframe" not in html or path.is_relative_to(site / FOLDER):
            continue
        root = "../" * (len(path.relative_to(site).parts) - 1)
        html, files = with_files(html, root)
        for name, text in files.items():
            (site / name).write_text(text)
        path.write_text(html)
        wanted |= {site / name for name in ASKED.findall(html)}
    for old in set((site / FOLDER).iterdir()) - wanted:
        old.unlink()


def setup(app) -> dict:
    """Register the extension with Sphinx."""
    # When what no page asks for is deleted, and before a page is copied to the site's root
    app.connect("build-finished", write, priority=905)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
