"""Public tables with expected numbers: the report beside what their publishers print.

`pytest -s` shows the tables.
"""

from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest
from public_tables import TABLES
from report_kit import folder
from scipy.stats import chi2

from shrinkage.report import report

every_table = pytest.mark.parametrize("name", TABLES)


@cache
def made(name):
    """The publisher's table and the report's numbers, as ratios of observed to expected."""
    published = TABLES[name]()
    source = folder() / f"public_{list(TABLES).index(name)}.csv"
    published.table.to_csv(source, index=False)
    page, found = report(source, columns=published.columns, force=True)
    table = found.table.set_index("doctor").loc[published.table[published.columns["unit"]]]

    def ratio(theta):
        return (1 - theta) / (1 - found.reference)

    return SimpleNamespace(
        published=published,
        page=page.read_text(),
        found=found,
        names=table.index,
        raw=ratio(table.raw.to_numpy()),
        estimate=ratio(table.estimate.to_numpy()),
        low=ratio(table.high.to_numpy()),
        high=ratio(table.low.to_numpy()),
        typical=ratio(found.typical.mean),
        worse=table.worse.to_numpy(),
        weight=table.weight.to_numpy(),
    )


def outside(observed, expected):
    """Which units' exact 95 % Poisson interval of the ratio lies above 1, and which below it.

    The rule by which such tables mark outliers: Ulm, American Journal of Epidemiology 131 (1990).
    """
    low = chi2.ppf(0.025, 2 * observed) / 2 / expected
    high = chi2.ppf(0.975, 2 * (observed + 1)) / 2 / expected
    return np.nan_to_num(low) > 1, high < 1


@every_table
def test_the_raw_ratio_is_the_published_one_to_its_printed_digits(name):
    it = made(name)
    low, high = it.published.ratio.T
    expected, half = it.published.expected, it.published.half
    observed = it.published.table[it.published.columns["failures"]].to_numpy()
    np.testing.assert_allclose(it.raw, observed / expected, atol=2e-4)
    slack = 1e-9
    assert (it.raw * expected / (expected - half) >= low - slack).all()
    assert (it.raw * expected / (expected + half) <= high + slack).all()


@every_table
def test_the_estimate_lies_between_the_published_ratio_and_the_typical_one(name):
    """Pulled by as much as its own data leave: not beyond the typical unit, nor further out."""
    it = made(name)
    inner, outer = np.minimum(it.raw, it.typical), np.maximum(it.raw, it.typical)
    slack = 0.05 * it.typical  # the mean of a ratio lies above its middle
    assert (it.estimate > inner - slack).all()
    assert (it.estimate < outer + slack).all()
    pulled = np.abs(it.estimate - it.typical) / np.abs(it.raw - it.typical)
    far = np.abs(it.raw - it.typical) > 0.3
    assert np.corrcoef(pulled[far], it.weight[far])[0, 1] > 0.5


@every_table
def test_outliers_by_the_usual_rule_are_outliers_here(name):
    it = made(name)
    observed = it.published.table[it.published.columns["failures"]].to_numpy()
    above, below = outside(observed, it.published.expected)
    assert above.any()
    assert (it.worse[above] > 0.9).all()
    assert (it.worse[below] < 0.1).all()
    # Of the others none is surer to be an outlier than all that are marked.
    others = ~(above | below)
    assert np.median(it.worse[others]) < it.worse[above].min()
    assert np.median(it.worse[others]) > it.worse[below].max(initial=0)
    show(name, it, above, below)


def show(name, it, above, below):
    """Unit, published, estimate; and which of them the rule marks."""
    marks = np.where(above, "high", np.where(below, "low", ""))
    print(f"\n{name}: typical ratio {it.typical:.2f}, spread {it.found.sigma.mean:.2f}")
    print(f"{'unit':<14}{'published':>10}{'estimate':>10}   95 % interval   worse than expected")
    for j in np.argsort(-it.raw):
        print(
            f"{it.names[j]:<14}{it.raw[j]:>10.2f}{it.estimate[j]:>10.2f}   "
            f"{it.low[j]:5.2f} to {it.high[j]:5.2f}   {100 * it.worse[j]:5.1f} %   {marks[j]}"
        )


@every_table
def test_nothing_is_doubtful_and_every_check_of_the_numbers_holds(name):
    it = made(name)
    assert it.found.sound
    assert "Do not use these numbers" not in it.page
    assert [c.good for c in it.found.checks if c.name == "quadrature"] == [True]
    rare = [note for note in it.found.outcomes.notes if note.kind == "rare"]
    assert bool(rare) == ("Scotland" in name)
    assert np.allclose(
        it.found.table.expected.sum(),
        it.found.table.trials.sum() - it.published.expected.sum(),
    )
