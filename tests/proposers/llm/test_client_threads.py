"""The client in many threads: what they share, and what holds at any interleaving."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from adrs.core.call import Call, CallOutcome, CallRequest
from adrs.core.seeds import derive_seed
from adrs.errors import ArchiveError
from adrs.proposers.llm.breaker import BreakerPolicy
from adrs.proposers.llm.errors import ModelsDown
from adrs.proposers.llm.protocol import RawReply
from adrs.proposers.llm.settings import ModelSettings
from adrs.proposers.protocol import BudgetSpent

THREADS = 16


class Faulty:
    """A transport whose faults follow from the request and how often it came, not from the order.

    Args:
        tools: makers of values.
        shares: classes of failure with their shares, by hundredths.
    """

    def __init__(self, tools: Any, shares: Sequence[tuple[CallOutcome, int]]) -> None:
        self._tools = tools
        self._shares = shares
        self._lock = threading.Lock()
        self.came: Counter[str] = Counter()

    def send(self, request: CallRequest, *, timeout_s: float) -> RawReply:
        with self._lock:
            self.came[request.digest] += 1
            nth = self.came[request.digest]
        draw = derive_seed("fault", request.digest, nth) % 100
        for outcome, share in self._shares:
            if draw < share:
                raise self._tools.failure(outcome)
            draw -= share
        reply: RawReply = self._tools.reply(f"{request.model} {request.digest}")
        return reply


def together(work: Callable[[int], Call], count: int) -> list[Call | Exception]:
    """Do work in 16 threads; return what each piece returned or raised."""

    def one(number: int) -> Call | Exception:
        try:
            return work(number)
        except (ModelsDown, BudgetSpent, ArchiveError) as exc:
            return exc

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(count)))


def asker(client: Any, tools: Any) -> Callable[[int], Call]:
    def ask(number: int) -> Call:
        call: Call = client.complete(
            tools.site(number), tools.messages(f"request {number}"), seed=number
        )
        return call

    return ask


FAULTS = [
    (CallOutcome.RATE_LIMITED, 30),
    (CallOutcome.OVERLOADED, 10),
    (CallOutcome.CONNECTION, 5),
]


def test_no_request_is_lost_to_passing_faults(bench: Any, tools: Any) -> None:
    client = bench.client({"test/a:3": [], "test/b": []})
    transports = {name: Faulty(tools, FAULTS) for name in bench.transports}
    bench.transports.update(transports)
    calls = together(asker(client, tools), 300)
    assert all(isinstance(c, Call) and c.outcome is CallOutcome.OK for c in calls)
    kept = Counter((c.request.digest, c.attempt) for c in bench.log.calls)
    assert set(kept.values()) == {1}
    assert len(kept) == sum(t.came.total() for t in transports.values())
    assert Counter(digest for digest, _ in kept) == sum(
        (t.came for t in transports.values()), Counter()
    )
    assert len(bench.budget.settled) == 300
    assert bench.budget.open == 0
    shares = Counter(c.request.model for c in calls if isinstance(c, Call))
    assert shares["test/a"] / 300 == pytest.approx(0.75, abs=0.08)


def test_models_and_attempts_are_the_same_at_any_interleaving(bench: Any, tools: Any) -> None:
    asked = []
    for _ in range(2):
        bench.log.stored.clear()
        client = bench.client({"test/a": [], "test/b": []})
        bench.transports.update({n: Faulty(tools, FAULTS[:1]) for n in bench.transports})
        calls = together(asker(client, tools), 100)
        asked.append([(c.request.model, c.attempt) for c in calls if isinstance(c, Call)])
    assert asked[0] == asked[1]
    assert len(asked[0]) == 100


def test_equal_requests_are_sent_once(bench: Any, tools: Any) -> None:
    gate = threading.Barrier(2, timeout=20)

    def answer() -> RawReply:
        gate.wait()  # nobody is answered before all have asked
        reply: RawReply = tools.reply("one answer")
        return reply

    client = bench.client({"test/a": [answer]})
    asked = threading.Semaphore(0)

    def ask(number: int) -> Call:
        asked.release()
        call: Call = client.complete(tools.site(number), tools.messages("same"), seed=1)
        return call

    with ThreadPoolExecutor(8) as pool:
        futures = [pool.submit(ask, n) for n in range(8)]
        for _ in range(8):
            assert asked.acquire(timeout=20)
        gate.wait()
        calls = [f.result(20) for f in futures]
    assert {c.text for c in calls} == {"one answer"}
    assert bench.sent("test/a") == 1
    assert len(bench.budget.settled) == 1
    assert bench.budget.open == 0


@pytest.mark.parametrize("cap", [1, 17, 50])
def test_cap_on_calls_is_never_passed(bench: Any, tools: Any, cap: int) -> None:
    bench.budget.calls = cap
    client = bench.client({"test/a": []})
    bench.transports["test/a"] = Faulty(tools, FAULTS[:1])
    calls = together(asker(client, tools), 120)
    answered = [c for c in calls if isinstance(c, Call)]
    assert len(answered) == len(bench.budget.settled) == cap
    assert all(isinstance(c, Call | BudgetSpent) for c in calls)


def test_one_call_at_a_time_probes_a_model_that_was_left_alone(bench: Any, tools: Any) -> None:
    policy = BreakerPolicy(failures=1, cool_down_s=5.0, growth=1.0, probes=1000)
    sick = Sick(tools, failures=THREADS + 30)
    client = bench.client({"test/a": []}, breaker=policy)
    bench.transports["test/a"] = sick
    calls = together(asker(client, tools), THREADS)
    assert all(isinstance(c, Call) for c in calls)
    assert sick.most_probes == 1
    assert sick.probes >= 30
    assert set(bench.notices) == {"test/a is left alone a while: it was overloaded"}


class Sick:
    """A transport that fails so many times, the first calls all at once.

    The model is left alone after the first failure, so whoever comes later, while it fails, is a
    probe; it counts how many of those there were, and were at the same time.
    """

    def __init__(self, tools: Any, *, failures: int) -> None:
        self._tools = tools
        self._failures = failures
        self._lock = threading.Lock()
        self._all_in = threading.Barrier(THREADS, timeout=20)
        self._came = self._probing = 0
        self.probes = self.most_probes = 0

    def send(self, request: CallRequest, *, timeout_s: float) -> RawReply:
        with self._lock:
            self._came += 1
            came = self._came
        if came <= THREADS:
            self._all_in.wait()
        elif came <= self._failures:
            self._probe()
        if came <= self._failures:
            raise self._tools.failure(CallOutcome.OVERLOADED)
        reply: RawReply = self._tools.reply()
        return reply

    def _probe(self) -> None:
        with self._lock:
            self.probes += 1
            self._probing += 1
            self.most_probes = max(self.most_probes, self._probing)
        threading.Event().wait(0.001)  # lets the others in, if they could come
        with self._lock:
            self._probing -= 1


def test_revoked_key_is_tried_by_those_in_flight_at_most(bench: Any, tools: Any) -> None:
    refused = tools.failure(CallOutcome.AUTHENTICATION)
    client = bench.client({"test/a": [*[tools.reply()] * 40, refused]})
    calls = together(asker(client, tools), 300)
    assert sum(isinstance(c, Call) for c in calls) == 40
    assert sum(isinstance(c, ModelsDown) for c in calls) == 260
    assert bench.sent("test/a") <= 40 + THREADS
    assert len(bench.notices) == 1


def test_full_disk_is_met_by_those_in_flight_at_most(bench: Any, tools: Any) -> None:
    bench.log.full_after = 40
    client = bench.client({"test/a": [tools.reply()]})
    calls = together(asker(client, tools), 300)
    assert sum(isinstance(c, Call) for c in calls) == 40
    assert sum(isinstance(c, ArchiveError) for c in calls) == 260
    assert bench.sent("test/a") <= 40 + THREADS
    assert bench.budget.open == 0


def test_parameter_that_many_calls_find_refused_is_told_once(bench: Any, tools: Any) -> None:
    class Picky:
        def send(self, request: CallRequest, *, timeout_s: float) -> RawReply:
            if "top_p" in request.settings:
                raise tools.failure(CallOutcome.UNKNOWN, "no top_p", refused_parameter="top_p")
            reply: RawReply = tools.reply()
            return reply

    settings = {"test/a": ModelSettings(extra={"top_p": 0.5})}
    client = bench.client({"test/a": []}, settings=settings)
    bench.transports["test/a"] = Picky()
    assert all(isinstance(c, Call) for c in together(asker(client, tools), 64))
    assert len(bench.notices) == 1
