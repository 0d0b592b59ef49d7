"""How far the demos' exact posterior is from Python's, over random tables of every kind.

`make bench-accuracy` looks at a thousand; `python benchmarks/accuracy.py --tables N --seed S` at as
many as are asked for, always the same for one seed. It prints, for each number that the engine
answers, the worst table and how far off that is in shares of the promised error (see
`tests/engine.py`); the exit code is 1 where a promise is broken. Half of the tables are dragged to:
the engine answers for a table nearby first, and goes on from there.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from scipy.special import expit

from shrinkage.exact import posterior

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))
from engine import MODULE, ask, distances, looked_at, question
from node import Node

Rng = np.random.Generator
Counts = np.ndarray
MOST_RANKED = 25  # doctors whose places are compared: more take long


@dataclass(frozen=True)
class Case:
    """A question to both engines.

    Attributes
    ----------
    successes, trials : list of int
        One entry a doctor.
    options : dict
        Scales of the hyperpriors, as both engines take them.
    walk : list of pairs
        Tables (successes, trials) from which the engine comes to this one, the first from scratch.
    """

    successes: list[int]
    trials: list[int]
    options: dict[str, float]
    walk: list[tuple[list[int], list[int]]]


CASELOADS: dict[str, Callable[[Rng, int], Counts]] = {
    "one patient": lambda rng, size: np.ones(size),
    "few patients": lambda rng, size: rng.integers(1, 13, size),
    "many patients": lambda rng, size: 10 ** rng.uniform(2, 4, size),
    "a million": lambda rng, size: 10 ** rng.uniform(4, 6, size),
    "any caseload": lambda rng, size: 10 ** rng.uniform(0, 4, size),
    "one doctor has nearly all": lambda rng, size: np.where(
        np.arange(size) == 0, 10 ** rng.uniform(3, 5), rng.integers(1, 9, size)
    ),
    "none or thousands": lambda rng, size: 10 ** rng.uniform(3, 4, size) * rng.integers(0, 2, size),
}
OUTCOMES: dict[str, Callable[[Rng, Counts], Counts]] = {
    "a spread": lambda rng, n: rng.binomial(
        n, expit(rng.normal(rng.normal(0, 1.5), rng.uniform(0, 1.5), n.size))
    ),
    "a wide spread": lambda rng, n: rng.binomial(n, expit(rng.normal(0, 4, n.size))),
    "one rate": lambda rng, n: rng.binomial(n, rng.uniform()),
    "all successes": lambda rng, n: n,
    "no success": lambda rng, n: 0 * n,
    "all or nothing": lambda rng, n: n * rng.integers(0, 2, n.size),
    "near ties": lambda rng, n: np.clip(
        (n * rng.uniform()).round().astype(int) + rng.integers(-1, 2, n.size), 0, n
    ),
    "one at odds with all": lambda rng, n: np.where(
        np.arange(n.size) == 0, n, rng.binomial(n, rng.uniform(0.02, 0.5))
    ),
}


def case(rng: Rng) -> Case:
    """A table of any kind, with priors of any kind, typed in or dragged to."""
    size = int(rng.choice([rng.integers(1, 6), rng.integers(1, 16), rng.integers(1, 81)]))
    size = int(rng.integers(81, 201)) if rng.uniform() < 0.02 else size
    caseload = CASELOADS[str(rng.choice(list(CASELOADS)))]
    trials = np.maximum(np.rint(caseload(rng, size)), 0).astype(int)
    if rng.uniform() < 0.2:
        trials[rng.uniform(size=size) < 0.3] = 0
    successes = OUTCOMES[str(rng.choice(list(OUTCOMES)))](rng, trials).astype(int)
    walk = list(dragged(rng, successes, trials)) if rng.uniform() < 0.5 else []
    return Case(successes.tolist(), trials.tolist(), priors(rng), walk)


def priors(rng: Rng) -> dict[str, float]:
    """The course's, odd ones, or a fixed `sigma_pop`."""
    kind = rng.uniform()
    if kind < 0.5:
        return {}
    options = {
        "mu_loc": float(rng.uniform(-3, 3)),
        "mu_scale": float(np.exp(rng.uniform(np.log(0.1), np.log(20)))),
        "sigma_scale": float(np.exp(rng.uniform(np.log(0.05), np.log(20)))),
        "sigma_pop": float(np.exp(rng.uniform(np.log(0.01), np.log(100)))),
    }
    if kind < 0.65:
        del options["sigma_pop"]
    return {name: round(value, 3) for name, value in options.items() if rng.uniform() < 0.6}


def dragged(rng: Rng, successes: Counts, trials: Counts) -> Iterator[tuple[list[int], list[int]]]:
    """Tables on the way to this one: a doctor's counts change a little, or to anything."""
    j = int(rng.integers(trials.size))
    for _ in range(int(rng.integers(1, 5))):
        s, n = successes.copy(), trials.copy()
        if rng.uniform() < 0.2:
            j = int(rng.integers(trials.size))
        if rng.uniform() < 0.5:
            n[j] = round(n[j] * rng.uniform(0.5, 2.0) + rng.integers(0, 4))
            s[j] = min(s[j], n[j])
        else:
            s[j] = np.clip(s[j] + rng.normal(0, 0.1 * n[j] + 1), 0, n[j])
        yield s.tolist(), n.tolist()


def look(node: Node, asked: Case) -> dict[str, float]:
    """How far the engine is off, in shares of what it promises."""
    table = asked.successes, asked.trials
    exact = posterior(*table, **asked.options)
    doctors = looked_at(table)
    what = question(exact, doctors) | {"ranks": len(asked.trials) <= MOST_RANKED}
    answer = ask(node, table, asked.options, start=asked.walk, **what)
    return distances(answer, exact, table, doctors)


def main() -> int:
    """Print the worst table for each number; 1 where a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tables", type=int, default=1000, help="how many (default: 1000)")
    parser.add_argument("--seed", type=int, default=0, help="which (default: 0)")
    given = parser.parse_args()
    worst: dict[str, tuple[float, Case]] = {}
    broken = 0
    with Node(MODULE) as node:
        for i in range(given.tables):
            asked = case(np.random.default_rng([given.seed, i]))
            found = look(node, asked)
            if max(found.values()) > 1.0:
                broken += 1
                print(f"BROKEN {json.dumps(found)}\n{json.dumps(asdict(asked))}", flush=True)
            for name, distance in found.items():
                kind = name.split()[0] if name.startswith("alpha") else name
                if kind not in worst or distance > worst[kind][0]:
                    worst[kind] = distance, asked
    print(f"\n{given.tables} tables, {broken} of them beyond a promise. In shares of it, at worst:")
    for name, (distance, asked) in sorted(worst.items(), key=lambda row: -row[1][0]):
        print(f"{name:<28}{distance:>8.3f}  {json.dumps(asdict(asked))[:300]}")
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main())
