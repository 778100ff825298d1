"""`adrs run`: evolve a policy for a problem and report whether the gain is real."""

import typer

from adrs.api.places import DEFAULT_ARCHIVE
from adrs.cli.options import (
    AlsoOption,
    ArchiveOption,
    BaseUrlOption,
    CacheOption,
    CallsOption,
    ConcurrencyOption,
    ConfigOption,
    EvalsOption,
    JsonOption,
    ModelOption,
    NameOption,
    NoControlOption,
    OrderOption,
    ParamOption,
    ProblemArgument,
    QuietOption,
    SeedOption,
    StrategyOption,
    TimeOption,
    TokensOption,
    UsdOption,
    WeakSandboxOption,
    WindowOption,
    WithoutOption,
    WorkersOption,
    parse_params,
)
from adrs.evaluation.scorer_process import head_start

app = typer.Typer(add_completion=False)


@app.command()
def run(
    problem: ProblemArgument,
    *,
    evals: EvalsOption = None,
    time: TimeOption = None,
    seed: SeedOption = None,
    model: ModelOption = None,
    calls: CallsOption = None,
    tokens: TokensOption = None,
    usd: UsdOption = None,
    concurrency: ConcurrencyOption = None,
    order: OrderOption = None,
    base_url: BaseUrlOption = None,
    cache: CacheOption = False,
    strategy: StrategyOption = None,
    also: AlsoOption = None,
    without: WithoutOption = None,
    window: WindowOption = None,
    workers: WorkersOption = None,
    allow_weak_sandbox: WeakSandboxOption = None,
    param: ParamOption = None,
    config: ConfigOption = None,
    name: NameOption = None,
    no_control: NoControlOption = False,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Evolve a policy for PROBLEM and report whether the gain is real.

    Without a model the blind program mutator proposes: no key, no network.
    """
    given: dict[str, object] = {
        "model": model or None, "calls": calls, "tokens": tokens, "usd": usd,
        "concurrency": concurrency, "order": order, "base_url": base_url, "cache": cache or None,
        "strategy": strategy, "also": also or None, "without": without or None,
        "evals": evals, "time": time,
        "seed": seed, "window": window, "workers": workers, "params": parse_params(param),
        "control": False if no_control else None,
    }  # fmt: skip
    with head_start() as first:
        from adrs.cli.sitting import sit_down  # half a second of imports, beside the scorer's

        sit_down(
            problem,
            given,
            config=config,
            archive=archive,
            name=name,
            weakest=allow_weak_sandbox,
            first=first,
            json=json,
            quiet=quiet,
        )
