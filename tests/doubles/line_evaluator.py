"""A tiny planner evaluator: find a line through hidden points."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from adrs.core.interface import Array, ElementType, PlannerInterface
from adrs.core.scenario import Scalar, Scenario
from adrs.evaluation.protocol import Outcome
from adrs.sandbox.protocol import Session

Points = np.ndarray[Any, Any]
RAISED: dict[str, type[BaseException]] = {
    "raise": ZeroDivisionError,
    "end": EOFError,
    "reset": ConnectionResetError,
    "exit": SystemExit,
}


class LineEvaluator:
    """Value: mean absolute error of the predicted points.

    Parameters: `bound`, the bound it claims (0 is the true one); `fault`, "nan", "metric" or one
    of `RAISED` to break the evaluator's own contract.
    """

    family = "line"
    version = 1
    interface = PlannerInterface(
        entry="predict",
        arguments=(Array(name="x", element=ElementType.FLOAT, ndim=1, doc="where"),),
        result=(Array(name="y", element=ElementType.FLOAT, ndim=1, doc="what"),),
    )

    def __init__(self, params: Mapping[str, Scalar]) -> None:
        self._bound = float(params.get("bound", 0.0))
        self._fault = params.get("fault", "")

    def workload(self, scenario: Scenario) -> Points:
        return np.random.Generator(np.random.PCG64(scenario.seed)).uniform(-1, 1, 8)

    def bound(self, workload: Points) -> float:
        return self._bound

    def play(self, workloads: Sequence[Points], session: Session) -> list[Outcome]:
        outcomes = []
        for slot, x in enumerate(workloads):
            y = session.plan(slot, [x])[0].astype(np.float64)
            if y.shape != x.shape or not np.isfinite(y).all():
                outcomes.append(Outcome(value=None, violation="expected 8 finite numbers"))
                continue
            error = float(np.abs(y - (3.0 * x - 0.5)).mean())
            spread = float("nan") if self._fault == "metric" else float(np.ptp(y))
            outcomes.append(Outcome(value=self._spoilt(error), metrics={"spread": spread}))
        return outcomes

    def _spoilt(self, error: float) -> float:
        if self._fault in RAISED:
            raise RAISED[self._fault]("a fault\nof the evaluator")
        return float("nan") if self._fault == "nan" else error


def build(params: Mapping[str, Scalar]) -> LineEvaluator:
    return LineEvaluator(params)
