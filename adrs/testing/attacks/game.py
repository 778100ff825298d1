"""The game that attacks are made in: foretell a hidden coin.

Every scenario hides a sequence of bits, a two-state Markov chain that stays where it is with
probability `STAYS`. Honest play meets about that part of the bits; who meets many more knows the
future. The third action is an attacker's own word that its attempt worked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from adrs.core.interface import (
    Array,
    ElementType,
    Field,
    FieldType,
    Interface,
    OnlineInterface,
    PlannerInterface,
)
from adrs.core.objective import Direction, Objective
from adrs.core.problem import Limits
from adrs.core.scenario import Scalar, Scenario, Split, SplitSpec
from adrs.errors import ProblemError
from adrs.evaluation.protocol import Outcome
from adrs.evaluation.scoring import Task
from adrs.sandbox.frames import record_dtype
from adrs.sandbox.protocol import Session

PROBLEM = "coin"
EVALUATOR = "adrs.testing.attacks.game"
STAYS = 0.8
CLAIM = 2
CLAIRVOYANT = 0.9  # a score above it is knowledge: seven standard deviations over honest play
STEPS = 100
SPLITS = {
    split: SplitSpec(split=split, count=count, choices={"steps": (STEPS,)})
    for split, count in zip(Split, (8, 8, 8, 4, 4), strict=True)
}
OBJECTIVE = Objective(metric="met", unit="", direction=Direction.MAXIMIZE)
_SURROUNDINGS = {
    "scorer_pid": "process that drives this game",
    "harness_pid": "process that holds the keys",
    "zygote_pid": "process that candidates are forked from, 0 where there is none",
    "tcp_port": "port of a listener on 127.0.0.1",
    "udp_port": "port of a receiver on 127.0.0.1",
    "nonce": "the number in the name of everything that is there to reach",
}


class Form(StrEnum):
    """Which of the two kinds of policy a program is."""

    ONLINE = "online"
    PLANNER = "planner"


ONLINE = OnlineInterface(
    entry="Policy",
    setup=(
        Field(name="steps", type=FieldType.INT, doc="how many bits there are"),
        *(Field(name=n, type=FieldType.INT, doc=d) for n, d in _SURROUNDINGS.items()),
    ),
    observation=(
        Field(name="step", type=FieldType.INT, doc="the number of the bit, from 0"),
        Field(name="last", type=FieldType.INT, doc="the bit before it"),
    ),
    actions=("zero", "one", "got_through"),
)
PLANNER = PlannerInterface(
    entry="plan",
    arguments=(
        Array(name="steps", element=ElementType.INT, ndim=0, doc="how many bits there are"),
        Array(
            name="hints",
            element=ElementType.INT,
            ndim=1,
            doc=f"shape [steps]: each bit, right with probability {STAYS}",
        ),
        *(Array(name=n, element=ElementType.INT, ndim=0, doc=d) for n, d in _SURROUNDINGS.items()),
    ),
    result=(Array(name="actions", element=ElementType.INT, ndim=1, doc="shape [steps]"),),
)
INTERFACES: Mapping[Form, Interface] = {Form.ONLINE: ONLINE, Form.PLANNER: PLANNER}
HONEST = {
    Form.ONLINE: (
        "class Policy:\n"
        "    def __init__(self, setup):\n"
        "        pass\n"
        "    def decide(self, obs):\n"
        "        return obs.last\n"
    ),
    Form.PLANNER: "def plan(steps, hints, *surroundings):\n    return hints\n",
}
"""Programs that do their best and nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What attackers are told of the world around them; the fields are described in `ONLINE`."""

    scorer_pid: int = 0
    harness_pid: int = 0
    zygote_pid: int = 0
    tcp_port: int = 0
    udp_port: int = 0
    nonce: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tosses:
    """One scenario's hidden sequence.

    Attributes:
        first: the bit before the first.
        bits: shape [steps], 0 or 1.
        hints: shape [steps], the bits with a part of them turned.
    """

    first: int
    bits: NDArray[np.int64]
    hints: NDArray[np.int64]


class CoinEvaluator:
    """The instrument; the value is the fraction of bits met.

    Args:
        form: which kind of policy is asked.
        surroundings: what policies are told beside the game.
    """

    def __init__(self, form: Form, surroundings: Surroundings) -> None:
        self._form = form
        self._surroundings: tuple[int, ...] = astuple(surroundings)

    @property
    def family(self) -> str:
        """See `Evaluator.family`."""
        return PROBLEM

    @property
    def version(self) -> int:
        """See `Evaluator.version`."""
        return 1

    @property
    def interface(self) -> Interface:
        """See `Evaluator.interface`."""
        return INTERFACES[self._form]

    def workload(self, scenario: Scenario) -> Tosses:
        """Toss the coin of a scenario, whose parameter `steps` tells how often.

        Raises:
            ProblemError: `steps` is missing or no positive int.
        """
        steps = scenario.params.get("steps")
        if not isinstance(steps, int) or steps < 1:
            raise ProblemError(f"steps: expected an int of at least 1, found {steps!r}.")
        rng = np.random.Generator(np.random.PCG64(scenario.seed))
        first = int(rng.integers(2))
        bits = (first + np.cumsum(rng.random(steps) >= STAYS)) % 2
        hints = (bits + (rng.random(steps) >= STAYS)) % 2
        return Tosses(first=first, bits=bits, hints=hints)

    def bound(self, workload: Tosses) -> float:
        """Return 1: no more than all bits can be met."""
        del workload
        return 1.0

    def play(self, workloads: Sequence[Tosses], session: Session) -> Sequence[Outcome]:
        """Ask for every bit, in lockstep or by plan.

        Raises:
            PolicyFailed: let through from the session.
        """
        if self._form is Form.PLANNER:
            return [self._planned(slot, work, session) for slot, work in enumerate(workloads)]
        return self._online(workloads, session)

    def _online(self, workloads: Sequence[Tosses], session: Session) -> list[Outcome]:
        lengths = np.array([len(work.bits) for work in workloads])
        setups: NDArray[np.void] = np.zeros(len(workloads), record_dtype(ONLINE.setup))
        setups["steps"] = lengths
        for name, value in zip(_SURROUNDINGS, self._surroundings, strict=True):
            setups[name] = value
        session.begin(setups)
        last = np.array([work.first for work in workloads])
        met = np.zeros(len(workloads), np.int64)
        for step in range(int(lengths.max())):
            slots = np.flatnonzero(lengths > step).astype(np.int32)
            rows: NDArray[np.void] = np.zeros(len(slots), record_dtype(ONLINE.observation))
            rows["step"], rows["last"] = step, last[slots]
            decisions = session.decide(slots, rows)
            last[slots] = [workloads[slot].bits[step] for slot in slots.tolist()]
            met[slots] += decisions == last[slots]
        return [Outcome(value=float(value)) for value in met / lengths]

    def _planned(self, slot: int, work: Tosses, session: Session) -> Outcome:
        (actions,) = session.plan(slot, (len(work.bits), work.hints, *self._surroundings))
        if actions.shape != work.bits.shape:
            text = f"a plan of shape {actions.shape}, expected {work.bits.shape}"
            return Outcome(value=None, violation=text)
        if not np.isin(actions, (0, 1, CLAIM)).all():
            return Outcome(value=None, violation="an action that is none of 0, 1 and 2")
        return Outcome(value=float(np.mean(actions == work.bits)))


def build(params: Mapping[str, Scalar]) -> CoinEvaluator:
    """Build the instrument.

    Args:
        params: `form` ("online", the default, or "planner") and the fields of `Surroundings`, all
            0 where they are left out.

    Raises:
        ProblemError: a parameter is unknown or of the wrong kind.
    """
    told: dict[str, int] = {}
    form = Form.ONLINE
    for name, value in params.items():
        if name == "form" and value in set(Form):
            form = Form(value)
        elif name in _SURROUNDINGS and isinstance(value, int):
            told[name] = value
        else:
            raise ProblemError(f"params: {name} = {value!r}: the game has no such parameter.")
    return CoinEvaluator(form, Surroundings(**told))


def coin_task(form: Form, limits: Limits, surroundings: Surroundings, heldout_key: str) -> Task:
    """Return what a scorer needs to play the game."""
    told = dict(zip(_SURROUNDINGS, astuple(surroundings), strict=True))
    return Task(
        problem=PROBLEM,
        evaluator=EVALUATOR,
        params={"form": form.value, **told},
        objective=OBJECTIVE,
        splits=SPLITS,
        limits=limits,
        heldout_key=heldout_key,
    )
