"""Runs with language models against a real HTTP server: nothing lost, nothing paid twice."""

import functools
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest

from adrs.archive.sql import open_archive
from adrs.core.trial import Arm
from adrs.testing.model_server import Fault, Group, ModelServer, ServerSettings
from tests.cli.watching import PATIENCE_S, eventually
from tests.doubles.warm_adrs import WarmAdrs

KEY = "sk-test-4f9c1e7a2b8d"
CALLS = 32
CONCURRENCY = 8
Adrs = Callable[..., "subprocess.CompletedProcess[str]"]


def environment() -> dict[str, str]:
    return {**os.environ, "OPENAI_API_KEY": KEY}


def settings(**changes: Any) -> ServerSettings:
    return ServerSettings(**{"seed": 3, "latency_s": 0.02, **changes})


def run_options(server: ModelServer, *more: str) -> list[str]:
    # A tuning is a trial without a call; here there is to be one call a trial.
    options = ["--model", "openai/strong", "--base-url", server.url, "--without", "tune"]
    options += ["--seed", "2", "--no-control", "--run", "one", "--archive", "a.db", "--quiet"]
    return [*options, *more]


@pytest.fixture
def call(warm_adrs: WarmAdrs, toy: Path) -> Adrs:
    """Call adrs in the toy's folder with a key in its environment."""

    return functools.partial(warm_adrs, cwd=toy.parent, env=environment())


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{folder / 'a.db'}?mode=ro", uri=True)) as database:
        return database.execute(query).fetchall()


def trials(folder: Path) -> list[tuple[Any, ...]]:
    """Everything that was told, in order, but for times."""
    return rows(
        folder,
        "SELECT t.number, t.operator, t.parent_ids_json, t.idea, t.rejection, t.duplicate_of, "
        "e.verdict, e.values_z FROM trials t LEFT JOIN evaluations e ON e.id = t.evaluation_id "
        "ORDER BY t.id",
    )


def unpacked(folder: Path) -> str:
    """Everything that the archive holds, as it is before it is packed."""
    with closing(open_archive(str(folder / "a.db"), read_only=True)) as archive:
        return repr(
            [
                (
                    run,
                    list(archive.calls(run.name)),
                    [list(archive.trials(run.name, arm)) for arm in Arm],
                    archive.assessments(run.name),
                    archive.conclusion(run.name),
                )
                for run in archive.runs()
            ]
        )


def answered(server: ModelServer) -> Counter[str]:
    return Counter(served.digest for served in server.served if served.answered)


def kill_after(
    command: list[str], folder: Path, enough: Callable[[], bool], pause_s: float
) -> None:
    """Start a command, and kill it with SIGKILL a little after `enough`, if it still runs."""
    with subprocess.Popen(
        command, cwd=folder, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        deadline = time.monotonic() + PATIENCE_S
        while not enough() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(pause_s)
        process.send_signal(signal.SIGKILL)


def _has_served(server: ModelServer, count: int) -> bool:
    return len(server.served) >= count


def adrs_command(*args: str | Path) -> list[str]:
    return [sys.executable, "-m", "adrs", *map(str, args)]


def run_with_kills(toy: Path, server: ModelServer, options: list[str], kills: int) -> None:
    """Begin a run, kill it several times, and let it end."""
    random = Random(kills)
    command = adrs_command("run", toy, *options)
    for _ in range(kills):
        wanted = len(server.served) + random.randrange(1, 2 * CALLS // (kills + 1))
        enough = functools.partial(_has_served, server, wanted)
        kill_after(command, toy.parent, enough, 0.05 * random.random())
        command = adrs_command("resume", "--archive", "a.db", "--quiet")
    status = rows(toy.parent, "SELECT status FROM runs")[0][0]
    if status != "finished":
        subprocess.run(command, cwd=toy.parent, env=environment(), check=True, capture_output=True)


@pytest.mark.parametrize("order", ["arrival", "ordered"])
def test_killed_runs_lose_no_answer_and_pay_for_none_twice(toy: Path, order: str) -> None:
    with ModelServer(settings(latency_s=0.1, sigma=0.5)) as server:
        options = run_options(server, "--calls", str(CALLS), "--order", order)
        run_with_kills(toy, server, options, kills=3)
        paid = answered(server)
    kept = rows(toy.parent, "SELECT digest FROM calls WHERE outcome = 'ok'")
    # An answer that was on its way when the process was killed could not be kept.
    assert sum(paid.values()) - len(kept) <= 3 * CONCURRENCY
    assert len({digest for (digest,) in kept}) == len(kept) == CALLS
    numbers = [row[0] for row in trials(toy.parent)]
    assert len(set(numbers)) == len(numbers) == CALLS


def test_an_ordered_run_is_the_same_after_kills(toy: Path, call: Adrs) -> None:
    with ModelServer(settings(latency_s=0.05, sigma=0.5)) as server:
        options = run_options(server, "--calls", str(CALLS), "--order", "ordered")
        whole = call("run", toy, *options)
        assert whole.returncode == 0, whole.stderr
        expected = trials(toy.parent)
        (toy.parent / "a.db").unlink()
        run_with_kills(toy, server, options, kills=2)
    assert trials(toy.parent) == expected


def test_a_replay_agrees_and_opens_no_connection(toy: Path, call: Adrs) -> None:
    with ModelServer(settings(sigma=0.5)) as server:
        ended = call("run", toy, *run_options(server, "--calls", str(CALLS)))
        assert ended.returncode == 0, ended.stderr
    program = (
        "import os, sys\n"
        "def hook(event, args):\n"
        "    if event == 'socket.connect' or event == 'socket.getaddrinfo':\n"
        "        os._exit(99)\n"
        "sys.addaudithook(hook)\n"
        "from adrs.cli.app import main\n"
        "main(['replay', 'one', '--archive', 'a.db', '--json', '--quiet'])\n"
    )
    replayed = subprocess.run(
        [sys.executable, "-c", program], cwd=toy.parent, capture_output=True, text=True,
        timeout=PATIENCE_S, check=False,
        env={k: v for k, v in os.environ.items() if k != "OPENAI_API_KEY"},
    )  # fmt: skip
    assert replayed.returncode == 0, replayed.stderr
    assert "agrees with one in every trial" in replayed.stderr
    before = json.loads(call("report", "one", "--archive", "a.db", "--json").stdout)
    after = json.loads(replayed.stdout)
    assert before["champion"] == after["champion"]
    assert before["rows"] == after["rows"]
    assert before["verdict"] == after["verdict"]


@pytest.mark.parametrize("calls", [1, 9])
def test_a_replay_agrees_where_a_second_answer_was_not_paid_for(
    toy: Path, call: Adrs, calls: int
) -> None:
    with ModelServer(settings(faults={Fault.GARBAGE: 1.0})) as server:
        call("run", toy, *run_options(server, "--calls", str(calls), "--concurrency", "2"))
    assert any("no second answer" in row[4] for row in trials(toy.parent))
    replayed = call("replay", "one", "--archive", "a.db", "--quiet")
    assert replayed.returncode == 0, replayed.stderr
    assert "agrees with one in every trial" in replayed.stderr


def test_a_replay_agrees_whatever_other_runs_were_answered(toy: Path, call: Adrs) -> None:
    with ModelServer(settings(faults={Fault.CONTEXT_TOO_LONG: 0.5})) as server:
        ended = call("run", toy, *run_options(server, "--calls", "8", "--cache"))
        assert ended.returncode == 0, ended.stderr
    assert any(row[4] for row in trials(toy.parent))
    with ModelServer(settings()) as server:  # answers what the first one would not
        other = run_options(server, "--calls", "8", "--run", "two")
        assert call("run", toy, *other).returncode == 0
    replayed = call("replay", "one", "--archive", "a.db", "--quiet")
    assert replayed.returncode == 0, replayed.stderr
    assert "agrees with one in every trial" in replayed.stderr


def test_a_replay_needs_no_price(toy: Path, call: Adrs) -> None:
    with ModelServer(settings()) as server:
        environ = {**environment(), "OPENAI_BASE_URL": server.url}
        options = ["--model", "openai/strong", "--calls", "2", "--usd", "1", "--no-control"]
        options += ["--run", "one", "--archive", "a.db", "--quiet"]
        ended = call("run", toy, *options, env=environ)
        assert ended.returncode == 0, ended.stderr
    replayed = call("replay", "one", "--archive", "a.db", "--quiet")
    assert replayed.returncode == 0, replayed.stderr
    assert "agrees with one in every trial" in replayed.stderr


def test_a_replay_that_cannot_be_begun_leaves_no_run(toy: Path, call: Adrs) -> None:
    folder = toy.parent / "templates"
    folder.mkdir()
    with ModelServer(settings()) as server:
        options = run_options(server, "--calls", "2", "--config", "options.toml")
        (toy.parent / "options.toml").write_text('prompts = "templates"\n')
        ended = call("run", toy, *options)
        assert ended.returncode == 0, ended.stderr
    folder.rename(toy.parent / "elsewhere")
    replayed = call("replay", "one", "--archive", "a.db", "--quiet")
    assert (replayed.returncode, replayed.stdout) == (2, "")
    assert "no folder" in replayed.stderr
    assert rows(toy.parent, "SELECT name FROM runs") == [("one",)]


def test_a_run_is_resumed_at_the_address_at_which_it_began(toy: Path, call: Adrs) -> None:
    with ModelServer(settings(latency_s=0.2)) as server:
        options = ["--model", "openai/strong", "--calls", str(CALLS), "--no-control", "--quiet"]
        options += ["--archive", "a.db"]
        command = adrs_command("run", toy, *options)
        environ = {**environment(), "OPENAI_BASE_URL": server.url}
        with subprocess.Popen(command, cwd=toy.parent, env=environ) as process:
            assert eventually(lambda: len(server.served) >= CONCURRENCY)
            process.kill()
        resumed = call("resume", "--archive", "a.db", "--quiet")
        assert resumed.returncode == 0, resumed.stderr
        assert sum(answered(server).values()) >= CALLS


def test_one_useless_answer_does_not_end_a_run_that_asks_one_by_one(toy: Path, call: Adrs) -> None:
    faults: dict[str, float] = {Fault.GARBAGE: 0.5}
    with ModelServer(settings(faults=faults, faulty_repairs=True, latency_s=0.1)) as server:
        options = run_options(server, "--calls", "20", "--concurrency", "1")
        ended = call("run", toy, *options)
        assert ended.returncode == 0, ended.stderr
        assert len(server.served) == 20
    assert any(row[4] for row in trials(toy.parent))


def test_passing_faults_lose_no_trial(toy: Path, call: Adrs) -> None:
    faults: dict[str, float] = {Fault.RATE_LIMIT: 0.3, Fault.SERVER_ERROR: 0.1, Group.DROP: 0.05}
    with ModelServer(settings(faults=faults, retry_after_s=0.05)) as server:
        ended = call("run", toy, *run_options(server, "--calls", str(CALLS)))
        assert ended.returncode == 0, ended.stderr
        failed = [served for served in server.served if not served.answered]
    assert len(failed) > CALLS // 8
    told = trials(toy.parent)
    assert len(told) == CALLS
    assert all(row[4] == "" for row in told)


@pytest.mark.parametrize("fault", [Fault.GARBAGE, Fault.CUT_OFF])
def test_useless_replies_are_asked_again_once_and_never_evaluated(
    toy: Path, call: Adrs, fault: Fault
) -> None:
    with ModelServer(settings(faults={fault: 0.3}, faulty_repairs=True)) as server:
        ended = call("run", toy, *run_options(server, "--calls", str(2 * CALLS)))
        assert ended.returncode == 0, ended.stderr
        useless = sum(served.fault == fault for served in server.served)
    purposes = rows(toy.parent, "SELECT trial, purpose FROM calls WHERE outcome = 'ok'")
    repairs = [trial for trial, purpose in purposes if purpose == "repair"]
    rejected = [row for row in trials(toy.parent) if row[4]]
    # Of the useless replies some came to repairs, and some were not asked again: no budget.
    words = ("asked twice", "no second answer")
    assert useless == len(repairs) + sum(any(w in row[4] for w in words) for row in rejected)
    assert max(Counter(trial for trial, _ in purposes).values()) == 2
    assert 0 < len(rejected) < len(repairs)
    assert all(row[6] is None for row in rejected)


def test_caps_hold_at_high_concurrency_and_over_resumes(toy: Path) -> None:
    cap = 30
    with ModelServer(settings(latency_s=0.1, sigma=0.5)) as server:
        options = run_options(server, "--calls", str(cap), "--concurrency", "16")
        run_with_kills(toy, server, options, kills=2)
    kept = rows(toy.parent, "SELECT count(*) FROM calls WHERE outcome = 'ok'")[0][0]
    assert kept == cap


def test_a_cap_in_dollars_holds(toy: Path, call: Adrs) -> None:
    config = toy.parent / "adrs.toml"
    config.write_text(
        '[models."openai/strong"]\nmax_tokens = 400\n'
        "price = {input_usd = 100.0, output_usd = 1000.0}\n"
    )
    with ModelServer(settings()) as server:
        options = run_options(server, "--usd", "5", "--concurrency", "16", "--config", str(config))
        ended = call("run", toy, *options)
        assert ended.returncode == 0, ended.stderr
    ((spent, most),) = rows(toy.parent, "SELECT sum(cost_usd), max(cost_usd) FROM calls")
    assert 5 - 3 * most < spent <= 5


def test_an_unknown_price_refuses_a_cap_in_dollars(toy: Path, call: Adrs) -> None:
    ended = call(
        "run", toy, "--model", "openai/nobody-knows", "--base-url", "http://10.0.0.1.example/v1",
        "--usd", "1",
    )  # fmt: skip
    assert ended.returncode == 2
    assert "no price is known for openai/nobody-knows" in ended.stderr
    assert not (toy.parent / "runs").exists()


def refused(
    call: Adrs, toy: Path, server: ModelServer, codes: tuple[int, ...], *words: str, **more: Any
) -> str:
    """Run into a fault; return the message, which must be one line and tell how to go on."""
    ended = call("run", toy, *run_options(server, "--calls", str(CALLS)), **more)
    assert ended.returncode in codes, ended.stderr
    assert "Traceback" not in ended.stderr
    assert KEY not in ended.stderr + ended.stdout
    last = ended.stderr.strip().splitlines()[-1]
    for word in words:
        assert word in last
    return last


def test_a_revoked_key_stops_the_asking(toy: Path, call: Adrs) -> None:
    with ModelServer(settings(key=KEY, revoke_after=10)) as server:
        refused(call, toy, server, (3,), "openai/strong", "`adrs resume one --archive a.db`")
        assert len(server.served) <= 10 + CONCURRENCY
    assert len(trials(toy.parent)) == 10


def test_an_unreachable_server_stops_the_asking(toy: Path, call: Adrs) -> None:
    with ModelServer(settings()) as server:
        pass
    refused(call, toy, server, (3,), "`adrs resume one --archive a.db`")
    assert trials(toy.parent) == []


def test_a_model_without_words_stops_the_asking_within_one_round(toy: Path, call: Adrs) -> None:
    with ModelServer(settings()) as server:
        options = run_options(server, "--calls", "1000")
        options[1] = "openai/empty"
        ended = call("run", toy, *options)
        assert ended.returncode == 3, ended.stderr
        assert "held no program" in ended.stderr
        asked = len(server.served)
        assert asked <= 2 * CONCURRENCY
        # Whoever resumes may have mended the model: it is asked for another round.
        assert call("resume", "--archive", "a.db", "--quiet").returncode == 3
        assert asked < len(server.served) <= 4 * CONCURRENCY


def test_a_locked_archive_stops_the_asking(toy: Path) -> None:
    with ModelServer(settings(latency_s=0.05)) as server:
        options = run_options(server, "--calls", "1000", "--archive", "sqlite:///a.db?timeout=0.3")
        with subprocess.Popen(
            adrs_command("run", toy, *options), cwd=toy.parent, env=environment(),
            stderr=subprocess.PIPE, text=True,
        ) as process:  # fmt: skip
            assert eventually(lambda: len(server.served) >= 10)
            with closing(sqlite3.connect(toy.parent / "a.db", isolation_level=None)) as other:
                other.execute("BEGIN EXCLUSIVE")
                _, errors = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 3, errors
        assert "`adrs resume one --archive a.db`" in errors.strip().splitlines()[-1]
        paid = sum(answered(server).values())
    kept = rows(toy.parent, "SELECT count(*) FROM calls WHERE outcome = 'ok'")[0][0]
    assert paid - kept <= CONCURRENCY


def test_a_full_disk_stops_the_asking(toy: Path) -> None:
    # The largest size that a file of this process may have is the size of its disk.
    limited = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (250_000,) * 2); " \
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); " \
        "from adrs.cli.app import main; main(sys.argv[1:])"  # fmt: skip
    with ModelServer(settings(latency_s=0.02)) as server:
        options = run_options(server, "--calls", "1000")
        ended = subprocess.run(
            [sys.executable, "-c", limited, "run", str(toy), *options], cwd=toy.parent,
            env=environment(), capture_output=True, text=True, timeout=PATIENCE_S, check=False,
        )  # fmt: skip
        paid = sum(answered(server).values())
    assert ended.returncode == 3, ended.stderr
    assert "Traceback" not in ended.stderr
    assert "`adrs resume one --archive a.db`" in ended.stderr.strip().splitlines()[-1]
    kept = rows(toy.parent, "SELECT count(*) FROM calls WHERE outcome = 'ok'")[0][0]
    assert 0 < kept < 1000
    assert paid - kept <= 2 * CONCURRENCY


def test_a_fault_of_the_evaluator_loses_no_answer_under_way(toy: Path, call: Adrs) -> None:
    evaluator = toy / "evaluator.py"
    sound = evaluator.read_text()
    marked = "            error = float("
    fault = "            if not any(np.allclose(y, k * x) for k in (0.0, 1.0, 2.0)):\n" \
        "                raise ZeroDivisionError('at a program that nobody foresaw')\n"  # fmt: skip
    assert marked in sound
    evaluator.write_text(sound.replace(marked, fault + marked))
    with ModelServer(settings(latency_s=0.5, sigma=0.5)) as server:
        refused(call, toy, server, (3,), "nobody foresaw", "`adrs resume one --archive a.db`")
        paid = sum(answered(server).values())
        assert rows(toy.parent, "SELECT count(*) FROM calls WHERE outcome = 'ok'") == [(paid,)]
        assert CONCURRENCY <= paid < CALLS
        evaluator.write_text(sound)
        assert call("resume", "--archive", "a.db", "--quiet").returncode == 0
        assert sum(answered(server).values()) == CALLS
    assert len(trials(toy.parent)) == CALLS


def test_a_run_that_is_being_worked_on_is_left_alone(toy: Path, call: Adrs) -> None:
    with ModelServer(settings(latency_s=0.5)) as server:
        command = adrs_command("run", toy, *run_options(server, "--calls", str(CALLS)))
        with subprocess.Popen(
            command, cwd=toy.parent, env=environment(), stderr=subprocess.PIPE, text=True
        ) as process:
            assert eventually(lambda: len(server.served) >= CONCURRENCY)
            second = call("resume", "--archive", "a.db", "--quiet")
            _, errors = process.communicate(timeout=PATIENCE_S)
        assert second.returncode == 2, second.stderr
        assert "run one in a.db is being worked on" in second.stderr
        assert process.returncode == 0, errors
        assert sum(answered(server).values()) == CALLS


def test_a_key_is_nowhere(toy: Path) -> None:
    with ModelServer(settings(key=KEY, latency_s=0.2, revoke_after=30)) as server:
        command = adrs_command("run", toy, *run_options(server, "--calls", "60"))
        with subprocess.Popen(
            command, cwd=toy.parent, env=environment(), stderr=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True,
        ) as process:  # fmt: skip
            below: set[bytes] = set()
            while process.poll() is None:
                below.update(_environments_below(process.pid))
            output = "".join(process.communicate(timeout=PATIENCE_S))
    assert below
    assert not any(KEY.encode() in environment for environment in below)
    assert KEY not in output
    files = [path for path in toy.parent.rglob("*") if path.is_file()]
    assert any(path.name == "a.db" for path in files)
    assert not any(KEY.encode() in path.read_bytes() for path in files)
    kept = unpacked(toy.parent)
    assert "<<<<<<< SEARCH" in kept
    assert KEY not in kept


def test_weights_share_the_calls(toy: Path, call: Adrs) -> None:
    with ModelServer(settings()) as server:
        options = run_options(server, "--calls", "80", "--model", "openai/weak:0.25@cheap")
        assert call("run", toy, *options).returncode == 0
        asked = Counter(served.model for served in server.served)
    assert 40 < asked["strong"] < 78
    assert asked["weak"] == 80 - asked["strong"] > 2


def test_a_first_interrupt_finishes_what_is_in_flight(toy: Path, call: Adrs) -> None:
    with ModelServer(settings(latency_s=0.3)) as server:
        command = adrs_command("run", toy, *run_options(server, "--calls", str(CALLS)))
        with subprocess.Popen(
            command, cwd=toy.parent, env=environment(), stderr=subprocess.PIPE, text=True
        ) as process:
            assert eventually(lambda: len(server.served) >= 8)
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 130, errors
        told = len(trials(toy.parent))
        assert told == sum(answered(server).values()) < CALLS
        assert call("resume", "--archive", "a.db", "--quiet").returncode == 0
        assert sum(answered(server).values()) == CALLS
        assert max(answered(server).values()) == 1


def test_a_person_may_answer(toy: Path, call: Adrs) -> None:
    command = adrs_command("run", toy, "--model", "manual:desk", "--calls", "2", "--concurrency",
                           "2", "--archive", "a.db", "--no-control", "--quiet")  # fmt: skip
    desk = toy.parent / "desk"
    with subprocess.Popen(command, cwd=toy.parent, stderr=subprocess.PIPE, text=True) as process:
        assert eventually(lambda: len(list(desk.glob("*.prompt.md"))) == 2)
        for number, slope in ((1, 1.5), (2, 1.75)):
            text = (
                "IDEA: steeper\n<<<<<<< SEARCH\n    slope = 1.0\n=======\n"
                f"    slope = {slope}\n>>>>>>> REPLACE\n"
            )
            (desk / "draft").write_text(text)
            (desk / "draft").rename(desk / f"{number:04d}.answer.md")
        _, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, errors
    assert [row[3] for row in trials(toy.parent)] == ["steeper", "steeper"]
    listed = call("runs", "--archive", "a.db", "--model", "manual/desk")
    assert listed.returncode == 0, listed.stderr
    assert "no improvement" in listed.stdout


def _environments_below(pid: int) -> list[bytes]:
    """Return the environments of all that a process has started.

    A fork of it that is about to start something still has its memory and its command line.
    """
    own = _command_line(pid)
    below = (Path(f"/proc/{child}") for child in _below(pid))
    found = []
    for process in below:
        with suppress(OSError):  # a candidate that has ended meanwhile
            if _command_line(int(process.name)) != own:
                found.append((process / "environ").read_bytes())
    return found


def _command_line(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def _below(pid: int) -> Iterator[int]:
    for entry in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in entry.read_text().split():
                yield int(child)
                yield from _below(int(child))


def test_options_about_models_need_a_model(toy: Path, call: Adrs) -> None:
    cases: Mapping[str, str] = {"--calls": "3", "--usd": "1", "--base-url": "http://localhost/v1"}
    for option, value in cases.items():
        ended = call("run", toy, option, value)
        assert ended.returncode == 2
        assert f"{option}: it is about language models" in ended.stderr
