"""What a run's model calls took, and what came of them: counted from the archive's calls."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from adrs.core.call import Call, CallOutcome, Purpose, Usage
from adrs.core.run import ModelUse
from adrs.core.spending import answered
from adrs.core.trial import Arm

ROUNDING = 1e-9  # sums of the same figures differ by less, whatever their order


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeCount:
    """How many attempts ended so."""

    outcome: CallOutcome
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendShare:
    """What one model took, or one operator, and what came of it.

    Attributes:
        name: the model's name in litellm's form, or the operator's.
        calls: calls that were made and answered.
        usage: their tokens.
        usd: what they cost; None where the price of one of them is not known.
        failed: attempts that did not end well, by how they ended.
        repairs: calls of `calls` that asked to mend a reply which could not be used.
        rejected: trials whose replies held no program, mended or not.
        improvements: trials that beat everything before them.
        reused: stored answers of other runs that were used in place of calls.
    """

    name: str
    calls: int
    usage: Usage
    usd: float | None
    failed: tuple[OutcomeCount, ...]
    repairs: int
    rejected: int
    improvements: int
    reused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """Answers of another run that were used in place of calls.

    Attributes:
        run: the other run.
        answers: how many.
        usage: their tokens.
        usd: what the calls would have cost; None where the price of one of them is not known.
    """

    run: str
    answers: int
    usage: Usage
    usd: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrun:
    """A budget that was exceeded, by what replies took beyond what was reserved for them.

    Attributes:
        budget: "calls", "tokens" or "usd".
        cap: the budget.
        spent: what was spent of it.
        beyond: by how much.
    """

    budget: str
    cap: float
    spent: float
    beyond: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Spend:
    """What the run used that can be counted: model calls, their price, evaluations.

    Attributes:
        calls: calls that were made and answered, over all sittings.
        usd: what they cost; None where the price of one of them is not known.
        evaluations: evaluations of programs: of the searches, a tuner's among them, and of the end.
        usage: the tokens of the calls.
        known_usd: what the calls whose price is known cost.
        unpriced: calls whose price is not known.
        failed: attempts that did not end well.
        usd_per_improvement: `usd` over the search's improvements; None without one, or a price.
        calls_per_improvement: `calls` likewise.
        models: every model that was asked, those with the most calls first.
        operators: every operator with calls, likewise.
        savings: answers of other runs, by run.
        overruns: budgets that were exceeded.
    """

    calls: int
    usd: float | None
    evaluations: int
    usage: Usage = field(default_factory=Usage)
    known_usd: float = 0.0
    unpriced: int = 0
    failed: int = 0
    usd_per_improvement: float | None = None
    calls_per_improvement: float | None = None
    models: tuple[SpendShare, ...] = ()
    operators: tuple[SpendShare, ...] = ()
    savings: tuple[Saving, ...] = ()
    overruns: tuple[Overrun, ...] = ()


@dataclass(slots=True)
class _Sum:
    """Adds up calls."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    known_usd: float = 0.0
    unpriced: int = 0

    def add(self, call: Call) -> None:
        self.calls += 1
        self.prompt_tokens += call.usage.prompt_tokens
        self.completion_tokens += call.usage.completion_tokens
        self.cached_tokens += call.usage.cached_tokens
        self.reasoning_tokens += call.usage.reasoning_tokens
        self.known_usd += call.cost_usd or 0.0
        self.unpriced += call.cost_usd is None

    @property
    def usage(self) -> Usage:
        return Usage(
            prompt_tokens=self.prompt_tokens,
            completion_tokens=self.completion_tokens,
            cached_tokens=self.cached_tokens,
            reasoning_tokens=self.reasoning_tokens,
        )

    @property
    def usd(self) -> float | None:
        return None if self.unpriced else self.known_usd


@dataclass(slots=True)
class _Part:
    """Adds up what belongs to one model or operator."""

    paid: _Sum = field(default_factory=_Sum)
    failed: Counter[CallOutcome] = field(default_factory=Counter)
    repairs: int = 0
    reused: int = 0

    def add(self, call: Call) -> None:
        if call.cached_from:
            self.reused += 1
            return
        if call.outcome is not CallOutcome.OK:
            self.failed[call.outcome] += 1
        if answered(call):
            self.paid.add(call)
            self.repairs += call.site.purpose is Purpose.REPAIR


class CallCount:
    """Counts a run's calls, one after the other, and keeps none of them."""

    def __init__(self, calls: Iterable[Call] = ()) -> None:
        self._total = _Part()
        self._models: dict[str, _Part] = {}
        self._operators: dict[str, _Part] = {}
        self._savings: dict[str, _Sum] = {}
        self._model_of: dict[int, str] = {}
        self._operator_of: dict[int, str] = {}
        for call in calls:
            self._add(call)

    @property
    def calls(self) -> int:
        """Calls that were made and answered."""
        return self._total.paid.calls

    @property
    def tokens(self) -> int:
        """Tokens that they sent and received."""
        return self._total.paid.prompt_tokens + self._total.paid.completion_tokens

    @property
    def usd(self) -> float | None:
        """What they cost; None where the price of one of them is not known."""
        return self._total.paid.usd

    def spend(
        self,
        use: ModelUse | None,
        *,
        evaluations: int,
        improved: Collection[int],
        rejected: Collection[int],
    ) -> Spend:
        """Return the count.

        Args:
            use: the models and their budgets; None where none were asked.
            evaluations: evaluations of programs.
            improved: numbers of the search's trials that beat everything before them.
            rejected: numbers of those that held no program.
        """
        paid, usd = self._total.paid, self.usd
        several = len(improved)
        return Spend(
            calls=paid.calls,
            usd=usd,
            evaluations=evaluations,
            usage=paid.usage,
            known_usd=paid.known_usd,
            unpriced=paid.unpriced,
            failed=self._total.failed.total(),
            usd_per_improvement=usd / several
            if several and paid.calls and usd is not None
            else None,
            calls_per_improvement=paid.calls / several if several and paid.calls else None,
            models=_shares(self._models, self._model_of, improved, rejected),
            operators=_shares(self._operators, self._operator_of, improved, rejected),
            savings=tuple(
                Saving(run=run, answers=saved.calls, usage=saved.usage, usd=saved.usd)
                for run, saved in sorted(self._savings.items())
            ),
            overruns=() if use is None else self._overruns(use),
        )

    def _add(self, call: Call) -> None:
        model, operator = call.request.model, call.site.operator
        self._total.add(call)
        self._models.setdefault(model, _Part()).add(call)
        self._operators.setdefault(operator, _Part()).add(call)
        if call.cached_from:
            self._savings.setdefault(call.cached_from, _Sum()).add(call)
        if call.outcome is CallOutcome.OK and call.site.arm is Arm.SEARCH:
            # The last answer of a trial is the one that became its program.
            self._model_of[call.site.trial] = model
            self._operator_of[call.site.trial] = operator

    def _overruns(self, use: ModelUse) -> tuple[Overrun, ...]:
        found = (
            ("calls", use.calls, self.calls),
            ("tokens", use.tokens, self.tokens),
            ("usd", use.usd, self._total.paid.known_usd),
        )
        return tuple(
            Overrun(budget=budget, cap=cap, spent=spent, beyond=spent - cap)
            for budget, cap, spent in found
            if cap is not None and spent > cap * (1 + ROUNDING)
        )


def _shares(
    parts: Mapping[str, _Part],
    name_of: Mapping[int, str],
    improved: Collection[int],
    rejected: Collection[int],
) -> tuple[SpendShare, ...]:
    improvements = Counter(name_of[number] for number in improved if number in name_of)
    rejections = Counter(name_of[number] for number in rejected if number in name_of)
    shares = (
        SpendShare(
            name=name,
            calls=part.paid.calls,
            usage=part.paid.usage,
            usd=part.paid.usd,
            failed=tuple(
                OutcomeCount(outcome=outcome, count=part.failed[outcome])
                for outcome in CallOutcome
                if part.failed[outcome]
            ),
            repairs=part.repairs,
            rejected=rejections[name],
            improvements=improvements[name],
            reused=part.reused,
        )
        for name, part in parts.items()
    )
    return tuple(sorted(shares, key=lambda share: (-share.calls, -share.reused, share.name)))
