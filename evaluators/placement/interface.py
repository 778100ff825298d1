"""What a model-placement policy is given and must return."""

from adrs.core.interface import Array, ElementType, PlannerInterface

INTERFACE = PlannerInterface(
    entry="place",
    arguments=(
        Array(
            name="rates",
            element=ElementType.FLOAT,
            ndim=2,
            doc="requests per second in past windows, [windows, models], oldest window first",
        ),
        Array(
            name="sizes",
            element=ElementType.FLOAT,
            ndim=1,
            doc="memory of each model's weights in GB, [models]",
        ),
        Array(
            name="slos",
            element=ElementType.FLOAT,
            ndim=1,
            doc="latency objective of each model in seconds, [models]; demand is rate / slo",
        ),
        Array(
            name="current",
            element=ElementType.INT,
            ndim=1,
            doc="GPU of each model now, [models]; -1 where it has none yet",
        ),
        Array(name="num_gpus", element=ElementType.INT, ndim=0, doc="GPUs, all alike"),
        Array(name="gpu_gb", element=ElementType.FLOAT, ndim=0, doc="memory of a GPU in GB"),
        Array(
            name="min_kv_gb",
            element=ElementType.FLOAT,
            ndim=0,
            doc="GB that the models of a GPU must leave for the KV cache",
        ),
        Array(
            name="move_cost",
            element=ElementType.FLOAT,
            ndim=0,
            doc="a model that changes its GPU counts with (1 + move_cost * size) times its demand",
        ),
    ),
    result=(
        Array(
            name="placement",
            element=ElementType.INT,
            ndim=1,
            doc="the GPU of each model, [models], 0 to num_gpus - 1",
        ),
    ),
)
