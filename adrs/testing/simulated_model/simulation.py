"""A search on the simulated model, through the engine's own loop."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from adrs.archive.memory import MemoryArchive
from adrs.core.evaluation import Evaluation
from adrs.core.events import Event, TrialTold
from adrs.core.program import Program
from adrs.core.run import RunConfig, RunRecord, RunStatus
from adrs.core.scenario import Split
from adrs.core.seeds import derive_seed
from adrs.core.trial import Arm, Assignment, Trial
from adrs.engine.arm import ArmSetup, Past
from adrs.engine.budget import Ledger
from adrs.engine.courses import OrderedCourse
from adrs.engine.journal import ArchiveJournal
from adrs.engine.loop import ArmLoop
from adrs.engine.proposals import InlineProposals
from adrs.engine.tuning import Tuner
from adrs.proposers.protocol import BudgetSpent, Proposer
from adrs.search.operators import TUNE
from adrs.search.protocol import Strategy
from adrs.testing.simulated_model.evaluations import EVALUATOR, SimulatedEvaluations
from adrs.testing.simulated_model.landscape import OBJECTIVE, Landscape
from adrs.testing.simulated_model.model import SimulatedModel

TOP = 20  # programs, best on train, of which the best on validation counts; nearly as in a run
Curve = tuple[float, ...]
"""True held-out quality of the program that a run would end with after each call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """What a simulated search brought.

    Attributes:
        landscape: what was searched.
        start: true held-out quality of the initial program.
        curve: see `Curve`; one entry a call.
        best: the program that the run would end with.
        heldout: its evaluation on held-out scenarios.
        trials: all told trials, in order.
        evaluations: evaluations that were paid for.
        scenarios: scenarios that were played for them on train.
    """

    landscape: Landscape
    start: float
    curve: Curve
    best: Program
    heldout: Evaluation
    trials: tuple[Trial, ...]
    evaluations: int
    scenarios: int


def simulate(
    strategy_factory: Callable[..., Strategy], *, calls: int, seed: int, window: int = 1
) -> Curve:
    """Search with a fresh strategy and return its curve; see `run_simulation`."""
    return run_simulation(strategy_factory, calls=calls, seed=seed, window=window).curve


def run_simulation(
    strategy_factory: Callable[..., Strategy],
    *,
    calls: int,
    seed: int,
    window: int = 1,
    tuner: Tuner | None = None,
) -> Simulation:
    """Search with a fresh strategy on the landscape of a seed.

    Args:
        strategy_factory: called with `objective`, `seed` and `evals`, like those of the command
            line. `evals` is None: as in a run with a budget of calls, evaluations have none.
        calls: proposals that may be asked for.
        seed: of the landscape and of the search, so that strategies can be compared in pairs.
        window: how many may be asked before the first of them is told.
        tuner: tunes constants when the strategy asks for it, which takes no call; None for nobody.
    """
    landscape = Landscape(derive_seed("landscape", seed))
    evaluations, watch = SimulatedEvaluations(landscape), _Watch(landscape)
    setup = ArmSetup(
        arm=Arm.SEARCH,
        seed=seed,
        objective=OBJECTIVE,
        initial=landscape.initial,
        initial_evaluation=evaluations.evaluate([landscape.initial], Split.TRAIN)[0],
        strategy=strategy_factory(objective=OBJECTIVE, seed=seed, evals=None),
        proposals=_CountedProposals(SimulatedModel(landscape), calls),
        course=OrderedCourse(window),
        tuner=tuner,
    )
    ledger = Ledger(evals=None, time_s=None, spent_s=0.0, clock=lambda: 0.0)
    archive = MemoryArchive()
    archive.create_run(_record(seed, calls, window))
    ArmLoop(
        setup,
        evaluations=evaluations,
        ledger=ledger,
        journal=ArchiveJournal(archive, _RUN, ledger),
        sink=watch,
        stop=_NeverStop(),
        past=Past(),
    ).run()
    return Simulation(
        landscape=landscape,
        start=landscape.true_quality(landscape.draft(landscape.initial.source)),
        curve=watch.padded_curve(calls),
        best=watch.best,
        heldout=evaluations.evaluate([watch.best], Split.HELDOUT)[0],
        trials=tuple(archive.trials(_RUN, Arm.SEARCH)),
        evaluations=ledger.reserved,
        scenarios=watch.scenarios,
    )


_RUN = "simulated"


def _record(seed: int, calls: int, window: int) -> RunRecord:
    config = RunConfig(
        problem=_RUN,
        seed=seed,
        strategy=_RUN,
        proposer=SimulatedModel.name,
        evals=calls,
        time_s=None,
        window=window,
        control=False,
        params={},
    )
    return RunRecord(
        name=_RUN,
        config=config,
        problem_parts={},
        evaluator=EVALUATOR,
        adrs_version="",
        created_at=datetime.fromtimestamp(0, tz=UTC).isoformat(),
        status=RunStatus.RUNNING,
    )


class _NeverStop:
    requested = False


class _CountedProposals(InlineProposals):
    """Answers so many assignments, and no more."""

    def __init__(self, proposer: Proposer, calls: int) -> None:
        super().__init__(proposer)
        self._left = calls

    def submit(self, assignment: Assignment) -> None:
        """See `Proposals.submit`."""
        if self._left == 0:
            raise BudgetSpent("the budget of calls is used up")
        self._left -= 1
        super().submit(assignment)


class _Watch:
    """Follows what the run would end with: of the `TOP` on train, the best on validation."""

    def __init__(self, landscape: Landscape) -> None:
        self._landscape = landscape
        self._evaluations = SimulatedEvaluations(landscape)
        self._top: list[tuple[float, int, Program, float]] = []
        self._validated: dict[str, float] = {}
        self.best = landscape.initial
        self._curve: list[float] = []
        self.scenarios = 0

    def __call__(self, event: Event) -> None:
        if not isinstance(event, TrialTold) or event.trial.number == 0:
            return
        trial = event.trial
        if trial.evaluation is not None:
            self.scenarios += trial.evaluation.scenarios
        if trial.score is not None and trial.program is not None:
            self._take(OBJECTIVE.fitness(trial.score), trial.number, trial.program)
        if trial.operator == TUNE:  # takes no call: what it brings belongs to the one before
            del self._curve[-1:]
        draft = self._landscape.draft(self.best.source)
        self._curve.append(self._landscape.true_quality(draft))

    def padded_curve(self, calls: int) -> Curve:
        """Return the curve; what no call was left for is worth what the last one was."""
        return tuple(self._curve + self._curve[-1:] * (calls - len(self._curve)))

    def _take(self, fitness: float, number: int, program: Program) -> None:
        if len(self._top) == TOP and fitness <= self._top[-1][0]:
            return
        self._top.append((fitness, number, program, self._validation(program)))
        self._top.sort(key=lambda entry: (-entry[0], entry[1]))
        del self._top[TOP:]
        best = max(self._top, key=lambda entry: (entry[3], -entry[1]))
        if best[3] > self._validation(self._landscape.initial):
            self.best = best[2]

    def _validation(self, program: Program) -> float:
        """Return the fitness on validation."""
        known = self._validated.get(program.id)
        if known is None:
            score = self._evaluations.evaluate([program], Split.VALIDATION)[0].score
            assert score is not None
            known = OBJECTIVE.fitness(score)
            self._validated[program.id] = known
        return known
