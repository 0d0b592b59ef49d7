"""What the theme's finished pages lack for keyboards and screen readers, added to their HTML.

Each function takes and gives the text of a page and mends one thing; `accessible` does all. Most
answer a finding of axe-core about the theme (sphinx-book-theme 1.2, pydata-sphinx-theme 0.16).
"""

import re
from html import escape, unescape

NAMES = {"primary": "Table of contents", "secondary": "On this page"}  # of the theme's sidebars


def accessible(html: str) -> str:
    """A page as everybody can use it."""
    for mend in (
        with_one_viewport,
        with_named_folds,
        with_landmarks,
        with_one_article,
        with_skipped_toolbar,
        with_named_drawers,
        with_tooltips_inside,
        with_plain_names,
        with_entries,
    ):
        html = mend(html)
    return html


def with_one_viewport(html: str) -> str:
    """Sphinx and both themes each say how wide a phone's page is; once is enough."""
    head, end, body = html.partition("</head>")
    first, *parts = re.split(r'[ \t]*<meta name="viewport"[^>]*>\n?', head)
    if not parts:
        return html
    viewport = '<meta name="viewport" content="width=device-width, initial-scale=1" />\n'
    return f"{first}    {viewport}{''.join(parts)}{end}{body}"


def with_named_folds(html: str) -> str:
    """The arrows in the table of contents say which pages they show."""

    def named(found: re.Match) -> str:
        label = escape(f"Pages below: {unescape(found[1]).strip()}")
        return f'>{found[1]}</a><details{found[2]}><summary aria-label="{label}">'

    return re.sub(r">([^<>]+)</a><details([^>]*)><summary>", named, html)


def with_landmarks(html: str) -> str:
    """The course's name and the search stand in landmarks; the theme's empty header is none."""
    # Its script asks for the height of it, so it stays.
    html = re.sub(r'<header (class="bd-header[^>]*)>\s*</header>', r"<div \1></div>", html)
    logo = re.compile(r'<div class="sidebar-primary-item">(?=\s*<a class="navbar-brand)')
    html = logo.sub('<div class="sidebar-primary-item" role="banner">', html)
    search = re.compile(
        r'<div class="sidebar-primary-item">(?=\s*<button class="btn search-button)'
    )
    return search.sub('<div class="sidebar-primary-item" role="search">', html)


def with_one_article(html: str) -> str:
    """The footer's words stand in the page's footer, beside what is its main part, not in it."""
    top, found, main = html.partition('<main id="main-content" class="bd-main" role="main">')
    if not found:
        return html
    content, foot = '<div class="bd-content">', r"</div>(\s*<footer class=\"bd-footer-content)"
    within = content.replace("<div", '<main id="main-content" tabindex="-1"')
    main = main.replace(content, within, 1).replace("</main>", "</div>", 1)
    main = re.sub(foot, r"</main>\1", main, count=1)
    main = re.sub(r'<footer (class="bd-footer)">\s*</footer>', r'<div \1"></div>', main)
    return f'{top}<div class="bd-main">{main}'


def with_skipped_toolbar(html: str) -> str:
    """'Skip to main content' leads to the page's words, past the toolbar over them."""
    html, found = re.subn(
        '<article class="bd-article"', r'\g<0> id="sn-article" tabindex="-1"', html, count=1
    )
    skip = '<a href="#main-content">Skip'
    return html.replace(skip, '<a href="#sn-article">Skip', 1) if found else html


def with_named_drawers(html: str) -> str:
    """What slides in over the page says its name and has a button that closes it."""
    close = (
        '<button type="button" class="btn sn-close" aria-label="Close">'
        '<i class="fa-solid fa-xmark"></i></button>'
    )
    for part, name in NAMES.items():
        html = html.replace(
            f'<dialog id="pst-{part}-sidebar-modal">',
            f'<dialog id="pst-{part}-sidebar-modal" aria-label="{name}">',
        )
        html = re.sub(rf'(<div id="pst-{part}-sidebar"[^>]*>)', rf"\1{close}", html)
    html = html.replace(
        '<dialog id="pst-search-dialog">', '<dialog id="pst-search-dialog" aria-label="Search">'
    )
    # The search's button follows its field
    return re.sub(r'(<dialog id="pst-search.*?)(</form>)', rf"\1{close}\2", html, flags=re.S)


def with_tooltips_inside(html: str) -> str:
    """A button's tooltip stands in the same landmark as the button."""
    tip = 'data-bs-toggle="tooltip"'
    return html.replace(tip, f'{tip} data-bs-container=".bd-article-container"')


def with_plain_names(html: str) -> str:
    """A button with words on it is called by them, and a toggle by what it opens."""
    html = re.sub(
        r'(<button class="btn search-button-field[^>]*?) title="Search" aria-label="Search"',
        r"\1",
        html,
    )
    for part, name in NAMES.items():
        html = html.replace(f'title="Toggle {part} sidebar"', f'title="{name}" aria-label="{name}"')
    return html.replace("Color mode", "Colour mode")


def with_entries(html: str) -> str:
    """The bibliography is a list, whose entries are items; their own role is deprecated."""
    return html.replace('role="doc-biblioentry"', 'role="listitem"')
