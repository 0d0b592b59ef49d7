"""The command's options in messages: that which states the columns, and all as Python has them.

A message is written for the command, with the option to add; `in_python` puts into its place an
argument of the function, as code that can be pasted.
"""

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
#: Options whose argument in Python has another name, or a value that is no text.
ARGUMENTS = {
    "sum": "sum_rows=True",
    "no-adjust": "adjust=False",
    "mu-prior": "mu_loc= and mu_scale=",
    "sigma-prior": "sigma_scale=",
    "publish": "publish=True",
    "force": "force=True",
    "strict": "strict=True",
    "sampler": "sampler=True",
}
OPTION = re.compile(
    r"(?<![\w-])--(?P<name>[a-z]+(?:-[a-z]+)*)"
    r"(?:[ =](?:(?P<quoted>(?:'[^'\n]*'|\"[^\"\n]*\")+)|(?P<low>\d+)[-,](?P<high>\d+)(?!\.?\d)"
    r"|(?P<word>[^\W\d]\w*)))?"
)
NAMED = {"by", "within", "adjust"}  # whose value may stand without quotation marks
#: What follows the name of such an option where it is spoken of, and is no value.
VERBS = {"cannot", "does", "expects", "keeps", "names", "needs"}


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


def in_python(message: str) -> str:
    """A message of the command with arguments of the function in the place of its options."""
    return OPTION.sub(_argument, message)


def _argument(found: re.Match[str]) -> str:
    name, word = found["name"], found["word"]
    if name in ARGUMENTS:
        return ARGUMENTS[name] + found[0][len(name) + 2 :]
    argument = f"{name.replace('-', '_')}="
    if found["low"]:
        return f"{argument}({found['low']}, {found['high']})"
    if found["quoted"]:
        return argument + repr(_value(name, shlex.split(found["quoted"])[0]))
    if word and name in NAMED and word not in VERBS:
        return argument + repr(word)
    return argument + found[0][len(name) + 2 :]


def _value(name: str, text: str) -> str | dict[str, str]:
    if name != "columns":
        return text
    try:
        return parse_option(text)
    except OutcomesError:
        return text
