"""Options and arguments that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from adrs.core.scenario import Scalar
from adrs.errors import UsageError

ArchiveOption = Annotated[
    str,
    typer.Option("--archive", metavar="URL", help="SQLAlchemy URL or path of the archive."),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON document on stdout and nothing else.")
]
QuietOption = Annotated[bool, typer.Option("--quiet", help="Show nothing while it runs.")]
RunArgument = Annotated[
    str | None, typer.Argument(metavar="[RUN]", help="A run's name; the newest when left out.")
]
ProblemArgument = Annotated[
    str, typer.Argument(metavar="PROBLEM", help="A problem's name, or the path of its folder.")
]
ParamOption = Annotated[
    list[str] | None,
    typer.Option(
        "--param", metavar="KEY=VALUE", help="Override an evaluator parameter; repeatable."
    ),
]
WorkersOption = Annotated[
    int | None,
    typer.Option(
        "--workers",
        help="Scorer processes; changes the speed, never the result.",
        show_default="cores",
    ),
]
WeakSandboxOption = Annotated[
    str | None,
    typer.Option(
        "--allow-weak-sandbox",
        metavar="LEVEL",
        help="Accept isolation L1 or L0 where the host has no better: candidates may then read "
        "what you can, and held-out workloads are not scored.",
        show_default="L2",
    ),
]
EvalsOption = Annotated[
    int | None, typer.Option("--evals", help="Evaluations of the search.", show_default="2000")
]
TimeOption = Annotated[
    str | None, typer.Option("--time", metavar="10m", help="Wall time until the search ends.")
]
SeedOption = Annotated[int | None, typer.Option("--seed", help="Seed.", show_default="1")]
ModelOption = Annotated[
    list[str] | None,
    typer.Option(
        "--model",
        metavar="ID",
        help="Who proposes: mutator/ast, PROVIDER/NAME, PROVIDER/NAME:WEIGHT, either with @TIER, "
        "manual:DIR or replay:RUN; models are repeatable.",
        show_default="mutator/ast",
    ),
]
CallsOption = Annotated[
    int | None, typer.Option("--calls", help="Answered model calls.", show_default="100")
]
TokensOption = Annotated[
    int | None, typer.Option("--tokens", help="Tokens sent and received.", show_default=False)
]
UsdOption = Annotated[
    float | None, typer.Option("--usd", help="US dollars for models.", show_default=False)
]
ConcurrencyOption = Annotated[
    int | None, typer.Option("--concurrency", help="Models asked at once.", show_default="8")
]
OrderOption = Annotated[
    str | None,
    typer.Option(
        "--order",
        metavar="ORDER",
        help="ordered: same seed, same trials; arrival: nobody waits for a slow answer.",
        show_default="arrival with models, else ordered",
    ),
]
BaseUrlOption = Annotated[
    str | None,
    typer.Option("--base-url", metavar="URL", help="An OpenAI-compatible server for all models."),
]
CacheOption = Annotated[
    bool, typer.Option("--cache", help="Use answers of other runs to equal requests.")
]
StrategyOption = Annotated[
    str | None,
    typer.Option("--strategy", metavar="NAME", help="Who chooses.", show_default="adaptive"),
]
AlsoOption = Annotated[
    list[str] | None,
    typer.Option(
        "--also",
        metavar="FEATURE",
        help="Switch a part of the strategy on that is usually off (repeatable).",
    ),
]
WithoutOption = Annotated[
    list[str] | None,
    typer.Option(
        "--without", metavar="FEATURE", help="Switch a part of the strategy off (repeatable)."
    ),
]
WindowOption = Annotated[
    int | None,
    typer.Option("--window", help="Trials asked before the first is told.", show_default="8"),
]
ConfigOption = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="Options in a TOML file.")
]
NameOption = Annotated[str | None, typer.Option("--run", metavar="NAME", help="The run's name.")]
NoControlOption = Annotated[
    bool, typer.Option("--no-control", help="Leave out the blind single edits.")
]


def parse_params(pairs: list[str] | None) -> dict[str, Scalar]:
    """Return the pairs of `--param`; values stay text until the problem's types are known.

    Raises:
        UsageError: a pair has no "=" or no key, or a key comes twice.
    """
    parsed: dict[str, Scalar] = {}
    for pair in pairs or []:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise UsageError(f"--param {pair}: expected KEY=VALUE.")
        if key in parsed:
            raise UsageError(f"--param {key}: given twice.")
        parsed[key] = value
    return parsed
