"""Buttons to the repository: from one place or the checkout's remote, and absent without either."""

from pathlib import Path

import pytest
from repository import public_address
from small_book import NOTEBOOK, built
from turns import in_turn

pytestmark = pytest.mark.site  # books are built here

PAGE = (
    NOTEBOOK
    + """# A notebook

{glue:text}`one`

```{code-cell} ipython3
from myst_nb import glue
glue("one", "1 %", display=False)
```
"""
)


def page_of(folder: Path, remote: str = "", url: str = "") -> str:
    """The page of a notebook, in a checkout with this remote."""
    html = built(folder, {"chapters/notebook.md": PAGE}, remote=remote, url=url)
    return (html / "chapters" / "notebook.html").read_text()


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("https://github.com/course/small-n.git", "https://github.com/course/small-n"),
        ("https://github.com/course/small-n", "https://github.com/course/small-n"),
        ("git@github.com:course/small-n.git\n", "https://github.com/course/small-n"),
        ("ssh://git@gitlab.com/course/small.n/", "https://gitlab.com/course/small.n"),
        ("https://me:secret@github.com/course/small-n.git", "https://github.com/course/small-n"),
        ("/srv/git/small-n", ""),
        ("http://localhost:3000/course/small-n", ""),
        ("https://git.hospital.example/course/small-n", ""),
        ("https://github.com.example/course/small-n", ""),
        ("https://evil.example/github.com/course/small-n", ""),
        ("", ""),
    ],
)
def test_only_a_public_host_becomes_an_address_and_no_password_does(remote, address):
    assert public_address(remote) == address


def test_a_remote_on_a_public_host_gives_the_buttons(tmp_path):
    page = page_of(tmp_path, "https://me:secret@github.com/course/small-n.git")
    assert (
        'href="https://mybinder.org/v2/gh/course/small-n/taught'
        '?urlpath=lab/tree/chapters/notebook.md"' in page
    )
    assert 'href="https://github.com/course/small-n"' in page
    assert 'href="https://github.com/course/small-n/issues/new' in page
    assert "secret" not in page
    # The download stays the executed notebook, with the number in its sentence.
    served = (tmp_path / "_build/html/_sources/chapters/notebook.ipynb").read_text()
    assert "scrapbook" in served
    assert "{glue:text}" not in served


def test_the_configured_address_is_taken_before_the_remote(tmp_path):
    page = page_of(tmp_path, "https://github.com/me/fork", "https://gitlab.com/course/small-n")
    assert "https://mybinder.org/v2/gl/course%2Fsmall-n/taught?urlpath=lab/tree" in page
    assert "github.com/me/fork" not in page


@pytest.mark.parametrize("remote", in_turn(["", "/srv/git/small-n"]))
def test_without_an_address_there_is_no_button(tmp_path, remote):
    page = page_of(tmp_path, remote)
    for absent in ("mybinder", "launch-buttons", "source-repository-button", "/srv/git"):
        assert absent not in page
    assert "download-notebook" in page, "the notebook can be downloaded all the same"
