from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from adrs.evaluators.placement.scoring import score, violation
from adrs.evaluators.placement.simulator import Workload


@pytest.fixture(scope="module")
def workload(make: Callable[..., Workload]) -> Workload:
    made = make([2, 3, 4], [6, 4, 9], [0, 0, 1], move_cost=0.1)
    return replace(made, past=np.array([[1.0, 1.0, 1.0], [8.0, 2.0, 3.0]]))


def test_a_valid_placement_gets_a_value_and_every_metric(workload: Workload) -> None:
    outcome = score(np.array([1, 0, 1]), workload)
    assert outcome.violation == ""
    assert outcome.value == pytest.approx((7.2 + 9) / 4, rel=1e-15)
    assert outcome.metrics == pytest.approx(
        {
            "mean_kvpr": (4 / 7 + 16.2 / 4) / 2,
            "seen_kvpr": (8 * 1.2 + 3) / 4,
            "moves": 1.0,
            "moved_gb": 2.0,
        },
        rel=1e-15,
    )


def test_the_past_does_not_touch_the_value(workload: Workload) -> None:
    other = replace(workload, past=workload.past * 7)
    placement = np.array([0, 1, 1])
    assert score(placement, other).value == score(placement, workload).value


@pytest.mark.parametrize("length", [0, 2, 4])
def test_models_left_out_or_invented_are_a_violation(workload: Workload, length: int) -> None:
    outcome = score(np.zeros(length, np.int64), workload)
    assert outcome.value is None
    assert not outcome.metrics
    assert outcome.violation.startswith(f"placement has {length} entries for 3 models")


@pytest.mark.parametrize("gpu", [-1, 2, 2**62, -(2**62)])
def test_gpus_that_do_not_exist_are_a_violation(workload: Workload, gpu: int) -> None:
    says = violation(np.array([0, gpu, 1]), workload)
    assert says == f"model 1: GPU {gpu}, expected 0 to 1 (1 such in all)"


def test_too_little_memory_is_a_violation(make: Callable[..., Workload]) -> None:
    workload = make([5, 4, 0.5, 3], [1, 1, 1, 1], [0, 0, 1, 1])
    assert violation(np.array([0, 0, 1, 1]), workload) == ""
    assert violation(np.array([0, 0, 0, 1]), workload) == (
        "out of memory on 1 of 2 GPUs: the models of one need 0.5 GB too much (1 GB must stay free "
        "for the KV cache)"
    )


def test_an_idle_model_needs_memory_too(make: Callable[..., Workload]) -> None:
    workload = make([5, 5], [1, 0], [0, 1])
    assert "out of memory" in violation(np.array([0, 0]), workload)


def test_negative_free_memory_is_no_negative_pressure(make: Callable[..., Workload]) -> None:
    workload = make([9, 9], [1, 1], [0, 1])
    assert score(np.array([0, 0]), workload).value is None
