"""What calls cost."""

import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest

from adrs.core.call import CallRequest, Usage
from adrs.proposers.llm.prices import Prices, PriceTable, counted
from adrs.proposers.llm.settings import ModelSettings, Price
from adrs.proposers.llm.tokens import estimated_tokens

USAGE = Usage(prompt_tokens=1000, completion_tokens=500, cached_tokens=400, reasoning_tokens=300)
TABLE = PriceTable()


def prices(**settings: ModelSettings) -> Prices:
    return Prices({name.replace("__", "/"): s for name, s in settings.items()}, TABLE)


def table_cost(model: str, usage: Usage = USAGE) -> float:
    entry: Any = TABLE.entry(model)
    cached = entry.get("cache_read_input_token_cost", entry["input_cost_per_token"])
    return float(
        (usage.prompt_tokens - usage.cached_tokens) * entry["input_cost_per_token"]
        + usage.cached_tokens * cached
        + usage.completion_tokens * entry["output_cost_per_token"]
    )


def test_providers_figure_goes_first() -> None:
    mine = prices(openai__x=ModelSettings(price=Price(input_usd=1, output_usd=1)))
    assert mine.cost("openai/x", USAGE, 0.25) == 0.25
    assert mine.cost("openai/x", USAGE, 0.0) == 0.0


def test_users_price_counts_cached_and_reasoning_tokens() -> None:
    plain = prices(a__x=ModelSettings(price=Price(input_usd=2.0, output_usd=10.0)))
    assert plain.cost("a/x", USAGE, None) == pytest.approx((1000 * 2 + 500 * 10) / 1e6)
    cached = prices(a__x=ModelSettings(price=Price(input_usd=2, output_usd=10, cached_usd=0.5)))
    expected = (600 * 2 + 400 * 0.5 + 500 * 10) / 1e6
    assert cached.cost("a/x", USAGE, None) == pytest.approx(expected)


def test_table_counts_cached_tokens() -> None:
    cost = prices().cost("openai/gpt-5-mini", USAGE, None)
    assert cost == pytest.approx(table_cost("openai/gpt-5-mini"))
    assert cost != pytest.approx(1000 * 2.5e-7 + 500 * 2e-6)


@pytest.mark.parametrize(
    "model",
    ["anthropic/claude-sonnet-4-5", "gemini/gemini-2.5-pro", "bedrock/anthropic.claude-v2:1"],
)
def test_table_knows_models_with_and_without_their_provider(model: str) -> None:
    assert prices().cost(model, USAGE, None) == pytest.approx(table_cost(model))


def test_long_prompts_cost_more_where_the_table_says_so() -> None:
    entry: Any = TABLE.entry("gemini/gemini-2.5-pro")
    long = Usage(prompt_tokens=300_000, completion_tokens=10)
    expected = (
        300_000 * entry["input_cost_per_token_above_200k_tokens"]
        + 10 * entry["output_cost_per_token_above_200k_tokens"]
    )
    assert prices().cost("gemini/gemini-2.5-pro", long, None) == pytest.approx(expected)


class KnownRates(PriceTable):
    """A table that says the same of every model."""

    def __init__(self, **entry: object) -> None:
        super().__init__()
        self._entry = entry

    def entry(self, model: str) -> Mapping[str, object]:
        return self._entry


def cost_at(table: PriceTable, usage: Usage) -> float | None:
    return Prices({}, table).cost("a/x", usage, None)


@pytest.mark.parametrize(
    ("prompt", "sent", "cached", "received"),
    [
        (100_000, 1.0, 0.5, 2.0),
        (100_001, 3.0, 0.5, 4.0),
        (200_000, 3.0, 0.5, 4.0),
        (200_001, 5.0, 0.75, 2.0),
    ],
)
def test_rates_are_those_of_the_last_length_that_a_prompt_has_passed(
    prompt: int, sent: float, cached: float, received: float
) -> None:
    table = KnownRates(
        input_cost_per_token=1.0,
        input_cost_per_token_above_100k_tokens=3.0,
        input_cost_per_token_above_200k_tokens=5.0,
        cache_read_input_token_cost=0.5,
        cache_read_input_token_cost_above_200k_tokens=0.75,
        output_cost_per_token=2.0,
        output_cost_per_token_above_100k_tokens=4.0,
    )
    usage = Usage(prompt_tokens=prompt, completion_tokens=1000, cached_tokens=600)
    assert cost_at(table, usage) == (prompt - 600) * sent + 600 * cached + 1000 * received


def test_reasoning_may_have_a_rate_of_its_own() -> None:
    rates = {"input_cost_per_token": 1.0, "output_cost_per_token": 2.0}
    assert cost_at(KnownRates(**rates), USAGE) == 1000 * 1.0 + 500 * 2.0
    apart = KnownRates(**rates, output_cost_per_reasoning_token=7.0)
    assert cost_at(apart, USAGE) == 1000 * 1.0 + 200 * 2.0 + 300 * 7.0


@pytest.mark.parametrize("name", ["input_cost_per_token", "output_cost_per_token"])
@pytest.mark.parametrize("value", [None, "1", True, -1.0])
def test_a_model_without_a_rate_has_no_price_but_one_that_is_free_has(
    name: str, value: object
) -> None:
    rates: dict[str, object] = {"input_cost_per_token": 0.0, "output_cost_per_token": 0}
    assert cost_at(KnownRates(**rates), USAGE) == 0.0
    assert cost_at(KnownRates(**rates | {name: value}), USAGE) is None


def test_name_of_another_provider_has_no_price() -> None:
    assert prices().cost("nobody/gpt-5-mini", USAGE, None) is None
    assert not prices().known("openai/no-such-model")
    assert prices().known("openai/gpt-5-mini")


def test_local_models_cost_nothing() -> None:
    at_home = prices(
        openai__gpt_5=ModelSettings(base_url="http://127.0.0.1:8000/v1"),
        openai__lan=ModelSettings(base_url="http://192.168.0.3:8000/v1"),
    )
    assert at_home.cost("openai/gpt_5", USAGE, None) == 0.0
    assert at_home.cost("openai/lan", USAGE, None) == 0.0
    assert prices().cost("ollama/whatever:8b", USAGE, None) == 0.0
    assert prices().cost("lm_studio/x", USAGE, None) == 0.0


def test_price_of_a_reseller_is_unknown() -> None:
    settings = {"openai/gpt-5-mini": ModelSettings(base_url="https://resell.example/v1")}
    assert Prices(settings, TABLE).cost("openai/gpt-5-mini", USAGE, None) is None


def test_estimate_is_prompt_and_longest_reply(tools: Any) -> None:
    known = prices(a__x=ModelSettings(price=Price(input_usd=1.0, output_usd=2.0)))
    messages = tools.messages("é" * 350)
    prompt = estimated_tokens(messages)
    assert prompt == -(-(700 + len("You schedule.")) * 2 // 7)
    limited = known.estimate(
        CallRequest(model="a/x", messages=messages, settings={"max_tokens": 100})
    )
    assert limited.tokens == prompt + 100
    assert limited.usd == pytest.approx((prompt * 1 + 100 * 2) / 1e6)
    unlimited = prices().estimate(CallRequest(model="no/price", messages=messages))
    assert (unlimited.tokens, unlimited.usd) == (prompt + 8192, None)


def test_missing_counts_are_estimated(tools: Any) -> None:
    messages = tools.messages("x" * 350)
    usage = counted(Usage(), messages, "y" * 35)
    assert usage.prompt_tokens == estimated_tokens(messages)
    assert usage.completion_tokens == 10
    whole = Usage(prompt_tokens=7, completion_tokens=8)
    assert counted(whole, messages, "y" * 35) == whole


def test_table_is_read_once() -> None:
    table = PriceTable()
    assert table.entry("openai/gpt-5-mini") is table.entry("openai/gpt-5-mini")


def test_table_is_read_without_importing_litellm() -> None:
    script = (
        "import sys; from adrs.proposers.llm.prices import PriceTable; "
        "assert PriceTable().entry('openai/gpt-5-mini'); assert 'litellm' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
