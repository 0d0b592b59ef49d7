"""Sphinx extension: the demos of `shrinkage.demos` live on a page that has no kernel.

MyST-NB writes a widget's state and the place of its view into the page and would load RequireJS
and html-manager from a CDN to bring them to life. This extension loads `live_demos.js` from the
site itself instead, on the pages that have a widget and on no other. Around each view it puts a
frame with the widget's still picture and a sentence, which the script replaces; so a reader
without JavaScript sees the picture and learns why it does not move.

It also takes Thebe off the pages, which Jupyter Book always adds: it would fetch a library from a
CDN and a kernel from Binder, and its script, added twice, is an error in every reader's console.
"""

from pathlib import Path

from docutils import nodes
from myst_nb.core.config import NbParserConfig
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.fileutil import copy_asset_file

HOST = Path(__file__).with_name("live_demos.js")
FOLDER = "_demos"  # not below _static, where Jupyter Book adds every script to every page
VIEW = "application/vnd.jupyter.widget-view+json"

FRAME = '<div class="live-demo" style="overflow-x: auto">'
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
                nodes.raw("", FRAME, format="html"),
                *still,
                nodes.raw("", STILL if still else NOTHING, format="html"),
                *forms[VIEW].children,
                nodes.raw("", "</div>", format="html"),
            ]


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
    app.add_post_transform(FrameWidgets)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
