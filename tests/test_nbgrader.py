"""The solutions are valid nbgrader assignments: the real nbgrader releases and grades them.

For each exercise three students hand in: one nothing, one the solution, one a part. The session
ends with a table of the grades that nbgrader exports. Every change meets three exercises, about
tables, functions, and a model with its draws; all ten are graded every week.

One class of students hands in what nbgrader by itself loses: Python that ends, a loop that cannot
be interrupted, deleted cells, a file of another name.
"""

import csv
import logging
import os
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from exercise_kit import ROOT, notebook_of
from nbgrader.apps import AutogradeApp, ExportApp
from nbgrader.apps.api import NbGraderAPI
from nbgrader.converters import GenerateFeedback
from nbgrader.utils import temp_attrs
from nbgrader.validator import Validator
from traitlets.config import Config, PyFileConfigLoader
from turns import weekly_but

from shrinkage.exercises.card import total_card
from shrinkage.exercises.checking import exercise_ids, load_exercise
from shrinkage.exercises.nbgrading import FeedbackPage

pytestmark = [
    pytest.mark.sampler,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
]
NOW = ("01", "02", "05")
VALIDATED = ("02", "03")  # a validation runs everything again: the others' points say the same

# What a student writes who gets a part right, by answer cell, and the points of each check.
PARTIAL = {
    "01": (
        {
            "answer-1": 'raw_rate = patients.groupby("doctor")["success"].mean()',
            "answer-2": (
                "import warnings; warnings.warn('a warning costs nothing')\n"
                'standard_error = patients.groupby("doctor")["success"].sem().reindex(roster)'
            ),
            "answer-3": "interval = pd.DataFrame(no_such_name)",
            "answer-4": (
                "spread = {'observed': raw_rate.var(), 'chance': ..., 'between': ...}\n"
                "print('what a student prints costs nothing')"
            ),
        },
        [1.5, 0.75, 0, 1],
    ),
    "02": (
        {
            "answer-2": """
def weight(n, spread, p):
    luck = p * (1 - p) / n
    return luck / (spread**2 + luck)
""",
            "answer-4": """
def estimate(successes, trials):
    return (successes / trials + successes.sum() / trials.sum()) / 2
""",
        },
        [0, 0.75, 0, 1.5, 0],
    ),
    "03": (
        {
            "answer-5": """
separated = [d for d, own in patients.groupby("doctor")["success"] if own.nunique() == 1]
"""
        },
        [0, 0, 0, 0, 1],
    ),
    "04": (
        {
            "answer-1": """
mu, sigma = populations["mu"], populations["sigma"]
lower, upper = expit(mu - 1.645 * sigma), expit(mu + 1.645 * sigma)
below_half = stats.norm.cdf(0, mu, sigma)
implied = pd.DataFrame({"lower": lower, "upper": upper, "below_half": below_half})
"""
        },
        [1.5, 0, 0, 0],
    ),
    "05": (
        {
            "answer-5": """
belief = dict.fromkeys("12345678", "changes") | {"2": "stays", "4": "stays"}
"""
        },
        [0, 0, 0, 0, 1],
    ),
    "06": (
        {
            "answer-4": """
rows = {}
for place, table in places.items():
    rate = table["successes"].sum() / table["trials"].sum()
    rows[place] = [1 / (guess[place] ** 2 * rate * (1 - rate)), 0]
centring = pd.DataFrame(rows, index=["even", "above"]).T
"""
        },
        [0, 0, 0, 1.25],
    ),
    "07": (
        {
            "answer-1": """
moved = pd.DataFrame({"raw": counts.successes / counts.trials})
moved["estimate"] = fit.posterior["theta"].mean(("chain", "draw")).to_series()
moved["moved"] = abs(moved["estimate"] - moved["raw"])
"""
        },
        [1.5, 0, 0, 0, 0],
    ),
    "08": (
        {
            "answer-1": """
raw = {name: successes[name].sum(axis=1) / trials[name].sum(axis=1) for name in clinics}
observed = {name: [raw[name].std(), ..., ..., ...] for name in clinics}
"""
        },
        [0.5, 0, 0, 0],
    ),
    "09": (
        {
            "answer-1": """
place = theta.rank(axis=1)
chance = pd.DataFrame({"best": (place == 10).mean(), "place": place.mean()})
chance["below"] = (theta < standard).mean()
"""
        },
        [1.5, 0, 0, 0, 0],
    ),
    "10": (
        {
            "answer-1": """
spread = np.log((deaths + 0.5) / (operations - deaths + 0.5)).std()
tau = stats.gamma(0.001, scale=1000)
below, above = tau.sf(1 / (spread / 2) ** 2), tau.cdf(1 / (2 * spread) ** 2)
said = {"published": [below, 1 - below - above, above], "course": ..., "Gamma(1, 1)": ...}
"""
        },
        [1, 0, 0, 0],
    ),
}


@pytest.fixture(scope="module")
def api(tmp_path_factory) -> Iterator[NbGraderAPI]:
    """A course of nbgrader's, set up as the page for instructors says."""
    with course(tmp_path_factory.mktemp("course")) as made:
        yield made


@contextmanager
def course(root: Path) -> Iterator[NbGraderAPI]:
    """A course in a folder."""
    shutil.copy(ROOT / "solutions/nbgrader_config.py", root)
    config = Config(PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config())
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.db_url = f"sqlite:///{root}/gradebook.db"
    with pytest.MonkeyPatch.context() as patched:
        # nbgrader calls `alembic` by its name
        patched.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        yield NbGraderAPI(config=config)


class Released:
    """An exercise in the course, released for students to hand in."""

    def __init__(self, api: NbGraderAPI, id: str) -> None:
        self.api, self.exercise, self.assignment = api, load_exercise(id), f"exercise-{id}"
        self.root = Path(api.coursedir.root)
        [solution] = (ROOT / "solutions").glob(f"{id}_*.ipynb")
        self.name = solution.name
        source = self.root / "source" / self.assignment / self.name
        source.parent.mkdir(parents=True)
        shutil.copy(solution, source)
        done = api.generate_assignment(self.assignment)
        assert done["success"], done
        self.solved = {cell.id: cell.source for cell in notebook_of(id).cells}

    def hand_in(
        self, student: str, written: dict[str, str], *, lacks: Sequence[str] = (), name: str = ""
    ) -> None:
        notebook = nbformat.read(self.released, as_version=4)
        notebook.cells = [cell for cell in notebook.cells if cell.id not in lacks]
        for cell in notebook.cells:
            if cell.metadata.get("nbgrader", {}).get("solution"):
                cell.source = written.get(cell.id, cell.source)
        path = self.submitted(student).with_name(name or self.name)
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)

    @property
    def released(self) -> Path:
        return self.root / "release" / self.assignment / self.name

    def submitted(self, student: str) -> Path:
        return self.root / "submitted" / student / self.assignment / self.name

    def autograde(self, student: str) -> None:
        done = self.api.autograde(self.assignment, student)
        assert done["success"], done

    def scores(self, student: str) -> list[float]:
        with self.api.gradebook as gradebook:
            submission = gradebook.find_submission(self.assignment, student)
            assert submission.max_score == 10
            assert not submission.needs_manual_grade
            grades = {grade.name: grade.score for grade in submission.notebooks[0].grades}
        id = self.exercise.id
        return [grades[f"check-{id}-{n}"] for n in range(1, len(self.exercise.tasks) + 1)]

    def exported(self, to: Path) -> dict[str, dict[str, str]]:
        """The rows of what nbgrader exports about it, by student."""
        plugin = ExportApp(config=self.api.config).plugin_class(to=str(to))
        with self.api.gradebook as gradebook:
            plugin.export(gradebook)
        with to.open() as file:
            rows = [row for row in csv.DictReader(file) if row["assignment"] == self.assignment]
        assert {float(row["max_score"]) for row in rows} == {10}
        return {row["student_id"]: row for row in rows}


class Graded(Released):
    """An exercise that three students have handed in, graded."""

    def __init__(self, api: NbGraderAPI, id: str) -> None:
        super().__init__(api, id)
        answers, points = PARTIAL[id]
        full = [task.points for task in self.exercise.tasks]
        self.expected = {"stub": [0.0] * len(full), "solution": full, "partial": points}
        for student, written in {"stub": {}, "solution": self.solved, "partial": answers}.items():
            self.hand_in(student, written)
            self.autograde(student)


@pytest.fixture(scope="module", params=weekly_but(NOW, exercise_ids()))
def graded(request, api) -> Graded:
    return Graded(api, request.param)


def test_nbgrader_makes_the_exercise_that_the_release_makes(graded):
    theirs = nbformat.read(graded.released, as_version=4).cells
    ours = notebook_of(graded.exercise.id, "exercises").cells
    assert theirs[0].source in ours[0].source
    for a, b in zip(theirs[1:], ours[1:], strict=True):
        assert (a.id, a.source, a.metadata) == (b.id, b.source, b.metadata)


def test_points_arrive_as_they_were_earned(graded):
    for student, points in graded.expected.items():
        assert graded.scores(student) == points, student
    partial = graded.expected["partial"]
    full = graded.expected["solution"]
    assert any(0 < got < most for got, most in zip(partial, full, strict=True))


def test_no_cell_fails_or_warns(graded):
    for student in ("stub", "solution"):
        path = graded.root / "autograded" / student / graded.assignment / graded.name
        notebook = nbformat.read(path, as_version=4)
        outputs = [o for cell in notebook.cells for o in cell.get("outputs", [])]
        assert len(outputs) > len(graded.exercise.tasks)
        odd = [o for o in outputs if o.output_type == "error" or o.get("name") == "stderr"]
        assert not odd, (student, odd)


@pytest.mark.parametrize("graded", weekly_but(NOW, VALIDATED), indirect=True)
def test_validation_says_what_is_not_complete_yet(graded):
    told = Validator(config=graded.api.config).validate(str(graded.submitted("partial")))
    assert not set(told) & {"changed", "type_changed"}
    points = zip(graded.expected["partial"], graded.expected["solution"], strict=True)
    assert len(told["failed"]) == sum(got < most for got, most in points)


@pytest.mark.parametrize("graded", weekly_but(NOW, VALIDATED), indirect=True)
def test_validation_passes_the_solution(graded):
    told = Validator(config=graded.api.config).validate(str(graded.submitted("solution")))
    assert not set(told) & {"failed", "changed", "type_changed"}, told


def test_the_export_carries_the_totals(graded, tmp_path, record_property):
    rows = graded.exported(tmp_path / "grades.csv")
    assert {row["status"] for student, row in rows.items() if student in graded.expected} == {
        "graded"
    }
    exported = {student: float(row["score"]) for student, row in rows.items()}
    assert exported == {student: sum(points) for student, points in graded.expected.items()}
    assert (exported["stub"], exported["solution"]) == (0, 10)
    totals = "   ".join(f"{name} {exported[name]:>4g}" for name in ("stub", "partial", "solution"))
    record_property("Points of ten, as nbgrader exports them", f"{graded.assignment}   {totals}")


# What each student of this class does in a solution that is right, and the points that stay.
ENDS = "answer-3", "\nimport os; os._exit(0)"
HANGS = (
    "answer-2",
    """
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
""",
)
LACKS = ("setup", "check-1", "answer-2", "check-2", "total")
KEPT = {"ends": [2, 2, 0, 0], "hangs": [2, 0, 0, 0], "lacks": [2, 0, 3, 0]}


@pytest.fixture(scope="module")
def troubled(tmp_path_factory) -> Iterator[Released]:
    """A class graded on another clinic, of which each student hands in a trouble."""
    with course(tmp_path_factory.mktemp("troubled")) as api, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SMALLN_CLINIC", "7")
        api.config.Execute.timeout_func = lambda cell: 1 if "while True" in cell.source else 600
        made = Released(api, "01")
        for student, (cell, more) in {"ends": ENDS, "hangs": HANGS}.items():
            made.hand_in(student, made.solved | {cell: made.solved[cell] + more})
        made.hand_in("lacks", made.solved, lacks=LACKS)
        made.hand_in("renamed", made.solved, name="exercise one.ipynb")
        for student in KEPT:
            made.autograde(student)
        assert not api.autograde(made.assignment, "renamed")["success"]
        assert api.generate_feedback(made.assignment)["success"]
        yield made


def page(troubled: Released, student: str) -> str:
    """A student's page of feedback."""
    path = troubled.root / "feedback" / student / troubled.assignment / troubled.name
    return path.with_suffix(".html").read_text()


@pytest.mark.parametrize("student", KEPT)
def test_a_submission_that_breaks_keeps_the_points_it_earned_and_has_its_page(troubled, student):
    assert troubled.scores(student) == KEPT[student]
    assert f"(Score: {sum(KEPT[student]):.1f} / 10.0)" in page(troubled, student)


@pytest.mark.parametrize(
    ("student", "said"),
    [
        ("ends", "Python ended in this cell or just before it"),
        ("hangs", "This cell ran for 1 seconds and could not be interrupted"),
    ],
)
def test_its_page_says_where_it_ended(troubled, student, said):
    text = " ".join(page(troubled, student).split())
    assert text.count(said) == 1
    assert "Not run, because Python ended in a cell before it." in text


def test_a_submission_without_a_grade_is_exported_without_points(troubled, tmp_path):
    rows = troubled.exported(tmp_path / "grades.csv")
    told = {student: (row["status"], row["score"]) for student, row in rows.items()}
    graded = {student: ("graded", f"{sum(points):.1f}") for student, points in KEPT.items()}
    assert told == graded | {"renamed": ("not graded", "")}


@pytest.mark.parametrize("student", KEPT)
def test_a_page_loads_nothing(troubled, student):
    asks = r"""(?:src|href)=["']?(?:https?:)?//|url\(["']?(?:https?:)?//|@import|<script"""
    assert not re.findall(asks, page(troubled, student))
    assert "<math" in page(troubled, student)


@pytest.mark.parametrize("id", exercise_ids())
def test_every_formula_is_shown_without_a_script(id):
    for cell in notebook_of(id, "exercises").cells:
        if cell.cell_type == "markdown":
            shown = FeedbackPage().markdown2html({}, cell.source)
            assert not re.findall(r"\\[A-Za-z]+|\$", shown), shown


def test_a_page_says_that_another_clinic_was_graded_and_not_which(troubled):
    said = "not the published one, but another of its kind, with numbers of its own"
    text = page(troubled, "ends")
    assert text.index(f"Graded on a clinic that is {said}.") < text.index("League tables")
    for student in KEPT:
        assert said in page(troubled, student)
        assert "SMALLN_CLINIC" not in page(troubled, student)


def test_the_last_card_says_that_the_clinic_is_another(monkeypatch):
    exercise = load_exercise("01")
    monkeypatch.delenv("SMALLN_CLINIC", raising=False)
    assert "Clinic" not in repr(total_card(exercise, {}))
    monkeypatch.setenv("SMALLN_CLINIC", "7")
    assert "Clinic" in repr(total_card(exercise, {}))
    assert "7" not in repr(total_card(exercise, {}))
    monkeypatch.setenv("SMALLN_CLINIC", "seven")
    assert "found 'seven'" in repr(total_card(exercise, {}))


def test_grading_on_another_clinic_says_what_it_leaves_and_how_to_grade_it_again(
    monkeypatch, caplog
):
    for seed, times in (("", 0), ("7", 1)):
        monkeypatch.setenv("SMALLN_CLINIC", seed)
        AutogradeApp.clear_instance()
        app = AutogradeApp.instance()
        app.log = logging.getLogger(f"nbgrader on clinic {seed}")
        for _ in range(3):  # as often as nbgrader loads a course's settings
            PyFileConfigLoader("nbgrader_config.py", path=str(ROOT / "solutions")).load_config()
        told = [record.message for record in caplog.records]
        assert len(told) == times
        assert all("keep the points" in text and "--force" in text for text in told)
    AutogradeApp.clear_instance()


def test_feedback_is_never_that_of_the_run_before(troubled):
    path = troubled.root / "feedback" / "ends" / troubled.assignment / troubled.name
    path.with_suffix(".html").write_text("the run before")
    folder = troubled.api.coursedir
    with temp_attrs(folder, assignment_id=troubled.assignment, student_id="ends"):
        GenerateFeedback(coursedir=folder, parent=troubled.api).start()
    assert "Score" in page(troubled, "ends")
