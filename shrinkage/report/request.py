"""What was asked for: the options of a report, in Python and of the command alike."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from shrinkage.report.findings import Hyperprior
from shrinkage.report.refusal import ReportError, check_options

#: Told what is being done and which share of it is done, from 0 to 1.
Progress = Callable[[str, float], None]
COST_RATIO = 0.25  # missing a poor unit is a quarter as bad as accusing a good one


def number(text: str) -> float:
    """A positive number or share, written as 0.75, 0,75, 75% or 1.5.

    Raises ReportError if it is none.
    """
    plain, share = text.strip(), 1
    if plain.endswith("%"):
        plain, share = plain.rstrip("% "), 100
    if "." not in plain:
        plain = plain.replace(",", ".", 1)
    try:
        value = float(plain) / share
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value > 0):
        raise ReportError(f"expected a positive number, found '{text}'; write 0.75 or 75%")
    return value


@dataclass(frozen=True)
class Request:
    """The options of one report; `shrinkage.report.report` says what each means."""

    source: Path
    output: Path
    columns: Mapping[str, str] | None = None
    sheet: str | None = None
    sum_rows: bool = False
    by: str | None = None
    suppressed: tuple[int, int] | None = None
    strict: bool = False
    standard: float | None = None
    cost_ratio: float = COST_RATIO
    adjust: str | Literal[False] | None = None
    within: str | None = None
    mu_loc: float = 0.0
    mu_scale: float = 1.5
    sigma_scale: float = 1.0
    sampler: bool = False
    seed: int = 20
    title: str | None = None
    unit: str | None = None
    rate: str | None = None
    period: str | None = None
    definition: str | None = None
    publish: bool = False
    csv: Path | None = None
    notebook: Path | None = None
    force: bool = False

    def __post_init__(self) -> None:
        check_options(None, self.cost_ratio, self.hyperprior)
        if self.publish and self.notebook:
            raise ReportError(
                "A notebook shows every count, so it is not made together with --publish. "
                "Leave one of the two out."
            )

    @property
    def hyperprior(self) -> Hyperprior:
        """That of ``mu_pop`` and ``sigma_pop``."""
        return Hyperprior(self.mu_loc, self.mu_scale, self.sigma_scale)

    @property
    def dictionary(self) -> Path | None:
        """Where the data dictionary of the CSV file goes."""
        return self.csv and self.csv.with_name(f"{self.csv.stem}_columns.csv")

    @property
    def files(self) -> tuple[Path, ...]:
        """All that is written, the page first."""
        files = (self.output, self.csv, self.dictionary, self.notebook)
        return tuple(path for path in files if path is not None)
