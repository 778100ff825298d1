"""The seam of an evaluator: a simulator, its policy interface, its validation and its score."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from adrs.core.interface import Interface
from adrs.core.scenario import Scenario
from adrs.sandbox.protocol import Session

WorkloadT = TypeVar("WorkloadT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one scenario came to.

    Attributes:
        value: the objective's raw value, at most 1e300 either way; None when a constraint was
            broken. One that is measured on the host is a whole multiple of the objective's `step`.
        metrics: further raw values, the same names for every scenario; times do not belong here.
        violation: which constraint was broken, and how; empty when valid.
    """

    value: float | None
    metrics: Mapping[str, float] = field(default_factory=dict)
    violation: str = ""


class RenewableSession(Session, Protocol):
    """A session whose candidate can be made to forget."""

    def renew(self) -> None:
        """Go on in a new process of the same program; `begin` or `plan` comes next.

        All that one process serves is within the program's reach, whichever policy object it was
        shown to. Where two answers have to be independent, a new process has to give the second.

        Raises:
            PolicyFailed: as `Sandbox.open`.
        """


class Evaluator(Protocol[WorkloadT]):
    """One instrument, built from a problem's parameters by its family's `build(params)`.

    It runs in the scorer process, beside no candidate code. Everything it does is deterministic in
    the scenario, but for a value that the problem declares to be measured (`Objective.step`); it
    keeps no state between calls.
    """

    @property
    def family(self) -> str:
        """Name of the family's folder."""

    @property
    def version(self) -> int:
        """Raised whenever a change could change a score."""

    @property
    def interface(self) -> Interface:
        """What the policy is given and must return."""

    def workload(self, scenario: Scenario) -> WorkloadT:
        """Generate the scenario's instance, the policy's hidden future included.

        Raises:
            ProblemError: a parameter is missing, unknown or out of range; the text names it.
        """

    def bound(self, workload: WorkloadT) -> float:
        """Return a proven best value (optimum or relaxation) of the instance."""

    def play(self, workloads: Sequence[WorkloadT], session: RenewableSession) -> Sequence[Outcome]:
        """Drive the policy through the instances and score them, in lockstep where it can.

        Slot i of the session is `workloads[i]`. A broken constraint is an outcome with a
        violation. In a race a session is played several times, with further instances each.

        Raises:
            PolicyFailed: let through from the session.
        """
