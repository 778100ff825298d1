"""What a provider's errors and answers mean."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adrs.core.call import CallOutcome, Usage
from adrs.proposers.llm.completion import read_completion, read_usage
from adrs.proposers.llm.failures import (
    DeclinedReply,
    ErrorReply,
    UselessReply,
    call_failed,
    outcome_of,
    retry_after_s,
)
from adrs.proposers.llm.protocol import CallFailed, RawReply
from adrs.proposers.llm.redaction import Redactor

NOW_S = 1_767_323_045.0  # Fri, 02 Jan 2026 03:04:05 GMT
SETTINGS = {"temperature": 0.2, "max_tokens": 100, "reasoning_effort": "low", "top_p": 0.5}


def error(http: int | None, message: str = "", **body: str) -> ErrorReply:
    return ErrorReply.of(http, {"error": {"message": message, **body}}, {}, "nothing said")


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (error(429, "slow down", code="rate_limit_exceeded"), "rate_limited"),
        (
            error(429, "You exceeded your current quota", code="insufficient_quota"),
            "authentication",
        ),
        (
            error(429, "You exceeded your current quota", status="RESOURCE_EXHAUSTED"),
            "rate_limited",
        ),
        (error(429, "Request too large for gpt-4: too many tokens per min"), "rate_limited"),
        (error(400, "Your credit balance is too low"), "authentication"),
        (error(402, "pay"), "authentication"),
        (error(401, "Incorrect API key provided"), "authentication"),
        (error(403, "not in your country"), "authentication"),
        (error(403, "input was flagged as harassment"), "refused"),
        (error(404, "The model does not exist"), "authentication"),
        (error(400, "too long", code="context_length_exceeded"), "context_too_long"),
        (error(400, "prompt is too long: 210000 tokens > 200000 maximum"), "context_too_long"),
        (error(400, "the request exceeds the available context size"), "context_too_long"),
        (error(413, "payload"), "context_too_long"),
        (error(400, "filtered", code="content_filter"), "refused"),
        (error(400, "violates our content policy"), "refused"),
        (error(400, "what is this"), "unknown"),
        (error(408), "timeout"),
        (error(504), "timeout"),
        (error(409), "overloaded"),
        (error(500, "oops"), "overloaded"),
        (error(503, "moderation service unavailable"), "overloaded"),
        (error(529, "overloaded", type="overloaded_error"), "overloaded"),
        (error(None, "?"), "unknown"),
    ],
)
def test_error_has_its_class(reply: ErrorReply, outcome: str) -> None:
    assert outcome_of(reply) is CallOutcome(outcome)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"error": {"message": "one"}}, "one"),
        ({"message": "one", "type": "x"}, "one"),
        ({"error": "one"}, "one"),
        ({"detail": "one"}, "one"),
        ([{"error": {"message": "one"}}], "one"),
        ({"error": [{"message": "one"}]}, "one"),
        ({}, "fallback"),
        (None, "fallback"),
        ("one", "one"),
    ],
)
def test_error_bodies_of_many_forms_are_read(body: object, message: str) -> None:
    assert ErrorReply.of(500, body, {}, "fallback").message == message


@pytest.mark.parametrize(
    ("message", "body", "refused"),
    [
        ("no", {"code": "unsupported_parameter", "param": "temperature"}, "temperature"),
        ("no", {"code": "unsupported_value", "param": "temperature"}, "temperature"),
        ("no", {"code": "unknown_parameter", "param": "top_p"}, "top_p"),
        ("no", {"code": "unsupported_parameter", "param": "messages"}, ""),
        ("Unsupported parameter: 'max_completion_tokens' is not supported", {}, "max_tokens"),
        (
            "Unsupported value: 'temperature' does not support 0.2 with this model",
            {},
            "temperature",
        ),
        ("Unrecognized request argument supplied: reasoning_effort", {}, "reasoning_effort"),
        ("`temperature` is deprecated for this model.", {}, "temperature"),
        ("top_p: Extra inputs are not permitted", {}, "top_p"),
        ("[{'loc': ('body', 'top_p')}] body.top_p: Extra inputs are not permitted", {}, "top_p"),
        ("groq does not support parameters: ['top_p'], for model=x", {}, "top_p"),
        ("Setting {'top_p': 0.5} is not supported by x", {}, "top_p"),
        ("Unknown parameter: 'reasoning.effort'", {}, "reasoning_effort"),
        ("temperature must be between 0 and 2", {}, ""),
        ("the moon is not supported", {}, ""),
        ("maximum context length is not supported", {}, ""),
    ],
)
def test_refused_parameter_is_one_that_was_sent(
    message: str, body: Mapping[str, str], refused: str
) -> None:
    failed = call_failed(error(400, message, **body), settings=SETTINGS, text="t", now_s=NOW_S)
    assert failed.refused_parameter == refused
    nothing_sent = call_failed(error(400, message, **body), settings={}, text="t", now_s=NOW_S)
    assert nothing_sent.refused_parameter == ""


@pytest.mark.parametrize(
    ("message", "instead"),
    [
        (
            "Unsupported parameter: 'max_tokens' is not supported with this model. "
            "Use 'max_completion_tokens' instead.",
            "max_completion_tokens",
        ),
        ("max_tokens is deprecated, use `max_output_tokens` instead", "max_output_tokens"),
        ("Unsupported parameter: 'max_tokens'. Use 'temperature' instead.", ""),
        ("Unsupported parameter: 'max_tokens'. Use 'max_tokens' instead.", ""),
        ("Unsupported parameter: 'max_tokens'.", ""),
    ],
)
def test_another_name_is_taken_for_what_it_names_alone(message: str, instead: str) -> None:
    failed = call_failed(error(400, message), settings=SETTINGS, text="t", now_s=NOW_S)
    assert (failed.refused_parameter, failed.instead) == ("max_tokens", instead)


def test_server_error_refuses_no_parameter() -> None:
    failed = call_failed(
        error(500, "unsupported parameter: temperature"), settings=SETTINGS, text="t", now_s=NOW_S
    )
    assert (failed.outcome, failed.refused_parameter) == (CallOutcome.OVERLOADED, "")


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({}, None),
        ({"Retry-After": "2"}, 2.0),
        ({"retry-after": " 0.25 "}, 0.25),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "-5"}, 0.0),
        ({"retry-after": "86400"}, 600.0),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Tue, 01 Jan 2030 00:00:00 +99999999999999999999"}, None),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after-ms": "x", "retry-after": "9"}, 9.0),
        ({"retry-after": "Fri, 02 Jan 2026 03:04:15 GMT"}, 10.0),
        ({"retry-after": "Fri, 02 Jan 2026 03:04:00 GMT"}, 0.0),
        ({"retry-after": "Fri, 02 Jan 2036 03:04:00 GMT"}, 600.0),
        (
            {
                "retry-after": "Mon, 05 Jan 2026 10:00:30 GMT",
                "date": "Mon, 05 Jan 2026 10:00:00 GMT",
            },
            30.0,
        ),
    ],
)
def test_retry_after_in_every_form(headers: Mapping[str, str], wait_s: float | None) -> None:
    assert retry_after_s(headers, now_s=NOW_S) == wait_s


@given(text=st.text(max_size=40))
def test_retry_after_is_never_out_of_range(text: str) -> None:
    wait_s = retry_after_s({"retry-after": text}, now_s=NOW_S)
    assert wait_s is None or 0.0 <= wait_s <= 600.0


def read(body: object) -> RawReply:
    text = body if isinstance(body, str) else json.dumps(body)
    return read_completion(text, settings=SETTINGS, redactor=Redactor({}), now_s=NOW_S)


def test_completion_is_read(chat: Callable[..., Any]) -> None:
    body = json.dumps(chat("hi", usage={
        "prompt_tokens": 30, "completion_tokens": 20, "total_tokens": 50, "cost": 0.5,
        "prompt_tokens_details": {"cached_tokens": 10},
        "completion_tokens_details": {"reasoning_tokens": 5},
    }))  # fmt: skip
    assert read(body) == RawReply(
        text="hi",
        raw=body,
        finish="stop",
        usage=Usage(prompt_tokens=30, completion_tokens=20, cached_tokens=10, reasoning_tokens=5),
        cost_usd=0.5,
    )


def test_empty_text_is_an_answer(chat: Callable[..., Any]) -> None:
    assert read(chat("")).text == ""
    assert read(chat(None)).text == ""
    assert read(chat("cut", finish="length")).finish == "length"


def test_text_in_parts_is_joined(chat: Callable[..., Any]) -> None:
    parts = [{"type": "text", "text": "a"}, {"type": "image"}, {"type": "text", "text": "b"}]
    assert read(chat(parts)).text == "ab"


def test_text_that_no_archive_can_hold_is_mended(chat: Callable[..., Any]) -> None:
    got = read(chat("a\ud800b\x00"))
    assert got.text == "a\ufffdb\ufffd"
    got.raw.encode()


@pytest.mark.parametrize(
    "body",
    ["", "<html>", "[]", "3", "null", "{}", '{"choices": []}', '{"choices": [{}]}', "[" * 99_999,
     '{"choices": "x"}', '{"choices": [{"message": "x"}]}'],
)  # fmt: skip
def test_what_is_no_completion_is_a_failure(body: str) -> None:
    with pytest.raises(CallFailed) as caught:
        read(body)
    assert caught.value.outcome is CallOutcome.UNKNOWN
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize("before", [0, 80, 100, 110, 119])
def test_a_key_in_what_is_no_json_is_not_told_wherever_the_text_is_cut(before: int) -> None:
    key = "Zq7" + "x9Kd" * 10
    redactor = Redactor({"MY_API_KEY": key})
    with pytest.raises(CallFailed) as caught:
        read_completion("a" * before + key, settings=SETTINGS, redactor=redactor, now_s=NOW_S)
    assert "Zq7" not in str(caught.value)


def test_a_reply_without_choices_that_was_charged_is_kept(chat: Callable[..., Any]) -> None:
    body = json.dumps(chat(choices=[]))
    with pytest.raises(UselessReply, match="no choices") as caught:
        read(body)
    assert caught.value.outcome is CallOutcome.UNKNOWN
    assert caught.value.reply == RawReply(
        text="", raw=body, finish="", usage=Usage(prompt_tokens=30, completion_tokens=20)
    )
    with pytest.raises(CallFailed) as caught_free:
        read(chat(choices=[], usage={}))
    assert not isinstance(caught_free.value, UselessReply)


def test_error_with_a_good_status_is_a_failure() -> None:
    with pytest.raises(CallFailed) as caught:
        read({"error": {"message": "upstream is full", "code": 429}})
    assert caught.value.outcome is CallOutcome.RATE_LIMITED
    assert "upstream is full" in str(caught.value)


def test_refusals_are_failures_with_an_answer(chat: Callable[..., Any]) -> None:
    with pytest.raises(DeclinedReply) as caught:
        read(chat("half", finish="content_filter"))
    assert caught.value.outcome is CallOutcome.REFUSED
    assert caught.value.reply.usage.prompt_tokens == 30
    refusal = chat("")
    refusal["choices"][0]["message"]["refusal"] = "I will not"
    with pytest.raises(DeclinedReply, match="I will not"):
        read(refusal)


@pytest.mark.parametrize(
    ("text", "refusal"), [("an answer", "not all of it"), ("", ""), ("", None), ("", {"no": 1})]
)
def test_a_refusal_is_one_only_where_it_has_words_and_nothing_was_answered(
    chat: Callable[..., Any], text: str, refusal: object
) -> None:
    body = chat(text, finish=None)
    body["choices"][0]["message"]["refusal"] = refusal
    got = read(body)
    assert (got.text, got.finish) == (text, "")


@pytest.mark.parametrize(
    ("cost", "usd"),
    [
        (0, 0.0),
        (1e4, 1e4),
        (1e4 + 1, None),
        (-0.01, None),
        (True, None),
        ("0.1", None),
        (float("nan"), None),
    ],
)
def test_a_cost_out_of_all_proportion_is_none(
    chat: Callable[..., Any], cost: object, usd: float | None
) -> None:
    assert read(chat("hi", usage={"cost": cost})).cost_usd == usd


@pytest.mark.parametrize("usage", [{"cost": 0.5}, {"completion_tokens": 1}])
def test_a_reply_without_choices_was_charged_where_it_has_a_cost_or_tokens(
    chat: Callable[..., Any], usage: object
) -> None:
    with pytest.raises(UselessReply):
        read(chat(choices=[], usage=usage))


@pytest.mark.parametrize(
    ("usage", "counts"),
    [
        (None, (0, 0, 0, 0)),
        ("many", (0, 0, 0, 0)),
        ({"prompt_tokens": "30", "completion_tokens": -4}, (0, 0, 0, 0)),
        ({"prompt_tokens": True, "completion_tokens": float("nan")}, (0, 0, 0, 0)),
        ({"prompt_tokens": 10**15, "completion_tokens": 3.0}, (0, 3, 0, 0)),
        ({"prompt_tokens": 10**9, "completion_tokens": 10**9 + 1}, (10**9, 0, 0, 0)),
        ({"prompt_tokens": 10**400, "completion_tokens": float("inf")}, (0, 0, 0, 0)),
        ({"prompt_tokens": 5, "prompt_tokens_details": {"cached_tokens": 50}}, (5, 0, 5, 0)),
        (
            {"completion_tokens": 5, "completion_tokens_details": {"reasoning_tokens": 9}},
            (0, 5, 0, 5),
        ),
        (
            {
                "prompt_tokens": 10,
                "completion_tokens": 5,
                "total_tokens": 24,
                "completion_tokens_details": {"reasoning_tokens": 9},
            },
            (10, 14, 0, 9),
        ),
    ],
)
def test_wrong_counts_are_nothing(usage: object, counts: tuple[int, ...]) -> None:
    got = read_usage(usage)
    assert counts == (
        got.prompt_tokens,
        got.completion_tokens,
        got.cached_tokens,
        got.reasoning_tokens,
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["choices", "message", "content", "usage", "error", "code"]), inner
        )
    ),
    max_leaves=12,
)


@given(body=JSON)
def test_whatever_comes_is_an_answer_or_a_failure(body: object) -> None:
    try:
        got = read(json.dumps(body))
    except CallFailed:
        return
    got.text.encode()
    assert got.usage.cached_tokens <= got.usage.prompt_tokens
