"""Actions and readings on a page that the tests of every demo share: press, drag, wait, compare."""

import math
from statistics import median

from tracing import traced

# Pictures of sixty rows, see `held`: drawn at once, hundreds of doctors hold a page for 8 to 40 of
# them; in slices, for 2 to 4.
HOLD = 6
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


def follow(page, fragment):
    """Give the page's address another end, `#…`; returns when the demos have been told of it."""
    page.evaluate(
        """(fragment) => new Promise((told) => {
            const before = location.hash;
            addEventListener("hashchange", () => told(), { once: true });
            location.hash = fragment;
            if (location.hash === before) told(); // nothing to be told of
        })""",
        fragment,
    )


def settled(demo):
    """Wait until the demo has drawn and counted what it was asked for."""
    frames(demo.page)  # so that a change just made is under way
    demo.locator(".sn-summary[aria-busy=false]").wait_for()
    demo.locator(".sn-verdict[aria-busy=true]").wait_for(state="detached")
    demo.locator(".sn-summary[aria-busy=false]").wait_for()  # what was read is drawn
    return demo


def complete(page):
    """Have the page fetch its demos and pictures, and wait for them and for its scripts."""
    page.evaluate(
        """async () => {
            const missing = [];
            document.dispatchEvent(new CustomEvent("sn-complete", { detail: missing }));
            await Promise.all(missing);
        }"""
    )
    frames(page)  # in which the page measures what is wider than it


def at_rest(page):
    """Wait until nothing more will move: demos are drawn, fonts there, what was asked answered."""
    complete(page)
    page.wait_for_function(
        "document.querySelectorAll('.sn-demo .sn-summary[aria-busy=false]').length"
        " === document.querySelectorAll('.live-demo').length"
        " && !document.querySelector('[aria-busy=true]')"
    )
    page.evaluate("async () => { await document.fonts.ready; }")


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
    """Drag by the mouse from the middle of `handle`.

    Each step waits until `each()` is another than before; returns what it was, from the start on.
    """
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    seen = [each()] if each else []
    for step in range(1, steps + 1):
        page.mouse.move(x + dx * step / steps, y + dy * step / steps)
        if each:
            seen.append(followed(page, each, seen[-1]))
        else:
            frames(page)
    page.mouse.up()
    return seen


def signs(demo, kind):
    """Where the signs of a kind begin in the demo's pictures, [x, y] each, the first row's first.

    Signs are outlines in paths, each outline with one absolute M.
    """
    return demo.locator(f"{kind}:not(.sn-key *)").evaluate_all(
        r"""paths => paths.flatMap(path =>
            [...(path.getAttribute("d") ?? "").matchAll(/M(-?[\d.]+)[ ,](-?[\d.]+)/g)]
                .map(([, x, y]) => [Number(x), Number(y)]))"""
    )


def followed(page, look, before):
    """Wait until `look()` is another than `before`, in every part if it is a tuple; returns it."""
    while True:
        seen = look()
        parts = zip(seen, before, strict=True) if isinstance(seen, tuple) else [(seen, before)]
        if all(now != then for now, then in parts):
            return seen
        frames(page, 1)


def rows(demo, words="in numbers"):
    """The cells of the demo's table, opened by the summary that contains these words."""
    details = demo.locator("details", has_text=words)
    if details.get_attribute("open") is None:
        details.locator("summary").click()
        details.locator("tbody tr").first.wait_for()
        settled(demo)  # hundreds of rows come in slices
    return details.locator("tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    )


# A picture of sixty rows drawn at once, in each of `count` frames, between two marks in the trace.
_PICTURE = """async (count) => {
    const make = (tag, attributes) => {
        const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
        for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
        return element;
    };
    const picture = make("svg", { width: 600, height: 600 });
    picture.style = "position: fixed; inset: 0; pointer-events: none";
    document.body.append(picture);
    await new Promise(requestAnimationFrame);
    performance.mark("picture");
    for (let k = 0; k < count; k++) {
        await new Promise(requestAnimationFrame);
        picture.replaceChildren();
        for (let i = 0; i < 60; i++) {
            const [x, y] = [300 + ((7 * i + k) % 200), 10 * i + 5];
            const words = make("text", { x: 10, y, "font-size": 8 });
            words.textContent = `Row ${i} of picture ${k}`;
            picture.append(
                words,
                make("line", { x1: x - 80, x2: x + 80, y1: y, y2: y, stroke: "blue" }),
                make("circle", { cx: x, cy: y, r: 4 }),
                make("path", { d: `M${x - 9} ${y}l4 4m-4 0l4-4`, stroke: "red" }),
                make("rect", { x: 500, y, width: 50, height: 6 }),
            );
        }
    }
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    picture.remove();
    await new Promise(requestAnimationFrame);
    performance.mark("watched");
}"""
_FRAMES = 15


def held(page, act):
    """The longest that the page is held while `act()` is under way, in pictures of sixty rows.

    A page is held as long as one task of its main thread runs. Both are CPU times, taken in the
    same trace: how fast the machine is, and what else runs on it, is in either. What else runs can
    only lengthen a task: where one is long, `act` is done again, twice at most, and has to do all
    its work again.
    """
    longest = _held(page, act)
    for _ in range(2):
        if longest >= HOLD:
            longest = min(longest, _held(page, act))
    return longest


def _held(page, act):
    # What the page's other demos do at their start is not among it.
    page.wait_for_function(
        "document.querySelectorAll('.sn-demo').length"
        " === document.querySelectorAll('.live-demo').length"
        " && !document.querySelector('.sn-summary[aria-busy=true]')"
    )

    def watched():
        page.evaluate(_PICTURE, _FRAMES)
        act()
        frames(page)
        page.evaluate("performance.mark('done')")

    trace = traced(page, watched)
    picture = median(trace.tasks("picture", "watched")[:_FRAMES])
    return trace.tasks("watched", "done")[0] / picture
