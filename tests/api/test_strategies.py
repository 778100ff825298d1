from typing import Any

import pytest

from adrs.api import compose
from adrs.core.objective import Direction, Objective
from adrs.core.run import USUALLY_OFF
from adrs.errors import UsageError

COST = Objective(metric="cost", unit="$", direction=Direction.MINIMIZE)


@pytest.mark.parametrize(
    ("evals", "calls", "planned"), [(None, 100, 100), (50, 100, 50), (2000, None, 2000)]
)
def test_a_strategy_plans_by_the_scarcer_budget(
    monkeypatch: pytest.MonkeyPatch, evals: int | None, calls: int | None, planned: int
) -> None:
    made: list[dict[str, Any]] = []
    monkeypatch.setitem(compose.STRATEGIES, "told", lambda **told: made.append(told))
    compose.strategy_factory("told", (), calls=calls)(objective=COST, seed=1, evals=evals)
    assert made == [{"objective": COST, "seed": 1, "evals": planned}]


def test_parts_that_are_off_are_named_in_the_strategys_order() -> None:
    usual = compose.parts_off("adaptive", (), ())
    assert usual == USUALLY_OFF["adaptive"]
    assert compose.parts_off("adaptive", usual, ()) == ()
    others = tuple(part for part in usual if part not in ("failures", "cycles"))
    off = compose.parts_off("adaptive", ("failures", "cycles"), ("tune", "seeding"))
    assert set(off) == {"seeding", "tune", *others}
    assert off == tuple(part for part in compose.features("adaptive") if part in off)
    assert compose.parts_off("greedy", (), ()) == ()


def test_what_a_strategy_does_not_have_cannot_be_switched() -> None:
    with pytest.raises(UsageError, match="--also racing: no such part of strategy greedy"):
        compose.parts_off("greedy", ("racing",), ())
    with pytest.raises(UsageError, match="expected one of the two"):
        compose.parts_off("adaptive", ("racing",), ("racing",))
