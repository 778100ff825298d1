"""How likely a program is better than another."""

import numpy as np
import pytest

from adrs.core.objective import Direction, Objective
from adrs.report.runs.chances import chances

LOW = Objective(metric="cost", unit="$", direction=Direction.MINIMIZE)
HIGH = Objective(metric="gain", unit="", direction=Direction.MAXIMIZE)


def test_a_program_that_wins_everywhere_is_surely_better() -> None:
    samples = [[1.0, 2.0, 3.0], [1.5, 2.5, 3.5]]
    assert chances(samples, LOW).tolist() == [[0.5, 1.0], [0.0, 0.5]]
    assert chances(samples, HIGH).tolist() == [[0.5, 0.0], [1.0, 0.5]]


def test_equal_programs_are_even() -> None:
    rng = np.random.Generator(np.random.PCG64(1))
    values = rng.normal(1e6, 1.0, 50).tolist()
    assert chances([values, values, values], LOW).tolist() == [[0.5] * 3] * 3


def test_measured_values_a_step_apart_are_even() -> None:
    speed = Objective(metric="speed", unit="", direction=Direction.MAXIMIZE, step=0.25)
    samples = [[2.25, 1.75, 2.1], [2.0, 1.5, 1.85], [1.75, 1.25, 1.6]]
    found = chances(samples, speed)
    assert found[0].tolist() == [0.5, 0.5, 1.0]
    assert found[1].tolist() == [0.5, 0.5, 0.5]


def test_the_chance_is_the_normal_one_for_many_scenarios() -> None:
    rng = np.random.Generator(np.random.PCG64(2))
    gaps = rng.normal(0.0, 1.0, 400)
    gaps += 0.05 - gaps.mean()  # a mean of one standard error
    found = chances([(100 + gaps).tolist(), [100.0] * 400], HIGH)[0, 1]
    assert found == pytest.approx(0.841, abs=0.03)


def test_pairing_counts() -> None:
    """Scenarios vary widely, the difference hardly: it is seen because they are drawn together."""
    rng = np.random.Generator(np.random.PCG64(3))
    hard = rng.uniform(1, 1000, 60)
    samples = [(hard - rng.uniform(0.0, 0.1, 60)).tolist(), hard.tolist()]
    assert chances(samples, LOW)[0, 1] == 1.0


@pytest.mark.parametrize("samples", [[[1.0], [1.0, 2.0]], [[], []]])
def test_unequal_numbers_of_scenarios_are_refused(samples: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="as many values"):
        chances(samples, LOW)
