"""The family's parameters: forms, named fleets, named stress cases, and the reading of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from adrs.core.scenario import Scalar, Scenario
from adrs.evaluation.parameters import Parameters

from .generator import Law, Traffic
from .simulator import Fleet


class Form(StrEnum):
    """Which problem the scenarios are instances of."""

    HARD = "hard"  # memory binds, rates are heavy-tailed and drift, moves cost
    PUBLISHED = "published"  # the distribution of the published benchmark


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large a fleet is: GPUs, memory of each in GB, models."""

    gpus: int
    gpu_gb: float
    models: int


_FLEETS = {
    "small": Size(gpus=4, gpu_gb=80.0, models=13),
    "medium": Size(gpus=8, gpu_gb=80.0, models=30),
    "large": Size(gpus=12, gpu_gb=80.0, models=46),
    # The shifted ones: cards of 40 and 141 GB, more GPUs, more models to a GPU.
    "narrow": Size(gpus=16, gpu_gb=40.0, models=40),
    "h200": Size(gpus=6, gpu_gb=141.0, models=40),
    "wide": Size(gpus=20, gpu_gb=80.0, models=72),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A stress case: what differs from the reference."""

    size: Size
    fill: float = 0.8
    law: Law = Law.ZIPF
    skew: float = 0.9
    windows: int = 8
    steady: bool = False


_MEDIUM = _FLEETS["medium"]
_STRESS = {
    "one_gpu": Case(size=Size(gpus=1, gpu_gb=80.0, models=5)),
    "one_model": Case(size=Size(gpus=4, gpu_gb=80.0, models=1), fill=0.2),
    "spare_gpus": Case(size=Size(gpus=12, gpu_gb=80.0, models=8), fill=0.2),
    "no_load": Case(size=_MEDIUM, law=Law.NONE),
    "all_equal": Case(size=Size(gpus=6, gpu_gb=80.0, models=18), law=Law.EQUAL, steady=True),
    "one_hot": Case(size=_MEDIUM, law=Law.ONE_HOT),
    "steep": Case(size=_MEDIUM, skew=2.5),
    "one_window": Case(size=_MEDIUM, windows=1),
    "steady": Case(size=_MEDIUM, steady=True),
    "full": Case(size=_MEDIUM, fill=0.95),
    "big_models": Case(size=Size(gpus=8, gpu_gb=80.0, models=12), fill=0.7),
    "times_four": Case(size=Size(gpus=48, gpu_gb=80.0, models=184), fill=0.85),
}
FLEETS: Mapping[str, Size] = MappingProxyType(_FLEETS)
STRESS: Mapping[str, Case] = MappingProxyType(_STRESS)
STRESS_KEY = "stress"
SETTINGS = ("form", "min_kv_gb", "load_s_per_gb", "window_s", "persistence", "pressure")
KEYS = ("fleet", "fill", "skew", "drift", "burst", "windows")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The evaluator's parameters, the same for every scenario; all but `form` are the hard form's.

    Attributes:
        form: which problem. In the published form a scenario's seed alone draws the instance,
            stress cases apart.
        min_kv_gb: memory that the models of a GPU must leave for the KV cache, in GB, above 0.
        load_s_per_gb: seconds in which one GB of weights is loaded.
        window_s: length of a window in seconds, above 0.
        persistence: correlation of a model's log-rate deviation in neighbouring windows, from 0 to
            less than 1.
        pressure: demand of a whole fleet over the memory that weights leave, above 0.
    """

    form: Form
    min_kv_gb: float
    load_s_per_gb: float
    window_s: float
    persistence: float
    pressure: float

    def fleet(self, size: Size) -> Fleet:
        """Return a fleet of some size."""
        return Fleet(
            gpus=size.gpus,
            gpu_gb=size.gpu_gb,
            min_kv_gb=self.min_kv_gb,
            move_cost=self.load_s_per_gb / self.window_s,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a scenario of the hard form asks for."""

    fleet: Fleet
    traffic: Traffic


def read_settings(params: Mapping[str, Scalar]) -> Settings:
    """Parse the evaluator's parameters.

    Raises:
        ProblemError: one is missing, unknown or out of range.
    """
    read = Parameters(params, "placement params", SETTINGS)
    return Settings(
        form=read.member("form", Form),
        min_kv_gb=read.number("min_kv_gb", above=0.0, below=20.0),
        load_s_per_gb=read.number("load_s_per_gb"),
        window_s=read.number("window_s", above=0.0),
        persistence=read.number("persistence", below=1.0),
        pressure=read.number("pressure", above=0.0),
    )


def read_scenario(scenario: Scenario, settings: Settings) -> Setting:
    """Parse a scenario's parameters: either `stress` alone, or all of `KEYS`.

    Raises:
        ProblemError: one is missing, unknown or out of range.
    """
    if STRESS_KEY in scenario.params:
        read = Parameters.of_scenario(scenario, (STRESS_KEY,))
        case = STRESS[read.choice(STRESS_KEY, STRESS)]
        drift, burst = (0.0, 0.0) if case.steady else (0.25, 1.0)
    else:
        read = Parameters.of_scenario(scenario, KEYS)
        case = Case(
            size=FLEETS[read.choice("fleet", FLEETS)],
            fill=read.number("fill", above=0.0, below=1.0),
            skew=read.number("skew"),
            windows=read.whole("windows", least=1),
        )
        drift, burst = (read.number(key) for key in ("drift", "burst"))
    traffic = Traffic(
        models=case.size.models,
        fill=case.fill,
        law=case.law,
        skew=case.skew,
        drift=drift,
        persistence=settings.persistence,
        burst=burst,
        windows=case.windows,
        pressure=settings.pressure,
    )
    return Setting(fleet=settings.fleet(case.size), traffic=traffic)
