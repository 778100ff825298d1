"""What can go wrong with an answer, and how often."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from adrs.errors import UsageError
from adrs.proposers.mutator.dice import Dice

_ROUNDING = 1e-9  # shares such as 0.1 + 0.2 + 0.7 may add up to a little over 1


class Fault(StrEnum):
    """One way in which an answer goes wrong."""

    RATE_LIMIT = "429"  # with Retry-After
    SERVER_ERROR = "500"
    OVERLOADED = "503"
    HANG = "hang"  # nothing is ever sent
    DROP_BEFORE_HEADERS = "drop-before-headers"
    DROP_AFTER_HEADERS = "drop-after-headers"
    DROP_MID_BODY = "drop-mid-body"
    CONTEXT_TOO_LONG = "context-too-long"  # 400
    REFUSED = "refused"  # 400, code content_filter
    UNSUPPORTED_PARAMETER = "unsupported-parameter"  # 400 while the request has that parameter
    FILTERED = "filtered"  # 200, finish_reason content_filter
    GARBAGE = "garbage"
    CUT_OFF = "cut-off"  # finish_reason length
    PROSE = "prose"
    AMBIGUOUS_SEARCH = "ambiguous-search"
    MISSING_SEARCH = "missing-search"
    FROZEN_EDIT = "frozen-edit"
    OVERSIZED = "oversized"
    THINKING = "thinking"  # reasoning in tags before a correct answer
    USAGE_MISSING = "usage-missing"
    USAGE_NEGATIVE = "usage-negative"
    USAGE_STRINGS = "usage-strings"


class Group(StrEnum):
    """A name for several faults; its share is divided equally among them."""

    DROP = "drop"
    WRONG_FORMAT = "wrong-format"
    WRONG_USAGE = "wrong-usage"
    CONTENT_FILTER = "content-filter"


MEMBERS: Mapping[Group, tuple[Fault, ...]] = {
    Group.DROP: (Fault.DROP_BEFORE_HEADERS, Fault.DROP_AFTER_HEADERS, Fault.DROP_MID_BODY),
    Group.WRONG_FORMAT: (
        Fault.PROSE,
        Fault.AMBIGUOUS_SEARCH,
        Fault.MISSING_SEARCH,
        Fault.FROZEN_EDIT,
    ),
    Group.WRONG_USAGE: (Fault.USAGE_MISSING, Fault.USAGE_NEGATIVE, Fault.USAGE_STRINGS),
    Group.CONTENT_FILTER: (Fault.FILTERED, Fault.REFUSED),
}
DROPS = MEMBERS[Group.DROP]
UNUSABLE_TEXT = (
    Fault.GARBAGE,
    Fault.CUT_OFF,
    Fault.OVERSIZED,
    *MEMBERS[Group.WRONG_FORMAT],
)  # answers that cannot be used, so that a client has to ask for a repair


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Which part of the requests a fault hits, from 0 to 1."""

    fault: Fault
    share: float


def resolved(named: Mapping[str, float]) -> tuple[Share, ...]:
    """Return the share of every fault that can happen, in the order of `Fault`.

    Args:
        named: shares by the name of a fault or a group.

    Raises:
        UsageError: a name is unknown, a share is no part of 1, or all add up to more than 1.
    """
    shares = dict.fromkeys(Fault, 0.0)
    for name, share in named.items():
        if not 0.0 <= share <= 1.0:
            raise UsageError(f"share of {name}: expected a number from 0 to 1, got {share}.")
        members = _members(name)
        for fault in members:
            shares[fault] += share / len(members)
    total = sum(shares.values())
    if total > 1.0 + _ROUNDING:
        raise UsageError(f"the shares of all faults add up to {total:g}: expected at most 1.")
    return tuple(Share(fault=f, share=share) for f, share in shares.items() if share > 0.0)


def _members(name: str) -> tuple[Fault, ...]:
    if name in list(Group):
        return MEMBERS[Group(name)]
    if name in list(Fault):
        return (Fault(name),)
    known = ", ".join([*Group, *Fault])
    raise UsageError(f"no fault is called '{name}'; there are: {known}.")


def drawn(shares: Sequence[Share], dice: Dice) -> Fault | None:
    """Draw at most one fault; each has exactly its share."""
    without = max(1.0 - sum(one.share for one in shares), 0.0)
    at = dice.weighted([*(one.share for one in shares), without])
    return shares[at].fault if at < len(shares) else None
