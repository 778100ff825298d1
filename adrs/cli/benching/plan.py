"""What a benchmark consists of: strategies × problems × seeds, each an ordinary run."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from adrs.api import compose
from adrs.api.config import RunOptions, checked
from adrs.api.runconfig import run_config
from adrs.core.isolation import WEAKEST
from adrs.core.problem import Problem
from adrs.core.run import ModelUse, RunConfig, RunRecord, RunStatus
from adrs.core.scenario import heldout_set
from adrs.engine.changes import changed_parts
from adrs.errors import UsageError

_UNNAMEABLE = re.compile(r"[^A-Za-z0-9_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """A strategy as it usually is, or with one part switched on or off."""

    strategy: str
    also: str = ""
    without: str = ""

    @property
    def label(self) -> str:
        """What the table calls it."""
        return self._named(f" with {self.also}", f" without {self.without}")

    @property
    def slug(self) -> str:
        """Its part of a run's name."""
        return self._named(f"-also-{self.also}", f"-no-{self.without}")

    @property
    def parts_off(self) -> tuple[str, ...]:
        """The parts of the strategy that are off."""
        also, without = ((part,) if part else () for part in (self.also, self.without))
        return compose.parts_off(self.strategy, also, without)

    def _named(self, on: str, off: str) -> str:
        return self.strategy + (on if self.also else "") + (off if self.without else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is equal for all runs of a benchmark.

    Attributes:
        evals: evaluations of each; None for no limit.
        calls: answered model calls of each; None for no limit.
        models: who proposes, as for `adrs run`; empty for the blind mutator.
        base_url: server of all models; empty for their own.
        config: file with further options; None for none.
        options: what that file says.
        control: whether each run has its control.
        workers: scorers of each.
        archive: where they are kept.
        heldout_key: what their held-out scenarios are drawn with.
    """

    evals: int | None
    calls: int | None
    models: tuple[str, ...]
    base_url: str
    config: Path | None
    options: RunOptions
    control: bool
    workers: int
    archive: str
    heldout_key: str

    @property
    def counts_calls(self) -> bool:
        """Whether the budget to speak of is that of calls."""
        return self.calls is not None

    @property
    def budget(self) -> int:
        """The budget to speak of."""
        found = self.calls if self.counts_calls else self.evals
        assert found is not None
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One run of a benchmark.

    Attributes:
        problem: what it optimises, loaded with the parameters of the options.
        contender: who searches.
        seed: its seed.
        terms: what is equal for all.
    """

    problem: Problem
    contender: Contender
    seed: int
    terms: Terms

    @property
    def name(self) -> str:
        """The run's name, which finds it again: it holds all that tells benchmarks apart."""
        budget = [str(self.terms.evals)] if self.terms.evals is not None else []
        budget += [f"c{self.terms.calls}"] if self.terms.calls is not None else []
        words = [self.problem.name, self.contender.slug, f"s{self.seed}", *budget]
        words += self.terms.models
        return "-".join(["bench", *(_UNNAMEABLE.sub("-", word).strip("-") for word in words)])

    def command(self, record: RunRecord | None, problem: str) -> list[str]:
        """Return the arguments of `adrs` that begin the run, or go on with it.

        Args:
            record: the run, if it has begun.
            problem: the problem as the user gave it.
        """
        terms = self.terms
        common = ["--workers", str(terms.workers), "--archive", terms.archive, "--quiet", "--json"]
        if record is not None:
            return ["resume", self.name, *common]
        words = ["run", problem, "--run", self.name, "--seed", str(self.seed), *common]
        words += ["--strategy", self.contender.strategy]
        words += ["--also", self.contender.also] if self.contender.also else []
        words += ["--without", self.contender.without] if self.contender.without else []
        words += ["--evals", str(terms.evals)] if terms.evals is not None else []
        words += ["--calls", str(terms.calls)] if terms.calls is not None else []
        words += [word for model in terms.models for word in ("--model", model)]
        words += ["--base-url", terms.base_url] if terms.base_url else []
        words += ["--config", str(terms.config)] if terms.config is not None else []
        return words if terms.control else [*words, "--no-control"]

    def check(self, record: RunRecord) -> None:
        """Refuse a run of the same name that is not this benchmark's.

        Raises:
            UsageError: something that is equal for all runs is not.
        """
        changed = ", ".join(changed_parts(record, self.problem, record.evaluator))
        facts = [
            *_compared(record.config, self._config),
            (
                "held-out set",
                heldout_set(record.config.heldout_key),
                heldout_set(self.terms.heldout_key),
            ),
            ("changed parts of the problem", changed or "none", "none"),
        ]
        for what, found, wanted in facts:
            if found != wanted:
                raise UsageError(
                    f"run {record.name} of {self.terms.archive} is not one of this benchmark: "
                    f"{what}: found {found}, expected {wanted}. Give another --archive."
                )

    @property
    def _config(self) -> RunConfig:
        """The configuration that the run's command makes, but for the held-out key."""
        terms, who = self.terms, self.contender
        given: dict[str, object] = {
            "strategy": who.strategy,
            "also": [who.also] if who.also else None,
            "without": [who.without] if who.without else None,
            "seed": self.seed,
            "evals": terms.evals,
            "calls": terms.calls,
            "model": list(terms.models) or None,
            "base_url": terms.base_url or None,
            "control": None if terms.control else False,
        }
        said = {name: value for name, value in given.items() if value is not None}
        options = terms.options.under(checked(said, where="--"))
        return run_config(self.problem.name, options, self.problem, weakest=WEAKEST)


def _compared(found: RunConfig, wanted: RunConfig) -> list[tuple[str, object, object]]:
    """Return all that two configurations must have in common: what, of the one, of the other."""
    use, other = (config.models or ModelUse(models=()) for config in (found, wanted))
    return [
        ("strategy", found.strategy, wanted.strategy),
        ("seed", found.seed, wanted.seed),
        ("budget of evaluations", found.evals, wanted.evals),
        ("budget of seconds", found.time_s, wanted.time_s),
        ("budget of calls", use.calls, other.calls),
        ("budget of tokens", use.tokens, other.tokens),
        ("budget of US dollars", use.usd, other.usd),
        ("models", use.models, other.models),
        ("proposer", found.proposer, wanted.proposer),
        ("settings of the models", dict(use.settings), dict(other.settings)),
        ("concurrency", use.concurrency, other.concurrency),
        ("tokens of a prompt", use.prompt_tokens, other.prompt_tokens),
        ("prompts", use.prompts, other.prompts),
        ("cache", use.cache, other.cache),
        ("parts that are off", found.without, wanted.without),
        ("parameters", dict(found.params), dict(wanted.params)),
        ("control", found.control, wanted.control),
        ("window", found.window, wanted.window),
        ("order", found.order, wanted.order),
    ]


def plans(
    problems: Sequence[Problem], contenders: Sequence[Contender], seeds: int, terms: Terms
) -> Iterator[Plan]:
    """Yield every run, seed by seed, so that a benchmark cut short still compares all."""
    for seed in range(1, seeds + 1):
        for problem in problems:
            for contender in contenders:
                yield Plan(problem=problem, contender=contender, seed=seed, terms=terms)


def contenders(names: str, *, ablate: bool) -> tuple[Contender, ...]:
    """Return the contenders that an option's text names, in its order.

    Args:
        names: strategies, separated by commas.
        ablate: whether each is also to run with every part switched, one at a time: off, or on
            where it usually is off.

    Raises:
        UsageError: there is no such strategy; one is named twice; or nothing can be switched off.
    """
    listed = [name.strip() for name in names.split(",") if name.strip()]
    for name in listed:
        compose.named("strategy", name, compose.STRATEGIES)
    if not listed or len(set(listed)) < len(listed):
        raise UsageError(f"--strategies {names}: expected different names, such as greedy,islands.")
    found = []
    for name in listed:
        found.append(Contender(strategy=name))
        if ablate:
            found += _switched(name)
    if ablate and len(found) == len(listed):
        raise UsageError(f"--ablate: nothing can be switched off in {', '.join(listed)}.")
    return tuple(found)


def _switched(strategy: str) -> list[Contender]:
    off = compose.parts_off(strategy, (), ())
    return [
        Contender(strategy=strategy, also=part)
        if part in off
        else Contender(strategy=strategy, without=part)
        for part in compose.features(strategy)
    ]


def is_finished(record: RunRecord | None) -> bool:
    """Tell whether a run has its result."""
    return record is not None and record.status is RunStatus.FINISHED
