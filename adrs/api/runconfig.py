"""From the options of a run to its configuration: who proposes, in which order, within what."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adrs.api import compose
from adrs.api.config import RunOptions, parse_duration
from adrs.api.models import REPLAY, no_model
from adrs.core.isolation import IsolationLevel
from adrs.core.problem import Problem
from adrs.core.run import (
    DEFAULT_PROPOSER,
    DEFAULT_SEED,
    DEFAULT_STRATEGY,
    EVERY_MODEL,
    ModelUse,
    Order,
    RunConfig,
    default_order,
    default_window,
)
from adrs.errors import UsageError
from adrs.proposers.llm.models import ModelSpec
from adrs.proposers.llm.settings import openai_address

DEFAULT_EVALS = 2000
DEFAULT_CALLS = 100
ONLY_WITH_MODELS = (
    "calls", "tokens", "usd", "concurrency", "base_url", "cache", "prompts", "prompt_tokens",
    "models",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposing:
    """Who proposes in a run.

    Attributes:
        name: the proposer as the run's record names it.
        models: how language models are used; None where none is.
    """

    name: str
    models: ModelUse | None

    @property
    def replays(self) -> bool:
        """Whether the answers of another run are proposed."""
        return self.name.startswith(REPLAY)


def run_config(
    name_or_path: str, options: RunOptions, problem: Problem, *, weakest: IsolationLevel
) -> RunConfig:
    """Return the configuration of a new run, without its held-out key.

    Args:
        name_or_path: the problem, as it was given.
        options: what the user said.
        problem: the problem, loaded with the options' parameters.
        weakest: the weakest isolation level the user accepts.

    Raises:
        UsageError: an option names what is not there, or options do not go together.
    """
    time_s = None if options.time is None else parse_duration(options.time)
    who = proposing(options, time_s)
    wanted = DEFAULT_STRATEGY if options.strategy is None else options.strategy
    strategy = compose.named("strategy", wanted, compose.STRATEGIES)
    without = compose.parts_off(strategy, options.also or (), options.without or ())
    is_path = Path(name_or_path).resolve() == Path(problem.location)
    return RunConfig(
        problem=problem.location if is_path else problem.name,
        seed=DEFAULT_SEED if options.seed is None else options.seed,
        strategy=strategy,
        proposer=who.name,
        evals=evaluations_cap(options, who, time_s),
        time_s=time_s,
        window=options.window or default_window(who.models),
        order=order_of(options, who.models),
        models=who.models,
        control=options.control is not False,
        without=without,
        minimum_isolation=weakest.name,
        params={name: problem.params[name] for name in options.params},
    )


def proposing(options: RunOptions, time_s: float | None) -> Proposing:
    """Return who proposes.

    Raises:
        UsageError: there is no such proposer, or an option speaks of models and there are none.
    """
    given = options.proposers or [DEFAULT_PROPOSER]
    alone = no_model(given, compose.PROPOSERS)
    if alone is not None:
        _refuse_without_models(options)
        return Proposing(name=alone, models=None)
    if len(given) == 1 and "/" not in given[0] and ":" not in given[0]:
        compose.named("model", given[0], compose.PROPOSERS)
    name = ", ".join(ModelSpec.parse(text).id for text in given)
    return Proposing(name=name, models=_model_use(options, time_s))


def _model_use(options: RunOptions, time_s: float | None) -> ModelUse:
    settings = dict(options.models)
    if options.base_url is not None:
        settings[EVERY_MODEL] = {**settings.get(EVERY_MODEL, {}), "base_url": options.base_url}
    caps = (options.calls, options.tokens, options.usd, options.evals, time_s)
    said: dict[str, Any] = {
        "concurrency": options.concurrency,
        "calls": DEFAULT_CALLS if all(cap is None for cap in caps) else options.calls,
        "tokens": options.tokens,
        "usd": options.usd,
        "prompt_tokens": options.prompt_tokens,
        "prompts": options.prompts,
        "cache": options.cache,
    }
    return ModelUse(
        models=tuple(options.proposers),
        settings=_with_addresses(settings, options.proposers, os.environ),
        **{name: value for name, value in said.items() if value is not None},
    )


def _with_addresses(
    settings: Mapping[str, Mapping[str, object]],
    models: Sequence[str],
    environ: Mapping[str, str],
) -> Mapping[str, Mapping[str, object]]:
    """Return settings that hold the address of the environment, for the models that it is for.

    A run that is resumed where the environment has none must not turn to OpenAI itself.
    """
    address = openai_address(environ)
    if not address or "base_url" in settings.get(EVERY_MODEL, {}):
        return settings
    theirs = [spec.id for spec in map(ModelSpec.parse, models) if spec.provider == "openai"]
    return {**settings, **{one: {"base_url": address, **settings.get(one, {})} for one in theirs}}


def _refuse_without_models(options: RunOptions) -> None:
    for name in ONLY_WITH_MODELS:
        if getattr(options, name):
            option = name.replace("_", "-")
            raise UsageError(f"--{option}: it is about language models; name one with --model.")


def evaluations_cap(options: RunOptions, who: Proposing, time_s: float | None) -> int | None:
    """Return the budget of evaluations; blind proposers get one where no budget is given."""
    if options.evals is None and time_s is None and who.models is None and not who.replays:
        return DEFAULT_EVALS
    return options.evals


def order_of(options: RunOptions, team: ModelUse | None) -> Order:
    """Return the order of trials.

    Raises:
        UsageError: there is no such order.
    """
    if options.order is None:
        return default_order(team)
    try:
        return Order(options.order)
    except ValueError:
        names = " or ".join(order.value for order in Order)
        raise UsageError(f"--order {options.order}: expected {names}.") from None
