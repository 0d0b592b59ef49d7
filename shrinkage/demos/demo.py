"""The base class of all demos: an anywidget with checked traits, a start and a still picture."""

import math
import numbers
from pathlib import Path
from typing import Any

import anywidget
import traitlets

HERE = Path(__file__).parent


class Checked(traitlets.TraitType):
    """A number in a range (`low` to `high`, ends included), refused with a sentence that helps."""

    kind, abstract = "number", numbers.Real

    def __init__(
        self, default: float | None, low: float, high: float, meaning: str, **options: Any
    ) -> None:
        super().__init__(
            default, help=f"{meaning}: a {self.kind} from {low:,.10g} to {high:,.10g}.", **options
        )
        self.low, self.high, self.meaning = low, high, meaning
        self.tag(sync=True)

    def validate(self, obj: traitlets.HasTraits, value: Any) -> float:
        """Return the value as the browser is sent it, or refuse it."""
        # With `allow_none=True`, traitlets lets None through before it comes here.
        is_number = isinstance(value, self.abstract) and not isinstance(value, bool)
        if is_number and math.isfinite(value) and self.low <= value <= self.high:
            return self.plain(value)
        raise traitlets.TraitError(
            f"{type(obj).__name__}.{self.name} ({self.meaning}) takes a {self.kind} "
            f"from {self.low:,.10g} to {self.high:,.10g}, found {value!r}. "
            f"Set it to a value in that range, {self.default_value!r} for instance."
        )

    plain = float  # what the browser is sent: no NumPy scalar survives JSON


class Whole(Checked):
    """A whole number in a range."""

    kind, abstract, plain = "whole number", numbers.Integral, int


class Demo(anywidget.AnyWidget):
    """Base of the demos.

    A demo names its bundle in `_esm`, its state in traits tagged `sync`, and draws one still
    picture (`still`) for the places where nothing moves: no JavaScript, GitHub, a PDF.
    """

    start = traitlets.Dict(
        read_only=True, help="The state the demo was made with; its reset returns to it."
    ).tag(sync=True)

    def __init__(self, **state: Any) -> None:
        unknown = sorted(set(state) - set(self.trait_names()))
        if unknown:
            raise TypeError(
                f"{type(self).__name__} has no setting {unknown[0]!r}; "
                f"it has {', '.join(self.settings())}."
            )
        super().__init__(**state)
        self.set_trait("start", self.state())

    @classmethod
    def settings(cls) -> list[str]:
        """Names of the traits that make up the demo's state, in the order of their definition."""
        written = cls.__mro__[: cls.__mro__.index(Demo)]
        found = [
            name
            for layer in reversed(written)
            for name, trait in vars(layer).items()
            if isinstance(trait, traitlets.TraitType)
            and trait.metadata.get("sync")
            and not trait.read_only
            and not name.startswith("_")
        ]
        return list(dict.fromkeys(found))  # a demo may say anew what its base has

    def state(self) -> dict:
        """The demo's present state: a plain dict that makes an equal demo when passed back."""
        return {name: getattr(self, name) for name in self.settings()}

    def still(self) -> tuple[str, str]:
        """The picture of the present state as SVG, and the sentence that says what it shows."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict, dict]:
        bundle = super()._repr_mimebundle_(**kwargs)
        assert bundle is not None
        data, metadata = bundle
        svg, sentence = self.still()
        data |= {"image/svg+xml": svg, "text/plain": sentence}
        return data, metadata | {"image/svg+xml": {"alt": sentence}}
