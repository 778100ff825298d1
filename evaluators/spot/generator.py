"""Makes a scenario's workload: the job, its deadline, and when spot is available."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adrs.core.scenario import Scenario
from adrs.errors import ProblemError

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
    params = scenario.params
    for name in sorted(set(params) | set(_NAMES)):
        if name not in params or name not in _NAMES:
            fault = "missing" if name in _NAMES else "unknown"
            raise ProblemError(
                f"scenario {scenario.id}: parameter {name}: {fault}; "
                f"a spot scenario has {', '.join(_NAMES)}."
            )
    work_s = _seconds(scenario, "job_h", least_s=1)
    overhead_s = _seconds(scenario, "overhead_h", least_s=0)
    deadline_s = work_s + _seconds(scenario, "slack_h", least_s=0)
    if math.ceil((work_s + overhead_s) / tick_s) > deadline_s // tick_s:
        raise ProblemError(
            f"scenario {scenario.id}: parameter slack_h: {params['slack_h']} h is too little: even "
            f"on-demand from the start, in ticks of {tick_s} s, would miss the deadline."
        )
    available = _availability(scenario, ticks=deadline_s // tick_s, tick_s=tick_s)
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


def _seconds(scenario: Scenario, name: str, *, least_s: int) -> int:
    value = scenario.params[name]
    if isinstance(value, str) or not 0 <= value <= _LONGEST_H:
        raise ProblemError(
            f"scenario {scenario.id}: parameter {name}: expected hours from 0 to {_LONGEST_H:g}, "
            f"got {value!r}."
        )
    seconds = round(value * _HOUR_S)
    if seconds < least_s:
        raise ProblemError(f"scenario {scenario.id}: parameter {name}: {value!r} h is too short.")
    return seconds


def _availability(scenario: Scenario, *, ticks: int, tick_s: int) -> NDArray[np.bool_]:
    zone = scenario.params["zone"]
    if zone in ZONES:
        return semi_markov(ZONES[str(zone)], seed=scenario.seed, ticks=ticks, tick_s=tick_s)
    if zone in SHAPES:
        return SHAPES[str(zone)](ticks)
    known = ", ".join((*ZONES, *SHAPES))
    raise ProblemError(
        f"scenario {scenario.id}: parameter zone: no zone is called {zone!r}; there are {known}."
    )


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
