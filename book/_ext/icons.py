"""The theme's icons as SVG within the page, in place of half a megabyte of script and fonts.

The theme marks an icon with ``<i class="fa-solid fa-bars">`` and draws it by Font Awesome's script.
Here each is drawn when the page is written, from the outline that the theme's own copy of the font
has, so a page carries the few icons that it shows and fetches nothing for them. Those that the
style sheet puts before a title stay characters of that font, which keeps these characters alone.
"""

import base64
import io
import re
from functools import cache
from pathlib import Path

import pydata_sphinx_theme
from fontTools import subset
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont

STATIC = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme" / "static"
FONTS = {
    "fa-solid": "fa-solid-900.ttf",
    "fas": "fa-solid-900.ttf",
    "fa-regular": "fa-regular-400.ttf",
    "far": "fa-regular-400.ttf",
    "fa-brands": "fa-brands-400.ttf",
    "fab": "fa-brands-400.ttf",
}
ICON = re.compile(r'<(i|span)\s+class="(?P<classes>[^"]*\bfa[srb-][^"]*)"(?P<more>[^>]*)></\1>')
FACE = re.compile(r"(@font-face\{[^}]*Font Awesome[^}]*src:)([^}]*)\}")
CHARACTER = re.compile("[\ue000-\uf8ff]")  # private use: Font Awesome's are there
OPTIONS = subset.Options(
    layout_features=[], hinting=False, glyph_names=False, name_IDs=[], notdef_outline=False
)
HEIGHT, ASCENT = 512, 448  # of the em square in which Font Awesome draws, and above the baseline


class UnknownIcon(LookupError):
    """The theme asks for an icon that its font does not have."""


def drawn(html: str) -> str:
    """The page with its icons drawn; they say nothing to a screen reader, which reads the button.

    Raises
    ------
    UnknownIcon
        If the theme's font has no icon of the name.
    """
    return ICON.sub(lambda found: _svg(found["classes"], found["more"]), html)


def with_small_fonts(style: str) -> str:
    """The style sheet with its icon font inside it, reduced to the characters that it has."""
    wanted = sorted(map(ord, set(CHARACTER.findall(style))))

    def small(found: re.Match) -> str:
        if "font-weight:900" not in found[0] or not wanted:  # no rule asks for another weight
            return ""
        file = Path(re.search(r'url\("([^"]+)\.woff2"', found[2])[1]).name
        # Without the time of day, so that the same pages make the same sheet
        fonts = STATIC / "vendor" / "fontawesome" / "webfonts"
        font = TTFont(fonts / f"{file}.ttf", recalcTimestamp=False)
        reducing = subset.Subsetter(OPTIONS)
        reducing.populate(unicodes=wanted)
        reducing.subset(font)
        font.flavor, out = "woff", io.BytesIO()
        font.save(out)
        code = base64.b64encode(out.getvalue()).decode()
        return f'{found[1]}url("data:font/woff;base64,{code}") format("woff")}}'

    return FACE.sub(small, style)


def _svg(classes: str, more: str) -> str:
    names = classes.split()
    [font] = {FONTS[name] for name in names if name in FONTS} or {""}
    named = (_outline(font, name.removeprefix("fa-")) for name in names if name.startswith("fa-"))
    outline = next(filter(None, named), None)
    if not outline:
        raise UnknownIcon(f"The theme's font {font or 'of icons'} has nothing named '{classes}'.")
    width, path = outline
    kept = " ".join(name for name in names if name not in FONTS)
    more = re.sub(r'\s*title="[^"]*"', "", more)  # the button around it has a name
    return (
        f'<svg class="sn-icon {kept}"{more.rstrip()} viewBox="0 -{ASCENT} {width} {HEIGHT}" '
        f'aria-hidden="true"><path transform="scale(1 -1)" d="{path}"/></svg>'
    )


@cache
def _outline(font: str, name: str) -> tuple[int, str] | None:
    """An icon's width and its outline as an SVG path, y upwards; None if there is none."""
    glyphs, characters = _font(font)
    if name not in glyphs:  # an older name, which the style sheet leads to its character
        style = (STATIC / "styles" / "pydata-sphinx-theme.css").read_text()
        found = re.search(rf'\.fa-{re.escape(name)}:before[^{{}}]*\{{content:"\\(\w+)"', style)
        name = characters.get(int(found[1], 16), "") if found else ""
    if name not in glyphs:
        return None
    pen = SVGPathPen(glyphs, ntos=lambda number: str(round(number)))
    glyphs[name].draw(pen)
    return round(glyphs[name].width), pen.getCommands()


@cache
def _font(file: str) -> tuple:
    font = TTFont(STATIC / "vendor" / "fontawesome" / "webfonts" / file)
    return font.getGlyphSet(), font.getBestCmap()
