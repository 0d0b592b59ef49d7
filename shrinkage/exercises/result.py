"""What a check found, as plain values; the card puts it into words."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Hint:
    """One sentence or two on where to look, and the typical mistake it is about, if one was made.

    `mistake` is a phrase that follows 'It looks as if you '.
    """

    text: str
    mistake: str = ""


@dataclass(frozen=True)
class Result:
    """What a check found: points, what is right, in part or not at all, and at most two hints.

    A part of the task is in one of `right`, `in_part` and `not_yet`. `found` is set where the
    answer could not be read at all, and `unfinished` as well where there is none yet.
    """

    task: str
    title: str
    points: float
    out_of: float
    right: tuple[str, ...] = ()
    in_part: tuple[str, ...] = ()
    not_yet: tuple[str, ...] = ()
    expected: str = ""
    found: str = ""
    unfinished: bool = False
    hints: tuple[Hint, ...] = ()
    lesson: str = ""

    @property
    def complete(self) -> bool:
        """Whether all points are earned."""
        return self.points == self.out_of

    @property
    def hint(self) -> str:
        """The text of the first hint; empty if there is none."""
        return self.hints[0].text if self.hints else ""

    @property
    def mistake(self) -> str:
        """The typical mistake of the first hint; empty if none was recognised."""
        return self.hints[0].mistake if self.hints else ""

    @property
    def mistakes(self) -> tuple[str, ...]:
        """All typical mistakes that were recognised."""
        return tuple(hint.mistake for hint in self.hints if hint.mistake)
