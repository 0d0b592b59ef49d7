"""Properties that hold for any table: the examples each is held to, and the search for new ones.

`tests/kept/` has the examples of each test, plain data, one a line, so that a change always meets
the same ones. `pytest --hypothesis-profile=search` also draws new ones. The smallest
that fails is kept in `tests/faults/`, and the run ends with a list of them, to be committed: a
known fault is expected to fail from then on, and moves to `tests/kept/` when it is mended.

`python tests/properties.py` draws the examples of a test that has none yet.
"""

import inspect
import json
import os
import sys
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

KEPT = Path(__file__).parent / "kept"
FAULTS = Path(__file__).parent / "faults"
PROFILES = {
    "kept": {"phases": [Phase.explicit]},
    # What was found earlier is in files: Hypothesis's own database would keep it on one machine.
    "search": {"phases": [Phase.explicit, Phase.generate, Phase.shrink], "database": None},
}
_properties: dict[str, tuple[int, st.SearchStrategy]] = {}
found: dict[str, list] = {}
"""What this run's search has found, by the test's id."""


def for_any(*strategies: st.SearchStrategy, kept: int, search: int) -> Callable:
    """Decorate a test whose last arguments are drawn from these strategies, as plain data.

    `kept` is how many examples are drawn for its file, once; `search` how many new ones a search
    looks at.
    """

    def decorate(test: Callable) -> Callable:
        name = f"{test.__module__.split('.')[-1]}.{test.__name__}"
        arguments = list(inspect.signature(test).parameters)[-len(strategies) :]
        _properties[name] = (kept, st.tuples(*strategies))
        held, known = read(KEPT, name), read(FAULTS, name)

        @wraps(test)
        def watched(**given_: Any) -> None:
            values = plain([given_[argument] for argument in arguments])
            if values in known:
                return
            try:
                test(**given_)
            except OSError:  # a tool that broke down, whatever the values
                raise
            except Exception:
                if values not in held:
                    # Hypothesis runs the smallest once more at the end: that one is left here.
                    found[os.environ["PYTEST_CURRENT_TEST"].rpartition(" ")[0]] = values
                    write(FAULTS, name, [*known, values])
                raise

        drawn = given(**dict(zip(arguments, strategies, strict=True)))(watched)
        for values in reversed(held):
            drawn = example(**dict(zip(arguments, values, strict=True)))(drawn)
        unhurried = [HealthCheck.too_slow, HealthCheck.data_too_large]
        drawn = settings(max_examples=search, deadline=None, suppress_health_check=unhurried)(drawn)
        drawn.on = test
        return drawn

    return decorate


def faults() -> list[tuple[str, str, list]]:
    """The known faults: the module and the name of the test that found each, and the values."""
    names = sorted(path.stem for path in FAULTS.glob("*.json"))
    return [(*name.split("."), values) for name in names for values in read(FAULTS, name)]


def unmatched() -> str:
    """What to do about a property without examples, or examples without a property; or nothing."""
    if missing := [name for name in _properties if not read(KEPT, name)]:
        return f"no examples in tests/kept of {missing}: run python tests/properties.py"
    modules = {name.split(".")[0] for name in _properties}
    kept = [path.stem for path in [*KEPT.glob("*.json"), *FAULTS.glob("*.json")]]
    stray = [name for name in kept if name.split(".")[0] in modules and name not in _properties]
    return f"no test has these examples: {stray}; rename or delete their files" if stray else ""


def plain(values: Any) -> Any:
    """The same as JSON gives it back: lists for tuples."""
    return json.loads(json.dumps(values))


def read(folder: Path, name: str) -> list:
    """The examples of a test, each the list of its arguments."""
    path = folder / f"{name}.json"
    return json.loads(path.read_text()) if path.is_file() else []


def write(folder: Path, name: str, examples: list) -> None:
    """Write them, one a line."""
    rows = ",\n".join(json.dumps(values, separators=(",", ":")) for values in examples)
    (folder / f"{name}.json").write_text(f"[\n{rows}\n]\n")


def draw(count: int, strategy: st.SearchStrategy) -> list:
    """So many examples of a strategy, always the same with one version of Hypothesis.

    It begins with the simplest: every tenth of ten times as many shows more of what there is.
    """
    drawn = []

    @settings(max_examples=10 * count, derandomize=True, deadline=None, phases=[Phase.generate])
    @given(strategy)
    def look(values: Any) -> None:
        drawn.append(plain(values))

    look()
    return drawn[9::10]


def main() -> None:
    """Draw the examples that are missing."""
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        if f"from {Path(__file__).stem} import" in path.read_text():
            import_module(path.stem)
    for name, (count, strategy) in _properties.items():
        if not read(KEPT, name):
            write(KEPT, name, draw(count, strategy))
            print(f"{name}: {count} examples")


if __name__ == "__main__":
    sys.modules["properties"] = sys.modules["__main__"]  # what the tests import is this module
    main()
