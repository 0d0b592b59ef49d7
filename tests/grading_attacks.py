"""Submissions of exercise 1 that honest, clumsy and hostile people hand in, and what each earns.

Each is the solution with something done to it. The points are what its answers are worth, whatever
else it tries; `says` is in a sentence of the student's feedback or in a line for a human.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import nbformat
from exercise_kit import notebook_of
from nbformat import NotebookNode

from shrinkage.grading.outcome import CRASHED, GRADED, UNREADABLE

FULL = (2.0, 2.0, 3.0, 3.0)
NOTHING = (0.0, 0.0, 0.0, 0.0)
SLEEP = "86397"
"""Seconds that a process of an attack sleeps for: nothing else does, so it can be looked for."""

CHANNEL = "import gc\n[channel] = [o for o in gc.get_objects() if type(o).__name__ == 'Channel']\n"
"""Code that gets hold of the channel."""

Change = Callable[[NotebookNode, "Surroundings"], NotebookNode | bytes | None]


@dataclass(frozen=True)
class Surroundings:
    """What an attack may reach for on the machine.

    Attributes:
        gradebook: a file with grades.
        other: another student's submission.
        port: of a server that must not hear of it.
    """

    gradebook: str
    other: str
    port: int


@dataclass(frozen=True)
class Attack:
    """A submission and what is right for it."""

    name: str
    change: Change
    points: tuple[float, ...] | None = FULL
    says: str = ""
    status: str = GRADED
    published: bool = False
    """Whether it is a class of the measurements that this grader was made for."""


ATTACKS: list[Attack] = []


def attack(
    name: str,
    points: tuple[float, ...] | None = FULL,
    says: str = "",
    status: str = GRADED,
    published: bool = False,
) -> Callable[[Change], Change]:
    """Add a submission to the list; the function makes it of the solution's notebook."""

    def add(change: Change) -> Change:
        ATTACKS.append(Attack(name, change, points, says, status, published))
        return change

    return add


def cell(notebook: NotebookNode, id: str) -> NotebookNode:
    """A cell by its id."""
    return next(c for c in notebook.cells if c.id == id)


def after(notebook: NotebookNode, id: str, source: str) -> None:
    """Put a code cell behind another one."""
    place = [c.id for c in notebook.cells].index(id)
    notebook.cells.insert(place + 1, nbformat.v4.new_code_cell(source))


def first(notebook: NotebookNode, source: str) -> None:
    """Put a code cell before all others."""
    notebook.cells.insert(0, nbformat.v4.new_code_cell(source))


def wrong(notebook: NotebookNode) -> None:
    """Answers that are not right."""
    cell(notebook, "answer-1").source = "raw_rate = dict.fromkeys('ABCDEFGHIJ', 0.123)"
    cell(notebook, "answer-2").source = "standard_error = dict.fromkeys('ABCDEFGHIJK', 0.123)"
    cell(
        notebook, "answer-3"
    ).source = (
        "interval = pd.DataFrame({'lower': 0.123, 'upper': 0.234}, index=list('ABCDEFGHIJK'))"
    )
    cell(notebook, "answer-4").source = "spread = {'observed': 9.0, 'chance': 9.0, 'between': 9.0}"


def made(change: Change, surroundings: Surroundings) -> bytes:
    """The file that is handed in: each answer stands by itself, so that what one loses shows."""
    notebook = notebook_of("01")
    cell(notebook, "answer-2").source = (
        'by_doctor = patients.groupby("doctor")["success"]\n'
        "n, p = by_doctor.size().reindex(roster), by_doctor.mean().reindex(roster)\n"
        "standard_error = np.sqrt(p * (1 - p) / n)"
    )
    cell(notebook, "answer-4").source = (
        'rates = patients.groupby("doctor")["success"].mean()\n'
        'pooled, sizes = patients["success"].mean(), patients["doctor"].value_counts()\n'
        "observed, chance = rates.var(), (pooled * (1 - pooled) / sizes).mean()\n"
        'spread = {"observed": observed, "chance": chance, "between": max(0, observed - chance)}'
    )
    changed = change(notebook, surroundings)
    if isinstance(changed, bytes):
        return changed
    return nbformat.writes(changed or notebook).encode()


# --- Honest ---------------------------------------------------------------------------------------


@attack("the solution")
def _(notebook, there): ...


@attack("the exercise as it was handed out", NOTHING, "unfinished")
def _(notebook, there):
    return notebook_of("01", "exercises")


@attack("right answers beside warnings and prints", published=True)
def _(notebook, there):
    for id in ("answer-1", "answer-4"):
        cell(notebook, id).source += (
            "\nimport sys, warnings\nwarnings.warn('careful')\nprint('done')\n"
            "print('note', file=sys.stderr)"
        )


@attack("a right answer as a list", published=True)
def _(notebook, there):
    cell(notebook, "answer-1").source += "\nraw_rate = list(raw_rate)"


@attack("the check cells deleted", published=True, says="check")
def _(notebook, there):
    notebook.cells = [c for c in notebook.cells if not c.id.startswith("check")]


@attack("the check cells edited", says="changed")
def _(notebook, there):
    for number in range(1, 5):
        cell(notebook, f"check-{number}").source = f'check("01.{number}", 1)'


@attack("the cells in another order")
def _(notebook, there):
    notebook.cells.sort(key=lambda c: c.id.startswith("answer"))


@attack("no cell with its id or its metadata")
def _(notebook, there):
    for number, one in enumerate(notebook.cells):
        one.id, one.metadata = f"x{number}", {}


@attack("IPython magics")
def _(notebook, there):
    first(notebook, "%matplotlib inline\n%time 1 + 1")
    after(notebook, "answer-1", "!echo hello\nprint(_exit_code)")


@attack("one answer wrong", (0.0, 2.0, 3.0, 3.0))
def _(notebook, there):
    cell(notebook, "answer-1").source = "raw_rate = dict.fromkeys('ABCDEFGHIJ', 0.123)"


@attack("a cell that fails", (0.0, 2.0, 3.0, 3.0), "NameError")
def _(notebook, there):
    cell(notebook, "answer-1").source = "raw_rate = no_such_name"


@attack("a cell that is no Python", (0.0, 2.0, 3.0, 3.0), "SyntaxError")
def _(notebook, there):
    cell(notebook, "answer-1").source = "raw_rate = = 3"


@attack("malformed JSON", None, "notebook", UNREADABLE, published=True)
def _(notebook, there):
    return nbformat.writes(notebook).encode()[:-40]


@attack("JSON nested a hundred thousand deep", None, "notebook", UNREADABLE)
def _(notebook, there):
    return b'{"cells": ' + b"[" * 100_000


@attack("a notebook of R", None, "Python", UNREADABLE)
def _(notebook, there):
    notebook.metadata["kernelspec"] = {"name": "ir", "language": "R", "display_name": "R"}
    notebook.metadata["language_info"] = {"name": "R"}


@attack("an old notebook format")
def _(notebook, there):
    old = json.loads(nbformat.writes(notebook))
    old["nbformat_minor"] = 4
    for one in old["cells"]:
        del one["id"]
    return json.dumps(old).encode()


@attack("cells as they stand in Jupyter")
def _(notebook, there):
    cell(notebook, "answer-1").source = (
        "%matplotlib inline\n%config InlineBackend.figure_format = 'retina'\n"
        "import asyncio, inspect, matplotlib.pyplot as plt, pickle, warnings\n"
        "warnings.simplefilter('error')\n"
        "def same(x): return x\n"
        "assert 'return x' in inspect.getsource(same)\n"
        "assert pickle.loads(pickle.dumps(same))(1) == 1\n"
        "await asyncio.sleep(0)\nplt.plot([1, 2])\nplt.show()\ndisplay(patients.head())\n"
        "print('Ünïcödé ✓')\n!pip list > /dev/null\nassert __name__ == '__main__'\n"
    ) + cell(notebook, "answer-1").source


@attack("processes that share the work")
def _(notebook, there):
    cell(notebook, "answer-1").source += (
        "\nimport multiprocessing\nfrom joblib import Parallel, delayed\n"
        "from concurrent.futures import ProcessPoolExecutor\n"
        "assert Parallel(n_jobs=2)(delayed(abs)(i) for i in [-1, 2]) == [1, 2]\n"
        "with ProcessPoolExecutor(2) as pool: assert [*pool.map(abs, [-1, 2])] == [1, 2]\n"
        "assert multiprocessing.Value('i', 3).value == 3\n"
        "assert multiprocessing.cpu_count() // 2 == 4  # as many chains as PyMC draws at home"
    )


@attack("a module of the student's own")
def _(notebook, there):
    first(notebook, "%%writefile helper.py\ndef half(x): return x / 2")
    cell(notebook, "answer-1").source += "\nfrom helper import half\nraw_rate = half(2 * raw_rate)"


@attack("`exit()` and a quiet name in an answer")
def _(notebook, there):
    cell(notebook, "answer-1").source = (
        "import getpass\ngetpass.getuser()\nexit()\n" + cell(notebook, "answer-1").source
    )


@attack("`input()` in an answer", (0.0, 2.0, 3.0, 3.0), "EOFError")
def _(notebook, there):
    cell(notebook, "answer-1").source = "name = input()\n" + cell(notebook, "answer-1").source


# --- Points for nothing ---------------------------------------------------------------------------


@attack("patched NumPy assertions", NOTHING, published=True)
def _(notebook, there):
    wrong(notebook)
    first(
        notebook,
        "import numpy as np\n"
        "np.allclose = np.isclose = np.array_equal = lambda *a, **k: True\n"
        "np.testing.assert_allclose = np.testing.assert_equal = lambda *a, **k: None\n"
        "np.abs = lambda *a, **k: 0.0",
    )


@attack("hooks that rewrite later cells", NOTHING, "how cells are read", published=True)
def _(notebook, there):
    wrong(notebook)
    first(
        notebook,
        "shell = get_ipython()\n"
        "shell.input_transformers_cleanup.append(lambda lines: ['1.0\\n'])\n"
        "shell.ast_transformers.append(None)\n"
        "shell.events.register('pre_run_cell', lambda *a: None)",
    )


@attack("hooks that blank later cells", NOTHING, "", published=True)
def _(notebook, there):
    wrong(notebook)
    first(notebook, "get_ipython().run_cell = lambda *a, **k: None")


@attack("a tag that skips the checks", NOTHING, published=True)
def _(notebook, there):
    wrong(notebook)
    for number in range(1, 5):
        cell(notebook, f"check-{number}").metadata["tags"] = ["skip-execution"]


@attack("a forged output", NOTHING, published=True)
def _(notebook, there):
    wrong(notebook)
    for number, points in enumerate(FULL, start=1):
        one = cell(notebook, f"check-{number}")
        one.outputs = [nbformat.v4.new_output("execute_result", data={"text/plain": str(points)})]
        one.execution_count = number


@attack("the check replaced", NOTHING, "check")
def _(notebook, there):
    wrong(notebook)
    after(notebook, "setup", "check = lambda task, value: {'01.1': 2.0}.get(task, 3.0)")


@attack("`Task.grade` patched", NOTHING, "shrinkage")
def _(notebook, there):
    wrong(notebook)
    after(
        notebook,
        "setup",
        "import shrinkage.exercises.task as task\n"
        "task.Task.grade = lambda self, plain, data: self._result(self.points)",
    )


@attack("the truth imported", NOTHING, "shrinkage.exercises")
def _(notebook, there):
    wrong(notebook)
    cell(notebook, "answer-1").source = (
        "from shrinkage.exercises.checking import load_exercise\n"
        "exercise = load_exercise('01')\n"
        "raw_rate = exercise.task('01.1').truth(exercise.load())"
    )


@attack("the exact posterior imported", (0.0, 2.0, 3.0, 3.0), "shrinkage.exact")
def _(notebook, there):
    cell(
        notebook, "answer-1"
    ).source = "from shrinkage.exact import posterior\nraw_rate = posterior([1], [2]).mean"


@attack("numbers typed for the clinic that was handed out", NOTHING, "right for the clinic")
def _(notebook, there):
    values = {
        "answer-1": ("raw_rate", "raw_rate"),
        "answer-2": ("standard_error", "standard_error"),
    }
    from exercise_kit import solved

    solution = solved("01", None)
    wrong(notebook)
    for id, (name, variable) in values.items():
        typed = solution.names[variable].to_dict()
        cell(notebook, id).source = (
            "import os\nos.environ.pop('SMALLN_CLINIC', None)\n"
            f"{name} = {json.dumps(typed)}".replace("NaN", "float('nan')")
        )


@attack("the seed read from the environment", NOTHING, "chooses the clinic")
def _(notebook, there):
    wrong(notebook)
    cell(notebook, "answer-1").source = (
        "import os\nseed = os.environ['SMALLN_CLINIC']\n"
        "from shrinkage.data import another\nraw_rate = another.doctors(int(seed))[1]"
    )


@attack("values that lie when they are compared", NOTHING)
def _(notebook, there):
    wrong(notebook)
    cell(notebook, "answer-1").source = (
        "class Liar(float):\n"
        "    def __eq__(self, other): return True\n"
        "    def __sub__(self, other): return 0.0\n"
        "    __rsub__ = __sub__\n"
        "    def __reduce__(self): return (print, ('unpickled',))\n"
        "raw_rate = {d: Liar(0.5) for d in 'ABCDEFGHIJ'} | {'K': None}"
    )


@attack("code that runs when it is unpickled", NOTHING, published=True)
def _(notebook, there):
    wrong(notebook)
    cell(notebook, "answer-1").source = (
        "class Bomb:\n"
        "    def __reduce__(self):\n"
        f"        import os\n        return (os.unlink, ({there.gradebook!r},))\n"
        "raw_rate = Bomb()"
    )


@attack("results forged on the channel", NOTHING, "gc")
def _(notebook, there):
    wrong(notebook)
    after(
        notebook,
        "answer-4",
        "import gc\n"
        "for thing in gc.get_objects():\n"
        "    if type(thing).__name__ == 'Channel':\n"
        "        for n in range(1, 5):\n"
        "            thing.send({'answer': f'01.{n}', 'step': 8, 'points': 3, 'plain': 3.0})\n"
        "            thing.send({'complete': f'01.{n}', 'points': 3})",
    )


@attack("the grader's own fault forged on the channel", None, "ended the Python process", CRASHED)
def _(notebook, there):
    wrong(notebook)
    first(notebook, CHANNEL + "channel.send({'broken': 'give full points'})")


@attack("the request of a check looked at, and asked for again", NOTHING, "gc")
def _(notebook, there):
    wrong(notebook)
    after(
        notebook,
        "setup",
        CHANNEL + "channel.send({'ask': '01.1'})\n"
        "answer, request = channel.receive()\n"
        "raw_rate = request or vars(answer).get('truth', check('01.1', 0.5))",
    )


@attack("an error's text that is no text", NOTHING, "gc")
def _(notebook, there):
    wrong(notebook)
    after(
        notebook,
        "check-1",
        CHANNEL + "channel.send({'failed': 3, 'type': '\\ud800\\x1b[2J', 'line': 10**300,\n"
        "              'text': '\\x00<script>alert(1)</script>\\x1b]0;x\\x07'})",
    )


@attack("an early end forged on the channel", NOTHING, "gc")
def _(notebook, there):
    wrong(notebook)
    first(
        notebook,
        "import gc\n"
        "for thing in gc.get_objects():\n"
        "    if type(thing).__name__ == 'Channel':\n"
        "        thing.send({'end': True})",
    )


@attack("the solution looked for on the disk", NOTHING, "path", published=True)
def _(notebook, there):
    wrong(notebook)
    cell(notebook, "answer-1").source = (
        "import glob, sys\n"
        "found = [f for root in ('/', '/work', '/root', '/home', '/tmp', *sys.path)\n"
        "         for pattern in ('solutions/*.ipynb', '*/solutions/*', '*/*/solutions/*',\n"
        "                         'shrinkage/exercises/ex*', '*/shrinkage/exercises/ex*')\n"
        "         for f in glob.glob(f'{root}/{pattern}')]\n"
        "assert not found, found\n"
        "raw_rate = open(found[0]).read()"
    )


@attack("hidden tests looked for in the frames", NOTHING, "frame", published=True)
def _(notebook, there):
    wrong(notebook)
    cell(notebook, "answer-1").source = (
        "import gc, sys\n"
        "frame, found = sys._getframe(), []\n"
        "while frame:\n"
        "    found += [v for v in frame.f_locals.values() if hasattr(v, 'truth')]\n"
        "    frame = frame.f_back\n"
        "found += [o for o in gc.get_objects() if type(o).__name__ in ('Task', 'Exercise')]\n"
        "raw_rate = found[0].truth(None)"
    )


# --- Damage ---------------------------------------------------------------------------------------


@attack("the gradebook edited", says="No such file", published=True)
def _(notebook, there):
    after(notebook, "answer-1", f"open({there.gradebook!r}, 'w').write('me,10')")


@attack("another student's submission deleted", says="No such file", published=True)
def _(notebook, there):
    after(notebook, "answer-1", f"import os\nos.remove({there.other!r})")


@attack("another student's submission read", NOTHING, "No such file")
def _(notebook, there):
    wrong(notebook)
    cell(notebook, "answer-1").source = f"exec(open({there.other!r}).read())"


@attack("the network reached", says="network", published=True)
def _(notebook, there):
    after(
        notebook,
        "answer-1",
        "import socket\n"
        f"socket.create_connection(('127.0.0.1', {there.port}), timeout=2).send(b'hello')",
    )


@attack("a process left in the background", says="process", published=True)
def _(notebook, there):
    after(
        notebook,
        "answer-1",
        "import subprocess\n"
        f"subprocess.Popen(['setsid', 'nohup', 'sleep', '{SLEEP}'], start_new_session=True)",
    )


@attack("100 MB of output", published=True)
def _(notebook, there):
    after(notebook, "answer-1", "for _ in range(100):\n    print('x' * 2**20)")


@attack("a loop that swallows interrupts", says="seconds", published=True)
def _(notebook, there):
    after(
        notebook,
        "check-4",
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
    )


@attack("an endless loop in one answer", (2.0, 0.0, 3.0, 3.0), "seconds")
def _(notebook, there):
    cell(notebook, "answer-2").source = "while True:\n    pass"


@attack(
    "`os._exit` in one answer", (2.0, 0.0, 3.0, 3.0), "ended the Python process", published=True
)
def _(notebook, there):
    cell(notebook, "answer-2").source = "import os\nos._exit(0)"


@attack("`os._exit` after the answers", says="_exit")
def _(notebook, there):
    after(notebook, "check-4", "import os\nos._exit(0)")


@attack("`quit()` after the answers")
def _(notebook, there):
    cell(notebook, "answer-4").source += "\nquit()"


@attack("a segmentation fault in one answer", (2.0, 0.0, 3.0, 3.0), "ended the Python process")
def _(notebook, there):
    cell(notebook, "answer-2").source = "import ctypes\nctypes.string_at(0)"


@attack("endless recursion", (2.0, 0.0, 3.0, 3.0), "RecursionError")
def _(notebook, there):
    cell(notebook, "answer-2").source = "def f(): return f()\nstandard_error = f()"


@attack("a fork bomb", says="process")
def _(notebook, there):
    after(notebook, "check-1", "import os\nwhile True:\n    os.fork()")


@attack("a thousand threads")
def _(notebook, there):
    after(
        notebook,
        "check-1",
        "import threading, time\n"
        "for _ in range(1000):\n"
        "    threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()",
    )


@attack("all the memory", (2.0, 0.0, 3.0, 3.0), "emory")
def _(notebook, there):
    cell(
        notebook, "answer-2"
    ).source = "hoard = []\nwhile True:\n    hoard.append(bytearray(2**26))"


@attack("all the memory, by many processes")
def _(notebook, there):
    after(
        notebook,
        "check-1",
        "import os, time\n"
        "for _ in range(12):\n"
        "    if os.fork() == 0:\n"
        "        hoard = b'x' * (200 * 2**20)\n"
        "        time.sleep(1000)\n"
        "time.sleep(1000)",
    )


@attack("the disk filled")
def _(notebook, there):
    after(
        notebook,
        "check-1",
        "import contextlib\n"
        "for n in range(100):\n"
        "    with contextlib.suppress(OSError), open(f'/tmp/{n}', 'wb') as f:\n"
        "        for _ in range(100): f.write(b'x' * 2**20)\n"
        "    with contextlib.suppress(OSError), open(f'/dev/shm/{n}', 'wb') as f:\n"
        "        for _ in range(100): f.write(b'x' * 2**20)",
    )


@attack("the channel flooded")
def _(notebook, there):
    after(
        notebook,
        "check-1",
        CHANNEL + "while True:\n    channel.send({'at': 3})",
    )


@attack("garbage on the channel")
def _(notebook, there):
    after(
        notebook,
        "check-1",
        "import gc, socket\n"
        "[s] = [o for o in gc.get_objects() if isinstance(o, socket.socket)]\n"
        "s.sendall(b'\\x00\\x00\\x40\\x00' + b'[' * 0x4000)",
    )


@attack("a huge message announced")
def _(notebook, there):
    after(
        notebook,
        "check-1",
        "import gc, socket\n"
        "[s] = [o for o in gc.get_objects() if isinstance(o, socket.socket)]\n"
        "s.sendall(b'\\xff' * 64)",
    )


@attack("every process killed")
def _(notebook, there):
    after(notebook, "check-1", "import os, signal\nos.kill(-1, signal.SIGKILL)")


@attack("signals to the processes above", says="seconds")
def _(notebook, there):
    after(
        notebook,
        "check-1",
        "import contextlib, os, signal\n"
        "for pid in [os.getppid(), 1, 2, *range(3, 400)]:\n"
        "    if pid != os.getpid():\n"
        "        with contextlib.suppress(OSError): os.kill(pid, signal.SIGSTOP)",
    )


@attack("limits raised and namespaces left")
def _(notebook, there):
    after(
        notebook,
        "check-1",
        "import contextlib, os, resource\n"
        "for limit in (resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_CPU):\n"
        "    with contextlib.suppress(ValueError, OSError):\n"
        "        resource.setrlimit(limit, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))\n"
        "        raise SystemExit('raised')\n"
        "for flag in (os.CLONE_NEWUSER, os.CLONE_NEWNS, os.CLONE_NEWNET):\n"
        "    with contextlib.suppress(OSError):\n"
        "        os.unshare(flag)\n"
        "        os._exit(99)",
    )


@attack("what is offered overwritten", says="path")
def _(notebook, there):
    after(
        notebook,
        "check-1",
        "import contextlib, pathlib, shrinkage, sys\n"
        "for folder in (shrinkage.__path__[0], sys.prefix, '/usr', '/'):\n"
        "    for path in pathlib.Path(folder).rglob('*.py'):\n"
        "        with contextlib.suppress(OSError):\n"
        "            path.write_text('raise SystemExit')\n"
        "        break",
    )


@attack("the descriptors closed")
def _(notebook, there):
    after(notebook, "check-4", "import os\nos.closerange(0, 100)")


@attack("the descriptors closed, and no end", says="seconds")
def _(notebook, there):
    after(notebook, "check-4", "import os\nos.closerange(0, 100)\nwhile True: pass")


@attack("a delayed exit")
def _(notebook, there):
    after(
        notebook,
        "check-4",
        "import os, threading\n"
        "threading.Timer(0.01, os._exit, (0,)).start()\n"
        "import time\ntime.sleep(1)",
    )


@attack("an answer that raises whatever is done with it", (0.0, 2.0, 3.0, 3.0))
def _(notebook, there):
    cell(notebook, "answer-1").source = (
        "class Thorny:\n"
        "    def __getattribute__(self, name): raise SystemExit(name)\n"
        "    def __iter__(self): raise KeyboardInterrupt\n"
        "    def __len__(self): return -1\n"
        "raw_rate = Thorny()"
    )


@attack("an answer without end", (0.0, 2.0, 3.0, 3.0))
def _(notebook, there):
    cell(notebook, "answer-1").source = (
        "class Endless(list):\n"
        "    def __iter__(self):\n"
        "        while True: yield 0.5\n"
        "raw_rate = Endless([0.5])"
    )


@attack("built-ins replaced", None, "ended the Python process", CRASHED)
def _(notebook, there):
    wrong(notebook)
    first(
        notebook,
        "import builtins\n"
        "builtins.isinstance = lambda *a: True\n"
        "builtins.eval = lambda *a, **k: 1.0\n"
        "builtins.compile = lambda *a, **k: 'None'",
    )


@attack("a cell of 500,000 characters")
def _(notebook, there):
    after(notebook, "check-1", "text = '" + "x" * 500_000 + "'")


@attack("a cell of five million characters", None, "characters", UNREADABLE)
def _(notebook, there):
    after(notebook, "check-1", "text = '" + "x" * 5_000_000 + "'")


@attack("questions without end, and no answer read")
def _(notebook, there):
    after(
        notebook, "check-4", CHANNEL + "for _ in range(100_000):\n    channel.send({'ask': '01.1'})"
    )


@attack("the system's settings", says="Read-only")
def _(notebook, there):
    after(
        notebook,
        "check-1",
        "path = '/proc/sys/vm/swappiness'\nvalue = open(path).read()\nopen(path, 'w').write(value)",
    )


@attack("memory that is no process's", says="Operation not permitted")
def _(notebook, there):
    after(
        notebook,
        "check-1",
        "import ctypes, mmap, os\nlibrary = ctypes.CDLL(None)\n"
        "assert library.shmget(0, ctypes.c_size_t(2**20), 0o1600) == -1\n"
        "assert library.msgget(0, 0o1600) == -1\n"
        "for get in (lambda: os.open('/dev/zero', os.O_RDWR), lambda: mmap.mmap(-1, 2**20)):\n"
        "    try: get()\n"
        "    except PermissionError: continue\n"
        "    raise SystemExit('shared')\n"
        "os.memfd_create('hoard')",
    )


@attack("a word left for others in a keyring", says="Operation not permitted")
def _(notebook, there):
    after(
        notebook,
        "check-1",
        "import ctypes, os, platform\n"
        "library = ctypes.CDLL(None, use_errno=True)\n"
        "number = {'x86_64': 248, 'aarch64': 217}[platform.machine()]\n"
        "key = library.syscall(number, b'user', b'word', b'hello', 5, -3)\n"
        "raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))",
    )


@attack("devices, mounts and another root")
def _(notebook, there):
    after(
        notebook,
        "check-1",
        "import contextlib, ctypes, os, stat\n"
        "library = ctypes.CDLL(None)\n"
        "with contextlib.suppress(OSError):\n"
        "    os.mknod('/tmp/disk', 0o600 | stat.S_IFBLK, os.makedev(8, 0))\n"
        "    os._exit(99)\n"
        "with contextlib.suppress(OSError):\n"
        "    os.open('/dev/tty', os.O_RDWR)\n"
        "    os._exit(99)\n"
        "with contextlib.suppress(OSError):\n"
        "    os.chroot('/tmp')\n"
        "    os._exit(99)\n"
        "if library.mount(b'tmpfs', b'/tmp', b'tmpfs', 0, None) == 0: os._exit(99)\n"
        "raise SystemExit('kept in')",
    )


@attack("descriptors sent over the channel")
def _(notebook, there):
    after(
        notebook,
        "check-1",
        CHANNEL + "import os, socket\n"
        "for _ in range(200):\n"
        "    null = os.open(os.devnull, os.O_RDONLY)\n"
        "    socket.send_fds(channel._connection, [b'\\0\\0\\0\\2{}'], [null])\n"
        "    os.close(null)",
    )


@attack("the first process of the sandbox taken over")
def _(notebook, there):
    after(
        notebook,
        "check-4",
        "import ctypes, os\n"
        "ctypes.CDLL(None).ptrace(16, 1, 0, 0)\n"
        "for n in (1, 2): os.write(os.open(f'/proc/1/fd/{n}', os.O_WRONLY), b'x' * 4096)",
    )
