"""What stands for nothing ('NA', '–') and what is withheld because it is small ('<5', '*')."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from shrinkage.data.reading.problems import listed
from shrinkage.data.reading.rules import RULES

MISSING_WORDS = set(RULES["missing"])
UNAVAILABLE_WORDS = set(RULES["unavailable"])  # not because it is small: no bound holds for it
HIDDEN_WORDS = {*RULES["suppressed"], *RULES["unavailable"]}


def is_missing(text: str) -> bool:
    """Whether a text stands for a value that is not known."""
    return text.casefold() in MISSING_WORDS


def suppressed(text: str) -> tuple[float, float] | None:
    """The bounds that a withheld count states, NaN where it states none; None if it is not one."""
    plain = " ".join(text.casefold().split())
    if plain in HIDDEN_WORDS:
        return np.nan, np.nan
    for starts, less in ((RULES["at_most"], 0), (RULES["fewer_than"], 1)):
        for start in starts:
            rest = plain[len(start) :].strip()
            if plain.startswith(start) and rest.isdecimal():
                return 0.0, float(int(rest) - less)
    for mark in RULES["range_marks"]:
        ends = [part.strip() for part in plain.split(mark)]
        if len(ends) == 2 and all(end.isdecimal() for end in ends) and int(ends[0]) < int(ends[1]):
            return float(ends[0]), float(ends[1])
    return None


def basis(texts: Sequence[str], zeros: bool, stated: tuple[int, int] | None) -> str:
    """On what the bounds of withheld counts rest, in a sentence; '' where they have none.

    Parameters
    ----------
    texts : sequence of str
        The different texts of the column.
    zeros : bool
        Whether some of them are 0.
    stated : (int, int) or None
        The bounds that `read` was given.
    """
    bounds = {text: ends for text in texts if (ends := suppressed(text))}
    own = {text: ends for text, ends in bounds.items() if not np.isnan(ends[0])}
    from_none = {text: most for text, (least, most) in own.items() if least == 0}
    if stated is not None and len(from_none) + len(bounds) > len(own):
        option = f"--suppressed {stated[0]},{stated[1]}"
        if beyond := [text for text, most in from_none.items() if stated[0] > most]:
            return f"{option} was not taken for {listed(beyond)}, which does not allow it."
        cut = [text for text, most in from_none.items() if stated[1] > most]
        allows = f", as far as {listed(cut)} allows" if cut else ""
        return f"The bounds of withheld counts are what {option} states{allows}."
    if not own:
        return ""
    says = "says" if len(own) == 1 else "say"
    said = f"The bounds of withheld counts are what {listed(list(own))} {says}"
    raised = {text: most for text, most in from_none.items() if most and not text[0].isdecimal()}
    if not (zeros and stated is None and raised):
        return f"{said}."
    which = "" if len(raised) == len(own) else f" for {listed(list(raised))}"
    return (
        f"{said}, without 0{which}, because the column shows zeros elsewhere; if 0 is withheld "
        f"too, add --suppressed 0,{max(raised.values()):.0f}."
    )
