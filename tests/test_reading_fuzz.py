"""No bytes and no table make the reader stumble: it reads them, or says what is wrong.

What it reads is held to what was written: no patient is lost or added without a note.
"""

import csv
import io

import pytest
from hypothesis import strategies as st
from properties import for_any

from shrinkage.data import OutcomesError, load_outcomes
from shrinkage.data.reading.rules import RULES

NAMES = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        ["Total", "Dr. Smith", "dr smith", "001", "1", "=1+1", "All hospitals", "", "*"]
    ),
)
CELLS = st.one_of(
    st.integers(-2, 3000).map(str),
    st.sampled_from(
        [
            "1,174",
            "1.174",
            "1.000",
            "0,5",
            "0.5",
            "<5",
            "*",
            "NA",
            "",
            "–",
            "1e400",
            "12.0",
            "96.4%",
        ]
    ),
    st.sampled_from(["yes", "no", "TRUE", "dead", "1 197", "inf", "1-4", "Too few to report"]),
)
HEADINGS = st.one_of(
    st.sampled_from(["doctor", "successes", "trials", "success", "expected", "severity", "year"]),
    st.sampled_from(["Hospital", "Cases", "Deaths", "Mortality %", "O/E", "", "id", "survivors"]),
    st.text(max_size=6),
)


@st.composite
def tables(draw):
    """A file, its bytes as Latin-1: any headings and cells in any dialect, and ragged rows."""
    width = draw(st.integers(1, 5))
    header = draw(st.lists(HEADINGS, min_size=width, max_size=width))
    row = st.tuples(NAMES, st.lists(CELLS, min_size=0, max_size=width)).map(lambda r: [r[0], *r[1]])
    rows = draw(st.lists(row, max_size=8))
    above = draw(st.lists(st.lists(st.text(max_size=5), max_size=2), max_size=2))
    out = io.StringIO()
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    mark = draw(st.sampled_from([",", ";", "\t", "|"]))
    csv.writer(out, delimiter=mark, lineterminator=end).writerows([*above, header, *rows])
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]))
    return out.getvalue().encode(encoding, errors="replace").decode("latin-1")


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Reads bytes (as Latin-1) as a file: outcomes, or None where they are refused."""
    path = tmp_path_factory.mktemp("fuzz") / "my.csv"

    def read(raw, **options):
        path.write_bytes(raw.encode("latin-1"))
        try:
            return load_outcomes(path, **options)
        except OutcomesError as error:
            said = str(error), error.kind
        assert 20 < len(said[0]) < 5000
        assert said[1]
        return None

    return read


ANY_BYTES = st.binary(max_size=300).map(lambda raw: raw.decode("latin-1"))
OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "sum_rows": st.booleans(),
        "suppressed": st.just([1, 4]),
        "by": st.sampled_from(["year", "severity", "id"]),
        "strict": st.booleans(),
        "columns": st.dictionaries(
            st.sampled_from(RULES["roles"]),
            st.sampled_from(["Hospital", "Cases", "Deaths", "doctor", "success", "trials", "O/E"]),
            max_size=4,
        ),
    },
)


def sound(found):
    """Whether outcomes keep what they promise."""
    counts = found.counts
    fewest = counts.get("fewest", counts.successes)
    most = counts.get("most", counts.successes)
    assert ((fewest >= 0) & (fewest <= most) & (most <= counts.trials)).all()
    assert counts.doctor.is_unique
    assert (counts.doctor != "").all()
    if "expected" in counts:
        seen = counts[counts.trials > 0]
        assert ((seen.expected > 0) & (seen.expected < seen.trials)).all()
    if found.patients is not None:
        assert counts.trials.sum() == len(found.patients)
        assert set(found.patients.success) <= {0, 1}


@for_any(ANY_BYTES, kept=60, search=1000)
def test_any_bytes_are_read_or_refused(read, raw):
    read(raw)


@for_any(tables(), OPTIONS, kept=100, search=2000)
def test_any_table_is_read_or_refused(read, raw, options):
    found = read(raw, **options)
    if found is not None:
        sound(found)


COUNTS = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=1, max_size=12)
DIALECTS = st.fixed_dictionaries(
    {
        "mark": st.sampled_from([",", ";", "\t", "|"]),
        "encoding": st.sampled_from(["utf-8", "utf-16", "cp1252"]),
        "end": st.sampled_from(["\n", "\r\n", "\r"]),
        "title": st.booleans(),
        "footnote": st.booleans(),
        "deaths": st.booleans(),
    }
)


@for_any(COUNTS, DIALECTS, kept=60, search=500)
def test_no_patient_is_lost_or_added(read, rows, dialect):
    deaths = dialect["deaths"]
    lines = [["Results of the year"], []] if dialect["title"] else []
    names = ["Surgeon", "Operations", "Deaths"] if deaths else ["doctor", "trials", "successes"]
    lines += [names, *([f"Surgeon No {k}", s + f, s] for k, (s, f) in enumerate(rows))]
    lines += [[], ["Source: the registry"]] if dialect["footnote"] else []
    out = io.StringIO()
    csv.writer(out, delimiter=dialect["mark"], lineterminator=dialect["end"]).writerows(lines)
    raw = out.getvalue().encode(dialect["encoding"]).decode("latin-1")
    stated = {"unit": "Surgeon", "trials": "Operations", "failures": "Deaths"}
    found = read(raw, **({"columns": stated} if deaths else {}))
    assert found is not None
    totals = [note for note in found.notes if note.kind == "total"]
    if totals:  # a row that by chance is the sum of all others, and is named
        assert sum(len(note.rows) for note in totals) == len(rows) - len(found.counts)
        return
    assert found.counts.trials.tolist() == [s + f for s, f in rows]
    assert found.counts.successes.tolist() == [f if deaths else s for s, f in rows]
