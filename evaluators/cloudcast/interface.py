"""What a broadcast policy is given and must return."""

from adrs.core.interface import Array, ElementType, PlannerInterface

INTERFACE = PlannerInterface(
    entry="broadcast",
    arguments=(
        Array(
            name="price",
            element=ElementType.FLOAT,
            ndim=2,
            doc="$ per GB sent from region u to region v, [regions, regions]; infinite where there "
            "is no link, and on the diagonal",
        ),
        Array(
            name="rate",
            element=ElementType.FLOAT,
            ndim=2,
            doc="Gbit/s from region u to region v, [regions, regions]; 0 where there is no link",
        ),
        Array(
            name="egress",
            element=ElementType.FLOAT,
            ndim=1,
            doc="Gbit/s that a region can send in all, [regions]",
        ),
        Array(
            name="ingress",
            element=ElementType.FLOAT,
            ndim=1,
            doc="Gbit/s that a region can receive in all, [regions]",
        ),
        Array(
            name="vm_price",
            element=ElementType.FLOAT,
            ndim=1,
            doc="$ per hour of a region's machines, [regions]",
        ),
        Array(
            name="cloud",
            element=ElementType.INT,
            ndim=1,
            doc="the cloud a region belongs to: 0 aws, 1 azure, 2 gcp, [regions]",
        ),
        Array(name="source", element=ElementType.INT, ndim=0, doc="the region that has the data"),
        Array(
            name="destinations",
            element=ElementType.INT,
            ndim=1,
            doc="the regions that must get it, distinct, without the source",
        ),
        Array(name="volume_gb", element=ElementType.FLOAT, ndim=0, doc="how much it is, GB"),
        Array(
            name="num_stripes",
            element=ElementType.INT,
            ndim=0,
            doc="into how many equal parts it is cut",
        ),
        Array(
            name="deadline_s",
            element=ElementType.FLOAT,
            ndim=0,
            doc="seconds in which all destinations must have all stripes",
        ),
    ),
    result=(
        Array(
            name="trees",
            element=ElementType.INT,
            ndim=2,
            doc="for each stripe the region from which each region gets it, [stripes, regions]; -1 "
            "for the source and for regions that do not get it",
        ),
    ),
)
