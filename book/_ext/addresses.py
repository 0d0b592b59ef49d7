"""Addresses in a finished page that are relative to it, for a page that is to lie elsewhere."""

import re
from collections.abc import Callable

NAMED = re.compile(r'\b(?P<name>href|src|action|data-content_root)="(?P<address>[^"]*)"')
ABSOLUTE = re.compile(r"[a-z][a-z+.-]*:|/|#|$", re.I)  # or within the page itself


def changed(html: str, change: Callable[[str], str]) -> str:
    """A page with each relative address changed.

    Parameters
    ----------
    html : str
        The page.
    change : callable
        Takes a relative address and gives the one to write instead.
    """

    def address(found: re.Match) -> str:
        there = found["address"]
        return found[0] if ABSOLUTE.match(there) else f'{found["name"]}="{change(there)}"'

    return NAMED.sub(address, html)
