"""Synthetic expert loads: a skewed popularity, its drift from window to window, and switches.

An expert's log-popularity is a constant, drawn once per layer, plus a stationary first-order
autoregressive deviation. Some experts deviate more than others. Now and then two experts of a layer
switch their constants for good, one of them popular: the traffic has changed. A window's tokens are
that popularity, scaled to a fixed number of tokens per layer, since every token visits the same
number of experts in every layer.

With the reference values (log-normal, skew 1, drift 0.4, unevenness 0.5, persistence 0.8, 0.1
switches, 8 windows) the published greedy reaches the balancedness of about 0.66 that is reported
for it on recorded loads (ADRS, "Let the barbarians in", 2025).
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from adrs.core.seeds import derive_seed

from .greedy import greedy
from .simulator import Shape, Workload

HOT_PART = 8  # the popular one of two switching experts is among the first 1/8


class Law(StrEnum):
    """How popularity is spread over the experts of a layer."""

    LOGNORMAL = "lognormal"  # log-popularity is normal, with standard deviation `skew`
    ZIPF = "zipf"  # popularity is rank ** -skew, in random order
    EQUAL = "equal"  # all alike
    ONE_HOT = "one_hot"  # one expert of the layer gets every token
    NONE = "none"  # there are no tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """How loads come about.

    Attributes:
        law: how popularity is spread.
        skew: standard deviation of the log-popularity, or the Zipf exponent.
        drift: root mean square over experts of the standard deviation of an expert's log-load
            about its log-popularity.
        unevenness: standard deviation over experts of the log of that standard deviation.
        persistence: correlation of that deviation in neighbouring windows, 0 to less than 1.
        switches: mean number of switches in a layer between two windows.
        windows: past windows that the policy sees.
        tokens_per_expert: mean tokens per expert, layer and window.
    """

    law: Law
    skew: float
    drift: float
    unevenness: float
    persistence: float
    switches: float
    windows: int
    tokens_per_expert: int


def generate(shape: Shape, traffic: Traffic, seed: int) -> Workload:
    """Return the instance of a seed."""
    base = _popularity(shape, traffic, _stream(seed, "popularity"))
    drift = _stream(seed, "drift")
    switching = _stream(seed, "switches")
    scale = _scale(base.shape, traffic, _stream(seed, "scale"))
    deviation = scale * drift.standard_normal(base.shape)
    loads = np.empty((traffic.windows + 1, shape.layers, shape.experts), dtype=np.int64)
    step = scale * np.sqrt(1.0 - traffic.persistence**2)
    for window in range(traffic.windows + 1):
        if window > 0:
            noise = drift.standard_normal(base.shape)
            deviation = traffic.persistence * deviation + step * noise
            _switch(base, traffic.switches, switching)
        loads[window] = _tokens(base + deviation, traffic)
    current = _deployed(loads[:-2], shape)
    for array in (loads, current):
        array.flags.writeable = False
    return Workload(shape=shape, past=loads[:-1], future=loads[-1], current=current)


def _deployed(seen: NDArray[np.int64], shape: Shape) -> NDArray[np.int64]:
    """Return the greedy's placement on windows seen so far; experts in order before the first."""
    if len(seen):
        return greedy(seen.sum(axis=0), shape)
    return np.tile(np.arange(shape.slots) % shape.experts, (shape.layers, 1))


def _stream(seed: int, name: str) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(derive_seed(seed, "eplb", name)))


def _popularity(shape: Shape, traffic: Traffic, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return each expert's log-popularity, shape [layers, experts]."""
    size = (shape.layers, shape.experts)
    if traffic.law is Law.LOGNORMAL:
        return traffic.skew * rng.standard_normal(size)
    if traffic.law is Law.ZIPF:
        ranks = rng.permuted(np.tile(np.arange(1, shape.experts + 1), (shape.layers, 1)), axis=1)
        return np.asarray(-traffic.skew * np.log(ranks), dtype=np.float64)
    if traffic.law is Law.ONE_HOT:
        alone = np.full(size, -np.inf)
        alone[np.arange(shape.layers), rng.integers(shape.experts, size=shape.layers)] = 0.0
        return alone
    return np.zeros(size)


def _scale(
    size: tuple[int, ...], traffic: Traffic, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return the standard deviation of each expert's log-load; its mean square is drift ** 2."""
    spread = traffic.unevenness
    return np.asarray(traffic.drift * np.exp(spread * rng.standard_normal(size) - spread**2))


def _switch(base: NDArray[np.float64], rate: float, rng: np.random.Generator) -> None:
    """Let pairs of experts, one of them popular, change places in `base`."""
    layers, experts = base.shape
    if experts < 2 or rate == 0.0:
        return
    counts = np.asarray(rng.poisson(rate, size=layers)).tolist()
    for layer, count in enumerate(counts):
        for _ in range(count):
            order = np.argsort(-base[layer], kind="stable")
            rank = int(rng.integers(-(-experts // HOT_PART)))
            other = (rank + 1 + int(rng.integers(experts - 1))) % experts
            pair = order[[rank, other]]
            base[layer, pair] = base[layer, pair[::-1]]


def _tokens(log_load: NDArray[np.float64], traffic: Traffic) -> NDArray[np.int64]:
    """Return whole tokens in proportion to exp(log_load); every layer's sum is the same.

    Cumulative sums are rounded, not shares, so that no token is lost and no expert is off by more
    than one.
    """
    layers, experts = log_load.shape
    if traffic.law is Law.NONE:
        return np.zeros((layers, experts), dtype=np.int64)
    weight = np.exp(log_load - log_load.max(axis=1, keepdims=True))
    upto = np.cumsum(weight, axis=1)
    total = traffic.tokens_per_expert * experts
    edges = np.rint(upto / upto[:, -1:] * total).astype(np.int64)
    return np.asarray(np.diff(edges, axis=1, prepend=0))
