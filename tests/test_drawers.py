"""What opens over a page, by keyboard: it says its name, closes again and gives the focus back."""

import pytest
from on_screen import PHONE, complete

CHAPTER = "chapters/02_three_ways_to_pool"
DESK = {"viewport": {"width": 1280, "height": 900}}
NARROW = PHONE | {"device_scale_factor": 1}
FOCUS = "document.activeElement"


def visited(site, new_page, path, **options):
    page = new_page(reduced_motion="reduce", **options)
    page.goto(f"{site.address}{path}.html")
    complete(page)
    return page


def test_the_first_key_leads_past_the_menus(site, new_page):
    page = visited(site, new_page, CHAPTER, **DESK)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.tagName === 'ARTICLE'")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('article') !== null"), "the toolbar"


@pytest.mark.parametrize(
    ("button", "drawer"),
    [
        (".primary-toggle", "#pst-primary-sidebar-modal"),
        (".secondary-toggle", "#pst-secondary-sidebar-modal"),
        (".article-header-buttons .search-button", "#pst-search-dialog"),
    ],
)
@pytest.mark.parametrize("way", ["Escape", "the button in it"])
def test_what_slides_in_says_its_name_closes_and_gives_the_focus_back(
    site, new_page, npm_modules, button, drawer, way
):
    page = visited(site, new_page, CHAPTER, **NARROW)
    pressed = page.locator(button)
    says = pressed.get_attribute("aria-expanded")
    assert says in ("false", None)
    pressed.focus()
    page.keyboard.press("Enter")
    opened = page.locator(f"{drawer}[open]")
    opened.wait_for()
    assert opened.get_attribute("aria-label")
    assert page.evaluate(f"{FOCUS}.closest('dialog[open]') !== null")
    if says:
        page.locator(f"{button}[aria-expanded=true]").wait_for(state="attached")
    if way == "Escape":
        page.add_script_tag(content=(npm_modules / "axe-core" / "axe.min.js").read_text())
        found = page.evaluate("axe.run(document, { preload: false })")
        assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
        page.keyboard.press("Escape")
    else:
        opened.get_by_role("button", name="Close", exact=True).press("Enter")
    opened.wait_for(state="detached")
    page.wait_for_function(f"(css) => {FOCUS}.matches(css)", arg=button)
    if says:
        page.locator(f"{button}[aria-expanded=false]").wait_for()


def test_a_drawer_closes_on_the_way_to_a_section(site, new_page):
    page = visited(site, new_page, CHAPTER, **NARROW)
    page.locator(".secondary-toggle").press("Enter")
    page.locator("dialog[open] a[href='#check-yourself']").press("Enter")
    page.locator("dialog[open]").wait_for(state="detached")
    page.keyboard.press("Tab")
    # The next stop is within that section
    assert page.evaluate(f"{FOCUS}.closest('#check-yourself') !== null")


def test_the_table_of_contents_says_whether_it_is_there(site, new_page):
    page = visited(site, new_page, CHAPTER, **DESK)
    button = page.locator(".primary-toggle")
    assert button.get_attribute("aria-expanded") == "true"
    button.press("Enter")
    page.locator(".primary-toggle[aria-expanded=false]").wait_for()
    assert page.evaluate(f"{FOCUS}.matches('.primary-toggle')")
    page.locator("#pst-primary-sidebar").wait_for(state="hidden")


def test_the_menu_of_downloads_opens_moves_and_closes(site, new_page):
    page = visited(site, new_page, CHAPTER, **DESK)
    button = page.get_by_role("button", name="Download this page")
    button.press("Enter")
    assert button.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    assert page.evaluate(f"{FOCUS}.closest('.dropdown-menu') !== null")
    page.keyboard.press("Escape")
    assert button.get_attribute("aria-expanded") == "false"
    assert page.evaluate(f"{FOCUS}.matches('.dropdown-toggle')")


def test_a_tooltip_goes_at_escape(site, new_page):
    page = visited(site, new_page, CHAPTER, **DESK)
    page.get_by_role("button", name="Fullscreen mode").focus()
    page.locator("main .tooltip").wait_for()
    page.keyboard.press("Escape")
    page.locator(".tooltip").wait_for(state="detached")


def test_a_copy_and_the_colours_are_told(site, new_page):
    page = visited(site, new_page, CHAPTER, **DESK)
    page.locator(".copybtn").first.press("Enter")
    page.locator("main [role=status]", has_text="Copied").wait_for(state="attached")
    colours = page.locator(".theme-switch-button")
    before = colours.get_attribute("aria-label")
    assert before == "Colours: as your system"
    colours.press("Enter")
    page.wait_for_function(f"{FOCUS}.getAttribute('aria-label') !== '{before}'")
    assert colours.get_attribute("aria-label") in ("Colours: light", "Colours: dark")
