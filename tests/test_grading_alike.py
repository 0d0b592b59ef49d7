"""Look-alikes: disguised copies are found in a class that solves one exercise alike."""

import ast
import random
import re
from itertools import combinations

import nbformat
import pytest
from checkout import ROOT
from turns import in_turn

from shrinkage.grading.alike import (
    MOST_TOKENS,
    PUBLISHED,
    Pair,
    groups,
    look_alikes,
)

IDS = [path.name[:2] for path in sorted((ROOT / "exercises").glob("*.ipynb"))]


def cells_of(folder, id):
    (path,) = (ROOT / folder).glob(f"{id}_*.ipynb")
    return nbformat.read(path, as_version=4)


def answers(id):
    return [
        re.sub(r"^### (BEGIN|END) SOLUTION\n?", "", cell.source, flags=re.M)
        for cell in cells_of("solutions", id).cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    ]


class Style(ast.NodeTransformer):
    """One of the ways to write the same: at each place where there is a choice, by chance."""

    def __init__(self, rng):
        self.rng = rng

    def choice(self):
        return self.rng.random() < 0.5

    def visit_BinOp(self, node):
        self.generic_visit(node)
        if isinstance(node.op, ast.Mult | ast.Add) and self.choice():
            node.left, node.right = node.right, node.left
        return node

    def visit_Compare(self, node):
        self.generic_visit(node)
        turned = {ast.Gt: ast.Lt, ast.Lt: ast.Gt}.get(type(node.ops[0]))
        if len(node.ops) == 1 and turned and self.choice():
            return ast.Compare(node.comparators[0], [turned()], [node.left])
        return node

    def visit_Call(self, node):
        self.generic_visit(node)
        match node.func:
            case ast.Attribute(value, "mean" | "sum" | "std" | "var" | "max" as name):
                if not node.args + node.keywords and self.choice():
                    return ast.Call(ast.Attribute(ast.Name("np"), name), [value], [])
        self.rng.shuffle(node.keywords)
        return node

    def visit_Subscript(self, node):
        self.generic_visit(node)
        match node:
            case ast.Subscript(value, ast.Constant(str(name)), ast.Load()) if name.isidentifier():
                return ast.Attribute(value, name, ast.Load()) if self.choice() else node
        return node

    def visit_Dict(self, node):
        self.generic_visit(node)
        names = [getattr(key, "value", None) for key in node.keys]
        if all(type(name) is str and name.isidentifier() for name in names) and self.choice():
            keywords = [ast.keyword(*pair) for pair in zip(names, node.values, strict=True)]
            return ast.Call(ast.Name("dict"), [], keywords)
        return node

    def visit_Constant(self, node):
        if type(node.value) is int and node.value >= 100:
            return ast.Constant(node.value * self.rng.choice([1, 2, 4]))
        return node

    def visit_Assign(self, node):
        """Also keeps a part of it under a name of its own, or looks at what came out."""
        self.generic_visit(node)
        before, after = [], []
        loops = any(isinstance(part, ast.comprehension | ast.Lambda) for part in ast.walk(node))
        for part in [] if loops else list(ast.walk(node.value)):
            for field, value in ast.iter_fields(part):
                if isinstance(value, ast.Call | ast.BinOp) and field != "func" and self.choice():
                    name = f"part_{self.rng.randrange(99)}"
                    before.append(ast.Assign([ast.Name(name, ast.Store())], value))
                    setattr(part, field, ast.Name(name, ast.Load()))
        if isinstance(node.targets[0], ast.Name) and self.choice():
            look = self.rng.choice(["print({})", "{}.head()", "{}.plot()", "len({})", "{}.T"])
            after = ast.parse(look.format(node.targets[0].id)).body
        return [*before[::-1], node, *after]


def in_own_style(cells, rng):
    return [
        ast.unparse(ast.fix_missing_locations(Style(rng).visit(ast.parse(cell)))) for cell in cells
    ]


def disguised(cells, rng, keep):
    """Other names, comments, numbers and order; one cell in five written anew."""
    names = {
        node.id
        for cell in cells
        for node in ast.walk(ast.parse(cell))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    new = {name: f"my_{rng.randrange(10_000)}" for name in sorted(names - keep)}
    made = []
    for cell in cells:
        tree = ast.parse(cell)
        for node in ast.walk(tree):
            if isinstance(node, ast.Name):
                node.id = new.get(node.id, node.id)
        text = f"# step {rng.randrange(99)}\n{ast.unparse(tree)}\nprint({rng.randrange(9)})"
        made.append(in_own_style([text], rng)[0] if rng.random() < 0.2 else text)
    rng.shuffle(made)
    return made


def class_of_300(id):
    """290 students who wrote the course's own solution in their own style, and 10 copies."""
    rng = random.Random(id)
    source = cells_of("exercises", id)
    keep = set(re.findall(r"\w+", "\n".join(cell.source for cell in source.cells)))
    written = {f"own-{i:03}": in_own_style(answers(id), rng) for i in range(290)}
    copied = rng.sample(sorted(written), 10)
    pairs = {(f"copy-{i}", original) for i, original in enumerate(copied)}
    return written | {
        copy: disguised(written[own], rng, keep) for copy, own in sorted(pairs)
    }, pairs


@pytest.mark.parametrize("id", in_turn(IDS))
def test_copies_are_found_among_300_and_strangers_are_not(id):
    written, copies = class_of_300(id)
    found = [pair.students for pair in look_alikes(written, cells_of("exercises", id))]
    assert len(copies & {*found}) >= 6, "the others had two cells in five or more written anew"
    assert len({*found} - copies) <= 1, "of 44,840 pairs of strangers"


def like_the_solution(written, id):
    pairs = look_alikes(written, cells_of("exercises", id), answers(id))
    assert [p for p in pairs if PUBLISHED not in p.students] == look_alikes(
        written, cells_of("exercises", id)
    ), "the solution has changed what is rare among the students"
    return {pair.students[1]: pair.share for pair in pairs if PUBLISHED in pair.students}


@pytest.mark.parametrize("id", in_turn(IDS))
def test_a_copy_of_the_solution_is_found_among_290_whose_own_begins_with_it(id):
    """They are nearer to the solution than people who have never seen it."""
    written, _ = class_of_300(id)
    written = {student: cells for student, cells in written.items() if student[:3] == "own"}
    assert like_the_solution(written, id) == {}
    written |= {"copy-0": answers(id), "copy-1": [*answers(id), OWN]}
    assert like_the_solution(written, id) == pytest.approx({"copy-0": 1, "copy-1": 1})


@pytest.mark.parametrize("id", in_turn(IDS))
@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_copy_of_the_solution_is_found_in_the_smallest_class(id, size):
    rng = random.Random(id)
    honest = {f"own-{i}": in_own_style(answers(id), rng) for i in range(size)}
    assert like_the_solution(honest, id) == {}
    copy = {**honest, "own-0": answers(id)}
    assert like_the_solution(copy, id) == pytest.approx({"own-0": 1})
    everybody = dict.fromkeys(honest, answers(id))
    assert like_the_solution(everybody, id) == pytest.approx(dict.fromkeys(honest, 1))


def test_those_who_answered_only_the_first_tasks_are_not_alike_by_chance():
    """A third of the exercise leaves few ways to write it."""
    written, pairs = class_of_300("08")
    copied = {original for _, original in pairs}
    for student in [*written][::5]:
        if student.startswith("own") and student not in copied:
            written[student] = written[student][: len(written[student]) // 3]
    found = look_alikes(written, cells_of("exercises", "08"), answers("08"))
    assert {pair.students for pair in found} <= {tuple(sorted(pair)) for pair in pairs}


OWN = """\
def spread(rates, n):
    # the part that chance explains
    pooled = (rates * n).sum() / n.sum()
    chance = (pooled * (1 - pooled) / n).mean()
    return max(0.0, rates.var(ddof=1) - chance) ** 0.5


total_n = n.groupby("doctor").sum().sort_values(ascending=False)
raw = successes.groupby("doctor").sum() / total_n
print(spread(raw, total_n), raw.rank(), raw.quantile([0.25, 0.75]))
"""
OTHERS = """\
weights, centre = {}, np.average(list(successes), weights=list(n))
while len(weights) < 5:
    doctor = sorted(set(patients["doctor"]) - set(weights))[0]
    mine = patients.query("doctor == @doctor")["success"].to_numpy()
    weights[doctor] = np.log1p(mine.size) * np.sign(mine.mean() - centre)
table = pd.DataFrame.from_dict(weights, orient="index", columns=["w"]).join(counts)
table["z"] = table.w.pipe(lambda column: column - column.median()).clip(-2, 2)
"""
SOURCE = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("import numpy as np")])


def found_in(**written):
    others = {f"other-{i}": [OTHERS.replace("5", str(i))] for i in range(3)}
    return [pair for pair in look_alikes(others | written, SOURCE) if "one" in pair.students]


@pytest.mark.parametrize(
    "copy",
    [
        [OWN],
        [OWN.replace("rates", "x").replace("pooled", "p").replace("total_n", "caseload")],
        [re.sub(r"#.*\n", "\n\n\n", OWN).replace("    ", "\t").replace('"', "'")],
        [OWN.replace("raw.rank(), ", "\n    raw.rank(\n    ),\n    ").replace("75])", "75],)")],
        OWN.split("\n\n\n")[::-1],
        ["x = 1\n", OWN + "!ls\n%time x = 1\n", "def broken(:"],
        [OWN.replace("def spread(rates, n):", 'def spread(rates, n):\n    """Mine."""')],
    ],
)
def test_names_comments_layout_and_order_hide_nothing(copy):
    (pair,) = found_in(one=[OWN], two=copy)
    assert pair.students == ("one", "two")
    assert pair.share > 0.9


def test_the_passage_is_shown_as_each_wrote_it():
    (pair,) = found_in(one=["a = 1\n\n" + OWN], two=["# mine\n" + OWN.replace("rates", "x")])
    assert pair.passages == (OWN.strip(), OWN.strip().replace("rates", "x"))


def test_other_code_is_not_alike():
    assert found_in(one=[OWN], two=[OTHERS]) == []


def test_what_the_exercise_gives_is_nobodys():
    source = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(OWN)])
    assert look_alikes({"one": [OWN], "two": [OWN], "three": ["x = 1"]}, source) == []


def test_what_everybody_writes_is_nobodys():
    written = {f"s{i}": [OTHERS, OWN.replace("0.25", f"0.{i}")] for i in range(9)}
    assert look_alikes(written, SOURCE) == []


def test_the_solution_shows_its_own_passage_first():
    written = {"one": ["# mine\n" + OWN.replace("rates", "x")], "two": [OTHERS]}
    (pair,) = look_alikes(written, SOURCE, ["total = 1", OWN])
    assert pair.students == (PUBLISHED, "one")
    assert pair.passages == (OWN.strip(), OWN.strip().replace("rates", "x"))


def test_pairs_are_grouped_by_who_is_connected():
    def pair(a, b, share):
        return Pair((a, b), share, ("", ""))

    chain = [pair("a", "b", 0.7), pair("c", "d", 0.8), pair("b", "d", 0.6)]
    apart = pair("x", "y", 0.75)
    first, second = groups([*chain, apart])
    assert first.students == ("a", "b", "c", "d")
    assert [p.share for p in first.pairs] == [0.8, 0.7, 0.6]
    assert first.shares == (0.6, 0.8)
    assert (second.students, second.pairs) == (("x", "y"), (apart,))
    five = [pair(*two, 0.9) for two in combinations("vwxyz", 2)]
    assert [group.students for group in groups(five)] == [("v", "w", "x", "y", "z")]
    assert groups([]) == []


def test_too_little_code_says_nothing():
    assert found_in(one=["answer = raw.mean()"], two=["answer = raw.mean()"]) == []
    assert look_alikes({"one": ["answer = raw.mean()"]}, SOURCE, ["answer = raw.mean()"]) == []


@pytest.mark.parametrize("written", [{}, {"one": []}, {"one": [""], "two": ["("]}])
def test_nobody_is_alike_where_there_is_nothing(written):
    assert look_alikes(written, SOURCE) == []
    assert look_alikes(written, SOURCE, [OWN]) == []


def test_a_flood_of_code_is_read_to_a_bound():
    flood = "x = f(a, b) + 1\n" * MOST_TOKENS
    (pair,) = found_in(one=[OWN], two=[OWN, flood])
    assert pair.students == ("one", "two")
