"""Prices, and the outcome of one scenario."""

from dataclasses import dataclass

from adrs.evaluation.protocol import Outcome

_HOUR_S = 3600
PRICE_SCALE = 10_000  # prices are whole multiples of 1/PRICE_SCALE dollars per hour


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Prices as integers, so that costs add up exactly and compare exactly with bounds.

    Attributes:
        spot: spot price, 1/PRICE_SCALE $ per hour.
        on_demand: on-demand price, 1/PRICE_SCALE $ per hour.
        tick_s: length of a tick, the billing unit, seconds.
    """

    spot: int
    on_demand: int
    tick_s: int

    def units(self, *, spot_ticks: int, on_demand_ticks: int) -> int:
        """Return what the ticks cost, in 1/PRICE_SCALE $ per hour times ticks."""
        return spot_ticks * self.spot + on_demand_ticks * self.on_demand

    def dollars(self, units: int) -> float:
        """Return a cost in dollars."""
        return units * self.tick_s / (PRICE_SCALE * _HOUR_S)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What happened in one scenario, counted by the simulator.

    Attributes:
        spot_ticks: ticks billed for spot.
        on_demand_ticks: ticks billed for on-demand.
        idle_ticks: ticks without an instance before the job was done.
        launches: starts of an instance, the first included.
        forced_ticks: ticks decided by the deadline guarantee, not by the policy.
        missing_s: work left at the deadline.
    """

    spot_ticks: int
    on_demand_ticks: int
    idle_ticks: int
    launches: int
    forced_ticks: int
    missing_s: int


def outcome(ledger: Ledger, prices: Prices) -> Outcome:
    """Score one scenario: its cost in dollars, or a violation when work was left."""
    if ledger.missing_s > 0:
        return Outcome(
            value=None, violation=f"missed the deadline with {ledger.missing_s} s of work left"
        )
    units = prices.units(spot_ticks=ledger.spot_ticks, on_demand_ticks=ledger.on_demand_ticks)
    per_tick = prices.tick_s / _HOUR_S
    return Outcome(
        value=prices.dollars(units),
        metrics={
            "spot_h": ledger.spot_ticks * per_tick,
            "on_demand_h": ledger.on_demand_ticks * per_tick,
            "idle_h": ledger.idle_ticks * per_tick,
            "restarts": float(max(ledger.launches - 1, 0)),
            "forced_ticks": float(ledger.forced_ticks),
        },
    )
