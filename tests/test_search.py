"""The search leads to the section that is asked for, quotes it, and helps where there is none."""

import re
from urllib.parse import parse_qs, quote_plus, urlsplit

import pytest
import search_page
from docutils import nodes
from docutils.core import publish_doctree
from on_screen import PATIENCE

# What is asked, and a section that has to be among the first three.
ASKED = {
    "Dr. B": "chapters/07_reading_shrinkage.html#why-b-moves-and-g-stays",
    "divergence": "book/glossary.html#term-divergence",
    "divergences": "chapters/06_when_the_sampler_fails.html#divergences",
    "R-hat": "chapters/06_when_the_sampler_fails.html#r-hat-and-effective-sample-size",
    "Rhat": "chapters/06_when_the_sampler_fails.html#r-hat-and-effective-sample-size",
    "rhats": "chapters/06_when_the_sampler_fails.html#r-hat-and-effective-sample-size",
    "shrinkage": "book/glossary.html#term-shrinkage",
    "SHRINKAGE": "book/glossary.html#term-shrinkage",
    "partial pooling": "book/glossary.html#term-partial-pooling",
    "what is partial pooling": "book/glossary.html#term-partial-pooling",
    "funnel plot": "book/glossary.html#term-funnel-plot",
    "league table": "book/glossary.html#term-league-table",
    "mortality ratio": "book/glossary.html#term-standardised-ratio",
    "non-centered": "book/glossary.html#term-non-centred-parameterisation",
    "standardized": "book/glossary.html#term-standardised-ratio",
    "funnel plots": "chapters/09b_how_often_a_rule_accuses_the_innocent.html"
    "#funnel-plots-and-their-limits",
    "sigma_pop": "book/notation.html#symbol-sigma-text-pop",
    "σ_pop": "book/notation.html#symbol-sigma-text-pop",
    "σ": "book/notation.html#symbol-sigma-text-pop",
    "sigma": "book/notation.html#symbol-sigma-text-pop",
    "mu_pop": "book/notation.html#symbol-mu-text-pop",
    "R̂": "chapters/06_when_the_sampler_fails.html#r-hat-and-effective-sample-size",
    "az.summary": "chapters/03b_when_the_grid_runs_out.html#a-regression-from-a-formula",
    "Agresti-Coull": "book/glossary.html#term-AgrestiCoull-interval",
    "how do I read it offline": "book/using.html#offline-and-on-paper",
    "PDF": "book/using.html#offline-and-on-paper",
    "nbgrader": "book/other_graders.html#nbgrader-on-jupyterhub-or-alone",
}
READY = "!/^(Searching.*)?$/.test(document.querySelector('.sn-found-count')?.innerText ?? '')"


@pytest.fixture
def ask(site, new_page):
    page = new_page()

    def search(question):
        page.goto(f"{site.address}search.html?q={quote_plus(question)}")
        page.wait_for_function(READY, timeout=PATIENCE)
        return page

    return search


def places(page, site):
    links = page.locator(".sn-found li a").evaluate_all("links => links.map(({ href }) => href)")
    return [link.removeprefix(site.address) for link in links]


def count(page):
    return page.locator(".sn-found-count").inner_text()


@pytest.mark.parametrize("question", ASKED)
def test_what_readers_ask_for_is_found_first(site, ask, question):
    assert ASKED[question] in places(ask(question), site)[:3]


def test_what_is_found_is_there(site, ask, pages):
    page = ask("model")
    page.locator(".sn-found-more").click()
    found = places(page, site)
    assert len(found) > 100
    for place in found:
        path, _, fragment = place.partition("#")
        assert not fragment or re.search(rf'id="{re.escape(fragment)}"', pages[path]), place


def test_what_is_asked_as_it_is_typed_comes_before_its_words(ask):
    """'Dr. B' is no search for doctors and a b."""
    page = ask("Dr. B")
    marks = page.locator(".sn-found mark").all_inner_texts()
    assert len(marks) > 20
    assert set(marks) == {"Dr. B"}


def test_a_result_quotes_the_article_and_not_the_buttons_or_what_was_printed(site, ask):
    page = ask("divergence")
    page.locator(".sn-found-more").click()
    quotes = page.locator(".sn-found p").all_inner_texts()
    assert len(quotes) > 20
    for quote, marks in zip(
        quotes,
        page.locator(".sn-found p").evaluate_all(
            "all => all.map((p) => [...p.querySelectorAll('mark')].map((m) => m.textContent))"
        ),
        strict=True,
    ):
        assert re.search("(?i)divergence", quote) or not marks
        assert not re.search(r"\.ipynb|Binder|Copy to clipboard", quote), quote


def test_no_page_takes_all_the_room_and_all_can_be_shown(site, ask):
    page = ask("doctor")
    first = [place.partition("#")[0] for place in places(page, site)]
    assert len(first) == 20
    assert max(first.count(path) for path in first) <= 3
    more = page.locator(".sn-found-more")
    total = int(re.search(r"\d+", more.inner_text())[0])
    assert count(page).startswith(f"{total} sections")
    more.click()
    assert len(set(places(page, site))) == total
    assert not more.is_visible()
    assert page.evaluate("document.activeElement.closest('li') !== null")


def test_it_follows_who_types_and_keeps_the_address(site, ask):
    page = ask("funnel")
    field = page.get_by_label("Search the course")
    assert field.input_value() == "funnel"
    field.fill("caterp")
    page.wait_for_function("/caterp/.test(document.querySelector('.sn-found-count').innerText)")
    assert parse_qs(urlsplit(page.url).query) == {"q": ["caterp"]}
    assert places(page, site)
    field.fill("")
    page.wait_for_function("document.querySelector('.sn-found-count').innerText === ''")
    assert places(page, site) == []


def test_quotation_marks_hold_a_phrase_together(ask):
    page = ask('"four of four"')
    assert re.fullmatch(r"\d+ sections for “four of four”", count(page))
    assert page.locator(".sn-found li").first.locator("mark").first.inner_text() == "four of four"


def test_nothing_found_is_said_with_what_to_try(site, ask):
    page = ask("zzzqq")
    assert count(page) == "Nothing in the course has “zzzqq”."
    assert places(page, site) == []
    assert page.locator(".sn-not-found a").count() == 2
    assert page.locator(".sn-not-found").is_visible()


def test_a_slip_of_the_fingers_finds_what_was_meant(site, ask):
    page = ask("shrinkadge")
    assert re.fullmatch(r"Nothing has “shrinkadge”\. \d+ sections for “shrinkage”:", count(page))
    assert ASKED["shrinkage"] in places(page, site)[:3]


def test_a_slip_in_one_of_two_words_is_helped_as_well(site, ask):
    page = ask("partial poolling")
    told = r"Nothing has “partial poolling”\. \d+ sections for “partial pooling”:"
    assert re.fullmatch(told, count(page))
    assert places(page, site)[0] == ASKED["partial pooling"]
    assert "partial pooling" in page.locator(".sn-found mark").all_inner_texts()


def test_where_no_section_has_all_the_words_it_is_said(site, ask):
    page = ask("shrinkage zebra")
    told = r"Nothing has all of “shrinkage zebra”\. \d+ sections with a part of it:"
    assert re.fullmatch(told, count(page))
    assert ASKED["shrinkage"] in places(page, site)[:3]
    assert page.locator(".sn-not-found").is_visible()


@pytest.mark.parametrize("question", ["<b>x</b>", "(", "a+b", "\\", "'", "  "])
def test_no_sign_that_is_asked_for_is_code(site, ask, new_page, question):
    page = new_page()
    page.goto(f"{site.address}search.html?q={quote_plus(question)}")
    page.get_by_label("Search the course").press("Enter")
    if question.strip():
        page.wait_for_function(READY, timeout=PATIENCE)
        assert question in count(page)
    assert page.locator(".sn-found-count *").count() == 0


def test_nobody_fetches_the_index_but_who_asks(site, new_page):
    page = new_page()
    asked = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    page.goto(site.address + "book/glossary.html")
    page.goto(site.address + "chapters/01_the_perfect_doctor.html")
    assert not [path for path in asked if "_search" in path]
    page.locator(".search-button-field").click()
    page.locator("#pst-search-dialog input").fill("divergence")
    page.locator("#pst-search-dialog input").press("Enter")
    page.wait_for_function(READY, timeout=PATIENCE)
    assert asked.count("/_search/index.js") == 1
    assert ASKED["divergence"] in places(page, site)[:3]


def test_it_works_from_a_folder_of_files_and_beside_the_page(site, new_page):
    page = new_page()
    page.goto(f"{(site.folder / 'search.html').as_uri()}?q=Dr.+B")
    page.wait_for_function(READY, timeout=PATIENCE)
    links = page.locator(".sn-found li a").evaluate_all("links => links.map(({ href }) => href)")
    assert f"{site.folder.as_uri()}/{ASKED['Dr. B']}" in links[:3]
    assert len(page.workers) == 1


def test_a_search_that_cannot_work_says_so(site, new_page):
    page = new_page()
    page.add_init_script(
        "window.Blob = class extends Blob { constructor() { super(['no code']) } }"
    )
    page.goto(f"{site.address}search.html?q=divergence")
    page.wait_for_function("/cannot work in this browser/.test(document.body.innerText)")
    assert page.locator(".sn-found[aria-busy]").count() == 0
    assert [words for words in new_page.troubles if "Unexpected identifier" not in words] == []
    new_page.troubles.clear()


def test_an_index_that_does_not_come_is_told_and_asked_for_again(site, browser):
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    page.route("**/_search/index.js*", lambda route: route.abort())
    page.goto(f"{site.address}search.html?q=divergence")
    page.wait_for_function("/could not be fetched/.test(document.body.innerText)", timeout=PATIENCE)
    page.unroute("**/_search/index.js*")
    page.get_by_label("Search the course").press("Enter")
    page.locator(".sn-found li a").first.wait_for(timeout=PATIENCE)
    context.close()


# The parts

PAGE = """<main><form>no</form><article class="bd-article">
<section id="first"><h1>1. A page<a class="headerlink" href="#first">#</a></h1>
<p hidden>no</p><div class="sn-offline"><p>no</p></div>
<p>Of <math><msub><mi>σ</mi><mtext>pop</mtext></msub></math> and
<math><mover accent="true"><mi>p</mi><mo>ˆ</mo></mover></math>, <b>bo</b>ld.</p>
<section id="inner"><h2>Inner</h2><p>In.</p><!-- hidden -->
<div class="cell"><div class="highlight"><pre>a = 1</pre></div>
<div class="cell_output"><div class="output"><pre>printed</pre></div>
<figure><svg><text>drawn</text></svg><figcaption>Told.</figcaption></figure></div></div>
<script>no</script></section>
<dl class="simple glossary"><dt id="term-a">Word<a class="headerlink" href="#term-a">#</a></dt>
<dd><p>Meaning.</p></dd></dl>
<table><thead><tr><th>symbol</th><th>in code</th><th>what it is</th></tr></thead>
<tbody><tr id="symbol-sigma"><td><p><math><mi>σ</mi></math></p></td><td><code>s</code></td>
<td>A spread.</td></tr>
<tr id="symbol-n"><td><p><math><mi>n</mi></math></p></td><td></td><td>A count.</td></tr></tbody>
</table>
</section></article></main>"""


def test_a_page_is_split_into_its_sections_and_words():
    found = list(search_page.entries(PAGE, "a.html"))
    assert found == [
        search_page.Entry("a.html#term-a", "1. A page", "Word", "Meaning."),
        search_page.Entry("a.html#symbol-sigma", "1. A page", "σ", "in code s: A spread."),
        search_page.Entry("a.html#symbol-n", "1. A page", "n", "A count."),
        search_page.Entry("a.html", "1. A page", "", "Of σ_pop and p̂, bold."),
        search_page.Entry("a.html#inner", "1. A page", "Inner", "In. Told.", "a = 1"),
    ]


def test_the_rows_of_a_table_of_symbols_have_ids_of_their_own():
    rows = "".join(f"   * - {name}\n     - what\n" for name in ("symbol", "n", "n", "s_j"))
    table = f".. list-table::\n   :header-rows: 1\n\n{rows}\n"
    read = publish_doctree(table + table.replace("symbol", "word"))
    search_page.name_symbols(None, read)
    given = [row["ids"] for row in read.findall(nodes.row)]
    assert given == [[], ["symbol-n"], ["symbol-n-2"], ["symbol-s-j"], [], [], [], []]


def test_the_script_names_whose_ranking_it_has(site):
    first = (site.folder / search_page.SCRIPT).read_text().partition("\n")[0]
    assert "MiniSearch, copyright Luca Ongaro, MIT" in first
    licence = re.search(r"\S+/LICENSE", first)[0]
    assert "Copyright 2022 Luca Ongaro" in (site.folder / licence).read_text()
    assert [path.name for path in (site.folder / licence).parent.iterdir()] == ["LICENSE"]


def test_a_page_without_an_article_has_none():
    assert list(search_page.entries("<main>x</main>", "a.html")) == []
