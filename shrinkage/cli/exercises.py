"""`shrinkage release`, `new-exercise` and `translate`: what instructors do to exercises."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from pathlib import Path


def add_release(commands: argparse._SubParsersAction) -> None:
    """Add `release` to the commands."""
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


def add_new_exercise(commands: argparse._SubParsersAction) -> None:
    """Add `new-exercise` to the commands."""
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


def add_translate(commands: argparse._SubParsersAction) -> None:
    """Add `translate` to the commands."""
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
