"""What a page has its reader's browser fetch, counted in the files: no browser is needed for it.

What scripts ask for later, a demo's code for instance, is not in a page's HTML; `make audit`
measures that too.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from static_host import body

FETCHED = {"stylesheet", "icon", "preload", "modulepreload", "manifest"}  # kinds of <link>
URL = re.compile(r"""url\(\s*['"]?([^'")]+)|@import\s+['"]([^'"]+)""")
# What one face names after its first font is for browsers that cannot read that one.
FALLBACKS = re.compile(r"(@font-face\s*{[^}]*?src:\s*url\([^)]*\)[^,;}]*),[^;}]*")
IMPORT = re.compile(r"""\b(?:import|from)\s*["'](\.{1,2}/[^"']+)["']""")


@dataclass
class Fetched:
    """What a browser fetches for a page by itself.

    Attributes
    ----------
    eager, lazy : list of list of str
        Addresses fetched at once, and when the reader comes near; of each list one is fetched.
    blocking, unsized : list of str
        Scripts that hold up the first paint, and pictures without width and height.
    """

    eager: list[list[str]] = field(default_factory=list)
    lazy: list[list[str]] = field(default_factory=list)
    blocking: list[str] = field(default_factory=list)
    unsized: list[str] = field(default_factory=list)

    def foreign(self) -> list[str]:
        """The addresses on another host."""
        every = (address for one in self.eager + self.lazy for address in one)
        return [address for address in every if re.match(r"(https?:)?//", address)]


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.choice, self.in_style = Fetched(), [], False

    def handle_starttag(self, tag, attrs):
        attrs = {name: value or "" for name, value in attrs}
        for url in URL.findall(attrs.get("style", "")):
            self.found.eager.append(["".join(url)])
        wanted = [attrs[name] for name in ("src", "poster", "data") if attrs.get(name)]
        wanted += [one.split()[0] for one in attrs.get("srcset", "").split(",") if one.strip()]
        if tag == "link" and FETCHED & set(attrs.get("rel", "").split()):
            self.found.eager.append([attrs["href"]])
        elif tag == "script" and "src" in attrs:
            self.found.eager.append(wanted)
            if not attrs.keys() & {"async", "defer"} and attrs.get("type") != "module":
                self.found.blocking.append(attrs["src"])
        elif tag == "source":
            self.choice += wanted  # one of these or the <img> behind them is fetched
        elif tag in ("img", "iframe"):
            late = attrs.get("loading") == "lazy"
            (self.found.lazy if late else self.found.eager).append(self.choice + wanted)
            if tag == "img" and not (attrs.get("width") and attrs.get("height")):
                self.found.unsized.append(attrs.get("src", ""))
        elif tag in ("video", "audio", "embed", "object"):
            self.found.eager.append(wanted)
        self.in_style = tag == "style"

    def handle_endtag(self, tag):
        if tag == "picture":
            self.choice = []

    def handle_data(self, data):
        if self.in_style:
            self.found.eager += [["".join(url)] for url in URL.findall(data)]
            self.in_style = False


def fetched(html: str) -> Fetched:
    """What a browser fetches for a page with this text."""
    reader = _Reader()
    reader.feed(html)
    return reader.found


def weight(page: Path, site: Path) -> tuple[int, int]:
    """Bytes of a first visit as they are sent: at once, and of pictures further down.

    Of a picture in several sizes the largest counts, of a style sheet every font and picture.

    Raises
    ------
    AssertionError
        If the page asks for a file that the site has not.
    """
    found, seen = fetched(page.read_text()), {page}
    total = [len(body(page)), 0]
    for kind, wanted in enumerate((found.eager, found.lazy)):
        for choice in wanted:
            sizes = [_size(address, page, site, seen) for address in choice]
            total[kind] += max(sizes, default=0)
    return total[0], total[1]


def _size(address: str, base: Path, site: Path, seen: set[Path]) -> int:
    """Bytes of a file and of what it asks for in turn; 0 if it has been counted already."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or not parts.path:
        return 0
    asked = unquote(parts.path)
    path = (site / asked.lstrip("/") if asked.startswith("/") else base.parent / asked).resolve()
    assert path.is_file(), f"{base.relative_to(site)} asks for {address}, which is not there"
    if path in seen:
        return 0
    seen.add(path)
    size = len(body(path))
    if path.suffix in (".css", ".js", ".mjs"):
        size += sum(_size(asked, path, site, seen) for asked in asks(path))
    return size


def asks(path: Path) -> list[str]:
    """The addresses that a style sheet or a script asks for."""
    text = path.read_text()
    if path.suffix == ".css":
        return ["".join(url) for url in URL.findall(FALLBACKS.sub(r"\1", text))]
    return IMPORT.findall(text)
