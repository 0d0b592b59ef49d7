"""Sphinx extension: when, with what and how well each page was executed, as the build saw it.

The directive ``{execution-status}`` makes tables from the executed notebooks themselves: each
page's time, what `shrinkage.convergence` found of its fits, and the versions that the pages' own
watermarks print. ``{build-benchmark}`` is the table that `make bench-build` wrote last.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from docutils import nodes
from myst_nb.sphinx_ import NbMetadataCollector
from reader_notebooks import executed_notebook
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from shrinkage.convergence import METADATA, Convergence

VERSION = re.compile(r"^(Python version|[\w.-]+) *: (\d[\w.+-]*)$", re.M)
BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "build.json"


class Executed(NamedTuple):
    """What is known of one executed page."""

    page: str
    when: datetime
    seconds: float
    fits: list[Convergence]  # one for each `check_convergence`, in the page's order
    versions: dict[str, str]


class Tables(nodes.General, nodes.Element):
    """The place of the tables, which are made once every page has been read."""


class ExecutionStatus(SphinxDirective):
    """``{execution-status}``: the tables of the executed pages."""

    def run(self) -> list[nodes.Node]:
        NbMetadataCollector.set_doc_data(self.env, self.env.docname, "execution_status", True)
        return [Tables()]


class BuildBenchmark(SphinxDirective):
    """``{build-benchmark}``: what a build costs, as it was last measured, and on which machine."""

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(BENCHMARK))
        if not BENCHMARK.is_file():
            return [nodes.paragraph(text="Not measured yet.")]
        measured = json.loads(BENCHMARK.read_text())
        return [table(measured["heads"], measured["rows"]), nodes.paragraph(text=measured["when"])]


class FillTables(SphinxPostTransform):
    """Put the tables in their place."""

    default_priority = 400

    def run(self, **kwargs) -> None:
        for place in list(self.document.findall(Tables)):
            place.replace_self(tables(list(executed_pages(self.app)), self.env.titles))


def executed_pages(app) -> Iterator[Executed]:
    """Every page that has cells, in the order of the table of contents."""
    for page in reading_order(app.env, app.config.root_doc):
        data = NbMetadataCollector.get_doc_data(app.env)[page].get("exec_data")
        notebook = executed_notebook(app, page) if data else None
        if notebook is None:
            continue
        cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
        outputs = [output for cell in cells for output in cell.outputs]
        printed = "\n".join(
            output.get("text", "")
            for cell in cells
            if "%watermark" in cell.source  # another cell may print what looks like a version
            for output in cell.outputs
        )
        checks = [o.metadata[METADATA] for o in outputs if METADATA in o.get("metadata", {})]
        yield Executed(
            page,
            datetime.fromtimestamp(data["mtime"]),
            data["runtime"] or 0.0,
            [Convergence(**check) for check in checks],
            dict(VERSION.findall(printed)),
        )


def reading_order(env, page: str) -> Iterator[str]:
    """A page and all below it, as the table of contents has them."""
    yield page
    for below in env.toctree_includes.get(page, []):
        yield from reading_order(env, below)


def tables(pages: list[Executed], titles: dict[str, nodes.title]) -> list[nodes.Node]:
    """The table of times and fits, and the table of versions."""
    rows = []
    for page in pages:
        link = nodes.paragraph()
        reference = nodes.reference("", "", internal=True, refuri=f"../{page.page}.html")
        reference += nodes.Text(titles[page.page].astext())
        link += reference
        rows.append([link, f"{page.when:%Y-%m-%d %H:%M}", f"{page.seconds:.0f} s", *fits(page)])
    total = sum(page.seconds for page in pages)
    everything = sum(len(page.fits) for page in pages)
    rows.append(["All pages", "", f"{total:.0f} s", str(everything), "", "", ""])
    heads = ["page", "executed", "took", "fits", "divergences", "largest R-hat", "smallest ESS"]
    return [table(heads, rows), table(["package", "version"], versions(pages, titles))]


def fits(page: Executed) -> list[str]:
    """The cells of one row on the fits that are meant to hold; those meant to fail are counted."""
    held = [fit for fit in page.fits if not fit.fails]
    failed = len(page.fits) - len(held)
    count = f"{len(page.fits)}" + (f", of which {failed} meant to fail" if failed else "")
    if not held:
        return [count if failed else "none", "", "", ""]
    return [
        count,
        f"{sum(fit.divergences for fit in held)}",
        f"{max(fit.rhat for fit in held):.3f}",
        f"{min(fit.ess for fit in held):,.0f}",
    ]


def versions(pages: list[Executed], titles: dict[str, nodes.title]) -> list[list[str]]:
    """One row a package and version; where pages differ, which have the version."""
    found = defaultdict(lambda: defaultdict(list))
    for page in pages:
        for package, version in page.versions.items():
            found[package][version].append(titles[page.page].astext())
    rows = []
    for package, by_version in sorted(found.items(), key=lambda item: item[0].lower()):
        for version, names in sorted(by_version.items()):
            where = f" ({', '.join(names)})" if len(by_version) > 1 else ""
            rows.append([package.removesuffix(" version"), version + where])
    return rows


def table(heads: list[str], rows: list[list]) -> nodes.Node:
    """A table of texts and nodes, in a frame that scrolls on a phone."""
    frame = nodes.container(classes=["wide-table"])
    group = nodes.tgroup(cols=len(heads))
    group += [nodes.colspec(colwidth=1) for _ in heads]
    head, body = nodes.thead(), nodes.tbody()
    for part, lines in [(head, [heads]), (body, rows)]:
        for line in lines:
            row = nodes.row()
            for cell in line:
                entry = nodes.entry()
                entry += cell if isinstance(cell, nodes.Node) else nodes.paragraph(text=cell)
                row += entry
            part += row
    group += [head, body]
    frame += nodes.table("", group, classes=["colwidths-auto"])
    return frame


def rewrite_tables(app, env) -> list[str] | None:
    """Write the pages with tables again where another page has been executed."""
    if not NbMetadataCollector.new_exec_data(env):
        return None
    data = NbMetadataCollector.get_doc_data(env)
    return [page for page in data if data[page].get("execution_status")]


def setup(app) -> dict:
    """Register the extension with Sphinx."""
    app.add_node(Tables)
    app.add_directive("execution-status", ExecutionStatus)
    app.add_directive("build-benchmark", BuildBenchmark)
    app.add_post_transform(FillTables)
    app.connect("env-updated", rewrite_tables)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
