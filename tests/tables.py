"""Random tables of doctors and random priors, for any test that asks for any of them."""

import numpy as np
from hypothesis import strategies as st
from scipy.special import expit


def one_doctor(smallest=1):
    """Any counts of one doctor, small ones often."""
    trials = st.one_of(st.integers(smallest, 12), st.integers(smallest, 10_000))
    return trials.flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


few_doctors = st.lists(one_doctor(), min_size=1, max_size=12).map(lambda rows: list(zip(*rows)))  # noqa: B905

KINDS = {
    "a spread": lambda rng, n: rng.binomial(n, expit(rng.normal(rng.normal(0, 1.5), 1, n.size))),
    "a wide spread": lambda rng, n: rng.binomial(n, expit(rng.normal(0, 4, n.size))),
    "one rate": lambda rng, n: rng.binomial(n, rng.uniform()),
    "all successes": lambda rng, n: n,
    "no success": lambda rng, n: 0 * n,
    "all or nothing": lambda rng, n: n * rng.integers(0, 2, n.size),
    "near ties": lambda rng, n: np.clip(
        (n * rng.uniform()).round() + rng.integers(-1, 2, n.size), 0, n
    ),
    "identical doctors": lambda rng, n: np.full(n.size, rng.integers(0, n[0] + 1)),
}


@st.composite
def many_doctors(draw, most=200):
    """Tables drawn by NumPy from a seed, all caseloads of one scale or of many."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    doctors = draw(st.one_of(st.integers(1, min(most, 30)), st.integers(1, most)))
    kind = draw(st.sampled_from(list(KINDS)))
    low, high = sorted(draw(st.tuples(st.floats(0, 4), st.floats(0, 4))))
    trials = (10 ** rng.uniform(low, high, doctors)).round().astype(int)
    if kind == "identical doctors":
        trials[:] = trials[0]
    successes = KINDS[kind](rng, trials).astype(int)
    if draw(st.integers(0, 3)) == 0 and kind != "identical doctors":
        unseen = rng.uniform(size=doctors) < 0.3
        trials[unseen] = successes[unseen] = 0
    return successes.tolist(), trials.tolist()


def scales(low, high):
    return st.floats(np.log(low), np.log(high)).map(lambda x: round(float(np.exp(x)), 3))


# Everything that a demo lets its reader choose.
priors = st.one_of(
    st.just({}),
    st.fixed_dictionaries(
        {},
        optional={
            "mu_loc": st.integers(-300, 300).map(lambda x: x / 100),
            "mu_scale": scales(0.1, 20),
            "sigma_scale": scales(0.05, 20),
            "sigma_pop": st.one_of(st.just(0.0), scales(0.01, 100)),
        },
    ),
)


@st.composite
def adjusted(draw, tables):
    """Tables with expected successes, or with bounds of some counts, or both, and their options."""
    successes, trials = draw(tables)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    s, n = np.array(successes), np.array(trials)
    options = {}
    kind = draw(st.sampled_from(["expected", "bounds", "both"]))
    if kind != "bounds":
        overall = np.clip(s.sum() / max(n.sum(), 1), 0.002, 0.998)
        share = expit(
            np.log(overall / (1 - overall)) + rng.normal(0, draw(st.floats(0, 1)), n.size)
        )
        options["expected"] = (n * share).tolist()
    if kind != "expected":
        hidden = rng.uniform(size=n.size) < draw(st.floats(0.1, 1))
        width = rng.integers(1, 12, n.size)
        low = np.maximum(s - rng.integers(0, 12, n.size) % (width + 1), 0)
        high = np.minimum(low + width, n)
        # As offices do it: few successes, or few failures, are withheld.
        few = np.minimum(n, draw(st.integers(1, 12)))
        low, high = np.where(s <= few, 0, low), np.where(s <= few, few, high)
        low, high = np.where(n - s <= few, n - few, low), np.where(n - s <= few, n, high)
        bounds = np.where(hidden[:, None], np.column_stack([low, high]), s[:, None])
        options["bounds"] = bounds.tolist()
    return (successes, trials), options
