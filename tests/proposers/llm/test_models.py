"""Names of models, and the choice among them."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adrs.errors import UsageError
from adrs.proposers.llm.models import ModelSpec, preference

SPECS = [ModelSpec.parse(t) for t in ("a/one:3", "a/two:1", "b/three:4@strong", "b/four:2@strong")]


@pytest.mark.parametrize(
    ("text", "provider", "name", "weight", "tier"),
    [
        ("openai/gpt-5-mini", "openai", "gpt-5-mini", 1.0, None),
        ("openai/gpt-5-mini:0.8@strong", "openai", "gpt-5-mini", 0.8, "strong"),
        ("openai/gpt-5-mini:.5", "openai", "gpt-5-mini", 0.5, None),
        ("anthropic/claude-sonnet-4-5@strong", "anthropic", "claude-sonnet-4-5", 1.0, "strong"),
        ("ollama/llama3:8b", "ollama", "llama3:8b", 1.0, None),
        ("ollama/llama3:8b:2@weak", "ollama", "llama3:8b", 2.0, "weak"),
        ("ollama/phi:3:1", "ollama", "phi:3", 1.0, None),
        ("ollama/qwen2.5:7b-instruct-q4_K_M", "ollama", "qwen2.5:7b-instruct-q4_K_M", 1.0, None),
        (
            "openrouter/deepseek/deepseek-r1:free",
            "openrouter",
            "deepseek/deepseek-r1:free",
            1,
            None,
        ),
        ("vertex_ai/claude-3-5@20240620", "vertex_ai", "claude-3-5@20240620", 1.0, None),
        ("vertex_ai/claude@latest:1", "vertex_ai", "claude@latest", 1.0, None),
        ("bedrock/anthropic.claude-v2:1", "bedrock", "anthropic.claude-v2:1", 1.0, None),
        ("bedrock/anthropic.claude-v2:1:0.5", "bedrock", "anthropic.claude-v2:1", 0.5, None),
        ("x/amazon.titan-v1:0", "x", "amazon.titan-v1:0", 1.0, None),
        (
            "hosted_vllm/meta-llama/Llama-3.1-8B:2",
            "hosted_vllm",
            "meta-llama/Llama-3.1-8B",
            2,
            None,
        ),
    ],
)
def test_name_weight_and_tier_are_read_from_the_end(
    text: str, provider: str, name: str, weight: float, tier: str | None
) -> None:
    assert ModelSpec.parse(text) == ModelSpec(
        provider=provider, name=name, weight=weight, tier=tier
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("gpt-5", "no provider"),
        ("", "no provider"),
        ("/gpt-5", "no provider"),
        ("openai/", "no name"),
        ("openai/:2", "no name"),
        ("openai/@strong", "no name"),
        ("openai//gpt-5", "no name"),
        ("openai/gpt 5", "no name"),
        ("openai/gpt-5:-1", "not positive"),
    ],
)
def test_malformed_name_is_refused_with_the_form(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says) as caught:
        ModelSpec.parse(text)
    assert "PROVIDER/NAME" in str(caught.value)


def first(seed: int, tier: str | None = None) -> ModelSpec:
    return preference(SPECS, tier=tier, seed=seed)[0]


def test_shares_follow_the_weights() -> None:
    drawn = Counter(first(seed) for seed in range(4000))
    for spec in SPECS:
        assert drawn[spec] / 4000 == pytest.approx(spec.weight / 10, abs=0.025)


def test_a_leaning_multiplies_a_weight() -> None:
    leaning = {SPECS[0].id: 0.25}
    weights = {spec: spec.weight * leaning.get(spec.id, 1.0) for spec in SPECS}
    drawn = Counter(
        preference(SPECS, tier=None, seed=seed, leaning=leaning)[0] for seed in range(4000)
    )
    for spec in SPECS:
        assert drawn[spec] / 4000 == pytest.approx(weights[spec] / sum(weights.values()), abs=0.025)


def test_tier_restricts_the_choice_and_an_unknown_tier_does_not() -> None:
    for seed in range(200):
        assert first(seed, "strong").tier == "strong"
        assert first(seed, "nobody") == first(seed)


def test_shares_among_the_healthy_follow_their_weights() -> None:
    healthy = SPECS[:2]
    drawn = Counter(
        next(s for s in preference(SPECS, tier=None, seed=seed) if s in healthy)
        for seed in range(2000)
    )
    assert drawn[SPECS[0]] / 2000 == pytest.approx(0.75, abs=0.03)
    assert set(drawn) == set(healthy)


@given(seed=st.integers(0, 2**64 - 1), turn=st.permutations(SPECS), out=st.sampled_from(SPECS))
def test_order_depends_on_the_seed_alone(seed: int, turn: list[ModelSpec], out: ModelSpec) -> None:
    order = preference(SPECS, tier="strong", seed=seed)
    assert preference(turn, tier="strong", seed=seed) == order
    assert sorted(s.id for s in order) == sorted(s.id for s in SPECS)
    assert [s.tier for s in order] == ["strong", "strong", None, None]
    without = preference(SPECS, tier="strong", seed=seed, exclude={out.id})
    assert without == tuple(s for s in order if s != out)


def test_excluding_everybody_excludes_nobody() -> None:
    everybody = {s.id for s in SPECS}
    assert len(preference(SPECS, tier=None, seed=1, exclude=everybody)) == len(SPECS)


def test_a_model_in_two_tiers_is_asked_once() -> None:
    twice = [ModelSpec.parse("a/one@strong"), ModelSpec.parse("a/one@weak")]
    assert [s.tier for s in preference(twice, tier="weak", seed=3)] == ["weak"]
