"""Runs one submission's steps, in a process of its own that a zygote has forked."""

from __future__ import annotations

import itertools
import os
import random
import sys
from collections.abc import Iterator
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from shrinkage.grading.inside import checks, served
from shrinkage.grading.inside.channel import Channel

SHELL = Config(
    HistoryManager={"enabled": False},
    InteractiveShell={"xmode": "Minimal", "colors": "nocolor", "enable_tip": False},
)
MOST_TEXT = 200  # characters of an error's message
_compile, _eval, _exec = compile, eval, exec  # a student's cell may replace the names


def new_shell() -> InteractiveShell:
    """The IPython in which cells run: made once, before the fork."""
    shell = InteractiveShell.instance(config=SHELL)
    shell.showtraceback = shell.showsyntaxerror = lambda *args, **options: None  # nobody reads them
    vars(shell)["ask_exit"] = lambda: None  # in Jupyter too the cell goes on
    shell.enable_gui = lambda gui=None: None
    for magic in ("matplotlib", "config"):  # how figures are shown, which nobody sees
        shell.magics_manager.magics["line"][magic] = lambda line: None
    return shell


def run(channel: Channel, shell: InteractiveShell) -> None:
    """Receive the steps, run them, and say when they have come to an end.

    Before each step its number is sent, so that the grader knows where it stops; after one that
    failed, the error.
    """
    job = channel.receive()
    served.VALUES.update(job["served"])
    os.environ.update(job["environment"])
    sys.path.insert(0, "")  # modules in the notebook's folder, as in Jupyter
    checks.connect(channel)
    seed(job["seed"])
    finished: set[str] = set()
    apart: dict[str, Any] = {}
    checks_of = {task: source for _, kind, source, _, task in job["steps"] if kind == "check"}
    for number, kind, source, cell, task in job["steps"]:
        channel.send({"at": number})
        if kind == "check":  # at the end only what was not finished where its check stands
            if (cell or task not in finished) and _hand_in(shell, task, source, number):
                finished.add(task)
            continue
        if kind == "given":
            error = _run_given(shell, source, apart)
        elif kind == "right":
            error = _stand_in(shell, source, checks_of[task], apart)
        else:
            error = _run(shell, source)
        if error:
            channel.send({"failed": number} | _described(error))
    channel.send({"end": True})


def seed(value: int) -> None:
    """Make what draws without a seed draw the same on every machine.

    NumPy asks `randbits` for the entropy of a generator without a seed, and `pm.sample` NumPy.
    """
    import numpy as np

    count: Iterator[int] = itertools.count(value << 32)
    vars(np.random.bit_generator)["randbits"] = lambda bits: next(count)
    np.random.seed(value)
    random.seed(value)


def _run_given(shell: InteractiveShell, source: str, apart: dict[str, Any]) -> BaseException | None:
    """Run a cell of the exercise's where the student's cells run, and keep `apart` what it made.

    Hooks that a student's cell has put into IPython do not see it.
    """
    before = {**shell.user_ns}
    try:
        _exec(_compile(source, "<exercise>", "exec"), shell.user_ns)
    except BaseException as error:
        return error
    finally:
        made = [n for n, value in shell.user_ns.items() if before.get(n, before) is not value]
        apart.update({name: shell.user_ns[name] for name in made})
    return None


def _stand_in(
    shell: InteractiveShell, source: str, answer: str, apart: dict[str, Any]
) -> BaseException | None:
    """Run the solution's cells where nothing of the student's is, and hand over the answer alone.

    `answer` is the expression that the task's check asks for.
    """
    try:
        _exec(_compile(source, "<exercise>", "exec"), apart)
        for name in _compile(answer, "<exercise>", "eval").co_names:
            shell.user_ns[name] = apart[name]
    except BaseException as error:
        return error
    return None


def _run(shell: InteractiveShell, source: str) -> BaseException | None:
    try:
        result = shell.run_cell(source, store_history=False)
    except BaseException as error:  # a hook of the student's, or an interrupt
        return error
    return getattr(result, "error_before_exec", None) or getattr(result, "error_in_exec", None)


def _hand_in(shell: InteractiveShell, task: str, source: str, number: int) -> bool:
    """Hand in the value of the exercise's own expression; whether it is finished."""
    try:
        value = _eval(_compile(source, "<exercise>", "eval"), shell.user_ns)
    except BaseException:  # nothing of that name
        return False
    return checks.hand_in(task, value, number)


def _described(error: BaseException) -> dict[str, Any]:
    try:
        text = str(error.msg if isinstance(error, SyntaxError) else error)  # without its place
    except BaseException:  # the exception is the student's
        text = ""
    line, trace = None, error.__traceback__
    while trace is not None:  # the last line that is in a cell
        if trace.tb_frame.f_code.co_filename.startswith("<ipython-input"):
            line = trace.tb_lineno
        trace = trace.tb_next
    if isinstance(error, SyntaxError):
        line = error.lineno
    return {"type": type(error).__name__[:60], "text": text[:MOST_TEXT], "line": line}


def silence() -> None:
    """Send what is printed nowhere, so that a flood of output costs nothing."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)
    sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115, lives as long as the process
    sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115
