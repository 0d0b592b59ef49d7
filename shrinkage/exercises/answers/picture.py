"""A matplotlib figure as an answer: what is marked where, whatever calls drew it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, cast

import numpy as np
import pandas as pd

from shrinkage.exercises.answers.plain import UNFINISHED, Plain, Unreadable, what_is
from shrinkage.exercises.answers.values import Labelled, Reading
from shrinkage.exercises.language import words

AXIS = "axis"  # the row of the truth that says whether the axis of values has a name
MOST_MARKS = 12  # in a row; a row full of marks would show any value
_REMEDY = words("Hand in the figure or its axes: `fig, ax = plt.subplots()`, then draw on `ax`.")


@dataclass(frozen=True, kw_only=True)
class Picture(Labelled):
    """A Figure or Axes with a row, or a column, for each label and a mark in it for each quantity.

    The truth has a row a label; its columns are the quantities, in the unit of the axis. A mark is
    a point of a scatter, a vertex of a line or an end of a segment. A row belongs to the label that
    its tick names, or a text that stands in it. In the row `axis`, if the truth has it, 1 stands
    for an axis with a name.
    """

    numbers: ClassVar[bool] = False

    def units(self, truth: pd.Series | pd.DataFrame) -> np.ndarray:
        """The quantities, and the axis."""
        columns = np.broadcast_to(np.arange(truth.shape[-1]), truth.shape)
        axis = np.asarray(truth.index == AXIS)[:, None]
        return np.where(axis, truth.shape[-1], columns)

    def say(self, labels: Iterable, among: Iterable = ()) -> str:
        """The rows by name; the axis only where no row is wrong."""
        rows, every = ([label for label in some if label != AXIS] for some in (labels, among))
        return super().say(rows, every) if rows else words("the name of the axis")

    @property
    def form(self) -> str:
        """The kind of object asked for, as a phrase."""
        return words("a matplotlib figure with a row for each {noun}", noun=self.noun)

    def plain(self, value: object, request: None) -> Plain:
        """The marks and words of each axes; raises `Unreadable` where it is no picture."""
        if value is ...:
            return UNFINISHED
        figure = _figure_of(value)
        if figure is None:
            raise Unreadable(what_is(value), _REMEDY)
        try:
            figure.canvas.draw()  # ticks have their words only then
            return [_axes(ax) for ax in figure.get_axes()[:6]]
        except Exception:  # artists may be anything
            raise Unreadable("a figure that cannot be drawn", _REMEDY) from None

    def read(self, plain: Plain, truth: pd.Series | pd.DataFrame) -> Reading:
        """For each label, the marks in its row that are nearest to its quantities."""
        assert isinstance(truth, pd.DataFrame)
        try:
            readings = [
                self._seen(ax, truth, rows) for ax in cast("list", plain) for rows in ("y", "x")
            ]
        except (
            KeyError,
            TypeError,
            ValueError,
            IndexError,
            ArithmeticError,
        ):  # not what `plain` makes
            raise Unreadable("something that is no picture", _REMEDY) from None
        rows = truth.index != AXIS
        named = [int(r.given[rows].sum()) for r in readings]
        if not readings or not max(named):
            raise Unreadable(
                "a figure in which no row has a name",
                words(
                    "Give each {noun} a row with its name at it: `ax.set_yticks(rows, names)`.",
                    noun=self.noun,
                ),
            )
        errors = [
            np.nansum(np.abs(r.values - truth.to_numpy(float))) - 100 * np.isfinite(r.values).sum()
            if count == max(named)
            else np.inf
            for r, count in zip(readings, named, strict=True)
        ]
        return readings[int(np.argmin(errors))]

    def _seen(self, ax: dict, truth: pd.DataFrame, rows: str) -> Reading:
        """What one axes shows, with the labels along its axis `rows`."""
        values = np.full(truth.shape, np.nan)
        given = np.zeros(truth.shape, dtype=bool)
        along, across = ("y", "x") if rows == "y" else ("x", "y")
        marks = np.array([[m[across], m[along]] for m in ax["marks"]], float).reshape(-1, 2)
        texts = [[text[along], text["words"]] for text in ax["texts"]]
        places = {}
        for label in truth.index:
            at_tick = _place(label, ax[f"{along}ticks"])
            places[label] = _place(label, texts) if at_tick is None else at_tick
        known = sorted({p for p in places.values() if p is not None})
        reach = 0.45 * min(np.diff(known), default=1.0)
        for i, label in enumerate(truth.index):
            if label == AXIS:
                values[i, 0], given[i, 0] = float(bool(ax[f"{across}label"])), True
                continue
            if places[label] is None:
                continue
            given[i] = True
            row = np.unique(marks[np.abs(marks[:, 1] - places[label]) < reach, 0])
            if 0 < len(row) <= MOST_MARKS:
                for j, wanted in enumerate(truth.iloc[i]):
                    values[i, j] = row[np.argmin(np.abs(row - wanted))]
        return Reading(values, given)


def _figure_of(value: Any) -> Any:
    """The figure that an answer is, holds or belongs to; None if there is none."""
    try:
        for _ in range(3):  # an array of axes, or the pair that `plt.subplots()` returns
            if isinstance(value, np.ndarray) and value.size:
                value = value.flat[0]
            elif isinstance(value, list | tuple) and len(value):
                value = value[0]
        figure = value if hasattr(value, "get_axes") else getattr(value, "figure", None)
        return figure if hasattr(figure, "get_axes") else None
    except Exception:  # the object is the student's: its own methods may raise anything
        return None


def _place(label: str, ticks: list[list]) -> float | None:
    """Where the one tick, or text, is that names the label."""
    name = re.compile(rf"(?<![^\W_]){re.escape(str(label))}(?![^\W_])")
    places = [place for place, words in ticks if name.search(words)]
    return places[0] if len(places) == 1 else None


def _axes(ax: Any) -> dict:
    """The marks of an axes, the words at its ticks and in it, and the names of its axis."""
    marks = []
    for artist in ax.collections:
        if hasattr(artist, "get_segments"):
            marks += [point for segment in artist.get_segments() for point in segment]
        elif len(artist.get_offsets()):
            marks += list(np.ma.filled(np.ma.asarray(artist.get_offsets(), float), np.nan))
    for line in ax.lines:
        marks += list(zip(line.get_xdata(orig=False), line.get_ydata(orig=False), strict=True))
    for bar in ax.patches:
        if hasattr(bar, "get_width"):
            x, y, w, h = bar.get_x(), bar.get_y(), bar.get_width(), bar.get_height()
            marks += [(x + w, y + h / 2), (x + w / 2, y + h)]
    marks = [m for m in marks[:4000] if np.isfinite(m).all()]

    def ticks(axis: Any) -> list[list]:
        places, words = axis.get_ticklocs(), [t.get_text() for t in axis.get_ticklabels()]
        return [[float(p), w[:80]] for p, w in list(zip(places, words, strict=False))[:200]]

    return {
        "marks": [{"x": float(x), "y": float(y)} for x, y in marks],
        "texts": [_text(text, ax) for text in ax.texts[:200]],
        "xticks": ticks(ax.xaxis),
        "yticks": ticks(ax.yaxis),
        "xlabel": ax.get_xlabel()[:80],
        "ylabel": ax.get_ylabel()[:80],
    }


def _text(text: Any, ax: Any) -> dict:
    """The words of a text, and where it stands in the units of the axes.

    It may have been placed by other units, such as a share of the axes' width.
    """
    if getattr(text, "xycoords", None) == "data":  # an annotation belongs to what it points at
        x, y = text.xy
    else:
        at = text.get_transform().transform(text.get_position())
        x, y = ax.transData.inverted().transform(at)
    return {"words": text.get_text()[:80], "x": float(x), "y": float(y)}
