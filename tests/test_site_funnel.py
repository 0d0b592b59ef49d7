"""The funnel demo on the published page, in a real Chromium, against Python's numbers."""

import json
from functools import cache
from itertools import pairwise
from urllib.parse import quote

import pytest
from on_screen import HOLD, follow, held, percent, press, settled, slider

from shrinkage.demos import Funnel
from shrinkage.demos.clinic import presets
from shrinkage.demos.funnel import KINDS

STEPS = [0.01, 0.014, 0.02, 0.03, 0.04, 0.05, 0.07, 0.1, 0.14, 0.2, 0.3, 0.4, 0.5, 0.7, 1]


def number(value):
    """A sigma_pop as the demo writes it."""
    return f"{value:.{3 if value < 0.095 else 2}f}"


def expected(**state):
    """The demo's table as Python computes it, each state once."""
    return _expected(json.dumps(state, sort_keys=True))


@cache
def _expected(state):
    demo = Funnel(**json.loads(state))
    exact = demo.posterior().sigma_pop
    rows = []
    for kind in KINDS:
        found = demo.estimate(kind)
        if not found.draws:
            rows.append([kind, "–", "0", "–", "–"])
            continue
        accepted, below = percent(found.accepted), percent(found.below)
        rows.append([kind, number(found.mean), f"{found.divergences:,}", accepted, below])
    below = percent(float(exact.cdf(demo.stable_above())))
    return [*rows, ["exact posterior", number(exact.mean), "–", "–", below]]


def shown(demo):
    """The demo's table."""
    return demo.locator(".sn-compare tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    )


def draws(demo):
    """The number of the latest draw."""
    words = demo.locator(".sn-readout").inner_text()
    return int(words.split()[1].strip(".").replace(",", "")) if words.startswith("Draw") else 0


def trajectory(demo):
    """The centred trajectory as it is drawn now."""
    return demo.locator(".sn-trajectory").first.get_attribute("d")


def stop_clock(page):
    """From here on the page's time passes only by `page.clock.run_for(ms)`, frames and timers too.

    What moves is then the same on every machine. No `settled` and no `frames` until the clock
    goes on (`page.clock.resume()`): both wait for frames.
    """
    page.clock.install(time=0)
    page.clock.pause_at(3600)  # an hour later: certainly not over yet


def watched(demo, ms, times):
    """The draws and the centred trajectory after each of so many spans of the stopped clock."""
    seen = []
    for _ in range(times):
        demo.page.clock.run_for(ms)
        seen.append((draws(demo), trajectory(demo)))
    return seen


def test_page_shows_pythons_numbers_as_draws_come(open_demo):
    _, demo = open_demo("funnel")
    assert shown(demo) == expected()
    press(demo, "Draw one")
    assert shown(demo) == expected(draws=501)
    press(demo, "Draw 100")
    assert shown(demo) == expected(draws=601)
    press(demo, "Restart")
    assert shown(demo) == expected(draws=0)
    assert "warm-up" in demo.locator(".sn-readout").inner_text()
    press(demo, "Draw one")
    press(demo, "Draw one")
    assert shown(demo) == expected(draws=2)
    press(demo, "Draw 1,000")
    assert shown(demo) == expected(draws=1002)
    press(demo, "Other random numbers")
    assert shown(demo) == expected(draws=1002, seed=2)
    summary = demo.locator(".sn-summary").inner_text()
    exact = Funnel().posterior().sigma_pop.mean
    assert "After 1,002 draws the centred sampler" in summary
    assert f"The exact mean is {number(exact)}" in summary


def test_every_draw_and_every_divergence_has_its_mark(open_demo):
    _, demo = open_demo("funnel")
    marks = """(svg, kind) => [...svg.querySelectorAll(kind)]
        .map(path => path.getAttribute("d").split("M").length - 1).reduce((a, b) => a + b, 0)"""
    for panel, kind in zip(demo.locator(".sn-panel").all(), KINDS, strict=True):
        picture = panel.locator("svg").first
        assert picture.evaluate(f"svg => ({marks})(svg, '.sn-draws')") == 500
        found = picture.evaluate(f"svg => ({marks})(svg, '.sn-divergence')")
        assert found == Funnel().estimate(kind).divergences
        assert panel.locator(".sn-region").count() == 2
        assert f"500 draws of the {kind} sampler" in picture.get_attribute("aria-label")


def test_step_size_by_mouse_answers_while_it_is_dragged(open_demo):
    page, demo = open_demo("funnel")
    step = slider(demo, "Step size")
    step.scroll_into_view_if_needed()
    box = step.bounding_box()
    at = box["x"] + 8 + (box["width"] - 16) * 7 / 14  # the thumb at 0.1
    page.mouse.move(at, box["y"] + box["height"] / 2)
    page.mouse.down()
    seen = []
    for k in range(1, 6):
        page.mouse.move(at + k * box["width"] / 20, box["y"] + box["height"] / 2)
        settled(demo)  # with the button still down
        seen.append((step.input_value(), shown(demo)[0]))
    page.mouse.up()
    settled(demo)
    assert len({value for value, _ in seen}) > 2
    assert len({tuple(row) for _, row in seen}) > 2, "the table did not follow the hand"
    assert shown(demo) == expected(step_size=STEPS[int(step.input_value())])


def test_doctors_by_mouse(open_demo):
    page, demo = open_demo("funnel")
    doctors = slider(demo, "Number of doctors")
    doctors.scroll_into_view_if_needed()
    box = doctors.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.35, box["y"] + box["height"] / 2)
    settled(demo)
    value = int(doctors.input_value())
    assert 3 < value < 8
    assert shown(demo) == expected(doctors=value)


def test_everything_by_keyboard(open_demo):
    page, demo = open_demo("funnel")
    slider(demo, "Step size").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    settled(demo)
    assert shown(demo) == expected(step_size=0.14, doctors=8)
    page.keyboard.press("Tab")
    page.keyboard.press("T")  # one letter: several count as a word only if they come fast
    settled(demo)
    ten = presets()["Ten doctors"]
    assert shown(demo) == expected(step_size=0.14, doctors=8, counts=ten)
    assert "Dr. B minus the typical doctor" in demo.locator(".sn-panel").first.text_content()
    demo.get_by_role("button", name="Run", exact=True).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    settled(demo)
    assert shown(demo) == expected(step_size=0.14, doctors=8, counts=ten, draws=501)


def test_run_moves_and_pause_rests(open_demo):
    page, demo = open_demo("funnel")
    press(demo, "Restart")
    stop_clock(page)
    demo.get_by_role("button", name="Run", exact=True).click()
    first = watched(demo, 50, 10)
    assert {number for number, _ in first} == {1}
    assert len({path for _, path in first}) > 3, "the first trajectory is not drawn step by step"
    # A screen reader hears nothing while it runs, though the words change.
    summary = demo.locator(".sn-summary")
    busy = [summary.get_attribute("aria-busy")]
    for _ in range(20):
        page.clock.run_for(150)
        busy.append(summary.get_attribute("aria-busy"))
    assert set(busy) == {"true"}
    assert draws(demo) > 1
    demo.get_by_role("button", name="Pause", exact=True).click()
    page.clock.run_for(2000)
    rest = draws(demo)
    assert watched(demo, 1000, 5) == [(rest, trajectory(demo))] * 5
    assert summary.get_attribute("aria-busy") == "false"
    assert shown(demo) == expected(draws=rest)
    assert demo.get_by_role("button", name="Run", exact=True).is_visible()


def test_run_gathers_speed_and_ends(open_demo):
    page, demo = open_demo("funnel", "#demo=funnel&draws=4900")
    stop_clock(page)
    demo.get_by_role("button", name="Run", exact=True).click()
    numbers = [4900, *(number for number, _ in watched(demo, 3000, 5))]
    running = [number for number in numbers if number < 5000]
    added = [after - before for before, after in pairwise(running)]
    assert len(added) > 2
    assert all(a < b for a, b in pairwise(added)), "it does not gather speed"
    assert numbers[-1] == 5000
    run = demo.get_by_role("button", name="Run", exact=True)
    assert run.get_attribute("aria-disabled") == "true"
    assert demo.locator(".sn-summary").get_attribute("aria-busy") == "false"


def test_many_patients_are_the_non_centred_samplers_trouble(open_demo):
    _, demo = open_demo("funnel", "#demo=funnel&doctors=12&step_size=0.2")
    slider(demo, "Table").select_option("Twelve hospitals")
    settled(demo)
    state = {"counts": presets()["Twelve hospitals"], "doctors": 12, "step_size": 0.2}
    assert shown(demo) == expected(**state)
    longest = number(Funnel(**state).longest_step())
    words = demo.locator(".sn-summary").inner_text()
    assert (
        f"2,814 patients fix mu_pop so firmly that its step has to be well below {longest}" in words
    )
    assert "it has not moved" in words


def test_other_hands_and_settings_while_it_runs(open_demo):
    page, demo = open_demo("funnel")
    stop_clock(page)
    demo.get_by_role("button", name="Run", exact=True).click()
    page.clock.run_for(600)
    slider(demo, "Step size").fill("9")  # goes on with another step
    page.clock.run_for(1200)
    assert demo.get_by_role("button", name="Pause", exact=True).is_visible()
    assert shown(demo) == expected(step_size=0.2, draws=draws(demo))
    demo.get_by_role("button", name="Reset", exact=True).click()
    page.clock.run_for(2000)
    assert shown(demo) == expected()
    assert demo.get_by_role("button", name="Run", exact=True).is_visible()


def test_it_stops_where_nobody_sees_it(open_demo):
    page, demo = open_demo("funnel")
    page.evaluate("document.querySelector('main').style.paddingBottom = '4000px'")
    stop_clock(page)
    demo.get_by_role("button", name="Run", exact=True).click()
    page.clock.run_for(1200)
    # The browser tells every observer at once: when this one knows, the demo does.
    told = """([figure, seen]) => new Promise((done) => {
        new IntersectionObserver(([entry], observer) => {
            if (entry.isIntersecting !== seen) return;
            observer.disconnect();
            done();
        }).observe(figure);
    })"""
    figure = demo.locator(".sn-figure").element_handle()
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    page.evaluate(told, [figure, False])
    page.clock.run_for(1000)
    away = draws(demo)
    assert away > 500
    assert {number for number, _ in watched(demo, 1000, 5)} == {away}
    demo.scroll_into_view_if_needed()
    page.evaluate(told, [figure, True])
    page.clock.run_for(2000)
    assert draws(demo) > away, "it goes on when it is seen again"


def test_less_motion_where_it_is_asked_for(open_demo):
    page, demo = open_demo("funnel", reduced_motion="reduce")
    assert "asks for less motion" in demo.locator(".sn-figure").inner_text()
    stop_clock(page)
    demo.get_by_role("button", name="Draw one", exact=True).click()
    page.clock.run_for(50)
    one = watched(demo, 50, 20)
    assert one == [(501, trajectory(demo))] * 20
    demo.get_by_role("button", name="Run", exact=True).click()
    seen = [number for number, _ in watched(demo, 100, 30)]
    steps = sorted(set(seen))
    assert steps == list(range(521, steps[-1] + 1, 20))
    assert len(steps) > 4
    # The last may go on after we have looked.
    assert all(seen.count(number) in (5, 6) for number in steps[:-1]), "twice a second"
    demo.get_by_role("button", name="Pause", exact=True).click()
    page.clock.run_for(1000)
    assert shown(demo) == expected(draws=draws(demo))
    _, demo = open_demo("funnel", reduced_motion="no-preference")
    assert demo.locator(".sn-still").is_hidden()


def test_link_restores_the_same_chains(open_demo):
    page, demo = open_demo("funnel")
    slider(demo, "Number of doctors").fill("5")
    slider(demo, "Step size").fill("9")
    press(demo, "Draw 100")
    press(demo, "Other random numbers")
    demo.get_by_role("button", name="Copy link to this state").click()
    link = page.evaluate("location.hash")
    _, elsewhere = open_demo("funnel", link)
    assert shown(elsewhere) == expected(doctors=5, step_size=0.2, draws=600, seed=2)
    paths = ".sn-panel svg:first-child path"
    assert elsewhere.locator(paths).evaluate_all("p => p.map(e => e.getAttribute('d'))") == (
        demo.locator(paths).evaluate_all("p => p.map(e => e.getAttribute('d'))")
    )


def test_a_bad_link_gets_a_sentence_and_the_usual_start(astray):
    links = {
        "step_size=long": "step size",
        "step_size=0": "step size",
        "draws=6000": "number of draws",
        "doctors=1.5": "number of doctors",
        "seed=-1": "seed",
        "counts=[]": "no doctor",
        f"counts={quote('[["A",3,2]]')}": "cannot be more",
        "counts=many": "rows",
    }
    for demo in astray("funnel", links):
        assert shown(demo) == expected()
        press(demo, "Draw one")


@pytest.mark.parametrize(
    "state",
    [
        {"counts": [["Dr. A", 0, 0]]},
        {"counts": [["Dr. A", 0, 0], ["Dr. B", 0, 1], ["Dr. C", 1000000, 1000000]]},
        {"step_size": 1, "draws": 300},
        {"counts": [[f"Dr. {j}", j % 3, 3] for j in range(60)], "doctors": 50, "draws": 50},
    ],
)
def test_extremes_have_pictures_and_words(open_demo, state):
    parts = [
        f"{name}={quote(json.dumps(value) if isinstance(value, list) else str(value))}"
        for name, value in state.items()
    ]
    _, demo = open_demo("funnel", "#demo=funnel&" + "&".join(parts))
    assert demo.locator(".sn-notice").is_hidden()
    assert shown(demo) == expected(**state)
    assert "NaN" not in demo.inner_html()
    assert demo.locator(".sn-panel .sn-region").count() == 4


@pytest.mark.alone
def test_thousands_of_draws_never_hold_the_page(open_demo):
    page, demo = open_demo("funnel")

    def act():
        press(demo, "Reset")
        follow(page, "")
        follow(page, "#demo=funnel&draws=5000&step_size=0.02&doctors=12")
        demo.locator(".sn-readout", has_text="5,000").wait_for()
        settled(demo)

    longest = held(page, act)
    print(f"held for {longest:.1f} pictures of sixty rows")
    assert longest < HOLD


def test_drag_over_doctors_repaints_the_regions(open_demo):
    page, demo = open_demo("funnel")
    region = demo.locator(".sn-region-0").first
    before = region.get_attribute("d")
    handle = slider(demo, "Number of doctors")
    handle.focus()
    page.keyboard.press("Home")
    settled(demo)
    assert handle.input_value() == "2"
    assert region.get_attribute("d") != before
    assert shown(demo) == expected(doctors=2)


def test_paper_gets_the_picture_in_ink(open_demo):
    page, demo = open_demo("funnel")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    # Asked of the page, not of an element: paper has another width, for which all is drawn again.
    stroke = "getComputedStyle(document.querySelector('[data-demo=funnel] .sn-draws')).stroke"
    page.wait_for_function(f"![ '', 'rgb(0, 0, 0)' ].includes({stroke})")
    page.emulate_media(media="print")
    page.wait_for_function(f"{stroke} === 'rgb(0, 0, 0)'")
    assert demo.locator(".sn-panel").first.is_visible()
    assert demo.locator(".sn-compare").is_visible()


def test_a_view_that_is_removed_stops(open_demo):
    """What JupyterLab does: render, run, and call the function that render returned."""
    page, _ = open_demo("funnel")
    page.evaluate(
        """async () => {
            const script = document.querySelector("script[type*='widget-state']");
            const widgets = Object.values(JSON.parse(script.textContent).state);
            const values = widgets.find(({ state }) => "step_size" in state).state;
            const source = new Blob([values._esm], { type: "text/javascript" });
            const { default: demo } = await import(URL.createObjectURL(source));
            const listeners = {};
            const model = {
                get: (name) => values[name],
                set: (name, value) => {
                    values[name] = value;
                    for (const listener of listeners[`change:${name}`] ?? []) listener();
                },
                on: (name, listener) => (listeners[name] ??= []).push(listener),
                off: (name, listener) =>
                    (listeners[name] = listeners[name].filter((other) => other !== listener)),
                save_changes() {},
            };
            const el = document.querySelector("main").appendChild(document.createElement("div"));
            window.lonely = { values, el, listeners, remove: demo.render({ model, el }) };
        }"""
    )
    demo = page.locator("main > div").last.locator(".sn-demo")
    settled(demo)
    stop_clock(page)
    demo.get_by_role("button", name="Run", exact=True).click()
    page.clock.run_for(1500)
    ran = page.evaluate("window.lonely.values.draws")
    assert ran > 500
    page.evaluate("window.lonely.remove()")
    assert page.evaluate("window.lonely.el.childElementCount") == 0
    assert not page.evaluate("Object.values(window.lonely.listeners).flat().length")
    left = page.evaluate("window.lonely.values.draws")
    page.clock.run_for(5000)
    assert page.evaluate("window.lonely.values.draws") == left
