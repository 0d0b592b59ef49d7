"""What a page's outputs depend on besides its cells, read from the code: modules, data, pins.

Python imports a whole package where a page asks for one function of it. Here a name is followed
through the `__init__` that hands it on to the module that defines it, so a change of the package's
other modules does not count for the page; nor do comments and layout. Imports nothing of the
project.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import platform
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from IPython.core.inputtransformer2 import TransformerManager

ROOT = Path(__file__).resolve().parent.parent
# The demos' code. The build puts the present one into outputs that are kept (see `execution`).
SERVED = Path("shrinkage/demos/bundle")
COMMAND = ("shrinkage", "cli")
PINS = Path(".binder/requirements.txt")  # of what notebooks import: the site's tools execute none


class _Asked(NamedTuple):
    """A module of the project, by its parts, and what is asked of it: None is all, '' no name."""

    module: tuple[str, ...]
    name: str | None


def digest(cells: Iterable[str], folder: Path, root: Path = ROOT) -> str:
    """A digest of Python's version, the pins and the contents of `files`.

    Parameters
    ----------
    cells : iterable of str
        The sources of a page's code cells, IPython's magics included.
    folder : Path
        Where the page stands, which is where its cells run.
    root : Path
        The project's folder.
    """
    pins = (root / PINS).read_text().splitlines()
    lines = [platform.python_version(), *(p for p in map(str.strip, pins) if p and p[0] != "#")]
    lines += [f"{p.relative_to(root)} {_content(p)}" for p in sorted(files(cells, folder, root))]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def files(cells: Iterable[str], folder: Path, root: Path = ROOT) -> set[Path]:
    """The project's modules that cells import, and theirs, and the data files that these name.

    A data file is one that a string of the code names, or one in a folder that a string names,
    relative to where the code stands; a name put together from parts is not seen.

    Raises
    ------
    SyntaxError
        If a cell is not Python.
    """
    tree = _python(tuple(cells))
    found = _data(tree, folder)
    waiting = [*_imports(tree, (), root), *_commands(tree)]
    seen = set()
    while waiting:
        asked = waiting.pop()
        path = _file(asked.module, root)
        if path is None or asked in seen:
            continue
        seen.add(asked)
        # Python runs the files of the packages around it too.
        waiting += (_Asked(asked.module[:above], "") for above in range(1, len(asked.module)))
        module = _read(path, path.read_text(), asked.module, root)
        if asked.name == "" and module.is_signpost:
            continue
        if path.name == "__init__.py" and asked.name:
            submodule = _Asked((*asked.module, asked.name), None)
            handed_on = module.hands_on.get(asked.name)
            if handed_on or _file(submodule.module, root):
                waiting.append(handed_on or submodule)
            if module.is_signpost:
                continue
        if not module.is_signpost:
            found |= {path, *module.data}
        waiting += module.imports
    return {path for path in found if root / SERVED not in path.parents}


@functools.cache
def _python(cells: tuple[str, ...]) -> ast.Module:
    """Cells as one module, their magics as calls."""
    return ast.parse("".join(TransformerManager().transform_cell(cell) for cell in cells))


class _Module(NamedTuple):
    """What is read from a module once."""

    imports: list[_Asked]
    hands_on: dict[str, _Asked]  # where the `__init__` of a package has a name from
    data: set[Path]
    is_signpost: bool


@functools.cache
def _read(path: Path, text: str, name: tuple[str, ...], root: Path) -> _Module:
    tree = ast.parse(text)
    is_package = path.name == "__init__.py"
    imports = list(_imports(tree, name if is_package else name[:-1], root))
    if any(isinstance(node, ast.Name) and node.id == "import_module" for node in ast.walk(tree)):
        imports += (_Asked(_name(p, root), None) for p in path.parent.rglob("*.py"))
    return _Module(
        imports,
        _hands_on(tree, name, root) if is_package else {},
        _data(tree, path.parent),
        _is_signpost(tree),
    )


def _imports(tree: ast.AST, package: tuple[str, ...], root: Path) -> Iterator[_Asked]:
    """What code of a package imports, the project's or not."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (_Asked(tuple(alias.name.split(".")), None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = (*above, *(node.module.split(".") if node.module else ()))
            for alias in node.names:
                inner = _file((*module, alias.name), root)
                if alias.name == "*":
                    yield _Asked(module, None)
                elif inner is not None and inner.name == "__init__.py":
                    used = _attributes(tree, alias.asname or alias.name)
                    yield from (_Asked((*module, alias.name), name) for name in used)
                else:
                    yield _Asked(module, alias.name)


def _attributes(tree: ast.AST, name: str) -> list[str | None]:
    """The attributes that code uses of a name; None where it does something else with it."""
    of = [
        n for n in ast.walk(tree) if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name)
    ]
    used: list[str | None] = [node.attr for node in of if node.value.id == name]
    uses = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id == name]
    return used if len(uses) == len(used) else [None]


def _hands_on(tree: ast.Module, package: tuple[str, ...], root: Path) -> dict[str, _Asked]:
    """The names that the `__init__` of a package has from elsewhere, and from where."""
    found = {}
    for node in tree.body:
        for alias in node.names if isinstance(node, ast.ImportFrom) else ():
            alone = ast.Module([ast.ImportFrom(node.module, [alias], node.level)], [])
            found[alias.asname or alias.name] = next(_imports(alone, package, root))
    return found


def _is_signpost(tree: ast.Module) -> bool:
    """Whether a module has nothing but a docstring, imports and `__all__`."""
    return all(
        isinstance(node, ast.Import | ast.ImportFrom)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        or (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__")
        for node in tree.body
    )


def _commands(tree: ast.AST) -> Iterator[_Asked]:
    """What `!shrinkage report my.csv` in a cell imports: the command's module `report`."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("system", "getoutput")
            and isinstance(node.args[0], ast.Constant)
            and (words := str(node.args[0].value).split())[:1] == ["shrinkage"]
        ):
            yield _Asked((*COMMAND, words[1]), None)


def _data(tree: ast.AST, folder: Path) -> set[Path]:
    """The files, or the folders' files, that strings of code name."""
    parts = {id(part) for n in ast.walk(tree) if isinstance(n, ast.JoinedStr) for part in n.values}
    found: set[Path] = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in parts:
            continue
        if not isinstance(node.value, str) or not 2 < len(node.value) < 200 or "\n" in node.value:
            continue
        path = (folder / node.value).resolve()
        if path.is_dir() and folder in path.parents:
            found |= {p for p in path.rglob("*") if p.is_file() and p.suffix not in (".py", ".pyc")}
        elif path.is_file():
            found.add(path)
    return found


def _file(module: tuple[str, ...], root: Path) -> Path | None:
    """The file of a module of the project; None if there is none."""
    if not module:
        return None
    for path in (root.joinpath(*module, "__init__.py"), root.joinpath(*module).with_suffix(".py")):
        if path.is_file():
            return path
    return None


def _name(path: Path, root: Path) -> tuple[str, ...]:
    """The parts of a module's name, from its file."""
    parts = path.relative_to(root).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


@functools.cache
def _dumped(text: str) -> str:
    return ast.dump(ast.parse(text))


def _content(path: Path) -> str:
    """A digest of a file; of a module, without its comments and layout."""
    data = _dumped(path.read_text()).encode() if path.suffix == ".py" else path.read_bytes()
    return hashlib.sha256(data).hexdigest()
