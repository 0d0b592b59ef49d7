"""The funnel demo's browser modules, run in Node."""

import json
import shutil
import subprocess
from pathlib import Path

from needs import lacking

JS = Path(__file__).parents[1] / "shrinkage" / "demos" / "js"


def node(program, given):
    """Run a program of the browser's modules in Node: JSON in, JSON out."""
    if not shutil.which("node"):
        lacking("no Node on PATH: the browser's engine is tested in Chromium only")
    program = f"""
        import {{ readFileSync }} from "node:fs";
        const load = (name) => import("{JS.as_uri()}/" + name + ".js");
        const given = JSON.parse(readFileSync(0));
        {program}
    """
    done = subprocess.run(
        ["node", "--input-type=module", "-e", program],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
