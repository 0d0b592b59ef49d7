"""The box for the reader's own league table on the published page: paste, correct, choose."""

import pytest
from conftest import GALLERY
from on_screen import (
    HOLD,
    frames,
    held,
    press,
    same,
    settled,
    signs,
)
from shrinkage_plot_kit import NAME, TEN, copied, expected, paste, shown

from shrinkage.demos import ShrinkagePlot

OWN = "doctor\tsuccesses\ttrials\nAda\t3\t4\nBo\tten\t12\nCy\t9\t7\nDi\t55\t60\n"


def verdict(box):
    return box.locator(".sn-verdict").inner_text()


def test_lines_that_cannot_be_read_leave_the_picture_until_they_are_left_out(open_demo):
    page, demo = open_demo(NAME)
    box = copied(page, demo, OWN)
    page.keyboard.press("Control+V")
    box.locator(".sn-bad li").first.wait_for()
    settled(demo)
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
    assert "Raw rates and estimates are those at the average expectation" in verdict(box)
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


@pytest.mark.parametrize("path", [GALLERY, "chapters/07_reading_shrinkage.html"])
def test_what_the_page_shows_further_down_is_there_once_the_box_is_open(site, new_page, path):
    """Demos and pictures that had not been fetched are, before the page may connect no longer."""
    page = new_page()
    page.goto(f"{site.address}{path}#demo={NAME}")
    demo = settled(page.locator(f"[data-demo={NAME}] .sn-demo"))
    paste(demo, "")
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_function(
        "document.querySelectorAll('.live-demo.live').length"
        " === document.querySelectorAll('.live-demo').length"
        " && [...document.images].every((picture) => picture.complete && picture.naturalWidth)"
    )
    assert [url for url in requests if not url.startswith(("blob:", "data:"))] == []


def test_nothing_leaves_the_browser(open_demo, new_page):
    """After the box is opened the page makes no request, and the browser lets it make none."""
    page, demo = open_demo(NAME)
    box = paste(demo, "")
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    paste(demo, OWN)
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
