"""A session that keeps count of the decisions and their hash."""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from adrs.sandbox.protocol import Argument, Session


class RecordingSession:
    """Passes everything through to another session; one hash may span several of these.

    Args:
        inner: the session that answers.
        digest: a hash object that every answer is added to.
    """

    def __init__(self, inner: Session, digest: hashlib.blake2b) -> None:
        self._inner = inner
        self._digest = digest
        self.answered = 0

    def begin(self, setups: NDArray[np.void]) -> None:
        """See `Session.begin`."""
        self._inner.begin(setups)

    def decide(self, slots: NDArray[np.int32], observations: NDArray[np.void]) -> NDArray[np.int32]:
        """See `Session.decide`."""
        decisions = self._inner.decide(slots, observations)
        self._digest.update(decisions.data)
        self.answered += len(decisions)
        return decisions

    def plan(self, slot: int, arguments: Sequence[Argument]) -> tuple[NDArray[np.generic], ...]:
        """See `Session.plan`."""
        result = self._inner.plan(slot, arguments)
        for array in result:
            self._digest.update(repr(array.shape).encode())
            self._digest.update(array.tobytes())
        self.answered += 1
        return result

    @property
    def cpu_s(self) -> float:
        """See `Session.cpu_s`."""
        return self._inner.cpu_s

    def close(self) -> None:
        """See `Session.close`."""
        self._inner.close()
