"""The rules of one tick, as a table over every situation a job can be in.

- A spot instance is preempted when spot cannot be had at the next tick.
- SPOT without availability is NONE.
- Any change to a machine other than NONE, a relaunch after a preemption included, is a launch. It
  sets the overhead to sit out, which replaces what was left of an earlier one.
- A tick with a machine does max(tick - overhead left, 0) of work, so that a long overhead is sat
  out over several ticks.

A situation is (level, machine running, spot now, spot next): the level says how many more ticks
begin with overhead left, 0 for none. Its key, and the action, index the table.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from .interface import Machine

MACHINES = len(Machine)
STATE_STRIDE = 4 * MACHINES  # keys per (level, machine running)


class Count(IntEnum):
    """Columns of what a tick adds to a job's account."""

    DONE_S = 0
    SPOT_TICKS = 1
    ON_DEMAND_TICKS = 2
    LAUNCHES = 3


class Condition(IntEnum):
    """Columns of the situation in which the next tick finds a job."""

    STATE = 0  # a multiple of STATE_STRIDE
    RUNNING = 1  # the machine that runs, after a preemption
    OWED_S = 2  # the overhead it has left to sit out


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What follows from a key: state + weather(now, next) + action.

    Attributes:
        counts: shape [keys, len(Count)].
        conditions: shape [keys, len(Condition)].
    """

    counts: NDArray[np.int64]
    conditions: NDArray[np.int64]

    @property
    def keys(self) -> int:
        """How many keys there are."""
        return len(self.counts)


def weather(now: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return each tick's part of the key, from the availability at every tick."""
    later = np.append(now[1:], np.False_)
    return (now * 1 + later * 2) * MACHINES


def rules(*, overhead_s: int, tick_s: int) -> Rules:
    """Return the table of a job with the given overhead."""
    levels = max(1, math.ceil(overhead_s / tick_s))
    counts, conditions = [], []
    for level, running, has_spot_next, has_spot, action in itertools.product(
        range(levels), Machine, (False, True), (False, True), Machine
    ):
        machine = Machine.NONE if action is Machine.SPOT and not has_spot else action
        launch = machine not in (Machine.NONE, running)
        before = levels if launch else level
        gain_s = max(tick_s - _owed_s(before, levels, overhead_s, tick_s), 0) if machine else 0
        kept = Machine.NONE if machine is Machine.SPOT and not has_spot_next else machine
        after = max(before - 1, 0) if kept else 0
        counts.append((gain_s, machine is Machine.SPOT, machine is Machine.ON_DEMAND, launch))
        state = (after * MACHINES + kept) * STATE_STRIDE
        conditions.append((state, kept, _owed_s(after, levels, overhead_s, tick_s)))
    return Rules(
        counts=np.array(counts, dtype=np.int64), conditions=np.array(conditions, dtype=np.int64)
    )


def _owed_s(level: int, levels: int, overhead_s: int, tick_s: int) -> int:
    """Return the overhead left at a level; a launch begins with level `levels`."""
    return overhead_s - (levels - level) * tick_s if level else 0


def stacked(tables: Sequence[Rules]) -> Rules:
    """Return one table that holds the given ones one after another."""
    return Rules(
        counts=np.concatenate([table.counts for table in tables]),
        conditions=np.concatenate([table.conditions for table in tables]),
    )
