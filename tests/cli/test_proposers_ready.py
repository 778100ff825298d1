"""Whoever cannot propose is found before a run is begun: exit 2, and nothing is written."""

import os
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adrs.archive.sql.opening import open_archive
from adrs.catalog.problems import load_problem
from adrs.core.run import ModelUse
from adrs.testing.archive_values import a_record
from tests.doubles.warm_adrs import WarmAdrs

Adrs = Callable[..., "subprocess.CompletedProcess[str]"]
Refused = Callable[..., str]
BARE = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}


@pytest.fixture
def bare_adrs(warm_adrs: WarmAdrs, toy: Path) -> Adrs:
    """Call adrs in the toy's folder with hardly an environment."""
    home = toy.parent / "home"
    home.mkdir()

    def call(*words: str | Path, **environ: str) -> "subprocess.CompletedProcess[str]":
        return warm_adrs(*words, cwd=toy.parent, env={**BARE, "HOME": str(home), **environ})

    return call


@pytest.fixture
def refused(bare_adrs: Adrs, toy: Path) -> Refused:
    """Begin a run of the toy; return the one line of the refusal."""

    def call(*options: str, **environ: str) -> str:
        ended = bare_adrs("run", toy, *options, **environ)
        assert ended.returncode == 2, ended.stderr
        (line,) = ended.stderr.strip().splitlines()
        return line

    return call


def test_answers_of_an_unknown_run(refused: Refused, adrs: Any, toy: Path) -> None:
    assert "no archive at runs/adrs.db" in refused("--model", "replay:one")
    assert not (toy.parent / "runs").exists()
    assert adrs("run", toy, "--evals", "20", "--run", "blind", "--quiet").returncode == 0
    assert "no run named 'one'" in refused("--model", "replay:one")
    assert "run blind has no recorded answers" in refused("--model", "replay:blind")
    with closing(sqlite3.connect(toy.parent / "runs/adrs.db")) as database:
        assert database.execute("SELECT name FROM runs").fetchall() == [("blind",)]


def test_recorded_answers_propose_alone(refused: Refused) -> None:
    line = refused("--model", "replay:one", "--model", "openai/x")
    assert "--model replay:one: it proposes alone" in line


@pytest.mark.parametrize(
    ("model", "environ", "message"),
    [
        ("openai/gpt-5-mini", {}, "OPENAI_API_KEY is not set"),
        ("groq/llama-3.1-8b-instant", {}, "not set in the environment: GROQ_API_KEY"),
        (
            "openai/gpt-5-mini",
            {"OPENAI_API_KEY": "sk-test-0123456789", "HTTPS_PROXY": "gopher://10.0.0.1:70"},
            "no client for https://api.openai.com/v1 can be made",
        ),
    ],
)
def test_a_model_that_cannot_be_asked(
    refused: Refused, toy: Path, model: str, environ: dict[str, str], message: str
) -> None:
    assert message in refused("--model", model, **environ)
    assert not (toy.parent / "runs").exists()


def test_a_folder_of_prompts_that_is_not_there(refused: Refused, toy: Path) -> None:
    toy.parent.joinpath("run.toml").write_text('prompts = "nowhere"\n')
    options = ("--model", "openai/x", "--base-url", "http://127.0.0.1:9/v1")
    assert "no folder nowhere" in refused(*options, "--config", "run.toml")
    assert not (toy.parent / "runs").exists()


def test_a_key_that_is_gone_is_found_before_a_run_goes_on(bare_adrs: Adrs, toy: Path) -> None:
    plain = a_record("one")
    problem = load_problem(str(toy))
    config = replace(
        plain.config,
        problem=problem.location,
        strategy="greedy",
        proposer="groq/x",
        params={},
        models=ModelUse(models=("groq/x",), calls=2),
    )
    (toy.parent / "runs").mkdir()
    archive = open_archive(str(toy.parent / "runs/adrs.db"))
    archive.create_run(
        replace(plain, config=config, problem_parts=problem.parts, evaluator="line 1")
    )
    archive.close()
    resumed = bare_adrs("resume", "one", "--quiet")
    assert resumed.returncode == 2, resumed.stderr
    assert "not set in the environment: GROQ_API_KEY" in resumed.stderr
