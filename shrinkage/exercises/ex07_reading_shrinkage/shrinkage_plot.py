"""Task 07.2: the shrinkage plot, read mark by mark."""

from shrinkage.exercises.answers import Picture
from shrinkage.exercises.ex07_reading_shrinkage.estimates import mean_log_odds, raw_rates
from shrinkage.exercises.ex07_reading_shrinkage.marks import (
    anywhere,
    as_short,
    axis_named,
    by_caseload,
    by_estimate,
    ends_taken_for_distances,
    in_its_row,
    left_out,
    log_odds_ends,
    mark_error,
    no_interval,
    on_log_odds,
    one_sd_each_side,
    picture_seen,
    quantiles,
    shortest_ends,
    shown,
    upside_down,
    wilson,
)
from shrinkage.exercises.intervals import shortest_given
from shrinkage.exercises.mistakes import Mistake
from shrinkage.exercises.task import Part, Task

_ROWS = "The names at the rows are in another order than the marks. "

TASK = Task(
    id="07.2",
    title="The shrinkage plot",
    points=2,
    variable="picture",
    asks="the shrinkage plot, with the doctors' names at its rows",
    answer=Picture(),
    tolerance=mark_error,
    truth=picture_seen,
    parts=(
        Part(0.5, "every doctor's raw rate in the doctor's row", shown("raw")),
        Part(0.5, "every doctor's estimate in the doctor's row", shown("estimate")),
        Part(0.5, "the ends of the intervals", shown("lower", "upper")),
        Part(0.5, "a name for the axis of rates", axis_named, alone=False),
    ),
    mistakes=(
        Mistake(
            name="left the axis of rates without a name",
            hint="A reader who meets the picture alone cannot know what is measured: "
            "`ax.set_xlabel`, in words that a clinician uses.",
            instead={"axis": 0.0},
        ),
        Mistake(
            name="drew percent instead of proportions",
            hint="Draw on the scale from 0 to 1. If the axis should read in percent, matplotlib's "
            "`PercentFormatter(1)` writes it so.",
            instead={"scale": 100.0},
            tolerance=anywhere(100),
            plain=True,
            credit=0.5,
        ),
        Mistake(
            name="left the raw rates out, or drew them on another scale",
            hint="Without the crosses it is a forest plot: nobody sees where an estimate came "
            "from. Crosses and circles are both on the scale from 0 to 1.",
            instead={"raw": left_out},
            tolerance=in_its_row,
        ),
        Mistake(
            name="drew the raw rates twice and no estimates",
            hint="The circles belong at the posterior means: the column estimate of task 07.1.",
            instead={"estimate": raw_rates},
            tolerance=in_its_row,
        ),
        Mistake(
            name="left the intervals out",
            hint="An arrow does not say how sure its end is. Add the credible interval of each "
            "doctor's rate: `ax.hlines` takes its ends, `errorbar` distances from the circle.",
            instead={"ends": no_interval},
            tolerance=in_its_row,
        ),
        Mistake(
            name="handed the ends of the intervals to `errorbar`, which takes distances",
            hint="`xerr` is how far the bar goes to either side of the circle. `ax.hlines` takes "
            "the ends themselves.",
            instead={"ends": ends_taken_for_distances},
            credit=0.5,
        ),
        Mistake(
            name="drew shorter intervals, which hold about nine tenths of the posterior",
            hint="The task asks for another level. ArviZ takes one of its own unless it is told "
            "`ci_prob`; or take the two quantiles themselves.",
            instead={"ends": quantiles(0.0525, 0.9475)},
            credit=0.5,
        ),
        shortest_given({"ends": shortest_ends}, as_short, name="drew the shortest intervals"),
        Mistake(
            name="drew the middle half of the posterior",
            hint="That is the thick line of a forest plot. The task asks for the wide interval.",
            instead={"ends": quantiles(0.25, 0.75)},
            credit=0.5,
        ),
        Mistake(
            name="drew one standard deviation to each side of the estimate",
            hint="Take quantiles of the draws: a posterior near the end of the scale is lopsided, "
            "and one standard deviation leaves a third of it out.",
            instead={"ends": one_sd_each_side},
            credit=0.25,
        ),
        Mistake(
            name="drew Wilson's intervals of the raw rates",
            hint="Those belong to the crosses and know one doctor at a time. The interval of the "
            "estimate comes from the draws.",
            instead={"ends": wilson},
        ),
        Mistake(
            name="sorted the marks by estimate and not the names",
            hint=_ROWS + "Sort one table, then take both from it.",
            instead={"names": by_estimate},
            tolerance=anywhere(),
            credit=0.25,
        ),
        Mistake(
            name="sorted the marks by caseload and not the names",
            hint=_ROWS + "Sort one table, then take both from it.",
            instead={"names": by_caseload},
            tolerance=anywhere(),
            credit=0.25,
        ),
        Mistake(
            name="turned the order of the names round",
            hint=_ROWS + "Row 0 is at the bottom. To have the first doctor on top, keep the rows "
            "and use `ax.invert_yaxis()`.",
            instead={"names": upside_down},
            tolerance=anywhere(),
            credit=0.25,
        ),
        Mistake(
            name="drew log-odds beside raw rates",
            hint="The raw rates lie between 0 and 1; draw the estimates and intervals of `theta`, "
            "not of `alpha`.",
            instead={"estimate": mean_log_odds, "ends": log_odds_ends},
            tolerance=on_log_odds,
        ),
    ),
    hint="In the row that has the doctor's name there should be the raw rate, the estimate and "
    "the two ends of the interval.",
    lesson="Read the widths first. A circle inside a wide interval says little about its doctor, "
    "wherever it stands.",
)
