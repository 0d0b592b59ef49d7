"""An executed page as a notebook for readers: words where the source has roles and directives.

A page's source is for writers. A reader who opens it as a notebook sees its sentences with their
numbers, its figures with their captions, and the cells that teach; no cell that only feeds the
prose, and no role or directive that JupyterLab, Colab or VS Code would show as it is typed. What
this module does not know raises, so that nothing raw can slip through.
"""

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

LICENCE = {"code": "MIT", "content": "CC-BY-4.0"}  # as the exercises' notebooks say it
FED = "remove-cell"  # tag of a cell that only feeds the prose
UNSEEN = "remove-input"  # tag of a cell of which only the output teaches
ROLE = re.compile(r"\{([a-z]+(?::[a-z]+)?)\}`([^`]+)`")
NAMED = re.compile(r"(?P<words>.*?)\s*<(?P<target>[^>]+)>\s*", re.S)
FENCE = re.compile(r"(?P<fence>`{3,}|:{3,})\{(?P<name>[a-z-]+)\} *(?P<argument>.*)")
OPTION = re.compile(r":(?P<name>[\w-]+): *(?P<value>.*)")
ANCHOR = re.compile(r"^\([\w-]+\)=\n", re.M)
FORMULA = re.compile(r"^\$\$\n(.*?)\n\$\$$", re.M | re.S)
CODE = re.compile(r"(`{3,}|~{3,})(?!\{)")
LEFT = re.compile(r"\{[a-z:-]+\}`|^\s*(?:`{3,}|:{3,})\{|^\s*:{3,}|\{\{|^\([\w-]+\)=$", re.M)


@dataclass(frozen=True)
class Names:
    """What the roles of one page stand for.

    Attributes
    ----------
    page : str
        The page's own name, as in ``_toc.yml``.
    glued : mapping of str to str
        The numbers that its cells give to its sentences.
    page_link : callable
        From a page's name to its title and its address, '' where none is known.
    figure : callable
        From a figure's label to its number, as '3.2'; raises KeyError.
    paper : callable
        From a bibliography's key to authors, year and address; raises KeyError.
    minutes : callable
        From a page's name to the minutes that it takes.
    exercise : callable
        From an exercise's number to a line of Markdown on it.
    """

    page: str
    glued: Mapping[str, str]
    page_link: Callable[[str], tuple[str, str]]
    figure: Callable[[str], str]
    paper: Callable[[str], tuple[str, str, str]]
    minutes: Callable[[str], int]
    exercise: Callable[[str], str]


def readable(executed: NotebookNode, names: Names, setup: str = "") -> None:
    """Make an executed page a notebook for readers, in place.

    Parameters
    ----------
    executed : NotebookNode
        The page's cells with their outputs, as MyST-NB reads them.
    names : Names
        What its roles stand for.
    setup : str
        Code that installs the course where it is not; a cell of its own after the first one.

    Raises
    ------
    ValueError
        If the page has a role or a directive that has no words here.
    """
    cells = list(_cells(executed, names))
    if setup:
        cells.insert(1, new_code_cell(setup))
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"  # by itself, each build would draw another
    executed.cells = cells
    for written_by in ("jupytext", "source_map"):
        executed.metadata.pop(written_by, None)
    executed.metadata["license"] = dict(LICENCE)


def _cells(executed: NotebookNode, names: Names) -> Iterator[NotebookNode]:
    for cell in executed.cells:
        tags = cell.metadata.pop("tags", [])
        if cell.cell_type == "markdown":
            cell.source = in_words(cell.source, names)
            yield cell
        elif FED not in tags:
            figure = cell.metadata.pop("mystnb", {}).get("figure")
            if UNSEEN in tags:
                cell.metadata["jupyter"] = {"source_hidden": True}
            yield cell
            if figure:
                caption = " ".join(in_words(figure["caption"], names).split())
                yield new_markdown_cell(f"**Fig. {names.figure(figure['name'])}.** {caption}")


def in_words(text: str, names: Names) -> str:
    """Markdown without roles, directives and anchors; raises ValueError at an unknown one."""
    words = ANCHOR.sub("", "\n".join(_blocks(text.splitlines(), names)))
    words = FORMULA.sub(lambda found: _formula(found[1]), words)
    kept = "\n".join(line for line, code in _outside_code(words) if not code)
    if left := LEFT.search(kept):
        raise ValueError(f"{names.page}: a reader's notebook has no words for '{left[0]}'")
    return words


def _formula(inner: str) -> str:
    """A formula of its own, in which lines are aligned as Sphinx would have them."""
    if "&" in inner and r"\begin{" not in inner:
        inner = f"\\begin{{aligned}}\n{inner}\n\\end{{aligned}}"
    return f"$$\n{inner}\n$$"


def _outside_code(text: str) -> Iterator[tuple[str, bool]]:
    """The lines of a text, and whether each stands in a block of code."""
    fence = ""
    for line in text.splitlines():
        opened = CODE.match(line)
        if fence:
            yield line, True
            fence = "" if line.startswith(fence) else fence
        elif opened:
            fence = opened[1]
            yield line, True
        else:
            yield line, False


def _blocks(lines: list[str], names: Names) -> Iterator[str]:
    """Lines with each directive in words, and each role."""
    number = 0
    while number < len(lines):
        line = lines[number]
        code, directive = CODE.match(line), FENCE.fullmatch(line.strip())
        if not code and not directive:
            yield ROLE.sub(lambda found: _role(found, names), line)
            number += 1
            continue
        fence = code[1] if code else directive["fence"]
        try:
            end = number + 1 + [below.strip() for below in lines[number + 1 :]].index(fence)
        except ValueError:
            raise ValueError(f"{names.page}: '{line}' is never closed") from None
        if code:
            yield from lines[number : end + 1]
        else:
            inner = lines[number + 1 : end]
            yield from _directive(directive["name"], directive["argument"], inner, names)
        number = end + 1


def _directive(name: str, argument: str, inner: list[str], names: Names) -> Iterator[str]:
    """A directive in words."""
    options = {}
    for line in inner:
        if not (option := OPTION.fullmatch(line)):
            break
        options[option["name"]] = option["value"]
    body = "\n".join(_blocks(inner[len(options) :], names)).strip("\n").splitlines()
    if name == "exercise":
        yield names.exercise(argument)
    elif name == "math":
        yield from ["$$", *body, "$$"]
    elif name == "dropdown":
        yield from ["<details>", f"<summary>{argument}</summary>", "", *body, "", "</details>"]
    elif name in ("admonition", "note", "tip", "warning", "important"):
        title = argument or name.capitalize()
        yield from [f"> **{title}**", ">", *(f"> {line}".rstrip() for line in body)]
    elif name == "grid":
        yield from body
    elif name == "grid-item-card":
        _, address = names.page_link(_absolute(options["link"], names.page))
        if address:  # a card that leads nowhere is worse than none
            yield from [f"**{_linked(argument, address)}**  ", *body, ""]
    else:
        raise ValueError(f"{names.page}: a reader's notebook has no words for '{{{name}}}'")


def _role(found: re.Match, names: Names) -> str:
    """A role in words."""
    role, content = found.groups()
    given = NAMED.fullmatch(content)
    words, target = (given["words"], given["target"]) if given else ("", content)
    try:
        if role == "glue:text":
            return names.glued[target]
        if role == "term":
            return words or target
        if role == "doc":
            title, address = names.page_link(_absolute(target, names.page))
            return _linked(words or title, address)
        if role == "numref":
            return f"Fig. {names.figure(target)}"
        if role == "minutes":
            return str(names.minutes(target.lstrip("/")))
        if role in ("cite:p", "cite:t"):
            return _cited(role, [key.strip() for key in target.split(",")], names)
    except KeyError as error:
        raise ValueError(f"{names.page}: '{found[0]}' stands for nothing: {error}") from None
    raise ValueError(f"{names.page}: a reader's notebook has no words for '{found[0]}'")


def _cited(role: str, keys: list[str], names: Names) -> str:
    papers = [names.paper(key) for key in keys]
    if role == "cite:t":
        said = [_linked(f"{authors} ({year})", address) for authors, year, address in papers]
        return " and ".join(filter(None, [", ".join(said[:-1]), said[-1]]))
    said = [_linked(f"{authors}, {year}", address) for authors, year, address in papers]
    return f"({'; '.join(said)})"


def _absolute(target: str, page: str) -> str:
    """A page's name from how another page calls it."""
    if target.startswith("/"):
        return target[1:]
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), target))


def _linked(words: str, address: str) -> str:
    return f"[{words}]({address})" if address else words
