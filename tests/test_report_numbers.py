"""The report's numbers: the exact posterior's, whoever computes it, and what follows from them."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from report_numbers_kit import drawn, outcomes, ten
from scipy.special import expit, logit

from shrinkage.exact import posterior
from shrinkage.exact.more import own_weight
from shrinkage.report import Hyperprior, ReportError, analyse
from shrinkage.report.by_draws import by_draws
from shrinkage.report.by_quadrature import by_quadrature
from shrinkage.report.decision import default_standard, verdict
from shrinkage.report.settle import further_patients
from shrinkage.report.units import Units


@pytest.fixture(scope="module")
def found():
    return analyse(ten(), standard=0.75, cost_ratio=0.5)


def in_order(table, like):
    return table.set_index("doctor").loc[like.counts.doctor]


def test_the_table_is_the_exact_posterior(found):
    counts = ten().counts
    exact = posterior(counts.successes, counts.trials)
    table = in_order(found.table, ten())
    np.testing.assert_allclose(table.estimate, exact.mean)
    np.testing.assert_allclose(table[["low", "high"]], exact.interval())
    below = [float(alpha.cdf(np.log(3))) for alpha in exact.alpha]  # logit of 75 %
    np.testing.assert_allclose(table.below, below, atol=1e-6)
    ranks = exact.rank_probabilities()
    np.testing.assert_allclose(table.best, ranks[:, 0], atol=1e-6)
    np.testing.assert_allclose(table.worst, ranks[:, -1], atol=1e-6)
    cumulative = ranks.cumsum(axis=1)
    for j, (low, high) in enumerate(zip(table.rank_low, table.rank_high, strict=True)):
        assert cumulative[j, low - 1] >= 0.025 > (cumulative[j, low - 2] if low > 1 else 0)
        assert cumulative[j, high - 1] >= 0.975 > (cumulative[j, high - 2] if high > 1 else 0)
    assert (table.raw == counts.successes.to_numpy() / counts.trials.to_numpy()).all()
    assert list(found.table.estimate) == sorted(found.table.estimate, reverse=True)
    assert found.sigma.mean == exact.sigma_pop.mean
    low, high = exact.new_doctor.interval()
    assert (found.new_unit.low, found.new_unit.high) == (low, high)


def test_what_lies_below_the_standard_is_the_shortfall(found):
    """By draws: patients times how far theta lies below the standard."""
    counts = ten().counts
    alpha = (
        posterior(counts.successes, counts.trials)
        .joint.draw(np.random.default_rng(1), 20_000)
        .alpha
    )
    short = np.maximum(0.75 - 1 / (1 + np.exp(-alpha)), 0)
    expected = counts.trials.to_numpy() * short.mean(axis=0)
    error = counts.trials.to_numpy() * short.std(axis=0) / np.sqrt(len(short))
    table = in_order(found.table, ten())
    assert (np.abs(table.avoidable - expected) < 5 * error + 1e-9).all()


def test_draws_of_the_posterior_say_the_same():
    """`by_draws` of independent draws beside `by_quadrature`."""
    table = Units.of(ten())
    exact = by_quadrature(table, Hyperprior())
    rng = np.random.default_rng(2)
    drawn = exact.exact.joint.draw(rng, 20_000)
    alpha = drawn.alpha.reshape(4, 5000, -1)
    mu, sigma = (v.reshape(4, 5000) for v in (drawn.mu_pop, drawn.sigma_pop))
    new = 1 / (1 + np.exp(-rng.normal(mu, sigma)))
    theta = 1 / (1 + np.exp(-alpha))
    sampled = by_draws(theta, table.trials, mu, sigma, 1 / (1 + np.exp(-mu)), new)
    error = theta.std(axis=(0, 1)) / np.sqrt(20_000)
    assert (np.abs(sampled.mean - exact.mean) < 5 * error).all()
    np.testing.assert_allclose(sampled.interval, exact.interval, atol=0.02)
    np.testing.assert_allclose(sampled.below(0.75), exact.below(0.75), atol=0.02)
    np.testing.assert_allclose(sampled.weight, exact.weight, atol=0.01)
    for name in ("typical", "new_unit", "sigma"):
        ours, theirs = (vars(getattr(e, name)) for e in (sampled, exact))
        np.testing.assert_allclose(list(ours.values()), list(theirs.values()), atol=0.05)
    ours, theirs = sampled.places(), exact.places()
    np.testing.assert_allclose(ours.best, theirs.best, atol=0.02)
    np.testing.assert_allclose(ours.worst, theirs.worst, atol=0.02)
    assert (np.abs(ours.low - theirs.low) <= 1).all()
    assert 0 < sampled.error(0.75) < 0.01
    assert exact.error(0.75) == 0
    # The densities of a new unit's theta hold the same shares.
    for line in (0.5, 0.75, 0.9):
        grid, density = exact.density
        share = np.trapezoid(density * (grid < line), grid) / np.trapezoid(density, grid)
        assert share == pytest.approx((new < line).mean(), abs=0.02)
        assert exact.new_below(line) == pytest.approx(sampled.new_below(line), abs=0.02)


def test_the_decision_follows_the_costs_and_the_standard(found):
    assert (found.standard, found.standard_given, found.cost_ratio) == (0.75, True, 0.5)
    assert found.verdict.threshold == pytest.approx(2 / 3)
    below = found.table.set_index("doctor").below
    assert set(found.verdict.review) == set(below.index[below > 2 / 3])
    called = below > 2 / 3
    assert found.verdict.wrong == pytest.approx((1 - below[called]).sum())
    assert found.verdict.missed == pytest.approx(below[~called].sum())
    counts = [len(verdict.review) for verdict in found.verdicts]
    assert counts == sorted(counts)  # the worse a miss, the more reviews
    thresholds = [verdict.threshold for verdict in found.verdicts]
    assert max(thresholds) > 0.5 > min(thresholds)
    assert analyse(ten()).standard == default_standard(found.typical.mean)


@pytest.mark.parametrize(("cost_ratio", "threshold"), [(3.0, 0.25), (1.0, 0.5), (0.25, 0.8)])
def test_the_costs_have_one_direction(found, cost_ratio, threshold):
    """Cost of missing over cost of accusing, as in chapter 9."""
    assert verdict(found.table, cost_ratio).threshold == pytest.approx(threshold)


def test_the_default_standard():
    for typical in (0.5, 0.8, 0.93, 0.999):
        standard = default_standard(typical)
        odds = (1 - standard) / standard / ((1 - typical) / typical)
        assert odds == pytest.approx(1.5, rel=0.08)
    assert default_standard(0.8) == 0.73


@pytest.mark.parametrize("of_failures", [True, False])
def test_the_default_standard_of_a_ratio_is_a_round_ratio(of_failures):
    table = outcomes([970, 960, 99], [1000, 1000, 100], expected=[971.3, 955.1, 98.7])
    these = replace(Units.of(table), of_failures=of_failures)
    standard = default_standard(0.9652, these)

    def ratio(rate):
        average = these.reference
        return (1 - rate) / (1 - average) if of_failures else rate / average

    unit = 0.1 if of_failures else 0.01
    assert ratio(standard) / unit == pytest.approx(round(ratio(standard) / unit))
    exact = expit(logit(0.9652) - np.log(1.5))
    assert abs(ratio(standard) - ratio(exact)) <= unit / 2


def test_further_patients_settle_which_side_it_is(found):
    """Far fewer than said do not, far more do, doing as the estimate says; by counting them in.

    The posterior of the others hardly moves with one unit's patients, so the whole table is fitted
    again with them.
    """
    counts = ten().counts
    table = in_order(found.table, ten())
    undecided = table[(table.below > 0.05) & (table.below < 0.95)]
    assert len(undecided) >= 3
    assert (table.settle[(table.below <= 0.05) | (table.below >= 0.95)] == 0).all()
    for name, row in undecided.iterrows():
        assert row.settle >= 1
        if np.isinf(row.settle) or row.settle > 2000:
            continue
        place = list(counts.doctor).index(name)
        probability = []
        for share in (0.3, 3.0):  # far fewer, and far more
            s, n = counts.successes.to_numpy(float), counts.trials.to_numpy(float)
            more = np.ceil(share * row.settle)
            n[place] += more
            s[place] += np.round(more * row.estimate)
            again = posterior(s, n)
            probability.append(float(again.alpha[place].cdf(np.log(3))))
        few, many = probability
        assert not 0.05 < many < 0.95
        assert min(few, 1 - few) > min(many, 1 - many)


def test_further_patients_of_a_normal_posterior():
    """Twice the patients, doing the same, halve the variance."""
    mean, sd, rate = np.array([1.0, 1.0, 0.0]), np.array([0.5, 0.5, 0.01]), np.array([0.73106] * 3)
    line = 1 / (1 + np.exp(-0.5))
    needed = further_patients(mean, sd, rate, line, 0.05, 0.95)
    # At logit(rate) = mean: sd must be 0.5 / 1.6449, so the precision grows from 4 to 10.823.
    assert needed[0] == np.ceil((10.823 - 4) / (rate[0] * (1 - rate[0])))
    assert needed[2] == 0
    never = further_patients(mean[:1], sd[:1], rate[:1], rate[0], 0.05, 0.95)
    assert np.isinf(never[0])


def test_a_unit_without_patients_is_a_new_one_and_is_not_judged():
    with_it = outcomes([3, 30, 0, 12, 1], [10, 33, 0, 30, 9], names="ABCDE")
    without = outcomes([3, 30, 12, 1], [10, 33, 30, 9], names="ABDE")
    here, there = (analyse(t, standard=0.9, cost_ratio=9) for t in (with_it, without))
    row = here.table.set_index("doctor").loc["C"]
    assert (row.estimate, row.low) == (here.new_unit.mean, here.new_unit.low)
    assert row.below > here.verdict.threshold
    assert "C" not in here.verdict.review
    assert here.verdict.missed == there.verdict.missed
    assert pd.isna(row.raw)
    assert pd.isna(row.settle)
    assert here.table.rank_low.isna().sum() == 1
    assert row.weight == row.avoidable == 0
    others = [c for c in there.table if c != "doctor"]
    kept = here.table[here.table.doctor != "C"].reset_index(drop=True)
    assert (kept.doctor == there.table.doctor).all()
    np.testing.assert_allclose(
        kept[others].to_numpy(float), there.table[others].to_numpy(float), rtol=1e-9
    )


@pytest.mark.parametrize(
    ("successes", "trials"),
    [
        ([9, 3], [10, 10]),
        ([1, 0], [1, 1]),
        ([4, 8, 20], [4, 8, 20]),
        ([0, 0, 0, 0], [4, 8, 20, 1]),
        ([0, 5], [5, 5]),
        ([10**6, 999_000, 7], [10**6, 10**6, 7]),
        ([9999, 300], [10_000, 300]),
        ([5] * 6, [9] * 6),
    ],
)
def test_small_and_extreme_tables_do_not_break(successes, trials):
    found = analyse(outcomes(successes, trials))
    table = found.table
    numbers = table.drop(columns=["doctor", "expected"]).to_numpy(float)
    assert np.isfinite(np.where(np.isinf(numbers), 0, numbers)).all()
    assert ((table.low <= table.estimate) & (table.estimate <= table.high)).all()
    assert table[["best", "worst"]].sum().to_numpy() == pytest.approx([1, 1], abs=1e-3)
    assert 0 < found.standard < 1
    assert found.sound
    assert np.isfinite(found.half_weight)
    assert all(np.isfinite(line.moved) for line in found.sensitivity)


def test_one_unit_is_refused_with_its_interval():
    with pytest.raises(ReportError, match=r"one doctor .*'U0'.* 49 to 94 %"):
        analyse(outcomes([8], [10]))
    with pytest.raises(ReportError, match="one doctor with patients"):
        analyse(outcomes([8, 0], [10, 0]))
    with pytest.raises(ReportError, match="nothing to compare"):
        analyse(outcomes([0, 0], [0, 0]))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"standard": 75}, "between 0 and 1"),
        ({"cost_ratio": 0}, "positive number"),
        ({"hyperprior": Hyperprior(mu_scale=0)}, "mu_scale"),
        ({"hyperprior": Hyperprior(sigma_scale=-1)}, "sigma_scale"),
        ({"hyperprior": Hyperprior(mu_loc=np.nan)}, "mu_loc"),
    ],
)
def test_options_out_of_range_are_refused(options, said):
    with pytest.raises(ReportError, match=said):
        analyse(ten(), **options)


def test_the_hyperprior_is_the_readers():
    """Vague enough, the typical unit is where the data say; far off and narrow, where it says."""
    rare = outcomes([9_999, 10_000], [10_000, 10_000])
    course = analyse(rare).typical.mean
    vague = analyse(rare, hyperprior=Hyperprior(mu_scale=10)).typical.mean
    led = analyse(rare, hyperprior=Hyperprior(mu_loc=9.2, mu_scale=0.1)).typical.mean
    assert 1 - vague < (1 - course) / 1.5
    assert 1 - led == pytest.approx(1e-4, rel=0.3)


def test_counts_need_no_sampler_and_progress_is_told():
    """Nothing of PyMC is imported, and the stages come in order."""
    code = (
        "import sys; sys.path.insert(0, 'tests'); from report_numbers_kit import ten; "
        "from shrinkage.report import analyse; said = []; "
        "analyse(ten(), progress=lambda stage, share: said.append(share)); "
        "assert said == sorted(said) and said[0] == 0 and said[-1] == 1 and len(said) > 4; "
        "assert not {'pymc', 'arviz', 'nutpie', 'matplotlib', 'bambi'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_half_the_weight(found):
    """Of a unit with that many patients and the typical rate, by the definition of the column."""
    exact = posterior(found.table.successes.to_numpy(int), found.table.trials.to_numpy())
    precision = found.half_weight * found.typical.mean * (1 - found.typical.mean)
    assert own_weight(np.array([precision]), exact.sigma_pop) == pytest.approx(0.5, abs=0.01)


def test_a_table_of_thousands_has_the_same_numbers():
    """Of 3,000 units, whose posterior is the engine's and whose sum of `best` is one."""
    table = drawn(3000)
    found = analyse(table)
    assert found.sound
    assert found.table.best.sum() == pytest.approx(1, abs=0.02)
    assert found.table.worst.sum() == pytest.approx(1, abs=0.02)
    counts = in_order(found.table, table)
    assert np.mean((counts.rank_low <= 1500) & (counts.rank_high >= 1500)) > 0.1
