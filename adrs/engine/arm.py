"""What an arm is given: who searches in it and from where, what it did before, where it commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from adrs.core.evaluation import Evaluation
from adrs.core.objective import Objective
from adrs.core.program import Program
from adrs.core.trial import Arm, Proposal, Trial
from adrs.engine.courses import Course
from adrs.engine.proposals import Proposals
from adrs.engine.tuning import Tuner
from adrs.search.protocol import Strategy


class Journal(Protocol):
    """Where the loop commits what it did."""

    def commit(self, trial: Trial) -> None:
        """Write one trial durably."""

    def checkpoint(self) -> None:
        """Note the wall time spent, if it is worth noting; called after every trial."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmSetup:
    """Who searches in an arm, and from where.

    Attributes:
        arm: the arm.
        seed: the run's seed.
        objective: which way is better.
        initial: the program the search starts from.
        initial_evaluation: its evaluation on train.
        strategy: chooses; fresh, nothing told.
        proposals: proposes.
        course: in which order.
        tuner: tunes constants when the strategy asks for it; None for nobody.
    """

    arm: Arm
    seed: int
    objective: Objective
    initial: Program
    initial_evaluation: Evaluation
    strategy: Strategy
    proposals: Proposals
    course: Course
    tuner: Tuner | None = None

    @property
    def trial_zero(self) -> Trial:
        """The initial program as the trial that is told first, and never stored."""
        return Trial(
            arm=self.arm,
            number=0,
            operator="initial",
            parent_ids=(),
            proposal=Proposal(proposer="problem", source=self.initial.source),
            program=self.initial,
            evaluation=self.initial_evaluation,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What earlier sittings of the arm left.

    Attributes:
        trials: the committed trials, in the order in which they were told.
        in_place: whether they take the place of new ones as they come up (ordered and recorded
            courses), or are told again before anything else.
        unfinished: trials that were asked and answered but never told, with how many had been told
            when each was asked.
    """

    trials: Sequence[Trial] = ()
    in_place: bool = True
    unfinished: Mapping[int, int] = field(default_factory=dict)

    @property
    def last(self) -> int:
        """The highest number of a trial that was ever asked and answered; 0 for none."""
        return max([0, *(t.number for t in self.trials), *self.unfinished])
