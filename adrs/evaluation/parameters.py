"""Reads the parameters of an evaluator or a scenario; what is wrong is named with what was found.

Every evaluator family reads its parameters through `Parameters`, so that the same fault has the
same words everywhere: "scenario train/0003.rows: expected a whole number of at least 1, got 0."
"""

import math
import sys
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NoReturn, TypeVar

from adrs.core.scenario import Scalar, Scenario
from adrs.errors import ProblemError

EnumT = TypeVar("EnumT", bound=StrEnum)
_LARGEST = sys.float_info.max


class Parameters:
    """Parameters of which each is known and none is missing, read one by one with a range.

    Args:
        values: what was given.
        where: what an error's text starts with, such as "spot params".
        required: names that must be there.
        defaults: names that may be left out, with the value they then have.

    Raises:
        ProblemError: a name is unknown or missing.
    """

    def __init__(
        self,
        values: Mapping[str, Scalar],
        where: str,
        required: Iterable[str] = (),
        *,
        defaults: Mapping[str, Scalar] | None = None,
    ) -> None:
        needed, optional = tuple(required), dict(defaults or {})
        known = (*needed, *optional)
        for key in values:
            if key not in known:
                names = ", ".join(known) or "none"
                raise ProblemError(f"{where}: unknown parameter '{key}'; there are {names}.")
        for key in needed:
            if key not in values:
                raise ProblemError(f"{where}: parameter '{key}' is missing.")
        self._values = {**optional, **values}
        self._where = where

    @classmethod
    def of_scenario(cls, scenario: Scenario, required: Iterable[str]) -> "Parameters":
        """Return the parameters of a scenario, all of which are required.

        Raises:
            ProblemError: a name is unknown or missing.
        """
        return cls(scenario.params, f"scenario {scenario.id}", required)

    def raw(self, key: str) -> Scalar:
        """Return a value of any kind."""
        return self._values[key]

    def text(self, key: str, what: str = "text") -> str:
        """Return a text; `what` says in an error what it should have been.

        Raises:
            ProblemError: it is a number.
        """
        value = self._values[key]
        return value if isinstance(value, str) else self._expected(key, what)

    def choice(self, key: str, known: Iterable[str]) -> str:
        """Return one of some texts.

        Raises:
            ProblemError: it is none of them.
        """
        value, names = self._values[key], tuple(known)
        if isinstance(value, str) and value in names:
            return value
        return self._expected(key, f"one of {', '.join(names)}")

    def member(self, key: str, kind: type[EnumT]) -> EnumT:
        """Return the member of an enumeration that has this value.

        Raises:
            ProblemError: none has.
        """
        return kind(self.choice(key, tuple(kind)))

    def whole(self, key: str, *, least: int = 0, most: int | None = None) -> int:
        """Return a whole number from `least` to `most`.

        Raises:
            ProblemError: it is no whole number or outside that range.
        """
        value = self._values[key]
        if isinstance(value, int) and least <= value and (most is None or value <= most):
            return int(value)
        reach = f"of at least {least}" if most is None else f"from {least} to {most}"
        return self._expected(key, f"a whole number {reach}")

    def number(
        self,
        key: str,
        *,
        least: float = 0.0,
        most: float = math.inf,
        above: float | None = None,
        below: float = math.inf,
    ) -> float:
        """Return a finite number from `least` to `most`, above `above` and below `below`.

        Raises:
            ProblemError: it is no number, infinite or outside that range.
        """
        value, expected = self._values[key], f"a number {_range(least, most, above, below)}"
        if isinstance(value, str) or not least <= value <= min(most, _LARGEST):
            return self._expected(key, expected)
        if value >= below or (above is not None and value <= above):
            return self._expected(key, expected)
        return float(value)

    def wrong(self, key: str, fault: str) -> ProblemError:
        """Return the error for a parameter whose fault a range cannot say."""
        return ProblemError(f"{self._where}.{key}: {fault}")

    def _expected(self, key: str, what: str) -> NoReturn:
        raise self.wrong(key, f"expected {what}, got {self._values[key]!r}.")


def _range(least: float, most: float, above: float | None, below: float) -> str:
    """Return a range in words; an open end is said in place of the closed one."""
    low = f"of at least {least:g}" if above is None else f"above {above:g}"
    if below < math.inf:
        return f"{low} and below {below:g}"
    if most == math.inf:
        return low
    return f"from {least:g} to {most:g}" if above is None else f"{low} and at most {most:g}"
