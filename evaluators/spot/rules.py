"""The rules of one tick, as a table over every situation a job can be in.

- A spot instance is preempted when spot cannot be had at the next tick.
- SPOT without availability is NONE.
- Any change to a machine other than NONE, a relaunch after a preemption included, is a launch. It
  sets the overhead to sit out, which replaces what was left of an earlier one.
- A tick with a machine does max(tick - overhead left, 0) of work; so a long overhead is sat out over
  several ticks.

A situation is (level, machine running, spot now, spot next): the level says how many more ticks
begin with overhead left, 0 for none. Its key, and the action, index the table.
"""

import itertools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .interface import Machine

MACHINES = len(Machine)
STATE_STRIDE = 4 * MACHINES  # keys per (level, machine running)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What follows from a key: state + weather(now, next) + action, as flat arrays over keys.

    Attributes:
        gain_s: work done in the tick.
        state: the next tick's state, a multiple of `STATE_STRIDE`.
        running: machine running at the next tick, after a preemption.
        owed_s: overhead that machine has left at the next tick.
        machine: machine billed for the tick.
        launch: whether the tick began with a launch.
    """

    gain_s: NDArray[np.int64]
    state: NDArray[np.int64]
    running: NDArray[np.int64]
    owed_s: NDArray[np.int64]
    machine: NDArray[np.int64]
    launch: NDArray[np.int64]


def weather(now: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return each tick's part of the key, from the availability at every tick."""
    later = np.append(now[1:], np.False_)
    return (now * 1 + later * 2) * MACHINES


def rules(*, overhead_s: int, tick_s: int) -> Rules:
    """Return the table of a job with the given overhead."""
    levels = max(1, math.ceil(overhead_s / tick_s))
    situations = itertools.product(
        range(levels), Machine, (False, True), (False, True), Machine
    )
    rows = [
        _row(level, running, has_spot_next, has_spot, action, overhead_s=overhead_s, tick_s=tick_s)
        for level, running, has_spot_next, has_spot, action in situations
    ]
    columns = np.array(rows, dtype=np.int64).T
    gain_s, state, running, owed_s, machine, launch = np.ascontiguousarray(columns)
    return Rules(
        gain_s=gain_s, state=state, running=running, owed_s=owed_s, machine=machine, launch=launch
    )


def _row(
    level: int,
    running: Machine,
    has_spot_next: bool,
    has_spot: bool,
    action: Machine,
    *,
    overhead_s: int,
    tick_s: int,
) -> tuple[int, ...]:
    levels = max(1, math.ceil(overhead_s / tick_s))
    machine = Machine.NONE if action is Machine.SPOT and not has_spot else action
    launch = machine not in (Machine.NONE, running)
    level = levels if launch else level
    owed_s = overhead_s - (levels - level) * tick_s if level else 0
    gain_s = max(tick_s - owed_s, 0) if machine else 0
    carried = Machine.NONE if machine is Machine.SPOT and not has_spot_next else machine
    next_level = max(level - 1, 0) if carried else 0
    next_owed_s = overhead_s - (levels - next_level) * tick_s if next_level else 0
    state = (next_level * MACHINES + carried) * STATE_STRIDE
    return gain_s, state, carried, next_owed_s, machine, int(launch)


def stacked(tables: list[Rules]) -> Rules:
    """Return one table that holds the given ones one after another."""
    return Rules(
        gain_s=np.concatenate([table.gain_s for table in tables]),
        state=np.concatenate([table.state for table in tables]),
        running=np.concatenate([table.running for table in tables]),
        owed_s=np.concatenate([table.owed_s for table in tables]),
        machine=np.concatenate([table.machine for table in tables]),
        launch=np.concatenate([table.launch for table in tables]),
    )
