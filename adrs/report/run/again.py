"""The command that does a run again with more of what it was given."""

import shlex

from adrs.core.isolation import WEAKEST
from adrs.core.run import (
    DEFAULT_PROPOSER,
    DEFAULT_SEED,
    DEFAULT_STRATEGY,
    EVERY_MODEL,
    ModelUse,
    RunConfig,
    default_order,
    default_window,
)
from adrs.proposers.llm.models import ModelSpec

MORE = 4
_ADDRESS = "base_url"


def command_for_more(config: RunConfig) -> str:
    """Return the command that runs the same search with four times its budgets.

    Empty where it had none: it used up the answers of another run, and would do the same again.
    A budget of time is left out where there is another: that is to be used up.
    Settings of models that no option can say are in a file that only the user knows.
    """
    if config.time_s is None and not _counts(config):
        return ""
    words = ["adrs", "run", config.problem]
    if config.models is not None:
        words += _model_words(config.models)
    if config.evals is not None:
        words += ["--evals", str(MORE * config.evals)]
    if config.time_s is not None and not _counts(config):
        words += ["--time", f"{MORE * config.time_s:g}s"]
    return shlex.join([*words, *_search_words(config), *_order_words(config)])


def _counts(config: RunConfig) -> bool:
    """Tell whether a run has a budget of what can be counted."""
    use = config.models
    counted = (config.evals, *(() if use is None else (use.calls, use.tokens, use.usd)))
    return any(cap is not None for cap in counted)


def _model_words(use: ModelUse) -> list[str]:
    usual = ModelUse(models=use.models)
    words = [word for model in use.models for word in ("--model", model)]
    address = _address(use)
    if address:
        words += ["--base-url", address]
    if _needs_file(use, usual):
        words += ["--config", "FILE"]
    if use.calls is not None:
        words += ["--calls", str(MORE * use.calls)]
    if use.tokens is not None:
        words += ["--tokens", str(MORE * use.tokens)]
    if use.usd is not None:
        words += ["--usd", f"{MORE * use.usd:g}"]
    if use.concurrency != usual.concurrency:
        words += ["--concurrency", str(use.concurrency)]
    return [*words, "--cache"] if use.cache else words


def _address(use: ModelUse) -> str:
    """Return the address at which all models are asked, empty for their own or several."""
    every = use.settings.get(EVERY_MODEL, {})
    own = [use.settings.get(ModelSpec.parse(model).id, {}) for model in use.models]
    found = {str({**every, **table}.get(_ADDRESS, "")) for table in own}
    return found.pop() if len(found) == 1 else ""


def _needs_file(use: ModelUse, usual: ModelUse) -> bool:
    """Tell whether models are asked in a way that only a configuration file can say."""
    said = {_ADDRESS} if _address(use) else set()
    kept = any(set(table) - said for table in use.settings.values())
    prompts = (use.prompts, use.prompt_tokens) != (usual.prompts, usual.prompt_tokens)
    return kept or prompts


def _search_words(config: RunConfig) -> list[str]:
    words = []
    if config.models is None and config.proposer != DEFAULT_PROPOSER:
        words += ["--model", config.proposer]
    if config.strategy != DEFAULT_STRATEGY:
        words += ["--strategy", config.strategy]
    for part in config.switched_on:
        words += ["--also", part]
    for part in config.switched_off:
        words += ["--without", part]
    if config.seed != DEFAULT_SEED:
        words += ["--seed", str(config.seed)]
    for name, value in config.params.items():
        words += ["--param", f"{name}={value}"]
    if config.minimum_isolation != WEAKEST.name:
        words += ["--allow-weak-sandbox", config.minimum_isolation]
    return words if config.control else [*words, "--no-control"]


def _order_words(config: RunConfig) -> list[str]:
    words = []
    if config.order is not default_order(config.models):
        words += ["--order", config.order.value]
    if config.window != default_window(config.models):
        words += ["--window", str(config.window)]
    return words
