"""A page's words alone: what a reader reads, without code, mathematics, roles and addresses."""

import re

FENCE = re.compile(r"^(`{3,}|~{3,}|:{3,})(.*)$")
KEPT_KEYS = ("alt:", "caption:")
INLINE = [
    re.compile(r"\$[^$\n]+\$"),
    re.compile(r"\{(?:glue:text|cite:[pt]|doc|numref|ref|eq|code|download)\}`[^`]*`"),
    re.compile(r"\{term\}`[^`<]*<[^>`]*>`|\{term\}"),
    re.compile(r"(?<!`)`[^`\n]+`(?!`)"),
    re.compile(r"(?<=\])\([^)]*\)"),
    re.compile(r"<[^>\n]+>"),
    re.compile(r"https?://\S+"),
    re.compile(r"^\([\w-]+\)=$"),
    re.compile(r"^:[\w-]+:.*$"),
    re.compile(r"^(?:`{3,}|:{3,})\{?[\w:-]*\}?"),
]


def prose(text: str) -> list[str]:
    """The lines of a Markdown page with everything but its words blanked; numbering is kept."""
    kept, fence, heading, key, mathematics = [], "", False, "", False
    directives: list[str] = []  # fences of open directives, whose content is words
    lines = text.splitlines()
    front = bool(lines) and lines[0] == "---"
    for number, line in enumerate(lines):
        if front:
            front = not (line == "---" and number > 0)
            kept.append("")
        elif fence:  # inside a cell or a block of code: only its alternative text and caption
            if line.startswith(fence) and set(line) <= {"`", "~"}:
                fence, heading = "", False
            elif line == "---":
                heading = not heading
            stripped = line.strip()
            if heading and re.match(r"[\w-]+:", stripped):
                key = stripped.split()[0]
            wanted = fence and heading and line != "---" and key in KEPT_KEYS
            kept.append(inline(line.replace(key, "").replace("|", "")) if wanted else "")
        elif line.strip() == "$$" or (line.startswith("$$") and line.count("$$") == 1):
            mathematics = not mathematics
            kept.append("")
        elif mathematics or line.startswith("$$"):
            kept.append("")
        else:
            opened = FENCE.match(line)
            if opened and not opened[2].strip() and opened[1] in directives:
                directives.remove(opened[1])
                kept.append("")
                continue
            code = opened and not opened[1].startswith(":") and is_code(opened[2])
            if opened and not code:
                directives.append(opened[1])
            if code:
                fence, heading, key = opened[1], False, ""
            kept.append("" if code else inline(line))
    return kept


def is_code(info: str) -> bool:
    """Whether a fence holds code: a cell, or no directive, whose content would be words."""
    directive = re.match(r"\{([\w:-]+)\}", info.strip())
    return directive is None or directive[1] in ("code-cell", "math", "bibliography", "mermaid")


def inline(line: str) -> str:
    """A line without its formulas, roles, code and addresses."""
    for pattern in INLINE:
        line = pattern.sub(lambda found: " " * len(found[0]), line)
    return line
