"""One style sheet with the rules that the site's pages can use, out of all that the theme brings.

A rule stays if every class, id and element that one of its selectors names occurs in a page or in a
script that changes pages. States (``:hover``), attributes and what stands in ``:not()`` are taken
to occur. Custom properties, animations and fonts that no kept rule uses go as well.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tinycss2

WORD = re.compile(r"[A-Za-z_][\w-]*")
TAG = re.compile(r"<([a-z][\w-]*)([^>]*)>")
NAMED = re.compile(r'\b(?:class|id)="([^"]*)"')
ADDRESS = re.compile(r"url\(\s*(['\"]?)([^'\")]+)\1\s*\)")
IMPORT = re.compile(r"@import\s+(?:url\()?['\"]?([^'\")]+)['\"]?\)?\s*;")
BLOCK = re.compile(
    r"@(?P<kind>(?:-webkit-)?keyframes|font-face)(?P<named>[^{]*)"
    r"\{(?P<body>(?:[^{}]|\{[^{}]*\})*)\}\n?"
)
PROPERTY = re.compile(r"--[\w-]+")
NESTED = ("media", "supports", "layer", "container")
ALWAYS = {"html", "body", "*", "root"}


@dataclass
class Names:
    """What occurs: names of elements, and of classes and ids."""

    elements: set[str] = field(default_factory=lambda: set(ALWAYS))
    others: set[str] = field(default_factory=set)

    def add_page(self, html: str) -> None:
        """Take the names that a page has."""
        for element, attributes in TAG.findall(html):
            self.elements.add(element)
            for names in NAMED.findall(attributes):
                self.others.update(names.split())

    def add_script(self, text: str) -> None:
        """Take every word of a script: any may be a name that it gives."""
        words = set(WORD.findall(text))
        self.elements |= {word for word in words if word.islower()}
        self.others |= words


def joined(sheets: Iterable[Path], folder: Path) -> str:
    """Style sheets one after another as one that lies in `folder`, with what they import.

    Parameters
    ----------
    sheets : iterable of Path
        In the order in which a page would load them; they lie below `folder`.
    folder : Path
        Addresses in the result are relative to it.
    """
    return "\n".join(_rebased(sheet.resolve(), folder.resolve()) for sheet in sheets)


def _rebased(sheet: Path, folder: Path) -> str:
    def address(found: re.Match) -> str:
        if re.match(r"[a-z]+:|#|//", found[2]):
            return found[0]
        there = (sheet.parent / re.split(r"[?#]", found[2])[0]).resolve()
        return f'url("{there.relative_to(folder, walk_up=True)}")'

    own, *imports = IMPORT.split(sheet.read_text())
    parts = [_rebased((sheet.parent / name).resolve(), folder) for name in imports[::2]]
    return "".join([*parts, *(ADDRESS.sub(address, text) for text in (own, *imports[1::2]))])


def used(style: str, names: Names, also: str = "") -> str:
    """The part of a style sheet that pages with these names can use.

    Parameters
    ----------
    style : str
        CSS without imports.
    names : Names
        What occurs in pages and scripts.
    also : str
        Text that uses custom properties besides the sheet: scripts, other style.
    """
    rules = tinycss2.parse_stylesheet(style, skip_comments=True, skip_whitespace=True)
    text = "".join(_kept(rules, names))
    elsewhere = set(PROPERTY.findall(also))
    while True:  # a property that only a dropped property used goes with it
        present = elsewhere | set(PROPERTY.findall(re.sub(rf"{PROPERTY.pattern}\s*:", "", text)))
        fewer = _with_properties(text, present)
        if fewer == text:
            return _without_unused(text)
        text = fewer


def _kept(rules: list[Any], names: Names) -> list[str]:
    kept = []
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = _split(rule.prelude)
            wanted = [tinycss2.serialize(one).strip() for one in selectors if _occurs(one, names)]
            if wanted and (body := tinycss2.serialize(rule.content).strip()):
                kept.append(f"{','.join(wanted)}{{{_tight(body)}}}\n")
        elif rule.type == "at-rule" and rule.lower_at_keyword in NESTED and rule.content:
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            if below := "".join(_kept(inner, names)):
                prelude = tinycss2.serialize(rule.prelude).strip()
                kept.append(f"@{rule.at_keyword} {prelude}{{{below}}}\n")
        elif rule.type == "at-rule" and rule.lower_at_keyword != "charset":
            kept.append(_tight(rule.serialize()) + "\n")
    return kept


def _tight(text: str) -> str:
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    return re.sub(r"\s*([;{}])\s*", r"\1", re.sub(r"\s+", " ", text)).rstrip(";")


def _split(prelude: list[Any]) -> list[list[Any]]:
    """The selectors of a rule."""
    parts: list[list[Any]] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _occurs(selector: list[Any], names: Names) -> bool:
    """Whether all that a selector names occurs."""
    before = ""
    for token in selector:
        if token.type == "hash" and token.value not in names.others:
            return False
        if token.type == "ident":
            if before == "." and token.value not in names.others:
                return False
            if before not in (".", ":") and token.lower_value not in names.elements:
                return False
        before = token.value if token.type == "literal" else ""
        before = ":" if before == "::" else before
    return True


def _with_properties(text: str, present: set[str]) -> str:
    """The sheet without declarations of custom properties that nothing uses."""
    declared = re.compile(r"(?<=[{;])(--[\w-]+)\s*:(?:[^;{}\"']|\"[^\"]*\"|'[^']*')*(?:;|(?=\}))")
    text = declared.sub(lambda found: found[0] if found[1] in present else "", text)
    return re.sub(r"[^{}\n]+\{\}\n?", "", text)


def _without_unused(text: str) -> str:
    """The sheet without animations and fonts that no rule asks for."""
    rest = BLOCK.sub("", text)

    def kept(found: re.Match) -> str:
        if found["kind"] == "font-face":
            family = re.search(r"font-family:\s*[\"']?([^\"';}]+)", found["body"])
            return found[0] if family and family[1].strip() in rest else ""
        return found[0] if re.search(rf"\b{re.escape(found['named'].strip())}\b", rest) else ""

    return BLOCK.sub(kept, text)
