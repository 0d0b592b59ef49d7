"""Sphinx extension: `404.html`, what a reader gets for an address that the site does not have.

It says so, offers the search and lists the chapters. A host serves it for any address, however
deep, so its own addresses begin at the host.
"""

from collections.abc import Iterator
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from addresses import changed

PAGE = "404"


def in_order(env, page: str) -> Iterator[str]:
    """A page and those below it, in the order of the table of contents."""
    yield page
    for below in env.toctree_includes.get(page, []):
        yield from in_order(env, below)


def numbered(env, page: str) -> str:
    """A page's title with the number that the table of contents gives it, if any."""
    number = env.toc_secnumbers.get(page, {}).get("", ())
    return f"{'.'.join(map(str, number))}. {env.titles[page].astext()}".removeprefix(". ")


def page(app) -> list[tuple[str, dict, str]]:
    """The page, for Sphinx to fill into the theme."""
    chapters = [name for name in in_order(app.env, app.config.root_doc) if "chapters/" in name]
    links = "\n".join(
        f'<li><a href="{name}.html">{escape(numbered(app.env, name))}</a></li>' for name in chapters
    )
    body = f"""<section>
<h1>This page is not here</h1>
<p>The course has no page at this address: it may have been moved, or the address has a mistake.</p>
<form class="sn-search" action="search.html" method="get" role="search" aria-label="The course">
<label for="not-found-search">Search the course</label>
<input id="not-found-search" class="form-control" type="search" name="q" autocomplete="off" />
<button class="btn btn-primary" type="submit">Search</button>
</form>
<h2>The chapters</h2>
<ul>
{links}
</ul>
<p><a href="{app.config.root_doc}.html">To the first page of the course</a></p>
</section>"""
    return [(PAGE, {"title": "This page is not here", "body": body, "nosearch": True}, "page.html")]


def from_the_host(html: str, root: str) -> str:
    """A page of the site's root with addresses that begin at the host.

    Parameters
    ----------
    html : str
        The page, with addresses relative to the site's root.
    root : str
        The site's path on its host, with a slash on both ends.
    """
    return changed(html, lambda address: root + address.removeprefix("./"))


def anchor(app, exception) -> None:
    """Have the addresses of the page begin at the host."""
    path = Path(app.outdir) / f"{PAGE}.html"
    if not exception and app.builder.format == "html" and path.is_file():
        root = urlsplit(app.config.html_baseurl or "/").path
        path.write_text(from_the_host(path.read_text(), root))


def setup(app) -> dict:
    """Register the extension with Sphinx."""
    app.connect("html-collect-pages", page)
    app.connect("build-finished", anchor, priority=950)  # after the style sheet has its version
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
