"""The command `shrinkage`: reports, and releasing, grading, adding and translating exercises."""

import argparse
import os
import shlex
import sys
import textwrap
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0 if all is well, 1 if a check failed, 2 if it could not run."""
    parser = argparse.ArgumentParser(
        prog="shrinkage", description="Reports on your own data, and the course's exercises."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    _add_report(commands)
    _add_release(commands)
    _add_new_exercise(commands)
    _add_translate(commands)
    _add_grade(commands)
    options = parser.parse_args(arguments)
    try:
        return options.run(options)
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    except ValueError as error:
        from shrinkage.exercises.installed import ExercisesError  # slow to import

        if not isinstance(error, ExercisesError):
            raise
        print(error, file=sys.stderr)
        return 2


def _add_report(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "report",
        help="write a report on your own CSV file",
        description=(
            "Fit the course's model to a CSV file and write the plots, the table, the checks and "
            "the caveats as one HTML page. The file has the columns doctor, successes and trials "
            "(a row a doctor), or doctor and success (a row a patient: 1 or 0), and then perhaps "
            "severity, a number. It takes seconds; minutes for many thousands of patients with a "
            "severity."
        ),
    )
    parser.add_argument("source", type=Path, metavar="my.csv", help="the file to read")
    parser.add_argument(
        "--output",
        type=Path,
        metavar="PAGE",
        help="the page to write (default: my_report.html beside the file)",
    )
    parser.add_argument(
        "--standard",
        type=_share,
        metavar="RATE",
        help="success rate below which a doctor deserves a review, such as 0.75 "
        "(default: where the odds of failure are 1.5 times the typical doctor's)",
    )
    parser.add_argument(
        "--cost-ratio",
        type=_ratio,
        default=0.25,
        metavar="R",
        help="missing a doctor below the standard is R times as bad as accusing one who meets it; "
        "a number or a fraction such as 1/4 (default: 1/4)",
    )
    parser.add_argument(
        "--severity",
        action=argparse.BooleanOptionalAction,
        help="adjust for the column severity (default: where there is one)",
    )
    parser.add_argument("--title", help="the page's heading")
    parser.add_argument(
        "--unit", default="doctor", help="what a row is, such as hospital (default: doctor)"
    )
    parser.add_argument("--rate", default="success rate", help="what is measured, such as survival")
    parser.add_argument("--seed", type=int, default=20, help="of the sampler (default: 20)")
    parser.add_argument(
        "--force", action="store_true", help="overwrite PAGE even if it is no report"
    )
    parser.set_defaults(run=_report)


def _share(text: str) -> float:
    """A share of one, written as 0.75 or 75%."""
    value = float(text.rstrip("% ")) / (100 if text.rstrip().endswith("%") else 1)
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(
            f"expected a rate between 0 and 1, found '{text}'; write 0.75 or 75%"
        )
    return value


def _ratio(text: str) -> float:
    """A ratio, written as 3, 0.25 or 1/4."""
    try:
        return float(Fraction(text.strip()))
    except (ValueError, ZeroDivisionError):
        raise argparse.ArgumentTypeError(
            f"expected a positive number, found '{text}'; write 3, 0.25 or 1/4"
        ) from None


def _report(options: argparse.Namespace) -> int:
    from shrinkage.report import OutcomesError, ReportError, Words, in_short, write_report

    try:
        path, analysis = write_report(
            options.source,
            options.output,
            standard=options.standard,
            cost_ratio=options.cost_ratio,
            severity=options.severity,
            seed=options.seed,
            title=options.title,
            unit=options.unit,
            rate=options.rate,
            force=options.force,
        )
    except (OutcomesError, ReportError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"Written: {path}")
    for sentence in in_short(analysis, Words(options.unit, options.rate)):
        print(textwrap.fill(sentence, 88, initial_indent="- ", subsequent_indent="  "))
    if not analysis.sound:
        print("Do not use these numbers: the checks on the page say why.", file=sys.stderr)
    return 0 if analysis.sound else 1


def _add_release(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "release",
        help="make the exercises from the solutions, for everybody or for each student",
        description=(
            "Make the notebooks that students open from the solutions. With a roster, each student "
            "is handed the same exercises about a clinic of their own, DIR/STUDENT/NN_….ipynb; run "
            "again, it writes what is new and leaves a notebook that somebody has worked in."
        ),
    )
    parser.add_argument(
        "--from",
        dest="source",
        type=Path,
        default=Path("solutions"),
        metavar="DIR",
        help="where the solutions are (default: solutions)",
    )
    parser.add_argument(
        "--to",
        dest="target",
        type=Path,
        metavar="DIR",
        help="where the exercises go (default without a roster: exercises)",
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail if an exercise is out of date"
    )
    personal = parser.add_argument_group("for each student a clinic of their own")
    personal.add_argument(
        "--roster",
        type=Path,
        metavar="CSV",
        help="the students: a column 'student' and perhaps 'group', or Canvas' or Moodle's export",
    )
    personal.add_argument(
        "--exercise",
        dest="exercises",
        action="append",
        metavar="NN",
        help="hand out this one; may be given more than once (default: all)",
    )
    personal.add_argument(
        "--secret",
        type=Path,
        metavar="FILE",
        help="the file from which all clinics follow, made at first use "
        "(default: clinics-secret.json beside DIR)",
    )
    personal.add_argument(
        "--by",
        choices=("student", "group"),
        help="who has a clinic of their own (default: student)",
    )
    personal.add_argument(
        "--force",
        action="store_true",
        help="write over out-of-date notebooks even if somebody has worked in them",
    )
    parser.set_defaults(run=_release)


def _release(options: argparse.Namespace) -> int:
    from shrinkage.exercises.release import ReleaseError, release

    if options.roster:
        return _hand_out(options)
    alone = ("exercises", "secret", "by", "force")
    if given := [name for name in alone if getattr(options, name)]:
        option = given[0].removesuffix("s")
        print(f"--{option} is about the students of a roster: add --roster CSV.", file=sys.stderr)
        return 2
    target = options.target or Path("exercises")
    try:
        different = release(options.source, target, check=options.check)
    except ReleaseError as error:
        print(error, file=sys.stderr)
        return 2
    for path in different:
        if not (options.source / path.name).exists():
            print(f"{path}: no solution of this name; delete it or write the solution")
        else:
            print(f"{path}: {'differs from its solution' if options.check else 'written'}")
    if options.check and different:
        print("Run `shrinkage release`.")
        return 1
    if not different:
        print("All exercises agree with their solutions.")
    return 0


def _hand_out(options: argparse.Namespace) -> int:
    from shrinkage.exercises.release import ReleaseError
    from shrinkage.grading.clinics import SecretError, beside
    from shrinkage.grading.handout import HandoutError, hand_out
    from shrinkage.grading.roster import RosterError, read_roster

    target = options.target
    if target is None or options.check:
        wrong = "--check is about the exercises of everybody: leave it or --roster away."
        missing = "--roster needs --to DIR, a folder in which each student gets a folder."
        print(wrong if options.check else missing, file=sys.stderr)
        return 2
    path = options.secret or beside(target)
    try:
        roster = read_roster(options.roster)
        made = hand_out(
            options.source,
            target,
            roster,
            path,
            exercises=options.exercises or (),
            by=options.by or "student",
            force=options.force,
        )
    except (ReleaseError, HandoutError, RosterError, SecretError) as error:
        print(error, file=sys.stderr)
        return 2
    for notebook in made.kept:
        print(f"{notebook}: out of date, but somebody has worked in it; left as it is")
    print(
        f"{target}: students: {len(roster)}; notebooks written: {len(made.written)}, "
        f"up to date: {made.same}, left as they are: {len(made.kept)}"
    )
    print(f"{path}: all clinics follow from it; keep it, and to yourself")
    return 0


def _add_new_exercise(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "new-exercise",
        help="begin an exercise of your own",
        description=(
            "Write a new exercise (a package of what it asks and how that is checked, its "
            "solution, its tests) and release it. It has one small task that works, to write "
            "your own over. In a checkout of the course it becomes one of the course's; in any "
            "other folder it is private, and nobody has it but you."
        ),
    )
    parser.add_argument("title", metavar="TITLE", help='a few words, such as "Two clinics"')
    parser.add_argument("--number", type=int, metavar="N", help="its number (default: next free)")
    parser.add_argument(
        "--in",
        dest="folder",
        type=Path,
        default=Path(),
        metavar="DIR",
        help="the folder to write into (default: the current one)",
    )
    parser.set_defaults(run=_new_exercise)


def _new_exercise(options: argparse.Namespace) -> int:
    from shrinkage.exercises.installed import VARIABLE
    from shrinkage.exercises.scaffold import ScaffoldError, new_exercise

    try:
        written, tasks = new_exercise(options.title, options.number, options.folder)
    except ScaffoldError as error:
        print(error, file=sys.stderr)
        return 2
    package, solution, tests, exercise = (Path(os.path.relpath(path)) for path in written)
    print(f"{package}: its tasks, a file each: what it asks, how it is checked, its hints")
    print(f"{solution}: its text and its answers, the source of what students open")
    print(f"{tests}: answers as students write them, right and wrong")
    print(f"{exercise}: what students open; `shrinkage release` makes it again")
    if tasks:
        print("Next, in each session, so that the exercise is found:")
        print(f"  export {VARIABLE}={shlex.quote(str(tasks))}")
        print(f"Then write over them, test them with `pytest {tests.parent}`, and release them:")
        print(f"  shrinkage release --from {solution.parent} --to {exercise.parent}")
        return 0
    run = f"EXERCISES={exercise.name[:2]} pytest tests/test_exercises.py {tests}"
    print(f"Next: write over them, then `{run}`.")
    print(f"To show it on the site, add `- file: exercises/{exercise.stem}` to _toc.yml.")
    return 0


def _add_translate(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "translate",
        help="collect the exercises' texts for a translation",
        description=(
            "Write the catalogue of a language, a .po file with every text that a card may show, "
            "keeping what is translated already. With SMALLN_LANGUAGE set to the language, cards "
            "speak it; what is not translated stays English."
        ),
    )
    parser.add_argument("language", metavar="LANGUAGE", help="such as de or pt_BR")
    parser.set_defaults(run=_translate)


def _translate(options: argparse.Namespace) -> int:
    from shrinkage.exercises.catalogue import catalogue

    try:
        path, done, all_of_them = catalogue(options.language)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{os.path.relpath(path)}: {done} of {all_of_them} texts are translated")
    return 0


def _add_grade(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "grade",
        help="grade a class's submissions of an exercise",
        description=(
            "Run every submission in a sandbox, on a clinic that no student has seen, and write a "
            "gradebook, files for Canvas, Moodle and Gradescope, a page of feedback a student and "
            "an overview of the class. Stopped and started again, it goes on where it was."
        ),
    )
    parser.add_argument(
        "submissions", type=Path, help="the folder of the submissions, or a zip of it"
    )
    parser.add_argument("--exercise", required=True, metavar="NN", help="such as 05")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="where the grades go"
    )
    parser.add_argument("--roster", type=Path, metavar="CSV", help="the students, as for `release`")
    parser.add_argument(
        "--secret",
        type=Path,
        metavar="FILE",
        help="the file from which all clinics follow (default: clinics-secret.json beside DIR)",
    )
    parser.add_argument(
        "--by",
        choices=("student", "group"),
        default="student",
        help="who was handed a clinic of their own (default: student)",
    )
    parser.add_argument(
        "--clinic", type=int, metavar="SEED", help="grade on this clinic (default: by the secret)"
    )
    parser.add_argument(
        "--source",
        type=Path,
        metavar="DIR",
        help="where the exercises are that were handed out (default: exercises)",
    )
    parser.add_argument(
        "--regrade",
        action="append",
        default=[],
        metavar="WHAT",
        help="a student to grade again, or a task (05.3) to judge again by what was handed in; "
        "may be given more than once",
    )
    parser.add_argument(
        "--round",
        type=_positive,
        metavar="N",
        help="from 2 on: grade on another clinic than before, because students have read their "
        "feedback and handed in again (default: the round that DIR is at)",
    )
    parser.add_argument(
        "--workers",
        type=_positive,
        metavar="N",
        help="submissions at a time (default: one a core)",
    )
    parser.add_argument(
        "--scheduler", default="", metavar="ADDRESS", help="a dask scheduler, tcp://…:8786"
    )
    parser.add_argument(
        "--cell-seconds",
        type=_positive,
        metavar="S",
        help="the most that a cell may take (default: 20 times what the solution's slowest takes "
        "here, and a minute at least)",
    )
    parser.add_argument(
        "--memory",
        type=_positive,
        default=2048,
        metavar="MB",
        help="the most that a submission may take (default: 2048)",
    )
    parser.add_argument(
        "--language", default="", metavar="NAME", help="of the feedback, such as de"
    )
    parser.add_argument(
        "--unsandboxed",
        action="store_true",
        help="run the submissions as you, with your files and your network; marks the gradebook",
    )
    parser.set_defaults(run=_grade)


def _positive(text: str) -> int:
    """A whole number from 1 up."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1 up, found '{text}'")
    return int(text)


def _grade(options: argparse.Namespace) -> int:
    from shrinkage.exercises.language import trouble
    from shrinkage.grading.outcome import GRADER_ERROR, STATUSES
    from shrinkage.grading.pool import PoolError
    from shrinkage.grading.run import Options, grade_class
    from shrinkage.grading.sandbox import SandboxError

    if options.language:
        os.environ["SMALLN_LANGUAGE"] = options.language
        if lacking := trouble():
            print(f"{lacking} The feedback is in English.", file=sys.stderr)
    if options.unsandboxed:
        print(
            "Without a sandbox, submissions can read, write and send whatever you can. The "
            "gradebook says so in each row.",
            file=sys.stderr,
        )
    try:
        outcomes = grade_class(
            options.submissions,
            options.exercise.zfill(2),
            options.out,
            Options(
                source=options.source,
                roster=options.roster,
                by=options.by,
                secret=options.secret,
                clinic=options.clinic,
                round=options.round,
                workers=options.workers,
                scheduler=options.scheduler,
                cell_seconds=options.cell_seconds,
                memory=options.memory,
                sandboxed=not options.unsandboxed,
                regrade=tuple(options.regrade),
                language=options.language,
            ),
            lambda sentence: print(sentence, file=sys.stderr, flush=True),
        )
    except (ValueError, SandboxError, PoolError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(
            f"\nStopped. What was graded is kept in {options.out / 'results'}; the same command "
            "goes on, and writes the gradebook and the pages when it has ended.",
            file=sys.stderr,
        )
        return 130
    except OSError as error:  # of a temporary folder, say, whose disk is full
        print(
            f"{error}. Once that is mended, run the same command again: what was graded is kept.",
            file=sys.stderr,
        )
        return 2
    counted = Counter(outcome.status for outcome in outcomes)
    print(f"{options.out}: " + ", ".join(f"{counted[s]} {s}" for s in STATUSES if counted[s]))
    for name, what in (
        ("overview.html", "what the class got wrong, and what a human should look at"),
        ("feedback/", "a page a student"),
        ("gradebook.csv", "and canvas.csv, moodle.csv, gradescope/: the points"),
    ):
        print(f"{options.out / name}: {what}")
    if failed := counted[GRADER_ERROR]:
        print(
            f"The grader itself failed on {failed} of them: see the overview for why. The same "
            "command tries these again.",
            file=sys.stderr,
        )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
