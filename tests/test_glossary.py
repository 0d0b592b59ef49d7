"""Each term is explained where it first stands and in the glossary; each paper is cited."""

import re

import pytest
from checkout import ROOT
from prose import prose
from test_chapters import APPENDICES, NOTEBOOKS, OBJECTIVES, source

BIBLIOGRAPHY = (ROOT / "book" / "references.bib").read_text()
ENTRIES = dict(re.findall(r"@\w+\{([^,]+),(.*?)(?=^@|\Z)", BIBLIOGRAPHY, re.M | re.S))


# Terms that are also plain English, and stand as such before the term is needed.
EVERYDAY = {
    "draw": "a clinic is drawn again and again from chapter 1 on",
    "formula": "of mathematics, before Bambi's",
    "funnel": "the funnel plot of chapter 1 is a term of its own",
    "loss": "of a patient, or of money",
    "nested": "of models that contain each other's terms",
    "precision": "how exact a number is",
    "rank": "in a table",
    "selection": "of doctors for a review",
    "standard": "standard error and standard deviation",
    "success": "the outcome, in the course's first lines",
}


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


def first_uses(term: str, explained: tuple[int, int]) -> list[tuple[int, int]]:
    """Pages and lines with a term's words before a place, outside of the objectives.

    What a chapter promises to explain stands in its objectives, what comes later in where to go
    next; and a heading of the explanation's own section may have the word already.
    """
    words = re.sub(r"[ -]", "[ -]", re.escape(term).replace("\\", ""))
    word = re.compile(rf"(?<![\w-]){words}s?(?![\w-])", re.I)
    found = []
    for number, page in enumerate(NOTEBOOKS[: explained[0] + 1]):
        text = source(page)
        promised = OBJECTIVES.search(text).span()
        first, last = (text[:place].count("\n") for place in promised)
        onward = text[: text.index("## Where to go next")].count("\n")
        for line, read in enumerate(prose(text)):
            leads_up = (number, line) >= explained or read.startswith("#")
            if not leads_up and not first <= line <= last and line < onward and word.search(read):
                found.append((number, line))
    return found


def test_no_term_is_used_before_it_is_explained():
    explained = {}
    for number, page in enumerate(NOTEBOOKS):
        for line, text in enumerate(source(page).splitlines()):
            for term in bold(text):
                explained[term] = (number, line)
    early = []
    for term in terms():
        if term.lower() in explained and term not in EVERYDAY:
            for number, line in first_uses(term, explained[term.lower()]):
                page, there = (NOTEBOOKS[explained[term.lower()][0]], explained[term.lower()][1])
                early.append(f"{NOTEBOOKS[number]}:{line + 1}: '{term}' before {page}:{there + 1}")
    assert not early, "explain it there, or say it in plain words:\n" + "\n".join(early)


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
