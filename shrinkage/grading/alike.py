"""Submissions whose code is more alike than chance, for a human to judge.

Fingerprints of runs of tokens, as in winnowing (Schleimer, Wilkerson and Aiken, SIGMOD 2003), of
which all are kept, since notebooks are short. Names that a student made up, comments, layout and
the order of cells do not count, nor does what the exercise gives. A run of tokens counts by the
logarithm of how rare it is in the class: those who solve one exercise write much of it alike. In a
class of two, what both have is thus nothing rare.

The published solution is compared with each student, and is not counted in how rare a run is; but
what nobody else has would count nothing in a class of one, so it weighs as one student more there.
Of 290 who rewrote the solution in their own style, none shares 0.5 of it in any exercise, nor 0.6
in a class of three; of one alone, whose common code cannot be known, 0.73 at most.

copydetect, the library for this, keeps no name at all, so that `pm.Normal` is `np.mean`, and cannot
weigh what the class writes. In four made-up classes of 300 that wrote one solution in their own
style, it listed 1, 0, 337 and 1 pairs of strangers before the eighth of ten copies (exercises 1, 2,
5 and 8), where this lists none, and took two to five times as long.
"""

from __future__ import annotations

import ast
import io
import math
import tokenize
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from statistics import median

import numpy as np
from scipy import sparse

from shrinkage.grading.notebook import Notebook, parsed

type Run = tuple[str, ...]
RUN = 10  # tokens of one
OPEN, CLOSE = set("([{"), set(")]}")
MOST_TOKENS = 20_000  # of one submission; the longest solution has 1,500
MOST_PLACES = 20  # of one run in one submission, when passages are compared
LEAST = 0.6  # share that is listed
LEAST_ALONE = 0.8  # the same, for the only student of a class and the published solution
SHORT = 0.4  # of the median, or of the solution: less code counts as that, being alike by chance
FEWEST = 40  # fingerprints that a submission must have of its own to be compared


PUBLISHED = ""
"""Stands for the published solution where a pair has the id of a student."""


@dataclass(frozen=True)
class Pair:
    """Two submissions that are alike, or one and the published solution.

    Attributes:
        students: their ids, in order; the first is `PUBLISHED` for the solution.
        share: how much of the smaller one's code is in the other one too, 0 to 1; rare code counts
            more, and the exercise's own not at all.
        passages: the longest passage that both have, as each wrote it.
    """

    students: tuple[str, str]
    share: float
    passages: tuple[str, str]


@dataclass(frozen=True)
class Group:
    """Students whom pairs connect, and these pairs, the most alike first."""

    students: tuple[str, ...]
    pairs: tuple[Pair, ...]

    @property
    def shares(self) -> tuple[float, float]:
        """The least and the most that two of a pair share."""
        return min(pair.share for pair in self.pairs), max(pair.share for pair in self.pairs)


def groups(pairs: Iterable[Pair]) -> list[Group]:
    """The pairs by who is connected with whom, the most alike first."""
    pairs = sorted(pairs, key=_most_alike_first)
    together: dict[str, set[str]] = {}
    for pair in pairs:
        both = set().union(*(together.get(student, {student}) for student in pair.students))
        together |= dict.fromkeys(both, both)
    found: dict[tuple[str, ...], list[Pair]] = {}
    for pair in pairs:
        found.setdefault(tuple(sorted(together[pair.students[0]])), []).append(pair)
    return [Group(students, tuple(theirs)) for students, theirs in found.items()]


def look_alikes(
    written: Mapping[str, Sequence[str]],
    source: Notebook,
    published: Sequence[str] = (),
    *,
    least: float = LEAST,
) -> list[Pair]:
    """Pairs of students whose code is alike, and of those alike the solution; most alike first.

    Args:
        written: by student's id, the code of each of their own cells.
        source: the exercise as everybody gets it.
        published: the code of each cell of the published solution, if there is one.
        least: the share from which a pair is listed.
    """
    given = [cell["source"] for cell in source["cells"] if cell["cell_type"] == "code"]
    known = {name for text in given for name in _names(text)}
    given_runs = _Code(given, known).own
    students = sorted(written)
    codes = [_Code(written[student], known, given_runs) for student in students]
    runs = [code.own for code in codes]

    having = Counter(run for own in runs for run in own)
    rarity = {run: math.log(len(students) / n) for run, n in having.items()}
    whole = [sum(rarity[run] for run in own) for own in runs]
    solution = _Code(published, known, given_runs)
    found = _like_published(solution, dict(zip(students, codes, strict=True)), having, least)
    # A sparse table of students by runs; its product with itself has what each two share
    column = {run: i for i, run in enumerate(run for run, n in having.items() if n > 1)}
    if not column:
        return found
    table = sparse.lil_array((len(students), len(column)))
    for i, own in enumerate(runs):
        table[i, [column[run] for run in own if run in column]] = 1
    weighted = table.tocsr() * np.array([rarity[run] for run in column])
    both = sparse.triu(weighted @ table.tocsr().T, 1).tocoo()

    little = SHORT * median(whole)
    for i, j, shared in zip(*both.coords, both.data, strict=True):
        smaller = max(little, min(whole[i], whole[j]))
        if min(len(runs[i]), len(runs[j])) >= FEWEST and shared >= least * smaller > 0:
            passages = _longest(codes[i], codes[j], runs[i] & runs[j])
            share = min(1.0, float(shared / smaller))
            found.append(Pair((students[i], students[j]), share, passages))
    return sorted(found, key=_most_alike_first)


def _like_published(
    solution: _Code, codes: Mapping[str, _Code], having: Counter[Run], least: float
) -> list[Pair]:
    """The pairs of the solution with a student; `having` is how many students have a run."""
    least = least if len(codes) > 1 else max(least, LEAST_ALONE)

    def weight(runs: Set[Run]) -> float:
        return sum(math.log((len(codes) + 1) / max(1, having[run])) for run in runs)

    found = []
    little = SHORT * weight(solution.own)
    for student, code in codes.items():
        both = code.own & solution.own
        smaller = min(max(little, weight(code.own)), weight(solution.own))
        if min(len(code.own), len(solution.own)) >= FEWEST and weight(both) >= least * smaller:
            share = min(1.0, weight(both) / smaller)
            found.append(Pair((PUBLISHED, student), share, _longest(solution, code, both)))
    return found


def _most_alike_first(pair: Pair) -> tuple[float, tuple[str, str]]:
    return -pair.share, pair.students


class _Code:
    """A student's code as tokens: at each, the run of `RUN` tokens of its cell that begins there.

    Attributes:
        places: of each token, its cell and its line, both from 0.
        order: of each token, the run; empty at a cell's end.
        runs: the places in `order` of each run.
        own: the runs that were not given.
    """

    def __init__(
        self, cells: Sequence[str], known: Set[str], given: Set[Run] = frozenset()
    ) -> None:
        own = {name for cell in cells for name in _names(cell, bound=True)} - known
        self.lines = [cell.split("\n") for cell in cells]
        self.places: list[tuple[int, int]] = []
        self.order: list[Run] = []
        for number, cell in enumerate(cells):
            tokens = _tokens(cell, own)[: max(0, MOST_TOKENS - len(self.places))]
            words = [word for word, _ in tokens]
            self.places += [(number, line) for _, line in tokens]
            self.order += [
                tuple(words[i : i + RUN]) if i + RUN <= len(words) else ()
                for i in range(len(words))
            ]
        self.runs: dict[Run, list[int]] = {}
        for place, run in enumerate(self.order):
            if run:
                self.runs.setdefault(run, []).append(place)
        self.own = self.runs.keys() - given

    def text(self, first: int, last: int) -> str:
        """The lines from one token to another of the same cell."""
        (cell, top), (_, bottom) = self.places[first], self.places[last]
        return "\n".join(self.lines[cell][top : bottom + 1])


def _longest(one: _Code, other: _Code, both: Set[Run]) -> tuple[str, str]:
    """The longest passage of the runs that both have, in each one's own lines."""
    best = (0, 0, 0)
    before: dict[int, int] = {}  # by place in the other: how many runs in a row end here
    for place, run in enumerate(one.order):
        now = {}
        for there in other.runs[run][:MOST_PLACES] if run in both else ():
            now[there] = before.get(there - 1, 0) + 1
            best = max(best, (now[there], place, there))
        before = now
    length, here, there = best
    return (
        one.text(here - length + 1, here + RUN - 1),
        other.text(there - length + 1, there + RUN - 1),
    )


def _names(code: str, *, bound: bool = False) -> set[str]:
    """The names in a cell, or only those that it binds."""
    tree = parsed(code)
    found: set[str] = set()
    for node in ast.walk(tree) if tree else ():
        match node:
            case ast.Name(id, context) if not bound or isinstance(context, ast.Store):
                found.add(id)
            case ast.FunctionDef(name=id) | ast.arg(arg=id):
                found.add(id)
            case ast.alias(name, asname) if not bound:
                found.add(asname or name)
    return found


QUIET = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}
TEXT = {tokenize.STRING, tokenize.FSTRING_START, tokenize.FSTRING_MIDDLE, tokenize.FSTRING_END}


def _tokens(code: str, own: set[str]) -> list[tuple[str, int]]:
    """Each token that counts, and its line from 0; none from where a cell is no Python."""
    read: list[tokenize.TokenInfo] = []
    with suppress(tokenize.TokenError, SyntaxError):
        read.extend(tokenize.generate_tokens(io.StringIO(code).readline))
    found: list[tuple[str, int]] = []
    depth = 0
    last = ""  # in the same statement
    for token, following in zip(read, [*read[1:], None], strict=True):
        word = token.string
        if token.type in QUIET:
            last = "" if token.type == tokenize.NEWLINE else last
            continue
        before, last = last, word
        depth += (word in OPEN) - (word in CLOSE)
        if token.type in TEXT:
            if not before:
                continue  # a docstring
            word = word.strip("rbuRBUfF'\"")
        elif token.type == tokenize.NAME and word in own and before != ".":
            keyword = depth and following is not None and following.string == "="
            word = word if keyword else "·"
        elif word in CLOSE and before == ",":
            found.pop()  # a formatter's comma
        found.append((word, token.start[0] - 1))
    return found
