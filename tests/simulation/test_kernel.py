"""The kernel against a sorted list, the simplest model of a total order of events."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adrs.simulation.kernel import ARRIVAL_PRIORITY, FOREVER_NS, Handler, Kernel

TIMES = st.integers(min_value=0, max_value=30)
Step = tuple[int, int, int | None]
PRIORITIES = st.integers(min_value=-2, max_value=2)


@dataclass
class Log:
    """Notes what a kernel handles: (clock, kind, slot or arrival index)."""

    seen: list[tuple[int, str, int]] = field(default_factory=list)

    def handler(self, kind: str) -> Handler:
        return lambda now_ns, index: self.seen.append((now_ns, kind, index))


def logged_kernel(
    *, slots: int, arrivals_ns: Sequence[int] = (), **options: int
) -> tuple[Kernel, Log]:
    log = Log()
    kernel = Kernel(
        (log.handler("a"), log.handler("b")),
        slots=slots,
        arrivals_ns=arrivals_ns,
        on_arrival=log.handler("arrival"),
        **options,
    )
    return kernel, log


@given(
    events=st.lists(st.tuples(TIMES, PRIORITIES, st.integers(0, 1)), max_size=30),
    arrivals=st.lists(TIMES, max_size=20).map(sorted),
    arrival_priority=PRIORITIES,
)
def test_events_come_by_time_then_priority_then_sequence(
    events: list[tuple[int, int, int]], arrivals: list[int], arrival_priority: int
) -> None:
    kernel, log = logged_kernel(
        slots=len(events), arrivals_ns=arrivals, arrival_priority=arrival_priority
    )
    model = [(t, arrival_priority, -1, i, "arrival") for i, t in enumerate(arrivals)]
    for slot, (time_ns, priority, kind) in enumerate(events):
        kernel.schedule(slot, time_ns, kind, priority)
        model.append((time_ns, priority, slot, slot, "ab"[kind]))
    assert kernel.run() is False
    assert log.seen == [(t, kind, index) for t, _, _, index, kind in sorted(model)]


@given(st.lists(st.tuples(st.integers(0, 3), st.none() | TIMES), max_size=400))
def test_only_the_latest_event_of_a_slot_fires(actions: list[tuple[int, int | None]]) -> None:
    kernel, log = logged_kernel(slots=4)
    pending: dict[int, tuple[int, int]] = {}
    for sequence, (slot, time_ns) in enumerate(actions):
        if time_ns is None:
            kernel.cancel(slot)
            pending.pop(slot, None)
        else:
            kernel.schedule(slot, time_ns, 0)
            pending[slot] = (time_ns, sequence)
    assert [kernel.is_pending(slot) for slot in range(4)] == [slot in pending for slot in range(4)]
    kernel.run()
    order = sorted(pending, key=pending.__getitem__)
    assert log.seen == [(pending[slot][0], "a", slot) for slot in order]
    assert not any(kernel.is_pending(slot) for slot in range(4))


class Branching:
    """Handlers that schedule, cancel and replace events by a fixed rule, and note the clock."""

    def __init__(self, steps: list[Step], arrivals: list[int], pause_every: int = 0) -> None:
        self.kernel = Kernel((self.fire,), slots=5, arrivals_ns=arrivals, on_arrival=self.fire)
        self.steps = iter(steps)
        self.pause_every = pause_every
        self.seen: list[tuple[int, int]] = []

    def fire(self, now_ns: int, index: int) -> None:
        assert self.kernel.now_ns == now_ns
        self.seen.append((now_ns, index))
        if self.pause_every and len(self.seen) % self.pause_every == 0:
            self.kernel.pause()
        for delay_ns, slot, cancelled in islice(self.steps, 1):
            self.kernel.schedule(slot, now_ns + delay_ns, 0)
            if cancelled is not None:
                self.kernel.cancel(cancelled)


STEPS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 4), st.none() | st.integers(0, 4)), max_size=60
)
ARRIVALS = st.lists(TIMES, min_size=1, max_size=15).map(sorted)


@given(steps=STEPS, arrivals=ARRIVALS)
def test_clock_never_goes_back_and_every_arrival_is_handled(
    steps: list[Step], arrivals: list[int]
) -> None:
    model = Branching(steps, arrivals)
    model.kernel.run()
    clocks = [now_ns for now_ns, _ in model.seen]
    assert clocks == sorted(clocks)
    assert model.kernel.arrived == len(arrivals)


@given(steps=STEPS, arrivals=ARRIVALS, every=st.integers(1, 4))
def test_pausing_changes_nothing(steps: list[Step], arrivals: list[int], every: int) -> None:
    through, paused = Branching(steps, arrivals), Branching(steps, arrivals, pause_every=every)
    assert through.kernel.run() is False
    pauses = 0
    while paused.kernel.run():
        pauses += 1
    assert paused.seen == through.seen
    assert pauses == len(through.seen) // every


@given(steps=STEPS, arrivals=ARRIVALS, cuts=st.lists(st.integers(0, 60), max_size=5).map(sorted))
def test_running_in_stretches_changes_nothing(
    steps: list[Step], arrivals: list[int], cuts: list[int]
) -> None:
    through, cut = Branching(steps, arrivals), Branching(steps, arrivals)
    through.kernel.run()
    for until_ns in cuts:
        assert cut.kernel.run(until_ns) is False
        assert cut.kernel.now_ns == until_ns
        assert cut.seen == [event for event in through.seen if event[0] <= until_ns]
    cut.kernel.run()
    assert cut.seen == through.seen


def test_arrival_at_the_instant_of_a_departure_comes_after_it() -> None:
    kernel, log = logged_kernel(slots=1, arrivals_ns=[5])
    kernel.schedule(0, 5, 0)
    kernel.run()
    assert [kind for _, kind, _ in log.seen] == ["a", "arrival"]


def test_at_equal_priority_the_arrival_comes_first() -> None:
    kernel, log = logged_kernel(slots=1, arrivals_ns=[5])
    kernel.schedule(0, 5, 0, ARRIVAL_PRIORITY)
    kernel.run()
    assert [kind for _, kind, _ in log.seen] == ["arrival", "a"]


def test_heap_stays_small_when_events_are_replaced_again_and_again() -> None:
    kernel, log = logged_kernel(slots=2)
    for time_ns in range(10_000):
        kernel.schedule(time_ns % 2, 20_000 - time_ns, 1)
    assert len(kernel._heap) < 100
    kernel.run()
    assert log.seen == [(20_000 - 9_999, "b", 1), (20_000 - 9_998, "b", 0)]


def test_times_beyond_float_precision_keep_their_order() -> None:
    late = 2**62
    kernel, log = logged_kernel(slots=3)
    for slot, time_ns in enumerate((late + 2, late + 1, late)):
        kernel.schedule(slot, time_ns, 0)
    kernel.run()
    assert [now_ns for now_ns, _, _ in log.seen] == [late, late + 1, late + 2]


def test_an_event_in_the_past_is_refused() -> None:
    kernel, _ = logged_kernel(slots=1)
    kernel.run(until_ns=10)
    with pytest.raises(ValueError, match="event at 9 ns is outside 10"):
        kernel.schedule(0, 9, 0)
    with pytest.raises(ValueError, match="outside"):
        kernel.schedule(0, FOREVER_NS, 0)


@pytest.mark.parametrize(
    ("arrivals", "message"),
    [([3, 2], "arrival 1 at 2 ns"), ([-1], "arrival 0 at -1 ns"), ([FOREVER_NS], "last arrival")],
)
def test_bad_arrivals_are_refused(arrivals: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Kernel((), slots=0, arrivals_ns=arrivals, on_arrival=lambda *_: None)


def test_arrivals_without_a_handler_are_refused() -> None:
    with pytest.raises(ValueError, match="on_arrival"):
        Kernel((), slots=0, arrivals_ns=[1])
