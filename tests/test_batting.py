"""The batting averages are the published ones, and give the published shrinkage and gain."""

import numpy as np
import pytest

from shrinkage.data import load_batting

#: Efron and Morris 1975, page 313, in its order: the averages of the first 45 at-bats.
FIRST = [0.400, 0.378, 0.356, 0.333, 0.311, 0.311, 0.289, 0.267, 0.244, 0.244]
FIRST += [0.222, 0.222, 0.222, 0.222, 0.222, 0.200, 0.178, 0.156]
#: The season's hits and at-bats of each player, Baseball Databank 2021.2.
SEASON = [(145, 412), (144, 471), (160, 566), (76, 320), (128, 463), (140, 511), (168, 631)]
SEASON += [(41, 183), (148, 555), (57, 245), (83, 322), (79, 315), (142, 480), (152, 583)]
SEASON += [(52, 231), (168, 603), (137, 453), (21, 115)]


@pytest.fixture
def batting():
    return load_batting()


def test_eighteen_players_with_45_at_bats(batting):
    assert len(batting) == batting.player.nunique() == 18
    assert (batting.at_bats == 45).all()
    assert (batting.hits / 45).round(3).tolist() == FIRST


def test_first_and_rest_add_up_to_the_season(batting):
    hits, at_bats = np.transpose(SEASON)
    np.testing.assert_array_equal(batting.hits + batting.rest_hits, hits)
    np.testing.assert_array_equal(batting.at_bats + batting.rest_at_bats, at_bats)


def test_the_published_rest_is_the_counted_rest_but_for_one_hit(batting):
    counted = batting.rest_hits / batting.rest_at_bats
    apart = (counted - batting.rest_average).abs() > 0.00051
    assert batting.player[apart].tolist() == ["Don Kessinger"]
    kessinger = batting[apart].iloc[0]
    assert round((kessinger.rest_hits - 1) / kessinger.rest_at_bats, 3) == kessinger.rest_average


def james_stein(rate, variance):
    mean = rate.mean()
    factor = 1 - (len(rate) - 3) * variance / ((rate - mean) ** 2).sum()
    return mean, factor, mean + factor * (rate - mean)


def test_scientific_american_1977(batting):
    rate = batting.hits / batting.at_bats
    mean = rate.mean()
    mean, factor, estimate = james_stein(rate, mean * (1 - mean) / 45)
    assert (round(mean, 3), round(factor, 3)) == (0.265, 0.212)
    raw_error = ((rate - batting.rest_average) ** 2).sum()
    error = ((estimate - batting.rest_average) ** 2).sum()
    # The article prints .077, .022 and 3.5; its own table of averages gives .075 and .021.
    assert raw_error == pytest.approx(0.077, abs=0.002)
    assert error == pytest.approx(0.022, abs=0.001)
    assert round(raw_error / error, 1) == 3.5
    closer = (estimate - batting.rest_average).abs() < (rate - batting.rest_average).abs()
    assert closer.sum() == 16
    assert batting.player[~closer].tolist() == ["Ron Swoboda", "Ellie Rodriguez"]


def test_journal_1975(batting):
    """The same on the scale where the variance is one: 17.56, 5.01 and 3.50 in the paper."""

    def stable(rate):
        return np.sqrt(45) * np.arcsin(2 * rate - 1)

    rate, rest = stable(batting.hits / 45), stable(batting.rest_average)
    _, factor, estimate = james_stein(rate, 1.0)
    assert round(factor, 3) == 0.209
    raw_error, error = ((rate - rest) ** 2).sum(), ((estimate - rest) ** 2).sum()
    assert raw_error == pytest.approx(17.56, abs=0.02)
    assert error == pytest.approx(5.01, abs=0.02)
    assert raw_error / error == pytest.approx(3.50, abs=0.02)


def test_the_gain_does_not_depend_on_the_two_rows_in_doubt(batting):
    rate = batting.hits / batting.at_bats
    _, _, estimate = james_stein(rate, 0.265 * 0.735 / 45)

    def gain(rest):
        return ((rate - rest) ** 2).sum() / ((estimate - rest) ** 2).sum()

    assert gain(batting.rest_hits / batting.rest_at_bats) == pytest.approx(3.5, abs=0.05)
    billy = batting.rest_average.where(batting.player != "Walt Williams", 195 / 591)
    assert gain(billy) == pytest.approx(3.2, abs=0.05)
