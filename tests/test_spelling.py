"""The prose is spelt as British English is; the course's own words are in spelling/words.txt."""

import re
import subprocess
from pathlib import Path

import nbformat
from checkout import ROOT
from node import packages
from prose import prose

from shrinkage.exercises.catalogue import texts as texts_of_cards

SPELLING = ROOT / "tests" / "spelling"


def written() -> dict[str, str]:
    """The words of every page, chapter, solution and card, by a name that finds the line."""
    pages = [*ROOT.glob("chapters/*.md"), *ROOT.glob("book/*.md"), *ROOT.glob("*.md")]
    found = {str(p.relative_to(ROOT)): "\n".join(prose(p.read_text())) for p in pages}
    for path in ROOT.glob("solutions/*.ipynb"):
        cells = nbformat.read(path, as_version=4).cells
        texts = [prose(cell.source) for cell in cells if cell.cell_type == "markdown"]
        found[str(path.relative_to(ROOT))] = "\n".join(line for text in texts for line in text)
    # What the cards say, without the code in it
    said = [re.sub(r"`[^`]*`|\{\w+\}", "", text) for text, _ in texts_of_cards()]
    return found | {"cards": "\n".join(said)}


def check(folder: Path, texts: dict[str, str]) -> list[str]:
    """The unknown words, 'file:line:column - Unknown word (…)' each."""
    program = packages(SPELLING) / ".bin" / "cspell"
    for name, text in texts.items():
        path = folder / f"{name}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    command = [program, "--no-progress", "--no-summary", "--config", SPELLING / "cspell.json"]
    done = subprocess.run(
        [*command, "**/*.txt"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 1), done.stderr
    return re.findall(r"^\S+:\d+:\d+ - .*$", done.stdout, re.M)


def test_every_word_is_known(tmp_path):
    texts = written()
    assert len(texts) > 15
    found = check(tmp_path, texts)
    assert not found, "correct it, or add the word to tests/spelling/words.txt:\n" + "\n".join(
        found
    )


def test_a_misspelling_is_found_in_prose_alternative_text_and_caption_and_not_in_code(tmp_path):
    page = (
        "---\njupytext: kernelz\n---\n\nA docter.\n\n```{code-cell} ipython3\n---\nmystnb:\n"
        "  image:\n    alt: The pateint rises.\n  figure:\n    name: fig-zzzq\n    caption: |\n"
        "      The colum falls.\n---\nvarname_qqz = 1\n```\n\n"
        "$\\mathqqz$ and `codeqqz`, centered.\n"
    )
    found = check(tmp_path, {"page.md": "\n".join(prose(page))})
    words = {re.search(r"\((\w+)\)", line)[1] for line in found}
    assert words == {"docter", "pateint", "colum", "centered"}
    assert any(line.startswith("page.md.txt:5:") for line in found), "the line's number is kept"


def test_the_list_of_words_is_sorted_and_needed():
    words = (SPELLING / "words.txt").read_text().split()
    assert words == sorted(set(words), key=str.lower)
    everything = "\n".join(written().values()).lower()
    unused = [word for word in words if word.lower() not in everything]
    assert not unused, f"no page uses {unused}: take them out of words.txt"
