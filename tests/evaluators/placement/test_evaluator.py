from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from adrs.core.evaluation import Verdict
from adrs.core.problem import Limits
from adrs.core.scenario import Scalar, Scenario, Split
from adrs.errors import ProblemError
from adrs.evaluation.protocol import Evaluator, Outcome
from adrs.evaluators.placement import build
from adrs.evaluators.placement.scenarios import FLEETS, STRESS
from adrs.sandbox.protocol import Job, PolicyFailed
from adrs.testing.sandbox import InlineSandbox

PARAMS: dict[str, Scalar] = {
    "form": "hard",
    "min_kv_gb": 1.0,
    "load_s_per_gb": 1.4,
    "window_s": 120.0,
    "persistence": 0.85,
    "pressure": 0.04,
}
CHOICES: dict[str, Scalar] = {
    "fleet": "small",
    "fill": 0.8,
    "skew": 0.9,
    "drift": 0.25,
    "burst": 1.0,
    "windows": 8,
}
STAY = """
def place(rates, sizes, slos, current, num_gpus, gpu_gb, min_kv_gb, move_cost):
    assert rates.shape[1:] == sizes.shape == slos.shape == current.shape
    assert type(num_gpus) is int and type(gpu_gb) is type(move_cost) is float
    where = current.tolist()
    for array in (rates, sizes, slos, current):
        array[:] = 0
    return where
"""
ROUND_ROBIN = """
def place(rates, sizes, slos, current, num_gpus, *rest):
    return [model % num_gpus for model in range(len(sizes))]
"""


def scenario(params: Mapping[str, Scalar], seed: int = 1) -> Scenario:
    return Scenario(id="train/0000", split=Split.TRAIN, seed=seed, params=params)


def play(evaluator: Evaluator[Any], workloads: Sequence[Any], source: str) -> Sequence[Outcome]:
    job = Job(source=source, interface=evaluator.interface, limits=Limits())
    return evaluator.play(workloads, InlineSandbox().open(job))


def test_one_plan_is_asked_per_instance_and_scored_on_its_own() -> None:
    evaluator = build(PARAMS)
    workloads = [evaluator.workload(scenario(CHOICES, seed)) for seed in range(3)]
    together = play(evaluator, workloads, STAY)
    alone = [play(evaluator, [workload], STAY)[0] for workload in workloads]
    assert together == alone
    assert len({outcome.value for outcome in together}) == 3


def test_a_policy_cannot_reach_the_instance_through_its_arguments() -> None:
    evaluator = build(PARAMS)
    workload = evaluator.workload(scenario(CHOICES))
    kept = workload.past.copy(), workload.sizes_gb.copy(), workload.current.copy()
    play(evaluator, [workload], STAY)
    now = workload.past, workload.sizes_gb, workload.current
    assert all((a == b).all() for a, b in zip(kept, now, strict=True))


@pytest.mark.parametrize("stress", list(STRESS))
def test_staying_is_valid_in_every_stress_case(stress: str) -> None:
    evaluator = build(PARAMS)
    workload = evaluator.workload(scenario({"stress": stress}))
    (outcome,) = play(evaluator, [workload], STAY)
    assert outcome.violation == ""
    assert outcome.value is not None
    assert evaluator.bound(workload) <= outcome.value * (1 + 1e-9)


@pytest.mark.parametrize("fleet", list(FLEETS))
@pytest.mark.parametrize("fill", [0.75, 0.88])
def test_staying_is_valid_and_no_better_than_the_bound_in_every_fleet(
    fleet: str, fill: float
) -> None:
    evaluator = build(PARAMS)
    workload = evaluator.workload(scenario({**CHOICES, "fleet": fleet, "fill": fill}))
    (outcome,) = play(evaluator, [workload], STAY)
    assert outcome.value is not None
    assert 0.0 < evaluator.bound(workload) <= outcome.value * (1 + 1e-9)


def test_the_published_form_takes_nothing_but_the_seed() -> None:
    evaluator = build({**PARAMS, "form": "published"})
    first, other = (
        evaluator.workload(scenario({**CHOICES, "fleet": fleet})) for fleet in ("small", "wide")
    )
    assert first.sizes_gb.tobytes() == other.sizes_gb.tobytes()
    assert (first.current == -1).all()
    (outcome,) = play(evaluator, [first], ROUND_ROBIN)
    assert outcome.value is not None
    assert outcome.metrics["moves"] == 0.0
    assert evaluator.bound(first) <= outcome.value


def test_the_published_form_keeps_the_stress_cases() -> None:
    published, hard = (build({**PARAMS, "form": form}) for form in ("published", "hard"))
    stress = scenario({"stress": "full"})
    assert published.workload(stress).past.tobytes() == hard.workload(stress).past.tobytes()


def test_moves_cost_what_loading_takes_of_a_window() -> None:
    workload = build({**PARAMS, "load_s_per_gb": 2.0, "window_s": 50.0}).workload(scenario(CHOICES))
    assert workload.fleet.move_cost == 0.04


def test_failures_of_the_policy_are_let_through() -> None:
    evaluator = build(PARAMS)
    workload = evaluator.workload(scenario(CHOICES))
    source = "def place(*arguments):\n    raise ValueError('no')\n"
    with pytest.raises(PolicyFailed) as failure:
        play(evaluator, [workload], source)
    assert failure.value.verdict is Verdict.EXCEPTION
    assert failure.value.slot == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"form": "easy"}, "form: expected one of hard, published"),
        ({"min_kv_gb": 0.0}, "min_kv_gb: expected a number above 0 and below 20"),
        ({"load_s_per_gb": -1.0}, "load_s_per_gb: expected a number of at least 0"),
        ({"window_s": 0}, "window_s: expected a number above 0"),
        ({"persistence": 1.0}, "persistence: expected a number of at least 0 and below 1"),
        ({"pressure": float("nan")}, "pressure: expected a number above 0"),
        ({"gpus": 3}, "unknown parameter 'gpus'"),
    ],
)
def test_wrong_parameters_are_named(change: dict[str, Scalar], says: str) -> None:
    with pytest.raises(ProblemError, match=says):
        build({**PARAMS, **change})


def test_missing_parameters_are_named() -> None:
    with pytest.raises(ProblemError, match="'window_s' is missing"):
        build({k: v for k, v in PARAMS.items() if k != "window_s"})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"fleet": "huge"}, "fleet: expected one of small"),
        ({"fill": 1.0}, "fill: expected a number above 0 and below 1"),
        ({"skew": "1"}, "skew: expected a number"),
        ({"drift": float("inf")}, "drift: expected a number"),
        ({"windows": 0}, "windows: expected a whole number of at least 1"),
        ({"windows": 2.5}, "windows: expected a whole number"),
        ({"gpus": 8}, "unknown parameter 'gpus'"),
        ({"stress": "one_gpu"}, "unknown parameter 'fleet'"),
    ],
)
def test_wrong_scenario_parameters_are_named(change: dict[str, Scalar], says: str) -> None:
    for form in ("hard", "published"):
        with pytest.raises(ProblemError, match=says):
            build({**PARAMS, "form": form}).workload(scenario({**CHOICES, **change}))


def test_an_unknown_stress_case_is_named() -> None:
    with pytest.raises(ProblemError, match="stress: expected one of one_gpu"):
        build(PARAMS).workload(scenario({"stress": "none"}))
