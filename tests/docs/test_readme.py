"""What the README must name: every command, option, verdict, exit code and problem."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
import typer

from adrs.catalog.problems import discover
from adrs.cli.app import COMMANDS
from adrs.cli.config import RunOptions, read_options
from adrs.cli.exits import ExitCode
from adrs.cli.models import settings_of, spec_of
from adrs.cli.run import app as run_app
from adrs.core.evaluation import Verdict
from adrs.core.run import ModelUse, Order
from adrs.core.scenario import Split
from adrs.proposers.llm.settings import ModelSettings, Price

README = (Path(__file__).parents[2] / "README.md").read_text()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_table(command: str) -> None:
    assert re.search(rf"^\| `adrs {command}\b", README, flags=re.MULTILINE)


def test_every_option_of_run_is_named() -> None:
    options = {o for p in typer.main.get_command(run_app).params for o in p.opts if "--" in o}
    assert [o for o in sorted(options) if f"`{o}" not in README] == []


@pytest.mark.parametrize("key", [k for k in RunOptions.model_fields if k not in ("params",)])
def test_every_key_of_a_configuration_file_is_an_option(key: str) -> None:
    assert key in README


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_is_named(verdict: Verdict) -> None:
    assert f"`{verdict}`" in README


@pytest.mark.parametrize("code", ExitCode)
def test_every_exit_code_is_named(code: ExitCode) -> None:
    line = next(line for line in README.splitlines() if line.startswith("Exit codes:"))
    assert re.search(rf"\b{int(code)}\b", line)


@pytest.mark.parametrize("name", [folder.name for folder in discover()])
def test_every_problem_is_in_the_table(name: str) -> None:
    assert f"| `{name}` |" in README


@pytest.mark.parametrize("split", Split)
def test_every_split_is_named(split: Split) -> None:
    assert f"`{split}`" in README


@pytest.mark.parametrize("key", [f.name for kind in (ModelSettings, Price) for f in fields(kind)])
def test_every_setting_of_a_model_is_shown_in_a_configuration_file(key: str) -> None:
    toml = "".join(re.findall(r"^```toml\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL))
    assert re.search(rf"\b{key} = ", toml)


def test_configuration_files_of_the_readme_are_read(tmp_path: Path) -> None:
    files = re.findall(r"^```toml\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)
    files = [text for text in files if not text.startswith("[project")]
    assert len(files) == 2
    for text in files:
        file = tmp_path / "adrs.toml"
        file.write_text(text)
        options = read_options(file)
        use = ModelUse(models=tuple(options.proposers), settings=options.models)
        for text_of_model in use.models:
            settings_of(use, spec_of(text_of_model))


@pytest.mark.parametrize("form", ["PROVIDER/NAME[:WEIGHT][@TIER]", "manual:DIR", "replay:RUN"])
def test_every_form_of_a_model_is_explained(form: str) -> None:
    assert re.search(rf"^\| `{re.escape(form)}` \|", README, flags=re.MULTILINE)


@pytest.mark.parametrize("order", Order)
def test_every_order_is_named(order: Order) -> None:
    assert f"`{order}`" in README
