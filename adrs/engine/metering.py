"""Tells those who watch what a run's model calls came to."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable

from adrs.core.call import Call, CallOutcome, CallRequest
from adrs.core.spending import ModelTraffic, Spending
from adrs.engine.budget import CallLedger
from adrs.proposers.llm.protocol import CallLog


class CallMeter:
    """A `CallLog` that counts how attempts end; what they took it asks the ledger. Thread-safe.

    Args:
        log: where the attempts are kept.
        ledger: counts what calls took.
        earlier: the run's attempts of earlier sittings.
        on_move: called after every attempt, from the thread that made it.
    """

    def __init__(
        self,
        log: CallLog,
        ledger: CallLedger,
        earlier: Iterable[Call],
        on_move: Callable[[], None],
    ) -> None:
        self._log = log
        self._ledger = ledger
        self._on_move = on_move
        self._lock = threading.Lock()
        self._reused = 0
        self._answered: Counter[str] = Counter()
        self._failed: Counter[str] = Counter()
        for call in earlier:
            self._count(call)

    def add(self, call: Call) -> None:
        """Commit one attempt, then count it; see `CallLog.add`."""
        self._log.add(call)
        with self._lock:
            self._count(call)
        self._on_move()

    def answer(self, request: CallRequest) -> Call | None:
        """See `CallLog.answer`."""
        return self._log.answer(request)

    def spending(self) -> Spending:
        """Return what was counted so far, and how many calls are being made."""
        spent, in_flight = self._ledger.standing()
        with self._lock:
            return Spending(
                calls=spent.calls,
                tokens=spent.tokens,
                usd=spent.usd,
                unpriced=spent.unpriced,
                reused=self._reused,
                in_flight=in_flight,
                models=tuple(
                    ModelTraffic(
                        model=model, answered=self._answered[model], failed=self._failed[model]
                    )
                    for model in sorted({*self._answered, *self._failed})
                ),
            )

    def _count(self, call: Call) -> None:
        if call.cached_from:
            self._reused += 1
            return
        outcomes = self._answered if call.outcome is CallOutcome.OK else self._failed
        outcomes[call.request.model] += 1
