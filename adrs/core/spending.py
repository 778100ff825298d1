"""What model calls took: the rule of what counts as answered, and the figures while a run works."""

from dataclasses import dataclass

from adrs.core.call import Call, CallOutcome


def answered(call: Call) -> bool:
    """Return True for an attempt that was made and answered, so that it counts and is paid for.

    A reply without an answer in it is one too: what was sent has been charged, and often some
    reasoning. A stored answer of another run is none: nothing was sent.
    """
    came = call.outcome is CallOutcome.OK or call.usage.prompt_tokens > 0
    return came and not call.cached_from


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelTraffic:
    """How one model did so far.

    Attributes:
        model: its name in litellm's form.
        answered: attempts that ended well.
        failed: the others.
    """

    model: str
    answered: int
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """What a run's model calls took so far, over all sittings.

    Attributes:
        calls: calls that were answered, which refusals in words are too.
        tokens: tokens that they sent and received.
        usd: US dollars that they cost, as far as prices are known.
        unpriced: answered calls whose price is not known.
        reused: stored answers of other runs that were used in place of calls.
        in_flight: calls that are being made now, between their retries too.
        models: every model that was asked, by name.
    """

    calls: int = 0
    tokens: int = 0
    usd: float = 0.0
    unpriced: int = 0
    reused: int = 0
    in_flight: int = 0
    models: tuple[ModelTraffic, ...] = ()

    @property
    def failed(self) -> int:
        """Attempts that did not end well."""
        return sum(model.failed for model in self.models)
