"""The demos where anywidgets are loaded as in VS Code, Colab and nbviewer.

That is by html-manager, RequireJS and anywidget's AMD module, here served from localhost.
"""

import json
import shutil
import subprocess
import tarfile

import anywidget
import pytest
from ipywidgets.embed import dependency_state, embed_data
from on_screen import percent, rows, settled, signs, slider
from static_host import served

from shrinkage.demos import LeagueTable, PoolingDial, ShrinkagePlot, WhoIsBest

PACKAGES = {"require.js": "requirejs@2.3.8", "embed-amd.js": "@jupyter-widgets/html-manager@1.0.15"}
PAGE = """<!doctype html><html lang="en" {html}><meta charset="utf-8"><title>Elsewhere</title>
<meta http-equiv="Content-Security-Policy" content="{policy}">
<link rel="icon" href="data:,">
<body {body}>
<script src="require.js"></script>
<script>require.config({{ paths: {{ anywidget: "anywidget" }} }});</script>
<script src="embed-amd.js"></script>
<script type="application/vnd.jupyter.widget-state+json">{state}</script>
{views}
</body></html>"""


@pytest.fixture(scope="module")
def scripts(tmp_path_factory):
    """A folder with the scripts of the other hosts; npm brings what no Python package has."""
    if not shutil.which("npm"):
        pytest.skip("no npm on PATH: ipywidgets' html-manager cannot be brought")
    folder = tmp_path_factory.mktemp("hosts")
    for script, package in PACKAGES.items():
        pack = ["npm", "pack", "--silent", package]
        done = subprocess.run(pack, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"npm pack {package} failed: {done.stderr[-300:]}")
        with tarfile.open(folder / done.stdout.strip()) as archive:
            member = next(m for m in archive if m.name.endswith(f"/{script}"))
            (folder / script).write_bytes(archive.extractfile(member).read())
    source = next(iter(anywidget.__path__))
    shutil.copy(f"{source}/nbextension/index.js", folder / "anywidget.js")
    return folder


@pytest.fixture
def elsewhere(scripts, new_page):
    """Open a page with these demos in another host; returns the page and the demos."""
    with served(scripts) as running:

        def opened(*demos, html="", body="", policy="", **options):
            # These demos alone: other tests of this process have made theirs.
            only = dependency_state(demos, drop_defaults=False)
            data = embed_data(views=demos, drop_defaults=False, state=only)
            state = json.dumps(data["manager_state"]).replace("</script>", r"<\/script>")
            views = "".join(
                '<script type="application/vnd.jupyter.widget-view+json">'
                f"{json.dumps(view)}</script>"
                for view in data["view_specs"]
            )
            text = PAGE.format(html=html, body=body, policy=policy, state=state, views=views)
            (scripts / "index.html").write_text(text)
            page = new_page(**options)
            page.goto(running.address)
            shown = page.locator(".sn-demo")
            shown.nth(len(demos) - 1).wait_for()
            return page, [settled(shown.nth(i)) for i in range(len(demos))]

        yield opened


@pytest.mark.parametrize(
    ("html", "body"), [("", 'class="vscode-dark"'), ('theme="dark"', "")], ids=["VS Code", "Colab"]
)
def test_a_demo_moves_by_keyboard_in_the_hosts_dark_theme(elsewhere, html, body):
    page, (demo,) = elsewhere(ShrinkagePlot(), html=html, body=body)
    slider(demo, "Successes").focus()
    page.keyboard.press("ArrowLeft")  # Dr. B, 3 of 4
    settled(demo)
    counts = [[n, 3, 4] if n == "Dr. B" else [n, s, t] for n, s, t in ShrinkagePlot().counts]
    exact = ShrinkagePlot(counts=counts).posterior()
    assert rows(demo)[0][:5] == ["Dr. B", "3", "4", percent(0.75), percent(exact.mean[1])]
    assert demo.evaluate("demo => getComputedStyle(demo).backgroundColor") == "rgb(20, 24, 30)"
    assert demo.get_by_role("button", name="Copy link").count() == 0, "there is no page to link"


def test_several_demos_stand_on_one_page(elsewhere):
    _, demos = elsewhere(LeagueTable(), PoolingDial(), WhoIsBest())
    for demo in demos:
        assert len(demo.locator(".sn-summary").inner_text()) > 60
        assert demo.locator(".sn-notice").is_hidden()


def test_where_no_worker_may_run_the_page_computes(elsewhere, new_page):
    counts = [[f"D{j}", 3 + j % 4, 8 + j % 5] for j in range(80)]
    policy = "worker-src 'none'"
    page, (demo,) = elsewhere(ShrinkagePlot(counts=counts), policy=policy)
    assert not page.workers
    assert len(signs(demo, ".sn-estimate")) == 80
    exact = ShrinkagePlot(counts=counts).posterior()
    assert rows(demo)[0][4] == percent(exact.mean[0])
    # The refusals are in the console, where they belong; anything else there is an error.
    others = [words for words in new_page.troubles if "worker-src" not in words]
    new_page.troubles[:] = others
