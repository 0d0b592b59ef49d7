"""A student's page: points, cards, what it was graded on, and nothing that is not theirs."""

import json
import re
from dataclasses import replace

import pytest
from babel.messages.pofile import read_po, write_po
from grading_kit import EXERCISE, HOSTILE, a_class, every_status, outcome, task
from on_screen import PHONE
from report_kit import Page
from static_host import served

from shrinkage import cli
from shrinkage.exercises import language
from shrinkage.exercises.card import result_card
from shrinkage.exercises.language import words
from shrinkage.grading.feedback import feedback_file, feedback_page, write_feedback
from shrinkage.grading.outcome import (
    GRADED,
    NOT_SUBMITTED,
    STATUSES,
    Answer,
    Flag,
    Outcome,
    TaskOutcome,
)
from shrinkage.grading.store import Store


def shown(one, name=""):
    return Page(feedback_page(one, EXERCISE, name)).text


# --- what it says ---------------------------------------------------------------------------------


def test_a_graded_student_reads_points_cards_file_and_time():
    one = outcome("anna", notes=("The check of 05.2 was missing and was put back.",))
    text = feedback_page(one, EXERCISE, "Anna Söhne")
    read = Page(text).text
    for part in ("Anna Söhne (anna)", "anna.ipynb", "2026-05-03, 18:00 UTC+02:00"):
        assert part in read
    assert "6.5 of 10 points" in read
    assert "Points are missing in 05.1, 05.3, 05.4, 05.5." in read
    assert "was put back." in read
    for part in one.tasks:
        assert result_card(part.result, final=True)._repr_html_() in text


def test_a_grade_is_final_on_every_card():
    [first, *_] = EXERCISE.tasks
    failed = words("Cell {number} stopped.", number=7)
    empty = task("05.2", 0.0, found="nothing finished yet", unfinished=True)
    parts = (
        TaskOutcome(task("05.1", 1.5, in_part=("the ends",), right=()), Answer(1.0)),
        TaskOutcome(empty, Answer("...")),
        TaskOutcome(empty),
        TaskOutcome(first.refuse(failed, ""), None, failed),
    )
    text = feedback_page(outcome("anna", tasks=parts), EXERCISE)
    said = Page(text.split("<main>")[1]).text
    for open_ in ("yet", "run this one again", "Next"):
        assert open_ not in said
    assert said.count("Found: no answer") == 2
    assert said.count("Found: Cell 7 stopped.") == 1
    assert said.count("In part: the ends") == 1
    assert "Missing: the median" in said


@pytest.mark.parametrize("status", STATUSES)
def test_the_time_is_that_of_a_grade_or_of_a_look_or_of_nothing(status):
    label = {GRADED: "Graded", NOT_SUBMITTED: None}.get(status, "Looked at")
    text = feedback_page(outcome("anna", status=status), EXERCISE)
    labels = re.findall("<dt>(.*?)</dt>", text)
    assert labels == ["Student", "File", *filter(None, [label])]
    assert ("18:00" in text) == (label is not None)


@pytest.mark.parametrize("status", [GRADED, "crashed"])
def test_a_late_one_reads_that_it_was_late(status):
    said = "It was handed in late, as your platform has it."
    assert said in shown(outcome("anna", status=status, late=True))
    assert said not in shown(outcome("anna", status=status))


def test_it_says_that_another_clinic_was_graded_and_what_that_means():
    read = shown(outcome("anna"))
    assert "another clinic than the one that you saw" in read
    assert "your code computes from the data is right there as well" in read
    assert "a number that you typed in is not" in read


def test_all_points_are_said_to_be_all():
    whole = outcome("anna", [task.points for task in EXERCISE.tasks])
    assert "All tasks are complete." in shown(whole)


@pytest.mark.parametrize("one", every_status()[1:], ids=lambda one: one.status)
@pytest.mark.parametrize("reason", ["It ended in cell 4. Mend that cell.", ""])
def test_a_student_without_a_grade_reads_why_and_what_to_do_and_no_number(one, reason):
    one = outcome(one.student, status=one.status, reason=reason, tasks=one.tasks)
    text = feedback_page(one, EXERCISE)
    read = Page(text).text
    assert "Not graded" in read
    assert "This is not a zero" in read
    assert not re.search(r"\d+ points", read)
    if reason:
        assert reason in read
    else:  # a sentence of its own on what to do
        said = re.findall(r"<p>(.*?)</p>", text)
        assert len(said) == 2
        assert len(said[0]) > 40


def test_each_task_has_its_own_reason_beside_its_card():
    parts = (
        TaskOutcome(task("05.1", 0.0), None, "Cell 7 ended the process, so nothing was handed in."),
        TaskOutcome(task("05.2", 3.0), Answer(1.0)),
    )
    text = feedback_page(outcome("anna", tasks=parts), EXERCISE)
    first, second = re.split('class="task(?: lost)?"', text)[1:]
    assert "Cell 7 ended the process" in first
    assert "reason" not in second.split("</main>")[0]


def test_code_in_a_sentence_is_set_as_code():
    one = outcome("anna", notes=("`<b>` is kept.",))
    assert "<code>&lt;b&gt;</code> is kept." in feedback_page(one, EXERCISE)


# --- what it must not say -------------------------------------------------------------------------


def test_it_has_no_flag_no_key_and_no_answer_of_the_student():
    secret = "k3y-0f-the-outcome"
    part = TaskOutcome(task("05.1", 0.0), Answer([123456.789]))
    flag = Flag(9, 9, "open('/etc/flagged')", "It reads a file.")
    text = feedback_page(outcome("anna", key=secret, flags=(flag,), tasks=(part,)), EXERCISE)
    for hidden in (secret, "flagged", "It reads a file", "123456.789"):
        assert hidden not in text


def test_a_folder_has_a_page_a_student_and_on_it_no_other_student(tmp_path):
    made = [outcome(name) for name in ("anna-söhne", "bo-meyer", "cy-übel")]
    roster = [{"student": one.student, "name": f"Name of {one.student}"} for one in made]
    with Store(tmp_path, "05") as store:
        for one in made:
            store.add(one)
        write_feedback(store, EXERCISE, roster)
    assert len([*(tmp_path / "feedback").iterdir()]) == 3
    for one in made:
        text = (tmp_path / feedback_file(one.student)).read_text("utf-8")
        assert f"Name of {one.student}" in text
        assert not [o.student for o in made if o is not one and o.student in text]


def test_texts_of_a_submission_are_texts():
    odd = task("05.1", 0.0, HOSTILE, found=HOSTILE, expected=HOSTILE, right=(HOSTILE,))
    one = outcome(
        HOSTILE,
        tasks=(TaskOutcome(odd, None, HOSTILE), TaskOutcome(task("05.2", 0.0, HOSTILE))),
        notes=(HOSTILE,),
        file=f"{HOSTILE}.ipynb",
        clinic=HOSTILE,
        graded_at=HOSTILE,
    )
    for page in (one, outcome(HOSTILE, status="crashed", reason=HOSTILE)):
        text = feedback_page(page, EXERCISE, HOSTILE)
        assert HOSTILE not in text
        assert "script" not in {tag for tag, _ in Page(text).tags}
        assert HOSTILE in Page(text).text


def test_it_needs_nothing_from_outside():
    for one in a_class(20):
        text = feedback_page(one, EXERCISE)
        attributes = [(key, value) for _, attrs in Page(text).tags for key, value in attrs.items()]
        addresses = [v for key, v in attributes if key in ("src", "href", "action", "srcset")]
        assert addresses == ["data:,"]
        assert not re.search(r"https?:|@import|url\(|<script", text.replace(HOSTILE, ""))


# --- in the language of the cards -----------------------------------------------------------------


@pytest.fixture
def capitals(tmp_path, monkeypatch):
    """A language that anybody can read, and every text in it."""
    monkeypatch.setattr(language, "LANGUAGES", tmp_path)
    assert cli.main(["translate", "de"]) == 0
    path = tmp_path / "de.po"
    with path.open("rb") as file:
        catalogue = read_po(file)
    for message in catalogue:
        if message.id:
            message.string = re.sub(
                r"\{\w+\}|[^{]+", lambda m: m[0] if m[0][0] == "{" else m[0].upper(), message.id
            )
    with path.open("wb") as file:
        write_po(file, catalogue)
    monkeypatch.setenv("SMALLN_LANGUAGE", "de")
    yield
    language._translations.cache_clear()


@pytest.mark.parametrize("status", STATUSES)
def test_a_page_speaks_the_language_of_the_cards_also_after_it_was_kept(tmp_path, capitals, status):
    refused = EXERCISE.tasks[0].refuse(
        words("'{label}' among the choices", label="ANNA"), EXERCISE.tasks[0].hint
    )
    one = outcome(
        "ANNA", status=status, reason="", clinic="HERON", file="F", tasks=(TaskOutcome(refused),)
    )
    with Store(tmp_path / "grades", "05") as store:
        store.add(one)
    with Store(tmp_path / "grades", "05") as store:
        [kept] = store.outcomes()
    assert kept == one
    text = feedback_page(kept, EXERCISE)
    assert '<html lang="de">' in text
    said = re.sub(r"<style>.*?</style>|<code>.*?</code>", "", text, flags=re.S)
    assert ("'ANNA' AMONG THE CHOICES" in Page(said).text) == (status == GRADED)
    assert not re.findall(r"\b[a-z]{4,}\b", Page(said).text)


def test_results_that_were_kept_before_they_had_all_fields_are_read():
    one = outcome("anna")
    raw = json.loads(one.to_json())
    for part in raw["tasks"]:
        assert not part["result"].pop("in_part")
        assert not part["result"].pop("unfinished")
    assert Outcome.from_json(json.dumps(raw)) == one
    half = replace(one.tasks[0].result, in_part=("the ends",), right=())
    kept = replace(one, tasks=(replace(one.tasks[0], result=half),))
    assert Outcome.from_json(kept.to_json()) == kept


def test_an_answer_that_looks_like_a_kept_sentence_stays_an_answer(tmp_path):
    odd = {"words": "{0.__class__}", "fields": {"a": 1}}
    one = outcome("anna", tasks=(TaskOutcome(task("05.1", 0.0), Answer(odd)),))
    assert type(one).from_json(one.to_json()) == one


# --- in a browser ---------------------------------------------------------------------------------


@pytest.fixture
def opened(tmp_path, new_page):
    made = a_class(8)
    with Store(tmp_path, "05") as store:
        for one in made:
            store.add(one)
        write_feedback(store, EXERCISE)
    hostile = next(one for one in made if HOSTILE in one.student)

    with served(tmp_path) as running:

        def open_page(one, **options):
            page = new_page(**options)
            page.goto(running.address + feedback_file(one.student))
            return page

        yield [made[0], made[2], hostile], open_page


def test_axe_finds_nothing_and_it_fits_a_phone(opened, npm_modules):
    students, open_page = opened
    for one in students:
        for scheme in ("light", "dark"):
            page = open_page(one, color_scheme=scheme, **PHONE)
            assert page.evaluate("document.documentElement.scrollWidth") <= 360
            page.add_script_tag(content=(npm_modules / "axe-core" / "axe.min.js").read_text())
            found = page.evaluate("axe.run()")
            assert found["passes"], "axe looked at nothing"
            problems = [(v["id"], [n["html"] for n in v["nodes"]]) for v in found["violations"]]
            assert not problems


def test_it_is_dark_in_the_dark_and_light_on_paper(opened):
    students, open_page = opened

    def bright(page):
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return int(re.findall(r"\d+", colour)[0]) > 128

    assert bright(open_page(students[0], color_scheme="light"))
    page = open_page(students[0], color_scheme="dark")
    assert not bright(page)
    page.emulate_media(media="print")
    assert bright(page)
