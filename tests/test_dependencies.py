"""A page's digest changes with what its outputs depend on, and with nothing else."""

import re
import shutil
from pathlib import Path

import dependencies
import execution
import pytest
from checkout import ROOT

CHAPTERS = {page.name for page in execution.pages() if page.name.startswith("chapters/")}


def chapter(number):
    return next(name for name in CHAPTERS if name.startswith(f"chapters/{number:02d}_"))


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of all that a page could depend on."""
    root = tmp_path_factory.mktemp("checkout")
    for name in ("chapters", "book", "shrinkage"):
        ignored = shutil.ignore_patterns("node_modules", "__pycache__", "vendor")
        shutil.copytree(ROOT / name, root / name, ignore=ignored)
    (root / ".binder").mkdir()
    for name in ("_config.yml", "_toc.yml", ".binder/requirements.txt"):
        shutil.copy(ROOT / name, root / name)
    return root


@pytest.fixture(scope="module")
def pages(checkout):
    """The checkout's pages, as they are before any edit."""
    found = execution.pages(checkout)
    assert all(page.inputs for page in found)
    return found


def executed_after(root, pages, path, edit):
    """The pages that an edit of a file has executed again; the file is as it was afterwards."""
    text = path.read_text()
    changed = edit(text)
    assert changed != text
    try:
        path.write_text(changed)
        if path.suffix == ".md":
            after = execution.pages(root)
            return {now.name for now, then in zip(after, pages, strict=True) if differs(now, then)}
        return {
            p.name for p in pages if dependencies.digest(p.code, p.path.parent, root) != p.inputs
        }
    finally:
        path.write_text(text)


def differs(now, then):
    return now.code != then.code or now.inputs != then.inputs


def append(line):
    return lambda text: f"{text}\n{line}\n"


EVERY = {page.name for page in execution.pages()}
EDITS = {
    "a word in the report": ("shrinkage/report/wording.py", append("WORD = 'odds'"), {"12"}),
    "the report's page": ("shrinkage/report/templates/report.html", append("<p>"), {"12"}),
    "the command's report": ("shrinkage/cli/report.py", append("X = 1"), {"12"}),
    "another command": ("shrinkage/cli/grade.py", append("X = 1"), set()),
    "a demo's style": ("shrinkage/demos/bundle/funnel.css", append("a {}"), set()),
    "a demo's script": ("shrinkage/demos/bundle/funnel.js", append("1;"), set()),
    "a demo's source": ("shrinkage/demos/js/funnel/index.js", append("1;"), set()),
    "an exercise": ("shrinkage/exercises/task.py", append("X = 1"), set()),
    "a picture's module": ("shrinkage/figures/weights.py", append("X = 1"), {7}),
    "a data set": ("shrinkage/data/batting.csv", append("Nobody,1,2,3,4,.5"), {2}),
    "another": ("shrinkage/data/network.csv", append("A,A1,1,1,1"), {11, "09b"}),
    "the script that drew one": ("shrinkage/data/make_doctors.py", append("X = 1"), set()),
    "a comment": ("shrinkage/exact/joint.py", append("# a comment"), set()),
    "the layout": (
        "shrinkage/exact/inputs.py",
        lambda text: text.replace("import numpy", "\n\nimport numpy", 1),
        set(),
    ),
    "a signpost": ("shrinkage/figures/__init__.py", append("# a comment"), set()),
    "a sentence": ("chapters/03_a_first_bayesian_model.md", append("A sentence."), set()),
    "a comment on the pins": (".binder/requirements.txt", append("# a comment"), set()),
    "an extension of the site": ("book/_ext/typography.py", append("X = 1"), set()),
    "the site's style": ("book/_static/course.css", append("a {}"), set()),
}


@pytest.mark.parametrize("kind", EDITS)
def test_an_edit_executes_what_depends_on_it_alone(checkout, pages, kind):
    name, edit, chapters = EDITS[kind]
    # by a chapter's number both its pages, by '09b' one
    expected = {p for p in CHAPTERS if {int(p[9:11]), p[9:].split("_")[0]} & chapters}
    assert executed_after(checkout, pages, checkout / name, edit) & CHAPTERS == expected


def test_pins_execute_every_page(checkout, pages):
    edit = lambda text: re.sub(r"(?m)^numpy==\S+", "numpy==0", text)  # noqa: E731
    assert executed_after(checkout, pages, checkout / ".binder" / "requirements.txt", edit) == EVERY


def test_the_exact_posterior_executes_who_imports_it(checkout, pages):
    again = executed_after(
        checkout, pages, checkout / "shrinkage/exact/likelihood.py", append("X = 1")
    )
    importing = {
        name
        for name in CHAPTERS
        if re.search(r"shrinkage\.exact|shrinkage import exact", (ROOT / f"{name}.md").read_text())
    }
    assert importing <= again & CHAPTERS  # and those whose demo stands on it
    assert chapter(11) not in again
    assert "book/numpyro" in again


def test_a_cell_executes_its_page(checkout, pages):
    path = checkout / f"{chapter(9)}.md"
    edit = lambda text: text.replace("RANDOM_SEED =", "RANDOM_SEED = 1 +", 1)  # noqa: E731
    assert executed_after(checkout, pages, path, edit) == {chapter(9)}


def test_another_module_behind_a_name_is_another_digest(checkout, pages):
    edit = lambda text: text.replace("figures.weights import", "figures.curves import")  # noqa: E731
    again = executed_after(checkout, pages, checkout / "shrinkage/figures/__init__.py", edit)
    assert again == {chapter(7)}


@pytest.fixture
def package(tmp_path):
    """Writes a package's modules, texts by name, and says which of them cells depend on."""

    def depended_on(cell, modules):
        for name, text in modules.items():
            path = tmp_path / "kit" / f"{name}.py"
            path.parent.mkdir(exist_ok=True, parents=True)
            path.write_text(text)
        found = dependencies.files([cell], tmp_path, tmp_path)
        return {path.relative_to(tmp_path / "kit").with_suffix("").as_posix() for path in found}

    return depended_on


def test_imports_of_every_form_are_followed(package):
    modules = {
        "__init__": '"""A package."""\n',
        "a": "from kit import b\nB = b\n",
        "b": "def f():\n    import kit.c as c\n    return c\n",
        "c": "from .d import X\nY = X\n",
        "d": "X = 1\n",
        "e": "X = 1\n",
    }
    assert package("from kit.a import *", modules) == set("abcd")
    assert package("import kit.e\n%matplotlib inline\n!ls", modules) == {"e"}
    assert package("import os, numpy", modules) == set()


def test_a_package_whose_init_does_something_is_a_dependency(package):
    modules = {"__init__": "from kit.a import f\n", "a": "def f(): ...\n"}
    assert package("from kit import f", modules) == {"a"}
    modules["__init__"] += "f()\n"
    assert package("from kit import f", modules) == {"a", "__init__"}


def test_a_package_used_as_a_whole_is_all_of_it(package):
    modules = {
        "__init__": "",
        "s/__init__": "from kit.s.a import f\nfrom kit.s.b import g\n",
        "s/a": "def f(): ...\n",
        "s/b": "def g(): ...\n",
    }
    assert package("from kit import s\ns.f()", modules) == {"s/a"}
    assert package("from kit import s\nvars(s)", modules) == {"s/a", "s/b"}


def test_a_file_that_a_cell_names_is_read(tmp_path):
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "clinic.csv").write_text("doctor\n")
    found = dependencies.files(["open('clinic.csv')"], tmp_path / "pages", tmp_path)
    assert found == {tmp_path / "pages" / "clinic.csv"}


def test_every_data_set_is_named_by_a_module():
    named = set()
    for path in (ROOT / "shrinkage" / "data").glob("*.py"):
        if not path.name.startswith("make_"):
            named |= set(re.findall(r'"([\w.]+\.csv)"', path.read_text()))
    assert named == {path.name for path in (ROOT / "shrinkage" / "data").glob("*.csv")}


def test_a_page_of_the_exercises_depends_on_all_of_them():
    found = dependencies.files(["from shrinkage.exercises import check"], ROOT / "solutions")
    names = {path.name for path in found}
    assert {path.name for path in Path(ROOT / "shrinkage/exercises").glob("ex*.py")} <= names
