"""Sphinx extension: formulas are written into the page as MathML when the book is built.

No script sets them. A formula that cannot be converted fails the build and says where it stands.
All are drawn in STIX Two Math, of which a page with formulas loads the characters that the book's
formulas have (see `math_font`).
"""

import re
from html import escape
from pathlib import Path

from docutils import nodes
from math_core import LatexError, LatexToMathML
from math_font import FONT, write_font
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

CONVERTER = LatexToMathML(fancy_error=False)
ENVIRONMENT = re.compile(r"\\begin\{(\w+\*?)\}.*?\\end\{\1\}", re.S)
# Sphinx numbers a formula as a whole: what TeX numbers by lines becomes its part without numbers.
WHOLE = re.compile(
    r"\\(begin|end)\{(align(?!ed)|alignat|flalign|eqnarray|gather(?!ed)|multline|equation)\*?\}"
)
PARTS = {"equation": "", "gather": "gathered", "multline": "gathered"}
# Lines and arrows over a letter: a browser draws those that combine with a letter beside it.
BESIDE = str.maketrans({0x305: "\u203e", 0x332: "\u203e", 0x20D7: "\u2192"})
# The sign of a root over a small letter would hang below the line: a browser gives it no less than
# its own height, and all of it below the bar.
ROOT = "<msqrt>"
STRUT = '<mspace height="0.72em" depth="0.16em"></mspace>'
# A line never ends between a formula and what closes or opens beside it.
CLOSING = re.compile(r"^[,.;:!?)\]}’”'\"%…]+")
OPENING = re.compile(r"[(\[{‘“'\"]+$")
UNBROKEN = "sn-unbroken"


def display(tex: str) -> str:
    r"""TeX of a display formula as one that needs no surroundings.

    Lines that ``\\`` ends are aligned at ``&``; formulas with an empty line between them stand one
    below the other; environments that TeX numbers are turned into those that it does not.
    """
    tex = WHOLE.sub(_part, tex)
    parts = [_aligned(part.strip()) for part in re.split(r"\n\s*\n", tex) if part.strip()]
    if len(parts) == 1:
        return parts[0]
    return rf"\begin{{gathered}}{r' \\ '.join(parts)}\end{{gathered}}"


def _part(found: re.Match) -> str:
    name = PARTS.get(found[2], "aligned")
    return rf"\{found[1]}{{{name}}}" if name else ""


def _aligned(tex: str) -> str:
    outside = ENVIRONMENT.sub("", tex)
    if r"\\" not in outside and not re.search(r"(?<!\\)&", outside):
        return tex
    return rf"\begin{{aligned}}{tex}\end{{aligned}}"


def mathml(node: nodes.Node, tex: str, block: bool) -> str:
    """A formula as MathML; one that cannot be converted is a warning, which fails the build."""
    try:
        drawn = CONVERTER.convert_with_local_state(tex, displaystyle=block).translate(BESIDE)
        return drawn.replace(ROOT, ROOT + STRUT)
    except LatexError as error:
        logging.getLogger(__name__).warning(
            "This formula cannot be converted to MathML; expected TeX that math-core knows, found "
            "%r: %s. Write it another way.",
            node.astext().strip(),
            str(error).strip().rstrip("."),
            location=node,
            type="formulas",
        )
        return f"<code>{escape(node.astext(), quote=False)}</code>"


def visit_inline(self, node: nodes.math) -> None:
    html = mathml(node, node.astext(), block=False)
    if node["ids"] or node["classes"]:
        html = f"{self.starttag(node, 'span', '')}{html}</span>"
    self.body.append(html)
    raise nodes.SkipNode


def visit_block(self, node: nodes.math_block) -> None:
    self.body.append(self.starttag(node, "div", CLASS="math"))
    self.body.append(mathml(node, display(node.astext()), block=True))
    if node.get("number"):
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


class Unbroken(SphinxPostTransform):
    """Keep a formula in a sentence and the punctuation beside it on one line.

    A browser may break a line on either side of ``<math>``, even before a comma.
    """

    default_priority = 910  # after `typography` has made its spaces unbreakable
    formats = ("html",)

    def run(self, **kwargs) -> None:
        for formula in list(self.document.findall(nodes.math)):
            parent, group = formula.parent, [formula]
            place = parent.index(formula)
            for beside, pattern in ((place - 1, OPENING), (place + 1, CLOSING)):
                text = parent[beside] if 0 <= beside < len(parent) else None
                if isinstance(text, nodes.Text) and (found := pattern.search(text)):
                    # By its place: of two texts that are equal, `replace` takes the first.
                    parent[beside] = nodes.Text(pattern.sub("", text))
                    group.insert(0 if beside < place else len(group), nodes.Text(found[0]))
            if len(group) > 1:
                whole = nodes.inline(classes=[UNBROKEN])
                parent.replace(formula, whole)
                whole += group


def add_to_page(app, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Have a page with formulas ask for their font at once."""
    if "<math" not in context.get("body", ""):
        return
    context["metatags"] = context.get("metatags", "") + (
        f'\n<link rel="preload" as="font" type="font/woff2" crossorigin '
        f'href="{context["content_root"]}{FONT}" />'
    )


def make_font(app, exception) -> None:
    """Write the font with what the formulas of all pages need."""
    if not exception and app.builder.format == "html":
        write_font(Path(app.outdir))


def setup(app) -> dict:
    """Register the extension with Sphinx."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    app.add_post_transform(Unbroken)
    app.connect("html-page-context", add_to_page)
    app.connect("build-finished", make_font, priority=800)  # before the site's sheet is joined
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
