"""Sphinx extension: every chapter can be downloaded as the notebook that was executed.

A chapter's source is Markdown, which a reader cannot open with a click. MyST-NB keeps the executed
notebook in the build folder; this puts it beside the page's source and names it to the theme,
whose download button then offers it.
"""

import shutil
from pathlib import Path


def offer_notebook(app, pagename, templatename, context, doctree) -> None:
    """Copy the page's executed notebook, if it has one, and tell the theme."""
    executed = Path(app.outdir).parent / "jupyter_execute" / f"{pagename}.ipynb"
    if doctree is None or not executed.is_file():
        return
    served = Path(app.outdir) / "_sources" / f"{pagename}.ipynb"
    served.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(executed, served)
    context["ipynb_source"] = f"{pagename}.ipynb"


def setup(app) -> dict:
    """Register the extension with Sphinx."""
    app.connect("html-page-context", offer_notebook)  # before the theme's buttons, at 501
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
