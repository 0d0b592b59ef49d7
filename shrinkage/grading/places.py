"""Folders and zips alike, as a tree to look into: nothing is unpacked and no link is followed.

What is in a folder of submissions was made by many people. A file is opened only to read one
regular file of bounded size; sizes that a zip claims are not believed.
"""

from __future__ import annotations

import io
import os
import stat
import time
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from shrinkage.exercises.language import words

MOST_BYTES = 20_000_000  # of one file; the longest solution has 20 kB, and outputs do not count
MOST_ENTRIES = 20_000  # of one folder or zip
DEEPEST_ZIP = 2  # a class's zip of the students' own

COMPRESSED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others may ask for memory without bound


class Unread(Exception):
    """A file or zip that is left unread; `why` says the reason and what to do.

    `str` of an exception would lose what `words` remembers.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Entry:
    """A file or a folder.

    Attributes:
        name: its name, printable.
        path: the way to it from the folder of submissions.
        modified: seconds since 1970; 0 if unknown.
        problem: why it is not opened; empty for an ordinary file or folder.
        read: its bytes, or `Unread`.
        look: what is in it, or `Unread`; None for a file.
    """

    name: str
    path: str
    modified: float = 0.0
    problem: str = ""
    read: Callable[[], bytes] = field(default=lambda: b"", compare=False)
    look: Callable[[], list[Entry]] | None = field(default=None, compare=False)

    @property
    def hidden(self) -> bool:
        """Whether an editor or a system put it there, such as a checkpoint."""
        return self.name.startswith((".", "__MACOSX", "~$"))


def plain(text: str) -> str:
    """A name that can be printed and stored, composed (NFC), without breaks or stray spaces."""
    text = unicodedata.normalize("NFC", text.encode("utf-8", "backslashreplace").decode())
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def folder_entries(folder: Path, path: str = "") -> list[Entry]:
    """What is in a folder; raises `Unread`."""
    try:
        with os.scandir(folder) as found:
            entries = [_on_disk(entry, path) for entry in islice(found, MOST_ENTRIES + 1)]
    except OSError as error:
        raise _refused(path or plain(str(folder)), error) from None
    return _few(entries, path or plain(str(folder)))


def zip_entries(source: Path | Callable[[], bytes], path: str, depth: int = 1) -> list[Entry]:
    """What is in a zip, by its path or what reads it; raises `Unread`."""
    infos: dict[str, zipfile.ZipInfo] = {}
    with _opened(source, path) as archive:
        for info in _few(archive.infolist(), path):
            # `..` and `/` lead nowhere, as nothing is written; some zips have them in all honesty
            parts = _decoded(info).replace("\\", "/").split("/")
            parts = [plain(part) for part in parts if part not in ("", ".", "..")]
            if parts and not info.is_dir():
                infos["/".join(parts)] = info
    return _branch(infos, source, path, depth)


def _few[T](entries: list[T], path: str) -> list[T]:
    if len(entries) > MOST_ENTRIES:
        raise Unread(
            words(
                "'{path}' holds more than {most} files. Keep the notebooks alone.",
                path=path,
                most=f"{MOST_ENTRIES:,}",
            )
        )
    return entries


def _branch(
    infos: dict[str, zipfile.ZipInfo], source: Path | Callable[[], bytes], path: str, depth: int
) -> list[Entry]:
    """The entries at the head of the names in a zip, each folder with what is below it."""
    below: dict[str, dict[str, zipfile.ZipInfo]] = {}
    entries: list[Entry] = []
    for name, info in infos.items():
        head, slash, rest = name.partition("/")
        if slash:
            below.setdefault(head, {})[rest] = info
        else:
            entries.append(_in_zip(head, info, source, f"{path}/{head}", depth))
    for head, rest in below.items():
        inside = f"{path}/{head}"
        entries.append(
            Entry(head, inside, look=lambda r=rest, i=inside: _branch(r, source, i, depth))
        )
    return entries


def _in_zip(
    name: str, info: zipfile.ZipInfo, source: Path | Callable[[], bytes], path: str, depth: int
) -> Entry:
    problem = ""
    if stat.S_ISLNK(info.external_attr >> 16):
        problem = words(
            "'{path}' is a link, and links are not followed. Hand in the notebook itself.",
            path=path,
        )
    elif info.flag_bits & 1:
        problem = words("'{path}' is protected by a password. Zip it without one.", path=path)
    elif info.compress_type not in COMPRESSED:
        problem = words(
            "'{path}' is compressed in an unusual way. Zip it with your system's own means.",
            path=path,
        )

    def read() -> bytes:
        _bounded(b"", info.file_size, path)
        with _opened(source, path) as archive:
            try:
                with archive.open(info) as member:
                    return _bounded(member.read(MOST_BYTES + 1), info.file_size, path)
            except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
                raise Unread(
                    words(
                        "'{path}' cannot be unpacked ({error}). Zip it again.",
                        path=path,
                        error=_first_line(error),
                    )
                ) from None

    look = None
    if name.lower().endswith(".zip"):
        look = _looks_into_zip(read, path, depth + 1)
    try:
        modified = time.mktime((*info.date_time, 0, 0, -1))
    except (ValueError, OverflowError):
        modified = 0.0
    return Entry(name, path, modified, problem, read, look)


def _looks_into_zip(
    source: Path | Callable[[], bytes], path: str, depth: int
) -> Callable[[], list[Entry]]:
    def look() -> list[Entry]:
        if depth > DEEPEST_ZIP:
            raise Unread(
                words("'{path}' is a zip in a zip in a zip. Zip the notebook alone.", path=path)
            )
        return zip_entries(source, path, depth)

    return look


def _on_disk(entry: os.DirEntry[str], above: str) -> Entry:
    name = plain(entry.name)
    path = f"{above}/{name}" if above else name
    where = Path(entry.path)
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError as error:
        return Entry(name, path, problem=_refused(path, error).why)
    mode, modified = status.st_mode, status.st_mtime
    if stat.S_ISLNK(mode):
        problem = words(
            "'{path}' is a link, and links are not followed. Put the notebook itself there.",
            path=path,
        )
        return Entry(name, path, modified, problem)
    if stat.S_ISDIR(mode):
        return Entry(name, path, modified, look=lambda: folder_entries(where, path))
    if not stat.S_ISREG(mode):
        problem = words(
            "'{path}' is neither a file nor a folder. Put the notebook itself there.", path=path
        )
        return Entry(name, path, modified, problem)

    def read() -> bytes:
        return _read_file(where, path)

    look = _looks_into_zip(read, path, 1) if name.lower().endswith(".zip") else None
    return Entry(name, path, modified, read=read, look=look)


def _read_file(where: Path, path: str) -> bytes:
    flags = os.O_RDONLY
    for flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"):  # what has come there since, and Windows
        flags |= getattr(os, flag, 0)
    try:
        with os.fdopen(os.open(where, flags), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise Unread(
                    words("'{path}' is no longer a file. Put the notebook there.", path=path)
                )
            if status.st_size > MOST_BYTES:
                return _bounded(b"", status.st_size, path)
            return _bounded(file.read(MOST_BYTES + 1), status.st_size, path)
    except OSError as error:
        raise _refused(path, error) from None


def _bounded(content: bytes, claimed: int, path: str) -> bytes:
    size = max(len(content), claimed)
    if size > MOST_BYTES:
        raise Unread(
            words(
                "'{path}' has {size} MB; at most {most} MB are read. Clear the outputs (in "
                "Jupyter: Edit, Clear Outputs of All Cells), save it and hand it in again.",
                path=path,
                size=f"{size / 1e6:,.0f}",
                most=f"{MOST_BYTES / 1e6:,.0f}",
            )
        )
    return content


def _opened(source: Path | Callable[[], bytes], path: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(source if isinstance(source, Path) else io.BytesIO(source()))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Unread(
            words(
                "'{path}' is not a zip ({error}). Zip it again.",
                path=path,
                error=_first_line(error),
            )
        ) from None
    except OSError as error:
        raise _refused(path, error) from None


def _decoded(info: zipfile.ZipInfo) -> str:
    """The member's name; many systems write UTF-8 and do not say so."""
    if not info.flag_bits & 0x800:
        try:
            return info.filename.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass
    return info.filename


def _refused(path: str, error: OSError) -> Unread:
    reason = error.strerror or type(error).__name__
    return Unread(
        words(
            "'{path}' cannot be read ({reason}). Let it be read by whoever grades.",
            path=path,
            reason=reason,
        )
    )


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
