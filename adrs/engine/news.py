"""Passes on what proposers have to say to those who watch a run."""

from adrs.core.events import CallsMoved, EventSink, Warned
from adrs.core.spending import Spending
from adrs.engine.proposals import Proposals


class News:
    """Tells of every notice, and of every change of what model calls took, once.

    Args:
        proposals: has notices and counts calls.
        sink: is told.
    """

    def __init__(self, proposals: Proposals, sink: EventSink) -> None:
        self._proposals = proposals
        self._sink = sink
        self._spending: Spending | None = None

    def tell(self) -> None:
        """Pass on what is new since the last time."""
        for notice in self._proposals.notices():
            self._sink(Warned(message=notice))
        spending = self._proposals.spending()
        if spending is not None and spending != self._spending:
            self._spending = spending
            self._sink(CallsMoved(spending=spending))
