"""How long a page takes to read, by one rule: the role `minutes`, and the table of the paths.

The rule is words, formulas, pictures and visible code, at rates that a first reading of the twelve
chapters needed; hidden cells do not count. What an exercise takes is reading it, and writing as
many lines as its solution has.

    python book/_ext/reading_minutes.py [--since REVISION]

prints words and minutes of each chapter and page, now and at a revision.
"""

from __future__ import annotations

import argparse
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from docutils import nodes
from docutils.statemachine import StringList
from myst_nb.core.read import read_myst_markdown_notebook
from prose import prose
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).resolve().parents[2]
WORDS_A_MINUTE = 180
MINUTES_A_LINE = 0.08  # of code that is read
MINUTES_A_WRITTEN_LINE = 1.25
MINUTES_A_FORMULA = 0.5  # that stands on a line of its own
MINUTES_A_FIGURE = 0.2
ROUNDED_TO = 5
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
SOLUTION = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.S)
OUT_OF_SIGHT = {"remove-cell", "remove-input"}


@dataclass(frozen=True)
class Length:
    """What there is to read, and to write."""

    words: int = 0
    lines: int = 0
    formulas: int = 0
    figures: int = 0
    written: int = 0

    def __add__(self, other: Length) -> Length:
        mine, others = vars(self), vars(other)
        return Length(**{part: mine[part] + others[part] for part in mine})

    @property
    def minutes(self) -> float:
        """Minutes to read it, and to write what is to be written."""
        return (
            self.words / WORDS_A_MINUTE
            + self.lines * MINUTES_A_LINE
            + self.formulas * MINUTES_A_FORMULA
            + self.figures * MINUTES_A_FIGURE
            + self.written * MINUTES_A_WRITTEN_LINE
        )

    @property
    def without_code(self) -> float:
        """Minutes for who skips the code."""
        return self.minutes - self.lines * MINUTES_A_LINE


def rounded(minutes: float) -> int:
    """Minutes as a page says them."""
    return max(ROUNDED_TO, ROUNDED_TO * round(minutes / ROUNDED_TO))


def of_page(text: str) -> Length:
    """The length of a page of Markdown, with its visible cells."""
    code = [cell for cell in read_myst_markdown_notebook(text).cells if cell.cell_type == "code"]
    visible = [c for c in code if not OUT_OF_SIGHT & set(c.metadata.get("tags", []))]
    glued = len(re.findall(r"\{glue:text\}`", text))
    return Length(
        words=_words(text) + glued,
        lines=sum(map(_lines, (cell.source for cell in visible))),
        formulas=_formulas(text),
        figures=sum("figure" in cell.metadata.get("mystnb", {}) for cell in code),
    )


def of_exercise(path: Path) -> Length:
    """The length of an exercise, from its solution."""
    length = Length()
    for cell in nbformat.read(path, as_version=4).cells:
        given = SOLUTION.sub("", cell.source)
        if cell.cell_type == "markdown":
            length += Length(words=_words(given), formulas=_formulas(given))
        else:
            written = sum(map(_lines, SOLUTION.findall(cell.source)))
            length += Length(lines=_lines(given), written=written)
    return length


def _words(text: str) -> int:
    return sum(len(WORD.findall(line)) for line in prose(text))


def _formulas(text: str) -> int:
    return len(re.findall(r"^\$\$$", text, re.M)) // 2 + text.count("```{math}")


def _lines(code: str) -> int:
    return sum(
        bool(line.strip()) and not line.strip().startswith("#") for line in code.splitlines()
    )


def minutes(page: str, root: Path = ROOT) -> int:
    """The minutes of a chapter, or of an exercise; raises KeyError if there is no such page."""
    path = source_of(page, root)
    if not path.is_file():
        raise KeyError(page)
    length = of_exercise(path) if path.suffix == ".ipynb" else of_page(path.read_text())
    return rounded(length.minutes)


def source_of(page: str, root: Path) -> Path:
    """What a page's length is read from: of an exercise, its solution."""
    if page.startswith("exercises/"):
        return root / "solutions" / f"{Path(page).name}.ipynb"
    return root / f"{page}.md"


def minutes_role(name, rawtext, text, lineno, inliner, options=None, content=None):
    """``{minutes}`/chapters/01_the_perfect_doctor` ``: the minutes that the page takes."""
    env = inliner.document.settings.env
    page, root = text.strip().lstrip("/"), Path(env.srcdir)
    env.note_dependency(str(source_of(page, root)))
    try:
        return [nodes.Text(str(minutes(page, root)))], []
    except KeyError:
        told = inliner.reporter.error(f"minutes of '{page}': there is no such page", line=lineno)
        return [inliner.problematic(rawtext, rawtext, told)], [told]


class ReadingPaths(SphinxDirective):
    """``{reading-paths} 01 02``: all chapters with their minutes, and those of the short path."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        lines, read, short, worked = [], 0, 0, 0
        for path in sorted(Path(self.env.srcdir).glob("chapters/*.md")):
            self.env.note_dependency(str(path))
            length, number = of_page(path.read_text()), path.stem.partition("_")[0]
            on_short = number in self.arguments[0].split()
            exercise = 0
            if path == sorted(path.parent.glob(f"{number[:2]}*.md"))[-1]:  # a chapter's last page
                solutions = path.parents[1].glob(f"solutions/{number[:2]}_*.ipynb")
                exercise = sum(rounded(of_exercise(solution).minutes) for solution in solutions)
            whole, quick = rounded(length.minutes), on_short * rounded(length.without_code)
            read, short, worked = read + whole, short + quick, worked + exercise
            cells = [
                number.lstrip("0"),
                f"{{doc}}`/chapters/{path.stem}`",
                *(str(minutes or "") for minutes in (whole, quick, exercise)),
            ]
            lines.append(f"| {' | '.join(cells)} |")
        heads = ["no.", "chapter", "reading", "short path, without the code", "exercise"]
        total = ["", "together", hours(read), hours(short), hours(worked)]
        text = [f"| {' | '.join(heads)} |", "|---|---|---|---|---|", *lines]
        box = nodes.container()
        content = StringList([*text, f"| {' | '.join(total)} |"], source="")
        self.state.nested_parse(content, 0, box)
        return [box]


def hours(minutes: int) -> str:
    """A sum as it is said: minutes up to two hours, then hours and halves."""
    return f"{minutes} minutes" if minutes < 120 else f"{round(minutes / 30) / 2:g} hours"


def setup(app) -> dict:
    """Register the extension with Sphinx."""
    app.add_role("minutes", minutes_role)
    app.add_directive("reading-paths", ReadingPaths)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def pages(revision: str = "") -> Iterator[tuple[str, Length]]:
    """Each page in `chapters/` and `book/`, and its length, now or at a revision."""
    if not revision:
        for path in [*sorted(ROOT.glob("chapters/*.md")), *sorted(ROOT.glob("book/*.md"))]:
            yield path.stem, of_page(path.read_text())
        return
    for name in _git("ls-tree", "--name-only", revision, "chapters/", "book/").split():
        if name.endswith(".md"):
            yield Path(name).stem, of_page(_git("show", f"{revision}:{name}"))


def _git(*question: str) -> str:
    done = subprocess.run(
        ["git", "-C", ROOT, *question], capture_output=True, text=True, check=True
    )
    return done.stdout


def main() -> None:
    """Print words and minutes by page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--since", metavar="REVISION", help="beside what they were there")
    revision = parser.parse_args().since
    tables = [dict(pages())]
    if revision:
        tables.append(dict(pages(revision)))
    names = sorted(set().union(*tables))
    width = max(map(len, names))
    for name in [*names, "all"]:
        found = []
        for table in tables:
            part = table.values() if name == "all" else [table.get(name, Length())]
            length = sum(part, Length())
            found.append(
                f"{length.words:6} words {length.lines:5} lines {length.minutes:4.0f} min, "
                f"{length.without_code:4.0f} without code"
            )
        print(f"{name:{width}}", "   before: ".join(found))


if __name__ == "__main__":
    main()
