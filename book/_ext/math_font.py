"""The font of the formulas: STIX Two Math with the characters that the book's formulas have.

The whole font is half a megabyte. What stays is made from the pages when all are written, so no
formula can ask for a character that is missing, together with what the font's MATH table and its
script variants (`ssty`) add to them: larger brackets and signs, and the parts that they grow from.
"""

import hashlib
import html
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

WHOLE = Path(__file__).parents[1] / "vendor" / "stix-two-math" / "STIXTwoMath-Regular.woff2"
FONT = "_static/formulas.woff2"
FORMULA = re.compile(r"<math\b.*?</math>", re.S)
ROOT = re.compile("<m(sqrt|root)>")  # whose sign the page does not have as a character
SINGLE = re.compile(r"<mi>([^<&])</mi>")
# What a browser draws for a single letter in <mi>: italics, from Unicode's block of them.
CAPITAL, SMALL = 0x1D434, 0x1D44E
GREEK = {
    **{0x391 + number: 0x1D6E2 + number for number in range(25) if number != 17},
    **{0x3B1 + number: 0x1D6FC + number for number in range(25)},
    **dict(
        zip(
            map(ord, "ϴ∇∂ϵϑϰϕϱϖıȷ"),
            [0x1D6F3, 0x1D6FB, *range(0x1D715, 0x1D71C), 0x1D6A4, 0x1D6A5],
            strict=True,
        )
    ),
}
OPTIONS = {
    "flavor": "woff2",
    "layout_features": ["ssty"],
    "hinting": False,
    "desubroutinize": True,
    "glyph_names": False,
    "name_IDs": [0, 1, 13, 14],  # whose it is, and its licence
}
# TeX sets the scripts of all single letters at the same height; MathML moves those of letters with
# ends below or above the line. With these, in thousandths of an em, it does not; brackets still do.
SCRIPTS = {"SubscriptBaselineDropMin": -50, "SuperscriptBaselineDropMax": 360}
# A browser leaves each root the room of the widest sign there is, so that a small one would have a
# gap behind it. Tall signs are narrowed to this, in thousandths of an em; they are as wide in TeX.
WIDEST_ROOT = 860


def italic(character: str) -> int:
    """The code point that a browser draws for a character alone in ``<mi>``."""
    if character == "h":
        return 0x210E  # Planck's constant has the place of italic h
    if "a" <= character <= "z":
        return SMALL + ord(character) - ord("a")
    if "A" <= character <= "Z":
        return CAPITAL + ord(character) - ord("A")
    return GREEK.get(ord(character), ord(character))


def characters(pages: Iterable[str]) -> set[int]:
    """The code points that the formulas of these pages (HTML) are drawn with."""
    wanted = {ord(" ")}
    for page in pages:
        for formula in FORMULA.findall(page):
            wanted |= {italic(html.unescape(one)) for one in SINGLE.findall(formula)}
            wanted |= set(map(ord, html.unescape(re.sub("<[^>]*>", "", formula))))
            wanted |= {ord("√")} if ROOT.search(formula) else set()
    return wanted


def write_font(site: Path) -> None:
    """Write the font for the pages of a built site, made anew when they have other characters."""
    wanted = characters(path.read_text() for path in site.rglob("*.html"))
    made_of = repr(sorted(wanted)).encode() + Path(__file__).read_bytes() + WHOLE.read_bytes()
    kept = site.parent / "fonts" / f"{hashlib.sha256(made_of).hexdigest()[:16]}.woff2"
    if not kept.is_file():
        kept.parent.mkdir(exist_ok=True)
        make_font(wanted, kept)
    shutil.copyfile(kept, site / FONT)


def make_font(wanted: set[int], path: Path) -> None:
    """Cut the whole font down to these code points."""
    options = subset.Options(**OPTIONS)
    font = subset.load_font(WHOLE, options)
    reducing = subset.Subsetter(options)
    reducing.populate(unicodes=wanted)
    reducing.subset(font)
    constants = font["MATH"].table.MathConstants
    for name, value in SCRIPTS.items():
        getattr(constants, name).Value = value
    if ord("√") in wanted:
        narrow_roots(font)
    subset.save_font(font, path, options)


def narrow_roots(font: TTFont) -> None:
    """Make no sign of a root, and no part that it grows from, wider than `WIDEST_ROOT`."""
    variants = font["MATH"].table.MathVariants
    place = variants.VertGlyphCoverage.glyphs.index(font.getBestCmap()[ord("√")])
    signs = variants.VertGlyphConstruction[place]
    names = {record.VariantGlyph for record in signs.MathGlyphVariantRecord}
    names |= {part.glyph for part in signs.GlyphAssembly.PartRecords}
    outlines = font["CFF "].cff.topDictIndex[0]
    glyphs = font.getGlyphSet()
    drawn = {}
    for name in names:
        width, left = font["hmtx"][name]
        if width > WIDEST_ROOT:
            scale = WIDEST_ROOT / width
            pen = T2CharStringPen(WIDEST_ROOT, glyphs)
            glyphs[name].draw(TransformPen(pen, (scale, 0, 0, 1, 0, 0)))
            before = outlines.CharStrings[name]
            drawn[name] = pen.getCharString(before.private, before.globalSubrs)
            font["hmtx"][name] = WIDEST_ROOT, round(scale * left)
    for name, outline in drawn.items():
        outlines.CharStrings[name] = outline
