"""No entropy and no clock: in a candidate's process every run starts and goes on the same way.

The kernel's generator is denied to candidates, as a program that draws from it cannot be replayed.
Generators that are made without a seed, which would ask it, get theirs from one fixed stream. The
clocks of the time module count their readings instead, so that a search which stops "after half a
second" stops after the same number of steps everywhere; the present of `datetime` is theirs. A
program that finds a real clock all the same is found out by evaluating it twice.
"""

import datetime
import os
import random
import time
from collections.abc import Callable
from typing import Any, Self

import numpy as np

CLOCK_STEP_NS = 1_000_000
_SECOND_NS = 1_000_000_000
_EPOCH_NS = 1_700_000_000 * _SECOND_NS
_SEED = 0


def replace_entropy() -> None:
    """Route os.urandom and unseeded generators of this process to a fixed stream, for good."""
    stream = random.Random(_SEED)
    seed_from = random.Random.seed

    def seed(
        generator: random.Random,
        a: int | float | str | bytes | bytearray | None = None,
        version: int = 2,
    ) -> None:
        seed_from(generator, stream.getrandbits(64) if a is None else a, version)

    random.Random.seed = seed  # type: ignore[method-assign, assignment]
    random.seed = random._inst.seed
    # numpy's unseeded generators draw through random.SystemRandom, and that through this name.
    random._urandom = stream.randbytes  # type: ignore[attr-defined]
    os.urandom = stream.randbytes


def replace_clocks() -> None:
    """Make every reading of a clock of `time` one `CLOCK_STEP_NS` later than the one before."""
    readings = 0

    def tick() -> int:
        nonlocal readings
        readings += 1
        return readings * CLOCK_STEP_NS

    _replace_clock("time", lambda: _EPOCH_NS + tick())
    for name in ("monotonic", "perf_counter", "process_time", "thread_time"):
        _replace_clock(name, tick)
    time.clock_gettime_ns = lambda clk_id: tick()  # noqa: ARG005  (named as in the standard library)
    time.clock_gettime = lambda clk_id: tick() / _SECOND_NS  # noqa: ARG005
    _keep_to_utc()
    _replace_calendars()
    datetime.datetime = _Datetime  # type: ignore[misc]


class _Datetime(datetime.datetime):
    """Takes the present from `time.time`, as `today` does by itself."""

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> Self:
        return cls.fromtimestamp(time.time(), tz)

    @classmethod
    def utcnow(cls) -> Self:
        return cls.fromtimestamp(time.time(), datetime.UTC).replace(tzinfo=None)


_Datetime.__name__ = _Datetime.__qualname__ = "datetime"
_Datetime.__module__ = "datetime"


def _keep_to_utc() -> None:
    """Make local time UTC, not that of the place where the host is."""
    os.environ["TZ"] = "UTC0"
    time.tzset()
    del os.environ["TZ"]  # what was set holds on; a candidate finds no variable more


def _replace_calendars() -> None:
    """Let the functions that mean the present where no moment is given ask `time.time` for it."""
    for name in ("gmtime", "localtime", "ctime"):
        _replace_default(name, time.time)
    _replace_default("asctime", time.localtime)
    strftime = time.strftime
    time.strftime = lambda form, *moment: strftime(form, *(moment or (time.localtime(),)))


def _replace_default(name: str, present: Callable[[], Any]) -> None:
    original = getattr(time, name)
    setattr(time, name, lambda moment=None: original(present() if moment is None else moment))


def _replace_clock(name: str, read_ns: Callable[[], int]) -> None:
    setattr(time, f"{name}_ns", read_ns)
    setattr(time, name, lambda: read_ns() / _SECOND_NS)


def seed_global_generators() -> None:
    """Bring the global generators of `random` and `numpy.random` into their first state."""
    random.seed(_SEED)
    np.random.seed(_SEED)
