"""The demos in a real JupyterLab: the published page's source, and a kernel behind it."""

import json
import re

import nbformat
import pytest
from conftest import ROOT
from lab import running_lab
from league_table_on_screen import expected, shown
from on_screen import percent, press, settled, slider
from playwright.sync_api import TimeoutError

import shrinkage.demos
from shrinkage.demos import LeagueTable

pytestmark = pytest.mark.slow

CELLS = [
    "from shrinkage.demos import LeagueTable\ndemo = LeagueTable(seed=3)\ndemo",
    "import json\nprint('state', json.dumps(demo.state()), 'tally', demo.tally().first)",
    "demo.year = 50\ndemo.truth = True",
    "import json\n"
    "from IPython.display import display\n"
    "import shrinkage.demos\n"
    "demos = {name: getattr(shrinkage.demos, name)() for name in shrinkage.demos.__all__}\n"
    "for one in demos.values(): display(one)",
    "print('counts', json.dumps(demos['ShrinkagePlot'].counts))\n"
    "print('mean', demos['ShrinkagePlot'].posterior().mean[1])\n"
    "demos['PoolingDial'].sigma_pop = 0.0",
]


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Address of a JupyterLab with one notebook, on a free port of localhost."""
    folder = tmp_path_factory.mktemp("lab")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, folder / "demo.ipynb")
    own = {f"JUPYTER_{name}_DIR": str(folder / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    own |= {f"JUPYTERLAB_{name}_DIR": str(folder / name) for name in ("SETTINGS", "WORKSPACES")}
    with running_lab(folder, folder / "server.log", PYTHONPATH=str(ROOT), **own) as address:
        yield address


def run_cell(page, number):
    """Run one cell and return its output once it is there."""
    cell = page.locator(".jp-Notebook .jp-CodeCell").nth(number)
    prompt = cell.locator(".jp-InputPrompt")
    for _ in range(3):  # a key pressed while JupyterLab still arranges itself goes nowhere
        cell.locator(".cm-content").click()
        page.keyboard.press("Shift+Enter")
        try:
            prompt.filter(has_text=re.compile(r"\[[\d*]+\]")).wait_for(timeout=5_000)
            break
        except TimeoutError:
            continue
    # The first import in a new environment compiles every module it meets.
    prompt.filter(has_text=re.compile(r"\[\d+\]")).wait_for(timeout=90_000)
    return cell


def python_says(page):
    """The state and the tally that the kernel's demo has now."""
    words = run_cell(page, 1).locator(".jp-OutputArea-output").inner_text()
    state, tally = re.fullmatch(r"state (.*) tally (.*)", words.strip()).groups()
    return json.loads(state), float(tally)


def test_keys_and_buttons_reach_python_and_python_reaches_the_view(lab, new_page):
    page = new_page()
    page.goto(f"{lab}lab/tree/demo.ipynb", wait_until="domcontentloaded")
    page.locator(".jp-Notebook .jp-CodeCell").nth(4).wait_for(timeout=40_000)
    page.locator("[data-status=idle]").first.wait_for(state="attached", timeout=40_000)
    demo = run_cell(page, 0).locator(".sn-demo")
    settled(demo)
    state = LeagueTable(seed=3).state()
    assert shown(demo) == expected(**state)
    assert not demo.get_by_role("button", name="Copy link").is_visible(), "there is no page to link"

    spread = slider(demo, "True spread between doctors")
    spread.focus()
    for key in ["ArrowRight"] * 5 + ["ArrowUp", "ArrowLeft", "ArrowDown"]:
        page.keyboard.press(key)
    assert spread.evaluate("input => input === document.activeElement"), "JupyterLab took a key"
    for _ in range(3):
        press(demo, "Draw a year")
    state |= {"spread": 0.2, "year": 4}
    assert shown(demo) == expected(**state)
    assert python_says(page) == (state, pytest.approx(LeagueTable(**state).tally().first))

    run_cell(page, 2)
    state |= {"year": 50, "truth": True}
    demo.get_by_text("Year 50", exact=True).wait_for()
    settled(demo)
    assert shown(demo) == expected(**state)
    assert demo.get_by_label("Show the true rates").is_checked()


def test_every_demo_stands_in_a_notebook_and_python_has_its_state(lab, new_page):
    page = new_page()
    page.goto(f"{lab}lab/tree/demo.ipynb?reset", wait_until="domcontentloaded")
    page.locator(".jp-Notebook .jp-CodeCell").nth(4).wait_for(timeout=40_000)
    page.locator("[data-status=idle]").first.wait_for(state="attached", timeout=40_000)
    cell = run_cell(page, 3)
    shown = cell.locator(".sn-demo")
    shown.nth(len(shrinkage.demos.__all__) - 1).wait_for(timeout=30_000)
    demos = dict(zip(shrinkage.demos.__all__, shown.all(), strict=True))
    for name, demo in demos.items():
        settled(demo)
        assert len(demo.locator(".sn-summary").inner_text()) > 60, name
        assert demo.locator(".sn-notice").is_hidden(), name

    picture = demos["ShrinkagePlot"]
    slider(picture, "Successes").focus()
    for key in ("ArrowLeft", "ArrowLeft", "ArrowRight"):
        page.keyboard.press(key)  # Dr. B, 3 of 4
    settled(picture)
    words = run_cell(page, 4).locator(".jp-OutputArea-output").inner_text()
    counts, mean = re.search(r"counts (.*)\nmean (\S+)", words).groups()
    assert ["Dr. B", 3, 4] in json.loads(counts)
    assert f"estimate {percent(float(mean))}" in picture.locator(".sn-readout").inner_text()
    # Python sets a trait, the view follows.
    demos["PoolingDial"].get_by_text("complete pooling", exact=False).first.wait_for()
