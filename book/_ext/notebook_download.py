"""Sphinx extension: every chapter can be downloaded as the notebook that was executed.

A chapter's source is Markdown, which a reader cannot open with a click. This puts the executed
notebook beside the page's source and names it to the theme, whose download button then offers it.
MyST-NB keeps a notebook in the build folder, but without outputs where they came from its cache;
so they are merged from the cache here, in both cases.
"""

from pathlib import Path

import nbformat
from jupyter_cache import get_cache


def offer_notebook(app, pagename, templatename, context, doctree) -> None:
    """Write the page's executed notebook, if it has one, and tell the theme."""
    kept = Path(app.outdir).parent / "jupyter_execute" / f"{pagename}.ipynb"
    if doctree is None or not kept.is_file():
        return
    cache = get_cache(app.env.mystnb_config.execution_cache_path)
    try:
        _, executed = cache.merge_match_into_notebook(nbformat.read(kept, as_version=4))
    except KeyError:  # never executed: an exercise is downloaded as it is handed out
        return
    served = Path(app.outdir) / "_sources" / f"{pagename}.ipynb"
    served.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(executed, served)
    context["ipynb_source"] = f"{pagename}.ipynb"


def setup(app) -> dict:
    """Register the extension with Sphinx."""
    app.connect("html-page-context", offer_notebook)  # before the theme's buttons, at 501
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
