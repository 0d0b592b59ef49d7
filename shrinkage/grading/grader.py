"""Grades one submission after another of one exercise, in one process.

A `Kit` has all that this takes, so a process on another machine can do it too.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from shrinkage import exercises
from shrinkage.data.another import unsealed
from shrinkage.exercises.checking import load_exercise
from shrinkage.exercises.language import LANGUAGE, words
from shrinkage.grading import judge, offer
from shrinkage.grading.conversation import FLOOD, Run, WorkerGone
from shrinkage.grading.flags import find_flags
from shrinkage.grading.follow_through import builds_on, opened, with_right_answers
from shrinkage.grading.notebook import read_own
from shrinkage.grading.outcome import (
    CRASHED,
    GRADED,
    GRADER_ERROR,
    NOT_SUBMITTED,
    TIMED_OUT,
    UNREADABLE,
    Flag,
    Outcome,
    TaskOutcome,
)
from shrinkage.grading.reasons import by_task, stopped
from shrinkage.grading.sandbox import Limits, SandboxError
from shrinkage.grading.script import Script, Step, UnreadableNotebook, build_script
from shrinkage.grading.submissions import Submission
from shrinkage.grading.worker import Worker

MOST_RUNS = 8  # of one submission: a cell that ends its process is left out of the next
VERSION = 1  # of the way of grading; another one grades everything again


@dataclass(frozen=True, kw_only=True)
class Kit:
    """What it takes to grade an exercise on a clinic.

    Attributes:
        exercise: '01', '02', …
        source: the exercise's notebook, as text.
        solution: the solution's notebook, as text; empty if there is none.
        seed: the clinic to grade on.
        clinic: a word for it that gives nothing away.
        limits: what a submission may use.
        sandboxed: False to run submissions without a sandbox.
        language: of the cards; empty for English.
        cache: a folder for what is compiled, shared by workers on one machine; empty for one of
            the worker's own.
        handed_out: by student the seed of the clinic that they were given, where that was not
            the published one.
    """

    exercise: str
    source: str
    solution: str = ""
    seed: int = 0
    clinic: str = ""
    limits: Limits = field(default_factory=Limits)
    sandboxed: bool = True
    language: str = ""
    cache: str = ""
    handed_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """What a grade depends on besides the submission: exercise, clinic, checks."""
        parts = [VERSION, self.exercise, self.source, self.seed, self.language, self.sandboxed]
        return hashlib.sha256("\0".join([*map(str, parts), _checks()]).encode()).hexdigest()


@dataclass(frozen=True)
class Reference:
    """How the exercise's own solution does on a clinic.

    Attributes:
        points: what it earns, of `out_of`.
        slowest: seconds of its slowest cell.
        trouble: what went wrong with it; empty if nothing.
        memory: bytes of a warm worker.
    """

    points: float
    out_of: float
    slowest: float
    trouble: str = ""
    memory: int = 0


class Grader:
    """A warm worker for a kit, and what judges what comes out of it."""

    def __init__(self, kit: Kit) -> None:
        self.kit = kit
        self.exercise = load_exercise(kit.exercise)
        self._source = read_own(kit.source)
        given = [
            s.source
            for s in build_script(kit.source.encode(), self._source, kit.exercise).steps
            if s.kind == "given"
        ]
        self._right: Sequence[Step] = ()
        if kit.solution:
            script = build_script(kit.solution.encode(), self._source, kit.exercise)
            self._right = script.steps
        self._imports = offer.imports(given)
        cache = Path(kit.cache) if kit.cache else None
        self._worker = Worker(self._imports, sandboxed=kit.sandboxed, cache=cache)
        self._served: dict[int, dict[str, bytes]] = {}
        self._asked: dict[int, dict[str, Any]] = {}
        if cache is None and kit.solution:  # to fill the cache
            self.reference()

    def adopt(self, kit: Kit) -> bool:
        """Go on with another kit, if the warm worker serves that too."""
        same = ("exercise", "source", "solution", "sandboxed", "cache")
        if any(getattr(kit, name) != getattr(self.kit, name) for name in same):
            return False
        self.kit = kit
        return True

    def close(self) -> None:
        """End the worker."""
        self._worker.close()

    def reference(self) -> Reference:
        """Grade the solution, and keep what it compiles for the submissions to come."""
        run = self._run(self._right, trusted=True)
        tasks = judge.judged(self.exercise, run.answers, {}, self.kit.seed, self.kit.seed)
        errors = [f"{error['type']}: {error['text']}" for error in run.errors.values()]
        return Reference(
            sum(task.result.points for task in tasks),
            self.exercise.points,
            max(run.seconds.values(), default=0.0),
            "; ".join(filter(None, [run.ended, run.broken, *errors])),
            self._worker.memory,
        )

    def grade(self, submission: Submission) -> Outcome:
        """The outcome of a submission.

        Raises `SandboxError` where there is no sandbox and `WorkerGone` where the warm process has
        died; all else is in the outcome.
        """
        start = time.monotonic()
        try:
            outcome = self._graded(submission)
        except (SandboxError, WorkerGone):
            raise
        except Exception as error:  # the grader's own fault: nobody's grade may depend on it
            outcome = ungraded(
                self.kit,
                submission,
                GRADER_ERROR,
                words(
                    "The grader itself failed ({error}). Your instructor has been told, and you "
                    "have lost nothing.",
                    error=f"{type(error).__name__}: {error}"[:300],
                ),
            )
        return replace(
            outcome,
            late=submission.late,
            notes=(*submission.notes, *outcome.notes),
            key=key(self.kit, submission),
            seconds=round(time.monotonic() - start, 3),
            graded_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )

    def _graded(self, submission: Submission) -> Outcome:
        if submission.content is None:
            if submission.problem:
                return ungraded(self.kit, submission, UNREADABLE, submission.problem)
            return ungraded(
                self.kit,
                submission,
                NOT_SUBMITTED,
                words(
                    "Nothing was handed in for this exercise. If you handed in a file, tell your "
                    "instructor its name and when it was."
                ),
            )
        try:
            script = build_script(submission.content, self._source, self.kit.exercise)
        except UnreadableNotebook as odd:
            return ungraded(self.kit, submission, UNREADABLE, odd.why)
        seen, strange = self._clinic_seen(script, submission.student)
        answers, own, errors, stops = {}, {}, {}, {}
        run, steps = Run(), script.steps
        until = time.monotonic() + self.kit.limits.seconds
        for _ in range(MOST_RUNS):
            run = self._run(steps, but=stops, until=until)
            answers |= run.answers
            own |= run.own
            errors |= run.errors
            if run.broken and run.at is None:  # later a student's code may have said so
                raise RuntimeError(run.broken)
            if not run.ended or run.at is None or time.monotonic() >= until:
                break
            last = steps[run.at]
            if last.kind == "given":
                break
            for number, step in enumerate(steps):
                # A function that hangs, hangs at every check of its task
                if number == run.at or (
                    step.kind == last.kind == "check" and step.task == last.task
                ):
                    stops[number] = run.ended
        reasons = by_task(self.exercise, steps, errors, stops, self.kit.limits)
        tasks = judge.judged(self.exercise, own | answers, reasons, self.kit.seed, seen)
        if self._right and not run.ended:
            tasks = self._followed_through(tasks, steps, stops)
        status, reason = GRADED, ""
        if run.ended and time.monotonic() >= until:
            status = TIMED_OUT
            reason = words(
                "The notebook was stopped after {seconds} seconds in all. Run all of its cells "
                "anew and look at how long each takes.",
                seconds=f"{self.kit.limits.seconds:.0f}",
            )
        elif run.ended or (stops and not sum(task.result.points for task in tasks)):
            # Without a point, a human looks first: it may have been the machine's fault
            at = run.at if run.ended and run.at is not None else next(iter(stops), None)
            why = run.ended or next(iter(stops.values()))
            status = CRASHED if why == FLOOD else why
            reason = stopped(None if at is None else steps[at], why, self.kit.limits)
        return Outcome(
            student=submission.student,
            exercise=self.kit.exercise,
            status=status,
            reason=reason,
            tasks=tasks,
            notes=script.notes,
            flags=(*strange, *find_flags(script)),
            file=submission.file,
            clinic=self.kit.clinic,
            sandboxed=self.kit.sandboxed,
        )

    def _followed_through(
        self, tasks: Sequence[TaskOutcome], steps: Sequence[Step], stops: Collection[int]
    ) -> tuple[TaskOutcome, ...]:
        """The tasks, those that build on one with points missing judged on a right answer to it."""
        found, runs = [*tasks], dict[tuple[str, ...], Run]()
        for place, outcome in enumerate(tasks):
            id = outcome.result.task
            if outcome.result.complete:
                continue
            lost = [before.result.task for before in tasks[:place] if not before.result.complete]
            follows = tuple(builds_on(steps, id, lost))
            if not follows or id in {step.task for step in opened(self._right, follows)}:
                continue
            if follows not in runs:
                left = [step for n, step in enumerate(steps) if n not in stops]
                script = with_right_answers(left, self._right, follows)
                until = time.monotonic() + self.kit.limits.seconds
                runs[follows] = self._run(script, until=until)
            answers = runs[follows].own | runs[follows].answers
            found[place] = judge.followed_through(
                self.exercise, outcome, answers.get(id), follows, self.kit.seed
            )
        return tuple(found)

    def _run(
        self,
        steps: Sequence[Step],
        *,
        but: Collection[int] = (),
        until: float = math.inf,
        trusted: bool = False,
    ) -> Run:
        """Run the steps, without those whose numbers are in `but`."""
        seed = self.kit.seed
        if seed not in self._served:
            with judge.clinic(seed):
                self._served[seed] = offer.served(self._imports)
        language = {LANGUAGE: self.kit.language} if self.kit.language else {}
        return self._worker.run(
            [(number, step) for number, step in enumerate(steps) if number not in but],
            self._ask,
            self._served[seed],
            self.kit.limits,
            seed=int(self.kit.digest[:8], 16),  # not the clinic's, which is nobody's to know
            environment=language,
            until=until,
            trusted=trusted,
        )

    def _ask(self, id: str) -> Any:
        """What the sandbox needs to ask for a task's answer."""
        asked = self._asked.setdefault(self.kit.seed, {})
        if id not in asked:
            task = self.exercise.task(id)
            data = judge.data_of(self.exercise.load, self.kit.seed)
            asked[id] = task and (task.answer.without_secrets(), task.answer.request(data))
        return asked[id]

    def _clinic_seen(self, script: Script, student: str) -> tuple[int | None, tuple[Flag, ...]]:
        """The clinic that a notebook is about, and a flag where it is not the student's own."""
        if not script.clinic:
            return None, ()
        own = self.kit.handed_out.get(student)
        try:
            seed = unsealed(script.clinic)
        except ValueError:
            seed, why = own, "the code of the clinic was changed"
        else:
            whose = [s for s, handed in self.kit.handed_out.items() if handed == seed]
            why = (
                f"the notebook that {whose[0]} was given" if whose else "a clinic of another class"
            )
        if seed == own or not self.kit.handed_out:
            return seed, ()
        return seed, (Flag(0, 0, f'use_clinic("{script.clinic}")', why),)


def ungraded(kit: Kit, submission: Submission, status: str, reason: str) -> Outcome:
    """The outcome of a submission of which nothing could be graded."""
    return Outcome(
        student=submission.student,
        exercise=kit.exercise,
        status=status,
        reason=reason,
        file=submission.file,
        clinic=kit.clinic,
        sandboxed=kit.sandboxed,
    )


def key(kit: Kit, submission: Submission) -> str:
    """Digests of all that an outcome depends on: of what was handed in, then of the rest."""
    content = hashlib.sha256(submission.content or b"").hexdigest()
    seen = str(kit.handed_out.get(submission.student))
    theirs = [submission.student, submission.file, submission.problem, str(submission.late)]
    theirs += [content, *submission.notes]
    parts = ("\0".join(theirs), "\0".join([kit.digest, seen]))
    return "-".join(
        hashlib.sha256(part.encode("utf-8", "surrogatepass")).hexdigest()[:32] for part in parts
    )


@cache
def _checks() -> str:
    """A digest of the code that decides a grade: the exercises, the data, the exact posterior."""
    digest = hashlib.sha256()
    for folder in ("data", "exact", "grading"):
        for path in sorted((offer.PACKAGE / folder).rglob("*.py")):
            digest.update(path.read_bytes())
    for folder in exercises.__path__:  # those of an instructor's own
        for path in sorted(Path(folder).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()
