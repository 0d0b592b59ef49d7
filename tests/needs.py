"""Skips a test that needs what this machine lacks, or fails it where nothing may be lacking."""

import os
from typing import NoReturn

import pytest


def lacking(message: str) -> NoReturn:
    """Skip the test with this message; fail it where $COMPLETE says that nothing may be lacking."""
    if os.environ.get("COMPLETE"):
        pytest.fail(message, pytrace=False)
    pytest.skip(message)
