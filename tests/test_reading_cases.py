"""Every trouble of a table as people have them: the right counts, or a refusal that says why.

`reading_cases.json` holds texts and what each has to become; the browser's reader is held to the
same file. A case with an `option` must first be refused with exactly this proposal, and become the
rest once it is stated.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from shrinkage.data import ColumnsError, OutcomesError
from shrinkage.data.reading.outcomes import read_outcomes

CASES = json.loads((Path(__file__).parent / "reading_cases.json").read_text("utf-8"))
OPTIONS = ("columns", "sum_rows", "by", "suppressed", "strict")
BLANKS = "blanks in a name are one"  # as on any screen: nobody need be told


def read(case, path):
    """What a case becomes: the proposal that it asks about first, and outcomes or an error."""
    path.write_text(case["text"], "utf-8", newline="")
    options = {key: case[key] for key in OPTIONS if key in case}
    proposal = None
    try:
        if "option" in case:
            with pytest.raises(ColumnsError) as asked:
                read_outcomes(path, **options)
            proposal = asked.value.proposal
            said = str(asked.value)
            assert said.startswith(f"{path.name}, row ")
            assert "the columns seem to be" in said.splitlines()[0]
            assert said.endswith(proposal.option)
            options["columns"] = proposal.columns
        return proposal, read_outcomes(path, **options)
    except OutcomesError as error:
        return proposal, error


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """What each case becomes, by its name, read once."""
    found = {}

    def result(case):
        if case["name"] not in found:
            found[case["name"]] = read(case, tmp_path_factory.mktemp("case") / "my.csv")
        return found[case["name"]]

    return result


def successes(row):
    """The successes of a row of counts, or their bounds."""
    if row.get("fewest", 0) != row.get("most", 0):
        return [row["fewest"], row["most"]]
    return row["successes"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_case_becomes_what_it_should(case, results):
    proposal, found = results(case)
    assert (proposal and proposal.option) == case.get("option")
    if "refused" in case:
        assert isinstance(found, OutcomesError), f"read as {found.counts}"
        assert found.kind == case["refused"], str(found)
        for part in case.get("says", ()):
            assert part in str(found)
        return
    assert not isinstance(found, OutcomesError), str(found)
    counts = found.counts.to_dict("records")
    assert [[row["doctor"], successes(row), row["trials"]] for row in counts] == case["counts"]
    assert sorted(note.kind for note in found.notes) == case["notes"]
    assert sorted(note.kind for note in found.notes if note.doubtful) == case["doubtful"]
    assert list(found.left_out.doctor) == case.get("left_out", [])
    assert (found.failures, found.unit, found.rate) == (
        case["failures"],
        case["unit"],
        case["rate"],
    )
    if "expected" in case:
        np.testing.assert_allclose(found.counts.expected, case["expected"], rtol=1e-6)
    else:
        assert "expected" not in found.counts
    for column, values in case.get("patients", {}).items():
        read_values = [None if value != value else value for value in found.patients[column]]
        assert read_values == values


def test_each_kind_of_trouble_has_three_cases():
    troubles = [case["trouble"] for case in CASES]
    few = {trouble for trouble in troubles if troubles.count(trouble) < 3}
    assert not few


def test_the_cases_as_a_table(results):
    """Case, before and after, a line each: `pytest -rP tests/test_reading_cases.py -k table`.

    Before is what a reader made of it that knew the three columns by their names alone, took each
    row for a doctor and asked nothing; 'silently' marks what it took for other doctors or patients
    than they are, or for a table where a question comes first.
    """
    lines, silently = [], []
    for case in CASES:
        proposal, found = results(case)
        before, after = case["before"], summary(found)
        stated = any(key in case for key in OPTIONS)  # before, there was nothing to state
        wrong = not stated and before not in ("refused", after.split(" (")[0])
        silently += [case["name"]] if wrong else []
        asks = "asks, then " if proposal else ""
        lines.append(
            f"{case['trouble']:<12}{case['name']:<42}{before:<24}{'silently' if wrong else '':<10}"
            f"{asks}{after}"
        )
        if wrong and case["name"] != BLANKS:
            assert proposal or noted(found), f"{case['name']} is read in silence"
    print(f"{'trouble':<12}{'case':<42}{'before':<34}after", *lines, sep="\n")
    print(f"{len(silently)} of {len(CASES)} were silently wrong")
    assert silently


def summary(found):
    """A refusal's kind, or how many units, successes (where known) and patients were read."""
    if isinstance(found, OutcomesError):
        return f"refused ({found.kind}): {str(found).splitlines()[0][:90]}"
    counts = found.counts
    said = f"{len(counts)} units, {counts.successes.sum()} of {counts.trials.sum()}"
    kinds = ", ".join(note.kind + "!" * note.doubtful for note in found.notes)
    return said + (f" ({kinds})" if kinds else "")


def noted(found):
    """Whether a refusal or a note says what was decided."""
    return isinstance(found, OutcomesError) or bool(found.notes)
