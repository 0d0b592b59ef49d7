"""The demo 'from raw rates to estimates' on the published page: drag, type, choose, download."""

import csv
import re
from itertools import pairwise

import numpy as np
import pytest
from on_screen import (
    HOLD,
    PHONE,
    drag,
    followed,
    frames,
    held,
    rows,
    same,
    settled,
    signs,
    slider,
)
from shrinkage_plot_kit import NAME, TEN, copied, expected, paste, shown

from shrinkage.demos import ShrinkagePlot
from shrinkage.demos.clinic import presets


def with_counts(name, successes, trials, counts=TEN):
    return [[n, successes, trials] if n == name else [n, s, t] for n, s, t in counts]


def counts_of(demo):
    """The league table that the demo shows, by doctor."""
    return {row[0]: (int(row[1]), int(row[2])) for row in shown(demo)}


def estimates(demo):
    """Where the circles are, from the top row to the bottom row."""
    return [x for x, _ in signs(demo, ".sn-estimate")]


def handle(demo, kind, name):
    """The handle that changes a doctor's successes ("raw") or caseload ("load")."""
    names = demo.locator(".sn-pictures .sn-name").all_text_contents()
    row = next(i for i, words in enumerate(names) if words.startswith(f"{name} "))
    return demo.locator(f".sn-grip-{kind}").nth(row)


def test_the_ten_doctors_stand_as_python_says(open_demo):
    _, demo = open_demo(NAME)
    same(shown(demo), expected(TEN))
    summary = demo.locator(".sn-summary").inner_text()
    assert "Dr. D moves farthest: from 0\u00a0%, with 5 patients, to 30\u00a0%." in summary
    assert demo.locator(".sn-pictures .sn-name").count() == 10
    demo.get_by_text("computing").first.wait_for(state="detached")
    ranks = [row[7] for row in rows(demo)]
    assert all(re.fullmatch(r"\d+, \d+ to \d+", rank) for rank in ranks), ranks


def test_a_cross_dragged_by_the_mouse_moves_all_estimates(open_demo):
    page, demo = open_demo(NAME)
    before = shown(demo)
    held = handle(demo, "raw", "Dr. G")
    g = [row[0] for row in before].index("Dr. G")
    first = estimates(demo)
    # Rows are drawn in portions: the others may be a frame ahead.
    seen = drag(page, held, -220, each=lambda: estimates(demo)[g])
    assert all(b < a for a, b in pairwise(seen)), "the circle did not follow the hand"
    settled(demo)
    moved = [a != b for a, b in zip(first, estimates(demo), strict=True)]
    assert sum(moved) >= 9, "the other doctors stood still"
    counts = counts_of(demo)
    assert counts["Dr. G"][1] == 124
    assert counts["Dr. G"][0] < 80
    same(shown(demo), expected(with_counts("Dr. G", *counts["Dr. G"])))
    assert (
        demo.get_by_label("Table", exact=True).evaluate("select => select.selectedOptions[0].text")
        == "a table of your own"
    )


def test_a_caseload_dragged_by_the_mouse_moves_the_estimate_to_its_raw_rate(open_demo):
    page, demo = open_demo(NAME)
    held = handle(demo, "load", "Dr. B")
    drag(page, held, 40)
    s, n = counts_of(demo)["Dr. B"]
    assert s == n > 20, "the raw rate stays at 100 %"
    same(shown(demo), expected(with_counts("Dr. B", s, n)))
    assert ShrinkagePlot(counts=with_counts("Dr. B", s, n)).posterior().mean[1] > 0.93


def test_every_control_by_keyboard(open_demo):
    page, demo = open_demo(NAME)
    slider(demo, "Doctor in hand").select_option(label="Dr. D")
    settled(demo)  # or the sliders may still be those of the doctor before
    slider(demo, "Successes").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    settled(demo)
    counts = with_counts("Dr. D", 3, 5)
    same(shown(demo), expected(counts))
    slider(demo, "Patients").focus()
    for _ in range(5):
        page.keyboard.press("ArrowUp")  # 60 % of 10
    settled(demo)
    counts = with_counts("Dr. D", 6, 10)
    same(shown(demo), expected(counts))
    slider(demo, "Rows sorted by").select_option("estimate")
    settled(demo)
    same(shown(demo), expected(counts, "estimate"))
    demo.get_by_role("button", name="Add a doctor").focus()
    page.keyboard.press("Enter")
    settled(demo)
    counts = [*counts, ["Dr. K", 2, 2]]
    same(shown(demo), expected(counts, "estimate"))
    demo.get_by_role("button", name="Remove the doctor in hand").focus()
    page.keyboard.press("Space")
    settled(demo)
    same(shown(demo), expected(counts[:-1], "estimate"))
    slider(demo, "Patients").focus()
    page.keyboard.press("Home")  # no patients at all
    settled(demo)
    assert "no patients yet" in demo.locator(".sn-readout").inner_text()


def test_a_finger_drags_a_cross(open_demo):
    page, demo = open_demo(NAME, **PHONE)
    held = handle(demo, "raw", "Dr. E")
    held.scroll_into_view_if_needed()
    box = held.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch = page.context.new_cdp_session(page)
    scrolled = page.evaluate("scrollY")
    for kind, dx in [("touchStart", 0), *(("touchMove", -10 * k) for k in range(1, 7))]:
        point = {"x": x + dx, "y": y}
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
        frames(page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert page.evaluate("scrollY") == scrolled, "the page scrolled instead"
    s, n = counts_of(demo)["Dr. E"]
    assert n == 45
    assert s < 36
    same(shown(demo), expected(with_counts("Dr. E", s, n)))


@pytest.mark.parametrize("name", list(presets()))
def test_presets(open_demo, name):
    _, demo = open_demo(NAME)
    slider(demo, "Table").select_option(name)
    same(shown(demo), expected(presets()[name]))


# -- the reader's own table -----------------------------------------------------------------------


@pytest.mark.alone
def test_five_hundred_doctors_are_computed_beside_the_page_and_drawn_in_slices(open_demo):
    page, demo = open_demo(NAME)
    rng = np.random.default_rng(3)
    trials = rng.integers(1, 300, 500)
    counts = [[f"D{j:03}", int(rng.binomial(n, 0.8)), int(n)] for j, n in enumerate(trials)]
    text = "\n".join(",".join(map(str, row)) for row in counts)

    def act():
        slider(demo, "Table").select_option("Ten doctors")
        settled(demo)
        assert len(estimates(demo)) == 10
        copied(page, demo, text)
        page.keyboard.press("Control+V")
        followed(page, lambda: len(estimates(demo)), 10)  # what was pasted is here
        settled(demo)
        assert len(estimates(demo)) == 500

    longest = held(page, act)
    print(f"held for {longest:.1f} pictures of sixty rows")
    assert longest < HOLD
    assert page.workers, "nothing is computed beside the page"
    same(shown(demo), expected(counts))


def test_csv_and_png_downloads(open_demo, tmp_path):
    page, demo = open_demo(NAME)
    paste(demo, 'Ada,3,4\n"Li, Bo",10,12\nDi,0,0')
    settled(demo)
    with page.expect_download() as download:
        demo.get_by_role("button", name="Download CSV").click()
    download.value.save_as(tmp_path / "table.csv")
    with (tmp_path / "table.csv").open(newline="") as file:
        table = list(csv.DictReader(file))
    python = ShrinkagePlot(counts=[["Ada", 3, 4], ["Li, Bo", 10, 12], ["Di", 0, 0]])
    exact = python.posterior()
    assert [row["doctor"] for row in table] == python.names
    for j, row in enumerate(table):
        assert float(row["estimate"]) == pytest.approx(exact.mean[j], abs=2e-4)
        ends = [float(row["low_95"]), float(row["high_95"])]
        assert ends == pytest.approx(exact.interval(0.95)[j], abs=1e-3)
        assert row["rank_median"] in "123"
    assert table[2]["raw_rate"] == ""

    with page.expect_download() as download:
        demo.get_by_role("button", name="Download PNG").click()
    download.value.save_as(tmp_path / "table.png")
    import matplotlib.image

    picture = matplotlib.image.imread(tmp_path / "table.png")[..., :3]
    assert picture.shape[1] > 1200
    red = (picture[..., 0] > 0.7) & (picture[..., 1] < 0.2)
    blue = (picture[..., 2] > 0.6) & (picture[..., 0] < 0.2)
    assert red.sum() > 100, "no cross in the picture"
    assert blue.sum() > 200, "no circle in the picture"


def test_a_link_holds_the_table(open_demo):
    page, demo = open_demo(NAME)
    slider(demo, "Doctor in hand").select_option(label="Dr. D")
    slider(demo, "Successes").fill("4")
    settled(demo)
    demo.get_by_role("button", name="Copy link to this state").click()
    fragment = page.evaluate("location.hash")
    _, elsewhere = open_demo(NAME, fragment)
    same(shown(elsewhere), expected(with_counts("Dr. D", 4, 5)))


def test_a_bad_link_gets_a_sentence_and_the_usual_start(astray):
    links = {
        "counts=[]": "no doctor here",
        "counts=[[%22A%22,3,2]]": "3 successes among 2 patients",
        "counts=[[%22A%22,%22x%22,2]]": "“x”",
        "counts=nonsense": "list of rows",
        "order=best": "order is one of",
    }
    for demo in astray(NAME, links):
        same(shown(demo), expected(TEN))
        slider(demo, "Rows sorted by").select_option(index=1)
