"""A PyMC model as an answer, checked by its log density at probe points and not by its spelling.

The check needs the parameters by name and nothing else: centred or non-centred, one Bernoulli a
patient or one Binomial a doctor, any order and any helper variables. A non-centred model has no
density of `alpha`; it has one of the offsets behind it, and where `alpha` is a linear function of
them the density of `alpha` follows by the change of variables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, cast

import numpy as np
import pandas as pd

from shrinkage.exercises.answers.plain import UNFINISHED, Plain, Unreadable, what_is
from shrinkage.exercises.answers.values import Labelled, Reading, number
from shrinkage.exercises.language import words

Point = Mapping[str, Any]
"""Values of all parameters, by name, on their natural scale."""

DATA = "data"  # the label of the likelihood
WHOLE = "whole"  # the label of all terms together


@dataclass(frozen=True, kw_only=True)
class Density(Labelled):
    """A `pm.Model`. The truth has a row for each parameter's prior, one for the data, one for all.

    Its columns are differences of log densities between probe points and the first of them, so a
    constant, as between Bernoulli and Binomial, does not matter. `probes` gives the points for the
    exercise's data; see `density_table`. If the whole agrees, all of it is right, however it is
    divided into terms.

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

    def say(self, labels: Iterable) -> str:
        """The terms by name; all together only where no single one is wrong."""
        terms = [label for label in labels if label != WHOLE]
        if not terms:
            return words("the model as a whole")
        return super().say(
            words("the likelihood") if term == DATA else words("the prior of `{name}`", name=term)
            for term in terms
        )

    @property
    def form(self) -> str:
        """The kind of object asked for, as a phrase."""
        return words("a PyMC model with the variables {names}", names=_listed(self.parameters))

    def plain(self, value: object, data: Any) -> Plain:
        """Log densities at the probe points; raises `Unreadable` where it is no such model."""
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
            found = _evaluate(value, self.parameters, self.probes(data))
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
        values, notes = np.full(truth.shape, np.nan), {}
        for i, label in enumerate(truth.index):
            row = plain.get(label)
            if row == _NEGATIVE:
                notes[label] = words(
                    "The prior of `{name}` lets it be negative, and a spread cannot be.", name=label
                )
            if isinstance(row, list) and len(row) == truth.shape[1] + 1:
                at = np.array([number(item, f"`{label}`", self) for item in row])
                with np.errstate(invalid="ignore"):
                    values[i] = at[1:] - at[0]
        whole = truth.index.get_loc(WHOLE)
        if DATA in truth.index and np.isnan(values[truth.index.get_loc(DATA)]).any():
            notes[DATA] = words(
                "Some of the outcomes have no probability at all: `p=` takes a probability, and "
                "log-odds go to `logit_p=`."
            )
        if not notes and np.allclose(values[whole], truth.iloc[whole], rtol=0, atol=1e-6):
            values = truth.to_numpy(float)
        return Reading(values, np.full(truth.shape, True), notes=notes)


_REMEDY = words("Hand in the model itself: `with pm.Model(coords=...) as model:`, then its lines.")
_NEGATIVE = "negative"  # in place of a row: the prior does not end at zero


def density_table(
    terms: Mapping[str, Callable[[Point], float]], probes: Sequence[Point]
) -> pd.DataFrame:
    """A truth for `Density`: differences of each term, and of all, from the first probe point."""
    at = pd.DataFrame({label: [float(term(p)) for p in probes] for label, term in terms.items()}).T
    at.loc[WHOLE] = at.sum()
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
    hidden = [name for name in free if name not in parameters]
    if len(derived) != len(hidden):
        odd = hidden or derived
        raise Unreadable(
            words(
                "a model with {n} random variables besides {names}",
                n=len(hidden),
                names=_listed(parameters),
            )
            if hidden
            else words("a model in which `{name}` is not random", name=odd[0]),
            "The formula has no other unknowns; a helper may stand only behind a `Deterministic`.",
        )
    shapes = {name: value.shape for name, value in model.initial_point().items()}
    for name, size in sizes.items():
        if name in free and int(np.prod(shapes[name], dtype=int)) != size:
            raise Unreadable(
                words("{n} values of `{name}`", n=int(np.prod(shapes[name], dtype=int)), name=name),
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
    pairs = {}
    for name in derived:
        pair = next((h for h in hidden if np.prod(shapes[h], dtype=int) == sizes[name]), None)
        if pair is None:
            raise Unreadable(
                words("a `{name}` computed from something of another size", name=name),
                _linear(name),
            )
        pairs[name] = pair
        hidden.remove(pair)
    read = {name: _compiled(model, model.replace_rvs_by_values([model[name]])) for name in derived}

    found: dict[str, list[float]] = {name: [] for name in (*parameters, DATA, WHOLE)}
    for probe in probes:
        point = {name: np.zeros(shape) for name, shape in shapes.items()}
        for name in free.keys() & probe.keys():
            point[name] = np.reshape(np.asarray(probe[name], float), shapes[name])
        stretch = {}
        for name in derived:
            point[pairs[name]], stretch[name] = _behind(
                name,
                lambda z, n=name, p=point: read[n](p | {pairs[n]: z})[0],
                probe[name],
                shapes[pairs[name]],
            )
        at = dict(zip(terms, map(float, log_p(point)), strict=True))
        for name in parameters:
            found[name].append(at[pairs.get(name, name)] - stretch.get(name, 0.0))
        found[DATA].append(at[DATA])
        found[WHOLE].append(float(whole(point)[0]) - sum(stretch.values()))
    return {name: [x if np.isfinite(x) else None for x in row] for name, row in found.items()}


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


def _behind(
    name: str, read: Callable[[np.ndarray], np.ndarray], wanted: Any, shape: tuple[int, ...]
) -> tuple[np.ndarray, float]:
    """The offsets that make a variable what is `wanted`, and the log of how far they stretch."""
    start = np.asarray(read(np.zeros(shape)), float)
    slope = np.asarray(read(np.ones(shape)), float) - start
    # Whether it is linear, entry by entry, shows at a point that has no symmetry
    odd = np.reshape(1.7 + np.arange(np.prod(shape, dtype=int)), shape)
    linear = np.allclose(read(odd), start + slope * np.reshape(odd, start.shape), rtol=1e-9)
    if not linear or not np.all(slope != 0):
        raise Unreadable(
            words("a `{name}` computed in a way that cannot be followed", name=name),
            _linear(name),
        )
    offset = (np.reshape(np.asarray(wanted, float), start.shape) - start) / slope
    return np.reshape(offset, shape), float(np.log(np.abs(slope)).sum())


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
