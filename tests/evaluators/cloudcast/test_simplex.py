import itertools

import numpy as np
import pytest

from adrs.evaluators.cloudcast.simplex import maximise


def best_corner(profit: np.ndarray, rows: np.ndarray, limits: np.ndarray) -> float:
    """The optimum by trying every choice of active constraints."""
    count = len(profit)
    walls = np.vstack([rows, -np.eye(count)])
    edges = np.concatenate([limits, np.zeros(count)])
    best = -np.inf
    for chosen in itertools.combinations(range(len(walls)), count):
        active = walls[list(chosen)]
        if abs(np.linalg.det(active)) < 1e-9:
            continue
        corner = np.linalg.solve(active, edges[list(chosen)])
        if (walls @ corner <= edges + 1e-9).all():
            best = max(best, float(profit @ corner))
    return best


@pytest.mark.parametrize("seed", range(20))
def test_the_optimum_is_that_of_the_best_corner(seed: int) -> None:
    rng = np.random.default_rng(seed)
    profit = rng.normal(size=3)
    rows = np.vstack([rng.normal(size=(4, 3)), np.ones(3)])  # the last bounds every variable
    limits = rng.uniform(0.0, 2.0, size=5)
    found = maximise(profit, rows, limits)
    assert found.value == pytest.approx(best_corner(profit, rows, limits), abs=1e-9)
    # Strong duality: the duals are feasible and price the limits at the same value.
    assert (found.duals >= -1e-9).all()
    assert (found.duals @ rows >= profit - 1e-9).all()
    assert float(found.duals @ limits) == pytest.approx(found.value, abs=1e-9)


def test_what_is_not_worth_anything_stays_at_nothing() -> None:
    found = maximise(np.array([-1.0, 0.0]), np.eye(2), np.ones(2))
    assert found.value == 0.0
    assert not found.duals.any()


def test_a_program_without_limits_ends() -> None:
    found = maximise(np.array([1.0]), np.array([[-1.0]]), np.array([1.0]))
    assert np.isfinite(found.value)


def test_ties_of_the_ratio_test_do_not_hang_it() -> None:
    """Beale's example, on which the largest-coefficient rule cycles for some ways to break ties."""
    rows = np.array([[0.25, -60, -1 / 25, 9], [0.5, -90, -1 / 50, 3], [0, 0, 1, 0]])
    found = maximise(np.array([0.75, -150, 0.02, -6]), rows, np.array([0.0, 0.0, 1.0]))
    assert found.value <= 0.05 + 1e-12
