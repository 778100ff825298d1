"""The client in one thread: stored answers, retries, failover, budget, what is kept."""

import threading
from typing import Any

import pytest

from adrs.core.call import Call, CallOutcome, CallRequest, Usage
from adrs.errors import ArchiveError, ProposerError
from adrs.proposers.llm.breaker import BreakerPolicy
from adrs.proposers.llm.errors import CallsStopped, ModelsDown, NoAnswer
from adrs.proposers.llm.failures import DeclinedReply, UselessReply
from adrs.proposers.llm.models import ModelSpec, preference
from adrs.proposers.llm.retry import RetryPolicy
from adrs.proposers.llm.settings import ModelSettings, Price
from adrs.proposers.protocol import BudgetSpent

LIMITED = CallOutcome.RATE_LIMITED
OVERLOADED = CallOutcome.OVERLOADED
TOO_LONG = CallOutcome.CONTEXT_TOO_LONG


def seed_for(first: str, *names: str) -> int:
    """Return a seed with which `first` is asked first."""
    specs = [ModelSpec.parse(name) for name in names]
    return next(s for s in range(1000) if preference(specs, tier=None, seed=s)[0].id == first)


def ask(client: Any, tools: Any, text: str = "improve", *, seed: int = 1, **more: Any) -> Call:
    call: Call = client.complete(tools.site(), tools.messages(text), seed=seed, **more)
    return call


def test_answer_is_kept_with_all_that_is_known(bench: Any, tools: Any) -> None:
    usage = Usage(prompt_tokens=1_000_000, completion_tokens=500_000)

    def answer() -> Any:
        bench.clock.sleep(1.5)
        return tools.reply("text", raw='{"r": 1}', finish="length", usage=usage)

    client = bench.client({"test/a": [answer]})
    call = ask(client, tools)
    assert bench.log.calls == [call]
    assert call == Call(
        site=tools.site(),
        request=CallRequest(model="test/a", messages=tools.messages("improve"), settings={}),
        attempt=1,
        outcome=CallOutcome.OK,
        text="text",
        raw='{"r": 1}',
        finish="length",
        usage=usage,
        cost_usd=2.0,
        latency_s=1.5,
        created_at="2026-01-02T03:04:05.678+00:00",
    )
    assert bench.budget.settled == [(usage, 2.0)]
    assert bench.budget.open == 0
    assert bench.notices == []


def test_settings_reach_the_transport(bench: Any, tools: Any) -> None:
    settings = {"test/a": ModelSettings(temperature=0.5, timeout_s=7.0, extra={"seed": 3})}
    ask(bench.client({"test/a": [tools.reply()]}, settings=settings), tools)
    assert bench.transports["test/a"].sent[0].settings == {"temperature": 0.5, "seed": 3}
    assert bench.transports["test/a"].timeouts == [7.0]


def test_stored_answer_costs_nothing(bench: Any, tools: Any) -> None:
    client = bench.client({"test/a": [tools.reply("one"), tools.reply("two")]})
    first = ask(client, tools)
    assert ask(client, tools) == first
    assert ask(client, tools, "something else").text == "two"
    assert bench.sent("test/a") == 2
    assert len(bench.budget.reserved) == 2


def test_stored_answer_is_that_of_the_model_drawn_whatever_its_health(
    bench: Any, tools: Any
) -> None:
    scripts = {
        "test/a": [tools.reply("a"), tools.failure(CallOutcome.AUTHENTICATION)],
        "test/b": [tools.reply("b")],
    }
    client = bench.client(scripts)
    seed_a, seed_b = seed_for("test/a", *scripts), seed_for("test/b", *scripts)
    assert ask(client, tools, seed=seed_a).text == "a"
    assert ask(client, tools, "other", seed=seed_a).text == "b"
    assert "test/a is not asked any more" in bench.notices[-1]
    assert ask(client, tools, seed=seed_a).text == "a"
    assert ask(client, tools, seed=seed_b).text == "a", "the run's own answer, from a failover"


def test_answer_after_a_failover_is_found_by_the_next_sitting(bench: Any, tools: Any) -> None:
    scripts = {"test/a": [tools.failure(TOO_LONG)], "test/b": [tools.reply("b")]}
    seed = seed_for("test/a", *scripts)
    ask(bench.client(scripts), tools, seed=seed)
    again = bench.client({"test/a": [tools.reply("a")], "test/b": [tools.reply("new")]})
    assert ask(again, tools, seed=seed).text == "b"
    assert bench.sent("test/a") == bench.sent("test/b") == 0


def test_answer_of_another_run_is_kept_in_this_one(bench: Any, tools: Any) -> None:
    client = bench.client({"test/a": [tools.reply("new")]})
    request = CallRequest(model="test/a", messages=tools.messages("improve"), settings={})
    foreign = Call(
        site=tools.site(77),
        request=request,
        attempt=3,
        outcome=CallOutcome.OK,
        text="old",
        cost_usd=0.5,
        latency_s=9.0,
        cached_from="amber-fox",
    )
    bench.log.stored[request.digest] = foreign
    call = ask(client, tools)
    assert (call.text, call.cached_from, call.cost_usd) == ("old", "amber-fox", 0.5)
    assert (call.site, call.attempt, call.latency_s) == (tools.site(), 1, 0.0)
    assert bench.log.calls == [call]
    assert bench.sent("test/a") == 0
    assert bench.budget.reserved == []


def test_answer_of_another_run_counts_for_the_model_drawn_alone(bench: Any, tools: Any) -> None:
    scripts = {"test/a": [tools.reply("a")], "test/b": [tools.reply("b")]}
    client = bench.client(scripts)
    request = CallRequest(model="test/b", messages=tools.messages("improve"), settings={})
    bench.log.stored[request.digest] = Call(
        site=tools.site(), request=request, attempt=1, outcome=CallOutcome.OK, cached_from="fox"
    )
    assert ask(client, tools, seed=seed_for("test/a", *scripts)).text == "a"


def test_passing_failures_are_tried_again_with_growing_waits(bench: Any, tools: Any) -> None:
    limited = tools.failure(LIMITED)
    client = bench.client({"test/a": [limited, limited, limited, tools.reply()]})
    call = ask(client, tools)
    assert call.attempt == 4
    assert bench.log.outcomes == [
        "test/a 1 rate_limited",
        "test/a 2 rate_limited",
        "test/a 3 rate_limited",
        "test/a 4 ok",
    ]
    assert [c.error for c in bench.log.calls] == ["it was rate_limited"] * 3 + [""]
    assert len(bench.clock.slept) == 3
    assert all(0 < s <= 2**n for n, s in enumerate(bench.clock.slept))
    assert len(bench.budget.settled) == 1
    assert bench.budget.open == 0


def test_retry_after_is_honoured(bench: Any, tools: Any) -> None:
    wait = tools.failure(LIMITED, retry_after_s=42.0)
    ask(bench.client({"test/a": [wait, tools.reply()]}), tools)
    assert bench.clock.slept == [42.0]


def test_waits_are_those_of_the_seed(bench: Any, tools: Any) -> None:
    slept = []
    for seed in (9, 9, 10):
        bench.clock.slept.clear()
        bench.log.stored.clear()
        script = [tools.failure(LIMITED)] * 3 + [tools.reply()]
        ask(bench.client({"test/a": script}), tools, seed=seed)
        slept.append(tuple(bench.clock.slept))
    assert slept[0] == pytest.approx(slept[1])
    assert slept[0] != pytest.approx(slept[2])


def test_long_wait_goes_to_another_model_and_a_short_one_does_not(bench: Any, tools: Any) -> None:
    scripts = {
        "test/a": [
            tools.failure(LIMITED, retry_after_s=2.0),
            tools.reply("a"),
            tools.failure(LIMITED, retry_after_s=60.0),
        ],
        "test/b": [tools.reply("b")],
    }
    client = bench.client(scripts)
    seed = seed_for("test/a", *scripts)
    assert ask(client, tools, "one", seed=seed).text == "a"
    assert ask(client, tools, "two", seed=seed).text == "b"
    assert bench.clock.slept == [2.0]


def test_lasting_rate_limit_stops_the_run(bench: Any, tools: Any) -> None:
    client = bench.client({"test/a": [tools.failure(LIMITED, "slow down")]})
    with pytest.raises(ModelsDown, match=r"test/a: slow down \(wait, or ask with less"):
        ask(client, tools)
    assert bench.sent("test/a") == 8
    with pytest.raises(ModelsDown):
        ask(client, tools, "other")
    assert bench.sent("test/a") == 8
    assert bench.budget.open == 0


def test_request_that_alone_keeps_failing_is_given_up_alone(bench: Any, tools: Any) -> None:
    answered: list[Call] = []

    def limited() -> Any:
        if not answered:
            answered.append(ask(client, tools, "another"))
        raise tools.failure(LIMITED)

    client = bench.client({"test/a": [limited, tools.reply(), limited]})
    with pytest.raises(NoAnswer) as caught:
        ask(client, tools)
    assert caught.value.outcome is LIMITED
    assert len(answered) == 1
    assert bench.notices == []


def test_request_that_keeps_timing_out_is_given_up_alone(bench: Any, tools: Any) -> None:
    slow = tools.failure(CallOutcome.TIMEOUT)
    client = bench.client({"test/a": [slow, slow, slow, tools.reply("next")]})
    with pytest.raises(NoAnswer) as caught:
        ask(client, tools)
    assert caught.value.outcome is CallOutcome.TIMEOUT
    assert bench.sent("test/a") == 3
    assert ask(client, tools, "other").text == "next"


@pytest.mark.parametrize("outcome", [TOO_LONG, CallOutcome.REFUSED])
def test_refused_request_goes_to_the_other_models_once_each(
    bench: Any, tools: Any, outcome: CallOutcome
) -> None:
    scripts = {"test/a": [tools.failure(outcome)], "test/b": [tools.failure(outcome)]}
    client = bench.client(scripts)
    for text in "xyz":
        with pytest.raises(NoAnswer) as caught:
            ask(client, tools, text)
        assert caught.value.outcome is outcome
    assert (bench.sent("test/a"), bench.sent("test/b")) == (3, 3)
    assert bench.clock.slept == []
    assert bench.notices == []


def test_revoked_key_stops_the_run_with_a_remedy(bench: Any, tools: Any) -> None:
    refused = tools.failure(CallOutcome.AUTHENTICATION, "HTTP 401: revoked")
    client = bench.client({"test/a": [tools.reply(), refused]})
    ask(client, tools, "one")
    for text in ("two", "three"):
        with pytest.raises(ModelsDown, match=r"test/a: HTTP 401: revoked \(check .* key"):
            ask(client, tools, text)
    assert bench.sent("test/a") == 2
    assert bench.notices == ["test/a is not asked any more: HTTP 401: revoked"]


def test_model_without_a_key_leaves_the_run_to_the_others(bench: Any, tools: Any) -> None:
    scripts = {
        "test/a": [tools.failure(CallOutcome.AUTHENTICATION)],
        "test/b": [tools.reply("b")],
    }
    client = bench.client(scripts)
    seed = seed_for("test/a", *scripts)
    assert [ask(client, tools, text, seed=seed).text for text in "xyz"] == ["b", "b", "b"]
    assert bench.sent("test/a") == 1


def test_unreachable_host_stops_the_run_at_once(bench: Any, tools: Any) -> None:
    gone = tools.failure(CallOutcome.CONNECTION, "connection refused")
    client = bench.client({"test/a": [gone]})
    with pytest.raises(ModelsDown, match=r"connection refused.*check the address"):
        ask(client, tools)
    assert bench.sent("test/a") == 5
    assert bench.clock.now_s < 20


def test_outage_is_sat_out_by_probes(bench: Any, tools: Any) -> None:
    broken = tools.failure(CallOutcome.CONNECTION)
    client = bench.client({"test/a": [tools.reply("a"), *[broken] * 7, tools.reply("back")]})
    ask(client, tools, "one")
    assert ask(client, tools, "two").text == "back"
    assert bench.sent("test/a") == 9
    assert bench.clock.now_s > 5 + 15
    assert bench.notices == ["test/a is left alone a while: it was connection"]


def test_outage_that_lasts_stops_the_run(bench: Any, tools: Any) -> None:
    client = bench.client({"test/a": [tools.reply(), tools.failure(OVERLOADED, "HTTP 500")]})
    ask(client, tools, "one")
    with pytest.raises(ModelsDown, match="HTTP 500"):
        ask(client, tools, "two")
    assert bench.sent("test/a") == 1 + 5 + 3
    assert 60 < bench.clock.now_s < 120
    assert len(bench.notices) == 2


def test_open_breaker_fails_over_and_comes_back(bench: Any, tools: Any) -> None:
    scripts = {
        "test/a": [tools.reply("a"), *[tools.failure(OVERLOADED)] * 2, tools.reply("a again")],
        "test/b": [tools.reply("b")],
    }
    client = bench.client(scripts, breaker=BreakerPolicy(failures=2, cool_down_s=30.0))
    seed = seed_for("test/a", *scripts)
    assert [ask(client, tools, t, seed=seed).text for t in "123"] == ["a", "b", "b"]
    bench.clock.sleep(30.0)
    assert ask(client, tools, "4", seed=seed).text == "a again"


def test_tier_is_asked_first_and_the_others_stand_in(bench: Any, tools: Any) -> None:
    scripts = {
        "test/weak@weak": [tools.reply("weak")],
        "test/strong:0.001@strong": [tools.reply("strong"), tools.failure(TOO_LONG)],
    }
    client = bench.client(scripts)
    assert ask(client, tools, "1", tier="strong").text == "strong"
    assert ask(client, tools, "2", tier="strong").text == "weak"


def test_excluded_model_is_not_asked(bench: Any, tools: Any) -> None:
    scripts = {"test/a": [tools.reply("a")], "test/b": [tools.reply("b")]}
    client = bench.client(scripts)
    for seed in range(20):
        assert ask(client, tools, str(seed), seed=seed, exclude={"test/a"}).text == "b"


def test_refused_parameter_is_dropped_for_the_rest_of_the_run(bench: Any, tools: Any) -> None:
    refused = tools.failure(
        CallOutcome.UNKNOWN, "unsupported: temperature", refused_parameter="temperature"
    )
    settings = {"test/a": ModelSettings(temperature=0.5, max_tokens=9)}
    client = bench.client({"test/a": [refused, tools.reply()]}, settings=settings)
    first, second = ask(client, tools, "one"), ask(client, tools, "two")
    sent = [dict(request.settings) for request in bench.transports["test/a"].sent]
    assert sent == [{"temperature": 0.5, "max_tokens": 9}, {"max_tokens": 9}, {"max_tokens": 9}]
    assert bench.clock.slept == []
    assert (
        first.request.settings
        == second.request.settings
        == {
            "temperature": 0.5,
            "max_tokens": 9,
        }
    ), "what was asked for identifies the call, so that the next sitting finds it"
    assert len(bench.notices) == 1
    assert "does not take 'temperature'" in bench.notices[0]


def test_refused_parameter_is_sent_under_the_name_that_is_asked_for(bench: Any, tools: Any) -> None:
    refused = tools.failure(
        CallOutcome.UNKNOWN,
        "use max_completion_tokens",
        refused_parameter="max_tokens",
        instead="max_completion_tokens",
    )
    refused_again = tools.failure(
        CallOutcome.UNKNOWN, "no limits", refused_parameter="max_completion_tokens"
    )
    settings = {"test/a": ModelSettings(temperature=0.5, max_tokens=9)}
    script = [refused, tools.reply(), refused, tools.reply(), refused_again, tools.reply()]
    client = bench.client({"test/a": script}, settings=settings)
    for text in ("one", "a late refusal of what was sent before", "three"):
        ask(client, tools, text)
    sent = [dict(request.settings) for request in bench.transports["test/a"].sent]
    renamed = {"temperature": 0.5, "max_completion_tokens": 9}
    asked = {"temperature": 0.5, "max_tokens": 9}
    assert sent == [asked, renamed, renamed, renamed, renamed, {"temperature": 0.5}]
    assert "it is sent as 'max_completion_tokens'" in bench.notices[0]
    assert "it is left out" in bench.notices[1]


def test_many_refused_parameters_are_no_failures(bench: Any, tools: Any) -> None:
    extra = {f"p{n}": n for n in range(20)}
    refusals = [
        tools.failure(CallOutcome.UNKNOWN, f"no {name}", refused_parameter=name) for name in extra
    ]
    settings = {"test/a": ModelSettings(extra=extra)}
    client = bench.client({"test/a": [*refusals, tools.reply("done")]}, settings=settings)
    assert ask(client, tools).attempt == 21
    assert len(bench.notices) == 20


def test_declined_reply_is_paid_for(bench: Any, tools: Any) -> None:
    declined = DeclinedReply("filtered", tools.reply("half", finish="content_filter"))
    scripts = {"test/a": [declined], "test/b": [tools.reply("b")]}
    client = bench.client(scripts)
    assert ask(client, tools, seed=seed_for("test/a", *scripts)).text == "b"
    first = bench.log.calls[0]
    assert (first.outcome, first.text, first.finish) == (
        CallOutcome.REFUSED,
        "half",
        "content_filter",
    )
    assert first.cost_usd == pytest.approx((100 * 1 + 10 * 2) / 1e6)
    assert len(bench.budget.settled) == 2


def test_every_reply_without_an_answer_is_paid_for_out_of_the_budget(
    bench: Any, tools: Any
) -> None:
    empty = UselessReply(CallOutcome.UNKNOWN, "no choices", tools.reply("", raw="{}"))
    bench.budget.calls = 2
    with pytest.raises(BudgetSpent):
        ask(bench.client({"test/a": [empty]}), tools)
    assert bench.log.outcomes == ["test/a 1 unknown", "test/a 2 unknown"]
    assert [c.raw for c in bench.log.calls] == ["{}", "{}"]
    assert [usage.prompt_tokens for usage, _ in bench.budget.settled] == [100, 100]
    assert bench.budget.open == 0


def test_whatever_a_transport_raises_is_a_failed_attempt(bench: Any, tools: Any) -> None:
    def broken() -> Any:
        raise OverflowError(f"header {tools.key}")

    client = bench.client({"test/a": [broken, tools.reply("text")]})
    assert ask(client, tools).text == "text"
    assert bench.log.outcomes == ["test/a 1 unknown", "test/a 2 ok"]
    error = bench.log.calls[0].error
    assert "unexpected OverflowError (test_client.py, line" in error
    assert tools.key not in error


def test_counts_that_are_missing_are_estimated_and_said_once(bench: Any, tools: Any) -> None:
    client = bench.client({"test/a": [tools.reply("y" * 35, usage=Usage())]})
    calls = [ask(client, tools, text * 70) for text in "ab"]
    assert [c.usage.completion_tokens for c in calls] == [10, 10]
    assert all(c.usage.prompt_tokens > 20 for c in calls)
    assert bench.budget.settled[0][0] == calls[0].usage
    assert len(bench.notices) == 1
    assert "estimated" in bench.notices[0]


def test_reservation_is_made_before_the_call(bench: Any, tools: Any) -> None:
    price = Price(input_usd=1.0, output_usd=3.0)
    settings = {"test/a": ModelSettings(max_tokens=1000, price=price)}

    def answer() -> Any:
        assert bench.budget.open == 1
        return tools.reply()

    ask(bench.client({"test/a": [answer]}, settings=settings), tools, "x" * 687)
    (reservation,) = bench.budget.reserved
    assert reservation.tokens == 1200
    assert reservation.usd == pytest.approx(0.0032)


def test_budget_ends_the_calls(bench: Any, tools: Any) -> None:
    bench.budget.calls = 2
    client = bench.client({"test/a": [tools.reply()]})
    for text in "xy":
        ask(client, tools, text)
    with pytest.raises(BudgetSpent):
        ask(client, tools, "z")
    assert bench.sent("test/a") == 2
    assert ask(client, tools, "x").text == "hello", "a stored answer needs no budget"


def test_retries_keep_their_reservation(bench: Any, tools: Any) -> None:
    bench.budget.calls = 1
    client = bench.client({"test/a": [tools.failure(LIMITED), tools.reply()]})
    ask(client, tools)
    assert (len(bench.budget.reserved), bench.budget.most_open) == (1, 1)


def test_full_disk_stops_the_calls(bench: Any, tools: Any) -> None:
    bench.log.full_after = 1
    client = bench.client({"test/a": [tools.reply()]})
    ask(client, tools, "one")
    for text in ("two", "three"):
        with pytest.raises(ArchiveError, match="no space"):
            ask(client, tools, text)
    assert bench.sent("test/a") == 2
    assert len(bench.budget.settled) == 2, "what was paid for is settled, kept or not"


def test_stop_refuses_new_calls_but_not_stored_answers(bench: Any, tools: Any) -> None:
    client = bench.client({"test/a": [tools.reply("a")]})
    ask(client, tools, "one")
    bench.stop.set()
    assert ask(client, tools, "one").text == "a"
    with pytest.raises(CallsStopped):
        ask(client, tools, "two")
    assert bench.sent("test/a") == 1


def test_stop_lets_the_call_in_flight_finish(bench: Any, tools: Any) -> None:
    def answer() -> Any:
        bench.stop.set()
        return tools.reply("late")

    assert ask(bench.client({"test/a": [answer]}), tools).text == "late"


def test_stop_cuts_a_wait(bench: Any, tools: Any) -> None:
    failed = threading.Event()

    def limited() -> Any:
        failed.set()
        raise tools.failure(LIMITED, retry_after_s=500.0)

    client = bench.client({"test/a": [limited]}, real_waits=True)
    ended: list[Exception] = []

    def work() -> None:
        try:
            ask(client, tools)
        except CallsStopped as exc:
            ended.append(exc)

    thread = threading.Thread(target=work)
    thread.start()
    assert failed.wait(20)
    bench.stop.set()
    thread.join(20)
    assert len(ended) == 1
    assert bench.budget.open == 0


def test_an_error_meant_for_the_user_goes_through_and_gives_everything_back(
    bench: Any, tools: Any
) -> None:
    def gone() -> Any:
        raise ProposerError("desk: no such folder")

    client = bench.client({"test/a": [gone, tools.reply("well")]})
    with pytest.raises(ProposerError, match="desk: no such folder"):
        ask(client, tools)
    assert bench.log.calls == []
    assert bench.budget.open == 0
    assert ask(client, tools).text == "well"


def test_a_probe_that_ends_with_such_an_error_leaves_the_next_request_to_probe(
    bench: Any, tools: Any
) -> None:
    def gone() -> Any:
        raise ProposerError("desk: no such folder")

    failures = [tools.failure(OVERLOADED)] * 2
    scripts = {
        "test/a": [tools.reply("a"), *failures, gone, tools.reply("well")],
        "test/b": [tools.reply("b")],
    }
    client = bench.client(scripts, breaker=BreakerPolicy(failures=2, cool_down_s=30.0))
    seed = seed_for("test/a", *scripts)
    assert [ask(client, tools, t, seed=seed).text for t in "12"] == ["a", "b"]
    bench.clock.sleep(30.0)
    with pytest.raises(ProposerError, match="desk: no such folder"):
        ask(client, tools, "3", seed=seed)
    assert ask(client, tools, "4", seed=seed).text == "well"


def test_retry_limits_can_be_set(bench: Any, tools: Any) -> None:
    policy = RetryPolicy(attempts={CallOutcome.UNKNOWN: 1})
    client = bench.client({"test/a": [tools.failure(CallOutcome.UNKNOWN)]}, retry=policy)
    with pytest.raises(NoAnswer):
        ask(client, tools)
    assert bench.sent("test/a") == 1


def test_begun_requests_hold_their_budget_until_they_are_finished(bench: Any, tools: Any) -> None:
    bench.budget.calls = 2
    client = bench.client({"test/a": [tools.reply()]})
    begun = [client.begin(tools.site(n), tools.messages(str(n)), seed=n) for n in range(2)]
    assert (bench.budget.open, bench.sent("test/a")) == (2, 0)
    with pytest.raises(BudgetSpent):
        client.begin(tools.site(3), tools.messages("3"), seed=3)
    assert [client.finish(request).site.trial for request in reversed(begun)] == [1, 0]
    assert (bench.budget.open, len(bench.budget.settled)) == (0, 2)


def test_equal_requests_begun_before_either_is_answered_are_sent_once(
    bench: Any, tools: Any
) -> None:
    client = bench.client({"test/a": [tools.reply("one"), tools.reply("two")]})
    begun = [client.begin(tools.site(n), tools.messages("same"), seed=1) for n in range(2)]
    assert [client.finish(request).text for request in begun] == ["one", "one"]
    assert bench.sent("test/a") == 1
    assert (bench.budget.open, len(bench.budget.settled)) == (0, 1)


def test_first_model_can_be_named(bench: Any, tools: Any) -> None:
    scripts = {"test/a": [tools.reply("a")], "test/b": [tools.reply("b")]}
    client = bench.client(scripts)
    for seed in range(10):
        request = client.begin(
            tools.site(seed), tools.messages(str(seed)), seed=seed, first="test/b"
        )
        assert client.finish(request).text == "b"


def test_stop_gives_back_what_was_begun(bench: Any, tools: Any) -> None:
    client = bench.client({"test/a": [tools.reply()]})
    request = client.begin(tools.site(), tools.messages("x"), seed=1)
    bench.stop.set()
    with pytest.raises(CallsStopped):
        client.finish(request)
    assert (bench.budget.open, bench.sent("test/a")) == (0, 0)
