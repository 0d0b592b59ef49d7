"""What a message says to add: an option that a shell takes, or an argument that Python takes."""

import subprocess

import pytest
from test_reading_cases import CASES, OPTIONS

from shrinkage.data import ColumnsError, OutcomesError, load_outcomes, parse_option
from shrinkage.data.reading.options import in_python, option


@pytest.mark.parametrize(
    "headings",
    [
        ("Hospital, region", "Cases (n=12)", "Surgeon's deaths"),
        ("Unit", "Cases", "Deaths, rate=30"),
        ('"Unit"', 'All "cases", trials = 9', "unit=a,failures=b"),
        (
            "Unit\nof care",
            "Cases,",
            '"',
        ),
    ],
)
def test_an_option_states_columns_whose_names_have_commas_and_quotes(headings):
    columns = dict(zip(("unit", "trials", "failures"), headings, strict=True))
    text = option(columns).removeprefix("--columns ")
    shell = subprocess.run(["sh", "-c", f"printf %s {text}"], capture_output=True, text=True)
    assert parse_option(shell.stdout) == columns


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("unit", "role=heading"),
        ("Hospital=unit", "role=heading"),
        ("", "role=heading"),
        ("x,unit=A", "role=heading"),
        ("unit=A,unit=B", "'unit' stands there twice"),
    ],
)
def test_an_option_that_states_nothing_is_refused(wrong, says):
    with pytest.raises(OutcomesError, match=says):
        parse_option(wrong)


@pytest.mark.parametrize(
    ("command", "python"),
    [
        ("add --sum, or --by year.", "add sum_rows=True, or by='year'."),
        ("add --by 'Procedure Type' to keep", "add by='Procedure Type' to keep"),
        ("--by names no column 'x'", "by= names no column 'x'"),
        ("--suppressed 1,4.", "suppressed=(1, 4)."),
        ("--suppressed 1-4, --no-adjust", "suppressed=(1, 4), adjust=False"),
        ("--adjust 'age + sex'", "adjust='age + sex'"),
        ("--adjust caseload puts it into", "adjust='caseload' puts it into"),
        ("--within expects at least two", "within= expects at least two"),
        ("Name one: --sheet 'Hip 2021'", "Name one: sheet='Hip 2021'"),
        ("Leave --sheet out", "Leave sheet= out"),
        ("give --rate their name", "give rate= their name"),
        ("add --columns 'unit=A,failures=B'.", "add columns={'unit': 'A', 'failures': 'B'}."),
        ("--columns 'unit'\"'\"'s'", 'columns="unit\'s"'),
        ("a dash -- here, and a-b", "a dash -- here, and a-b"),
    ],
)
def test_python_is_told_of_its_own_arguments(command, python):
    assert in_python(command) == python


@pytest.mark.parametrize("case", [c for c in CASES if "option" in c], ids=lambda case: case["name"])
def test_what_python_is_told_to_add_can_be_pasted(case, tmp_path):
    path = tmp_path / "my.csv"
    path.write_text(case["text"], "utf-8", newline="")
    options = {key: case[key] for key in OPTIONS if key in case}
    with pytest.raises(ColumnsError) as asked:
        load_outcomes(path, **options)
    code = str(asked.value).rpartition("If that is right, add ")[2]
    options |= eval(f"dict({code})")
    try:
        said = [note.text for note in load_outcomes(path, **options).notes]
    except OutcomesError as error:
        said = [str(error)]
    assert not [text for text in said if "--" in text or "columns seem to be" in text]
