"""Under pytest, a solution fails unless every check of it earns full points."""

import os

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item, nextitem):
    os.environ["SMALLN_STRICT"] = "1"  # the notebook's kernel inherits it
    try:
        return (yield)
    finally:
        del os.environ["SMALLN_STRICT"]
