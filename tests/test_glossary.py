"""Each term is explained where it first stands and in the glossary; each paper is cited."""

import re

import pytest
from conftest import ROOT
from test_chapters import APPENDICES, NOTEBOOKS, source

BIBLIOGRAPHY = (ROOT / "book" / "references.bib").read_text()
ENTRIES = dict(re.findall(r"@\w+\{([^,]+),(.*?)(?=^@|\Z)", BIBLIOGRAPHY, re.M | re.S))


def terms() -> list[str]:
    """The glossary's terms, in its order."""
    (listed,) = re.findall(r"^```\{glossary\}\n(.*?)^```", source("book/glossary"), re.M | re.S)
    return [line for line in listed.splitlines() if re.match(r"[^\s:]", line)]


def linked(text: str) -> list[str]:
    """The terms that a text links, in its order: `{term}` with or without words of its own."""
    found = re.findall(r"\{term\}`(?:[^`<]*<([^>`]*)>|([^`<]*))`", text)
    return [(target or word).strip().lower() for target, word in found]


def bold(text: str) -> list[str]:
    """The terms that a text sets in bold as it explains them."""
    return linked("\n".join(re.findall(r"\*\*\{term\}`[^`]*`[.:]?\*\*", text)))


def test_terms_are_in_order_and_listed_once():
    assert terms() == sorted(set(terms()), key=lambda term: term.lower().replace("–", "-"))


def test_each_term_is_explained_in_bold_in_one_place_and_not_linked_before():
    order = [*NOTEBOOKS, *APPENDICES]
    explained = {}
    for page in order:
        for term in bold(source(page)):
            assert term not in explained, f"{term}: in {explained[term]} and again in {page}"
            explained[term] = page
    missing = {term.lower() for term in terms()} - set(explained)
    assert not missing, f"in the glossary, but explained in no chapter: {sorted(missing)}"
    for page in order:
        for term in linked(source(page)):
            early = order.index(explained[term]) > order.index(page)
            assert not early, f"{page} links {term}, which {explained[term]} explains"


def test_every_reference_is_cited_and_can_be_opened():
    pages = [*NOTEBOOKS, *APPENDICES, "book/using", "book/glossary", "book/demos", "book/notation"]
    cited = {
        key.strip()
        for page in pages
        for keys in re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", source(page))
        for key in keys.split(",")
    }
    assert cited == set(ENTRIES)


@pytest.mark.parametrize("key", ENTRIES)
def test_an_entry_says_who_what_when_and_where(key):
    entry = ENTRIES[key]
    for field in ("author", "title", "year"):
        assert re.search(rf"\b{field}\s*=\s*[{{\"]", entry), f"{key} has no {field}"
    where = re.search(r"\b(doi|url)\s*=\s*\{([^}]+)\}", entry)
    assert where, f"{key} has neither doi nor url"
    pattern = r"10\.\d{4,9}/\S+" if where[1] == "doi" else r"https://\S+"
    assert re.fullmatch(pattern, where[2]), f"{key}: {where[0]}"
