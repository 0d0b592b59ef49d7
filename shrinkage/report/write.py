"""Write the page; of existing files, overwrite only a report that has not been changed."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path

from shrinkage.data import load_outcomes
from shrinkage.report.analysis import analyse
from shrinkage.report.decision import COST_RATIO
from shrinkage.report.findings import Analysis
from shrinkage.report.page import render
from shrinkage.report.refusal import ReportError

_SEAL = re.compile(rb"<!-- shrinkage report ([0-9a-f]{64}) -->\n?\Z")


def write_report(
    source: str | Path,
    output: str | Path | None = None,
    *,
    standard: float | None = None,
    cost_ratio: float = COST_RATIO,
    severity: bool | None = None,
    seed: int = 20,
    title: str | None = None,
    unit: str = "doctor",
    rate: str = "success rate",
    force: bool = False,
) -> tuple[Path, Analysis]:
    """Read a CSV file, fit and check the course's model, and write the report.

    Parameters
    ----------
    source : str or Path
        As for `shrinkage.data.load_outcomes`.
    output : str or Path, optional
        The page; by default beside the file, ``my.csv`` to ``my_report.html``.
    standard, cost_ratio, severity, seed
        As for `analyse`.
    title, unit, rate
        As for `render`.
    force : bool
        Overwrite whatever stands at ``output``, but never ``source``.

    Returns
    -------
    tuple of Path and Analysis
        Where the page is, and what it says.

    Raises
    ------
    OutcomesError
        If the file cannot be read.
    ReportError
        If no report can be made of it, or the page may not be written there.
    """
    source = Path(source)
    output = source.with_name(f"{source.stem}_report.html") if output is None else Path(output)
    outcomes = load_outcomes(source)
    _check_target(source, output, force)  # before the minutes of fitting, and again after them
    analysis = analyse(
        outcomes, standard=standard, cost_ratio=cost_ratio, severity=severity, seed=seed
    )
    page = render(analysis, source=source.name, title=title, unit=unit, rate=rate)
    _check_target(source, output, force)
    _write(output, seal(page))
    return output, analysis


def seal(page: str) -> bytes:
    """The page with a last line, its checksum, that shows a later run whether it was changed."""
    text = page.rstrip("\n").encode() + b"\n"
    return text + b"<!-- shrinkage report %s -->\n" % hashlib.sha256(text).hexdigest().encode()


def is_ours(content: bytes) -> bool:
    """Whether this is a report, just as it was written."""
    found = _SEAL.search(content)
    if not found:
        return False
    return hashlib.sha256(content[: found.start()]).hexdigest().encode() == found[1]


def _check_target(source: Path, output: Path, force: bool) -> None:
    if output.exists() and output.samefile(source):
        raise ReportError(
            f"{output} is the file with the data. Give the page another name with --output."
        )
    if output.is_dir():
        raise ReportError(
            f"{output} is a folder. Give the name of the page too, such as "
            f"{output / (source.stem + '_report.html')}."
        )
    if not output.parent.is_dir():
        raise ReportError(f"There is no folder {output.parent}. Make it first.")
    if output.exists() and not force and not is_ours(_read(output)):
        raise ReportError(
            f"{output} exists and is not a report just as this command wrote it. "
            "Give another name with --output, or overwrite it with --force."
        )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ReportError(f"{path} cannot be read: {error.strerror}.") from None


def _write(output: Path, content: bytes) -> None:
    """Write in one step: either the whole page is there or what was there before."""
    output = output.resolve()
    try:
        handle, name = tempfile.mkstemp(dir=output.parent, prefix=".report-", suffix=".html")
    except OSError as error:
        raise ReportError(f"{output} cannot be written: {error.strerror}.") from None
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(output)
    except OSError as error:
        raise ReportError(f"{output} cannot be written: {error.strerror}.") from None
    finally:
        temporary.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
