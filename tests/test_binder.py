"""What Binder does with the repository, step by step, and every chapter run there by a reader.

repo2docker's steps for these files, outside a container: a new environment of the Python that
``runtime.txt`` names, ``.binder/requirements.txt`` into it, ``postBuild`` in the checkout, which is
the reader's home; then JupyterLab. (The requirements are installed by uv here, for its speed.)
"""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT
from lab import running_lab

from shrinkage.exercises.checking import load_exercise

pytestmark = [pytest.mark.slow, pytest.mark.beside]

CHAPTERS = sorted((ROOT / "chapters").glob("*.md"))
# Run whole here: a chapter of demos and a chapter that samples. The others open and run their
# first cell; that all of their cells run, the site's build has shown.
WHOLE = ("01", "05")
# A chapter may take a minute, and twice that while another test has half of the machine.
LIMIT = 60 * int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))  # seconds


def checkout(target: Path) -> None:
    """The files that git has or would take, as a clone has them."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)


@pytest.fixture(scope="module")
def binder(tmp_path_factory):
    """The home folder, and the Python of the environment that Binder would have made."""
    home = tmp_path_factory.mktemp("jovyan")
    environment = tmp_path_factory.mktemp("env")
    checkout(home)
    python = environment / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    install = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", python]
    subprocess.run([*install, "-r", ".binder/requirements.txt"], cwd=home, check=True)
    path = f"{environment / 'bin'}:{os.environ['PATH']}"
    variables = {"HOME": str(home), "PATH": path}
    done = subprocess.run(
        [home / ".binder" / "postBuild"],
        cwd=home,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return home, python, variables


@pytest.fixture(scope="module")
def lab(binder):
    """Address of Binder's JupyterLab."""
    home, python, variables = binder
    log = home.parent / "binder.log"
    import pytensor

    # The models that the site's build has compiled need not be compiled again.
    variables |= {"PYTENSOR_FLAGS": f"base_compiledir={pytensor.config.base_compiledir}"}
    with running_lab(home, log, "--expose-app-in-browser", python=python, **variables) as address:
        yield address


def test_python_is_the_one_the_course_pins():
    runtime = (ROOT / ".binder" / "runtime.txt").read_text().strip()
    assert runtime == f"python-{(ROOT / '.python-version').read_text().strip()}"


def test_only_markdown_opens_differently(binder):
    home, *_ = binder
    overrides = home / ".jupyter" / "labconfig" / "default_setting_overrides.json"
    settings = json.loads(overrides.read_text())
    viewers = settings.pop("@jupyterlab/docmanager-extension:plugin")
    assert viewers == {"defaultViewers": {"markdown": "Jupytext Notebook"}}
    assert not settings


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_click_on_a_chapter_opens_a_notebook_that_runs(lab, new_page, path):
    page = new_page()
    page.goto(f"{lab}lab/tree/{path.relative_to(ROOT)}?reset", wait_until="domcontentloaded")
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=60_000)
    page.set_default_timeout(150_000)
    page.wait_for_function(
        "() => jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
    )
    start = time.monotonic()
    whole = path.name[:2] in WHOLE
    command = "run-all-cells" if whole else "run-cell"
    if not whole:
        page.evaluate(
            """() => {
              const { content } = jupyterapp.shell.currentWidget;
              content.activeCellIndex = content.widgets.findIndex((c) => c.model.type === 'code');
            }"""
        )
    page.evaluate(f"() => jupyterapp.commands.execute('notebook:{command}')")
    took = time.monotonic() - start
    cells = page.evaluate(
        """() => {
          const { sessionContext, content } = jupyterapp.shell.currentWidget;
          const cells = Array.from(content.model.cells).filter((cell) => cell.type === 'code');
          return cells.map((cell) => ({
            count: cell.executionCount, outputs: cell.outputs.toJSON(),
            source: cell.sharedModel.getSource(),
          }));
        }"""
    )
    assert len(cells) > 3
    for cell in cells if whole else cells[:1]:
        said = [o for o in cell["outputs"] if o["output_type"] == "error"]
        said += [o for o in cell["outputs"] if o.get("name") == "stderr"]
        assert not said or "output_stderr" in path.read_text(), f"{cell['source']}\n{said}"
        assert cell["count"], f"not run: {cell['source']}"
    page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    assert took < LIMIT, f"{took:.0f} s on {os.cpu_count()} cores"


def test_a_click_on_an_exercise_opens_it_and_its_checks_answer(lab, new_page):
    page = new_page()
    page.goto(f"{lab}lab/tree/exercises/02_three_ways_to_pool.ipynb?reset")
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=60_000)
    page.set_default_timeout(150_000)
    page.wait_for_function(
        "() => jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
    )
    page.evaluate("() => jupyterapp.commands.execute('notebook:run-all-cells')")
    cards = page.locator(".jp-OutputArea-output [role=group]")
    assert cards.count() == len(load_exercise("02").tasks) + 1
    assert "points, not complete yet" in cards.first.get_attribute("aria-label")
    assert "Exercise 02 Three ways to pool: 0 of 10 points" in cards.last.inner_text()
    page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.shutdown()")
