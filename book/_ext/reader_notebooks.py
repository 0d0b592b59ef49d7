"""Sphinx extension: `_build/notebooks`, what a reader downloads and opens in Binder, Colab and Lab.

Each executed page is written there as a notebook that reads (see `readable`), the exercises stand
beside them, and what Binder needs to run them: the folder is what a branch of its own would have.
The download button serves the same notebooks, the launch buttons open those of the branch.
Of `solutions/` the folder never holds anything: the page of a solution that an instructor shows
can be read and downloaded, and no button opens it.
A notebook in which a reader has written is never overwritten: it is kept beside the new one.
"""

import hashlib
import json
import posixpath
import re
import shutil
from functools import cache, partial
from pathlib import Path

import nbformat
from exercise_links import described
from jupyter_cache import get_cache
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from pybtex.database import parse_file
from readable import Names, readable
from reading_minutes import minutes
from repository import BRANCH, clone_address, site_address

from shrinkage.exercises.checking import load_exercise

FOLDER = "notebooks"  # in _build
EXECUTED = "executed_notebook"  # of a page's context, from the first of its two hooks to the second
WRITTEN = ".written.json"  # the digest of each notebook as the build wrote it
RUNS = ["pyproject.toml", ".python-version", ".binder"]
RUNS += ["LICENSE", "LICENSE-CONTENT", "THIRD-PARTY.md", "shrinkage"]  # what Binder installs
NOT_RUN = shutil.ignore_patterns("__pycache__", "js", "*.egg-info")
CHAPTER = re.compile(r"\]\(\.\./(chapters/\w+)\.md\)")
SETUP = """\
# In Colab, or wherever the course is not installed yet, this installs it, in a few minutes.
# Where it is installed, this does nothing.
import sys
from importlib.metadata import version
from importlib.util import find_spec

if find_spec("shrinkage") is None:
    %pip install --quiet git+{address}@{branch}
    for name in {{"numpy", "pandas", "scipy", "matplotlib"}} & sys.modules.keys():
        assert sys.modules[name].__version__ == version(name), (
            "The course is installed. Now restart the session and run the cells again: "
            f"another version of {{name}} had been loaded before."
        )"""


def executed_notebook(app, pagename: str) -> NotebookNode | None:
    """The page's notebook with its outputs; None if it has none or was never executed.

    MyST-NB keeps it in the build folder, but without outputs where they came from its cache; so
    they are merged from the cache here, in both cases.
    """
    kept = kept_notebook(app, pagename)
    if not kept.is_file():
        return None
    try:
        stored = get_cache(app.env.mystnb_config.execution_cache_path)
        _, executed = stored.merge_match_into_notebook(nbformat.read(kept, as_version=4))
    except KeyError:  # never executed: an exercise is opened as it is handed out
        return None
    return executed


def kept_notebook(app, pagename: str) -> Path:
    """Where MyST-NB keeps the page's notebook, if the page is one."""
    return Path(app.outdir).parent / "jupyter_execute" / f"{pagename}.ipynb"


def address_of(app, page: str, pagename: str) -> str:
    """Where a notebook leads for another page: to the site, else to the notebook beside it."""
    if site := site_address(app.config):
        return f"{site}{page}.html"
    beside = posixpath.relpath(f"{page}.ipynb", posixpath.dirname(pagename))
    return beside if kept_notebook(app, page).is_file() else ""


def names_of(app, pagename: str, executed: NotebookNode) -> Names:
    """What the page's roles stand for, once every page has been read."""
    glued = {}
    for output in (output for cell in executed.cells for output in cell.get("outputs", [])):
        if kept := output.get("metadata", {}).get("scrapbook"):
            text = output.data.get(kept["mime_prefix"] + "text/plain", "")
            glued[kept["name"]] = text.strip("'\"")

    def page_link(page: str) -> tuple[str, str]:
        return app.env.titles[page].astext(), address_of(app, page, pagename)

    def figure(label: str) -> str:
        page, anchor, _ = app.env.get_domain("std").labels[label]
        return ".".join(map(str, app.env.toc_fignumbers[page]["figure"][anchor]))

    def paper(key: str) -> tuple[str, str, str]:
        return papers(tuple(Path(app.srcdir) / file for file in app.config.bibtex_bibfiles))[key]

    def exercise(number: str) -> str:
        asked = load_exercise(number)
        [path] = Path(app.srcdir).glob(f"exercises/{number}_*.ipynb")
        address = address_of(app, f"exercises/{path.stem}", pagename)
        return f"{described(asked)}\nIt stands in [`exercises/{path.name}`]({address})."

    taken = partial(minutes, root=Path(app.srcdir))
    return Names(pagename, glued, page_link, figure, paper, taken, exercise)


@cache
def papers(files: tuple[Path, ...]) -> dict[str, tuple[str, str, str]]:
    """Authors, year and address of each entry of the bibliography."""
    found = {}
    for file in files:
        for key, entry in parse_file(str(file)).entries.items():
            people = entry.persons.get("author") or entry.persons.get("editor", [])
            last = [" ".join(map(str, person.rich_last_names)) for person in people]
            authors = f"{last[0]} et al." if len(last) > 2 else " and ".join(last)
            doi, url = entry.fields.get("doi"), entry.fields.get("url", "")
            found[key] = authors, entry.fields["year"], f"https://doi.org/{doi}" if doi else url
    return found


def offer_notebook(app, pagename, templatename, context, doctree) -> None:
    """Tell the theme, before it makes its buttons, that the page has a notebook to download."""
    executed = executed_notebook(app, pagename) if doctree is not None else None
    if executed is not None:
        context["ipynb_source"] = f"{pagename}.ipynb"
        context[EXECUTED] = executed


def write_notebook(app, pagename, templatename, context, doctree) -> None:
    """Write the page for readers where it is downloaded and opened, after the theme's own copy."""
    executed = context.pop(EXECUTED, None)
    if executed is not None:
        readable(executed, names_of(app, pagename, executed), setup_code(app.config))
        text = nbformat.writes(executed)
        served = Path(app.outdir) / "_sources" / f"{pagename}.ipynb"
        served.parent.mkdir(parents=True, exist_ok=True)
        served.write_text(text)
        if not is_solution(pagename):
            Readers(Path(app.outdir).parent / FOLDER).write(f"{pagename}.ipynb", text)
    if is_solution(pagename):
        buttons = context.get("header_buttons", [])
        buttons[:] = [group for group in buttons if group.get("label") != "launch-buttons"]
    for group in context.get("header_buttons", []):
        if group.get("label") == "launch-buttons":
            for button in group["buttons"]:
                button["url"] = of_readers(app.config, button["url"])


def is_solution(pagename: str) -> bool:
    """Whether it is the page of a solution, which is only there once an instructor shows it."""
    return pagename.startswith("solutions/")


def of_readers(config, address: str) -> str:
    """A launch button's address, with the branch and the notebook that a reader opens."""
    branch = config.html_theme_options["repository_branch"]
    for end in (f"/{branch}?", f"/blob/{branch}/"):
        address = address.replace(end, end.replace(branch, BRANCH))
    return address.removesuffix(".md") + (".ipynb" if address.endswith(".md") else "")


def setup_code(config) -> str:
    """A cell that installs the course; '' where nobody knows from where.

    What is there already stays if it is new enough, as Colab's own packages mostly are. What pip
    puts in the place of a library that the kernel has loaded is only used after a restart.
    """
    address = clone_address(config)
    return SETUP.format(address=address, branch=BRANCH) if address else ""


class Readers:
    """The folder of readers' notebooks.

    Parameters
    ----------
    folder : Path
        Where they are written; made if it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def write(self, name: str, text: str) -> None:
        """Write a notebook; what a reader has made of the last one is kept beside it."""
        path = self.folder / name
        written = self._written()
        if path.is_file():
            present = path.read_text()
            if present == text:
                return
            if _digest(present) != written.get(name):
                path.rename(_free(path))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        self._note(written | {name: _digest(text)})

    def forget_others(self, names: set[str]) -> None:
        """Delete the notebooks of pages that are gone, unless a reader has changed them."""
        written = self._written()
        for name in written.keys() - names:
            path = self.folder / name
            if path.is_file() and _digest(path.read_text()) == written[name]:
                path.unlink()
        self._note({name: written[name] for name in written.keys() & names})

    def _written(self) -> dict[str, str]:
        note = self.folder / WRITTEN
        return json.loads(note.read_text()) if note.is_file() else {}

    def _note(self, written: dict[str, str]) -> None:
        (self.folder / WRITTEN).write_text(json.dumps(written, indent=1, sort_keys=True))


def _digest(text: str) -> str:
    """What stands in a notebook's cells; outputs, which running them makes anew, do not count."""
    try:
        cells = nbformat.reads(text, as_version=4).cells
    except Exception:  # a reader has broken it, so it is not what was written
        return ""
    written = json.dumps([(cell.cell_type, cell.source) for cell in cells])
    return hashlib.sha256(written.encode()).hexdigest()


def _free(path: Path) -> Path:
    """A name beside it that no file has: `01_league_tables (mine).ipynb`, and a number after."""
    for number in range(1, 1000):
        said = "mine" if number == 1 else f"mine {number}"
        if not (free := path.with_name(f"{path.stem} ({said}){path.suffix}")).exists():
            return free
    raise FileExistsError(path)


def fill_folder(app, exception) -> None:
    """Put the exercises beside the pages, and what Binder needs to run both."""
    if exception or app.builder.name != "html":
        return
    source, readers = Path(app.srcdir), Readers(Path(app.outdir).parent / FOLDER)
    names = {f"{page}.ipynb" for page in app.env.found_docs if not is_solution(page)}
    for path in sorted(source.glob("exercises/*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        if code := setup_code(app.config):
            notebook.cells.insert(1, new_code_cell(code, id="install"))
        for cell in notebook.cells:  # an exercise leads to chapters as they lie in the repository
            cell.source = CHAPTER.sub(
                lambda found: f"]({address_of(app, found[1], 'exercises/any')})", cell.source
            )
        readers.write(posixpath.join("exercises", path.name), nbformat.writes(notebook))
        names.add(f"exercises/{path.name}")
    readers.forget_others(names)
    for name in RUNS:
        path, copy = source / name, readers.folder / name
        if path.is_dir():
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(path, copy, ignore=NOT_RUN)
        elif path.is_file():
            shutil.copy2(path, copy)
    if (says := source / ".binder" / "README.md").is_file():
        shutil.copy2(says, readers.folder)


def note_execution(app, docname, source) -> None:
    """Have Sphinx read a page again once it has been executed again (`book/execution.py`)."""
    note = Path(app.outdir).parent / "executed" / docname
    if note.is_file():
        app.env.note_dependency(str(note))


def setup(app) -> dict:
    """Register the extension with Sphinx."""
    app.connect("source-read", note_execution)
    app.connect("html-page-context", offer_notebook)  # before the theme's buttons, at 501
    app.connect("html-page-context", write_notebook, priority=502)
    app.connect("build-finished", fill_folder)
    # One note of what was written, so one page after another
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
