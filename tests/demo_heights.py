"""How high each demo of the site is, for the place that its page keeps for it until it has drawn.

`python tests/demo_heights.py` measures the built site in a Chromium and writes
`book/_ext/demo_heights.json`: by page and width of the window a height in CSS pixels for each of
its demos, in order. Needed where a demo's layout changes, or a page has another one.
"""

import json
import re
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "book"))
from browser import FLAGS, find
from checkout import ROOT
from on_screen import PATIENCE, complete, frames
from static_host import served

HEIGHTS = ROOT / "book" / "_ext" / "demo_heights.json"
SITE = ROOT / "_build" / "html"
WIDTHS = (360, 412, 768, 1280)


def pages_with_demos() -> list[str]:
    """Names of the built pages that have a demo."""
    with_demo = [p for p in SITE.rglob("*.html") if re.search(r'class="live-demo"', p.read_text())]
    return sorted(str(p.relative_to(SITE).with_suffix("")) for p in with_demo)


def measured() -> dict[str, list[dict[str, int]]]:
    """Heights by page, for each demo by width."""
    from playwright.sync_api import sync_playwright

    found = {}
    with served(SITE) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=list(FLAGS))
        for name in pages_with_demos():
            page = browser.new_page()
            page.set_default_timeout(PATIENCE)
            page.goto(f"{site.address}{name}.html")
            # What is measured is the demo, not the place that is kept for it
            page.add_style_tag(content=".live-demo { min-height: 0 !important }")
            complete(page)
            by_width = {}
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                frames(page, 5)
                page.wait_for_function("!document.querySelector('.sn-summary[aria-busy=true]')")
                by_width[width] = page.evaluate(
                    "[...document.querySelectorAll('.live-demo')].map((f) => f.offsetHeight)"
                )
            rows = zip(*by_width.values(), strict=True)
            found[name] = [dict(zip(map(str, WIDTHS), row, strict=True)) for row in rows]
            page.close()
        browser.close()
    return found


if __name__ == "__main__":
    HEIGHTS.write_text(json.dumps(measured(), indent=1) + "\n")
    print(HEIGHTS)
    sys.exit()
