"""What is published is whole, and readers' notebooks become one commit of a branch of their own."""

import os
import shutil
import subprocess

import complete
import pytest
from checkout import ROOT


def git(folder, *words):
    done = subprocess.run(["git", "-C", folder, *words], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def checkout(tmp_path):
    """A checkout with a few built notebooks, and an empty remote."""
    root = tmp_path / "checkout"
    edition = root / "_build" / "notebooks"
    for name in ("chapters/01.ipynb", "exercises/01.ipynb", ".written.json", ".binder/start"):
        (edition / name).parent.mkdir(parents=True, exist_ok=True)
        (edition / name).write_text(name)
    shutil.copy2(ROOT / ".binder" / "postBuild", edition / ".binder")
    (edition / ".binder" / "postBuild").chmod(0o644)  # as an artifact has it
    (root / ".ci").mkdir()
    shutil.copy2(ROOT / ".ci" / "publish-notebooks", root / ".ci")
    (root / ".gitignore").write_text("_build/\n*.ipynb\n")
    git(tmp_path, "init", "-q", "-b", "main", root)
    git(root, "add", ".")
    git(root, "-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "-qm", "first")
    git(tmp_path, "init", "-q", "--bare", tmp_path / "remote.git")
    git(root, "remote", "add", "origin", tmp_path / "remote.git")
    return root


def publish(root):
    done = subprocess.run(
        [root / ".ci" / "publish-notebooks", "origin"],
        env={k: v for k, v in os.environ.items() if not k.startswith("GIT_")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return git(root.parent / "remote.git", "rev-parse", "notebooks")


def test_the_branch_has_the_notebooks_and_what_binder_needs_in_one_commit(checkout):
    remote = checkout.parent / "remote.git"
    publish(checkout)
    files = git(remote, "ls-tree", "-r", "notebooks").splitlines()
    there = {line.split("\t")[1]: line.split()[0] for line in files}
    assert there == {
        ".binder/postBuild": "100755",
        ".binder/start": "100755",
        "chapters/01.ipynb": "100644",
        "exercises/01.ipynb": "100644",
    }
    assert git(remote, "rev-list", "--count", "notebooks") == "1"
    assert git(checkout, "rev-parse", "HEAD") in git(
        remote, "log", "-1", "--format=%s", "notebooks"
    )
    assert git(checkout, "status", "--porcelain") == ""
    assert git(checkout, "ls-files") == ".ci/publish-notebooks\n.gitignore"


def test_only_a_change_makes_binder_build_anew(checkout):
    remote = checkout.parent / "remote.git"
    first = publish(checkout)
    git(
        checkout,
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@b.example",
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        "words",
    )
    assert publish(checkout) == first
    (checkout / "_build/notebooks/chapters/01.ipynb").unlink()
    assert publish(checkout) != first
    assert "chapters/01.ipynb" not in git(remote, "ls-tree", "-r", "--name-only", "notebooks")
    assert git(remote, "rev-list", "--count", "notebooks") == "1"


@pytest.fixture(scope="module")
def copy(site, tmp_path_factory):
    """The built site and notebooks, linked, in a checkout from which something can be taken."""
    root = tmp_path_factory.mktemp("site")
    ignored = shutil.ignore_patterns("__pycache__", "node_modules", "_static", "_images")
    for name in ("chapters", "book", "exercises"):
        shutil.copytree(ROOT / name, root / name, ignore=ignored)
    for name in ("_toc.yml", "_config.yml"):
        shutil.copy(ROOT / name, root)
    for folder in (site.folder, site.folder.parent / "notebooks"):
        shutil.copytree(
            folder, root / "_build" / folder.name, copy_function=os.link, ignore=ignored
        )
    return root


def test_what_is_built_is_complete(copy):
    assert list(complete.missing(copy)) == []


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("html/chapters/07_reading_shrinkage.html", "the page chapters/07_reading_shrinkage.html"),
        ("html/exercises/03_a_first_bayesian_model.html", "the page exercises/03"),
        ("notebooks/exercises/03_a_first_bayesian_model.ipynb", "the notebook of the exercise 03"),
        ("notebooks/chapters/09_deciding.ipynb", "the notebook chapters/09_deciding.ipynb"),
        ("notebooks/book/demos.ipynb", "the demo PoolingDial in the gallery"),
        ("notebooks/.binder/postBuild", ".binder/postBuild beside the notebooks"),
    ],
)
def test_a_site_that_lacks_something_is_not_published(copy, path, said):
    path = copy / "_build" / path
    aside = path.rename(path.with_suffix(".aside"))
    try:
        assert any(said in one for one in complete.missing(copy))
    finally:
        aside.rename(path)


def test_a_notebook_without_outputs_or_a_page_without_content_is_not_published(copy):
    notebook = copy / "_build/notebooks/chapters/09_deciding.ipynb"
    page = copy / "_build/html/book/glossary.html"
    kept = notebook.read_text(), page.read_text()
    for path in (notebook, page):
        path.unlink()  # a link: what it is linked to stays
    notebook.write_text((ROOT / "exercises/09_deciding.ipynb").read_text())
    page.touch()
    try:
        assert list(complete.missing(copy)) == [
            "the page book/glossary.html",
            "the outputs of chapters/09_deciding.ipynb",
        ]
    finally:
        for path, text in zip((notebook, page), kept, strict=True):
            path.write_text(text)
