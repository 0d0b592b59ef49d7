"""The command's parser: reports, and releasing, grading, adding and translating exercises."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from shrinkage.cli.exercises import add_new_exercise, add_release, add_translate
from shrinkage.cli.grade import add_grade
from shrinkage.cli.report import add_report


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0 if all is well, 1 if a check failed, 2 if it could not run."""
    parser = argparse.ArgumentParser(
        prog="shrinkage", description="Reports on your own data, and the course's exercises."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for add in (add_report, add_release, add_new_exercise, add_translate, add_grade):
        add(commands)
    options = parser.parse_args(arguments)
    try:
        return options.run(options)
    except BrokenPipeError:  # whoever read what was printed, `head` say, has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    except ValueError as error:
        from shrinkage.exercises.installed import ExercisesError  # slow to import

        if not isinstance(error, ExercisesError):
            raise
        print(error, file=sys.stderr)
        return 2
