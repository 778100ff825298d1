"""litellm against a real HTTP server that answers by script, in one process for all tests here."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

KEY = "sk-ant-adrs-0123456789abcdef"
VLLM, CLAUDE = "hosted_vllm/meta/m", "anthropic/claude-sonnet-4-5"
STUDIO = "lm_studio/m"  # litellm asks it through the openai SDK, which has retries of its own
CLAUDE_REPLY = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude-sonnet-4-5",
    "content": [{"type": "text", "text": "from claude"}],
    "stop_reason": "end_turn",
    "usage": {"input_tokens": 10, "cache_read_input_tokens": 90, "output_tokens": 7},
}


def error(**body: str) -> dict[str, Any]:
    return {"error": body}


# Name → model, settings, timeout in seconds, what the server answers (None: it is never asked).
CASES: dict[str, tuple[str, dict[str, object], float, Any]] = {
    "answer": (VLLM, {"temperature": 0.5, "max_tokens": 9}, 20.0, "completion"),
    "rate limit": (VLLM, {}, 20.0, (429, {"retry-after": "2.5"}, error(message="slow"))),
    "no money": (VLLM, {}, 20.0, (429, {}, error(message="x", code="insufficient_quota"))),
    "server error": (VLLM, {}, 20.0, (500, {}, error(message="oops"))),
    "overloaded": (VLLM, {}, 20.0, (503, {"retry-after": "3"}, error(message="busy"))),
    "too long": (VLLM, {}, 20.0, (400, {}, error(message="x", code="context_length_exceeded"))),
    "parameter": (
        VLLM,
        {"temperature": 0.5},
        20.0,
        (400, {}, error(message="x", code="unsupported_parameter", param="temperature")),
    ),
    "drop": (VLLM, {}, 20.0, "drop"),
    "silence": (VLLM, {}, 0.2, "silence"),
    "garbage": (VLLM, {}, 20.0, (200, {}, b"<html>")),
    "revoked": (CLAUDE, {}, 20.0, (401, {}, error(message=f"bad key {KEY}", type="auth"))),
    "claude": (CLAUDE, {"max_tokens": 9}, 20.0, (200, {}, CLAUDE_REPLY)),
    "claude, overloaded": (
        CLAUDE,
        {},
        20.0,
        (529, {}, error(type="overloaded_error", message="x")),
    ),
    "claude, wrong form": (CLAUDE, {}, 20.0, (200, {}, {"choices": []})),
    "sdk, server error": (STUDIO, {}, 20.0, (500, {}, error(message="oops"))),
    "sdk, drop": (STUDIO, {}, 20.0, "drop"),
    "claude, parameter": (CLAUDE, {"seed": 3}, 20.0, None),
}


@dataclass(frozen=True)
class Talk:
    """What a process that talked through litellm said, and what the server heard."""

    said: dict[str, Any]
    stdout: str
    stderr: str
    received: list[Any]

    def result(self, name: str) -> dict[str, Any]:
        result: dict[str, Any] = self.said["results"][list(CASES).index(name)]
        return result


@pytest.fixture(scope="module")
def talk(lasting_http_double: Any, chat: Any, tmp_path_factory: pytest.TempPathFactory) -> Talk:
    double, folder = lasting_http_double, tmp_path_factory.mktemp("talk")
    double.script[:] = [
        (200, {}, chat("from vllm")) if line == "completion" else line
        for *_, line in CASES.values()
        if line is not None
    ]
    root = double.url.removesuffix("/v1")
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "HOSTED_VLLM_API_BASE": double.url,
        "LM_STUDIO_API_BASE": double.url,
        "LM_STUDIO_API_KEY": "none",
        "ANTHROPIC_API_BASE": root,
        "ANTHROPIC_API_KEY": KEY,
    }
    script = Path(__file__).with_name("talk_through_litellm.py")
    done = subprocess.run(
        [sys.executable, str(script), json.dumps([case[:3] for case in CASES.values()])],
        env=environ,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return Talk(
        said=json.loads(done.stdout),
        stdout=done.stdout,
        stderr=done.stderr,
        received=list(double.received),
    )


def test_nothing_is_imported_before_it_is_needed(talk: Talk) -> None:
    assert talk.said["before"] == []


def test_import_and_first_use_reach_no_network(talk: Talk) -> None:
    assert talk.said["while_importing"] == []


def test_env_files_are_not_read_for_keys(talk: Talk) -> None:
    # In its mode "DEV", litellm loads the first .env file above the place where it is installed.
    assert talk.said["mode"] == "PRODUCTION"


def test_answer_and_request(talk: Talk) -> None:
    assert talk.result("answer") == {
        "outcome": "ok",
        "text": "from vllm",
        "finish": "stop",
        "tokens": [30, 20],
        "cached": 0,
        "raw": "chat.completion",
    }
    assert talk.received[0].body == {
        "model": "meta/m",
        "messages": [{"role": "user", "content": "hi"}],
        "temperature": 0.5,
        "max_tokens": 9,
    }


def test_answer_of_another_api_with_cached_tokens(talk: Talk) -> None:
    result = talk.result("claude")
    assert (result["outcome"], result["text"], result["finish"]) == ("ok", "from claude", "stop")
    assert (result["tokens"], result["cached"]) == ([100, 7], 90)


@pytest.mark.parametrize(
    ("name", "outcome", "wait_s"),
    [
        ("rate limit", "rate_limited", 2.5),
        ("no money", "authentication", None),
        ("server error", "overloaded", None),
        ("overloaded", "overloaded", 3.0),
        ("too long", "context_too_long", None),
        ("drop", "connection", None),
        ("silence", "timeout", None),
        ("garbage", "unknown", None),
        ("revoked", "authentication", None),
        ("claude, overloaded", "overloaded", None),
        ("claude, wrong form", "unknown", None),
        ("sdk, server error", "overloaded", None),
        ("sdk, drop", "connection", None),
    ],
)
def test_failures_have_their_class(
    talk: Talk, name: str, outcome: str, wait_s: float | None
) -> None:
    result = talk.result(name)
    assert (result["outcome"], result["wait_s"]) == (outcome, wait_s), result["text"]
    assert result["context"] == "None"
    assert "Traceback" not in result["text"]


def test_refused_parameters_are_named(talk: Talk) -> None:
    assert talk.result("parameter")["refused"] == "temperature"
    assert talk.result("claude, parameter")["refused"] == "seed"


def test_every_request_is_sent_once(talk: Talk) -> None:
    assert len(talk.received) == sum(line is not None for *_, line in CASES.values())


def test_key_is_nowhere(talk: Talk) -> None:
    assert KEY not in talk.stdout + talk.stderr
    assert (
        "[redacted]" in talk.result("revoked")["text"]
        or "REDACTED" in talk.result("revoked")["text"]
    )


def test_nothing_is_printed_or_logged(talk: Talk) -> None:
    assert talk.stderr == ""


def test_what_a_model_lacks_is_a_usage_error(talk: Talk) -> None:
    missing, unknown, package = talk.said["unready"]
    assert "GROQ_API_KEY" in missing
    assert "no provider 'nosuchprovider'" in unknown
    assert "pip install vllm" in package


def test_credentials_that_its_table_does_not_name_are_taken_for_credentials(talk: Talk) -> None:
    assert talk.said["ready"] == ["", "", "", ""]
