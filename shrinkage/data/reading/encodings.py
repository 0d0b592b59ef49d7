"""From bytes to text: UTF-8, UTF-16, and Western European where nothing speaks against it."""

from __future__ import annotations

import re

from shrinkage.data.reading.problems import Note, OutcomesError

#: What Windows-1252 has beyond ASCII that is found in Western European names and prose.
WESTERN = set(
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØŒÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøœùúûüýÿºª"
    "\xa0–—‘’“”„…•°§±£€×²³½¼©®™†‡«»·¿¡"
)

OLD_EXCEL = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00")


def decode(raw: bytes, name: str) -> tuple[str, list[Note]]:
    """The text of a file, with a note where its encoding was inferred.

    Raises
    ------
    OutcomesError
        If the file is no text, or its letters could be several alphabets'.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _utf16(raw, "utf-16", name)
    if guess := _utf16_unmarked(raw):
        return _utf16(raw, guess, name)
    if raw.startswith(OLD_EXCEL) or b"urn:schemas-microsoft-com:office:spreadsheet" in raw[:4096]:
        raise OutcomesError(
            f"{name} is a workbook in a form that Excel wrote before 2007, which cannot be read. "
            "Open it in your spreadsheet and save it as .xlsx or as 'CSV UTF-8'.",
            "format",
        )
    if b"\x00" in raw or raw.startswith((b"%PDF", b"\x1f\x8b", b"\x89PNG", b"Rar!", b"7z")):
        raise OutcomesError(
            f"{name} is neither a text file nor a workbook that can be read. Open it in the "
            "program that wrote it and export the table as .xlsx or as 'CSV UTF-8'.",
            "format",
        )
    try:
        return raw.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        return _western(raw, error.start, name)


def _utf16(raw: bytes, encoding: str, name: str) -> tuple[str, list[Note]]:
    try:
        return raw.decode(encoding).lstrip("\ufeff"), []
    except UnicodeDecodeError:
        raise OutcomesError(
            f"{name} begins like UTF-16, but is not. Save it as 'CSV UTF-8' instead.", "encoding"
        ) from None


def _utf16_unmarked(raw: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of Western text is zero."""
    start = raw[:1000]
    half = len(start) // 2
    if half > 3 and start[1::2].count(0) > 0.9 * half and start[::2].count(0) == 0:
        return "utf-16-le"
    if half > 3 and start[::2].count(0) > 0.9 * half and start[1::2].count(0) == 0:
        return "utf-16-be"
    return None


def _is_western(text: str) -> bool:
    """Whether a text has Western European letters alone, as rare in a word as they are there.

    Another alphabet's bytes give words of many accents, or marks between letters.
    """
    if {letter for letter in text if not letter.isascii()} - WESTERN:
        return False
    if re.search(r"[^\W\d_][^\w\s’–·°ºª\x00-\x7f][^\W\d_]", text):
        return False
    words = re.findall(r"[^\W\d_]{3,}", text)
    return all(2 * sum(not letter.isascii() for letter in word) <= len(word) for word in words)


def _western(raw: bytes, at: int, name: str) -> tuple[str, list[Note]]:
    row = raw[:at].replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1
    text = raw.decode("cp1252", errors="replace")
    if not _is_western(text):
        raise OutcomesError(
            f"{name}, row {row}: a letter is written neither in UTF-8 nor in Western European "
            "(Windows-1252). Save the file as 'CSV UTF-8'.",
            "encoding",
        )
    line = raw.splitlines()[row - 1].decode("cp1252", errors="replace")
    where = next(k for k, letter in enumerate(line) if not letter.isascii())
    note = (
        f"The file is not in UTF-8 and was read as Western European (Windows-1252): row {row} has "
        f"'{line[max(0, where - 12) : where + 12]}'. If a letter is wrong, save it as 'CSV UTF-8'."
    )
    return text, [Note("encoding", note, (row,))]
