"""The search finds what readers ask for, quotes the sentence, and helps where it finds nothing."""

from urllib.parse import quote_plus

import pytest
from on_screen import PATIENCE

# What is asked, and a page that has to be among the first three.
ASKED = {
    "Dr. B": "07_reading_shrinkage",
    "divergence": "06_when_the_sampler_fails",
    "divergences": "06_when_the_sampler_fails",
    "R-hat": "06_when_the_sampler_fails",
    "sigma_pop": "chapters/",
    "shrinkage": "glossary",
}


def found(page, site, asked):
    page.goto(f"{site.address}search.html?q={quote_plus(asked)}")
    page.wait_for_function(
        "/finished|did not match/.test(document.getElementById('search-results').innerText)",
        timeout=PATIENCE,
    )
    return page.evaluate(
        "[...document.querySelectorAll('#search-results li')].slice(0, 3)"
        ".map((row) => row.querySelector('a').href)"
    )


def test_what_readers_ask_for_is_found_first(site, new_page):
    page = new_page()
    for asked, wanted in ASKED.items():
        places = found(page, site, asked)
        assert any(wanted in place for place in places), f"{asked}: {places}"


def test_a_result_quotes_the_article_and_not_the_buttons(site, new_page):
    page = new_page()
    found(page, site, "divergence")
    page.wait_for_function("document.querySelectorAll('#search-results .context').length > 2")
    quotes = page.locator("#search-results .context").all_inner_texts()
    assert any("divergence" in quote.lower() for quote in quotes)
    assert not any(".ipynb" in quote for quote in quotes)


@pytest.mark.parametrize("asked", ["zzzqq"])
def test_nothing_found_is_said(site, new_page, asked):
    page = new_page()
    assert found(page, site, asked) == []
    assert "did not match" in page.locator("#search-results").inner_text()
