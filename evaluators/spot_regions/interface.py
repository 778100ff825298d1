"""What a policy is given at each tick, and what it may answer.

A policy sees whether spot can be had where its data is, and what became of its own last request.
Spot elsewhere is learnt only by asking for it.
"""

from enum import IntEnum

from adrs.core.interface import Field, FieldType, OnlineInterface
from adrs.sandbox.frames import record_dtype

MAX_ZONES = 9
NOBODY = -1  # the value of `refused` when the last request was not refused


class Machine(IntEnum):
    """What runs during a tick."""

    NONE = 0
    ON_DEMAND = 1
    SPOT = 2


FIRST_SPOT = 2
"""The action that asks for spot in zone 0; zone z is FIRST_SPOT + z. 0 waits, 1 is on-demand."""

ACTIONS = ("WAIT", "ON_DEMAND", *(f"SPOT_{zone}" for zone in range(MAX_ZONES)))

SETUP = (
    Field(name="work_s", type=FieldType.INT, doc="computing time the job needs"),
    Field(name="deadline_s", type=FieldType.INT, doc="when it must be done; it starts at 0"),
    Field(
        name="overhead_s",
        type=FieldType.INT,
        doc="time without progress after every launch, the first included",
    ),
    Field(name="tick_s", type=FieldType.INT, doc="time from one decision to the next"),
    Field(name="zones", type=FieldType.INT, doc="how many zones there are, at most 9"),
    Field(name="on_demand_price", type=FieldType.FLOAT, doc="$ per hour, the same in every zone"),
    Field(
        name="move_cost",
        type=FieldType.FLOAT,
        doc="$ of egress for a launch in another region than the data's; 0 within a region",
    ),
    Field(
        name="move_s",
        type=FieldType.INT,
        doc="overhead beyond overhead_s of a launch in another region",
    ),
    *(
        Field(
            name=f"price_{zone}",
            type=FieldType.FLOAT,
            doc=f"$ per hour of spot in zone {zone}; 0 when there is no such zone",
        )
        for zone in range(MAX_ZONES)
    ),
    *(
        Field(
            name=f"region_{zone}",
            type=FieldType.INT,
            doc=f"region of zone {zone}, numbered from 0; -1 when there is no such zone",
        )
        for zone in range(MAX_ZONES)
    ),
)

OBSERVATION = (
    Field(name="now_s", type=FieldType.INT, doc="time since the job's start"),
    Field(name="home", type=FieldType.INT, doc="zone where the data is and an instance runs"),
    Field(name="has_spot", type=FieldType.BOOL, doc="whether spot can be had at home this tick"),
    Field(
        name="running",
        type=FieldType.INT,
        doc="what runs now: 0 nothing, 1 on-demand, 2 spot; a preempted instance is gone",
    ),
    Field(name="done_s", type=FieldType.INT, doc="work done so far; nothing done is ever lost"),
    Field(
        name="overhead_left_s",
        type=FieldType.INT,
        doc="overhead that the running instance has yet to sit out",
    ),
    Field(
        name="refused",
        type=FieldType.INT,
        doc="the zone that had no spot when it was asked for at the last tick; -1 when none",
    ),
)

INTERFACE = OnlineInterface(entry="Policy", setup=SETUP, observation=OBSERVATION, actions=ACTIONS)

SETUP_DTYPE = record_dtype(SETUP)
OBSERVATION_DTYPE = record_dtype(OBSERVATION)
