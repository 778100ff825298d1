"""A proven lower bound on the largest KV pressure ratio in the window that is scored."""

from .exact import Bound, proven_least
from .relaxation import items_of
from .simulator import Workload


def pressure_bound(workload: Workload) -> Bound:
    """Return a value that no placement goes below, for a policy that knows the next window too.

    It is the optimum itself where there are few models (`exact`): in the published form, and in
    small fleets. For larger ones it is the relaxation, in which models may be divided.
    """
    return proven_least(items_of(workload))
