"""A reader's own file, in whatever format and encoding: read, or refused with the remedy."""

import datetime
import io
import subprocess
import sys
import zipfile

import numpy as np
import pandas as pd
import pytest

from shrinkage.data import (
    ColumnsError,
    OutcomesError,
    count_by_doctor,
    load_doctors,
    load_outcomes,
)
from shrinkage.data.reading import files
from shrinkage.data.reading.dates import is_date
from shrinkage.data.reading.numbers import looks_like_number, number
from shrinkage.data.reading.outcomes import read_outcomes

COUNTS = "doctor,successes,trials\nA,10,12\nB,5,9\n"
READ = {"doctor": ["A", "B"], "successes": [10, 5], "trials": [12, 9]}


@pytest.fixture
def write(tmp_path):
    def write(content, name="my.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def refused(path, **options):
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(OutcomesError) as caught:
        load_outcomes(path, **options)
    assert before is None or path.read_bytes() == before
    return caught.value


# -- text ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "ascii"]
)
def test_encodings_that_say_what_they_are(write, encoding):
    found = load_outcomes(write(COUNTS.encode(encoding)))
    assert found.counts.to_dict("list") == READ
    assert not found.notes


def test_western_european_is_read_and_said(write):
    found = load_outcomes(write(COUNTS.replace("A,", "Dr. Müller–Weiß,").encode("cp1252")))
    assert found.counts.doctor[0] == "Dr. Müller–Weiß"
    (note,) = found.notes
    assert (note.kind, note.rows, note.doubtful) == ("encoding", (2,), False)
    assert "'Dr. Müller" in note.text


@pytest.mark.parametrize("encoding", ["cp1251", "mac-roman", "cp437", "shift-jis"])
def test_letters_of_another_alphabet_are_refused(write, encoding):
    names = {"cp1251": "Яков", "shift-jis": "山田"}
    text = f"doctor,successes,trials\nA,10,12\n{names.get(encoding, 'Müller é')},5,9\n"
    error = refused(write(text.encode(encoding)))
    assert error.kind == "encoding"
    assert "row 3" in str(error)
    assert "CSV UTF-8" in str(error)


@pytest.mark.parametrize(
    "raw", [b"%PDF-1.7 \x00", b"\x1f\x8b\x08\x00", b"a,b\x00c\n1,2\n", b"\x89PNG"]
)
def test_what_is_no_text_is_refused(write, raw):
    assert refused(write(raw)).kind == "format"


@pytest.mark.parametrize(
    "raw",
    [
        b"\x09\x08\x08\x00\x00\x05\x05\x00",
        b"\x09\x04\x06\x00\x00\x00\x10\x00",
        b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Table/></Workbook>',
    ],
    ids=["BIFF5", "BIFF4", "XML"],
)
def test_a_workbook_of_old_is_named_with_what_to_do(write, raw):
    error = refused(write(raw, "my.xls"))
    assert error.kind == "format"
    assert "save it as .xlsx" in str(error)


def test_rows_are_counted_as_a_spreadsheet_counts(write):
    error = refused(write("A title\n\ndoctor,successes,trials\nA,10,12\n\nB,ten,9\n"))
    assert "row 6, column 'successes'" in str(error)


def test_every_bad_row_is_named_but_not_a_thousand(write):
    message = str(refused(write("doctor,success\n" + "".join(f"D{k},7\n" for k in range(1000)))))
    assert "1000 values" in message
    assert "995 more" in message
    assert len(message) < 1000


def test_a_missing_file_and_a_folder(tmp_path):
    assert "no file" in str(refused(tmp_path / "none.csv"))
    assert "is a folder" in str(refused(tmp_path))


def test_the_courses_own_files_can_be_read_back(tmp_path):
    load_doctors().to_csv(tmp_path / "doctors.csv", index=False)
    found = load_outcomes(tmp_path / "doctors.csv")
    pd.testing.assert_frame_equal(found.counts, count_by_doctor(load_doctors()), check_dtype=False)
    np.testing.assert_array_equal(found.patients.severity, load_doctors().severity)


# -- workbooks, Parquet, HTML ----------------------------------------------------------------------


def workbook(hidden=(), **sheets):
    """A small .xlsx file: rows of texts and numbers by the sheets' names."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rels = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"

    def cell(value):
        if value is None:
            return "<c/>"
        if isinstance(value, bool):
            return f'<c t="b"><v>{int(value)}</v></c>'
        if isinstance(value, str) and value.startswith("#"):
            return f'<c t="e"><v>{value}</v></c>'
        if isinstance(value, str):
            return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
        return f"<c><v>{value!r}</v></c>"

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        listed, targets, types = "", "", ""
        for k, (name, rows) in enumerate(sheets.items(), start=1):
            state = ' state="hidden"' if name in hidden else ""
            listed += f'<sheet name="{name}" sheetId="{k}"{state} r:id="r{k}"/>'
            targets += (
                f'<Relationship Id="r{k}" Type="{rels}/worksheet" Target="worksheets/s{k}.xml"/>'
            )
            types += (
                f'<Override PartName="/xl/worksheets/s{k}.xml" ContentType="{kind}.worksheet+xml"/>'
            )
            body = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
            sheet = f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData></worksheet>'
            book.writestr(f"xl/worksheets/s{k}.xml", sheet)
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{rels}"><sheets>{listed}</sheets></workbook>',
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships">{targets}</Relationships>',
        )
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{rels}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        book.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override '
            f'PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>{types}</Types>',
        )
    return out.getvalue()


def open_document(rows):
    """A small .ods file of texts and whole numbers."""
    names = "urn:oasis:names:tc:opendocument:xmlns"

    def cell(value):
        if isinstance(value, str):
            return (
                f'<table:table-cell office:value-type="string"><text:p>{value}</text:p>'
                "</table:table-cell>"
            )
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'

    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    content = (
        f'<office:document-content xmlns:office="{names}:office:1.0" '
        f'xmlns:table="{names}:table:1.0" xmlns:text="{names}:text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="One">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(out, "w") as book:
        book.writestr("mimetype", kind)
        book.writestr("META-INF/manifest.xml", "<manifest/>")
        book.writestr("content.xml", content)
    return out.getvalue()


TABLE = [["doctor", "successes", "trials"], ["A", 10, 12], ["B", 5, 9]]


def test_a_workbook_is_read_wherever_its_table_stands(write):
    rows = [[None, "Deaths after surgery"], [], *([None, *row] for row in TABLE)]
    found = load_outcomes(write(workbook(Data=rows), "my.xlsx"))
    assert found.counts.to_dict("list") == READ
    assert found.source == "my.xlsx"
    error = refused(write(workbook(Data=[*rows, [None, "C", "ten", 12]]), "my.xlsx"))
    assert "row 6, column 'successes'" in str(error)


def test_an_open_document_is_read(write):
    assert load_outcomes(write(open_document(TABLE), "my.ods")).counts.to_dict("list") == READ


def test_the_sheet_with_the_table_is_found_and_said(write):
    path = write(workbook(About=[["Made by", "the registry"]], Data=TABLE), "my.xlsx")
    found = load_outcomes(path)
    assert found.counts.to_dict("list") == READ
    assert found.source == "my.xlsx, sheet Data"
    assert [note.kind for note in found.notes] == ["sheet"]


def test_a_sheet_that_is_hidden_is_read_only_where_it_is_named(write):
    old = [*TABLE[:2], ["B", 6, 9]]
    path = write(workbook(hidden=("Old",), Old=old, Data=TABLE), "my.xlsx")
    assert load_outcomes(path).counts.to_dict("list") == READ
    assert load_outcomes(path, sheet="Old").counts.successes.tolist() == [10, 6]
    assert "'Old'" in str(refused(write(workbook(hidden=("Old",), Old=old), "my.xlsx")))


def test_another_table_in_the_workbook_makes_its_choice_doubtful(write):
    german = [["Klinik", "Eingriffe", "Verstorben"], ["A", 500, 34], ["B", 400, 12]]
    found = load_outcomes(write(workbook(J2022=german, Y2021=TABLE), "my.xlsx"))
    assert found.counts.to_dict("list") == READ
    assert [(note.kind, note.doubtful) for note in found.notes] == [("sheet", True)]


def test_several_sheets_with_tables_are_asked_for(write):
    path = write(workbook(Y2001=TABLE, Y2002=[*TABLE[:2], ["B", 6, 9]]), "my.xlsx")
    error = refused(path)
    assert error.kind == "sheet"
    assert "'Y2001' and 'Y2002'" in str(error)
    assert load_outcomes(path, sheet="Y2002").counts.successes.tolist() == [10, 6]
    assert "'Y2001' and 'Y2002'" in str(refused(path, sheet="2003"))


def test_cells_of_a_workbook_are_as_its_spreadsheet_shows_them(write):
    rows = [["unit", "n", "survival"], ["A", 12, 10 / 12], ["B", 9, 5 / 9], ["C", "#N/A", "#N/A"]]
    with pytest.raises(ColumnsError) as asked:
        load_outcomes(write(workbook(Data=rows), "my.xlsx"))
    found = load_outcomes(
        write(workbook(Data=rows), "my.xlsx"), columns=asked.value.proposal.columns
    )
    assert found.counts.to_dict("list") == READ
    assert found.left_out.doctor.tolist() == ["C"]
    rows = [["doctor", "success"], ["A", True], ["A", False], [1.0, True]]
    assert load_outcomes(write(workbook(D=rows), "my.xlsx")).counts.doctor.tolist() == ["A", "1"]
    assert files._text(datetime.date(2023, 1, 5)) == "2023-01-05"


@pytest.mark.parametrize("name", ["my.xlsx", "my.xls", "my.parquet"])
@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PAR1"])
def test_a_broken_workbook_is_refused(write, name, start):
    error = refused(write(start + b"broken" * 200, name))
    assert error.kind == "format"
    assert "CSV" in str(error)


def test_parquet_is_read_with_its_own_types(tmp_path):
    patients = load_doctors().assign(day=pd.Timestamp("2023-01-05"), ward=None)
    patients.to_parquet(tmp_path / "my.parquet")
    found = load_outcomes(tmp_path / "my.parquet")
    pd.testing.assert_frame_equal(found.counts, count_by_doctor(load_doctors()), check_dtype=False)
    np.testing.assert_array_equal(found.patients.severity, patients.severity)
    assert found.patients.ward.isna().all()


def html(rows, caption=""):
    said = f"<caption>{caption}</caption>" if caption else ""
    body = "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>" for row in rows)
    return f"<table>{said}{body}</table>"


def test_a_table_of_a_page_is_read(write):
    page = f"<!doctype html><p>Results</p>{html(TABLE)}<table><tr><td>menu</td></tr></table>"
    assert load_outcomes(write(page, "my.html")).counts.to_dict("list") == READ
    nested = html([[html(TABLE)]])
    assert load_outcomes(write(nested, "my.html")).counts.to_dict("list") == READ
    two = html(TABLE, "Adults") + html(TABLE, "Children")
    two = write(two, "my.html")
    assert "'Adults' and 'Children'" in (said := str(refused(two)))
    assert said.endswith("sheet='Adults'")
    assert load_outcomes(two, sheet="Adults").counts.to_dict("list") == READ
    wide = '<table><tr><td colspan="3">Adults</td></tr>' + html(TABLE)[len("<table>") :]
    assert load_outcomes(write(wide, "my.html")).counts.to_dict("list") == READ


def test_headings_of_a_page_that_stand_in_two_rows(write):
    one = (
        '<table><tr><th rowspan="2">doctor</th><th colspan="2">Hips</th></tr>'
        "<tr><th>successes</th><th>trials</th></tr>"
        "<tr><td>A</td><td>10</td><td>12</td></tr><tr><td>B</td><td>5</td><td>9</td></tr></table>"
    )
    assert load_outcomes(write(one, "my.html")).counts.to_dict("list") == READ
    blank = one.replace(' rowspan="2"', "").replace(
        "<tr><th>successes", "<tr><th></th><th>successes"
    )
    assert load_outcomes(write(blank, "my.html")).counts.to_dict("list") == READ
    two = blank.replace('colspan="2">Hips</th>', 'colspan="2">2021</th><th colspan="2">2022</th>')
    two = two.replace("<th>trials</th>", "<th>trials</th><th>successes</th><th>trials</th>")
    error = refused(write(two, "my.html"))
    assert error.kind == "wide"
    assert "'2021 successes' and '2022 successes'" in str(error)


def test_cells_of_a_page_that_span_rows_stand_in_each_of_them(write):
    page = (
        "<table><tr><td>doctor</td><td>year</td><td>successes</td><td>trials</td></tr>"
        '<tr><td rowspan="2">A</td><td>2020</td><td>4</td><td>5</td></tr>'
        "<tr><td>2021</td><td>6<sup>12</sup></td><td>7</td></tr>"
        "<tr><td>B</td><td>2020</td><td>5</td><td>9</td></tr></table>"
    )
    path = write(page, "my.html")
    assert load_outcomes(path, sum_rows=True).counts.to_dict("list") == READ


# -- options and results ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headings", "begins", "columns"),
    [
        (
            "Surgeon,Procedures,Weight",
            "'Surgeon' seems to be the unit, 'Procedures' the patients; no heading seems to name "
            "the successes or failures.",
            {"unit": "Surgeon", "trials": "Procedures", "successes": "…"},
        ),
        (
            "Deaths,n,x",
            "'n' seems to be the patients, 'Deaths' the f",
            {"unit": "…", "trials": "n", "failures": "Deaths"},
        ),
        (
            "a,b,c",
            "no heading seems to name the doctor",
            {"unit": "…", "trials": "…", "successes": "…"},
        ),
    ],
)
def test_what_is_known_of_some_columns_is_said_and_to_be_completed(
    write, headings, begins, columns
):
    with pytest.raises(ColumnsError) as asked:
        load_outcomes(write(f"{headings}\n1,40,30\n2,12,10\n"))
    assert asked.value.proposal is None
    said = str(asked.value)
    assert said.startswith(f"my.csv, row 1: {begins}"), said
    assert said.endswith(f"add columns={columns}"), said


def test_where_nothing_tells_patients_from_units_both_ways_are_said(write):
    text = "Surgeon,Age,Walks at 90 d\nAda,60,yes\nAda,61,no\nBo,70,yes\nBo,71,yes\n"
    with pytest.raises(ColumnsError) as asked:
        load_outcomes(write(text))
    said = str(asked.value)
    assert "where a row is a patient, add columns={'unit': 'Surgeon', 'success': '…'}" in said
    found = load_outcomes(write(text), columns={"unit": "Surgeon", "success": "Walks at 90 d"})
    assert found.counts.values.tolist() == [["Ada", 1, 2], ["Bo", 2, 2]]


def test_bounds_that_a_cell_does_not_take_are_not_advised_again(write):
    path = write("doctor,successes,trials\nA,10,12\nB,*,9\nC,n/a,8\n")
    (once,) = [n.text for n in load_outcomes(path).notes if n.kind == "left out"]
    assert "'B' and 'C'" in once
    assert "state them: suppressed=(1, 4)." in once
    (again,) = [
        n.text for n in load_outcomes(path, suppressed=(1, 4)).notes if n.kind == "left out"
    ]
    assert again.startswith("'C' (row 4)")
    assert "suppressed=(1, 4) was not taken for it" in again
    assert "state them" not in again


def test_a_proposal_shows_the_first_rows(write):
    path = write("Hospital,Cases,Deaths\n" + "".join(f"H{k},{k + 9},{k}\n" for k in range(9)))
    with pytest.raises(ColumnsError) as asked:
        load_outcomes(path)
    lines = asked.value.proposal.preview.splitlines()
    assert [line.split() for line in lines[:3]] == [
        ["unit", "trials", "failures"],
        ["Hospital", "Cases", "Deaths"],
        ["H0", "9", "0"],
    ]
    assert len(lines) == 5


def test_by_keeps_the_rows_as_cells(write):
    text = "doctor,Year,successes,trials\nA,2001,10,12\nA,2002,20,22\nB,2001,5,9\n"
    found = load_outcomes(write(text), by="year")
    assert found.cells.to_dict("list") == {
        "doctor": ["A", "A", "B"],
        "year": [2001, 2002, 2001],
        "successes": [10, 20, 5],
        "trials": [12, 22, 9],
    }
    assert found.counts.trials.tolist() == [34, 9]
    text = "doctor,ward,success\nA,x,1\nA,x,0\nA,y,1\n"
    cells = load_outcomes(write(text), by="ward").cells
    assert cells.to_dict("list")["trials"] == [2, 1]


def test_bounds_are_of_the_successes(write):
    found = load_outcomes(
        write("unit,n,deaths\nA,12,*\nB,9,4\n"),
        columns={"unit": "unit", "trials": "n", "failures": "deaths"},
        suppressed=(1, 4),
    )
    assert found.counts.successes.tolist() == [pd.NA, 5]
    assert found.counts.successes.dtype == "Int64"
    assert found.counts[["fewest", "most"]].values.tolist() == [[8, 11], [5, 5]]


def test_a_file_is_refused_before_anything_heavy_is_imported(write):
    path = write("Hospital,Cases,Deaths\nA,9,1\nB,9,2\n")
    code = (
        "import sys; from shrinkage.data import load_outcomes, OutcomesError\n"
        f"try: load_outcomes({str(path)!r})\nexcept OutcomesError: pass\n"
        "heavy = {'scipy', 'pymc', 'matplotlib', 'arviz', 'bs4', 'python_calamine'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


WITHHELD = "Hospital,Cases,Deaths\nA,120,<3\nB,90,{}\nC,150,9\n"


@pytest.mark.parametrize(
    ("other", "stated", "rests"),
    [
        ("4", None, "are what '<3' says."),
        ("0", None, "are what '<3' says, without 0, because the column shows zeros"),
        ("0", (0, 2), "are what --suppressed 0,2 states."),
        ("4", (1, 3), "are what --suppressed 1,3 states, as far as '<3' allows."),
        ("*", (1, 3), "are what --suppressed 1,3 states, as far as '<3' allows."),
        ("4", (3, 5), "--suppressed 3,5 was not taken for '<3'"),
    ],
)
def test_a_withheld_count_says_on_what_its_bounds_rest(write, other, stated, rests):
    columns = {"unit": "Hospital", "trials": "Cases", "failures": "Deaths"}
    found = read_outcomes(write(WITHHELD.format(other)), columns=columns, suppressed=stated)
    (text,) = [note.text for note in found.notes if note.kind == "suppressed"]
    assert rests in text


def test_a_proposal_says_that_units_have_several_rows(write):
    path = write("Hospital,Year,Cases,Deaths\nA,2022,120,4\nB,2022,90,5\nA,2023,110,2\n")
    error = refused(path)
    said = error.proposal.said[-1]
    assert "'A' stands in rows 2 and 4" in said
    assert "by='Year'" in str(error)
    assert "sum_rows=True" in str(error)
    with pytest.raises(ColumnsError) as asked:
        read_outcomes(path)
    assert "--by Year" in str(asked.value)
    assert "--sum" in str(asked.value)
    found = load_outcomes(path, columns=error.proposal.columns, sum_rows=True)
    assert found.counts.trials.tolist() == [230, 90]
    once = refused(path, sum_rows=True)
    assert "stands in rows" not in str(once)


def test_a_proposal_for_patients_says_nothing_of_their_rows(write):
    error = refused(write("Surgeon,Died\nA,1\nA,0\nB,0\n"))
    assert "stands in" not in str(error)


@pytest.mark.parametrize(
    "text",
    [
        "10.01.2024",
        "31.12.99",
        "1/2/24",
        "2024-01-10",
        "2024-01-10T08:30:00Z",
        "10.01.2024 8:30",
        "10 Jan 2024",
        "10. Januar 2024",
        "March 3rd, 2024",
        "Jan-24",
        "mai 2024",
    ],
)
def test_a_date_is_no_number(text):
    assert is_date(text)
    assert not looks_like_number(text)
    assert number(text, ",") is None


@pytest.mark.parametrize(
    "text",
    ["1.234.567", "12.345", "40.50.2024", "1-4", "2020/21", "1.2.3", "2024", "Mark 21", "May"],
)
def test_what_has_no_day_month_and_year_is_no_date(text):
    assert not is_date(text)
