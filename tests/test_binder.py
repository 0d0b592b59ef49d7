"""What Binder does with the branch of notebooks, and every chapter run there by a reader.

repo2docker's steps for `_build/notebooks`, outside a container: a new environment of the Python
that ``runtime.txt`` names, ``.binder/requirements.txt`` into it, ``postBuild`` in the checkout,
which is the reader's home; then ``start`` with JupyterLab. (The requirements are installed by uv
here, for its speed.)

That is done every week. Every change meets one chapter and one exercise, in the environment that
the tests run in.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from checkout import ROOT
from lab import open_notebook, running_lab, shut_notebook
from on_screen import settled
from turns import weekly_but

from shrinkage.exercises.checking import load_exercise

CHAPTERS = sorted((ROOT / "chapters").glob("*.md"))
# Run whole here: a chapter of demos and a chapter that samples. The others open and run their
# first cell; that all of their cells run, the site's build has shown.
WHOLE = ("01", "05")
PRESENT, FRESH = "present environment", "fresh environment"


@pytest.fixture(scope="module")
def binder(request, site, tmp_path_factory):
    """The home folder, the environment's Python, and the variables that Binder would set."""
    home = tmp_path_factory.mktemp("home") / "jovyan"
    shutil.copytree(site.folder.parent / "notebooks", home)
    script = (home / ".binder" / "postBuild").read_text()
    if request.param == FRESH:
        environment = tmp_path_factory.mktemp("env")
        python, more = environment / "bin" / "python", {}
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        install = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", python]
        subprocess.run([*install, "-r", ".binder/requirements.txt"], cwd=home, check=True)
    else:
        # It has the course's package already, and keeps it: only the other lines are run.
        python, more = Path(sys.executable), {"PYTHONPATH": str(home)}
        script, installs = re.subn(r"^python -m pip install .*\n", "", script, flags=re.M)
        assert installs == 1
        import pytensor

        # What the site's build has compiled need not be compiled again.
        more["PYTENSOR_FLAGS"] = f"base_compiledir={pytensor.config.base_compiledir}"
    variables = {"HOME": str(home), "PATH": f"{python.parent}:{os.environ['PATH']}"} | more
    done = subprocess.run(
        ["bash", "-c", script],
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
    with running_lab(
        home,
        log,
        "--expose-app-in-browser",
        python=python,
        start=[home / ".binder" / "start"],
        **variables,
    ) as address:
        yield address


def test_python_is_the_one_the_course_pins():
    runtime = (ROOT / ".binder" / "runtime.txt").read_text().strip()
    assert runtime == f"python-{(ROOT / '.python-version').read_text().strip()}"


@pytest.mark.parametrize(
    ("binder", "path"),
    [
        (PRESENT, CHAPTERS[0]),
        *(pytest.param(FRESH, path, marks=pytest.mark.weekly) for path in CHAPTERS),
    ],
    indirect=["binder"],
    ids=lambda value: getattr(value, "stem", value),
)
def test_a_click_on_a_chapter_opens_a_notebook_that_runs(lab, new_page, path):
    page = new_page()
    open_notebook(page, lab, path.relative_to(ROOT).with_suffix(".ipynb"))
    if path == CHAPTERS[0]:
        shows_its_demo(page)
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
    cells = page.evaluate(
        """() => {
          const { content } = jupyterapp.shell.currentWidget;
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
    shut_notebook(page)


def shows_its_demo(page):
    """A notebook's demo stands there before any cell has been run."""
    page.evaluate(
        """() => {
          const { content } = jupyterapp.shell.currentWidget;
          const source = (cell) => cell.model.sharedModel.getSource();
          const index = content.widgets.findIndex((cell) => source(cell) === "LeagueTable()");
          content.activeCellIndex = index;
          return content.scrollToItem(index);
        }"""
    )
    demo = page.locator(".sn-demo")
    settled(demo)
    mark = demo.evaluate("demo => getComputedStyle(demo.parentElement, '::before').content")
    assert mark == "none", "JupyterLab's mark of a broken widget stands above it"


@pytest.mark.parametrize("binder", weekly_but([PRESENT], [PRESENT, FRESH]), indirect=True)
def test_a_click_on_an_exercise_opens_it_and_its_checks_answer(lab, new_page):
    page = new_page()
    open_notebook(page, lab, "exercises/02_three_ways_to_pool.ipynb")
    page.evaluate("() => jupyterapp.commands.execute('notebook:run-all-cells')")
    cards = page.locator(".jp-OutputArea-output [role=group]")
    assert cards.count() == len(load_exercise("02").tasks) + 1
    assert "of 1 point, not complete yet" in cards.first.get_attribute("aria-label")
    assert "Exercise 02 Three ways to pool: 0 of 10 points" in cards.last.inner_text()
    shut_notebook(page)
