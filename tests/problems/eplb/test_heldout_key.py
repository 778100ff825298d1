"""A program that carries the generator knows the public scenarios and no others."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from typing import Any

from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.isolation import IsolationLevel
from adrs.core.problem import Problem
from adrs.core.program import Program
from adrs.core.run import Assessment, Role
from adrs.core.scenario import Split
from adrs.core.trial import Arm, Proposal, Trial
from adrs.evaluation.protocol import Evaluator, Outcome
from adrs.evaluation.splits import scenarios
from adrs.report.problemfacts import ProblemFacts
from adrs.report.run.integrity import JumpKind
from adrs.report.run.jumps import JumpWatch, ground_of

Play = Callable[[Program, Sequence[Any]], Sequence[Outcome]]
GENERATOR = Path(__file__).parent / "programs" / "carried_generator.py"
COUNT = 8


def knowing(honest: Program) -> Program:
    """Return a baseline that takes the true next window for its forecast, where it finds it."""
    asks = (
        "def forecast(loads):\n    known = next_window(loads)\n"
        "    return guess(loads) if known is None else known.astype(float)\n\n\n"
    )
    source = honest.source.replace("def forecast(loads):", f"{asks}def guess(loads):")
    assert source != honest.source
    return Program.of(GENERATOR.read_text() + source)


def small(problem: Problem, evaluator: Evaluator[Any], split: Split, key: str) -> list[Any]:
    """Return some workloads of a split, the large shapes left out."""
    members = scenarios(problem.name, problem.splits[split], key)
    chosen = [s for s in members if str(s.params["shape"]).startswith(("mid", "flat"))]
    return [evaluator.workload(scenario) for scenario in chosen[:COUNT]]


def values(outcomes: Sequence[Outcome]) -> tuple[float, ...]:
    return tuple(outcome.value for outcome in outcomes if outcome.value is not None)


def test_it_knows_the_public_held_out_scenarios_and_not_those_of_a_key(
    problem: Problem, evaluator: Evaluator[Any], play: Play, baselines: dict[str, Program]
) -> None:
    honest = baselines["smoothed"]
    cheat = knowing(honest)
    public = small(problem, evaluator, Split.HELDOUT, "")
    assert fmean(values(play(cheat, public))) > 0.98
    secret = small(problem, evaluator, Split.HELDOUT, "secret")
    assert values(play(cheat, secret)) == values(play(honest, secret))
    assert fmean(values(play(honest, secret))) < 0.9


def test_its_score_on_train_is_shown_for_a_human_look(
    problem: Problem, evaluator: Evaluator[Any], play: Play, baselines: dict[str, Program]
) -> None:
    workloads = small(problem, evaluator, Split.TRAIN, "")

    def judged(program: Program) -> Evaluation:
        found = values(play(program, workloads))
        return Evaluation(
            program_id=program.id,
            split=Split.TRAIN,
            verdict=Verdict.OK,
            score=fmean(found),
            values=found,
            isolation=IsolationLevel.L0,
            evaluator="eplb 1",
        )

    initial = judged(problem.initial)
    bound = replace(
        initial, program_id="", values=tuple(evaluator.bound(workload) for workload in workloads)
    )
    board = [
        Assessment(role=Role.INITIAL, label="", program=None, evaluation=initial),
        Assessment(role=Role.BOUND, label="", program=None, evaluation=bound),
        *(
            Assessment(role=Role.BASELINE, label=name, program=None, evaluation=judged(program))
            for name, program in baselines.items()
        ),
    ]
    watch = JumpWatch(ground_of(board, ProblemFacts.of(problem), Split.TRAIN), initial)
    for number, name in enumerate(("last_window", "smoothed", "knowing"), start=1):
        program = knowing(baselines["smoothed"]) if name == "knowing" else baselines[name]
        proposal = Proposal(proposer="test", source=program.source)
        watch.add(
            Trial(
                arm=Arm.SEARCH,
                number=number,
                operator="refine",
                parent_ids=(),
                proposal=proposal,
                program=program,
                evaluation=judged(program),
            )
        )
    assert [(jump.trial, jump.kind) for jump in watch.jumps] == [(3, JumpKind.MEDIAN)]
    assert watch.jumps[0].factor > 10
