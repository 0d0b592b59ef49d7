"""The script that brings the demos of a published page to life (`book/_ext/live_demos.js`)."""

import ipywidgets
import pytest
from league_table_on_screen import expected, shown
from on_screen import complete, press, settled
from one_demo import page_of
from static_host import served

from shrinkage.demos import LeagueTable


def test_host_loads_only_where_a_demo_is(pages):
    for name, text in pages.items():
        has_widget = "application/vnd.jupyter.widget-state+json" in text
        assert ("live_demos.js" in text) == has_widget, name
        assert "requirejs" not in text.lower(), name
        assert "html-manager" not in text, name


# A page with what no page of the course has: several demos, a view twice, widgets of others.


@pytest.fixture
def crowd(tmp_path, new_page):
    """A page with two league tables, the first one twice, and two widgets that cannot run here."""
    first, second = LeagueTable(), LeagueTable(seed=7, spread=0.5, year=3)
    stranger, broken = ipywidgets.IntSlider(), LeagueTable()
    broken._esm = "this is no module"
    (tmp_path / "index.html").write_text(page_of([first, second, first, stranger, broken]))
    with served(tmp_path) as running:
        page = new_page(color_scheme="dark")
        page.goto(running.address)
        complete(page)
        page.wait_for_function(
            "document.querySelectorAll('.sn-demo .sn-summary[aria-busy=false]').length === 3"
            " && document.querySelectorAll('.live-demo')[4].innerText.includes('could not start')"
        )
        yield page


def test_demos_of_one_page_keep_apart_and_views_of_one_model_together(crowd):
    one, two, again = crowd.locator(".sn-demo").all()
    for demo in (one, two, again):
        settled(demo)
    press(one, "Draw a year")
    settled(again)
    assert shown(one) == shown(again) == expected(year=2)
    assert shown(two) == expected(seed=7, spread=0.5, year=3)
    press(two, "Draw a year")
    assert shown(one) == expected(year=2)
    press(two, "Reset")
    assert shown(two) == expected(seed=7, spread=0.5, year=3)
    press(two, "Draw a year")
    two.get_by_role("button", name="Copy link to this state").click()
    assert crowd.evaluate("location.hash") == "#demo=league-table-2&year=4"
    ids = crowd.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids)), "an id twice on one page"


def test_what_cannot_run_here_gets_a_sentence(crowd):
    frames = crowd.locator(".live-demo").all()
    assert "needs a running Python" in frames[3].inner_text()
    assert "could not start here" in frames[4].inner_text()


def test_a_page_of_no_known_theme_follows_the_system(crowd):
    paper = crowd.locator(".sn-demo").first.evaluate("d => getComputedStyle(d).backgroundColor")
    assert paper == "rgb(20, 24, 30)"
