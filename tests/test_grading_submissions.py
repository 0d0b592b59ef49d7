"""Which file is whose: every form that an LMS or a person makes, and nothing that harms."""

import io
import os
import stat
import unicodedata
import zipfile
from pathlib import Path

import pytest
from capitals import left_in_english, speak_capitals

from shrinkage.grading import places
from shrinkage.grading.roster import read_roster
from shrinkage.grading.submissions import SubmissionsError, find_submissions, student_slug

NAME = "05_the_hierarchical_logit.ipynb"


def put(folder, *names, age=0):
    """Files that contain their own names; those made with a greater `age` are older."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
        os.utime(path, (2_000_000_000 - age, 2_000_000_000 - age))


def zipped(path, *names, **contents):
    """A zip of files that contain their own names."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, Path(name).name)
        for name, content in contents.items():
            archive.writestr(name, content)
    return path


def taken(found):
    """The file of each student that was taken; a problem or nothing is None."""
    return {one.student: one.file if one.content is not None else None for one in found}


@pytest.mark.parametrize(
    ("files", "student"),
    [
        ("anna.ipynb", "anna"),
        ("anna.ipynb.txt", "anna"),
        ("anna.IPYNB", "anna"),
        ("anna/homework.ipynb", "anna"),
        (f"anna/exercise-05/{NAME}", "anna"),
        (f"anna/05_the_hierarchical_logit/{NAME}", "anna"),
        (f"anna/course-main/exercises/{NAME}", "anna"),
        ("muelleranna_12345_678910_05_the_hierarchical_logit-1.ipynb", "12345"),
        ("muelleranna_LATE_12345_678910_my answer.ipynb", "12345"),
        ("Anna Müller_123456_assignsubmission_file_/x.ipynb", "123456"),
        ("Anna Müller_123456_assignsubmission_file/x.ipynb", "123456"),
        ("Anna Müller_123456_assignsubmission_file_x.ipynb", "123456"),
        (f"submission_987/{NAME}", "submission_987"),
        ("Müller, Anna.ipynb", "Müller, Anna"),
        ('-rf "anna";.ipynb', '-rf "anna";'),
        ("an\nna.ipynb", "an na"),
        ("a..b.ipynb", "a..b"),
    ],
)
def test_each_form_is_read_from_a_folder_and_from_a_zip(tmp_path, files, student):
    folder = tmp_path / "submissions"
    put(folder, files, "zoe_1.ipynb")
    assert taken(find_submissions(folder, "05"))[student] is not None

    alone = tmp_path / "alone"
    alone.mkdir()
    zipped(alone / "everybody.zip", files, "zoe_1.ipynb")
    for place in (alone, alone / "everybody.zip"):
        found = taken(find_submissions(place, "05"))
        assert found.keys() == {student, "zoe_1"}
        assert found[student] is not None


def test_what_systems_leave_behind_is_not_a_submission(tmp_path):
    put(tmp_path, "anna.ipynb", "README.md", "grades.csv", "__MACOSX/._anna.ipynb", "._anna.ipynb")
    put(tmp_path, f"ben/.ipynb_checkpoints/{NAME}", f"ben/{NAME}", "ben/timestamp.txt")
    put(tmp_path, "Anna Müller_1_assignsubmission_onlinetext_/onlinetext.html")
    found = find_submissions(tmp_path, "05")
    assert taken(found) == {"anna": "anna.ipynb", "ben": f"ben/{NAME}"}
    assert not any(one.notes for one in found)


def test_a_course_of_nbgraders_is_read_where_students_hand_in(tmp_path):
    put(tmp_path, f"source/exercise-05/{NAME}", f"release/exercise-05/{NAME}")
    put(tmp_path, f"submitted/anna/exercise-05/{NAME}", "gradebook.db")
    assert taken(find_submissions(tmp_path, "05")) == {"anna": f"submitted/anna/exercise-05/{NAME}"}


def test_a_folder_around_the_class_is_looked_through(tmp_path):
    put(tmp_path, f"assignment_1_export/submission_987/{NAME}")
    assert taken(find_submissions(tmp_path, "05")).keys() == {"submission_987"}


def test_gradescopes_list_says_who_handed_in(tmp_path):
    put(tmp_path, f"submission_1/{NAME}", f"submission_2/{NAME}", f"submission_3/{NAME}")
    (tmp_path / "submission_metadata.yml").write_text(
        "submission_1:\n  :submitters:\n  - :name: Anna\n    :sid: 00123\n    :email: a@b.c\n"
        "submission_2:\n  :submitters:\n  - :name: Ben\n    :sid: ''\n    :email: ben@b.c\n"
        "  - :name: Cleo\n"
    )
    assert taken(find_submissions(tmp_path, "05")) == {
        "00123": f"submission_1/{NAME}",
        "ben@b.c": f"submission_2/{NAME}",
        "Cleo": f"submission_2/{NAME}",
        "submission_3": f"submission_3/{NAME}",
    }


def test_canvas_word_for_late_is_kept(tmp_path):
    put(tmp_path, "anna_LATE_12_34_x.ipynb", "ben_13_35_x.ipynb")
    late = {one.student: one.late for one in find_submissions(tmp_path, "05")}
    assert late == {"12": True, "13": False}


@pytest.mark.parametrize(
    ("files", "best", "why"),
    [
        ((("anna.ipynb", 0), (f"anna/{NAME}", 9)), f"anna/{NAME}", "named like the exercise"),
        ((("anna/a.ipynb", 9), ("anna/b.ipynb", 0)), "anna/b.ipynb", "newest"),
        ((("anna/b.ipynb", 9), ("anna/a.ipynb", 0)), "anna/a.ipynb", "newest"),
        ((("anna/x-2.ipynb", 0), ("anna/x-10.ipynb", 0)), "anna/x-10.ipynb", "equally old"),
        ((("anna/04_x.ipynb", 0), ("anna/x.ipynb", 9)), "anna/x.ipynb", "likeliest"),
        ((("anna.ipynb", 9), ("anna (1).ipynb", 0)), "anna (1).ipynb", "newest"),
    ],
)
def test_of_two_files_one_is_taken_and_the_note_says_why(tmp_path, files, best, why):
    for name, age in files:
        put(tmp_path, name, age=age)
    put(tmp_path, "ben.ipynb")
    anna, _ = find_submissions(tmp_path, "05")
    assert anna.file == best
    (note,) = anna.notes
    assert f"'{best}' was taken" in note
    assert why in note
    assert all(f"'{name}'" in note for name, _ in files)


def test_another_exercises_file_is_taken_only_if_there_is_nothing_better(tmp_path):
    put(tmp_path, "anna/04_varying_intercepts.ipynb", "ben/exercise-04/04_x.ipynb", "zoe.ipynb")
    anna, ben, _ = find_submissions(tmp_path, "05")
    assert anna.content is not None
    assert anna.notes == ("'04_varying_intercepts.ipynb' is named like exercise 04, not 05.",)
    assert (ben.content, ben.problem) == (None, "")
    assert ben.notes == (
        "There are files of other assignments only, such as 'ben/exercise-04/04_x.ipynb'.",
    )


def test_with_a_roster_everybody_is_accounted_for(tmp_path):
    put(tmp_path, "anna.ipynb", "stranger.ipynb", "zoe-kim_05_the_hierarchical_logit.ipynb")
    found = find_submissions(tmp_path, "05", ["zoe-kim", "anna", "ben", "anna"])
    assert taken(found) == {
        "anna": "anna.ipynb",
        "ben": None,
        "stranger": "stranger.ipynb",
        "zoe-kim": "zoe-kim_05_the_hierarchical_logit.ipynb",
    }
    assert [one.problem for one in found] == [""] * 4


def test_a_roster_keeps_an_id_that_looks_like_an_lms_own(tmp_path):
    put(tmp_path, "kim_12_34_x.ipynb", "anna.b.ipynb")
    found = find_submissions(tmp_path, "05", ["kim_12_34_x", "anna.b"])
    assert taken(found) == {"anna.b": "anna.b.ipynb", "kim_12_34_x": "kim_12_34_x.ipynb"}


def test_an_empty_folder_is_no_one_unless_there_is_a_roster(tmp_path):
    with pytest.raises(SubmissionsError, match=r"expected .* found neither. Give"):
        find_submissions(tmp_path, "05")
    assert taken(find_submissions(tmp_path, "05", ["anna"])) == {"anna": None}


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.write_text("x")])
def test_what_is_no_folder_is_refused_with_a_remedy(tmp_path, make):
    make(tmp_path / "nowhere")
    with pytest.raises(SubmissionsError, match=r"expected a folder .*, found .* Give the folder"):
        find_submissions(tmp_path / "nowhere", "05", ["anna"])


def test_ids_that_differ_in_capitals_stay_two_students(tmp_path):
    put(tmp_path, "Anna.ipynb", "anna.ipynb")
    for roster in (None, ["anna"]):
        found = find_submissions(tmp_path, "05", roster)
        assert taken(found) == {"Anna": "Anna.ipynb", "anna": "anna.ipynb"}
        assert all("capitals only" in " ".join(one.notes) for one in found)


@pytest.mark.parametrize(
    ("roster", "file"),
    [
        (
            "Student,ID,SIS User ID,SIS Login ID\n    Points Possible,,,\n"
            '"Müller, Anna",12345,u1,anna\nBen,9,u2,12345\n',
            "muelleranna_12345_678910_05_the_hierarchical_logit.ipynb",
        ),
        (
            "Identifier,Full name,Username\nParticipant 12345,Anna,anna\nParticipant 9,Ben,12345\n",
            "Anna_12345_assignsubmission_file_x.ipynb",
        ),
    ],
    ids=["Canvas", "Moodle"],
)
def test_a_number_in_an_lms_file_is_the_students_to_whom_the_roster_gives_it(
    tmp_path, roster, file
):
    (tmp_path / "roster.csv").write_text(roster)
    put(tmp_path / "handed-in", file, "12345.ipynb")
    students = read_roster(tmp_path / "roster.csv")
    ids = [student.student for student in students]
    also = {number: student.student for student in students for number in student.also}
    found = find_submissions(tmp_path / "handed-in", "05", ids, also)
    assert taken(found) == {"anna": file, "12345": "12345.ipynb"}, "Ben's id is Anna's number"
    assert not any(submission.notes for submission in found)


def test_a_file_that_bears_a_full_name_is_that_students(tmp_path):
    put(tmp_path, "Zoé Moreau-Lefèvre.ipynb")
    found = find_submissions(tmp_path, "05", ["moreau"], {"zoé moreau-lefèvre": "moreau"})
    assert taken(found) == {"moreau": "Zoé Moreau-Lefèvre.ipynb"}


def test_a_lone_other_spelling_is_the_rosters_student(tmp_path):
    put(tmp_path, "Anna.ipynb")
    assert taken(find_submissions(tmp_path, "05", ["anna"])) == {"anna": "Anna.ipynb"}
    assert taken(find_submissions(tmp_path, "05", ["anna", "ANNA"])).keys() == {
        "Anna",
        "anna",
        "ANNA",
    }


def test_composed_and_decomposed_letters_are_one_id(tmp_path):
    for form in ("NFC", "NFD"):
        put(tmp_path, unicodedata.normalize(form, "Zoë") + ".ipynb")
    (zoe,) = find_submissions(tmp_path, "05", [unicodedata.normalize("NFD", "Zoë")])
    assert zoe.student == unicodedata.normalize("NFC", "Zoë")
    assert "more than one file" in zoe.notes[0]


def test_a_name_in_no_encoding_can_still_be_stored(tmp_path):
    try:
        (tmp_path / os.fsdecode(b"anna\xff.ipynb")).write_text("x")
    except OSError:
        pytest.skip("this file system wants names in UTF-8")
    (one,) = find_submissions(tmp_path, "05")
    assert one.content == b"x"
    (one.student + one.file).encode()


def test_a_zip_from_a_system_that_does_not_say_utf8(tmp_path):
    zipped(tmp_path / "all.zip", "Zoe.ipynb", "x.ipynb")
    raw = (tmp_path / "all.zip").read_bytes().replace(b"Zoe.ipynb", "Zoë.ipy".encode() + b"n")
    (tmp_path / "all.zip").write_bytes(raw.replace("Zoë.ipyn".encode(), "Zë.ipynb".encode()))
    assert "Zë" in taken(find_submissions(tmp_path, "05"))


class TestNothingIsFollowedOrFlooded:
    def problem(self, folder, student="anna", exercise="05"):
        put(folder, "ben.ipynb")
        found = {one.student: one for one in find_submissions(folder, exercise)}
        assert found["ben"].content == b"ben.ipynb", "the others are read"
        assert found[student].content is None
        return found[student].problem

    @pytest.mark.parametrize("name", ["anna.ipynb", "anna", "anna/x.ipynb", "anna.zip"])
    def test_a_link_is_not_followed(self, tmp_path, name):
        (tmp_path / "secret").mkdir()
        put(tmp_path / "secret", NAME)
        folder = tmp_path / "submissions"
        (folder / name).parent.mkdir(parents=True)
        (folder / name).symlink_to(tmp_path / "secret" / ("" if name == "anna" else NAME))
        assert "is a link" in self.problem(folder)

    def test_beside_a_link_the_file_is_taken(self, tmp_path):
        put(tmp_path, f"anna/{NAME}", age=9)
        (tmp_path / "anna/05_new.ipynb").symlink_to("/etc/passwd")
        (anna,) = find_submissions(tmp_path, "05", ["anna"])
        assert anna.content == f"anna/{NAME}".encode()
        assert "the one that can be read" in anna.notes[0]

    def test_a_pipe_is_not_opened(self, tmp_path):
        os.mkfifo(tmp_path / "anna.ipynb")
        assert "neither a file nor a folder" in self.problem(tmp_path)

    def test_a_file_that_may_not_be_read(self, tmp_path, monkeypatch):
        put(tmp_path, "anna.ipynb")
        real = os.open

        def refuse(path, *rest, **more):
            if Path(path).name == "anna.ipynb":
                raise PermissionError(13, "Permission denied")
            return real(path, *rest, **more)

        monkeypatch.setattr(places.os, "open", refuse)
        assert "cannot be read (Permission denied)" in self.problem(tmp_path)

    def test_a_gigabyte_is_not_read(self, tmp_path):
        with (tmp_path / "anna.ipynb").open("wb") as file:
            file.truncate(1_000_000_000)
        problem = self.problem(tmp_path)
        assert "1,000 MB" in problem
        assert "Clear the outputs" in problem

    def test_a_bomb_in_a_zip_is_not_unpacked(self, tmp_path):
        zipped(tmp_path / "anna.zip", **{NAME: bytes(places.MOST_BYTES + 1)})
        assert (tmp_path / "anna.zip").stat().st_size < 1e5
        assert "20 MB are read" in self.problem(tmp_path)

    def test_a_size_that_a_zip_lies_about_is_not_believed(self, tmp_path):
        path = zipped(tmp_path / "anna.zip", **{NAME: bytes(places.MOST_BYTES + 1)})
        size = (places.MOST_BYTES + 1).to_bytes(4, "little")
        path.write_bytes(path.read_bytes().replace(size, (100).to_bytes(4, "little")))
        assert "cannot be unpacked" in self.problem(tmp_path)

    def test_zips_in_zips_end(self, tmp_path):
        content = b"the end"
        for _ in range(4):
            stream = io.BytesIO()
            zipped(stream, **{"05.ipynb" if content == b"the end" else "05.zip": content})
            content = stream.getvalue()
        (tmp_path / "anna.zip").write_bytes(content)
        assert "a zip in a zip in a zip" in self.problem(tmp_path)

    def test_a_zip_of_countless_files(self, tmp_path, monkeypatch):
        monkeypatch.setattr(places, "MOST_ENTRIES", 50)
        zipped(tmp_path / "anna.zip", *(f"{i}.ipynb" for i in range(51)))
        assert "more than 50 files" in self.problem(tmp_path)

    def test_a_link_in_a_zip(self, tmp_path):
        info = zipfile.ZipInfo(NAME)
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        with zipfile.ZipFile(tmp_path / "anna.zip", "w") as archive:
            archive.writestr(info, "/etc/passwd")
        assert "is a link" in self.problem(tmp_path)

    @pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
    def test_a_zip_in_an_unusual_form(self, tmp_path, method):
        with zipfile.ZipFile(tmp_path / "anna.zip", "w", method) as archive:
            archive.writestr(NAME, "x")
        assert "compressed in an unusual way" in self.problem(tmp_path)

    def test_a_zip_with_a_password(self, tmp_path):
        path = zipped(tmp_path / "anna.zip", NAME)
        raw = bytearray(path.read_bytes())
        raw[6] |= 1  # in the file's own header, and in the directory
        raw[raw.index(b"PK\x01\x02") + 8] |= 1
        path.write_bytes(raw)
        assert "password" in self.problem(tmp_path)

    @pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + bytes(18) + b"PK"])
    def test_a_zip_that_is_none(self, tmp_path, content):
        (tmp_path / "anna.zip").write_bytes(content)
        found = {one.student: one for one in find_submissions(tmp_path, "05", ["anna"])}
        assert found["anna"].content is None

    def test_a_damaged_zip(self, tmp_path):
        path = zipped(tmp_path / "anna.zip", NAME)
        raw = path.read_bytes()
        path.write_bytes(raw[:45] + bytes([raw[45] ^ 255]) + raw[46:])
        assert "Zip it again" in self.problem(tmp_path)

    def test_paths_in_a_zip_lead_nowhere(self, tmp_path):
        folder = tmp_path / "submissions"
        folder.mkdir()
        zipped(folder / "all.zip", "../../anna.ipynb", "/etc/ben.ipynb", "x\\..\\cleo.ipynb")
        found = find_submissions(folder, "05")
        assert {one.student for one in found} == {"anna", "etc", "x"}
        assert sorted(path.name for path in tmp_path.rglob("*")) == ["all.zip", "submissions"]

    def test_a_students_zip_cannot_hand_in_for_another(self, tmp_path):
        put(tmp_path, "anna.ipynb", age=9)
        zipped(tmp_path / "mallory.zip", "anna.ipynb", "cleo_12_34_x.ipynb")
        found = find_submissions(tmp_path, "05")
        assert taken(found)["anna"] == "anna.ipynb"
        assert taken(found).keys() == {"anna", "mallory"}


def test_all_that_a_student_reads_can_be_translated(tmp_path, monkeypatch):
    put(
        tmp_path, "Bo.ipynb", "bo.ipynb", "cy/05.html", "di/04_x.ipynb", "ed/exercise-04/04_x.ipynb"
    )
    put(tmp_path, *(f"fay/{i}.ipynb" for i in range(6)), "gus/05_x.ipynb", "gus/x.ipynb")
    put(tmp_path, "ida/x.ipynb", age=9)
    for name in ("hal/05_x.ipynb", "ida/05_x.ipynb"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "jo.ipynb")
    zipped(tmp_path / "kim.zip", **{NAME: bytes(places.MOST_BYTES + 1)})
    (tmp_path / "lou.zip").write_bytes(b"no zip")
    found = find_submissions(tmp_path, "05", ["bo", "cy"])
    sentences = [sentence for one in found for sentence in (one.problem, *one.notes) if sentence]
    assert {one.student for one in found if one.problem} == {"cy", "hal", "jo", "kim", "lou"}
    assert len(sentences) > 10
    speak_capitals(monkeypatch)
    assert not [word for sentence in sentences for word in left_in_english(sentence)]


@pytest.mark.parametrize("name", ["anna.rar", "anna/05.html", "anna/x.py", "anna_12_34_x.pdf"])
def test_another_form_is_named_and_the_right_one_asked_for(tmp_path, name):
    put(tmp_path, name)
    (one,) = find_submissions(tmp_path, "05")
    assert one.content is None
    assert f"Expected a notebook (.ipynb), found '{Path(name).name}'" in one.problem


IDS = ["anna", "Anna", "a.b@c.de", "a/b", "..", ".", "", "-rf", "a b", "a-b", "con", "nul.x", "NUL"]
IDS += ["Zoë", "Zoe", "王芳", "王", "x" * 300, "x" * 301, "a~b", "a,b", "'; --", "index", "a."]
IDS += ["anna~" + "0" * 16, student_slug("Anna")]


def test_slugs_are_safe_and_distinct_even_where_capitals_do_not_count():
    slugs = {plain: student_slug(plain) for plain in IDS}
    assert len({slug.casefold() for slug in slugs.values()}) == len(IDS)
    for slug in slugs.values():
        assert set(slug) <= set(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._~-"
        )
        assert slug[0] not in ".-~"
        assert slug[-1] != "."
        assert len(slug) < 100
        assert slug.split(".")[0] not in {"con", "nul", "index"}


def test_an_ordinary_id_is_its_own_slug():
    for id in ("anna", "12345", "s1234567", "anna.mueller", "submission_987"):
        assert student_slug(id) == id
    assert student_slug("Müller, Anna").startswith("M-ller-Anna~")
