"""The report's pictures: the course's own, on the scale that the reader reads."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from shrinkage import figures
from shrinkage.figures.style import BLUE, GREY, INK, RED, legend_below
from shrinkage.report.findings import Analysis
from shrinkage.report.rows import caseload
from shrinkage.report.scale import Scale
from shrinkage.report.svg import style, svg
from shrinkage.report.wording import Words

MOST_ROWS = 60  # of which a picture has all; of more it has the ends
END = 15
LONGEST_NAME = 24
BINS = 40


def shown(a: Analysis) -> pd.DataFrame:
    """The rows that the pictures have: all, or the highest and the lowest estimates."""
    if len(a.table) <= MOST_ROWS:
        return a.table
    return pd.concat([a.table.iloc[:END], a.table.iloc[-END:]])


def shrinkage_plot(a: Analysis, w: Words) -> str:
    """From each unit's raw rate to the estimate, smallest caseload on top."""
    rows, scale = shown(a), w.scale
    trials = rows.trials.fillna(0).to_numpy(float)
    order = np.argsort(trials, kind="stable")
    raw = scale.shown(rows.raw.to_numpy(float))
    ends = scale.ends(rows)
    with style():
        figure = figures.shrinkage_plot(
            rows.doctor.to_numpy(),
            raw * np.maximum(trials, 1),
            np.maximum(trials, 1),
            scale.shown(rows.estimate.to_numpy(float)),
            ends,
            float(scale.shown(a.typical.mean)),
        )
        axes = figure.axes[0]
        bounds = _bounds(rows, scale)[order]
        if np.isfinite(bounds).any():
            heights = np.arange(len(rows))[::-1]
            axes.hlines(heights, *bounds.T, color=RED, lw=1.2, ls=":", label="raw rate, bounds")
            for legend in figure.legends:
                legend.remove()
            figure.legends.clear()
            legend_below(axes)
        _in_words(figure, rows.iloc[order], w, np.column_stack([raw, ends, *bounds.T]))
        return svg(figure, "shrinkage", _shrinkage_alt(a, w))


def forest_plot(a: Analysis, w: Words) -> str:
    """Each unit's estimate and credible interval, with the standard."""
    rows, scale = shown(a), w.scale
    estimate = scale.shown(rows.estimate.to_numpy(float))
    ends = scale.ends(rows)
    line = float(scale.shown(a.standard))
    with style():
        figure = figures.forest_plot(
            rows.doctor.to_numpy(),
            rows.trials.fillna(0).to_numpy(),
            estimate,
            ends,
            float(scale.shown(a.typical.mean)),
            standard=line,
        )
        ordered = rows.iloc[np.argsort(-estimate, kind="stable")]
        _in_words(figure, ordered, w, np.append(ends, line))
        return svg(figure, "forest", _forest_alt(a, w))


def distribution(a: Analysis, w: Words) -> str:
    """Raw rates and estimates of all units, with the density of a new one."""
    scale = w.scale
    raw = scale.shown(a.table.raw.dropna().to_numpy(float))
    estimates = scale.shown(a.table.estimate.to_numpy(float))
    theta, density = a.density
    low, high = np.quantile(raw, [0.005, 0.995]) if len(raw) else (0.0, 1.0)
    low, high = min(low, estimates.min()), max(high, estimates.max())
    edges = np.linspace(low, high, BINS + 1).tolist()
    # A density of theta, as one of what is shown: the same times theta's change with it.
    stretch = abs(float(np.ptp(scale.shown(np.array([0.0, 1.0])))))
    with style():
        figure, axes = plt.subplots(figsize=(5.4, 3.4))
        axes.hist(
            np.clip(raw, low, high), edges, density=True, histtype="step", color=RED, lw=1.6,
            label="raw rates",
        )  # fmt: skip
        axes.hist(estimates, edges, density=True, color=BLUE, alpha=0.55, label="estimates")
        at = scale.shown(theta)
        inside = (at >= low) & (at <= high)
        axes.plot(at[inside], density[inside] / stretch, color=GREY, label=f"a new {w.unit}")
        axes.axvline(float(scale.shown(a.standard)), color=INK, ls="--", lw=1.2, label="standard")
        axes.set_yticks([])
        axes.set_ylabel(f"share of the {w.units}")
        axes.spines["left"].set_visible(False)
        legend_below(axes)
        _number_axis(axes, scale, np.array([low, high]))
        return svg(figure, "distribution", _distribution_alt(a, w))


def _distribution_alt(a: Analysis, w: Words) -> str:
    scale = w.scale
    raw = a.table.raw.quantile([0.05, 0.95])
    estimate = a.table.estimate.quantile([0.05, 0.95])
    return (
        f"Of {w.count(len(a.table))} the middle nine tenths have raw {scale.short} from "
        f"{scale.span(*raw)}; their estimates lie from {scale.span(*estimate)}, and a new "
        f"{w.unit}'s {scale.short} in {scale.span(a.new_unit.low, a.new_unit.high)} "
        "with 95 % probability."
    )


def _shrinkage_alt(a: Analysis, w: Words) -> str:
    scale, table = w.scale, a.table.dropna(subset=["raw"])
    typical = f"The typical {w.unit} stands at {scale.text(a.typical.mean)}."
    if table.empty:
        return f"No raw rate is known. {typical}"
    moved = (table.raw - table.estimate).abs()
    far, near = table.loc[moved.idxmax()], table.loc[table.trials.idxmax()]
    return (
        f"{w.name(far.doctor)}, with {w.patients(far.trials)}, moves from a raw {scale.kind} of "
        f"{scale.text(far.raw)} to {scale.text(far.estimate)}; {w.name(near.doctor)}, "
        f"with {near.trials:,}, from {scale.text(near.raw)} to {scale.text(near.estimate)}. "
        f"{typical}"
    )


def _forest_alt(a: Analysis, w: Words) -> str:
    table, scale = a.table, w.scale
    under = int((table.high < a.standard).sum())
    over = int((table.low > a.standard).sum())
    across = len(table) - under - over
    return (
        f"Against a standard of {scale.as_given(a.standard)}, the credible intervals of "
        f"{w.count(under)} lie entirely {scale.worse} it, of {w.count(over)} entirely "
        f"{scale.better}, and of {w.count(across)} across it. Estimates reach from "
        f"{scale.span(table.estimate.min(), table.estimate.max())}."
    )


def _bounds(rows: pd.DataFrame, scale: Scale) -> NDArray:
    """The ends of suppressed raw rates or ratios, NaN where they are known; shape (rows, 2)."""
    bounds = rows[["fewest", "most"]].astype(float).to_numpy()
    trials = rows.trials.fillna(0).to_numpy(float)
    of = scale.tally(rows.expected.to_numpy(float), trials) if scale.is_ratio else trials
    unknown = (bounds[:, 0] < bounds[:, 1]) & (trials > 0)
    ends = np.full(bounds.shape, np.nan)
    ends[unknown] = scale.tally(bounds, trials[:, None])[unknown] / of[unknown, None]
    return np.sort(ends, axis=1)


def _labels(rows: pd.DataFrame, w: Words) -> list[str]:
    """Names as the pictures write them: short, and no dollar sign that starts a formula."""
    return [_label(row, w) for row in rows.itertuples()]


def _label(row: Any, w: Words) -> str:
    text = w.name(row.doctor)
    if len(text) > LONGEST_NAME:
        text = text[: LONGEST_NAME - 1].rstrip() + "…"
    return text.replace("$", r"\$") + (f" ({caseload(row)})" if w.scale.rates else "")


def _in_words(figure: Figure, rows: pd.DataFrame, w: Words, values: NDArray) -> None:
    """Put the reader's words on the axes, and end the numbers where the data end."""
    axes = figure.axes[0]
    axes.set_yticks(np.arange(len(rows))[::-1], _labels(rows, w))
    axes.set_ylabel(f"{w.unit} ({w.cases})" if w.scale.rates else w.unit)
    for legend in figure.legends:
        for text in legend.get_texts():
            new = (
                text.get_text().replace("raw rate", f"raw {w.scale.kind}").replace("doctor", w.unit)
            )
            text.set_text(new)
    _number_axis(axes, w.scale, values[np.isfinite(values)])


def _number_axis(axes: Axes, scale: Scale, values: NDArray) -> None:
    """An axis of rates or ratios that ends where the values end."""
    axes.set_xlabel(scale.noun)
    low, high = float(values.min()), float(values.max())
    room = 0.04 * max(high - low, 1e-6)
    axes.set_xlim(low - room, high + room)
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10], min_n_ticks=4))
    factor = 1 if scale.is_ratio else scale.per
    ticks = axes.get_xticks() * factor
    digits = next(d for d in range(9) if np.allclose(ticks, ticks.round(d), rtol=0, atol=1e-9))
    unit = "" if scale.is_ratio or scale.per > 100 else " %"
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x * factor:,.{digits}f}{unit}"))
    if scale.per > 100 and not scale.is_ratio:
        axes.set_xlabel(f"{scale.noun} per {scale.per:,}")
