"""What each page of the site costs its reader and how well it does, as one table.

`make audit` visits every page of the built site on a phone, without scrolling and then to its end,
served as a static host does; asks axe-core about all of it, the theme included, on a phone in the
light and on a desk in the dark; and runs Lighthouse on it. It fails where a page misses a bar of
`audit/bars.toml` or does worse than in the accepted table, `audit.json`, which `--accept` writes.

Performance that misses its bar is measured three times, and the run in the middle counts. Nothing
is compared with a time. All pages take ten to twenty minutes, with `--no-lighthouse` a few.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from audit_visit import AUDIT, CATEGORIES, ROOT, Scores, Visit, Visitor, visitor

sys.path.append(str(ROOT / "book"))
from execution import toc
from static_host import served

ACCEPTED = ROOT / "benchmarks" / "audit.json"
MOST_RUNS = 5
HEAD = """\
kB        1,000 bytes as sent by the host, on a phone's first visit; asked: its answers
kB read   the same when the page has been scrolled to its end
hosts     addresses on other hosts that the page asked for
axe       rules that axe-core finds broken on the whole page, on a phone and on a desk in the dark
perf …    Lighthouse's points for performance, accessibility, best practices, being found (SEO)
FCP …     first and largest contentful paint, s; total blocking time, ms; layout shift
index     Lighthouse's index of this machine just before; by it the phone's processor is so many
          times slower, so that a slow or a busy machine plays the same phone
"""
HEADS = ["kB", "asked", "kB read", "asked", "hosts", "axe"]
HEADS += ["perf", "access", "best", "SEO", "FCP", "LCP", "TBT", "CLS", "index", "slower"]


def bars() -> dict[str, Any]:
    """What each page has to hold, from `audit/bars.toml`."""
    return tomllib.loads((AUDIT / "bars.toml").read_text())


def pages(site: Path) -> list[str]:
    """The site's pages without `.html`: its root, those of `_toc.yml` in its order, the others.

    What only leads to another page is none.
    """
    there = {
        str(path.relative_to(site).with_suffix("")): path.read_text()
        for path in site.rglob("*.html")
        if not path.relative_to(site).parts[0].startswith("_")
    }
    real = {page for page, text in there.items() if 'http-equiv="refresh"' not in text.lower()}
    listed = [page for page in ("index", *toc()) if page in real]
    return [*listed, *sorted(real - set(listed))]


@dataclass(frozen=True)
class Row:
    """A page's line of the table."""

    page: str
    visit: Visit
    scores: Scores | None

    def cells(self) -> list[str]:
        """The cells behind the page's name."""
        visit, found = self.visit, self.scores
        cells = [f"{visit.size / 1000:.0f}", f"{visit.requests}"]
        cells += [f"{visit.size_read / 1000:.0f}", f"{visit.requests_read}"]
        cells += [f"{len(visit.foreign)}", f"{len(visit.axe)}"]
        if found:
            cells += ["–" if p is None else f"{p}" for p in found.points.values()]
            cells += [f"{found.fcp / 1000:.1f}", f"{found.lcp / 1000:.1f}", f"{found.tbt:.0f}"]
            cells += [f"{found.cls:.3f}", f"{found.index:.0f}", f"{found.slowdown:.1f}"]
        return cells

    def kept(self) -> dict[str, Any]:
        """What the accepted table keeps of it."""
        visit = asdict(self.visit) | {"axe": len(self.visit.axe)}
        visit |= {"foreign": len(self.visit.foreign)}
        return visit | ({"points": self.scores.points} if self.scores else {})


def measure(visits: Visitor, page: str, runs: int, least: dict[str, Any]) -> Row:
    """Visit a page and, with `runs`, score it; again where performance, which varies, is low."""
    visit = visits.visit(page)
    found: list[Scores] = []
    while len(found) < runs or (0 < len(found) < MOST_RUNS and slow(middle(found), least)):
        found.append(visits.lighthouse(page))
    return Row(page, visit, middle(found) if found else None)


def middle(found: Sequence[Scores]) -> Scores:
    """The run whose performance is in the middle; of two the worse."""
    ranked = sorted(found, key=lambda scores: scores.points["performance"] or 0)
    return ranked[(len(ranked) - 1) // 2]


def slow(found: Scores, least: dict[str, Any]) -> bool:
    """Whether the points for performance miss their bar."""
    return (found.points["performance"] or 0) < least["performance"]


def missed(found: Scores, least: dict[str, Any]) -> list[str]:
    """The categories whose points miss their bar."""
    return [name for name, p in found.points.items() if p is not None and p < least[name]]


def below(rows: Sequence[Row], bars: dict[str, Any]) -> Iterator[str]:
    """What misses a bar: what was expected, what was found, what to look at."""
    rules: dict[str, list[str]] = {}
    for row in rows:
        visit, name = row.visit, row.page
        if visit.size_read > 1000 * bars["heaviest_kB"]:
            yield (
                f"{name}: at most {bars['heaviest_kB']} kB expected, {visit.size_read / 1000:.0f} "
                "found. Look at its pictures and demos in the browser's network panel."
            )
        if len(visit.foreign) > bars["foreign"]:
            yield f"{name}: no request to another host expected, found {visit.foreign[0]}."
        for words in visit.axe if len(visit.axe) > bars["axe"] else ():
            look, rule, help_, where = words.split(": ", 3)
            rules.setdefault(f"{rule}: {help_}, {look}", []).append(f"{name} ({where})")
        for category in missed(row.scores, bars) if row.scores else ():
            found = [cause for cause in row.scores.causes if cause.startswith(category)]
            yield (
                f"{name}: {bars[category]} points for {category} expected, "
                f"{row.scores.points[category]} found." + "".join(f"\n    {c}" for c in found)
            )
    for rule, names in rules.items():
        yield (
            f"axe-core: nothing expected, found {rule}, on {len(names)} of {len(rows)} pages. "
            f"Look at {names[0]}."
        )
    half = median(row.visit.size_read for row in rows) / 1000
    if len(rows) > 1 and half > bars["median_kB"]:
        yield (
            f"The median page: at most {bars['median_kB']} kB expected, {half:.0f} found. "
            "Look at what every page loads: style, script, fonts."
        )


def worse(rows: Sequence[Row], before: dict[str, Any], limits: dict[str, Any]) -> Iterator[str]:
    """What does worse than in the accepted table, in the same words."""
    for row in rows:
        accepted = before.get(row.page)
        if accepted is None:
            continue
        for kind, words in (("size", "first visit"), ("size_read", "visit read to its end")):
            then, now = accepted[kind], getattr(row.visit, kind)
            allowed = min(1000 * limits["kB"], then * limits["percent"] / 100)
            if now > then + allowed:
                yield (
                    f"{row.page}: about {then / 1000:.0f} kB expected for a {words}, as accepted, "
                    f"{now / 1000:.0f} found. Look at what the last change added; if it is worth "
                    "it, make audit ARGS=--accept."
                )
        for category in CATEGORIES if row.scores else ():
            then = (accepted.get("points") or {}).get(category)
            now = row.scores.points[category]
            if then is not None and now is not None and now < then - limits.get(category, 0):
                yield (
                    f"{row.page}: {then} points for {category} expected, as accepted, {now} found. "
                    f"Look at {'; '.join(row.scores.causes) or 'another run, --runs 3'}."
                )


def summary(rows: Sequence[Row]) -> str:
    """The last line of the table."""
    heaviest = max(rows, key=lambda row: row.visit.size_read)
    first = median(row.visit.size for row in rows) / 1000
    read = median(row.visit.size_read for row in rows) / 1000
    words = [
        f"{len(rows)} pages: median {first:.0f} kB, {read:.0f} read to its end; heaviest "
        f"{heaviest.visit.size_read / 1000:.0f} ({heaviest.page})"
    ]
    words.append(f"{sum(len(row.visit.foreign) for row in rows)} requests to other hosts")
    words.append(f"axe-core finds {sum(len(row.visit.axe) for row in rows)}")
    for category in CATEGORIES:
        scored = [row for row in rows if row.scores and row.scores.points[category] is not None]
        if scored:
            worst = min(scored, key=lambda row: row.scores.points[category])
            words.append(f"worst {category} {worst.scores.points[category]} ({worst.page})")
    return "; ".join(words) + "."


def line(name: str, cells: Sequence[str]) -> str:
    """A row as it is printed."""
    widths = [6, 6, 8, 6, 6, 4, 6, 7, 5, 4, 5, 5, 6, 6, 6, 7]
    parts = (f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=False))
    return f"{name:<56}" + "".join(parts)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table and what is wrong with it; 1 if something is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--site", type=Path, default=ROOT / "_build" / "html", help="its folder")
    parser.add_argument("--page", help="only pages with this in their path, 02_three for instance")
    parser.add_argument("--runs", type=int, default=1, help="of Lighthouse a page")
    parser.add_argument("--no-lighthouse", dest="runs", action="store_const", const=0)
    parser.add_argument("--accept", action="store_true", help="what is found is what is expected")
    parser.add_argument("--accepted", type=Path, default=ACCEPTED, help="the table to compare with")
    options = parser.parse_args(arguments)
    wanted = [page for page in pages(options.site) if (options.page or "") in page]
    if not wanted:
        parser.error(f"no page {options.page or ''} in {options.site}: run make book, or name one")
    before = json.loads(options.accepted.read_text()) if options.accepted.is_file() else {}
    limits, rows = bars(), []
    print(HEAD)
    print(line("", HEADS[: 6 if not options.runs else None]), flush=True)
    with served(options.site) as site, visitor(site) as visits:
        for page in wanted:
            rows.append(measure(visits, page, options.runs, limits))
            print(line(page, rows[-1].cells()), flush=True)
    print(summary(rows))
    if options.accept:
        found = {row.page: before.get(row.page, {}) | row.kept() for row in rows}
        kept = {
            page: (before | found)[page] for page in pages(options.site) if page in before | found
        }
        options.accepted.write_text(json.dumps(kept, indent=1) + "\n")
        before = {}
    wrong = [*below(rows, limits), *worse(rows, before, limits["regression"])]
    print("\n".join(wrong) if wrong else "Every page holds every bar.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
