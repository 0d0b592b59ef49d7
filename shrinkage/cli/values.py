"""What the options of `shrinkage report` may be, written as people write them."""

from __future__ import annotations

import argparse
import re
from fractions import Fraction


def number(text: str) -> float:
    """A positive number or share, written as 0.75, 0,75, 75% or 1.5."""
    from shrinkage.report.refusal import ReportError
    from shrinkage.report.request import number as read

    try:
        return read(text)
    except ReportError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def ratio(text: str) -> float:
    """A ratio, written as 3, 0.25 or 1/4."""
    try:
        return float(Fraction(text.strip()))
    except (ValueError, ZeroDivisionError):
        raise argparse.ArgumentTypeError(
            f"expected a positive number, found '{text}'; write 3, 0.25 or 1/4"
        ) from None


def mean_and_sd(text: str) -> tuple[float, float]:
    """A mean and a standard deviation, written as 0,1.5."""
    try:
        mean, sd = (float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"expected a mean and a standard deviation in log-odds, found '{text}'; write 0,1.5"
        ) from None
    return mean, sd


def bounds(text: str) -> tuple[int, int]:
    """The smallest and the largest that a suppressed count may be, written as 1,4."""
    found = re.fullmatch(r"\s*(\d+)\s*[-–,]\s*(\d+)\s*", text)
    low, high = (int(found[1]), int(found[2])) if found else (1, 0)
    if low > high:
        raise argparse.ArgumentTypeError(
            f"expected what a suppressed count may be, at least and at most, found '{text}'; "
            "write 1,4 where the office suppresses 1 to 4, and 0,4 where it suppresses none too"
        )
    return low, high
