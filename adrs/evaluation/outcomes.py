"""Checks what an evaluator returns, so that a slip of its author is named with its scenario."""

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from reprlib import repr as short
from typing import NoReturn

from adrs.core.objective import Objective
from adrs.core.scenario import Scenario
from adrs.errors import EvaluatorError
from adrs.evaluation.protocol import Outcome

LARGEST = 1e300  # either way: values of a whole split can be added up


@dataclass(frozen=True, slots=True)
class Contract:
    """What an evaluator's answers must be like. It is a plug-in, so their types are looked at, too.

    Attributes:
        instrument: the evaluator's name and version.
        objective: what its values mean.

    Raises (every method):
        EvaluatorError: it is broken; the text says what was expected, and what came.
    """

    instrument: str
    objective: Objective

    def one_each(self, outcomes: object, members: Sequence[Scenario]) -> None:
        """Look whether there is an outcome for every scenario that was played."""
        expected = f"play returned {{}}, expected a list of {len(members)}, one Outcome a scenario."
        if not isinstance(outcomes, Sequence):
            self._broken(expected.format(type(outcomes).__name__))
        if len(outcomes) != len(members):
            self._broken(expected.format(f"{len(outcomes)} outcomes"))
        for scenario, outcome in zip(members, outcomes, strict=True):
            if not isinstance(outcome, Outcome):
                kind = type(outcome).__name__
                self._broken(f"play returned a {kind} for scenario {scenario.id}, not an Outcome.")

    def valid(self, scenario: Scenario, outcome: Outcome) -> None:
        """Look whether an outcome without a violation has a value that can be one."""
        value = outcome.value
        if value is None or not _is_finite(value):
            self._broken(
                f"value {short(value)} in scenario {scenario.id}, expected a finite number (at "
                f"most {LARGEST:g} either way) or a violation."
            )
        if not self.objective.in_steps(value):
            self._broken(
                f"value {value:.9g} in scenario {scenario.id}, expected a whole multiple of the "
                f"objective's step {self.objective.step:g}."
            )
        for name, metric in outcome.metrics.items():
            self.finite(f"metric {name}", metric, scenario)

    def same_metrics(self, members: Sequence[Scenario], outcomes: Sequence[Outcome]) -> None:
        """Look whether all scenarios of a split have metrics of the same names."""
        names = set(outcomes[0].metrics)
        for scenario, outcome in zip(members, outcomes, strict=True):
            for name in sorted(names ^ set(outcome.metrics)):
                has = "has" if name in outcome.metrics else "lacks"
                self._broken(
                    f"scenario {scenario.id} {has} the metric {name}, unlike {members[0].id}: "
                    "expected the same names for every scenario."
                )

    def finite(self, what: str, value: object, scenario: Scenario) -> None:
        """Look whether a metric or a bound is a finite number."""
        if not _is_finite(value):
            self._broken(
                f"{what} is {value!r} in scenario {scenario.id}, expected a finite number (at "
                f"most {LARGEST:g} either way)."
            )

    def _broken(self, text: str) -> NoReturn:
        raise EvaluatorError(f"evaluator {self.instrument}: {text}")


def _is_finite(value: object) -> bool:
    try:
        return isinstance(value, Real) and abs(float(value)) <= LARGEST
    except OverflowError:  # an int beyond all floats
        return False
