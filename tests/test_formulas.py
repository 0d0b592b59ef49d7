"""Formulas stand in the pages as MathML, drawn by a font that has all their characters."""

import re

import formulas
import math_font
import pytest
import small_book
from docutils import nodes
from fontTools.ttLib import TTFont

PAGE = r"""# Formulas

The rate ($\theta_j$), and `code`. A word is **bold**. Then comes $n$.

```{math}
:label: lines

a &= b \\
c &= d
```

See {eq}`lines`.

\begin{equation}
\sum_j x_j
\end{equation}
"""


def test_no_page_has_tex_or_a_script_for_it(pages):
    assert sum(html.count("<math") for html in pages.values()) > 500
    for path, html in pages.items():
        assert not re.search(r'MathJax|class="math[^>]*>\s*\\[(\[]', html), path
        asks = '"preload" as="font"' in html
        assert asks == ("<math" in html), path


def test_the_font_has_every_character_and_what_grows_from_it(site, pages):
    font = TTFont(site.folder / math_font.FONT)
    wanted = math_font.characters(pages.values())
    invisible = set(map(ord, "\u2061\u2062\u2063\u2064"))
    assert not wanted - set(font.getBestCmap()) - invisible
    variants = font["MATH"].table.MathVariants
    grown = variants.VertGlyphCoverage.glyphs
    assert font.getBestCmap()[ord("(")] in grown
    assert {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord} == {
        "ssty"
    }
    assert (site.folder / math_font.FONT).stat().st_size < 60_000


SIGNS = """async () => {
  await document.fonts.ready;
  const width = (part) => part.getBoundingClientRect().width;
  const em = (part) => parseFloat(getComputedStyle(part).fontSize);
  const roots = [...document.querySelectorAll('msqrt')].map((root) =>
    (width(root) - [...root.children].reduce((sum, part) => sum + width(part), 0)) / em(root));
  const line = document.createElement('span');
  line.style.display = 'inline-block';
  const hangs = [...document.querySelectorAll('p msqrt')]
    .filter((root) => !root.querySelector('msub, msup, msubsup'))
    .map((root) => {
      root.closest('math').after(line);
      const [low, baseline] = [root, line].map((part) => part.getBoundingClientRect().bottom);
      return (low - baseline) / em(root);
    });
  line.remove();
  const over = [...document.querySelectorAll('[accent], [accentunder]')]
    .filter(({ firstChild }) => firstChild.localName === 'mi')
    .map((accent) => width(accent.lastChild) / em(accent.lastChild));
  return [roots, hangs, over];
}"""


def test_each_root_has_its_sign_and_each_letter_what_stands_over_it(site, new_page, pages):
    """A sign that is missing has no width, nor has one that is drawn beside its letter."""
    page, found = new_page(), [[], [], []]
    for path, html in pages.items():
        if "<msqrt>" in html or "accent" in html:
            page.goto(site.address + str(path))
            for kept, now in zip(found, page.evaluate(SIGNS), strict=True):
                kept += now
    roots, hangs, over = found
    assert len(roots) > 20
    assert all(0.5 < width < 0.9 for width in roots), roots
    assert len(hangs) > 5
    assert max(hangs) < 0.45, "the sign over a small letter hangs below the line"
    assert len(over) > 20
    assert min(over) > 0.15, over


def test_a_root_asks_for_its_sign_and_tall_ones_are_narrow(tmp_path):
    assert "√" in map(chr, math_font.characters(["<math><msqrt><mi>a</mi></msqrt></math>"]))
    assert "√" not in map(chr, math_font.characters(["<math><mi>a</mi></math>"]))
    math_font.make_font({ord("√")}, tmp_path / "font.woff2")
    font = TTFont(tmp_path / "font.woff2")
    tall = [name for name in font.getGlyphOrder() if re.fullmatch(r"uni221A\.(s\d|x|t)", name)]
    assert len(tall) == 6  # three sizes, and three parts that larger ones grow from
    assert {font["hmtx"][name][0] for name in tall} == {math_font.WIDEST_ROOT}


def test_a_letter_alone_is_italic():
    html = "<math><mi>h</mi><mi>a</mi><mi>θ</mi><mi>Σ</mi><mi>log</mi></math><p>z</p>"
    assert {chr(code) for code in math_font.characters([html])} >= set("ℎ𝑎𝜃𝛴log")
    assert ord("z") not in math_font.characters([html])


@pytest.mark.parametrize(
    ("tex", "whole"),
    [
        ("a", "a"),
        (r"a &= b \\ c &= d", r"\begin{aligned}a &= b \\ c &= d\end{aligned}"),
        (r"\begin{align*}a&=b\end{align*}", r"\begin{aligned}a&=b\end{aligned}"),
        (r"\begin{equation}a\end{equation}", "a"),
        (r"\begin{aligned}a\\b\end{aligned}", r"\begin{aligned}a\\b\end{aligned}"),
        ("a\n\nb", r"\begin{gathered}a \\ b\end{gathered}"),
    ],
)
def test_a_display_formula_needs_no_surroundings(tex, whole):
    assert formulas.display(tex) == whole


def test_what_cannot_be_converted_is_a_warning_that_says_where(caplog):
    node = nodes.math_block("", r"\nothing x")
    node.source, node.line = "page.md", 7
    seen = []
    logger = formulas.logging.getLogger(formulas.__name__)
    logger.logger.addHandler(handler := Kept(seen))
    try:
        formulas.mathml(node, node.astext(), block=True)
    finally:
        logger.logger.removeHandler(handler)
    [record] = seen
    assert record.levelname == "WARNING"
    assert record.location is node
    assert r"\\nothing x" in record.getMessage()
    assert "Unknown command" in record.getMessage()


class Kept(formulas.logging.logging.Handler):
    """Keeps what is logged."""

    def __init__(self, records):
        super().__init__()
        self.records = records

    def emit(self, record):
        self.records.append(record)


@pytest.mark.site
def test_numbers_references_and_punctuation(tmp_path):
    html = (small_book.built(tmp_path, {"page.md": PAGE}) / "page.html").read_text()
    body = html[html.index("<article") :]
    assert re.search(r'<span class="sn-unbroken">\(<math>.*?</math>\),</span>', body)
    assert re.search(r"bold</strong>\. Then", body), "the second full stop was taken for the first"
    numbers = re.findall(r'class="eqno">\((\d)\)<a class="headerlink"', body)
    assert numbers == ["1", "2"]
    assert re.search(r'<div class="math[^"]*" id="equation-lines">', body)
    assert re.search(r'href="#equation-lines">(?:<[^>]*>)*\(?1\)?', body)
