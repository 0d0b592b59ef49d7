"""The command `shrinkage`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0 if all is well, 1 if a check failed, 2 if it could not run."""
    parser = argparse.ArgumentParser(
        prog="shrinkage", description="Tools for the course's exercises."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    _add_release(commands)
    options = parser.parse_args(arguments)
    return options.run(options)


def _add_release(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "release",
        help="make the exercises from the solutions",
        description="Make the notebooks that students open from the solutions.",
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
        default=Path("exercises"),
        metavar="DIR",
        help="where the exercises go (default: exercises)",
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail if an exercise is out of date"
    )
    parser.set_defaults(run=_release)


def _release(options: argparse.Namespace) -> int:
    from shrinkage.exercises.release import ReleaseError, release

    try:
        different = release(options.source, options.target, check=options.check)
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
