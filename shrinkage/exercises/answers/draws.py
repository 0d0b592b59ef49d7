"""A fit as an answer: posterior draws from any sampler, graded by their own Monte Carlo error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, cast

import numpy as np
import pandas as pd
import xarray as xr
from scipy import stats

from shrinkage.exercises.answers.plain import (
    UNFINISHED,
    Plain,
    Unreadable,
    article,
    few,
    labelled,
    what_is,
)
from shrinkage.exercises.answers.values import Labelled, Reading, number
from shrinkage.exercises.language import words

MAX_RHAT = 1.01
MIN_ESS = 400  # both as the course's chapters demand: Vehtari and others, Bayesian Analysis 2021
FALSE_ALARM = 1e-4  # how often a right fit may be refused, all its numbers together
CONVERGED = "converged"  # the label of the truth under which the chains are judged
SUMMARY = ("mean", "sd")
_ROW = ("mean", "mcse_mean", "sd", "mcse_sd", "ess_bulk", "ess_tail", "rhat")


@dataclass(frozen=True, kw_only=True)
class Draws(Labelled):
    """Posterior draws of named quantities: what `pm.sample` or `model.fit` returned, or the like.

    A DataTree from any sampler, a Dataset, or a dict of arrays (chain, draw, ...); `az.extract`'s
    dimension `sample` will do, as long as it knows chain and draw. The truth has a row `converged`
    (mean 1) and a row for each quantity, `mu_pop` or `alpha[A]`, with its exact posterior mean
    and sd. A mean or sd is right within its own Monte Carlo error; how large that may be is bounded
    by the effective sample size that the course demands.

    `quantities` says under which names each may stand in a fit; a sum, `Intercept + 1|doctor`, is
    added up. `absent` says what to do where one is missing, if there is more to say than its name.
    With `sampled` False the draws are computed from a fit, and some may be left for later.
    """

    quantities: Mapping[str, tuple[str, ...]]
    absent: Mapping[str, str] = field(default_factory=dict)
    sampled: bool = True
    noun: str = "quantity"
    name: str = "`{label}`"
    numbers: ClassVar[bool] = False

    def units(self, truth: pd.Series | pd.DataFrame) -> np.ndarray:
        """The quantities, all of `alpha` together, by their rows."""
        base = truth.index.astype(str).str.partition("[").get_level_values(0)
        return np.broadcast_to(pd.factorize(base)[0][:, None], truth.shape)

    def say(self, labels: Iterable, among: Iterable = ()) -> str:
        """The quantities by name."""
        return super().say(labels, [label for label in among if label != CONVERGED])

    @property
    def form(self) -> str:
        """The kind of object asked for, as a phrase."""
        names = ", ".join(f"`{name}`" for name in self.quantities)
        if not self.sampled:
            return words("a dict with draws of {names}, chain by chain as in the fit", names=names)
        return words("what the sampler returned, with draws of {names}", names=names)

    def plain(self, value: object, request: None) -> Plain:
        """Summaries of the draws; raises `Unreadable` where there are none."""
        if value is ...:
            return UNFINISHED
        try:
            posterior, diverging = _draws(value, self._remedy)
            return self._summaries(posterior, diverging)
        except Unreadable:
            raise
        except Exception:  # the object is the student's: its own methods may raise anything
            raise Unreadable(
                words("{what} whose draws cannot be read", what=article(type(value).__name__)),
                self._remedy,
            ) from None

    @property
    def _remedy(self) -> str:
        return _REMEDY if self.sampled else _REMEDY_COMPUTED

    def _summaries(self, posterior: xr.Dataset, diverging: int) -> Plain:
        found = {
            name: next((a for s in spellings if (a := _sum(posterior, s)) is not None), None)
            for name, spellings in self.quantities.items()
        }
        missing = [name for name, array in found.items() if array is None]
        if missing and (self.sampled or len(missing) == len(found)):
            has = ", ".join(f"`{name}`" for name in list(posterior)[:6])
            raise Unreadable(
                words("draws of {names} and none of `{name}`", names=has, name=missing[0]),
                self.absent.get(missing[0]) or self._name_it(missing[0]),
            )
        return {
            "chains": float(posterior.sizes["chain"]),
            "draws": float(posterior.sizes["draw"]),
            "divergences": float(diverging),
            "quantities": {n: _summary(array) for n, array in found.items() if array is not None},
        }

    def _name_it(self, name: str) -> str:
        names = " / ".join(f"`{s}`" for s in self.quantities[name])
        if not self.sampled:
            return words("Put them under the name {names}.", names=names)
        return words("Give the model a variable that is called {names}.", names=names)

    def read(self, plain: Plain, truth: pd.Series | pd.DataFrame) -> Reading:
        """Means and sds in the order of `truth`, with their Monte Carlo errors as margins."""
        assert isinstance(truth, pd.DataFrame)
        match plain:
            case {"chains": counted, "divergences": diverged, "quantities": dict(found)}:
                chains = number(cast("Plain", counted), "`chains`", self)
                diverging = number(cast("Plain", diverged), "`divergences`", self)
            case _:
                raise Unreadable("something that is no fit", self._remedy)
        values = np.full(truth.shape, np.nan)
        given = np.full(truth.shape, True)
        margin, noise = np.zeros(truth.shape), np.zeros(truth.shape)
        count = max(1, int(truth.drop(index=CONVERGED, errors="ignore").notna().to_numpy().sum()))
        z = stats.norm.isf(FALSE_ALARM / 2 / count)
        rows = []
        for i, label in enumerate(truth.index):
            if label == CONVERGED:
                continue
            if not self.sampled and label.partition("[")[0] not in found:
                given[i] = False
                continue
            row = dict(zip(_ROW, self._row(found, label, truth.index), strict=True))
            rows.append(row)
            largest, own = np.array([truth["sd"].iloc[i], row["sd"]]) / np.sqrt(MIN_ESS)
            for j, column in enumerate(SUMMARY):
                values[i, j] = row[column]
                error = row[f"mcse_{column}"] if np.isfinite(row[f"mcse_{column}"]) else 0.0
                margin[i, j], noise[i, j] = z * min(error, largest), z * min(error, own)
        notes = {}
        if CONVERGED in truth.index:
            problem = _problem(chains, diverging, pd.DataFrame(rows, columns=_ROW))
            values[truth.index.get_loc(CONVERGED), 0] = float(not problem)
            if problem:
                notes[CONVERGED] = problem
        absent = None if self.sampled else ~given.all(axis=1)
        return Reading(values, given, margin, notes, noise, absent)

    def _row(self, found: dict, label: str, labels: pd.Index) -> list[float]:
        """The summary of one label of the truth, `mu_pop` or `alpha[A]`."""
        base, _, key = label.rstrip("]").partition("[")
        rows = found.get(base)
        if isinstance(rows, dict) and all(name.isdecimal() for name in rows):
            rows = [*rows.values()]  # numbers instead of names: the rows that Bambi predicted
        if key and isinstance(rows, list):  # no labels in the fit: in the truth's order
            keys = [x[len(base) + 1 : -1] for x in labels if x.startswith(f"{base}[")]
            if len(rows) > len(keys):  # xarray adds the rows of another variable, without draws
                rows = [row for row in rows if not _without_draws(row)]
            if len(rows) != len(keys):
                raise Unreadable(
                    words("{n} values of `{name}`", n=len(rows), name=base),
                    words("There are {n}: one for each.", n=len(keys)),
                )
            rows = dict(zip(keys, rows, strict=True))
        row = rows.get(key) if isinstance(rows, dict) and key else rows
        if not key and isinstance(row, dict) and len(row) == 1:
            [row] = row.values()
        if not key and isinstance(row, list) and len(row) == 1:
            [row] = row
        if key and isinstance(rows, dict) and key not in rows:
            there = [x for x in labels if x in {f"{base}[{other}]" for other in rows}]
            if there:
                raise Unreadable(
                    words("no draws of `{name}`", name=label),
                    words("There are draws of {names}: leave none out.", names=self.say(there)),
                )
        if not isinstance(row, list) or len(row) != len(_ROW):
            raise Unreadable(
                words("no draws of `{name}`", name=label),
                words(
                    "Name the entries of `{name}` by their labels, with `coords` and `dims`, or "
                    "keep them in order.",
                    name=base,
                ),
            )
        return [x if isinstance(x, float) else np.nan for x in row]


_REMEDY = words("Hand in what `pm.sample` or `model.fit` returned: the draws of all chains.")
_REMEDY_COMPUTED = words("Keep every draw and the dimensions `chain` and `draw`: no averages yet.")


def exact_table(means: Mapping[str, float], sds: Mapping[str, float]) -> pd.DataFrame:
    """A truth for `Draws`: each quantity's exact mean and sd, and the row `converged`."""
    table = pd.DataFrame({"mean": pd.Series(means), "sd": pd.Series(sds)}, dtype=float)
    return pd.concat([pd.DataFrame({"mean": 1.0, "sd": np.nan}, index=[CONVERGED]), table])


def _draws(value: Any, remedy: str) -> tuple[xr.Dataset, int]:
    """The posterior with chains and draws, and how many transitions diverged."""
    stats_ = None
    if isinstance(value, Mapping) and not isinstance(value, xr.Dataset | xr.DataTree):
        value = {name: _by_chain(array) for name, array in value.items() if array is not ...}
        if any(isinstance(array, xr.Dataset | xr.DataTree) for array in value.values()):
            raise Unreadable(
                "a dict of whole fits", "Take the one variable that is asked for from each of them."
            )
        if not value or any(np.ndim(array) < 2 for array in value.values()):
            raise Unreadable(
                words(
                    "a dict of {names} that has no chains",
                    names=few([*map(str, value)]) or words("nothing"),
                ),
                remedy,
            )
        value = xr.Dataset({str(name): _variable(str(name), a) for name, a in value.items()})
    if isinstance(value, xr.DataTree):
        if "posterior" in value.children:
            stats_ = value.children.get("sample_stats")
            value = value["posterior"]
        value = value.to_dataset()
    elif isinstance(getattr(value, "posterior", None), xr.Dataset):  # an InferenceData
        stats_, value = getattr(value, "sample_stats", None), value.posterior
    value = _by_chain(value)
    if not isinstance(value, xr.Dataset) or not {"chain", "draw"} <= set(value.dims):
        if isinstance(value, xr.Dataset | xr.DataArray):
            found = words("draws without the dimensions `chain` and `draw`")
        else:
            unsampled = words("a model that has not been sampled")
            found = unsampled if _is_model(value) else what_is(value)
        raise Unreadable(found, remedy)
    diverging = 0
    if stats_ is not None and "diverging" in stats_:
        diverging = int(stats_["diverging"].sum())
    return value, diverging


def _by_chain(drawn: Any) -> Any:
    """Draws of `az.extract` with chain and draw as two dimensions again; all else as it is."""
    if not isinstance(drawn, xr.Dataset | xr.DataArray) or "sample" not in drawn.dims:
        return drawn
    if not {"chain", "draw"} <= set(drawn.coords):
        return drawn
    if not isinstance(drawn.indexes.get("sample"), pd.MultiIndex):
        drawn = drawn.set_index(sample=["chain", "draw"])
    by_chain = drawn.unstack("sample")
    if by_chain.sizes["chain"] * by_chain.sizes["draw"] != drawn.sizes["sample"]:
        raise Unreadable(
            "a random part of the draws",
            "Keep every draw: `az.extract(fit)` without `num_samples`.",
        )
    return by_chain


def _variable(name: str, array: Any) -> xr.Variable | xr.DataArray:
    """One entry of a dict, its dimensions its own; chains and draws come first if unnamed."""
    if isinstance(array, xr.DataArray) and {"chain", "draw"} <= set(array.dims):
        inner = {dim: f"{name}_{dim}" for dim in array.dims if dim not in ("chain", "draw")}
        alone = array.drop_vars([c for c in array.coords if c not in inner])
        return alone.rename(inner)
    array = np.asarray(array)
    return xr.Variable(("chain", "draw", *(f"{name}_{k}" for k in range(array.ndim - 2))), array)


def _is_model(value: Any) -> bool:
    return any(hasattr(value, name) for name in ("free_RVs", "backend"))


def _sum(posterior: xr.Dataset, names: str) -> xr.DataArray | None:
    """The sum of the variables that a spelling names, if the posterior has them."""
    parts = names.split(" + ")
    if not all(part in posterior for part in parts):
        return None
    total = cast("xr.DataArray", sum(posterior[part] for part in parts))
    return total.transpose("chain", "draw", ...)


def _summary(array: xr.DataArray) -> list | dict:
    """A row of numbers for a variable; one for each entry, by its label if it has one."""
    import arviz as az  # slow to import, and not needed for answers that are no fits

    inner = [dim for dim in array.dims if dim not in ("chain", "draw")]
    flat = array.to_numpy().astype(float).reshape(*array.shape[:2], -1)
    flat = xr.DataArray(flat, dims=("chain", "draw", "entry"))
    one_chain = flat.sizes["chain"] == 1
    columns = {
        "mean": flat.mean(("chain", "draw")),
        "mcse_mean": az.mcse(flat, method="mean"),
        "sd": flat.std(("chain", "draw"), ddof=1),
        "mcse_sd": az.mcse(flat, method="sd"),
        "ess_bulk": az.ess(flat, method="bulk"),
        "ess_tail": az.ess(flat, method="tail"),
        "rhat": flat.mean(("chain", "draw")) * np.nan if one_chain else az.rhat(flat),
    }
    rows = np.stack([np.asarray(columns[name]) for name in _ROW], axis=1).tolist()
    if not inner:
        return rows[0]
    labels = array[inner[0]].to_numpy() if len(inner) == 1 and inner[0] in array.coords else None
    if labels is None or pd.Index(labels).equals(pd.RangeIndex(len(rows))):
        return rows
    return labelled(labels, rows)


def _without_draws(row: Any) -> bool:
    return isinstance(row, list) and bool(row) and (row[0] is None or row[0] != row[0])


def _problem(chains: float, diverging: float, rows: pd.DataFrame) -> str:
    """What keeps the chains from being trusted, and what to try; empty if nothing does."""
    if not chains >= 2:
        return words(
            "There is one chain, and it has nothing to agree with: sample with `chains=4`."
        )
    if diverging:
        return words(
            "There are divergences: {n}. Where doctors have few patients, write the varying "
            "intercepts non-centred; then raise `target_accept` for the odd one that is left.",
            n=f"{diverging:,.0f}",
        )
    if not (rows["rhat"] <= MAX_RHAT).all():
        return words(
            "The chains disagree: an R-hat is above 1.01. Look at their traces: short ones call "
            "for more draws, chains that set out apart for more tuning, and chains that creep for "
            "another parameterisation."
        )
    if not (rows[["ess_bulk", "ess_tail"]] >= MIN_ESS).all(axis=None):
        return words("An effective sample size is below 400: take more draws.")
    return ""
