"""Integer-nanosecond discrete-event kernel with a total order of events.

Time is an int, so no rounding ever reorders two events. Events are handled in the order of
(time, priority, sequence); the sequence number is unique, so the order is total and a run depends
on nothing but its inputs. The heap holds one entry per slot (a server, a link, a timer) and not one
per request: arrivals come from a sorted array through a cursor.
"""

from collections.abc import Callable, Sequence
from heapq import heapify, heappop, heappush

Handler = Callable[[int, int], None]

FOREVER_NS = 2**63 - 1
"""A time after every event; event times are below it."""

DEFAULT_PRIORITY = 0
"""Priority of an event that is scheduled without one; smaller priorities are handled first."""

ARRIVAL_PRIORITY = 1
"""Default priority of arrivals: what ends at an instant frees its place before what then begins."""

_Entry = tuple[int, int, int, int, int]
_ArrivalKey = tuple[int, int]

_NOTHING = -1
_NO_ARRIVAL: _ArrivalKey = (FOREVER_NS, 0)
_SLACK = 64


class Kernel:
    """Runs events in order until none is left, a time is reached or a handler pauses it.

    Each slot has at most one pending event. Scheduling a slot again replaces its event; the
    replaced entry stays in the heap and is skipped by its version (the slot's latest sequence
    number), which costs less than taking it out.

    A handler is called as `handler(now_ns, slot)`, the arrival handler as `handler(now_ns, index)`
    with the index of the arrival. Handlers may schedule, cancel and pause; they must not call
    `run`. Not thread-safe.

    Attributes:
        now_ns: the clock, never decreasing.
    """

    __slots__ = (
        "_arrival_priority",
        "_arrivals_ns",
        "_cursor",
        "_handlers",
        "_heap",
        "_next_arrival",
        "_on_arrival",
        "_paused",
        "_pending",
        "_sequence",
        "now_ns",
    )

    def __init__(
        self,
        handlers: Sequence[Handler],
        *,
        slots: int,
        arrivals_ns: Sequence[int] = (),
        on_arrival: Handler | None = None,
        arrival_priority: int = ARRIVAL_PRIORITY,
    ) -> None:
        """Make a kernel at time 0.

        Args:
            handlers: one handler per kind of event; a kind is an index into it.
            slots: number of slots.
            arrivals_ns: arrival times, ascending, from 0; plain ints (`array.tolist()`), because
                numpy scalars are slow and overflow silently.
            on_arrival: handler of arrivals; required when there are any.
            arrival_priority: priority of every arrival. At an equal time and priority an arrival
                precedes a scheduled event; equal arrivals keep their order.

        Raises:
            ValueError: the arrival times are not ascending, lie outside 0..FOREVER_NS - 1, or have
                no handler.
        """
        _check_arrivals(arrivals_ns, on_arrival)
        self.now_ns = 0
        self._handlers = tuple(handlers)
        self._heap: list[_Entry] = []
        self._pending = [_NOTHING] * slots
        self._sequence = 0
        self._arrivals_ns = arrivals_ns
        self._on_arrival = on_arrival
        self._arrival_priority = arrival_priority
        self._paused = False
        self._cursor = -1
        self._next_arrival = _NO_ARRIVAL
        self._advance()

    @property
    def arrived(self) -> int:
        """Number of arrivals handled so far."""
        return self._cursor

    def is_pending(self, slot: int) -> bool:
        """Tell whether `slot` has a pending event."""
        return self._pending[slot] != _NOTHING

    def schedule(
        self, slot: int, time_ns: int, kind: int, priority: int = DEFAULT_PRIORITY
    ) -> None:
        """Make an event of `kind` at `time_ns` the one pending event of `slot`.

        Raises:
            ValueError: `time_ns` lies before the clock or at FOREVER_NS or later.
        """
        if not self.now_ns <= time_ns < FOREVER_NS:
            raise ValueError(f"event at {time_ns} ns is outside {self.now_ns}..{FOREVER_NS - 1} ns")
        heap = self._heap
        if len(heap) > _SLACK + 2 * len(self._pending):
            self._drop_stale()
        self._sequence = sequence = self._sequence + 1
        self._pending[slot] = sequence
        heappush(heap, (time_ns, priority, sequence, kind, slot))

    def cancel(self, slot: int) -> None:
        """Drop the pending event of `slot`, if it has one."""
        self._pending[slot] = _NOTHING

    def pause(self) -> None:
        """Make `run` return after the handler that calls this; `run` then goes on from there."""
        self._paused = True

    def run(self, until_ns: int | None = None) -> bool:
        """Handle events in order.

        Args:
            until_ns: the last instant to handle; None for all there is. When it is reached, the
                clock stands at it.

        Returns:
            True when a handler paused the run; False when nothing is left up to `until_ns`.
        """
        limit_ns = FOREVER_NS - 1 if until_ns is None else until_ns
        heap, pending, handlers = self._heap, self._pending, self._handlers
        self._paused = False
        while not self._paused:
            arrival = self._next_arrival
            if heap and heap[0] < arrival:
                time_ns, _, sequence, kind, slot = heap[0]
                if time_ns > limit_ns:
                    break
                heappop(heap)
                if pending[slot] == sequence:
                    pending[slot] = _NOTHING
                    self.now_ns = time_ns
                    handlers[kind](time_ns, slot)
            elif arrival[0] <= limit_ns:
                self._arrive(arrival[0])
            else:
                break
        if until_ns is not None and not self._paused:
            self.now_ns = max(self.now_ns, until_ns)
        return self._paused

    def _arrive(self, time_ns: int) -> None:
        index = self._cursor
        self._advance()
        self.now_ns = time_ns
        if self._on_arrival is not None:
            self._on_arrival(time_ns, index)

    def _advance(self) -> None:
        self._cursor = cursor = self._cursor + 1
        if cursor < len(self._arrivals_ns):
            self._next_arrival = (self._arrivals_ns[cursor], self._arrival_priority)
        else:
            self._next_arrival = _NO_ARRIVAL

    def _drop_stale(self) -> None:
        pending = self._pending
        # In place: `run` holds a reference to the list.
        self._heap[:] = [entry for entry in self._heap if pending[entry[4]] == entry[2]]
        heapify(self._heap)


def _check_arrivals(arrivals_ns: Sequence[int], on_arrival: Handler | None) -> None:
    if len(arrivals_ns) == 0:
        return
    if on_arrival is None:
        raise ValueError("there are arrivals but no handler for them; pass on_arrival")
    previous = 0
    for index, time_ns in enumerate(arrivals_ns):
        if time_ns < previous:
            raise ValueError(f"arrival {index} at {time_ns} ns lies before {previous} ns")
        previous = time_ns
    if previous >= FOREVER_NS:
        raise ValueError(f"the last arrival at {previous} ns is not before {FOREVER_NS} ns")
