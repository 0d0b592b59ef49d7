"""Sphinx extension: a page loads one style sheet and one script of the theme, and draws its icons.

sphinx-book-theme's pages ask for nine style sheets and a dozen scripts, three of which hold up the
first paint; much of it is for what no page of the course has. Each page passes through here when
its template has been filled in, and when all are written the style sheet is made of the rules that
they use. What a page looks like and what its buttons do stay the theme's.
"""

import hashlib
import re
from collections.abc import Collection, Iterable
from pathlib import Path

from accessible_pages import accessible
from icons import drawn, with_small_fonts
from sphinx.jinja2glue import BuiltinTemplateLoader
from used_style import Names, joined, used

STYLE, SCRIPT = "_static/site.css", "_static/site.js"
# In this order in the one script.
TOGETHER = [
    "in_turns.js",
    "documentation_options.js",
    "doctools.js",
    "clipboard.min.js",
    "copybutton.js",
    "scripts/sphinx-book-theme.js",
    "scripts/bootstrap.js",
    "scripts/pydata-sphinx-theme.js",
    "course.js",
    "buttons.js",
    "pictures.js",
    "printing.js",
    "offline.js",
]
# For what no page has: icons (drawn here), admonitions and tabs that fold (see `FOLDS`), and marks
# on a page that was searched for (the search leads to the section).
LEFT_OUT = [
    "scripts/fontawesome.js",
    "togglebutton.js",
    "design-tabs.js",
    "sphinx_highlight.js",
]
FOLDS = re.compile(r'class="(?:[^"]* )?(?:toggle|sd-tab-set|dropdown admonition)[ "]')
# Names that a script gives to parts of a page. Bootstrap has many more, for what no page has.
GIVEN = """
    show showing hide hiding fade active collapsed collapsing scrolled noprint highlighted search
    tooltip tooltip-inner tooltip-arrow bs-tooltip-auto bs-tooltip-top bs-tooltip-bottom
    bs-tooltip-start bs-tooltip-end dropdown-menu-dark pst-sidebar-hidden context summary
"""
SHEET = re.compile(r'\s*<link [^>]*rel="stylesheet"[^>]*>')
PRELOAD = re.compile(r'\s*<link rel="preload" as="script"[^>]*>')
SOURCE = re.compile(r'\s*<script(?P<more>[^>]*?) src="(?P<address>[^"]+)"(?P<rest>[^>]*)></script>')
# What is set up for scripts that are left out, or that need no setting.
SETTING = re.compile(
    r"\s*<script>(?:let toggleHint|let toggleOpen|var togglebuttonSelector"
    r"|DOCUMENTATION_OPTIONS\.pagename)[^<]*</script>"
)
# Parts of code that look as the code around them: names, modules, brackets and spaces, which are
# two of five elements of a long chapter. Of the rest half are operators, which need no colour.
AS_AROUND = ("n", "nn", "p", "pm", "w")
PRE = re.compile(r"<pre\b.*?</pre>", re.S)
PLAIN_PART = re.compile(rf'<span class="(?:{"|".join([*AS_AROUND, "o"])})">([^<]*)</span>')
# The theme knows an earlier visit's look, and asks the system for its own after the first paint.
LOOK = re.compile(r'<script data-cfasync="false">.*?</script>', re.S)
THEME = """<script>{
    const { dataset } = document.documentElement;
    let kept;
    try { kept = localStorage.getItem("mode"); } catch {} // a browser may refuse to keep anything
    dataset.mode = kept || "auto";
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    dataset.theme = dataset.mode !== "auto" ? dataset.mode : dark ? "dark" : "light";
  }</script>"""
# The theme makes what is wider than the page a stop of the keyboard, which asks each part for its
# width and again after each change of the page. `course.js` does it, and gives the stop a name.
TWIN = re.compile(
    r'"complete"===document\.readyState\?(\w+)\(\):window\.addEventListener\("load",\1\)'
)
ASKED = re.compile(r'(?:src|href)="(?:\.\.?/)*(_static/[^"#]+)')
URL = re.compile(r'url\("([^":]+)"\)')
VERSION = re.compile(rf"({re.escape(STYLE)}|{re.escape(SCRIPT)})\?v=\w*")


class Templates(BuiltinTemplateLoader):
    """Sphinx's templates, whose filled-in pages are made lean."""

    def init(self, builder, theme=None, dirs=None) -> None:
        super().init(builder, theme, dirs)
        self.sheets: dict[str, None] = {}  # that the pages asked for, in their order

    def render(self, template: str, context: dict) -> str:
        html = super().render(template, context)
        if "</head>" not in html:
            return html
        for tag in SHEET.findall(html):
            self.sheets[_plain(re.search(r'href="([^"]+)"', tag)[1])] = None
        return lean(accessible(html), context["content_root"])


def lean(html: str, root: str) -> str:
    """A page with its icons drawn, one style sheet, one script, and every other script deferred.

    Parameters
    ----------
    html : str
        As the theme's template makes it.
    root : str
        Address of the site's root from this page, with a slash at its end.

    Raises
    ------
    ValueError
        If the page has a part that folds, whose script is left out.
    """
    if found := FOLDS.search(html):
        raise ValueError(f"Write <details> for what folds: no script is there for {found[0]}.")

    def source(found: re.Match) -> str:
        address = _plain(found["address"])
        if address.removeprefix("_static/") in (*TOGETHER, *LEFT_OUT):
            return ""
        waits = re.search("defer|async|module", found["more"] + found["rest"])
        return found[0] if waits else found[0].replace("<script", "<script defer", 1)

    for pattern in (SHEET, PRELOAD, SETTING):
        html = pattern.sub("", html)
    html = SOURCE.sub(source, html)
    html = LOOK.sub(THEME, html)
    html = PRE.sub(lambda code: PLAIN_PART.sub(r"\1", code[0]), html)
    ours = (
        f'  <link rel="stylesheet" href="{root}{STYLE}?v=" />\n'
        f'  <script defer src="{root}{SCRIPT}?v="></script>\n'
    )
    # Before the first script of the page's own, which may stand on the theme's
    place = next(re.finditer(r"[ \t]*<script (?:defer )?[^>]*src=|[ \t]*</head>", html)).start()
    return drawn(html[:place] + ours + html[place:])


def _plain(address: str) -> str:
    """An address within the site, relative to its root."""
    return re.sub(r"^(?:\.\.?/)+", "", address.split("?")[0])


def join(app, exception) -> None:
    """Write the style sheet and the script, and have the pages ask for these versions of them."""
    if exception or app.builder.format != "html":
        return
    site = Path(app.outdir)
    found = (path for path in site.rglob("*.html") if not path.is_relative_to(site / "_static"))
    pages = {path: path.read_text() for path in found}
    if (
        sheets := app.builder.templates.sheets
    ):  # a page was written, and Sphinx has copied the theme's files
        write_together(site, [site / sheet for sheet in sheets], pages.values())
    versions = {name: digest(site / name) for name in (STYLE, SCRIPT)}
    remove_unused(site / "_static", (site / STYLE).read_text(), pages.values())
    for path, html in pages.items():
        now = VERSION.sub(lambda found: f"{found[1]}?v={versions[found[1]]}", html)
        if now != html:
            path.write_text(now)


def write_together(site: Path, sheets: Iterable[Path], pages: Collection[str]) -> None:
    """Write the style sheet that these pages can use, and the script."""
    static, names = site / "_static", Names()
    names.others.update(GIVEN.split())
    scripts = [static / name for name in TOGETHER if name != "scripts/bootstrap.js"]
    scripts += [*site.glob("_demos/*.js"), *site.glob("_search/search.js")]
    texts = [path.read_text() for path in scripts]
    for html in pages:
        names.add_page(html)
    for text in texts:
        names.add_script(text)
    own = [path.read_text() for path in site.glob("_demos/*.css")]
    style = used(joined(sheets, static), names, "".join([*pages, *texts, *own]))
    (site / STYLE).write_text(with_small_fonts(style))
    together = [script_of(static / name) for name in TOGETHER]
    (site / SCRIPT).write_text(";\n".join([*together, "inTurns();\n"]))


def digest(path: Path) -> str:
    """What tells one version of a file from another."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8]


def remove_unused(static: Path, style: str, pages: Iterable[str]) -> None:
    """Delete the theme's files that neither a page nor the style sheet asks for."""
    asked = {STYLE, SCRIPT} | {f"_static/{address}" for address in URL.findall(style)}
    for html in pages:
        asked |= {_plain(address) for address in ASKED.findall(html)}
    for path in sorted(static.rglob("*"), reverse=True):  # what a folder holds comes before it
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path.relative_to(static.parent).as_posix() not in asked:
            path.unlink()


def script_of(path: Path) -> str:
    """A script's text without the address of a source map, which is not published, and a twin."""
    text = re.sub(r"^//# sourceMappingURL=.*$", "", path.read_text(), flags=re.M)
    if path.name != "pydata-sphinx-theme.js":
        return text
    text, found = TWIN.subn("void 0", text)
    if found != 1:
        raise ValueError(f"{path.name} has changed: look for what `TWIN` was, and whether it goes.")
    return text


def setup(app) -> dict:
    """Register the extension with Sphinx."""
    app.connect("build-finished", join, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
