"""Every chapter keeps the course's form: what it promises, asks, answers, and how it samples."""

import ast
import json
import re
from functools import cache
from pathlib import Path

import jupytext
import pytest
import reading_minutes
from checkout import ROOT
from prose import prose

from shrinkage.exercises.checking import exercise_ids, load_exercise

CHAPTERS = sorted(path.stem for path in (ROOT / "chapters").glob("*.md"))
EXERCISES = sorted((ROOT / "exercises").glob("*.ipynb"))
NOTEBOOKS = [f"chapters/{name}" for name in CHAPTERS]
APPENDICES = [
    "book/mathematics",
    "book/numpyro",
    "book/tools",
    "book/beta_binomial",
    "book/worked_cases",
]
SAMPLES = re.compile(r"\bpm\.sample\(|\.fit\(|\bmcmc\.run\(|= sample\(")  # the last: chapter 6
CHECKS = re.compile(r"\bcheck_convergence\(")
OBJECTIVES = re.compile(
    r":::\{admonition\} By the end you can\n:class: objectives\n(.*?)^:::", re.M | re.S
)
LAST = [page for page in NOTEBOOKS if not any(p[:11] == page[:11] and p > page for p in NOTEBOOKS)]
"""The page on which each chapter ends: `03b_…` where chapter 3 has two."""


@cache
def source(page: str) -> str:
    return (ROOT / f"{page}.md").read_text()


@cache
def cells(page: str):
    return jupytext.reads(source(page), fmt="md:myst").cells


def code(page: str):
    return [cell for cell in cells(page) if cell.cell_type == "code"]


def section(page: str, title: str) -> str:
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", source(page), re.M | re.S)
    assert found, f"{page} has no section '{title}'"
    return found[1]


def test_there_are_twelve_chapters_of_one_page_or_two():
    assert [page[9:11] for page in LAST] == [f"{n:02d}" for n in range(1, 13)]
    assert all(re.fullmatch(r"\d\d(b?)_\w+", name) for name in CHAPTERS)


@pytest.mark.parametrize("page", NOTEBOOKS)
def test_a_chapter_says_what_you_will_be_able_to_do_and_how_long_it_takes(page):
    found = OBJECTIVES.search(source(page))
    assert found, "no objectives"
    objectives = re.findall(r"^\d\. \*\*\w+", found[1], re.M)
    assert 2 <= len(objectives) <= 5, "two to five objectives, each begins with its verb in bold"
    assert re.search(r"^You need ", found[1], re.M), "what to know before"
    assert f"Reading takes about {{minutes}}`/{page}` minutes" in found[1], "minutes to read"


@pytest.mark.parametrize("page", NOTEBOOKS)
def test_a_page_is_read_in_one_sitting(page):
    length = reading_minutes.of_page(source(page))
    assert length.minutes <= 45, "cut it, or make it two pages"


@pytest.mark.parametrize("number", exercise_ids())
def test_a_chapter_leads_to_its_exercise_and_each_task_checks_an_objective(number):
    pages = [page for page in NOTEBOOKS if page.startswith(f"chapters/{number}")]
    assert f"```{{exercise}} {number}\n```" in section(pages[-1], "Where to go next")
    [path] = ROOT.glob(f"solutions/{number}_*.ipynb")
    said = f"the exercise about {{minutes}}`/exercises/{path.stem}`."
    assert said in source(pages[-1]), "its minutes"
    objectives = "\n".join(OBJECTIVES.search(source(page))[1] for page in pages)
    named = {
        f"{int(a):02d}.{b}"
        for found in re.findall(r"\(exercises? ([^)]*)\)", objectives)
        for a, b in re.findall(r"(\d+)\.(\d)", found)
    }
    assert named == {task.id for task in load_exercise(number).tasks}


@pytest.mark.parametrize("number", exercise_ids())
def test_an_exercise_says_the_minutes_that_the_rule_gives(number):
    [path] = ROOT.glob(f"solutions/{number}_*.ipynb")
    minutes = reading_minutes.minutes(f"exercises/{path.stem}")
    assert load_exercise(number).minutes == minutes
    assert f"takes about {minutes} minutes" in path.read_text()


def test_exercises_follow_the_first_ten_chapters():
    assert exercise_ids() == [f"{number:02d}" for number in range(1, 11)]
    for exercise in map(load_exercise, exercise_ids()):
        assert exercise.points == 10


@pytest.mark.parametrize("page", NOTEBOOKS)
def test_questions_are_answered_on_the_page_with_the_reason_for_each_choice(page):
    text = section(page, "Check yourself")
    questions = re.findall(r"^\*\*\d\. ", text, re.M)
    assert 2 <= len(questions) <= 5
    choices = re.findall(r"<details><summary>(.*?)</summary>\n\n(.*?)</details>", text, re.S)
    assert len(choices) >= 2 * len(questions)
    for choice, reason in choices:
        assert "$" not in choice, f"no formula is set in a summary: {choice}"
        assert len(reason.split()) >= 8, f"'{choice}' gets no reason: {reason}"
    assert text.count("<details>") == text.count("</details>") == len(choices)


@pytest.mark.parametrize("page", NOTEBOOKS)
def test_what_to_remember_is_five_lines_at_most(page):
    assert 2 <= len(re.findall(r"^- ", section(page, "What to remember"), re.M)) <= 5


@pytest.mark.parametrize("page", NOTEBOOKS)
def test_it_leads_on_to_references_that_say_why(page):
    text = section(page, "Where to go next")
    assert len(re.findall(r"^- \{cite:t\}", text, re.M)) >= (2 if page in LAST else 1)
    last = code(page)[-1].source
    assert "%watermark" in last


@pytest.mark.parametrize("page", NOTEBOOKS + APPENDICES)
def test_each_fit_is_checked_soon_after(page):
    texts = [cell.source for cell in code(page)]
    fits = sum(len(SAMPLES.findall(text)) for text in texts)
    checks = sum(len(CHECKS.findall(text)) for text in texts)
    assert checks >= fits, f"{fits} fits and {checks} checks"
    for number, text in enumerate(texts):
        if SAMPLES.search(text) and not re.search(r"^def ", text, re.M):
            assert CHECKS.search("\n".join(texts[number : number + 5])), f"unchecked:\n{text}"


@pytest.mark.parametrize("page", NOTEBOOKS + APPENDICES)
def test_no_cell_is_longer_than_a_screen(page):
    for cell in code(page):
        if "remove-cell" in cell.metadata.get("tags", []):
            continue
        lines = cell.source.splitlines()
        assert len(lines) <= 32, cell.source
        assert max(map(len, lines), default=0) <= 100, cell.source


@pytest.mark.parametrize("page", NOTEBOOKS)
def test_a_helper_of_a_chapter_can_be_pasted_into_any_exercise(page):
    """No function of a chapter has a name that an exercise's own cells use."""
    for cell in code(page):
        for helper in re.findall(r"^(?:def|class) (\w+)", cell.source, re.M):
            clash = [path.name for path in EXERCISES if helper in names(path)]
            assert not clash, f"`{helper}` is a name of {clash}"


@cache
def names(exercise: Path) -> set[str]:
    """The names that an exercise's own cells use, as a student opens it."""
    cells = [c.source for c in jupytext.read(exercise).cells if c.cell_type == "code"]
    nodes = list(ast.walk(ast.parse("\n".join(cells))))
    imported = {a.asname or a.name for n in nodes for a in getattr(n, "names", ())}
    return imported | {node.id for node in nodes if isinstance(node, ast.Name)}


@pytest.mark.parametrize("page", NOTEBOOKS + APPENDICES)
def test_numbers_in_prose_come_from_cells(page):
    """A decimal in a sentence is an input that a cell has too, or stands beside its source."""
    raw = source(page).splitlines()
    inputs = "\n".join(cell.source for cell in code(page))
    for number, line in enumerate(prose(source(page))):
        if "{cite" in raw[number]:
            continue
        line = re.sub(r"\(exercises? [\d. and,]+\)", "", line)
        for found in re.findall(r"(?<![\w.])(?<!Bambi )\d+\.\d+(?![\w.]*\d)", line):
            forms = "|".join(re.escape(form) for form in (found, f"{float(found) / 100:.10g}"))
            given = re.search(rf"(?<![\w.])(?:{forms})(?!\d)", inputs)
            assert given, f"{page}:{number + 1}: '{found}' is typed; take it from its cell"


@pytest.mark.parametrize("page", NOTEBOOKS + APPENDICES)
def test_every_number_from_a_cell_arrived(page, pages):
    text = pages[f"{page}.html"]
    assert text.count("pasted-text") == source(page).count("{glue:text}") > 3


@pytest.mark.parametrize("page", NOTEBOOKS)
def test_a_seed_and_the_course_style_come_first(page):
    first = code(page)[0].source
    assert "RANDOM_SEED = " in first
    assert "figures.set_style()" in first


def test_no_call_is_deprecated():
    old = r"InferenceData|hdi_prob|az\.plot_(?:posterior|trace|ppc|rank_bars)\("
    for page in NOTEBOOKS + APPENDICES:
        for cell in code(page):
            assert not re.search(old, cell.source), f"{page}: {cell.source}"


def symbols(text: str) -> set[str]:
    """The Greek letters and named operators of a page's formulas."""
    formulas = re.findall(r"\$\$(.+?)\$\$|(?<!\$)\$([^$\n]+)\$(?!\$)", text, re.S)
    greek = (
        r"\\(alpha|beta|gamma|delta|epsilon|zeta|eta|theta|kappa|lambda|mu|nu|xi|rho|sigma|tau|phi"
        r"|chi|psi|omega|Delta|Lambda|Sigma|Omega|Phi|Psi)(?![a-zA-Z])"
    )
    return {name for pair in formulas for part in pair for name in re.findall(greek, part)}


@pytest.mark.parametrize("page", NOTEBOOKS + APPENDICES)
def test_every_greek_letter_is_on_the_notation_page(page):
    text = re.sub(r"```\{code-cell\}.*?^```$", "", source(page), flags=re.S | re.M)
    missing = symbols(text) - symbols(source("book/notation"))
    assert not missing, f"{sorted(missing)} are not on the notation page"


def test_the_paths_have_every_page_and_the_short_one_is_two_hours(pages):
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", pages["book/using.html"], re.S)
    linked = [re.search(r'href="\.\./(chapters/\w+)\.html"', row) for row in rows]
    assert [link[1] for link in linked if link] == NOTEBOOKS
    short = re.search(r"```\{reading-paths\} ([\db ]+)\n", source("book/using"))[1].split()
    minutes = sum(
        reading_minutes.of_page(source(page)).without_code
        for page in NOTEBOOKS
        if page[9:].partition("_")[0] in short
    )
    # Its demos, a few minutes each, come on top.
    assert 75 <= minutes <= 105
    *parts, last = [
        re.findall(r"<td[^>]*>(?:<p>)?([^<]*)", row)[2:] for row in rows if "<td" in row
    ]
    assert len(last) == 3
    for column, whole in enumerate(last):
        total = sum(int(part[column] or 0) for part in parts)
        assert whole in (f"{total} minutes", f"{round(total / 30) / 2:g} hours"), "as a reader adds"


def status_rows(pages) -> dict[str, list[str]]:
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", pages["book/status.html"], re.S)
    texts = [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row, re.S)]
        for row in rows
    ]
    links = [re.search(r'href="\.\./([\w/]+)\.html"', row) for row in rows]
    return {link[1]: cells for link, cells in zip(links, texts, strict=True) if link}


def test_the_status_page_has_every_executed_page(pages):
    rows = status_rows(pages)
    assert set(NOTEBOOKS + APPENDICES) <= set(rows)
    for page, (_, when, took, *_) in rows.items():
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", when), page
        assert re.fullmatch(r"\d+ s", took), page


def test_the_status_page_has_the_diagnostics_of_every_fit(pages):
    rows = status_rows(pages)
    for page in NOTEBOOKS + APPENDICES:
        checked = sum("check_convergence(" in cell.source for cell in code(page))
        fits = re.match(r"\d+|none", rows[page][3])[0]
        assert (fits == "none") == (checked == 0), page
        if checked:
            assert int(fits) >= checked, page
        if rows[page][4]:
            _, _, _, _, divergences, rhat, ess = rows[page]
            assert (int(divergences), float(rhat) <= 1.01) == (0, True)
            assert int(ess.replace(",", "")) >= 400
    assert "meant to fail" in rows["chapters/06_when_the_sampler_fails"][3]


def test_the_status_page_has_the_versions_and_the_last_benchmark_of_the_build(pages):
    text = " ".join(re.sub(r"<[^>]+>", " ", pages["book/status.html"]).split())
    for package in ("Python", "pymc", "bambi", "arviz", "numpyro", "nutpie"):
        assert re.search(rf"\b{package}\s+\d+\.\d+", text), package
    measured = json.loads((ROOT / "benchmarks" / "build.json").read_text())
    asked = {"Python"}
    for page in NOTEBOOKS + APPENDICES:
        for packages in re.findall(r"%watermark .*--packages ([\w,.-]+)", source(page)):
            asked |= set(packages.split(","))
    table = text[text.index("package version") : text.index(measured["heads"][1])]
    named = re.findall(r"(?<= )([A-Za-z][\w.-]*) \d", table)
    assert len(named) > 8
    assert set(named) <= asked
    for row in [measured["heads"], *measured["rows"], [measured["when"]]]:
        assert " ".join(row) in text, row
