"""A scenario's seed and parameters -> its transactions, arrivals and what is known of them."""

import math

import numpy as np
from numpy.typing import NDArray

from adrs.simulation.streams import stream

from .incoming import Incoming, incoming
from .scenarios import Setting, Traffic
from .shapes import SHAPES, STRESS
from .transactions import Transactions, transactions


def generate(setting: Setting, seed: int) -> Transactions:
    """Return the transactions of a seed."""
    rng = stream(seed, "transactions")
    if setting.shape in STRESS:
        return STRESS[setting.shape](rng)
    return SHAPES[setting.shape].build(setting.txns, rng)


def shuffled(work: Transactions, seed: int) -> Transactions:
    """Return the given transactions in the order of a seed."""
    order = stream(seed, "order").permutation(work.count)
    return transactions(
        work.keys[order], work.writes[order], work.lengths[order], work.kinds[order]
    )


def arriving(work: Transactions, traffic: Traffic, seed: int) -> Incoming:
    """Let transactions come to workers, at times and known in part by the seed."""
    known = stream(seed, "known").random(work.keys.shape) >= traffic.hidden
    return incoming(work, _arrivals(work, traffic, seed), known, traffic.workers)


def _arrivals(work: Transactions, traffic: Traffic, seed: int) -> NDArray[np.int64]:
    """Return the slots at which transactions come: a Poisson process, given how many come."""
    if traffic.load == 0.0:
        return np.zeros(work.count, dtype=np.int64)
    span = math.ceil(int(work.lengths.sum()) / (traffic.workers * traffic.load))
    return np.sort(stream(seed, "arrivals").integers(0, span + 1, size=work.count))
