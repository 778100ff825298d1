"""The family's parameters: forms, named fleets, named stress cases, and the reading of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from adrs.core.scenario import Scalar, Scenario
from adrs.errors import ProblemError

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
    where = "placement params"
    keys = ("form", "min_kv_gb", "load_s_per_gb", "window_s", "persistence", "pressure")
    _check_keys(params, keys, where)
    return Settings(
        form=Form(_name(params, "form", where, tuple(Form))),
        min_kv_gb=_number(params, "min_kv_gb", where, above=0.0, below=20.0),
        load_s_per_gb=_number(params, "load_s_per_gb", where),
        window_s=_number(params, "window_s", where, above=0.0),
        persistence=_number(params, "persistence", where, below=1.0),
        pressure=_number(params, "pressure", where, above=0.0),
    )


def read_scenario(scenario: Scenario, settings: Settings) -> Setting:
    """Parse a scenario's parameters: either `stress` alone, or all of `KEYS`.

    Raises:
        ProblemError: one is missing, unknown or out of range.
    """
    params, where = scenario.params, f"scenario {scenario.id}"
    if STRESS_KEY in params:
        _check_keys(params, (STRESS_KEY,), where)
        case = STRESS[_name(params, STRESS_KEY, where, tuple(STRESS))]
        drift, burst = (0.0, 0.0) if case.steady else (0.25, 1.0)
    else:
        _check_keys(params, KEYS, where)
        case = Case(
            size=FLEETS[_name(params, "fleet", where, tuple(FLEETS))],
            fill=_number(params, "fill", where, above=0.0, below=1.0),
            skew=_number(params, "skew", where),
            windows=_count(params, "windows", where),
        )
        drift, burst = (_number(params, key, where) for key in ("drift", "burst"))
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


def _number(
    params: Mapping[str, Scalar],
    key: str,
    where: str,
    *,
    above: float | None = None,
    below: float = float("inf"),
) -> float:
    """Return a finite number of at least 0, or above `above`, and below `below`."""
    value = params[key]
    least = "of at least 0" if above is None else f"above {above:g}"
    most = "" if below == float("inf") else f" and below {below:g}"
    if isinstance(value, str) or not 0.0 <= value < below or (above is not None and value <= above):
        raise ProblemError(f"{where}.{key}: expected a number {least}{most}, got {value!r}.")
    return float(value)


def _count(params: Mapping[str, Scalar], key: str, where: str) -> int:
    value = params[key]
    if not isinstance(value, int) or value < 1:
        raise ProblemError(f"{where}.{key}: expected a whole number of at least 1, got {value!r}.")
    return value
