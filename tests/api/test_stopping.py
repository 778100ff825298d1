"""A request to stop that follows the caller's event and leaves it alone."""

import threading

from adrs.api.stopping import Stop


def test_it_follows_the_callers_event() -> None:
    callers = threading.Event()
    stop = Stop(callers)
    assert not stop.requested
    assert not stop.wait(0.0)
    callers.set()
    assert stop.requested
    assert stop.wait()


def test_the_callers_event_does_not_follow_it() -> None:
    callers = threading.Event()
    stop = Stop(callers)
    stop.set()
    assert stop.requested
    assert not callers.is_set()


def test_who_waits_is_woken_by_either() -> None:
    callers = threading.Event()
    for made_here in (True, False):
        stop = Stop(callers)
        waiting = threading.Thread(target=stop.wait, daemon=True)
        waiting.start()
        (stop if made_here else callers).set()
        waiting.join(60.0)
        assert not waiting.is_alive()
