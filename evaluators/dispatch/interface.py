"""What a dispatch policy is given at each task, and what it may answer.

A cluster may have fewer servers than an observation has room for: `width` columns per quantity, of
which the first `servers` are used and the others are 0. Everything is an integer, so that one
observation is one row of int64.
"""

from enum import IntEnum

import numpy as np

from adrs.core.interface import Field, FieldType, OnlineInterface
from adrs.sandbox.frames import record_dtype

SAMPLES = 4  # servers drawn at random for every task; as many can be probed at once
DEFAULT_WIDTH = 32


class Head(IntEnum):
    """Columns of an observation that come before those of the servers."""

    NOW_MS = 0
    CORES = 1
    MEMORY_GB = 2
    ESTIMATE_MS = 3
    SAMPLE_0 = 4  # and SAMPLES - 1 more
    PROBED = 8
    PUSHES = 9
    PUSHED_MS = 10


FIXED = int(Head.PROBED)  # the columns before it follow from the task alone

_HEAD = (
    Field(name="now_ms", type=FieldType.INT, doc="when the task came to this scheduler"),
    Field(name="cores", type=FieldType.INT, doc="cores it needs while it runs"),
    Field(name="memory_gb", type=FieldType.INT, doc="memory it needs while it runs"),
    Field(
        name="estimate_ms",
        type=FieldType.INT,
        doc="how long tasks of its type run on average, at speed 100",
    ),
    *(
        Field(
            name=f"sample_{i}",
            type=FieldType.INT,
            doc="a server drawn at random; the samples of a task differ as far as servers suffice",
        )
        for i in range(SAMPLES)
    ),
    Field(
        name="probed",
        type=FieldType.INT,
        doc="how many of the samples have been probed for this task; 0 when it is asked first",
    ),
    Field(name="pushes", type=FieldType.INT, doc="pushes from the store so far"),
    Field(name="pushed_ms", type=FieldType.INT, doc="when the last of them came; 0 before any"),
)

HELD = (
    ("tasks", "tasks waiting and running, as this scheduler was last told"),
    ("held_cores", "cores that these tasks need"),
    ("held_memory", "memory that these tasks need, GB"),
    ("held_ms", "sum of these tasks' estimates, each for this server's speed"),
)
"""The blocks of server columns, in order: name without the server's number, and meaning."""

HEAD = len(_HEAD)
_SETUP = (
    Field(name="servers", type=FieldType.INT, doc="number of servers"),
    Field(name="schedulers", type=FieldType.INT, doc="number of schedulers, this one included"),
    Field(
        name="push_every",
        type=FieldType.INT,
        doc="tasks placed, by all schedulers, from one push to the next; 0 for no pushes",
    ),
    Field(name="seed", type=FieldType.INT, doc="for this scheduler's own random numbers"),
    Field(name="round_trip_ms", type=FieldType.FLOAT, doc="time that probing takes"),
    Field(name="message_ms", type=FieldType.FLOAT, doc="what one message is charged"),
)
_CAPACITY = (
    ("capacity_cores", "cores of the server"),
    ("capacity_memory", "memory of the server, GB"),
    ("speed", "100 for the reference; a task takes time in inverse proportion"),
)


def interface(width: int) -> OnlineInterface:
    """Return the interface for clusters of up to `width` servers.

    The actions are to place the task on a server, by its number, and then to probe the first 1 to
    `SAMPLES` of the task's samples.
    """
    return OnlineInterface(
        entry="Policy",
        setup=(*_SETUP, *_columns(_CAPACITY, width)),
        observation=(*_HEAD, *_columns(HELD, width)),
        actions=(
            *(f"SERVER_{i}" for i in range(width)),
            *(f"PROBE_{count + 1}" for count in range(SAMPLES)),
        ),
    )


def setup_dtype(width: int) -> np.dtype[np.void]:
    """Return the packed type of one setup."""
    return record_dtype(interface(width).setup)


def observation_dtype(width: int) -> np.dtype[np.void]:
    """Return the packed type of one observation, as wide as `HEAD + len(HELD) * width` int64."""
    return record_dtype(interface(width).observation)


def _columns(blocks: tuple[tuple[str, str], ...], width: int) -> tuple[Field, ...]:
    return tuple(
        Field(name=f"{name}_{i}", type=FieldType.INT, doc=doc)
        for name, doc in blocks
        for i in range(width)
    )
