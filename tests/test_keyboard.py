"""The site by keyboard: each stop is seen, marked, and comes in the order of reading."""

import pytest
from on_screen import PHONE, complete

PAGES = [
    "index.html",
    "chapters/06_when_the_sampler_fails.html",
    "exercises/03_a_first_bayesian_model.html",
    "search.html?q=divergence",
]
DESK = {"viewport": {"width": 1280, "height": 900}}
VISITS = [*((path, DESK) for path in PAGES), (PAGES[1], PHONE | {"color_scheme": "dark"})]
# What the reader's focus is on: where, how it is marked, and whether something covers it.
STOP = """() => {
  const it = document.activeElement;
  if (!it || it === document.body) return null;
  const ringed = it.closest('.sd-card') ?? it;  // a card is one link, and marked as a whole
  const style = getComputedStyle(ringed), box = ringed.getBoundingClientRect();
  const seen = document.elementFromPoint(
    Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 1),
    Math.min(Math.max(box.top + Math.min(box.height / 2, 20), 1), innerHeight - 1));
  window.stops ??= [];
  const before = window.stops.at(-1);
  window.stops.push(it);
  return {
    html: it.outerHTML.slice(0, 160),
    size: box.width * box.height,
    hidden: Boolean(it.closest('[aria-hidden=true]')),
    ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
      || style.boxShadow !== 'none',
    covered: !(ringed.contains(seen) || seen?.contains(it) || it.labels?.[0]?.contains(seen)),
    backwards: Boolean(before) && !(before.compareDocumentPosition(it) & 4),
  };
}"""


@pytest.mark.parametrize(("path", "look"), VISITS)
def test_each_stop_is_seen_and_comes_in_order(site, new_page, path, look):
    page = new_page(reduced_motion="reduce", **look)
    page.goto(site.address + path)
    complete(page)
    page.wait_for_load_state("networkidle")
    page.evaluate("scrollTo(0, 0); document.activeElement.blur()")
    stops, wrong = 0, []
    while True:
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None:  # past the last one
            break
        stops += 1
        assert stops < 1_500, "no end: the focus is trapped"
        ill = [name for name in ("hidden", "covered", "backwards") if stop[name]]
        ill += [name for name in ("size", "ring") if not stop[name]]
        if ill:
            wrong.append(f"{', '.join(ill)}: {stop['html']}")
    assert stops > 40
    assert not wrong, "\n".join(wrong[:12])
