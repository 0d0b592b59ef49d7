"""Which file is whose: a folder of submissions, as people and their LMS make it."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from shrinkage.exercises.language import words
from shrinkage.grading.notebook import EXPORT
from shrinkage.grading.places import Entry, Unread, folder_entries, plain, zip_entries


@dataclass(frozen=True)
class Submission:
    """What one student handed in for one exercise.

    Attributes:
        student: the student's id.
        file: the file's name below the folder of submissions; empty if there is none.
        content: the notebook's bytes; None where there is a `problem`.
        problem: a sentence on why it cannot be read, and what to do.
        notes: sentences for the student, such as which of two files was taken.
        late: whether the platform marked it as late.
    """

    student: str
    file: str = ""
    content: bytes | None = None
    problem: str = ""
    notes: tuple[str, ...] = ()
    late: bool = False


class SubmissionsError(ValueError):
    """No folder of submissions; the message says what was expected, found, and comes next."""


def find_submissions(
    folder: Path,
    exercise: str,
    roster: Iterable[str] | None = None,
    also: Mapping[str, str] | None = None,
) -> list[Submission]:
    """What each student handed in, in the order of their ids.

    Args:
        folder: a folder, or a zip of it. In it, for each student, a notebook or a zip that bears
            the student's id, or a folder that does, with notebooks, zips or nbgrader's folders of
            assignments; or what Canvas, Moodle or Gradescope hands out, whose numbers are the ids.
            A zip that lies alone in the folder may also be the whole class's.
        exercise: '01', '02', …
        roster: the ids of all students; those without a file get a submission without content.
        also: the ids by other words that may stand in the students' files' names, in lower case:
            the numbers of Canvas or Moodle, full names.

    Nothing is unpacked and no link is followed; what cannot be read is a submission with a
    `problem`. Raises `SubmissionsError` if there is no such folder or nobody's file in it.
    """
    members = list(dict.fromkeys(plain(id) for id in roster or ()))
    by_student: dict[str, list[_File]] = {}
    for file in _class_files(_class_entries(folder, members), members, also or {}):
        by_student.setdefault(file.student, []).append(file)
    if not by_student and not members:
        raise SubmissionsError(
            f"{plain(str(folder))}: expected notebooks that bear students' ids, or a folder for "
            "each student; found neither. Give the folder that the submissions lie in."
        )
    by_student = _in_the_rosters_spelling(by_student, members)
    made = [_submission(id, files, exercise) for id, files in by_student.items()]
    made += [Submission(id) for id in members if id not in by_student]
    alike: dict[str, list[str]] = {}
    for one in made:
        alike.setdefault(one.student.casefold(), []).append(one.student)
    made = [_noted(s, *_twins(s, alike[s.student.casefold()])) for s in made]
    return sorted(made, key=lambda s: (s.student.casefold(), s.student))


RESERVED = {"con", "prn", "aux", "nul", "index"} | {
    f"{x}{n}" for x in ("com", "lpt") for n in "0123456789"
}


def student_slug(student: str) -> str:
    """A name for a student's files: safe on every system, and no other student's.

    An ordinary id in small letters is its own slug; any other is made readable, with a digest of
    the id after a tilde, which no ordinary slug has.
    """
    id = plain(student)
    ordinary = re.fullmatch(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?", id)
    if ordinary and id.split(".")[0] not in RESERVED:
        return id
    readable = re.sub(r"[^A-Za-z0-9]+", "-", id).strip("-")[:40]
    return f"{readable or 'student'}~{hashlib.sha256(id.encode()).hexdigest()[:16]}"


@dataclass(frozen=True)
class _File:
    """Something that a student handed in.

    `label` is what its name says beside the student's id; `late` if the LMS says so; `folders`
    are those that it lies in, below what bears the id.
    """

    student: str
    entry: Entry
    label: str = ""
    late: bool = False
    folders: tuple[str, ...] = ()


NOTEBOOK = re.compile(r"\.ipynb(?:\.(?:txt|json))?$", re.I)  # as some browsers save it
HANDED_IN = re.compile(r"\.(?:ipynb(?:\.(?:txt|json))?|rar|7z|tar|tgz|gz|bz2|xz)$", re.I)
MOODLE = re.compile(r".*?_(?P<id>\d+)_assignsubmission_file(?:_(?P<label>.*))?$")
CANVAS = re.compile(r"[^_]+_(?P<late>LATE_)?(?P<id>[1-9]\d*)_[1-9]\d*_(?P<label>.+)$")
COPY = re.compile(r"(?P<id>.+) \(\d\)$")  # a browser's second download
GRADESCOPE = re.compile(r"submission_\d+$")
METADATA = "submission_metadata.yml"


def _class_entries(folder: Path, members: list[str]) -> list[Entry]:
    """What is in the folder, or in what it wraps: one zip or folder with all students in it."""
    shown = plain(str(folder))
    try:
        if folder.is_dir():
            entries = folder_entries(folder)
        elif folder.is_file() and folder.suffix.lower() == ".zip":
            entries = zip_entries(folder, plain(folder.name))
        else:
            found = "something else" if folder.exists() else "nothing of that name"
            raise SubmissionsError(
                f"{shown}: expected a folder of submissions or a zip of it, found {found}. "
                "Give the folder that the submissions lie in."
            )
    except (Unread, OSError) as error:
        raise SubmissionsError(f"{shown}: expected a folder of submissions. {error}") from None
    for _ in range(3):
        entries = [entry for entry in entries if not entry.hidden]
        whole = {entry.name: entry for entry in entries}
        if {"submitted", "source"} <= set(whole) and whole["submitted"].look:  # nbgrader's course
            return whole["submitted"].look()
        match [entry for entry in entries if entry.look or NOTEBOOK.search(entry.name)]:
            case [Entry(problem="", look=look) as alone] if look and _stem(alone) not in members:
                try:
                    inside = [entry for entry in look() if not entry.hidden]
                except Unread:
                    break
                if not _of_a_class(inside, members):
                    break
                entries = inside
            case _:
                break
    return entries


def _of_a_class(entries: list[Entry], members: list[str]) -> bool:
    """Whether these are several students' and not one's."""
    names = [entry.name for entry in entries]
    if any(map(_by_lms, names)) or any(map(GRADESCOPE.match, names)):
        return True
    if {_stem(entry) for entry in entries} & {*members}:
        return True
    whole = [e for e in entries if e.look or NOTEBOOK.search(e.name)]
    return len(whole) > 1 and not any(_number(entry.name) for entry in whole)


def _class_files(
    entries: list[Entry], members: list[str], also: Mapping[str, str]
) -> Iterator[_File]:
    """What all students handed in."""
    submitters = _submitters(entries)
    stems = {_stem(entry) for entry in entries}
    for entry in entries:
        stem = _stem(entry)
        ids, label, late = [stem], "", False
        if entry.name in submitters:
            ids = submitters[entry.name]
        elif stem in members:
            pass
        elif match := _by_lms(stem):
            ids, label = [also.get(match["id"].casefold(), match["id"])], match["label"] or ""
            late = bool(match.groupdict().get("late"))
        elif known := also.get(stem.casefold()):
            ids, label = [known], stem
        elif "_assignsubmission_" in stem:
            continue  # a text that was typed into Moodle
        elif known := _named(stem, members):
            ids, label = [known], stem
        elif (match := COPY.match(stem)) and match["id"] in stems:
            ids = [match["id"]]
        elif not (entry.look or entry.problem or HANDED_IN.search(entry.name)):
            continue  # a read-me, a list of marks
        for file in _files(entry):
            for id in ids:
                yield replace(file, student=id or "unnamed", label=file.label or label, late=late)


def _named(stem: str, members: list[str]) -> str:
    """The student of 'anna_05_the_hierarchical_logit' or 'exercise 05 anna', if on the roster."""
    text = stem.casefold()
    fits = [
        id
        for id in members
        if re.search(rf"^{re.escape(id.casefold())}[ _-]|[ _-]{re.escape(id.casefold())}$", text)
    ]
    return max(fits, key=len, default="")


def _files(entry: Entry, folders: tuple[str, ...] = (), deepest: int = 6) -> Iterator[_File]:
    """The files in an entry, those in its folders and zips too."""
    if entry.problem or entry.look is None or deepest == 0:
        yield _File("", entry, entry.name if folders else "", folders=folders)
        return
    try:
        inside = [inner for inner in entry.look() if not inner.hidden]
    except Unread as error:
        yield _File("", replace(entry, problem=error.why), folders=folders)
        return
    if not inside:
        yield _File("", replace(entry, look=list), folders=folders)
    for inner in inside:
        yield from _files(inner, (*folders, entry.name), deepest - 1)


def _submitters(entries: list[Entry]) -> dict[str, list[str]]:
    """Of each folder of Gradescope's, the ids of those who handed it in."""
    known = {e.name: [e.name] for e in entries if GRADESCOPE.match(e.name)}
    for entry in entries:
        if entry.name != METADATA or entry.problem:
            continue
        try:
            # All values as text, as '007' is an id; in C, where there is one, for a large class
            loaded = yaml.load(entry.read(), getattr(yaml, "CBaseLoader", yaml.BaseLoader))
        except (Unread, yaml.YAMLError, ValueError, RecursionError):
            continue
        for name, about in loaded.items() if isinstance(loaded, dict) else ():
            people = about.get(":submitters") if isinstance(about, dict) else None
            ids = [_gradescope_id(one) for one in people] if isinstance(people, list) else []
            if name in known and any(ids):
                known[name] = [id for id in ids if id]
    return known


def _gradescope_id(person: Any) -> str:
    if not isinstance(person, dict):
        return ""
    said = (person.get(key) for key in (":sid", ":email", ":name"))
    return next((id for value in said if value and (id := plain(str(value)))), "")


def _in_the_rosters_spelling(
    found: dict[str, list[_File]], members: list[str]
) -> dict[str, list[_File]]:
    """'Anna' is the roster's 'anna', unless another file or student is spelt like that as well."""
    folded = Counter(id.casefold() for id in found)
    spelt = {id.casefold(): id for id in members}
    unclear = {id for id, n in Counter(map(str.casefold, members)).items() if n > 1}
    made = {}
    for id, files in found.items():
        small = id.casefold()
        clear = id not in members and folded[small] == 1 and small not in unclear
        made[spelt.get(small, id) if clear else id] = files
    return made


def _submission(student: str, files: list[_File], exercise: str) -> Submission:
    """The one of a student's files that is graded, and why it is that one."""
    here = [file for file in files if not _of_another(file, exercise)]
    wanted = [file for file in here if NOTEBOOK.search(file.entry.name)]
    wanted += [
        f for f in here if f.entry.problem and f not in wanted and f.entry.name[-4:] == ".zip"
    ]
    wanted = wanted or [file for file in here if file.entry.problem]
    if not wanted:
        return _without_notebook(student, here, files)
    ranked = sorted(wanted, key=lambda file: _rank(file, exercise), reverse=True)
    best = ranked[0]
    notes = []
    if len(ranked) > 1:
        notes.append(_why(best, ranked[1:], exercise))
    number = _number(best.label)
    if number not in ("", exercise):
        notes.append(
            words(
                "'{file}' is named like exercise {number}, not {exercise}.",
                file=best.entry.name,
                number=number,
                exercise=exercise,
            )
        )
    made = Submission(student, best.entry.path, notes=tuple(notes), late=best.late)
    if best.entry.problem:
        return replace(made, problem=best.entry.problem)
    try:
        return replace(made, content=best.entry.read())
    except Unread as error:
        return replace(made, problem=error.why)


def _without_notebook(student: str, here: list[_File], all_files: list[_File]) -> Submission:
    others = [file.entry for file in here if not file.entry.look]
    if others:
        return Submission(
            student,
            others[0].path,
            problem=words(
                "Expected a notebook (.ipynb), found '{file}'. {remedy}",
                file=others[0].name,
                remedy=EXPORT,
            ),
        )
    elsewhere = [file.entry.path for file in all_files if not file.entry.look]
    if elsewhere:
        note = words(
            "There are files of other assignments only, such as '{file}'.", file=elsewhere[0]
        )
        return Submission(student, notes=(note,))
    return Submission(student)


def _rank(file: _File, exercise: str) -> tuple[Any, ...]:
    """The greatest is taken: readable, named like the exercise, newest, last copy."""
    name = file.entry.name
    copy = re.search(r"[-(](\d+)\)?$", NOTEBOOK.sub("", name))
    return (*_fit(file, exercise), file.entry.modified, int(copy[1][:9]) if copy else 0, name)


def _fit(file: _File, exercise: str) -> tuple[bool, int]:
    named = {exercise: 2, "": 1}
    number = _number(file.label) or next(filter(None, map(_number, file.folders[1:][::-1])), "")
    return not file.entry.problem, named.get(number, 0)


def _why(best: _File, others: list[_File], exercise: str) -> str:
    """A sentence on the file that was taken and those that were not."""
    rest = ", ".join(f"'{file.entry.path}'" for file in others[:3])
    if len(others) > 3:
        rest = words("{files} and {number} more", files=rest, number=len(others) - 3)
    next_best = others[0]
    if not next_best.entry.problem and _fit(best, exercise) == _fit(next_best, exercise):
        newer = best.entry.modified > next_best.entry.modified
        why = words("the newest" if newer else "the last by its name, as all are equally old")
    elif next_best.entry.problem:
        why = words("the one that can be read")
    else:
        named = _fit(best, exercise)[1] == 2
        why = words("the one named like the exercise" if named else "the likeliest")
    return words(
        "There is more than one file: '{file}' was taken as {why}, not {rest}.",
        file=best.entry.path,
        why=why,
        rest=rest,
    )


def _of_another(file: _File, exercise: str) -> bool:
    """Whether it lies in the folder of another assignment."""
    numbers = [number for name in file.folders[1:] if (number := _number(name))]
    inside = file.entry.look is not None and len(file.folders) > 0 and _number(file.entry.name)
    return bool(numbers and numbers[-1] != exercise) or bool(inside and inside != exercise)


def _number(name: str) -> str:
    """The exercise that a file's or folder's name says, such as '05'; else an empty text."""
    match = re.match(
        r"(\d\d)[_ -]|(?:.*[^a-z])?(?:exercise|ex|assignment)[ _-]*(\d\d?)(?!\d)", name, re.I
    )
    return (match[1] or match[2]).zfill(2) if match else ""


def _by_lms(name: str) -> re.Match[str] | None:
    return MOODLE.match(name) or CANVAS.match(name)


def _stem(entry: Entry) -> str:
    """The name without the end that says that it is a notebook, a zip or an archive."""
    is_folder = entry.look is not None and not entry.name.lower().endswith(".zip")
    if is_folder:
        return entry.name
    return plain(re.sub(r"\.(?:ipynb(?:\.(?:txt|json))?|zip|\w{1,5})$", "", entry.name, flags=re.I))


def _twins(one: Submission, ids: list[str]) -> list[str]:
    others = ", ".join(f"'{id}'" for id in ids if id != one.student)
    if not others:
        return []
    return [
        words(
            "{others} differs from '{student}' in capitals only.",
            others=others,
            student=one.student,
        )
    ]


def _noted(one: Submission, *notes: str) -> Submission:
    return replace(one, notes=(*one.notes, *notes)) if notes else one
