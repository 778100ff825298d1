"""What an expert-placement policy is given and must return."""

from adrs.core.interface import Array, ElementType, PlannerInterface

INTERFACE = PlannerInterface(
    entry="rebalance",
    arguments=(
        Array(
            name="loads",
            element=ElementType.INT,
            ndim=3,
            doc="tokens per past window, layer and expert, [windows, layers, experts], oldest "
            "window first",
        ),
        Array(
            name="num_slots",
            element=ElementType.INT,
            ndim=0,
            doc="physical expert slots in each layer, at least the number of experts",
        ),
        Array(
            name="num_gpus",
            element=ElementType.INT,
            ndim=0,
            doc="GPUs; slot s is on GPU s // (num_slots // num_gpus)",
        ),
        Array(
            name="num_nodes",
            element=ElementType.INT,
            ndim=0,
            doc="machines; GPU g is on machine g // (num_gpus // num_nodes)",
        ),
        Array(
            name="num_groups",
            element=ElementType.INT,
            ndim=0,
            doc="expert groups of equal size; expert e is in group e // (experts // num_groups)",
        ),
    ),
    result=(
        Array(
            name="placement",
            element=ElementType.INT,
            ndim=2,
            doc="the expert in each slot, [layers, num_slots]; every expert of a layer must have "
            "at least one slot, and may have several, on one GPU too",
        ),
    ),
)
