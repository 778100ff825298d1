"""The command that does a run again with more of what it was given."""

import shlex

from adrs.core.run import EVERY_MODEL, ModelUse, RunConfig

MORE = 4
_ADDRESS = "base_url"


def command_for_more(config: RunConfig) -> str:
    """Return the command that runs the same search with four times its budgets but for time.

    Settings of models that no option can say are in a file that only the user knows.
    """
    words = ["adrs", "run", config.problem]
    if config.models is not None:
        words += _model_words(config.models)
    if config.evals is not None:
        words += ["--evals", str(MORE * config.evals)]
    return shlex.join(words)


def _model_words(use: ModelUse) -> list[str]:
    words = [word for model in use.models for word in ("--model", model)]
    address = use.settings.get(EVERY_MODEL, {}).get(_ADDRESS)
    if isinstance(address, str):
        words += ["--base-url", address]
    others = {name: value for name, value in use.settings.items() if name != EVERY_MODEL}
    if others or set(use.settings.get(EVERY_MODEL, {})) - {_ADDRESS}:
        words += ["--config", "FILE"]
    if use.calls is not None:
        words += ["--calls", str(MORE * use.calls)]
    if use.tokens is not None:
        words += ["--tokens", str(MORE * use.tokens)]
    if use.usd is not None:
        words += ["--usd", f"{MORE * use.usd:g}"]
    return words
