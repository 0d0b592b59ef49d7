"""`shrinkage report` on a terminal: it asks, shows its progress, and can be stopped."""

import io
import os
import pty
import select
import signal
import subprocess
import sys

import pytest
from adjusted_kit import patients
from report_kit import deaths, table

from shrinkage.cli import main, progress
from shrinkage.cli.progress import Bar

PATIENCE = 300  # seconds without a word from the command before it counts as a hang


class Terminal:
    """The command in a terminal of its own: what it says, and answers to it."""

    def __init__(self, *arguments):
        self.ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "shrinkage.cli", "report", *map(str, arguments)],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self.said = ""

    def until(self, words):
        """Read until it says these words, or ends."""
        start = len(self.said)
        while words not in self.said[start:]:
            ready, _, _ = select.select([self.ours], [], [], PATIENCE)
            assert ready, f"nothing more after: {self.said[-500:]}"
            try:
                self.said += os.read(self.ours, 4096).decode()
            except OSError:  # it has ended
                break
        return self.said[start:]

    def answer(self, question, text):
        assert question in self.until(question)
        os.write(self.ours, f"{text}\n".encode())

    def ended(self):
        self.until("\0")
        os.close(self.ours)
        return self.process.wait(PATIENCE)


@pytest.fixture
def hospitals(tmp_path):
    source = tmp_path / "my.csv"
    source.write_text(deaths())
    return source


def test_it_proposes_what_the_columns_mean_and_asks_what_is_missing(hospitals):
    terminal = Terminal(hospitals)
    terminal.answer("Is this right?", "")
    assert "failures" in terminal.said
    terminal.answer("Period", "1996-1998")
    terminal.answer("Definition of deaths", "")
    assert terminal.ended() == 0, terminal.said
    text = (hospitals.parent / "my_report.html").read_text()
    assert "1996-1998" in text
    assert "<code>--definition</code>" in text
    assert "<code>--period</code>" not in text
    assert "What a row is" not in terminal.said  # the heading says it: hospital


def test_no_is_an_answer(hospitals):
    terminal = Terminal(hospitals)
    terminal.answer("Is this right?", "n")
    assert terminal.ended() == 2
    assert "say which column is what" in terminal.said
    assert [path.name for path in hospitals.parent.iterdir()] == ["my.csv"]


def test_what_is_neither_yes_nor_no_is_asked_again(hospitals):
    terminal = Terminal(hospitals)
    terminal.answer("Is this right?", "what?")
    assert "'what?' is neither" in terminal.until("Is this right?")
    os.write(terminal.ours, b"no\n")
    assert terminal.ended() == 2


def test_the_rows_of_a_unit_are_asked_about(tmp_path):
    source = tmp_path / "my.csv"
    years = "".join(f"{name},{year},50,30\n" for name in "ABC" for year in (2021, 2022))
    source.write_text(f"doctor,year,trials,successes\n{years}")
    terminal = Terminal(source, "--period", "2021-2022", "--definition", "alive")
    assert "stand" in terminal.until("Add the rows of each up?") or "rows" in terminal.said
    os.write(terminal.ours, b"\n")
    assert terminal.ended() == 0, terminal.said
    assert "3 doctors, 300 patients and 180 successes" in " ".join(terminal.said.split())


def test_a_doubt_is_asked_about(tmp_path):
    source = tmp_path / "my.csv"
    source.write_text(table("ABC", [3, 4, 2], [60, 66, 61]))
    terminal = Terminal(source)
    terminal.answer("Go on so?", "no")
    assert terminal.ended() == 2
    assert "count as successes" in terminal.said
    assert [path.name for path in tmp_path.iterdir()] == ["my.csv"]


def test_elsewhere_nothing_is_asked_and_doubts_are_said(tmp_path, capsys):
    source = tmp_path / "my.csv"
    source.write_text(table("ABC", [3, 4, 2], [60, 66, 61]))
    assert main(["report", str(source)]) == 0
    printed, said = capsys.readouterr()
    assert "best and worst are exchanged" in " ".join(said.split())
    assert "do not: what was doubtful in the file" in " ".join(printed.split())
    page = (tmp_path / "my_report.html").read_text()
    assert page.index("First make sure of this") < page.index("The decision")


def test_whoever_reads_only_the_first_lines_gets_no_traceback(tmp_path):
    (tmp_path / "my.csv").write_text(table("ABC", [50, 61, 48], [60, 66, 61]))
    read_by, theirs = os.pipe()
    os.close(read_by)  # nobody reads on
    done = subprocess.run(
        [sys.executable, "-m", "shrinkage.cli", "report", str(tmp_path / "my.csv")],
        stdout=theirs,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(theirs)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "my_report.html").exists()


def test_stopped_it_leaves_nothing_half_written(hospitals):
    terminal = Terminal(
        hospitals, "--columns", "unit=hospital,trials=operations,failures=deaths", "--sampler"
    )
    terminal.answer("Period", "")
    terminal.answer("Definition", "")
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.ended() == 130, terminal.said
    assert "Stopped" in terminal.said
    assert "Traceback" not in terminal.said
    assert [path.name for path in hospitals.parent.iterdir()] == ["my.csv"]


@pytest.mark.sampler
def test_stopped_while_it_samples_it_ends(tmp_path):
    """A sampler may take Ctrl-C for the wish to go on with the draws that there are."""
    source = tmp_path / "my.csv"
    patients(4000, 80).to_csv(source, index=False)
    terminal = Terminal(source, "--adjust", "age + urgency + sex")
    terminal.answer("Period", "")
    terminal.answer("Definition", "")
    assert "% sampling" in terminal.until("% sampling")
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.ended() == 130, terminal.said
    assert "Stopped" in terminal.said
    assert [path.name for path in tmp_path.iterdir()] == ["my.csv"]


class Screen(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self):
        return True


def test_the_bar_tells_how_long_it_will_take(monkeypatch):
    monkeypatch.setattr(progress, "QUIET", 0.0)
    monkeypatch.setattr(progress, "TICK", 0.01)
    screen = Screen()
    with Bar(screen) as bar:
        bar("posterior", 0.5)
        assert bar.line(30.0).endswith("50 % posterior, about 30 s left")
        assert bar.line(600.0).endswith("about 10 min left")
        bar("sampling", 0.4)  # begins at once, and is now as far after ten seconds
        bar("sampling", 0.5)
        assert bar.line(10.0).endswith("50 % sampling, about 50 s left")
        bar("pictures", 0.02)
        assert "left" not in bar.line(30.0)
        while "pictures" not in screen.getvalue():
            pass
    assert screen.getvalue().endswith("\r")  # the line is wiped at the end


def test_no_bar_where_nobody_looks():
    stream = io.StringIO()
    with Bar(stream) as bar:
        bar("posterior", 0.5)
    assert stream.getvalue() == ""
