"""The demo 'from raw rates to estimates' on the published page: drag, type, paste, download."""

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
    press,
    rows,
    same,
    settled,
    signs,
    slider,
)

from shrinkage.demos import ShrinkagePlot
from shrinkage.demos.clinic import presets

NAME = "shrinkage-plot"
TEN = presets()["Ten doctors"]


def expected(counts, order="caseload"):
    """The rows of the demo's table as Python says, without the ranks."""
    python = ShrinkagePlot(counts=counts, order=order)
    exact, weight = python.posterior(), python.weights()
    ends = exact.interval(0.95)
    return [
        [
            python.names[j],
            f"{python.successes[j]:,}",
            f"{python.trials[j]:,}",
            float(python.raw[j]) if python.trials[j] else "none",
            float(exact.mean[j]),
            (ends[j, 0], ends[j, 1]),
            float(weight[j]),
        ]
        for j in python.sorted()
    ]


def shown(demo):
    settled(demo)
    return [row[:7] for row in rows(demo)]


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

OWN = "doctor\tsuccesses\ttrials\nAda\t3\t4\nBo\tten\t12\nCy\t9\t7\nDi\t55\t60\n"


def paste(demo, text):
    """Open the box and put the text where the present table stands."""
    box = demo.locator("details", has_text="Paste your own league table")
    if box.get_attribute("open") is None:
        box.locator("summary").click()
        box.locator(".sn-proof").first.wait_for()
    box.locator("textarea").fill(text)
    settled(demo)
    return box


def copied(page, demo, text):
    """Have a text in the clipboard and the empty box in focus, so that Control+V pastes it."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    box = paste(demo, "")
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    box.locator("textarea").focus()
    return box


def verdict(box):
    return box.locator(".sn-verdict").inner_text()


def test_lines_that_cannot_be_read_leave_the_picture_until_they_are_left_out(open_demo):
    page, demo = open_demo(NAME)
    box = copied(page, demo, OWN)
    page.keyboard.press("Control+V")
    box.locator(".sn-bad li").first.wait_for()
    wrong = box.locator(".sn-bad li").all_inner_texts()
    assert len(wrong) == 2
    assert "Line 3" in wrong[0]
    assert "“ten”" in wrong[0]
    assert "Line 4" in wrong[1]
    assert "2 of 4 lines can be read" in verdict(box)
    assert "The picture stays as it was" in verdict(box)
    same(shown(demo), expected(TEN))
    leave = demo.get_by_role("button", name="Leave these 2 lines out")
    leave.focus()
    page.keyboard.press("Enter")
    frames(page, 3)
    same(shown(demo), expected([["Ada", 3, 4], ["Di", 55, 60]]))
    assert "2 rows in the picture" in verdict(box)
    assert "2 lines left out, as you chose" in box.locator(".sn-notes").inner_text()
    assert "Bo\tten\t12" in box.locator("textarea").input_value(), "a bad row was lost"
    paste(demo, OWN.replace("ten", "10").replace("9\t7", "5\t7"))
    assert len(shown(demo)) == 4
    assert box.locator(".sn-bad li").count() == 0
    assert leave.is_hidden()


def test_columns_that_are_not_known_are_chosen(open_demo):
    _, demo = open_demo(NAME)
    box = paste(demo, "who,yes,all\nAda,3,4\nDi,55,60")
    assert "Choose below what the columns are" in verdict(box)
    assert "Headings that are known: doctor" in box.locator(".sn-notes").inner_text()
    same(shown(demo), expected(TEN))
    box.get_by_label("yes", exact=True).select_option("failures")
    box.get_by_label("all", exact=True).select_option("trials")
    frames(demo.page, 3)
    same(shown(demo), expected([["Ada", 1, 4], ["Di", 5, 60]]))
    assert "counts failures" in box.locator(".sn-notes").inner_text()
    box.get_by_label("yes", exact=True).select_option("successes")
    frames(demo.page, 3)
    same(shown(demo), expected([["Ada", 3, 4], ["Di", 55, 60]]))


def test_what_counts_no_direction_is_confirmed_before_it_is_drawn(open_demo):
    _, demo = open_demo(NAME)
    box = paste(demo, "hospital,observed,patients\nAda,1,4\nDi,5,60")
    assert "does not say whether it counts something good" in verdict(box)
    same(shown(demo), expected(TEN))
    press(demo, "Use these columns")
    same(shown(demo), expected([["Ada", 3, 4], ["Di", 55, 60]]))


def test_headings_of_the_readers_own_are_drawn_and_said(open_demo):
    _, demo = open_demo(NAME)
    box = paste(demo, "Hospital,Cases,Deaths\nAda,4,1\nDi,60,5")
    same(shown(demo), expected([["Ada", 3, 4], ["Di", 55, 60]]))
    read = "Read as: Hospital, the unit; Cases, the patients; Deaths, counted as failures."
    assert verdict(box).startswith(read)
    deaths = box.get_by_label("Deaths", exact=True)
    assert deaths.input_value() == "failures"
    deaths.select_option("successes")
    same(shown(demo), expected([["Ada", 1, 4], ["Di", 5, 60]]))
    paste(demo, "doctor,successes,trials\nAda,3,4\nDi,55,60")
    assert verdict(box) == "2 rows in the picture."
    assert deaths.count() == 0


def test_nothing_doubtful_is_drawn_before_the_columns_are_confirmed(open_demo):
    page, demo = open_demo(NAME)
    text = "doctor,successes,trials,trials 2002\nAda,3,4,5\nDi,55,60,60"
    box = paste(demo, text)
    assert "does not agree with “trials” in line 2" in box.locator(".sn-bad").inner_text()
    assert "The picture stays as it was" in verdict(box)
    assert box.get_by_label("trials 2002", exact=True).is_visible()
    same(shown(demo), expected(TEN))
    press(demo, "Use these columns")
    same(shown(demo), expected([["Ada", 3, 4], ["Di", 55, 60]]))
    assert "does not agree" in box.locator(".sn-notes").inner_text()
    paste(demo, text.replace("Ada,3", "Ada,2"))  # an edit of what was confirmed
    same(shown(demo), expected([["Ada", 2, 4], ["Di", 55, 60]]))
    copied(page, demo, text.replace("Ada,3", "Ada,1"))  # another table
    page.keyboard.press("Control+V")
    box.locator(".sn-bad li").first.wait_for()
    same(shown(demo), expected([["Ada", 2, 4], ["Di", 55, 60]]))


def test_rows_of_several_years_are_added_up_on_request(open_demo):
    _, demo = open_demo(NAME)
    box = paste(demo, "surgeon,year,cases,deaths\nAda,1,2,1\nAda,2,3,0\nDi,1,60,5")
    assert "stands in lines 2 and 3" in verdict(box)
    press(demo, "Add up the rows of each unit")
    same(shown(demo), expected([["Ada", 4, 5], ["Di", 55, 60]]))


def test_expected_deaths_and_withheld_ones_are_drawn_and_said(open_demo, new_page):
    page, demo = open_demo(NAME)
    text = "Hospital\tDeaths\tCases\tExpected\nA\t34\t1,719\t30.4\nB\t<5\t402\t6.9\n"
    box = paste(demo, text + "C\t*\t220\t2.2\nD\t12\t466\t8.6\nTotal\t\t2,807\t48.1")
    same(shown(demo), expected(TEN))  # two of its lines are left out: is that right?
    press(demo, "Use these columns")
    settled(demo)
    told = box.locator(".sn-notes").inner_text()
    assert "“Total” (line 6) is called a total" in told
    assert "“C” (line 4): “Deaths” is withheld" in told
    assert "taken as bounded: B 0 to 4" in told
    assert "Estimates are those at the average expectation" in verdict(box)
    assert len(signs(demo, ".sn-estimate")) == 3
    assert len(signs(demo, ".sn-raw")) == 2, "a withheld count has no raw rate"
    label = demo.locator(".sn-pictures svg").get_attribute("aria-label")
    assert "average expectation" in label
    counts = [
        ["A", 1685, 1719, 1688.6],
        ["B", None, 402, 395.1, [398, 402]],
        ["D", 454, 466, 457.4],
    ]
    python = ShrinkagePlot(counts=counts)
    means = {python.names[j]: python.posterior().mean[j] for j in range(3)}
    for row in shown(demo):
        assert float(row[4].split("\u00a0")[0]) == pytest.approx(100 * means[row[0]], abs=0.06)
    axis = demo.locator(".sn-pictures .sn-axis text").all_inner_texts()
    assert axis[0] != "0\u00a0%", "the axis shows more than it needs"
    demo.get_by_role("button", name="Copy link to this state").click()
    _, elsewhere = open_demo(NAME, page.evaluate("location.hash"))
    assert shown(elsewhere) == shown(demo)
    # With another address the browser asks for the page's icon again, and is refused.
    others = [words for words in new_page.troubles if "Content Security Policy" not in words]
    new_page.troubles[:] = others


@pytest.mark.alone
def test_a_thousand_doctors_change_nothing_and_do_not_hold_the_page(open_demo):
    page, demo = open_demo(NAME)
    box = paste(demo, "")
    many = "\n".join(f"D{j},1,2" for j in range(1000))

    def act():
        # what a keyboard does that writes a whole text: a change for every line
        box.locator("textarea").evaluate(
            """(area, text) => {
                area.value = text;
                for (const line of text.split("\\n")) area.dispatchEvent(new Event("input"));
            }""",
            many,
        )
        box.locator(".sn-verdict", has_text="up to 500 doctors").wait_for()
        settled(demo)

    longest = held(page, act)
    print(f"held for {longest:.1f} pictures of sixty rows")
    assert longest < HOLD
    same(shown(demo), expected(TEN))


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


def test_nothing_leaves_the_browser(open_demo, new_page):
    """After the box is opened the page makes no request, and the browser lets it make none."""
    page, demo = open_demo(NAME)
    page.wait_for_load_state()
    alive = "document.querySelectorAll('.sn-demo').length"
    page.wait_for_function(f"{alive} === document.querySelectorAll('.live-demo').length")
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    box = paste(demo, OWN)
    shown(demo)
    demo.get_by_text("computing").first.wait_for(state="detached")
    press(demo, "Add a doctor")
    proof = box.locator(".sn-proof").first.inner_text()
    assert "may not connect to any computer" in proof
    assert "0 requests" in proof
    assert [url for url in requests if not url.startswith(("blob:", "data:"))] == []
    answered = []
    page.on("response", lambda response: answered.append(response.url))
    # What a page would send by: the browser itself refuses each of them.
    tried = page.evaluate(
        """async () => {
            const refused = [];
            document.addEventListener("securitypolicyviolation", (e) => refused.push(e.effectiveDirective));
            await fetch("/?secret").catch(() => {});
            try { new WebSocket("ws://" + location.host + "/secret"); } catch {}
            navigator.sendBeacon("/secret", "1");
            new Image().src = "/secret.png";
            while (refused.length < 4) await new Promise(requestAnimationFrame);
            return refused;
        }"""  # noqa: E501
    )
    assert sorted(tried) == ["connect-src"] * 3 + ["img-src"]
    assert "secret" not in " ".join(answered)
    # The refusals are in the console, where they belong; anything else there is an error.
    others = [words for words in new_page.troubles if "Content Security Policy" not in words]
    new_page.troubles[:] = others


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
