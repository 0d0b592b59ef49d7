"""The report's table of checks on the model: its own tables, the caseload, the hyperpriors."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from shrinkage.report.check_lines import Line, file_lines, number_lines
from shrinkage.report.findings import Analysis, Check
from shrinkage.report.pooling_caveats import caseload_option, rank_numbers, size
from shrinkage.report.wording import Words, capital, plural, signed


def check_tables(a: Analysis, w: Words) -> list[list[Line]]:
    """The tables of checks: on the file, on the numbers, on the model."""
    return [file_lines(a, w), number_lines(a, w), model_lines(a, w)]


def model_lines(a: Analysis, w: Words) -> list[Line]:
    """The posterior predictive checks, the caseload, and the hyperprior."""
    made: dict[str, Callable[[Check, Words], Line]] = {
        "spread": _predictive,
        "farthest": _predictive,
        "caseload": _predictive,
        "volume": partial(_volume, a),
        "hyperprior": _hyperprior,
    }
    return [made[check.name](check, w) for check in a.checks if check.name in made]


def _predictive(check: Check, w: Words) -> Line:
    n = {name: float(value) for name, value in check.numbers.items()}
    if check.name == "caseload":
        n = rank_numbers(check, w)
    high = n["above"] < 0.5
    differ = "more" if high else "less"
    kind = w.scale.kind
    success = "success " if w.scale.failures else ""
    several = f"rates of {success.strip()}" if success and not w.scale.is_ratio else f"{kind}s"
    shown = kind if w.scale.is_ratio else f"{success}rate"
    what, strange = {
        "spread": (
            f"Spread of the {w.units}' raw {w.scale.kind}s (1 would be chance alone)",
            f"The {w.units} differ {differ} than the model's own; a normal population may not suit "
            "them.",
        ),
        "farthest": (
            f"The {w.unit} farthest from what all together imply, in units of that spread",
            f"One {w.unit} stands apart {differ} than in the model's tables. A normal population "
            "pulls a true outlier too far in.",
        ),
        "caseload": (
            f"Rank correlation of {size(w)} and raw {shown}",
            f"{capital(w.units)} with {'more' if w.scale.rates else 'a larger'} "
            f"{w.cases if w.scale.rates else size(w)} have {'higher' if high else 'lower'} "
            f"{several} than the model allows for. It treats them as exchangeable; here the "
            f"{size(w)} tells them apart.",
        ),
    }[check.name]
    return Line(
        what,
        signed(
            f"{n['observed']:.2f}; in 95 % of the model's own tables {n['low']:.2f} to "
            f"{n['high']:.2f}"
        ),
        check.good,
        "The model often draws such tables." if check.good else strange,
    )


def _volume(a: Analysis, check: Check, w: Words) -> Line:
    """Whether the rate goes with the caseload, or the ratio with what is expected."""
    rates = w.scale.rates
    what = f"{'Odds of success' if rates else 'Ratio'} with twice the {size(w)}"
    if (within := check.numbers.get("within")) is not None:
        return Line(
            what,
            "not computed",
            None,
            f"It takes the {w.units} as one population, and here they belong to different "
            f"{plural(str(within))}. {caseload_option(a, w)}",
        )
    if not check.numbers:
        return Line(
            what,
            "not computed",
            None,
            f"It needs five {w.units} or more, whose {size(w)} differs.",
        )
    mean, low, high = (float(check.numbers[name]) for name in ("mean", "low", "high"))
    worse = low >= 1  # of the small ones
    if w.scale.failures and not rates:  # the odds of what is rare are its rate
        mean, low, high = 1 / mean, 1 / high, 1 / low
    return Line(
        what,
        f"{mean:.2f} times as high (95 % credible interval {low:.2f} to {high:.2f})",
        check.good,
        f"The interval contains 1: the file shows no relation between {size(w)} and "
        f"{w.scale.kind}. It does not rule out one inside the interval."
        if check.good
        else f"{capital(w.units)} with a small {size(w)} do {'worse' if worse else 'better'} than "
        f"those with a large one, and pooling makes them look too {'good' if worse else 'bad'}. "
        f"{caseload_option(a, w)}",
    )


def _hyperprior(check: Check, w: Words) -> Line:
    n, what = check.numbers, "Hyperpriors half and twice as wide"
    unknown = (
        f"The sampler did not converge under {n['unknown']}, so what that one would say is not "
        "known. "
        if "unknown" in n
        else ""
    )
    if "which" not in n:
        return Line(what, "not known", None, unknown)
    which = f"under the one that changes most, {n['which']} at a scale of {float(n['scale']):g}"
    who, by = w.name(str(n["who"])), w.scale.difference(float(n["moved"]))
    moved = f"{who} moves by {by}"
    if not w.scale.is_ratio:
        typical = w.scale.move(float(n["usual"]), float(n["typical"]))
        moved = f"the typical {w.unit} moves {typical} and {who} by {by}"
    decides = " and the decision changes" if float(n["decides"]) else ""
    return Line(
        what,
        f"{which}, {moved}{decides}",
        check.good,
        unknown
        if check.good is not False
        else f"{unknown}The hyperprior speaks where the data do not. If you know the usual rate "
        "or the usual spread from elsewhere, state it with --mu-prior or --sigma-prior.",
    )
