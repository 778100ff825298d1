"""A run in which a third of what is proposed attacks ends as one in which nothing does."""

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

import pytest

from adrs.archive.memory import MemoryArchive
from adrs.core.evaluation import Verdict
from adrs.core.events import Event
from adrs.core.isolation import IsolationLevel
from adrs.core.problem import Baseline, Limits, Problem
from adrs.core.program import REGION_END, REGION_START, Program
from adrs.core.run import Conclusion, RunConfig, RunRecord, RunStatus
from adrs.core.trial import Arm, Ask
from adrs.core.vocabulary import Vocabulary
from adrs.engine.courses import OrderedCourse
from adrs.engine.proposals import InlineProposals
from adrs.engine.run import Run
from adrs.engine.staff import Searcher, Staff
from adrs.evaluation.pool import ScorerPool
from adrs.proposers.mutator.reduction import reductions
from adrs.search.greedy import GreedyStrategy
from adrs.testing.attacks.game import (
    EVALUATOR,
    OBJECTIVE,
    PROBLEM,
    SPLITS,
    Form,
    Surroundings,
    coin_task,
)
from adrs.testing.attacks.reading import Attack, Category, find_attacks
from adrs.testing.hostile_stream import HostileStream

SHARE = 0.3
SEED = 3
LIMITS = Limits(cpu_s=1.0, wall_s=30.0, memory_mb=128)
PERIODS = range(2, 42)
# It carries the game's generator, so it knows the bits of train, whose seeds are public.
LOOKS_UP_PUBLIC_SEEDS = "future/seed_lookup"


def player(answer: str) -> str:
    return (
        f"{REGION_START}\n"
        "class Policy:\n"
        "    def __init__(self, setup):\n"
        "        pass\n"
        "    def decide(self, obs):\n"
        f"        return {answer}\n"
        f"{REGION_END}\n"
    )


HONEST = (
    *(player(f"obs.last if obs.step % {n} else 1 - obs.last") for n in PERIODS),
    player("obs.last"),
    *(player(f"int(obs.step % {n} == 0)") for n in PERIODS),
)


def attackers() -> list[Attack]:
    """Return the attacks that do not wait for the clock."""
    return [
        attack
        for attack in find_attacks()
        if attack.form is Form.ONLINE and attack.category is not Category.HANGS
    ]


def make_problem() -> Problem:
    return Problem(
        name=PROBLEM,
        title="A coin",
        statement="Foretell it.",
        location="/nowhere",
        evaluator=EVALUATOR,
        params={},
        objective=OBJECTIVE,
        initial=Program.of(player("1")),
        baselines=(
            Baseline(name="zeros", title="zeros", program=Program.of(player("0"))),
            Baseline(name="turn", title="turn", program=Program.of(player("obs.step % 2"))),
        ),
        reference="turn",
        splits=SPLITS,
        limits=LIMITS,
        vocabulary=Vocabulary(),
        parts={},
    )


@dataclass
class NeverStop:
    requested: bool = False


def ignore(event: Event) -> None:
    """Listen to nothing."""


def run(archive: MemoryArchive, stream: HostileStream, pool: ScorerPool) -> Conclusion | None:
    problem = make_problem()
    record = RunRecord(
        name="test",
        config=RunConfig(
            problem=PROBLEM,
            seed=SEED,
            strategy="greedy",
            proposer=stream.name,
            evals=None,
            time_s=None,
            window=4,
            control=False,
            params={},
            heldout_key="a secret",
        ),
        problem_parts={},
        evaluator="coin 1",
        adrs_version="0",
        created_at="2026-01-01T00:00:00+00:00",
        status=RunStatus.RUNNING,
    )
    archive.create_run(record)
    ticks = count()
    staff = Staff(
        archive=archive,
        evaluations=pool,
        search=Searcher(
            proposals=lambda briefing: InlineProposals(stream),
            strategy=lambda evals: GreedyStrategy(objective=OBJECTIVE, seed=SEED, evals=evals),
            course=lambda first: OrderedCourse(4),
        ),
        control=None,
        reducer=lambda source: reductions(source, start=problem.initial.source),
        sink=ignore,
        stop=NeverStop(),
        clock=lambda: 0.01 * next(ticks),
    )
    return Run(archive.run("test"), problem, staff).execute(resumed=False)


def play(attacks: Sequence[Attack], share: float) -> tuple[Conclusion | None, MemoryArchive]:
    """Run the stream to its end with real scorers, which are told where they and we are."""
    archive = MemoryArchive()
    stream = HostileStream(HONEST, [a.source for a in attacks], share=share, seed=SEED)
    told = Surroundings(scorer_pid=os.getpid(), harness_pid=os.getpid())
    task = coin_task(Form.ONLINE, LIMITS, told, heldout_key="a secret")
    with ScorerPool(task, level=IsolationLevel.L2, workers=2, instrument="coin 1") as pool:
        pool.start_all()
        scorers = pool.processes
        conclusion = run(archive, stream, pool)
        assert pool.processes == scorers, "a scorer had to be replaced"
    return conclusion, archive


@pytest.mark.xdist_group("hostile stream")
def test_champion_is_the_same_with_a_third_of_the_stream_attacking() -> None:
    calm, quiet_archive = play([], 0.0)
    attacked, archive = play(attackers(), SHARE)
    assert calm is not None
    assert attacked is not None
    trials = list(archive.trials("test", Arm.SEARCH))
    hostile = [trial for trial in trials if trial.proposal.idea == "attack"]
    honest = [trial for trial in trials if trial.proposal.idea == "play"]
    assert len(honest) == len(HONEST)
    assert 0.25 < len(hostile) / (len(hostile) + len(honest)) < 0.35
    verdicts = Counter(trial.verdict for trial in hostile)
    assert {Verdict.OK, Verdict.SECURITY} < set(verdicts)

    assert attacked.champion.id == calm.champion.id
    assert attacked.improved
    assert archive.run("test").status is RunStatus.FINISHED
    scores = {t.program.id: t.score for t in quiet_archive.trials("test", Arm.SEARCH) if t.program}
    assert [t.score for t in honest if t.program] == [
        scores[t.program.id] for t in honest if t.program
    ]


@pytest.mark.xdist_group("hostile stream")
def test_program_that_looks_up_public_seeds_does_not_become_champion() -> None:
    (lookup,) = [attack for attack in find_attacks() if attack.name == LOOKS_UP_PUBLIC_SEEDS]
    conclusion, _ = play([lookup], SHARE)
    assert conclusion is not None
    assert conclusion.champion.id != Program.of(lookup.source).id


def test_stream_keeps_its_order_and_its_answers() -> None:
    ask = Ask(operator="refine", parent=Program.of(HONEST[0]))
    stream = HostileStream(HONEST, ["attack 1", "attack 2"], share=SHARE, seed=1)
    answers = [stream.propose(ask, seed=seed) for seed in range(len(HONEST) + 3)]
    assert [a.source for a in answers if a.idea == "play"] == list(HONEST)
    assert {a.source for a in answers if a.idea == "attack"} == {"attack 1", "attack 2"}
    assert answers[-1].rejection
    assert answers == [stream.propose(ask, seed=seed) for seed in range(len(HONEST) + 3)]
