"""Sphinx extension: a table from pandas has no empty header cells.

pandas leaves the corner above its row labels an empty ``<th>``, which a screen reader announces as
the heading of every row label. An empty ``<td>`` says nothing, and looks the same.
"""

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

TABLE = 'class="dataframe"'


class NoEmptyHeaders(SphinxPostTransform):
    """Turn pandas' empty header cells into plain ones."""

    default_priority = 900  # after MyST-NB has put the outputs into the page
    formats = ("html",)

    def run(self, **kwargs) -> None:
        for raw in list(self.document.findall(nodes.raw)):
            if TABLE in (html := raw.astext()) and "<th></th>" in html:
                kept = html.replace("<th></th>", "<td></td>")
                raw.parent.replace(raw, nodes.raw("", kept, format="html"))


def setup(app) -> dict:
    """Register the extension with Sphinx."""
    app.add_post_transform(NoEmptyHeaders)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
