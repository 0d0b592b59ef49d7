"""How many submissions a minute `shrinkage grade` and nbgrader get through, on the same notebooks.

`make bench-grading` prints the table; the exit code is 1 where `shrinkage grade` with its sandbox
on is not `TIMES` as fast as `nbgrader autograde` in the same run. Each tool has graded one
submission outside the clock, so that what can be kept is compiled. The submissions are the
solution as honest students would write it: names of their own, and tasks in another order.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator
from concurrent.futures import wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from shrinkage.exercises.checking import load_exercise
from shrinkage.grading.grader import Grader, Kit
from shrinkage.grading.outcome import GRADED
from shrinkage.grading.pool import LocalPool, outcomes, reference, warm
from shrinkage.grading.submissions import Submission, find_submissions

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tests"))

TIMES = {"01": 10.0, "05": 4.0}
"""By exercise, how many times as many submissions a minute as nbgrader."""
SUBMISSIONS = {"01": 12, "05": 4}
CLASS = 40  # submissions of exercise 1, for the time of a whole command
SEED = 77  # of the clinic that is graded
QUIET, PATIENCE = 1.5, 600.0  # load to begin a measurement at, and seconds to wait for it


@dataclass(frozen=True)
class Timed:
    """What a tool took for a class."""

    tool: str
    submissions: int
    seconds: float

    @property
    def a_minute(self) -> float:
        """Submissions a minute."""
        return 60 * self.submissions / self.seconds


# --- The class ------------------------------------------------------------------------------------


class Renamed(ast.NodeTransformer):
    """Gives the names that a student made up another ending."""

    def __init__(self, own: set[str], ending: str) -> None:
        self._own, self._ending = own, ending

    def _new(self, name: str) -> str:
        return f"{name}_{self._ending}" if name in self._own else name

    def visit_Name(self, node: ast.Name) -> ast.Name:
        """A variable."""
        return ast.Name(self._new(node.id), node.ctx)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        """A function's argument."""
        return ast.arg(self._new(node.arg))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """A function."""
        node.name = self._new(node.name)
        return self.generic_visit(node)


def bound(code: str) -> set[str]:
    """The names that a cell binds."""
    nodes = [*ast.walk(ast.parse(code))]
    names = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return names | {n.name for n in nodes if isinstance(n, ast.FunctionDef)}


def used(code: str) -> set[str]:
    """The names that a cell uses."""
    return {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}


def variant(released: NotebookNode, solution: NotebookNode, number: int) -> NotebookNode:
    """The solution in the style of one student, in the notebook that was handed out."""
    answers = {c.id: c.source for c in solution.cells if c.id.startswith("answer-")}
    given = [c.source for c in released.cells if c.cell_type == "code" and c.id not in answers]
    own = set().union(*map(bound, answers.values())) - set().union(*map(used, given))
    made = nbformat.from_dict(released)
    for cell in made.cells:
        if cell.id in answers:
            tree = Renamed(own, f"{number}").visit(ast.parse(answers[cell.id]))
            cell.source = ast.unparse(ast.fix_missing_locations(tree))
    made.cells = reordered(made.cells, answers, random.Random(number))
    return made


def reordered(cells: list, answers: dict[str, str], rng: random.Random) -> list:
    """The tasks in another order, each behind those whose names it uses."""
    first = next(i for i, cell in enumerate(cells) if cell.id in answers)
    last = max(i for i, cell in enumerate(cells) if cell.id.startswith("check-"))
    blocks: list[list] = [[]]
    for cell in cells[first : last + 1]:
        blocks[-1].append(cell)
        if cell.id.startswith("check-"):
            blocks.append([])
    left = [block for block in blocks if block]
    texts = {id(b): "\n".join(c.source for c in b if c.cell_type == "code") for b in left}
    ordered = []
    while left:
        free = [
            b
            for i, b in enumerate(left)
            if not any(used(texts[id(b)]) & bound(texts[id(earlier)]) for earlier in left[:i])
        ]
        ordered.append(rng.choice(free))
        left.remove(ordered[-1])
    return [*cells[:first], *(cell for block in ordered for cell in block), *cells[last + 1 :]]


# --- The two tools --------------------------------------------------------------------------------


class Course:
    """A course of nbgrader's, as the instructors' page sets it up, and a class that handed in."""

    def __init__(self, root: Path, exercise: str, submissions: int) -> None:
        self.root, self.assignment = root, f"exercise-{exercise}"
        [solution] = (ROOT / "solutions").glob(f"{exercise}_*.ipynb")
        self.name = solution.name
        shutil.copy(ROOT / "solutions/nbgrader_config.py", root)
        (root / "source" / self.assignment).mkdir(parents=True)
        shutil.copy(solution, root / "source" / self.assignment)
        self.nbgrader("generate_assignment", self.assignment)
        released = nbformat.read(root / "release" / self.assignment / self.name, as_version=4)
        solved = nbformat.read(solution, as_version=4)
        for number in range(submissions + 1):
            path = root / "submitted" / f"student-{number:02}" / self.assignment / self.name
            path.parent.mkdir(parents=True)
            nbformat.write(variant(released, solved, number), path)

    def autograde(self) -> tuple[float, float]:
        """Seconds for all but the first submission, and the most memory of a kernel, in bytes."""
        self.nbgrader("autograde", self.assignment, "--student=student-00")
        start = time.monotonic()
        with peak_of("ipykernel_launcher", below=os.getpid()) as peak:
            self.nbgrader("autograde", self.assignment)
        return time.monotonic() - start, max(peak)

    def nbgrader(self, *words: str) -> None:
        """Run a command of nbgrader's in the course's folder."""
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        environment = os.environ | {"PATH": path, "SMALLN_CLINIC": str(SEED)}
        environment["PYTHONPATH"] = str(ROOT)
        done = subprocess.run(
            ["nbgrader", *words],
            cwd=self.root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(f"nbgrader {words[0]} failed:\n{done.stderr[-2000:]}")

    def scores(self) -> list[float]:
        """What nbgrader gives to each submission."""
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{self.root}/gradebook.db") as book:
            found = [book.find_submission(self.assignment, str(s.id)) for s in book.students]
            return [float(submission.score or 0) for submission in found]


def kit_of(exercise: str, cache: Path) -> Kit:
    """The kit to grade an exercise with."""
    [source], [solution] = (
        [*(ROOT / folder).glob(f"{exercise}_*.ipynb")] for folder in ("exercises", "solutions")
    )
    cache.mkdir(exist_ok=True)
    texts = source.read_text("utf-8"), solution.read_text("utf-8")
    return Kit(exercise=exercise, source=texts[0], solution=texts[1], seed=SEED, cache=str(cache))


def warm_time(kit: Kit, submissions: list[Submission]) -> float:
    """Seconds for all submissions once every worker of this machine is warm."""
    pool = LocalPool()
    try:
        wait(warm(pool, kit))
        reference(pool, kit)
        start = time.monotonic()
        done = [*outcomes(pool, kit, submissions)]
        took = time.monotonic() - start
    finally:
        pool.close()
    full = load_exercise(kit.exercise).points
    wrong = [o.student for o in done if o.status != GRADED or o.points != full]
    if wrong:
        sys.exit(f"shrinkage grade gives {', '.join(wrong)} less than full points.")
    return took


def command_time(exercise: str, folder: Path, out: Path) -> float:
    """Seconds of the whole command, from nothing to the gradebook."""
    start = time.monotonic()
    subprocess.run(
        [
            *(sys.executable, "-m", "shrinkage.cli", "grade", folder),
            *("--exercise", exercise, "--out", out, "--clinic", str(SEED)),
        ],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
    )
    return time.monotonic() - start


# --- Memory ---------------------------------------------------------------------------------------


def memory_of(kit: Kit, submission: Submission) -> tuple[float, float]:
    """Of a warm worker, and the most that a submission takes beyond it, bytes."""
    grader = Grader(kit)
    try:
        grader.reference()
        warm = own_memory(grader._worker._zygote.pid)
        with peak_of("inside.zygote", below=os.getpid(), beyond=True) as peak:
            grader.grade(submission)
        return warm, max(peak)
    finally:
        grader.close()


@contextmanager
def peak_of(word: str, *, below: int, beyond: bool = False) -> Generator[list[float]]:
    """Bytes of the largest process with this word in its command, in looks at short intervals.

    `beyond`: only of those that such a process has forked, and what they do not share with it.
    """
    seen, done = [0.0], threading.Event()

    def look() -> None:
        while not done.wait(0.1):
            for pid, parent in descendants(below).items():
                inner = word in command(parent) or word in command(grandparent(parent))
                if word in command(pid) and (inner or not beyond):
                    seen.append(own_memory(pid, private=beyond))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join()


def descendants(pid: int) -> dict[int, int]:
    """The processes below one, each with its parent."""
    found, left = {}, [pid]
    while left:
        parent = left.pop()
        for path in Path(f"/proc/{parent}/task").glob("*/children"):
            for child in map(int, read(path).split()):
                found[child] = parent
                left.append(child)
    return found


def command(pid: int) -> str:
    """How a process was started."""
    return read(Path(f"/proc/{pid}/cmdline"))


def grandparent(pid: int) -> int:
    """The parent of a process."""
    found = re.search(r"^PPid:\t(\d+)", read(Path(f"/proc/{pid}/status")), re.M)
    return int(found[1]) if found else 0


def own_memory(pid: int, *, private: bool = False) -> float:
    """Bytes of a process in memory; `private` leaves out what it shares with another one."""
    kinds = ("Private_Clean", "Private_Dirty") if private else ("Rss",)
    lines = read(Path(f"/proc/{pid}/smaps_rollup")).splitlines()
    words = [line.split() for line in lines if line.partition(":")[0] in kinds]
    return 1024.0 * sum(int(word[1]) for word in words)


def read(path: Path) -> str:
    """The text of a file of the system's; empty when its process has ended."""
    try:
        return path.read_text()
    except OSError:
        return ""


# --- The table ------------------------------------------------------------------------------------


def settle(patience: float) -> float:
    """Wait until the machine is quiet, as far as it gets, and return its load."""
    end = time.monotonic() + patience
    while os.getloadavg()[0] > QUIET and time.monotonic() < end:
        time.sleep(5)
    return os.getloadavg()[0]


def measure(exercise: str, folder: Path, patience: float) -> tuple[list[Timed], str]:
    """The lines of an exercise, nbgrader's first, and a sentence on memory."""
    number = SUBMISSIONS[exercise]
    (folder / "course").mkdir()
    course = Course(folder / "course", exercise, number)
    loads = [settle(patience)]
    seconds, kernel = course.autograde()
    if set(course.scores()) != {10.0}:
        sys.exit(f"nbgrader gives {course.scores()} for right answers.")
    submitted = find_submissions(course.root / "submitted", exercise)
    loads.append(settle(patience))
    kit = kit_of(exercise, folder / "compiled")
    lines = [
        Timed("nbgrader autograde", number, seconds),
        Timed("shrinkage grade, workers warm", number, warm_time(kit, submitted[1:])),
    ]
    classes = {number: course.root / "submitted"}
    if exercise == "01":
        classes[CLASS] = folder / "class"
        for n in range(CLASS):
            content = submitted[n % len(submitted)].content or b""
            (folder / "class" / f"student-{n:02}").mkdir(parents=True)
            (folder / "class" / f"student-{n:02}" / course.name).write_bytes(content)
    for size, where in classes.items():
        loads.append(settle(patience))
        took = command_time(exercise, where, folder / f"grades-{size}")
        graded = size if where.name == "class" else size + 1
        lines.append(Timed("shrinkage grade, the whole command", graded, took))
    warm, most = memory_of(kit, submitted[1])
    mb = [f"{size / 2**20:,.0f} MB" for size in (warm, most, kernel)]
    load = f"load when the clock started: {', '.join(f'{load:.1f}' for load in loads)}"
    return lines, (
        f"  A warm worker takes {mb[0]}, a submission up to {mb[1]} beyond it; "
        f"a kernel of nbgrader's up to {mb[2]}.\n  {load[0].upper()}{load[1:]}."
    )


def main() -> int:
    """Print the table; 1 where a ratio does not hold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--exercise", choices=[*TIMES], action="append", help="only this one (default: both)"
    )
    parser.add_argument(
        "--patience",
        type=float,
        default=PATIENCE,
        metavar="S",
        help=f"seconds to wait for a quiet machine before each measurement (default: {PATIENCE:g})",
    )
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores; every submission is right, and has to get full points\n")
    print(
        f"{'exercise':<10}{'':<37}{'submissions':>12}{'seconds':>9}{'a minute':>10}{'times':>8}"
        f"{'at least':>10}"
    )
    missed = []
    for exercise in options.exercise or TIMES:
        with tempfile.TemporaryDirectory() as folder:
            lines, memory = measure(exercise, Path(folder), options.patience)
        before = lines[0].a_minute
        for line in lines:
            ratio, least = line.a_minute / before, ""
            if line is lines[1]:
                least = f"{TIMES[exercise]:g}"
                if ratio < TIMES[exercise]:
                    missed.append(f"exercise {exercise} ({ratio:.1f} times)")
            print(
                f"{exercise:<10}{line.tool:<37}{line.submissions:>12}{line.seconds:>9.1f}"
                f"{line.a_minute:>10.1f}{ratio:>8.1f}{least:>10}",
                flush=True,
            )
        print(f"{memory}\n", flush=True)
    print(f"Missed: {'; '.join(missed)}." if missed else "All ratios are kept.")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
