"""What the options of `adrs run` say about who proposes, in which order, within which budgets."""

from adrs.cli import compose
from adrs.cli.config import RunOptions
from adrs.cli.models import REPLAY, blind, spec_of
from adrs.core.run import ModelUse, Order
from adrs.errors import UsageError

DEFAULT_EVALS = 2000
DEFAULT_CALLS = 100
DEFAULT_CONCURRENCY = 8
EVERY_MODEL = "*"
ONLY_WITH_MODELS = ("calls", "tokens", "usd", "concurrency", "base_url", "cache", "prompts")


def proposer_name(options: RunOptions) -> str:
    """Return the proposer as the run's record names it.

    Raises:
        UsageError: there is no such proposer.
    """
    given = options.proposers or [compose.DEFAULT_PROPOSER]
    if blind(given, compose.PROPOSERS) is not None or given[0].startswith(REPLAY):
        return given[0]
    if len(given) == 1 and "/" not in given[0] and ":" not in given[0]:
        compose.named("model", given[0], compose.PROPOSERS)
    return ", ".join(spec_of(text).id for text in given)


def model_use(options: RunOptions, time_s: float | None) -> ModelUse | None:
    """Return how language models are used; None where none is.

    Raises:
        UsageError: an option speaks of models and there are none.
    """
    given = options.proposers
    if not given or blind(given, compose.PROPOSERS) is not None or given[0].startswith(REPLAY):
        _refuse_without_models(options)
        return None
    proposer_name(options)
    settings = dict(options.models)
    if options.base_url is not None:
        settings[EVERY_MODEL] = {**settings.get(EVERY_MODEL, {}), "base_url": options.base_url}
    caps = (options.calls, options.tokens, options.usd, options.evals, time_s)
    use = ModelUse(models=tuple(given))
    return ModelUse(
        models=tuple(given),
        concurrency=options.concurrency or DEFAULT_CONCURRENCY,
        calls=DEFAULT_CALLS if all(cap is None for cap in caps) else options.calls,
        tokens=options.tokens,
        usd=options.usd,
        settings=settings,
        prompt_tokens=options.prompt_tokens or use.prompt_tokens,
        prompts=options.prompts or "",
        cache=bool(options.cache),
    )


def _refuse_without_models(options: RunOptions) -> None:
    for name in ONLY_WITH_MODELS:
        if getattr(options, name):
            option = name.replace("_", "-")
            raise UsageError(f"--{option}: it is about language models; name one with --model.")


def evaluations_cap(options: RunOptions, time_s: float | None) -> int | None:
    """Return the budget of evaluations; blind proposers get one where no budget is given."""
    asks_models = model_use(options, time_s) is not None
    replays = any(name.startswith(REPLAY) for name in options.proposers)
    if options.evals is None and time_s is None and not asks_models and not replays:
        return DEFAULT_EVALS
    return options.evals


def order_of(options: RunOptions, team: ModelUse | None) -> Order:
    """Return the order of trials.

    Raises:
        UsageError: there is no such order.
    """
    if options.order is None:
        return Order.ORDERED if team is None else Order.ARRIVAL
    try:
        return Order(options.order)
    except ValueError:
        names = " or ".join(order.value for order in Order)
        raise UsageError(f"--order {options.order}: expected {names}.") from None


def window_of(team: ModelUse | None) -> int:
    """Return how many trials may be asked before the first is told."""
    return compose.WINDOW if team is None else max(compose.WINDOW, 2 * team.concurrency)
