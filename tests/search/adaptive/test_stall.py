from collections.abc import Callable

import pytest

from adrs.core.objective import Objective
from adrs.search.adaptive.kin import Birth
from adrs.search.adaptive.stall import Stall, standard_error


def test_failures_count_as_trials_without_progress(
    objective: Objective, make_birth: Callable[..., Birth]
) -> None:
    stall = Stall(objective, patience=5)
    stall.tell(make_birth(10.0, values=(10.0, 10.0)))
    for _ in range(4):
        stall.tell(make_birth(None))
    assert not stall.stalled
    stall.tell(make_birth(None, repeats=True))
    assert stall.stalled


@pytest.mark.parametrize(
    ("values", "stalls"),
    [
        ((9.0, 9.1, 8.9, 9.0), False),  # better everywhere
        ((1.0, 13.0, 12.0, 13.0), True),  # better on average by a single scenario
        ((11.0, 11.0, 11.0, 11.0), True),  # worse
        ((10.0, 10.0, 10.0, 10.0), True),  # equal
    ],
)
def test_only_a_gain_beyond_its_standard_error_is_progress(
    objective: Objective,
    make_birth: Callable[..., Birth],
    values: tuple[float, ...],
    stalls: bool,
) -> None:
    stall = Stall(objective, patience=3)
    stall.tell(make_birth(10.0, values=(10.0,) * 4))
    stall.tell(make_birth(None))
    stall.tell(make_birth(None))
    stall.tell(make_birth(sum(values) / 4, values=values))
    assert stall.stalled is stalls


def test_small_gains_are_held_against_the_last_progress(
    objective: Objective, make_birth: Callable[..., Birth]
) -> None:
    stall = Stall(objective, patience=2)
    # The second is within noise of the first, the third of the second, but not of the first.
    for values in ((10.0,) * 4, (11.0, 8.6, 10.2, 9.8), (9.0, 10.0, 9.6, 9.4)):
        stall.tell(make_birth(sum(values) / 4, values=values))
    stall.tell(make_birth(None))
    assert not stall.stalled
    stall.tell(make_birth(None))
    assert stall.stalled


@pytest.mark.parametrize("size", [1e-200, 1.0, 1e200])
def test_standard_error_of_a_known_sample(size: float) -> None:
    found = standard_error([size, 2 * size, 3 * size])
    assert found == pytest.approx(size / 3**0.5, rel=1e-12, abs=0.0)
    assert standard_error([4.0]) == 0.0
