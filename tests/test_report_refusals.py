"""`shrinkage report` refuses what it cannot use, and overwrites nothing that somebody wrote."""

from types import SimpleNamespace

import pytest
from report_kit import table

from shrinkage.cli import main
from shrinkage.data import load_outcomes
from shrinkage.report import (
    ReportError,
    analyse,
    write_report,
)
from shrinkage.report.write import is_ours, seal

# --- refusals -------------------------------------------------------------------------------------

GOOD = table("AB", [1, 2], [3, 4])


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        (table(["Solo"], [12], [15]), [], ["one doctor", "Wilson", "55 to 93 %", "colleagues"]),
        ("doctor,deaths,trials\nA,1,9\n", [], ["'deaths' counts failures", "patients less"]),
        ("hospital,died\nA,1\n", [], ["'died' marks failures", "rename your column 'hospital'"]),
        ("doctor,success\nA,1\nA,\n", [], ["row 3", "'success'", "found nothing"]),
        (GOOD, ["--severity"], ["row a patient"]),
        ("doctor,success\nA,1\nB,0\n", ["--severity"], ["no column 'severity'"]),
        ("doctor,success,severity\nA,1,2\nB,0,2\n", ["--severity"], ["same for every patient"]),
        (GOOD, ["--cost-ratio", "0"], ["cost ratio", "positive"]),
        (GOOD, ["--output", "none/page.html"], ["no folder"]),
        (GOOD, ["--output", "."], ["is a folder"]),
        (GOOD, ["--output", "my.csv", "--force"], ["is the file with the data"]),
    ],
    ids=lambda value: str(value)[:40],
)
def test_refuses_and_changes_nothing(tmp_path, monkeypatch, capsys, content, options, said):
    monkeypatch.chdir(tmp_path)
    source = tmp_path / "my.csv"
    source.write_text(content)
    assert main(["report", "my.csv", *options]) == 2
    message = capsys.readouterr().err
    for part in said:
        assert part in message
    assert [path.name for path in tmp_path.iterdir()] == ["my.csv"]
    assert source.read_text() == content


@pytest.mark.parametrize("standard", ["0", "1.2", "75", "-1", "high", "nan"])
def test_a_standard_outside_0_and_1_is_refused(tmp_path, capsys, standard):
    source = tmp_path / "my.csv"
    source.write_text(GOOD)
    with pytest.raises(SystemExit) as stopped:
        main(["report", str(source), f"--standard={standard}"])
    assert stopped.value.code == 2
    assert "--standard" in capsys.readouterr().err
    with pytest.raises(ReportError):
        analyse(load_outcomes(source), standard=75)


def test_a_file_that_is_not_there(tmp_path, capsys):
    assert main(["report", str(tmp_path / "none.csv")]) == 2
    assert "no file" in capsys.readouterr().err


def test_help_names_every_option(capsys):
    with pytest.raises(SystemExit):
        main(["report", "--help"])
    said = capsys.readouterr().out
    for option in ("--output", "--standard", "--cost-ratio", "--severity", "--seed", "--force"):
        assert option in said


# --- overwriting ----------------------------------------------------------------------------------


@pytest.fixture
def quick(monkeypatch):
    """Write pages without fitting."""
    sound = SimpleNamespace(sound=True, loaded=SimpleNamespace(doctors=2))
    monkeypatch.setattr("shrinkage.report.write.analyse", lambda *a, **k: sound)
    monkeypatch.setattr("shrinkage.report.write.render", lambda *a, **k: "<p>new</p>")


def test_a_report_replaces_a_report_and_nothing_else(tmp_path, quick):
    source, page = tmp_path / "my.csv", tmp_path / "my_report.html"
    source.write_text(GOOD)
    assert write_report(source)[0] == page
    assert is_ours(page.read_bytes())
    page.write_bytes(seal("<p>old</p>"))
    write_report(source)
    assert "new" in page.read_text()
    edited = page.read_text().replace("new", "my own note")
    for foreign in (edited, "a letter", ""):
        page.write_text(foreign)
        with pytest.raises(ReportError, match="--force"):
            write_report(source)
        assert page.read_text() == foreign
    write_report(source, force=True)
    assert is_ours(page.read_bytes())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["my.csv", "my_report.html"]


def test_the_data_are_never_the_page(tmp_path, quick):
    source, link = tmp_path / "my.csv", tmp_path / "link.html"
    source.write_text(GOOD)
    link.symlink_to(source)
    for output in (source, link):
        with pytest.raises(ReportError, match="file with the data"):
            write_report(source, output, force=True)
    assert source.read_text() == GOOD


def test_a_folder_that_cannot_be_written(tmp_path, quick, monkeypatch):
    source = tmp_path / "my.csv"
    source.write_text(GOOD)

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shrinkage.report.write.tempfile.mkstemp", full)
    with pytest.raises(ReportError, match="No space left"):
        write_report(source)
