"""How fast the exact posterior is in Python, beside the browser's engine and PyMC in the same run.

`make bench-exact` prints the table; the exit code is 1 where Python takes more than `TIMES` as long
as the browser, or its first call more than `FIRST` times as long as a later one. Rounds of Python
and browser alternate, so that whatever else the machine does slows both alike. What is computed is
what a demo draws: means, 95 % intervals and the density of `sigma_pop`, of other counts each time.

Then tables of up to fifty thousand doctors, each in a process of its own, with what a report asks:
means, intervals, the chance of lying below a standard, and places. There the exit code is 1 where
the memory is more than `MOST_MEMORY`, or where a doctor among the most takes more than `LINEAR`
times as long as one among a thousand.
"""

from __future__ import annotations

import argparse
import ast
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# As in the browser, one thread; threads that wait for each other take twenty times as long for
# the small products of matrices here on a busy machine.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np
from demos import Work, call, open_page, works

from shrinkage.exact import posterior

TIMES = 3.0  # most that Python may take, in multiples of the browser's time
FIRST = 10.0  # most that a process's first call may take, in multiples of a later one's
ROUNDS = 12
SIZES = (5, 100, 200, 1_000, 5_000, 50_000)  # doctors, no two of them with the same counts
MOST_MEMORY = {5_000: 1.0, 50_000: 3.0}  # GB
LINEAR = 3.0
ASKED = ("posterior", "means", "intervals", "sigma_pop", "below", "places")
WORKS = ("10 doctors, from scratch", "200 hospitals, from scratch", "200 doctors, from scratch")


def varied(table: dict[str, list[int]], seed: int) -> Iterator[dict[str, np.ndarray]]:
    """The table, again and again, with a success more or less for every doctor."""
    rng = np.random.default_rng(seed)
    trials = np.array(table["trials"])
    while True:
        moved = np.array(table["successes"]) + rng.integers(-1, 2, len(trials))
        yield {"successes": np.clip(moved, 0, trials), "trials": trials}


def timed(question: dict[str, Any]) -> float:
    """Milliseconds of one posterior, with what a demo draws of it."""
    start = time.perf_counter()
    found = posterior(**question)
    drawn = found.mean, found.interval(), found.sigma_pop.density
    assert all(np.isfinite(values).all() for values in drawn)
    return 1e3 * (time.perf_counter() - start)


def beside(page: Any, work: Work, rounds: int) -> tuple[np.ndarray, np.ndarray]:
    """Times in Python and in the browser, milliseconds, in alternating rounds."""
    each = 20 if len(work.table["trials"]) < 50 else 5
    question = {"table": work.table, "kind": "posterior", "naiveRepetitions": 0, "warm": 0}
    call(page, "measure", question | {"repetitions": 3 * each})  # both warm
    questions = varied(work.table, 1)
    for _ in range(each):
        timed(next(questions))
    python, browser = [], []
    for _ in range(rounds):
        python += [timed(next(questions)) for _ in range(each)]
        browser += call(page, "measure", question | {"repetitions": each})["engine"]
    return np.array(python), np.array(browser)


def first_call(work: Work) -> tuple[float, float]:
    """The first call in a new process, and the median of the twenty after it, milliseconds."""
    times = _in_a_process(
        f"questions = exact.varied({work.table!r}, 2); "
        "print([exact.timed(next(questions)) for _ in range(21)])"
    )
    return times[0], float(np.median(times[1:]))


def _in_a_process(code: str) -> Any:
    """The plain data that code, which has this module as ``exact``, prints in a new process."""
    start = "import sys; sys.path.append(sys.argv[1]); import exact; "
    run = subprocess.run(
        [sys.executable, "-c", start + code, str(Path(__file__).parent)],
        capture_output=True,
        text=True,
        check=True,
    )
    return ast.literal_eval(run.stdout)


def asked(size: int) -> dict[str, float]:
    """Seconds of each thing a report asks of so many doctors, and the process's peak memory, GB."""
    rng = np.random.default_rng(size)
    trials = rng.permutation(10 + np.arange(size) * max(1, 5_000 // size))
    successes = rng.binomial(trials, 1 / (1 + np.exp(-rng.normal(1.5, 0.4, size))))
    found, took = [], {}
    for name, work in (
        ("posterior", lambda: found.append(posterior(successes, trials))),
        ("means", lambda: found[0].mean),
        ("intervals", lambda: found[0].interval()),
        ("sigma_pop", lambda: found[0].sigma_pop),
        ("below", lambda: found[0].below(0.8)),
        ("places", lambda: found[0].places()),
    ):
        start = time.perf_counter()
        work()
        took[name] = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # kB, but bytes on a Mac
    return took | {"memory": peak / (1e9 if sys.platform == "darwin" else 1e6)}


def many() -> list[str]:
    """Print a line for each size, and return what is missed."""
    missed, each = [], {}
    print(f"\n{'doctors':>8}" + "".join(f"{what:>11}" for what in ASKED) + f"{'GB':>8}")
    for size in SIZES:
        took = _in_a_process(f"print(exact.asked({size}))")
        memory = took.pop("memory")
        each[size] = sum(took.values()) / size
        print(f"{size:>8,}" + "".join(f"{took[k]:>9.2f} s" for k in ASKED) + f"{memory:>8.2f}")
        if memory > MOST_MEMORY.get(size, np.inf):
            missed.append(f"memory of {size:,}")
    if each[SIZES[-1]] > LINEAR * each[1_000]:
        missed.append("linear time")
    return missed


def sampled(work: Work) -> float:
    """Seconds that PyMC's sampler takes for the same posterior, its model already compiled."""
    import pymc as pm

    successes, trials = (np.array(work.table[name]) for name in ("successes", "trials"))
    with pm.Model(coords={"doctor": np.arange(len(trials))}):
        seen = pm.Data("seen", successes, dims="doctor")
        mu_pop = pm.Normal("mu_pop", 0, 1.5)
        sigma_pop = pm.HalfNormal("sigma_pop", 1)
        z = pm.Normal("z", 0, 1, dims="doctor")
        alpha = pm.Deterministic("alpha", mu_pop + sigma_pop * z, dims="doctor")
        pm.Binomial("successes", n=trials, logit_p=alpha, observed=seen, dims="doctor")
        took = 0.0
        for seed in (1, 2):  # the first one compiles
            start = time.perf_counter()
            pm.sample(
                random_seed=seed,
                progressbar=False,
                quiet=True,
                target_accept=0.95,
                compute_convergence_checks=False,
            )
            took = time.perf_counter() - start
    return took


def main() -> int:
    """Print the table; 1 where a ratio does not hold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"default: {ROUNDS}")
    parser.add_argument("--no-pymc", action="store_true", help="leave out the sampler")
    options = parser.parse_args()
    chosen = [work for work in works() if work.name in WORKS]
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; medians (fastest), ms\n")
    print(f"{'':<30}{'Python':>18}{'browser':>18}{'Python takes':>16}{'at most':>12}")
    missed = []
    with open_page() as page:
        for work in chosen:
            python, browser = beside(page, work, options.rounds)
            ratio = float(np.median(python) / np.median(browser))
            if ratio > TIMES:
                missed.append(work.name)
            print(
                f"{work.name:<30}{_times(python):>18}{_times(browser):>18}"
                f"{f'{ratio:.1f} times':>16}{f'{TIMES:g} times':>12}",
                flush=True,
            )
    first, later = first_call(chosen[0])
    print(f"\nThe first call in a process takes {first:.0f} ms, {first / later:.1f} later ones.")
    if first > FIRST * later:
        missed.append("the first call")
    missed += many()
    if not options.no_pymc:
        took = sampled(chosen[0])
        print(f"PyMC samples the ten doctors in {took:.1f} s, its model already compiled.")
    print(f"\nMissed: {'; '.join(missed)}." if missed else "\nAll ratios are kept.")
    return int(bool(missed))


def _times(values: np.ndarray) -> str:
    return f"{np.median(values):.2f} ({values.min():.2f})"


if __name__ == "__main__":
    sys.exit(main())
