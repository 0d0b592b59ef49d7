"""Sphinx extension: the site without a connection, and as an application on a reader's device.

A service worker (`offline_worker.js`) keeps what a reader has visited; `_static/offline.js`, a part
of each page's script, registers it. The directive `offline-copy` is a box in which a reader keeps
the whole site (`offline_keep.js`): the list of its files, with their digests and sizes, is written
when all are there. Every address is relative, so the site may lie anywhere on its host.
"""

import hashlib
import json
import posixpath
import re
from pathlib import Path

from docutils import nodes
from PIL import Image, ImageDraw
from sphinx.util.docutils import SphinxDirective

from shrinkage.figures.style import BLUE, GREY, RED

HERE = Path(__file__).parent
FOLDER, WORKER, MANIFEST = "_offline", "sw.js", "site.webmanifest"
LIST = f"{FOLDER}/files.json"
PDF = "small_n.pdf"  # by `book/pdf.py`, which prints a site that is complete
# What no reader asks for, or asks for elsewhere; of _sources what a page offers to download.
LEFT_OUT = re.compile(
    rf"\.|{WORKER}|{LIST}|404\.html|robots\.txt|sitemap\.xml|objects\.inv|_social/|.*\.pdf$"
)
COLOURS = {"light": "#ffffff", "dark": "#121212"}  # of the theme's pages
VERSIONED = re.compile(r'(?:src|href|data-index)="(?:\.\.?/)*([^"?#]+)\?(v=\w+)"')
SIZE = re.compile(r'(<span class="sn-megabytes">)[^<]*')
LINK = re.compile(r'(<p class="sn-pdf">).*?(?=</p>)')
BOX = """<div class="sn-offline">
<p>This browser cannot keep the course: it needs scripts, and a site whose address begins with
<code>https</code> or <code>http://localhost</code>.</p>
<button type="button" hidden>Keep the course on this device
(<span class="sn-megabytes"></span>&nbsp;MB)</button>
<button type="button" hidden>Bring it up to date</button>
<button type="button" hidden>Remove it from this device</button>
<progress hidden aria-label="How much of the course is on this device"></progress>
<p role="status"></p>
<p class="sn-pdf"></p>
</div>
<script type="module" src="{root}{folder}/{script}"></script>
"""


class OfflineCopy(SphinxDirective):
    """The box in which a reader keeps the whole site."""

    def run(self) -> list[nodes.Node]:
        root = "../" * self.env.docname.count("/")
        html = BOX.format(root=root, folder=FOLDER, script=keeper())
        return [nodes.raw("", html, format="html")]


def keeper() -> str:
    """The name of the box's script, which changes with its content."""
    digest = hashlib.sha256((HERE / "offline_keep.js").read_bytes()).hexdigest()
    return f"keep-{digest[:12]}.js"


def add_files(app) -> None:
    """Write what does not depend on the pages."""
    if app.builder.format != "html":
        return
    site = Path(app.outdir)
    (site / FOLDER).mkdir(parents=True, exist_ok=True)
    for old in (site / FOLDER).glob("keep-*.js"):
        old.unlink()
    (site / FOLDER / keeper()).write_text((HERE / "offline_keep.js").read_text())
    icons = [{"src": "_static/favicon.svg", "sizes": "any", "type": "image/svg+xml"}]
    for pixels in (192, 512):
        name = f"{FOLDER}/icon-{pixels}.png"
        icon(pixels).save(site / name, optimize=True)
        about = {"src": name, "sizes": f"{pixels}x{pixels}", "type": "image/png"}
        icons += [about, about | {"purpose": "maskable"}]
    manifest = {
        "name": app.config.html_title,
        "short_name": "Small N",
        "start_url": "index.html",
        "scope": "./",
        "display": "standalone",
        "background_color": COLOURS["light"],
        "theme_color": COLOURS["light"],
        "icons": icons,
    }
    (site / MANIFEST).write_text(json.dumps(manifest, indent=1))


def icon(pixels: int) -> Image.Image:
    """`favicon.svg` on white, small enough that a round mask cuts nothing off."""
    large = 4 * pixels
    unit = large / 48  # of the 32 that the favicon is wide, with a margin of 8
    picture = Image.new("RGB", (large, large), "white")
    draw = ImageDraw.Draw(picture)

    def stroke(x1: float, y1: float, x2: float, y2: float, colour: str, width: float) -> None:
        ends = [((x + 8) * unit, (y + 8) * unit) for x, y in ((x1, y1), (x2, y2))]
        draw.line(ends, colour, round(width * unit))
        if colour == RED:  # with round ends
            for end in ends:
                draw.circle(end, width * unit / 2, colour)

    stroke(20, 6, 28, 14, RED, 4)
    stroke(28, 6, 20, 14, RED, 4)
    stroke(19, 17, 13, 20, GREY, 2)
    draw.circle(((9 + 8) * unit, (22 + 8) * unit), 6 * unit, BLUE)
    return picture.resize((pixels, pixels), Image.Resampling.LANCZOS)


def add_links(app, pagename, templatename, context, doctree) -> None:
    """Tell a page where the manifest is, and the colour of a browser's frame around it."""
    links = f"""
    <link rel="manifest" href="{context["pathto"](MANIFEST, 1)}" />
    <link rel="apple-touch-icon" href="{context["pathto"](f"{FOLDER}/icon-192.png", 1)}" />"""
    for scheme, colour in COLOURS.items():
        links += f"""
    <meta name="theme-color" media="(prefers-color-scheme: {scheme})" content="{colour}" />"""
    context["metatags"] = context.get("metatags", "") + links


def write(site: Path) -> None:
    """Write the list of what a reader may keep of a built site, its size, and the worker.

    Parameters
    ----------
    site : Path
        Folder of the site, complete.
    """
    pages = {path: path.read_text() for path in site.rglob("*.html")}
    text = "".join(pages.values())
    names = [path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()]
    names = sorted(n for n in names if not LEFT_OUT.match(n) and _is_offered(n, text))
    said = f"{sum((site / name).stat().st_size for name in names) / 1e6:.0f}"
    for path, html in pages.items():
        now = SIZE.sub(rf"\g<1>{said}", html)
        now = LINK.sub(rf"\g<1>{pdf_link(site, path)}", now)
        if now != html:
            path.write_text(now)
    versions = {posixpath.normpath(name): version for name, version in VERSIONED.findall(text)}
    files = {}
    for name in names:
        content = (site / name).read_bytes()
        address = f"{name}?{versions[name]}" if name in versions else name
        files[address] = [hashlib.sha256(content).hexdigest()[:16], len(content)]
    listed = json.dumps(files, separators=(",", ":"))
    (site / LIST).write_text(listed)
    build = hashlib.sha256(listed.encode()).hexdigest()[:12]
    worker = (HERE / "offline_worker.js").read_text()
    (site / WORKER).write_text(worker.replace("{build}", build))


def pdf_link(site: Path, page: Path) -> str:
    """The sentence on a page that leads to the PDF; '' where there is none."""
    pdf = site / PDF
    if not pdf.is_file():
        return ""
    address = pdf.relative_to(page.parent, walk_up=True).as_posix()
    size = f"{pdf.stat().st_size / 1e6:.0f}&nbsp;MB"
    return f'For paper: <a href="{address}">the whole course as a PDF</a> ({size}).'


def _is_offered(name: str, text: str) -> bool:
    return not name.startswith("_sources/") or f'{name}"' in text


def finish(app, exception) -> None:
    """Write the list once nothing of the site changes any more."""
    if not exception and app.builder.format == "html":
        (Path(app.outdir) / PDF).unlink(missing_ok=True)  # of the pages as they were
        write(Path(app.outdir))


def setup(app) -> dict:
    """Register the extension with Sphinx."""
    app.add_directive("offline-copy", OfflineCopy)
    app.connect("builder-inited", add_files)
    app.connect("html-page-context", add_links)
    app.connect("build-finished", finish, priority=990)  # after all that changes files
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
