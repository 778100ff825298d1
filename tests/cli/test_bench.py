"""`adrs bench`: equal runs side by side, done once, resumed, in one table."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer

from adrs.api import compose
from adrs.api.config import RunOptions
from adrs.catalog.problems import load_problem
from adrs.cli import bench
from adrs.cli.benching.crew import last_words
from adrs.cli.benching.plan import Contender, Plan, Terms, contenders, plans
from adrs.core.run import ModelUse, Order, RunConfig, RunRecord, RunStatus
from adrs.errors import UsageError

BENCH = ("bench", "--strategies", "greedy,random", "--evals", "20", "--jobs", "2")
TERMS = Terms(
    evals=500,
    calls=None,
    models=(),
    base_url="",
    config=None,
    options=RunOptions(),
    control=False,
    workers=1,
    archive="runs/adrs.db",
    heldout_key="",
)
Call = Callable[..., "subprocess.CompletedProcess[str]"]


def command(*args: str | Path) -> list[str]:
    return [sys.executable, "-m", "adrs", *map(str, args)]


def runs(archive: Path) -> list[tuple[str, str]]:
    """Return the names and states of the runs of an archive, by name."""
    with closing(sqlite3.connect(f"file:{archive}?mode=ro", uri=True)) as database:
        return list(database.execute("select name, status from runs order by name"))


def test_every_cell_is_a_run_and_is_done_once(adrs: Call, toy: Path) -> None:
    archive = toy.parent / "runs/adrs.db"
    first = adrs(*BENCH, toy, "--seeds", "1", "--json")
    assert first.returncode == 0, first.stderr
    assert "[2/2]" in first.stderr
    names = ["bench-toy-greedy-s1-20", "bench-toy-random-s1-20"]
    assert runs(archive) == [(name, "finished") for name in names]
    again = adrs(*BENCH, toy, "--seeds", "1")
    assert "2 of 2 runs are finished already" in again.stderr
    assert "2 strategies × toy × 1 seed, 20 evaluations a run" in again.stdout
    reported = json.loads((toy.parent / f"runs/{names[0]}/report.json").read_text())
    assert reported["setup"]["control"] is False
    table = json.loads(first.stdout)
    assert table["rows"][0]["headroom"]["mean"] == pytest.approx(champion_headroom(reported))


def champion_headroom(report: Any) -> float:
    """Return what a run's own report says of its best program on held-out."""
    row = next(row for row in report["rows"] if row["kind"] in ("champion", "best"))
    heldout = next(result for result in row["results"] if result["split"] == "heldout")
    return float(heldout["headroom"]["mean"])


def trials(archive: Path) -> int:
    """Return how many trials an archive has."""
    try:
        with closing(sqlite3.connect(f"file:{archive}?mode=ro", uri=True)) as database:
            return int(database.execute("select count(*) from trials").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def eventually(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + 120
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def children_of(pid: int) -> set[int]:
    found: set[int] = set()
    for entry in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, entry.read_text().split()):
            found |= {child} | children_of(child)
    return found


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


LONG = ("bench", "--strategies", "greedy", "--evals", "200", "--seeds", "1", "--json")


def stopped(toy: Path, blow: signal.Signals) -> "subprocess.CompletedProcess[str]":
    """Let a benchmark work for some trials, then strike it; no process may be left."""
    archive = toy.parent / "runs/adrs.db"
    before = trials(archive)
    with subprocess.Popen(
        command(*LONG, toy), cwd=toy.parent, stderr=subprocess.PIPE, text=True
    ) as process:
        assert eventually(lambda: trials(archive) > before + 5)
        below = children_of(process.pid)
        os.kill(process.pid, blow)
        _, said = process.communicate()
    assert below
    assert eventually(lambda: all(map(is_gone, below)))
    return subprocess.CompletedProcess([], process.returncode, "", said)


def test_the_same_command_goes_on_with_a_stopped_benchmark(adrs: Call, toy: Path) -> None:
    archive, name = toy.parent / "runs/adrs.db", "bench-toy-greedy-s1-200"
    stopped(toy, signal.SIGKILL)
    interrupted = stopped(toy, signal.SIGINT)
    assert interrupted.returncode == 130
    assert "The same command goes on" in interrupted.stderr
    assert runs(archive) == [(name, "interrupted")]
    resumed = adrs(*LONG, toy)
    assert resumed.returncode == 0, resumed.stderr
    assert runs(archive) == [(name, "finished")]
    assert resumed.stdout == adrs(*LONG, toy, "--archive", "whole.db").stdout


def a_copy(toy: Path, name: str, *, instead: tuple[str, str]) -> Path:
    """Copy a problem, with one text in place of another wherever that is."""
    copy = toy.parent / name
    shutil.copytree(toy, copy)
    for path in copy.rglob("*"):
        if path.is_file():
            path.write_text(path.read_text().replace(*instead))
    return copy


def test_a_run_that_fails_is_told_and_the_others_are_done(adrs: Call, toy: Path) -> None:
    broken = a_copy(toy, "broken", instead=('fault = ""', 'fault = "raise"'))
    result = adrs(*BENCH, broken, toy, "--seeds", "1")
    assert result.returncode == 3
    assert "2 runs not finished" in result.stderr
    assert "a fault of the evaluator" in result.stderr
    assert "2 strategies × toy × 1 seed" in result.stdout


def test_a_problem_that_is_refused_keeps_no_other_from_being_done(adrs: Call, toy: Path) -> None:
    wrong = a_copy(toy, "wrong", instead=("", ""))
    baseline = next((wrong / "baselines").glob("*.py"))
    baseline.write_text(baseline.read_text().replace("return ", "return 1 // 0 + "))
    result = adrs(*BENCH, wrong, toy, "--seeds", "1", "--jobs", "1")
    assert result.returncode == 2
    assert result.stderr.count("was refused, and no other of its problem begun: ") == 1
    assert "baselines/" in result.stderr
    assert "2 strategies × toy × 1 seed" in result.stdout
    archive = toy.parent / "runs/adrs.db"
    assert [state for name, state in runs(archive) if "toy" in name] == ["finished"] * 2


def test_where_every_run_fails_the_words_of_each_are_told(adrs: Call, toy: Path) -> None:
    problem = toy / "problem.toml"
    problem.write_text(problem.read_text().replace('fault = ""', 'fault = "raise"'))
    result = adrs(*BENCH, toy, "--seeds", "1", "--quiet")
    assert result.returncode == 3
    assert result.stderr.count("a fault of the evaluator") == 2
    assert "2 runs not finished. The same command goes on" in result.stderr
    assert "no problem and seed has a finished run of every strategy yet" in result.stderr


def test_a_refused_run_ends_the_benchmark_with_its_words(adrs: Call, toy: Path) -> None:
    (toy.parent / "options.toml").write_text("windw = 3\n")
    result = adrs(*BENCH, toy, "--config", "options.toml")
    assert result.returncode == 2
    assert "windw: unknown key" in result.stderr


def test_another_run_of_the_same_name_is_not_taken_for_a_cell(adrs: Call, toy: Path) -> None:
    name = "bench-toy-greedy-s1-20"
    made = adrs("run", toy, "--evals", "5", "--run", name, "--no-control", "--quiet")
    assert made.returncode == 0, made.stderr
    result = adrs(*BENCH, toy)
    assert result.returncode == 2
    assert f"run {name} of runs/adrs.db is not one of this benchmark: strategy" in result.stderr


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--strategies", "gredy", "spot"], "no strategy is called 'gredy'"),
        (["--strategies", "greedy,greedy", "spot"], "expected different names"),
        (["--strategies", "greedy"], "name at least one problem"),
        (["--strategies", "greedy", "spot", "spot"], "a problem is named twice"),
        (["--strategies", "greedy", "spt"], "no problem is called 'spt'"),
        (["--strategies", "greedy", "--calls", "9", "spot"], "name a model with --model"),
        (["--strategies", "greedy", "--evals", "0", "spot"], "expected at least 1"),
        (["--strategies", "greedy", "--ablate", "spot"], "nothing can be switched off in greedy"),
        (
            ["--strategies", "greedy", "--simulated", "--calls", "0"],
            "--calls 0: expected at least 1",
        ),
        (
            ["--strategies", "greedy", "--simulated", "--calls", "-1"],
            "--calls -1: expected at least",
        ),
        (
            ["--strategies", "greedy", "--simulated", "--evals", "0"],
            "--evals 0: expected at least 1",
        ),
        (
            ["--strategies", "greedy", "--model", "a/x", "--calls", "0", "spot"],
            "--calls 0: expected",
        ),
        (["--strategies", "greedy", "--simulated", "spot"], "PROBLEM is about real runs"),
        (["--strategies", "greedy", "--simulated", "--evals", "9"], "--evals is about real runs"),
        (["--strategies", "greedy", "--simulated", "--control"], "--control is about real runs"),
        (
            ["--strategies", "greedy", "--simulated", "--config", "no.toml"],
            "--config is about real runs",
        ),
    ],
)
def test_what_cannot_be_run_is_refused(args: list[str], said: str) -> None:
    with pytest.raises(UsageError) as refused:
        typer.main.get_command(bench.app).main(args, standalone_mode=False)
    assert said in str(refused.value)


def test_a_simulated_benchmark_needs_nothing(adrs: Call, tmp_path: Path) -> None:
    args = (
        "bench",
        "--simulated",
        "--strategies",
        "greedy,random",
        "--seeds",
        "3",
        "--calls",
        "40",
    )
    shown = adrs(*args)
    assert shown.returncode == 0, shown.stderr
    assert "nothing about real models follows" in shown.stdout
    table = json.loads(adrs(*args, "--calls", "40", "--json").stdout)
    assert table["simulated"] is True
    assert [row["contender"] for row in table["rows"]] == ["greedy", "random"]
    assert table["rows"][0]["headroom"]["mean"] > table["rows"][1]["headroom"]["mean"]
    assert not (tmp_path / "runs").exists()


def test_a_simulated_ablation_has_a_row_for_every_part(adrs: Call) -> None:
    args = ("bench", "--simulated", "--strategies", "adaptive", "--seeds", "2", "--calls", "30")
    table = json.loads(adrs(*args, "--ablate", "--json").stdout)
    names = [row["contender"] for row in table["rows"]]
    assert names[0] == "adaptive"
    assert "adaptive without paradigm" in names
    assert all(row["against_first"] is not None for row in table["rows"][1:])


@pytest.fixture
def plan(toy: Path) -> Plan:
    problem = load_problem(str(toy))
    return Plan(problem=problem, contender=Contender(strategy="greedy"), seed=3, terms=TERMS)


def record_of(plan: Plan) -> RunRecord:
    """Return the run that the plan's command makes."""
    config = RunConfig(
        problem="toy",
        seed=plan.seed,
        strategy=plan.contender.strategy,
        proposer="mutator/ast",
        evals=plan.terms.evals,
        time_s=None,
        window=8,
        control=False,
        params={},
        without=plan.contender.parts_off,
    )
    return RunRecord(
        name=plan.name,
        config=config,
        problem_parts=plan.problem.parts,
        evaluator="line 1",
        adrs_version="0",
        created_at="",
        status=RunStatus.INTERRUPTED,
    )


def test_the_arguments_of_a_run_say_all_that_is_equal(plan: Plan) -> None:
    dear = replace(
        plan.terms, calls=9, models=("a/x", "b/y@strong"), base_url="http://h", workers=2
    )
    part = replace(plan, terms=dear, contender=Contender(strategy="adaptive", without="racing"))
    words = " ".join(part.command(None, "toy"))
    assert words == (
        "run toy --run bench-toy-adaptive-no-racing-s3-500-c9-a-x-b-y-strong --seed 3 --workers 2 "
        "--archive runs/adrs.db --quiet --json --strategy adaptive --without racing --evals 500 "
        "--calls 9 --model a/x --model b/y@strong --base-url http://h --no-control"
    )
    assert "--no-control" not in replace(plan, terms=replace(plan.terms, control=True)).command(
        None, "toy"
    )
    assert plan.command(record_of(plan), "toy")[:2] == ["resume", "bench-toy-greedy-s3-500"]
    more = replace(plan, contender=Contender(strategy="adaptive", also="failures"))
    assert more.name == "bench-toy-adaptive-also-failures-s3-500"
    assert more.contender.label == "adaptive with failures"
    assert "--also failures --evals" in " ".join(more.command(None, "toy"))
    assert "failures" in part.contender.parts_off
    assert "failures" not in more.contender.parts_off


def test_runs_that_differ_have_different_names(toy: Path) -> None:
    problem = load_problem(str(toy))
    who = [Contender(strategy="a"), Contender(strategy="a", without="b"), Contender(strategy="c")]
    terms = [
        TERMS,
        replace(TERMS, evals=50),
        replace(TERMS, calls=500),
        replace(TERMS, models=("m",)),
    ]
    made = [plan.name for one in terms for plan in plans([problem], who, 2, one)]
    assert len(set(made)) == len(made) == 24


def test_a_run_is_checked_for_what_must_be_equal(plan: Plan) -> None:
    record = record_of(plan)
    plan.check(record)
    use = ModelUse(models=("a/x",), calls=5)
    for change, said in (
        ({"seed": 4}, "seed: found 4, expected 3"),
        ({"evals": 400}, "budget of evaluations: found 400, expected 500"),
        ({"strategy": "islands"}, "strategy: found islands"),
        ({"without": ("racing",)}, "parts that are off"),
        ({"models": use}, "budget of calls: found 5, expected None"),
        ({"models": replace(use, calls=None)}, "models"),
        ({"heldout_key": "other"}, "held-out set"),
        ({"params": {"scale": 2.0}}, "parameters: found {'scale': 2.0}, expected {}"),
        ({"control": True}, "control: found True, expected False"),
        ({"window": 3}, "window: found 3, expected 8"),
        ({"time_s": 60.0}, "budget of seconds: found 60.0, expected None"),
        ({"order": Order.ARRIVAL}, "order: found arrival, expected ordered"),
    ):
        with pytest.raises(UsageError, match=said):
            plan.check(replace(record, config=replace(record.config, **change)))


def test_a_run_is_checked_for_what_the_configuration_file_says(plan: Plan) -> None:
    named = RunOptions(model="a/x", usd=2.0, window=4, control=False, without=["racing"])
    terms = replace(plan.terms, options=named)
    wanted = replace(plan, terms=terms, contender=Contender(strategy="adaptive"))
    record = record_of(wanted)
    use = ModelUse(models=("a/x",), usd=2.0)
    config = replace(
        record.config,
        models=use,
        proposer="a/x",
        order=Order.ARRIVAL,
        window=4,
        without=compose.parts_off("adaptive", (), ("racing",)),
    )
    wanted.check(replace(record, config=config))
    dearer = replace(config, models=replace(use, usd=3.0))
    with pytest.raises(UsageError, match=r"US dollars: found 3\.0, expected 2\.0"):
        wanted.check(replace(record, config=dearer))


def test_a_run_of_a_problem_that_changed_since_is_no_cell(plan: Plan) -> None:
    record = record_of(plan)
    before = {**record.problem_parts, "initial.py": "0"}
    with pytest.raises(UsageError, match=r"changed parts of the problem: found initial\.py"):
        plan.check(replace(record, problem_parts=before))


def test_finished_runs_are_no_cells_of_a_benchmark_on_other_terms(adrs: Call, toy: Path) -> None:
    args = ("bench", "--strategies", "greedy", "--evals", "3", "--seeds", "1", toy)
    (toy.parent / "other.toml").write_text("params = {bound = -1.0}\n")
    (toy.parent / "none.toml").write_text("")
    assert adrs(*args).returncode == 0
    for more, said in (
        (("--config", "other.toml"), "parameters: found {}, expected {'bound': -1.0}"),
        (("--config", "nope.toml"), "nope.toml: cannot be read"),
        (("--control",), "control: found False, expected True"),
    ):
        refused = adrs(*args, *more)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert said in refused.stderr
    again = adrs(*args, "--config", "none.toml")
    assert again.returncode == 0, again.stderr
    other = (*args, "--config", "other.toml", "--archive", "other.db")
    assert adrs(*other).returncode == 0
    assert "1 of 1 runs are finished already" in adrs(*other).stderr


def test_budgets_and_the_control_of_a_configuration_file_count(adrs: Call, toy: Path) -> None:
    (toy.parent / "options.toml").write_text("evals = 4\ncontrol = true\n")
    args = ("bench", "--strategies", "greedy", "--seeds", "1", "--config", "options.toml", toy)
    made = adrs(*args, "--json")
    assert made.returncode == 0, made.stderr
    table = json.loads(made.stdout)
    assert (table["unit"], table["budget"]) == ("evaluations", 4)
    ran = json.loads(adrs("runs", "--json").stdout)[0]
    assert (ran["name"], ran["config"]["evals"]) == ("bench-toy-greedy-s1-4", 4)
    assert ran["config"]["control"]
    shorter = json.loads(adrs(*args, "--evals", "3", "--json").stdout)
    assert shorter["budget"] == 3


def test_what_is_not_whole_is_not_ablated(adrs: Call, toy: Path) -> None:
    (toy.parent / "options.toml").write_text('without = ["racing"]\n')
    args = ("bench", "--strategies", "adaptive", "--config", "options.toml", "--ablate", toy)
    result = adrs(*args)
    assert result.returncode == 2
    assert "--ablate: the configuration file has without = ['racing']" in result.stderr
    assert not (toy.parent / "runs").exists()


def test_models_of_a_configuration_file_are_asked_within_its_calls(adrs: Call, toy: Path) -> None:
    (toy.parent / "options.toml").write_text('model = "replay:gone"\ncalls = 4\n')
    args = ("bench", "--strategies", "greedy", "--seeds", "1", "--config", "options.toml", toy)
    result = adrs(*args, "--quiet")
    assert "bench-toy-greedy-s1-c4-replay-gone" in result.stderr


def test_a_benchmark_goes_seed_by_seed(toy: Path) -> None:
    who = contenders("greedy, random", ablate=False)
    order = [(p.seed, p.contender.label) for p in plans([load_problem(str(toy))], who, 2, TERMS)]
    assert order == [(1, "greedy"), (1, "random"), (2, "greedy"), (2, "random")]


@pytest.mark.parametrize(
    ("lines", "code", "words"),
    [
        (["started", "adrs: the disk is full.", " "], 3, "the disk is full."),
        ([], -9, "ended by signal 9"),
        (["", "  "], 130, "interrupted"),
        ([], 1, "ended with exit code 1"),
    ],
)
def test_a_run_that_says_nothing_is_told_by_how_it_ended(
    lines: list[str], code: int, words: str
) -> None:
    """One that is interrupted while Python starts, or killed for its memory, says nothing."""
    assert last_words(lines, code) == words
