"""What a machine may lack: tests that need it are skipped there, and fail where a change lands."""

import os
from typing import NoReturn

import pytest


def lacking(message: str) -> NoReturn:
    """Skip the test with this message; fail it where $COMPLETE says that nothing may be lacking."""
    if os.environ.get("COMPLETE"):
        pytest.fail(message, pytrace=False)
    pytest.skip(message)
