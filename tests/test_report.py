"""`shrinkage report`: the page agrees with the exact posterior, says what it cannot know, needs
nothing from outside, and nothing is overwritten that somebody wrote."""

import base64
import io
import re
from html.parser import HTMLParser
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from conftest import ROOT, served
from on_screen import PHONE
from turns import in_turn

from shrinkage.cli import main
from shrinkage.convergence import NotConvergedError
from shrinkage.data import Outcomes, count_by_doctor, load_doctors, load_hospitals, load_outcomes
from shrinkage.exact import posterior, posterior_with_covariate
from shrinkage.report import Words, analysis, load_checks, model, predictive, render, write_report
from shrinkage.report.analysis import ReportError, default_standard
from shrinkage.report.write import is_ours, seal

HOSTILE = {
    "<b>Bo</b>": (4, 6),
    '"><script>alert(1)</script>': (5, 9),
    "O'Brien & Söhne": (7, 10),
    "A$B$C $x^2$": (9, 10),
    "{{ 7*7 }}": (3, 9),
    "A name of a clinic that goes on and on and on and never comes to an end": (8, 12),
    "李医生": (7, 8),
    "Anna Meyer": (4, 5),
    "Meyer, Anna": (3, 6),
}


def written(counts, **columns):
    return pd.DataFrame(counts | columns).to_csv(index=False)


def table(names, successes, trials, **more):
    return written({"doctor": list(names), "successes": successes, "trials": trials}, **more)


def survivors():
    hospitals = load_hospitals()
    return table(hospitals.hospital, hospitals.operations - hospitals.deaths, hospitals.operations)


FILES = {
    "ten": (load_doctors().to_csv(index=False), []),
    "plain": (
        load_doctors().to_csv(index=False),
        ["--no-severity", "--standard", "75%", "--cost-ratio", "2"],
    ),
    "hospitals": (
        survivors(),
        ["--unit", "hospital", "--rate", "survival", "--title", "Infant heart surgery"],
    ),
    "hostile": (
        table(HOSTILE, [s for s, _ in HOSTILE.values()], [n for _, n in HOSTILE.values()]),
        ["--title", "<i>Clinic</i> & sons"],
    ),
    "two": (table(["Ada", "Bo"], [9, 3], [10, 10], severity=[1, 2]), []),
    "perfect": (table("ABCD", [4, 8, 20, 31], [4, 8, 20, 31], ward=list("xxyy")), []),
    "huge": (table("ABCDEF", [812_345, 790_000, 850_000, 900_000, 7, 700_000], [10**6] * 6), []),
}
every_file = pytest.mark.parametrize("name", FILES)


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """Write a report on one of the files, once; its folder, path, text and analysis."""
    folder = tmp_path_factory.mktemp("reports")
    made = {}

    def report(name):
        if name not in made:
            content, options = FILES[name]
            source = folder / f"{name}.csv"
            source.write_text(content)
            seen = {}
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(
                    "shrinkage.report.write.render",
                    lambda found, **words: seen.update(found=found) or render(found, **words),
                )
                assert main(["report", str(source), *options]) == 0
            path = folder / f"{name}_report.html"
            assert source.read_text() == content
            made[name] = SimpleNamespace(
                folder=folder, path=path, text=path.read_text(), found=seen["found"]
            )
        return made[name]

    return report


class Page(HTMLParser):
    """What a browser would see: tags with their attributes, and the text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words, self._skip = [], [], 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._skip += tag == "style"

    def handle_endtag(self, tag):
        self._skip -= tag == "style"

    def handle_data(self, data):
        if not self._skip:
            self.words.append(data)

    @property
    def text(self):
        return re.sub(r"\s+", " ", " ".join(self.words).replace("\u00a0", " "))


def rows(text):
    """The league table's rows as texts."""
    body = re.search(r'class="league".*?<tbody>(.*?)</tbody>', text, re.S)[1]
    return [
        [
            re.sub(r"<[^>]+>|\s+", " ", c).strip()
            for c in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)
        ]
        for row in re.findall(r"<tr.*?</tr>", body, re.S)
    ]


# -- the numbers -----------------------------------------------------------------------------------


def test_the_table_is_the_exact_posterior(reports):
    counts = count_by_doctor(load_doctors())
    exact = posterior(counts.successes, counts.trials)
    below = [float(alpha.cdf(np.log(3))) for alpha in exact.alpha]  # logit of 75 %
    report = reports("plain")
    found = report.found.table.set_index("doctor").loc[counts.doctor]
    np.testing.assert_allclose(found.estimate, exact.mean, atol=0.01)
    np.testing.assert_allclose(found[["low", "high"]], exact.interval(), atol=0.03)
    np.testing.assert_allclose(found.below, below, atol=0.03)
    ranks = exact.rank_probabilities()
    np.testing.assert_allclose(found.best, ranks[:, 0], atol=0.03)
    np.testing.assert_allclose(found.worst, ranks[:, -1], atol=0.03)
    cumulative = ranks.cumsum(axis=1)
    for j, doctor in enumerate(found.itertuples()):
        assert cumulative[j, doctor.rank_low - 1] > 0.01
        assert cumulative[j, doctor.rank_high - 1] > 0.96
    # And the page prints just these.
    first = rows(report.text)[0]
    top = report.found.table.iloc[0]
    assert first[:3] == [top.doctor, str(top.trials), str(top.successes)]
    assert first[3].replace("\u00a0", " ") == f"{100 * top.raw:.0f} %"
    assert first[4].replace("\u00a0", " ") == f"{100 * top.estimate:.0f} %"


def test_with_severity_it_is_the_exact_posterior_with_severity(reports):
    patients = load_doctors()
    doctor_idx, names = pd.factorize(patients.doctor)
    exact = posterior_with_covariate(doctor_idx, patients.severity, patients.success)
    report = reports("ten")
    found = report.found.table.set_index("doctor").loc[names]
    np.testing.assert_allclose(found.estimate, exact.mean, atol=0.01)
    adjustment = report.found.adjustment
    assert adjustment.sickest[0] == adjustment.who == "H"
    assert adjustment.after > adjustment.before + 0.05
    assert "Adjusting moves Dr. H most" in Page(report.text).text


@every_file
def test_every_report_is_checked_and_says_so(reports, name):
    found = reports(name).found
    assert found.sound
    assert found.agreement.good
    text = Page(reports(name).text).text
    for said in ("R-hat at most", "effective sample size at least", "no divergence"):
        assert said in text
    assert "Monte Carlo standard errors" in text
    assert "in 95 % of the model's clinics" in text
    assert "Rows read" in text


def test_the_decision_follows_the_costs_and_the_standard(reports):
    plain = reports("plain").found
    assert (plain.standard, plain.standard_given, plain.cost_ratio) == (0.75, True, 2.0)
    assert plain.verdict.threshold == pytest.approx(2 / 3)
    below = plain.table.set_index("doctor").below
    assert set(plain.verdict.review) == set(below.index[below > 2 / 3])
    called = below > 2 / 3
    assert plain.verdict.wrong == pytest.approx((1 - below[called]).sum())
    assert plain.verdict.missed == pytest.approx(below[~called].sum())
    counts = [len(verdict.review) for verdict in plain.verdicts]
    assert counts == sorted(counts, reverse=True)
    ten = reports("ten").found
    assert ten.standard == default_standard(ten.typical.mean)
    assert "made from the file" in Page(reports("ten").text).text


def test_the_default_standard():
    for typical in (0.5, 0.8, 0.93, 0.999):
        standard = default_standard(typical)
        odds = (1 - standard) / standard / ((1 - typical) / typical)
        assert odds == pytest.approx(1.5, rel=0.08)
    assert default_standard(0.8) == 0.73


def test_large_caseloads_are_sampled_centred(reports):
    assert [a.parameterisation for a in reports("huge").found.attempts] == ["centred"]
    assert [a.parameterisation for a in reports("ten").found.attempts] == ["non-centred"]


def test_another_parameterisation_is_tried_where_the_first_fails(monkeypatch):
    """And the page says that it was."""
    left = [False, True]

    def check(fit):
        if not left.pop():
            return "Converged: quite."
        raise NotConvergedError("Not converged: 9 divergences.")

    monkeypatch.setattr(model, "check_convergence", check)
    monkeypatch.setattr(
        model, "PLAN", (("non-centred", 0.9, 50), ("centred", 0.9, 50), ("non-centred", 0.99, 50))
    )
    few = np.array([3, 4, 5])
    cells = model.Cells(np.array(list("ABC"), object), np.arange(3), few, few + 3, None)
    _, convergence, attempts = model.sample(cells, 1)
    assert convergence == "Converged: quite."
    assert [(a.parameterisation, a.converged) for a in attempts] == [
        ("non-centred", False),
        ("centred", True),
    ]


def test_a_sampler_that_fails_gives_a_page_that_says_so_and_exit_code_1(
    tmp_path, monkeypatch, capsys
):
    def fails(fit):
        raise NotConvergedError("Not converged: 9 divergences.\nadvice")

    monkeypatch.setattr(model, "check_convergence", fails)
    monkeypatch.setattr(model, "PLAN", (("non-centred", 0.9, 100),))
    source = tmp_path / "my.csv"
    source.write_text(table("ABC", [3, 4, 5], [6, 6, 6]))
    assert main(["report", str(source)]) == 1
    assert "Do not use these numbers" in capsys.readouterr().err
    text = Page((tmp_path / "my_report.html").read_text()).text
    assert "Do not use these numbers" in text
    assert "9 divergences" in text


# -- what it cannot know ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "ten",
            ["adjusted for the column 'severity'", "average severity", "smallest caseload is 4"],
        ),
        ("plain", ["severity column was left out on request", "75.5 % of outcomes"]),
        (
            "hospitals",
            [
                "The file has no severity column",
                "No hospital in the file has fewer than 47 patients",
                "12 hospitals to learn a spread from",
                "if one hospital lost more",
            ],
        ),
        (
            "two",
            [
                "Only 2, so the spread leans on its hyperprior",
                "cannot be used in a file with a row a doctor",
                "Whether this holds cannot be checked with 2 doctors",
            ],
        ),
        (
            "perfect",
            ["No failure in the whole file", "All 63 patients", "columns ward were not used"],
        ),
        ("hostile", ["'Anna Meyer' and 'Meyer, Anna' were taken as different"]),
    ],
)
def test_caveats_speak_of_this_file(reports, name, said):
    text = Page(reports(name).text).text
    caveats = text[text.index("What this page cannot know", text.index("Decision")) :]
    for part in said:
        assert part in (text if part in ("average severity",) else caveats)
    for title in ("Case mix", "Missing outcomes", "Selection", "Coding", "Exchangeability"):
        assert title in caveats


def test_the_readers_words(reports):
    report = reports("hospitals")
    page = Page(report.text)
    assert "Infant heart surgery" in page.text
    assert "Hospital A" in page.text
    assert "Dr." not in page.text
    assert "hospital (patients seen)" in page.text
    assert ">survival<" in report.text.replace("\n", "")
    # The published failure of the raw rate: hospital A's 100 % after 47 operations.
    first = report.found.table.set_index("doctor").loc["A"]
    assert first.raw == 1
    assert 0.94 < first.estimate < 0.96


def test_words():
    assert Words().name("B") == "Dr. B"
    assert Words().name("Dr. Who") == "Dr. Who"
    assert Words().name("Drake") == "Dr. Drake"
    assert Words("facility").units == "facilities"
    assert Words("hospital").name("C") == "Hospital C"
    assert Words("hospital").name("St. Mary") == "St. Mary"
    assert Words().names(tuple("ABCDEFG")) == "Dr. A, Dr. B, Dr. C, Dr. D, Dr. E and 2 more"


@pytest.mark.parametrize(
    ("names", "pairs"),
    [
        (["Anna Meyer", "anna  MEYER"], 1),
        (["Dr. Meyer", "Meyer"], 1),
        (["Meyer, Anna", "Anna Meyer"], 1),
        (["José", "Jose"], 1),
        (["Johnson", "Jonson"], 1),
        (["Johnson P", "Johnsen P"], 1),
        (["Hospital A", "Hospital B"], 0),
        (["Doctor 1", "Doctor 11"], 0),
        (["Smith", "Smyth"], 0),
        (["Johnson P", "Johnsen Q"], 0),
        (list("ABCDEFGHIJ"), 0),
        ([f"Doctor {k}" for k in range(3000)], 0),
    ],
    ids=lambda value: str(value)[:30],
)
def test_names_that_may_be_one(names, pairs):
    assert len(load_checks.alike(names)) == pairs


def test_patients_in_two_rows_and_unused_columns(tmp_path):
    source = tmp_path / "my.csv"
    source.write_text("patient_id,doctor,success,ward\n1,A,1,x\n1,A,1,x\n2,B,0,y\n")
    loaded = load_checks.inspect(load_outcomes(source))
    assert loaded.repeated == ("patient_id", 1)
    assert loaded.unused == ["ward"]
    assert loaded.few == ["A", "B"]


def test_a_clinic_unlike_the_models_own_is_noticed():
    """All alike but one, and rates that rise with the caseload."""
    trials = np.full(20, 100)
    successes = np.array([80] * 19 + [5])
    draws = xr.Dataset(
        {
            "mu_pop": (("chain", "draw"), np.full((2, 200), 1.3)),
            "sigma_pop": (("chain", "draw"), np.full((2, 200), 0.7)),
        }
    )
    cells = model.Cells(np.arange(20).astype(object), np.arange(20), successes, trials, None)
    checks = {check.name: check for check in predictive.check(cells, draws, 1)}
    assert set(checks) == {"spread", "farthest"}  # caseloads that do not differ order nobody
    assert checks["farthest"].strange
    rising = np.arange(10, 210, 10)
    cells = model.Cells(
        np.arange(20).astype(object),
        np.arange(20),
        np.round(rising * np.linspace(0.5, 0.95, 20)).astype(int),
        rising,
        None,
    )
    checks = {check.name: check for check in predictive.check(cells, draws, 1)}
    assert checks["caseload"].strange
    assert checks["caseload"].observed > 0.9


# -- the page --------------------------------------------------------------------------------------


@every_file
def test_it_needs_nothing_from_outside(reports, name):
    text = reports(name).text
    page = Page(text)
    addresses = [
        value
        for tag, attrs in page.tags
        for key, value in attrs.items()
        if key in ("src", "href", "xlink:href", "action", "srcset", "data", "poster")
    ]
    assert addresses
    assert all(address.startswith(("#", "data:")) for address in addresses)
    assert not re.search(r"https?:|@import", text)
    assert all(url.startswith("#") for url in re.findall(r"url\(([^)]*)", text))
    assert "script" not in {tag for tag, _ in page.tags}
    assert len(text) < 400_000


@every_file
def test_pictures_have_their_finding_in_words_and_ids_are_unique(reports, name):
    page = Page(reports(name).text)
    pictures = [attrs for tag, attrs in page.tags if tag == "svg"]
    assert len(pictures) == 2
    for picture in pictures:
        assert picture["role"] == "img"
        assert len(picture["aria-label"]) > 80
        assert "%" in picture["aria-label"]
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    # Every picture's colours come from the page, so that the dark theme changes them.
    svg = reports(name).text.split("<svg", 1)[1].rsplit("</svg>", 1)[0]
    assert not re.findall(r"(?:fill|stroke): #[0-9a-f]{6}", svg)


def test_a_name_is_text_wherever_it_stands(reports):
    text = reports("hostile").text
    page = Page(text)
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"b", "i", "script"}
    shown = page.text
    for name in HOSTILE:
        assert name in shown
    assert "49" not in [row[0] for row in rows(text)]
    assert "<i>Clinic</i> & sons" in shown
    assert "A$B$C" in text.split("<svg")[1]  # a dollar sign is no formula in a picture either


def test_the_table_can_be_saved_as_csv(reports):
    report = reports("hostile")
    address = next(a["href"] for _, a in Page(report.text).tags if "download" in a)
    content = base64.b64decode(address.partition("base64,")[2]).decode("utf-8-sig")
    saved = pd.read_csv(io.StringIO(content))
    assert set(saved.doctor) == set(HOSTILE)
    np.testing.assert_allclose(saved.estimate, report.found.table.estimate, atol=1e-4)


def test_many_doctors_have_pictures_that_say_what_they_leave_out():
    """Without sampling: the words and pictures of a table of 200."""
    n, rng = 200, np.random.default_rng(1)
    trials = rng.integers(3, 40, n)
    counts = pd.DataFrame({"doctor": [f"D{k}" for k in range(n)], "trials": trials})
    counts["successes"] = rng.binomial(trials, 0.8)
    exact = posterior(counts.successes, counts.trials)
    draws = np.array([a.quantile((np.arange(400) + 0.5) / 400) for a in exact.alpha])
    theta = 1 / (1 + np.exp(-np.array([rng.permutation(row) for row in draws])))
    found = analysis._table(counts, theta, 0.7, 0.4).sort_values("estimate", ascending=False)
    loaded = load_checks.inspect(Outcomes(counts, None))
    half = analysis.Summary(0.8, 0.78, 0.82)
    made = analysis.Analysis(
        loaded=loaded, table=found.reset_index(drop=True), typical=half, new_doctor=half,
        sigma=analysis.Summary(0.4, 0.3, 0.5), half_weight=40.0, standard=0.7,
        standard_given=True, cost_ratio=4.0, verdicts=[analysis._verdict(found, 4.0)],
        severity="absent", adjustment=None, convergence=None, attempts=[], agreement=None,
        checks=[], sensitivity=[], monte_carlo=0.001, seed=1, versions={},
    )  # fmt: skip
    text = render(made, source="many.csv")
    assert "Shown are 60 of 200 doctors" in Page(text).text
    assert len(rows(text)) == 200
    assert len(text) < 400_000
    assert "Do not use these numbers" in text  # nothing converged here


# -- refusals --------------------------------------------------------------------------------------

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
def test_a_standard_that_is_no_rate(tmp_path, capsys, standard):
    source = tmp_path / "my.csv"
    source.write_text(GOOD)
    with pytest.raises(SystemExit) as stopped:
        main(["report", str(source), f"--standard={standard}"])
    assert stopped.value.code == 2
    assert "--standard" in capsys.readouterr().err
    with pytest.raises(ReportError):
        analysis.analyse(load_outcomes(source), standard=75)


def test_a_file_that_is_not_there(tmp_path, capsys):
    assert main(["report", str(tmp_path / "none.csv")]) == 2
    assert "no file" in capsys.readouterr().err


def test_help_names_every_option(capsys):
    with pytest.raises(SystemExit):
        main(["report", "--help"])
    said = capsys.readouterr().out
    for option in ("--output", "--standard", "--cost-ratio", "--severity", "--seed", "--force"):
        assert option in said


# -- overwriting -----------------------------------------------------------------------------------


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


# -- in a browser ----------------------------------------------------------------------------------


@pytest.fixture
def open_report(reports, new_page):
    with served(reports("ten").folder) as running:

        def opened(name, **options):
            reports(name)
            page = new_page(**options)
            page.goto(f"{running.address}{name}_report.html")
            return page

        yield opened


LOOKS = [(1280, "light"), (1280, "dark"), (360, "dark")]


@pytest.mark.parametrize(
    ("name", "look"),
    [
        pytest.param(name, *look.values, marks=look.marks)
        for shift, name in enumerate(["ten", "hospitals", "hostile"])
        for look in in_turn(LOOKS, shift=shift)
    ],
)
def test_axe_finds_nothing(open_report, npm_modules, name, look):
    width, scheme = look
    page = open_report(name, color_scheme=scheme, viewport={"width": width, "height": 800})
    page.add_script_tag(content=(npm_modules / "axe-core" / "axe.min.js").read_text())
    found = page.evaluate("axe.run()")
    assert found["passes"], "axe looked at nothing"
    problems = [
        f"{v['id']}: {v['help']}: {[n['html'] for n in v['nodes']]}" for v in found["violations"]
    ]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("name", ["ten", "hostile", "huge"])
def test_it_fits_a_phone(open_report, name):
    page = open_report(name, **PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    wide = page.evaluate(
        """[...document.querySelectorAll("p, li, dt, dd, h1, h2, svg, figcaption, caption > span")]
            .filter((element) => !element.closest(".model"))
            .map((element) => [element.getBoundingClientRect(), element.outerHTML.slice(0, 80)])
            .filter(([box]) => box.left < 0 || box.right > 361)
            .map(([, html]) => html)"""
    )
    assert not wide, wide


def test_light_dark_and_paper(open_report):
    def colours(page):
        return page.evaluate(
            """() => {
                const text = document.querySelector("figure svg text");
                return [getComputedStyle(document.body).backgroundColor,
                        getComputedStyle(text).fill];
            }"""
        )

    def bright(colour):
        return int(re.findall(r"\d+", colour)[0]) > 128

    light = colours(open_report("ten", color_scheme="light"))
    page = open_report("ten", color_scheme="dark")
    dark = colours(page)
    assert [bright(c) for c in light] == [True, False]
    assert [bright(c) for c in dark] == [False, True]
    page.emulate_media(media="print")
    assert [bright(c) for c in colours(page)] == [True, False]
    assert page.locator("nav").is_hidden()
    # Nothing is cut off on paper 18 cm wide.
    page.set_viewport_size({"width": 680, "height": 1000})
    assert page.evaluate("document.documentElement.scrollWidth") <= 680


def test_readme_and_help_name_the_same_command():
    assert "shrinkage report" in (ROOT / "book" / "using.md").read_text()
