"""Task 06.1: the worst R-hat, the smallest effective sample size, the divergences of each run."""

from collections.abc import Callable, Sequence

import pandas as pd

from shrinkage.data.runs import CHAINS, DRAWS
from shrinkage.exercises.answers import Table
from shrinkage.exercises.ex06_when_the_sampler_fails.instruments import (
    BULK_AND_TAIL,
    VARIABLES,
    diverging,
    draws,
    effective,
    rhat,
)
from shrinkage.exercises.ex06_when_the_sampler_fails.week import Week
from shrinkage.exercises.mistakes import Mistake, at
from shrinkage.exercises.task import Part, Task

OverVariables = Callable[[pd.DataFrame], pd.Series]
"""From a column a variable to one number a night."""


def largest(table: pd.DataFrame) -> pd.Series:
    """The largest of each night."""
    return table.max(axis=1)


def smallest(table: pd.DataFrame) -> pd.Series:
    """The smallest of each night."""
    return table.min(axis=1)


def average(table: pd.DataFrame) -> pd.Series:
    """The mean of each night."""
    return table.mean(axis=1)


def all_draws(week: Week, parts: Sequence[str]) -> pd.DataFrame:
    """The number of draws in the place of the effective sample size."""
    return effective(week, parts).mul(0).add(draws(week), axis=0)


def in_all_chains(week: Week) -> pd.Series:
    """The number of divergences."""
    return diverging(week).sum(axis=1)


def readings(
    week: Week,
    *,
    variables: Sequence[str] = VARIABLES,
    method: str = "rank",
    worst_rhat: OverVariables = largest,
    size: Callable[[Week, Sequence[str]], pd.DataFrame] = effective,
    parts: Sequence[str] = BULK_AND_TAIL,
    worst_size: OverVariables = smallest,
    divergences: Callable[[Week], pd.Series] = in_all_chains,
) -> pd.DataFrame:
    """The three readings of each night."""
    return pd.DataFrame(
        {
            "rhat": worst_rhat(_of(variables, rhat(week, method))),
            "ess": worst_size(_of(variables, size(week, parts))),
            "divergences": divergences(week),
        },
        index=list(week.runs),
        dtype=float,
    )


def _of(variables: Sequence[str], table: pd.DataFrame) -> pd.DataFrame:
    """The columns of these variables."""
    return table.loc[:, table.columns.isin([*variables])]


def three_decimals(week: Week) -> pd.DataFrame:
    """Half a unit of what is asked for: R-hat to three decimals, the others whole."""
    room = {"rhat": 6e-4, "ess": 1.05, "divergences": 0.1}
    return pd.DataFrame(room, index=list(week.runs))


_ALL = "One failing variable is enough to fail a run, and you cannot know beforehand which it is: "

TASK = Task(
    id="06.1",
    title="The morning's readings",
    points=2,
    variable="readings",
    asks="the worst R-hat, the smallest effective sample size and the number of divergences of "
    "every night's run, columns rhat, ess and divergences",
    answer=Table("night", "{label}"),
    tolerance=three_decimals,
    truth=readings,
    parts=(
        Part(0.75, "'rhat', the largest of all variables", "rhat"),
        Part(0.75, "'ess', the smallest of all variables, bulk and tail", "ess"),
        Part(0.5, "'divergences', their number", "divergences"),
    ),
    mistakes=(
        Mistake(
            name="read `mu_pop` alone",
            hint=_ALL + "take the worst over all of them, the doctors' `alpha` too.",
            instead={"variables": ["mu_pop"]},
            credit=0.25,
        ),
        Mistake(
            name="read `sigma_pop` alone",
            hint=_ALL + "take the worst over all of them, the doctors' `alpha` too.",
            instead={"variables": ["sigma_pop"]},
            credit=0.25,
        ),
        Mistake(
            name="read the population's two parameters and left the doctors out",
            hint=_ALL + "each doctor's `alpha` counts as one.",
            instead={"variables": ["mu_pop", "sigma_pop"]},
            credit=0.5,
        ),
        Mistake(
            name="read the doctors' `alpha` and left the population out",
            hint=_ALL + "`mu_pop` and `sigma_pop` count as well.",
            instead={"variables": ["alpha"]},
            credit=0.5,
        ),
        Mistake(
            name="averaged R-hat over the variables",
            hint="In an average the good hide the bad. Take the worst.",
            instead={"worst_rhat": average},
        ),
        Mistake(
            name="took the smallest R-hat",
            hint="R-hat is bad when it is large. Take the worst.",
            instead={"worst_rhat": smallest},
        ),
        Mistake(
            name="computed R-hat without ranks",
            hint="The limit is meant for the rank-normalised R-hat, which is the default of "
            "`az.rhat`: it also sees chains that differ in their spread, or have long tails.",
            instead={"method": "split"},
            credit=0.5,
        ),
        Mistake(
            name="rounded R-hat to two decimals",
            hint="The limit lies in the second decimal, so two cannot show on which side of it a "
            "run is. (`az.summary` rounds; `az.rhat` does not.)",
            turns=at(["rhat"], lambda values: values.round(2)),
            tolerance=three_decimals,
            credit=0.5,
            plain=True,
        ),
        Mistake(
            name="looked at the bulk's effective sample size alone",
            hint="The limit holds for the tails as well, on which intervals rest: "
            '`az.ess(..., method="tail")`.',
            instead={"parts": ["bulk"]},
            credit=0.5,
        ),
        Mistake(
            name="looked at the tails' effective sample size alone",
            hint="The limit holds for the bulk as well, on which means rest: "
            '`az.ess(..., method="bulk")`.',
            instead={"parts": ["tail"]},
            credit=0.5,
        ),
        Mistake(
            name="took the largest effective sample size",
            hint="The variable that is known worst decides whether the run holds.",
            instead={"worst_size": largest},
        ),
        Mistake(
            name="averaged the effective sample size over the variables",
            hint="In an average the good hide the bad. Take the worst.",
            instead={"worst_size": average},
        ),
        Mistake(
            name="counted the draws",
            hint="Draws that resemble one another are worth fewer independent ones: `az.ess` says "
            "how many.",
            instead={"size": all_draws},
        ),
        Mistake(
            name="gave the effective sample size as a share of the draws",
            hint="The limit is a number of independent draws, not a share.",
            turns=at(["ess"], lambda size: size / (CHAINS * DRAWS)),
            credit=0.5,
        ),
        Mistake(
            name="gave the share of draws that diverged",
            hint="The number to accept is zero, and a share has no other: count them.",
            turns=at(["divergences"], lambda count: count / (CHAINS * DRAWS)),
            credit=0.5,
        ),
        Mistake(
            name="counted the draws that did not diverge",
            hint="`diverging` is True where the path broke.",
            instead={"divergences": lambda w: draws(w) - in_all_chains(w)},
        ),
        Mistake(
            name="counted the divergences of one chain",
            hint="`diverging` has chains and draws: add up over both.",
            instead={"divergences": lambda w: diverging(w)[0]},
        ),
        Mistake(
            name="averaged the divergences over the chains",
            hint="`diverging` has chains and draws: add up over both.",
            instead={"divergences": lambda w: diverging(w).mean(axis=1)},
            credit=0.5,
        ),
        Mistake(
            name="counted the chains that diverged",
            hint="`diverging` has chains and draws: add up over both.",
            instead={"divergences": lambda w: (diverging(w) > 0).sum(axis=1)},
        ),
    ),
    hint="Each reading is the worst of its run: of all variables, and of bulk and tail. "
    "Divergences are added up over all chains.",
    lesson="One night's run may be read, and the others may not. By its summary alone you could "
    "not have told which: every run has a mean and an interval to offer.",
)
