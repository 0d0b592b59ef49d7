"""What the tests do with the address of a page that is open."""


def follow(page, fragment):
    """Give the page's address another end, `#…`; returns when the demos have been told of it."""
    page.evaluate(
        """(fragment) => new Promise((told) => {
            addEventListener("hashchange", () => told(), { once: true });
            location.hash = fragment;
        })""",
        fragment,
    )
