"""The family's parameters: named shapes, named stress cases, and the reading of both."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from adrs.core.scenario import Scalar, Scenario
from adrs.evaluation.parameters import Parameters

from .generator import Law, Traffic
from .simulator import Shape

_SHAPES = {
    # DeepSeek-V3 in the published evaluators: 58 layers, 9 slots on each of 32 GPUs.
    "reference": Shape(layers=58, experts=256, slots=288, gpus=32, nodes=4, groups=8),
    "slice": Shape(layers=8, experts=256, slots=288, gpus=32, nodes=4, groups=8),
    "mid": Shape(layers=16, experts=128, slots=144, gpus=16, nodes=2, groups=4),
    "flat": Shape(layers=16, experts=64, slots=80, gpus=8, nodes=2, groups=1),
    # The same with half of the layers: what a policy does to one, it does to each.
    "slice_half": Shape(layers=4, experts=256, slots=288, gpus=32, nodes=4, groups=8),
    "mid_half": Shape(layers=8, experts=128, slots=144, gpus=16, nodes=2, groups=4),
    "flat_half": Shape(layers=8, experts=64, slots=80, gpus=8, nodes=2, groups=1),
    # DeepSeek-V2, Qwen3-235B, Kimi-K2 and OLMoE: experts and groups of each, a part of the layers.
    "e160": Shape(layers=12, experts=160, slots=192, gpus=16, nodes=2, groups=8),
    "e128": Shape(layers=12, experts=128, slots=160, gpus=16, nodes=2, groups=1),
    "e384": Shape(layers=8, experts=384, slots=416, gpus=32, nodes=4, groups=1),
    "e64": Shape(layers=16, experts=64, slots=72, gpus=8, nodes=1, groups=1),
    # DeepSeek-V2, Qwen3-235B and Kimi-K2 with all their layers of experts.
    "whole160": Shape(layers=59, experts=160, slots=192, gpus=16, nodes=2, groups=8),
    "whole128": Shape(layers=94, experts=128, slots=160, gpus=16, nodes=2, groups=1),
    "whole384": Shape(layers=60, experts=384, slots=416, gpus=32, nodes=4, groups=1),
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
SETTINGS = ("tokens_per_expert", "persistence", "unevenness", "groups_on_one_node")
DEFAULTS: Mapping[str, Scalar] = MappingProxyType({"objective": "balance", "cpu_share": 0.0})
KEYS = ("shape", "law", "skew", "drift", "switches", "windows")


class Goal(StrEnum):
    """What is scored."""

    BALANCE = "balance"  # balancedness of the next window
    SPEED = "speed"  # CPU time, of programs that balance no worse than the published greedy


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The evaluator's parameters, the same for every scenario.

    Attributes:
        tokens_per_expert: mean tokens per expert, layer and window, 1 to 10**9.
        persistence: correlation of an expert's log-load deviation in neighbouring windows, from 0
            to less than 1.
        unevenness: standard deviation over experts of the log of their drift.
        groups_on_one_node: whether placements that put an expert group on two nodes are invalid.
        goal: what is scored (`objective` in the problem's parameters).
        cpu_share: CPU time that a policy may use, over the published greedy's; see `pace`. 0 for no
            limit of this kind, as where speed is scored.
    """

    tokens_per_expert: int
    persistence: float
    unevenness: float
    groups_on_one_node: bool
    goal: Goal
    cpu_share: float


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
    read = Parameters(params, "eplb params", SETTINGS, defaults=DEFAULTS)
    goal = read.member("objective", Goal)
    most_share = 1000.0 if goal is Goal.BALANCE else 0.0
    return Settings(
        tokens_per_expert=read.whole("tokens_per_expert", least=1, most=10**9),
        persistence=read.number("persistence", below=1.0),
        unevenness=read.number("unevenness"),
        groups_on_one_node=read.whole("groups_on_one_node", most=1) == 1,
        goal=goal,
        cpu_share=read.number("cpu_share", most=most_share),
    )


def read_scenario(scenario: Scenario, settings: Settings) -> Setting:
    """Parse a scenario's parameters: either `stress` alone, or all of `KEYS`.

    Raises:
        ProblemError: one is missing, unknown or out of range.
    """
    if STRESS_KEY in scenario.params:
        read = Parameters.of_scenario(scenario, (STRESS_KEY,))
        shape, law, windows = STRESS[read.choice(STRESS_KEY, STRESS)]
        skew, drift, switches = 1.0, 0.4, 0.1
    else:
        read = Parameters.of_scenario(scenario, KEYS)
        shape = SHAPES[read.choice("shape", SHAPES)]
        law = read.member("law", Law)
        windows = read.whole("windows", least=1)
        skew, drift, switches = (read.number(key) for key in ("skew", "drift", "switches"))
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
