"""The way from a chapter to its exercise, to Binder, and to a solution where it is switched on."""

import html
import re
import subprocess

import build
import nbformat
import pytest
from checkout import ROOT
from small_book import NOTEBOOK, built

from shrinkage.exercises.checking import exercise_ids, load_exercise

pytestmark = pytest.mark.site  # books are built here

CHAPTER = (
    NOTEBOOK
    + """# A chapter

```{code-cell} ipython3
1
```

```{exercise} 01
```
"""
)
FILE = "01_league_tables.ipynb"


def box(html) -> str:
    page = (html / "chapters" / "01_the_perfect_doctor.html").read_text()
    return re.search(r'<div class="sn-exercise[^>]*>(.*?)</div>', page, re.S)[1]


def sources(*folders) -> dict[str, str]:
    made = {f"{folder}/{FILE}": (ROOT / folder / FILE).read_text() for folder in folders}
    return {"chapters/01_the_perfect_doctor.md": CHAPTER} | made


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The HTML of a book with a chapter and its exercise."""
    return built(tmp_path_factory.mktemp("book"), sources("exercises"))


def test_a_chapter_names_its_exercise_and_shows_no_solution(book):
    said = box(book)
    assert "Exercise 1: League tables." in said
    assert "4 tasks, 10 points, about 20 minutes" in said
    assert 'href="../exercises/01_league_tables.html"' in said
    assert "solution" not in said
    assert "binder" not in said
    assert not list(book.rglob("solutions"))


def test_where_the_repository_is_known_the_exercise_opens_in_binder(tmp_path):
    html = built(tmp_path, sources("exercises"), url="https://github.com/course/small-n")
    address = "https://mybinder.org/v2/gh/course/small-n/notebooks?urlpath=lab/tree"
    assert f'href="{address}/exercises/{FILE}"' in box(html)


def test_a_solution_that_is_switched_on_is_executed_and_switched_off_again(tmp_path, monkeypatch):
    html = built(tmp_path, sources("exercises", "solutions"))
    assert 'href="../solutions/01_league_tables.html"' in box(html)
    solution = (html / "solutions" / "01_league_tables.html").read_text()
    assert "10 of 10 points" in solution
    # The same book again, without the solution
    monkeypatch.setattr(build, "BUILD", html.parent)
    monkeypatch.setattr(build, "HTML", html)
    build.take_back_solutions()
    built(tmp_path, sources("exercises"))
    assert "solution" not in box(html)
    assert not list(html.rglob("solutions/*"))


def test_the_downloaded_chapter_names_its_exercise_in_words(book):
    notebook = nbformat.read(
        book / "_sources" / "chapters" / "01_the_perfect_doctor.ipynb", as_version=4
    )
    text = "\n".join(cell.source for cell in notebook.cells)
    assert "**Exercise 1: League tables.** 4 tasks" in text
    assert "{exercise}" not in text


def test_an_exercise_that_is_not_there_fails_the_build(tmp_path):
    with pytest.raises(AssertionError, match="there is no exercise '77'"):
        built(tmp_path, sources("exercises") | {"page.md": "# A page\n\n```{exercise} 77\n```\n"})


def test_the_course_shows_no_solution_by_itself():
    assert "solutions/" not in (ROOT / "_toc.yml").read_text()
    listed = subprocess.run(
        ["git", "ls-files", "exercises"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "solution" not in listed.stdout


def test_the_instructors_page_lists_every_task_with_its_points(pages):
    text = html.unescape(re.sub(r"<[^>]+>", "", pages["book/instructors.html"]))
    text = text.replace("’", "'")
    for exercise in map(load_exercise, exercise_ids()):
        for task in exercise.tasks:
            assert f"{task.title} ({task.points:g})" in text
