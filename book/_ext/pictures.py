"""Sphinx extension: a page's pictures in few bytes, and with their sizes, so that nothing jumps.

Each PNG of a page becomes a WebP with the same pixels, about a third of its bytes. Every picture
says how wide and high it is, so that the browser keeps its place, and all but a page's first are
fetched when the reader comes near. What no page shows any more, of pictures and of the demos' code,
is deleted from the site. A notebook keeps its PNG.
"""

import hashlib
import io
import re
from pathlib import Path
from xml.etree import ElementTree

from PIL import Image

FOLDERS = ("_images", "_demos")
IMAGE = re.compile(r'<img (?P<before>[^>]*?)src="(?P<folder>[^"]*_images/)(?P<name>[^"]+)"[^>]*?>')
FIRST = 'fetchpriority="high" decoding="async"'
LATER = 'loading="lazy" decoding="async"'


def lighten(app, docname, template, context, doctree) -> None:
    """Have a page show its pictures as WebP, with sizes."""
    if "body" not in context:
        return
    sources = {name: Path(app.srcdir, path) for path, name in app.builder.images.items()}
    cache = Path(app.doctreedir).parent / "pictures"
    count = 0

    def tag(found: re.Match) -> str:
        nonlocal count
        source = sources[found["name"]]
        if source.suffix == ".png":
            source = webp(source, cache)
            app.builder.images[str(source)] = source.name
        width, height = size(source)
        if not re.search(r' (?:width|height)=|style="[^"]*(?:width|height)', found[0]):
            more = f'width="{width:.0f}" height="{height:.0f}" '
        else:
            more = ""
        count += 1
        name = source.name if source.suffix == ".webp" else found["name"]
        attributes = found[0].removesuffix("/>").removesuffix(">").rstrip()
        address = found["folder"] + found["name"]
        attributes = attributes.replace(address, found["folder"] + name)
        return f"{attributes} {more}{FIRST if count == 1 else LATER} />"

    context["body"] = IMAGE.sub(tag, context["body"])


def webp(png: Path, cache: Path) -> Path:
    """The picture as WebP with the same pixels, made once for each content.

    Parameters
    ----------
    png : Path
        The picture.
    cache : Path
        Folder where the result is kept.
    """
    content = png.read_bytes()
    kept = cache / f"{hashlib.sha256(content).hexdigest()[:16]}.webp"
    if not kept.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with Image.open(io.BytesIO(content)) as picture:
            opaque = picture.mode == "RGBA" and picture.getchannel("A").getextrema() == (255, 255)
            pixels = picture.convert("RGB") if opaque else picture
            pixels.save(kept, lossless=True, quality=80, method=6)
    return kept


def size(picture: Path) -> tuple[float, float]:
    """Width and height of a picture in CSS pixels."""
    if picture.suffix != ".svg":
        with Image.open(picture) as opened:
            return opened.size
    root = ElementTree.parse(picture).getroot()
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    return width, height


def delete_unseen(app, exception) -> None:
    """Delete the pictures and the demos' files that no page names, which Sphinx would keep."""
    if exception or app.builder.format != "html":
        return
    site = Path(app.outdir)
    text = "".join(path.read_text() for path in site.rglob("*.html"))
    named = set(re.findall(r"[\w.-]+", text))
    for folder in FOLDERS:
        for path in (site / folder).glob("*"):
            if path.name not in named:
                path.unlink()


def setup(app) -> dict:
    """Register the extension with Sphinx."""
    app.connect("html-page-context", lighten)
    app.connect("build-finished", delete_unseen)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
