"""The command behind `make book` and `make page`: which page is meant, what is rendered again."""

import os
import subprocess
import sys

import build
import dependencies
import pytest
from build import BuildError, named
from checkout import checkout
from execution import toc


@pytest.mark.parametrize(
    ("asked", "page"),
    [
        ("07", "chapters/07_reading_shrinkage"),
        ("7", "chapters/07_reading_shrinkage"),
        ("numpyro", "book/numpyro"),
        ("book/status", "book/status"),
        ("exercises/03", "exercises/03_a_first_bayesian_model"),
        ("chapters/10", "chapters/10_twelve_hospitals"),
        ("perfect", "chapters/01_the_perfect_doctor"),
    ],
)
def test_a_page_is_named_in_short(asked, page):
    assert named(asked) == page


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("nothing", "names no page where one is expected; take one of:\n  book/index"),
        ("", f"names {len(toc())} pages"),
        ("deciding", "names 2 pages"),
    ],
)
def test_an_unknown_or_ambiguous_page_name_lists_the_pages(asked, words):
    with pytest.raises(BuildError) as error:
        named(asked)
    assert words in str(error.value)


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """A project with an extension and something rendered."""
    (tmp_path / "book" / "_ext").mkdir(parents=True)
    (tmp_path / "book" / "_static").mkdir()
    (tmp_path / "book" / "_ext" / "words.py").write_text("X = 1\n")
    (tmp_path / "shrinkage").mkdir()
    (tmp_path / "shrinkage" / "convergence.py").write_text("X = 1\n")
    (tmp_path / "shrinkage" / "figures").mkdir()
    (tmp_path / "shrinkage" / "figures" / "style.py").write_text("X = 1\n")
    names = {"ROOT": tmp_path, "BUILD": tmp_path / "_build", "HTML": tmp_path / "_build" / "html"}
    names["RENDERING"] = tmp_path / "_build" / "rendering.sha256"
    for name, path in names.items():
        monkeypatch.setattr(build, name, path)
    build.HTML.mkdir(parents=True)
    build.begin_anew_if_rendering_changed()
    build.HTML.mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("file", "text", "anew"),
    [
        ("_ext/words.py", "X = 2\n", True),
        ("_ext/more.js", "1;\n", True),
        ("_static/course.css", "p {}\n", True),
        ("_ext/words.py", "X = 1\n", False),
    ],
)
def test_another_extension_or_style_renders_every_page_again(folders, file, text, anew):
    (folders / "book" / file).write_text(text)
    build.begin_anew_if_rendering_changed()
    assert build.HTML.exists() != anew


def test_what_a_page_alone_had_read_is_read_again(folders):
    """As `make page` leaves it: all are read, one is written."""
    doctrees = build.BUILD / ".doctrees"
    for path, when in (
        (doctrees / "asked.doctree", 2),
        (doctrees / "other.doctree", 2),
        (doctrees / "new.doctree", 2),
        (build.HTML / "asked.html", 3),
        (build.HTML / "other.html", 1),
    ):
        path.parent.mkdir(exist_ok=True)
        path.touch()
        os.utime(path, (when, when))
    build.read_again_what_was_not_written()
    assert [path.stem for path in doctrees.iterdir()] == ["asked"]


def test_what_failed_to_render_is_rendered_anew(folders, monkeypatch, capsys):
    def fails(log, **_):
        raise BuildError("chapters/07: WARNING: a word too many")

    monkeypatch.setattr(build, "LOG", folders / "_build" / "build.log")
    monkeypatch.setattr(build, "take_back_solutions", lambda: None)
    monkeypatch.setattr(build.execution, "pages", list)
    monkeypatch.setattr(build, "render", fails)
    monkeypatch.setattr("sys.argv", ["build.py"])
    assert build.main() == 1
    assert not build.HTML.exists()
    assert "a word too many" in capsys.readouterr().err


def test_what_renders_is_what_the_extensions_import():
    code = [path.read_text() for path in (build.ROOT / "book" / "_ext").glob("*.py")]
    imported = set(dependencies.files(code, build.ROOT / "book" / "_ext"))
    beneath = {build.ROOT / "shrinkage" / name for name in ("exact", "data", "convergence.py")}
    rest = {p for p in imported if p.suffix == ".py" and not {p, *p.parents} & beneath}
    assert rest <= set(build.rendered_by())  # whose titles are on pages; numbers are not


def test_a_page_alone_is_built_where_no_other_was_executed(tmp_path):
    root = checkout(tmp_path)

    def made():
        return subprocess.run(
            [sys.executable, root / "book" / "build.py", "--page", "glossary"],
            env=os.environ | {"PYTHONPATH": str(root)},
            capture_output=True,
            text=True,
            check=False,
        )

    assert (done := made()).returncode == 0, done.stdout + done.stderr
    assert (root / "_build" / "html" / "book" / "glossary.html").is_file()
    with (root / "book" / "glossary.md").open("a") as page:
        page.write("\n{ref}`nowhere-at-all`\n")
    done = made()
    assert done.returncode != 0
    assert "nowhere-at-all" in done.stdout + done.stderr
