"""The command `shrinkage`, a module a kind of work."""

from shrinkage.cli.command import main

__all__ = ["main"]
