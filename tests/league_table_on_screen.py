"""The league table on a screen: what it shows, and what Python says that it should show."""

from on_screen import percent, rows

from shrinkage.demos import LeagueTable


def shown(demo):
    """What the demo shows: the year, its table by doctor, and the shares of low-N doctors."""
    return {
        "year": demo.locator(".sn-year").inner_text(),
        "table": {int(doctor): row for doctor, row in ((r[1], (r[0], *r[2:])) for r in rows(demo))},
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
