"""The animations of the funnel demo on the published page: they run, pause and end."""

from itertools import pairwise

import pytest
from funnel_on_screen import draws, expected, run_for, shown, stop_clock, trajectory, watched
from on_screen import HOLD, follow, held, press, settled, slider


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
        run_for(page, 150)
        busy.append(summary.get_attribute("aria-busy"))
    assert set(busy) == {"true"}
    assert draws(demo) > 1
    demo.get_by_role("button", name="Pause", exact=True).click()
    run_for(page, 2000)
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
    assert all(a < b for a, b in pairwise(added)), f"it does not gather speed: {numbers}"
    assert numbers[-1] == 5000
    run = demo.get_by_role("button", name="Run", exact=True)
    assert run.get_attribute("aria-disabled") == "true"
    assert demo.locator(".sn-summary").get_attribute("aria-busy") == "false"


def test_changes_from_elsewhere_and_settings_while_it_runs(open_demo):
    page, demo = open_demo("funnel")
    stop_clock(page)
    demo.get_by_role("button", name="Run", exact=True).click()
    run_for(page, 600)
    slider(demo, "Step size").fill("9")  # goes on with another step
    run_for(page, 1200)
    assert demo.get_by_role("button", name="Pause", exact=True).is_visible()
    assert shown(demo) == expected(step_size=0.2, draws=draws(demo))
    page.clock.resume()  # the answer of the worker to another table takes time of its own
    press(demo, "Reset")
    assert shown(demo) == expected()
    assert demo.get_by_role("button", name="Run", exact=True).is_visible()


def test_it_pauses_while_it_is_off_the_screen(open_demo):
    page, demo = open_demo("funnel")
    page.evaluate("document.querySelector('main').style.paddingBottom = '4000px'")
    stop_clock(page)
    demo.get_by_role("button", name="Run", exact=True).click()
    run_for(page, 1200)
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
    run_for(page, 1000)
    away = draws(demo)
    assert away > 500
    assert {number for number, _ in watched(demo, 1000, 5)} == {away}
    demo.scroll_into_view_if_needed()
    page.evaluate(told, [figure, True])
    run_for(page, 2000)
    assert draws(demo) > away, "it goes on when it is seen again"


def test_less_motion_where_it_is_asked_for(open_demo):
    page, demo = open_demo("funnel", reduced_motion="reduce")
    assert "asks for less motion" in demo.locator(".sn-figure").inner_text()
    stop_clock(page)
    demo.get_by_role("button", name="Draw one", exact=True).click()
    run_for(page, 50)
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
    run_for(page, 1000)
    assert shown(demo) == expected(draws=draws(demo))
    _, demo = open_demo("funnel", reduced_motion="no-preference")
    assert demo.locator(".sn-still").is_hidden()


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


def test_a_view_that_is_removed_stops(open_demo):
    """What JupyterLab does: render, run, and call the function that render returned."""
    page, _ = open_demo("funnel")
    page.evaluate(
        """async () => {
            const script = document.querySelector("script[type*='widget-state']");
            const widgets = Object.values(JSON.parse(script.textContent).state);
            const values = widgets.find(({ state }) => "step_size" in state).state;
            const host = document.querySelector("script[src*=live_demos]").src;
            const { default: demo } = await import(new URL(values._esm, host));
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
    run_for(page, 1500)
    ran = page.evaluate("window.lonely.values.draws")
    assert ran > 500
    page.evaluate("window.lonely.remove()")
    assert page.evaluate("window.lonely.el.childElementCount") == 0
    assert not page.evaluate("Object.values(window.lonely.listeners).flat().length")
    left = page.evaluate("window.lonely.values.draws")
    run_for(page, 5000)
    assert page.evaluate("window.lonely.values.draws") == left
