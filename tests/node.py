"""Node for the tests: its packages, and a process that answers questions, one line of JSON each."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, Self

from filelock import FileLock
from needs import lacking
from on_screen import PATIENCE

ROOT = Path(__file__).parents[1]
DEMOS = ROOT / "shrinkage" / "demos" / "js"

# Plain data in and out; numbers that JSON lacks come as the words that float() understands.
LOOP = """
import { createInterface } from "node:readline";
const { answer } = await import(process.argv[1]);
const plain = (key, value) =>
  typeof value === "number" && !Number.isFinite(value) ? String(value)
  : ArrayBuffer.isView(value) ? Array.from(value) : value;
for await (const line of createInterface({ input: process.stdin })) {
  let reply;
  try {
    reply = { answer: await answer(JSON.parse(line)) };
  } catch (error) {
    reply = { error: `${error.name}: ${error.message}` };
  }
  process.stdout.write(JSON.stringify(reply, plain) + "\\n");
}
"""


def packages(folder: Path) -> Path:
    """The folder's node_modules, installed as locked where they are not there or were locked since.

    A new checkout has none, and tests run side by side: one installs, the others wait for it.
    """
    if not shutil.which("npm"):
        lacking("no npm on PATH: what needs Node's packages is not checked")
    (ROOT / "_build").mkdir(exist_ok=True)
    with FileLock(ROOT / "_build" / "npm.lock"):
        locked, there = folder / "package-lock.json", folder / "node_modules" / ".package-lock.json"
        if not there.exists() or there.stat().st_mtime < locked.stat().st_mtime:
            done = subprocess.run(
                ["npm", "ci"], cwd=folder, capture_output=True, text=True, check=False
            )
            if done.returncode:
                lacking(f"npm ci failed in {folder}: {done.stderr[-300:]}")
    return folder / "node_modules"


class NodeError(Exception):
    """What the module threw, as `name: message`."""


class Node:
    """Ask the function `answer` of an ES module, in one process for as many questions as there are.

    node.ask(question) -> answer, both plain data; NodeError where the module throws.
    """

    def __init__(self, module: Path):
        packages(DEMOS)
        self._process = subprocess.Popen(
            ["node", "--input-type=module", "-e", LOOP, module.as_uri()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, question: Any) -> Any:
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"Node ended with code {self._process.wait()}"
        reply = json.loads(line)
        if "error" in reply:
            raise NodeError(reply["error"])
        return reply["answer"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.stdin.close()
        self._process.wait(timeout=PATIENCE / 1000)
        self._process.stdout.close()


def run(script: str, folder: Path, question: Any) -> Any:
    """What a script of its own, told the folder's address, prints as JSON for a question."""
    packages(DEMOS)
    done = subprocess.run(
        ["node", "--input-type=module", "-e", script, folder.as_uri()],
        input=json.dumps(question),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
