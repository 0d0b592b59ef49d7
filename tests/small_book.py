"""Builds a small book as the course's is built, for cases that the course itself does not have."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from checkout import ROOT

NOTEBOOK = """---
kernelspec: {display_name: Python 3, language: python, name: python3}
jupytext: {text_representation: {extension: .md, format_name: myst}}
---

"""
"""What makes a page of Markdown a notebook."""


def built(folder: Path, pages: Mapping[str, str], *, remote: str = "", url: str = "") -> Path:
    """Build a book of `pages`, texts or files by path, and of them all; return its HTML's folder.

    It is a checkout with this remote, configured for the repository at `url`.
    """
    shutil.copytree(ROOT / "book", folder / "book", dirs_exist_ok=True)
    config = (ROOT / "_config.yml").read_text()
    assert 'url: ""' in config
    (folder / "_config.yml").write_text(config.replace('url: ""', f'url: "{url}"', 1))
    (folder / "index.md").write_text("# A book\n")
    for name, text in pages.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    files = "".join(f"  - file: {Path(name).with_suffix('')}\n" for name in pages)
    (folder / "_toc.yml").write_text(f"format: jb-book\nroot: index\nchapters:\n{files}")
    subprocess.run(["git", "init", "-q", "-b", "taught"], cwd=folder, check=True)
    if remote:
        subprocess.run(["git", "remote", "add", "origin", remote], cwd=folder, check=True)
    done = subprocess.run(
        [Path(sys.executable).with_name("jupyter-book"), "build", ".", "-W", "-n", "-q"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return folder / "_build" / "html"
