"""The check after every fit: what it lets pass, what it stops, and what it says."""

import arviz as az
import numpy as np
import pytest

from shrinkage.convergence import METADATA, NotConvergedError, check_convergence

CHAINS, DRAWS = 4, 500


def fit(mean_of_last_chain=0.0, diverging=0, chains=CHAINS, **more):
    """Independent draws, the last chain of another mean."""
    rng = np.random.default_rng(5)
    alpha = rng.normal(size=(chains, DRAWS, 3))
    alpha[-1] += mean_of_last_chain
    divergences = np.zeros((chains, DRAWS), dtype=bool)
    divergences.flat[:diverging] = True
    return az.from_dict(
        {"posterior": {"alpha": alpha} | more, "sample_stats": {"diverging": divergences}}
    )


def test_independent_draws_pass_and_the_line_says_how_well():
    found = check_convergence(fit())
    assert (found.chains, found.draws, found.divergences) == (CHAINS, DRAWS, 0)
    assert found.rhat < 1.01
    assert 0.6 * CHAINS * DRAWS < found.ess < 1.2 * CHAINS * DRAWS
    words, numbers = found._repr_mimebundle_()
    assert words["text/plain"].startswith(
        "Converged: 4 chains of 500 draws, no divergence, largest"
    )
    assert numbers[METADATA]["rhat"] == found.rhat


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"diverging": 1}, r"1 divergence.*non-centred"),
        ({"diverging": 7}, r"7 divergences where none is expected"),
        ({"mean_of_last_chain": 2.0}, r"R-hat is 1\.\d+ where at most 1\.01"),
    ],
)
def test_a_fit_that_fails_stops_and_says_what_to_try(wrong, words):
    with pytest.raises(NotConvergedError, match=f"(?s)Not converged.*{words}"):
        check_convergence(fit(**wrong))


def test_the_worst_entry_counts():
    slow = np.cumsum(np.random.default_rng(1).normal(size=(CHAINS, DRAWS)), axis=1)
    with pytest.raises(NotConvergedError, match="effective sample size is"):
        check_convergence(fit(slow=slow - slow.mean()))
    assert check_convergence(fit(slow=slow), var_names=["alpha"]).rhat < 1.01


def test_a_run_that_is_meant_to_fail_must_fail():
    found = check_convergence(fit(diverging=3), fails=True)
    assert "Not converged, as this run is meant to show: " in str(found)
    with pytest.raises(NotConvergedError, match="meant to fail and does not"):
        check_convergence(fit(), fails=True)


def test_constant_entries_need_no_rhat(recwarn):
    correlation = np.ones((CHAINS, DRAWS, 2, 2))
    rho = np.random.default_rng(2).uniform(-1, 1, (CHAINS, DRAWS))
    correlation[..., 0, 1] = correlation[..., 1, 0] = rho
    assert check_convergence(fit(correlation=correlation)).rhat < 1.01
    assert not list(recwarn), "no warning of a division by zero"


def test_an_entry_that_is_not_a_number_does_not_pass():
    broken = np.random.default_rng(3).normal(size=(CHAINS, DRAWS))
    broken[0, 10] = np.nan
    with pytest.raises(NotConvergedError):
        check_convergence(fit(broken=broken))


def test_what_is_not_a_fit_is_refused_with_what_to_pass():
    with pytest.raises(ValueError, match="found a dict without a posterior"):
        check_convergence({"posterior": 1})
    with pytest.raises(ValueError, match="at least two chains"):
        check_convergence(fit(chains=1))
    with pytest.raises(ValueError, match="none that moves"):
        check_convergence(az.from_dict({"posterior": {"constant": np.ones((CHAINS, DRAWS))}}))
