"""Settings of a model, keys, addresses; and that no secret gets into what is stored."""

from typing import Any

import pytest

from adrs.core.call import CallRequest
from adrs.errors import UsageError
from adrs.proposers.llm.connections import Connections
from adrs.proposers.llm.models import ModelSpec
from adrs.proposers.llm.redaction import Redactor
from adrs.proposers.llm.settings import (
    ModelSettings,
    Price,
    is_local,
    is_loopback,
    openai_key,
)
from adrs.proposers.llm.transport_litellm import LiteLlmTransport
from adrs.proposers.llm.transport_openai import OpenAiTransport, remote_name

KEY = "sk-adrs-0123456789abcdef"


def test_parameters_are_those_that_were_set() -> None:
    assert ModelSettings().parameters == {}
    settings = ModelSettings(
        temperature=0.0, max_tokens=10, reasoning_effort="low", extra={"seed": 3, "top_p": 0.5}
    )
    assert settings.parameters == {
        "temperature": 0.0,
        "max_tokens": 10,
        "reasoning_effort": "low",
        "seed": 3,
        "top_p": 0.5,
    }


@pytest.mark.parametrize(
    "bad",
    [
        {"temperature": -1.0},
        {"temperature": float("nan")},
        {"temperature": "hot"},
        {"temperature": True},
        {"max_tokens": 0},
        {"max_tokens": 1.5},
        {"max_tokens": True},
        {"max_tokens": 10**400},
        {"reasoning_effort": 5},
        {"timeout_s": 0.0},
        {"timeout_s": float("inf")},
        {"timeout_s": 1e300},
        {"timeout_s": "60"},
        {"price": 5},
        {"price": "x"},
        {"base_url": 5},
        {"base_url": ""},
        {"base_url": "127.0.0.1:8000"},
        {"base_url": "ftp://host/v1"},
        {"base_url": "http://me:secret@host/v1"},
        {"base_url": "http://host/v1?key=secret"},
        {"base_url": "http://127.0.0.1:abc/v1"},
        {"base_url": "http://127.0.0.1:0/v1"},
        {"base_url": "http://\u2603..com/v1"},
        {"base_url": "http://[::1/v1"},
        {"base_url": "http://host/v1\n"},
        {"base_url": "http://ho st/v1"},
        {"extra": "abc"},
        {"extra": [1]},
        {"extra": {"seed": object()}},
        {"extra": {"top_p": float("nan")}},
        {"extra": {"api_key": "x"}},
        {"extra": {"extra_headers": {"x": "y"}}},
        {"extra": {"a": [{"Authorization": "Bearer x"}]}},
        {"extra": {"aws_secret_access_key": "x"}},
        {"extra": {"temperature": 1}},
        {"extra": {"stream": True}},
        {"extra": {"num_retries": 3}},
    ],
)
def test_settings_that_cannot_be_sent_or_stored_are_refused(bad: dict[str, Any]) -> None:
    (name,) = bad
    with pytest.raises(UsageError, match=f"^{name}"):
        ModelSettings(**bad)


@pytest.mark.parametrize(
    "address",
    [
        "http://me:secret@host/v1",
        "http://host/v1?key=secret",
        "htp://me:secret@host",
        "htp://me:secret@",
        "http:/me:secret@host/v1",
        "me:secret@host/v1",
        "http://me:secret@[::1/v1",
        "http://me:secret\u2100@host/v1",
    ],
)
def test_what_may_be_a_password_in_an_address_is_not_shown(address: str) -> None:
    with pytest.raises(UsageError, match=r"^base_url") as caught:
        ModelSettings(base_url=address)
    assert "secret" not in str(caught.value)


def test_ordinary_parameters_are_not_taken_for_secrets() -> None:
    extra = {"max_completion_tokens": 5, "prompt_cache_key": "run", "logit_bias": {"50256": -100}}
    assert ModelSettings(extra=extra).parameters == extra


@pytest.mark.parametrize(
    "price", [(-1.0, 1.0), (1.0, float("nan")), (float("inf"), 1.0), ("x", 1.0), (1.0, 10**400)]
)
def test_price_that_is_none_is_refused(price: tuple[Any, Any]) -> None:
    with pytest.raises(UsageError, match="price"):
        Price(input_usd=price[0], output_usd=price[1])


@pytest.mark.parametrize(
    ("url", "local", "loopback"),
    [
        ("http://127.0.0.1:8000/v1", True, True),
        ("http://localhost/v1", True, True),
        ("http://[::1]:1/v1", True, True),
        ("http://192.168.1.7:11434/v1", True, False),
        ("http://10.0.0.2/v1", True, False),
        ("http://gpu-box:8000/v1", True, False),
        ("http://gpu.lan/v1", True, False),
        ("https://api.openai.com/v1", False, False),
        ("https://8.8.8.8/v1", False, False),
        ("https://localhost.example.com/v1", False, False),
    ],
)
def test_local_addresses_are_told_from_others(url: str, local: bool, loopback: bool) -> None:
    assert (is_local(url), is_loopback(url)) == (local, loopback)


def test_missing_key_is_named_before_anything_is_sent() -> None:
    with pytest.raises(UsageError, match="OPENAI_API_KEY is not set"):
        Connections([ModelSpec.parse("openai/gpt-5")], settings={}, environ={})
    with pytest.raises(UsageError, match="OPENAI_API_KEY is not set"):
        openai_key("https://api.openai.com/v1", {})
    with pytest.raises(UsageError, match="OPENAI_API_KEY holds"):
        openai_key(None, {"OPENAI_API_KEY": "sk-one two"})


def test_key_is_optional_for_an_address_of_the_users_own() -> None:
    assert openai_key("http://127.0.0.1/v1", {}) is None
    assert openai_key("http://127.0.0.1/v1", {"OPENAI_API_KEY": KEY + "\n"}) == KEY


def test_who_sends_to_which_model() -> None:
    specs = [ModelSpec.parse(t) for t in ("openai/a", "openai/b", "anthropic/c", "ollama/d:8b")]
    settings = {"ollama/d:8b": ModelSettings(base_url="http://127.0.0.1:1/v1")}
    connections = Connections(specs, settings=settings, environ={"OPENAI_API_KEY": KEY})
    sends = connections.transports
    assert isinstance(sends["openai/a"], OpenAiTransport)
    assert sends["openai/a"] is sends["openai/b"]
    assert isinstance(sends["anthropic/c"], LiteLlmTransport)
    assert isinstance(sends["ollama/d:8b"], OpenAiTransport)
    assert sends["ollama/d:8b"] is not sends["openai/a"]


def test_address_of_the_environment_counts_for_openai_alone() -> None:
    specs = [ModelSpec.parse("openai/a"), ModelSpec.parse("anthropic/c")]
    environ = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}
    connections = Connections(specs, settings={}, environ=environ)
    assert connections.settings["openai/a"].base_url == "http://127.0.0.1:9/v1"
    assert connections.settings["anthropic/c"].base_url is None


def test_settings_that_hold_a_keys_value_are_refused() -> None:
    settings = {"openai/a": ModelSettings(extra={"user": f"me {KEY}"})}
    with pytest.raises(UsageError, match="value of a key") as caught:
        Connections(
            [ModelSpec.parse("openai/a")], settings=settings, environ={"OPENAI_API_KEY": KEY}
        )
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    ("model", "own", "name"),
    [
        ("openai/gpt-5", True, "gpt-5"),
        ("openai/llama3:8b", False, "llama3:8b"),
        ("ollama/llama3:8b", False, "llama3:8b"),
        ("hosted_vllm/meta-llama/Llama-3.1-8B", False, "meta-llama/Llama-3.1-8B"),
        ("meta-llama/Llama-3.1-8B", False, "meta-llama/Llama-3.1-8B"),
    ],
)
def test_name_that_a_server_is_told(model: str, own: bool, name: str) -> None:
    assert remote_name(model, own_address=own) == name


def test_error_line_holds_no_secret_and_no_control_characters() -> None:
    environ = {"OPENAI_API_KEY": KEY, "HF_TOKEN": "hf-token-value", "HOME": "/home/me"}
    text = f"bad\n key {KEY}\x1b[31m hf-token-value Bearer abcdefgh sk-proj-****wxyz at /home/me"
    line = Redactor(environ).line(text)
    assert line == ("bad key [redacted] [31m [redacted] [redacted] [redacted] at /home/me")


def test_error_line_holds_no_invisible_characters_and_no_secret_behind_them() -> None:
    redactor = Redactor({"OPENAI_API_KEY": KEY})
    assert redactor.line("a\u202eb\u200bc\u2066\ufeff\U000e0041d") == "abcd"
    assert redactor.line(f"key {KEY[:8]}\u200b{KEY[8:]}") == "key [redacted]"


def test_error_line_is_short() -> None:
    assert len(Redactor({}).line("x" * 10_000)) == 600


def test_answer_keeps_words_that_stand_in_for_a_key() -> None:
    redactor = Redactor({"OPENAI_API_KEY": "none", "OTHER_API_KEY": KEY})
    assert redactor.storable(f"return none # {KEY}") == "return none # [redacted]"
    assert redactor.line("key none refused") == "key [redacted] refused"


def test_answer_can_be_stored() -> None:
    assert Redactor({}).storable("a\x00b\ud800c😀") == "a\ufffdb\ufffdc😀"


def test_digest_depends_on_settings(tools: Any) -> None:
    def digest(settings: ModelSettings) -> str:
        request = CallRequest(model="a/b", messages=tools.messages(), settings=settings.parameters)
        return request.digest

    assert digest(ModelSettings()) != digest(ModelSettings(temperature=0.5))
    assert digest(ModelSettings()) == digest(ModelSettings(timeout_s=3.0))
