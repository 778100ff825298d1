"""Seeds, objectives and verdicts of trials."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.isolation import IsolationLevel
from adrs.core.objective import Direction, Objective
from adrs.core.program import Program
from adrs.core.scenario import Split
from adrs.core.seeds import derive_seed
from adrs.core.trial import Arm, Proposal, Trial

COST = Objective(metric="cost", unit="$", direction=Direction.MINIMIZE)
BALANCE = Objective(metric="balance", unit="", direction=Direction.MAXIMIZE)
SPEED = Objective(metric="speed", unit="", direction=Direction.MAXIMIZE, step=0.1)


def test_seeds_are_pinned() -> None:
    assert derive_seed("spot", "train", 7) == 3759234694461853568
    assert derive_seed("a", "bc") != derive_seed("ab", "c")
    assert derive_seed(1) != derive_seed("1")


@given(st.lists(st.one_of(st.text(), st.integers()), max_size=4))
def test_seeds_are_64_bit(parts: list[str | int]) -> None:
    assert 0 <= derive_seed(*parts) < 2**64


@pytest.mark.parametrize(
    ("objective", "value", "reference", "bound", "closed"),
    [
        (COST, 90.0, 100.0, 80.0, 0.5),
        (COST, 110.0, 100.0, 80.0, -0.5),
        (BALANCE, 0.75, 0.5, 1.0, 0.5),
        (BALANCE, 0.75, 1.0, 1.0, None),
        (BALANCE, 0.75, 0.9, 0.8, None),
        (COST, 0.31, 0.1 + 0.2, 0.3, None),  # the reference is at the bound, but for rounding
    ],
)
def test_headroom(
    objective: Objective, value: float, reference: float, bound: float, closed: float | None
) -> None:
    assert objective.headroom_closed(value, reference=reference, bound=bound) == closed


def trial(**parts: object) -> Trial:
    fields: dict[str, object] = {
        "arm": Arm.SEARCH,
        "number": 1,
        "operator": "refine",
        "parent_ids": (),
        "proposal": Proposal(proposer="p", source=None),
        "program": None,
        **parts,
    }
    return Trial(**fields)  # type: ignore[arg-type]  # a table of fields, typed one by one above


def test_a_trial_tells_how_it_ended() -> None:
    evaluation = Evaluation(
        program_id="x",
        split=Split.TRAIN,
        verdict=Verdict.TIMEOUT,
        isolation=IsolationLevel.L2,
        evaluator="spot 1",
    )
    assert trial().verdict is Verdict.REJECTED
    assert trial(program=Program.of("1"), duplicate_of="x").verdict is None
    assert trial(program=Program.of("1"), evaluation=evaluation).verdict is Verdict.TIMEOUT


@pytest.mark.parametrize(
    ("objective", "value", "other", "agree"),
    [
        (BALANCE, 0.5, 0.5, True),
        (BALANCE, 0.5, 0.5 + 1e-12, False),
        (SPEED, 0.8, 0.8, True),
        (SPEED, 0.8, 0.7, True),
        (SPEED, 0.7, 0.8, True),
        (SPEED, 0.8, 0.6, False),
        (SPEED, 0.8, float("inf"), False),
    ],
)
def test_measured_values_agree_within_a_step_and_others_exactly(
    objective: Objective, value: float, other: float, *, agree: bool
) -> None:
    assert objective.agree(value, other) is agree
    assert objective.measured is (objective is SPEED)


@pytest.mark.parametrize("size", [1e-12, 1.0, 1e12])
@pytest.mark.parametrize("direction", list(Direction))
def test_a_bound_is_beaten_by_more_than_rounding_whatever_the_unit(
    size: float, direction: Direction
) -> None:
    objective = replace(COST, direction=direction)
    better = objective.fitness(1.0) * size
    assert objective.beats_bound(size + 1e-6 * better, size, scale=size)
    assert not objective.beats_bound(size + 1e-12 * better, size, scale=size)
    assert not objective.beats_bound(size - 1e-6 * better, size, scale=size)
    assert not objective.beats_bound(1e-16 * better, 0.0, scale=size)


@given(st.integers(-(10**5), 10**5))
def test_measured_values_are_whole_multiples_of_the_step(count: int) -> None:
    assert SPEED.in_steps(count * SPEED.step)
    assert not SPEED.in_steps((count + 0.01) * SPEED.step)
    assert replace(SPEED, step=0.0).in_steps((count + 0.01) * SPEED.step)
