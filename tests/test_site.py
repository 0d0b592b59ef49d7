"""The built site has every page, every number and picture."""

import re
from html.parser import HTMLParser
from types import SimpleNamespace

import build
import nbformat
import reader_notebooks

CHAPTER = "chapters/01_the_perfect_doctor"


class _Resources(HTMLParser):
    """Addresses that a browser fetches by itself, and pictures' alternative texts."""

    def __init__(self):
        super().__init__()
        self.fetched, self.images = [], []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag in ("script", "img", "iframe", "source", "video", "audio"):
            self.fetched.append(attrs.get("src") or "")
        if tag == "link" and attrs.get("rel") != "canonical":
            self.fetched.append(attrs.get("href") or "")
        if tag == "img":
            self.images.append((attrs.get("src"), attrs.get("alt")))


def parsed(text):
    parser = _Resources()
    parser.feed(text)
    return parser


def test_every_page_of_the_toc_is_there(monkeypatch, site):
    monkeypatch.setattr(build, "HTML", site.folder)
    assert build.missing_pages() == []


def test_a_missing_page_is_noticed(monkeypatch, tmp_path):
    monkeypatch.setattr(build, "HTML", tmp_path)
    assert CHAPTER in build.missing_pages()


def test_pictures_say_what_they_show(pages):
    checked = 0
    for path, text in pages.items():
        for source, alt in parsed(text).images:
            if "_images" in (source or ""):
                checked += 1
                assert alt, f"{path}: {source} has no alternative text"
                assert len(alt) > 40, f"{path}: '{alt}' does not state a finding"
    assert checked > 40


def test_every_figure_has_a_caption(pages):
    for path, text in pages.items():
        for figure in re.findall(r"<figure.*?</figure>", text, re.S):
            words = re.sub(
                r"<[^>]+>", " ", (re.findall(r"<figcaption>(.*?)</fig", figure, re.S) or [""])[0]
            )
            assert len(words.split()) > 8, f"{path}: {figure[:200]}"


def test_no_warning_in_an_output(pages):
    for path, text in pages.items():
        assert "Warning:" not in text, path


def outputs(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.outputs]


def test_the_chapter_can_be_downloaded_as_an_executed_notebook(site, pages):
    links = re.findall(r'href="([^"]+\.ipynb)"[^>]*download-notebook', pages[f"{CHAPTER}.html"])
    assert len(links) == 1
    notebook = nbformat.read((site.folder / CHAPTER).parent / links[0], as_version=4)
    assert len(outputs(notebook)) > 8


def test_a_chapter_read_again_from_the_cache_keeps_its_outputs(site, tmp_path):
    """After a change of words alone, MyST-NB keeps the notebook without outputs."""
    stored = site.folder.parent / "jupyter_execute" / f"{CHAPTER}.ipynb"
    notebook = nbformat.read(stored, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    kept = tmp_path / "jupyter_execute" / f"{CHAPTER}.ipynb"
    kept.parent.mkdir(parents=True)
    nbformat.write(notebook, kept)
    cache = str(site.folder.parent / ".jupyter_cache")
    config = SimpleNamespace(execution_cache_path=cache)
    app = SimpleNamespace(outdir=tmp_path / "html", env=SimpleNamespace(mystnb_config=config))
    assert len(outputs(reader_notebooks.executed_notebook(app, CHAPTER))) > 8
