"""`shrinkage report` refuses what it cannot use, and overwrites nothing that somebody wrote."""

import subprocess
import sys
from argparse import ArgumentTypeError
from types import SimpleNamespace

import pytest
from report_kit import deaths, table

from shrinkage.cli import main, values
from shrinkage.report import ColumnsError, OutcomesError, ReportError, files, parse_option, report
from shrinkage.report.files import is_ours, seal

# --- refusals -------------------------------------------------------------------------------------

GOOD = table("AB", [1, 2], [3, 4])
ALL_WELL = table("AB", [96, 95], [100, 100])


def exit_code(arguments):
    """That of the command, whether its parser refuses or what comes after."""
    try:
        return main(arguments)
    except SystemExit as stopped:
        return stopped.code


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        (table(["Solo"], [12], [15]), [], ["one doctor", "Wilson", "55 to 93 %", "colleagues"]),
        (
            table(["Solo"], [12], [15]),
            ["--columns", "unit=doctor,trials=trials,failures=successes", "--unit", "ward"],
            ["one ward", "12 failures", "55 to 93 %"],
        ),
        (table("AB", [0, 0], [0, 0]), [], ["nothing to compare"]),
        ("hospital,died\nA,1\nB,0\n", [], ["--columns 'unit=hospital,failure=died'"]),
        ("doctor,success\nA,1\nA,\n", [], ["row 3", "'success'"]),
        (GOOD, ["--cost-ratio", "0"], ["cost ratio", "positive"]),
        (GOOD, ["--mu-prior", "0,0"], ["mu", "positive"]),
        (GOOD, ["--sigma-prior", "1e400"], ["--sigma-prior"]),
        (GOOD, ["--columns", "Deaths"], ["role=heading"]),
        (GOOD, ["--publish", "--notebook", "a.ipynb"], ["--publish", "Leave one"]),
        (GOOD, ["--output", "none/page.html"], ["no folder"]),
        (GOOD, ["--output", "."], ["is a folder"]),
        (GOOD, ["--output", "my.csv", "--force"], ["is the file with the data"]),
        (GOOD, ["--csv", "my.csv", "--force"], ["is the file with the data", "--csv"]),
        (GOOD, ["--csv", "same", "--output", "same"], ["two files at once"]),
        (
            GOOD,
            ["--rate", "complication", "--standard", "0.1"],
            ["share of failures", "--columns 'unit=doctor,trials=trials,failures=successes'"],
        ),
        (
            "doctor,success\nA,1\nB,0\nA,1\n",
            ["--rate", "Mortality"],
            ["--columns 'unit=doctor,failure=success'"],
        ),
        (GOOD, ["--strict"], ["--rate", "failures=successes"]),
        (ALL_WELL, ["--strict", "--standard", "0.1"], ["nobody can be below it", "0.9"]),
        (ALL_WELL, ["--standard", "1.2"], ["between 0 and 1", "write 0.012 for 1.2 %"]),
        (ALL_WELL, ["--standard", "8"], ["between 0 and 1", "write 0.08 for 8 %"]),
        (ALL_WELL, ["--standard", "75"], ["between 0 and 1", "0.75 for 75 %"]),
    ],
    ids=lambda value: str(value)[:40],
)
def test_refuses_and_changes_nothing(tmp_path, monkeypatch, capsys, content, options, said):
    monkeypatch.chdir(tmp_path)
    source = tmp_path / "my.csv"
    source.write_text(content)
    assert exit_code(["report", "my.csv", *options]) == 2
    message = capsys.readouterr().err
    for part in said:
        assert part in message
    assert [path.name for path in tmp_path.iterdir()] == ["my.csv"]
    assert source.read_text() == content


@pytest.mark.parametrize("standard", ["0", "-1", "high", "nan", "inf"])
def test_a_standard_that_is_no_positive_number_is_refused(tmp_path, capsys, standard):
    source = tmp_path / "my.csv"
    source.write_text(GOOD)
    with pytest.raises(SystemExit) as stopped:
        main(["report", str(source), f"--standard={standard}"])
    assert stopped.value.code == 2
    assert "--standard" in capsys.readouterr().err


def test_python_refuses_what_the_command_refuses(tmp_path):
    source = tmp_path / "my.csv"
    source.write_text(GOOD)
    for wrong in (
        {"standard": 75},
        {"standard": float("nan")},
        {"cost_ratio": 0},
        {"rate": "mortality"},
        {"strict": True},
        {"sigma_scale": -1.0},
    ):
        with pytest.raises(ReportError):
            report(source, **wrong)
    source.write_text(deaths())
    with pytest.raises(ColumnsError) as proposed:
        report(source)
    assert proposed.value.proposal.columns["failures"] == "deaths"
    with pytest.raises(OutcomesError):
        report(tmp_path / "none.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["my.csv"]


def test_python_takes_what_the_command_takes_and_is_told_of_its_arguments(tmp_path, quick):
    source = tmp_path / "my.csv"
    source.write_text(deaths())
    columns = "unit=hospital,trials=operations,failures=deaths"
    assert report(source, columns=columns, standard="8%")[0].exists()
    with pytest.raises(ColumnsError) as refused:
        report(source)
    assert str(refused.value).endswith(f"columns={parse_option(columns)}")
    assert "--" not in str(refused.value)
    source.with_name("my_report.html").write_text("mine")
    with pytest.raises(ReportError, match="force=True"):
        report(source, columns=columns)
    with pytest.raises(ReportError, match="expected a positive number"):
        report(source, columns=columns, standard="high")


def test_a_file_that_is_not_there(tmp_path, capsys):
    assert main(["report", str(tmp_path / "none.csv")]) == 2
    assert "no file" in capsys.readouterr().err


def test_help_names_every_option(capsys):
    with pytest.raises(SystemExit):
        main(["report", "--help"])
    said = capsys.readouterr().out
    for option in (
        *("--columns", "--sheet", "--sum", "--by", "--suppressed", "--strict", "--title", "--unit"),
        *(
            "--rate",
            "--period",
            "--definition",
            "--standard",
            "--cost-ratio",
            "--adjust",
            "--within",
        ),
        *("--no-adjust", "--mu-prior", "--sigma-prior", "--sampler", "--seed", "--output"),
        *("--csv", "--notebook", "--publish", "--force"),
    ):
        assert option in said


HEAVY = ("pymc", "arviz", "scipy", "matplotlib", "jinja2", "bambi", "jupytext", "nbformat")


@pytest.mark.parametrize(
    ("content", "options"),
    [
        (deaths(), []),
        (table(["Solo"], [12], [15]), []),
        (GOOD, ["--rate", "mortality"]),
        (GOOD, ["--standard", "75"]),
        (GOOD, ["--output", "none/page.html"]),
    ],
    ids=["columns", "one", "rate", "standard", "folder"],
)
def test_a_refusal_waits_for_nothing_heavy(tmp_path, content, options):
    source = tmp_path / "my.csv"
    source.write_text(content)
    code = (
        "import sys\nfrom shrinkage.cli import main\n"
        f"code = main(['report', {str(source)!r}, *{options!r}])\n"
        f"print(code, [name for name in {HEAVY!r} if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.stdout.strip() == "2 []", ran.stdout + ran.stderr


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (values.bounds, "1-4", (1, 4)),
        (values.bounds, "0–10", (0, 10)),
        (values.bounds, "1,4", (1, 4)),
        (values.bounds, "4-1", None),
        (values.bounds, "<5", None),
        (values.number, "75%", 0.75),
        (values.number, "1.5", 1.5),
        (values.number, "0,08", 0.08),
        (values.number, "7,5 %", 0.075),
        (values.number, "none", None),
        (values.ratio, "1/4", 0.25),
        (values.ratio, "1/0", None),
        (values.mean_and_sd, "-3, 0.5", (-3.0, 0.5)),
        (values.mean_and_sd, "0", None),
    ],
)
def test_options_are_read_as_people_write_them(read, text, value):
    if value is None:
        with pytest.raises(ArgumentTypeError, match="expected"):
            read(text)
    else:
        assert read(text) == value


# --- overwriting ----------------------------------------------------------------------------------


@pytest.fixture
def quick(monkeypatch):
    """Write pages without computing."""
    sound = SimpleNamespace(sound=True)
    monkeypatch.setattr("shrinkage.report.analysis.analyse", lambda *a, **k: sound)
    monkeypatch.setattr("shrinkage.report.page.render", lambda *a, **k: "<p>new</p>")


def test_a_report_replaces_a_report_and_nothing_else(tmp_path, quick):
    source, page = tmp_path / "my.csv", tmp_path / "my_report.html"
    source.write_text(GOOD)
    assert report(source)[0] == page
    assert is_ours(page.read_bytes())
    page.write_bytes(seal("<p>old</p>"))
    report(source)
    assert "new" in page.read_text()
    edited = page.read_text().replace("new", "my own note")
    for foreign in (edited, "a letter", ""):
        page.write_text(foreign)
        with pytest.raises(ReportError, match="force=True"):
            report(source)
        assert page.read_text() == foreign
    report(source, force=True)
    assert is_ours(page.read_bytes())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["my.csv", "my_report.html"]


def test_what_goes_with_a_page_is_replaced_with_it_unless_somebody_changed_it(tmp_path):
    source, page, other = (tmp_path / name for name in ("my.csv", "page.html", "table.csv"))
    files.write({page: seal("<p>old</p>", (b"1,2",)), other: b"1,2"})
    files.check(source, (page, other), force=False)
    other.write_bytes(b"1,3")
    with pytest.raises(ReportError, match=r"table\.csv exists"):
        files.check(source, (page, other), force=False)
    files.check(source, (page, other), force=True)
    assert is_ours(page.read_bytes())


def test_the_data_are_never_the_page(tmp_path, quick):
    source, link = tmp_path / "my.csv", tmp_path / "link.html"
    source.write_text(GOOD)
    link.symlink_to(source)
    for output in (source, link):
        with pytest.raises(ReportError, match="file with the data"):
            report(source, output, force=True)
    assert source.read_text() == GOOD


def test_a_folder_that_cannot_be_written(tmp_path, quick, monkeypatch):
    source = tmp_path / "my.csv"
    source.write_text(GOOD)

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shrinkage.report.files.tempfile.mkstemp", full)
    with pytest.raises(ReportError, match="No space left"):
        report(source)


def test_all_files_are_written_or_none(tmp_path, monkeypatch):
    first, second = tmp_path / "a.html", tmp_path / "b.csv"
    first.write_text("before")
    made, mkstemp = [], files.tempfile.mkstemp

    def once(*args, **kwargs):
        if made:
            raise OSError(28, "No space left on device")
        made.append(mkstemp(*args, **kwargs))
        return made[0]

    monkeypatch.setattr(files.tempfile, "mkstemp", once)
    with pytest.raises(ReportError, match=r"b\.csv cannot be written"):
        files.write({first: b"after", second: b"1"})
    assert first.read_text() == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["a.html"]
