"""Exercise 6, when the sampler fails: instruments, diagnoses, a repair, and when to centre.

- Rank-normalised R-hat, bulk and tail effective sample size: Vehtari, Gelman, Simpson, Carpenter
  and Bürkner (2021), Bayesian Analysis 16(2), 667-718, as ArviZ computes them.
- The weight of a doctor's own patients, w = n v / (n v + 1 / sigma_pop²) with v = theta (1 - theta)
  on the log-odds: chapter 6, after Betancourt and Girolami (2015), Hamiltonian Monte Carlo for
  hierarchical models. It is one half where n = 1 / (sigma_pop² v).
- The truth of the repaired fit is the exact posterior, by quadrature.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, cast

import numpy as np
import pandas as pd

from shrinkage import data
from shrinkage.data.runs import FAULTS, faults
from shrinkage.exact import Posterior, posterior
from shrinkage.exercises.answers import CONVERGED, Draws, Matched, Table, exact_table
from shrinkage.exercises.comparison import Formula
from shrinkage.exercises.mistakes import Mistake
from shrinkage.exercises.task import Exercise, Part, Task

Counts = tuple[tuple[int, ...], tuple[int, ...]]
"""Successes and trials, by doctor."""


@dataclass(frozen=True)
class Week:
    """Seven nights' runs, what is wrong with each, and the counts that the tasks are about.

    `month`, `today` and `hospitals` have the columns successes and trials.
    """

    runs: Mapping[str, Any]
    faults: pd.Series
    month: pd.DataFrame
    today: pd.DataFrame
    hospitals: pd.DataFrame

    @cached_property
    def diagnostics(self) -> "Diagnostics":
        """The instruments' readings."""
        key = tuple(float(run["posterior"]["mu_pop"].sum()) for run in self.runs.values())
        if key not in _diagnostics:
            _diagnostics[key] = Diagnostics(self.runs)
        return _diagnostics[key]


def load() -> Week:
    """The week that the notebook sees."""
    hospitals = data.load_hospitals().set_index("hospital")
    survived = hospitals["operations"] - hospitals["deaths"]
    return Week(
        data.load_runs(),
        faults(),
        data.load_first_month().set_index("doctor"),
        data.count_by_doctor(data.load_doctors()).set_index("doctor"),
        pd.DataFrame({"successes": survived, "trials": hospitals["operations"]}),
    )


# --- 06.1 -----------------------------------------------------------------------------------------

NAMES = ("rhat", "ess", "divergences")


class Diagnostics:
    """What the instruments read in each night's run; a reading is taken once."""

    def __init__(self, runs: Mapping[str, Any]) -> None:
        self._runs = runs
        self._rows: dict[tuple[str, str], pd.DataFrame] = {}

    def of(self, instrument: str, method: str) -> pd.DataFrame:
        """ArviZ's `rhat` or `ess` by a method: a row a night, a column a variable's entry."""
        import arviz as az  # slow to import

        if (instrument, method) not in self._rows:
            take = getattr(az, instrument)
            self._rows[instrument, method] = pd.DataFrame(
                {
                    night: {
                        (name, i): value
                        for name, values in take(run["posterior"].dataset, method=method).items()
                        for i, value in enumerate(np.ravel(values))
                    }
                    for night, run in self._runs.items()
                }
            ).T
        return self._rows[instrument, method]

    @property
    def rhat(self) -> pd.DataFrame:
        """Rank-normalised split R-hat of every variable."""
        return self.of("rhat", "rank")

    @property
    def ess(self) -> pd.DataFrame:
        """Bulk or tail effective sample size of every variable, whichever is smaller."""
        lower = np.minimum(self.of("ess", "bulk"), self.of("ess", "tail"))
        return cast("pd.DataFrame", lower)

    @cached_property
    def diverging(self) -> pd.DataFrame:
        """How many transitions of each chain diverged, a row a night."""
        counts = {
            night: run["sample_stats"]["diverging"].sum("draw") for night, run in self._runs.items()
        }
        return pd.DataFrame({night: np.asarray(count) for night, count in counts.items()}).T

    @cached_property
    def draws(self) -> pd.Series:
        """How many draws a night's run has, all chains together."""
        return pd.Series({n: run["posterior"]["mu_pop"].size for n, run in self._runs.items()})


_diagnostics: dict[tuple[float, ...], Diagnostics] = {}  # by what tells one week from another


def reading(week: Week, **columns: pd.Series | float) -> pd.DataFrame:
    """The three readings of each night, NaN for those not given."""
    return pd.DataFrame(dict.fromkeys(NAMES, np.nan) | columns, index=list(week.runs), dtype=float)


def worst(week: Week) -> pd.DataFrame:
    """Largest R-hat, smallest effective sample size and number of divergences."""
    d = week.diagnostics
    return reading(
        week, rhat=d.rhat.max(axis=1), ess=d.ess.min(axis=1), divergences=d.diverging.sum(axis=1)
    )


def of_variables(*names: str) -> Formula:
    """A formula: R-hat and effective sample size, the worst of these variables."""
    return lambda w: reading(
        w,
        rhat=w.diagnostics.rhat[list(names)].max(axis=1),
        ess=w.diagnostics.ess[list(names)].min(axis=1),
    )


_ALL = "One failing variable is enough to fail a run, and you cannot know beforehand which it is: "

instruments = Task(
    id="06.1",
    title="The morning's readings",
    points=2,
    variable="readings",
    asks="the worst R-hat, the smallest effective sample size and the number of divergences of "
    "every night's run, columns rhat, ess and divergences",
    answer=Table("night", "{label}"),
    tolerance=lambda w: reading(w, rhat=6e-4, ess=1.05, divergences=0.1),  # three decimals; whole
    truth=worst,
    parts=(
        Part(0.75, "'rhat', the largest of all variables", "rhat"),
        Part(0.75, "'ess', the smallest of all variables, bulk and tail", "ess"),
        Part(0.5, "'divergences', their number", "divergences"),
    ),
    mistakes=(
        Mistake(
            name="read `mu_pop` alone",
            hint=_ALL + "take the worst over all of them, the doctors' `alpha` too.",
            gives=of_variables("mu_pop"),
            credit=0.25,
        ),
        Mistake(
            name="read `sigma_pop` alone",
            hint=_ALL + "take the worst over all of them, the doctors' `alpha` too.",
            gives=of_variables("sigma_pop"),
            credit=0.25,
        ),
        Mistake(
            name="read the population's two parameters and left the doctors out",
            hint=_ALL + "each doctor's `alpha` counts as one.",
            gives=of_variables("mu_pop", "sigma_pop"),
            credit=0.5,
        ),
        Mistake(
            name="averaged R-hat over the variables",
            hint="In an average the good hide the bad. Take the worst.",
            gives=lambda w: reading(w, rhat=w.diagnostics.rhat.mean(axis=1)),
        ),
        Mistake(
            name="took the smallest R-hat",
            hint="R-hat is bad when it is large. Take the worst.",
            gives=lambda w: reading(w, rhat=w.diagnostics.rhat.min(axis=1)),
        ),
        Mistake(
            name="computed R-hat without ranks",
            hint="The limit is meant for the rank-normalised R-hat, which is the default of "
            "`az.rhat`: it also sees chains that differ in their spread, or have long tails.",
            gives=lambda w: reading(w, rhat=w.diagnostics.of("rhat", "split").max(axis=1)),
            credit=0.5,
        ),
        Mistake(
            name="rounded R-hat to two decimals",
            hint="The limit lies in the second decimal, so two cannot show on which side of it a "
            "run is. (`az.summary` rounds; `az.rhat` does not.)",
            gives=lambda w: reading(w, rhat=w.diagnostics.rhat.max(axis=1).round(2)),
            credit=0.5,
            plain=True,
        ),
        Mistake(
            name="looked at the bulk's effective sample size alone",
            hint="The limit holds for the tails as well, on which intervals rest: "
            '`az.ess(..., method="tail")`.',
            gives=lambda w: reading(w, ess=w.diagnostics.of("ess", "bulk").min(axis=1)),
            credit=0.5,
        ),
        Mistake(
            name="looked at the tails' effective sample size alone",
            hint="The limit holds for the bulk as well, on which means rest: "
            '`az.ess(..., method="bulk")`.',
            gives=lambda w: reading(w, ess=w.diagnostics.of("ess", "tail").min(axis=1)),
            credit=0.5,
        ),
        Mistake(
            name="took the largest effective sample size",
            hint="The variable that is known worst decides whether the run holds.",
            gives=lambda w: reading(w, ess=w.diagnostics.ess.max(axis=1)),
        ),
        Mistake(
            name="averaged the effective sample size over the variables",
            hint="In an average the good hide the bad. Take the worst.",
            gives=lambda w: reading(w, ess=w.diagnostics.ess.mean(axis=1)),
        ),
        Mistake(
            name="counted the draws",
            hint="Draws that resemble one another are worth fewer independent ones: `az.ess` says "
            "how many.",
            gives=lambda w: reading(w, ess=w.diagnostics.draws),
        ),
        Mistake(
            name="gave the effective sample size as a share of the draws",
            hint="The limit is a number of independent draws, not a share.",
            gives=lambda w: reading(w, ess=w.diagnostics.ess.min(axis=1) / w.diagnostics.draws),
            credit=0.5,
        ),
        Mistake(
            name="gave the share of draws that diverged",
            hint="The number to accept is zero, and a share has no other: count them.",
            gives=lambda w: reading(
                w, divergences=w.diagnostics.diverging.sum(axis=1) / w.diagnostics.draws
            ),
            credit=0.5,
        ),
        Mistake(
            name="counted the draws that did not diverge",
            hint="`diverging` is True where the path broke.",
            gives=lambda w: reading(
                w, divergences=w.diagnostics.draws - w.diagnostics.diverging.sum(axis=1)
            ),
        ),
        Mistake(
            name="counted the divergences of one chain",
            hint="`diverging` has chains and draws: add up over both.",
            gives=lambda w: reading(w, divergences=w.diagnostics.diverging[0]),
        ),
        Mistake(
            name="counted the chains that diverged",
            hint="`diverging` has chains and draws: add up over both.",
            gives=lambda w: reading(w, divergences=(w.diagnostics.diverging > 0).sum(axis=1)),
        ),
    ),
    hint="Each reading is the worst of its run: of all variables, and of bulk and tail.",
    lesson="One night's run may be read, and the others may not. By its summary alone you could "
    "not have told which: every run has a mean and an interval to offer.",
)


# --- 06.2 -----------------------------------------------------------------------------------------

WORDS = Matched("night", "{label}", options=FAULTS)
DIVERGING = ("a funnel", "steps too long")
DISAGREEING = ("a stuck chain", "a chain elsewhere", "warm-up too short")
AGREEING = ("nothing", "too few draws")


def with_fault(*chosen: str) -> Formula:
    """A formula: the nights that have one of these faults."""
    return lambda w: w.faults.isin(chosen)


def said(word: str, *of: str) -> Formula:
    """A formula: this word for the nights whose runs have these faults."""
    return lambda w: WORDS.codes(pd.Series(word, w.faults.index)).where(with_fault(*of)(w))


_ZERO = "The number of divergences to accept is zero: each marks a place that the ball missed. "
_REPEAT = (
    "A stuck chain gives one and the same value, draw after draw. "
    "Look at the differences from one draw to the next."
)
_FEW = "More draws help chains that agree. "
_HALF = "Compute R-hat once more for the second half of each chain, or look at the traces there."

diagnoses = Task(
    id="06.2",
    title="What is wrong with each run",
    points=3,
    variable="diagnosis",
    asks="what is wrong with each night's run",
    answer=WORDS,
    tolerance=0.25,
    truth=lambda w: WORDS.codes(w.faults),
    parts=(
        Part(1, "the nights with divergences", with_fault(*DIVERGING)),
        Part(1.25, "the nights whose chains disagree", with_fault(*DISAGREEING)),
        Part(0.75, "the nights whose chains agree, without a divergence", with_fault(*AGREEING)),
    ),
    mistakes=(
        Mistake(
            name="found nothing wrong with any run",
            hint="Start with your readings from task 1: which nights break a limit?",
            gives=lambda w: WORDS.codes(pd.Series("nothing", w.faults.index)),
        ),
        Mistake(
            name="went by the divergences alone",
            hint="Each instrument is blind to something. Runs without a divergence may still break "
            "the limits of R-hat or of the effective sample size.",
            gives=said("nothing", *DISAGREEING, "too few draws"),
        ),
        Mistake(
            name="looked at `sigma_pop` alone",
            hint="A fault may sit in a variable that you do not look at. Which R-hat of each run "
            "is its largest, and whose is it?",
            gives=said("nothing", "a chain elsewhere"),
        ),
        Mistake(
            name="let a handful of divergences pass",
            hint=_ZERO + "Good R-hats and many effective draws say nothing about that place.",
            gives=said("nothing", "steps too long"),
        ),
        Mistake(
            name="let a low effective sample size pass because the chains agree",
            hint="Agreement is one limit, how much the draws are worth is another.",
            gives=said("nothing", "too few draws"),
        ),
        Mistake(
            name="called every divergence 'a funnel'",
            hint="Their place tells more than their number. Give the draws of `sigma_pop` their "
            "ranks: where among them are those that diverged, in each of the runs?",
            gives=said("a funnel", "steps too long"),
        ),
        Mistake(
            name="called every divergence 'steps too long'",
            hint="Their place tells more than their number. Give the draws of `sigma_pop` their "
            "ranks: where among them are those that diverged, in each of the runs?",
            gives=said("steps too long", "a funnel"),
        ),
        Mistake(
            name="said 'too few draws' wherever R-hat is too high",
            hint=_FEW + "A high R-hat says that these do not: look at their traces.",
            gives=said("too few draws", *DISAGREEING),
        ),
        Mistake(
            name="said 'too few draws' of a run that has divergences",
            hint="More draws of chains that cannot enter a place are more draws from outside it.",
            gives=said("too few draws", "a funnel"),
        ),
        Mistake(
            name="said 'a chain elsewhere' wherever R-hat is too high",
            hint="Chains may disagree in more than one way. Look at the traces: does each chain "
            "move, and does the disagreement last to the end?",
            gives=said("a chain elsewhere", "a stuck chain", "warm-up too short"),
        ),
        Mistake(
            name="said 'warm-up too short' wherever R-hat is too high",
            hint="A longer warm-up helps chains that were on their way. " + _HALF,
            gives=said("warm-up too short", "a stuck chain", "a chain elsewhere"),
        ),
        Mistake(
            name="said 'a stuck chain' wherever R-hat is too high",
            hint=_REPEAT + " Do they vanish in each of these runs?",
            gives=said("a stuck chain", "a chain elsewhere", "warm-up too short"),
        ),
        Mistake(
            name="said 'a chain elsewhere' of chains that end up in one place",
            hint="A chain that lives elsewhere is there to the end. " + _HALF,
            gives=said("a chain elsewhere", "warm-up too short"),
        ),
        Mistake(
            name="said 'warm-up too short' of chains that never meet",
            hint="A longer warm-up helps chains that were on their way. " + _HALF,
            gives=said("warm-up too short", "a chain elsewhere"),
        ),
        Mistake(
            name="said 'a chain elsewhere' of a chain that does not move",
            hint="A chain that lives elsewhere moves about there as its sisters do here.",
            gives=said("a chain elsewhere", "a stuck chain"),
        ),
        Mistake(
            name="said 'a stuck chain' of a chain that moves all the time",
            hint=_REPEAT,
            gives=said("a stuck chain", "a chain elsewhere"),
        ),
        Mistake(
            name="said 'warm-up too short' of a chain that stops in the middle",
            hint="Chains that had not arrived show it at their beginning. Where in its run does "
            "this one go wrong?",
            gives=said("warm-up too short", "a stuck chain"),
        ),
        Mistake(
            name="said 'a stuck chain' of chains that creep",
            hint=_REPEAT,
            gives=said("a stuck chain", "too few draws"),
        ),
        Mistake(
            name="said 'warm-up too short' of chains that creep from beginning to end",
            hint="Chains that had not arrived show it at their beginning. Do the first draws look "
            "any different from the last?",
            gives=said("warm-up too short", "too few draws"),
        ),
        Mistake(
            name="said 'a chain elsewhere' of chains that agree",
            hint="Slow waves take every chain up and down. Is there one that stays apart? R-hat "
            "would tell.",
            gives=said("a chain elsewhere", "too few draws"),
        ),
        Mistake(
            name="said 'too few draws' of a run that has enough",
            hint="All its readings keep the limits. More draws would make its error smaller, but "
            "there is nothing wrong with it.",
            gives=said("too few draws", "nothing"),
        ),
    ),
    hint="Take the instruments in the chapter's order: are there divergences, and where do they "
    "lie? If there are none, is R-hat high, and is it still for the second half of the chains? "
    "If not, what are the draws worth?",
    lesson="Each fault has a remedy of its own: another parameterisation, smaller steps, a longer "
    "warm-up, more draws, and for a chain that is stuck or elsewhere a search for the reason. "
    "Repeating a run until it happens to pass is none.",
)


# --- 06.3 -----------------------------------------------------------------------------------------


def counts(table: pd.DataFrame) -> Counts:
    """A table's successes and trials, as something to remember an answer by."""
    return tuple(table["successes"]), tuple(table["trials"])


@cache
def exact(successes: tuple[int, ...], trials: tuple[int, ...], **prior: float) -> Posterior:
    """The exact posterior, taken once."""
    return posterior(successes, trials, **prior)


def fit_table(doctors: pd.Index, post: Posterior) -> pd.DataFrame:
    """What a fit gives that samples this posterior; NaN for a spread that was fixed."""
    found = {"mu_pop": post.mu_pop, "sigma_pop": post.sigma_pop}
    found |= {f"alpha[{doctor}]": post.alpha[j] for j, doctor in enumerate(doctors)}
    means = {name: m.mean if m else np.nan for name, m in found.items()}
    return exact_table(means, {name: m.sd if m else np.nan for name, m in found.items()})


def month_table(week: Week, **prior: float) -> pd.DataFrame:
    """The exact posterior of the first month."""
    return fit_table(week.month.index, exact(*counts(week.month), **prior))


def another_posterior(change: Callable[[Week], pd.DataFrame]) -> Formula:
    """A formula: a fit of something else, whether its chains hold or not."""

    def gives(week: Week) -> pd.DataFrame:
        table = change(week)
        table.loc[CONVERGED] = np.nan
        return table

    return gives


def under(**prior: float) -> Formula:
    """A formula: a fit under another prior."""
    return another_posterior(lambda w: month_table(w, **prior))


def of_counts(which: Callable[[Week], pd.DataFrame]) -> Formula:
    """A formula: a fit of other counts."""
    return another_posterior(lambda w: fit_table(w.month.index, exact(*counts(which(w)))))


def failures(week: Week) -> pd.DataFrame:
    """The first month with failures taken for successes."""
    return week.month.assign(successes=week.month["trials"] - week.month["successes"])


def unscaled(week: Week) -> pd.DataFrame:
    """`alpha = mu_pop + z`: a spread of one, and a `sigma_pop` that no patient speaks of."""
    table = month_table(week, sigma_pop=1.0)
    table.loc["sigma_pop"] = np.sqrt(2 / np.pi), np.sqrt(1 - 2 / np.pi)
    return table


def rates(week: Week) -> pd.DataFrame:
    """Success probabilities in the place of `alpha`."""
    table, post = month_table(week), exact(*counts(week.month))
    alpha = table.index.str.startswith("alpha")
    table.loc[alpha] = np.column_stack([post.mean, post.sd])
    return table


def distances(week: Week) -> pd.DataFrame:
    """Distances from the population's mean in the place of `alpha`."""
    table = month_table(week)
    alpha = table.index.str.startswith("alpha")
    table.loc[alpha, "mean"] -= table.loc["mu_pop", "mean"]
    table.loc[alpha, "sd"] = np.nan
    return table


_SAME = "A repair changes how the sampler moves, and leaves the posterior as it was. "
_PRIOR = _SAME + "Here the prior of the spread has changed, and with it what the board is told."

repair = Task(
    id="06.3",
    title="A repair that repairs",
    points=3,
    variable="fit",
    asks="a fit of the dashboard's posterior, with chains that hold",
    answer=Draws(
        quantities={
            "mu_pop": ("mu_pop", "Intercept"),
            "sigma_pop": ("sigma_pop", "1|doctor_sigma"),
            "alpha": ("alpha", "Intercept + 1|doctor"),
        }
    ),
    tolerance=1e-6,  # beyond the draws' own Monte Carlo error
    truth=month_table,
    parts=(
        Part(
            1.5,
            "the population, from chains that may be believed",
            ("mu_pop", "sigma_pop", CONVERGED),
        ),
        Part(1.5, "the ten doctors, from chains that may be believed", ("alpha", CONVERGED)),
    ),
    mistakes=(
        Mistake(
            name="pooled the doctors completely",
            hint=_SAME + "With one rate for all there is no funnel, and no question either: "
            "whether the doctors differ is what the board wants to know.",
            gives=under(sigma_pop=0.0),
        ),
        Mistake(
            name="halved the scale of `sigma_pop`'s prior",
            hint=_PRIOR,
            gives=under(sigma_scale=0.5),
        ),
        Mistake(
            name="gave `sigma_pop` a prior a tenth as wide",
            hint=_PRIOR,
            gives=under(sigma_scale=0.1),
        ),
        Mistake(
            name="doubled the scale of `sigma_pop`'s prior",
            hint=_PRIOR,
            gives=under(sigma_scale=2.0),
        ),
        Mistake(
            name="gave `sigma_pop` a prior ten times as wide",
            hint=_PRIOR + " So few patients cannot rule out what such a prior allows.",
            gives=under(sigma_scale=10.0),
        ),
        Mistake(
            name="narrowed the prior of `mu_pop` to a standard normal",
            hint=_SAME + "The prior of `mu_pop` stands in the dashboard's model.",
            gives=under(mu_scale=1.0),
        ),
        Mistake(
            name="widened the prior of `mu_pop`",
            hint=_SAME + "The prior of `mu_pop` stands in the dashboard's model.",
            gives=under(mu_scale=10.0),
        ),
        Mistake(
            name="fixed the spread at one and sampled `sigma_pop` beside it",
            hint="In the non-centred model `sigma_pop` stretches each doctor's `z`. Where in your "
            "model does it meet the patients?",
            gives=another_posterior(unscaled),
        ),
        Mistake(
            name="fed in all patients of the clinic",
            hint="That mends the funnel by waiting for more patients. The task is about the first "
            "month, with the counts in `month`.",
            gives=of_counts(lambda w: w.today),
        ),
        Mistake(
            name="took failures for successes",
            hint="`month` counts successes; which column did you observe?",
            gives=of_counts(failures),
        ),
        Mistake(
            name="handed in success rates as `alpha`",
            hint="`alpha` is on the log-odds; the rate is what the logistic function makes of it.",
            gives=another_posterior(rates),
            credit=0.5,
        ),
        Mistake(
            name="handed in each doctor's distance from the population's mean as `alpha`",
            hint="The distance is a part of `alpha`; what is missing is where it is measured from.",
            gives=another_posterior(distances),
            credit=0.5,
        ),
    ),
    hint="Same patients, same priors, all ten doctors: only the coordinates in which the sampler "
    "moves may differ from the dashboard's model.",
    lesson="Same posterior, other coordinates: the sampler now moves in numbers whose width does "
    "not depend on the spread. Nothing that the model says about the clinic has changed.",
)


# --- 06.4 -----------------------------------------------------------------------------------------

GUESS = {"first month": 0.8, "today": 0.8, "alike": 0.3, "hospitals": 0.4}
"""The spread, on the log-odds, that each place is supposed to have."""


def places(week: Week) -> dict[str, pd.DataFrame]:
    """Successes and trials of each place."""
    today = week.today
    return {"first month": week.month, "today": today, "alike": today, "hospitals": week.hospitals}


def caseloads(
    week: Week, even: Callable[[str, pd.DataFrame], float] | None = None, **above: Any
) -> pd.DataFrame:
    """The even caseload of each place by a formula, and `above`; NaN where one is not given."""
    found = {place: even(place, t) if even else np.nan for place, t in places(week).items()}
    return pd.DataFrame({"even": pd.Series(found), "above": above.get("above", np.nan)})


def pooled(table: pd.DataFrame) -> float:
    """Success rate of all patients of a place together."""
    return float(table["successes"].sum() / table["trials"].sum())


def information(table: pd.DataFrame) -> float:
    """What one patient tells about the log-odds."""
    return pooled(table) * (1 - pooled(table))


def evenly(place: str, table: pd.DataFrame) -> float:
    """The caseload at which patients and population hold a doctor equally."""
    return 1 / (GUESS[place] ** 2 * information(table))


def by_place(count: Callable[[pd.Series, float], float]) -> Callable[[Week], pd.Series]:
    """Something of the caseloads and the even one, for each place."""
    return lambda w: pd.Series(
        {place: float(count(t["trials"], evenly(place, t))) for place, t in places(w).items()}
    )


above = by_place(lambda n, even: (n > even).sum())


def even_by(even: Callable[[str, pd.DataFrame], float]) -> Formula:
    """A formula: even caseloads that are computed in another way, no word on `above`."""
    return lambda w: caseloads(w, even)


def above_by(count: Callable[[pd.Series, float], float]) -> Formula:
    """A formula: another count, no word on `even`."""
    return lambda w: caseloads(w, above=by_place(count)(w))


def mean_rate(table: pd.DataFrame) -> float:
    """What one patient tells at the mean of the raw rates."""
    p = float((table["successes"] / table["trials"]).mean())
    return p * (1 - p)


_SOLVE = "Write down the chapter's weight, set it to one half and solve for the caseload. "

when_to_centre = Task(
    id="06.4",
    title="How many are many?",
    points=2,
    variable="centring",
    asks="for each place the caseload at which the weight is one half, and how many have more, "
    "columns even and above",
    answer=Table("place", "'{label}'"),
    tolerance=0.06,  # one decimal is enough
    truth=lambda w: caseloads(w, evenly, above=above(w)),
    parts=(
        Part(1.25, "'even', the caseload at which both hold equally", "even"),
        Part(0.75, "'above', how many have more patients than that", "above"),
    ),
    mistakes=(
        Mistake(
            name="did not square the spread",
            hint=_SOLVE + "A strength is one over a variance, not over a standard deviation.",
            gives=even_by(lambda place, t: 1 / (GUESS[place] * information(t))),
            credit=0.5,
        ),
        Mistake(
            name="multiplied by the spread's square",
            hint=_SOLVE + "The less the doctors differ, the more patients it takes.",
            gives=even_by(lambda place, t: GUESS[place] ** 2 / information(t)),
            credit=0.25,
        ),
        Mistake(
            name="turned the fraction upside down",
            hint=_SOLVE + "The less a patient tells, the more patients it takes.",
            gives=even_by(lambda place, t: GUESS[place] ** 2 * information(t)),
            credit=0.25,
        ),
        Mistake(
            name="left the spread out",
            hint=_SOLVE + "The population's strength depends on the spread.",
            gives=even_by(lambda place, t: 1 / information(t)),
        ),
        Mistake(
            name="used one spread for all places",
            hint="Each place comes with a guess of its own, in `guess`.",
            gives=even_by(lambda place, t: 1 / (GUESS["today"] ** 2 * information(t))),
            credit=0.25,
        ),
        Mistake(
            name="left θ(1 − θ) out",
            hint=_SOLVE + "What one patient tells depends on the rate.",
            gives=even_by(lambda place, t: 1 / GUESS[place] ** 2),
        ),
        Mistake(
            name="took every rate for one half",
            hint="That is where a patient tells most. What are the rates of these places?",
            gives=even_by(lambda place, t: 4 / GUESS[place] ** 2),
            credit=0.25,
        ),
        Mistake(
            name="put the success rate where θ(1 − θ) belongs",
            hint=_SOLVE + "A rate near one tells little, since nearly every patient does well.",
            gives=even_by(lambda place, t: 1 / (GUESS[place] ** 2 * pooled(t))),
            credit=0.25,
        ),
        Mistake(
            name="put the failure rate where θ(1 − θ) belongs",
            hint=_SOLVE + "Both factors count.",
            gives=even_by(lambda place, t: 1 / (GUESS[place] ** 2 * (1 - pooled(t)))),
            credit=0.5,
        ),
        Mistake(
            name="took the root of θ(1 − θ)",
            hint=_SOLVE + "What a patient tells is the variance of an outcome, not its root.",
            gives=even_by(lambda place, t: 1 / (GUESS[place] ** 2 * np.sqrt(information(t)))),
            credit=0.5,
        ),
        Mistake(
            name="averaged the raw rates, each doctor counting alike",
            hint="The task says which rate to take: that of all patients of a place together.",
            gives=even_by(lambda place, t: 1 / (GUESS[place] ** 2 * mean_rate(t))),
            credit=0.5,
        ),
        Mistake(
            name="gave the weight at the mean caseload",
            hint="The question is the other way round: at which caseload is the weight one half?",
            gives=even_by(lambda place, t: _weight(place, t, t["trials"].mean())),
        ),
        Mistake(
            name="counted those below",
            hint="`above` counts the ones whom their own patients hold more firmly.",
            gives=above_by(lambda n, even: (n < even).sum()),
            credit=0.5,
        ),
        Mistake(
            name="gave a share as `above`",
            hint="`above` is a number of doctors or hospitals.",
            gives=above_by(lambda n, even: (n > even).mean()),
            credit=0.5,
        ),
        Mistake(
            name="counted patients",
            hint="`above` is a number of doctors or hospitals, not of their patients.",
            gives=above_by(lambda n, even: n[n > even].sum()),
            credit=0.25,
        ),
    ),
    hint=_SOLVE + "Then count the caseloads of that place that are larger.",
    lesson="'Many patients' is no fixed number. The rarer the failures and the more alike the "
    "doctors, the more patients it takes before their own outcomes hold them, and the centred "
    "model is the better one.",
)


def _weight(place: str, table: pd.DataFrame, n: float) -> float:
    """The share of the doctor's own patients in what holds the doctor."""
    own = n * information(table)
    return own / (own + 1 / GUESS[place] ** 2)


EXERCISE = Exercise(
    id="06",
    title="When the sampler fails",
    minutes=40,
    load=load,
    tasks=(instruments, diagnoses, repair, when_to_centre),
)
