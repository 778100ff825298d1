"""Counts a run's model calls as they are kept, for those who watch."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable

from adrs.core.call import Call, CallOutcome, CallRequest
from adrs.core.spending import ModelTraffic, Spending, answered
from adrs.proposers.llm.protocol import CallLog


class CallMeter:
    """A `CallLog` that counts what it passes on. Thread-safe.

    Args:
        log: where the attempts are kept.
        earlier: the run's attempts of earlier sittings.
        on_move: called after every attempt, from the thread that made it.
    """

    def __init__(self, log: CallLog, earlier: Iterable[Call], on_move: Callable[[], None]) -> None:
        self._log = log
        self._on_move = on_move
        self._lock = threading.Lock()
        self._calls = 0
        self._tokens = 0
        self._usd = 0.0
        self._unpriced = 0
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

    def spending(self, in_flight: int = 0) -> Spending:
        """Return what was counted so far.

        Args:
            in_flight: calls that are being made now.
        """
        with self._lock:
            return Spending(
                calls=self._calls,
                tokens=self._tokens,
                usd=self._usd,
                unpriced=self._unpriced,
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
        if not answered(call):
            return
        self._calls += 1
        self._tokens += call.usage.prompt_tokens + call.usage.completion_tokens
        self._usd += call.cost_usd or 0.0
        self._unpriced += call.cost_usd is None
