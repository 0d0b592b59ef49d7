"""What a reader opens reads: words for roles, no cell that feeds the prose, cells that run."""

import builtins
import html
import re
import symtable
from pathlib import Path

import nbformat
import pytest
from checkout import ROOT
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from readable import LEFT, Names, readable
from reader_notebooks import Readers
from test_chapters import APPENDICES, NOTEBOOKS, cells, source
from turns import in_turn

PAGES = [*NOTEBOOKS, *APPENDICES]
ROLES = re.compile(r"\{(?:(glue:text)|[a-z:]+)\}`[^`]+`")
BUILT_IN = {*dir(builtins), "display", "get_ipython"}


@pytest.fixture(scope="module")
def folder(site) -> Path:
    """Where the build has written the notebooks for readers."""
    return site.folder.parent / "notebooks"


def opened(folder: Path, page: str):
    return nbformat.read(folder / f"{page}.ipynb", as_version=4)


def words(notebook) -> str:
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def raw(text: str) -> list[str]:
    """What stands in Markdown as only the source may have it: a role, a directive, a brace."""
    text = re.sub(r"^(`{3,}).*?^\1`*$", "", text, flags=re.M | re.S)  # a block of code
    left = [found[0] for found in LEFT.finditer(text)]
    text = re.sub(r"\$\$.*?\$\$|\$[^$\n]+\$|`[^`\n]+`", "", text, flags=re.S)
    return left + re.findall(r".*[{}].*", text)


def test_every_page_and_exercise_is_there(folder):
    there = {str(p.relative_to(folder).with_suffix("")) for p in folder.glob("*/*.ipynb")}
    exercises = {f"exercises/{p.stem}" for p in ROOT.glob("exercises/*.ipynb")}
    assert set(PAGES) | exercises | {"book/index", "book/demos"} == {
        name for name in there if "(mine" not in name
    }


def test_no_cell_of_any_notebook_shows_a_role_a_brace_or_a_directive(folder):
    looked_at = 0
    for path in [*folder.glob("*/*.ipynb"), *ROOT.glob("solutions/*.ipynb")]:
        for cell in nbformat.read(path, as_version=4).cells:
            looked_at += 1
            if cell.cell_type == "markdown":
                assert not raw(cell.source), f"{path.name}: {raw(cell.source)}"
    assert looked_at > 500


def test_a_link_to_another_page_leads_to_the_notebook_beside_it(folder):
    """Where the site's address is known, that is where links lead instead."""
    followed = 0
    for path in folder.glob("*/*.ipynb"):
        for target in re.findall(r"\]\(([^)#:]+)\)", words(nbformat.read(path, as_version=4))):
            assert (path.parent / target).is_file(), f"{path.name} leads to {target}"
            followed += 1
    assert followed > 50 or "https://" in words(opened(folder, "book/index"))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_for_readers_has_its_numbers_its_captions_and_no_cell_for_the_prose(folder, page):
    notebook = opened(folder, page)
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    taught = [c for c in cells(page) if c.cell_type == "code"]
    taught = [c.source for c in taught if "remove-cell" not in c.metadata.get("tags", [])]
    assert code == taught
    assert not any("glue" in text for text in code)
    captions = re.findall(r"^\*\*Fig\. [\d.]+\*\* ", words(notebook), re.M)
    assert len(captions) == source(page).count("\n  figure:\n")
    outputs = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    assert sum(map(bool, outputs)) >= len(captions)


@pytest.mark.parametrize("page", PAGES)
def test_each_number_stands_in_its_sentence_as_on_the_site(folder, pages, page):
    shown, place = words(opened(folder, page)), 0
    found = []
    for line in source(page).splitlines():
        if "{glue:text}" in line:
            glued = [bool(role[1]) for role in ROLES.finditer(line)]
            rest = [re.escape(part) for part in ROLES.split(line)[:: ROLES.groups + 1]]
            ways = ["(.+?)" if number else ".+?" for number in glued]
            pattern = "".join(part for pair in zip(rest, [*ways, ""], strict=True) for part in pair)
            sentence = re.compile(rf"^(?:> )?{pattern}$", re.M).search(shown, place)
            assert sentence, f"not in the notebook, or not in its order: {line}"
            found += sentence.groups()
            place = sentence.end()
    site = re.findall(r'<span class="pasted-text">(.*?)</span>', pages[f"{page}.html"])
    assert found == [html.unescape(number).replace("\xa0", " ") for number in site]


def used_and_defined(code: str) -> tuple[set[str], set[str]]:
    """The names that a cell takes from before it, and those that it defines."""
    plain = "\n".join("pass" if x.lstrip().startswith(("%", "!")) else x for x in code.splitlines())
    top = symtable.symtable(plain, "cell", "exec")
    defined = {s.get_name() for s in top.get_symbols() if s.is_assigned() or s.is_imported()}
    used = {s.get_name() for s in top.get_symbols() if s.is_referenced()}
    below = list(top.get_children())
    while below:
        table = below.pop()
        below += table.get_children()
        used |= {s.get_name() for s in table.get_symbols() if s.is_global() and s.is_referenced()}
    return used, defined


@pytest.mark.parametrize("page", PAGES)
def test_no_visible_cell_uses_a_name_that_only_a_hidden_one_defines(page):
    known = set(BUILT_IN)
    for cell in cells(page):
        if cell.cell_type == "code" and "remove-cell" not in cell.metadata.get("tags", []):
            used, defined = used_and_defined(cell.source)
            assert not used - defined - known, f"hidden from the reader of:\n{cell.source}"
            known |= defined


@pytest.mark.parametrize("page", PAGES)
def test_what_feeds_the_prose_draws_nothing_that_a_reader_would_have_drawn(page):
    """A hidden cell that takes from the page's generator changes every number after it."""
    for cell in cells(page):
        if cell.cell_type == "code" and "remove-cell" in cell.metadata.get("tags", []):
            used, defined = used_and_defined(cell.source)
            assert "rng" not in used - defined, cell.source


@pytest.mark.parametrize("page", in_turn(PAGES))
def test_the_visible_cells_run_from_top_to_bottom_in_a_plain_kernel(folder, page):
    notebook = opened(folder, page)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    where = {"metadata": {"path": str((ROOT / page).parent)}}
    NotebookClient(notebook, timeout=None, resources=where).execute()
    said = [out for cell in notebook.cells for out in cell.get("outputs", [])]
    assert not [out for out in said if out.output_type == "error"]
    assert any(out.output_type != "stream" for out in said)


NAMES = Names(
    "chapters/01_a",
    glued={"share": "7 %"},
    page_link=lambda page: ("A title", f"https://site/{page}.html" if "03" not in page else ""),
    figure={"fig-a": "1.2"}.__getitem__,
    paper={"a1": ("A and B", "1999", "https://doi.org/1"), "b": ("C", "2000", "")}.__getitem__,
    minutes={"chapters/01_a": 35}.__getitem__,
    exercise="Exercise {}.".format,
)


def made(text: str, setup: str = "") -> list[str]:
    notebook = new_notebook(cells=[new_markdown_cell(text)])
    readable(notebook, NAMES, setup)
    return [cell.source for cell in notebook.cells]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("In {glue:text}`share` of **{term}`draws <draw>`**,", "In 7 % of **draws**,"),
        ("see {cite:t}`a1` {cite:p}`a1,b`", "see [A and B (1999)](https://doi.org/1) "
         "([A and B, 1999](https://doi.org/1); C, 2000)"),
        ("{doc}`Chapter 2 <02_b>`", "[Chapter 2](https://site/chapters/02_b.html)"),
        ("{doc}`/book/using`", "[A title](https://site/book/using.html)"),
        ("{numref}`fig-a`, {minutes}`/chapters/01_a` minutes", "Fig. 1.2, 35 minutes"),
        (":::{admonition} You can\n:class: x\n\n1. **do**\n:::", "> **You can**\n>\n> 1. **do**"),
        ("```{exercise} 07\n```", "Exercise 07."),
        (":::{grid-item-card} Go on\n:link: 02_b\n:link-type: doc\n\nTo two.\n:::",
         "**[Go on](https://site/chapters/02_b.html)**  \nTo two.\n"),
        (":::{grid-item-card} Go on\n:link: 03_c\n:link-type: doc\n\nTo three.\n:::", ""),
        ("{doc}`Three <03_c>`", "Three"),
        ("(an-anchor)=\n## A head", "## A head"),
        ("```python\nf'{x}'\n```", "```python\nf'{x}'\n```"),
        ("```{math}\n:label: m\n\na &= b\n```", "$$\n\\begin{aligned}\na &= b\n\\end{aligned}\n$$"),
        ("$$\na &= b\n$$\n\n$$\nc\n$$",
         "$$\n\\begin{aligned}\na &= b\n\\end{aligned}\n$$\n\n$$\nc\n$$"),
        (":::{dropdown} More\nit\n:::", "<details>\n<summary>More</summary>\n\nit\n\n</details>"),
    ],
)  # fmt: skip
def test_a_role_or_a_directive_becomes_words(text, read):
    assert made(text) == [read]
    assert not raw(read)


@pytest.mark.parametrize(
    "text",
    [
        "{glue:text}`other`",
        "{numref}`fig-b`",
        "{sub}`2`",
        "```{mermaid}\na\n```",
        ":::{note}\nopen",
    ],
)
def test_what_has_no_words_stops_the_build(text):
    with pytest.raises(ValueError, match=r"chapters/01_a: "):
        made(text)


@pytest.mark.parametrize(
    "text", ["{glue:text}`x`", ":::{note}", "```{note}", "(a)=", "A {brace}.", "{{ one }}"]
)
def test_raw_words_are_noticed(text):
    assert raw(f"Before.\n\n{text}\n")


def test_cells_for_the_prose_go_and_cells_without_a_lesson_are_folded():
    fed, shown = new_code_cell("glue(1)"), new_code_cell("Demo()")
    fed.metadata["tags"], shown.metadata["tags"] = ["remove-cell"], ["remove-input"]
    figure = new_code_cell("plot()", outputs=[new_output("display_data")])
    figure.metadata["mystnb"] = {"figure": {"name": "fig-a", "caption": "Up\nand {doc}`on <b>`."}}
    notebook = new_notebook(cells=[new_markdown_cell("# T"), fed, shown, figure])
    readable(notebook, NAMES, setup="%pip install it")
    assert [cell.source for cell in notebook.cells] == [
        *("# T", "%pip install it", "Demo()", "plot()"),
        "**Fig. 1.2.** Up and [on](https://site/chapters/b.html).",
    ]
    assert notebook.cells[2].metadata == {"jupyter": {"source_hidden": True}}
    assert notebook.cells[3].outputs


def a_notebook(code: str, *outputs) -> str:
    return nbformat.writes(new_notebook(cells=[new_code_cell(code, outputs=list(outputs))]))


def test_what_a_reader_has_written_is_kept(tmp_path):
    for name in "abc":
        Readers(tmp_path).write(f"chapters/{name}.ipynb", a_notebook("1"))
    mine, new, last = a_notebook("mine"), a_notebook("2"), a_notebook("3")
    (tmp_path / "chapters" / "a.ipynb").write_text(mine)
    (tmp_path / "chapters" / "b.ipynb").write_text(a_notebook("1", new_output("stream", text="1")))
    (tmp_path / "chapters" / "c.ipynb").write_text("not a notebook any more")
    for text in (new, new, last):
        for name in "abc":
            Readers(tmp_path).write(f"chapters/{name}.ipynb", text)
    there = {path.name: path.read_text() for path in (tmp_path / "chapters").iterdir()}
    assert there == {
        "a.ipynb": last,
        "a (mine).ipynb": mine,
        "b.ipynb": last,  # it had only been run
        "c.ipynb": last,
        "c (mine).ipynb": "not a notebook any more",
    }
    (tmp_path / "chapters" / "a.ipynb").write_text(mine)
    Readers(tmp_path).forget_others(names=set())
    left = sorted(path.name for path in (tmp_path / "chapters").iterdir())
    assert left == ["a (mine).ipynb", "a.ipynb", "c (mine).ipynb"], "a page is gone, not one's own"
