"""What a transaction scheduler is given and must return: as a planner, and online."""

from adrs.core.interface import (
    Array,
    ElementType,
    Field,
    FieldType,
    OnlineInterface,
    PlannerInterface,
)
from adrs.sandbox.frames import record_dtype

PLANNER = PlannerInterface(
    entry="schedule",
    arguments=(
        Array(
            name="keys",
            element=ElementType.INT,
            ndim=2,
            doc="the key that a transaction accesses in a slot, [txns, slots]; -1 where it "
            "computes or has ended",
        ),
        Array(
            name="writes",
            element=ElementType.INT,
            ndim=2,
            doc="1 where that access is a write, else 0, [txns, slots]",
        ),
        Array(
            name="lengths",
            element=ElementType.INT,
            ndim=1,
            doc="slots that a transaction takes, [txns]",
        ),
        Array(
            name="num_keys",
            element=ElementType.INT,
            ndim=0,
            doc="keys are 0 to num_keys - 1",
        ),
    ),
    result=(
        Array(
            name="order",
            element=ElementType.INT,
            ndim=1,
            doc="every transaction once, first to last, [txns]",
        ),
    ),
)

WINDOW = 8
WAIT = WINDOW

STATE = (
    Field(name="now", type=FieldType.INT, doc="the slot that is about to begin"),
    Field(name="shown", type=FieldType.INT, doc=f"waiting transactions shown, 1 to {WINDOW}"),
    Field(name="waiting", type=FieldType.INT, doc="all waiting transactions"),
    Field(name="busy", type=FieldType.INT, doc="workers that hold a transaction; one is free"),
    Field(
        name="horizon",
        type=FieldType.INT,
        doc="the slot after the last one of all transactions admitted so far",
    ),
    Field(
        name="last_kind",
        type=FieldType.INT,
        doc="kind of the transaction admitted last, -1 before the first",
    ),
    Field(
        name="last_extra",
        type=FieldType.INT,
        doc="slots that it stalls beyond what its known accesses foretold",
    ),
)
CANDIDATE = (  # the columns of a waiting transaction, each repeated for every place shown
    ("age", "slots since it came"),
    ("length", "slots it will run, stalls not counted"),
    ("stall", "slots before it could start if admitted now, by its known accesses"),
    ("clash", "others shown with which its known accesses conflict"),
    ("known", "how many of its accesses are known"),
    ("writes", "how many of these are writes"),
    ("kind", "what kind of transaction it is"),
)
OBSERVATION = STATE + tuple(
    Field(
        name=f"{name}_{place}",
        type=FieldType.INT,
        doc=f"{doc}; waiting transaction {place}, 0 where none is shown",
    )
    for name, doc in CANDIDATE
    for place in range(WINDOW)
)
SETUP = (
    Field(name="workers", type=FieldType.INT, doc="transactions that may be admitted at a time"),
    Field(name="kinds", type=FieldType.INT, doc="kinds are 0 to kinds - 1"),
)

ONLINE = OnlineInterface(
    entry="Policy",
    setup=SETUP,
    observation=OBSERVATION,
    actions=(*(f"ADMIT_{place}" for place in range(WINDOW)), "WAIT"),
)

SETUP_DTYPE = record_dtype(SETUP)
OBSERVATION_DTYPE = record_dtype(OBSERVATION)
