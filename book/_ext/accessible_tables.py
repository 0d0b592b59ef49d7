"""Sphinx extension: a table from pandas has no empty header cells, and scrolls by itself if wide.

pandas leaves the corner above its row labels an empty ``<th>``, which a screen reader announces as
the heading of every row label. An empty ``<td>`` says nothing, and looks the same. A table wider
than a phone gets a frame of its own to scroll in, which `course.js` lets a keyboard reach.
"""

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

TABLE = 'class="dataframe"'
FRAME = '<div class="wide-table">'


class AccessibleTables(SphinxPostTransform):
    """Turn pandas' empty header cells into plain ones, and put its tables into a frame."""

    default_priority = 900  # after MyST-NB has put the outputs into the page
    formats = ("html",)

    def run(self, **kwargs) -> None:
        for raw in list(self.document.findall(nodes.raw)):
            if TABLE in (html := raw.astext()):
                html = html.replace("<th></th>", "<td></td>")
                raw.parent.replace(raw, nodes.raw("", f"{FRAME}{html}</div>", format="html"))


def setup(app) -> dict:
    """Register the extension with Sphinx."""
    app.add_post_transform(AccessibleTables)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
