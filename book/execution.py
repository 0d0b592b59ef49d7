"""Execute the pages that need it, side by side, into Jupyter Book's own cache.

A page needs it where the cache has no outputs of its cells, or has some that were made with other
modules, data or pins (see `dependencies`). What a page gave is kept as soon as it is done, so a
build that is stopped loses only what was being executed.
"""

from __future__ import annotations

import copy
import json
import os
import re
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, TextIO

import kernels
import nbformat
import psutil
import yaml
from dependencies import ROOT, SERVED, digest
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.cache.db import NbCacheRecord
from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbformat import NotebookNode
from progress import Picture

WIDGETS = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
FEW = 2  # pages for which a process to fork kernels from would cost more than it saves


@dataclass(frozen=True)
class Page:
    """A page with cells."""

    name: str  # as in _toc.yml
    path: Path
    notebook: NotebookNode
    root: Path = ROOT

    @property
    def code(self) -> list[str]:
        """The sources of its code cells."""
        return [cell.source for cell in self.notebook.cells if cell.cell_type == "code"]

    @cached_property
    def inputs(self) -> str:
        """The digest of what its outputs depend on besides its cells."""
        return digest(self.code, self.path.parent, self.root)


@dataclass
class Cost:
    """What it took to execute a page; seconds of the clock and of all cores together."""

    wall: float = 0.0
    cpu: float = 0.0
    cells: list[tuple[int, float, float]] = field(default_factory=list)  # index, wall, CPU


class PageError(Exception):
    """A cell of a page failed, or its kernel died."""


def pages_of(toc: dict | list) -> Iterator[str]:
    """Every page that a table of contents names, without its suffix."""
    if isinstance(toc, list):
        for entry in toc:
            yield from pages_of(entry)
    elif isinstance(toc, dict):
        yield from (str(toc[key]) for key in ("root", "file") if key in toc)
        for key in ("parts", "chapters", "sections"):
            yield from pages_of(toc.get(key, []))


def toc(root: Path = ROOT) -> list[str]:
    """Every page of ``_toc.yml``."""
    return list(pages_of(yaml.safe_load((root / "_toc.yml").read_text())))


def excluded(root: Path = ROOT) -> list[str]:
    """Patterns of pages that are shown without being executed."""
    return yaml.safe_load((root / "_config.yml").read_text())["execute"]["exclude_patterns"]


def source(name: str, root: Path = ROOT) -> Path | None:
    """The file of a page of ``_toc.yml``; None if there is none."""
    return next((p for s in (".md", ".ipynb") if (p := root / f"{name}{s}").is_file()), None)


def pages(root: Path = ROOT) -> list[Page]:
    """The pages of ``_toc.yml`` that are executed, in its order."""
    found, patterns = [], excluded(root)
    for name in toc(root):
        path = source(name, root)
        if path is None or any(PurePosixPath(path).match(pattern) for pattern in patterns):
            continue
        text = path.read_text()
        if path.suffix == ".ipynb":
            notebook = nbformat.reads(text, as_version=4)
        elif is_myst_markdown_notebook(text):
            notebook = read_myst_markdown_notebook(text, add_source_map=True, path=path)
        else:
            continue
        page = Page(name, path, notebook, root)
        if page.code:
            found.append(page)
    return found


class Store:
    """Jupyter Book's cache of executed notebooks, with what each was made from and took.

    Parameters
    ----------
    build : Path
        The folder ``_build``.
    """

    def __init__(self, build: Path) -> None:
        self.build = build
        self.cache = get_cache(str(build / ".jupyter_cache"))

    def record(self, page: Page) -> NbCacheRecord | None:
        """The outputs of a page's cells, whatever they were made with."""
        try:
            return self.cache.match_cache_notebook(page.notebook)
        except KeyError:
            return None

    def is_current(self, page: Page) -> bool:
        """Whether a page need not be executed."""
        record = self.record(page)
        return record is not None and record.data.get("inputs") == page.inputs

    def size(self) -> int:
        """How many pages' outputs are kept."""
        return len(self.cache.list_cache_records())

    def costs(self) -> dict[str, Cost]:
        """What the pages took when they were last executed, by their path."""
        records = sorted(self.cache.list_cache_records(), key=lambda record: record.created)
        return {
            record.uri: Cost(record.data["execution_seconds"], *record.data["cost"])
            for record in records
            if "cost" in record.data
        }

    def put(self, page: Page, executed: NotebookNode, cost: Cost) -> None:
        """Keep what a page gave."""
        only_shown_widgets(executed)
        data = {
            "execution_seconds": cost.wall,
            "inputs": page.inputs,
            "cost": [cost.cpu, cost.cells],
        }
        bundle = CacheBundleIn(executed, str(page.path), data=data)
        self.cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
        self.note(page)

    def note(self, page: Page) -> None:
        """Tell Sphinx that a page's outputs are new (see `reader_notebooks`)."""
        note = self.build / "executed" / page.name
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(page.inputs)

    def serve_present_demos(self, page: Page, root: Path = ROOT) -> bool:
        """Put the demos' present code into a page's outputs; True if they had another.

        A demo's script and style are no input of a page: nothing else that it shows needs them.
        """
        record = self.record(page)
        if record is None:
            return False
        path = self.cache.path / "executed" / record.hashkey / "base.ipynb"
        notebook = nbformat.read(path, as_version=4)
        changed = False
        for widget in _states(notebook).values():
            state = widget["state"]
            module = state.get("_anywidget_id", "").rpartition(".")[0].rpartition(".")[2]
            for trait, suffix in (("_esm", ".js"), ("_css", ".css")):
                file = root / SERVED / f"{module}{suffix}"
                if trait in state and file.is_file():
                    present = file.read_text()
                    changed |= state[trait] != present
                    state[trait] = present
        if changed:
            nbformat.write(notebook, path)
            self.note(page)
        return changed


def only_shown_widgets(notebook: NotebookNode) -> None:
    """Drop the state of widgets that no output shows: a demo that a cell made for a number."""
    states = _states(notebook)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    waiting = [o.data[VIEW]["model_id"] for o in outputs if VIEW in o.get("data", {})]
    shown = set()
    while waiting:
        name = waiting.pop()
        if name in states and name not in shown:
            shown.add(name)
            text = json.dumps(states[name]["state"])
            waiting += [part.split('"')[0] for part in text.split("IPY_MODEL_")[1:]]
    for name in states.keys() - shown:
        del states[name]


def _states(notebook: NotebookNode) -> dict[str, Any]:
    return notebook.metadata.get("widgets", {}).get(WIDGETS, {}).get("state", {})


def environment() -> dict[str, str]:
    """The environment variables that pages are executed with."""
    flags = [os.environ.get("PYTENSOR_FLAGS"), "blas__ldflags=,cxx=,traceback__limit=0"]
    kept = {name: value for name, value in os.environ.items() if name != "SMALLN_CLINIC"}
    return kept | {
        # A pip environment has no BLAS for PyTensor to link against, and needs none: no warning.
        # Nor C++, which takes a second for each small function that finds where chains begin; nor a
        # note of the line that made each variable of a graph.
        "PYTENSOR_FLAGS": ",".join(filter(None, flags)),
        # Most of what Numba compiles runs for a second or two, less than optimising it fully takes.
        "NUMBA_OPT": os.environ.get("NUMBA_OPT", "1"),
        # Code for any processor of the kind: kept, it serves the next machine as well.
        "NUMBA_CPU_NAME": os.environ.get("NUMBA_CPU_NAME", "generic"),
        # What a kernel sets too, but after matplotlib has been imported where it is forked.
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        # The matrices are small, and the other core has another page.
        "OPENBLAS_NUM_THREADS": "1",
        # JAX compiles for each chain anew, unless it may keep what it has compiled.
        "JAX_COMPILATION_CACHE_DIR": os.environ.get("JAX_COMPILATION_CACHE_DIR")
        or str(Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "jax"),
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0.3",
        "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false " + os.environ.get("XLA_FLAGS", ""),
        "JPY_PARENT_PID": str(os.getpid()),
        # A kernel imports a debugger, which complains of a Python that it cannot debug.
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


def execute(stale: list[Page], store: Store, log: TextIO) -> dict[str, str]:
    """Execute pages, as many at a time as there are cores, and keep what they give.

    Returns
    -------
    dict of str to str
        Of each page that failed, what went wrong.
    """
    workers = min(len(stale), cores())
    costs = store.costs()
    last = {page.name: costs[str(page.path)].wall for page in stale if str(page.path) in costs}
    # The longest first, so that none is left alone at the end; if unknown, that with most code.
    length = {page.name: sum(map(len, page.code)) for page in stale}
    order = sorted(stale, key=lambda page: (-last.get(page.name, 1e9), -length[page.name]))
    failed: dict[str, str] = {}
    forked = kernels.CAN_FORK and len(stale) > FEW
    if forked:
        kernels.start_server(environment())
    alive: dict[str, NotebookClient] = {}
    pool = ThreadPoolExecutor(workers)
    with Picture([page.name for page in order], last, workers) as picture:
        try:
            running = {pool.submit(_run, page, forked, picture, alive, log): page for page in order}
            for future in as_completed(running):
                page = running[future]
                try:
                    store.put(page, *future.result())
                except PageError as error:
                    failed[page.name] = str(error)
                picture.done(page.name, failed=page.name in failed)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            for client in list(alive.values()):  # stopped half-way
                with suppress(ProcessLookupError):
                    os.kill(client.km.provisioner.pid, signal.SIGKILL)
            pool.shutdown()
            if forked:
                kernels.stop_server()
    return failed


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _run(
    page: Page, forked: bool, picture: Picture, alive: dict[str, NotebookClient], log: TextIO
) -> tuple[NotebookNode, Cost]:
    """Execute a page; runs in a thread of its own."""
    notebook = copy.deepcopy(page.notebook)
    options = {"kernel_manager_class": kernels.ForkingManager} if forked else {}
    client = NotebookClient(
        notebook,
        timeout=None,
        record_timing=False,  # the cache would take it for another page's
        shutdown_kernel="immediate",  # nothing that it would tidy up outlives it
        resources={"metadata": {"path": str(page.path.parent)}},
        **options,
    )
    cost, begun = Cost(), (0.0, 0.0)
    start = time.monotonic()

    def before(cell: NotebookNode, **_: Any) -> None:
        nonlocal begun
        begun = time.monotonic(), _cpu(client.km.provisioner.pid)

    def after(cell: NotebookNode, cell_index: int, **_: Any) -> None:
        if cell.cell_type == "code":
            cost.cpu = _cpu(client.km.provisioner.pid)
            cost.cells.append((cell_index, time.monotonic() - begun[0], cost.cpu - begun[1]))
            picture.cell(page.name)

    client.on_cell_execute, client.on_cell_executed = before, after
    picture.start(page.name, len(page.code))
    alive[page.name] = client
    try:
        client.execute(env=environment(), stdout=log, stderr=log)
    except CellExecutionError as error:
        raise PageError(_plain(str(error))) from None
    except (DeadKernelError, RuntimeError) as error:
        raise PageError(f"{type(error).__name__}: {error}") from None
    finally:
        del alive[page.name]
    cost.wall = time.monotonic() - start
    for index, wall, cpu in cost.cells:
        first = notebook.cells[index].source.strip().splitlines()[0]
        log.write(f"{page.name} cell {index}: {wall:.1f} s, {cpu:.1f} s of CPU: {first}\n")
    log.flush()
    return notebook, cost


def _plain(text: str) -> str:
    """Text without a terminal's colours."""
    return re.sub(r"\x1b\[[\d;]*m", "", text).strip()


def _cpu(pid: int) -> float:
    """Seconds of CPU that a process and its children have had."""
    found = 0.0
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        for one in [process, *process.children(recursive=True)]:
            with suppress(psutil.Error):
                found += sum(one.cpu_times()[:4])
    return found
