"""Pictures and demos cost a reader few bytes, come when the reader is near, and move nothing."""

import gzip
import json
import re
from html.parser import HTMLParser
from statistics import median

import pytest
from on_screen import PATIENCE, PHONE, frames
from static_host import Site

LIGHT = 60_000  # bytes of pictures on the median of the pages that have any
HEAVY = 130_000  # and on the heaviest one
STATE = 3_000  # bytes of demos' state in a page, compressed
SHIFT = 0.02  # layout shift while a whole page is scrolled through; 0.1 is what browsers call good
WITH_DEMO = ["book/demos", "book/index", "chapters/10_twelve_hospitals"]
LOOKS = {"desk": {}, "phone": PHONE}


class _Images(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        if tag == "img" and "_images/" in (dict(attrs).get("src") or ""):
            self.found.append(dict(attrs))


def images(text):
    parser = _Images()
    parser.feed(text)
    return parser.found


def test_every_picture_says_its_size_and_all_but_a_pages_first_wait(pages):
    checked = 0
    for path, text in pages.items():
        for number, image in enumerate(images(text)):
            checked += 1
            where = f"{path}: {image['src']}"
            assert int(image["width"]) > 100, where
            assert int(image["height"]) > 100, where
            assert image["decoding"] == "async", where
            assert (image.get("loading") == "lazy") == (number > 0), where
            assert (image.get("fetchpriority") == "high") == (number == 0), where
    assert checked > 80


@pytest.mark.parametrize("spares", [False, True])
def test_pictures_further_down_come_when_the_page_has_long_been_at_rest(site, browser, spares):
    """A page that nobody has scrolled prints whole; who saves data is spared them."""
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    saves = f"{{ value: {{ saveData: {str(spares).lower()} }} }}"
    page.add_init_script(f"Object.defineProperty(navigator, 'connection', {saves})")
    page.goto(f"{site.address}chapters/01_the_perfect_doctor.html")
    if spares:
        page.wait_for_timeout(6000)
    else:
        page.wait_for_function("!document.querySelector('[loading=lazy]')")
        page.wait_for_function("[...document.images].every(({ complete }) => complete)")
        assert page.evaluate("scrollY") == 0
    waiting = page.evaluate("document.querySelectorAll('img[loading=lazy]').length")
    assert waiting > 3 if spares else waiting == 0
    page.close()


def test_pictures_are_light(site: Site, pages):
    weights = {}
    for path, text in pages.items():
        names = {image["src"].rsplit("/", 1)[1] for image in images(text)}
        assert not [name for name in names if name.endswith(".png")], path
        if names:
            weights[path] = sum((site.folder / "_images" / n).stat().st_size for n in names)
    assert len(weights) > 20
    assert median(weights.values()) < LIGHT
    assert max(weights.values()) < HEAVY, max(weights, key=weights.get)


def test_the_site_has_no_picture_and_no_demo_that_no_page_names(site: Site, pages):
    text = "".join(pages.values())
    for folder in ("_images", "_demos"):
        files = list((site.folder / folder).iterdir())
        assert len(files) > 10
        assert not [file.name for file in files if file.name not in text]


def test_a_page_holds_a_demos_state_and_not_its_code(site: Site, pages):
    checked = 0
    for path, text in pages.items():
        for state in re.findall(r'widget-state\+json">(.*?)</script>', text, re.DOTALL):
            assert len(gzip.compress(state.encode())) < STATE, path
            for widget in json.loads(state)["state"].values():
                values = widget["state"]
                for trait in {"_esm", "_css"} & values.keys():
                    checked += 1
                    assert (site.folder / "_demos" / values[trait]).is_file(), path
    assert checked > 20


def test_a_demo_is_fetched_when_its_picture_comes_near(site: Site, new_page):
    page = new_page(viewport={"width": 1280, "height": 900})
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    def code():
        return [url for url in asked if re.search(r"_demos/\w+-\w+\.(js|css)$", url)]

    page.goto(f"{site.address}chapters/01_the_perfect_doctor.html", wait_until="networkidle")
    frames(page, 10)
    assert page.locator(".live-demo img").count() == 1, "the still picture is gone"
    assert not code()
    # A screen and a half above it: still too far; then within a screen, but not yet to be seen.
    top = page.locator(".live-demo").evaluate("f => f.getBoundingClientRect().top + scrollY")
    page.evaluate("y => scrollTo({ top: y, behavior: 'instant' })", top - 2.5 * 900)
    frames(page, 10)
    assert not code()
    page.evaluate("y => scrollTo({ top: y, behavior: 'instant' })", top - 1.5 * 900)
    page.locator(".sn-demo .sn-summary[aria-busy=false]").wait_for()
    assert len(code()) == 2
    assert page.locator(".live-demo img").count() == 0


def test_the_keyboard_does_not_pass_a_demo_by(site: Site, new_page):
    page = new_page()
    page.goto(f"{site.address}chapters/01_the_perfect_doctor.html")
    page.locator(".live-demo").focus()
    page.locator(".sn-demo .sn-summary[aria-busy=false]").wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("Boolean(document.activeElement.closest('.sn-demo'))")


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", WITH_DEMO)
def test_nothing_moves_while_a_page_is_scrolled_through(site: Site, new_page, name, look):
    page = new_page(**LOOKS[look])
    page.add_init_script(
        """window.shifts = [];
        new PerformanceObserver((list) => {
            for (const shift of list.getEntries()) shifts.push([shift.value, scrollY,
                ...shift.sources.map(({ node }) => node?.nodeName + "." + node?.className)]);
        }).observe({ type: "layout-shift", buffered: true });"""
    )
    page.goto(f"{site.address}{name}.html")
    while page.evaluate(
        """async () => {
            const before = scrollY;
            scrollBy({ top: innerHeight / 4, behavior: "instant" });
            await new Promise((go) => setTimeout(go, 50));
            return scrollY > before;
        }"""
    ):
        frames(page, 3)
    page.wait_for_function(
        "document.querySelectorAll('.live-demo.live').length"
        " === document.querySelectorAll('.live-demo').length"
    )
    shifts = page.evaluate("shifts")
    assert sum(shift[0] for shift in shifts) < SHIFT, shifts
