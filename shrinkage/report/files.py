"""Write the report's files, all or none; overwrite only what a report wrote and nobody changed.

The page ends in a seal: its own checksum, and those of the files that were written with it.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from shrinkage.report.refusal import ReportError

_SEAL = re.compile(rb"<!-- shrinkage report ([0-9a-f]{64})((?: [0-9a-f]{64})*) -->\n?\Z")


def seal(page: str, others: tuple[bytes, ...] = ()) -> bytes:
    """The page with a last line that shows a later run whether it, or its files, were changed."""
    text = page.rstrip("\n").encode() + b"\n"
    sums = " ".join([_sum(text), *(_sum(other) for other in others)])
    return text + f"<!-- shrinkage report {sums} -->\n".encode()


def is_ours(content: bytes) -> bool:
    """Whether this is a page, just as it was written."""
    found = _SEAL.search(content)
    return found is not None and _sum(content[: found.start()]).encode() == found[1]


def check(source: Path, files: tuple[Path, ...], force: bool) -> None:
    """Refuse to write where something would be lost, or nothing can be written.

    Parameters
    ----------
    source : Path
        The file with the data.
    files : tuple of Path
        What is to be written, the page first.
    force : bool
        Overwrite whatever stands there, but never the data.

    Raises
    ------
    ReportError
    """
    page = files[0]
    old = _read(page) if page.is_file() else b""
    sealed = _SEAL.search(old) if is_ours(old) else None
    known = sealed[2].decode().split() if sealed else []
    for path in files:
        option = (
            "--output" if path == page else f"--{'notebook' if path.suffix == '.ipynb' else 'csv'}"
        )
        if path.exists() and source.exists() and path.samefile(source):
            raise ReportError(f"{path} is the file with the data. Give another name with {option}.")
        if sum(path.resolve() == other.resolve() for other in files) > 1:
            raise ReportError(
                f"{path} is to be two files at once. Give another name with {option}."
            )
        if path.is_dir():
            raise ReportError(
                f"{path} is a folder. Give the file's name too, such as "
                f"{path / (source.stem + '_report.html')}."
            )
        if not path.parent.is_dir():
            raise ReportError(f"There is no folder {path.parent}. Make it first.")
        if not path.exists() or force:
            continue
        if sealed if path == page else _sum(_read(path)) in known:
            continue
        raise ReportError(
            f"{path} exists and is not just as a report of this page wrote it. "
            f"Give another name with {option}, or overwrite it with --force."
        )


def write(contents: Mapping[Path, bytes]) -> None:
    """Write all files; what was there before stays until all are on the disk.

    Raises ReportError where one cannot be written.
    """
    ready: list[tuple[Path, Path]] = []
    try:
        for path, content in contents.items():
            ready.append((_temporary(path.resolve(), content), path.resolve()))
        for temporary, path in ready:
            temporary.replace(path)
    except OSError as error:
        raise ReportError(f"{path} cannot be written: {error.strerror}.") from None
    finally:
        for temporary, _ in ready:
            temporary.unlink(missing_ok=True)


def _temporary(path: Path, content: bytes) -> Path:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".report-", suffix=path.suffix)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        temporary.chmod(0o666 & ~_umask())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ReportError(f"{path} cannot be read: {error.strerror}.") from None


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
