"""The family's parameters: named shapes, named stress cases, and the reading of both."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from adrs.core.scenario import Scalar, Scenario
from adrs.errors import ProblemError

from .generator import Law, Traffic
from .simulator import Shape

_SHAPES = {
    # DeepSeek-V3 in the published evaluators: 58 layers, 9 slots on each of 32 GPUs.
    "reference": Shape(layers=58, experts=256, slots=288, gpus=32, nodes=4, groups=8),
    "slice": Shape(layers=8, experts=256, slots=288, gpus=32, nodes=4, groups=8),
    "mid": Shape(layers=16, experts=128, slots=144, gpus=16, nodes=2, groups=4),
    "flat": Shape(layers=16, experts=64, slots=80, gpus=8, nodes=2, groups=1),
    # DeepSeek-V2, Qwen3-235B, Kimi-K2 and OLMoE: experts and groups of each, a part of the layers.
    "e160": Shape(layers=12, experts=160, slots=192, gpus=16, nodes=2, groups=8),
    "e128": Shape(layers=12, experts=128, slots=160, gpus=16, nodes=2, groups=1),
    "e384": Shape(layers=8, experts=384, slots=416, gpus=32, nodes=4, groups=1),
    "e64": Shape(layers=16, experts=64, slots=72, gpus=8, nodes=1, groups=1),
}
SMALL = Shape(layers=4, experts=64, slots=80, gpus=8, nodes=2, groups=4)
_STRESS = {  # shape, law of popularity, past windows
    "one_gpu": (
        Shape(layers=4, experts=16, slots=20, gpus=1, nodes=1, groups=1),
        Law.LOGNORMAL,
        8,
    ),
    "no_spare": (
        Shape(layers=4, experts=64, slots=64, gpus=8, nodes=2, groups=4),
        Law.LOGNORMAL,
        8,
    ),
    "no_load": (SMALL, Law.NONE, 8),
    "all_equal": (SMALL, Law.EQUAL, 8),
    "one_hot": (SMALL, Law.ONE_HOT, 8),
    "one_window": (SMALL, Law.ZIPF, 1),
    "one_layer": (
        Shape(layers=1, experts=64, slots=80, gpus=8, nodes=1, groups=1),
        Law.LOGNORMAL,
        8,
    ),
    "one_expert": (Shape(layers=4, experts=1, slots=8, gpus=8, nodes=2, groups=1), Law.EQUAL, 8),
    "many_slots": (
        Shape(layers=4, experts=8, slots=64, gpus=16, nodes=2, groups=2),
        Law.LOGNORMAL,
        8,
    ),
    "one_slot_gpus": (
        Shape(layers=4, experts=24, slots=32, gpus=32, nodes=4, groups=4),
        Law.ZIPF,
        8,
    ),
    "odd_groups": (
        Shape(layers=4, experts=96, slots=104, gpus=8, nodes=2, groups=3),
        Law.LOGNORMAL,
        8,
    ),
    "times_four": (
        Shape(layers=3, experts=1024, slots=1152, gpus=128, nodes=16, groups=32),
        Law.LOGNORMAL,
        8,
    ),
}
SHAPES: Mapping[str, Shape] = MappingProxyType(_SHAPES)
STRESS: Mapping[str, tuple[Shape, Law, int]] = MappingProxyType(_STRESS)
STRESS_KEY = "stress"
KEYS = ("shape", "law", "skew", "drift", "switches", "windows")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The evaluator's parameters, the same for every scenario.

    Attributes:
        tokens_per_expert: mean tokens per expert, layer and window, at least 1.
        persistence: correlation of an expert's log-load deviation in neighbouring windows, from 0
            to less than 1.
        unevenness: standard deviation over experts of the log of their drift.
        groups_on_one_node: whether placements that put an expert group on two nodes are invalid.
    """

    tokens_per_expert: int
    persistence: float
    unevenness: float
    groups_on_one_node: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a scenario asks for."""

    shape: Shape
    traffic: Traffic


def read_settings(params: Mapping[str, Scalar]) -> Settings:
    """Parse the evaluator's parameters.

    Raises:
        ProblemError: one is missing, unknown or out of range.
    """
    where = "eplb params"
    known = ("tokens_per_expert", "persistence", "unevenness", "groups_on_one_node")
    _check_keys(params, known, where)
    persistence = _number(params, "persistence", where)
    if persistence >= 1.0:
        raise ProblemError(f"{where}.persistence: expected less than 1, got {persistence}.")
    return Settings(
        tokens_per_expert=_integer(params, "tokens_per_expert", where, least=1),
        persistence=persistence,
        unevenness=_number(params, "unevenness", where),
        groups_on_one_node=_integer(params, "groups_on_one_node", where, least=0, most=1) == 1,
    )


def read_scenario(scenario: Scenario, settings: Settings) -> Setting:
    """Parse a scenario's parameters: either `stress` alone, or all of `KEYS`.

    Raises:
        ProblemError: one is missing, unknown or out of range.
    """
    params, where = scenario.params, f"scenario {scenario.id}"
    if STRESS_KEY in params:
        _check_keys(params, (STRESS_KEY,), where)
        shape, law, windows = STRESS[_name(params, STRESS_KEY, where, tuple(STRESS))]
        skew, drift, switches = 1.0, 0.4, 0.1
    else:
        _check_keys(params, KEYS, where)
        shape = SHAPES[_name(params, "shape", where, tuple(SHAPES))]
        law = Law(_name(params, "law", where, tuple(Law)))
        windows = _integer(params, "windows", where, least=1)
        skew, drift, switches = (_number(params, k, where) for k in ("skew", "drift", "switches"))
    traffic = Traffic(
        law=law,
        skew=skew,
        drift=drift,
        unevenness=settings.unevenness,
        persistence=settings.persistence,
        switches=switches,
        windows=windows,
        tokens_per_expert=settings.tokens_per_expert,
    )
    return Setting(shape=shape, traffic=traffic)


def _check_keys(params: Mapping[str, Scalar], keys: tuple[str, ...], where: str) -> None:
    for key in params:
        if key not in keys:
            raise ProblemError(f"{where}: unknown parameter '{key}'; there are {', '.join(keys)}.")
    for key in keys:
        if key not in params:
            raise ProblemError(f"{where}: parameter '{key}' is missing.")


def _name(params: Mapping[str, Scalar], key: str, where: str, known: tuple[str, ...]) -> str:
    value = params[key]
    if not isinstance(value, str) or value not in known:
        raise ProblemError(f"{where}.{key}: expected one of {', '.join(known)}, got {value!r}.")
    return value


def _number(params: Mapping[str, Scalar], key: str, where: str) -> float:
    value = params[key]
    if isinstance(value, str) or not 0.0 <= value < float("inf"):
        raise ProblemError(f"{where}.{key}: expected a number of at least 0, got {value!r}.")
    return float(value)


def _integer(
    params: Mapping[str, Scalar], key: str, where: str, *, least: int, most: int | None = None
) -> int:
    value = params[key]
    if not isinstance(value, int) or value < least or (most is not None and value > most):
        upper = "" if most is None else f" and at most {most}"
        raise ProblemError(
            f"{where}.{key}: expected a whole number of at least {least}{upper}, got {value!r}."
        )
    return value
