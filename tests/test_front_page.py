"""The site's address opens the landing page itself, with addresses right for where it lies."""

import re

from front_page import moved


def test_addresses_lead_from_the_root():
    html = (
        '<html data-content_root="../"><a href="using.html#start">a</a><a href="#here">b</a>'
        '<img src="../_images/a.webp"><form action="../search.html"><a href="?q=1">c</a>'
        '<a href="https://example.org/x">d</a><a href="mailto:a@b">e</a>'
    )
    assert moved(html, "book/index.html") == (
        '<html data-content_root="./"><a href="book/using.html#start">a</a><a href="#here">b</a>'
        '<img src="_images/a.webp"><form action="search.html"><a href="./?q=1">c</a>'
        '<a href="https://example.org/x">d</a><a href="mailto:a@b">e</a>'
    )


def test_the_sites_root_is_the_landing_page_and_leads_to_every_page(site, pages):
    front, landing = pages["index.html"], pages["book/index.html"]
    assert (
        re.search(r"<h1>.*?</h1>", front, re.S)[0] == re.search(r"<h1>.*?</h1>", landing, re.S)[0]
    )
    links = set(re.findall(r'\b(?:href|src)="(?!https?:|#|data:)([^"?#]+)', front))
    assert len(links) > 45
    assert not [link for link in links if not (site.folder / link).exists()]
