"""The whole client, SDK and all, against the test model server."""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from adrs.core.call import Call, CallOutcome
from adrs.proposers.llm.client import Client, Desk
from adrs.proposers.llm.connections import Connections
from adrs.proposers.llm.errors import ModelsDown, NoAnswer
from adrs.proposers.llm.models import ModelSpec
from adrs.proposers.llm.prices import Prices, PriceTable
from adrs.proposers.llm.retry import RetryPolicy
from adrs.proposers.llm.settings import ModelSettings
from adrs.testing.model_server import Fault, Group, ModelServer, ServerSettings

PROGRAM = """```python
def decide(obs):
    # EVOLVE-BLOCK-START
    limit = 3
    return 1 if obs.queue > limit else 0
    # EVOLVE-BLOCK-END
```
Answer with the whole region."""
QUICK = RetryPolicy(first_s=0.01, longest_s=0.1)


class Rig:
    """A client of a server's models, and what it left."""

    def __init__(self, server: ModelServer, bench: Any, key: str, **settings: Any) -> None:
        specs = [ModelSpec.parse("openai/strong"), ModelSpec.parse("openai/weak")]
        given = {s.id: ModelSettings(base_url=server.url, **settings) for s in specs}
        environ = {"OPENAI_API_KEY": key}
        self.connections = Connections(specs, settings=given, environ=environ)
        self.log, self.notices = bench.log, bench.notices
        desk = Desk(
            transports=self.connections.transports,
            log=bench.log,
            budget=bench.budget,
            stop=threading.Event(),
            on_notice=self.notices.append,
        )
        prices = Prices(self.connections.settings, PriceTable())
        self.client = Client(
            specs, settings=self.connections.settings, prices=prices, desk=desk, retry=QUICK
        )

    def ask(self, tools: Any, number: int) -> Call | ModelsDown:
        messages = tools.messages(f"{PROGRAM} Trial {number}.")
        try:
            return self.client.complete(tools.site(number), messages, seed=number)
        except ModelsDown as exc:
            return exc

    def ask_many(self, tools: Any, count: int) -> list[Call | ModelsDown]:
        self.connections.warm_up()
        with ThreadPoolExecutor(8) as pool:
            return list(pool.map(lambda n: self.ask(tools, n), range(count)))


@contextmanager
def rig(server: ModelServer, bench: Any, tools: Any, **settings: Any) -> Iterator[Rig]:
    made = Rig(server, bench, tools.key, **settings)
    try:
        yield made
    finally:
        made.connections.close()


def test_no_call_is_lost_and_none_is_paid_twice(bench: Any, tools: Any) -> None:
    faults: dict[str, float] = {Fault.RATE_LIMIT: 0.3, Fault.SERVER_ERROR: 0.1, Group.DROP: 0.05}
    served = ServerSettings(seed=3, faults=faults, retry_after_s=0.01, key=tools.key)
    with ModelServer(served) as server, rig(server, bench, tools) as rigged:
        calls = rigged.ask_many(tools, 80)
        records = server.served
    assert all(isinstance(c, Call) and "IDEA" in c.text for c in calls)
    assert len(bench.log.calls) == len(records)
    outcomes = Counter(c.outcome for c in bench.log.calls)
    by_fault = Counter(r.fault for r in records)
    assert outcomes[CallOutcome.OK] == sum(r.answered for r in records) == 80
    assert outcomes[CallOutcome.RATE_LIMITED] == by_fault[Fault.RATE_LIMIT] > 20
    assert outcomes[CallOutcome.OVERLOADED] == by_fault[Fault.SERVER_ERROR] > 4
    assert outcomes[CallOutcome.CONNECTION] == sum(
        by_fault[f]
        for f in (Fault.DROP_BEFORE_HEADERS, Fault.DROP_AFTER_HEADERS, Fault.DROP_MID_BODY)
    )
    assert {c.cost_usd for c in bench.log.calls if c.outcome is CallOutcome.OK} == {0.0}
    assert tools.key not in repr(bench.log.calls)


def test_next_sitting_asks_nothing_again(bench: Any, tools: Any) -> None:
    with ModelServer(ServerSettings(faults={Fault.UNSUPPORTED_PARAMETER: 1.0})) as server:
        with rig(server, bench, tools, temperature=0.7) as first:
            calls = first.ask_many(tools, 10)
        before = len(server.served)
        with rig(server, bench, tools, temperature=0.7) as second:
            assert second.ask_many(tools, 10) == calls
        assert len(server.served) == before
    assert sorted(n.partition(";")[0] for n in bench.notices) == [
        "openai/strong does not take 'temperature'",
        "openai/weak does not take 'temperature'",
    ]


def test_revoked_key_stops_the_calls(bench: Any, tools: Any) -> None:
    served = ServerSettings(key=tools.key, revoke_after=20)
    with ModelServer(served) as server, rig(server, bench, tools) as rigged:
        calls = rigged.ask_many(tools, 100)
        refused = sum(r.status == 401 for r in server.served)
    assert sum(isinstance(c, Call) for c in calls) == 20
    assert refused <= 2 * 8, "every call in flight meets it once per model"
    assert all("HTTP 401" in str(c) for c in calls if isinstance(c, ModelsDown))


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (Fault.CONTEXT_TOO_LONG, CallOutcome.CONTEXT_TOO_LONG),
        (Fault.REFUSED, CallOutcome.REFUSED),
        (Fault.FILTERED, CallOutcome.REFUSED),
        (Fault.OVERLOADED, CallOutcome.OVERLOADED),
        (Fault.HANG, CallOutcome.TIMEOUT),
    ],
)
def test_faults_of_the_server_have_their_class(
    bench: Any, tools: Any, fault: Fault, outcome: CallOutcome
) -> None:
    served = ServerSettings(seed=5, faults={fault: 0.5})
    patience_s = 0.3 if fault is Fault.HANG else 60.0
    with ModelServer(served) as server, rig(server, bench, tools, timeout_s=patience_s) as rigged:
        answers = [_ask(rigged, tools, n) for n in range(4)]
    failed = {c.outcome for c in bench.log.calls} - {CallOutcome.OK}
    assert failed == {outcome}
    assert any(answers)


def _ask(rigged: Rig, tools: Any, number: int) -> bool:
    try:
        return isinstance(rigged.ask(tools, number), Call)
    except NoAnswer:
        return False


@pytest.mark.parametrize("fault", [Fault.USAGE_MISSING, Fault.USAGE_NEGATIVE, Fault.USAGE_STRINGS])
def test_wrong_counts_are_estimated(bench: Any, tools: Any, fault: Fault) -> None:
    with (
        ModelServer(ServerSettings(faults={fault: 1.0})) as server,
        rig(server, bench, tools) as rigged,
    ):
        call = rigged.ask(tools, 1)
    assert isinstance(call, Call)
    assert call.usage.prompt_tokens > 20
    assert call.usage.completion_tokens > 10
    assert "estimated" in bench.notices[0]
