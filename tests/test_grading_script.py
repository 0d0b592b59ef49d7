"""What of a submission runs: the exercise's locked cells, the student's own, and every check."""

import copy
import json
import random

import nbformat
import pytest
from capitals import left_in_english, speak_capitals
from checkout import ROOT

from shrinkage.grading.notebook import MOST_CELLS, parsed
from shrinkage.grading.script import UnreadableNotebook, build_script, written_code

PATHS = {path.name[:2]: path for path in sorted((ROOT / "exercises").glob("*.ipynb"))}
SOURCE = nbformat.read(PATHS["05"], as_version=4)
TASKS = ["05.1", "05.2", "05.3", "05.4", "05.5"]
VALUES = ["prior_says", "model", "fit", "verdict", "belief"]
SETUP = SOURCE.cells[2].source


def notebook():
    """The exercise as JSON, with an answer in each answer cell."""
    raw = json.loads(PATHS["05"].read_text())
    for cell in raw["cells"]:
        cell["source"] = "".join(cell["source"])
        if cell["id"].startswith("answer"):
            cell["source"] = f"# {cell['id']}\nanswer = {cell['id'][-1]}"
    return raw


def cell(raw, id):
    return next(cell for cell in raw["cells"] if cell["id"] == id)


def code(source, **rest):
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": []} | rest


def script_of(raw):
    return build_script(json.dumps(raw).encode(), SOURCE, "05")


def runs(script):
    """Each step in short: a check by task, another cell by its first line."""
    return [
        f"? {step.task}" if step.kind == "check" else f"{step.kind}: {step.source.splitlines()[0]}"
        for step in script.steps
    ]


GIVEN = "given: import logging"
AS_IT_IS = [GIVEN]
for number in "12345":
    AS_IT_IS += [f"written: # answer-{number}", f"? 05.{number}"]
AT_THE_END = [f"? {task}" for task in TASKS]


def test_a_submission_as_it_should_be():
    script = script_of(notebook())
    assert runs(script) == AS_IT_IS + AT_THE_END
    assert (script.notes, script.clinic) == ((), "")
    assert [step.source for step in script.steps if step.kind == "check"] == VALUES * 2
    assert [step.cell for step in script.steps] == [3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18] + [0] * 5
    assert [step.task for step in script.steps[:3]] == ["", "05.1", "05.1"]
    assert written_code(script)[0] == (5, "# answer-1\nanswer = 1")


@pytest.mark.parametrize("id", PATHS)
def test_each_exercise_and_its_solution_is_its_own_script(id):
    source = nbformat.read(PATHS[id], as_version=4)
    for folder in ("exercises", "solutions"):
        script = build_script((ROOT / folder / PATHS[id].name).read_bytes(), source, id)
        assert script.notes == ()
        kinds = [step.kind for step in script.steps]
        tasks = kinds.count("check") // 2
        assert kinds == ["given"] + ["written", "check"] * tasks + ["check"] * tasks


class TestLockedCellsComeFromTheExercise:
    def test_however_ids_names_and_versions_are_lost(self):
        raw = notebook()
        for one in raw["cells"]:
            one.pop("id")
        no_ids = copy.deepcopy(raw)
        for one in raw["cells"]:
            one["metadata"] = {"id": "colab"}
        old = {"nbformat": 3, "metadata": {}, "worksheets": [{"cells": []}]}
        for one in copy.deepcopy(raw["cells"]):
            one["input"] = one.pop("source").splitlines(keepends=True)
            old["worksheets"][0]["cells"].append(one | {"language": "python"})
        bare = {"cells": [{k: c[k] for k in ("cell_type", "source")} for c in raw["cells"]]}
        for form in (no_ids, raw, old, bare):
            script = script_of(form)
            assert runs(script) == AS_IT_IS + AT_THE_END
            assert script.notes == ()

    @pytest.mark.parametrize("with_ids", [True, False])
    def test_an_edited_one(self, with_ids):
        raw = notebook()
        for one in raw["cells"]:
            if one["id"] == "setup":
                one["source"] = SETUP.replace("RANDOM_SEED = 20", "RANDOM_SEED = 1")
            if not with_ids:
                one.update(id="", metadata={})
        script = script_of(raw)
        assert runs(script) == AS_IT_IS + AT_THE_END
        assert script.steps[0].source == SETUP
        (note,) = script.notes
        assert note == "You changed the locked cell `setup-05`: the original was run."

    def test_lines_that_were_added_run_after_it(self):
        raw = notebook()
        lines = SETUP.replace("import numpy", "import seaborn as sns\nimport numpy")
        cell(raw, "setup")["source"] = f"# mine\n{lines}\nx = 1\n"
        script = script_of(raw)
        given, added, *_ = script.steps
        assert given.source == SETUP
        assert [line for line in added.source.splitlines() if line] == [
            "# mine",
            "import seaborn as sns",
            "x = 1",
        ]
        assert (added.kind, added.cell, added.task) == ("written", 3, "05.1")
        assert "your own lines" in script.notes[0]

    def test_comments_and_spaces_in_it_are_nobodys_business(self):
        raw = notebook()
        cell(raw, "setup")["source"] = f"\n# read this\n{SETUP}   \n\n"
        assert script_of(raw) == script_of(notebook())

    def test_a_deleted_one(self):
        raw = notebook()
        raw["cells"].remove(cell(raw, "setup"))
        script = script_of(raw)
        assert runs(script) == AS_IT_IS + AT_THE_END
        assert "`setup-05` is not in your notebook" in script.notes[0]

    def test_a_copied_and_a_moved_one(self):
        raw = notebook()
        raw["cells"].append(copy.deepcopy(cell(raw, "setup")))
        raw["cells"].append(raw["cells"].pop(2))
        script = script_of(raw)
        assert runs(script) == AS_IT_IS + AT_THE_END

    def test_a_name_on_other_code_hides_neither(self):
        raw = notebook()
        cell(raw, "setup").update(id="setup", source="my = 'code'")
        script = script_of(raw)
        assert runs(script)[:3] == [GIVEN, "written: my = 'code'", "written: # answer-1"]

    def test_tags_outputs_and_metadata_say_nothing(self):
        raw = notebook()
        for one in raw["cells"]:
            one["metadata"]["tags"] = ["skip-execution", "raises-exception"]
            one["metadata"].setdefault("nbgrader", {}).update(grade=True, locked=True, points=99)
            one["outputs"] = [{"output_type": "execute_result", "data": {"text/plain": "9.0"}}]
        assert script_of(raw) == script_of(notebook())


LATER = nbformat.v4.new_notebook(
    cells=[
        nbformat.v4.new_code_cell(source, id=id, metadata={"nbgrader": nbgrader})
        for id, source, nbgrader in [
            ("setup", "a = 0", {"locked": True, "grade": False}),
            ("one", "one = ...", {"solution": True}),
            ("check-1", 'check("05.1", one)', {"locked": True, "grade": True}),
            ("data", "data = load()", {"locked": True, "grade": False}),
            ("two", "two = ...", {"solution": True}),
            ("check-2", 'check("05.2", two)', {"locked": True, "grade": True}),
        ]
    ]
)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("setup one check-1 data two check-2", "a = 0|one|?1|data|two|?2"),
        ("setup one check-1 two check-2", "a = 0|one|?1|data|two|?2"),
        ("setup one check-1 two check-2 data", "a = 0|one|?1|data|two|?2"),
        ("data setup one check-1 two check-2", "a = 0|one|?1|data|two|?2"),
        ("setup one check-1 data mine two check-2", "a = 0|one|?1|data|mine|two|?2"),
        ("one", "a = 0|one|data"),
    ],
)
def test_a_locked_cell_further_down_runs_before_what_follows_it(order, expected):
    cells = {one.id: one for one in LATER.cells} | {"mine": nbformat.v4.new_code_cell("mine = 1")}
    handed_in = nbformat.v4.new_notebook(cells=[cells[id] for id in order.split()])
    script = build_script(nbformat.writes(handed_in).encode(), LATER, "05")
    short = [
        f"?{step.task[-1]}" if step.kind == "check" else step.source.split(" = ")[0]
        for step in script.steps
    ]
    assert short[:-2] == expected.replace("a = 0", "a").split("|")
    assert short[-2:] == ["?1", "?2"]


class TestEveryTaskIsAskedFor:
    def test_deleted_checks(self):
        raw = notebook()
        raw["cells"] = [one for one in raw["cells"] if not one["id"].startswith("check")]
        script = script_of(raw)
        assert runs(script) == [x for x in AS_IT_IS if x[0] != "?"] + AT_THE_END
        [note] = script.notes
        assert note.startswith(f"The checks of {', '.join(TASKS)} are not in your notebook.")
        assert [step.task for step in script.steps if step.kind == "written"] == TASKS

    def test_checks_before_the_answers(self):
        raw = notebook()
        raw["cells"].sort(key=lambda one: one["id"].startswith("answer"))
        assert runs(script_of(raw))[-10:] == [
            *(f"written: # answer-{n}" for n in "12345"),
            *AT_THE_END,
        ]

    def test_a_check_asks_what_the_exercise_asks(self):
        raw = notebook()
        cell(raw, "check-2")["source"] = 'check("05.2", typed_in)'
        script = script_of(raw)
        assert runs(script) == AS_IT_IS + AT_THE_END
        assert {step.source for step in script.steps if step.task == "05.2"} >= {"model"}
        assert not any("typed_in" in step.source for step in script.steps)
        assert "`check-05-2`" in script.notes[0]

    def test_code_in_a_checks_cell_runs_before_it(self):
        raw = notebook()
        cell(raw, "check-2")["source"] = 'model = 3\ncheck("05.2", model)'
        cell(raw, "check-3")["source"] = "fit = 3"
        steps = runs(script_of(raw))
        place = steps.index("? 05.2")
        assert steps[place - 2 : place] == ["written: # answer-2", "written: model = 3"]
        assert steps[steps.index("? 05.3") - 1] == "written: fit = 3"

    def test_a_second_check_asks_again(self):
        raw = notebook()
        raw["cells"].append(code('check("05.1", prior_says)  # again'))
        assert runs(script_of(raw)) == [*AS_IT_IS, "? 05.1", *AT_THE_END]

    def test_a_check_in_text_is_not_one(self):
        raw = notebook()
        cell(raw, "check-1")["cell_type"] = "markdown"
        assert runs(script_of(raw))[:4] == [
            GIVEN,
            "written: # answer-1",
            "written: # answer-2",
            "? 05.2",
        ]


def test_every_note_can_be_translated(monkeypatch):
    forms = [notebook() for _ in range(3)]
    cell(forms[0], "setup")["source"] = SETUP.replace("RANDOM_SEED = 20", "RANDOM_SEED = 1")
    cell(forms[1], "setup")["source"] += "\nx = 1"
    forms[2]["cells"] = [c for c in forms[2]["cells"] if c["id"] not in ("setup", "check-1")]
    notes = [note for form in forms for note in script_of(form).notes]
    assert len(notes) == 4
    speak_capitals(monkeypatch)
    assert not [word for note in notes for word in left_in_english(note)]


class TestACellBelongsToATask:
    def test_own_cells_belong_to_the_check_that_follows(self):
        raw = notebook()
        raw["cells"].insert(8, code("while True: pass", id="mine"))
        (mine,) = [step for step in script_of(raw).steps if "while" in step.source]
        assert (mine.cell, mine.task) == (9, "05.2")

    def test_an_answer_that_was_moved_stays_with_its_task(self):
        raw = notebook()
        raw["cells"].insert(3, raw["cells"].pop(raw["cells"].index(cell(raw, "answer-5"))))
        (moved,) = [step for step in script_of(raw).steps if "answer-5" in step.source]
        assert (moved.cell, moved.task) == (4, "05.5")

    def test_what_cannot_be_parsed_is_kept(self):
        raw = notebook()
        for source in ("def f(:\n", "%matplotlib inline\nx = 1", "!ls", "(" * 10_000, "a\0b"):
            raw["cells"].insert(3, code(source))
        sources = [step.source for step in script_of(raw).steps]
        assert {"def f(:\n", "%matplotlib inline\nx = 1", "!ls", "(" * 10_000, "a\0b"} <= {*sources}

    def test_empty_cells_and_the_total_do_not_run(self):
        raw = notebook()
        raw["cells"] += [code(""), code("  \n"), code('total("05")')]
        assert script_of(raw) == script_of(notebook())


class TestThePersonalClinic:
    def hand_out(self, source, id="clinic"):
        raw = notebook()
        raw["cells"].insert(2, code(source, id=id))
        return raw

    @pytest.mark.parametrize("id", ["clinic", ""])
    def test_its_token_is_read_and_its_cell_not_run(self, id):
        source = 'from shrinkage.exercises import use_clinic\n\nuse_clinic("k3y")  # yours'
        script = script_of(self.hand_out(source, id))
        assert script.clinic == "k3y"
        assert runs(script) == AS_IT_IS + AT_THE_END
        assert script.notes == ()

    def test_the_last_one_counts_and_own_code_beside_it_runs(self):
        raw = self.hand_out('use_clinic("first")\nx = 1')
        cell(raw, "answer-3")["source"] = 'fit = 1\nexercises.use_clinic("last")'
        script = script_of(raw)
        assert script.clinic == "last"
        assert runs(script)[1] == 'written: use_clinic("first")'

    @pytest.mark.parametrize("source", ["use_clinic(token)", f'use_clinic("{"x" * 81}")', "#"])
    def test_anything_else_is_no_token(self, source):
        assert script_of(self.hand_out(source)).clinic == ""


def encoded(encoding, raw=None):
    return json.dumps(raw or notebook(), ensure_ascii=False).encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_what_a_windows_editor_saves_is_read(encoding):
    assert build_script(encoded(encoding), SOURCE, "05") == script_of(notebook())


@pytest.mark.parametrize(
    "damage",
    [
        {"source": ["x", 3, None]},
        {"source": 42},
        {"source": None},
        {"metadata": "none"},
        {"metadata": {"nbgrader": ["locked"]}},
        {"metadata": {"nbgrader": {"grade_id": {"a": 1}}}},
        {"id": ["setup"]},
        {"id": 10**30},
        {"cell_type": ["code"]},
    ],
)
def test_a_cell_in_no_form_costs_itself_only(damage):
    raw = notebook()
    raw["cells"].insert(3, code("x = 1") | damage)
    raw["cells"][1:1] = [None, 3, "cell", []]
    script = script_of(raw)
    assert [run for run in runs(script) if run not in ("written: x", "written: x = 1")] == (
        AS_IT_IS + AT_THE_END
    )


def test_halves_of_a_letter_and_doubled_keys_can_be_passed_on():
    text = json.dumps(notebook()).replace("answer = 1", "answer = '\\ud83d'")
    text = text.replace('"nbformat": 4', '"nbformat": 9, "nbformat": ' + "9" * 5_000)
    for step in build_script(text.encode(), SOURCE, "05").steps:
        step.source.encode()


def in_language(**metadata):
    return json.dumps(notebook() | {"metadata": metadata}).encode()


OTHER = json.loads(PATHS["04"].read_text())


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "an empty file"),
        (b" \n ", "an empty file"),
        (b"[1, 2]", "a JSON list"),
        (b"null", "a JSON null"),
        (b"{}", "JSON without cells"),
        (b'{"cells": {}}', "JSON without cells"),
        (b"<!DOCTYPE html><p>", "a web page"),
        (b"PK\x03\x04...", "a zip"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x1f\x8b\x08", "a gzip archive"),
        (b"version https://git-lfs.github.com/spec/v1", "a Git LFS pointer"),
        (b'{"cells": ["\xfc"]}', "text that is not UTF-8 (byte 13)"),
        (encoded("utf-8")[:2000], "not all of one"),
        (b"import numpy", "text that is not one"),
        (b'{"cells": [\n<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> mine\n]}', "a merge conflict"),
        (b'{"cells": ' + b"[" * 100_000, "brackets nested too deeply"),
        (b'{"cells": [' + b"{}," * 2_100_000 + b"{}]}", "more than 2,000,000 parts"),
        (encoded("utf-8", {"cells": [code("x")] * (MOST_CELLS + 1)}), "found 2,001 with"),
        (encoded("utf-8", {"cells": [code("x" * 1_000_001)]}), "found 1 with 1,000,001"),
        (in_language(kernelspec={"name": "ir", "language": "R"}), "one in R"),
        (in_language(kernelspec={"name": "ir"}), "one in R"),
        (in_language(kernelspec={"name": "julia-1.11"}), "one in Julia"),
        (in_language(language_info={"name": "julia"}), "one in julia"),
        (json.dumps(OTHER).encode(), "exercise 04"),
    ],
)
def test_what_cannot_be_run_says_expected_found_and_next(content, found, monkeypatch):
    with pytest.raises(UnreadableNotebook) as error:
        build_script(content, SOURCE, "05")
    message = str(error.value)
    assert message.startswith("Expected ")
    assert found in message
    assert len(message) < 300
    assert message.count(". ") == 1, "a sentence on what it is, and one on what to do"
    speak_capitals(monkeypatch)
    assert {*left_in_english(error.value.why)} <= {"null", "ulia", "julia"}


@pytest.mark.parametrize(
    "metadata",
    [{}, {"language_info": {"name": "python"}, "kernelspec": {"language": "R"}}, {"kernelspec": 3}],
)
def test_python_needs_to_be_said_once_or_not_at_all(metadata):
    assert build_script(in_language(**metadata), SOURCE, "05") == script_of(notebook())


def test_nonsense_ends_in_a_script_or_in_a_sentence():
    """Bytes changed, cut and doubled at random; nothing else may be raised."""
    rng = random.Random(5)
    whole = encoded("utf-8")
    outcomes = set()
    for _ in range(300):
        raw = bytearray(whole)
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(len(raw))
            raw[at : at + rng.randint(0, 3)] = rng.choice([b"", b'"', b"{", b"]", b"0", b"\xff"])
        try:
            outcomes.add(type(build_script(bytes(raw), SOURCE, "05")))
        except UnreadableNotebook as error:
            outcomes.add(type(error))
    assert len(outcomes) == 2


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("x = !ls\ny = 1", ["x", "y"]),
        ("if a:\n    %time b = 1\nc = 2", ["c"]),
        ("%%time\nx = 1", ["x"]),
        ("%%bash\necho x = 1", []),
        ("pd.merge?\nx = 7 % 2", ["x"]),
    ],
)
def test_ipythons_own_lines_do_not_hide_the_rest(source, names):
    tree = parsed(source)
    assert [node.targets[0].id for node in tree.body if hasattr(node, "targets")] == names
    assert all(
        node.lineno == 1 + source.split("\n").index(source.split("\n")[node.lineno - 1])
        for node in tree.body
    )
