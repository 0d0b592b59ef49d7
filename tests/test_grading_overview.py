"""The class overview: what to teach again, what wants a human, and every count is right."""

import io
import re
from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pytest
from grading_kit import EXERCISE, HOSTILE, a_class, every_status, outcome, task
from on_screen import PHONE
from PIL import Image
from report_kit import Page
from static_host import served

from shrinkage.grading.alike import PUBLISHED
from shrinkage.grading.feedback import feedback_file, write_feedback
from shrinkage.grading.gradebook import write_gradebooks
from shrinkage.grading.outcome import GRADED, NOT_SUBMITTED, Answer, TaskOutcome
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
        "gave a wrong answer that no hint has a name for",
        "left the answer unfinished",
        "gave something that could not be read as an answer",
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
        "4 of 10 students have a grade; they earned 8.5 of 10 points on average, and half of "
        "them 8 or more.",
        "Begin with task 05.3 (Its posterior): students earned 0.2 of 1 point on average, and 3 of "
        "them earned nothing.",
        "The most frequent mistake is in task 05.3: 3 students gave percent instead of "
        "proportions.",
        "The next is in task 05.5: 3 students kept their own fit.",
    ]


def test_a_class_that_knows_it_all_is_not_taught_again():
    first, second = said([outcome("a", FULL), outcome("b", FULL)])
    assert first == "All 2 students have a grade; they each earned all 10 points."
    assert second.startswith("No task needs teaching again")


NONE = (0.0,) * 5


@pytest.mark.parametrize(
    ("points", "sentence"),
    [
        ([FULL], "The one student has a grade; they earned all 10 points."),
        ([NONE], "The one student has a grade; they earned 0 of 10 points."),
        ([NONE] * 2, "All 2 students have a grade; they each earned 0 of 10 points."),
        ([FULL, FULL, NONE], "they earned 6.7 of 10 points on average, and half of them all 10."),
        ([FULL, NONE, NONE], "they earned 3.3 of 10 points on average, and half of them none."),
        ([FULL, NONE], "they earned 5.0 of 10 points on average, and half of them 5 or more."),
    ],
)
def test_points_are_told_as_people_tell_them(points, sentence):
    first, *_ = said([outcome(f"s{i}", p) for i, p in enumerate(points)])
    assert first.endswith(sentence)


@pytest.mark.parametrize("outcomes", [[], every_status()[1:]], ids=["empty", "none graded"])
def test_without_a_grade_there_is_nothing_to_say(outcomes):
    [sentence] = said(outcomes)
    assert f"None of the {len(outcomes)} students has a grade" in sentence
    assert "Nobody is graded yet." in shown(outcomes)


# --- the page -------------------------------------------------------------------------------------


def test_everybody_without_a_grade_is_listed_with_the_reason():
    text = shown(every_status())
    for one in every_status()[1:]:
        assert f"1 {one.status}" in text
        assert f"{one.status} {one.reason}" in text
    assert "1 of 7 students has a grade." in text
    assert "The one student has a grade." in shown(every_status()[:1])
    assert "There is nobody to grade." in shown([])


def test_flags_and_look_alikes_are_listed_for_a_human():
    class_ = [one for one in a_class(12) if one.flags] + [outcome("bo")]
    text = shown(class_, look_alikes=[pair("bo", "cy", 0.5), pair("bo", "di")])
    assert "3 12 open('../<script>alert(1)</script>')" in text
    assert '– – use_clinic("0f3a") the notebook that bo was given' in text
    assert "Cells are counted from the top of the notebook, those with text included" in text
    assert "It reads a file of another student." in text
    assert "bo cy di 50–93 %" in text
    assert text.index("bo and di : 93 %") < text.index("bo and cy : 50 %")
    alone = shown([outcome("bo")])
    assert "No submission has a line that wants a look." in alone
    assert "No two submissions are more alike than chance." in alone


def test_five_who_are_alike_are_one_row():
    five = [pair(a, b, 0.8) for a, b in combinations("abcde", 2)]
    text = shown([outcome("a")], look_alikes=[*five, pair("x", "y", 0.7)])
    assert "a b c d e 80 % Show the 10 pairs" in text
    assert "x y 70 % Show the passage" in text


def test_who_is_like_the_solution_is_in_a_list_of_its_own():
    with_it = [pair("bo", "cy", 0.9), pair(PUBLISHED, "bo", 0.8), pair(PUBLISHED, "di", 0.9)]
    text = shown([outcome("bo")], look_alikes=with_it)
    alike, published = text.split("Like the published solution", 1)
    assert "bo cy 90 %" in alike
    assert "di" not in alike.split("Look-alikes")[-1]
    assert published.index("di 90 %") < published.index("bo 80 %")
    page = overview_page([outcome("bo")], EXERCISE, look_alikes=with_it[:1])
    assert "published" not in page


def test_notes_about_files_are_listed_where_there_are_some():
    noted = outcome("cy", notes=("Two files were found; `a.ipynb` was taken.", "Not on the list."))
    text = overview_page([outcome("bo"), noted], EXERCISE)
    part = text.split('<h2 id="files">')[1].split("<h2")[0]
    assert "cy Two files were found; a.ipynb was taken. Not on the list." in Page(part).text
    assert "bo" not in Page(part).text.split()
    assert 'href="#files"' in text
    assert "files" not in overview_page([outcome("bo")], EXERCISE)


def test_the_list_of_students_says_who_was_late():
    text = shown([outcome("bo", late=True), outcome("cy")])
    assert "bo graded 6.5 late cy graded 6.5" in text.split("Students")[-1]
    assert "late" not in shown([outcome("cy")]).split("Students")[-1]


def test_who_handed_in_nothing_was_not_looked_at():
    away = outcome("bo", status=NOT_SUBMITTED, sandboxed=False, graded_at="2027-01-01T00:00:00")
    text = shown([outcome("cy"), away])
    assert "without the sandbox" not in text
    assert "2027" not in text


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


IN_A_GROUP = ("s001", "s002", "s003")


@pytest.fixture
def open_overview(tmp_path, new_page):
    made = a_class(40)
    made.append(outcome("loose", sandboxed=False))
    roster = [{"student": "s001", "name": "Jürgen-Maximilian von und zu Löwenstein-Wertheim"}]
    pairs = [pair(a, b, passages=("x = 1" * 60, "y")) for a, b in combinations(IN_A_GROUP, 2)]
    text = overview_page(made, EXERCISE, roster, [*pairs, pair(PUBLISHED, "s003")])
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
    for passages in page.locator("summary").all():
        passages.click()
    page.add_script_tag(content=(npm_modules / "axe-core" / "axe.min.js").read_text())
    found = page.evaluate("axe.run()")
    assert found["passes"], "axe looked at nothing"
    problems = [(v["id"], [n["html"] for n in v["nodes"]]) for v in found["violations"]]
    assert not problems


def test_it_fits_a_phone_and_paper(open_overview):
    page = open_overview(**PHONE)
    for passages in page.locator("summary").all():
        passages.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    # No word of a status is broken into letters
    status = page.locator("#ungraded ~ .scroll tbody td").first
    assert status.bounding_box()["height"] < 100
    page.set_viewport_size({"width": 680, "height": 1000})
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 680
    assert page.locator("nav").is_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_wide_table_shows_that_it_goes_on(open_overview, scheme):
    page = open_overview(color_scheme=scheme, **PHONE)
    table = page.locator("#flags ~ .scroll").first
    table.scroll_into_view_if_needed()
    assert table.evaluate("box => box.scrollWidth > box.clientWidth")

    def shadows():
        """How far the left and the right edge are from the paper, from 0 to 255, for the most."""
        picture = Image.open(io.BytesIO(table.screenshot())).convert("L")
        grey = np.asarray(picture, float)
        paper = grey[:, grey.shape[1] // 2]
        return [abs(np.median(grey[:, x]) - np.median(paper)) for x in (6, -7)]

    left, right = shadows()
    assert left < 4 < 20 < right
    table.evaluate("box => box.scrollLeft = box.scrollWidth")
    left, right = shadows()
    assert right < 4 < 20 < left
    page.emulate_media(media="print")
    assert table.evaluate("box => getComputedStyle(box).backgroundImage") == "none"
