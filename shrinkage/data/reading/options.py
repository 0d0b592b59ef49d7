"""The command's option that states which column is what: written, and read."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping

from shrinkage.data.reading.problems import OutcomesError
from shrinkage.data.reading.rules import RULES

ROLE = rf"\s*({'|'.join(RULES['roles'])})\s*="
PART = re.compile(
    rf'{ROLE}\s*(?:"((?:[^"]|"")*)"|(.*?))\s*(?:,(?={ROLE})|$)', re.DOTALL
)  # role, heading in quotation marks, heading without
PART_BEGINS = re.compile(rf",{ROLE}")


def option(columns: Mapping[str, str]) -> str:
    """What states some columns on the command line."""
    text = ",".join(f"{role}={_apart(heading)}" for role, heading in columns.items())
    return f"--columns {quoted(text)}"


def _apart(heading: str) -> str:
    """A heading in quotation marks, if it could be taken for two parts of an option."""
    if not PART_BEGINS.search(heading) and not heading.startswith('"'):
        return heading
    doubled = heading.replace('"', '""')
    return f'"{doubled}"'


def quoted(text: str) -> str:
    """A text as one argument of a command."""
    return f"'{text}'" if "'" not in text else shlex.quote(text)


def parse_option(text: str) -> dict[str, str]:
    """The columns that an option states: 'unit=Hospital,trials=Cases, n,failures=Deaths'.

    A heading may contain commas: the next role begins at the next ',role='. One that has that
    inside stands in double quotation marks: 'failures="Deaths, rate=30"'.

    Raises
    ------
    OutcomesError
        If a part is no 'role=heading', or a role stands there twice.
    """
    roles, at = {}, 0
    while at < len(text) and (part := PART.match(text, at)):
        if part[1] in roles:
            raise OutcomesError(
                f"--columns '{text}': '{part[1]}' stands there twice. State one column for it.",
                "option",
            )
        roles[part[1]] = part[3] if part[2] is None else part[2].replace('""', '"')
        at = part.end()
    if not roles or at < len(text):
        raise OutcomesError(
            f"--columns '{text}': expected role=heading, separated by commas, such as "
            "unit=Hospital,trials=Cases,failures=Deaths. The roles are "
            f"{', '.join(RULES['roles'])}.",
            "option",
        )
    return roles
