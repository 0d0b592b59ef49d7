"""Sphinx extension: the demos of `shrinkage.demos` live on a page that has no kernel.

MyST-NB writes a widget's state and the place of its view into the page and would load RequireJS
and html-manager from a CDN to bring them to life. This extension loads `live_demos.js` from the
site itself instead, on the pages that have a widget and on no other. Around each view it puts a
frame with the widget's still picture and a sentence, which the script replaces; so a reader
without JavaScript sees the picture and learns why it does not move. Where there is JavaScript the
frame is as high from the start as the demo will be, so that nothing below it moves.

A state holds the widget's code and style as text. Here they become files that all pages share, each
named after its content, and the page keeps their addresses: the script fetches them when it needs
them.

It also takes Thebe off the pages, which Jupyter Book always adds: it would fetch a library from a
CDN and a kernel from Binder, and its script, added twice, is an error in every reader's console.
"""

import hashlib
import json
from pathlib import Path

from docutils import nodes
from myst_nb.core.config import NbParserConfig
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.fileutil import copy_asset_file

HOST = Path(__file__).with_name("live_demos.js")
FOLDER = "_demos"  # not below _static, where Jupyter Book adds every script to every page
VIEW = "application/vnd.jupyter.widget-view+json"

HEIGHTS = Path(__file__).with_name("demo_heights.json")  # by tests/demo_heights.py

FRAME = '<div class="live-demo" style="{style}">'
STILL = (
    "<p><em>This is a still picture. "
    "The demo itself needs JavaScript and a browser of 2022 or later.</em></p>"
)
NOTHING = "<p><em>This control needs a running Python: open the page as a notebook.</em></p>"


class FrameWidgets(SphinxPostTransform):
    """Put each widget's view into a frame with what is shown where it cannot come to life."""

    default_priority = 3  # before MyST-NB (4) keeps one of an output's forms and drops the others
    formats = ("html",)

    def run(self, **kwargs) -> None:
        heights = iter(json.loads(HEIGHTS.read_text()).get(self.env.docname, []))
        for bundle in self.document.findall(nodes.container):
            forms = {form.get("mime_type"): form for form in bundle.children if "mime_type" in form}
            if bundle.get("nb_element") != "mime_bundle" or VIEW not in forms:
                continue
            still = []
            if "image/svg+xml" in forms:
                still = [image.deepcopy() for image in forms["image/svg+xml"].findall(nodes.image)]
                for image in still:
                    image["alt"] = forms["text/plain"].astext() if "text/plain" in forms else ""
            forms[VIEW].children = [
                nodes.raw("", FRAME.format(style=reserved(next(heights, {}))), format="html"),
                *still,
                nodes.raw("", STILL if still else NOTHING, format="html"),
                *forms[VIEW].children,
                nodes.raw("", "</div>", format="html"),
            ]


def reserved(heights: dict[str, int]) -> str:
    """Style that tells how high a live demo is, in CSS pixels, by the width of the window."""
    return "; ".join(f"--at-{width}: {height}px" for width, height in heights.items())


def use_own_host(app, config) -> None:
    """Have MyST-NB load our script where it would load RequireJS and html-manager."""
    if config.nb_ipywidgets_js == NbParserConfig().ipywidgets_js:
        config.nb_ipywidgets_js = {f"../{FOLDER}/{HOST.name}": {"type": "module"}}


def without_thebe(app, config) -> None:
    """Disconnect Thebe, which no entry of `_config.yml` can do."""
    for event in ("env-before-read-docs", "doctree-resolved"):
        for listener in list(app.events.listeners[event]):
            if listener.handler.__module__ == "sphinx_thebe":
                app.disconnect(listener.id)


def share_code(app, docname, *_) -> None:
    """Put the code and the style of a page's demos into files, and their addresses into its state.

    It comes before MyST-NB gives the page its state.
    """
    if app.builder.format != "html":
        return
    files = NbMetadataCollector.get_js_files(app.env, docname)
    if "ipywidgets_state" not in files:
        return
    address, attributes = files["ipywidgets_state"]
    body = shared(attributes["body"], Path(app.outdir) / FOLDER)
    files["ipywidgets_state"] = (address, attributes | {"body": body})


def shared(state: str, folder: Path) -> str:
    """A page's widget state as JSON, with the addresses of files in `folder` in place of texts."""
    widgets = json.loads(state)
    for widget in widgets["state"].values():
        values = widget["state"]
        kind = values.get("_anywidget_id", "demo").split(".")[-1].lower()
        for trait, suffix in (("_esm", "js"), ("_css", "css")):
            text = values.get(trait)
            # Those of a page that is written again are files already
            if text and not text.startswith("./"):
                digest = hashlib.sha256(text.encode()).hexdigest()[:12]
                values[trait] = f"./{kind}-{digest}.{suffix}"
                (folder / values[trait]).write_text(text)
    return json.dumps(widgets, ensure_ascii=False).replace("</", r"<\/")


def copy_host(app) -> None:
    """Copy the script before the pages are written: Sphinx puts its checksum into them."""
    if app.builder.format == "html":
        folder = Path(app.outdir) / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        copy_asset_file(str(HOST), str(folder))


def setup(app) -> dict:
    """Register the extension with Sphinx."""
    app.connect("config-inited", use_own_host)
    app.connect("config-inited", without_thebe)
    app.connect("builder-inited", copy_host)
    app.connect("html-page-context", share_code, priority=400)
    app.add_post_transform(FrameWidgets)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
