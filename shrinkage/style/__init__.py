"""What the pages of the report and the grader share: base.css, and how templates are filled in."""

from __future__ import annotations

import jinja2


def templates(package: str) -> jinja2.Environment:
    """The templates of a package's pages, which may include base.css."""
    return jinja2.Environment(
        loader=jinja2.ChoiceLoader(
            [jinja2.PackageLoader(package, "templates"), jinja2.PackageLoader("shrinkage", "style")]
        ),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        # no line break before a per cent sign
        finalize=lambda value: value.replace(" %", "\u00a0%") if isinstance(value, str) else value,
    )
