"""Synthetic fleets in the hard form: memory binds, rates are heavy-tailed and drift, moves cost.

Sizes are those of open models in 16-bit weights, drawn until the fleet is as full as asked for and
can be packed. A model's log-rate is a constant (Zipf popularity in random order), plus a
first-order autoregressive deviation, plus a burst while its group is active: sets of models that
become active together and shift over time are what Prism's production traces show (Yu et al.,
arXiv 2505.04021v3). Latency objectives are mixed. The current placement was balanced for
the oldest window that the policy sees, so it is stale by as many windows.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from adrs.errors import ProblemError
from adrs.simulation.streams import stream

from .packing import balanced, best_fit
from .simulator import Fleet, Workload

# About the GB in 16 bits of models of 1.2, 3, 4, 7, 8, 9, 12, 14, 24, 27, 30 and 32 billion
# parameters, and how common each is: choices, not measurements.
CATALOGUE_GB = (2.5, 6.5, 8.0, 15.0, 16.0, 18.5, 24.0, 28.0, 46.0, 54.0, 61.0, 65.5)
COMMON = (3.0, 3.0, 3.0, 5.0, 6.0, 3.0, 3.0, 4.0, 1.5, 1.0, 1.0, 1.5)
LARGEST_PART = 0.85  # of a GPU's memory; larger models are not served on one GPU
FILL_TOLERANCE = 0.01
DRAWS = 20_000
SLOS_S = (2, 3, 5, 8, 12)
MODELS_PER_GROUP = 4
ACTIVE_PART = 0.3
GROUP_PERSISTENCE = 0.9
RATE_STEPS_PER_HZ = 256  # rates are multiples of 1/256 request per second


class Law(StrEnum):
    """How popularity is spread over the models."""

    ZIPF = "zipf"  # rank ** -skew, in random order
    EQUAL = "equal"  # all models alike, in size and objective too
    ONE_HOT = "one_hot"  # one model gets every request
    NONE = "none"  # there are no requests


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """How models and their rates come about.

    Attributes:
        models: how many.
        fill: part of the fleet's memory that weights take.
        law: how popularity is spread.
        skew: the Zipf exponent.
        drift: standard deviation of a model's log-rate about its popularity.
        persistence: correlation of that deviation in neighbouring windows, 0 to less than 1.
        burst: what an active group adds to its models' log-rates.
        windows: past windows that the policy sees.
        pressure: mean over the past windows of the fleet's whole demand over the memory that
            weights leave.
    """

    models: int
    fill: float
    law: Law
    skew: float
    drift: float
    persistence: float
    burst: float
    windows: int
    pressure: float


def generate(fleet: Fleet, traffic: Traffic, seed: int) -> Workload:
    """Return the instance of a seed.

    Raises:
        ProblemError: no models of that number can be packed that fill the fleet as asked for.
    """
    sizes = _sizes(fleet, traffic, stream(seed, "placement/sizes"))
    slos = stream(seed, "placement/slos").choice(np.array(SLOS_S, dtype=np.float64), len(sizes))
    if traffic.law is Law.EQUAL:
        slos[:] = SLOS_S[0]
    rates = _scaled(_log_rates(traffic, seed), sizes, slos, fleet, traffic)
    current = balanced(sizes, rates[0] / slos, fleet)
    assert current is not None, "sizes are drawn until best fit packs them"
    for array in (sizes, slos, rates, current):
        array.flags.writeable = False
    return Workload(
        fleet=fleet, sizes_gb=sizes, slos_s=slos, current=current, past=rates[:-1], future=rates[-1]
    )


def _sizes(fleet: Fleet, traffic: Traffic, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw sizes, then change single ones until they fill the fleet and can be packed."""
    largest = min(LARGEST_PART * fleet.gpu_gb, fleet.weights_gb)
    catalogue = np.array([gb for gb in CATALOGUE_GB if gb <= largest])
    common = np.array(COMMON[: len(catalogue)])
    kinds = rng.choice(len(catalogue), traffic.models, p=common / common.sum())
    if traffic.law is Law.EQUAL:
        per_model = traffic.fill * fleet.gpus * fleet.gpu_gb / traffic.models
        kinds[:] = int(np.abs(catalogue - per_model).argmin())
        return catalogue[kinds]
    goal = traffic.fill * fleet.gpus * fleet.gpu_gb
    tolerance = FILL_TOLERANCE * fleet.gpus * fleet.gpu_gb
    idle = np.zeros(traffic.models)
    for _ in range(DRAWS):
        missing = goal - float(catalogue[kinds].sum())
        model = int(rng.integers(traffic.models))
        if abs(missing) > tolerance:
            step = 1 if missing > 0.0 else -1
            kinds[model] = min(max(kinds[model] + step, 0), len(catalogue) - 1)
        elif best_fit(catalogue[kinds], idle, fleet) is not None:
            return catalogue[kinds]
        else:
            kinds[model] = int(rng.integers(len(catalogue)))
    raise ProblemError(
        f"{traffic.models} models on {fleet.gpus} GPUs of {fleet.gpu_gb:g} GB: found no sizes that "
        f"fill {traffic.fill:g} of the memory; change fill or the number of models."
    )


def _log_rates(traffic: Traffic, seed: int) -> NDArray[np.float64]:
    """Return log-rates of past windows and the next, up to a constant, [windows + 1, models]."""
    models = traffic.models
    popularity = _popularity(traffic, stream(seed, "placement/popularity"))
    drift = stream(seed, "placement/drift")
    bursts = stream(seed, "placement/bursts")
    groups = -(-models // MODELS_PER_GROUP)
    group = bursts.permutation(np.arange(models) % groups)
    active = bursts.random(groups) < ACTIVE_PART
    deviation = traffic.drift * drift.standard_normal(models)
    step = traffic.drift * math.sqrt(1.0 - traffic.persistence**2)
    rows = np.empty((traffic.windows + 1, models))
    for window in range(traffic.windows + 1):
        if window > 0:
            deviation = traffic.persistence * deviation + step * drift.standard_normal(models)
            kept = bursts.random(groups) < GROUP_PERSISTENCE
            active = np.where(kept, active, bursts.random(groups) < ACTIVE_PART)
        rows[window] = popularity + deviation + traffic.burst * active[group]
    return rows


def _popularity(traffic: Traffic, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return each model's log-popularity, shape [models]; minus infinity for none."""
    if traffic.law is Law.ZIPF:
        ranks = rng.permutation(np.arange(1, traffic.models + 1))
        return np.asarray(-traffic.skew * np.log(ranks), dtype=np.float64)
    if traffic.law is Law.EQUAL:
        return np.zeros(traffic.models)
    alone = np.full(traffic.models, -np.inf)
    if traffic.law is Law.ONE_HOT:
        alone[int(rng.integers(traffic.models))] = 0.0
    return alone


def _scaled(
    log_rates: NDArray[np.float64],
    sizes_gb: NDArray[np.float64],
    slos_s: NDArray[np.float64],
    fleet: Fleet,
    traffic: Traffic,
) -> NDArray[np.float64]:
    """Return rates in requests per second at which the fleet had the pressure asked for.

    The next window has no part in it: its demand could be worked out from that of the others.
    """
    rates = np.exp(log_rates)
    demand = float((rates[:-1] / slos_s).sum(axis=1).mean())
    if demand == 0.0:
        return rates
    free_gb = fleet.gpus * fleet.gpu_gb - float(sizes_gb.sum())
    scale = traffic.pressure * free_gb / demand
    return np.asarray(np.rint(rates * scale * RATE_STEPS_PER_HZ) / RATE_STEPS_PER_HZ)
