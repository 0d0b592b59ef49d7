"""Sphinx extension: what search engines, messengers and bookmarks say of a page.

Each page has a title, a description (the front matter of a chapter, what an exercise declares) and,
where the site's address is known, its canonical address and a picture to go with a link. The site
has a map and a `robots.txt`. A page of the table of contents without a description, or with that of
another page, is a warning, and so fails the build.
"""

import re
from html import escape, unescape
from pathlib import Path

from repository import site_address
from social_pictures import draw_picture

from shrinkage.exercises.checking import load_exercise

SHORT = "Small N"
LONGEST = 160  # characters of a description that is shown whole
DESCRIBED = re.compile(r'<meta content="([^"]*)" name="description" */?>')
PICTURES = "_social"
# Pages that stand in no table of contents.
OTHERS = {
    "404": "This address leads to no page of the course; here are its chapters and its search.",
    "genindex": "Every word of the course's glossary, from A to Z.",
    "search": "Find a section of the course, or a word of its glossary.",
}


def know_address(app, config) -> None:
    """Give Sphinx the address of the site, from which it makes the canonical links."""
    config.html_baseurl = site_address(config)


def description(pagename: str, metatags: str) -> str:
    """What a page is about; '' if nobody said."""
    if found := DESCRIBED.search(metatags):
        return unescape(found[1])
    if number := re.match(r"(?:exercises|solutions)/(\d\d)_", pagename):
        exercise = load_exercise(number[1])
        titles = [task.title.rstrip("?") for task in exercise.tasks]
        kind = "Graded exercise" if pagename.startswith("exercises/") else "A solution of exercise"
        opening = f"{kind} {int(exercise.id)}, {exercise.minutes} minutes, with hints:"
        while len(text := f"{opening} {'; '.join(titles)}.") > LONGEST:
            titles.pop()
        return text
    return ""


def describe(app, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Put title, description, canonical address and picture into the page's head."""
    root = pagename == app.config.root_doc
    if root and app.config.html_baseurl:
        context["pageurl"] = app.config.html_baseurl  # the landing page is at the site's root, too
    context["docstitle"] = SHORT
    if doctree is None:
        if text := OTHERS.get(pagename):
            tag = f'\n    <meta name="description" content="{escape(text)}" />'
            context["metatags"] = context.get("metatags", "") + tag
        return
    if root:  # the window's title ends in the course's name, so it does not begin with it
        name = context["title"].removeprefix(f"{SHORT}: ")
        context["title"] = name[:1].upper() + name[1:]
    text = description(pagename, context.get("metatags", ""))
    title = unescape(re.sub(r"<[^>]+>", "", context["title"]))
    tags = {"description": text} if text and not DESCRIBED.search(context["metatags"]) else {}
    properties = {
        "og:type": "website" if root else "article",
        "og:site_name": app.config.html_title,
        "og:title": title,
        "og:description": text,
    }
    if address := app.config.html_baseurl:
        picture = draw_picture(Path(app.outdir) / PICTURES, title)
        properties |= {
            "og:url": context["pageurl"],
            "og:image": f"{address}{PICTURES}/{picture}",
            "og:image:width": "1200",
            "og:image:height": "630",
            "og:image:alt": f"{title}: raw rates as red crosses, estimates as blue circles.",
        }
        tags["twitter:card"] = "summary_large_image"
    context["metatags"] = context.get("metatags", "") + "".join(
        f'\n    <meta {kind}="{name}" content="{escape(said)}" />'
        for kind, named in (("name", tags), ("property", properties))
        for name, said in named.items()
    )


def write_map(app, exception) -> None:
    """Write `robots.txt` and, where the address is known, `sitemap.xml`."""
    if exception or app.builder.format != "html":
        return
    site, address = Path(app.outdir), app.config.html_baseurl
    robots = ["User-agent: *", "Disallow: /_sources/"]
    if address:
        pages = sorted(page for page in app.env.found_docs if page != app.config.root_doc)
        urls = [address, *(f"{address}{page}.html" for page in pages)]
        rows = "".join(f"  <url><loc>{escape(url)}</loc></url>\n" for url in urls)
        (site / "sitemap.xml").write_text(
            '<?xml version="1.0" encoding="utf-8"?>\n'
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</urlset>\n'
        )
        robots.append(f"Sitemap: {address}sitemap.xml")
    (site / "robots.txt").write_text("\n".join(robots) + "\n")


def setup(app) -> dict:
    """Register the extension with Sphinx."""
    app.connect("config-inited", know_address, priority=600)  # after `repository` has looked
    app.connect("html-page-context", describe)
    app.connect("build-finished", write_map)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
