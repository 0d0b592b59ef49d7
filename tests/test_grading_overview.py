"""The class overview: what to teach again, what wants a human, and every count is right."""

import re
from types import SimpleNamespace

import pytest
from conftest import served
from grading_kit import EXERCISE, HOSTILE, a_class, every_status, outcome, task
from on_screen import PHONE
from report_kit import Page

from shrinkage.grading.feedback import feedback_file, write_feedback
from shrinkage.grading.gradebook import write_gradebooks
from shrinkage.grading.outcome import GRADED, Answer, TaskOutcome
from shrinkage.grading.overview import (
    SHOWN,
    distribution,
    monday,
    overview_page,
    summary,
    write_overview,
)
from shrinkage.grading.store import Store

FULL = tuple(task.points for task in EXERCISE.tasks)


def pair(a, b, share=0.93, passages=("x = 1", "y = 1")):
    return SimpleNamespace(students=(a, b), share=share, passages=passages)


def said(outcomes):
    graded = [one for one in outcomes if one.status == GRADED]
    return monday(outcomes, [summary(task, graded) for task in EXERCISE.tasks], EXERCISE)


def shown(outcomes, **more):
    return Page(overview_page(outcomes, EXERCISE, **more)).text


# --- counts ---------------------------------------------------------------------------------------


def one_task(*parts):
    return [outcome(f"s{i}", tasks=(part,)) for i, part in enumerate(parts)]


def test_a_task_is_summed_up_over_graded_submissions():
    class_ = one_task(
        TaskOutcome(task("05.1", 2.0), Answer(1.0)),
        TaskOutcome(task("05.1", 0.5, "swapped the two ends"), Answer(1.0)),
        TaskOutcome(task("05.1", 0.0, "swapped the two ends"), Answer(1.0)),
        TaskOutcome(task("05.1", 0.0), None, "Nothing was handed in."),
    )
    found = summary(EXERCISE.tasks[0], class_)
    assert (found.students, found.full, found.part, found.none) == (4, 1, 1, 2)
    assert found.points == 2.5 / 4
    assert found.mistakes == (("swapped the two ends", 2),)


def test_each_way_to_miss_a_point_is_told_from_the_others():
    class_ = one_task(
        TaskOutcome(task("05.1", 0.0, "forgot your own fit when you averaged"), Answer(1.0)),
        TaskOutcome(task("05.1", 0.0), Answer([1.0, 2.0])),
        TaskOutcome(task("05.1", 0.0, found="the unfinished `...`"), Answer("...")),
        TaskOutcome(task("05.1", 0.0, found="a text"), Answer("eleven")),
        TaskOutcome(task("05.1", 0.0), None, "The cell ended the process."),
        TaskOutcome(task("05.1", 2.0), Answer(1.0)),
    )
    found = dict(summary(EXERCISE.tasks[0], class_).stumbles)
    assert set(found.values()) == {1}
    assert set(found) == {
        "forgot their own fit when they averaged",
        "were wrong in a way that no hint has a name for",
        "left the answer unfinished",
        "gave something of another kind than asked for",
        "handed in no answer",
    }


def test_the_most_frequent_comes_first_and_a_student_counts_once():
    twice = task("05.1", 0.0, "swapped the two ends")
    twice = TaskOutcome(task("05.1", 0.0, hints=twice.hints * 2), Answer(1.0))
    class_ = one_task(
        twice,
        TaskOutcome(task("05.1", 0.0, "gave percent"), Answer(1.0)),
        TaskOutcome(task("05.1", 0.0, "gave percent"), Answer(1.0)),
    )
    assert summary(EXERCISE.tasks[0], class_).stumbles == (
        ("gave percent", 2),
        ("swapped the two ends", 1),
    )


def test_every_graded_student_is_in_one_range_of_points():
    made = [outcome("a", FULL), outcome("b", (0.0,) * 5), outcome("c"), outcome("d")]
    bins = distribution(made, EXERCISE.points)
    found = {one.label: one.students for one in bins if one.students}
    assert found == {"all 10": 1, "6 to below 7": 2, "0 to below 1": 1}
    assert max(one.share for one in bins) == 1
    wide = distribution([outcome("a", FULL)], 100)
    assert len(wide) <= 13
    assert sum(one.students for one in wide) == 1


# --- sentences ------------------------------------------------------------------------------------


def test_the_first_sentences_name_the_weakest_task_and_the_most_frequent_mistakes():
    weak = (2.0, 3.0, 0.0, 2.0, 1.0)
    class_ = [outcome(f"s{i}", weak) for i in range(3)] + [outcome("t", FULL), *every_status()[1:]]
    assert said(class_) == [
        "4 of 10 submissions are graded; they earned 8.5 of 10 points on average, and half of "
        "them 8 or more.",
        "Begin with task 05.3 (Its posterior): students earned 0.2 of 1 point on average, and 3 of "
        "them earned nothing.",
        "The most frequent mistake is in task 05.3: 3 students gave percent instead of "
        "proportions.",
        "The next is in task 05.5: 3 students kept their own fit.",
    ]


def test_a_class_that_knows_it_all_is_not_taught_again():
    first, second = said([outcome("a", FULL), outcome("b", FULL)])
    assert first.startswith("All 2 submissions are graded; they earned 10.0 of 10 points")
    assert second.startswith("No task needs teaching again")


@pytest.mark.parametrize("outcomes", [[], every_status()[1:]], ids=["empty", "none graded"])
def test_without_a_grade_there_is_nothing_to_say(outcomes):
    [sentence] = said(outcomes)
    assert f"None of the {len(outcomes)} submissions is graded" in sentence
    assert "Nobody is graded yet." in shown(outcomes)


# --- the page -------------------------------------------------------------------------------------


def test_everybody_without_a_grade_is_listed_with_the_reason():
    text = shown(every_status())
    for one in every_status()[1:]:
        assert f"1 {one.status}" in text
        assert f"{one.status} {one.reason}" in text
    assert "1 of 7 submissions are graded." in text
    assert "All 1 submissions are graded." in shown(every_status()[:1])


def test_flags_and_look_alikes_are_listed_for_a_human():
    class_ = [one for one in a_class(12) if one.flags] + [outcome("bo")]
    text = shown(class_, look_alikes=[pair("bo", "cy", 0.5), pair("bo", "di")])
    assert "3 12 open('../<script>alert(1)</script>')" in text
    assert "It reads a file of another student." in text
    assert text.index("bo di 93 %") < text.index("bo cy 50 %")
    alone = shown([outcome("bo")])
    assert "No submission has a line that wants a look." in alone
    assert "No two submissions are more alike than chance." in alone


def test_a_run_without_the_sandbox_is_said_at_the_top():
    made = [outcome("a"), outcome("b", sandboxed=False)]
    text = overview_page(made, EXERCISE)
    assert "Graded without the sandbox: 1 of 2." in Page(text).text
    assert text.index("without the sandbox") < text.index("What to teach again")
    assert "without the sandbox" not in overview_page(made[:1], EXERCISE)


def test_the_clinic_is_named():
    assert "on the clinic 'heron', which nobody in the class has seen" in shown([outcome("a")])
    both = [outcome("a"), outcome("b"), outcome("c", clinic="crane")]
    assert "on different clinics: 'heron' (2), 'crane' (1)" in shown(both)


def test_rare_mistakes_are_counted_together():
    parts = [
        TaskOutcome(task("05.1", 0.0, f"did thing {i}"), Answer(1.0)) for i in range(SHOWN + 3)
    ]
    text = shown(one_task(*parts))
    assert "did thing 0" in text
    assert "And 3 more, each of 1 student." in text


def test_every_link_leads_to_a_file_of_the_folder(tmp_path):
    made = a_class(12)
    with Store(tmp_path, "05") as store:
        for one in made:
            store.add(one)
        write_gradebooks(store, EXERCISE)
        write_feedback(store, EXERCISE)
        write_overview(store, EXERCISE, look_alikes=[pair(made[0].student, made[1].student)])
    page = Page((tmp_path / "overview.html").read_text("utf-8"))
    links = [attrs["href"] for tag, attrs in page.tags if tag == "a"]
    ids = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
    assert {feedback_file(one.student) for one in made} < {*links}
    for link in links:
        assert link[1:] in ids if link.startswith("#") else (tmp_path / link).is_file()


def test_texts_of_submissions_are_texts_and_nothing_comes_from_outside():
    class_ = [outcome(HOSTILE, status="crashed", reason=HOSTILE), *a_class(12)]
    roster = [{"student": HOSTILE, "name": HOSTILE}]
    pairs = [pair(HOSTILE, "bo", passages=(HOSTILE, HOSTILE))]
    text = overview_page(class_, EXERCISE, roster, pairs)
    assert HOSTILE not in text
    assert "script" not in {tag for tag, _ in Page(text).tags}
    assert not re.search(r"https?:|@import|url\(", text)


# --- in a browser ---------------------------------------------------------------------------------


@pytest.fixture
def open_overview(tmp_path, new_page):
    made = a_class(40)
    made.append(outcome("loose", sandboxed=False))
    roster = [{"student": "s001", "name": "Jürgen-Maximilian von und zu Löwenstein-Wertheim"}]
    text = overview_page(
        made, EXERCISE, roster, [pair("s001", "s002", passages=("x = 1" * 60, "y"))]
    )
    (tmp_path / "overview.html").write_text(text, "utf-8")
    with served(tmp_path) as running:

        def opened(**options):
            page = new_page(**options)
            page.goto(f"{running.address}overview.html")
            return page

        yield opened


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_overview, npm_modules, scheme):
    page = open_overview(color_scheme=scheme)
    page.locator("summary").click()
    page.add_script_tag(content=(npm_modules / "axe-core" / "axe.min.js").read_text())
    found = page.evaluate("axe.run()")
    assert found["passes"], "axe looked at nothing"
    problems = [(v["id"], [n["html"] for n in v["nodes"]]) for v in found["violations"]]
    assert not problems


def test_it_fits_a_phone_and_paper(open_overview):
    page = open_overview(**PHONE)
    page.locator("summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    # No word of a status is broken into letters
    status = page.locator("#ungraded ~ .scroll tbody td").first
    assert status.bounding_box()["height"] < 100
    page.set_viewport_size({"width": 680, "height": 1000})
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 680
    assert page.locator("nav").is_hidden()
