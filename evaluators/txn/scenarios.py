"""The family's parameters, and the reading of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from adrs.core.scenario import Scalar, Scenario
from adrs.evaluation.parameters import Parameters

from .published import MOST_TRANSACTIONS
from .shapes import SHAPES, STRESS

_WHERE = "txn params"
_SETTINGS = ("mode", "workload")
_PLANNER_SETTINGS = (*_SETTINGS, "cpu_ms_per_txn")
_PLANNER_KEYS = ("shape", "txns")
_ONLINE_KEYS = (*_PLANNER_KEYS, "workers", "load", "hidden")
_LEAST_LOAD, _MOST_LOAD = 1e-6, 1000.0  # with less, arrivals could lie at `incoming.NEVER`


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
        load: work that comes, over what the workers could do while it comes, at least
            `_LEAST_LOAD`; 0: all comes at once.
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
    mode = Mode.PLANNER
    if "mode" in params:
        mode = Parameters({"mode": params["mode"]}, _WHERE, ("mode",)).member("mode", Mode)
    planner = mode is Mode.PLANNER
    read = Parameters(params, _WHERE, _PLANNER_SETTINGS if planner else _SETTINGS)
    return Settings(
        mode=mode,
        workload=read.text("workload", "a file's path or ''"),
        cpu_ms_per_txn=read.number("cpu_ms_per_txn", most=1000.0) if planner else 0.0,
    )


def read_scenario(scenario: Scenario, mode: Mode) -> Setting:
    """Parse a scenario's parameters.

    Raises:
        ProblemError: one is missing, unknown or out of range.
    """
    planner = mode is Mode.PLANNER
    read = Parameters.of_scenario(scenario, _PLANNER_KEYS if planner else _ONLINE_KEYS)
    shape = read.choice("shape", (*SHAPES, *STRESS))
    txns = read.whole("txns", most=MOST_TRANSACTIONS)
    if planner:
        return Setting(shape=shape, txns=txns)
    traffic = Traffic(
        workers=read.whole("workers", least=1, most=1000),
        load=_load(read),
        hidden=read.number("hidden", most=1.0),
    )
    return Setting(shape=shape, txns=txns, traffic=traffic)


def _load(read: Parameters) -> float:
    load = read.number("load", most=_MOST_LOAD)
    if 0.0 < load < _LEAST_LOAD:
        fault = f"expected 0 or a number from {_LEAST_LOAD:g} to {_MOST_LOAD:g}, got {load:g}."
        raise read.wrong("load", fault)
    return load
