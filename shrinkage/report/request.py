"""What was asked for: the options of a report, in Python and of the command alike."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from shrinkage.report.refusal import ReportError

#: Told what is being done and which share of it is done, from 0 to 1.
Progress = Callable[[str, float], None]
COST_RATIO = 0.25  # missing a poor doctor is a quarter as bad as accusing a good one


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
        if not (math.isfinite(self.cost_ratio) and self.cost_ratio > 0):
            raise ReportError(
                f"The cost ratio must be a positive number, found {self.cost_ratio:g}; write 3 if "
                "missing a doctor below the standard is three times as bad as accusing one who "
                "meets it, and 1/3 if accusing is three times as bad as missing."
            )
        if not math.isfinite(self.mu_loc):
            raise ReportError(
                f"The hyperprior of mu_pop must have a finite mean, found {self.mu_loc:g}; "
                "write its mean and its standard deviation in log-odds, such as 0,1.5."
            )
        for name, scale in (("mu_pop", self.mu_scale), ("sigma_pop", self.sigma_scale)):
            if not (math.isfinite(scale) and scale > 0):
                raise ReportError(
                    f"The scale of the hyperprior of {name} must be a positive number of log-odds, "
                    f"found {scale:g}; the course's are 1.5 for mu_pop and 1 for sigma_pop."
                )
        if self.publish and self.notebook:
            raise ReportError(
                "A notebook shows every count, so it is not made together with --publish. "
                "Leave one of the two out."
            )

    @property
    def dictionary(self) -> Path | None:
        """Where the data dictionary of the CSV file goes."""
        return self.csv and self.csv.with_name(f"{self.csv.stem}_columns.csv")

    @property
    def files(self) -> tuple[Path, ...]:
        """All that is written, the page first."""
        files = (self.output, self.csv, self.dictionary, self.notebook)
        return tuple(path for path in files if path is not None)
