"""A new problem works as it is written, and nothing that is there is touched."""

import ast
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from adrs.catalog.problems import load_problem


@pytest.fixture
def folder(adrs: Any, tmp_path: Path) -> Path:
    made = adrs("problem", "new", "work/my_servers")
    assert made.returncode == 0, made.stderr
    assert "adrs problem check work/my_servers" in made.stdout
    return tmp_path / "work" / "my_servers"


def test_it_passes_its_check_and_runs(adrs: Any, folder: Path) -> None:
    checked = adrs("problem", "check", folder)
    assert checked.returncode == 0, checked.stdout
    assert checked.stdout.count("ok   cheat") == 4
    ended = adrs("run", folder, "--evals", "20", "--json")
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["setup"]["evals"] == 20


def test_an_evaluator_that_draws_by_chance_does_not_pass(adrs: Any, folder: Path) -> None:
    """Every scorer draws its workloads once, so that each by itself repeats what it did."""
    file = folder / "evaluator.py"
    seeded = 'stream(scenario.seed, "jobs")'
    file.write_text(file.read_text().replace(seeded, "np.random.default_rng()"))
    checked = adrs("problem", "check", folder)
    assert checked.returncode == 1
    assert "FAIL determinism: two evaluations differ: what happens depends" in checked.stdout


def test_a_vocabulary_that_makes_no_programs_is_told_why(adrs: Any, folder: Path) -> None:
    for program in (folder / "initial.py", *(folder / "baselines").iterdir()):
        whole = program.read_text()
        start = whole.index("        # EVOLVE-BLOCK-START")
        program.write_text(
            f"{whole[:start]}        # EVOLVE-BLOCK-START\n"
            "        pass\n        # EVOLVE-BLOCK-END\n        return FAST\n"
        )
    manifest = folder / "problem.toml"
    manifest.write_text(manifest.read_text().partition("[vocabulary]")[0])
    checked = adrs("problem", "check", folder)
    assert checked.returncode == 1
    assert "are needed; most often rejected (120), first with: no edit of the" in checked.stdout


def test_the_commands_that_it_names_are_such_that_work(adrs: Any, tmp_path: Path) -> None:
    made = adrs("problem", "new", "mine").stdout
    assert "adrs problem check ./mine" in made
    assert "mine" in adrs("problem", "show", "./mine").stdout


def test_every_file_is_there_and_filled_in(folder: Path) -> None:
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    programs = {path for path in files if path.startswith(("baselines/", "cheats/"))}
    assert len(programs) == 7
    assert files - programs == {
        "README.md", "evaluator.py", "initial.py", "problem.toml", "statement.md",
    }  # fmt: skip
    assert not [path for path in files if "{{" in (folder / path).read_text()]
    assert tomllib.loads((folder / "problem.toml").read_text())["evaluator"] == ".evaluator"
    assert load_problem(str(folder)).name == "my_servers"
    assert 'family = "my_servers"' in (folder / "evaluator.py").read_text()


def test_its_evaluator_imports_public_names_alone(folder: Path) -> None:
    tree = ast.parse((folder / "evaluator.py").read_text())
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    modules = {str(node.module) for node in imports if str(node.module).startswith("adrs")}
    assert len(modules) > 4
    allowed = ("core", "errors", "evaluation.protocol", "sandbox", "simulation")
    assert all(module.removeprefix("adrs.").startswith(allowed) for module in modules)
    assert not [name.name for node in imports for name in node.names if name.name[0] == "_"]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("taken", "taken exists already; nothing was written"),
        ("file", "file exists already; nothing was written"),
        ("My-Problem", "'My-Problem' is no name for a problem"),
        ("elsewhere/spot", "a problem is called 'spot' already"),
        ("file/below", "file/below: cannot be written"),
        ("x" * 300, ": cannot be written: File name too long"),
    ],
)
def test_a_place_that_will_not_do(adrs: Any, tmp_path: Path, path: str, message: str) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "file").write_text("mine")
    refused = adrs("problem", "new", path)
    assert refused.returncode == 2
    assert message in " ".join(refused.stderr.split())
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["file", "taken"]
    assert (tmp_path / "file").read_text() == "mine"
