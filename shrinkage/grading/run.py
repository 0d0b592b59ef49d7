"""Grades a class: every submission of a folder, and what there is to read afterwards."""

from __future__ import annotations

from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import shrinkage
from shrinkage.data.another import unsealed
from shrinkage.exercises.checking import exercise_ids, load_exercise
from shrinkage.exercises.task import Exercise
from shrinkage.grading import judge
from shrinkage.grading.alike import look_alikes
from shrinkage.grading.clinics import By, Secret, beside, clinic_of, open_secret, unseen
from shrinkage.grading.feedback import write_feedback
from shrinkage.grading.gradebook import write_gradebooks
from shrinkage.grading.grader import Kit, key
from shrinkage.grading.handed_in import NAMED, GradingError, HandedIn, read_class
from shrinkage.grading.notebook import read_own
from shrinkage.grading.outcome import Outcome, TaskOutcome
from shrinkage.grading.overview import write_overview
from shrinkage.grading.places import plain
from shrinkage.grading.pool import ClusterPool, LocalPool, Pool, outcomes, reference, warm
from shrinkage.grading.progress import Progress, Say, changes
from shrinkage.grading.roster import Student, read_roster
from shrinkage.grading.sandbox import Limits
from shrinkage.grading.script import Script, build_script, written_code
from shrinkage.grading.store import Store
from shrinkage.grading.submissions import Submission

MOST_CLINICS = 20  # tried until the exercise's own solution earns full points on one
MOST_ROUNDS = 100
PATIENCE, LEAST_SECONDS = 20.0, 60.0
"""A cell may take so many times as long as the slowest of the solution, and so long at least."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """How to grade a class; what is None or empty has a default.

    Attributes:
        source: the folder of the exercises that were handed out.
        roster: the file of the roster.
        by: whether students or groups were handed clinics.
        secret: the file of the class's secret; beside the folder of the grades by default.
        clinic: the seed of the clinic to grade on; derived from the secret by default.
        round: which hand-in, from 1; each is graded on a clinic of its own. By default the one that
            the grades are at.
        workers: processes on this machine; one for each core by default.
        scheduler: the address of a dask scheduler to grade on instead.
        cell_seconds: the most that a cell may take; by what the solution takes by default.
        memory: megabytes that a submission may take.
        sandboxed: False to run submissions as the instructor.
        regrade: ids of students and of tasks to grade again although they are done.
        language: of the cards.
    """

    source: Path | None = None
    roster: Path | None = None
    by: By = "student"
    secret: Path | None = None
    clinic: int | None = None
    round: int | None = None
    workers: int | None = None
    scheduler: str = ""
    cell_seconds: float | None = None
    memory: int = 2048
    sandboxed: bool = True
    regrade: tuple[str, ...] = ()
    language: str = ""


def grade_class(
    folder: Path, exercise: str, out: Path, options: Options, say: Say
) -> list[Outcome]:
    """Grade every submission of one exercise in a folder, and write all there is to read.

    Parameters
    ----------
    folder
        The submissions; see `submissions`.
    exercise
        '01', '02', …
    out
        The folder of the grades; see `store`. What is in it and still holds is not graded again.
    options
        How.
    say
        Is called with sentences about the progress.

    Returns
    -------
    list of Outcome
        One a student, in the order of their ids.

    Raises
    ------
    ValueError
        `GradingError`, or that of the roster, the secret, the store or the submissions.
    RuntimeError
        `SandboxError` where there is no sandbox, `PoolError` where there is nowhere to grade.
    """
    source, solution = _notebooks(exercise, options.source)
    declared = load_exercise(exercise)
    students = read_roster(options.roster) if options.roster else []
    if out.resolve().is_relative_to(folder.resolve()):
        raise GradingError(
            f"{out}: expected a folder for the grades outside {folder}, or they would be taken for "
            "a student's work; found one within it. Name another one with --out."
        )
    handed_in = read_class(folder, exercise, source, students, say)
    submissions = handed_in.submissions
    wanted = _to_regrade(options.regrade, declared, handed_in)
    secret = _secret(options, out, students, handed_in.scripts, exercise, say)
    kit = Kit(
        exercise=exercise,
        source=source,
        solution=solution,
        limits=Limits(memory=options.memory * 2**20),
        sandboxed=options.sandboxed,
        language=options.language,
        handed_out={s.student: clinic_of(s, secret, exercise, options.by) for s in students},
    )
    with _pool(options) as pool:
        pool.check(kit)
        with Store(out, exercise) as store:
            for problem in store.problems:
                say(problem)
            before = {outcome.student: outcome for outcome in store.outcomes()}
            used = {outcome.clinic for outcome in before.values()}
            clinics = _clinics(secret, exercise, options, used)
            kit = clinics.so_far(replace(kit, cache=pool.cache), used)
            _rejudge(store, kit, declared, submissions, wanted, say)
            todo = _todo(store, kit, submissions, wanted)
            if todo:
                kit = _on_a_sound_clinic(kit, pool, clinics, options, say)
                todo = _todo(store, kit, submissions, wanted)
            if len(todo) < len(submissions):
                say(f"{len(submissions) - len(todo)} of {len(submissions)} are done already.")
            progress = Progress(sum(bool(one.file) for one in todo), pool.width, say)
            try:
                for outcome in outcomes(pool, kit, todo):
                    store.add(outcome)
                    progress.one(outcome)
            finally:  # a run that goes on from here knows nothing of these
                if changed := changes(before, store.outcomes()):
                    say(changed)
            _write(store, declared, students, handed_in, kit, say)
            return store.outcomes()


def _notebooks(exercise: str, source: Path | None) -> tuple[str, str]:
    """The texts of an exercise's notebook and of its solution, empty if there is none."""
    if exercise not in exercise_ids():
        raise GradingError(
            f"There is no exercise '{exercise[:20]}'; the exercises are "
            f"{', '.join(exercise_ids())}. Those of your own are found where SMALLN_EXERCISES says."
        )
    checkout = Path(shrinkage.__file__).parents[1] / "exercises"
    folders = [source] if source else [Path("exercises"), checkout]
    found = [path for folder in folders for path in sorted(folder.glob(f"{exercise}_*.ipynb"))]
    if not found:
        raise GradingError(
            f"{folders[0]}: expected the notebook of exercise {exercise} as it was handed out "
            f"({exercise}_….ipynb), found none. Name its folder with --source."
        )
    path = found[0]
    solution = path.parent.parent / "solutions" / path.name
    return path.read_text("utf-8"), solution.read_text("utf-8") if solution.is_file() else ""


def _to_regrade(ids: Collection[str], exercise: Exercise, handed_in: HandedIn) -> set[str]:
    """The ids of students and tasks to grade again; raises `GradingError` for any other."""
    tasks = {task.id for task in exercise.tasks}
    called = {id.lstrip("0"): id for id in tasks} | {**handed_in.also}
    known = tasks | {s.student for s in handed_in.submissions if s.file}
    ids = [id if id in known else called.get(plain(id).casefold(), id) for id in ids]
    if unknown := [id for id in ids if id not in known]:
        raise GradingError(
            f"--regrade {unknown[0]}: expected a student whose submission is there, or a task "
            f"({', '.join(sorted(tasks))}); found neither. Spell a student as the gradebook does."
        )
    return {*ids}


def _secret(
    options: Options,
    out: Path,
    students: Sequence[Student],
    scripts: Mapping[str, Script],
    exercise: str,
    say: Say,
) -> Secret:
    """The class's secret, which is made at first use.

    Raises `GradingError` where most notebooks were handed out with clinics of their own, and the
    secret of those is not there or is another one.
    """
    path = options.secret or beside(out)
    personal = {student: script.clinic for student, script in scripts.items() if script.clinic}
    most = 2 * len(personal) > len(scripts)
    many = f"{len(personal)} of {len(scripts)} notebooks were handed out with clinics of their own"
    if most and not path.exists():
        raise GradingError(
            f"{path}: expected the class's secret, because {many}; found no such file. `shrinkage "
            "release --roster` wrote it beside the folder of the hand-outs: name it with --secret."
        )
    secret = open_secret(path)
    if personal and not students:
        say(
            f"{many[0].upper()}{many[1:]}. Without --roster nobody can tell whose is whose, so a "
            "notebook that was given to another student is not listed."
        )
    own = {clinic_of(student, secret, exercise, options.by) for student in students}
    if most and own and not any(_is_clinic(code, own) for code in personal.values()):
        raise GradingError(
            f"{path}: expected the secret that the clinics of this class follow from, but {many}, "
            "and it is none of these that the roster and this secret give. Name the file that "
            "`shrinkage release --roster` wrote with --secret, and the same --by as there."
        )
    return secret


def _is_clinic(code: str, seeds: Collection[int]) -> bool:
    """Whether a code is that of one of these clinics."""
    try:
        return unsealed(code) in seeds
    except ValueError:
        return False


@contextmanager
def _pool(options: Options) -> Generator[Pool]:
    pool = ClusterPool(options.scheduler) if options.scheduler else LocalPool(options.workers)
    try:
        yield pool
    finally:
        pool.close()


class _Clinics:
    """The clinics that an exercise may be graded on in one round, in their order."""

    def __init__(self, secret: Secret, seeds: Sequence[int], *, chosen: bool) -> None:
        self._secret, self._seeds = secret, seeds
        self.chosen = chosen
        """Whether the instructor named the only one."""

    def kits(self, kit: Kit) -> list[Kit]:
        """The kit with one clinic after another."""
        return [replace(kit, seed=seed, clinic=self._word(seed)) for seed in self._seeds]

    def so_far(self, kit: Kit, used: Collection[str]) -> Kit:
        """The kit with the clinic whose word was used, or with the first."""
        kits = self.kits(kit)
        return next((kit for kit in kits if kit.clinic in used), kits[0])

    def any_of(self, used: Collection[str]) -> bool:
        """Whether one of these clinics was used, by its word."""
        return any(self._word(seed) in used for seed in self._seeds)

    def _word(self, seed: int) -> str:
        return f"unseen-{self._secret.digest('clinic', seed).hex()[:6]}"


def _clinics(secret: Secret, exercise: str, options: Options, used: Collection[str]) -> _Clinics:
    """The clinics of the round that is asked for, or of the latest of which one was used."""
    if options.clinic is not None:
        return _Clinics(secret, [options.clinic], chosen=True)

    def of_round(number: int) -> _Clinics:
        first = MOST_CLINICS * (number - 1)
        seeds = [unseen(secret, exercise, first + attempt) for attempt in range(MOST_CLINICS)]
        return _Clinics(secret, seeds, chosen=False)

    rounds = range(1, MOST_ROUNDS + 1) if used else ()
    at = max((number for number in rounds if of_round(number).any_of(used)), default=1)
    wanted = options.round or at
    if not at <= wanted <= MOST_ROUNDS:
        raise GradingError(
            f"--round {wanted}: expected {at}, at which these grades are, or one that comes after "
            f"it, up to {MOST_ROUNDS}. Students may know something of the clinics before; for a "
            "fresh start, give another folder with --out."
        )
    return of_round(wanted)


def _todo(
    store: Store, kit: Kit, submissions: Sequence[Submission], wanted: Collection[str]
) -> list[Submission]:
    """The submissions that are not graded yet, or are to be graded again.

    A file that is gone takes no grade with it: the folder may be a wrong one.
    """

    def is_due(one: Submission) -> bool:
        earlier = store.outcome(one.student)
        if not one.file and earlier and earlier.file:
            return False
        return one.student in wanted or not store.done(one.student, key(kit, one))

    return [submission for submission in submissions if is_due(submission)]


def _on_a_sound_clinic(kit: Kit, pool: Pool, clinics: _Clinics, options: Options, say: Say) -> Kit:
    """The kit with a clinic that the solution earns full points on, and limits by its time."""
    if options.cell_seconds:
        kit = replace(kit, limits=replace(kit.limits, cell_seconds=options.cell_seconds))
    if not kit.solution:
        say(
            "There is no solution beside the exercise, so nothing has shown yet that the clinic "
            "is a fair one: look at the overview for a task that nobody solves."
        )
        return kit
    say("Warming up: the exercise's own solution is graded first.")
    warm(pool, kit)
    what = ""
    first = kit.seed
    for kit in sorted(clinics.kits(kit), key=lambda kit: kit.seed != first):
        found = reference(pool, kit)
        if found.points == found.out_of and not found.trouble:
            break
        what = f"{found.points:g} of {found.out_of:g} points"
        if found.trouble:
            what = f"{what} ({found.trouble[:300]})"
        if clinics.chosen:
            say(f"On this clinic the exercise's own solution earns {what}: a student may too.")
            break
        if not found.points:  # it is not the clinic's fault
            raise GradingError(
                f"The solution of exercise {kit.exercise} earns {what} here. Run its notebook "
                "first; if it works there, a package that it needs may lie outside the sandbox."
            )
        say(f"One clinic is left out: the exercise's own solution earns {what} on it.")
    else:
        raise GradingError(
            f"The solution of exercise {kit.exercise} does not earn full points on any of "
            f"{MOST_CLINICS} clinics; the last said {what}. Run its notebook first."
        )
    say(f"A warm worker takes {found.memory / 2**20:,.0f} MB; {pool.width} are at work.")
    seconds = options.cell_seconds or max(LEAST_SECONDS, PATIENCE * found.slowest)
    return replace(kit, limits=replace(kit.limits, cell_seconds=seconds))


def _rejudge(
    store: Store,
    kit: Kit,
    exercise: Exercise,
    submissions: Sequence[Submission],
    wanted: Collection[str],
    say: Say,
) -> None:
    """Judge tasks again by the answers that are kept, without running anything.

    Those of a submission that has changed since, or of another clinic, are left to be graded.
    """
    tasks = {task.id: task for task in exercise.tasks if task.id in wanted}
    by_student = {submission.student: submission for submission in submissions}
    again = 0
    for outcome in store.outcomes() if tasks else ():
        submission = by_student.get(outcome.student)
        if submission is None or not outcome.tasks or outcome.clinic != kit.clinic:
            continue
        new = key(kit, submission)
        if outcome.key.partition("-")[0] != new.partition("-")[0]:
            continue
        data = judge.data_of(exercise.load, kit.seed)
        judged: list[TaskOutcome] = []
        for done in outcome.tasks:
            if task := tasks.get(done.result.task):
                after_one = judge.failed(judged)
                result = judge.judge(task, done.answer, done.reason, data, after_one)
                done = replace(done, result=result)
            judged.append(done)
        store.add(replace(outcome, tasks=tuple(judged), key=new))
        again += 1
    if tasks:
        say(f"{', '.join(sorted(tasks))} judged again for {again} of {len(submissions)} students.")


def _write(
    store: Store,
    exercise: Exercise,
    students: Sequence[Student],
    handed_in: HandedIn,
    kit: Kit,
    say: Say,
) -> None:
    """All that there is to read, by what the store has."""
    here = {submission.student for submission in handed_in.submissions if submission.file}
    if gone := [o.student for o in store.outcomes() if o.file and o.student not in here]:
        more = " and others" if len(gone) > NAMED else ""
        say(
            f"{', '.join(gone[:NAMED])}{more}: graded by an earlier run, and not among the "
            "submissions now. The grade is kept; to drop it, delete the student's file in "
            f"{store.folder / 'results'}."
        )
    written = {
        student: [code for _, code in written_code(script)]
        for student, script in handed_in.scripts.items()
    }
    source = read_own(kit.source)
    published = []
    if kit.solution:
        script = build_script(kit.solution.encode(), source, kit.exercise)
        published = [code for _, code in written_code(script)]
    pairs = look_alikes(written, source, published)
    people = [asdict(student) for student in students]
    write_gradebooks(store, exercise, people)
    write_feedback(store, exercise, people)
    write_overview(store, exercise, people, look_alikes=pairs)
