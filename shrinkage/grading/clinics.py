"""Whose clinic is which, from one secret of the instructor's.

Every seed is a digest of the secret, the exercise and the student, so the secret's file is all that
has to be kept: with it the same clinics come about on any machine, in any order, for a class that
has grown. Clinics that are handed out have even seeds and those that are graded on odd ones, so no
student has ever seen the clinic of the grade.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from shrinkage.data.another import LARGEST
from shrinkage.grading.roster import Student

NAME = "clinics-secret.json"
VERSION = 1
By = Literal["student", "group"]
"""Who shares a clinic: nobody, or the students of a group."""


class SecretError(ValueError):
    """The file of the secret cannot be read or written; the message says why and what to do."""


@dataclass(frozen=True)
class Secret:
    """What all seeds of a class are derived from; 32 bytes that are never shown."""

    key: bytes = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """A word that differs from secret to secret and gives none of them away."""
        return self.digest("fingerprint").hex()[:16]

    def digest(self, *label: str | int) -> bytes:
        """32 bytes for a label, of which those of other labels say nothing."""
        return hmac.digest(self.key, json.dumps(label).encode(), hashlib.sha256)


def handed_out(secret: Secret, exercise: str, whom: str, *, by: By = "student") -> int:
    """The seed of the clinic that a student, or a group, is handed for an exercise; it is even."""
    return _seed(secret, "handed out", by, exercise, whom) & ~1


def clinic_of(student: Student, secret: Secret, exercise: str, by: By) -> int:
    """The seed of a student's clinic, which is the group's where that is asked for."""
    whom = student.group if by == "group" and student.group else student.student
    return handed_out(secret, exercise, whom, by=by)


def unseen(secret: Secret, exercise: str, attempt: int = 0) -> int:
    """The seed of the clinic that all are graded on; it is odd, and nobody was handed it.

    `attempt` counts up where a clinic will not do, because the exercise's own solution misses a
    point on it.
    """
    return _seed(secret, "unseen", exercise, attempt) | 1


def _seed(secret: Secret, *label: str | int) -> int:
    return int.from_bytes(secret.digest(*label)) & LARGEST


def beside(folder: Path) -> Path:
    """Where the secret of a class is unless said otherwise: beside a folder, never within it."""
    return folder.absolute().parent / NAME


def open_secret(path: Path, *, outside: Path | None = None) -> Secret:
    """The secret in a file, which is made at first use and never written again.

    Raises `SecretError` where it cannot be read or made, or would lie in the folder that it has to
    be outside of, because that one is handed out.
    """
    if outside is not None and path.resolve().is_relative_to(outside.resolve()):
        raise SecretError(
            f"{path}: expected a file outside {outside}, because that folder is handed out, found "
            "one within it. Name another one with --secret."
        )
    try:
        return _made(path)
    except FileExistsError:
        return read_secret(path)
    except OSError as error:
        raise SecretError(
            f"{path}: the class's secret cannot be written ({error.strerror}). "
            "Name a file in a folder of yours with --secret."
        ) from None


def read_secret(path: Path) -> Secret:
    """The secret in a file; raises `SecretError` where there is none or it is damaged."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise SecretError(
            f"{path}: expected the class's secret, found no such file. It is written when the "
            "exercises are handed out; name it with --secret, or copy it back from a backup."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a text file"
        raise SecretError(
            f"{path}: the class's secret cannot be read ({reason}). {_RESTORE}"
        ) from None
    try:
        kept = json.loads(text)
        version, secret = kept["version"], kept["secret"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _damaged(path, "something else") from None
    if version != VERSION:
        raise _damaged(path, f"version {str(version)[:20]}, which another release may know")
    if not isinstance(secret, str) or not re.fullmatch("[0-9a-f]{64}", secret):
        raise _damaged(path, "a secret that was cut or changed")
    return Secret(bytes.fromhex(secret))


_RESTORE = (
    "Copy it back from a backup. Without one, name another file with --secret: then everybody "
    "gets a new clinic, and the notebooks that were handed out are about old ones."
)


def _damaged(path: Path, found: str) -> SecretError:
    return SecretError(
        f"{path}: expected the class's secret, version {VERSION}, 64 hexadecimal digits, found "
        f"{found}. {_RESTORE}"
    )


def _made(path: Path) -> Secret:
    """A new secret, in a file that its owner alone can read; FileExistsError if there is one."""
    text = secrets.token_hex(32)
    about = "Whoever has this file knows every clinic of the class. Keep it, and to yourself."
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(file, "w", encoding="utf-8") as opened:
            json.dump({"about": about, "version": VERSION, "secret": text}, opened, indent=1)
    except OSError:  # a full disk: half a secret would be taken for a damaged one
        path.unlink()
        raise
    return Secret(bytes.fromhex(text))
