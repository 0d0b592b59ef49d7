"""Sphinx extension: a search that leads to sections and finds what is typed, as it is typed.

Sphinx's own ranks whole pages by the stems of words, so that 'Dr. B' is a search for 'b'. Here each
section of a finished page is an entry, and each word of the glossary and each symbol of the
notation; `search_ranking.js` ranks them in a worker. Its index is fetched by nobody but who asks.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from pathlib import Path

from bs4 import BeautifulSoup, NavigableString, Tag
from docutils import nodes
from lean_pages import digest, script_of

HERE = Path(__file__).parent
MINISEARCH = HERE.parent / "vendor" / "minisearch" / "index.js"
DOCSTRING = re.compile(r"^\s*/\*\*.*?\*/\n", re.M | re.S)  # half of the library
NOTICE = "/*! With MiniSearch, copyright Luca Ongaro, MIT licence: minisearch/LICENSE */"
PAGE = "search"
INDEX, SCRIPT = "_search/index.js", "_search/search.js"
ARTICLE = re.compile(r'<article class="bd-article".*?</article>', re.S)
BODY = """<section id="search">
<h1>Search</h1>
<form class="sn-search" role="search" aria-label="The course" data-index="{index}?v=">
<label for="sn-asked">Search the course</label>
<input id="sn-asked" class="form-control" type="search" name="q" autocomplete="off"
  spellcheck="false" enterkeyhint="search" />
<button class="btn btn-primary" type="submit">Search</button>
</form>
<script>{early}</script>
<noscript><p>The search needs scripts. The <a href="{contents}.html">contents</a> and the
<a href="{glossary}.html">glossary</a> list what there is.</p></noscript>
<p class="sn-found-count" role="status"></p>
<ol class="sn-found"></ol>
<button class="sn-found-more btn btn-primary" type="button" hidden></button>
<p class="sn-not-found" hidden>Try another word or the beginning of one, look it up in the
<a href="{glossary}.html">glossary</a>, or see the <a href="{contents}.html">contents</a>.</p>
</section>
<script defer src="{script}?v={version}"></script>"""
# Who comes with a question has the index fetched beside the page's scripts, not after them.
EARLY = """{
  const form = document.querySelector(".sn-search");
  const link = { rel: "preload", as: "script", href: form.dataset.index };
  const asked = new URLSearchParams(location.search).get("q")?.trim();
  if (asked) document.head.append(Object.assign(document.createElement("link"), link));
}"""
GLOSSARY = "book/glossary"
# What is no sentence; and what a cell has printed or drawn, of which only the captions count.
SILENT = {"script", "style", "button", "svg", "nav", "form", "noscript", "pre"}
PRINTED = {"cell_output", "live-demo", "headerlink", "output", "sn-offline"}
UNSEEN = re.compile("[\u2061-\u2064]")  # operators of a formula that nobody writes
# What stands within a line: no space comes before or after it.
WITHIN = {"a", "abbr", "b", "code", "em", "i", "kbd", "math", "q", "small", "span", "strong", "sub"}
WITHIN |= {"sup", "u", "mark", "cite"}
SYMBOL = "symbol"  # the heading of a table's first column, and how the ids of its rows begin
OF_SYMBOL = re.compile(f"^{SYMBOL}-")
LETTER_WITH = {"ˆ": "\u0302", "¯": "\u0304", "˜": "\u0303"}


@dataclass(frozen=True)
class Entry:
    """A place that can be found.

    Attributes
    ----------
    address : str
        From the site's root, with the fragment.
    page, title : str
        The page's title, and the section's; '' for what stands before a page's first section.
    text : str
        The section's words, without those of sections within it.
    code : str
        Its code, without what that printed.
    """

    address: str
    page: str
    title: str
    text: str
    code: str = ""


def entries(html: str, address: str) -> Iterator[Entry]:
    """The entries of a finished page, in its order.

    Parameters
    ----------
    html : str
        The page; only its article counts.
    address : str
        Its address from the site's root.
    """
    found = ARTICLE.search(html)
    article = BeautifulSoup(found[0] if found else "", "html.parser")
    page = _heading(article)
    for section in article.find_all("section", id=True):
        for term in _terms(section):
            meaning = term.find_next_sibling("dd")
            text = words(meaning) if meaning else ""
            yield Entry(f"{address}#{term['id']}", page, words(term), text)
        for row in _symbols(section):
            yield Entry(f"{address}#{row['id']}", page, *_symbol(row))
        title = _heading(section)
        text, code = words(section).removeprefix(title).strip(), _code(section)
        if text or code:
            first = title == page
            place = address if first else f"{address}#{section['id']}"
            yield Entry(place, page, "" if first else title, text, code)


def _terms(section: Tag) -> Iterator[Tag]:
    for glossary in section.find_all("dl", class_="glossary", recursive=False):
        yield from glossary.find_all("dt", id=True)


def _symbols(section: Tag) -> Iterator[Tag]:
    own = section.find_all("tr", id=OF_SYMBOL)
    return (row for row in own if row.find_parent("section") is section)


def _symbol(row: Tag) -> tuple[str, str]:
    """A row's symbol, and what it says of it: 'in code mu_pop: mean of the population'."""
    heads = [words(head) for head in row.find_parent("table").find_all("th")]
    symbol, *between, meaning = [words(cell) for cell in row.find_all("td")]
    told = [f"{head} {cell}" for head, cell in zip(heads[1:], between, strict=False) if cell]
    return symbol, ": ".join([*told, meaning])


def _heading(part: Tag) -> str:
    heading = part.find(re.compile("^h[1-6]$"))
    return words(heading) if heading else ""


def _code(section: Tag) -> str:
    own = []
    for block in section.find_all("pre"):
        around = next(part for part in block.parents if part.name == "section" or _is_printed(part))
        if around is section:
            own.append(block.get_text())
    return _line("\n".join(own))


def _is_printed(part: Tag) -> bool:
    return not PRINTED.isdisjoint(part.get_attribute_list("class"))


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", UNSEEN.sub("", text)).strip()


def words(part: Tag) -> str:
    """The words of a part of a page, without those of sections within it."""
    return _line("".join(_words(part, top=True)))


def _words(part: Tag, *, top: bool = False) -> Iterator[str]:
    if part.name in SILENT or part.has_attr("hidden") or (_is_entry(part) and not top):
        return
    if _is_printed(part):
        yield from (f" {words(caption)} " for caption in part.find_all("figcaption"))
        return
    if part.name == "math":
        yield formula(part)
        return
    block = part.name not in WITHIN
    if block:
        yield " "
    for child in part.children:
        if isinstance(child, Tag):
            yield from _words(child)
        elif type(child) is NavigableString:  # and no comment
            yield str(child)
    if block:
        yield " "


def _is_entry(part: Tag) -> bool:
    return (
        part.name == "section"
        or "glossary" in part.get_attribute_list("class")
        or (part.name == "table" and part.find("tr", id=OF_SYMBOL) is not None)
    )


def formula(part: Tag) -> str:
    """A formula in a line: 'σ_pop', 'p̂', 'x^2', 'a/b'."""
    parts = [child if isinstance(child, Tag) else str(child) for child in part.children]
    drawn = [formula(one) if isinstance(one, Tag) else one for one in parts]
    match part.name:
        case "mfrac":
            return "/".join(f"({part})" if " " in part.strip() else part for part in drawn)
        case "msub" | "munder" if len(drawn) == 2:
            return f"{drawn[0]}_{drawn[1]}"
        case "msup" if len(drawn) == 2:
            return f"{drawn[0]}^{drawn[1]}"
        case "msubsup" | "munderover" if len(drawn) == 3:
            return f"{drawn[0]}_{drawn[1]}^{drawn[2]}"
        case "mover" if len(drawn) == 2:
            return drawn[0] + LETTER_WITH.get(drawn[1], "")
        case "msqrt":
            return f"√({''.join(drawn).strip()})"
        case "mo" if "".join(drawn) in "=∼<>≤≥≈∝+−|∣":
            return f" {''.join(drawn)} "
        case "mspace" | "mtd" | "mtr":
            return f" {''.join(drawn)}"
    return "".join(drawn)


def index(site: Path, pages: Iterable[str]) -> str:
    """The script that hands the entries of these pages to the search.

    What is kept of an earlier build serves again where an article is the same.
    """
    kept = site.parent / "search"
    kept.mkdir(exist_ok=True)
    code, asked, found = Path(__file__).read_bytes(), set(), []
    for page in sorted(pages):
        address = f"{page}.html"
        path = site / address
        article = ARTICLE.search(path.read_text()) if path.is_file() else None
        if not article:  # only one page is built
            continue
        made_of = code + f"{address}\0{article[0]}".encode()
        keep = kept / f"{hashlib.sha256(made_of).hexdigest()[:16]}.json"
        if not keep.is_file():
            rows = [astuple(entry) for entry in entries(article[0], address)]
            keep.write_text(json.dumps(rows, ensure_ascii=False))
        asked.add(keep)
        found += json.loads(keep.read_text())
    for old in set(kept.iterdir()) - asked:
        old.unlink()
    # A table of tabs and lines, neither of which an entry has: read faster than JSON in a text.
    table = "\n".join("\t".join(row) for row in found)
    return f"startSearch(`{re.sub(r'[`$\\]', r'\\\g<0>', table)}`);\n"


def begin(app) -> None:
    """Spare Sphinx its own search, and write the script."""
    if app.builder.format != "html":
        return
    app.builder.search = False
    path = Path(app.outdir) / SCRIPT
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(script())


def script() -> str:
    """The page's script, with the worker's as a text in it."""
    library = DOCSTRING.sub("", script_of(MINISEARCH))
    worker = f"{library}\n{(HERE / 'search_ranking.js').read_text()}"
    page = (HERE / "search_page.js").read_text()
    return f"{NOTICE}\nconst RANKING = {json.dumps(worker, ensure_ascii=False)};\n{page}"


def name_symbols(app, doctree: nodes.document) -> None:
    """Give each row of a table of symbols an id, so that a result can lead to it."""
    taken = set(doctree.ids)
    for table in doctree.findall(nodes.table):
        head, body = table.next_node(nodes.thead), table.next_node(nodes.tbody)
        if not head or head.next_node(nodes.entry).astext() != SYMBOL:
            continue
        for row in body.findall(nodes.row):
            name = given = nodes.make_id(f"{SYMBOL}-{row.next_node(nodes.entry).astext()}")
            number = 1
            while given in taken:  # a letter that serves a second time
                number += 1
                given = f"{name}-{number}"
            taken.add(given)
            row["ids"].append(given)


def page(app) -> list[tuple[str, dict, str]]:
    """The page, for Sphinx to fill into the theme."""
    body = BODY.format(
        index=INDEX,
        early=EARLY,
        script=SCRIPT,
        version=digest(Path(app.outdir) / SCRIPT),
        contents=app.config.root_doc,
        glossary=GLOSSARY,
    )
    return [(PAGE, {"title": "Search", "body": body}, "page.html")]


def finish(app, exception) -> None:
    """Write the index of the finished pages, and have the page ask for this version of it."""
    path = Path(app.outdir) / f"{PAGE}.html"
    if exception or app.builder.format != "html" or not path.is_file():
        return
    written = Path(app.outdir) / INDEX
    written.write_text(index(Path(app.outdir), app.env.found_docs))
    version = digest(written)
    now = re.sub(rf'(data-index="{INDEX}\?v=)\w*', rf"\g<1>{version}", path.read_text())
    path.write_text(now)


def setup(app) -> dict:
    """Register the extension with Sphinx."""
    app.connect("builder-inited", begin)
    app.connect("doctree-read", name_symbols)
    app.connect("html-collect-pages", page)
    app.connect("build-finished", finish, priority=920)  # of pages that no longer change
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
