"""Sphinx extension: no line breaks between a number and its per cent sign, or 'Dr.' and a name.

The sources use plain spaces, which people type and search for.
"""

import re

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

KEEP = (nodes.literal, nodes.literal_block, nodes.math, nodes.math_block, nodes.raw)
# A number may end in the node before (it comes from a cell), so ' %' at a node's start counts too.
BREAKS = [(re.compile(r"(^|\d) %"), "\\1\u00a0%"), (re.compile(r"\bDr\. (?=[A-Z]\b)"), "Dr.\u00a0")]


def unbroken(text: str) -> str:
    """The text with the spaces that must not break made unbreakable."""
    for pattern, kept in BREAKS:
        text = pattern.sub(kept, text)
    return text


class NoBreaks(SphinxPostTransform):
    """Apply `unbroken` to all prose of a page, numbers from cells included."""

    default_priority = 900  # after MyST-NB has put the cells' numbers in their places
    formats = ("html",)

    def run(self, **kwargs) -> None:
        for text in list(self.document.findall(nodes.Text)):
            if not isinstance(text.parent, KEEP) and (kept := unbroken(text)) != text:
                text.parent.replace(text, nodes.Text(kept))


def setup(app) -> dict:
    """Register the extension with Sphinx."""
    app.add_post_transform(NoBreaks)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
