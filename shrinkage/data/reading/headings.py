"""What a heading means, by its words alone: the unit, the patients, what is counted."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

from shrinkage.data.reading.qualifiers import (
    OUTCOMES,
    abbreviated,
    changed,
    directions,
    unit_of_rate,
)
from shrinkage.data.reading.rules import RULES, words

SOFT_IDENTIFIERS = {"number", "no", "num", "nr"}  # 'Hospital no', but 'No of patients'
SURE, WEAK = 2, 1


@dataclass(frozen=True)
class Meaning:
    """What a heading seems to mean.

    Attributes
    ----------
    role : str or None
        A role of `columns=`, or 'undirected' (counts something, good or bad), 'identifier',
        'patient' (names a patient), 'covariate'; None if nothing is known of it.
    strength : int
        2 if every word of the heading is known, 1 if it has others beside.
    noun : str or None
        The unit in the singular, or the noun of the rate.
    scale : int or None
        The size of what a rate is of, where it is no percent: 1000 of 'per 1,000'.
    """

    role: str | None
    strength: int = 0
    noun: str | None = None
    scale: int | None = None


OF_PATIENTS = ("trials", "successes", "failures", "rate", "failure_rate", "expected", "ratio")
RATES = {"successes": "rate", "failures": "failure_rate", "undirected": "undirected rate"}


def plain(heading: str) -> str:
    """A heading without capitals and with single blanks, by which columns are named."""
    return " ".join(heading.casefold().split())


def own_name(heading: str) -> str:
    """A heading as the course's own name: 'Successes (n)' is 'successes'."""
    found = words(heading)
    if "no" in found and not abbreviated(heading):
        return plain(heading)
    kept = [word for word in found if word not in {"n", "number", "no", "count"}]
    return kept[0] if len(kept) == 1 and "%" not in heading else plain(heading)


@functools.lru_cache(maxsize=4096)
def meaning(heading: str) -> Meaning:
    """What a heading means by its words; the first rule that fits decides."""
    of_rate, scale = unit_of_rate(heading)
    found = list(of_rate)
    has = set(found)
    if not has or has & set(RULES["passed_over"]) or len(found) > 12:
        return Meaning(None)
    for rule in (_ratio, _identifier, _expected, _adjusted, _covariate, _counted, _cases, _unit):
        if decided := rule(heading, found, has):
            role = decided.role
            counts = role in OF_PATIENTS or (role or "").startswith("undirected")
            if counts and changed(found):
                return Meaning(None)
            if scale is None or not counts:
                return decided
            return replace(decided, role=RATES.get(role or "", role), scale=scale)
    return Meaning(None)


def _ratio(heading: str, found: list[str], has: set[str]) -> Meaning | None:
    parts = has & set(RULES["expected"]), has & {*RULES["undirected"], "observed"}
    alone = has & (set(RULES["ratios"]) - {"ratio"})
    told = {*RULES["adjusted"], *OUTCOMES}
    if alone or ("/" in heading and all(parts)) or ("ratio" in has and (has & told or all(parts))):
        return Meaning("ratio", SURE, _noun(found))
    return None


def _identifier(heading: str, found: list[str], has: set[str]) -> Meaning | None:
    hard = has & (set(RULES["identifiers"]) - SOFT_IDENTIFIERS)
    others = set(found[:-1])
    soft = found[-1] in SOFT_IDENTIFIERS and others
    if not hard and not (soft and others <= {*RULES["unit"], *RULES["patient_identifiers"]}):
        return None
    of_patient = has & set(RULES["patient_identifiers"]) - {"id"} and not has & set(RULES["unit"])
    return Meaning("patient" if of_patient else "identifier", SURE)


def _expected(heading: str, found: list[str], has: set[str]) -> Meaning | None:
    if not has & set(RULES["expected"]) or (has & {"e", "pred"} and len(found) > 1):
        return None
    outcome = has & set(OUTCOMES)
    known = {*RULES["expected"], *RULES["fillers"], *RULES["rates"], *RULES["undirected"]}
    if not outcome and not has <= known | {*RULES["trials"], *RULES["by_a_model"], "emr"}:
        return Meaning(None)  # expected of something else: 'Expected length of stay'
    second = has & set(RULES["expected_second"])
    return Meaning("expected", WEAK if second else SURE, _noun(found))


def _adjusted(heading: str, found: list[str], has: set[str]) -> Meaning | None:
    if not has & (set(RULES["adjusted"]) - {"risk"}):
        return None
    rate = has & {*RULES["rates"], *OUTCOMES}
    return Meaning("ratio" if rate else None, WEAK, _noun(found))


def _covariate(heading: str, found: list[str], has: set[str]) -> Meaning | None:
    of_patients = set(RULES["covariates"])
    return Meaning("covariate", SURE) if {found[0], found[-1]} & of_patients else None


def _counted(heading: str, found: list[str], has: set[str]) -> Meaning | None:
    if "denominator" in has:
        return Meaning("trials", WEAK)
    told = directions(heading, found)
    if told is None:
        return Meaning(None)
    bad, good, turned = told
    rate = has & set(RULES["rates"])
    known = {*RULES["fillers"], *OUTCOMES, *RULES["rates"]}
    known |= {*RULES["trials"], *RULES["undirected"], *RULES["turning"], *RULES["turned_after"]}
    noun = None if turned else _noun(found)
    strength = SURE if has <= known else WEAK
    if bad or has & set(RULES["failure_rates"]):
        return Meaning("failure_rate" if rate else "failures", strength, noun)
    if good:
        return Meaning("rate" if rate else "successes", strength, noun)
    if rate and has <= known:
        return Meaning("undirected rate", WEAK)
    if has <= {*RULES["undirected"], *RULES["fillers"]} and has & set(RULES["undirected"]):
        return Meaning("undirected", WEAK)
    return None


def _cases(heading: str, found: list[str], has: set[str]) -> Meaning | None:
    """How many patients; or which kind of them, where one unit has several rows."""
    many = has & set(RULES["trials"])
    sure = has <= {*RULES["trials"], *RULES["fillers"]}
    if many and (sure or many - set(RULES["trials_alone"])):
        return Meaning("trials", SURE if sure else WEAK)
    if has & set(RULES["stratum"]):
        return Meaning("stratum", SURE)
    if len(found) == 1 and found[0] in RULES["patient_identifiers"]:
        return Meaning("patient", SURE)
    return None


def _unit(heading: str, found: list[str], has: set[str]) -> Meaning | None:
    if has & {*RULES["rates"], *RULES["ratios"]}:
        return None  # 'Nurse-patient ratio'
    nouns = [RULES["unit"][word] for word in found if word in RULES["unit"]]
    if nouns:
        return Meaning("unit", SURE, nouns[-1])
    if has <= set(RULES["names"]) or has & set(RULES["wider_units"]):
        return Meaning("unit", WEAK, next((w for w in found if w in RULES["wider_units"]), None))
    return None


def _noun(found: list[str]) -> str | None:
    """The noun of the rate of what is counted: 'Deaths' give 'mortality'."""
    for nouns in (RULES["nouns_of_ratios"], OUTCOMES):
        for word in found:
            if word in nouns:
                return nouns[word]
    return None
