"""What the theme's pages lack for screen readers is added to each of them, and to nothing else."""

import re
from itertools import pairwise

from accessible_pages import (
    accessible,
    with_entries,
    with_named_folds,
    with_one_article,
    with_one_viewport,
)


def count(pattern, html):
    return len(re.findall(pattern, html))


def test_a_page_has_one_main_part_one_footer_and_its_title_once(pages):
    for path, html in pages.items():
        if 'id="pst-skip-link"' not in html:
            continue  # leads on to another page
        assert count("<main[ >]", html) == count("</main>", html) == 1, path
        assert count("<meta[^>]*viewport", html) == 1, path
        main, after = html.split("<main ")[1].split("</main>")
        assert re.search('class="bd-(?:article|search-container)"', main), path
        assert "extra_footer" in after, path
        assert "extra_footer" not in main, path
        assert count("<footer[ >]", after) == 1, path  # one in main is no landmark
        shown = re.sub(r'<div id="jb-print-docs-body".*?(?=<article)', "", main, flags=re.S)
        assert count("<h1[ >]", shown) == 1, path


def test_headings_go_down_by_one_level_at_a_time(pages):
    for path, html in pages.items():
        if not (article := re.search(r'<article class="bd-article".*?</article>', html, re.S)):
            continue
        levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", article[0])]
        for above, level in pairwise(levels):
            assert level <= above + 1, f"{path}: h{level} after h{above}"


def test_what_slides_in_has_a_name_and_a_button_to_close_it(pages):
    for path, html in pages.items():
        for dialog in re.findall("<dialog[^>]*>", html):
            assert 'aria-label="' in dialog, f"{path}: {dialog}"
        sidebars = count('id="pst-(?:primary|secondary)-sidebar"', html)
        search = html.count('<dialog id="pst-search-dialog"')
        assert html.count("sn-close") == sidebars + search, path


def test_a_page_without_the_themes_parts_stays_as_it_is():
    page = "<html><head></head><body><main><p>Words.</p></main></body></html>"
    assert accessible(page) == page


def test_the_footer_moves_out_of_the_main_part():
    page = (
        '<main id="main-content" class="bd-main" role="main"><div class="bd-content"><p>Words.</p>'
        '</div>\n<footer class="bd-footer-content">Licence</footer></main>'
        '<footer class="bd-footer">\n</footer>'
    )
    assert with_one_article(page) == (
        '<div class="bd-main"><main id="main-content" tabindex="-1" class="bd-content">'
        '<p>Words.</p></main>\n<footer class="bd-footer-content">Licence</footer></div>'
        '<div class="bd-footer"></div>'
    )


def test_an_arrow_is_named_after_its_page():
    entry = '<a href="8.html">8. Could &lt;it&gt; be?</a><details open><summary>v</summary>'
    assert 'summary aria-label="Pages below: 8. Could &lt;it&gt; be?"' in with_named_folds(entry)


def test_one_viewport_and_entries_as_items():
    meta = '<meta name="viewport" content="width=device-width" />\n'
    html = with_one_viewport(f"<head>{meta}<title>T</title>{meta}</head>")
    assert html.count("viewport") == 1
    assert "user-scalable" not in html
    assert with_entries('<div role="doc-biblioentry">') == '<div role="listitem">'
