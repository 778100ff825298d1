"""The command for more of a run, read by the command line itself, begins the same search."""

import shlex
from dataclasses import replace
from typing import Any

import pytest
import typer

from adrs.api.config import options_of
from adrs.api.isolation import accepted_level
from adrs.api.runconfig import run_config
from adrs.catalog.problems import load_problem
from adrs.cli.options import parse_params
from adrs.cli.run import app
from adrs.core.run import USUALLY_OFF, ModelUse, Order, RunConfig
from adrs.report.run.again import MORE, command_for_more

USUAL = RunConfig(
    problem="spot",
    seed=1,
    strategy="adaptive",
    proposer="mutator/ast",
    evals=100,
    time_s=None,
    window=8,
    control=True,
    params={},
    without=USUALLY_OFF["adaptive"],
)
WITH_MODELS = replace(
    USUAL,
    proposer="openai/small, openai/large",
    evals=None,
    window=16,
    order=Order.ARRIVAL,
    models=ModelUse(models=("openai/small:0.7", "openai/large@strong"), calls=10, usd=0.5),
)


def read(command: str) -> RunConfig:
    """Return the configuration of the run that a command would begin."""
    program, name, *words = shlex.split(command)
    assert (program, name) == ("adrs", "run")
    said = typer.main.get_command(app).make_context(name, words).params
    given = {k: v for k, v in said.items() if v not in ((), [], False)}
    problem, weakest = given.pop("problem"), given.pop("allow_weak_sandbox")
    given["params"] = parse_params(given.pop("param", None))
    given["control"] = not given.pop("no_control", False)
    for other in ("config", "name", "archive"):
        given.pop(other)
    options = options_of(given, None)
    loaded = load_problem(problem, options.params)
    return run_config(problem, options, loaded, weakest=accepted_level(weakest))


def changed(models: dict[str, Any], **changes: Any) -> RunConfig:
    assert WITH_MODELS.models is not None
    return replace(WITH_MODELS, models=replace(WITH_MODELS.models, **models), **changes)


@pytest.mark.parametrize(
    "config",
    [
        USUAL,
        replace(USUAL, seed=7, strategy="islands", window=3, without=()),
        replace(USUAL, without=("failures", "simplify", "tune", "racing", "cycles")),
        replace(USUAL, without=("failures",)),
        replace(USUAL, without=("racing", "cycles")),
        replace(USUAL, without=()),
        replace(USUAL, proposer="mutator/random1", control=False),
        replace(USUAL, params={"tick_s": 900, "spot_price": 0.1 + 0.2}),
        replace(USUAL, minimum_isolation="L1"),
        WITH_MODELS,
        replace(WITH_MODELS, order=Order.ORDERED, window=8, evals=30),
        changed({"concurrency": 3, "cache": True}, window=8),
        changed({"settings": {"*": {"base_url": "http://127.0.0.1:8000/v1"}}, "tokens": 900}),
    ],
)
def test_the_command_for_more_begins_the_same_search(config: RunConfig) -> None:
    use = config.models
    more = replace(
        config,
        evals=None if config.evals is None else MORE * config.evals,
        models=use
        and replace(
            use,
            calls=use.calls and MORE * use.calls,
            tokens=use.tokens and MORE * use.tokens,
            usd=use.usd and MORE * use.usd,
        ),
    )
    assert read(command_for_more(config)) == more


@pytest.mark.parametrize(
    "config", [replace(USUAL, evals=None), changed({"calls": None, "usd": None})]
)
def test_a_budget_of_time_alone_is_made_longer(config: RunConfig) -> None:
    more = read(command_for_more(replace(config, time_s=90.0)))
    assert more == replace(config, time_s=MORE * 90.0)
    counted = replace(config, time_s=90.0, evals=10)
    assert read(command_for_more(counted)) == replace(config, evals=MORE * 10)


def test_of_recorded_answers_there_are_no_more() -> None:
    replaying = replace(USUAL, proposer="replay:one", evals=None)
    assert command_for_more(replaying) == ""
    more = read(command_for_more(replace(replaying, evals=10)))
    assert more == replace(replaying, evals=MORE * 10)


def test_nothing_usual_is_said() -> None:
    assert command_for_more(USUAL) == "adrs run spot --evals 400"
    assert command_for_more(WITH_MODELS) == (
        "adrs run spot --model openai/small:0.7 --model openai/large@strong --calls 40 --usd 2"
    )


def test_an_address_that_all_models_share_needs_no_file() -> None:
    here = {"base_url": "http://127.0.0.1:8000/v1"}
    shared = changed({"settings": {"openai/small": here, "openai/large": here}})
    assert command_for_more(shared) == (
        "adrs run spot --model openai/small:0.7 --model openai/large@strong "
        "--base-url http://127.0.0.1:8000/v1 --calls 40 --usd 2"
    )


@pytest.mark.parametrize(
    "models",
    [
        {"settings": {"openai/small": {"base_url": "http://127.0.0.1:8000/v1"}}},
        {"settings": {"openai/small": {"temperature": 0.5}}},
        {"settings": {"*": {"temperature": 0.5}}},
        {"prompts": "templates"},
        {"prompt_tokens": 8_000},
    ],
)
def test_what_no_option_says_is_in_a_file(models: dict[str, Any]) -> None:
    assert "--config FILE" in command_for_more(changed(models))
