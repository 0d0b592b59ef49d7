"""What readers are handed, `exercises/` and `_build/notebooks`, holds no solution and no test.

Binder and Colab open the second as a branch of its own, so nothing else of the repository is there.
"""

import re
import shutil
from pathlib import Path

import pytest
from exercise_kit import ROOT, notebook_of
from reader_notebooks import RUNS
from small_book import NOTEBOOK, built

from shrinkage.exercises.checking import exercise_ids
from shrinkage.exercises.release import BEGIN, END

HELD = {*RUNS, "README.md", ".written.json", "book", "chapters", "exercises"}
TEMPLATES = Path("shrinkage/exercises/templates")  # of an exercise still to be made
FILE = "01_league_tables"
ADDRESS = "https://github.com/course/small-n"


def answers(id: str) -> dict[str, set[str]]:
    """The lines between the marks of a solution, by the id of the cell that they answer in."""
    found = {}
    for cell in notebook_of(id).cells:
        if blocks := re.findall(f"{BEGIN}\n(.*?){END}", cell.source, re.S):
            lines = {line.strip() for block in blocks for line in block.splitlines()}
            found[cell.id] = lines - {"", ")", "}", "]"}
    return found


def given_away(id: str, folder: str) -> set[str]:
    """The lines of its answers that stand in those cells in another folder."""
    asked = answers(id)
    cells = [cell for cell in notebook_of(id, folder).cells if cell.id in asked]
    assert len(cells) == len(asked)
    lines = [(cell.id, line.strip()) for cell in cells for line in cell.source.splitlines()]
    return {line for cell, line in lines if line in asked[cell]}


def solutions_in(edition: Path) -> list[str]:
    """What of an edition should not be in it."""
    names = {path.name for path in edition.iterdir()}
    odd = sorted(name for name in names - HELD if (ROOT / name).exists())
    odd += [
        str(path.relative_to(edition))
        for path in edition.rglob("*.ipynb")
        if BEGIN in path.read_text()
    ]
    for folder in ("solutions", "tests"):
        odd += [str(path.relative_to(edition)) for path in edition.rglob(folder)]
    return [path for path in odd if not Path(path).is_relative_to(TEMPLATES)]


@pytest.mark.parametrize("id", exercise_ids())
def test_an_exercise_has_no_line_of_its_answers(id):
    assert not given_away(id, "exercises")
    assert given_away(id, "solutions") == set.union(*answers(id).values())


def test_the_built_edition_holds_no_solution(site):
    assert not solutions_in(site.folder.parent / "notebooks")


@pytest.fixture(scope="module")
def html(tmp_path_factory) -> Path:
    """A book in a checkout with all that the course's has, which shows a solution."""
    folder = tmp_path_factory.mktemp("book")
    for name in ("shrinkage", "tests", "solutions", "exercises", ".binder"):
        rest = shutil.ignore_patterns("node_modules", "__pycache__")
        shutil.copytree(ROOT / name, folder / name, ignore=rest)
    pages = {"chapters/01_the_perfect_doctor.md": f"{NOTEBOOK}# A chapter\n"}
    for name in (f"exercises/{FILE}.ipynb", f"solutions/{FILE}.ipynb"):
        pages[name] = (ROOT / name).read_text()
    return built(folder, pages, url=ADDRESS)


@pytest.mark.site
def test_a_solution_that_is_shown_stays_out_of_the_edition(html):
    edition = html.parent / "notebooks"
    assert len(list(edition.rglob("*.ipynb"))) > len(exercise_ids())
    assert (edition / "shrinkage/exercises/checking.py").is_file()
    assert not solutions_in(edition)
    assert f"solutions/{FILE}.ipynb" not in (edition / ".written.json").read_text()


@pytest.mark.site
def test_buttons_open_the_edition_and_none_opens_a_solution(html):
    def launched(page: str) -> list[str]:
        text = (html / f"{page}.html").read_text()
        return re.findall(r'href="(https://(?:mybinder|colab)[^"]+)"', text)

    assert len(launched("chapters/01_the_perfect_doctor")) == 2
    for address in launched("chapters/01_the_perfect_doctor") + launched(f"exercises/{FILE}"):
        assert re.search(r"/notebooks(\?urlpath=lab/tree)?/", address), address
    assert not launched(f"solutions/{FILE}")
    assert "download-notebook" in (html / f"solutions/{FILE}.html").read_text()
