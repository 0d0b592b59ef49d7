"""Sphinx extension: every chapter can be downloaded as the notebook that was executed.

A chapter's source is Markdown, which a reader cannot open with a click. This puts the executed
notebook beside the page's source and names it to the theme, whose download button then offers it.
MyST-NB keeps a notebook in the build folder, but without outputs where they came from its cache;
so they are merged from the cache here, in both cases. A notebook knows neither MyST-NB's numbers
in sentences nor the glossary nor the way to an exercise, so these are put in as plain words.
"""

import re
from pathlib import Path

import nbformat
from exercise_links import described
from jupyter_cache import get_cache
from nbformat import NotebookNode

from shrinkage.exercises.checking import load_exercise

GLUE = re.compile(r"\{glue:text\}`(\w+)`")
EXERCISE = re.compile(r"^```\{exercise\} (\d+)\n```$", re.MULTILINE)
TERM = re.compile(r"\{term\}`([^`<]+?)(?: *<[^>`]*>)?`")
LICENCE = {"code": "MIT", "content": "CC-BY-4.0"}  # as the exercises' notebooks say it


def executed_notebook(app, pagename: str) -> NotebookNode | None:
    """The page's notebook with its outputs; None if it has none or was never executed."""
    kept = Path(app.outdir).parent / "jupyter_execute" / f"{pagename}.ipynb"
    if not kept.is_file():
        return None
    cache = get_cache(app.env.mystnb_config.execution_cache_path)
    try:
        _, executed = cache.merge_match_into_notebook(nbformat.read(kept, as_version=4))
    except KeyError:  # never executed: an exercise is downloaded as it is handed out
        return None
    readable(executed)
    # The theme copies the kept one over ours where it makes launch buttons.
    nbformat.write(executed, kept)
    return executed


def readable(notebook: NotebookNode) -> None:
    """Put numbers, the glossary's words and exercises' titles where the source names them.

    A notebook goes its own way, so it also says under which licences.
    """
    notebook.metadata["license"] = dict(LICENCE)
    outputs = [o for cell in notebook.cells for o in cell.get("outputs", [])]
    glued = {
        output.metadata.scrapbook["name"]: output.data.get("text/plain", "").strip("'\"")
        for output in outputs
        if "scrapbook" in output.get("metadata", {})
    }
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            words = GLUE.sub(lambda found: glued.get(found[1], found[0]), cell.source)
            words = EXERCISE.sub(lambda found: described(load_exercise(found[1])), words)
            cell.source = TERM.sub(r"\1", words)


def offer_notebook(app, pagename, templatename, context, doctree) -> None:
    """Write the page's executed notebook, if it has one, and tell the theme."""
    executed = executed_notebook(app, pagename) if doctree is not None else None
    if executed is None:
        return
    served = Path(app.outdir) / "_sources" / f"{pagename}.ipynb"
    served.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(executed, served)
    context["ipynb_source"] = f"{pagename}.ipynb"


def note_execution(app, docname, source) -> None:
    """Have Sphinx read a page again once it has been executed again (`book/execution.py`)."""
    note = Path(app.outdir).parent / "executed" / docname
    if note.is_file():
        app.env.note_dependency(str(note))


def setup(app) -> dict:
    """Register the extension with Sphinx."""
    app.connect("source-read", note_execution)
    app.connect("html-page-context", offer_notebook)  # before the theme's buttons, at 501
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
