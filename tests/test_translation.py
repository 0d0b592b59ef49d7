"""A card in another language: everything on it can be translated, and what is not stays English."""

import re

import numpy as np
import pandas as pd
import pytest
from babel.messages.pofile import read_po, write_po
from exercise_kit import result_of, solved

from shrinkage import cli
from shrinkage.data import load_doctors
from shrinkage.exercises import checking, language
from shrinkage.exercises.answers import Function
from shrinkage.exercises.card import notice_card, result_card, total_card
from shrinkage.exercises.checking import load_exercise

WRONG = "raw_rate = (100 * patients.groupby('doctor')['success'].mean()).reindex(roster)"


@pytest.fixture
def languages(tmp_path, monkeypatch):
    monkeypatch.setattr(language, "LANGUAGES", tmp_path)
    yield tmp_path
    language._translations.cache_clear()


def translated(path, translate) -> None:
    """Fill a catalogue in."""
    with path.open("rb") as file:
        catalogue = read_po(file)
    for message in catalogue:
        if message.id:
            message.string = translate(message.id)
    with path.open("wb") as file:
        write_po(file, catalogue)


def in_capitals(text: str) -> str:
    """A language that anybody can read: capitals, but not in the names of fields."""
    return re.sub(r"\{\w+\}|[^{]+", lambda m: m[0] if m[0][0] == "{" else m[0].upper(), text)


def cards(task: str = "01.1"):
    exercise = solved("01").exercise
    wrong = result_of("01.1", WRONG)
    yield result_card(wrong)
    yield result_card(result_of("01.1", "raw_rate = raw_rate + 0.01"))
    yield result_card(result_of("01.1", "raw_rate = ..."))
    yield result_card(result_of("01.1", "raw_rate = 'eleven'"))
    yield result_card(solved("01").grade(task))
    yield result_card(wrong, final=True)
    yield result_card(result_of("01.1", "raw_rate = ..."), final=True)
    yield total_card(exercise, {"01.1": wrong})
    yield notice_card(checking._which_tasks(None), checking._which_tasks(exercise))


def test_a_new_catalogue_has_every_text_and_changes_no_card(languages, monkeypatch, capsys):
    before = [repr(card) for card in cards()]
    assert cli.main(["translate", "de"]) == 0
    done, texts = map(int, re.search(r"(\d+) of (\d+) texts", capsys.readouterr().out).groups())
    assert (done, texts > 150) == (0, True)
    catalogue = (languages / "de.po").read_text()
    assert "German" in catalogue
    assert "after 'It looks as if you '" in catalogue
    monkeypatch.setenv("SMALLN_LANGUAGE", "de")
    assert [repr(card) for card in cards()] == before


ODD = [..., None, "eleven", True, 0.8, [], {}, [0.5, 0.6], print, {0.5}, np, object()]
ODD += [[None] * 11, [0.5] * 20_000, [[[[[1.0]]]]], KeyError("x"), lambda x: None, iter([1.0])]
ODD += [load_doctors().groupby("doctor")]
ODD += [pd.Series(0.5, index=["Y", "Z"]), pd.Series(0.5, index=["A", "A"])]


def test_every_word_of_a_card_can_be_translated(languages, monkeypatch, capsys):
    cli.main(["translate", "de"])
    translated(languages / "de.po", in_capitals)
    monkeypatch.setenv("SMALLN_LANGUAGE", "de")
    capsys.readouterr()
    said = [repr(card) for card in cards()]
    for task in (task for id in checking.exercise_ids() for task in load_exercise(id).tasks):
        for odd in ODD:
            if callable(odd) and isinstance(task.answer, Function):
                continue  # its card names the call, in the exercise's own words
            checking.check(task.id, odd)
            said.append(capsys.readouterr().out)
    for card in said:
        # What is left in small letters: code, the student's text, and names of Python's and ours
        left = re.sub(r"`[^`]*`|(?<!\w)'[^']*'|\b\w*\d\w*\b|\([^)]*\)", "", " ".join(card.split()))
        left = re.sub(
            r"\b(AN EXCEPTION, |AN? )\w+|Dr\. \w|\bdoctor\b|SMALLN_\w+|LABELS .*, AND NO", "", left
        )
        assert not re.search(r"[a-z]{3}", left), card


def test_a_translation_that_loses_a_field_is_not_used(languages, monkeypatch):
    cli.main(["translate", "de"])
    translated(languages / "de.po", lambda text: re.sub(r"\{\w+\}", "", text).upper())
    monkeypatch.setenv("SMALLN_LANGUAGE", "de")
    card = repr(result_card(result_of("01.1", WRONG)))
    assert "It looks as if you GAVE PERCENT" in " ".join(card.split())
    assert "1 of 2 points" in card or "0.75 of 2 points" in card


def test_what_is_translated_is_kept_when_the_texts_change(languages, monkeypatch, capsys):
    cli.main(["translate", "pt_BR"])
    path = languages / "pt_BR.po"
    translated(path, in_capitals)
    text = path.read_text()
    path.write_text(re.sub(r'msgid "Found"', 'msgid "Found in old days"', text))
    capsys.readouterr()
    cli.main(["translate", "pt_BR"])
    done, texts = map(int, re.search(r"(\d+) of (\d+) texts", capsys.readouterr().out).groups())
    assert done == texts - 1
    assert "in old days" not in path.read_text()


def test_a_language_that_is_not_there_is_named_on_the_total_and_english_is_spoken(
    languages, monkeypatch
):
    monkeypatch.setenv("SMALLN_LANGUAGE", "../de")
    card = repr(total_card(solved("01").exercise, {}))
    assert "SMALLN_LANGUAGE asks for '../de'" in " ".join(card.split())
    assert "not checked yet" in card


def test_a_name_that_is_not_a_language_is_refused(languages, capsys):
    assert cli.main(["translate", "no such"]) == 2
    assert "expected a name such as de" in capsys.readouterr().err
    assert not list(languages.iterdir())
