"""Sphinx extension: a page's last lines: its version, its licences, and where to report a mistake.

The link opens the repository's form with the page and the version filled in; where the repository
has no public address, there is none.
"""

from functools import cache
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlencode

from repository import ask_git

FORM = "1-text.yml"  # in .github/ISSUE_TEMPLATE; 'where' is one of its fields


@cache
def version_of(folder: Path) -> str:
    """The package's version and the commit, '0.1.0 (6d327b5)'."""
    commit = ask_git(folder, "rev-parse", "--short", "HEAD")
    return version("shrinkage") + (f" ({commit})" if commit else "")


def report_address(repository: str, title: str, pagename: str, present: str) -> str:
    """Where a mistake on a page is reported; '' where nobody takes reports."""
    where = f"{title} ({pagename}, version {present})"
    if repository.startswith("https://github.com/"):
        fields = {"template": FORM, "title": f"Text: {title}", "where": where}
        return f"{repository}/issues/new?{urlencode(fields)}"
    if repository.startswith("https://gitlab.com/"):
        fields = {"issue[title]": f"Text: {title}", "issue[description]": f"Where: {where}\n"}
        return f"{repository}/-/issues/new?{urlencode(fields)}"
    return ""


def write_footer(app, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Add version and report to what `_config.yml` has of the footer."""
    present = version_of(Path(app.srcdir))
    title = app.env.titles[pagename].astext() if pagename in app.env.titles else pagename
    address = report_address(
        app.config.html_theme_options["repository_url"], title, pagename, present
    )
    link = f' <a href="{address.replace("&", "&amp;")}">Report a mistake on this page</a>.'
    context["theme_extra_footer"] = (
        f"{app.config.html_theme_options['extra_footer']}"
        f"<p>Version {present}.{link if address else ''}</p>"
    )


def setup(app) -> dict:
    """Register the extension with Sphinx."""
    app.connect("html-page-context", write_footer, priority=600)  # after the theme's options
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
