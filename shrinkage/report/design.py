"""The covariates of a formula as numbers, a row a patient: coded, scaled, and with what is missing.

The formula is the right-hand side of Bambi's, read by the same library. Numeric parts have mean 0
and standard deviation 1 over the file's patients, levels are compared with the most frequent one,
and every column is centred: a coefficient is per standard deviation or level, which its prior
Normal(0, 1) speaks of, and the intercepts belong to a patient with the average of every column.
"""

from __future__ import annotations

import contextlib
import difflib
import io
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shrinkage.report.complete import missing as without_value
from shrinkage.report.formula import RESERVED, joined
from shrinkage.report.refusal import ReportError

FEW = 10  # patients below which a level is named as rare
MOST_COLUMNS = 100  # of the design


@dataclass(frozen=True)
class Design:
    """The rows that the model reads, and their covariates.

    Attributes
    ----------
    formula : str
    names : tuple of str, length p
        Of the columns, as the formula library has them.
    x : array, shape (N, p)
        Centred; numeric parts in standard deviations.
    scale : array, shape (p,)
        The standard deviation of a column that is a number of the file as it stands; NaN for all
        others.
    kept : array of bool, one for each row of the file
        Whether no value that the formula needs is missing; N are kept.
    rare : tuple of str
        Levels with fewer than ten patients, or with one outcome only.
    """

    formula: str
    names: tuple[str, ...]
    x: NDArray[np.float64]
    scale: NDArray[np.float64]
    kept: NDArray[np.bool_]
    rare: tuple[str, ...]


def design(
    formula: str, rows: pd.DataFrame, successes: NDArray[np.int64], trials: NDArray[np.int64]
) -> Design:
    """Code the covariates that a formula names.

    Parameters
    ----------
    formula : str
        'age + urgency + sex'; interactions (``age:sex``) and functions (``bs(age, df=4)``,
        ``np.log(age)``) as the library formulae knows them.
    rows : DataFrame
        A row a patient, or a row a unit and stratum: ``doctor`` and the covariates.
    successes, trials : array, shape (len(rows),)
        Of each row; trials are 1 for a patient.

    Raises
    ------
    ReportError
        If the formula cannot be read or names what is no covariate.
    """
    formula = joined(formula, [str(c) for c in rows.columns if c not in RESERVED])
    variables = _variables(formula, rows)
    frame, missing = _values(variables, rows)
    kept = ~frame.isna().any(axis=1).to_numpy()
    if not kept.any():
        raise ReportError(
            f"No row has a value in every column that '{formula}' needs: missing are "
            f"{_counted(missing)} of {len(rows):,}. Leave out the column that is mostly empty."
        )
    frame, weight = frame[kept].reset_index(drop=True), trials[kept]
    for name in variables:
        frame[name] = _coded(name, frame[name], formula)
    names, x, scale = _columns(formula, frame, weight)
    return Design(
        formula=formula,
        names=names,
        x=x,
        scale=scale,
        kept=kept,
        rare=_rare(frame, successes[kept], weight),
    )


def _variables(formula: str, rows: pd.DataFrame) -> list[str]:
    """The columns that a formula names, each of which the file has."""
    from formulae.model_description import model_description

    try:
        described = model_description(formula)
        response, groups = described.response, described.group_terms
        intercept = any(term.name == "Intercept" for term in described.common_terms)
        names = sorted(described.var_names - {""})  # '' is a literal
        calls = {
            part.name.split("(")[0]
            for term in described.common_terms
            for part in getattr(term, "components", ())
            if "(" in part.name
        }
    except Exception as error:
        raise ReportError(
            f"--adjust expects columns joined by '+', as in 'age + urgency + sex', and cannot "
            f"read '{formula}': {error}. Put a column whose name has blanks between backticks."
        ) from error
    if response is not None or groups:
        part = "a '~'" if response is not None else "'(1 | ...)'"
        raise ReportError(
            f"--adjust expects the covariates alone and found {part} in '{formula}'. The outcome "
            "and the units are known from the file; write units inside units with --within."
        )
    if not intercept:
        raise ReportError(
            f"--adjust expects no '0' or '-1' in '{formula}': every unit has its own intercept."
        )
    if calls & {"offset", "prop", "proportion", "p"}:
        raise ReportError(
            f"--adjust expects covariates alone and found an offset or a proportion in '{formula}'."
            " An expected number belongs in a column of its own: --columns expected=..."
        )
    there = [str(name) for name in rows.columns if name not in RESERVED]
    for name in names:
        if name.casefold() not in there:
            close = difflib.get_close_matches(name.casefold(), there, 1, 0.6)
            hint = f" Did you mean '{close[0]}'?" if close else ""
            has = ", ".join(f"'{column}'" for column in there) or "no covariate"
            raise ReportError(
                f"--adjust names the column '{name}', which the file does not have.{hint} "
                f"It has {has}."
            )
    if not names:
        raise ReportError(f"--adjust expects at least one column of the file, found '{formula}'.")
    return names


def _values(variables: list[str], rows: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """The columns, under the formula's capitals, and how many values are missing, by column.

    Blanks and infinities are missing.
    """
    frame = pd.DataFrame(index=rows.index)
    for name in variables:
        column = rows[name.casefold()]
        if pd.api.types.is_bool_dtype(column):
            frame[name] = column.astype(str)
            continue
        numeric = pd.api.types.is_numeric_dtype(column)
        values = column.astype(float) if numeric else column.astype("string").str.strip()
        frame[name] = values.mask(without_value(column))
    counts = frame.isna().sum()
    return frame, {name: int(counts[name]) for name in variables if counts[name]}


def _coded(name: str, column: pd.Series, formula: str) -> pd.Series:
    """Numbers as they are; text as levels, the most frequent one first."""
    different = column.nunique()
    if different < 2:
        only = column.iloc[0]
        only = f"{only:g}" if pd.api.types.is_number(only) else only
        raise ReportError(
            f"--adjust cannot use the column '{name}': it is the same for every patient "
            f"({only}). Leave it out of '{formula}'."
        )
    if pd.api.types.is_numeric_dtype(column):
        return column
    if different > max(len(column) / 2, 1) and different > 2:
        raise ReportError(
            f"--adjust cannot use the column '{name}': it has {different:,} different texts in "
            f"{len(column):,} rows, so it names rows and does not describe them. If it holds "
            "numbers, write them as numbers alone, without units or words."
        )
    levels = column.value_counts().index
    return column.astype(pd.CategoricalDtype(levels, ordered=True))


def _columns(
    formula: str, frame: pd.DataFrame, weight: NDArray
) -> tuple[tuple[str, ...], NDArray[np.float64], NDArray[np.float64]]:
    """Names, values and scales of the design's columns, without the intercept."""
    from formulae import design_matrices
    from formulae.utils import get_interaction_matrix

    said = io.StringIO()  # the library prints before it raises
    try:
        with contextlib.redirect_stdout(said):
            common: Any = design_matrices(formula, frame, extra_namespace={"np": np}).common
    except Exception as error:
        raise ReportError(
            f"--adjust cannot compute '{formula}': {error}. Known are '+', ':', '*', and functions "
            "as in bs(age, df=4), poly(age, 2), np.log(age) and C(year)."
        ) from error
    names, columns, scales = [], [], []
    for term in common.terms.values():
        if term.name == "Intercept":
            continue
        parts = [_part(component, weight) for component in term.components]
        columns.append(reduce(get_interaction_matrix, parts))
        names += term.labels if columns[-1].shape[1] > 1 else [_label(term)]
        scales += [_scale(term, frame, weight)] * columns[-1].shape[1]
    if sum(part.shape[1] for part in columns) > MOST_COLUMNS:
        raise ReportError(
            f"--adjust expects at most {MOST_COLUMNS} columns and '{formula}' makes "
            f"{len(names):,}. Join rare levels, or leave out the column with the most levels."
        )
    x = np.column_stack(columns).astype(float)
    x -= weight @ x / weight.sum()
    varies = np.abs(x).max(axis=0) > 1e-12
    names = tuple(np.array(names, object)[varies])
    return names, np.ascontiguousarray(x[:, varies]), np.array(scales)[varies]


def _scale(term: Any, frame: pd.DataFrame, weight: NDArray) -> float:
    """The standard deviation of a term that is a column of numbers alone."""
    column = frame.get(term.name)
    numeric = column is not None and pd.api.types.is_numeric_dtype(column)
    if not numeric or np.isin(column, (0.0, 1.0)).all():
        return np.nan
    return float(np.sqrt(np.cov(column.to_numpy(float), fweights=weight, bias=True)))


def _label(term: Any) -> str:
    labels = term.labels
    return labels[0] if labels and "[" in labels[0] else term.name


def _part(component: Any, weight: NDArray) -> NDArray[np.float64]:
    """One factor of a term: levels as they are coded, numbers in standard deviations."""
    value = np.asarray(component.value, float)
    value = value[:, None] if value.ndim == 1 else value
    if not np.isfinite(value).all():
        raise ReportError(
            f"--adjust cannot compute '{component.name}' for every patient: some values are "
            "infinite or no number (the logarithm of zero?)."
        )
    yes_or_no = np.isin(value, (0.0, 1.0)).all()
    if component.kind != "numeric" or yes_or_no:
        return value
    value = value - weight @ value / weight.sum()
    spread = np.sqrt(weight @ value**2 / weight.sum())
    return value / np.where(spread > 0, spread, 1.0)


def _rare(frame: pd.DataFrame, successes: NDArray, trials: NDArray) -> tuple[str, ...]:
    found = []
    for name in frame.columns:
        column = frame[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            codes, levels = column.cat.codes.to_numpy(), column.cat.categories
        elif np.isin(column, (0.0, 1.0)).all():
            codes, levels = column.to_numpy(int), pd.Index([0, 1])
        else:
            continue
        n = np.bincount(codes, trials, len(levels))
        s = np.bincount(codes, successes, len(levels))
        few = (n < FEW) | (s == 0) | (s == n)
        found += [f"{name}[{level}]" for level in levels[few]]
    return tuple(found)


def _counted(missing: dict[str, int]) -> str:
    return ", ".join(f"'{name}' in {count:,}" for name, count in missing.items())
