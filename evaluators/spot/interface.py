"""What a spot policy is given at each tick, and what it may answer.

The scorer fills the history columns (`steady_s`, `seen_s`, `drops`) once per scenario. They repeat
only what the answers of `has_spot` up to now add up to, so that a policy need not keep count.
"""

from enum import IntEnum

from adrs.core.interface import Field, FieldType, OnlineInterface
from adrs.sandbox.frames import record_dtype


class Machine(IntEnum):
    """What runs during a tick; also the actions, by index."""

    NONE = 0
    SPOT = 1
    ON_DEMAND = 2


SETUP = (
    Field(name="work_s", type=FieldType.INT, doc="computing time the job needs"),
    Field(name="deadline_s", type=FieldType.INT, doc="when it must be done; it starts at 0"),
    Field(
        name="overhead_s",
        type=FieldType.INT,
        doc="time without progress after every launch, the first included",
    ),
    Field(name="tick_s", type=FieldType.INT, doc="time from one decision to the next"),
    Field(name="spot_price", type=FieldType.FLOAT, doc="$ per hour, billed by whole ticks"),
    Field(name="on_demand_price", type=FieldType.FLOAT, doc="$ per hour, billed by whole ticks"),
)

OBSERVATION = (
    Field(name="now_s", type=FieldType.INT, doc="time since the job's start"),
    Field(name="has_spot", type=FieldType.BOOL, doc="whether spot can be had this tick"),
    Field(
        name="running",
        type=FieldType.INT,
        doc="what runs now, as an action's index; a preempted spot instance is gone (NONE)",
    ),
    Field(name="done_s", type=FieldType.INT, doc="work done so far; nothing done is ever lost"),
    Field(
        name="overhead_left_s",
        type=FieldType.INT,
        doc="overhead that the running instance has yet to sit out",
    ),
    Field(
        name="steady_s",
        type=FieldType.INT,
        doc="for how long has_spot has been as it is now, as far as seen; 0 when it just changed",
    ),
    Field(name="seen_s", type=FieldType.INT, doc="earlier time in which spot could be had"),
    Field(name="drops", type=FieldType.INT, doc="how often has_spot went from true to false"),
)

INTERFACE = OnlineInterface(
    entry="Policy",
    setup=SETUP,
    observation=OBSERVATION,
    actions=tuple(machine.name for machine in Machine),
)

SETUP_DTYPE = record_dtype(SETUP)
OBSERVATION_DTYPE = record_dtype(OBSERVATION)
