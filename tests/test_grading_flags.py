"""Lines for a human: what reaches for the checks, the seed or others is listed, idioms are not."""

import nbformat
import pytest
from checkout import ROOT

from shrinkage.grading.flags import MOST, WIDTH, find_flags
from shrinkage.grading.script import Script, Step, build_script

GIVEN = """\
import numpy as np
import pandas as pd
import pymc as pm
from shrinkage.data import load_doctors
from shrinkage.exercises import check, total
from shrinkage.exercises.ex05_the_hierarchical_logit import load_reports
"""


def flags(*sources):
    steps = [Step("given", GIVEN, 1)]
    steps += [Step("written", source, cell) for cell, source in enumerate(sources, start=2)]
    return find_flags(Script((*steps, Step("check", "x", 0, "05.1"))))


@pytest.mark.parametrize("path", sorted((ROOT / "exercises").glob("*.ipynb")), ids=lambda p: p.stem)
@pytest.mark.parametrize("folder", ["exercises", "solutions"])
def test_no_exercise_and_no_solution_has_one(path, folder):
    source = nbformat.read(path, as_version=4)
    script = build_script((ROOT / folder / path.name).read_bytes(), source, path.name[:2])
    assert find_flags(script) == ()


IDIOMS = r"""
import os; os.environ["OMP_NUM_THREADS"] = "1"
import os; os.environ.setdefault("OPENBLAS_NUM_THREADS", "1"); print("CI" in os.environ)
import os; print(os.getcwd(), os.cpu_count(), os.getenv("USER"), os.path.join("a", "b"))
from pathlib import Path; table = pd.read_csv(Path("my.csv")); table.to_csv("out/mine.csv")
with open("notes.txt") as file: text = file.read()
import gc; gc.collect()
import inspect; print(inspect.signature(pm.sample))
import pickle; pickle.dump(fit, open("fit.pkl", "wb"))
import importlib; importlib.reload(np)
import sys; print(sys.version); sys.path.append("code"); sys.setrecursionlimit(2000)
import multiprocessing; cores = multiprocessing.cpu_count()
import warnings, logging; warnings.filterwarnings("ignore"); logging.disable()
import re; pattern = re.compile("a+"); df.eval("a + b"); model.compile_logp(); theta.eval()
total = patients["success"].sum()
def total(values): return sum(values)
check("05.1", prior_says); total("05"); check_convergence(fit)
from shrinkage.exercises import check, total
from shrinkage.exercises.ex05_the_hierarchical_logit import load_reports
from shrinkage import data; patients = data.load_doctors()
from shrinkage.exact import posterior
def make_model(rates): return [getattr(rates, name) for name in ("mean", "sd")]
def near(check): return [check for check in (1, 2)], lambda check: check
def outer():
    check = 3
    return check
df.grade = 3; df["grade"] = df.grade + 1; faults = 2; signal = faults; resource = signal.real
requests = [1]; requests.append(2); http = {"x": 1}; socket = http["x"]
pd.options.display.max_rows = 10; pd.set_option("display.precision", 3)
import matplotlib.pyplot as plt; plt.rcParams["figure.dpi"] = 90; ax.bar(x, y, hatch="..")
plt.title("solutions / submissions"); plt.savefig("plot.png"); label = "n/a"; ratio = "/"
print("see https://www.pymc.io for more"); unit = "1/year"; text = "~ Normal(0, 1)"
from scipy import stats; law = getattr(stats, "norm"); law = getattr(stats, name)
files = "a/b.csv"; step = "10 / 2"; ", ".join(["/", "x"])
%matplotlib inline
%load_ext autoreload
%time fit = pm.sample()
!pip install seaborn
%pip install "arviz>=1"
%env OMP_NUM_THREADS=1
%config InlineBackend.figure_format = "retina"
quit()
"""


def each_statement(text):
    """Lines; an indented one belongs to the one before."""
    found = []
    for line in text.strip().splitlines():
        if line.startswith(" "):
            found[-1] += f"\n{line}"
        else:
            found.append(line)
    return found


@pytest.mark.parametrize("code", each_statement(IDIOMS))
def test_ordinary_idioms_have_none(code):
    assert flags(code) == ()


REACHING = r"""
checks: from shrinkage.exercises.checking import load_exercise
checks: import shrinkage.exercises as e
checks: from shrinkage import exercises
checks: from shrinkage.exercises import *
checks: from shrinkage.exercises.task import Task; Task.grade = lambda *_: 10
checks: import shrinkage; shrinkage.exercises.checking.check = print
checks: from shrinkage.exercises.ex05_the_hierarchical_logit import EXERCISE
checks: from shrinkage.grading import judge
looks into: check.__globals__["load_exercise"]
`check`: check = lambda *_: 10
`check`: def check(task, value): return 10
`check`: from mine import cheat as check
`check`: for check in (print,): pass
`check`: globals()["check"] = print
`check`: exec_ = [check := print]
truth: from shrinkage.data import load_doctors_truth
truth: import shrinkage.data as d; d.load_network_truth()
truth: from shrinkage.data.make_doctors import draw
truth: load_doctors_truth()
clinic: import os; os.environ.pop("SMALLN_CLINIC")
clinic: key = f"SMALLN_CLINIC{1}"
clinic: use_clinic("another")
clinic: %env SMALLN_CLINIC=1
environment: import os; print(dict(os.environ))
environment: from os import environ as e; e.clear()
environment: %env
process: import os; os._exit(0)
process: import os; os.kill(os.getppid(), 9)
process: from os import fork; fork()
process: np.os._exit(0)
process: import os; getattr(os, "_exit")(0)
process: import signal; signal.signal(2, print)
process: import atexit
command: import subprocess
command: import os as o; o.system("ls")
command: import os; os.execv("/bin/sh", [])
command: !ls
command: files = !ls ..
command: !pip install x; cat secret
command: %%bash
command: %run other.py
network: import socket
network: from urllib.request import urlopen
network: import requests; requests.get("x")
network: pd.read_csv("https://example.org/patients.csv")
looks into: import ctypes
looks into: import gc; gc.get_objects()
looks into: import gc; gc.get_referrers(check)
looks into: import inspect; inspect.currentframe().f_back.f_globals
looks into: import sys; sys._getframe(1)
looks into: import sys; sys.modules["shrinkage"]
looks into: import sys; sys.settrace(print)
looks into: import builtins; builtins.print = None
looks into: ().__class__.__base__.__subclasses__()
looks into: import __main__
looks into: get_ipython().user_ns["check"] = print
not written out: exec("x = 1")
not written out: eval("1")
not written out: __import__("os")
not written out: import base64
not written out: import importlib; importlib.import_module("shrinkage")
not written out: import os; getattr(os, "_ex" + "it")(0)
not written out: import pickle; pickle.loads(b"")
not written out: pd.read_pickle("x.pkl")
not written out: class A: __reduce__ = None; A().__reduce__
outside: open("/proc/self/environ")
outside: open("../anna/05.ipynb")
outside: from pathlib import Path; Path("~/x").expanduser()
outside: from pathlib import Path; Path("..")
outside: pd.read_csv("/data/x.csv")
outside: where = "/mnt/class/05.ipynb"
outside: from pathlib import Path; Path.home()
outside: where = "C:\\Users\\anna"
outside: %cd ..
solutions: pd.read_json("solutions/05.ipynb")
solutions: from pathlib import Path; Path("submissions").iterdir()
removes: import shutil; shutil.rmtree("x")
removes: import os; os.symlink("a", "b")
database: import sqlite3
replaces: np.testing.assert_allclose = print
replaces: np.mean = print
replaces: pd.DataFrame.mean = print
replaces: setattr(np, "mean", print)
replaces: from unittest.mock import patch
how cells: get_ipython().input_transformers_post.append(print)
how cells: get_ipython().events.register("pre_run_cell", print)
how cells: get_ipython().ast_transformers.append(1)
how cells: from IPython.core.magic import register_line_magic; get_ipython().register_magic_function
"""


@pytest.mark.parametrize("line", REACHING.strip().splitlines())
def test_what_reaches_further_is_listed_with_its_reason(line):
    why, code = line.split(": ", 1)
    found = flags("x = 1", f"# mine\n\n{code}" if code[:2] != "%%" else code)
    assert any(why in flag.why for flag in found), found
    for flag in found:
        assert (flag.cell, flag.line) == (3, 3 if code[:2] != "%%" else 1)
        assert flag.code == code.strip()


def test_names_are_followed_from_cell_to_cell():
    (flag,) = flags("import os as o", "leave = 1\no._exit(0)")
    assert (flag.cell, flag.line, flag.code) == (3, 2, "o._exit(0)")


@pytest.mark.parametrize("code", ["os._exit(0) if", "def f(:\n", ";subprocess.run ls", "(" * 9_999])
def test_what_is_no_python_is_read_by_its_words(code):
    found = flags(f"x = = 1\n{code}  # SMALLN_CLINIC")
    expected = {"os._exit": "process", ";sub": "command"}
    words = [why for start, why in expected.items() if code.startswith(start)]
    assert len(found) == len(words)
    assert all(word in flag.why for word, flag in zip(words, found, strict=True))


def test_what_is_listed_is_bounded():
    found = flags("\n".join(f"import os; os._exit({i}); {'x' * 500}" for i in range(MOST + 9)))
    assert len(found) == MOST
    assert {len(flag.code) for flag in found} == {WIDTH}


def test_only_the_students_own_cells_are_read():
    script = Script((Step("given", "import os; os._exit(0)", 1), Step("check", "eval('1')", 2)))
    assert find_flags(script) == ()
