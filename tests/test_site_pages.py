"""Every page, in a real Chromium: no error, nothing wider than a phone, nothing axe-core finds."""

import build
import pytest
from on_screen import PHONE

pytestmark = [pytest.mark.slow, pytest.mark.beside]

PAGES = build.toc()
# What the theme puts around a page, and docutils around a citation, is not the course's to change.
OURS = "{ include: ['article.bd-article'], exclude: ['.citation-list'] }"


def opened(site, new_page, path, **options):
    page = new_page(**options)
    page.goto(f"{site.address}{path}.html")
    page.wait_for_function("() => !window.MathJax || !!MathJax.startup?.document")
    page.wait_for_timeout(300)
    return page


def found_by_axe(page, npm_modules) -> list[str]:
    page.add_script_tag(content=(npm_modules / "axe-core" / "axe.min.js").read_text())
    found = page.evaluate(f"axe.run({OURS}, {{ preload: false }})")
    assert found["passes"], "axe looked at nothing"
    return [f"{v['id']}: {v['help']}: {v['nodes'][0]['html'][:200]}" for v in found["violations"]]


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_on_a_page(site, new_page, npm_modules, path):
    page = opened(site, new_page, path, color_scheme="light")
    told = found_by_axe(page, npm_modules)
    assert not told, "\n".join(told)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_a_phone_and_axe_finds_nothing_there_in_the_dark(
    site, new_page, npm_modules, path
):
    page = opened(site, new_page, path, **PHONE | {"color_scheme": "dark"})
    width = page.evaluate("document.documentElement.clientWidth")
    wide = page.evaluate(
        """(width) => Array.from(document.querySelectorAll('article.bd-article *')).filter((e) => {
          const box = e.getBoundingClientRect();
          if (box.right <= width + 1 || box.width === 0) return false;
          for (let a = e; a; a = a.parentElement)  // what scrolls in a frame of its own may be wide
            if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(a).overflowX) &&
                a.getBoundingClientRect().right <= width + 1) return false;
          return true;
        }).map((e) => e.outerHTML.slice(0, 200))""",
        width,
    )
    assert not wide, "\n".join(wide[:5])
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    told = found_by_axe(page, npm_modules)
    assert not told, "\n".join(told)
