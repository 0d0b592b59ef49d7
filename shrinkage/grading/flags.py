"""Lines of a submission for a human to look at: those that reach for the checks, the seed, others.

A flag costs no points, as the values are judged where no student's code runs. It is found by what
the names in the code mean, imports followed, so that a column `grade`, a function `make_model` or
a variable `signal` is none. Nor is `total`, a common name on which no points depend.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from shrinkage.grading.notebook import parsed
from shrinkage.grading.outcome import Flag
from shrinkage.grading.script import Script

MOST = 50  # flags of one submission
WIDTH = 160  # characters of a line

CHECKS = "reaches into the checks"
TRUTH = "asks for the truth, or how the data were made"
CLINIC = "reads or sets what chooses the clinic"
ENVIRONMENT = "handles environment variables as a whole"
NETWORK = "uses the network"
COMMAND = "runs a command or another file"
PROCESS = "ends, copies or signals a process"
DEEP = "looks into the running program beyond its own variables"
DISGUISE = "runs or loads code that is not written out"
OUTSIDE = "names a file outside the notebook's folder"
OTHERS = "names a folder of solutions or submissions"
REMOVES = "removes, moves or links files"
DATABASE = "opens a database"
PATCHES = "replaces a part of a library"
HOOKS = "changes how cells are read or run"
REBINDS = "gives the name `check` to something else"


def _why(**words: str) -> dict[str, str]:
    return {name: globals()[why] for why, names in words.items() for name in names.split()}


# In full, as imports spell them. Each stands for what it contains; `*` for what begins like it.
NAMES = _why(
    CHECKS="shrinkage.exercises shrinkage.grading",
    TRUTH="shrinkage.data.load_doctors_truth shrinkage.data.load_network_truth "
    "shrinkage.data.doctors.load_doctors_truth shrinkage.data.network.load_network_truth "
    "shrinkage.data.make_* shrinkage.data.another",
    NETWORK="socket ssl urllib http ftplib smtplib requests httpx aiohttp",
    COMMAND="subprocess pty os.system os.popen os.exec* os.spawn* os.posix_spawn* runpy",
    PROCESS="os._exit os.abort os.fork* os.kill* signal atexit resource faulthandler",
    DEEP="ctypes _ctypes cffi builtins __main__ sys._* sys.modules sys.settrace sys.setprofile "
    "sys.monitoring sys.addaudithook sys.meta_path sys.path_hooks threading.settrace "
    "gc.get_objects gc.get_refer* inspect.currentframe inspect.stack inspect.trace "
    "inspect.getsource* inspect.getmodule inspect.getouterframes inspect.getinnerframes "
    "inspect.getclosurevars importlib.util importlib.machinery",
    DISGUISE="importlib.import_module importlib.__import__ base64 binascii codecs marshal "
    "pickle.load* pickle.Unpickler dill cloudpickle joblib.load pandas.read_pickle",
    ENVIRONMENT="os.environ os.environb os.putenv os.unsetenv",
    REMOVES="os.remove* os.unlink os.rename* os.replace os.rmdir os.symlink os.link "
    "shutil.rmtree shutil.move",
    OUTSIDE="pathlib.Path.home os.path.expanduser os.chdir",
    DATABASE="sqlite3",
    PATCHES="unittest.mock",
)
BARE = _why(
    DISGUISE="exec eval compile __import__ bytes.fromhex",
    DEEP="__builtins__",
    CLINIC="use_clinic",
    TRUTH="load_doctors_truth load_network_truth",
)
ATTRIBUTES = _why(
    HOOKS="input_transformers_cleanup input_transformers_post ast_transformers "
    "register_magic_function register_magics register_line_magic register_cell_magic "
    "set_custom_exc",
    DEEP="__subclasses__ __globals__ __builtins__ __closure__ __code__ __loader__ f_back "
    "f_globals f_locals gi_frame tb_frame user_ns user_global_ns",
    DISGUISE="__reduce__ __reduce_ex__",
)
HANDLES = {"os", "sys", "subprocess", "ctypes", "builtins", "importlib", "shrinkage"}
"""Modules that others import: `np.os` is `os`. Nor are their members asked for by computed name."""

FILE_CALLS = re.compile(
    r"(?:read_|to_)\w+|open\w*|Path|Pure\w*|load|loadtxt|genfromtxt|fromfile|memmap|listdir|scandir|"
    r"walk|i?glob|rglob|chdir|exists|join|joinpath|from_netcdf|savefig|imread|copy\w*"
)
PLACES = (
    "bin|content|dev|etc|home|kaggle|media|mnt|opt|proc|root|run|srv|sys|tmp|usr|Users|var|work"
)
AWAY = re.compile(rf"~[/\\]|\.\.[/\\]|/(?:{PLACES})(?:/|$)|[A-Za-z]:\\")  # in any text
AWAY_IN_CALL = re.compile(r"/|~|[A-Za-z]:[\\/]|(?:.*[/\\])?\.\.(?:[/\\]|$)")  # in a file's name
HOMES = re.compile(r"(?:.*[/\\])?(?:solutions|submissions|submitted|autograded)(?:[/\\]|$)")
URL = re.compile(r"(?:https?|ftp|s3|gs)://")
SECRET = re.compile(r"SMALLN_(?!LANGUAGE)")

MAGICS = {
    COMMAND: re.compile(
        r"(?:[\w., ]+=\s*)?!+(?!\s*(?:uv )?(?:pip|conda) (?:install|list|show)[^;&|`$<>]*$)"
        r"|%(?:run|sx|system|alias)\b"
        r"|%%(?:bash|sh|script|cmd|perl|ruby|python\d?|pypy|system|sx|javascript|js)\b"
    ),
    ENVIRONMENT: re.compile(r"%(?:set_)?env\s*$"),
    OUTSIDE: re.compile(r"%(?:cd|load)\b(?!_ext)"),
}


def find_flags(script: Script) -> tuple[Flag, ...]:
    """The lines of the student's own cells that a human should see, at most `MOST`, in order."""
    imported, allowed = _imports(script)
    found: list[Flag] = []
    for step in script.steps:
        if step.kind != "written":
            continue
        lines = step.source.split("\n")
        tree = parsed(step.source)
        seen = set(_Reader(imported, allowed).flags(tree) if tree else _by_words(lines))
        seen |= set(_magics(lines)) if _has_magics(step.source) else set()
        for number, why in sorted(seen):
            code = lines[number - 1].strip() if number <= len(lines) else ""
            found.append(Flag(step.cell, number, code[:WIDTH], why))
    return tuple(sorted(set(found), key=lambda flag: (flag.cell, flag.line, flag.why))[:MOST])


def _imports(script: Script) -> tuple[dict[str, str], set[str]]:
    """What each imported name means, and what may be imported of the checks."""
    imported: dict[str, str] = {}
    allowed = {"shrinkage.exercises.check", "shrinkage.exercises.total"}
    for step in script.steps:
        tree = parsed(step.source) if step.kind != "check" else None
        for node in ast.walk(tree) if tree else ():
            for name, meaning in _meanings(node):
                imported[name] = meaning
                if step.kind == "given":
                    allowed.add(meaning)
    return imported, allowed


def _meanings(node: ast.AST) -> Iterator[tuple[str, str]]:
    """The names that an import makes, each with the full name of what it is."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            head = alias.name.split(".")[0]
            yield (alias.asname, alias.name) if alias.asname else (head, head)
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            yield alias.asname or alias.name, f"{node.module or '.'}.{alias.name}"


class _Reader:
    """Reads one cell's tree."""

    def __init__(self, imported: dict[str, str], allowed: set[str]) -> None:
        self.imported = imported
        self.allowed = allowed
        self.innocent: set[int] = set()  # nodes that are part of one that was looked at

    def flags(self, tree: ast.Module) -> Iterator[tuple[int, str]]:
        """Line and reason of each flag."""
        yield from ((line, REBINDS) for line in _rebinds(tree.body))
        for node in ast.walk(tree):  # from the outside in
            yield from ((getattr(node, "lineno", 1), why) for why in self._of(node))

    def _of(self, node: ast.AST) -> Iterator[str]:
        match node:
            case ast.Import():
                yield from self._of_names([alias.name for alias in node.names])
            case ast.ImportFrom():
                yield from self._of_names([meaning for _, meaning in _meanings(node)])
            case ast.Constant(str(text)) if SECRET.search(text):
                yield CLINIC
            case ast.Constant(str(text)) if AWAY.match(text):
                yield OUTSIDE
            case ast.Constant(str(text)) if HOMES.match(text) and re.search(r"[/\\]", text):
                yield OTHERS
            case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[where]):
                self._plain_environment(where)
            case ast.Subscript(where, ast.Constant(str(name))):
                self._plain_environment(where)
                match where:
                    case ast.Call(ast.Name("globals" | "locals" | "vars")) if name == "check":
                        yield REBINDS
            case ast.Call():
                yield from self._of_call(node)
            case ast.Name() | ast.Attribute() if id(node) not in self.innocent:
                yield from self._of_name(node)

    def _of_call(self, call: ast.Call) -> Iterator[str]:
        match call:
            case ast.Call(ast.Attribute(where) as method, [ast.Constant(str()), *_]):
                if self._plain_environment(where):
                    self.innocent.add(id(method))
            case ast.Call(ast.Name("getattr"), [where, ast.Constant(str(name)), *_]):
                yield from self._of_names([f"{self._full(where)}.{name}"])
            case ast.Call(ast.Name("getattr"), [where, _, *_]):
                if (full := self._full(where)) and full.split(".")[0] in HANDLES:
                    yield DISGUISE
            case ast.Call(ast.Name("setattr" | "delattr"), [where, *_]) if self._full(where):
                yield PATCHES
        name = call.func
        short = name.attr if isinstance(name, ast.Attribute) else getattr(name, "id", "")
        if FILE_CALLS.fullmatch(short):
            texts = [n.value for a in call.args for n in ast.walk(a) if isinstance(n, ast.Constant)]
            for text in texts:
                if isinstance(text, str) and URL.match(text):
                    yield NETWORK
                elif isinstance(text, str) and HOMES.match(text):
                    yield OTHERS
                elif isinstance(text, str) and AWAY_IN_CALL.match(text) and short != "join":
                    yield OUTSIDE
        match name:
            case ast.Attribute(ast.Attribute(attr="events"), "register"):
                yield HOOKS

    def _of_name(self, node: ast.Name | ast.Attribute) -> Iterator[str]:
        parts = _parts(node)
        if isinstance(node, ast.Attribute):
            if node.attr in ATTRIBUTES:
                yield ATTRIBUTES[node.attr]
            inner = node.value
            while isinstance(inner, ast.Attribute):  # `os.environ` in `os.environ.get` is one name
                if inner.attr not in ATTRIBUTES:
                    self.innocent.add(id(inner))
                inner = inner.value
            self.innocent.add(id(inner) if isinstance(inner, ast.Name) else 0)
        if not parts:
            return
        if ".".join(parts) in BARE and parts[0] not in self.imported:
            yield BARE[".".join(parts)]
        full = self._full(node)
        if full and not isinstance(node.ctx, ast.Load) and isinstance(node, ast.Attribute):
            owner = self._full(node.value)
            known = set(self.imported.values())
            is_class = owner.split(".")[-1][:1].isupper()
            if owner in known or is_class or owner.startswith("numpy.testing"):
                yield PATCHES
        yield from self._of_names([full or ".".join(parts)], whole=bool(full))

    def _of_names(self, names: list[str], *, whole: bool = True) -> Iterator[str]:
        for name in names:
            parts = name.split(".")
            starts = [
                i for i, part in enumerate(parts) if (i == 0 and whole) or (i and part in HANDLES)
            ]
            for start in starts:
                text = ".".join(parts[start:])
                if text not in self.allowed and (why := _listed(text)):
                    yield why

    def _full(self, node: ast.AST) -> str:
        """What an imported name means, with what is asked of it; empty for any other."""
        parts = _parts(node)
        if not parts or parts[0] not in self.imported:
            return ""
        return ".".join([self.imported[parts[0]], *parts[1:]])

    def _plain_environment(self, node: ast.AST) -> bool:
        """Whether it is the environment, asked for one variable by name; then it is no flag."""
        if self._full(node) != "os.environ":
            return False
        self.innocent.update(id(part) for part in ast.walk(node))
        return True


def _listed(name: str) -> str:
    for listed, why in NAMES.items():
        if listed.endswith("*") and name.startswith(listed[:-1]):
            return why
        if name == listed or name.startswith(f"{listed}."):
            return why
    return ""


def _parts(node: ast.AST) -> list[str]:
    """'a.b.c' as a list; empty for what is no name."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return [node.id, *parts[::-1]] if isinstance(node, ast.Name) else []


def _rebinds(statements: list[ast.stmt]) -> Iterator[int]:
    """Lines that bind `check` where the notebook's own names are."""
    todo: list[ast.AST] = list(statements)
    while todo:
        node = todo.pop()
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                todo += [n for n in ast.walk(node) if isinstance(n, ast.Global)]
                if name == "check":
                    yield node.lineno
            case ast.ClassDef(name=name):
                if name == "check":
                    yield node.lineno
            case ast.Global(names) if "check" in names:
                yield node.lineno
            case ast.Name("check", ast.Store() | ast.Del()):
                yield node.lineno
            case ast.Import() | ast.ImportFrom():
                if any(
                    a == "check" and b != "shrinkage.exercises.check" for a, b in _meanings(node)
                ):
                    yield node.lineno
            case (
                ast.Lambda() | ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp()
            ):
                continue
            case _:
                todo += ast.iter_child_nodes(node)


def _has_magics(source: str) -> bool:
    """Whether a line is IPython's own, and not the second half of a division by `%`."""
    if not re.search(r"^[ \t]*[%!]|=[ \t]*[%!]", source, re.M):
        return False
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True
    return False


def _magics(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines, start=1):
        text = line.strip()[:1000]
        for why, pattern in MAGICS.items():
            if pattern.match(text):
                yield number, why
        if text.startswith(("%", "!")) and SECRET.search(text):
            yield number, CLINIC


WORDS = [
    (re.compile(rf"(?<![\w.]){re.escape(name.rstrip('*'))}" + ("" if "*" in name else r"\b")), why)
    for name, why in (NAMES | BARE).items()
    if "." in name or name in {"subprocess", "socket", "ctypes", "exec", "eval", "__import__"}
]
WORDS += [(SECRET, CLINIC), (re.compile(rf"""["'](?:{AWAY.pattern})"""), OUTSIDE)]


def _by_words(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Flags of a cell that is no Python, by its words."""
    for number, line in enumerate(lines, start=1):
        text = line.split("#")[0][:1000]
        for pattern, why in WORDS:
            if pattern.search(text):
                yield number, why
