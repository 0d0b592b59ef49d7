"""Pages are executed side by side, kept as they are done, and executed again only where they must.

Small pages in a project of their own, in real kernels; the course's pages are `make book`'s.
"""

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import execution
import nbformat
import pytest
from checkout import ROOT
from execution import Page, Store
from nbformat.v4 import new_code_cell, new_notebook, new_output
from progress import Picture, duration
from rich.console import Console
from small_book import NOTEBOOK

pytestmark = pytest.mark.sampler  # starts kernels


def page(*cells):
    return NOTEBOOK + "\n\n".join(f"```{{code-cell}} ipython3\n{cell}\n```" for cell in cells)


@pytest.fixture
def project(tmp_path):
    """Writes pages by name into a project, and executes what needs it; the names of those."""
    (tmp_path / "_config.yml").write_text("execute: {exclude_patterns: ['shown/*']}\n")
    (tmp_path / ".binder").mkdir()
    (tmp_path / ".binder" / "requirements.txt").write_text("numpy==1\n")

    def executed(**pages):
        for name, cells in pages.items():
            (tmp_path / f"{name}.md").write_text(page(*cells))
        names = sorted(path.stem for path in tmp_path.glob("*.md"))
        listed = "".join(f"  - file: {name}\n" for name in names[1:])
        (tmp_path / "_toc.yml").write_text(
            f"format: jb-book\nroot: {names[0]}\nchapters: []\n"
            if not listed
            else f"format: jb-book\nroot: {names[0]}\nchapters:\n{listed}"
        )
        store = Store(tmp_path / "_build")
        stale = [p for p in execution.pages(tmp_path) if not store.is_current(p)]
        executed.log = io.StringIO()
        with open(tmp_path / "log", "a") as log:  # noqa: PTH123 (a kernel writes to it)
            executed.failed = execution.execute(stale, store, log) if stale else {}
        return {p.name for p in stale}

    (tmp_path / "_build").mkdir()
    executed.root, executed.failed = tmp_path, {}
    executed.store = Store(tmp_path / "_build")
    return executed


def outputs(project, name):
    (found,) = [p for p in execution.pages(project.root) if p.name == name]
    _, notebook = project.store.cache.merge_match_into_notebook(found.notebook)
    return [o.get("text", "").strip() for cell in notebook.cells for o in cell.get("outputs", [])]


def test_a_page_is_executed_once_and_again_when_what_it_stands_on_changes(project):
    kit = project.root / "kit.py"
    kit.write_text("def f():\n    return 1\n")
    cells = ["import sys\nsys.path.insert(0, '.')\nfrom kit import f\nprint(f())"]
    assert project(a=cells, b=["print(2)"]) == {"a", "b"}
    assert outputs(project, "a") == ["1"]
    assert project() == set()
    kit.write_text("def f():\n    return 3  # three\n")
    assert project() == {"a"}
    assert outputs(project, "a") == ["3"]
    kit.write_text("def f():\n    # in words: three\n    return 3\n")
    assert project(b=["print(2)", ""]) <= {"b"}
    assert project(b=["print(4)"]) == {"b"}
    (project.root / ".binder" / "requirements.txt").write_text("numpy==2\n")
    assert project() == {"a", "b"}


def test_pages_are_executed_side_by_side(project, monkeypatch):
    """Each waits for what the other writes: one after the other, neither would end."""
    monkeypatch.setattr(execution, "cores", lambda: 2)
    wait = "from pathlib import Path\nimport time\nPath('{}').touch()\n"
    wait += "while not Path('{}').exists():\n    time.sleep(0.05)"
    project(a=[wait.format("a", "b")], b=[wait.format("b", "a")])
    assert not project.failed
    assert project() == set()


@pytest.mark.parametrize("few", [0, 9])
def test_a_page_that_fails_is_named_and_the_others_are_kept(project, monkeypatch, few):
    """In kernels that are forked, and in others."""
    monkeypatch.setattr(execution, "FEW", few)
    pages = {"a": ["1 / 0"], "b": ["print(1)"], "c": ["import os\nos._exit(3)"]}
    assert project(**pages) == {"a", "b", "c"}
    assert set(project.failed) == {"a", "c"}
    assert "ZeroDivisionError" in project.failed["a"]
    assert "1 / 0" in project.failed["a"]
    assert "\x1b" not in project.failed["a"]
    assert "Kernel died" in project.failed["c"]
    assert project() == {"a", "c"}


def test_a_forked_kernel_knows_nothing_of_another_page(project, monkeypatch):
    monkeypatch.setattr(execution, "FEW", 0)
    monkeypatch.setattr(execution, "cores", lambda: 1)
    mine = (
        "import os\nfrom matplotlib import rcParams\n"
        "print('x' in globals(), os.environ.get('X'), rcParams['lines.linewidth'])\n"
        "x = 1\nos.environ['X'] = '1'\nrcParams['lines.linewidth'] = 9"
    )
    project(a=[mine], b=[mine + "  # b"])
    assert outputs(project, "a") == outputs(project, "b") == ["False None 1.5"]


def test_what_a_kernel_warns_of_is_in_the_log_alone(project, capfd):
    project(a=["import os\nos.write(2, b'from below')"])
    assert "from below" in (project.root / "log").read_text()
    shown = capfd.readouterr()
    assert "from below" not in shown.out + shown.err
    assert "TCP" not in shown.out + shown.err


STOPPED = """
import signal
import sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell in the background ignores it
sys.path[:0] = {paths}
import execution
from pathlib import Path

if __name__ == "__main__":
    root = Path({root!r})
    store = execution.Store(root / "_build")
    with open(root / "log", "w") as log:
        execution.execute(execution.pages(root), store, log)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_build_that_is_stopped_keeps_what_was_executed(project, number):
    project(a=["print(1)"])
    (project.root / "a.md").write_text(page("print(5)"))
    endless = "import time\nfrom pathlib import Path\nPath('begun').touch()\ntime.sleep(3600)"
    (project.root / "b.md").write_text(page(endless))
    (project.root / "_toc.yml").write_text("format: jb-book\nroot: a\nchapters:\n  - file: b\n")
    script = project.root / "stopped.py"
    script.write_text(STOPPED.format(paths=[str(ROOT / "book")], root=str(project.root)))
    running = subprocess.Popen([sys.executable, script], start_new_session=True)
    (a, b) = execution.pages(project.root)
    while not (project.store.is_current(a) and (project.root / "begun").exists()):
        assert running.poll() is None
        time.sleep(0.2)
    os.kill(running.pid, number)
    running.wait()
    assert project.store.is_current(a)
    assert not project.store.is_current(b)


def widget(module, model_id, **state):
    return {"model_name": "AnyModel", "state": {"_anywidget_id": f"kit.{module}.Demo", **state}}


def shown(model_id):
    view = {execution.VIEW: {"model_id": model_id}}
    return new_code_cell("demo", outputs=[new_output("display_data", data=view)])


def test_a_demo_that_is_not_shown_is_not_kept():
    notebook = new_notebook(cells=[shown("a")])
    states = {
        "a": {"state": {"layout": "IPY_MODEL_l"}},
        "l": {"state": {}},
        "unseen": {"state": {"layout": "IPY_MODEL_m"}},
        "m": {"state": {}},
    }
    notebook.metadata["widgets"] = {execution.WIDGETS: {"state": states}}
    execution.only_shown_widgets(notebook)
    assert set(notebook.metadata["widgets"][execution.WIDGETS]["state"]) == {"a", "l"}


def test_kept_outputs_get_the_demos_present_code(tmp_path):
    served = tmp_path / execution.SERVED
    served.mkdir(parents=True)
    (served / "dial.js").write_text("new();")
    (served / "dial.css").write_text("new {}")
    source = new_notebook(cells=[new_code_cell("demo")])
    (tmp_path / ".binder").mkdir()
    (tmp_path / ".binder" / "requirements.txt").touch()
    made = Page("a", tmp_path / "a.md", source, tmp_path)
    executed = new_notebook(cells=[shown("a")])
    state = widget("dial", "a", _esm="old();", _css="old {}")
    executed.metadata["widgets"] = {execution.WIDGETS: {"state": {"a": state}}}
    store = Store(tmp_path / "_build")
    store.put(made, executed, execution.Cost())
    assert store.serve_present_demos(made, tmp_path)
    assert not store.serve_present_demos(made, tmp_path)
    _, kept = store.cache.merge_match_into_notebook(nbformat.from_dict(source))
    now = kept.metadata["widgets"][execution.WIDGETS]["state"]["a"]["state"]
    assert (now["_esm"], now["_css"]) == ("new();", "new {}")
    assert store.is_current(made)


class Clock:
    def __init__(self, monkeypatch):
        self.now = 0.0
        monkeypatch.setattr(time, "monotonic", lambda: self.now)


def test_the_time_left_follows_the_last_build(monkeypatch):
    clock = Clock(monkeypatch)
    console = Console(file=io.StringIO(), width=100)
    with Picture(["a", "b", "c"], {"a": 60, "b": 60, "c": 120}, 2, console) as picture:
        picture.start("a", 3)
        picture.start("c", 3)
        assert picture.left() == pytest.approx(120)
        clock.now = 120  # twice as slow as the last time
        picture.done("a")
        assert picture.left() == pytest.approx((2 * 60 + 2 * 120 - 120) / 2)
    assert (
        console.file.getvalue() == "a executed in 2 min (1 of 3 pages executed, about 2 min left)\n"
    )


def test_no_time_is_promised_that_is_not_known():
    picture = Picture(["a", "b"], {"a": 60}, 2, Console(file=io.StringIO()))
    assert picture.left() is None
    assert picture.summary() == "0 of 2 pages executed"


def test_on_a_terminal_the_picture_moves_in_its_place():
    console = Console(file=io.StringIO(), force_terminal=True, width=80)
    with Picture(["a"], {"a": 60}, 1, console) as picture:
        picture.start("a", 3)
        picture.cell("a")
        picture.live.refresh()
        picture.done("a", failed=True)
    shown = console.file.getvalue()
    assert "1/3" in shown
    assert "a failed after" in shown


@pytest.mark.parametrize(("seconds", "words"), [(12.4, "12 s"), (240, "4 min")])
def test_durations(seconds, words):
    assert duration(seconds) == words


def test_the_course_executes_what_its_configuration_says():
    names = {page.name for page in execution.pages()}
    assert {"book/index", "book/numpyro", "chapters/12_your_own_clinic"} <= names
    assert not any(name.startswith("exercises/") for name in names)
    assert not {"book/glossary", "book/using"} & names  # no cells: no kernel
    assert all(Path(ROOT / f"{name}.md").is_file() for name in names)
