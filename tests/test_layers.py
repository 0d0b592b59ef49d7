"""Who may import whom in the package: the table in CONTRIBUTING.md and the code say the same."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from checkout import ROOT

ROW = re.compile(r"^\| `(\w+)` \| (nothing|`\w+`(?:, `\w+`)*) \|$", re.M)


def permitted(page: str) -> dict[str, set[str]]:
    """By part of the package the parts that it may import from, as the table has them."""
    return {part: set(re.findall(r"`(\w+)`", others)) for part, others in ROW.findall(page)}


def imports(root: Path) -> Iterator[tuple[str, str]]:
    """Each import of a module of `root`/shrinkage by another: the file, the module's full name."""
    for path in sorted((root / "shrinkage").rglob("*.py")):
        if "node_modules" in path.parts:
            continue
        file = path.relative_to(root)
        for node in ast.walk(ast.parse(path.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                above = file.parts[: len(file.parts) - node.level] if node.level else ()
                module = ".".join([*above, *filter(None, [node.module])])
                names = [f"{module}.{alias.name}" for alias in node.names]
            yield from ((str(file), name) for name in names if name.startswith("shrinkage."))


def part(name: str) -> str:
    """The part of the package that a file or a module belongs to."""
    return re.split(r"[/.]", name)[1]


def wrong(root: Path, page: str) -> list[str]:
    """Where the code below `root` and the table on a page differ, one line each."""
    package, allowed = root / "shrinkage", permitted(page)
    parts = {p.parent.name for p in package.glob("*/__init__.py")}
    parts |= {p.stem for p in package.glob("*.py")} - {"__init__"}
    found = [f"`{name}` is a part, and not in the table" for name in sorted(parts - set(allowed))]
    found += [f"`{name}` is in the table, and no part" for name in sorted(set(allowed) - parts)]
    used = set()
    for file, name in imports(root):
        edge = (part(file), part(name))
        used.add(edge)
        if edge[0] != edge[1] and edge[1] not in allowed.get(edge[0], ()):
            found.append(f"{file} imports {name}, which the table does not permit")
    unused = {(a, b) for a, others in allowed.items() for b in others} - used
    return found + [f"`{a}` may import from `{b}`, and does not" for a, b in sorted(unused)]


def test_the_package_and_the_table_agree():
    page = (ROOT / "CONTRIBUTING.md").read_text()
    assert len(permitted(page)) >= 8
    found = wrong(ROOT, page)
    assert not found, "\n".join(found)


def test_no_module_imports_the_scripts_that_draw_the_data():
    scripts = [f"{file}: {name}" for file, name in imports(ROOT) if ".data.make_" in name]
    assert not scripts


TABLE = "| `ground` | nothing |\n| `house` | `ground` |\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("from shrinkage.ground import stone", []),
        ("def late():\n    from shrinkage import ground", []),
        ("from ..ground import stone", []),
        ("import numpy", ["`house` may import from `ground`, and does not"]),
        ("import shrinkage.ground, shrinkage.roof", ["imports shrinkage.roof, which"]),
        ("from .. import ground, roof", ["imports shrinkage.roof, which the table"]),
        (
            "import shrinkage.ground\ndef f():\n    from shrinkage.roof import x",
            ["shrinkage.roof.x"],
        ),
    ],
)
def test_a_forbidden_import_and_an_unused_permission_are_named(tmp_path, line, said):
    texts = {"ground.py": "", "roof/__init__.py": "", "house/__init__.py": "", "house/a.py": line}
    for name, text in texts.items():
        path = tmp_path / "shrinkage" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    found = wrong(tmp_path, TABLE)
    assert found.pop(0) == "`roof` is a part, and not in the table"
    assert len(found) == len(said)
    assert all(words in line for words, line in zip(said, found, strict=True))


SCRIPTS = sorted(set(re.findall(r"\$\(PY\) (\S+\.py)", (ROOT / "Makefile").read_text())))


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_that_make_runs_finds_its_modules_without_pytest(script):
    start = "import runpy, sys; sys.path[0] = sys.argv[1]; runpy.run_path(sys.argv[2])"
    done = subprocess.run(
        [sys.executable, "-c", start, (ROOT / script).parent, script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
