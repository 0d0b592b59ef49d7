"""`shrinkage grade`: a class's submissions of an exercise."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from dataclasses import fields
from pathlib import Path


def add_grade(commands: argparse._SubParsersAction) -> None:
    """Add `grade` to the commands."""
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
        dest="sandboxed",
        action="store_false",
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
    options.regrade = tuple(options.regrade)
    if not options.sandboxed:
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
            Options(**{f.name: getattr(options, f.name) for f in fields(Options)}),
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
