"""The league table on a screen: what it shows, and what Python says that it should show."""

import math

from shrinkage.demos import LeagueTable


def settled(demo):
    """Wait until the demo has drawn and counted what it was asked for."""
    demo.page.wait_for_timeout(20)  # a frame, so that a change just made is under way
    demo.locator(".sn-summary[aria-busy=false]").wait_for()
    return demo


def slider(demo, label):
    return demo.get_by_label(label)


def press(demo, name):
    demo.get_by_role("button", name=name, exact=True).click()
    settled(demo)


def percent(share):
    return f"{math.floor(100 * share + 0.5)}\u00a0%"


def shown(demo):
    """What the demo shows: the year, its table by doctor, and the shares of low-N doctors."""
    details = demo.locator("details.sn-table")
    if details.get_attribute("open") is None:
        details.locator("summary").click()
        details.locator("td").first.wait_for()
    rows = details.locator("tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    )
    return {
        "year": demo.locator(".sn-year").inner_text(),
        "table": {int(doctor): row for doctor, row in ((r[1], (r[0], *r[2:])) for r in rows)},
        "shares": demo.locator(".sn-shares strong").all_inner_texts(),
    }


def expected(**state):
    """What Python says the demo should show."""
    python = LeagueTable(**state)
    table, tally = python.table(), python.tally()
    columns = zip(table.place, table.caseload, table.successes, table.raw_rate, strict=True)
    return {
        "year": f"Year {python.year:,}",
        "table": {
            doctor: (str(place), str(n), str(count), percent(rate))
            for doctor, (place, n, count, rate) in enumerate(columns, start=1)
        },
        "shares": [
            percent(tally.low_n_doctors / python.doctors),
            percent(tally.first / tally.years),
            percent(tally.last / tally.years),
        ],
    }
