"""A PyMC model as an answer, checked by its log density at probe points and not by its spelling.

The check needs the parameters by name and nothing else: centred or non-centred, one Bernoulli a
patient or one Binomial a doctor, any order of lines or doctors and any helper variables. A
non-centred model has no density of `alpha`; it has one of the offsets behind it, one vector or one
number a doctor, and where `alpha` is a linear function of them the density of `alpha` follows by
the change of variables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self, cast

import numpy as np
import pandas as pd

from shrinkage.exercises.answers.plain import (
    UNFINISHED,
    Plain,
    Unreadable,
    label_of,
    what_is,
)
from shrinkage.exercises.answers.values import Labelled, Reading, left_behind, number
from shrinkage.exercises.language import words

Point = Mapping[str, Any]
"""Values of all parameters, by name, on their natural scale; a Series where they have labels."""

DATA = "data"  # the label of the likelihood
BESIDES = "besides"  # the label of what a model has beyond all these terms
_WHOLE = "whole"  # all terms of a model together, in plain data


@dataclass(frozen=True, kw_only=True)
class Density(Labelled):
    """A `pm.Model`. The truth has a row for each parameter's prior, one for the data, one besides.

    Its columns are differences of log densities between probe points and the first of them, so a
    constant, as between Bernoulli and Binomial, does not matter. `probes` gives the points for the
    exercise's data; see `density_table`. If all terms together agree, all of it is right, however
    it is divided into terms. What a model has besides is judged where each term is known.

    A prior of a parameter in `positive` has to end at zero: probe points, all on the one side,
    cannot tell a half-normal from a normal.
    """

    parameters: tuple[str, ...]
    probes: Callable[[Any], Sequence[Point]]
    positive: tuple[str, ...] = ()
    noun: str = "term"
    name: str = "{label}"

    numbers: ClassVar[bool] = False

    def units(self, truth: pd.Series | pd.DataFrame) -> np.ndarray:
        """The terms, a row each."""
        return np.broadcast_to(np.arange(len(truth))[:, None], truth.shape)

    def say(self, labels: Iterable, among: Iterable = ()) -> str:
        """The terms by name."""
        named = {DATA: words("the likelihood"), BESIDES: words("what is not in the formula")}
        return super().say(
            named.get(label) or words("the prior of `{name}`", name=label) for label in labels
        )

    @property
    def form(self) -> str:
        """The kind of object asked for, as a phrase."""
        return words("a PyMC model with the variables {names}", names=_listed(self.parameters))

    def request(self, data: Any) -> list[Point]:
        """The probe points."""
        return [*self.probes(data)]

    def without_secrets(self) -> Self:
        """The same answer without its probes."""
        return replace(self, probes=left_behind)

    def plain(self, value: object, request: Sequence[Point]) -> Plain:
        """Log densities at the probe points; raises `Unreadable` if it is not such a model."""
        if value is ...:
            return UNFINISHED
        if not _has(value, "free_RVs"):
            if _has(value, "backend") or _has(value, "formula"):
                raise Unreadable("a Bambi model", "Write this one in PyMC, line by line.")
            if _has(value, "children"):
                raise Unreadable(
                    "a fit", "Hand in the model itself, what stands after `as` in the `with` line."
                )
            raise Unreadable(what_is(value), _REMEDY)
        try:
            found = _evaluate(value, self.parameters, request)
            return found | {n: _NEGATIVE for n in self.positive if _may_be_negative(value, n)}
        except Unreadable:
            raise
        except Exception as error:  # the model is the student's: anything may go wrong in it
            reason = (str(error) or type(error).__name__).splitlines()[0][:120]
            raise Unreadable(
                words("a model whose log density cannot be computed ({reason})", reason=reason),
                "Does it have one value of `alpha` a doctor, and `observed` outcomes?",
            ) from None

    def read(self, plain: Plain, truth: pd.Series | pd.DataFrame) -> Reading:
        """Differences of log densities, in the order of `truth`."""
        assert isinstance(truth, pd.DataFrame)
        if not isinstance(plain, dict):
            raise Unreadable("something that is no model", _REMEDY)
        values, notes = truth * np.nan, {}
        for label in truth.index.drop(BESIDES):
            if plain.get(label) == _NEGATIVE:
                notes[label] = words(
                    "The prior of `{name}` lets it be negative, and a spread cannot be.", name=label
                )
            values.loc[label] = self._differences(plain, label, truth)
        whole = self._differences(plain, _WHOLE, truth)
        besides = whole - values.drop(index=BESIDES).sum(skipna=False)
        values.loc[BESIDES] = np.nan_to_num(besides)
        if DATA in truth.index and values.loc[DATA].isna().any():
            notes[DATA] = words(
                "Some of the outcomes have no probability at all: `p=` takes a probability, and "
                "log-odds go to `logit_p=`."
            )
        if not notes and np.allclose(whole, truth.sum(), rtol=0, atol=1e-6):
            values = truth
        return Reading(values.to_numpy(float), np.full(truth.shape, True), notes=notes)

    def _differences(self, plain: dict, label: str, truth: pd.DataFrame) -> np.ndarray:
        """One term of an answer, from the first probe point; NaN where it is not known."""
        row = plain.get(label)
        if not isinstance(row, list) or len(row) != truth.shape[1] + 1:
            return np.full(truth.shape[1], np.nan)
        at = np.array([number(item, f"`{label}`", self) for item in row])
        with np.errstate(invalid="ignore"):
            return at[1:] - at[0]


_REMEDY = words("Hand in the model itself: `with pm.Model(coords=...) as model:`, then its lines.")
_NEGATIVE = "negative"  # in place of a row: the prior does not end at zero


def density_table(
    terms: Mapping[str, Callable[[Point], float]], probes: Sequence[Point]
) -> pd.DataFrame:
    """A truth for `Density`: differences of each term from the first probe point, none besides."""
    at = pd.DataFrame({label: [float(term(p)) for p in probes] for label, term in terms.items()}).T
    at.loc[BESIDES] = 0.0
    return at.iloc[:, 1:].sub(at.iloc[:, 0], axis=0)


def _evaluate(model: Any, parameters: tuple[str, ...], probes: Sequence[Point]) -> dict:
    """Log densities of each parameter's prior, of the data and of all, at the probe points."""
    from pymc.model.transform.conditioning import remove_value_transforms  # slow to import

    missing = [name for name in parameters if name not in model.named_vars]
    if missing:
        raise Unreadable(
            words(
                "a model with the variables {names}",
                names=_listed(list(model.named_vars)[:8]) or words("none"),
            ),
            words(
                "One of them has to be called `{name}`, a random variable or a `Deterministic`.",
                name=missing[0],
            ),
        )
    if not model.observed_RVs and not model.potentials:
        raise Unreadable(
            "a model that has seen no data", "Hand the outcomes to the likelihood as `observed`."
        )
    model = remove_value_transforms(model)
    free = {rv.name: rv for rv in model.free_RVs}
    sizes = {name: int(np.size(probes[0][name])) for name in parameters}
    derived = [name for name in parameters if name not in free]
    shapes = {name: value.shape for name, value in model.initial_point().items()}
    for name, size in sizes.items():
        if name in free and int(np.prod(shapes[name], dtype=int)) != size:
            found = int(np.prod(shapes[name], dtype=int))
            raise Unreadable(
                words(
                    "one value of `{name}`" if found == 1 else "{n} values of `{name}`",
                    n=found,
                    name=name,
                ),
                words("The formula has one.")
                if size == 1
                else words("The formula has {n}.", n=size),
            )
    terms = {name: [rv] for name, rv in free.items()} | {DATA: list(model.observed_RVs)}
    parts: list[Any] = [
        model.logp(vars=rvs, jacobian=False, sum=False) if rvs else [] for rvs in terms.values()
    ]
    zero = 0.0 * cast("Any", model.logp())
    log_p = _compiled(model, [sum((p.sum() for p in part), start=zero) for part in parts])
    whole = _compiled(model, [model.logp(jacobian=False)])
    behind = _behind(model, derived, parameters)
    for name, offsets in behind.items():
        if sum(int(np.prod(shapes[h], dtype=int)) for h in offsets) != sizes[name]:
            raise Unreadable(
                words("a `{name}` computed from something of another size", name=name),
                _linear(name),
            )
    read = {name: _compiled(model, model.replace_rvs_by_values([model[name]])) for name in derived}

    logs: dict[str, list[float]] = {name: [] for name in (*parameters, DATA, _WHOLE)}
    for probe in probes:
        wanted = {name: _in_order(model, name, probe[name]) for name in parameters}
        point = {name: np.zeros(shape) for name, shape in shapes.items()}
        for name in free.keys() & wanted.keys():
            point[name] = np.reshape(wanted[name], shapes[name])
        stretch = {}
        for name, offsets in behind.items():
            point, stretch[name] = _moved(name, read[name], wanted[name], point, offsets)
        at = dict(zip(terms, map(float, log_p(point)), strict=True))
        for name in parameters:
            own = sum(at[term] for term in behind.get(name, [name]))
            logs[name].append(own - stretch.get(name, 0.0))
        logs[DATA].append(at[DATA])
        logs[_WHOLE].append(float(whole(point)[0]) - sum(stretch.values()))
    return {name: [x if np.isfinite(x) else None for x in row] for name, row in logs.items()}


def _behind(model: Any, derived: Sequence[str], parameters: tuple[str, ...]) -> dict:
    """The random offsets from which each derived parameter is computed, and no other before it."""
    from pytensor.graph.traversal import ancestors

    left = {rv: rv.name for rv in model.free_RVs if rv.name not in parameters}
    used = {name: left.keys() & set(ancestors([model[name]])) for name in derived}
    behind = {}
    for name in sorted(derived, key=lambda name: len(used[name])):
        behind[name] = [left.pop(rv) for rv in list(left) if rv in used[name]]
        if not behind[name]:
            raise Unreadable(
                words("a model in which `{name}` is not random", name=name), _NO_OTHERS
            )
    if left:
        raise Unreadable(
            words(
                "a model with {n} random variables besides {names}",
                n=len(left),
                names=_listed(parameters),
            ),
            _NO_OTHERS,
        )
    return behind


_NO_OTHERS = words(
    "The formula has no other unknowns; a helper may stand only behind a `Deterministic`."
)


def _in_order(model: Any, name: str, value: Any) -> np.ndarray:
    """A probe's values in the order in which the model has them, by the labels of its `coords`."""
    dims = model.named_vars_to_dims.get(name, ())
    labels = [label_of(label) for dim in dims for label in model.coords.get(dim) or ()]
    if isinstance(value, pd.Series) and sorted(labels) == sorted(value.index):
        value = value[labels]
    return np.asarray(value, float)


def _has(value: object, name: str) -> bool:
    """Whether an object has an attribute; the object may raise anything."""
    try:
        return hasattr(value, name)
    except Exception:
        return False


def _may_be_negative(model: Any, name: str) -> bool:
    """Whether a parameter's prior goes on below zero; not known where it stands in a potential."""
    import pymc as pm

    if model.potentials or model[name] not in model.free_RVs:
        return False
    return bool(np.isfinite(pm.logp(model[name], -1.0).eval(mode="FAST_COMPILE")))


def _linear(name: str) -> str:
    return words(
        "Let `{name}` be random, or a `Deterministic` that is linear in offsets, one for each "
        "value, as in location + scale * offset.",
        name=name,
    )


def _compiled(model: Any, outs: list) -> Callable[[dict], list]:
    """A function from the values of all random variables to `outs`; quick to make, slow to run."""
    return model.compile_fn(
        outs, inputs=model.value_vars, mode="FAST_COMPILE", on_unused_input="ignore"
    )


def _moved(
    name: str, read: Callable[[dict], list], wanted: np.ndarray, point: dict, offsets: list[str]
) -> tuple[dict, float]:
    """The point at which a variable is what is `wanted`, and the log of how far offsets stretch."""
    shapes = [point[offset].shape for offset in offsets]
    ends = np.cumsum([np.prod(shape, dtype=int) for shape in shapes])

    def at(values: np.ndarray) -> dict:
        pieces = np.split(values, ends[:-1])
        moved = zip(offsets, pieces, shapes, strict=True)
        return point | {offset: piece.reshape(shape) for offset, piece, shape in moved}

    def value(values: np.ndarray) -> np.ndarray:
        return np.ravel(read(at(values))[0]).astype(float)

    size = int(ends[-1])
    start = value(np.zeros(size))
    slope = np.column_stack([value(row) - start for row in np.eye(size)])
    # Whether it is linear shows at a point that has no symmetry
    odd = 1.7 + np.arange(size)
    _, stretch = np.linalg.slogdet(slope) if slope.shape == (size, size) else (0, -np.inf)
    if not np.allclose(value(odd), start + slope @ odd, rtol=1e-9) or not np.isfinite(stretch):
        raise Unreadable(
            words("a `{name}` computed in a way that cannot be followed", name=name),
            _linear(name),
        )
    return at(np.linalg.solve(slope, np.ravel(wanted) - start)), float(stretch)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
