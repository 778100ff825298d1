"""A bounded population without twins."""

from bisect import insort_left
from collections.abc import Sequence

from adrs.search.member import Member


def _merit(member: Member) -> tuple[float, int]:
    return member.merit


class Population:
    """The best members told, at most `capacity`, one per behaviour.

    Of two members that behave the same the one with more merit stays: the shorter, as their scores
    are equal. When it is full, the member with the least merit leaves.
    """

    def __init__(self, *, capacity: int) -> None:
        if capacity < 1:
            raise ValueError(f"capacity must be at least 1, got {capacity}")
        self._capacity = capacity
        self._members: list[Member] = []  # ascending merit; of equals the first told is last
        self._by_behaviour: dict[str, Member] = {}

    def __len__(self) -> int:
        return len(self._members)

    @property
    def members(self) -> Sequence[Member]:
        """All members, the best last; valid until the next change."""
        return self._members

    @property
    def best(self) -> Member:
        """The member with the most merit, the first told among equals.

        Raises:
            IndexError: the population is empty.
        """
        return self._members[-1]

    def add(self, member: Member) -> bool:
        """Take in `member` if it is good enough; return whether it stayed."""
        twin = self._by_behaviour.get(member.behaviour)
        if twin is not None:
            if member.merit <= twin.merit:
                return False
            self._members.remove(twin)
        insort_left(self._members, member, key=_merit)
        self._by_behaviour[member.behaviour] = member
        if len(self._members) > self._capacity:
            worst = self._members.pop(0)
            del self._by_behaviour[worst.behaviour]
            return worst is not member
        return True

    def found(self, founder: Member) -> None:
        """Drop every member and begin again with `founder`."""
        self._members = [founder]
        self._by_behaviour = {founder.behaviour: founder}
