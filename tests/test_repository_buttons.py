"""Buttons to the repository: from one place or the checkout's remote, and absent without either."""

from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from repository import find_repository, public_address, site_address
from small_book import NOTEBOOK, built
from turns import in_turn

pytestmark = pytest.mark.site  # books are built here

PAGE = (
    NOTEBOOK
    + """# A notebook

{glue:text}`one`

```{code-cell} ipython3
:tags: [remove-cell]

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


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://github.com/Course/small-n", "https://course.github.io/small-n/"),
        ("https://github.com/course/small-n.git", "https://course.github.io/small-n/"),
        ("https://github.com/course/small-n/", "https://course.github.io/small-n/"),
        ("https://github.com/Course/course.github.io", "https://course.github.io/"),
        ("https://gitlab.com/course/small-n", "https://course.gitlab.io/small-n/"),
        ("https://git.hospital.example/course/small-n/", ""),
    ],
)
def test_the_sites_address_follows_from_the_repositorys(tmp_path, url, site):
    config = SimpleNamespace(
        html_baseurl="", html_theme_options={"repository_url": url, "launch_buttons": {}}
    )
    find_repository(SimpleNamespace(srcdir=tmp_path), config)
    assert not config.html_theme_options["repository_url"].endswith(("/", ".git"))
    assert site_address(config) == site


def test_a_remote_on_a_public_host_gives_the_buttons(tmp_path):
    page = page_of(tmp_path, "https://me:secret@github.com/course/small-n.git")
    assert (
        'href="https://mybinder.org/v2/gh/course/small-n/notebooks'
        '?urlpath=lab/tree/chapters/notebook.ipynb"' in page
    )
    assert (
        'href="https://colab.research.google.com/github/course/small-n/blob/notebooks'
        '/chapters/notebook.ipynb"' in page
    )
    assert 'href="https://github.com/course/small-n"' in page
    assert 'href="https://github.com/course/small-n/issues/new?template=1-text.yml' in page
    assert "secret" not in page
    # What they open is what is downloaded: it reads, and it can install the course.
    served = tmp_path / "_build/html/_sources/chapters/notebook.ipynb"
    opened = tmp_path / "_build/notebooks/chapters/notebook.ipynb"
    assert served.read_text() == opened.read_text()
    cells = [cell.source for cell in nbformat.read(opened, as_version=4).cells]
    assert cells[0] == "# A notebook\n\n1 %"
    assert "%pip install --quiet git+https://github.com/course/small-n.git@notebooks\n" in cells[1]
    assert len(cells) == 2


def test_the_configured_address_is_taken_before_the_remote(tmp_path):
    page = page_of(tmp_path, "https://github.com/me/fork", "https://gitlab.com/course/small-n")
    assert "https://mybinder.org/v2/gl/course%2Fsmall-n/notebooks?urlpath=lab/tree" in page
    assert "github.com/me/fork" not in page
    assert "colab" not in page, "Colab opens nothing from GitLab"


@pytest.mark.parametrize("remote", in_turn(["", "/srv/git/small-n"]))
def test_without_an_address_there_is_no_button(tmp_path, remote):
    page = page_of(tmp_path, remote)
    for absent in ("mybinder", "launch-buttons", "source-repository-button", "/srv/git"):
        assert absent not in page
    assert "download-notebook" in page, "the notebook can be downloaded all the same"
