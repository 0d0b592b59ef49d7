"""Each page loads one style sheet and one script of the theme, and looks as with all of them."""

import base64
import io
import re
from pathlib import Path

import icons
import lean_pages
import pytest
import sphinx
import sphinx_book_theme
from checkout import ROOT
from fontTools.ttLib import TTFont
from lean_pages import AS_AROUND, lean, remove_unused
from on_screen import at_rest
from playwright.sync_api import Error as PageError
from used_style import Names, joined, used

THEMES = [
    *Path(sphinx.__file__).parent.glob("themes/basic/static/basic.css*"),
    icons.STATIC / "styles" / "pydata-sphinx-theme.css",
    Path(sphinx_book_theme.__file__).parent
    / "theme/sphinx_book_theme/static/styles/sphinx-book-theme.css",
]
SCRIPT = re.compile(r"<script([^>]*\bsrc=[^>]*)>")


# The built site


def test_a_page_asks_for_one_sheet_and_no_script_holds_up_its_first_paint(pages):
    for path, html in pages.items():
        sheets = re.findall(r'<link[^>]*rel="stylesheet"[^>]*href="([^"]+)"', html)
        assert len(sheets) == 1, path
        assert re.search(r"_static/site\.css\?v=\w{8}$", sheets[0]), path
        for attributes in SCRIPT.findall(html):
            assert re.search("defer|async|module", attributes), f"{path}: {attributes}"
        assert not re.search(r'<(?:i|span) class="fa', html), path
        assert '<svg class="sn-icon fa-bars"' in html, path


def test_what_no_page_asks_for_is_not_published(site):
    names = {path.name for path in (site.folder / "_static").rglob("*") if path.is_file()}
    assert {"site.css", "site.js", "favicon.svg"} <= names
    assert not any(re.search(r"fontawesome|\.map$|\.po$|\.ttf$", name) for name in names)


# What each element looks like stays in the page: it is far more than a test wants to be handed.
LOOK = """() => {
  const before = window.looks ?? [];
  window.looks = [...document.querySelectorAll('body, body *')].map((element) => {
    const of = (pseudo) => {
      const style = getComputedStyle(element, pseudo);
      if (pseudo && ['none', 'normal'].includes(style.content)) return ''; // nothing is there
      const said = [...style].filter((name) => !name.startsWith('--'));
      return said.map((name) => `${name}: ${style.getPropertyValue(name)}`).join('; ');
    };
    return [of(null), of('::before'), of('::after'), element.outerHTML.slice(0, 120)];
  });
  const changed = looks.flatMap((look, i) => look.slice(0, 3).flatMap((now, j) => {
    const was = before[i]?.[j]?.split('; ') ?? [];
    return was.join('; ') === now ? []
      : now.split('; ').filter((said, k) => said !== was[k]).map((said) => `${look[3]}: ${said}`);
  }));
  return before.length === looks.length ? changed.slice(0, 5) : ['another number of elements'];
}"""
VISITS = [
    ("book/index.html", 1280),
    ("book/glossary.html", 360),
    ("exercises/03_a_first_bayesian_model.html", 1280),
    ("search.html?q=divergence", 360),
]


def rest(page):
    """Wait until two readings agree."""
    while page.evaluate(LOOK):
        page.wait_for_timeout(200)


@pytest.mark.parametrize(("path", "width"), VISITS)
def test_no_rule_that_is_left_out_would_change_the_look(site, new_page, path, width):
    page = new_page(viewport={"width": width, "height": 900}, reduced_motion="reduce")
    page.goto(site.address + path)
    at_rest(page)
    rest(page)
    # What the themes have comes first, as it did: a rule that is still there says the same again.
    page.evaluate(
        "(style) => document.head.prepend(Object.assign(document.createElement('style'),"
        " { textContent: style }))",
        "\n".join(sheet.read_text() for sheet in THEMES),
    )
    assert not page.evaluate(LOOK)


def test_parts_of_code_without_a_mark_of_their_own_look_as_the_code_around_them(site, new_page):
    """Held against a page with the marks, in both looks."""
    page = new_page()
    page.goto(site.address + "chapters/05_the_hierarchical_logit.html")
    for look in ("light", "dark"):
        colours = page.evaluate(
            """([look, marks]) => {
              document.documentElement.dataset.theme = look;
              const pre = document.querySelector('.highlight pre');
              return ['', ...marks].map((mark) => {
                const part = pre.appendChild(document.createElement('span'));
                part.className = mark;
                const { color, backgroundColor, fontWeight, fontStyle } = getComputedStyle(part);
                return [color, backgroundColor, fontWeight, fontStyle].join();
              });
            }""",
            [look, AS_AROUND],
        )
        assert len(set(colours)) == 1, dict(zip(["", *AS_AROUND], colours, strict=True))


# What scripts do when the page has been read


TURNS = """
document.addEventListener("DOMContentLoaded", () => { done.push("first"); throw Error("one"); });
if (document.readyState === "loading")
  document.addEventListener("DOMContentLoaded", () => done.push("a"));
else done.push("too early");
document.addEventListener("DOMContentLoaded", () => done.push("b"));
inTurns();
document.addEventListener("DOMContentLoaded", () => done.push("as ever"));
const all = [];
document.dispatchEvent(new CustomEvent("sn-complete", { detail: all }));
all[0].then(() => done.push("all"));
done.push(document.readyState);
"""


@pytest.mark.parametrize("frames", [True, False])
def test_scripts_take_turns_after_the_first_frame(browser, frames):
    page = browser.new_page()
    page.clock.install(time=0)
    page.clock.pause_at(1)
    html = "<script>done = []</script><script defer src='turns.js'></script>"
    if not frames:
        html = "<script>requestAnimationFrame = () => {}</script>" + html
    script = (ROOT / "book" / "_static" / "in_turns.js").read_text() + TURNS
    page.route(
        "http://turns.test/", lambda route: route.fulfill(body=html, content_type="text/html")
    )
    page.route("**/turns.js", lambda route: route.fulfill(body=script))
    page.goto("http://turns.test/")
    page.clock.run_for(5 if frames else 900)
    assert page.evaluate("done") == ["interactive", "as ever"]
    with pytest.raises(PageError, match="one"):
        page.clock.run_for(200)
    page.clock.run_for(10)
    assert page.evaluate("done.slice(2)") == ["first", "a", "b", "all"]
    page.close()


# A look is known before the first paint


@pytest.mark.parametrize(
    ("kept", "system", "theme"),
    [(None, "dark", "dark"), ("light", "dark", "light"), ("auto", "light", "light")],
)
def test_the_look_is_known_before_anything_is_painted(site, new_page, kept, system, theme):
    page = new_page(color_scheme=system)
    page.route("**/*.js*", lambda route: route.fulfill(body="", content_type="text/javascript"))
    if kept:
        page.add_init_script(f"localStorage.setItem('mode', '{kept}')")
    page.goto(site.address + "book/index.html")
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    assert page.evaluate("document.documentElement.dataset.mode") == (kept or "auto")


# The parts


def test_an_icon_is_drawn_from_the_themes_font_and_silent():
    html = icons.drawn('<i class="fa-solid fa-sun fa-lg" data-mode="light" title="Light"></i>')
    assert re.match(r'<svg class="sn-icon fa-sun fa-lg" data-mode="light" viewBox="0 -448', html)
    assert "Light" not in html
    assert 'aria-hidden="true"' in html
    assert re.search(r'd="M[-\d MLQZHV]{100,}"', html)


def test_an_older_name_finds_its_icon_and_an_unknown_one_fails():
    new, old = (icons.drawn(f'<i class="fas fa-{name}"></i>') for name in ("pencil", "pencil-alt"))
    assert new.replace("fa-pencil", "") == old.replace("fa-pencil-alt", "")
    with pytest.raises(icons.UnknownIcon, match="fa-nothing"):
        icons.drawn('<i class="fas fa-nothing"></i>')


def test_the_icon_font_keeps_the_characters_of_the_sheet():
    face = (
        "@font-face{font-family:Font Awesome;font-weight:900;"
        'src:url("fonts/fa-solid-900.woff2") format("woff2")}'
    )
    small = icons.with_small_fonts(face + '.a:after{content:"\uf0f3"}')
    font = TTFont(io.BytesIO(base64.b64decode(re.search(r"base64,([^\"]+)", small)[1])))
    assert set(font.getBestCmap()) == {0xF0F3}
    assert "Font Awesome" not in icons.with_small_fonts(face.replace("900;", "400;"))


HEAD = """<html><head>
<link href="../_static/a.css?v=1" rel="stylesheet" />
<script src="../_static/scripts/fontawesome.js?digest=1"></script>
<script src="../_static/doctools.js?v=1"></script>
<script src="../_static/own.js"></script>
<script type="module" src="../_demos/demo.js"></script>
<script>DOCUMENTATION_OPTIONS.pagename = 'a';</script>
</head><body>{}</body></html>"""


def test_a_page_is_made_lean():
    html = lean(HEAD.replace("{}", '<i class="fa-solid fa-bars"></i>'), "../")
    assert re.findall(r"<script[^>]*>", html) == [
        '<script defer src="../_static/site.js?v=">',
        '<script defer src="../_static/own.js">',
        '<script type="module" src="../_demos/demo.js">',
    ]
    assert html.count("stylesheet") == 1


def test_code_keeps_only_the_marks_that_show():
    code = '<pre><span class="n">x</span><span class="o">=</span><span class="kc">None</span></pre>'
    html = lean(HEAD.replace("{}", code + '<p><span class="n">y</span></p>'), "../")
    assert '<pre>x=<span class="kc">None</span></pre><p><span class="n">y</span></p>' in html


def test_icons_of_a_page_are_drawn():
    html = lean(HEAD.replace("{}", '<i class="fa-solid fa-bars"></i>'), "../")
    assert '<svg class="sn-icon fa-bars"' in html


def test_a_part_that_folds_by_a_script_is_refused():
    with pytest.raises(ValueError, match="<details>"):
        lean(HEAD.replace("{}", '<div class="dropdown admonition">'), "../")


STYLE = """
@import "imported.css";
:root { --used: red; --unused: blue; --only-unused: var(--unused) }
.here, .gone { color: var(--used) }
.here:not(.gone):hover > a[href]::after { content: "{;}" }
.gone .here { color: blue }
#there { margin: 0 }
blink { margin: 0 }
@media (min-width: 1px) { .gone { margin: 0 } .here { animation: turn 1s; margin: 0 } }
@media print { .gone { margin: 0 } }
@keyframes turn { to { margin: 1px } }
@keyframes fall { to { margin: 1px } }
@font-face { font-family: Unused; src: url(x.woff) }
"""


def test_the_sheet_keeps_what_pages_and_scripts_name(tmp_path):
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "imported.css").write_text(".scripted { background: url('b.png#x') }")
    (tmp_path / "below" / "style.css").write_text(STYLE)
    names = Names()
    names.add_page('<p class="x here" id="there"><a href="y">z</a></p>')
    names.add_script('element.classList.add("scripted")')
    kept = used(joined([tmp_path / "below" / "style.css"], tmp_path), names)
    assert kept.splitlines() == [
        '.scripted{background: url("below/b.png")}',
        ":root{--used: red;}",
        ".here{color: var(--used)}",
        '.here:not(.gone):hover > a[href]::after{content: "{;}"}',
        "#there{margin: 0}",
        "@media (min-width: 1px){.here{animation: turn 1s;margin: 0}",
        "}",
        "@keyframes turn{to{margin: 1px}}",
    ]


def test_a_theme_that_makes_its_stops_another_way_is_noticed(tmp_path):
    script = tmp_path / "pydata-sphinx-theme.js"
    script.write_text('a();"complete"===document.readyState?O():window.addEventListener("load",O)')
    assert lean_pages.script_of(script) == "a();void 0"
    script.write_text("a()")
    with pytest.raises(ValueError, match="has changed"):
        lean_pages.script_of(script)


def test_unused_files_go_and_used_ones_stay(tmp_path):
    static = tmp_path / "_static"
    for name in ("site.css", "font/used.woff", "font/unused.woff", "old/map", "logo.png"):
        (static / name).parent.mkdir(parents=True, exist_ok=True)
        (static / name).touch()
    remove_unused(static, 'a{src:url("font/used.woff")}', ['<img src="../_static/logo.png?v=1">'])
    left = {path.relative_to(static).as_posix() for path in static.rglob("*")}
    assert left == {"site.css", "font", "font/used.woff", "logo.png"}
