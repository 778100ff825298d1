"""Makes a scenario's workload: the job, its deadline, and when spot is available."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adrs.core.scenario import Scenario
from adrs.evaluation.parameters import Parameters

from .interface import OBSERVATION_DTYPE
from .rules import Rules, rules, weather
from .traces import SHAPES, ZONES, semi_markov

_HOUR_S = 3600
_NAMES = ("job_h", "overhead_h", "slack_h", "zone")
_LONGEST_H = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """One job and the hidden future of its zone.

    Attributes:
        work_s: computing time the job needs, seconds.
        deadline_s: when it must be done, seconds.
        overhead_s: time without progress after every launch, seconds.
        tick_s: time from one decision to the next, seconds.
        available: shape [deadline_s // tick_s], whether spot can be had at each tick; read-only.
        history: same shape, observations with every field set that no decision can change, and
            zero in the others; read-only.
        weather: same shape, each tick's part of the key into `rules`; read-only.
        rules: what follows from each situation and action.
    """

    work_s: int
    deadline_s: int
    overhead_s: int
    tick_s: int
    available: NDArray[np.bool_]
    history: NDArray[np.void]
    weather: NDArray[np.int64]
    rules: Rules

    @property
    def ticks(self) -> int:
        """Whole ticks before the deadline."""
        return len(self.available)


def workload(scenario: Scenario, *, tick_s: int) -> Workload:
    """Generate the workload of a scenario.

    Scenario parameters, all required: `zone` (a name of `ZONES` or `SHAPES`), `job_h` (work in
    hours), `slack_h` (deadline minus work) and `overhead_h`.

    Raises:
        ProblemError: a parameter is missing, unknown or out of range; the text names it.
    """
    read = Parameters.of_scenario(scenario, _NAMES)
    work_s = _seconds(read, "job_h", least_s=1)
    overhead_s = _seconds(read, "overhead_h", least_s=0)
    deadline_s = work_s + _seconds(read, "slack_h", least_s=0)
    if math.ceil((work_s + overhead_s) / tick_s) > deadline_s // tick_s:
        raise read.wrong(
            "slack_h",
            f"{read.raw('slack_h')} h is too little: even on-demand from the start, in ticks of "
            f"{tick_s} s, would miss the deadline.",
        )
    zone = read.choice("zone", (*ZONES, *SHAPES))
    available = _availability(zone, scenario.seed, ticks=deadline_s // tick_s, tick_s=tick_s)
    return build_workload(
        work_s=work_s,
        deadline_s=deadline_s,
        overhead_s=overhead_s,
        tick_s=tick_s,
        available=available,
    )


def build_workload(
    *,
    work_s: int,
    deadline_s: int,
    overhead_s: int,
    tick_s: int,
    available: NDArray[np.bool_],
) -> Workload:
    """Return the workload of a given trace; `available` covers every whole tick to the deadline."""
    trace, history, weather_keys = available.copy(), _history(available, tick_s), weather(available)
    for array in (trace, history, weather_keys):
        array.setflags(write=False)
    return Workload(
        work_s=work_s,
        deadline_s=deadline_s,
        overhead_s=overhead_s,
        tick_s=tick_s,
        available=trace,
        history=history,
        weather=weather_keys,
        rules=rules(overhead_s=overhead_s, tick_s=tick_s),
    )


def _seconds(read: Parameters, key: str, *, least_s: int) -> int:
    seconds = round(read.number(key, most=_LONGEST_H) * _HOUR_S)
    if seconds < least_s:
        raise read.wrong(key, f"{read.raw(key)} h is too short.")
    return seconds


def _availability(zone: str, seed: int, *, ticks: int, tick_s: int) -> NDArray[np.bool_]:
    if zone in ZONES:
        return semi_markov(ZONES[zone], seed=seed, ticks=ticks, tick_s=tick_s)
    return SHAPES[zone](ticks)


def _history(available: NDArray[np.bool_], tick_s: int) -> NDArray[np.void]:
    """Return the observations of a trace, each made from the ticks up to its own."""
    ticks = len(available)
    index = np.arange(ticks)
    before = np.concatenate((available[:1], available[:-1]))
    changed = available != before
    last_change = np.maximum.accumulate(np.where(changed, index, 0))
    history = np.zeros(ticks, dtype=OBSERVATION_DTYPE)
    history["now_s"] = index * tick_s
    history["has_spot"] = available
    history["steady_s"] = (index - last_change) * tick_s
    history["seen_s"] = (np.cumsum(available) - available) * tick_s
    history["drops"] = np.cumsum(changed & before)
    return history
