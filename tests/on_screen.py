"""What the tests of every demo do on a screen, with a mouse, a finger or a keyboard."""

import math

PATIENCE = 600_000  # ms that one wait may take before it counts as a hang, on any machine

PHONE = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}


def frames(page, count=2):
    """Wait for so many frames of the page: what its last event asked for is drawn after two."""
    page.evaluate(
        """async (count) => {
            for (let i = 0; i < count; i++) await new Promise(requestAnimationFrame);
        }""",
        count,
    )


def settled(demo):
    """Wait until the demo has drawn and counted what it was asked for."""
    frames(demo.page)  # so that a change just made is under way
    demo.locator(".sn-summary[aria-busy=false]").wait_for()
    return demo


def slider(demo, label):
    """The slider or the choice with this label."""
    return demo.get_by_label(label, exact=True)


def press(demo, name):
    """Press a button and wait for the answer."""
    demo.get_by_role("button", name=name, exact=True).click()
    settled(demo)


def percent(share):
    """0.834 as the demos write it."""
    return f"{math.floor(100 * share + 0.5)}\u00a0%"


def same(shown, expected):
    """Assert that rows of cells say what Python says; a number there is a share, shown in percent.

    A share near the middle between two whole percents may be rounded to either: the browser
    agrees with Python to 1e-3 at worst.
    """
    assert len(shown) == len(expected), (shown, expected)
    for row, wanted in zip(shown, expected, strict=True):
        assert len(row) == len(wanted), (row, wanted)
        for cell, value in zip(row, wanted, strict=True):
            if isinstance(value, str):
                assert cell == value, (row, wanted)
            else:
                percents = [float(part.split("\u00a0")[0]) for part in cell.split(" to ")]
                shares = [value] if isinstance(value, float) else list(value)
                assert len(percents) == len(shares), (row, wanted)
                for found, share in zip(percents, shares, strict=True):
                    assert abs(found - 100 * share) <= 0.6, (row, wanted)


def drag(page, handle, dx, dy=0, steps=8, each=None):
    """Drag by the mouse from the middle of `handle`; `each()` is called after every step."""
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    seen = []
    for step in range(1, steps + 1):
        page.mouse.move(x + dx * step / steps, y + dy * step / steps)
        page.wait_for_timeout(40)
        if each:
            seen.append(each())
    page.mouse.up()
    return seen


def rows(demo, words="in numbers"):
    """The cells of the demo's table, opened by the summary that contains these words."""
    details = demo.locator("details", has_text=words)
    if details.get_attribute("open") is None:
        details.locator("summary").click()
        details.locator("tbody tr").first.wait_for()
    return details.locator("tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    )


def heartbeat(page):
    """Watch the page from now on; returns a function: the longest it has not answered, in ms.

    What the page's other demos do at their start is not among it.
    """
    page.wait_for_function(
        "document.querySelectorAll('.sn-demo').length"
        " === document.querySelectorAll('.live-demo').length"
        " && !document.querySelector('.sn-summary[aria-busy=true]')"
    )
    page.wait_for_timeout(300)
    page.evaluate(
        """() => {
            window.longest = 0;
            let before = performance.now();
            const beat = () => {
                const now = performance.now();
                window.longest = Math.max(window.longest, now - before);
                before = now;
                setTimeout(beat, 0);
            };
            beat();
        }"""
    )
    return lambda: page.evaluate("window.longest")
