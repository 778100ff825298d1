"""`adrs prompt`, and what else a user sees of a run's model calls, on the test server."""

import json
from pathlib import Path
from typing import Any

import pytest

from adrs.testing.model_server import Fault, ModelServer, ServerSettings

CALLS = 12


@pytest.fixture
def asked(adrs: Any, toy: Path) -> Path:
    """A run of a few calls, some of which had to be tried again, and a blind one."""
    settings = ServerSettings(seed=3, faults={Fault.RATE_LIMIT: 0.3}, retry_after_s=0.01)
    with ModelServer(settings) as server:
        models = ("--model", "openai/strong", "--model", "openai/weak:0.5@cheap")
        options = (*models, "--calls", CALLS, "--run", "one", "--no-control")
        result = adrs("run", toy, *options, "--base-url", server.url)
    assert result.returncode == 0, result.stderr
    assert f"100 %: {CALLS}/{CALLS} calls" in result.stderr
    assert f"{CALLS} calls ·" in result.stdout
    return toy


def test_prompt_shows_what_was_sent_and_answered(adrs: Any, asked: Path) -> None:
    shown = adrs("prompt", "one", "2")
    assert shown.returncode == 0, shown.stderr
    document = json.loads(adrs("prompt", "one", "2", "--json").stdout)
    last = document["exchanges"][-1]
    for message in last["messages"]:
        assert message["content"] in shown.stdout
    assert last["messages"][-1]["content"].endswith("This is trial 2.")
    assert last["text"] in shown.stdout
    assert document["fate"]["idea"] in shown.stdout
    assert last["request_digest"]
    assert (document["trial"], document["arm"], last["outcome"]) == (2, "search", "ok")

    for args, message in (
        (("one", "99"), "run one has no trial 99; its trials are 1 to"),
        (("two", "1"), "no run named 'two'"),
        (("one", "1", "--arm", "control"), "edits are blind"),
    ):
        refused = adrs("prompt", *args)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert message in refused.stderr


def test_report_and_list_agree_on_the_calls(adrs: Any, asked: Path) -> None:
    spend = json.loads(adrs("report", "--json").stdout)["spend"]
    assert sum(share["calls"] for share in spend["models"]) == spend["calls"] == CALLS
    failed = sum(f["count"] for share in spend["models"] for f in share["failed"])
    assert failed == spend["failed"] > 0
    (run,) = json.loads(adrs("runs", "--json").stdout)
    assert (run["calls"], run["usd"]) == (CALLS, 0.0)
    assert "rate limited" in adrs("report").stdout
