"""Which models are asked: their names, weights and tiers, and the choice among them."""

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from adrs.core.seeds import derive_seed
from adrs.errors import UsageError

MANUAL = "manual:"
_TIER = re.compile(r"@([A-Za-z][A-Za-z0-9_-]*)$")
_WEIGHT = re.compile(r":([-+]?(?:\d+\.?\d*|\.\d+))$")
_BEDROCK_VERSION = re.compile(r"v\d+:\d+$")
_FORM = "expected PROVIDER/NAME[:WEIGHT][@TIER], such as openai/gpt-5-mini:0.8@strong"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSpec:
    """One model that may be asked.

    Attributes:
        provider: the provider in litellm's spelling ("openai", "anthropic", "ollama").
        name: the model's name there; may hold '/', ':' and '@'.
        weight: its share of the calls, against those of the others; positive.
        tier: the tier it belongs to ("strong"); None for none.
    """

    provider: str
    name: str
    weight: float = 1.0
    tier: str | None = None

    @property
    def id(self) -> str:
        """The name in litellm's form, "provider/name"."""
        return f"{self.provider}/{self.name}"

    @staticmethod
    def parse(text: str) -> "ModelSpec":
        """Read `PROVIDER/NAME[:WEIGHT][@TIER]`, or `manual:DIR` with a folder for a name.

        Suffixes are read from the end, each at most once, the tier first. `@WORD` is a tier when
        WORD begins with a letter, so "claude-3-5@20240620" is a name. `:NUMBER` is a weight, so
        "llama3:8b" and "deepseek-r1:free" are names; but ":0" is part of the name, as are
        Bedrock's versions ("bedrock/anthropic.claude-v2:1"), because so many names end like that.
        A name that ends like a suffix is kept whole by a weight after it: "ollama/phi:3:1",
        "vertex_ai/claude@latest:1".

        Raises:
            UsageError: the text has no provider or no name, or the weight is not positive.
        """
        if text.startswith(MANUAL):
            return _manual(text.removeprefix(MANUAL))
        rest, tier = text.strip(), None
        if found := _TIER.search(rest):
            rest, tier = rest[: found.start()], found[1]
        provider, slash, _ = rest.partition("/")
        weight = 1.0
        found = None if _is_bedrock_version(provider, rest) else _WEIGHT.search(rest)
        if found and float(found[1]) != 0.0:
            rest, weight = rest[: found.start()], float(found[1])
        if not slash or not re.fullmatch(r"[A-Za-z0-9][\w.-]*", provider):
            raise UsageError(f"--model {text!r}: there is no provider; {_FORM}.")
        name = rest[len(provider) + 1 :]
        if not name or name.startswith("/") or any(c.isspace() for c in name):
            raise UsageError(f"--model {text!r}: there is no name after '{provider}/'; {_FORM}.")
        if weight < 0:
            raise UsageError(f"--model {text!r}: the weight {weight:g} is not positive; {_FORM}.")
        return ModelSpec(provider=provider, name=name, weight=weight, tier=tier)


def _manual(folder: str) -> ModelSpec:
    if not folder:
        raise UsageError("--model manual: expected manual:DIR, a folder for the prompts.")
    return ModelSpec(provider="manual", name=folder)


def preference(
    specs: Sequence[ModelSpec],
    *,
    tier: str | None,
    seed: int,
    exclude: Collection[str] = (),
    leaning: Mapping[str, float] = MappingProxyType({}),
) -> tuple[ModelSpec, ...]:
    """Return the models in the order in which a seed would ask them, each model once.

    The models of the tier come first, then the others, to fail over to. Within each part the order
    is a weighted draw without replacement (Efraimidis and Spirakis 2006), so the first healthy
    model is drawn by weight among the healthy ones, whichever they are, and the health of one
    model never changes the order of the others.

    Args:
        specs: the models; their order does not matter.
        tier: the tier that is asked for; None, or one that no model has, for all models.
        seed: the seed of the draw.
        exclude: ids that are left out, unless nothing would be left.
        leaning: factors on the weights, by id; 1 for those not named.
    """

    def arrival(spec: ModelSpec) -> float:
        """Return an exponential arrival time with the weight as its rate."""
        uniform = (derive_seed("model", seed, spec.id, spec.tier or "") + 0.5) / 2**64
        return -math.log(uniform) / (spec.weight * leaning.get(spec.id, 1.0))

    wanted = [s for s in specs if s.id not in exclude] or list(specs)
    keyed = sorted(wanted, key=lambda s: (s.tier != tier, arrival(s), s.id))
    if tier is None or all(s.tier != tier for s in wanted):
        keyed.sort(key=lambda s: (arrival(s), s.id))
    first: dict[str, ModelSpec] = {}
    for spec in keyed:
        first.setdefault(spec.id, spec)
    return tuple(first.values())


def _is_bedrock_version(provider: str, text: str) -> bool:
    return provider == "bedrock" and _BEDROCK_VERSION.search(text) is not None
