"""The family's parameters, and the reading of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from adrs.core.scenario import Scalar, Scenario
from adrs.errors import ProblemError

from .published import MOST_TRANSACTIONS
from .shapes import SHAPES, STRESS

_SETTINGS = ("mode", "workload")
_PLANNER_SETTINGS = (*_SETTINGS, "cpu_ms_per_txn")
_PLANNER_KEYS = ("shape", "txns")
_ONLINE_KEYS = (*_PLANNER_KEYS, "workers", "load", "hidden")


class Mode(StrEnum):
    """Who decides, and when."""

    PLANNER = "planner"  # all transactions are known, one order is asked for
    ONLINE = "online"  # transactions come over time, one admission is asked for at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The evaluator's parameters, the same for every scenario.

    Attributes:
        mode: planner or online.
        workload: path of a file with transactions that every scenario takes instead of generated
            ones (see `published`), in an order of its own; empty for none.
        cpu_ms_per_txn: CPU milliseconds that a planner may use for one workload, per transaction;
            nothing to an online scheduler.
    """

    mode: Mode
    workload: str
    cpu_ms_per_txn: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """How transactions come to an online scheduler.

    Attributes:
        workers: how many may be admitted at a time.
        load: work that comes, over what the workers could do while it comes; 0: all comes at once.
        hidden: probability that an access is not known on arrival.
    """

    workers: int
    load: float
    hidden: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a scenario asks for.

    Attributes:
        shape: a name of `SHAPES` or `STRESS`.
        txns: how many transactions; the odd shapes have numbers of their own.
        traffic: how they come; None for a planner.
    """

    shape: str
    txns: int
    traffic: Traffic | None = None


def read_settings(params: Mapping[str, Scalar]) -> Settings:
    """Parse the evaluator's parameters.

    Raises:
        ProblemError: one is missing, unknown or out of range.
    """
    where = "txn params"
    mode = Mode(_name(params, "mode", where, tuple(Mode))) if "mode" in params else Mode.PLANNER
    _check_keys(params, _PLANNER_SETTINGS if mode is Mode.PLANNER else _SETTINGS, where)
    workload = params["workload"]
    if not isinstance(workload, str):
        raise ProblemError(f"{where}.workload: expected a file's path or '', got {workload!r}.")
    limit_ms = 0.0
    if mode is Mode.PLANNER:
        limit_ms = _number(params, "cpu_ms_per_txn", where, most=1000.0)
    return Settings(mode=mode, workload=workload, cpu_ms_per_txn=limit_ms)


def read_scenario(scenario: Scenario, mode: Mode) -> Setting:
    """Parse a scenario's parameters.

    Raises:
        ProblemError: one is missing, unknown or out of range.
    """
    params, where = scenario.params, f"scenario {scenario.id}"
    _check_keys(params, _PLANNER_KEYS if mode is Mode.PLANNER else _ONLINE_KEYS, where)
    shape = _name(params, "shape", where, (*SHAPES, *STRESS))
    txns = _integer(params, "txns", where, least=0, most=MOST_TRANSACTIONS)
    if mode is Mode.PLANNER:
        return Setting(shape=shape, txns=txns)
    traffic = Traffic(
        workers=_integer(params, "workers", where, least=1, most=1000),
        load=_number(params, "load", where, most=1000.0),
        hidden=_number(params, "hidden", where, most=1.0),
    )
    return Setting(shape=shape, txns=txns, traffic=traffic)


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


def _number(params: Mapping[str, Scalar], key: str, where: str, *, most: float) -> float:
    value = params[key]
    if isinstance(value, str) or not 0.0 <= value <= most:
        raise ProblemError(f"{where}.{key}: expected a number from 0 to {most:g}, got {value!r}.")
    return float(value)


def _integer(params: Mapping[str, Scalar], key: str, where: str, *, least: int, most: int) -> int:
    value = params[key]
    if not isinstance(value, int) or not least <= value <= most:
        raise ProblemError(
            f"{where}.{key}: expected a whole number from {least} to {most}, got {value!r}."
        )
    return value
