"""Every page, in a real Chromium: no error, nothing wider than a phone, nothing axe-core finds.

Every change meets each page in one of its two looks, every week in both.
"""

import build
import pytest
from on_screen import PHONE, at_rest
from turns import in_turn

PAGES = build.toc()
# WCAG's size of what is pressed is not among the rules that axe-core applies by itself.
RULES = "{ preload: false, rules: { 'target-size': { enabled: true } } }"


def opened(site, new_page, path, **options):
    page = new_page(**options)
    page.goto(f"{site.address}{path}.html")
    at_rest(page)
    return page


def found_by_axe(page, npm_modules) -> list[str]:
    page.add_script_tag(content=(npm_modules / "axe-core" / "axe.min.js").read_text())
    found = page.evaluate(f"axe.run(document, {RULES})")
    assert found["passes"], "axe looked at nothing"
    return [f"{v['id']}: {v['help']}: {v['nodes'][0]['html'][:200]}" for v in found["violations"]]


LOOKS = ["on a desk", "on a phone in the dark"]
VISITS = [
    pytest.param(path, *look.values, marks=look.marks)
    for number, path in enumerate(PAGES)
    for look in in_turn(LOOKS, shift=number)
]


@pytest.mark.parametrize(("path", "look"), VISITS)
def test_axe_finds_nothing_and_nothing_is_too_wide(site, new_page, npm_modules, path, look):
    if look == LOOKS[0]:
        fine_on_a_desk(site, new_page, npm_modules, path)
    else:
        fine_on_a_phone_in_the_dark(site, new_page, npm_modules, path)


def fine_on_a_desk(site, new_page, npm_modules, path):
    page = opened(site, new_page, path, color_scheme="light")
    told = found_by_axe(page, npm_modules)
    assert not told, "\n".join(told)


def fine_on_a_phone_in_the_dark(site, new_page, npm_modules, path):
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
