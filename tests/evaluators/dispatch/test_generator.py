"""Workloads: what a scenario's parameters make of it, and what they may not be."""

from collections.abc import Mapping

import numpy as np
import pytest

from adrs.core.scenario import Scalar, Scenario, Split
from adrs.errors import ProblemError
from adrs.evaluators.dispatch import DispatchEvaluator
from adrs.evaluators.dispatch.generator import Workload
from adrs.evaluators.dispatch.servers import CLUSTERS, cluster_of
from adrs.evaluators.dispatch.tasks import MIXES, Pattern, Tasks

PARAMS: Mapping[str, Scalar] = {
    "cluster": "mixed", "servers": 6, "workload": "functions", "arrivals": "poisson", "load": 0.75,
    "tasks": 50, "schedulers": 3, "push_every": 8,
}  # fmt: skip


def make(evaluator: DispatchEvaluator, *, seed: int = 1, **change: Scalar) -> Workload:
    return made(evaluator, seed, {**PARAMS, **change})


def made(evaluator: DispatchEvaluator, seed: int, params: Mapping[str, Scalar]) -> Workload:
    return evaluator.workload(Scenario(id="x/1", split=Split.TRAIN, seed=seed, params=params))


def arrays(workload: Workload) -> list[np.ndarray]:
    tasks = workload.tasks
    return [
        tasks.arrival_us, tasks.cores, tasks.memory_gb, tasks.work_us, tasks.estimate_us,
        workload.scheduler, workload.samples, workload.heads,
    ]  # fmt: skip


def test_a_seed_makes_one_workload(evaluator: DispatchEvaluator) -> None:
    first, again, other = (make(evaluator, seed=seed) for seed in (1, 1, 2))
    assert all((a == b).all() for a, b in zip(arrays(first), arrays(again), strict=True))
    assert first.seeds == again.seeds
    assert not set(first.seeds) & set(other.seeds)
    assert len(set(first.seeds)) == 3
    assert (first.tasks.work_us != other.tasks.work_us).any()


@pytest.mark.parametrize("name", sorted(MIXES))
@pytest.mark.parametrize("arrivals", list(Pattern))
def test_workloads_are_in_order(evaluator: DispatchEvaluator, name: str, arrivals: Pattern) -> None:
    workload = make(evaluator, workload=name, arrivals=arrivals.value, tasks=300)
    tasks = workload.tasks
    assert all(array.dtype == np.int64 for array in arrays(workload))
    assert (np.diff(tasks.arrival_us) >= 0).all()
    assert tasks.arrival_us[0] >= 0
    assert tasks.work_us.min() >= 1
    assert tasks.estimate_us.min() >= 1000
    assert (workload.heads[:, :4] == np.stack(
        (tasks.arrival_us // 1000, tasks.cores, tasks.memory_gb, tasks.estimate_us // 1000), axis=1
    )).all()  # fmt: skip


def test_every_task_fits_on_every_server() -> None:
    for name in CLUSTERS:
        for server in cluster_of(name, 12):
            for mix in MIXES.values():
                assert max(mix.cores) <= server.cores
                assert max(mix.memory_gb) <= server.memory_gb


def load_of(workload: Workload) -> float:
    tasks: Tasks = workload.tasks
    capacity = sum(server.cores * server.speed / 100 for server in workload.servers)
    return float((tasks.cores * tasks.work_us).sum() / capacity / tasks.arrival_us[-1])


@pytest.mark.parametrize("arrivals", ["poisson", "bursty", "ramp"])
@pytest.mark.parametrize("name", ["functions", "batch", "exponential"])
def test_the_load_is_what_was_asked_for(
    evaluator: DispatchEvaluator, name: str, arrivals: str
) -> None:
    loads = [
        load_of(make(evaluator, seed=seed, workload=name, arrivals=arrivals, tasks=4000, load=0.6))
        for seed in range(6)
    ]
    assert sum(loads) / 6 == pytest.approx(0.6, rel=0.07)


def test_estimates_are_the_means_of_types(evaluator: DispatchEvaluator) -> None:
    tasks = make(evaluator, workload="batch", tasks=20_000).tasks
    for estimate in np.unique(tasks.estimate_us):
        works = tasks.work_us[tasks.estimate_us == estimate]
        if len(works) > 500:
            assert works.mean() == pytest.approx(estimate, rel=0.15)
            assert works.std() == pytest.approx(estimate, rel=0.35)


def test_arrivals_have_their_patterns(evaluator: DispatchEvaluator) -> None:
    def gaps(arrivals: str) -> np.ndarray:
        return np.diff(make(evaluator, arrivals=arrivals, tasks=20_000).tasks.arrival_us)

    def index(values: np.ndarray) -> float:
        """Variance over mean of the arrivals in windows of 50 mean gaps; 1 for Poisson."""
        times = np.cumsum(values)
        counts = np.bincount((times / values.mean() / 50).astype(np.int64))[:-1]
        return float(counts.var() / counts.mean())

    assert index(gaps("poisson")) == pytest.approx(1.0, abs=0.3)
    assert index(gaps("bursty")) > 5
    ramp = gaps("ramp")
    early, late = ramp[:2000].mean(), ramp[-2000:].mean()
    assert early / late == pytest.approx(1.5 / 0.5, rel=0.2)
    assert not gaps("together").any()


def test_samples_differ_as_far_as_servers_suffice(evaluator: DispatchEvaluator) -> None:
    many = make(evaluator, servers=6, tasks=3000).samples
    assert all(len(set(row)) == 4 for row in many.tolist())
    assert np.bincount(many[:, 0], minlength=6) == pytest.approx(500, rel=0.15)
    assert {tuple(row[2:]) for row in make(evaluator, servers=2).samples.tolist()} <= {
        (0, 1),
        (1, 0),
    }
    assert not make(evaluator, servers=1).samples.any()


def test_workloads_cannot_be_changed(evaluator: DispatchEvaluator) -> None:
    workload = make(evaluator)
    for array in (workload.scheduler, workload.samples, workload.heads):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = array[1]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"cluster": "moon"}, "cluster: expected one of uniform"),
        ({"workload": 3}, "workload: expected one of functions"),
        ({"arrivals": "late"}, "arrivals: expected one of poisson"),
        ({"servers": 0}, "servers: expected a whole number from 1 to 8"),
        ({"servers": 9}, "servers: expected a whole number from 1 to 8"),
        ({"tasks": 2.5}, "tasks: expected a whole number"),
        ({"schedulers": 65}, "schedulers: expected a whole number from 1 to 64"),
        ({"push_every": -1}, "push_every: expected a whole number from 0"),
        ({"load": 0}, "load: expected a number from 1e-06 to 100"),
        ({"load": "high"}, "load: expected a number"),
        ({"colour": 1}, "unknown parameter 'colour'; there are cluster"),
    ],
)
def test_a_wrong_parameter_is_named(
    evaluator: DispatchEvaluator, change: dict[str, Scalar], text: str
) -> None:
    with pytest.raises(ProblemError, match=text):
        made(evaluator, 1, {**PARAMS, **change})


def test_a_missing_parameter_is_named(evaluator: DispatchEvaluator) -> None:
    params = {name: value for name, value in PARAMS.items() if name != "load"}
    with pytest.raises(ProblemError, match="parameter 'load' is missing"):
        made(evaluator, 1, params)
