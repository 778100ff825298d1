"""What happened in one job, and its outcome."""

from dataclasses import dataclass

from adrs.evaluation.protocol import Outcome

HOUR_S = 3600
PRICE_SCALE = 10_000  # prices are whole multiples of 1/PRICE_SCALE dollars per hour
UNITS_PER_DOLLAR = PRICE_SCALE * HOUR_S  # costs are counted in price units times seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What happened in one job, counted by the simulator.

    Attributes:
        units: what all of it cost, each tick at the price of the zone it ran in, and every move;
            in 1/UNITS_PER_DOLLAR dollars.
        egress_units: the moves' part of that.
        spot_ticks: ticks billed for spot.
        on_demand_ticks: ticks billed for on-demand.
        idle_ticks: ticks without an instance before the job was done.
        launches: starts of an instance, the first included.
        moves: launches in another region than the data's.
        refusals: requests for spot in a zone that had none.
        forced_ticks: ticks decided by the deadline guarantee, not by the policy.
        missing_s: work left at the deadline.
        unknown_zone: the zone that was asked for and does not exist; None when all exist.
    """

    units: int
    egress_units: int
    spot_ticks: int
    on_demand_ticks: int
    idle_ticks: int
    launches: int
    moves: int
    refusals: int
    forced_ticks: int
    missing_s: int
    unknown_zone: int | None = None


def dollars(units: int) -> float:
    """Return a cost in dollars."""
    return units / UNITS_PER_DOLLAR


def outcome(ledger: Ledger, *, tick_s: int) -> Outcome:
    """Score one job: its cost in dollars, or the constraint that was broken."""
    if ledger.unknown_zone is not None:
        return Outcome(
            value=None,
            violation=f"asked for spot in zone {ledger.unknown_zone}, which is not one of the "
            "setup's zones",
        )
    if ledger.missing_s > 0:
        return Outcome(
            value=None, violation=f"missed the deadline with {ledger.missing_s} s of work left"
        )
    per_tick = tick_s / HOUR_S
    return Outcome(
        value=dollars(ledger.units),
        metrics={
            "spot_h": ledger.spot_ticks * per_tick,
            "on_demand_h": ledger.on_demand_ticks * per_tick,
            "idle_h": ledger.idle_ticks * per_tick,
            "egress": dollars(ledger.egress_units),
            "moves": float(ledger.moves),
            "restarts": float(max(ledger.launches - 1, 0)),
            "refusals": float(ledger.refusals),
            "forced_ticks": float(ledger.forced_ticks),
        },
    )
