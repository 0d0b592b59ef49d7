"""The demos in a real JupyterLab: the published page's source, and a kernel behind it."""

import json
import re
import time

import nbformat
import pytest
from checkout import ROOT
from lab import open_notebook, running_lab, shut_notebook
from league_table_on_screen import expected, shown
from on_screen import PATIENCE, percent, press, settled, slider

import shrinkage.demos
from shrinkage.demos import LeagueTable

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
    """A folder and the address of a JupyterLab that shows it, on a free port of localhost."""
    folder = tmp_path_factory.mktemp("lab")
    own = {f"JUPYTER_{name}_DIR": str(folder / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    own |= {f"JUPYTERLAB_{name}_DIR": str(folder / name) for name in ("SETTINGS", "WORKSPACES")}
    own["PYTHONPATH"] = str(ROOT)
    log = folder / "server.log"
    with running_lab(folder, log, "--expose-app-in-browser", **own) as address:
        yield folder, address


@pytest.fixture
def page(request, lab, new_page):
    """A notebook of the test's own, with a kernel of its own at rest, in a new window."""
    folder, address = lab
    name = f"{request.function.__name__}.ipynb"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, folder / name)
    page = new_page()
    open_notebook(page, address, name)
    yield page
    shut_notebook(page)


def run_cell(page, number):
    """Run one cell to its end and return it.

    By JupyterLab's command, which says when: a key pressed while JupyterLab still arranges itself
    would go nowhere.
    """
    page.evaluate(
        """(number) => {
            jupyterapp.shell.currentWidget.content.activeCellIndex = number;
            return jupyterapp.commands.execute("notebook:run-cell").then(() => null);
        }""",
        number,
    )
    return page.locator(".jp-Notebook .jp-CodeCell").nth(number)


def printed(page, number):
    """What a cell prints."""
    run_cell(page, number)
    return page.evaluate(
        """(number) => {
            const { outputs } = jupyterapp.shell.currentWidget.content.widgets[number].model;
            return outputs.toJSON().map(({ text }) => text).flat().join("");
        }""",
        number,
    )


def told(ask, wanted):
    """Ask Python until it says what is wanted, or at last what it says instead.

    A change made in the view is on its way to Python for a while: it is sent once Python has
    answered to the one before.
    """
    end = time.monotonic() + PATIENCE / 1000
    while (answer := ask()) != wanted and time.monotonic() < end:
        pass
    return answer


def state_of(page):
    """The state and the tally that the kernel's demo has now."""
    words = printed(page, 1)
    state, tally = re.fullmatch(r"state (.*) tally (.*)", words.strip()).groups()
    return json.loads(state), float(tally)


def test_keys_and_buttons_reach_python_and_python_reaches_the_view(page):
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
    wanted = (state, pytest.approx(LeagueTable(**state).tally().first))
    assert told(lambda: state_of(page), wanted) == wanted

    run_cell(page, 2)
    state |= {"year": 50, "truth": True}
    demo.get_by_text("Year 50", exact=True).wait_for()
    settled(demo)
    assert shown(demo) == expected(**state)
    assert demo.get_by_label("Show the true rates").is_checked()


def test_every_demo_stands_in_a_notebook_and_python_has_its_state(page):
    cell = run_cell(page, 3)
    shown = cell.locator(".sn-demo")
    shown.nth(len(shrinkage.demos.__all__) - 1).wait_for()
    demos = dict(zip(shrinkage.demos.__all__, shown.all(), strict=True))
    for name, demo in demos.items():
        settled(demo)
        assert len(demo.locator(".sn-summary").inner_text()) > 60, name
        assert demo.locator(".sn-notice").is_hidden(), name

    def counts():
        return json.loads(re.search(r"counts (.*)", printed(page, 4))[1])

    picture = demos["ShrinkagePlot"]
    slider(picture, "Successes").focus()
    for key in ("ArrowLeft", "ArrowLeft", "ArrowRight"):
        page.keyboard.press(key)  # Dr. B, 3 of 4
    settled(picture)
    start = shrinkage.demos.ShrinkagePlot().counts
    wanted = [[name, 3, 4] if name == "Dr. B" else [name, s, n] for name, s, n in start]
    assert told(counts, wanted) == wanted
    mean = re.search(r"mean (\S+)", printed(page, 4))[1]
    assert f"estimate {percent(float(mean))}" in picture.locator(".sn-readout").inner_text()
    # Python sets a trait, the view follows.
    demos["PoolingDial"].get_by_text("complete pooling", exact=False).first.wait_for()
