"""What the demo 'from raw rates to estimates' shows, and what Python says of it."""

from on_screen import rows, settled

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
